"""The catalogue whole: what is shipped, and what real dumps become, read in Chromium."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from site_builder.build import build
from site_builder.check import check
from site_builder.content.papers import read_paper
from site_builder.content.repairs import copied
from site_builder.ingest import ingest
from site_builder.receipt import Built
from site_builder.text.markdown import to_text
from tests.browser.conftest import Silent

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

SHIPPED = Path(__file__).parents[2] / "content"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Built]:
    """The site of the shipped content, and what the build says of it."""
    folder = tmp_path_factory.mktemp("shipped")
    return folder / "public", build(SHIPPED, folder / "public", cache_dir=folder / "cache")


@pytest.fixture(scope="module")
def of_dumps(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """The site of the dumps with their abstracts; its content folder stands beside it."""
    folder = tmp_path_factory.mktemp("copied")
    ingest([shared / "dumps"], folder / "content", day="2026-01-01")
    build(folder / "content", folder / "public", cache_dir=folder / "cache")
    return folder / "public"


@contextmanager
def served(public: Path) -> Iterator[str]:
    """Serve a site for a while, and tell where."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(public))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def abstracts(shared: Path) -> dict[str, str]:
    """Read titles and abstracts as these five files have them: a long line is one, and the line before its title."""
    found: dict[str, str] = {}
    for dump in sorted((shared / "dumps").glob("*.txt")):
        before = ""
        for line in filter(None, dump.read_text("utf-8").split("\n")):
            if len(line) > 250:
                found[before.removeprefix("Subscribe")] = line
            before = line
    return found


def folded(text: str) -> str:
    return " ".join(text.split())


def test_the_shipped_catalogue_is_whole_and_nothing_in_it_is_broken(shipped: tuple[Path, Built]) -> None:
    public, built = shipped
    assert (built.papers, built.topics, built.collections) == (484, 34, 5)
    assert len(list((public / "papers").glob("*.html"))) == 484
    assert len(list((public / "topics").glob("*.html"))) == 34
    assert check(public, bases=("/", "/repo/"), content=SHIPPED) == []


@pytest.mark.parametrize("without_repair", [True, False])
def test_every_abstract_shows_in_chromium_as_it_was_copied(
    browser: Browser, shared: Path, tmp_path: Path, without_repair: bool
) -> None:
    """Where something was repaired, the places stand folded up below as they were copied."""
    content, public = tmp_path / "content", tmp_path / "public"
    ingest([shared / "dumps"], content, day="2026-01-01", without_repair=without_repair)
    build(content, public, cache_dir=tmp_path / "cache")
    wanted = abstracts(shared)
    assert len(wanted) == 484
    differing, with_copy = [], 0
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        for path in sorted((content / "papers").glob("*.md")):
            paper = read_paper(path.read_text("utf-8"), str(path), path.stem)
            page.goto((public / "papers" / f"{path.stem}.html").as_uri())
            abstract = wanted.pop(copied(paper, "title") or "")
            shown = folded(page.locator(".prose").inner_text())
            if any(repair.field == "body" for repair in paper.repaired):
                with_copy += 1
                assert shown == folded(to_text(paper.body))
                page.locator("details.copied > summary").click()
                told = page.locator("details.copied > p").all_inner_texts()[
                    any(repair.field == "title" for repair in paper.repaired) :
                ]
                assert all(folded(place.strip("… ")) in folded(abstract) for place in told)
                assert all(
                    any(repair.was in place for place in told) for repair in paper.repaired if repair.field == "body"
                )
                shown = folded(copied(paper, "body") or "")
            else:
                expect(page.locator("details.copied")).to_have_count(1 if paper.repaired else 0)
            if shown != folded(abstract):
                differing.append(path.stem)
            assert folded(page.locator("h1").inner_text()) == folded(paper.title)
    assert differing == []
    assert wanted == {}
    assert bool(with_copy) != without_repair


QUERIES = pytest.mark.parametrize(
    ("query", "spoken"),
    [("attention sink", "attention"), ("token pruning", "token"), ("causal discovery", "causal")],
)


def first_titles(page: Page, address: str, query: str) -> list[str]:
    """Type a query; return the titles found, and see that nothing was asked of anybody else."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page.goto(f"{address}search.html")
    page.locator("#q").press_sequentially(query)
    results = page.locator("#search-results > li")
    # What is told aloud waits until nobody types any more; what is shown before may be of half a word.
    expect(page.locator("#search-told")).to_contain_text("found")
    assert set(asked) == {urlsplit(address).netloc}
    return [title.lower() for title in results.all_inner_texts()]


@QUERIES
def test_a_search_for_a_headline_topic_shows_papers_on_it_first(
    page: Page, shipped: tuple[Path, Built], query: str, spoken: str
) -> None:
    """Two, because no more of the shipped titles speak of causal discovery, and titles are all the text there is."""
    with served(shipped[0]) as address:
        first = first_titles(page, address, query)[:2]
    assert all(spoken in title for title in first), first


@QUERIES
def test_with_abstracts_the_first_three_are_on_the_topic(page: Page, of_dumps: Path, query: str, spoken: str) -> None:
    with served(of_dumps) as address:
        first_titles(page, address, query)
        for result in page.locator("#search-results > li").all()[:3]:
            result.scroll_into_view_if_needed()  # a title alone need not name the topic; passages come for what is seen
            expect(result).to_contain_text(re.compile(spoken, re.IGNORECASE))
