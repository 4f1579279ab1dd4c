"""While one edits, the browser follows; while something is wrong, the last good site stays and says so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from site_builder.content.folder import paper_path
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.model import Paper

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
HERONS = Paper(slug="herons", title="Herons at Dusk", body="They stand in cold water.")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with one paper."""
    write_text(paper_path(tmp_path / "content", HERONS.slug), write_paper(HERONS))
    return tmp_path / "content"


def program(content: Path, port: str) -> subprocess.Popen[str]:
    """Start `site-builder serve` in the folder that holds the content."""
    command = [sys.executable, "-m", "site_builder", "serve", "--content", str(content), "--port", port]
    return subprocess.Popen(
        [*command, "--output", str(content.parent / "public")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=content.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )


@contextmanager
def served(content: Path) -> Iterator[str]:
    """Serve the folder at a free port, and yield the address that is announced."""
    with program(content, "0") as process:
        assert process.stdout
        try:
            yield next(line for line in process.stdout if line.startswith("http://")).split()[0]
        finally:
            process.terminate()


@pytest.fixture
def address(content: Path) -> Iterator[str]:
    """Where the folder is shown."""
    with served(content) as where:
        yield where


@pytest.fixture
def shown(page: Page, address: str) -> Page:
    """The paper's page."""
    page.goto(address + "papers/herons.html")
    return page


def test_a_change_of_the_text_appears_without_a_hand_on_the_browser(shown: Page, content: Path) -> None:
    expect(shown.locator("body")).to_contain_text("They stand in cold water.")
    for text in ("They stand in the reeds.", "They fly at last."):  # Twice within seconds: none is dropped.
        write_text(paper_path(content, "herons"), write_paper(Paper(slug="herons", title="Herons at Dusk", body=text)))
        expect(shown.locator("body")).to_contain_text(text)


def test_while_a_file_is_wrong_the_last_good_page_stays_and_tells_it_until_it_is_mended(
    shown: Page, content: Path
) -> None:
    path = paper_path(content, "herons")
    sound = path.read_text(encoding="utf-8")
    path.write_text("---\ntitle: [unclosed\n---\nNew text\n", encoding="utf-8")
    problems = shown.get_by_role("alert")
    expect(problems).to_contain_text("herons.md:")
    expect(problems).to_be_in_viewport()
    expect(problems).to_have_css("position", "fixed")
    expect(shown.get_by_role("heading", level=1)).to_have_text("Herons at Dusk")
    expect(shown.locator("body")).not_to_contain_text("New text")
    path.write_text(sound, encoding="utf-8")
    expect(problems).to_have_count(0)
    expect(shown.locator("body")).to_contain_text("They stand in cold water.")


def test_templates_and_static_files_of_the_sites_own_are_followed_too(shown: Page, content: Path) -> None:
    beside = content.parent
    write_text(beside / "static" / "static" / "style.css", "h1 { font-size: 77px }")
    write_text(beside / "static" / "style.css", "h1 { font-size: 77px }")
    expect(shown.get_by_role("heading", level=1)).to_have_css("font-size", "77px")
    write_text(
        beside / "templates" / "paper.html", "<!doctype html><html><head></head><body>{{ page.nonsense }}</body></html>"
    )
    expect(shown.get_by_role("alert")).to_contain_text("templates/paper.html:1 ")
    write_text(
        beside / "templates" / "paper.html",
        "<!doctype html><html><head></head><body>{{ page.title }} again</body></html>",
    )
    expect(shown.locator("body")).to_have_text(re.compile("^Herons at Dusk again$"))


def test_the_script_that_reloads_is_never_written_to_disk(shown: Page, content: Path) -> None:
    assert "livereload" in shown.content()
    assert not [path for path in (content.parent / "public").rglob("*.html") if "livereload" in path.read_text("utf-8")]


def test_an_address_that_is_not_there_gets_the_sites_own_404_and_nothing_outside_is_shown(
    address: str, content: Path
) -> None:
    (content.parent / "secret.txt").write_text("secret")
    for path in ("gone.html", "../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "%00"):
        with pytest.raises(HTTPError) as error:
            urlopen(address + path)  # noqa: S310  (our own)
        with error.value as answer:
            assert answer.code == 404
            assert b"secret" not in answer.read()


def test_before_the_first_good_build_the_problems_are_all_there_is(page: Page, content: Path) -> None:
    path = paper_path(content, "herons")
    sound = path.read_text(encoding="utf-8")
    path.write_text("no front matter", encoding="utf-8")
    with served(content) as address:
        page.goto(address)
        expect(page.get_by_role("alert")).to_contain_text("herons.md")
        path.write_text(sound, encoding="utf-8")
        expect(page.get_by_role("alert")).to_have_count(0)
        expect(page.locator("body")).to_contain_text("Herons at Dusk")


def test_what_a_build_would_note_is_told_once(content: Path, page: Page) -> None:
    with program(content, "0") as process:
        assert process.stdout
        where = next(line for line in process.stdout if line.startswith("http://")).split()[0]
        write_text(paper_path(content, "otters"), write_paper(Paper(slug="otters", title="Otters")))
        page.goto(where + "all.html")
        expect(page.locator("main")).to_contain_text("Otters")
        process.terminate()
        _, said = process.communicate()
    assert said.count("site.yaml has no 'url'") == 1
    assert "not in the ledger yet: 1 (herons)" in said
    assert "not in the ledger yet: 2 (herons, otters)" in said


def test_a_port_that_is_taken_is_told_with_what_to_do(address: str, content: Path) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    with program(content, port) as second:
        _, said = second.communicate()
    assert second.returncode == 1
    assert said.endswith(
        f"cannot serve at 127.0.0.1:{port}: Address already in use; choose another with --port (with make: PORT=...)\n"
    )
