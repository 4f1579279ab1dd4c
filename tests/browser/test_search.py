"""The search page in a real browser, over a site that the build made."""

from __future__ import annotations

import re
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from site_builder.build import build
from site_builder.content.folder import paper_path
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.model import Paper, Sighting
from tests.browser.conftest import Silent
from tests.browser.test_accessibility import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

LANTERN = (
    "Long nights are many in the north. Those who sail there speak of fires on the hills, of bells, and of much else "
    "that a ship may follow when nothing is seen. An old book tells of a lantern that burned whale oil for forty "
    "years, and of the keeper, who never slept while it burned. Nobody knows who wrote the book."
)
PAPERS = (
    Paper(
        slug="herons-of-the-marsh",
        title="Herons of the Marsh",
        body="They wade in cold water, and wait.",
        topics=("birds",),
        tags=("long legs",),
        authors=("Ada Kelp", "Bo Ash"),
        year=2021,
        seen=(Sighting("spring", 4, 1),),
    ),
    Paper(
        slug="retrieval-of-otters",
        title="Retrieval of <b>Otters</b>",
        body="An otter meets a heron. The water was not cold.",
        topics=("birds", "mammals"),
        tags=("long legs",),
        year=2023,
    ),
    Paper(
        slug="moths", title="Moths & Lamps", body="A lamp is not the moon.", finding="Moths mistake one for the other."
    ),
    Paper(slug="lantern", title="An Essay on Fires", body=LANTERN, topics=("beacons",)),
    *(Paper(slug=f"reed-{n}", title=f"Reed number {n}", body="Reeds sway in the wind.", year=2000) for n in range(30)),
)

TOPICS = """\
- {id: birds, name: Birds of passage, definition: What flies.}
- {id: mammals, name: Mammals, definition: What gives milk.}
- {id: beacons, name: Beacons & fires, definition: What is seen from afar.}
"""
SYNONYMS = "- forms: [wade in cold, CWX]\n- forms: [QXQ, wait, meets, moon, number, wind]\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    for paper in PAPERS:
        write_text(paper_path(folder / "content", paper.slug), write_paper(paper))
    write_text(folder / "content" / "synonyms.yaml", SYNONYMS)
    write_text(folder / "content" / "topics.yaml", TOPICS)
    write_text(folder / "content" / "collections" / "spring.yaml", "name: Spring list\n")
    write_text(folder / "content" / "site.yaml", "title: The Marsh\noffline: false\n")
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
    expect(search.locator("#search-results a mark")).to_have_text(["Herons"])
    expect(search.locator("#search-status")).to_have_text("2 papers found.")


def test_two_letters_of_a_word_are_enough(search: Page) -> None:
    typed(search, "mo")
    expect(search.locator("#search-results a")).to_have_text(["Moths & Lamps"])


def test_the_address_has_the_query_and_back_returns_to_its_results(search: Page) -> None:
    typed(search, "retrieva")
    expect(search).to_have_url(re.compile(r"/repo/search\.html\?q=retrieva$"))
    search.locator("#search-results a").first.click()
    expect(search).to_have_url(re.compile(r"/repo/papers/retrieval-of-otters\.html$"))
    search.go_back()
    expect(search.locator("#q")).to_have_value("retrieva")
    expect(search.locator("#search-results a").first).to_have_text("Retrieval of <b>Otters</b>")


def test_a_link_with_a_query_is_answered(search: Page, address: str) -> None:
    search.goto(address + "search.html?q=moth+%26+lamps")
    expect(search.locator("#q")).to_have_value("moth & lamps")
    expect(search.locator("#search-results a")).to_have_text(["Moths & Lamps"])


def test_the_form_of_another_page_leads_to_the_results(search: Page, address: str) -> None:
    search.goto(address + "index.html")
    search.locator("input[name=q]").first.fill("otters")
    search.keyboard.press("Enter")
    expect(search.locator("#search-results a").first).to_have_text("Retrieval of <b>Otters</b>")


def test_nothing_found_names_the_words_that_no_paper_has(search: Page) -> None:
    typed(search, "zeppelin xylophone")
    expect(search.locator("#search-status")).to_have_text("Nothing found: no paper here has “zeppelin”, “xylophone”.")
    assert titles(search) == []


