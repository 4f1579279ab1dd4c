"""How a paper is cited: nothing invented, nothing that breaks BibTeX."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import Paper
from site_builder.pages.citations import bibtex, identified, meta, searches, tex

UNKNOWN = Paper(slug="ferries", title="Ferries at Dusk")
KNOWN = Paper(
    slug="lamps",
    title="Lamps",
    authors=("Ada Kelp", "Marlin and Sons"),
    year=2024,
    ids={"arxiv": "cs/0000000", "doi": "10.0000/a_b<c>"},
)


def fields(entry: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) *= \{(.*)\},?$", entry, re.M))


def test_an_unknown_author_or_year_is_left_out() -> None:
    entry = bibtex(UNKNOWN, "https://example.org/papers/ferries.html")
    assert entry.startswith("@misc{ferries,\n")
    assert fields(entry) == {
        "title": "{Ferries at Dusk}",
        "url": "https://example.org/papers/ferries.html",
        "urldate": "YYYY-MM-DD",
    }


def test_an_address_that_is_not_known_yet_has_a_place_to_be_filled_in() -> None:
    assert fields(bibtex(UNKNOWN, ""))["url"] == "ADDRESS OF THIS PAGE"


def test_what_is_known_is_cited_at_the_papers_own_address() -> None:
    known = fields(bibtex(KNOWN, "https://example.org/papers/lamps.html"))
    assert known["author"] == "Ada Kelp and {Marlin and Sons}"
    assert known["year"] == "2024"
    assert known["url"] == "https://arxiv.org/abs/cs/0000000"
    assert known["doi"] == "10.0000/a_b%3Cc%3E"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("50% of A&B", r"50\% of A\&B"),
        (r"a\b", r"a\textbackslash{}b"),
        ("{x", r"\textbraceleft{}x"),
        ("x_1^2 ~ $3 #4", r"x\_1\textasciicircum{}2 \textasciitilde{} \$3 \#4"),
    ],
)
def test_signs_of_tex_are_written_as_signs(text: str, escaped: str) -> None:
    assert tex(text) == escaped


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_braces_are_balanced_whatever_a_title_and_authors_have(title: str, authors: list[str]) -> None:
    depth = 0
    for sign in bibtex(Paper(slug="x", title=title, authors=tuple(authors)), ""):
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0


def test_a_known_id_leads_to_the_paper_and_an_unknown_one_to_searches_for_its_title() -> None:
    assert [place.address for place in identified(KNOWN)] == [
        "https://arxiv.org/abs/cs/0000000",
        "https://arxiv.org/pdf/cs/0000000",
        "https://doi.org/10.0000/a_b%3Cc%3E",
    ]
    assert identified(UNKNOWN) == ()
    found = searches("C++ & “Lamps”")
    assert [place.name for place in found] == ["arXiv", "Semantic Scholar", "Google Scholar"]
    assert all(place.address.endswith("=C%2B%2B+%26+%E2%80%9CLamps%E2%80%9D") for place in found)


def test_the_head_names_only_what_is_known() -> None:
    assert meta(UNKNOWN) == (("citation_title", "Ferries at Dusk"),)
    assert {field.name for field in meta(KNOWN)} == {
        "citation_title",
        "citation_author",
        "citation_publication_date",
        "citation_doi",
        "citation_arxiv_id",
    }
