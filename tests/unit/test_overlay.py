"""Facts are laid over pages by title: what is missing is written, what a person wrote stays, doubt is told."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from site_builder.cli import main
from site_builder.content.papers import edited, fingerprint, read_paper, write_paper
from site_builder.errors import UserError
from site_builder.ingest import ingest
from site_builder.ingest.overlay import Outcome, overlay
from site_builder.model import Paper

DAY = "2026-01-31"
HERONS = "Herons at Dusk: a Study of Standing Still"
FACTS = {
    "title": HERONS,
    "arxiv": "2401.12340",
    "agree": 3,
    "doi": "10.1000/Herons",
    "authors": ["Ada Reed", "Ben Marsh"],
    "year": 2024,
    "venue": "Invented Birds",
}


@dataclass(frozen=True)
class Folder:
    """A content folder to lay facts over."""

    root: Path

    @property
    def content(self) -> Path:
        return self.root / "content"

    def path(self, slug: str = "herons") -> Path:
        return self.content / "papers" / f"{slug}.md"

    def put(self, paper: Paper) -> None:
        self.path(paper.slug).parent.mkdir(parents=True, exist_ok=True)
        self.path(paper.slug).write_text(write_paper(paper), encoding="utf-8")

    def paper(self, slug: str = "herons") -> Paper:
        return read_paper(self.path(slug).read_text("utf-8"), str(self.path(slug)), slug)

    def papers(self) -> list[Paper]:
        return [self.paper(path.stem) for path in sorted((self.content / "papers").iterdir())]

    def file(self, *rows: object) -> Path:
        path = self.root / "facts.jsonl"
        path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), "utf-8")
        return path

    def overlay(self, *rows: object, dry_run: bool = False) -> Outcome:
        return overlay(self.file(*rows), self.content, self.papers(), dry_run=dry_run)

    def bytes(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(self.content.rglob("*")) if path.is_file()}

    def rewrite(self, pattern: str, instead: str) -> None:
        """Edit the herons' page as a person does."""
        text, times = re.subn(pattern, instead, self.path().read_text("utf-8"), flags=re.M)
        assert times == 1
        self.path().write_text(text, "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    made = {"title": fingerprint(HERONS), "links": fingerprint({})}
    folder.put(Paper(slug="herons", title=HERONS, body="They stand.", made=made))
    return folder


def told(outcome: Outcome) -> list[str]:
    return [problem.message for problem in outcome.doubts]


def test_a_page_gains_what_it_lacks(folder: Folder) -> None:
    outcome = folder.overlay(FACTS | {"title": "HERONS at dusk - a study of standing still"})
    paper = folder.paper()
    assert paper.authors == ("Ada Reed", "Ben Marsh")
    assert (paper.year, paper.venue) == (2024, "Invented Birds")
    assert paper.ids == {"arxiv": "2401.12340", "doi": "10.1000/Herons"}
    assert (paper.title, paper.body, paper.unconfirmed) == (HERONS, "They stand.", ())
    assert edited(paper) == frozenset()
    assert {"authors", "year", "venue", "ids"} <= paper.made.keys()
    assert outcome.doubts == ()
    assert outcome.gained() == Counter(["authors", "year", "venue", "ids.arxiv", "ids.doi"])


def test_ids_and_links_may_come_as_mappings(folder: Folder) -> None:
    row = {"title": HERONS, "ids": {"DOI": "https://doi.org/10.1000/h"}, "links": {"code": "https://example.org/h"}}
    folder.overlay(row)
    assert folder.paper().ids == {"doi": "10.1000/h"}
    assert folder.paper().links == {"code": "https://example.org/h"}


def test_the_same_overlay_twice_changes_no_byte(folder: Folder) -> None:
    folder.overlay(FACTS | {"agree": 1})
    before = folder.bytes()
    outcome = folder.overlay(FACTS | {"agree": 1})
    assert folder.bytes() == before
    assert (outcome.changed, outcome.report()["unchanged"]) == ((), 1)


def test_a_dry_run_writes_nothing_and_shows_what_would_change(folder: Folder) -> None:
    before = folder.bytes()
    outcome = folder.overlay(FACTS, dry_run=True)
    assert folder.bytes() == before
    assert "changed  papers/herons.md (authors, year, venue, ids.arxiv, ids.doi)" in outcome.summary()


def test_a_record_with_nothing_but_a_title_changes_nothing(folder: Folder) -> None:
    before = folder.bytes()
    assert folder.overlay({"title": HERONS, "authors": [], "venue": " "}).gained() == Counter()
    assert folder.bytes() == before


def test_what_a_person_wrote_stays_and_the_conflict_is_told_with_both_values(folder: Folder) -> None:
    folder.put(Paper(slug="herons", title=HERONS, authors=("A. Reed",), year=2023, ids={"doi": "10.1000/other"}))
    outcome = folder.overlay(FACTS)
    paper = folder.paper()
    assert (paper.authors, paper.year) == (("A. Reed",), 2023)
    assert paper.ids == {"doi": "10.1000/other", "arxiv": "2401.12340"}
    file = folder.root / "facts.jsonl"
    assert list(map(str, outcome.doubts)) == [
        f"{folder.path()}:5:10: authors: the page says 'A. Reed', and stays so; {file}:1 says 'Ada Reed, Ben Marsh'; "
        "look it up, and mend the one that is wrong",
        f"{folder.path()}:6:7: year: the page says '2023', and stays so; {file}:1 says '2024'; "
        "look it up, and mend the one that is wrong",
        f"{folder.path()}:7:12: ids.doi: the page says '10.1000/other', and stays so; {file}:1 says '10.1000/Herons'; "
        "look it up, and mend the one that is wrong",
    ]


def test_a_value_a_person_wrote_is_not_replaced_by_a_later_overlay_that_wrote_beside_it(folder: Folder) -> None:
    folder.put(Paper(slug="herons", title=HERONS, ids={"doi": "10.1000/other"}))
    folder.overlay({"title": HERONS, "arxiv": "2401.12340"})
    outcome = folder.overlay({"title": HERONS, "doi": "10.1000/herons"})
    assert folder.paper().ids["doi"] == "10.1000/other"
    assert [difference.fact.name for difference in outcome.pages[0].kept] == ["ids.doi"]


@pytest.mark.parametrize(
    ("pattern", "instead", "name"),
    [
        (r"^authors: .*$", "authors: [A. Reed]", "authors"),
        (r"^authors: .*$", "authors: []", "authors"),
        (r"^year: 2024$", "year: 2023", "year"),
        (r"^year: 2024\n", "", "year"),
        (r"^venue: Invented Birds$", "venue: Birds", "venue"),
        (r'arxiv: "2401.12340"', 'arxiv: "2401.99999"', "ids.arxiv"),
        (r'arxiv: "2401.12340", ', "", "ids.arxiv"),
    ],
)
def test_what_a_person_changed_since_stays_changed(folder: Folder, pattern: str, instead: str, name: str) -> None:
    folder.overlay(FACTS)
    folder.rewrite(pattern, instead)
    before = folder.bytes()
    outcome = folder.overlay(FACTS)
    assert folder.bytes() == before
    assert [difference.fact.name for difference in outcome.pages[0].kept] == [name]


def test_a_fact_of_an_earlier_overlay_gives_way_to_a_newer_one_and_that_is_told(folder: Folder) -> None:
    folder.overlay(FACTS | {"links": {"code": "https://example.org/old"}})
    newer = {"arxiv": "2401.54321", "year": 2025, "links": {"code": "https://example.org/new"}}
    outcome = folder.overlay(FACTS | newer)
    paper = folder.paper()
    assert (paper.ids["arxiv"], paper.year, paper.links["code"]) == ("2401.54321", 2025, "https://example.org/new")
    assert edited(paper) == frozenset()
    assert "  replaced papers/herons.md: year: '2024' is now '2025'" in outcome.summary()
    assert outcome.doubts == ()


def test_what_ingest_took_from_a_record_is_not_replaced(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    record = {"title": HERONS, "id": "herons", "authors": ["A. Reed"], "ids": {"doi": "10.1000/other"}}
    ingest([folder.file(record)], folder.content, day=DAY)
    outcome = folder.overlay(FACTS)
    assert folder.paper().authors == ("A. Reed",)
    assert [difference.fact.name for difference in outcome.pages[0].kept] == ["authors", "ids.doi"]


def test_a_later_ingest_leaves_the_facts_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps({"title": HERONS, "id": "herons", "year": 2020, "abstract": "They stand."}))
    ingest([records], folder.content, day=DAY)
    folder.rewrite(r"^year: 2020\n", "")
    folder.overlay(FACTS | {"agree": 1, "links": {"code": "https://example.org/h"}})
    before = folder.bytes()
    outcome = ingest([records], folder.content, day=DAY)
    assert folder.bytes() == before
    assert outcome.kept == {}


def test_a_year_that_a_person_took_away_after_an_overlay_does_not_come_back_by_ingest(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    records = tmp_path / "records.jsonl"
    records.write_text(json.dumps({"title": HERONS, "id": "herons", "year": 2020}))
    folder.put(Paper(slug="herons", title=HERONS))
    folder.overlay(FACTS)
    folder.rewrite(r"^year: 2024\n", "")
    outcome = ingest([records], folder.content, day=DAY)
    assert folder.paper().year is None
    assert outcome.kept == {"herons": ("year",)}


def test_versions_of_arxiv_and_the_case_of_a_doi_make_no_difference(folder: Folder) -> None:
    ids = {"arxiv": "2401.12340v2", "doi": "10.1000/HERONS"}
    folder.put(Paper(slug="herons", title=HERONS, ids=ids))
    outcome = folder.overlay({"title": HERONS, "arxiv": "2401.12340v1", "doi": "10.1000/herons"})
    assert (folder.paper().ids, outcome.changed, outcome.doubts) == (ids, (), ())


def test_an_address_that_the_page_has_under_another_label_is_not_added(folder: Folder) -> None:
    folder.put(Paper(slug="herons", title=HERONS, links={"code": "https://www.example.org/h/"}))
    outcome = folder.overlay({"title": HERONS, "links": {"project": "http://example.org/h"}})
    assert (outcome.changed, outcome.doubts) == ((), ())


def test_an_id_from_a_single_place_is_marked_and_a_second_place_takes_the_mark_off(folder: Folder) -> None:
    folder.overlay(FACTS | {"agree": 1})
    assert folder.paper().unconfirmed == ("arxiv",)
    folder.overlay(FACTS | {"agree": None})
    assert folder.paper().unconfirmed == ("arxiv",), "who says nothing of it takes nothing off"
    folder.overlay(FACTS | {"agree": 2, "arxiv": "2401.12340v3"})
    assert folder.paper().unconfirmed == ()
    assert edited(folder.paper()) == frozenset()


def test_a_mark_does_not_pass_to_another_id(folder: Folder) -> None:
    folder.overlay(FACTS | {"agree": 1})
    folder.overlay({"title": HERONS, "arxiv": "2401.54321"})
    assert (folder.paper().ids["arxiv"], folder.paper().unconfirmed) == ("2401.54321", ())


def test_an_id_that_a_person_confirmed_stays_confirmed(folder: Folder) -> None:
    folder.overlay(FACTS | {"agree": 1})
    folder.rewrite(r"^unconfirmed: .*\n", "")
    before = folder.bytes()
    assert folder.overlay(FACTS | {"agree": 1}).doubts == ()
    assert folder.bytes() == before


def test_an_id_that_a_person_wrote_is_not_marked(folder: Folder) -> None:
    folder.put(Paper(slug="herons", title=HERONS, ids={"arxiv": "2401.12340"}))
    folder.overlay({"title": HERONS, "arxiv": "2401.12340", "agree": 1})
    assert folder.paper().unconfirmed == ()


def test_a_conflicting_id_leaves_the_mark_alone(folder: Folder) -> None:
    folder.put(Paper(slug="herons", title=HERONS, ids={"arxiv": "2401.99999"}))
    folder.overlay({"title": HERONS, "arxiv": "2401.12340", "agree": 1})
    assert (folder.paper().ids["arxiv"], folder.paper().unconfirmed) == ("2401.99999", ())


def test_a_title_that_no_page_has_is_told_and_nothing_is_made_of_it(folder: Folder) -> None:
    outcome = folder.overlay(FACTS, {"title": "Otters", "year": 2020})
    assert [path.stem for path in folder.bytes()] == ["herons"]
    assert outcome.not_found == ((2, "Otters"),)
    assert told(outcome) == ["no page has the title 'Otters'; correct one of the two, or take the paper in first"]
    assert outcome.doubts[0].line == 2


def test_of_many_titles_without_a_page_ten_are_told_and_the_report_has_all(folder: Folder) -> None:
    outcome = folder.overlay(*({"title": f"Otters {n}"} for n in range(40)))
    assert len(outcome.doubts) == 11
    assert told(outcome)[-1].startswith("and 30 more titles")
    assert len(outcome.report()["not_found"]) == 40


def test_a_title_of_two_pages_is_told_and_neither_is_changed(folder: Folder) -> None:
    folder.put(Paper(slug="herons-2", title=HERONS.lower()))
    before = folder.bytes()
    (message,) = told(folder.overlay(FACTS))
    assert "is the title of papers/herons-2.md and papers/herons.md" in message
    assert folder.bytes() == before


def test_a_title_twice_with_different_facts_is_told_and_nothing_is_taken(folder: Folder) -> None:
    before = folder.bytes()
    outcome = folder.overlay(FACTS, FACTS | {"year": 2025})
    assert [(p.line, "line 1 says other things" in p.message) for p in outcome.doubts] == [(2, True)]
    assert folder.bytes() == before


def test_a_title_twice_with_the_same_facts_counts_as_one(folder: Folder) -> None:
    outcome = folder.overlay(FACTS, FACTS | {"title": HERONS.upper()})
    assert outcome.doubts == ()
    assert folder.paper().year == 2024


def test_an_id_of_two_pages_is_told(folder: Folder) -> None:
    folder.put(Paper(slug="otters", title="Otters", ids={"arxiv": "2401.12340v2"}))
    (problem,) = folder.overlay(FACTS).doubts
    assert problem.path == str(folder.path())
    assert problem.message.startswith("ids.arxiv: '2401.12340' is also that of papers/otters.md")


def test_lines_that_cannot_be_read_are_told_and_the_others_are_taken(folder: Folder) -> None:
    rows = ['{"title": "A"', '{"year": 2024}', FACTS | {"agree": 0}, FACTS | {"ids": {"arxiv": "2401.1"}}]
    twice = {"title": HERONS, "arxiv": "2401.12340", "ids": {"arXiv": "2401.54321"}}
    outcome = folder.overlay(*rows, twice, {"title": HERONS, "year": 2024})
    assert sorted({problem.line for problem in outcome.doubts}) == [1, 2, 3, 4, 5, 6]
    assert "arxiv is given twice" in next(p.message for p in outcome.doubts if p.line == 5)


def test_a_field_that_is_not_known_is_told_once_with_its_count(folder: Folder) -> None:
    assert told(folder.overlay(FACTS | {"author": "x"}, {"title": HERONS.upper(), **FACTS, "author": "y"})) == [
        "the field 'author' is left out, 2 times (did you mean 'authors'?); known are "
        "title, authors, year, ids, links, arxiv, doi, agree, venue"
    ]


def test_a_file_without_a_record_is_refused(folder: Folder) -> None:
    with pytest.raises(UserError, match="there is no record in it"):
        folder.overlay("")


def test_the_report_is_what_the_document_says(folder: Folder) -> None:
    folder.put(Paper(slug="otters", title="Otters", year=2019))
    folder.overlay(FACTS)
    report = folder.overlay(FACTS | {"year": 2025}, {"title": "Otters", "year": 2020}, {"title": "Newts"}).report()
    text = (Path(__file__).parents[2] / "docs/ingest.md").read_text("utf-8").partition("## Facts")[2]
    described = [name for line in re.findall(r"^\| (`.*?) \|", text, re.M) for name in re.findall(r"`(\w+)`", line)]
    assert described == list(report)
    change = {"name": "year", "page": 2024, "record": 2025, "line": 1}
    assert [entry["replaced"] for entry in report["updated"]] == [[change]]
    assert report["conflicts"] == [{"slug": "otters", "name": "year", "page": 2019, "record": 2020, "line": 2}]
    assert report["not_found"] == [{"line": 3, "title": "Newts"}]
    json.dumps(report)


def test_the_command_prints_a_summary_and_writes_the_report(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.root)
    folder.file(FACTS | {"agree": 1})
    result = CliRunner().invoke(main, ["overlay", "facts.jsonl", "--report", "report.json"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "1 records: facts for 1 pages, 0 titles not found",
        "1 pages changed, 1 of them gain something, 0 unchanged",
        "gained: 1 authors, 1 ids.arxiv, 1 ids.doi, 1 venue, 1 year",
        "1 with an arXiv id that rests on a single place (unconfirmed)",
    ]
    assert json.loads(Path("report.json").read_text("utf-8"))["pages"] == 1


def test_the_facts_of_the_real_catalogue_fit_it_and_stay(shared: Path, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    ingest([shared / "dumps"], folder.content, day=DAY, without_body=True)
    file = shared / "facts/papers.jsonl"
    outcome = overlay(file, folder.content, folder.papers())
    assert outcome.doubts == ()
    assert len(outcome.pages) == 484
    assert outcome.gained() == {"authors": 425, "ids.arxiv": 442, "ids.doi": 40, "venue": 438, "year": 469}
    assert sum(paper.unconfirmed == ("arxiv",) for paper in folder.papers()) == 70
    before = folder.bytes()
    assert overlay(file, folder.content, folder.papers()).changed == ()
    assert ingest([shared / "dumps"], folder.content, day=DAY, without_body=True).kept == {}
    assert folder.bytes() == before