def test_where_nothing_is_found_there_is_a_way_to_all_papers(search: Page) -> None:
    typed(search, "zeppelin")
    search.get_by_role("link", name="all papers from A to Z").click()
    expect(search).to_have_url(re.compile(r"/all\.html$"))


def test_an_unknown_word_is_left_out_and_named(search: Page) -> None:
    typed(search, "zeppelin lamps")
    expect(search.locator("#search-status")).to_have_text("1 paper found. No paper has “zeppelin”.")


def test_a_typing_error_is_forgiven_and_told_with_the_way_to_what_was_typed(search: Page) -> None:
    typed(search, "retreival of otters")
    expect(search.locator("#search-hint")).to_have_text(
        "Showing results for retrieval of otters. Search instead for retreival of otters."
    )
    expect(search.locator("#search-results a").first).to_have_text("Retrieval of <b>Otters</b>")
    search.locator("#search-hint a").click()
    expect(search).to_have_url(re.compile(r"\?q=retreival\+of\+otters&exact=1$"))
    expect(search.locator("#search-status")).to_contain_text("No paper has “retreival”.")
    search.get_by_role("link", name="Allow for typing errors").click()
    expect(search.locator("#search-hint")).to_contain_text("Showing results for")
    search.go_back()
    expect(search.locator("#search-status")).to_contain_text("No paper has “retreival”.")


def test_typing_on_ends_the_search_for_what_was_typed_before(search: Page, address: str) -> None:
    search.goto(address + "search.html?q=retreival&exact=1")
    expect(search.locator("#search-status")).to_have_text("Nothing found: no paper here has “retreival”.")
    typed(search, " ")
    search.locator("#q").fill("retreival otters")
    expect(search.locator("#search-hint")).to_contain_text("Showing results for retrieval otters.")
    expect(search).to_have_url(re.compile(r"\?q=retreival\+otters$"))


def test_an_acronym_finds_the_paper_that_has_only_the_long_form_and_that_is_told(search: Page) -> None:
    typed(search, "cwx")
    expect(search.locator("#search-results a").first).to_have_text("Herons of the Marsh")
    expect(search.locator("#search-status")).to_contain_text("Also searched for: wade in cold.")


def test_words_in_quotes_are_not_said_to_have_been_searched_for_in_other_words(search: Page) -> None:
    typed(search, '"wade in cold"')
    expect(search.locator("#search-status")).to_have_text("1 paper found.")


def test_of_many_synonyms_four_are_named(search: Page) -> None:
    typed(search, "qxq")
    expect(search.locator("#search-status")).to_have_text(
        "33 papers found, the best 10 are shown. Also searched for: wait, meets, moon, number and 1 more."
    )


def test_a_word_without_synonyms_says_nothing_of_them(search: Page) -> None:
    typed(search, "whale")
    expect(search.locator("#search-status")).to_have_text("1 paper found.")


def test_words_that_are_too_common_are_told_from_words_that_are_not_there(search: Page) -> None:
    typed(search, "of the")
    expect(search.locator("#search-status")).to_contain_text("words as common as “the” and single letters")


def test_markup_in_a_query_or_a_title_stays_text(search: Page) -> None:
    typed(search, "<b>otters</b> <img src=x>")
    expect(search.locator("#search-results a").first).to_have_text("Retrieval of <b>Otters</b>")
    assert search.locator("#search-results b, #search-status b, #search-status img").count() == 0


def test_ten_results_are_shown_and_more_when_asked(search: Page) -> None:
    typed(search, "reeds")
    expect(search.locator("#search-results a")).to_have_count(10)
    expect(search.locator("#search-status")).to_have_text("30 papers found, the best 10 are shown.")
    search.get_by_role("button", name="Show more").click()
    expect(search.locator("#search-results a")).to_have_count(30)
    expect(search.locator("#search-results a").nth(10)).to_be_focused()
    expect(search.get_by_role("button", name="Show more")).to_be_hidden()


