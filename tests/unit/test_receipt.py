"""A build that would change nothing does not begin; every other one does."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from site_builder.cli import main
from site_builder.content import folder
from site_builder.publish.cache import SQLiteCache
from site_builder.receipt import Places

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from site_builder.model import Catalogue


@pytest.fixture
def site(tmp_path: Path) -> Path:
    papers = tmp_path / "content" / "papers"
    papers.mkdir(parents=True)
    (papers / "kelp.md").write_text('---\ntitle: "Kelp counts"\n---\nWe count kelp.\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "own.txt").write_text("mine")
    for path in tmp_path.rglob("*"):
        os.utime(path, (1, 1))
    return tmp_path


@pytest.fixture
def run(site: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[bool, str]]:
    """Build as a curator does; tell whether the work began, and what was said."""
    begun = []
    read = folder.read

    def noticed(content: Path, *others: Any) -> Catalogue:
        begun.append(content)
        return read(content, *others)

    monkeypatch.setattr(folder, "read", noticed)

    def build(*others: str) -> tuple[bool, str]:
        begun.clear()
        arguments = ["--content", site / "content", "--output", site / "public", "--cache", site / "cache"]
        result = CliRunner().invoke(main, ["build", *map(str, arguments), *others])
        assert result.exit_code == 0, result.output
        return bool(begun), result.output

    return build


def test_the_second_build_of_the_same_finds_that_there_is_nothing_to_do(run: Callable[[], tuple[bool, str]]) -> None:
    assert run()[0]
    begun, said = run()
    assert not begun
    assert said.startswith("note: site.yaml has no 'url'")
    assert "1 paper, " in said
    assert "(0 files written, 0 removed)" in said


def _edit(site: Path) -> None:
    (site / "content" / "papers" / "kelp.md").write_text('---\ntitle: "Kelp counts"\n---\nWe count eels.\n')


def _touch(site: Path) -> None:
    os.utime(site / "content" / "papers" / "kelp.md", (2, 2))


def _add(site: Path) -> None:
    (site / "content" / "papers" / "eel.md").write_text('---\ntitle: "Eels"\n---\n')


def _own_template(site: Path) -> None:
    (site / "templates" / "404.html").write_text("gone")


def _own_static_file(site: Path) -> None:
    (site / "static" / "own.txt").write_text("ours")


def _spoil(site: Path) -> None:
    (site / "public" / "index.html").write_text("spoilt")


def _take_away(site: Path) -> None:
    (site / "public" / "index.html").unlink()


def _leave_something(site: Path) -> None:
    (site / "public" / "left.html").write_text("left")


@pytest.mark.parametrize(
    "change", [_edit, _touch, _add, _own_template, _own_static_file, _spoil, _take_away, _leave_something]
)
def test_whatever_changed_the_build_begins(
    change: Callable[[Path], None], site: Path, run: Callable[[], tuple[bool, str]]
) -> None:
    run()
    assert not run()[0]
    change(site)
    assert run()[0]
    assert "spoilt" not in (site / "public" / "index.html").read_text()
    assert not (site / "public" / "left.html").exists()


def test_a_site_that_was_made_with_other_templates_meanwhile_is_made_again(
    site: Path, run: Callable[..., tuple[bool, str]]
) -> None:
    other = site / "others"
    other.mkdir()
    (other / "404.html").write_text("of others")
    os.utime(other / "404.html", (1, 1))
    os.utime(other, (1, 1))
    run()
    assert run("--templates", str(other))[0]
    assert (site / "public" / "404.html").read_text() == "of others"
    assert run()[0]
    assert (site / "public" / "404.html").read_text() != "of others"
    assert not run()[0]


def test_a_source_that_was_written_just_now_may_change_again_unseen_and_is_looked_at_once_more(
    site: Path, run: Callable[[], tuple[bool, str]]
) -> None:
    paper = site / "content" / "papers" / "kelp.md"
    whole_second = time.time_ns() // 10**9 * 10**9
    os.utime(paper, ns=(whole_second, whole_second))
    run()
    assert run()[0]


def test_a_folder_with_nothing_in_it_is_a_change_too(
    site: Path,
) -> None:
    before = Places.of(site / "content", site / "public").sources()
    (site / "content" / "weights").mkdir()
    assert Places.of(site / "content", site / "public").sources() != before


def test_a_link_that_leads_nowhere_as_editors_leave_it_keeps_no_build_from_running_or_from_resting(
    site: Path, run: Callable[[], tuple[bool, str]]
) -> None:
    link = site / "content" / "papers" / ".#kelp.md"
    link.symlink_to("somebody@somewhere.4711")
    assert run()[0]
    assert not run()[0]
    link.unlink()
    link.symlink_to(site / "content" / "papers" / "kelp.md")
    assert run()[0]


def test_a_file_whose_name_is_no_text_keeps_no_build_from_running(
    site: Path, run: Callable[[], tuple[bool, str]]
) -> None:
    (site / "content" / os.fsdecode(b"caf\xe9.txt")).touch()
    assert run()[0]


def test_only_a_build_that_began_knows_what_a_large_cache_may_forget(
    run: Callable[[], tuple[bool, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pruned = []
    monkeypatch.setattr(SQLiteCache, "prune", lambda *_: pruned.append(1))
    run()
    assert pruned
    pruned.clear()
    assert not run()[0]
    assert not pruned
