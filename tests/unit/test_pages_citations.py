"""How a paper is cited: nothing invented, nothing that breaks BibTeX."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from site_builder.model import Paper
from site_builder.pages.citations import bibtex, identified, key, meta, searches, tex
from site_builder.pages.linked_data import scholarly_article
from site_builder.pages.venues import published

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
    assert "urldate" not in known, "an id does not change under its readers"


@pytest.mark.parametrize(
    ("venue", "kind", "name"),
    [
        ("CVPR 2023", "conference", "CVPR 2023"),
        ("ICLR", "conference", "ICLR"),
        ("ICLR 2024 (spotlight)", "conference", "ICLR 2024"),
        ("HHAI 2022", "conference", "HHAI 2022"),
        ("ACM SAC 2022", "conference", "ACM SAC 2022"),
        ("EMNLP-IJCNLP 2019", "conference", "EMNLP-IJCNLP 2019"),
        ("CVPR 2024 (arXiv 2023)", "conference", "CVPR 2024"),
        ("MLHC 2022 (PMLR 182; arXiv 2020)", "conference", "MLHC 2022 (PMLR 182)"),
        ("ICML 2021 XAI Workshop", "conference", "ICML 2021 XAI Workshop"),
        ("NLRSE 2023 workshop", "conference", "NLRSE 2023 workshop"),
        ("Findings of the Association for Computational Linguistics: ACL 2025", "conference", None),
        ("Proceedings of the IEEE/CVF Conference on Computer Vision", "conference", None),
        ("Symposium on Applied Computing", "conference", None),
        ("Proceedings of the National Academy of Sciences", "journal", None),
        ("Proceedings of the IEEE", "journal", None),
        ("International Journal of Computer Vision", "journal", None),
        ("Neural Computing and Applications", "journal", None),
        ("Medical Image Analysis", "journal", None),
        ("Knowledge and Information Systems 2025", "journal", "Knowledge and Information Systems"),
        ("IEEE TIP 2024", "journal", "IEEE TIP"),
        ("arXiv 2024; TMLR 2025", "journal", "TMLR"),
        ("arXiv 2024; Nature Machine Intelligence 2025", "journal", "Nature Machine Intelligence"),
        ("arXiv", "preprint", "arXiv"),
        ("arXiv preprint arXiv:2401.12340", "preprint", "arXiv"),
        ("CoRR abs/2401.12340", "preprint", "arXiv"),
        ("", "unknown", ""),
        ("IEEE VIS 2023 / IEEE TVCG", "other", "IEEE VIS 2023 / IEEE TVCG"),
        ("Journal of Quays, Workshop Papers", "other", None),
        ("ACL Anthology 2024.lrec-main.1311", "other", None),
        ("Springer journal article 17", "other", None),
        ("OpenReview 2024", "other", None),
        ("A thread on lamps", "other", None),
    ],
)
def test_the_words_of_a_venue_tell_a_conference_from_a_journal(venue: str, kind: str, name: str | None) -> None:
    where = published(venue)
    assert (where.kind, where.name) == (kind, venue if name is None else name)


@pytest.mark.parametrize(
    ("venue", "where"),
    [
        ("Journal of Quays 21(89):1-53", ("Journal of Quays", "21", "89", "1-53")),
        ("Journal of Quays 25:8383-8395", ("Journal of Quays", "25", "", "8383-8395")),
        ("Journal of Quays 44(4)", ("Journal of Quays", "44", "4", "")),
        ("Image and Vision Computing 83", ("Image and Vision Computing", "83", "", "")),
    ],
)
def test_a_journal_is_told_apart_from_its_volume_number_and_pages(venue: str, where: tuple[str, ...]) -> None:
    assert published(venue) == ("journal", *where)


def test_a_venue_decides_the_type_of_the_entry() -> None:
    def entry(venue: str, **ids: str) -> str:
        return bibtex(Paper(slug="x", title="X", venue=venue, ids=ids), "")

    talk = entry("CVPR 2023", arxiv="2301.00001")
    assert talk.startswith("@inproceedings{")
    assert fields(talk)["booktitle"] == "CVPR 2023"
    assert (fields(talk)["eprint"], fields(talk)["archiveprefix"]) == ("2301.00001", "arXiv")
    article = entry("Journal of Rope & Knots 7(2):1-9")
    assert article.startswith("@article{")
    told = {"journal": r"Journal of Rope \& Knots", "volume": "7", "number": "2", "pages": "1--9"}
    assert told.items() <= fields(article).items()


def test_what_is_on_arxiv_alone_or_of_a_kind_that_cannot_be_told_is_misc() -> None:
    def entry(venue: str, **ids: str) -> dict[str, str]:
        made = bibtex(Paper(slug="x", title="X", venue=venue, ids=ids), "")
        assert made.startswith("@misc{x,")
        return fields(made)

    for venue in ("", "arXiv", "arXiv preprint"):
        assert {"title", "eprint", "archiveprefix", "url"} == entry(venue, arxiv="2301.00001").keys()
    assert entry("arXiv preprint")["howpublished"] == "arXiv"
    assert entry("A thread on lamps", arxiv="2301.00001")["howpublished"] == "A thread on lamps"


@pytest.mark.parametrize(
    ("authors", "year", "title", "expected"),
    [
        (("Wei Zhang", "B. B."), 2024, "The Tokens: What Else?", "zhang2024tokens"),
        (("Piotr Dollár",), 2021, "A 3D Lamp", "dollar20213d"),
        (("Kasper Sørensen-Øst",), 2021, "[CLS] Lamps", "sorensenost2021cls"),
        (("Wei Zhang",), None, "Tokens", "slug"),
        ((), 2024, "Tokens", "slug"),
        (("灯 守",), 2024, "Tokens", "slug"),
        (("Wei Zhang",), 2024, "灯台", "slug"),
        (("Wei Zhang",), 2024, "On the", "slug"),
    ],
)
def test_an_entry_is_named_by_author_year_and_title_or_else_by_the_address(
    authors: tuple[str, ...], year: int | None, title: str, expected: str
) -> None:
    assert key(Paper(slug="slug", title=title, authors=authors, year=year)) == expected


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


def test_an_arxiv_id_leads_to_hugging_face_without_its_version() -> None:
    places = identified(Paper(slug="x", title="X", ids={"arxiv": "2401.12340v2"}))
    assert [place.address for place in places] == [
        "https://arxiv.org/abs/2401.12340v2",
        "https://arxiv.org/pdf/2401.12340v2",
        "https://huggingface.co/papers/2401.12340",
    ]


def test_an_id_by_a_single_source_is_marked_and_another_is_not() -> None:
    ids = {"arxiv": "2401.12340", "doi": "10.0000/1"}
    arxiv, *_, doi = identified(Paper(slug="x", title="X", ids=ids, unconfirmed=("arxiv",)))
    assert (arxiv.where, doi.where) == ("2401.12340, by a single source", "10.0000/1")
    arxiv, *_, doi = identified(Paper(slug="x", title="X", ids=ids, unconfirmed=("doi",)))
    assert (arxiv.where, doi.where) == ("2401.12340", "10.0000/1, by a single source")


def test_the_head_names_only_what_is_known() -> None:
    assert meta(UNKNOWN) == (("citation_title", "Ferries at Dusk"),)
    assert meta(KNOWN) == (
        ("citation_title", "Lamps"),
        ("citation_author", "Ada Kelp"),
        ("citation_author", "Marlin and Sons"),
        ("citation_publication_date", "2024"),
        ("citation_doi", "10.0000/a_b<c>"),
        ("citation_arxiv_id", "cs/0000000"),
        ("citation_pdf_url", "https://arxiv.org/pdf/cs/0000000"),
    )


def test_the_head_names_the_conference_or_the_journal_and_no_other_venue() -> None:
    def told(venue: str) -> tuple[tuple[str, str], ...]:
        return meta(replace(UNKNOWN, venue=venue))[1:]

    assert told("CVPR 2023 (arXiv 2022)") == (("citation_conference_title", "CVPR 2023"),)
    assert told("Journal of Quays 21:1-53") == (
        ("citation_journal_title", "Journal of Quays"),
        ("citation_volume", "21"),
        ("citation_firstpage", "1"),
        ("citation_lastpage", "53"),
    )
    assert told("arXiv") == told("A thread on lamps") == ()


def test_linked_data_hold_what_is_known_and_no_empty_property() -> None:
    assert scholarly_article(UNKNOWN, "https://example.org/x.html") == {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": "Ferries at Dusk",
        "url": "https://example.org/x.html",
    }
    known = scholarly_article(replace(KNOWN, venue="CVPR 2024"), "https://example.org/x.html")
    assert known["author"] == [
        {"@type": "Person", "name": "Ada Kelp"},
        {"@type": "Organization", "name": "Marlin and Sons"},
    ]
    assert known["datePublished"] == "2024"
    assert known["isPartOf"] == {"@type": "CreativeWork", "name": "CVPR 2024"}
    assert known["sameAs"] == ["https://arxiv.org/abs/cs/0000000", "https://doi.org/10.0000/a_b%3Cc%3E"]
    assert known["url"] == "https://example.org/x.html"
    assert scholarly_article(replace(KNOWN, venue="arXiv"), "")["publisher"]["name"] == "arXiv"
    assert scholarly_article(replace(KNOWN, venue="TMLR"), "")["isPartOf"]["@type"] == "Periodical"


def test_where_only_the_title_is_known_there_are_no_linked_data() -> None:
    assert scholarly_article(UNKNOWN, "") == {}


def test_linked_data_do_not_claim_for_certain_what_a_single_source_says() -> None:
    known = scholarly_article(replace(KNOWN, unconfirmed=("arxiv",)), "")
    assert known["sameAs"] == ["https://doi.org/10.0000/a_b%3Cc%3E"]
    (arxiv,) = known["identifier"]
    assert (arxiv["propertyID"], arxiv["value"], arxiv["description"]) == ("arXiv", "cs/0000000", "by a single source")
    assert "identifier" not in scholarly_article(KNOWN, ""), "sameAs tells it"
