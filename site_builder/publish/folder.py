"""A folder made equal to a stream of files: whole or not at all, writing only what changed."""

from __future__ import annotations

import os
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from site_builder.cores import PART, spread, travelling
from site_builder.errors import Problem, UserError
from site_builder.looks import Looks, digest, looks_below
from site_builder.progress import SILENCE, counted
from site_builder.publish import compressed
from site_builder.publish.staging import Staging, finish, forget
from site_builder.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from site_builder.looks import Look
    from site_builder.model import Cache, OutputFile
    from site_builder.progress import Progress
    from site_builder.publish.compressed import Compression

MARKER = ".site-builder"
_MANY_STAY = 8
"""For each file that changes so many must stay for these to be left where they are, instead of a new tree of links."""
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
    if (output / MARKER).exists():
        finish(output)
    else:
        forget(output)
    _refuse_foreign(output)
    planned = _distinct(files)
    twins = compressed.named(planned.keys(), compress)
    keys = {path: file.key.encode() for path, file in planned.items()}
    shelf = Shelf(f"output {output}", keys, cache)
    looks = Looks(str(output), cache)
    seen = looks_below(str(output))
    present = seen.keys() | {path for path in planned if path.startswith(".") and (output / path).is_file()}
    possible = planned.keys() | chain.from_iterable(twins.values())
    there = {path: _digest_of(f"{output}/{path}", looks, seen.get(path)) for path in possible & present}
    unsure = [file for path, file in planned.items() if not _begins(shelf.known.get(path), there.get(path))]
    changed = {file.path for file in unsure}
    marks = [digest(repr((way.name, way.version)).encode()) for way in compress]
    for path in (path for path in twins if path not in changed):
        state = _twins_state(marks, [there.get(twin) for twin in twins[path]])
        if any(part not in shelf.known[path] for part in state):
            known = partial(_again, planned[path], f"{output}/{path}", there[path])
            unsure.append(msgspec.structs.replace(planned[path], make=known, local=True))
    unsure.sort(key=lambda file: not file.local)
    staging = Staging(output)
    made: dict[str, bytes] = {}
    stands = dict(there)
    written = []
    try:
        # Made on all cores, written by this one: processes that write into one folder wait for each other.
        progress.expect(len(unsure))
        contents = counted(chain.from_iterable(_spread(unsure, twins, compress)), progress)
        for file, forms in zip(unsure, contents, strict=True):
            digests = [None if content is None else digest(content) for content in forms]
            made[file.path] = b"".join([digests[0] or _ABSENT, *_twins_state(marks, digests[1:])])
            for path, content, now in zip((file.path, *twins.get(file.path, ())), forms, digests, strict=True):
                if content is None or now is None:
                    stands.pop(path, None)
                elif there.get(path) != now:
                    staging.write(path, content)
                    written.append(path)
                    stands[path] = now
        shelf.put(made.items())
        kept = list(stands.keys() - set(written))
        removed = sorted(present - stands.keys())
        is_ours = (output / MARKER).exists()
        many_stay = is_ours and len(written) + len(removed) <= len(kept) // _MANY_STAY
        if many_stay and not _in_the_way(output, written, removed):
            staging.move(written, removed)
        elif written or removed or not is_ours:
            staging.write(MARKER, _MARKER_TEXT)
            staging.replace(kept)
        looks.remember(
            {f"{output}/{path}": one for path, one in stands.items()}, [f"{output}/{path}" for path in written]
        )
    finally:
        staging.discard()
    return Published(tuple(written), tuple(removed), len(kept))


def _in_the_way(output: Path, written: Iterable[str], removed: Iterable[str]) -> bool:
    """Whether a file stands where a folder is to be, or a folder where a file is."""
    folders = {str(folder) for path in written for folder in PurePosixPath(path).parents}
    return not folders.isdisjoint(removed) or any(os.path.isdir(f"{output}/{path}") for path in written)  # noqa: PTH112


_FEW = 400
"""Files that one process makes sooner than others are there to help."""
_PART = 2 * PART
"""Files to a part: half of them are pages, and the other half, shards of the index, take a tenth of the time."""
_SLOW_PART = PART // 10
"""Files that make as much work where they are compressed, too."""
_ABSENT = bytes(len(digest(b"")))


def _begins(known: bytes | None, own: bytes | None) -> bool:
    """Whether what is known of a file, its own digest and then its twins', is known of what lies there."""
    return known is not None and own is not None and known.startswith(own)


def _twins_state(marks: Iterable[bytes], digests: Iterable[bytes | None]) -> list[bytes]:
    """Return what twins hold, each with the mark of the way in which it was made; there may be fewer than ways."""
    return [mark + (one or _ABSENT) for mark, one in zip(marks, digests, strict=False)]


def _again(file: OutputFile, path: str, held: bytes) -> bytes:
    """Return the bytes of a file that lies there already, and make them only if they are not those that it held."""
    with open(path, "rb", buffering=0) as written:  # noqa: PTH123
        content = written.read()
    return content if digest(content) == held else file.make()


def _spread(
    files: Sequence[OutputFile], twins: Container[str], ways: Sequence[Compression]
) -> Iterator[list[tuple[bytes | None, ...]]]:
    """Make files, of which the local ones are the first.

    These are made sooner than they are written, so that there is something to write while the first pages are made.
    """
    work, part = partial(_made, ways), _SLOW_PART if ways else _PART
    if len(files) <= _FEW and not ways:
        part = _FEW
    asked = [(file, file.path in twins) for file in files]
    staying = sum(file.local for file in files) if travelling() else len(files)
    yield from spread(work, asked[:staying], part, travels=False)
    yield from spread(work, asked[staying:], part)


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


def _digest_of(path: str, looks: Looks, look: Look | None) -> bytes:
    known = looks.digest(path, look)
    if known is not None:
        return known
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path costs as much as the reading
            return digest(file.read())
    except OSError:  # a link that leads nowhere, or what we may not read: it is made anew
        return _ABSENT
