"""JSON lines: a record a line, read as a stream, so that a catalogue of any size takes the same memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from site_builder.content.papers import is_id, is_year
from site_builder.content.schema import is_web_address
from site_builder.errors import Problem
from site_builder.ingest.decode import Repairs, clean, clean_paragraphs
from site_builder.ingest.records import Account, LineAccount, Record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 1 << 22
"""Bytes of the longest line that is read."""

_FIELDS = frozenset(("title", "abstract", "id", "authors", "year", "ids", "links"))

_AROUND = {
    "arxiv": re.compile(r"^(?:arxiv:\s*|https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/)|\.pdf$", re.IGNORECASE),
    "doi": re.compile(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)", re.IGNORECASE),
}
"""By scheme: what stands around an id where it was copied from an address."""


class _Row(msgspec.Struct):
    title: str | None = None
    abstract: str | None = None
    id: str | int | None = None
    authors: list[str] | None = None
    year: int | None = None
    ids: dict[str, str | int] | None = None
    links: dict[str, str] | None = None


_read_row = msgspec.json.Decoder(_Row, strict=False).decode
_read_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def is_json_lines(path: Path, start: bytes) -> bool:
    """Tell from the file's name and first bytes whether its lines are JSON."""
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return True
    return re.match(rb'(?:\xef\xbb\xbf)?\s*\{\s*"[\w-]+"\s*:', start) is not None


def read_records(path: Path, account: Account | None = None) -> Iterator[Record]:
    """Yield the records of a file of JSON lines; what cannot be read goes into the account, by line."""
    with path.open("rb") as file:
        start = file.read(2)
        encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(start)
    if encoding:
        with path.open(encoding=encoding, errors="replace", newline="\n") as text:
            yield from _records((line.encode("utf-8", "replace") for line in text), path, account)
        return
    with path.open("rb") as file:
        yield from _records(iter(lambda: file.readline(LONGEST), b""), path, account)


def _records(lines: Iterator[bytes], path: Path, account: Account | None) -> Iterator[Record]:
    seen = account or Account(str(path), "", "", Repairs())
    position, first_without, whole = 0, 0, True
    number = 0
    for line in lines:
        number += whole
        follows, whole = not whole, line.endswith(b"\n") or len(line) < LONGEST
        if follows:
            continue
        if not whole:
            _refuse(seen, number, 0, f"the line is longer than {LONGEST:,} bytes; a record is a title and an abstract")
            continue
        written = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not written:
            seen.count["blank"] += 1
            continue
        row = _row(written, number, seen)
        if row is None:
            continue
        record = _record(row, number, position + 1, seen)
        if not record.title:
            _refuse(seen, number, 0, "the title is empty, and there is no id; write one, or take the line out")
            continue
        if not (row.title or "").strip():
            message = f"the title is empty; the paper is called by its id, '{record.title}', until someone writes one"
            seen.problems.append(Problem(seen.path, number, 0, message))
        if not record.abstract:
            first_without = first_without or number
            seen.without_abstract += 1
        position += 1
        seen.count["record"] += 1
        seen.entries = position
        yield record
    if first_without:
        message = f"{seen.without_abstract:,} of {position:,} records have no abstract, the first on this line"
        seen.problems.append(Problem(seen.path, first_without, 0, message))


def _row(line: bytes, number: int, seen: Account) -> _Row | None:
    try:
        row = _read_row(line)
        for name in _read_names(line).keys() - _FIELDS:
            seen.count[f"field left out: {name}"] += 1
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = str(error) or "it nests too deep"
        column = re.search(r"\(byte (\d+)\)", message)
        message = message.partition(" (byte")[0]
        if line[:1] == b"[" and number == 1:
            message = "this is one JSON list; write an object a line (jq -c '.[]' does it)"
        _refuse(seen, number, int(column[1]) + 1 if column else 0, message)
        return None
    return row


def _record(row: _Row, number: int, position: int, seen: Account) -> Record:
    def text(value: object) -> str:
        return clean(str(value).replace("\n", " "), seen.repairs, number)

    def can_be(right: bool, name: str, value: object) -> bool:
        if not right:
            seen.count["value left out"] += 1
            message = f"{name} '{value}' is left out: a page cannot have it; mend the record, or write it on the page"
            seen.problems.append(Problem(seen.path, number, 0, message))
        return right

    ids = [(text(scheme).lower(), text(value)) for scheme, value in (row.ids or {}).items()]
    ids = [(scheme, _AROUND[scheme].sub("", value) if scheme in _AROUND else value) for scheme, value in ids]
    if row.id is not None:
        ids.append(("id", text(row.id)))
    links = [(text(label), text(url)) for label, url in (row.links or {}).items()]
    return Record(
        title=text(row.title or "") or dict(ids).get("id", ""),
        abstract=clean_paragraphs(row.abstract or "", seen.repairs, number),
        line=number,
        position=position,
        authors=tuple(name for name in map(text, row.authors or ()) if name),
        year=row.year if row.year is None or can_be(is_year(row.year), "the year", row.year) else None,
        ids=tuple(
            (scheme, value) for scheme, value in ids if scheme and value and can_be(is_id(scheme, value), scheme, value)
        ),
        links=tuple(
            (label, url) for label, url in links if label and url and can_be(is_web_address(url), "the link", url)
        ),
    )


def _refuse(seen: Account, line: int, column: int, message: str) -> None:
    seen.count["not understood"] += 1
    seen.lines.append(LineAccount(line, "not understood", message))
    seen.problems.append(Problem(seen.path, line, column, f"not understood, and left out: {message}"))
