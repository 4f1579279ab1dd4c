"""The real dumps: counted, merged, and shown as they were copied."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from site_builder.content.collections import read_collection
from site_builder.content.papers import read_paper
from site_builder.content.repairs import copied
from site_builder.ingest import Outcome, ingest
from site_builder.text.markdown import to_text
from tests import invented

if TYPE_CHECKING:
    from site_builder.model import Paper

DAY = "2026-01-31"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ingested") / "content"


@pytest.fixture(scope="module")
def outcome(shared: Path, content: Path) -> Outcome:
    return ingest([shared / "dumps"], content, day=DAY)


@pytest.fixture(scope="module")
def papers(outcome: Outcome, content: Path) -> list[Paper]:
    assert outcome.new
    return [
        read_paper(path.read_text("utf-8"), str(path), path.stem) for path in sorted((content / "papers").iterdir())
    ]


def blocks(shared: Path) -> set[str]:
    """The text lines of the dumps, the glued banner taken off."""
    lines = (line for path in (shared / "dumps").iterdir() for line in path.read_text("utf-8").splitlines())
    return {re.sub("^Subscribe(?=.)", "", " ".join(line.split())) for line in lines}


def test_the_entries_and_repeats_are_counted(outcome: Outcome) -> None:
    assert [account.entries for account in outcome.accounts] == [83, 199, 90, 78, 114]
    assert (outcome.entries, outcome.papers, len(outcome.new)) == (564, 484, 484)
    assert outcome.report()["repeats"] == 80


def test_nothing_is_doubtful_and_every_line_is_accounted_for(outcome: Outcome, shared: Path) -> None:
    assert outcome.doubts == ()
    for account, path in zip(outcome.accounts, sorted((shared / "dumps").iterdir()), strict=True):
        assert [line.line for line in account.lines] == list(range(1, len(path.read_text("utf-8").splitlines()) + 1))
        assert account.count["title"] == account.count["abstract"] == account.entries
        assert set(account.count) <= {"title", "abstract", "furniture", "blank"}


def test_the_header_is_furniture_and_glued_once(outcome: Outcome) -> None:
    kinds = Counter(line.note for account in outcome.accounts for line in account.lines if line.became == "furniture")
    assert kinds == {"banner": 6, "new": 4, "subscribe": 4, "curator": 4, "date": 3, "page title": 1}
    assert [line.note for a in outcome.accounts for line in a.lines if line.note.startswith("cut")] == [
        "cut off: Subscribe"
    ]


def test_curators_and_days_go_to_the_collections(outcome: Outcome, content: Path) -> None:
    assert outcome.papers
    files = sorted((content / "collections").iterdir())
    collections = [read_collection(path.read_text("utf-8"), str(path), path.stem) for path in files]
    assert [c.curator for c in collections] == [
        "AK and the research community", "", *["AK and the research community"] * 3
    ]  # fmt: skip
    assert [c.copied for c in collections] == ["", "", "Mar 11", "Mar 11", "Mar 11"]


def test_titles_and_abstracts_are_those_of_the_dumps_once_the_repairs_are_taken_back(
    papers: list[Paper], shared: Path
) -> None:
    in_dumps = blocks(shared)
    for paper in papers:
        assert copied(paper, "title") in in_dumps
        assert copied(paper, "body") in in_dumps


def test_without_repair_titles_and_abstracts_are_shown_as_they_were_copied(shared: Path, tmp_path: Path) -> None:
    ingest([shared / "dumps"], tmp_path, day=DAY, without_repair=True)
    in_dumps = blocks(shared)
    for path in sorted((tmp_path / "papers").iterdir()):
        paper = read_paper(path.read_text("utf-8"), str(path), path.stem)
        assert paper.title in in_dumps
        assert to_text(paper.body) in in_dumps


def test_every_sighting_is_kept(papers: list[Paper]) -> None:
    assert sum(len(paper.seen) for paper in papers) == 564


def test_links_are_found_clean(papers: list[Paper]) -> None:
    assert sum(bool(paper.links) for paper in papers) == 180
    links = [url for paper in papers for url in paper.links.values()]
    assert all(re.fullmatch(r"https?://[\w.-]+(/[\w./~+-]*)?", url) for url in links)
    assert not [url for url in links if url.endswith((".git", ".", ")", "~"))]


def test_the_near_twins_stay_two(papers: list[Paper]) -> None:
    twins = [p.title for p in papers if p.title.startswith(("Dynamic Token Pruning in Plain", "Dynamic Token-Pass"))]
    assert len(twins) == 2


def test_no_address_is_longer_than_it_may_be_and_none_has_a_suffix(papers: list[Paper]) -> None:
    assert all(len(paper.slug) <= 80 for paper in papers)


def test_the_same_dumps_again_change_no_byte(outcome: Outcome, content: Path, shared: Path) -> None:
    assert outcome.new
    before = {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}
    again = ingest([shared / "dumps"], content, day="2026-02-01")
    assert {path: path.read_bytes() for path in content.rglob("*") if path.is_file()} == before
    assert again.unchanged == 484


def test_without_bodies_the_dumps_leave_the_bodies_as_they_are(shared: Path, tmp_path: Path) -> None:
    dump = sorted((shared / "dumps").iterdir())[3]
    ingest([dump], tmp_path, day=DAY, without_body=True)
    pages = sorted((tmp_path / "papers").iterdir())
    pages[0].write_text(pages[0].read_text("utf-8") + "A summary in our own words.\n", "utf-8")
    before = [page.read_bytes() for page in pages]
    again = ingest([dump], tmp_path, day=DAY)
    assert [page.read_bytes() for page in pages] == before
    assert again.kept == {pages[0].stem: ("body",)}


def test_the_dumps_leave_the_shipped_catalogue_as_it_is(shared: Path, tmp_path: Path) -> None:
    """Bodies as they stand, facts and names that people put there: the dumps that it came from add nothing."""
    shipped = Path(__file__).parents[2] / "content"
    shutil.copytree(shipped, tmp_path / "content")
    again = ingest([shared / "dumps"], tmp_path / "content", day=DAY)
    assert invented.tree(tmp_path / "content") == invented.tree(shipped)
    assert again.unchanged == 484
