"""Without a network, what was read can be read again; with one, nobody reads what is out of date."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from site_builder.build import build
from site_builder.content.folder import paper_path
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.model import Paper
from tests.browser.conftest import GOLDEN, Silent

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PAPERS = (
    Paper(slug="herons-of-the-marsh", title="Herons of the <Marsh>", body="They stand in cold water, and wait."),
    Paper(slug="otters", title="Otters", body="An otter meets a heron."),
    Paper(slug="moths", title="Moths & Lamps", body="A lamp is not the moon."),
)


class Site:
    """A site in a folder of a local host, which can be built anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.built = 0.0
        for paper in PAPERS:
            self.write(paper)

    def write(self, paper: Paper) -> None:
        write_text(paper_path(self.folder / "content", paper.slug), write_paper(paper))

    def build(self, settings: str = "title: The Marsh\n") -> None:
        """Build, a second after the last time: hosts tell the age of a file in whole seconds."""
        time.sleep(max(0, self.built + 1.1 - time.monotonic()))
        write_text(self.folder / "content" / "site.yaml", settings)
        build(self.folder / "content", self.folder / "served" / "repo", cache_dir=self.folder / "cache")
        self.built = time.monotonic()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.build()
    return site


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """Where the site is served: in a folder, as on a host of project pages."""
    with served(site.folder / "served") as root:
        yield f"{root}repo/"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that lets workers be; those of the other tests block them."""
    with browser.new_context(service_workers="allow") as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def until(page: Page, script: str, given: object = None) -> None:
    """Wait for a script to give something true; the site's policy lets no page do so itself."""
    for _ in range(100):
        if page.evaluate(script, given):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


def serving(page: Page) -> None:
    """Wait until a worker serves the page."""
    until(page, "navigator.serviceWorker.controller?.state === 'activated'")


def settled(page: Page) -> None:
    """Wait until a worker serves the page and has kept what the page read before."""
    serving(page)
    until(
        page,
        """async () => {
            const { scope } = await navigator.serviceWorker.ready;
            const read = [location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)]
                .filter((url) => url.startsWith(scope) && !url.endsWith("sw.js"))
                .map((url) => url.replace(/[?].*/, "").replace(/[/]$/, "/index.html"));
            for (const url of read) if (!(await caches.match(url, { ignoreSearch: true }))) return false;
            return true;
        }""",
    )


def kept(page: Page, ending: str) -> list[str]:
    """Return the addresses, from the root of the site, that the worker keeps in one of its caches."""
    found: list[str] = page.evaluate(
        """async (ending) => {
            const names = (await caches.keys()).filter((name) => name.endsWith(ending));
            const addresses = [];
            for (const name of names) for (const { url } of await (await caches.open(name)).keys()) addresses.push(url);
            return addresses.map((url) => url.replace(/^.*[/]repo[/]/, "")).toSorted();
        }""",
        ending,
    )
    return found


def searched(page: Page, query: str) -> None:
    page.locator("#q").fill(query)
    page.locator("#q").press("Enter")


def test_a_page_that_was_visited_is_read_again_without_a_network(
    context: BrowserContext, page: Page, address: str
) -> None:
    page.goto(f"{address}papers/otters.html")
    settled(page)
    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Otters")
    assert page.evaluate("getComputedStyle(document.querySelector('.head')).borderBottomStyle") == "solid"


