"""Bytes as they were copied to lines of clean text. Lines keep the numbers that an editor shows; each repair is named.

Only characters are repaired here: whether a line is a title, others decide.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from html.entities import html5

from site_builder.errors import Problem, UserError
from site_builder.ingest.cells import is_table

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF8.decode("cp1252").encode(), "utf-8"),  # read as Windows-1252 once, and written again
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
_LINE_END = re.compile(r"\r\n|\r|\n")
_UNUSUAL_END = re.compile("[\v\x85\u2028\u2029]")
"""Ends lines in a text that has no other line end; else it is a space, or the numbers would not be an editor's."""
_ORDINARY = re.compile(r"[ -%'-~]*")
"""Text that needs no repair: ASCII without `&` and control characters."""


def _entity(found: re.Match[str]) -> str:
    return html.unescape(found[0]) if found[0][1] == "#" else html5.get(found[0][1:], found[0])


def _windows_1252(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


_NO_UTF_8 = re.compile("[\udc80-\udcff]+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# The repairs by name, in the order in which they are made: what is found, and what stands there afterwards.
_REPAIRS = (
    ("byte that is no UTF-8, read as Windows-1252", _NO_UTF_8, _windows_1252),
    ("unpaired surrogate", re.compile("[\ud800-\udfff]"), "\ufffd"),
    ("terminal colour", re.compile(r"\x1b\[[0-9;]*[A-Za-z]"), ""),
    ("HTML entity", _ENTITY, _entity),
    ("HTML entity in an HTML entity", _ENTITY, _entity),
    ("tab or form feed", re.compile("[\t\v\f]"), " "),
    ("unusual space", re.compile("[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"), " "),
    ("zero-width character", re.compile("[\u00ad\u180e\u200b\u2060\ufeff]"), ""),
    # Joiners shape scripts that need them; beside Latin letters, spaces and at an end they are debris.
    (
        "zero-width joiner",
        re.compile("(?<![^\\s!-\u024f])[\u200c\u200d]|[\u200c\u200d](?![^\\s!-\u024f])"),
        "",
    ),
    ("text direction mark", re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"), ""),
    ("control character", re.compile("[\x00-\x08\x0a\x0d-\x1f\x7f-\x9f]"), ""),
)


@dataclass(slots=True)
class Repairs:
    """On how many lines each repair was made, and on which first."""

    lines: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, line: int) -> None:
        """Remember that a repair was made on a line."""
        self.lines[name] += 1
        self.first.setdefault(name, line)


def clean(text: str, repairs: Repairs, line: int) -> str:
    """Return one line of text with its characters repaired, in NFC, and white space folded."""
    if not _ORDINARY.fullmatch(text):
        for name, pattern, instead in _REPAIRS:
            repaired = pattern.sub(instead, text)
            if repaired != text:
                repairs.note(name, line)
            text = repaired
        composed = unicodedata.normalize("NFC", text)
        if composed != text:
            repairs.note("decomposed accent", line)
        text = composed
    return " ".join(text.split())


def clean_paragraphs(text: str, repairs: Repairs, line: int) -> str:
    """Return a text of several lines cleaned; blank lines part paragraphs, each of which becomes one line."""
    paragraphs = re.split(r"\n\n+", "\n".join(clean(part, repairs, line) for part in _LINE_END.split(text)))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph)


def lines_of(data: bytes, path: str, repairs: Repairs) -> list[str]:
    """Return the clean lines of a text file: line n of the file is item n - 1, blank ones are empty.

    Takes UTF-8, UTF-16 and UTF-32, with a byte order mark or (but for UTF-32) without. Raises UserError for a file that
    is empty or not text. Where tabs part the columns of a table they are kept.
    """
    text = text_of(data, repairs)
    sample = text[:_SAMPLE]
    odd = sum(unicodedata.category(c) == "Cc" and c not in "\0\t\n\r\f\v\x1b\x85" for c in sample)
    wrong = sum(unicodedata.category(c) == "Cs" for c in sample)
    if odd > len(sample) / 5 or min(odd, wrong) > len(sample) / 20 or sample.count("\0") > len(sample) / 4:
        raise UserError([Problem(path, 0, 0, "this is not text; give the page's text, or records as JSON lines")])
    ends = _LINE_END if _LINE_END.search(text.rstrip()) else _UNUSUAL_END
    copied = ends.split(text)
    cells = [line.split("\t") for line in copied]
    tabs = is_table([parts for parts in cells if any(map(str.strip, parts))])
    lines = [
        "\t".join(clean(part, repairs, number) for part in (parts if tabs else [line])).strip("\t")
        for number, (line, parts) in enumerate(zip(copied, cells, strict=True), 1)
    ]
    if not any(lines):
        raise UserError([Problem(path, 0, 0, "the file is empty; paste the page's text into it")])
    return lines if lines[-1] or not text.endswith(("\n", "\r")) else lines[:-1]


def text_of(data: bytes, repairs: Repairs) -> str:
    """Return the characters of a file in any encoding that is read, not yet cleaned."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            repairs.note(f"byte order mark ({encoding})", 1)
            return data[len(mark) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    encoding = utf_16_without_mark(data)
    if encoding:
        repairs.note(f"no byte order mark ({encoding})", 1)
        return data.decode(encoding, "replace")
    return data.decode("utf-8", "surrogateescape")


def in_windows_1252(text: str, repairs: Repairs, line: int = 1) -> str:
    """Return a text of `text_of`, from this line on, with those of its bytes as Windows-1252 that are no UTF-8."""
    for number, part in enumerate(text.split("\n"), line):
        if _NO_UTF_8.search(part):
            repairs.note(_REPAIRS[0][0], number)
    return _NO_UTF_8.sub(_windows_1252, text)


def utf_16_without_mark(data: bytes) -> str:
    """Return the encoding of bytes that are UTF-16 by the look of their zeros, else nothing."""
    sample = data[:_SAMPLE]
    pairs = max(len(sample) // 2, 1)
    even, odd = sample[::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if odd > 0.4 and even < odd / 2:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < even / 2 else ""
