r"""Packs: files of papers/ with many papers each, for catalogues to which a file for each paper is a burden.

`NAME.jsonl` has a paper a line. `NAME.pack.md` has one document after the other: each is the text of a paper's file
with a line `slug: <address>` after its first line `---`. A line of a body that is `---` or begins with `slug:` has a
`\` before it there, and one that looks like that already has one more; so every such line without it is the pack's
own. Where a file did not end its last line, `# no line end` stands after the slug.
"""

from __future__ import annotations

import os
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from site_builder.content.papers import (
    PACK,
    decoded,
    load_line,
    read_line,
    read_paper,
    split,
    write_line,
    write_paper,
)
from site_builder.errors import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from site_builder.content.yaml import Node
    from site_builder.model import Paper

JSON_LINES = ".jsonl"
MARKDOWN = f"{PACK}.md"
FORMS = {"jsonl": JSON_LINES, "markdown": MARKDOWN}
"""By the name that a person gives a kind of pack: how its files end."""

LARGEST = 1 << 20
"""Bytes of the longest paper. An abstract has two thousand: what is larger is here by mistake."""
LARGEST_PACK = 1 << 28
"""Bytes of the largest pack: about 100,000 papers."""

_BOM = rb"(?:\xef\xbb\xbf)?"
_BEGINNING = re.compile(rb"---\r?\nslug:")
"""Also within a line: to search for what begins one takes seven times as long."""
_FENCE = re.compile(rb"^" + _BOM + rb"---\r?$", re.MULTILINE)
_CLOSING = re.compile(rb"^---\r?(?:\n|\Z)", re.MULTILINE)
_HEAD = re.compile(rb"(" + _BOM + rb"---(\r?\n))(slug:([^\n]*)(?:\n|\Z))?")
_OURS = rb"(?:" + _BOM + rb"---\r?$|slug:)"
_TO_ESCAPE = re.compile(rb"^(?=\\*" + _OURS + rb")", re.MULTILINE)
_ESCAPED = re.compile(rb"^\\(?=\\*" + _OURS + rb")", re.MULTILINE)
_SLUG = re.compile(rb"\s*([\"']?)([^\s\"'#]*)\1\s*(?:#.*)?")
_TOLD = 10
_UNENDED = b" # no line end"


class _Named(msgspec.Struct):
    slug: str


_named = msgspec.json.Decoder(_Named).decode
_looks_like_slug = re.compile(rb'"slug"\s*:\s*"([^"\\]*)"').search


class Record(NamedTuple):
    """The bytes of one paper and where they stand: in a file of their own, or in a pack."""

    path: str
    slug: str
    """Empty where a pack has a paper whose slug cannot be made out: whoever reads it is told."""
    line: int
    """In the pack, from 1; 0 in a file of its own."""
    content: bytes
    start: int = 0
    """In the pack, in bytes."""
    size: int = 0
    """In the pack, in bytes, also where the content has been left out."""

    @property
    def place(self) -> str:
        """The path, with the line in a pack."""
        return f"{self.path}:{self.line}" if self.line else self.path


def is_pack(path: str) -> bool:
    """Tell by its name whether a file of papers/ holds many papers."""
    return path.endswith((JSON_LINES, MARKDOWN))


def records(path: str, pack: bytes) -> Iterator[Record]:
    """Yield the papers of a pack as they stand there, unread."""
    return _lines(path, pack) if path.endswith(JSON_LINES) else _documents(path, pack)


def _lines(path: str, pack: bytes) -> Iterator[Record]:
    start = 0
    for number, line in enumerate(pack.split(b"\n"), 1):
        if written := line.removeprefix(b"\xef\xbb\xbf").strip():
            try:
                slug = _named(written).slug
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                found = _looks_like_slug(written)
                slug = found[1].decode("ascii", "replace") if found else ""
            yield Record(path, slug, number, line, start, len(line))
        start += len(line) + 1