def test_the_folder_itself_is_kept_as_its_index(context: BrowserContext, page: Page, address: str) -> None:
    page.goto(address)
    serving(page)
    page.goto(address)
    context.set_offline(True)
    page.goto(f"{address}index.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("The Marsh")


def test_words_that_were_searched_for_are_found_without_a_network(
    context: BrowserContext, page: Page, address: str
) -> None:
    page.goto(f"{address}search.html")
    searched(page, "heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    settled(page)
    context.set_offline(True)
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(2)


def test_the_search_works_without_a_network_though_its_page_was_never_read(
    context: BrowserContext, page: Page, address: str
) -> None:
    page.goto(address)
    settled(page)
    context.set_offline(True)
    page.goto(f"{address}search.html")
    expect(page.locator("#q")).to_be_visible()
    searched(page, "heron")
    expect(page.get_by_role("status")).to_contain_text("could not be read")


def test_where_a_page_was_never_read_those_that_were_are_offered_and_a_reload_tries_again(
    context: BrowserContext, page: Page, address: str
) -> None:
    page.goto(f"{address}papers/herons-of-the-marsh.html")
    settled(page)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    context.set_offline(True)
    page.goto(f"{address}papers/moths.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("No network")
    expect(page).to_have_title("No network · The Marsh")
    read = page.get_by_role("listitem").get_by_role("link")
    expect(read).to_have_text([re.compile("^Herons of the <Marsh>")])
    assert page.locator("marsh").count() == 0
    assert page.locator("body").evaluate("e => getComputedStyle(e).fontFamily") != "Times New Roman"
    read.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Herons of the <Marsh>")
    page.go_back()
    context.set_offline(False)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Moths & Lamps")
    assert wrong == []


def test_a_site_that_was_built_anew_shows_what_is_new_at_once(page: Page, site: Site, address: str) -> None:
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    settled(page)
    page.goto(f"{address}papers/otters.html")
    site.write(Paper(slug="otters", title="Otters again", body="An otter meets a moorhen."))
    write_text(site.folder / "static" / "style.css", "h1 { font-size: 77px }")
    site.build()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Otters again")
    expect(page.get_by_role("heading", level=1)).to_have_css("font-size", "77px")
    page.goto(f"{address}search.html?q=moorhen")
    expect(page.locator("#search-results > li")).to_have_text(re.compile("^Otters again"))
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(1)


def test_after_a_new_build_what_is_out_of_date_is_forgotten_and_what_stayed_is_not_fetched_again(
    page: Page, site: Site, address: str
) -> None:
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    settled(page)
    old_shell, old_read = kept(page, "shell"), kept(page, "read")
    site.write(Paper(slug="moths", title="Moths", body="A lamp, and a heron."))
    write_text(site.folder / "static" / "style.css", "h1 { font-size: 77px }")
    site.build()
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(3)
    until(
        page,
        """async (old) => {
            const [name] = (await caches.keys()).filter((name) => name.endsWith("shell"));
            const kept = await (await caches.open(name)).keys();
            const addresses = kept.map(({ url }) => url.replace(/^.*[/]repo[/]/, ""));
            return addresses.length === old.length && addresses.some((address) => !old.includes(address));
        }""",
        old_shell,
    )
    new_shell, new_read = kept(page, "shell"), kept(page, "read")
    assert {path.partition("?")[0] for path in set(new_shell) ^ set(old_shell)} == {"static/style.css"}
    shards = [path for path in new_read if re.search(r"^search/.+\.json$", path)]
    assert set(shards) - set(old_read)
    there = [
        path.relative_to(site.folder / "served/repo").as_posix() for path in site.folder.glob("served/repo/search/**/*")
    ]
    assert set(shards) <= set(there)


def test_a_page_that_is_gone_is_not_kept_any_longer(
    context: BrowserContext, page: Page, site: Site, address: str
) -> None:
    page.goto(f"{address}papers/otters.html")
    settled(page)
    paper_path(site.folder / "content", "otters").unlink()
    site.build()
    page.goto(f"{address}papers/otters.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("Error response")
    context.set_offline(True)
    page.goto(f"{address}papers/otters.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("No network")


def test_a_site_that_keeps_nothing_has_no_worker_and_takes_back_the_one_it_had(
    context: BrowserContext, page: Page, site: Site, address: str
) -> None:
    page.goto(f"{address}papers/otters.html")
    settled(page)
    site.build("title: The Marsh\noffline: false\n")
    page.reload()
    until(page, "async () => !(await navigator.serviceWorker.getRegistrations()).length")
    assert page.evaluate("caches.keys()") == []
    fresh = context.new_page()
    fresh.goto(f"{address}papers/otters.html", wait_until="networkidle")
    assert fresh.evaluate("navigator.serviceWorker.controller") is None
    assert fresh.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_two_sites_of_one_host_keep_apart(page: Page, site: Site) -> None:
    build(site.folder / "content", site.folder / "served" / "other", cache_dir=site.folder / "cache")
    with served(site.folder / "served") as root:
        for name in ("repo", "other"):
            page.goto(f"{root}{name}/papers/otters.html")
            settled(page)
        names: list[str] = page.evaluate("caches.keys()")
    assert sorted(names) == sorted(
        f"site-builder {root}{name}/ {cache}" for name in ("repo", "other") for cache in ("shell", "read")
    )


def test_a_site_for_the_disk_is_searched_from_there_and_leads_to_its_papers(page: Page, site: Site) -> None:
    site.write(Paper(slug="names", title="Names of objects", body="Say `__proto__` and constructor."))
    site.build("title: The Marsh\noffline: true\n")
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text))
    page.goto((site.folder / "served/repo/index.html").as_uri())
    page.locator("input[name=q]").first.fill("herons")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results > li")).to_have_count(2)
    searched(page, "__proto__")
    expect(page.locator("#search-results a").first).to_have_text("Names of objects")
    searched(page, "otetr")
    expect(page.locator("#search-results a").first).to_have_text("Otters")
    page.locator("#search-results a").first.click()
    expect(page).to_have_url(re.compile(r"^file:.*/papers/otters\.html$"))
    assert wrong == []


def test_from_a_disk_papers_show_why_they_were_found(page: Page, site: Site) -> None:
    site.build("title: The Marsh\noffline: true\n")
    page.goto((site.folder / "served/repo/search.html").as_uri() + "?q=cold+water")
    expect(page.locator("#search-results .passage").first).to_have_text("They stand in cold water, and wait.")
    expect(page.locator("#search-results .passage mark")).to_have_text(["cold", "water"])


def test_from_a_disk_phrases_are_looked_for_in_texts(page: Page, site: Site) -> None:
    site.build("title: The Marsh\noffline: true\n")
    page.goto((site.folder / "served/repo/search.html").as_uri())
    searched(page, '"meets a heron"')
    expect(page.locator("#search-results a")).to_have_text(["Otters"])
    searched(page, 'heron -"cold water"')
    expect(page.locator("#search-results a")).to_have_text(["Otters"])
    searched(page, '"heron meets"')
    expect(page.locator("#search-status")).to_have_text("Nothing found: no paper has all of this.")


def test_from_a_disk_a_list_can_be_taken_away(page: Page, site: Site) -> None:
    site.build("title: The Marsh\noffline: true\n")
    page.goto((site.folder / "served/repo/search.html").as_uri() + "?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    with page.expect_download() as taken:
        page.get_by_role("button", name="BibTeX").click()
    written = Path(taken.value.path()).read_text("utf-8")
    assert written.count("@misc{") == 2
    assert "url" not in written
    expect(page.locator("#search-taken")).to_have_text("2 papers are in the file.")


def test_a_text_is_the_same_from_a_disk_as_from_a_host(page: Page, tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "content")
    write_text(tmp_path / "content" / "site.yaml", "title: The Harbour\noffline: true\n")
    site = tmp_path / "served" / "repo"
    build(tmp_path / "content", site, cache_dir=tmp_path / "cache")
    slugs = [path.stem for path in sorted((site / "papers").glob("*.html"))]
    assert len(slugs) > 5
    told = []
    with served(tmp_path / "served") as root:
        for address in (f"{root}repo/", f"{site.as_uri()}/"):
            page.goto(f"{address}search.html")
            until(page, "typeof paperTexts === 'function'")
            read = "(slugs) => { const texts = paperTexts(''); return Promise.all(slugs.map(texts.of)); }"
            told.append(page.evaluate(read, slugs))
    assert told[0] == told[1]
    assert any("\n" in text["body"] for text in told[0])


def test_a_file_that_is_missing_on_the_disk_is_told(page: Page, site: Site) -> None:
    site.build("title: The Marsh\noffline: true\n")
    for path in (site.folder / "served/repo/search/terms").glob("*.js"):
        path.unlink()
    page.goto((site.folder / "served/repo/search.html").as_uri() + "?q=heron")
    expect(page.get_by_role("status")).to_contain_text("could not be read")


def test_a_text_that_is_missing_on_the_disk_leaves_the_title(page: Page, site: Site) -> None:
    site.build("title: The Marsh\noffline: true\n")
    (site.folder / "served/repo/papers/otters.js").unlink()
    page.goto((site.folder / "served/repo/search.html").as_uri() + "?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    expect(page.locator("#search-results .passage")).to_have_text(["They stand in cold water, and wait.", ""])
    searched(page, '"meets a heron"')
    expect(page.locator("#search-status")).to_contain_text("1 more have its words, but were not read for the phrase.")


def test_a_site_for_the_disk_is_searched_on_a_host_as_any_other(page: Page, site: Site, address: str) -> None:
    site.build("title: The Marsh\noffline: true\n")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    assert not [url for url in asked if "/search/" in url and not url.endswith(".json")]


def test_from_a_disk_no_worker_is_asked_for_and_nothing_goes_wrong(page: Page, site: Site) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text))
    page.goto((site.folder / "served/repo/papers/otters.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Otters")
    assert wrong == []


def test_while_one_edits_nothing_is_kept_and_a_worker_left_at_the_port_goes(
    page: Page, site: Site, tmp_path: Path
) -> None:
    with served(site.folder / "served" / "repo") as root:
        page.goto(f"{root}papers/otters.html")
        settled(page)
    port = root.rstrip("/").rpartition(":")[2]
    command = [sys.executable, "-m", "site_builder", "serve", "--content", str(site.folder / "content"), "--port", port]
    with subprocess.Popen(
        [*command, "--output", str(tmp_path / "edited")],
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert any(line.startswith("http://") for line in process.stdout)
            site.write(Paper(slug="otters", title="Otters while one edits"))
            page.goto(f"{root}papers/otters.html")
            expect(page.get_by_role("heading", level=1)).to_have_text("Otters while one edits")
            until(page, "async () => !(await navigator.serviceWorker.getRegistrations()).length")
            assert page.evaluate("caches.keys()") == []
        finally:
            process.terminate()
