"""Files of papers into packs, and packs into files: the same papers at the same addresses, and nothing lost on the way.

What is new is written beside what was there, put in its place whole, and only then the old is taken away. So wherever a
run breaks off, each paper stands somewhere, some of them twice; the same command once more finds that the two are the
same, and goes on.
"""

from __future__ import annotations

import os
from collections import defaultdict
from functools import partial
from hashlib import blake2b
from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from site_builder.content import packs
from site_builder.content.folder import ledger_path, paper_path
from site_builder.content.holdings import files_of, packs_of, records_of
from site_builder.content.ledger import read_ledger
from site_builder.content.packs import JSON_LINES, Record
from site_builder.content.papers import comments, write_paper, wrong_address
from site_builder.content.writing import replacing, sweep
from site_builder.cores import spread
from site_builder.errors import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from site_builder.model import Paper

_Look = tuple[int, int, int]
"""Size in bytes, time of the last change in nanoseconds, inode."""


class Moved(NamedTuple):
    """What packing or unpacking did (or, dry, would do)."""

    papers: int
    """In packs, or taken out of them."""
    packs: int
    """That hold them, or held them."""
    written: int
    """Files that are new or other than before."""
    removed: int
    laid_out: int
    """Papers whose front matter a person laid out in a way that a line of JSON does not keep."""
    left: tuple[Problem, ...]
    """Why papers keep files of their own, and files that changed meanwhile."""


def pack(content: Path, form: str, size: int, *, dry_run: bool = False) -> Moved:
    """Put all papers of a folder into packs of `size` papers, whose names end in `form`; `dry_run` writes nothing.

    Packs follow the ledger, so that those of older papers stay as they are when newer ones come. A paper that would
    not come back from its pack with all that its file says keeps its file. Raises UserError where a paper cannot be
    read, or stands twice in two ways; nothing is changed then.
    """
    if not dry_run:
        sweep(content)
    before = _Before(content)
    plan = _plan(content, before.records, size)
    staged = _Staged(content, dry_run=dry_run)
    problems: list[Problem] = []
    left: list[Problem] = []
    laid_out, count = 0, 0
    try:
        results = zip(plan, chain.from_iterable(spread(partial(_packed, form), [r for _, r in plan])), strict=True)
        for number, group in groupby(results, key=lambda result: result[0][0]):
            whole: list[bytes] = []
            for (_, record), outcome in group:
                problems += outcome.problems
                left += outcome.left
                laid_out += outcome.laid_out
                if outcome.left:
                    staged.add(paper_path(content, record.slug), [outcome.content])
                elif outcome.content:
                    whole.append(outcome.content)
            count += len(whole)
            if whole and not problems:
                staged.add(content / "papers" / f"papers-{number + 1:04}{form}", whole)
        if problems:
            raise UserError(problems)
        return before.replaced(staged, count, laid_out, left)
    finally:
        staged.clear()


def unpack(content: Path, *, dry_run: bool = False) -> Moved:
    """Give each paper of a folder's packs a file of its own, as it was before; `dry_run` writes nothing.

    Raises UserError where a paper cannot be read, or stands twice in two ways; nothing is changed then.
    """
    if not dry_run:
        sweep(content)
    before = _Before(content)
    packed = [record for record in before.records if record.line]
    problems = list(chain.from_iterable(chain.from_iterable(spread(_wrong, packed))))
    if problems:
        raise UserError(problems)
    staged = _Staged(content, dry_run=dry_run)
    staged.places += files_of(content)
    for record in packed:
        path = paper_path(content, record.slug)
        staged.places.append(path)
        staged.written += 1
        if not dry_run:
            with replacing(path) as file:
                file.write(packs.file_of(packs.fetched(record)))
    return before.replaced(staged, len(packed), 0, [])


# What is there


