"""A page that is open while the site is built anew goes on, or says that it has to be loaded again, with its query."""

from __future__ import annotations

import json
import re
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from site_builder import shipped
from site_builder.content.writing import write_text
from site_builder.model import Paper
from tests.browser.conftest import Silent
from tests.browser.test_offline import Site, searched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

SETTINGS = "title: The Marsh\noffline: false\n"
WAY = "Load this page again"


class Keeping(Silent):
    """Serves a folder; browsers may keep scripts for an hour without asking."""

    def end_headers(self) -> None:
        if self.path.startswith("/repo/static/"):
            self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.build(SETTINGS)
    return site


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Keeping, directory=str(site.folder / "served"))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/repo/"
        server.shutdown()


@pytest.fixture
def wrong(page: Page) -> list[str]:
    """What went wrong in the page; a file that is gone is no error of a script."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def renew(site: Site) -> None:
    """Build with a paper changed, so that some files of the index have other names, with a word that none had."""
    site.write(Paper(slug="otters", title="Otters anew", body="An otter meets a moorhen, and a heron."))
    site.build(SETTINGS)


def set_format(site: Site, number: int) -> None:
    """Make the index one of another format, with scripts that read it."""
    name = shipped.STATIC / "search" / "files.js"
    script = re.sub(r"(?m)^const FORMAT = \d+;", f"const FORMAT = {number};", name.read_text("utf-8"))
    write_text(site.folder / "static" / "search" / "files.js", script)
    renew(site)
    path = site.folder / "served/repo/search/manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "format": number}), "utf-8")


def renew_scripts(site: Site) -> None:
    """Build with a script of the third file changed in a way that the others must know of."""
    name = shipped.STATIC / "search" / "seldom.js"
    script = name.read_text("utf-8").replace("seldomOver", "otherwiseOver")
    write_text(site.folder / "static" / "search" / "seldom.js", script)
    engine = (shipped.STATIC / "search" / "engine.js").read_text("utf-8").replace("seldomOver", "otherwiseOver")
    write_text(site.folder / "static" / "search" / "engine.js", engine)
    site.build(SETTINGS)


def told(page: Page) -> None:
    """Expect that the page says what became of it, and offers to load it again; do so."""
    expect(page.locator("#search-status")).to_contain_text(f"The catalogue was renewed. {WAY}.")
    expect(page.locator("#search-results > li")).to_have_count(0)
    page.get_by_role("link", name=WAY).click()


def test_files_that_are_gone_after_a_new_build_are_found_under_their_new_names_and_nobody_notices(
    page: Page, site: Site, address: str, wrong: list[str]
) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{address}search.html?q=lamp")
    expect(page.locator("#search-results a")).to_have_text(["Moths & Lamps"])
    gone: list[str] = []
    page.on("response", lambda response: gone.append(response.url) if response.status == 404 else None)
    renew(site)
    searched(page, "moorhen")
    expect(page.locator("#search-results a").first).to_have_text("Otters anew")
    expect(page.locator("#search-status")).to_contain_text("1 paper found.")
    expect(page.locator("#search-results mark")).to_have_text(["moorhen"])
    assert [url for url in gone if "/search/terms/" in url]
    assert wrong == []


def test_filters_that_are_opened_and_lists_taken_after_a_new_build_are_those_of_now(
    page: Page, site: Site, address: str, wrong: list[str]
) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    site.write(Paper(slug="otters", title="Otters anew", body="A heron.", year=2024, tags=("fur",)))
    site.build(SETTINGS)
    page.locator("#search-filters summary").click()
    expect(page.locator("#search-filters .choice").filter(has_text="2024")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV").click()
    assert taken.value.suggested_filename == "papers.csv"
    assert wrong == []


def test_an_open_page_whose_scripts_cannot_read_the_new_index_says_so_and_goes_on_with_the_query(
    page: Page, site: Site, address: str, wrong: list[str]
) -> None:
    page.goto(f"{address}search.html?q=heron&sort=title")
    expect(page.locator("#search-results > li")).to_have_count(2)
    set_format(site, 99)
    searched(page, "moorhen")
    told(page)
    expect(page).to_have_url(f"{address}search.html?q=moorhen&sort=title")
    expect(page.locator("#q")).to_have_value("moorhen")
    expect(page.locator("#search-results a").last).to_have_text("Otters anew")
    assert wrong == []


def test_old_scripts_beside_a_new_index_say_so_at_once_and_are_fetched_anew_though_the_browser_kept_them(
    page: Page, site: Site, address: str, wrong: list[str]
) -> None:
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    set_format(site, 99)
    page.goto(f"{address}search.html?q=moorhen")
    expect(page.get_by_role("status")).to_contain_text("The catalogue was renewed.")
    told(page)
    expect(page.locator("#search-results a").first).to_have_text("Otters anew")
    assert wrong == []


def test_a_script_of_another_build_does_not_run_with_those_of_an_open_page(
    page: Page, site: Site, address: str, wrong: list[str]
) -> None:
    page.goto(f"{address}search.html")
    searched(page, "heron")
    expect(page.locator("#search-results > li")).to_have_count(2)
    renew_scripts(site)
    searched(page, "hreon")
    told(page)
    expect(page.locator("#search-hint")).to_contain_text("Showing results for heron.")
    expect(page.locator("#search-results > li")).to_have_count(2)
    assert wrong == []


def test_a_second_script_of_another_build_is_told_though_it_cannot_show_anything(
    page: Page, site: Site, address: str
) -> None:
    old = (site.folder / "served/repo/static/search.js").read_text("utf-8")
    renew_scripts(site)
    page.route("**/static/search.js", lambda route: route.fulfill(body=old, content_type="text/javascript"))
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-status")).to_contain_text("The catalogue was renewed.")
    page.unroute("**/static/search.js")
    page.get_by_role("link", name=WAY).click()
    expect(page.locator("#search-status")).to_have_text("2 papers found.")


def test_a_page_whose_second_script_does_not_come_says_so(page: Page, address: str) -> None:
    page.route("**/static/search-more.js", lambda route: route.abort())
    page.goto(f"{address}search.html?q=heron")
    expect(page.locator("#search-status")).to_contain_text(f"The search could not be read. {WAY}.")
    page.unroute("**/static/search-more.js")
    page.get_by_role("link", name=WAY).click()
    expect(page.locator("#search-status")).to_have_text("2 papers found.")


def test_a_box_that_can_suggest_nothing_any_more_leads_to_the_search(page: Page, site: Site, address: str) -> None:
    page.goto(f"{address}index.html")
    page.locator("#q").press_sequentially("heron")
    expect(page.locator(".suggestions a")).to_have_count(2)
    set_format(site, 99)
    page.locator("#q").fill("moorhen & heron")
    expect(page.locator(".suggestions a")).to_have_text(["Search for “moorhen & heron”"])
    page.locator(".suggestions a").click()
    expect(page.locator("#q")).to_have_value("moorhen & heron")
