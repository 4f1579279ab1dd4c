"""The pages as a reader meets them: on a host, in a folder of one, from a disk, with scripts off."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

PAPER = "papers/fixed-lamps.html"
TYPES = (
    "index.html",
    PAPER,
    "topics.html",
    "topics/lighthouses.html",
    "tags.html",
    "tags/c-plus-plus.html",
    "authors.html",
    "authors/ada-kelp.html",
    "collections/spring-list.html",
    "all.html",
    "search.html",
    "about.html",
)
MISSING = "404.html"
"""Without the site's address it is plain, and needs no other file."""


@pytest.fixture
def quiet(page: Page) -> Iterator[Page]:
    """A page that fails the test when anything goes wrong in it: an error, a file that is missing, a blocked load."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    # What a page still asks for when its reader goes on to the next is given up, and nothing is wrong with it.
    page.on(
        "requestfailed", lambda request: wrong.append(request.url) if request.failure != "net::ERR_ABORTED" else None
    )
    page.on("response", lambda response: wrong.append(response.url) if response.status >= 400 else None)
    yield page
    assert wrong == []


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page in a browser whose scripts are off."""
    with browser.new_context(java_script_enabled=False) as context:
        yield context.new_page()


@pytest.mark.parametrize("path", [*TYPES, MISSING])
def test_a_page_asks_nobody_but_its_own_host(quiet: Page, host: str, path: str) -> None:
    asked: list[str] = []
    quiet.on("request", lambda request: asked.append(request.url))
    quiet.goto(f"{host}repo/{path}", wait_until="networkidle")
    assert asked
    assert [url for url in asked if not url.startswith(f"{host}repo/")] == []


@pytest.mark.parametrize("path", TYPES)
def test_a_page_opened_from_a_disk_has_its_style_and_its_scripts(quiet: Page, built: Path, path: str) -> None:
    quiet.goto((built / "repo" / path).as_uri())
    assert quiet.evaluate("getComputedStyle(document.querySelector('.head')).borderBottomStyle") == "solid"
    quiet.get_by_role("navigation", name="Main").get_by_role("link", name="Topics").click()
    expect(quiet.get_by_role("heading", level=1)).to_have_text("Topics")


def test_every_list_leads_to_a_paper_with_scripts_off(plain: Page, host: str) -> None:
    for path in (
        "index.html",
        "all.html",
        "topics/lighthouses.html",
        "tags/moving-ships.html",
        "authors/ada-kelp.html",
        "collections/spring-list.html",
    ):
        plain.goto(f"{host}repo/{path}")
        plain.get_by_role("link", name="Fixed Lamps & Moving Ships: A <LAMP> Study").first.click()
        expect(plain).to_have_url(f"{host}repo/{PAPER}")
        expect(plain.get_by_role("heading", level=1)).to_have_text("Fixed Lamps & Moving Ships: A <LAMP> Study")


