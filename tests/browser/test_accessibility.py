"""WCAG 2.2 AA on each type of page, in light and dark, as far as a machine can tell; and what it cannot tell by axe."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserType, Page, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PAGES = (
    "repo/index.html",
    "repo/papers/fixed-lamps.html",
    "repo/papers/toudai.html",
    "repo/papers/longest-word.html",
    "repo/papers/a-notation-for-rope.html",
    "repo/topics.html",
    "repo/topics/lighthouses.html",
    "repo/tags.html",
    "repo/tags/timetable.html",
    "repo/authors.html",
    "repo/authors/ada-kelp.html",
    "repo/collections/spring-list.html",
    "repo/all.html",
    "repo/search.html",
    "repo/about.html",
    "repo/404.html",
    "large/index.html",
    "large/all.html",
    "large/all/b.html",
    "large/authors.html",
    "large/collections/list-1.html",
    "large/collections/list-1/2.html",
    "large/search.html?q=bacor",
)


@pytest.fixture(scope="module")
def axe() -> Axe:
    return Axe()


@pytest.fixture(scope="module", params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme: Literal["light", "dark"] = request.param
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_wrong(page: Page, host: str, axe: Axe, path: str) -> None:
    page.goto(host + path)
    if "?q=" in path:
        expect(page.locator("#search-results li").first).to_be_visible()
    for details in page.locator("details").all():
        details.locator("summary").click()
    found = axe.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_axe_finds_nothing_wrong_with_words_that_are_lit_in_text_and_links(page: Page, host: str, axe: Axe) -> None:
    page.goto(host + "repo/papers/fixed-lamps.html")
    page.locator(".filed summary").first.click()
    assert page.locator(".prose b").first.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
    page.evaluate("""() => {
        const link = document.querySelector(".prose a");
        link.innerHTML = `<b>${link.innerHTML}</b>`;
    }""")
    found = axe.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_a_narrow_screen(browser: Browser, host: str, path: str) -> None:
    with browser.new_context(viewport={"width": 320, "height": 640}) as context:
        narrow = context.new_page()
        narrow.goto(host + path)
        for details in narrow.locator("details").all():
            details.locator("summary").click()
        assert narrow.evaluate("document.documentElement.scrollWidth") == 320
        wide = narrow.evaluate(
            "[...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > 321).length"
        )
        assert wide == 0


def test_a_formula_wider_than_the_screen_moves_in_its_paragraph_and_not_the_page(browser: Browser, host: str) -> None:
    with browser.new_context(viewport={"width": 320, "height": 640}) as context:
        narrow = context.new_page()
        narrow.goto(host + "repo/papers/fixed-lamps.html")
        paragraph = narrow.locator(".prose p").first
        paragraph.evaluate("e => { e.innerHTML = `<math><mrow>${'<mi>x</mi><mo>+</mo>'.repeat(40)}</mrow></math>`; }")
        assert paragraph.evaluate("e => e.scrollWidth > e.clientWidth")
        assert narrow.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_first_heading_and_skips_no_level(page: Page, host: str, path: str) -> None:
    page.goto(host + path)
    levels = [int(name[1]) for name in page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(e => e.localName)")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_first_key_leads_past_the_menu_and_focus_is_seen(page: Page, host: str) -> None:
    page.goto(host + "repo/papers/fixed-lamps.html")
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    expect(focused).to_have_text("Skip to the content")
    expect(focused).to_be_in_viewport()
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1


def test_the_menu_can_be_hit_with_a_thumb(page: Page, host: str) -> None:
    page.goto(host + "repo/index.html")
    links = page.locator("nav[aria-label=Main] a").all()
    assert len(links) >= 4
    for link in links:
        box = link.bounding_box()
        assert box
        assert box["height"] >= 44


def test_text_can_grow_to_twice_its_size_without_loss(browser: Browser, host: str) -> None:
    with browser.new_context(viewport={"width": 640, "height": 800}) as context:
        large = context.new_page()
        large.goto(host + "repo/papers/longest-word.html")
        large.evaluate("document.documentElement.style.fontSize = '200%'")
        assert large.evaluate("document.documentElement.scrollWidth") == 640


LARGE = ("index.html", "search.html?q=lamp", "topics.html", "all.html", "papers/longest-word.html")


@pytest.mark.parametrize("address", LARGE)
def test_on_a_phone_too_text_can_be_twice_as_large_without_moving_sideways(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], host: str, address: str
) -> None:
    arguments = browser_type_launch_args | {
        "args": [*browser_type_launch_args.get("args", ()), "--blink-settings=defaultFontSize=32"]
    }
    large = browser_type.launch(**arguments)
    try:
        page = large.new_page(viewport={"width": 320, "height": 640})
        page.goto(f"{host}repo/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    finally:
        large.close()