def test_who_comes_back_finds_as_many_results_and_the_same_place(search: Page) -> None:
    typed(search, "reeds")
    search.get_by_role("button", name="Show more").click()
    expect(search.locator("#search-results a")).to_have_count(30)
    link = search.locator("#search-results a").nth(25)
    link.scroll_into_view_if_needed()
    place = search.evaluate("scrollY")
    assert place > 0
    link.click()
    search.wait_for_url("**/papers/*")
    search.go_back()
    expect(search.locator("#search-results a")).to_have_count(30)
    search.wait_for_function("place => Math.abs(scrollY - place) < 50", arg=place)
    search.reload()
    expect(search.locator("#search-results a")).to_have_count(30)
    search.wait_for_function("place => Math.abs(scrollY - place) < 50", arg=place)
    typed(search, "reeds of")
    expect(search.locator("#search-results a")).to_have_count(10)


def test_what_was_read_as_words_is_told(search: Page) -> None:
    typed(search, "reeds year:soon")
    expect(search.locator("#search-hint")).to_contain_text("Not understood: “year:soon”.")
    search.locator("#q").fill("reeds")
    expect(search.locator("#search-hint")).not_to_contain_text("Not understood")


def test_filters_are_not_blamed_for_a_word_that_is_nowhere(search: Page) -> None:
    search.goto(search.url.split("?")[0] + "?q=zzzzqqqq&year=2021")
    expect(search.locator("#search-status")).to_contain_text("Nothing found")
    expect(search.locator("#search-hint")).not_to_contain_text("Search without filters")


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
    expect(page.locator("#search-status")).to_contain_text("The search index could not be read.")
    status = page.locator("#search-status")
    expect(status.get_by_role("link", name="all papers")).to_have_attribute("href", "all.html")
    page.unroute("**/search/terms/*")
    status.get_by_role("link", name="Try again").click()
    expect(page.locator("#search-results a")).to_have_count(2)


def test_results_stay_where_what_stands_beside_them_cannot_be_read(page: Page, address: str) -> None:
    page.route("**/search/facets/names/*", lambda route: route.abort())
    page.goto(address + "search.html?q=heron")
    expect(page.locator("#search-hint")).to_contain_text("The filters and what is related could not be read.")
    expect(page.locator("#search-results a")).to_have_count(2)
    expect(page.locator("#search-status")).to_have_text("2 papers found.")


def test_that_a_script_of_the_search_is_missing_is_said_also_to_who_listens(page: Page, address: str) -> None:
    page.route("**/search-more.js", lambda route: route.abort())
    page.goto(address + "search.html?q=heron")
    expect(page.locator("#search-status")).to_contain_text("The search could not be read.")
    expect(page.locator("#search-told")).to_contain_text("The search could not be read.")


def test_from_a_disk_the_page_says_that_it_needs_a_server_and_offers_the_list(page: Page, site: Path) -> None:
    page.goto((site / "search.html").as_uri() + "?q=heron")
    expect(page.locator("#search-status")).to_contain_text("Searching needs a web server")
    page.locator("#search-status").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"^file:.*/all\.html$"))


# Why a paper was found


def passage(page: Page, number: int = 0) -> str:
    shown = page.locator("#search-results .passage").nth(number)
    expect(shown).not_to_be_empty()
    return shown.inner_html()


def test_each_result_shows_the_passage_that_has_the_words_and_not_the_first(search: Page) -> None:
    typed(search, "whale oil ")
    assert passage(search) == (
        "An old book tells of a lantern that burned <mark>whale</mark> <mark>oil</mark> for forty years, "
        "and of the keeper, who never slept while it burned. Nobody knows who wrote the book."
    )


def test_passages_come_for_the_results_that_are_seen_after_their_titles_and_each_page_once(
    page: Page, address: str
) -> None:
    pages: list[str] = []
    page.on("request", lambda request: pages.append(request.url) if "/papers/reed" in request.url else None)
    page.set_viewport_size({"width": 1000, "height": 500})
    page.goto(address + "search.html?q=reeds")
    expect(page.locator("#search-results a")).to_have_count(10)
    expect(page.locator("#search-results .passage").first).to_have_text("Reeds sway in the wind.")
    assert 0 < len(pages) < 10
    page.locator("#search-results li").last.scroll_into_view_if_needed()
    expect(page.locator("#search-results .passage").last).to_have_text("Reeds sway in the wind.")
    assert len(set(pages)) == len(pages) <= 10


