"""JSON lines: a record a line, read as a stream, so that a catalogue of any size takes the same memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec

from site_builder.content.papers import is_id, is_year
from site_builder.content.schema import is_web_address
from site_builder.errors import Problem
from site_builder.ingest import exports
from site_builder.ingest.decode import Repairs, clean, clean_paragraphs, in_windows_1252, utf_16_without_mark
from site_builder.ingest.records import Account, Facts, Line, LineAccount, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LONGEST = 1 << 22
"""Bytes of the longest line that is read."""

_AROUND = {
    "arxiv": re.compile(r"^(?:arxiv:\s*|https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/)|\.pdf$", re.IGNORECASE),
    "doi": re.compile(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)", re.IGNORECASE),
}
"""By scheme: what stands around an id where it was copied from an address."""


class _Person(msgspec.Struct):
    name: str


class _Row(msgspec.Struct):
    title: str | None = None
    authors: list[str | _Person] | None = None
    year: int | float | str | None = None
    ids: dict[str, str | int] | None = None
    links: dict[str, str] | None = None


class _RecordRow(_Row):
    abstract: str | None = None
    summary: str | None = None
    id: str | int | None = None
    arxiv: str | None = None
    doi: str | None = None


class _FactsRow(_Row):
    arxiv: str | None = None
    doi: str | None = None
    agree: Annotated[int, msgspec.Meta(ge=1)] | None = None
    venue: str | None = None


FACTS = _FactsRow.__struct_fields__
"""The fields that a record of facts may have."""

_WRONG_TYPE = re.compile(r"Expected `(.+?)`, got `(\w+)`(?: - at `\$\.?(.*)`)?")
_TYPES = {
    "str": "text",
    "int": "a number",
    "float": "a fraction",
    "array": "a list",
    "object": "an object",
    "null": "nothing",
    "bool": "true or false",
}
"""What a JSON type is called in a message."""

LEFT_OUT = "field left out: "
"""What stands before a field's name in the account."""

_R = TypeVar("_R", bound=_Row)

_read_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def is_records(path: Path, start: bytes) -> bool:
    """Tell from the file's name and first bytes whether it holds records: JSON lines, or an export of another form."""
    return is_json_lines(path, start) or exports.is_export(start)


def is_json_lines(path: Path, start: bytes) -> bool:
    """Tell from the file's name and first bytes whether its lines are JSON."""
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return True
    return re.match(rb'(?:\xef\xbb\xbf)?\s*\{\s*"[\w-]+"\s*:', start) is not None


def read_records(path: Path, account: Account | None = None) -> Iterator[Record]:
    """Yield the records of a file of JSON lines; what cannot be read goes into the account, by line."""
    seen = account or Account(str(path), "", "", Repairs())
    position, first_without = 0, 0
    for number, row in _rows(path, _RecordRow, seen):
        record = _record(row, position + 1, _Values(seen, number))
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


def read_facts(path: Path, account: Account) -> Iterator[Facts]:
    """Yield what a file of JSON lines says of papers by title; what cannot be read goes into the account, by line."""
    for number, row in _rows(path, _FactsRow, account):
        facts = _facts(row, _Values(account, number))
        twice = [scheme for scheme, value in facts.ids if dict(facts.ids)[scheme] != value]
        if not facts.title:
            _refuse(account, number, 0, "the title is empty, and a page is found by it; write it")
        elif twice:
            _refuse(account, number, 0, f"{twice[0]} is given twice, each time another; keep the right one")
        else:
            account.count["record"] += 1
            account.entries += 1
            yield facts


def _rows(path: Path, kind: type[_R], seen: Account) -> Iterator[tuple[int, _R]]:
    """Yield the lines that could be read, each with its number."""
    with path.open("rb") as file:
        start = file.read(4096)
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(start[:2]) or utf_16_without_mark(start)
    if (exported := exports.records(path, start, seen.repairs)) is not None:
        yield from _decoded(exported, kind, seen)
    elif encoding:
        with path.open(encoding=encoding, errors="replace", newline="\n") as text:
            yield from _decoded(_written((line.encode("utf-8", "replace") for line in text), seen), kind, seen)
    else:
        with path.open("rb") as file:
            yield from _decoded(_written(iter(lambda: file.readline(LONGEST), b""), seen), kind, seen)


def _written(lines: Iterable[bytes], seen: Account) -> Iterator[Line]:
    """Yield the lines that are not blank; one that is too long is left out and told."""
    number, whole = 0, True
    for line in lines:
        number += whole
        follows, whole = not whole, line.endswith(b"\n") or len(line) < LONGEST
        if follows:
            continue
        written = line.removeprefix(b"\xef\xbb\xbf").strip().removesuffix(b",")  # as in a list that lost its brackets
        if not written.isascii():
            text = written.decode("utf-8", "surrogateescape")
            written = in_windows_1252(text, seen.repairs, number).encode("utf-8", "surrogatepass")
        if not whole:
            _refuse(seen, number, 0, f"the line is longer than {LONGEST:,} bytes; a record is a title and an abstract")
        elif written:
            yield Line(number, written)
        else:
            seen.count["blank"] += 1