class _Before:
    """The papers of a folder as a run finds them, each once, and how their files looked when they were read."""

    def __init__(self, content: Path) -> None:
        if not (content / "papers").is_dir():
            raise UserError(
                [Problem(str(content), 0, 0, "there is no folder papers/ in it; name a folder that has one")]
            )
        files, in_packs = files_of(content), packs_of(content)
        self.looks = {path: _look(path) for path in (*files, *in_packs) if path.exists()}
        self.packs = len(in_packs)
        places: defaultdict[str, list[Record]] = defaultdict(list)
        for path in files:
            places[path.stem].append(Record(str(path), path.stem, 0, b""))
        for record in records_of(in_packs):
            places[record.slug or record.place].append(record._replace(content=b""))
        for records in places.values():
            records.sort(key=_form)  # of two that say the same, a line of JSON says it without the layout
        several = [records for records in places.values() if len(records) > 1]
        twice = [(other, first) for first, *others in several for other in others if not _same(first, other)]
        if twice:
            raise UserError(packs.standing_twice(twice))
        self.records = [records[0] for records in places.values()]

    def replaced(self, staged: _Staged, papers: int, laid_out: int, left: Sequence[Problem]) -> Moved:
        """Let what is staged take the place of all that was there, but for what somebody changed meanwhile."""
        aside = staged.put()
        places = set(staged.places)
        going = {aside.get(path, path): look for path, look in self.looks.items() if path not in places}
        going |= {aside[path]: self.looks[path] for path in aside if path in self.looks}
        changed = [] if staged.dry_run else list(_removed(going))
        message = "this was changed meanwhile and is still there; see which is right, and remove the other"
        told = [Problem(str(path), 0, 0, message) for path in changed]
        number = sum(packs.is_pack(path.name) for path in staged.places) or self.packs
        removed = len(going) - len(aside) - len(changed)
        return Moved(papers, number, staged.written, removed, laid_out, (*left, *told))


def _removed(going: Mapping[Path, _Look]) -> Iterator[Path]:
    """Remove files that look as they did, once all that took their place is safe on the disk; yield the others."""
    if hasattr(os, "sync"):
        os.sync()
    for path, look in going.items():
        if path.exists() and _look(path) != look:
            yield path
        else:
            path.unlink(missing_ok=True)


def _same(first: Record, other: Record) -> bool:
    """Tell whether two are one paper, as a run that broke off leaves it: in another form all that it can keep."""
    try:
        first, other = packs.fetched(first), packs.fetched(other)
        if packs.file_of(first) == packs.file_of(other):
            return True
        return JSON_LINES in (_form(first), _form(other)) and packs.read(first) == packs.read(other)
    except UserError:
        return False


def _form(record: Record) -> str:
    return JSON_LINES if record.line and record.path.endswith(JSON_LINES) else ""


