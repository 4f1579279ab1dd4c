from __future__ import annotations

import pytest

from site_builder.content.synonyms import read_synonyms
from site_builder.errors import UserError
from site_builder.model import Synonyms


def told(text: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        read_synonyms(text, "synonyms.yaml", ["herons", "otters"])
    return [str(problem) for problem in caught.value.problems]


def test_groups_come_in_their_order_with_their_forms_as_they_are_written() -> None:
    text = '- forms: [grey  heron, "3D heron", ARD]\n  topics: [herons]\n- forms: [ARD, no]\n'
    assert read_synonyms(text, "synonyms.yaml") == (
        Synonyms(("grey heron", "3D heron", "ARD"), ("herons",)),
        Synonyms(("ARD", "no")),
    )


def test_a_form_may_stand_in_two_groups_and_beside_its_plural() -> None:
    assert len(read_synonyms("- forms: [heron, herons, ARD]\n- forms: [ARD, reed]\n", "synonyms.yaml")) == 2


def test_without_the_topics_any_may_be_named() -> None:
    assert read_synonyms("- {forms: [a heron, ARD], topics: [marsh]}", "s.yaml")[0].topics == ("marsh",)


def test_what_cannot_be_meant_is_told_with_its_place_and_all_at_once() -> None:
    text = """\
- forms: [heron]
- forms: []
- forms: [heron, "  ", ARD]
- forms: [Grey Heron, grey  heron]
- forms: [to be, C++, heron]
- forms: [heron, ARD]
  topics: [heron, herons]
"""
    assert told(text) == [
        "synonyms.yaml:1:10: forms: write two or more, which stand for each other, or take the group out",
        "synonyms.yaml:2:10: forms: write two or more, which stand for each other, or take the group out",
        "synonyms.yaml:3:18: forms: there is an empty one; take it out",
        "synonyms.yaml:4:23: forms: 'grey  heron' is given twice; keep one of the two",
        "synonyms.yaml:5:11: forms: 'to be' has no word that a search looks for; write it otherwise, or take it out",
        "synonyms.yaml:5:18: forms: 'C++' has no word that a search looks for; write it otherwise, or take it out",
        "synonyms.yaml:7:12: unknown topic 'heron' (did you mean 'herons'?)",
    ]


def test_what_does_not_fit_is_told_beside_what_cannot_be_meant() -> None:
    assert told("- forms: [heron, '']\n  topic: [herons]\n- name: ARD\n- ARD\n- forms: ARD, heron\n") == [
        "synonyms.yaml:1:18: forms: there is an empty one; take it out",
        "synonyms.yaml:2:3: unknown field 'topic' (did you mean 'topics'?); the fields are forms, topics",
        "synonyms.yaml:3:3: the field 'forms' is missing",
        "synonyms.yaml:3:3: unknown field 'name'; the fields are forms, topics",
        "synonyms.yaml:4:3: expected fields as 'name: value', found 'ARD'",
        "synonyms.yaml:5:10: forms: expected a list, found 'ARD, heron': write [ARD, heron]",
    ]


def test_a_file_that_is_no_list_is_refused() -> None:
    assert told("forms: [heron, ARD]\n") == [
        "synonyms.yaml:1:1: expected a list of groups: '- forms: [vision transformer, ViT]'"
    ]