def _decoded(lines: Iterable[Line], kind: type[_R], seen: Account) -> Iterator[tuple[int, _R]]:
    decode = msgspec.json.Decoder(kind, strict=False).decode
    fields = frozenset(kind.__struct_fields__)
    for number, written, wrong in lines:
        if wrong:
            _refuse(seen, number, 0, wrong)
            continue
        try:
            row, names = decode(written), _read_names(written)
            known = {name: value for name, value in names.items() if name in fields}
            others = {name: value for name, value in names.items() if name not in fields}
            if any(name.lower() in fields for name in others):
                row = decode(msgspec.json.encode({name.lower(): value for name, value in others.items()} | known))
            for name in others:
                if name.lower() not in fields:
                    seen.count[f"{LEFT_OUT}{name}"] += 1
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            _refuse_unread(seen, number, str(error) or "it nests too deep")
            continue
        yield number, row


@dataclass(frozen=True, slots=True)
class _Values:
    """Takes the values of a line one by one, cleaned; what no page can have is left out and told."""

    seen: Account
    number: int

    def text(self, value: object) -> str:
        return clean(str(value).replace("\n", " "), self.seen.repairs, self.number)

    def authors(self, names: Iterable[str | _Person] | None) -> tuple[str, ...]:
        told = (name.name if isinstance(name, _Person) else name for name in names or ())
        return tuple(name for name in map(self.text, told) if name)

    def year(self, given: float | str | None) -> int | None:
        """Return a year, also that of a day (2024-03-11)."""
        if given is None or not str(given).strip():
            return None
        found = re.fullmatch(r"(\d{1,4})(?:\.0|-\d\d.*)?", str(given).strip())
        year = int(found[1]) if found else 0
        return year if self._can_be(is_year(year), "the year", given) else None

    def ids(self, given: Iterable[tuple[str, str | int | None]]) -> tuple[tuple[str, str], ...]:
        ids = [(self.text(scheme).lower(), self.text(value)) for scheme, value in given if value is not None]
        ids = [(scheme, _AROUND[scheme].sub("", value) if scheme in _AROUND else value) for scheme, value in ids]
        return tuple(
            (scheme, value)
            for scheme, value in ids
            if scheme and value and self._can_be(is_id(scheme, value), scheme, value)
        )

    def links(self, given: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
        links = [(self.text(label), self.text(url)) for label, url in (given or {}).items()]
        return tuple(
            (label, url) for label, url in links if label and url and self._can_be(is_web_address(url), "the link", url)
        )

    def _can_be(self, right: bool, name: str, value: object) -> bool:
        if not right:
            self.seen.count["value left out"] += 1
            message = f"{name} '{value}' is left out: a page cannot have it; mend the record, or write it on the page"
            self.seen.problems.append(Problem(self.seen.path, self.number, 0, message))
        return right


def _record(row: _RecordRow, position: int, values: _Values) -> Record:
    given = {"arxiv": row.arxiv, "doi": row.doi} | (row.ids or {}) | {"id": row.id}
    year, ids = values.year(row.year), values.ids(given.items())
    return Record(
        title=values.text(row.title or "") or dict(ids).get("id", ""),
        abstract=clean_paragraphs(row.abstract or row.summary or "", values.seen.repairs, values.number),
        line=values.number,
        position=position,
        authors=values.authors(row.authors),
        year=year,
        ids=ids,
        links=values.links(row.links),
    )


def _facts(row: _FactsRow, values: _Values) -> Facts:
    return Facts(
        title=values.text(row.title or ""),
        line=values.number,
        authors=values.authors(row.authors),
        year=values.year(row.year),
        venue=values.text(row.venue or ""),
        ids=values.ids([("arxiv", row.arxiv), ("doi", row.doi), *(row.ids or {}).items()]),
        links=values.links(row.links),
        agree=row.agree,
    )


def _refuse_unread(seen: Account, number: int, reason: str) -> None:
    column = re.search(r"\(byte (\d+)\)", reason)
    message = reason.partition(" (byte")[0]
    if wrong := _WRONG_TYPE.fullmatch(reason):
        expected, got = (_TYPES.get(name.partition(" |")[0], name) for name in wrong.group(1, 2))
        message = f"{wrong[3] or 'the line'} is {got}, and must be {expected}"
    _refuse(seen, number, int(column[1]) + 1 if column else 0, message)


def _refuse(seen: Account, line: int, column: int, message: str) -> None:
    seen.count["not understood"] += 1
    seen.lines.append(LineAccount(line, "not understood", message))
    seen.problems.append(Problem(seen.path, line, column, f"not understood, and left out: {message}"))