def _documents(path: str, pack: bytes) -> Iterator[Record]:
    starts = list(_beginnings(pack))
    if pack[: starts[0] if starts else len(pack)].strip():
        starts.insert(0, 0)
    line, counted = 1, 0
    for start, end in pairwise([*starts, len(pack)]):
        line += pack.count(b"\n", counted, start)
        counted = start
        content = pack[start:end]
        yield Record(path, _slug(content), line, content, start, len(content))


def _beginnings(pack: bytes) -> Iterator[int]:
    for found in _BEGINNING.finditer(pack):
        start = found.start()
        if pack[max(start - 3, 0) : start] == b"\xef\xbb\xbf":
            start -= 3
        if not start or pack[start - 1] == ord("\n"):
            yield start


def _slug(document: bytes) -> str:
    head = _HEAD.match(document)
    found = _SLUG.fullmatch(head[4]) if head and head[3] else None
    return found[2].decode("utf-8", "replace") if found else ""


# One paper


def read(record: Record) -> Paper:
    """Read a paper from where it stands. Raises UserError with each of its problems."""
    if len(record.content) > LARGEST:
        size, most = len(record.content) / 2**20, LARGEST // 2**20
        message = f"the paper has {size:.1f} MB, too much to be meant; keep it to {most} MB"
        raise UserError([Problem(record.path, record.line, 0, message)])
    text = _text(record)
    _demand_whole(record)
    if record.line and record.path.endswith(JSON_LINES):
        return read_line(text, record.path, record.line)
    return read_paper(text, record.path, record.slug, record.line)


def front(record: Record) -> Node:
    """Return the fields of a paper with their places. Raises UserError where they cannot be made out."""
    text = _text(record)
    if record.line and record.path.endswith(JSON_LINES):
        return load_line(text, record.path, record.line)
    return split(text, record.path, record.line)[0]


def _text(record: Record) -> str:
    text = decoded(record.content, record.path, record.line)
    if not record.line:
        return text
    if record.path.endswith(JSON_LINES):
        return text.removeprefix("\ufeff")
    return _unpacked_document(record.content).decode()


def _demand_whole(record: Record) -> None:
    """Raise UserError where a document of a pack does not begin as one, or where another begins unnoticed."""
    if not record.line or record.path.endswith(JSON_LINES):
        return
    if not record.slug:
        message = "a paper of a pack begins with a line '---' and a line 'slug: ' with its address; write that here"
        raise UserError([Problem(record.path, record.line, 1, message)])
    if record.content.count(b"---") <= 2:  # far cheaper, and nearly always so
        return
    fences = [found.start() for found in _FENCE.finditer(record.content)]
    message = (
        "a paper of a pack begins with '---' and then a line 'slug: ' with its address; write it below this line, "
        "or '\\---' where this is a line of the text"
    )
    if len(fences) > 2:
        lines = [
            record.line + record.content.count(b"\n", 0, at) for at in fences[2::2]
        ]  # each second one closes what the one before began
        raise UserError([Problem(record.path, line, 1, message) for line in lines])


def file_of(record: Record) -> bytes:
    """Return the bytes of the paper's own file: as they were before they were packed. Raises UserError."""
    if not record.line:
        return record.content
    if record.path.endswith(JSON_LINES):
        return write_paper(read(record)).encode()
    _demand_whole(record)
    return _unpacked_document(record.content)


def _unpacked_document(document: bytes) -> bytes:
    head = _HEAD.match(document)
    if head is None:
        return document
    closing = _CLOSING.search(document, head.end())
    begins = closing.end() if closing else len(document)
    body = document[begins:]
    whole = head[1] + document[head.end() : begins] + (_ESCAPED.sub(b"", body) if b"\\" in body else body)
    return whole.removesuffix(b"\n") if (head[4] or b"").rstrip(b"\r").endswith(_UNENDED) else whole


