"""Six papers that nobody wrote, and every byte of the site they make.

When a page is meant to change, look at the difference that this makes, and commit it with the change:

    python -m tests.test_golden
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from site_builder import shipped
from site_builder.build import build
from site_builder.check import check
from tests.invented import tree

GOLDEN = Path(__file__).parent / "golden"
CONTENT = GOLDEN / "content"
EXPECTED = GOLDEN / "site"


def build_golden(folder: Path) -> dict[str, bytes]:
    """Build the six papers into `folder`/site and return its files, but for those that come from static/ alone."""
    build(CONTENT, folder / "site", cache_dir=folder / "cache")
    files = tree(folder / "site")
    return {path: content for path, content in files.items() if not path.startswith(("static/", "sw.js", "."))}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    build_golden(folder)
    return folder


def test_the_site_of_the_six_papers_has_exactly_the_expected_files(made: Path) -> None:
    assert sorted(build_golden(made)) == sorted(tree(EXPECTED))


@pytest.mark.parametrize("path", sorted(tree(EXPECTED)))
def test_every_page_of_the_six_papers_is_as_expected(made: Path, path: str) -> None:
    built = made / "site" / path
    assert built.read_text("utf-8").splitlines() == (EXPECTED / path).read_text("utf-8").splitlines()
    assert built.read_bytes() == (EXPECTED / path).read_bytes()


def test_static_files_are_copied_as_they_are(made: Path) -> None:
    parts = ("search/", "worker/")
    single = {path: content for path, content in tree(shipped.STATIC).items() if not path.startswith(parts)}
    joined = {
        path: (made / "site/static" / path).read_bytes() for path in ("search.js", "search-more.js", "search-seldom.js")
    }
    assert tree(made / "site" / "static") == single | joined


def test_check_finds_nothing_wrong_with_the_six_papers(made: Path) -> None:
    assert check(made / "site", content=CONTENT) == []


def renew() -> None:
    """Write the site of the six papers anew into tests/golden/site."""
    with tempfile.TemporaryDirectory() as folder:
        files = build_golden(Path(folder))
    shutil.rmtree(EXPECTED, ignore_errors=True)
    for path, content in files.items():
        (EXPECTED / path).parent.mkdir(parents=True, exist_ok=True)
        (EXPECTED / path).write_bytes(content)


if __name__ == "__main__":
    renew()
