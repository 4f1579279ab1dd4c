"""The nouns of ingest: a record as a source tells it, and the account of what became of each line of a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from site_builder.errors import Problem
    from site_builder.ingest.decode import Repairs


class Line(NamedTuple):
    """A record as JSON, with the line of its source where it begins; or what is wrong with it."""

    number: int
    written: bytes
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A paper as one source tells it. `abstract` is plain text, its paragraphs parted by blank lines."""

    title: str
    abstract: str
    line: int
    position: int
    """Its place in the source, from 1."""
    authors: tuple[str, ...] = ()
    year: int | None = None
    ids: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Links that the source gives as such; those in the text are found later."""
    lines: tuple[tuple[int, int], ...] = ()
    """Where the abstract stands in the source: offsets in it at which a line begins, with the line's number."""

    def line_of(self, offset: int) -> int:
        """Return the line of the source in which a character of the abstract stands."""
        return max(((start, line) for start, line in self.lines if start <= offset), default=(0, self.line))[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a source knows of a paper besides its text. Two are equal that say the same, wherever they stand."""

    title: str = field(compare=False)
    line: int = field(compare=False)
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    agree: int | None = None
    """How many places gave this arXiv id; None where the source does not say."""


@dataclass(frozen=True, slots=True)
class LineAccount:
    """What became of a line: title, abstract, furniture, blank, not understood or doubtful."""

    line: int
    became: str
    note: str = ""
    """For furniture its kind, for a doubtful line the two readings, for a cut line what was cut off."""


@dataclass(slots=True)
class Account:
    """What became of each line of a file, counted by class, with the repairs made on its characters."""

    path: str
    collection: str
    format: str
    repairs: Repairs
    entries: int = 0
    without_abstract: int = 0
    """Entries whose abstract is empty."""
    count: Counter[str] = field(default_factory=Counter)
    lines: list[LineAccount] = field(default_factory=list)
    """Every line of a page's text; of JSON lines, which may be millions, those that were not understood."""
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the account as docs/ingest.md describes it."""
        return {
            "path": self.path,
            "collection": self.collection,
            "format": self.format,
            "entries": self.entries,
            "without_abstract": self.without_abstract,
            "count": dict(sorted(self.count.items())),
            "repairs": [
                {"repair": name, "lines": times, "first": self.repairs.first[name]}
                for name, times in sorted(self.repairs.lines.items())
            ],
            "lines": [
                {"line": line.line, "class": line.became} | ({"note": line.note} if line.note else {})
                for line in self.lines
            ],
        }
