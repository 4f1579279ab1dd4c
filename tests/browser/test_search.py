"""The search page in a real browser, over a site that the build made."""

from __future__ import annotations

import re
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Request, expect

from site_builder.build import build
from site_builder.content.folder import paper_path
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.model import Paper
from tests.browser.conftest import Silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

PAPERS = (
    Paper(slug="herons-of-the-marsh", title="Herons of the Marsh", body="They stand in cold water, and wait."),
    Paper(slug="retrieval-of-otters", title="Retrieval of <b>Otters</b>", body="An otter meets a heron."),
    Paper(slug="moths", title="Moths & Lamps", body="A lamp is not the moon."),
    *(Paper(slug=f"reed-{n}", title=f"Reed number {n}", body="Reeds stand in the wind.") for n in range(30)),
)

SYNONYMS = "- forms: [cold water, CWX]\n- forms: [QXQ, wait, meets, moon, number, wind]\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    for paper in PAPERS:
        write_text(paper_path(folder / "content", paper.slug), write_paper(paper))
    write_text(folder / "content" / "synonyms.yaml", SYNONYMS)
    build(folder / "content", folder / "served" / "repo", cache_dir=folder / "cache")
    return folder / "served" / "repo"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site at a sub-path of a local server, as on a host of project pages."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(site.parent))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/repo/"
        server.shutdown()


