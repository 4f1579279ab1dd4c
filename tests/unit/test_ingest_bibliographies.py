"""BibTeX and RIS come in as records; what is broken in them is told by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.content.papers import read_paper
from site_builder.errors import UserError
from site_builder.ingest import ingest
from site_builder.ingest.bibliographies import form_of, references
from site_builder.ingest.decode import Repairs
from site_builder.ingest.jsonl import is_records, read_facts, read_records
from site_builder.ingest.records import Account, Record

SHEEP = r"""% made by hand
@comment{not this}
@string{conf = "Conference on Sheep"}

@inproceedings{sheep,
  title     = {Counting {Sheep} with {\'E}tudes on $n^2$ \& more},
  author    = {Moss, Ana and Bo {van der Fern} and M{\"u}ller, J. and {The Flock Team} and others},
  booktitle = conf,
  year      = 2021,
  abstract  = {We save 5% of $x_{1}$ and \emph{most of all} \OurMethod{} naps.

               They cost 10\% less -- ``truly''.},
  doi       = {https://doi.org/10.1000/182},
  eprint    = {2101.00001v2},
  archivePrefix = {arXiv},
}
"""


def account(path: Path) -> Account:
    return Account(str(path), "list", "records", Repairs())


def read(tmp_path: Path, text: str, name: str = "list.bib") -> tuple[list[Record], Account]:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert is_records(path, path.read_bytes()[:4096])
    told = account(path)
    return list(read_records(path, told)), told


def test_a_reference_of_bibtex_is_read_as_the_text_that_its_latex_stands_for(tmp_path: Path) -> None:
    (record,), told = read(tmp_path, SHEEP)
    assert record.title == "Counting Sheep with Études on $n^2$ & more"
    assert record.authors == ("Ana Moss", "Bo van der Fern", "J. Müller", "The Flock Team")
    assert record.year == 2021
    assert dict(record.ids) == {"arxiv": "2101.00001v2", "doi": "10.1000/182"}
    assert record.abstract == (
        "We save 5% of $x_{1}$ and most of all \\OurMethod naps.\n\nThey cost 10% less – “truly”."
    )
    assert (record.line, record.links, told.problems) == (5, (), [])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("journal = {CoRR}, volume = {abs/2101.00001}", {"arxiv": "2101.00001"}),
        ("journal = {arXiv preprint arXiv:2101.00001}", {"arxiv": "2101.00001"}),
        ("url = {https://arxiv.org/pdf/2101.00001}", {"arxiv": "2101.00001"}),
        ("eprint = {cs/0501001}, eprinttype = {arxiv}", {"arxiv": "cs/0501001"}),
        (
            "doi = {10.48550/arXiv.2101.00001}, note = {arXiv: 2101.00001}",
            {"arxiv": "2101.00001", "doi": "10.48550/arXiv.2101.00001"},
        ),
        ("eprint = {123}, archiveprefix = {hal}", {}),
        ("journal = {Journal of Naps}, volume = {7}", {}),
    ],
)
def test_an_arxiv_id_is_found_wherever_bibtex_writes_it(tmp_path: Path, fields: str, expected: dict[str, str]) -> None:
    (record,), _ = read(tmp_path, f"@article{{a, title = {{Naps}}, {fields}}}\n")
    assert dict(record.ids) == expected


def test_a_broken_reference_is_told_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    text = (
        SHEEP
        + "@article{naps,\n  title = {No end,\n  year = 2020\n\n@misc{b, title = {Another One}, date = {2020-05-01}}\n"
    )
    records, told = read(tmp_path, text)
    assert [(record.title, record.year) for record in records] == [
        ("Counting Sheep with Études on $n^2$ & more", 2021),
        ("Another One", 2020),
    ]
    broken = [problem for problem in told.problems if "broken" in problem.message]
    assert [problem.line for problem in broken] == [17]
    assert "Was still looking for" in broken[0].message


def test_references_of_one_key_and_fields_given_twice_are_papers_all_the_same(tmp_path: Path) -> None:
    text = '@misc{a, title = "First of Two", year = "2020", year = "2021"}\n@misc{a, title = "Second of Two"}\n'
    records, _ = read(tmp_path, text)
    assert [(record.title, record.year, record.line) for record in records] == [
        ("First of Two", 2020, 1),
        ("Second of Two", None, 2),
    ]


def test_a_reference_of_ris_is_read(tmp_path: Path) -> None:
    text = (
        "Provider: A\nDatabase: B\n\nTY  - JOUR\nTI  - Counting Sheep by Night\nAU  - Moss, Ana\nAU  - Fern\n"
        "PY  - 2021/03/11/\nJO  - Journal of Naps\nAB  - Sheep are counted.\nDO  - 10.1000/9\n"
        "UR  - https://arxiv.org/abs/2101.00001\nER  - \n\n"
        "TY  - CONF\nT1  - Knitting at Dawn\nA1  - Fern, Bo\nN2  - Wool is knitted.\n"
        "UR  - https://example.org/x\nER  - \n"
    )
    (one, two), told = read(tmp_path, text, "list.ris")
    assert (one.title, one.authors, one.year) == ("Counting Sheep by Night", ("Ana Moss", "Fern"), 2021)
    assert (one.abstract, dict(one.ids)) == ("Sheep are counted.", {"arxiv": "2101.00001", "doi": "10.1000/9"})
    assert (two.title, two.authors, two.abstract) == ("Knitting at Dawn", ("Bo Fern",), "Wool is knitted.")
    assert (one.line, two.line, two.links) == (4, 15, (("paper", "https://example.org/x"),))
    assert told.problems == []


def test_a_reference_of_ris_that_lacks_its_end_takes_nothing_of_the_next(tmp_path: Path) -> None:
    text = "TY  - JOUR\nTI  - Counting Sheep\nAU  - Moss, Ana\n\nTY  - JOUR\nTI  - Knitting\nAU  - Fern, Bo\nER  - \n"
    (one, two), _ = read(tmp_path, text, "list.ris")
    assert [(r.title, r.authors, r.line) for r in (one, two)] == [
        ("Counting Sheep", ("Ana Moss",), 1),
        ("Knitting", ("Bo Fern",), 5),
    ]


def test_an_overlay_takes_the_venue_from_the_same_list(tmp_path: Path) -> None:
    path = tmp_path / "list.bib"
    path.write_text(SHEEP, "utf-8")
    (facts,) = read_facts(path, account(path))
    assert (facts.venue, facts.year) == ("Conference on Sheep", 2021)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_list_is_ingested_and_again_changes_nothing(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(SHEEP.replace("Moss", "Möss"), encoding)
    content = tmp_path / "content"
    assert len(ingest([path], content, day="2026-01-01").new) == 1
    (page,) = (content / "papers").iterdir()
    paper = read_paper(page.read_text("utf-8"), page.name, page.stem)
    assert paper.authors[0] == "Ana Möss"
    again = ingest([path], content, day="2026-01-02")
    assert (len(again.new), again.updated, again.unchanged) == (0, (), 1)


@pytest.mark.parametrize(
    "page",
    [
        "Counting Sheep\n\nWe count sheep, and cite them.\n\n@article{sheep,\n  title = {Counting Sheep}\n}\n"
        + "A sentence follows here.\n" * 9,
        "Daily Papers\n\nTY is a town\n",
        "@anna wrote this (yesterday)\n",
    ],
)
def test_a_page_that_quotes_a_reference_is_a_page(page: str) -> None:
    assert form_of(page) == ""


def test_a_long_abstract_over_many_lines_is_still_bibtex() -> None:
    assert form_of("% exported\n@article{a,\n  abstract = {One\n" + "more words of an abstract\n" * 60) == "BibTeX"


def test_what_a_list_is_its_beginning_tells_whatever_comes_later(tmp_path: Path) -> None:
    head = "Exported by hand\n\n" + "".join(f"@misc{{k{n},\n  title = {{Title {n}}},\n}}\n" for n in range(200))
    records, _ = read(
        tmp_path, head + "@misc{z,\n  title = {Last},\n  abstract = {" + "line of an abstract\n" * 900 + "}\n}\n"
    )
    assert [len(records), records[-1].title] == [201, "Last"]


def test_a_list_without_any_reference_that_can_be_read_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "list.bib"
    path.write_text("@article{naps,\n  title = {No end,\n", "utf-8")
    with pytest.raises(UserError, match="there is no paper in it"):
        ingest([path], tmp_path / "content", day="2026-01-01")
    assert not (tmp_path / "content").exists()


PIECES = [
    *(
        "@article{",
        "@misc(",
        '@string{x = "y"}',
        '@preamble{"a"}',
        "k1,",
        "title = {",
        "}",
        "author={and and}",
        "year = 2020",
    ),
    *('"', "\\", "{", ",", "=", "\n", "\r", "%", "$", "\\'e", "~", "--", "# ", "\\emph", "é", "\\begin{a}", "\\["),
    *("TY  - JOUR\n", "TI  - x\n", "AU  - a, b, c\n", "PY  - \n", "ER  - \n", "UR  - \n", "XX", "  "),
]


@given(st.sampled_from(["@misc{a, ", "TY  - JOUR\n"]), st.lists(st.sampled_from(PIECES), max_size=25))
def test_nothing_that_looks_like_a_list_ends_in_an_error_of_the_program(start: str, pieces: list[str]) -> None:
    try:
        text = start + "".join(pieces)
        lines = list(references(form_of(text), text, "list"))
    except UserError:
        return
    assert all(line.wrong or line.written for line in lines)
