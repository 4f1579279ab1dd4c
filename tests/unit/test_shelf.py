"""A shelf finds a value again under its owner's key of today, and takes the place of what the owner had before."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

from site_builder import shelf
from site_builder.publish.cache import open_cache
from site_builder.shelf import SIZE, OnDisk, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from site_builder.model import Cache


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Cache]:
    with open_cache(tmp_path, "one") as cache:
        yield cache


def owners(count: int, key: bytes = b"k") -> dict[str, bytes]:
    return {f"owner {n}": key for n in range(count)}


def filled(keys: Mapping[str, bytes], memory: Cache) -> None:
    """Put on a shelf what is not known there yet: each owner's key, doubled."""
    letters = Shelf("letters", keys, memory)
    letters.put((owner, key * 2) for owner, key in keys.items() if owner not in letters.known)


def known(keys: Mapping[str, bytes], memory: Cache) -> Mapping[str, bytes]:
    return Shelf("letters", keys, memory).known


def test_a_value_is_found_under_its_key_and_under_no_other(memory: Cache) -> None:
    filled({"a": b"1", "b": b"2"}, memory)
    assert known({"a": b"1", "b": b"3", "c": b"1"}, memory) == {"a": b"11"}
    assert Shelf("numbers", {"a": b"1"}, memory).known == {}


def test_a_changed_owner_leaves_the_values_of_all_others(memory: Cache) -> None:
    keys = owners(3 * SIZE)
    filled(keys, memory)
    changed = keys | {"owner 7": b"n"}
    assert known(changed, memory).keys() == keys.keys() - {"owner 7"}
    filled(changed, memory)
    assert known(changed, memory) == {owner: key * 2 for owner, key in changed.items()}


def test_an_owner_that_is_gone_is_forgotten(memory: Cache) -> None:
    filled({"a": b"1", "b": b"2"}, memory)
    filled({"a": b"1"}, memory)
    assert known({"a": b"1", "b": b"2"}, memory) == {"a": b"11"}


@pytest.mark.parametrize("before", [SIZE, 2 * SIZE, 4 * SIZE])
def test_what_is_known_stays_known_when_the_shelf_outgrows_its_parts(memory: Cache, before: int) -> None:
    filled(owners(before), memory)
    grown = owners(before + 1)
    assert known(grown, memory).keys() == owners(before).keys()
    filled(grown, memory)
    assert known(grown, memory).keys() == grown.keys()


def test_a_change_writes_only_what_lies_with_it(memory: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = owners(8 * SIZE)
    filled(keys, memory)
    put = memory.put
    written: list[str] = []

    def noticed(kind: str, values: Mapping[str, bytes]) -> None:
        written.extend(values)
        put(kind, values)

    monkeypatch.setattr(memory, "put", noticed)
    filled(keys, memory)
    assert not written
    filled(keys | {"owner 7": b"n"}, memory)
    assert len(written) == 1


def test_large_values_are_found_again_whether_they_were_made_or_remembered(
    memory: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_HELD", 5 * SIZE)  # of some parts the values stay in memory, and not of the others
    values = {owner: owner.encode() for owner in owners(4 * SIZE)}
    made = Shelf("large", values, memory, large=True)
    made.put(values.items())
    found = Shelf("large", values, memory, large=True)
    found.put([("owner 7", b"another")])
    assert dict(made.known) == values
    assert dict(found.known) == values | {"owner 7": b"another"}
    assert dict(Shelf("large", values, memory).known) == dict(found.known)


def test_a_process_takes_over_what_one_forked_from_it_has_added() -> None:
    values = OnDisk()
    values.update({"a": b"first"})
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork"), _share, (values,)) as other:
        places = other.submit(_add, {"b": b"second"}).result()
    values.take(places)
    values.update({"c": b"third"})
    assert dict(values) == {"a": b"first", "b": b"second", "c": b"third"}


_shared: OnDisk


def _share(values: OnDisk) -> None:
    global _shared  # noqa: PLW0603
    _shared = values


def _add(values: dict[str, bytes]) -> tuple[dict[str, int | bytes], int]:
    _shared.update(values)
    return _shared.places()