@pytest.fixture
def search(page: Page, address: str) -> Iterator[Page]:
    """The search page; whatever goes wrong in it fails the test."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(address + "search.html")
    yield page
    assert wrong == []


def titles(page: Page) -> list[str]:
    return page.locator("#search-results a").all_inner_texts()


def typed(page: Page, query: str) -> None:
    page.locator("#q").press_sequentially(query)


def test_results_come_as_one_types_the_best_first_with_what_matched(search: Page) -> None:
    typed(search, "heron")
    expect(search.locator("#search-results a")).to_have_text(["Herons of the Marsh", "Retrieval of <b>Otters</b>"])
    expect(search.locator("#search-results mark")).to_have_text(["Herons"])
    expect(search.get_by_role("status")).to_have_text("2 papers found.")


def test_two_letters_of_a_word_are_enough(search: Page) -> None:
    typed(search, "mo")
    expect(search.locator("#search-results a")).to_have_text(["Moths & Lamps"])


def test_the_address_has_the_query_and_back_returns_to_its_results(search: Page) -> None:
    typed(search, "retrieva")
    expect(search).to_have_url(re.compile(r"/repo/search\.html\?q=retrieva$"))
    search.locator("#search-results a").click()
    expect(search).to_have_url(re.compile(r"/repo/papers/retrieval-of-otters\.html$"))
    search.go_back()
    expect(search.locator("#q")).to_have_value("retrieva")
    expect(search.locator("#search-results a")).to_have_text(["Retrieval of <b>Otters</b>"])


def test_a_link_with_a_query_is_answered(search: Page, address: str) -> None:
    search.goto(address + "search.html?q=moth+%26+lamps")
    expect(search.locator("#q")).to_have_value("moth & lamps")
    expect(search.locator("#search-results a")).to_have_text(["Moths & Lamps"])


def test_the_form_of_another_page_leads_to_the_results(search: Page, address: str) -> None:
    search.goto(address + "index.html")
    search.locator("input[name=q]").first.fill("otters")
    search.keyboard.press("Enter")
    expect(search.locator("#search-results a")).to_have_text(["Retrieval of <b>Otters</b>"])


def test_nothing_found_names_the_words_that_no_paper_has(search: Page) -> None:
    typed(search, "zeppelin xylophone")
    expect(search.get_by_role("status")).to_have_text("Nothing found: no paper here has “zeppelin”, “xylophone”.")
    assert titles(search) == []


def test_an_unknown_word_is_left_out_and_named(search: Page) -> None:
    typed(search, "zeppelin lamps")
    expect(search.get_by_role("status")).to_have_text("1 paper found. No paper has “zeppelin”.")


def test_a_typing_error_is_forgiven_and_told(search: Page) -> None:
    typed(search, "retreival ")
    expect(search.get_by_role("status")).to_have_text(
        "1 paper found. No paper has “retreival”; searched for “retrieval” instead."
    )


def test_an_acronym_finds_the_paper_that_has_only_the_long_form_and_that_is_told(search: Page) -> None:
    typed(search, "cwx")
    expect(search.locator("#search-results a")).to_have_text(["Herons of the Marsh"])
    expect(search.get_by_role("status")).to_have_text("1 paper found. Also searched for: cold water.")


def test_of_many_synonyms_four_are_named(search: Page) -> None:
    typed(search, "qxq")
    expect(search.get_by_role("status")).to_have_text(
        "33 papers found, the best 10 are shown. Also searched for: wait, meets, moon, number and 1 more."
    )


def test_a_word_without_synonyms_says_nothing_of_them(search: Page) -> None:
    typed(search, "cold")
    expect(search.get_by_role("status")).to_have_text("1 paper found.")


def test_words_that_are_too_common_are_told_from_words_that_are_not_there(search: Page) -> None:
    typed(search, "of the")
    expect(search.get_by_role("status")).to_contain_text("words as common as “the” and single letters")


def test_markup_in_a_query_or_a_title_stays_text(search: Page) -> None:
    typed(search, "<b>otters</b> <img src=x>")
    expect(search.locator("#search-results a").first).to_have_text("Retrieval of <b>Otters</b>")
    assert search.locator("#search-results b, #search-status b, #search-status img").count() == 0


def test_ten_results_are_shown_and_more_when_asked(search: Page) -> None:
    typed(search, "reeds")
    expect(search.locator("#search-results a")).to_have_count(10)
    expect(search.get_by_role("status")).to_have_text("30 papers found, the best 10 are shown.")
    search.get_by_role("button", name="Show more").click()
    expect(search.locator("#search-results a")).to_have_count(30)
    expect(search.locator("#search-results a").nth(10)).to_be_focused()
    expect(search.get_by_role("button", name="Show more")).to_be_hidden()


def test_the_keyboard_goes_from_the_slash_to_a_paper(search: Page) -> None:
    search.locator("#q").blur()
    search.keyboard.press("/")
    expect(search.locator("#q")).to_be_focused()
    search.keyboard.type("heron/")
    expect(search.locator("#q")).to_have_value("heron/")
    expect(search.locator("#search-results a")).to_have_count(2)
    search.keyboard.press("ArrowDown")
    search.keyboard.press("ArrowDown")
    search.keyboard.press("ArrowDown")
    expect(search.locator("#search-results a").nth(1)).to_be_focused()
    search.keyboard.press("ArrowUp")
    search.keyboard.press("ArrowUp")
    expect(search.locator("#q")).to_be_focused()
    search.keyboard.press("ArrowDown")
    search.keyboard.press("Enter")
    expect(search).to_have_url(re.compile(r"/papers/herons-of-the-marsh\.html$"))


def test_escape_clears_the_search_from_anywhere_in_it(search: Page) -> None:
    typed(search, "heron")
    expect(search.locator("#search-results a")).to_have_count(2)
    search.keyboard.press("ArrowDown")
    search.keyboard.press("Escape")
    expect(search.locator("#q")).to_be_focused()
    expect(search.locator("#q")).to_have_value("")
    expect(search.locator("#search-results a")).to_have_count(0)
    expect(search).to_have_url(re.compile(r"/search\.html$"))


def test_nothing_but_this_site_is_asked_for_and_each_file_once(page: Page, address: str) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - Playwright marks what it calls
    page.goto(address + "search.html")
    typed(page, "retrieval heron")
    expect(page.locator("#search-results a").first).to_be_visible()
    addresses = [request.url for request in requests if not request.url.startswith("data:")]
    assert all(url.startswith(address) for url in addresses)
    index = [url for url in addresses if "/repo/search/" in url]
    assert sorted(set(index)) == sorted(index)
    assert f"{address}search/manifest.json" in index


def test_an_index_that_cannot_be_read_is_told_with_a_way_on(page: Page, address: str) -> None:
    page.route("**/search/terms/*", lambda route: route.abort())
    page.goto(address + "search.html?q=heron")
    expect(page.get_by_role("status")).to_contain_text("The search index could not be read.")
    expect(page.get_by_role("status").get_by_role("link")).to_have_attribute("href", "all.html")
    page.unroute("**/search/terms/*")
    page.locator("#q").press("Enter")
    expect(page.locator("#search-results a")).to_have_count(2)


def test_from_a_disk_the_page_says_that_it_needs_a_server_and_offers_the_list(page: Page, site: Path) -> None:
    page.goto((site / "search.html").as_uri() + "?q=heron")
    expect(page.get_by_role("status")).to_contain_text("Searching needs a web server")
    page.get_by_role("status").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"^file:.*/all\.html$"))
