"""The service worker knows its site, and changes when what it keeps from the start does, and only then."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from site_builder import pages, shipped
from site_builder.errors import UserError
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.weights import load
from site_builder.model import Address, Catalogue, OutputFile, Paper, Site
from tests.unit.test_search_index import Lonely, digests

if TYPE_CHECKING:
    from collections.abc import Sequence

ANALYSER = Analyser((), load())
PLAIN = Site()
HERONS = Paper(slug="herons", title="Herons")


def files(
    papers: Sequence[Paper] = (HERONS,),
    site: Site = PLAIN,
    static: Sequence[Path] = (),
) -> dict[str, OutputFile]:
    ledger = tuple(Address(paper.slug, "2026-01-01", paper.title) for paper in papers)
    analyses = {paper.slug: ANALYSER.analyse(paper) for paper in papers}
    catalogue = Catalogue(site, tuple(papers), (), (), (), ledger, digests(papers))
    made = pages.Pages(catalogue, analyses, Lonely(), [shipped.TEMPLATES], [*static, shipped.STATIC])
    return {file.path: file for file in made}


def told(worker: OutputFile) -> dict[str, Any]:
    found = re.search(r"^  const SITE = (.*);$", worker.make().decode(), re.MULTILINE)
    assert found
    known: dict[str, Any] = json.loads(found[1])
    return known


def test_the_shell_is_the_page_of_the_search_and_the_styles_scripts_and_drawings(tmp_path: Path) -> None:
    for name in ("own.woff2", "photo.jpg", "table.pdf"):
        (tmp_path / name).write_bytes(b"")
    made = files(static=[tmp_path])
    expected = {path for path in made if path.startswith("static/") and not path.endswith((".jpg", ".pdf"))}
    assert {"static/search.js", "static/style.css", "static/own.woff2", "static/mark.svg"} <= expected
    assert told(made["sw.js"])["shell"].keys() == expected | {"search.html"}


def test_the_sources_of_the_worker_are_no_files_of_the_site() -> None:
    assert not [path for path in files() if "worker" in path]


def test_another_paper_leaves_the_worker_as_it_is() -> None:
    others = (HERONS, Paper(slug="otters", title="Otters"))
    assert files(others)["sw.js"].key == files()["sw.js"].key


def test_a_changed_file_of_the_shell_changes_its_digest_and_the_worker(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("h1 {}")
    before, after = files()["sw.js"], files(static=[tmp_path])["sw.js"]
    assert before.key != after.key
    shells = told(before)["shell"], told(after)["shell"]
    assert [path for path in shells[0] if shells[0][path] != shells[1][path]] == ["static/style.css"]


def test_the_worker_speaks_the_language_of_the_site_and_a_title_stays_a_title() -> None:
    title = 'A "quoted" \\1 title\nof </script>'
    known = told(files(site=Site(title=title, language="pt-BR"))["sw.js"])
    assert (known["title"], known["language"]) == (title, "pt-BR")


def test_where_nothing_is_kept_the_worker_retires_and_no_page_asks_for_it() -> None:
    made = files(site=Site(offline=False))
    assert made["sw.js"].make() == (shipped.STATIC / "worker" / "retired.js").read_bytes()
    assert b"offline.js" not in made["papers/herons.html"].make()
    for offline in (None, True):
        made = files(site=Site(offline=offline))
        assert b"caches" in made["sw.js"].make()
        assert b'src="../static/offline.js"' in made["papers/herons.html"].make()


def test_a_worker_of_ones_own_that_cannot_be_filled_in_is_told(tmp_path: Path) -> None:
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / "worker.js").write_text("const SITE = 1;")
    with pytest.raises(
        UserError, match=r"worker\.js: the line '  const SITE = .*', which the build fills in, is not there"
    ):
        files(static=[tmp_path])
