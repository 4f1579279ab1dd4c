"""Records that were exported as one document: a JSON list, a table with a head, BibTeX or RIS; an object a line."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import msgspec

from site_builder.errors import Problem, UserError
from site_builder.ingest.bibliographies import form_of, references
from site_builder.ingest.decode import Repairs, in_windows_1252, text_of
from site_builder.ingest.records import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

LONGEST_CELL = 1 << 22
"""Characters."""

_MARKS = ",;\t|"
"""What parts the cells of a row."""
_MARK_TOLD = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
"""How a spreadsheet's table may tell its mark, in a line above the head."""
_NAMES = {
    "paper title": "title",
    "article title": "title",
    "document title": "title",
    "summary": "abstract",
    "abstract note": "abstract",
    "author": "authors",
    "author names": "authors",
    "publication year": "year",
    "arxiv_id": "arxiv",
    "arxiv id": "arxiv",
}
"""Other names that heads of tables have for our fields."""
_IDS = ("arxiv", "doi")
_FIELD = r'"[\w-]+"\s*:\s*'
_PLAIN = r'(?:[-\w.]+|"(?:[^"\\]|\\.)*"|\{[^{}]*\}|\[\s*\])'
_JSON = re.compile(
    rf'\s*(?:\[\s*\{{|\{{\s*(?:{_FIELD}{_PLAIN}\s*,\s*)*{_FIELD}\[\s*\{{|\{{\s*[\r\n]\s*")',
)
"""A list of objects, an object around one, with plain values before it, or an object over several lines."""
_OF_RECORDS = {"abstract", "summary", "authors", "year"}
"""One of these a record has, and an object around records has none."""


def is_export(start: bytes) -> bool:
    """Tell from its first bytes whether a file is a JSON document, a table whose head names titles, BibTeX or RIS."""
    text = text_of(start, Repairs())
    return _JSON.match(text) is not None or _mark_of(text) != "" or form_of(text) != ""


def records(path: Path, start: bytes, repairs: Repairs) -> Iterator[Line] | None:
    """Return the records of an export; None where it is none. Raises UserError where it is broken."""
    text = text_of(start, Repairs())
    if _JSON.match(text) and not _has_lines(path):
        data = in_windows_1252(text_of(path.read_bytes(), repairs), repairs).encode()
        try:
            return _of_json(data, str(path))
        except msgspec.DecodeError as error:
            if objects := _one_by_one(data):
                return _placed(data, objects)
            message = f"this looks like one JSON list, which is broken or cut off ({error}); mend it, or write lines"
            raise UserError([Problem(str(path), 0, 0, message)]) from None
    if form := form_of(text):
        return references(form, in_windows_1252(text_of(path.read_bytes(), repairs), repairs), str(path))
    if mark := _mark_of(text):
        return _of_table(path, mark, repairs)
    return None


def _of_json(data: bytes, path: str) -> Iterator[Line]:
    if not data.lstrip().startswith(b"{"):
        return _placed(data, list(map(bytes, _items(data))))
    fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    lists = {name: items for name, raw in fields.items() if (items := _records_in(raw))}
    if _OF_RECORDS & {name.lower() for name in fields} or not lists:
        return _placed(data, [data.strip()])
    if len(lists) > 1:
        message = f"there are several lists of papers in it ({', '.join(lists)}); give each a file of its own"
        raise UserError([Problem(path, 0, 0, message)])
    return _placed(data, list(map(bytes, next(iter(lists.values())))))


_items = msgspec.json.Decoder(list[msgspec.Raw]).decode


def _records_in(raw: msgspec.Raw) -> list[msgspec.Raw]:
    """Return the items of a list of objects with titles, none of anything else."""
    items = _items(raw) if bytes(raw)[:1] == b"[" else []
    first = msgspec.json.decode(items[0]) if items else None
    return items if isinstance(first, dict) and "title" in map(str.lower, first) else []


def _has_lines(path: Path) -> bool:
    """Tell whether the first line of a file is an object, and more follows: JSON lines, which are read as a stream."""
    with path.open("rb") as file:
        first = file.readline(LONGEST_CELL)
        try:
            msgspec.json.decode(
                first.removeprefix(b"\xef\xbb\xbf").strip().removesuffix(b","), type=dict[str, msgspec.Raw]
            )
        except msgspec.DecodeError:
            return False
        return file.read(1024).strip() != b""


