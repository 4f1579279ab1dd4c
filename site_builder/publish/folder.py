"""A folder made equal to a stream of files: whole or not at all, writing only what changed.

The new tree is set up beside the old one, with the files that stay linked into it, and takes its place in one step. A
build that fails, or is killed, leaves the old tree as it was.
"""

from __future__ import annotations

import os
import shutil
import time
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from site_builder.cores import PART, spread
from site_builder.errors import Problem, UserError
from site_builder.looks import MOMENT, Looks, digest
from site_builder.progress import SILENCE, counted
from site_builder.publish import compressed
from site_builder.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from site_builder.model import Cache, OutputFile
    from site_builder.progress import Progress
    from site_builder.publish.compressed import Compression

MARKER = ".site-builder"
_MARKER_TEXT = b"""This folder was made by site-builder, and every build makes it anew: whatever else is put here goes.
Files of your own belong into the folder static/ of the site. Hidden files and folders at the top, such as .git, stay.
"""


class Published(msgspec.Struct, frozen=True):
    """What a publication did to the folder, as paths relative to it."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int


def publish(
    files: Iterable[OutputFile],
    output: Path,
    cache: Cache,
    *,
    compress: Sequence[Compression] = (),
    progress: Progress = SILENCE,
) -> Published:
    """Make `output` hold exactly these files, and texts among them compressed in some ways beside them.

    Raises UserError where the folder holds what we did not make.
    """
    output = Path(os.path.realpath(output))
    _refuse_foreign(output)
    planned = _distinct(files)
    twins = compressed.named(planned.keys(), compress)
    keys = {path: file.key.encode() for path, file in planned.items()}
    keys |= {path: digest(keys[path] + repr([(way.name, way.version) for way in compress]).encode()) for path in twins}
    shelf = Shelf(f"output {output}", keys, cache)
    present = _present(output) | {path for path in planned if path.startswith(".") and (output / path).is_file()}
    looks = Looks(str(output), cache)
    possible = planned.keys() | chain.from_iterable(twins.values())
    there = {path: _digest_of(f"{output}/{path}", looks) for path in possible & present}
    states = there | {path: _state(there.get(form) for form in (path, *twins[path])) for path in twins.keys() & present}
    unsure = [file for path, file in planned.items() if path not in states or shelf.known.get(path) != states[path]]
    staging = _Staging(output)
    made: dict[str, bytes] = {}
    stands = dict(there)
    written = []
    try:
        # Made on all cores, written by this one: processes that write into one folder wait for each other.
        progress.expect(len(unsure))
        work = [(file, file.path in twins) for file in unsure]
        part = _SLOW_PART if compress else PART
        contents = counted(chain.from_iterable(spread(partial(_made, compress), work, part)), progress)
        for file, forms in zip(unsure, contents, strict=True):
            digests = [None if content is None else digest(content) for content in forms]
            made[file.path] = _state(digests)
            for path, content, now in zip((file.path, *twins.get(file.path, ())), forms, digests, strict=True):
                if content is None or now is None:
                    stands.pop(path, None)
                elif there.get(path) != now:
                    staging.write(path, content)
                    written.append(path)
                    stands[path] = now
        shelf.put(made)
        kept = list(stands.keys() - set(written))
        removed = sorted(present - stands.keys())
        if written or removed or not (output / MARKER).exists():
            staging.write(MARKER, _MARKER_TEXT)
            staging.link(kept)
            staging.swap()
        looks.remember(
            {f"{output}/{path}": one for path, one in stands.items()}, [f"{output}/{path}" for path in written]
        )
    finally:
        staging.discard()
    return Published(tuple(written), tuple(removed), len(kept))


_SLOW_PART = PART // 10
"""Files that make as much work where they are compressed, too."""
_ABSENT = bytes(len(digest(b"")))


def _state(digests: Iterable[bytes | None]) -> bytes:
    """Return what a file and its twins hold, in one."""
    return b"".join(_ABSENT if one is None else one for one in digests)


def _made(ways: Sequence[Compression], files: Sequence[tuple[OutputFile, bool]]) -> list[tuple[bytes | None, ...]]:
    """Return each file's bytes and, where it may have twins, theirs or None for one that is not worth it."""
    made: list[tuple[bytes | None, ...]] = []
    for file, may_have_twins in files:
        content = file.make()
        made.append((content, *compressed.twins(content, ways)) if may_have_twins else (content,))
    return made


def _distinct(files: Iterable[OutputFile]) -> dict[str, OutputFile]:
    planned: dict[str, OutputFile] = {}
    spelled: dict[str, str] = {}
    problems = []
    for file in files:
        twin = spelled.setdefault(file.path.casefold(), file.path)
        if file.path in planned or twin != file.path:
            message = (
                f"two files of the site want this address ('{twin}' and '{file.path}'); rename one of their sources"
            )
            problems.append(Problem(file.path, 0, 0, message))
        planned[file.path] = file
    if problems:
        raise UserError(problems)
    return planned


def _refuse_foreign(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise UserError([Problem(str(output), 0, 0, "this is a file; name a folder for the site")])
    if output.is_dir() and not (output / MARKER).exists() and any(output.iterdir()):
        message = "the folder holds files that site-builder did not make; empty it or name another for the site"
        raise UserError([Problem(str(output), 0, 0, message)])


def _present(output: Path) -> set[str]:
    """Return the paths of the files that stand there, but for hidden ones at the top, which are not ours."""
    found: set[str] = set()
    for folder, folders, names in os.walk(output):
        inside = folder.removeprefix(str(output)).lstrip("/")
        if inside:
            found.update([f"{inside}/{name}" for name in names])
        else:
            folders[:] = [name for name in folders if not name.startswith(".")]
            found.update(name for name in names if not name.startswith("."))
    return found


def _digest_of(path: str, looks: Looks) -> bytes:
    known = looks.digest(path)
    if known is not None:
        return known
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path costs as much as the reading
        return digest(file.read())


class _Staging:
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
        with open(self._place(path), "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.utime(file.fileno(), ns=(self._time, self._time))

    def link(self, paths: Iterable[str]) -> None:
        """Take over files that stay as they are, by hard link where the file system has them."""
        for path in paths:
            place = self._place(path)
            try:
                os.link(f"{self.output}/{path}", place)
            except OSError:
                shutil.copy2(f"{self.output}/{path}", place)

    def swap(self) -> None:
        """Put the new tree in the old one's place; hidden files at its top, which are not ours, move over."""
        if not self.output.exists():
            self.root.rename(self.output)
            return
        _exchange(self.root, self.output)
        for entry in self.root.iterdir():
            if entry.name.startswith(".") and not (self.output / entry.name).exists():
                entry.rename(self.output / entry.name)

    def discard(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    def _place(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return f"{self.root}/{path}"


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