def _look(path: Path) -> _Look:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _plan(content: Path, records: Iterable[Record], size: int) -> list[tuple[int, Record]]:
    """Return the papers in the ledger's order, those that it does not know last, each with the number of its pack."""
    path = ledger_path(content)
    ledger = read_ledger(path.read_text("utf-8"), str(path)) if path.exists() else ()
    numbers = {address.slug: number for number, address in enumerate(ledger)}
    newcomers = sorted((r for r in records if r.slug not in numbers), key=lambda record: f"{record.slug}.md")
    numbers |= {record.slug: number for number, record in enumerate(newcomers, len(numbers))}
    in_order = sorted(records, key=lambda record: numbers[record.slug])
    return [(numbers[record.slug] // size, record) for record in in_order]


# One paper


class _Packed(NamedTuple):
    """A paper for its pack, or, where it is left, for a file of its own."""

    content: bytes
    laid_out: bool
    left: tuple[Problem, ...]
    problems: tuple[Problem, ...]


def _packed(form: str, records: Sequence[Record]) -> list[_Packed]:
    return [_packed_one(form, record) for record in records]


def _packed_one(form: str, record: Record) -> _Packed:
    try:
        record = packs.fetched(record)
        paper = packs.read(record)
        if not record.line and (wrong := wrong_address(record.slug)):
            raise UserError([Problem(record.path, 0, 0, f"the file's name is its address; {wrong}")])
        file, content = packs.file_of(record), packs.packed(record, form)
        left = tuple(_noted(file, record)) if form == JSON_LINES != _form(record) else ()
        if not left and not _comes_back(Record(form, record.slug, 1, content), paper, file):
            left = (
                Problem(record.path, record.line, 0, "no pack can hold what stands here; it keeps a file of its own"),
            )
    except UserError as error:
        return _Packed(b"", laid_out=False, left=(), problems=error.problems)
    if left:
        return _Packed(file, laid_out=False, left=left, problems=())
    laid_out = form == JSON_LINES != _form(record) and write_paper(paper).encode() != file
    return _Packed(content, laid_out=laid_out, left=(), problems=())


def _comes_back(packed: Record, paper: Paper, file: bytes) -> bool:
    """Tell whether a pack gives back what was put there: the paper, and from Markdown every byte of its file."""
    try:
        return packs.read(packed) == paper and (_form(packed) == JSON_LINES or packs.file_of(packed) == file)
    except UserError:
        return False


def _noted(file: bytes, record: Record) -> Iterator[Problem]:
    """Yield the comments of a file, which a line of JSON has no room for."""
    message = "a line of JSON cannot hold this comment: the paper keeps a file of its own (--to markdown keeps both)"
    for line, column in comments(file.decode(), record.path, record.line):
        yield Problem(record.path, line, column, message)


def _wrong(records: Sequence[Record]) -> list[tuple[Problem, ...]]:
    return [_wrong_one(record) for record in records]


def _wrong_one(record: Record) -> tuple[Problem, ...]:
    try:
        record = packs.fetched(record)
        paper = packs.read(record)
        alone = Record(f"{record.slug}.md", record.slug, 0, packs.file_of(record))
        if packs.read(alone) == paper:
            return ()
    except UserError as error:
        return error.problems
    return (Problem(record.path, record.line, 0, "no file can hold what stands here; mend the blanks at its ends"),)


# What comes


class _Staged:
    """Files that are written beside their places, and wait until all of them are."""

    def __init__(self, content: Path, *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self.written = 0
        self.places: list[Path] = []
        """Those of files that are to be there afterwards."""
        self._waiting: dict[Path, Path] = {}
        self._before = {path: _digest([path.read_bytes()]) for path in packs_of(content)}

    def add(self, place: Path, parts: Sequence[bytes]) -> None:
        """Stage a file, unless it is there as it would be written."""
        size = sum(map(len, parts))
        if size > packs.LARGEST_PACK:
            message = f"this pack would have {size / 2**20:.0f} MB, and {packs.LARGEST_PACK // 2**20} MB are read"
            raise UserError([Problem(str(place), 0, 0, f"{message}; put fewer papers into one (--into)")])
        self.places.append(place)
        known = self._before.get(place) or (_digest([place.read_bytes()]) if place.exists() else b"")
        if _digest(parts) == known:
            return
        self.written += 1
        if not self.dry_run:
            self._waiting[place] = beside = place.with_name(f".{place.name}.{os.getpid()}")
            with beside.open("wb") as file:
                file.writelines(parts)

    def put(self) -> dict[Path, Path]:
        """Move all to their places; return where what stood at these is now."""
        aside: dict[Path, Path] = {}
        for place in self._waiting:
            if place.exists():
                aside[place] = place.rename(_free(place))
        for place in list(self._waiting):
            self._waiting.pop(place).replace(place)
        return aside

    def clear(self) -> None:
        """Remove what was not put in its place."""
        for beside in self._waiting.values():
            beside.unlink(missing_ok=True)


def _free(place: Path) -> Path:
    """Return a name beside a file that is read like it, and is not taken."""
    stem, dot, ending = place.name.partition(".")
    names = (place.with_name(f"{stem}-before-{n}{dot}{ending}") for n in range(1, 1 << 30))
    return next(name for name in names if not name.exists())


def _digest(parts: Iterable[bytes]) -> bytes:
    whole = blake2b(digest_size=16)
    for part in parts:
        whole.update(part)
    return whole.digest()
