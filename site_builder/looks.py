"""What files hold, without reading those that are as they were when they were last looked at."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from site_builder.model import Cache

MOMENT = 100_000_000
"""Nanoseconds within which two changes may have one time: kernels count some hundreds of ticks a second."""
_COARSE_MOMENT = 2_000_000_000
"""The same where times are told in whole seconds. No file system in use tells them more coarsely."""
_SECOND = 1_000_000_000

_Look = tuple[int, int, int]  # size in bytes, time of the last change in nanoseconds, inode
_decode = msgspec.msgpack.Decoder(dict[str, tuple[int, int, int, bytes]]).decode
_encode = msgspec.msgpack.Encoder().encode


class Looks:
    """The digests of the files of a folder, remembered from one build to the next.

    As git does it: a file is taken to be as it was while its size, its time of change and its inode are; and as git
    does, one that was changed in the moment before it was looked at is read again. `name` tells folders apart.
    """

    _KIND = "looks"

    def __init__(self, name: str, cache: Cache) -> None:
        self._name = name
        self._cache = cache
        stored = cache.get(self._KIND, [name]).get(name)
        self._known = _decode(stored) if stored else {}
        self._news = False

    def digest(self, path: str) -> bytes | None:
        """Return the digest of a file that has not changed since it was remembered, else None. Raises OSError."""
        known = self._known.get(path)
        if known and known[:3] == _look(path):
            return known[3]
        self._news = True
        return None

    def remember(self, digests: Mapping[str, bytes]) -> None:
        """Keep what these files hold now, and forget all others. Raises OSError where one of them is gone."""
        if not self._news and digests == {path: known[3] for path, known in self._known.items()}:
            return
        now = time.time_ns()
        looks = {path: _look(path) for path in digests}
        kept = {path: (*look, digests[path]) for path, look in looks.items() if _is_settled(look[1], now)}
        self._cache.put(self._KIND, {self._name: _encode(kept)})


def glance(roots: Iterable[Path]) -> str:
    """Return a digest of how all files look that are at these places or below them, by name, size, time and inode.

    Nothing ("") where one has changed so short a time ago that a further change could look the same. Raises OSError.
    """
    now = time.time_ns()
    seen = []
    folders = []
    for root in map(str, roots):
        if os.path.isdir(root):  # noqa: PTH112 - as below
            folders.append(root)
        elif os.path.exists(root):  # noqa: PTH110
            seen.append((root, *_look(root)))
    known: set[tuple[int, int]] = set()
    while folders:
        folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                status = entry.stat()
                if not entry.is_dir():
                    seen.append((entry.path, status.st_size, status.st_mtime_ns, status.st_ino))
                elif (status.st_dev, status.st_ino) not in known:  # a link may lead back up
                    known.add((status.st_dev, status.st_ino))
                    folders.append(entry.path)
    if not all(_is_settled(look[2], now) for look in seen):
        return ""
    return digest(_encode(sorted(seen))).hex()


def _is_settled(changed: int, now: int) -> bool:
    """Tell whether a file that changed at a time would show by its time if it changed again; both in nanoseconds."""
    return changed < now - (MOMENT if changed % _SECOND else _COARSE_MOMENT)


def digest(content: bytes) -> bytes:
    """Return the digest by which contents are compared: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(content, digest_size=16).digest()


def _look(path: str) -> _Look:
    status = os.stat(path)  # noqa: PTH116 - a Path costs more than the look
    return status.st_size, status.st_mtime_ns, status.st_ino