def packed(record: Record, form: str) -> bytes:
    """Return the bytes of a paper for a pack whose name ends in `form`, its line end included. Raises UserError."""
    if record.line and record.path.endswith(form) and (form == JSON_LINES or record.content.endswith(b"\n")):
        bare = record.content.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n") + b"\n"
        return bare if form == JSON_LINES else record.content
    if form == JSON_LINES:
        return f"{write_line(read(record))}\n".encode()
    return _packed_document(record.slug, file_of(record))


def written(paper: Paper, form: str) -> bytes:
    """Return the bytes of a paper as we write it, for a pack whose name ends in `form`, its line end included."""
    if form == JSON_LINES:
        return f"{write_line(paper)}\n".encode()
    return _packed_document(paper.slug, write_paper(paper).encode())


def _packed_document(slug: str, file: bytes) -> bytes:
    head = _HEAD.match(file)
    closing = head and _CLOSING.search(file, head.end())
    if head is None or closing is None:
        raise UserError([Problem(f"{slug}.md", 0, 0, "there is no front matter that begins and ends with '---'")])
    ended = file.endswith(b"\n")
    slug_line = b"slug: " + slug.encode() + (b"" if ended else _UNENDED) + head[2]
    body = _TO_ESCAPE.sub(rb"\\", file[closing.end() :])
    return head[1] + slug_line + file[len(head[1]) : closing.end()] + body + (b"" if ended else b"\n")


def rewritten(path: str, pack: bytes, papers: Mapping[str, Paper]) -> Iterator[bytes]:
    """Yield a pack with these papers (by slug) in the place of what stands there; all else byte for byte as it was.

    A paper that is no longer there comes last.
    """
    at = 0
    left = dict(papers)
    form = JSON_LINES if path.endswith(JSON_LINES) else MARKDOWN
    for record in records(path, pack):
        if paper := left.pop(record.slug, None):
            new = written(paper, form)
            yield pack[at : record.start]
            yield new.removesuffix(b"\n") if form == JSON_LINES else new
            at = record.start + len(record.content)
    yield pack[at:]
    if left and pack and not pack.endswith(b"\n"):
        yield b"\n"
    for paper in left.values():
        yield written(paper, form)


def standing_twice(twins: Iterable[tuple[Record, Record]]) -> Iterator[Problem]:
    """Yield the problems of papers that stand in two places: the first few one by one, of the others the number."""
    in_order = sorted(twins, key=lambda twin: (twin[0].path, twin[0].line))
    for record, other in in_order[:_TOLD]:
        message = (
            f"the paper '{record.slug}' stands here and in {other.place}; keep one of the two "
            "(where a pack or unpack broke off, the same command once more mends it)"
        )
        yield Problem(record.path, record.line, 1, message)
    if len(in_order) > _TOLD:
        message = f"{len(in_order) - _TOLD:,} more papers stand in two places"
        yield Problem(in_order[_TOLD][0].path, in_order[_TOLD][0].line, 1, message)


# Files


def fetched(record: Record) -> Record:
    """Return a paper with its bytes, where they have been left out. Raises UserError where they cannot be read."""
    if record.content:
        return record
    try:
        with open(record.path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path costs as much as the reading
            if not record.line:
                return record._replace(content=file.readall())
            file.seek(record.start)
            return record._replace(content=file.read(record.size))
    except OSError as error:
        raise UserError([unread(record.path, error)]) from None


def unread(path: str, error: OSError) -> Problem:
    """Return what to tell of a file that cannot be read."""
    return Problem(path, 0, 0, f"this cannot be read ({error.strerror}); mend that, or take it away")


def file_of_pack(path: str) -> bytes:
    """Read a pack whole. Raises UserError where it cannot be read, or is too large."""
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as above
            size = os.fstat(file.fileno()).st_size
            if size <= LARGEST_PACK:
                return file.readall()
    except OSError as error:
        raise UserError([unread(path, error)]) from None
    message = f"the pack has {size / 2**20:.0f} MB; part it: {LARGEST_PACK // 2**20} MB are read"
    raise UserError([Problem(path, 0, 0, message)])
