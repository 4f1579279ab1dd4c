"""Records that were exported as one document, a JSON list or a table with a head: the same, an object a line."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import msgspec

from site_builder.errors import Problem, UserError
from site_builder.ingest.decode import Repairs, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LONGEST_CELL = 1 << 22
"""Characters."""

_MARKS = ",;\t"
"""What parts the cells of a row."""
_NAMES = {"summary": "abstract", "author": "authors", "arxiv_id": "arxiv"}
"""Other names that heads of tables have for our fields."""
_IDS = ("arxiv", "doi")


def is_export(start: bytes) -> bool:
    """Tell from its first bytes whether a file is a JSON document or a table whose head names titles."""
    return _is_json(start) or _mark_of(text_of(start, Repairs())) != ""


def _is_json(start: bytes) -> bool:
    """Tell whether it is a list of objects, an object around one, or an object over several lines."""
    return re.match(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*\{|\{\s*"\w+"\s*:\s*\[\s*\{|\{\s*[\r\n]\s*")', start) is not None


def records(path: Path, start: bytes) -> Iterator[tuple[int, bytes]] | None:
    """Return the line and the JSON of each record of an export; None where it is none. UserError where it is broken."""
    if _is_json(start):
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        try:
            return _of_json(data)
        except msgspec.DecodeError as error:
            if _is_object(data.partition(b"\n")[0]):
                return None
            if objects := _one_by_one(data):
                return _placed(data, objects)
            message = f"this looks like one JSON list, which is broken or cut off ({error}); mend it, or write lines"
            raise UserError([Problem(str(path), 0, 0, message)]) from None
    if mark := _mark_of(text_of(start, Repairs())):
        return _of_table(path, mark)
    return None


def _of_json(data: bytes) -> Iterator[tuple[int, bytes]]:
    inside: msgspec.Raw | None = msgspec.Raw(data)
    if data.lstrip().startswith(b"{"):
        fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        inside = None if "title" in fields else next((raw for raw in fields.values() if bytes(raw)[:1] == b"["), None)
    objects = (
        [data.strip()] if inside is None else list(map(bytes, msgspec.json.decode(inside, type=list[msgspec.Raw])))
    )
    return _placed(data, objects)


def _is_object(line: bytes) -> bool:
    try:
        return msgspec.json.decode(line, type=dict[str, msgspec.Raw]) is not None
    except msgspec.DecodeError:
        return False


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


def _placed(data: bytes, objects: list[bytes]) -> Iterator[tuple[int, bytes]]:
    line, end = 1, 0
    for written in objects:
        begin = data.index(written, end)
        line += data.count(b"\n", end, begin)
        yield line, written
        end = begin


def _mark_of(text: str) -> str:
    """Return what parts the cells of a table whose first line is a head with a title in it; else nothing."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return next((mark for mark in _MARKS if len(names := _head(head, mark)) > 1 and "title" in names), "")


def _head(line: str, mark: str) -> list[str]:
    names = [name.strip().lower() for name in next(csv.reader([line], delimiter=mark), [])]
    return [_NAMES.get(name, name) for name in names]


def _of_table(path: Path, mark: str) -> Iterator[tuple[int, bytes]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text_of(path.read_bytes(), Repairs()), newline=""), delimiter=mark)
    head: list[str] = []
    line = 1
    try:
        for cells in reader:
            if head and any(cells):
                yield line, msgspec.json.encode(_record(dict(zip(head, cells, strict=False))))
            elif any(cells):
                head = _head(mark.join(cells), mark)
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"the table cannot be read on from here ({error}); is a quote left open?"
        raise UserError([Problem(str(path), line, 0, message)]) from None


def _record(cells: Mapping[str, str]) -> dict[str, object]:
    """Return a row as JSON lines have it: ids together, and authors one by one."""
    record: dict[str, object] = {name: cell for name, cell in cells.items() if cell.strip() and name not in _IDS}
    if "authors" in record:
        mark = ";" if ";" in cells["authors"] else r" and |,"
        record["authors"] = [name.strip() for name in re.split(mark, cells["authors"])]
    if ids := {scheme: cells[scheme] for scheme in _IDS if cells.get(scheme, "").strip()}:
        record["ids"] = ids
    return record