def test_a_passage_that_comes_moves_nothing(page: Page, address: str) -> None:
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries().map((e) => e.value)))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    held: list[Route] = []
    page.route("**/repo/papers/*.html", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    page.goto(address + "search.html?q=reeds")
    expect(page.locator("#search-results a")).to_have_count(10)
    expect(choice(page, "2000")).to_be_visible()
    page.wait_for_timeout(300)
    page.evaluate("shifts.length = 0")
    place = page.locator("#search-results li").nth(4).bounding_box()
    for route in held:
        route.continue_()
    expect(page.locator("#search-results .passage").nth(1)).to_have_text("Reeds sway in the wind.")
    page.wait_for_timeout(300)
    assert page.evaluate("shifts.reduce((sum, value) => sum + value, 0)") == 0
    assert page.locator("#search-results li").nth(4).bounding_box() == place


def test_a_paper_that_has_the_words_only_in_its_labels_shows_these(search: Page) -> None:
    typed(search, "kelp ")
    assert passage(search) == "Author: Ada <mark>Kelp</mark>"


def test_a_paper_that_has_them_only_in_the_title_shows_what_it_found(search: Page) -> None:
    typed(search, "moths ")
    assert passage(search) == "<mark>Moths</mark> mistake one for the other."


def test_without_the_page_of_a_paper_its_title_is_shown_all_the_same(page: Page, address: str) -> None:
    page.route("**/repo/papers/*.html", lambda route: route.abort())
    page.goto(address + "search.html?q=heron")
    expect(page.locator("#search-results a")).to_have_count(2)
    expect(page.locator("#search-results .passage").first).to_be_empty()


def test_why_a_paper_has_its_rank_is_told_when_asked(search: Page) -> None:
    typed(search, "cold heron zeppelin ")
    expect(search.locator("#search-status")).to_contain_text("No paper has “zeppelin”.")
    search.locator(".rank summary").first.click()
    rows = search.locator(".rank").first.locator("tbody tr")
    expect(rows.locator("th")).to_contain_text(["cold", "heron"])
    points = [float(text) for text in rows.locator("td:last-child").all_inner_texts()]
    assert all(points)
    told = search.locator(".rank").first.locator("p").inner_text()
    factor = float((re.search(r"times ([\d.]+)", told) or ["", "1"])[1])
    more = float((re.search(r"plus ([\d.]+)", told) or ["", "0"])[1])
    assert float(told.rpartition("= ")[2]) == pytest.approx(sum(points) * factor + more, abs=0.05)


# What can be typed


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"cold water"', {"Herons of the Marsh"}),
        ('"burn whale oils"', {"An Essay on Fires"}),
        ("water -marsh", {"Retrieval of <b>Otters</b>"}),
        ("title:heron", {"Herons of the Marsh"}),
        ('author:"ada kelp"', {"Herons of the Marsh"}),
        ("topic:mammals", {"Retrieval of <b>Otters</b>"}),
        ('tag:"long legs"', {"Herons of the Marsh", "Retrieval of <b>Otters</b>"}),
        ("year:2021-2023", {"Herons of the Marsh", "Retrieval of <b>Otters</b>"}),
        ("moths OR whale", {"Moths & Lamps", "An Essay on Fires"}),
        ("in:spring", {"Herons of the Marsh"}),
    ],
)
def test_queries_can_demand(search: Page, address: str, query: str, found: set[str]) -> None:
    search.goto(address + "search.html")
    search.locator("#q").fill(query)
    expect(search.locator("#search-results a")).to_have_count(len(found))
    assert set(titles(search)) == found


def test_a_demand_that_no_paper_meets_is_named(search: Page) -> None:
    typed(search, "topic:boats heron")
    expect(search.locator("#search-status")).to_have_text("Nothing found: no paper here has topic:boats.")
    search.locator("#q").fill("-heron")
    expect(search.locator("#search-status")).to_have_text(
        "Nothing found: say also what the papers shall have, not only what not."
    )
    search.locator("#q").fill('heron "wade in cold otter"')
    expect(search.locator("#search-status")).to_contain_text("Nothing found")


