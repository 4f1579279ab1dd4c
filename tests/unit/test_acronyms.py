from __future__ import annotations

import pytest

from site_builder.text.acronyms import acronyms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We trim the key-value (KV) cache.", [("KV", "key-value")]),
        ("Marsh bird counts (MBCs) rise.", [("MBCs", "Marsh bird counts")]),
        ("An MBC (marsh bird count) rises.", [("MBC", "marsh bird count")]),
        ("Count of birds (CoB, see below).", [("CoB", "Count of birds")]),
        ("the number of herons at night (NHN)", [("NHN", "number of herons at night")]),
        ("We see it. Marsh bird count (MBC), then more.", [("MBC", "Marsh bird count")]),
        ("one (MBC) and two (XYZ)", []),
        ("It rose (see Figure 2) by much (12 %) over night (often).", []),
        ("A heron (HERON) stands.", []),
        ("(MBC)", []),
        ("", []),
    ],
)
def test_a_short_form_is_found_with_the_words_that_have_its_letters(text: str, found: list[tuple[str, str]]) -> None:
    assert acronyms(text) == found


def test_the_first_letter_begins_a_word() -> None:
    assert acronyms("the old remark on bird count (MBC)") == []


def test_a_long_form_does_not_go_beyond_its_sentence() -> None:
    assert acronyms("Marsh is wet. Birds count (MBC) there.") == []


def test_parentheses_without_end_hide_none_that_end() -> None:
    assert acronyms("(" * 50_000 + " A b (AB) " + "a b c (" * 20_000) == [("AB", "A b")]
