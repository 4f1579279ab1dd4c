"""Publishing a folder: only what changed, whole or not at all, and nothing of others lost."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from site_builder.cores import WORTH, Machine, on, spread
from site_builder.errors import UserError
from site_builder.model import OutputFile
from site_builder.publish import cache as cache_module
from site_builder.publish import staging
from site_builder.publish.cache import open_cache
from site_builder.publish.folder import MARKER, Published, publish
from site_builder.publish.staging import Staging


def output_file(path: str, text: str) -> OutputFile:
    return OutputFile(path, hashlib.sha256(text.encode()).hexdigest(), text.encode)


def published(root: Path, files: dict[str, str], version: str = "1") -> Published:
    with open_cache(root / "cache", version) as cache:
        return publish([output_file(*item) for item in files.items()], root / "public", cache)


def tree(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and path.name != MARKER)
    return {path.relative_to(root).as_posix(): path.read_text() for path in files}


def test_the_folder_holds_exactly_the_files(tmp_path: Path) -> None:
    published(tmp_path, {"a.html": "A", "p/b.html": "B", "p/c.html": "C"})
    done = published(tmp_path, {"a.html": "A", "p/b.html": "B2", "d.html": "D"})
    assert tree(tmp_path / "public") == {"a.html": "A", "p/b.html": "B2", "d.html": "D"}
    assert done == Published(written=("p/b.html", "d.html"), removed=("p/c.html",), kept=1)


def test_a_file_that_stays_is_not_written_again(tmp_path: Path) -> None:
    published(tmp_path, {"a.html": "A", "b.html": "B"})
    before = (tmp_path / "public" / "a.html").stat()
    published(tmp_path, {"a.html": "A", "b.html": "B2"}, version="2")
    after = (tmp_path / "public" / "a.html").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_nothing_to_do_touches_nothing(tmp_path: Path) -> None:
    published(tmp_path, {"a.html": "A", ".nojekyll": ""})
    before = (tmp_path / "public").stat()
    assert published(tmp_path, {"a.html": "A", ".nojekyll": ""}) == Published((), (), 2)
    assert (tmp_path / "public").stat().st_ino == before.st_ino


def test_an_unchanged_file_is_not_even_made(tmp_path: Path) -> None:
    published(tmp_path, {"a.html": "A"})
    never = OutputFile("a.html", output_file("a.html", "A").key, lambda: pytest.fail("made again"))
    with open_cache(tmp_path / "cache", "1") as cache:
        assert publish([never], tmp_path / "public", cache).kept == 1


def test_a_page_that_somebody_changed_in_the_output_is_restored(tmp_path: Path) -> None:
    published(tmp_path, {"a.html": "A"})
    (tmp_path / "public" / "a.html").write_text("B")
    assert published(tmp_path, {"a.html": "A"}).written == ("a.html",)
    assert tree(tmp_path / "public") == {"a.html": "A"}


@pytest.mark.parametrize("leads", ["nowhere", "a.html"], ids=["nowhere", "to-itself"])
def test_a_link_in_the_place_of_a_page_that_leads_nowhere_gives_way_to_the_page(tmp_path: Path, leads: str) -> None:
    published(tmp_path, {"a.html": "A", "b.html": "B"})
    page = tmp_path / "public" / "a.html"
    page.unlink()
    page.symlink_to(leads)
    assert published(tmp_path, {"a.html": "A", "b.html": "B"}).written == ("a.html",)
    assert page.read_text() == "A"
    assert not page.is_symlink()


def test_a_page_that_somebody_changed_long_after_is_restored_too(tmp_path: Path) -> None:
    for _ in range(3):
        published(tmp_path, {"a.html": "A", "b.html": "B"})
        age(tmp_path / "public", seconds=60)
    (tmp_path / "public" / "a.html").write_text("X")
    assert published(tmp_path, {"a.html": "A", "b.html": "B"}).written == ("a.html",)


def test_files_that_have_settled_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(tmp_path, {"a.html": "A", "b.html": "B"})
    age(tmp_path / "public", seconds=60)
    published(tmp_path, {"a.html": "A", "b.html": "B"})
    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", forbidden)
        published(tmp_path, {"a.html": "A", "b.html": "B"})


def age(folder: Path, seconds: int) -> None:
    for path in folder.iterdir():
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))


def forbidden(*args: object, **kwargs: object) -> None:
    raise AssertionError(f"{args[0]} was opened")


def test_a_failure_in_the_middle_leaves_the_old_tree_and_no_litter(tmp_path: Path) -> None:
    published(tmp_path, {"a.html": "A", "b.html": "B"})

    def fail() -> bytes:
        raise UserError("no")

    with open_cache(tmp_path / "cache", "1") as cache, pytest.raises(UserError):
        publish([output_file("a.html", "A2"), OutputFile("b.html", "?", fail)], tmp_path / "public", cache)
    assert tree(tmp_path / "public") == {"a.html": "A", "b.html": "B"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "public"]


def test_what_a_killed_build_left_beside_the_folder_goes_with_the_next(tmp_path: Path) -> None:
    (tmp_path / ".public.next-999999999").mkdir()
    published(tmp_path, {"a.html": "A"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "public"]


def look(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


MANY = {f"p/{n}.html": str(n) for n in range(40)}


def test_where_little_changes_all_else_is_left_alone(tmp_path: Path) -> None:
    published(tmp_path, MANY | {"old/a.html": "A"})
    before = {path: look(path) for path in (tmp_path / "public").rglob("*.html")}
    now = MANY | {"p/7.html": "seven", "new/deep/b.html": "B"}
    assert published(tmp_path, now).removed == ("old/a.html",)
    assert tree(tmp_path / "public") == now
    assert sorted(path.name for path in (tmp_path / "public").iterdir()) == [MARKER, "new", "p"]
    same = {path for path in before if path.exists() and look(path) == before[path]}
    assert len(same) == len(MANY) - 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "public"]


@pytest.mark.parametrize("files_moved", [0, 1, 2])
def test_a_build_killed_while_it_moves_files_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files_moved: int
) -> None:
    published(tmp_path, MANY | {"gone.html": "gone"})
    wanted = MANY | {"p/1.html": "one", "p/2.html": "two", "new.html": "new"}
    move = Path.replace
    moved: list[Path] = []

    def killed(self: Path, to: Path) -> Path:
        if len(moved) == files_moved:
            raise KeyboardInterrupt
        moved.append(to)
        return move(self, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            published(tmp_path, wanted)
    assert [path.name for path in moved] == ["new.html", "1.html"][:files_moved], "new pages before links to them"
    other = MANY | {"p/1.html": "one, again"}
    shutil.copytree(tmp_path, tmp_path / "copy", symlinks=True)
    for root, files in ((tmp_path / "copy", wanted), (tmp_path, other)):
        published(root, files)
        assert tree(root / "public") == files
        assert not (root / ".public.moves").exists()


@pytest.mark.parametrize("foreign", [False, True])
def test_what_a_killed_build_was_to_move_is_not_moved_into_another_folder(tmp_path: Path, foreign: bool) -> None:
    published(tmp_path, MANY)
    staging = Staging(tmp_path / "public")
    staging.write(".moves.json", b'{"come":["p/1.html"],"go":["p/2.html"]}')
    staging.write("p/1.html", b"one")
    staging.root.rename(tmp_path / ".public.moves")
    shutil.rmtree(tmp_path / "public")
    if foreign:
        (tmp_path / "public" / "p").mkdir(parents=True)
        (tmp_path / "public" / "p" / "2.html").write_text("Another's.")
        with pytest.raises(UserError, match="did not make"):
            published(tmp_path, MANY)
        assert tree(tmp_path / "public") == {"p/2.html": "Another's."}
    else:
        published(tmp_path, MANY)
        assert tree(tmp_path / "public") == MANY
    assert not (tmp_path / ".public.moves").exists()


@pytest.fixture
def another_thread() -> Iterator[None]:
    """A thread that would take the signals that the main one blocks, as those do that talk to a cluster."""
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    yield
    ended.set()
    thread.join()


@pytest.mark.usefixtures("another_thread")
def test_ctrl_c_while_files_are_moved_waits_until_all_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"{n}.html": "same" for n in range(30)}
    published(tmp_path, many | {"a.html": "A", "b.html": "B"})
    moved: list[str] = []
    replace = Path.replace

    def interrupted(path: Path, place: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        moved.append(path.name)
        return replace(path, place)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        published(tmp_path, many | {"a.html": "A2", "b.html": "B2"})
    assert sorted(moved) == ["a.html", "b.html"]
    assert tree(tmp_path / "public") == many | {"a.html": "A2", "b.html": "B2"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "public"]


@pytest.mark.usefixtures("another_thread")
def test_ctrl_c_while_trees_change_places_loses_nothing_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, {"a.html": "A"})
    (tmp_path / "public" / ".git").mkdir()
    (tmp_path / "public" / ".git" / "HEAD").write_text("ref")
    exchange = staging._exchange

    def interrupted(new: Path, old: Path) -> None:
        exchange(new, old)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(staging, "_exchange", interrupted)
    with pytest.raises(KeyboardInterrupt):
        published(tmp_path, {"a.html": "A2"})
    assert tree(tmp_path / "public") == {"a.html": "A2", ".git/HEAD": "ref"}


def test_what_was_put_in_the_way_of_a_killed_builds_moves_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path, MANY | {"gone.html": "gone"})
    wanted = MANY | {"p/1.html": "one", "q/new.html": "new"}
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            published(tmp_path, wanted)
    public = tmp_path / "public"
    (public / "q").rmdir()
    (public / "q").write_text("a file where a folder is to be")
    for path in ("p/1.html", "gone.html"):
        (public / path).unlink()
        (public / path).mkdir()
    published(tmp_path, wanted)
    assert tree(public) == wanted


def test_a_page_may_become_a_folder_and_a_folder_a_page(tmp_path: Path) -> None:
    for files in ({"a": "A"}, {"a/b": "B"}, {"a": "A"}):
        published(tmp_path, MANY | files)
        assert tree(tmp_path / "public") == MANY | files


def test_a_folder_that_somebody_else_filled_is_refused(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "thesis.tex").write_text("years of work")
    with pytest.raises(UserError, match="did not make"):
        published(tmp_path, {"a.html": "A"})
    assert tree(tmp_path / "public") == {"thesis.tex": "years of work"}


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "public").write_text("notes")
    with pytest.raises(UserError, match="this is a file"):
        published(tmp_path, {"a.html": "A"})


def test_a_hidden_folder_at_the_top_stays(tmp_path: Path) -> None:
    published(tmp_path, {"a.html": "A"})
    (tmp_path / "public" / ".git").mkdir()
    (tmp_path / "public" / ".git" / "HEAD").write_text("ref")
    published(tmp_path, {"a.html": "A2"})
    assert tree(tmp_path / "public") == {"a.html": "A2", ".git/HEAD": "ref"}


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "public").symlink_to(tmp_path / "disk", target_is_directory=True)
    published(tmp_path, {"a.html": "A"})
    assert (tmp_path / "public").is_symlink()
    assert tree(tmp_path / "disk") == {"a.html": "A"}


def test_where_folders_cannot_be_exchanged_they_are_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    published(tmp_path, {"a.html": "A"})
    published(tmp_path, {"a.html": "A2"})
    assert tree(tmp_path / "public") == {"a.html": "A2"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "public"]


def test_two_files_of_one_address_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"tags/c\.html"):
        published(tmp_path, {"tags/C.html": "1", "tags/c.html": "2"})


def test_the_cache_forgets_what_another_version_found(tmp_path: Path) -> None:
    with open_cache(tmp_path, "1") as cache:
        cache.put("kind", {"k": b"v"})
        assert cache.get("kind", ["k", "l"]) == {"k": b"v"}
    with open_cache(tmp_path, "2") as cache:
        assert cache.get("kind", ["k"]) == {}


@pytest.mark.parametrize("damaged", ["CAST(value || 'x' AS BLOB)", "'some text'", "NULL", "7", "CAST('' AS BLOB)"])
def test_a_damaged_entry_counts_as_absent(damaged: str, tmp_path: Path) -> None:
    with open_cache(tmp_path, "1") as cache:
        cache.put("kind", {"k": b"value"})
        cache.database.execute(f"UPDATE entries SET value = {damaged}")  # noqa: S608 - no one else's words
        assert cache.get("kind", ["k"]) == {}


def test_a_whole_value_in_the_place_of_another_counts_as_absent(tmp_path: Path) -> None:
    with open_cache(tmp_path, "1") as cache:
        cache.put("kind", {"k": b"value", "other": b"another"})
        cache.database.execute("UPDATE entries SET value = (SELECT value FROM entries WHERE key = '1:other')")
        assert cache.get("kind", ["k", "other"]) == {"other": b"another"}


def test_a_cache_that_is_deleted_while_it_is_in_use_costs_only_time(tmp_path: Path) -> None:
    with open_cache(tmp_path / "cache", "1") as cache:
        cache.put("kind", {"k": b"v"})
        shutil.rmtree(tmp_path / "cache")
        for _ in range(2):
            cache.put("kind", {"k": b"v", "large": bytes(100_000)})
            assert cache.get("kind", ["k"]) in ({}, {"k": b"v"})
        cache.prune(50_000)


def test_a_worker_finds_what_is_in_the_cache_and_puts_nothing_there(tmp_path: Path) -> None:
    with open_cache(tmp_path, "1") as cache, on(Machine(2)):
        cache.put("kind", {"key": b"value"})

        def work(numbers: Sequence[int]) -> dict[str, bytes]:
            cache.put("kind", {str(numbers[0]): b"from a worker"})
            return cache.get("kind", ["key"])

        assert list(spread(work, range(WORTH), 1)) == [{"key": b"value"}] * WORTH
        assert cache.get("kind", map(str, range(WORTH))) == {}
        with closing(sqlite3.connect(tmp_path / "site-builder.sqlite")) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_worker_of_a_build_that_lost_its_cache_finds_nothing_in_its_file(tmp_path: Path) -> None:
    with open_cache(tmp_path, "1") as cache, on(Machine(2)):
        cache.put("kind", {"key": b"value"})
        cache.database.close()  # as if another program had damaged it
        assert cache.get("kind", ["key"]) == {}
        assert list(spread(lambda _: cache.get("kind", ["key"]), range(WORTH), 1)) == [{}] * WORTH


def test_a_worker_of_a_build_whose_cache_lives_in_memory_does_not_read_the_file_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_cache(tmp_path, "1") as cache:
        cache.put("kind", {"key": b"of another build"})

    def refused(database: sqlite3.Connection) -> None:
        database.close()
        raise sqlite3.OperationalError("attempt to write a readonly database")

    with monkeypatch.context() as patch:
        prepared = cache_module._prepared
        patch.setattr(cache_module, "_prepared", lambda db: refused(db) if _is_file(db) else prepared(db))
        with open_cache(tmp_path, "1") as cache, on(Machine(2)):
            assert list(spread(lambda _: cache.get("kind", ["key"]), range(WORTH), 1)) == [{}] * WORTH


def _is_file(database: sqlite3.Connection) -> bool:
    return bool(database.execute("PRAGMA database_list").fetchone()[2])


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with open_cache(None, "1") as cache:
            assert cache.get("kind", ["k"]) == {}
            cache.put("kind", {"k": b"v"})
            assert cache.get("kind", ["k"]) == {"k": b"v"}
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "site-builder.sqlite").write_bytes(b"not a database, but long enough to be looked at" * 100)
    for known in ({}, {"k": b"v"}):
        with open_cache(tmp_path, "1") as cache:
            assert cache.get("kind", ["k"]) == known
            cache.put("kind", {"k": b"v"})


def test_a_cache_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open_cache(tmp_path / "file", "1") as cache:
        cache.put("kind", {"k": b"v"})
        assert cache.get("kind", ["k"]) == {"k": b"v"}


def test_a_cache_grown_large_forgets_what_other_versions_left_and_keeps_what_this_run_did_not_need(
    tmp_path: Path,
) -> None:
    for version in ("1", "2"):
        with open_cache(tmp_path, version) as cache:
            cache.put("kind", {"old": bytes(100_000), "new": b"v"})
    with open_cache(tmp_path, "2") as cache:
        cache.prune(50_000)
        assert cache.get("kind", ["old", "new"]).keys() == {"old", "new"}
    with open_cache(tmp_path, "1") as cache:
        assert cache.get("kind", ["old", "new"]) == {}


def test_a_cache_grown_far_too_large_keeps_what_this_run_used(tmp_path: Path) -> None:
    with open_cache(tmp_path, "1") as cache:
        cache.put("kind", {"old": bytes(100_000), "new": b"v"})
    with open_cache(tmp_path, "1") as cache:
        cache.get("kind", ["new"])
        cache.prune(50_000, 50_000)
        assert cache.get("kind", ["old", "new"]) == {"new": b"v"}


def test_a_large_cache_that_is_all_in_use_is_left_as_it_is(tmp_path: Path) -> None:
    with open_cache(tmp_path, "1") as cache:
        cache.put("kind", {"used": bytes(100_000)})
        said: list[str] = []
        cache.database.set_trace_callback(said.append)
        cache.prune(50_000, 50_000)
        assert not any("VACUUM" in statement for statement in said)
