from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from site_builder.errors import UserError
from site_builder.model import Address, Catalogue, Paper, Site, Synonyms, Topic
from site_builder.search.curator import find

if TYPE_CHECKING:
    from pathlib import Path

PAPERS = (
    Paper(slug="herons", title="Herons of the marsh", body="They stand in *cold* water.", topics=("wading",)),
    Paper(slug="otters", title="Otters", body="An otter meets a heron in the marsh.", tags=("rivers",)),
    Paper(slug="moths", title="Moths and lamps", body="A lamp is not the moon.", authors=("Luna Falter",)),
)
CATALOGUE = Catalogue(
    Site(),
    PAPERS,
    (Topic(id="wading", name="Birds that wade"),),
    (),
    (),
    tuple(Address(paper.slug, "2026-01-01", paper.title) for paper in PAPERS),
)
WITH_SYNONYMS = replace(
    CATALOGUE,
    synonyms=(
        Synonyms(("cold water", "CWX", "otters")),
        Synonyms(("water fishing", "lamps")),
        Synonyms(("CWX", "marsh herons")),
        Synonyms(("water", "moths")),
    ),
)


def slugs(query: str, limit: int = 10) -> list[str]:
    return [slug for slug, _ in find(CATALOGUE, query, limit)]


def with_synonyms(query: str) -> dict[str, float]:
    return dict(find(WITH_SYNONYMS, query, 10))


def test_the_best_paper_comes_first_and_a_title_counts_more_than_a_body() -> None:
    assert slugs("heron") == ["herons", "otters"]
    assert slugs("heron", limit=1) == ["herons"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("birds", "herons"),
        ("river", "otters"),
        ("falter", "moths"),
        ("cold", "herons"),
    ],
)
def test_topics_by_name_tags_authors_and_marked_up_words_are_found(query: str, expected: str) -> None:
    assert slugs(query) == [expected]


def test_plain_words_are_welcome_and_none_is_required() -> None:
    assert set(slugs("what is a lamp to an otter")) == {"moths", "otters"}


def test_beside_an_operator_every_plain_word_is_required() -> None:
    assert slugs("marsh NOT otter") == ["herons"]
    assert slugs("heron AND otter") == ["otters"]
    assert set(slugs("lamp OR otter")) == {"moths", "otters"}


def test_phrases_and_fields_narrow_the_search() -> None:
    assert slugs('"cold water"') == ["herons"]
    assert slugs('"water cold"') == []
    assert slugs("title:otter") == ["otters"]


def test_a_synonym_is_found_and_counts_less_than_the_word_as_typed() -> None:
    found = with_synonyms("CWX")
    assert list(found) == ["otters", "herons"], "as a phrase no paper has 'marsh herons'"
    assert found["otters"] == pytest.approx(0.8 * dict(find(CATALOGUE, "otters", 10))["otters"])


def test_the_longest_form_is_taken_and_none_within_it() -> None:
    assert set(with_synonyms("cold water")) == {"herons", "otters"}
    assert set(with_synonyms("water")) == {"herons", "moths"}
    assert set(with_synonyms("water fishing")) == {"herons", "moths"}


def test_beside_an_operator_a_form_or_its_synonym_is_required() -> None:
    assert list(with_synonyms("CWX AND meets")) == ["otters"]
    assert set(with_synonyms("(cold water) OR falter")) == {"herons", "otters", "moths"}


def test_phrases_fields_and_queries_with_not_ask_for_the_words_themselves() -> None:
    assert list(with_synonyms('"cold water"')) == ["herons"]
    assert list(with_synonyms("title:CWX")) == []
    assert list(with_synonyms("heron NOT otter")) == ["herons"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("heron -otter", "query:1:7: '-' before a word is not understood; write 'NOT otter', or quotes"),
        ("topic:birds", "query:1:1: there is no field 'topic'; write 'title:' or 'body:', or use quotes"),
        ("is ((heron", "query:1:5: this '(' is never closed; add a ')'"),
        ("hero*", "query:1:5: '*' is not understood here; leave it out: a word finds its other forms as well"),
        ("of the", "query:1:1: there is nothing to look for; write a word or a phrase"),
    ],
)
def test_a_query_that_whoosh_would_misread_is_refused_with_its_place(query: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        find(CATALOGUE, query, 10)
    assert str(caught.value) == message


def test_whoosh_says_nothing_of_its_own_syntax(tmp_path: Path) -> None:
    script = "from site_builder.search.curator import find; from tests.unit.test_search_curator import CATALOGUE as c\n"
    command = [sys.executable, "-W", "error", "-c", script + "print(find(c, 'heron', 1)[0][0])"]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}  # compile everything again
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("herons\n", "")