# Filters


def choice(page: Page, name: str) -> Locator:
    return page.locator("#search-filters .choice").filter(has_text=name)


def test_filters_tell_how_many_papers_each_value_leaves(search: Page) -> None:
    typed(search, "heron")
    expect(choice(search, "Birds of passage").locator(".count")).to_have_text("2 papers")
    expect(choice(search, "Mammals").locator(".count")).to_have_text("1 paper")
    expect(choice(search, "Spring list").locator(".count")).to_have_text("1 paper")
    expect(choice(search, "2023").locator(".count")).to_have_text("1 paper")
    expect(choice(search, "long legs").locator(".count")).to_have_text("2 papers")
    expect(choice(search, "Beacons")).to_have_count(0)


def test_a_value_keeps_its_papers_or_leaves_them_out_and_the_address_knows(search: Page) -> None:
    typed(search, "heron")
    choice(search, "Mammals").get_by_role("checkbox").check()
    expect(search.locator("#search-results a")).to_have_text(["Retrieval of <b>Otters</b>"])
    expect(search).to_have_url(re.compile(r"\?q=heron&topic=mammals$"))
    choice(search, "Mammals").get_by_role("button").click()
    expect(search.locator("#search-results a")).to_have_text(["Herons of the Marsh"])
    expect(choice(search, "Mammals").get_by_role("button", name="Not Mammals")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(search).to_have_url(re.compile(r"\?q=heron&topic=-mammals$"))
    search.go_back()
    expect(search.locator("#search-results a")).to_have_text(["Retrieval of <b>Otters</b>"])
    search.go_back()
    expect(search.locator("#search-results a")).to_have_count(2)
    search.go_forward()
    expect(choice(search, "Mammals").get_by_role("checkbox")).to_be_checked()
    search.reload()
    expect(search.locator("#search-results a")).to_have_text(["Retrieval of <b>Otters</b>"])
    search.get_by_role("button", name="Clear all filters").click()
    expect(search.locator("#search-results a")).to_have_count(2)


def test_where_the_filters_leave_nothing_there_is_a_way_to_search_without_them(search: Page, address: str) -> None:
    search.goto(address + "search.html?q=whale&topic=birds&year=2000")
    expect(search.locator("#search-status")).to_have_text("Nothing found: no paper is left by the filters.")
    search.get_by_role("link", name="Search without filters").click()
    expect(search).to_have_url(re.compile(r"\?q=whale$"))
    expect(search.locator("#search-results a")).to_have_text(["An Essay on Fires"])
    expect(search.locator("#search-hint")).to_be_hidden()


def test_several_topics_are_met_all_and_of_several_years_one(search: Page, address: str) -> None:
    search.goto(address + "search.html?topic=birds&topic=mammals")
    expect(search.locator("#search-results a")).to_have_text(["Retrieval of <b>Otters</b>"])
    search.goto(address + "search.html?year=2021&q=water")
    expect(choice(search, "2023").locator(".count")).to_have_text("1 paper")
    choice(search, "2023").get_by_role("checkbox").check()
    expect(search.locator("#search-results a")).to_have_count(2)


def test_filters_work_by_keyboard_and_keep_the_focus(search: Page) -> None:
    typed(search, "heron")
    expect(choice(search, "Mammals")).to_be_visible()
    choice(search, "Mammals").get_by_role("checkbox").focus()
    search.keyboard.press("Space")
    expect(search.locator("#search-results a")).to_have_count(1)
    expect(choice(search, "Mammals").get_by_role("checkbox")).to_be_focused()
    search.keyboard.press("Tab")
    search.keyboard.press("Enter")
    expect(search.locator("#search-results a")).to_have_text(["Herons of the Marsh"])
    expect(choice(search, "Mammals").get_by_role("button")).to_be_focused()


def test_on_a_phone_the_filters_are_folded_and_read_only_when_opened(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/facets/values/" in request.url else None)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(address + "search.html?q=whale")
    expect(page.locator("#search-results a")).to_have_count(1)
    expect(page.locator("#search-filters fieldset")).to_have_count(0)
    assert asked == []
    page.locator("#search-filters summary").click()
    expect(choice(page, "Beacons")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_on_a_phone_results_are_not_far_down_though_much_is_said_of_them(browser: Browser, address: str) -> None:
    with browser.new_context(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True) as context:
        page = context.new_page()
        page.goto(address + "search.html?q=reed")
        expect(page.locator("#search-results a")).to_have_count(10)
        page.wait_for_load_state("networkidle")  # the second script puts the same results there again
        box = page.locator("#search-results a").first.bounding_box()
        assert box
        assert box["y"] + box["height"] < 480


def test_on_a_phone_the_keyboard_goes_away_when_the_search_is_asked_for_and_not_before(
    browser: Browser, address: str
) -> None:
    with browser.new_context(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True) as context:
        page = context.new_page()
        page.goto(address + "search.html")
        page.locator("#q").tap()
        page.keyboard.type("heron")
        expect(page.locator("#search-results a")).to_have_count(2)
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#q")).not_to_be_focused()


def test_with_a_keyboard_the_field_keeps_the_focus_and_the_arrows_lead_on(search: Page) -> None:
    typed(search, "heron")
    search.keyboard.press("Enter")
    expect(search.locator("#search-results a")).to_have_count(2)
    search.keyboard.press("ArrowDown")
    expect(search.locator("#search-results a").first).to_be_focused()


def test_results_can_be_had_by_title_and_the_newest_first(search: Page) -> None:
    typed(search, "reed")
    expect(search.locator("#search-results a").first).to_be_visible()
    search.get_by_label("Order").select_option("newest")
    expect(search.locator("#search-results a").first).to_have_text("Reed number 9")
    search.get_by_label("Order").select_option("title")
    expect(search.locator("#search-results a")).to_have_text([f"Reed number {n}" for n in range(10)])
    expect(search).to_have_url(re.compile(r"\?q=reed&sort=title$"))
    search.go_back()
    expect(search.get_by_label("Order")).to_have_value("newest")


def test_a_value_that_is_left_out_stays_in_sight(search: Page, address: str) -> None:
    search.goto(address + "search.html?q=heron&topic=-mammals")
    expect(search.locator("#search-filters .choice").first).to_contain_text("Mammals")
    expect(search.locator("#search-filters summary")).to_have_text("Filters (1 chosen)")


# To take away


def test_the_link_of_a_list_can_be_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "search.html?q=heron&topic=mammals")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#search-taken")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == address + "search.html?q=heron&topic=mammals"


def test_a_list_can_be_taken_away_as_bibtex_and_as_csv(search: Page, address: str) -> None:
    typed(search, "heron")
    expect(search.locator("#search-results a")).to_have_count(2)
    with search.expect_download() as taken:
        search.get_by_role("button", name="BibTeX").click()
    written = Path(taken.value.path()).read_text("utf-8")
    assert taken.value.suggested_filename == "papers.bib"
    assert written.count("@") == 2
    assert f"{address}papers/herons-of-the-marsh.html" in written
    assert "YYYY" not in written
    expect(search.locator("#search-taken")).to_have_text("2 papers are in the file.")
    with search.expect_download() as taken:
        search.get_by_role("button", name="CSV").click()
    lines = Path(taken.value.path()).read_bytes().decode().split("\r\n")
    assert lines[1] == (
        "Herons of the Marsh,Ada Kelp; Bo Ash,2021,2021,,,Birds of passage,long legs,"
        f"{address}papers/herons-of-the-marsh.html"
    )


# Elsewhere than on the page of the search


def test_the_home_page_suggests_papers_topics_and_tags_and_fetches_nothing_before(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "index.html")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/search" in url]
    page.keyboard.press("/")
    page.keyboard.type("bird")
    suggested = page.locator(".suggestions a")
    expect(suggested.filter(has_text="Birds of passage")).to_have_attribute("href", re.compile(r"topics/birds\.html$"))
    page.locator("#q").fill("heron")
    expect(suggested.first).to_have_text("Herons of the Marsh")
    expect(suggested.first.locator("mark")).to_have_text("Herons")
    page.keyboard.press("ArrowDown")
    expect(suggested.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator(".suggestions")).to_be_hidden()
    page.keyboard.type("long l")
    expect(suggested.filter(has_text="long legs")).to_have_attribute("href", re.compile(r"tags/long-legs\.html$"))
    page.locator("#q").fill("heron")
    expect(suggested.first).to_have_text("Herons of the Marsh")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/papers/herons-of-the-marsh\.html$"))


def test_the_last_suggestion_leads_to_all_that_was_found(page: Page, address: str) -> None:
    page.goto(address + "index.html")
    page.locator("#q").press_sequentially("reed")
    last = page.locator(".suggestions a").last
    expect(last).to_have_text("All 30 papers")
    page.locator("#q").fill("lamp")
    expect(page.locator(".suggestions a")).to_have_text(["Moths & Lamps"])
    page.locator("#q").fill("reed")
    expect(last).to_have_text("All 30 papers")
    last.click()
    expect(page).to_have_url(re.compile(r"/search\.html\?q=reed$"))
    expect(page.locator("#search-results a")).to_have_count(10)


def test_the_home_page_says_what_it_found_and_what_not(page: Page, address: str) -> None:
    page.goto(address + "index.html")
    page.locator("#q").press_sequentially("zzzqqx")
    why = page.locator(".suggestions a")
    expect(why).to_have_text("No paper found for “zzzqqx”: see why")
    expect(page.locator("form[role=search]").get_by_role("status")).to_have_text("No papers found.")
    page.locator("#q").fill("birds pa")
    told = "2 papers found, 1 topic or tag; the arrow keys lead to them."
    expect(page.locator("form[role=search]").get_by_role("status")).to_have_text(told)
    page.locator("#q").fill("zzzqqx")
    why.filter(has_text="see why").click()
    expect(page.locator("#search-status")).to_contain_text("no paper here has “zzzqqx”")


def test_a_sheet_of_paper_has_the_query_and_results_as_wide_as_it_is(search: Page) -> None:
    typed(search, "heron")
    expect(search.locator("#search-results a")).to_have_count(2)
    search.emulate_media(media="print")
    search.set_viewport_size({"width": 1123, "height": 794})
    expect(search.locator("#q")).to_be_visible()
    expect(search.locator(".rank").first).to_be_hidden()
    assert search.locator("#search-results").evaluate("list => list.clientWidth") > 500


def test_a_long_string_that_is_repaired_or_missing_stays_within_a_phone(search: Page) -> None:
    search.set_viewport_size({"width": 360, "height": 740})
    typed(search, f"herin https://example.org/{'x' * 80}")
    expect(search.locator("#search-hint")).to_contain_text("Search instead for")
    assert search.evaluate("document.documentElement.scrollWidth") == 360


def test_the_search_page_leads_to_topics_and_tags_of_that_name(search: Page) -> None:
    typed(search, "birds pass")
    expect(search.locator("#search-related a")).to_have_text(["Birds of passage"])
    search.locator("#q").fill("otter")
    expect(search.locator("#search-related")).to_be_hidden()


def test_who_listens_hears_the_count_once_after_typing(search: Page) -> None:
    search.evaluate("""() => {
        window.heard = [];
        const told = document.querySelector("[role=status]");
        new MutationObserver(() => heard.push(told.textContent.trim())).observe(told, { childList: true });
    }""")
    search.locator("#q").press_sequentially("heron", delay=120)
    expect(search.get_by_role("status")).to_have_text("2 papers found.")
    assert search.evaluate("heard") == ["2 papers found."]


# Whole texts

REFERENCES = """\
[1] A. Kelp, B. Ash. Herons of the marsh. Journal of Wading, 2021.
[2] C. Reed. On zeppelins and
    their sheds. 1999.
[3] An essay on fires. In: Northern Nights.
"""


def test_a_text_finds_the_nearest_papers_and_the_address_keeps_its_words(search: Page) -> None:
    search.get_by_text("Search with a text or a list of references").click()
    search.get_by_label("An abstract").fill(LANTERN.replace("oil", "fat") + " Zeppelins fly.")
    search.get_by_role("button", name="Find the nearest papers").click()
    expect(search.locator("#search-results a").first).to_have_text("An Essay on Fires")
    expect(search.locator("#search-status")).to_contain_text("the nearest to a text by its words")
    expect(search.locator("#search-status")).to_be_focused()
    assert len(search.url) < 500
    assert "zeppelin" not in search.url
    here = search.url
    search.goto(here)
    expect(search.locator("#search-results a").first).to_have_text("An Essay on Fires")
    typed(search, "moths")
    expect(search).to_have_url(re.compile(r"\?q=moths$"))


def test_of_pasted_references_those_that_are_here_are_named(search: Page) -> None:
    search.get_by_text("Search with a text or a list of references").click()
    search.get_by_label("An abstract").fill(REFERENCES)
    search.get_by_role("button", name="Find the nearest papers").click()
    expect(search.locator("#search-references h2")).to_have_text("2 of the 3 lines that may be references are here")
    expect(search.locator("#search-references a")).to_have_text(["Herons of the Marsh", "An Essay on Fires"])


def test_who_comes_back_finds_the_references_that_are_here(search: Page) -> None:
    search.get_by_text("Search with a text or a list of references").click()
    search.get_by_label("An abstract").fill(REFERENCES)
    search.get_by_role("button", name="Find the nearest papers").click()
    search.locator("#search-references a").last.click()
    expect(search).to_have_url(re.compile("lantern"))
    search.go_back()
    named = search.locator("#search-references a")
    expect(named).to_have_text(["Herons of the Marsh", "An Essay on Fires"])
    search.reload()
    expect(named).to_have_text(["Herons of the Marsh", "An Essay on Fires"])
    typed(search, "moths")
    expect(search).to_have_url(re.compile(r"\?q=moths$"))
    expect(named).to_have_count(0)
    search.go_back()
    expect(named).to_have_text(["Herons of the Marsh", "An Essay on Fires"])
    expect(search.locator("#search-status")).to_contain_text("the nearest to a text by its words")


def test_a_long_text_that_is_pasted_into_the_field_moves_to_the_box_for_texts(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "search.html")
    page.evaluate("text => navigator.clipboard.writeText(text)", LANTERN)
    page.locator("#q").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_label("An abstract")).to_have_value(LANTERN)
    expect(page.locator("#search-results a").first).to_have_text("An Essay on Fires")
    expect(page.locator("#q")).to_have_value("")


def test_a_text_of_which_no_paper_has_a_word_says_so(search: Page) -> None:
    search.get_by_text("Search with a text or a list of references").click()
    search.get_by_label("An abstract").fill("Zeppelins, xylophones, quarks.")
    search.get_by_role("button", name="Find the nearest papers").click()
    expect(search.locator("#search-status")).to_have_text("Nothing found: no paper here has a word of this text.")


def test_a_query_too_long_for_the_address_says_so(search: Page) -> None:
    search.locator("#q").fill("heron " * 300)
    expect(search.locator("#search-hint")).to_contain_text("The address holds the first 1000 letters of this query.")
    assert len(search.url) < 1200
    expect(search.locator("#q")).to_have_value("heron " * 300)


# For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_wrong_with_what_the_scripts_show(
    browser: Browser, address: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address + "search.html?q=retreival+heron&topic=-beacons")
    expect(page.locator("#search-hint a")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    expect(page.locator("#search-filters .choice").first).to_be_visible()
    expect(page.locator(".rank table").first).to_be_visible()
    page.get_by_label("An abstract").fill(REFERENCES)
    nothing_wrong(page)
    page.get_by_role("button", name="Find the nearest papers").click()
    expect(page.locator("#search-references h2")).to_be_visible()
    nothing_wrong(page)
    page.goto(address + "index.html")
    page.locator("#q").press_sequentially("heron")
    expect(page.locator(".suggestions a").first).to_be_visible()
    nothing_wrong(page)
    context.close()


def nothing_wrong(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_typed_while_the_page_is_still_loading_stays(search: Page) -> None:
    search.locator("#q").fill("herons")
    search.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")
    expect(search.locator("#q")).to_have_value("herons")