def test_the_abstract_shows_as_it_was_written(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/{PAPER}")
    shown = plain.locator(".prose").inner_text()
    assert "We light a <LAMP> on a rock" in shown.replace("\n", " ")
    assert "With [ON] and [OFF] as its only words" in shown.replace("\n", " ")
    assert "Some 5 < 7 & 2*3 _quoted_ signs" in shown.replace("\n", " ")


def test_an_author_is_reached_from_the_footer_and_from_a_paper_with_scripts_off(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/{PAPER}")
    plain.locator(".authors").get_by_role("link", name="Ada Kelp").click()
    expect(plain).to_have_url(f"{host}repo/authors/ada-kelp.html")
    expect(plain.get_by_role("heading", level=1)).to_have_text("Author Ada Kelp")
    assert plain.locator(".entries h3").count() == 2
    plain.locator("footer").get_by_role("link", name="Authors").click()
    plain.get_by_role("link", name="Cy Sprat").click()
    expect(plain).to_have_url(f"{host}repo/papers/ferries-at-dusk-4c1d.html")


def test_a_paper_with_ids_leads_to_itself_and_marks_what_a_single_source_says(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/{PAPER}")
    card = plain.locator(".card")
    for name, address in (
        ("arXiv", "https://arxiv.org/abs/0000.00000"),
        ("PDF", "https://arxiv.org/pdf/0000.00000"),
        ("Hugging Face", "https://huggingface.co/papers/0000.00000"),
        ("DOI", "https://doi.org/10.0000/quay_17"),
    ):
        expect(card.get_by_role("link", name=name, exact=True)).to_have_attribute("href", address)
    assert card.get_by_text("by a single source").all_inner_texts() == ["0000.00000, by a single source"]
    expect(plain.locator(".cite .note").last).to_contain_text("The arXiv id rests on a single source")


def test_the_linked_data_of_a_paper_are_read_as_json_and_blocked_by_nothing(quiet: Page, host: str) -> None:
    quiet.goto(f"{host}repo/{PAPER}")
    known = json.loads(quiet.locator("script[type='application/ld+json']").inner_text())
    assert known["@type"] == "ScholarlyArticle"
    assert known["headline"] == quiet.get_by_role("heading", level=1).inner_text()
    assert [author["name"] for author in known["author"]] == ["Ada Kelp", "Bo Marlin and Daughters"]


def test_the_finding_stands_right_below_the_title_and_before_the_authors(page: Page, host: str) -> None:
    page.goto(f"{host}repo/{PAPER}")
    title, finding, authors = (
        page.locator(f"article {part}").bounding_box() for part in ("h1", ".finding", ".authors")
    )
    assert title
    assert finding
    assert authors
    assert 0 <= finding["y"] - (title["y"] + title["height"]) < 24
    assert authors["y"] >= finding["y"] + finding["height"]


def test_the_about_page_shows_shares_as_bars_with_their_numbers(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/about.html")
    row = plain.get_by_role("row", name="A year")
    expect(row).to_contain_text("50 %")
    whole, share = (bar.bounding_box() for bar in row.locator("rect").all())
    assert whole
    assert share
    assert share["width"] == pytest.approx(whole["width"] / 2, abs=1)


def test_a_topic_opens_to_the_words_that_decided_it_with_scripts_off(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/{PAPER}")
    lighthouses = plain.locator(".filed li", has=plain.get_by_role("link", name="Lighthouses"))
    expect(lighthouses.locator("q").first).not_to_be_visible()
    lighthouses.locator("summary").click()
    expect(lighthouses.locator("q").first).to_be_visible()
    assert "lighthouse" in lighthouses.locator("q").all_inner_texts()
    lighthouses.get_by_role("link", name="Lighthouses").click()
    expect(plain).to_have_url(f"{host}repo/topics/lighthouses.html")


def test_the_words_of_the_topic_that_is_open_are_lit_in_title_and_text_with_scripts_off(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/{PAPER}")
    words = plain.locator("article b")
    assert {ground(word) for word in words.all()} == {"rgba(0, 0, 0, 0)"}
    lighthouses, fog = (
        plain.locator(".filed li", has=plain.get_by_role("link", name=name)) for name in ("Lighthouses", "Fog")
    )
    lighthouses.locator("summary").click()
    lit = [word.inner_text() for word in words.all() if ground(word) != "rgba(0, 0, 0, 0)"]
    assert lit[0] == "Fixed Lamps"
    assert "lighthouse" in lit
    fog.locator("summary").click()
    expect(lighthouses.locator("details")).not_to_have_attribute("open", "")
    assert {ground(word) for word in words.all()} == {"rgba(0, 0, 0, 0)"}


def ground(word: Locator) -> str:
    found: str = word.evaluate("e => getComputedStyle(e).backgroundColor")
    return found


def test_marks_are_nothing_that_a_screen_reader_stops_at(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/{PAPER}")
    heard = plain.locator("article").aria_snapshot()
    assert "Fixed Lamps & Moving Ships: A <LAMP> Study" in heard
    assert "- mark" not in heard
    assert "- strong" not in heard


def test_the_list_of_a_topic_shows_why_each_paper_is_there(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/topics/lighthouses.html")
    entry = plain.locator(".entries > li", has=plain.get_by_role("link", name="Fixed Lamps & Moving Ships"))
    expect(entry.locator(".reason")).to_have_text("Filed here by the words Fixed Lamps")
    by_hand = plain.locator(".entries > li", has=plain.locator("a[href$='ferries-at-dusk-4c1d.html']"))
    expect(by_hand.locator(".reason")).to_have_text("Filed here by hand")


def test_the_search_form_of_the_home_page_leads_to_the_search(quiet: Page, host: str) -> None:
    quiet.goto(f"{host}repo/index.html")
    quiet.get_by_role("searchbox").fill("fixed lamp")
    quiet.get_by_role("searchbox").press("Enter")
    expect(quiet).to_have_url(f"{host}repo/search.html?q=fixed+lamp")
    expect(quiet.locator("#search-results a").first).to_have_text("Fixed Lamps & Moving Ships: A <LAMP> Study")


def test_with_scripts_off_the_search_says_so_and_offers_the_lists(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/search.html?q=lamp")
    note = plain.locator("main .note:visible")
    expect(note).to_contain_text("needs scripts, which are off")
    assert note.get_by_role("link").all_inner_texts() == ["all papers from A to Z", "topics", "tags"]


def test_a_search_with_scripts_off_leads_by_way_of_the_lists_to_a_paper(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/index.html")
    plain.get_by_role("searchbox").fill("fixed lamp")
    plain.get_by_role("searchbox").press("Enter")
    expect(plain).to_have_url(f"{host}repo/search.html?q=fixed+lamp")
    for name in ("all papers from A to Z", "topics", "tags"):
        expect(plain.locator("main .note").get_by_role("link", name=name)).to_be_visible()
    plain.get_by_role("link", name="all papers from A to Z").click()
    plain.get_by_role("link", name="Fixed Lamps & Moving Ships: A <LAMP> Study").click()
    expect(plain).to_have_url(f"{host}repo/{PAPER}")


def test_the_citation_has_the_day_on_which_it_is_read_and_its_address(quiet: Page, host: str) -> None:
    quiet.goto(f"{host}repo/papers/ferries-at-dusk.html?from=elsewhere#cite")
    citation = quiet.locator("#citation")
    expect(citation).to_contain_text(f"urldate = {{{datetime.date.today().isoformat()}}}")
    expect(citation).to_contain_text(f"url = {{{host}repo/papers/ferries-at-dusk.html}}")
    expect(quiet.locator(".cite .note")).not_to_contain_text("YYYY-MM-DD")


def test_the_citation_of_a_paper_with_an_id_needs_no_day(quiet: Page, host: str) -> None:
    quiet.goto(f"{host}repo/{PAPER}")
    expect(quiet.locator("#citation")).to_contain_text("@inproceedings{kelp2024fixed,")
    expect(quiet.locator("#citation")).not_to_contain_text("urldate")
    expect(quiet.locator(".cite .note").first).to_have_text("What is not known here is left out.")


def test_with_scripts_off_the_citation_says_what_to_fill_in(plain: Page, host: str) -> None:
    plain.goto(f"{host}repo/papers/ferries-at-dusk.html")
    expect(plain.locator("#citation")).to_contain_text("urldate = {YYYY-MM-DD}")
    expect(plain.locator(".cite .note")).to_contain_text("For YYYY-MM-DD put the day on which you read it")
    assert plain.get_by_role("button", name="Copy").count() == 0


def test_the_citation_can_be_copied(browser: Browser, host: str) -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{host}repo/{PAPER}")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#citation").inner_text()


def test_the_page_follows_the_readers_choice_of_light_or_dark(browser: Browser, host: str) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            page.goto(f"{host}repo/{PAPER}")
            grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(grounds) == 2


def test_on_paper_there_is_the_paper_and_no_menu(page: Page, host: str) -> None:
    page.goto(f"{host}repo/{PAPER}")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()


def test_a_split_alphabet_leads_from_the_first_letter_to_a_title_and_back(plain: Page, host: str) -> None:
    plain.goto(f"{host}large/all.html")
    plain.get_by_role("navigation", name="Letters").get_by_role("link").first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Papers: B")
    assert plain.locator(".letter a").count() > 20
    plain.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name="A to Z").click()
    expect(plain).to_have_url(f"{host}large/all.html")


def test_a_long_collection_can_be_read_to_its_end_and_back(plain: Page, host: str) -> None:
    plain.goto(f"{host}large/collections/list-1.html")
    assert plain.locator(".entries > li").count() == 100
    plain.get_by_role("link", name="Further").click()
    assert plain.locator(".entries > li").count() == 107
    plain.get_by_role("link", name="Before").click()
    expect(plain).to_have_url(f"{host}large/collections/list-1.html")
