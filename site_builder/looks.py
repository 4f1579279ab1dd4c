"""What files hold, without reading those that are as they were when they were last looked at."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from site_builder.model import Cache

_MOMENT = 2_000_000_000
"""Nanoseconds. No file system in use tells times more coarsely."""

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
        settled = time.time_ns() - _MOMENT
        looks = {path: _look(path) for path in digests}
        kept = {path: (*look, digests[path]) for path, look in looks.items() if look[1] < settled}
        self._cache.put(self._KIND, {self._name: _encode(kept)})


def digest(content: bytes) -> bytes:
    """Return the digest by which contents are compared: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(content, digest_size=16).digest()


def _look(path: str) -> _Look:
    status = os.stat(path)  # noqa: PTH116 - a Path costs more than the look
    return status.st_size, status.st_mtime_ns, status.st_ino