def _one_by_one(data: bytes) -> list[bytes]:
    """Return the objects of a file that has one after another, over several lines each; none where it is broken."""
    text, at, objects = data.decode("utf-8", "replace"), 0, []
    decode = json.JSONDecoder().raw_decode
    while begin := re.compile(r"[\s,]*(?=\{)").match(text, at):
        try:
            _, at = decode(text, begin.end())
        except ValueError:
            return []
        objects.append(text[begin.end() : at].encode())
    return [] if text[at:].strip(" \t\r\n,") else objects


def _placed(data: bytes, objects: list[bytes]) -> Iterator[Line]:
    line, end = 1, 0
    for written in objects:
        begin = data.index(written, end)
        line += data.count(b"\n", end, begin)
        yield Line(line, written)
        end = begin


def _mark_of(text: str) -> str:
    """Return what parts the cells of a table whose first line is a head with a title in it; else nothing."""
    head = next((line for line in _MARK_TOLD.sub("", text, count=1).splitlines() if line.strip()), "")
    if head.startswith("|"):  # a table of Markdown, which is read as a page
        return ""
    return next((mark for mark in _MARKS if len(names := _head(head, mark)) > 1 and "title" in names), "")


def _head(line: str, mark: str) -> list[str]:
    names = [name.strip().lower() for name in next(csv.reader([line], delimiter=mark, skipinitialspace=True), [])]
    return [_NAMES.get(name, name) for name in names]


def _of_table(path: Path, mark: str, repairs: Repairs) -> Iterator[Line]:
    csv.field_size_limit(LONGEST_CELL)
    text = in_windows_1252(text_of(path.read_bytes(), repairs), repairs)
    told = _MARK_TOLD.match(text)
    rows = _rows(path, text[told.end() :] if told else text, mark, 2 if told else 1)
    head: list[str] = []
    for line, cells in rows:
        if head and any(cells[len(head) :]):
            said = f"the row has {len(cells)} cells, and the head {len(head)}"
            yield Line(line, b"", f"{said}; put a cell with '{mark}' in it in quotes")
        elif head and any(cells):
            yield Line(line, msgspec.json.encode(_record(_named(head, cells))))
        elif any(cells):
            head = _head(mark.join(cells), mark)


def _rows(path: Path, text: str, mark: str, first: int) -> list[tuple[int, list[str]]]:
    """Return the rows of a table with their lines. Raises UserError where a quote is left open."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=True, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = first
    try:
        for cells in reader:
            rows.append((line, cells))
            line = first + reader.line_num
    except csv.Error as error:
        plain = [part.split(mark) for part in text.splitlines()]
        if mark == "\t" and {len(cells) for cells in plain if any(cells)} == {len(plain[0])}:
            return list(enumerate(plain, first))  # of programs that write no quotes around cells
        message = (
            f"the table cannot be read on from here ({error}); is a quote left open? One inside of a cell in quotes is "
            'written twice: ""'
        )
        raise UserError([Problem(str(path), line, 0, message)]) from None
    return rows


def _named(head: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the cells by column; of several columns that mean the same, the first one that is filled."""
    named: dict[str, str] = {}
    for name, cell in zip(head, map(str.strip, cells), strict=False):
        if cell:
            named.setdefault(name, cell)
    return named


def _record(cells: Mapping[str, str]) -> dict[str, object]:
    """Return a row as JSON lines have it: ids together, and authors one by one."""
    record: dict[str, object] = {name: cell for name, cell in cells.items() if cell and name not in _IDS}
    if "authors" in record:
        record["authors"] = list(_authors(cells["authors"]))
    if ids := {scheme: cells[scheme] for scheme in _IDS if cells.get(scheme)}:
        record["ids"] = ids
    return record


def _authors(cell: str) -> Iterator[str]:
    """Yield the names of a cell, parted by semicolons, or "and", or commas; first names first."""
    for part in re.split(";" if ";" in cell else r",? and ", cell):
        names = [name.strip() for name in part.split(",") if name.strip()]
        # "Moss, Ana" is one name; in a list of several, each has two words or more.
        inverted = len(names) == 2 and 1 in (len(name.split()) for name in names)
        yield from [f"{names[1]} {names[0]}"] if inverted else names
