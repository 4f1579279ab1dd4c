"""The next tree of a site, set up beside the folder that has the last one, and how it takes that one's place.

Where much changes, the files that stay are linked into the new tree, and the two change places in one step. Where
little does, only the new files are set up, and then moved to their places one by one. What is to be moved is told
beside the folder before the first is, so that a build killed in between is finished by the next. Either way, a build
that fails, or is killed before, leaves the old tree as it was.
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from site_builder.looks import MOMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_MOVES = ".moves.json"
"""In the folder of files to be moved, what the moves are."""


_MEANWHILE = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError)
"""Why a move cannot be made: it was made before the build was killed, or somebody put something in the way since then.
The build that finishes the moves looks at all files after them, and mends that."""


class _Moves(msgspec.Struct, frozen=True):
    """Paths below the folder: those of files that come, the first ones first, and then of those that go."""

    come: list[str]
    go: list[str]


class Staging:
    """A tree beside the output that grows into the next one. Its paths are strings: there are many thousands."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.root = output.with_name(f".{output.name}.next-{os.getpid()}")
        self._folders: set[str] = set()
        # Files are given a time that has passed, so that whoever touches one from now on gives it another.
        self._time = time.time_ns() - 2 * MOMENT
        for left in output.parent.glob(f".{output.name}.[ln][ae][sx]t-*"):
            if not _is_running(left.name.rpartition("-")[2]):
                shutil.rmtree(left, ignore_errors=True)

    def write(self, path: str, content: bytes) -> None:
        """Set up a file."""
        with open(self._place(path), "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.utime(file.fileno(), ns=(self._time, self._time))

    def replace(self, kept: Iterable[str]) -> None:
        """Put the new tree in the old one's place, with those files of the old one that stay."""
        self._link(kept)
        if not self.output.exists():
            self.root.rename(self.output)
            return
        with _undisturbed():
            _exchange(self.root, self.output)
            for entry in self.root.iterdir():
                # Hidden files at the top are not ours.
                if entry.name.startswith(".") and not (self.output / entry.name).exists():
                    entry.rename(self.output / entry.name)

    def move(self, written: Iterable[str], removed: Iterable[str]) -> None:
        """Put the new files where they belong in the old tree, and take others away: new pages before links to them."""
        new = sorted(written, key=lambda path: os.path.lexists(f"{self.output}/{path}"))
        moves = _Moves(new, list(removed))
        if not (moves.come or moves.go):
            return
        self.write(_MOVES, msgspec.json.encode(moves))
        with _undisturbed():
            self.root.rename(_decided(self.output))
            finish(self.output)

    def discard(self) -> None:
        """Leave nothing behind: of a tree that did not take the other's place, or of the other one."""
        shutil.rmtree(self.root, ignore_errors=True)

    def _link(self, paths: Iterable[str]) -> None:
        """Take over files that stay as they are, by hard link where the file system has them."""
        for path in paths:
            place = self._place(path)
            try:
                os.link(f"{self.output}/{path}", place)
            except OSError:
                shutil.copy2(f"{self.output}/{path}", place)

    def _place(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return f"{self.root}/{path}"


def finish(output: Path) -> None:
    """Make the moves that were decided on: by this build, or by one that was killed before it had made them all."""
    decided = _decided(output)
    try:
        moves = msgspec.json.decode((decided / _MOVES).read_bytes(), type=_Moves)
    except (OSError, msgspec.DecodeError):
        shutil.rmtree(decided, ignore_errors=True)
        return
    for path in moves.come:
        place = output / path
        with suppress(*_MEANWHILE):
            place.parent.mkdir(parents=True, exist_ok=True)
            (decided / path).replace(place)
    for path in moves.go:
        with suppress(*_MEANWHILE):
            (output / path).unlink()
        with suppress(OSError):  # not empty
            os.removedirs((output / path).parent)
    shutil.rmtree(decided, ignore_errors=True)


def forget(output: Path) -> None:
    """Make none of the moves that were decided on: the folder that they were for is gone."""
    shutil.rmtree(_decided(output), ignore_errors=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait for what takes a moment and is worse half done."""
    # To block the signal would not do: it would come to another thread, such as those that talk to a cluster.
    usual = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or usual is None:
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    for number in came[:1]:
        signal.raise_signal(number)


def _decided(output: Path) -> Path:
    """Return where the files to be moved wait, from when it is certain that they will be to when all are."""
    return output.with_name(f".{output.name}.moves")


def _is_running(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def _exchange(new: Path, old: Path) -> None:
    """Let two folders change places in one step (renameat2 of Linux), in two where the system has no such call."""
    import ctypes  # here, because only a build that changes something needs it

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename and rename(_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE) == 0:
        return
    aside = new.with_name(new.name.replace(".next-", ".last-"))
    old.rename(aside)
    new.rename(old)
    aside.rename(new)
