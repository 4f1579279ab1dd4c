"""Where the papers of a folder stand, in files of their own or in packs: to read one by one, and to change in place.

A paper that stands in a pack is changed there; a new one gets a file of its own. There a person finds it, what came in
shows at a glance in `git status`, and `site-builder pack` puts it with the others when the person is done.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder.content import packs
from site_builder.content.folder import paper_path
from site_builder.content.packs import Record
from site_builder.content.papers import write_paper
from site_builder.content.writing import replacing, write_text
from site_builder.errors import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from site_builder.content.yaml import Node
    from site_builder.model import Paper

AT_ONCE = 2_000
"""Changed papers of packs that wait in memory at most: each time they are written, packs are written whole."""


class Holdings:
    """The papers of a content folder where they stand. What is put there is safe after `flush`."""

    def __init__(self, content: Path) -> None:
        self._content = content
        self._packed: dict[str, Record] = {}
        self._waiting: dict[str, dict[str, Paper]] = {}

    @classmethod
    def of(cls, content: Path) -> Holdings:
        """Look through the packs of a folder. Raises UserError where one cannot be read or a paper stands twice."""
        holdings = cls(content)
        in_packs = packs_of(content)
        files = {path.stem: path for path in files_of(content)} if in_packs else {}
        twice = [(record, first) for record in records_of(in_packs) if (first := holdings._first(record, files))]
        if twice:
            raise UserError(packs.standing_twice(twice))
        return holdings

    def _first(self, record: Record, files: Mapping[str, Path]) -> Record | None:
        """Take note of a paper in a pack; where it stands elsewhere too, return that."""
        if not record.slug:
            return None
        if path := files.get(record.slug):
            return Record(str(path), record.slug, 0, b"")
        first = self._packed.setdefault(record.slug, bare := record._replace(content=b""))
        return None if first is bare else first

    def count(self) -> int:
        """Return how many papers there are."""
        return len(files_of(self._content)) + len(self._packed)

    def records(self) -> Iterator[Record]:
        """Yield all papers with their bytes, files before packs, each by name. Raises UserError, at the first."""
        for path in files_of(self._content):
            yield packs.fetched(Record(str(path), path.stem, 0, b""))
        yield from records_of(packs_of(self._content))

    def where(self, slug: str) -> Record:
        """Return where a paper stands, or would stand, without its bytes."""
        return self._packed.get(slug) or Record(str(paper_path(self._content, slug)), slug, 0, b"")

    def within(self, slug: str) -> str:
        """Return the place of a paper as seen from the folder, such as papers/herons.md or papers/birds.jsonl:7."""
        return self.where(slug).place.removeprefix(f"{self._content}/")

    def read(self, slug: str) -> Paper | None:
        """Read a paper as it stands in the folder; None where it is not there. Raises UserError."""
        record = self.where(slug)
        if not record.line and not paper_path(self._content, slug).exists():
            return None
        return packs.read(_fetched(record))

    def front(self, slug: str) -> Node:
        """Return the fields of a paper, with their places in the file or pack. Raises UserError."""
        return packs.front(_fetched(self.where(slug)))

    def put(self, paper: Paper) -> None:
        """Write a paper where it stands, or to a file of its own; in a pack at the next `flush`, or before."""
        record = self.where(paper.slug)
        if not record.line:
            write_text(paper_path(self._content, paper.slug), write_paper(paper))
            return
        self._waiting.setdefault(record.path, {})[paper.slug] = paper
        if sum(map(len, self._waiting.values())) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write the packs whose papers changed, each whole or not at all."""
        for name in sorted(self._waiting):
            pack = packs.file_of_pack(name)
            with replacing(path := Path(name)) as file:
                file.writelines(packs.rewritten(name, pack, self._waiting.pop(name)))
            self._packed |= {record.slug: record._replace(content=b"") for record in records_of([path])}


def files_of(content: Path) -> list[Path]:
    """Return the files that hold one paper each, by name."""
    return [content / "papers" / name for name in _names(content) if name.endswith(".md") and not packs.is_pack(name)]


def packs_of(content: Path) -> list[Path]:
    """Return the packs of a folder, by name."""
    return [content / "papers" / name for name in _names(content) if packs.is_pack(name)]


def _names(content: Path) -> list[str]:
    folder = content / "papers"
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - a Path for each name costs more than the rest
    return sorted(name for name in names if not name.startswith("."))


def records_of(paths: Iterable[Path]) -> Iterator[Record]:
    """Yield the papers of packs as they stand there. Raises UserError where one cannot be read."""
    for path in paths:
        yield from packs.records(str(path), packs.file_of_pack(str(path)))


def _fetched(record: Record) -> Record:
    record = packs.fetched(record)
    if record.line and [(r.slug, r.start) for r in packs.records(record.path, record.content)] != [(record.slug, 0)]:
        raise UserError(
            [Problem(record.path, record.line, 0, "the pack was changed meanwhile; give the command again")]
        )
    return record
