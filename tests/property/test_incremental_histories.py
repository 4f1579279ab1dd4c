"""An incremental build is the clean build after any history, and a change writes only what depends on it.

The history has 2,000 papers and few steps, and is compared with a clean build twice: 40 seconds of work in all. Set
`HISTORY_STEPS`, `HISTORY_PAPERS`, `HISTORY_EVERY` (steps from one clean build to the next) and `HISTORY_SEEDS` ("7" or
"1-20") for longer ones. A history that fails tells its seed, and how it came there; the same settings give it again.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from site_builder.build import build
from site_builder.content.writing import write_text
from site_builder.pages.kinds import Page
from site_builder.pages.render import Renderer
from tests import invented
from tests.histories import Life

STEPS = int(os.environ.get("HISTORY_STEPS", "12"))
PAPERS = int(os.environ.get("HISTORY_PAPERS", "2000"))
EVERY = int(os.environ.get("HISTORY_EVERY", "6"))
_FIRST, _, _LAST = os.environ.get("HISTORY_SEEDS", "1").partition("-")
SEEDS = range(int(_FIRST), int(_LAST or _FIRST) + 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_history_an_incremental_build_equals_a_clean_one(tmp_path: Path, seed: int) -> None:
    life = Life(tmp_path, seed, PAPERS)
    life.build()
    try:
        for step in range(1, STEPS + 1):
            life.step()
            if step % EVERY == 0 or step == STEPS:
                life.compare()
    except BaseException as error:
        error.add_note(f"HISTORY_SEEDS={seed} HISTORY_PAPERS={PAPERS}, {STEPS} steps: {' '.join(life.diary)}")
        raise


CARDS = r"(?!404).*\.html|sw\.js"
"""The pages that extend base.html, and the worker, which knows the page of the search."""
TOPIC_PAGES = r"topics/[^/]*\.html"

CHANGES: dict[str, tuple[str, str, str, str]] = {
    "a template of one kind of page": (
        "templates/topic.html",
        '{% extends "shipped/topic.html" %}{% block class %}list{% endblock %}',
        '{% extends "shipped/topic.html" %}{% block class %}lamp{% endblock %}',
        TOPIC_PAGES,
    ),
    "a part that one kind of page includes": (
        "templates/parts/letters.html",
        "Letters.",
        "Letters of lamps.",
        r"(all|tags|authors)\.html",
    ),
    "a part that most pages share": ("templates/parts/footer.html", "<li>Foot</li>", "<li>Hand</li>", CARDS),
    "a template that no page is made by way of": ("templates/none.html", "One", "Two", "nothing"),
    "a static file": ("static/own.css", "a{}", "b{}", r"static/own\.css|sw\.js"),
    "the source": ("content/site.yaml", "source: https://a.example", "source: https://b.example", CARDS),
    "the description": (
        "content/site.yaml",
        "description: One.",
        "description: Two.",
        r"index\.html|.*feed\.xml|topics/.*\.xml",
    ),
    "the offline reading": ("content/site.yaml", "offline: false", "title: A catalogue of research papers", CARDS),
    "a text page": ("content/pages/about.md", "---\ntitle: About\n---\nA", "---\ntitle: About\n---\nB", r"about\.html"),
    "a guide": ("content/topics/video.md", "---\n---\nOne.\n", "---\n---\nTwo.\n", r"topics/video\.html"),
    "a collection's day": (
        "content/collections/list-1.yaml",
        "name: List\ncopied: Mar 1\n",
        "name: List\ncopied: Mar 2\n",
        r"collections/list-1\.html",
    ),
}


@pytest.mark.parametrize(("path", "before", "after", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_writes_what_depends_on_it_and_renders_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, before: str, after: str, expected: str
) -> None:
    invented.folder(tmp_path / "content", 12)
    write_text(tmp_path / "content" / "pages" / "about.md", "---\ntitle: About\n---\nText.\n")
    write_text(tmp_path / path, before)
    build(tmp_path / "content", tmp_path / "public", cache_dir=tmp_path / "cache")
    write_text(tmp_path / path, after)
    rendered: list[str] = []
    render = Renderer.render

    def counting(self: Renderer, page: Page) -> bytes:
        rendered.append(page.path)
        return render(self, page)

    monkeypatch.setattr(Renderer, "render", counting)
    built = build(tmp_path / "content", tmp_path / "public", cache_dir=tmp_path / "cache")
    files = invented.tree(tmp_path / "public").keys()
    rendered_alike = {"404.html"}  # it computes what it extends, and so depends on all
    assert set(built.written) == {file for file in files if re.fullmatch(expected, file)}
    assert set(rendered) <= {*built.written} | rendered_alike
