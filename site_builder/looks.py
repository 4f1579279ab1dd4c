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

Look = tuple[int, int, int]  # size in bytes, time of the last change in nanoseconds, inode
_NOTHING: Look = (0, 0, 0)
"""The look of what is only seen to be there."""
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
        self._stored = cache.get(self._KIND, [name]).get(name, b"")
        self._known = _decode(self._stored) if self._stored else {}
        self._news = False
        self._begun = time.time_ns()
        self._seen: dict[str, Look] = {}

    def digest(self, path: str, look: Look | None = None) -> bytes | None:
        """Return the digest of a file that has not changed since it was remembered, else None. Raises OSError.

        To be asked before the file is read, so that what changes it afterwards is not taken for what was read. Its look
        need not be taken again by whoever has just taken it.
        """
        known = self._known.get(path)
        self._seen[path] = look = look or _look(path)
        if known and known[:3] == look:
            return known[3]
        self._news = True
        return None

    @property
    def mark(self) -> bytes:
        """A digest of all that was remembered."""
        return digest(self._stored)

    def stand(self, root: str) -> bool:
        """Tell whether the files below a folder are those that were remembered, each as it was, and no others."""
        looks = {f"{root}/{path}": look for path, look in looks_below(root).items()}
        try:
            looks |= {path: _look(path) for path in self._known.keys() - looks.keys()}
        except OSError:
            return False
        return looks == {path: known[:3] for path, known in self._known.items()}

    def remember(self, digests: Mapping[str, bytes], made: Iterable[str] = ()) -> None:
        """Keep what these files hold, and forget all others. Raises OSError where one of them is gone.

        `made` are those that were written since they were looked at.
        """
        if not self._news and digests == {path: known[3] for path, known in self._known.items()}:
            return
        now = time.time_ns()
        for path in made:
            self._seen.pop(path, None)
        looks = {path: (look, self._begun) for path, look in self._seen.items() if path in digests}
        looks |= {path: (_look(path), now) for path in digests.keys() - looks.keys()}
        kept = {path: (*look, digests[path]) for path, (look, then) in looks.items() if _is_settled(look[1], then)}
        self._cache.put(self._KIND, {self._name: _encode(kept)})


def looks_below(root: str) -> dict[str, Look]:
    """Return how all files below a folder look, by their paths from there. Hidden ones at its top are left out."""
    found: dict[str, Look] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = os.scandir(f"{root}/{folder}")
        except OSError:  # gone, or not ours to read
            continue
        with entries:
            for entry in entries:
                if not folder and entry.name.startswith("."):
                    continue
                path = f"{folder}{entry.name}"
                try:
                    if entry.is_dir():
                        if not entry.is_symlink():
                            folders.append(f"{path}/")
                        continue
                    status = entry.stat()
                except OSError:  # a link that leads nowhere
                    found[path] = _NOTHING
                else:
                    found[path] = status.st_size, status.st_mtime_ns, status.st_ino
    return found


def glance(roots: Iterable[Path]) -> str:
    """Return a digest of how all files look that are at these places or below them, by name, size, time and inode.

    Nothing ("") where one has changed so short a time ago that a further change could look the same, or where a folder
    cannot be read.
    """
    now = time.time_ns()
    seen: list[tuple[bytes, int, int, int]] = []
    folders = []
    for root in map(os.fsencode, roots):  # names of files need not be text
        if os.path.isdir(root):  # noqa: PTH112 - as below
            folders.append(root)
        elif os.path.exists(root):  # noqa: PTH110
            seen.append((root, *_look(root)))
    known: set[tuple[int, int]] = set()
    while folders:
        try:
            entries = os.scandir(folders.pop())
        except OSError:
            return ""
        with entries:
            for entry in entries:
                try:
                    status = entry.stat()
                except OSError:  # a link that leads nowhere: some editors mark so what they have open
                    seen.append((entry.path, *_NOTHING))
                    continue
                if not entry.is_dir():
                    seen.append((entry.path, status.st_size, status.st_mtime_ns, status.st_ino))
                    continue
                seen.append((entry.path, *_NOTHING))
                if (status.st_dev, status.st_ino) not in known:  # a link may lead back up
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


def _look(path: str | bytes) -> Look:
    status = os.stat(path)  # noqa: PTH116 - a Path costs more than the look
    return status.st_size, status.st_mtime_ns, status.st_ino
