"""Files that are as they were are not read again, and every other one is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from site_builder.looks import Looks, digest
from site_builder.publish.cache import open_cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from site_builder.model import Cache


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Cache]:
    with open_cache(tmp_path / "cache", "one") as cache:
        yield cache


def written(path: Path, text: str, age: int = 60) -> str:
    """Write a file as if some seconds ago; return its path."""
    path.write_text(text)
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - age * 10**9))
    return str(path)


def test_a_file_that_is_as_it_was_is_known_by_its_digest(tmp_path: Path, memory: Cache) -> None:
    path = written(tmp_path / "a", "A")
    Looks("folder", memory).remember({path: digest(b"A")})
    assert Looks("folder", memory).digest(path) == digest(b"A")
    assert Looks("another folder", memory).digest(path) is None


@pytest.mark.parametrize(("text", "age"), [("AA", 60), ("B", 59), ("B", 61)], ids=["size", "later", "earlier"])
def test_a_file_of_another_size_or_time_is_read_again(tmp_path: Path, memory: Cache, text: str, age: int) -> None:
    path = written(tmp_path / "a", "A")
    Looks("folder", memory).remember({path: digest(b"A")})
    written(tmp_path / "a", text, age)
    assert Looks("folder", memory).digest(path) is None


def test_a_file_that_takes_another_one_s_place_is_read_again(tmp_path: Path, memory: Cache) -> None:
    path = written(tmp_path / "a", "A")
    times = (tmp_path / "a").stat().st_mtime_ns
    Looks("folder", memory).remember({path: digest(b"A")})
    written(tmp_path / "b", "B")
    (tmp_path / "b").replace(path)
    os.utime(path, ns=(times, times))
    assert Looks("folder", memory).digest(path) is None


def test_a_file_that_was_written_just_now_is_not_trusted(tmp_path: Path, memory: Cache) -> None:
    path = written(tmp_path / "a", "A", age=0)
    Looks("folder", memory).remember({path: digest(b"A")})
    assert Looks("folder", memory).digest(path) is None


def test_what_is_not_named_again_is_forgotten(tmp_path: Path, memory: Cache) -> None:
    one, two = written(tmp_path / "a", "A"), written(tmp_path / "b", "B")
    Looks("folder", memory).remember({one: digest(b"A"), two: digest(b"B")})
    Looks("folder", memory).remember({one: digest(b"A")})
    assert Looks("folder", memory).digest(two) is None


def test_a_file_that_changes_after_it_was_read_is_read_again(tmp_path: Path, memory: Cache) -> None:
    path = written(tmp_path / "a", "A")
    looks = Looks("folder", memory)
    assert looks.digest(path) is None
    written(tmp_path / "a", "B", age=30)
    looks.remember({path: digest(b"A")})
    assert Looks("folder", memory).digest(path) is None


def test_a_file_that_was_made_since_is_known_as_it_is_now(tmp_path: Path, memory: Cache) -> None:
    path = written(tmp_path / "a", "A")
    looks = Looks("folder", memory)
    assert looks.digest(path) is None
    written(tmp_path / "a", "B", age=30)
    looks.remember({path: digest(b"B")}, made=[path])
    assert Looks("folder", memory).digest(path) == digest(b"B")
