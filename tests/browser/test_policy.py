"""The Content-Security-Policy of the pages holds, and so does the stricter one that a host may send."""

from __future__ import annotations

import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Silent
from tests.browser.test_pages import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

HEADERS = Path(__file__).parents[2] / "docs" / "hosting.md"
WATCH = "addEventListener('securitypolicyviolation', (e) => console.error(`${e.effectiveDirective}: ${e.blockedURI}`))"


@pytest.fixture
def violations(page: Page) -> Iterator[list[str]]:
    """What the policy of a page forbids while it is read; the test fails when there is anything."""
    found: list[str] = []
    page.add_init_script(WATCH)
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture(scope="module")
def strict(built: Path) -> Iterator[str]:
    """The golden site at the root of a host that sends the headers of docs/hosting.md."""
    policy = next(line for line in HEADERS.read_text("utf-8").splitlines() if "Content-Security-Policy:" in line)

    class Strict(Silent):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", policy.partition(":")[2].strip())
            super().end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=str(built / "repo"))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("path", [*TYPES, "404.html", "papers/a-notation-for-rope.html", "papers/toudai.html"])
@pytest.mark.parametrize("place", ["folder", "root"])
def test_no_page_does_what_its_policy_forbids(
    page: Page, violations: list[str], host: str, strict: str, path: str, place: str
) -> None:
    page.goto((f"{host}repo/" if place == "folder" else strict) + path, wait_until="networkidle")
    for details in page.locator("details:visible").all():
        details.locator("summary").first.click()
    if path == "search.html":
        page.locator("#q").fill("lamp")
        expect(page.locator("#search-results > li").first).to_be_visible()
    assert page.locator("style, [style], script:not([src]):not([type='application/ld+json'])").count() == 0


def test_a_violation_would_be_seen(page: Page, host: str) -> None:
    found: list[str] = []
    page.add_init_script(WATCH)
    page.on("console", lambda said: found.append(said.text))
    page.goto(f"{host}repo/index.html")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }))")
    page.wait_for_timeout(200)
    assert any(text.startswith("style-src-attr") for text in found)
    assert any(text.startswith("script-src-elem") for text in found)


def test_the_worker_of_a_site_passes_the_policy_of_the_host(browser_name: str, page: Page, strict: str) -> None:
    assert browser_name
    browser = page.context.browser
    assert browser
    with browser.new_context(service_workers="allow") as context:
        fresh = context.new_page()
        fresh.goto(strict)
        assert (
            fresh.evaluate("navigator.serviceWorker.ready.then(({ active }) => active.scriptURL)") == f"{strict}sw.js"
        )
