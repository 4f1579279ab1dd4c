"""Lines that hold several texts: rows of a table, tags of HTML, a title with its abstract. They become the texts.

A line is parted only where the page as a whole shows that its lines are rows, or HTML, or entries.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from site_builder.ingest.cues import prose_score, starts_low

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLOCK = re.compile(
    r"</?(?:html|head|title|body|main|header|footer|nav|section|article|div|h[1-6]|p|br|hr|[uod]l|li|dt|dd|table|"
    r"thead|tbody|t[rdh]|details|summary|blockquote)(?:\s[^<>]*)?/?>|<!--[^<>]*-->|<!\w[^<>]*>|<\?[^<>]*\?>",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|small|sub|sup|code|mark|img|svg|path|time|button|font|tt)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)

_UNREAD = re.compile(r"(?:^|(?<=>)) *<(script|style)\b[^<>]*>.*?</\1>", re.IGNORECASE | re.DOTALL | re.MULTILINE)
"""What a browser shows nothing of. By now a text may have such words, too: inside of a sentence."""
_LONG = 30
"""Words; a line of more holds more than a title."""
_A_TITLE = 250
"""Characters within which a title ends."""
_CLEAR = 2.5
"""Log odds by which a text is clearly running text."""


class Row(NamedTuple):
    """The texts of a line (none, where it is blank or has tags alone), and the tags that stood around them."""

    texts: tuple[str, ...]
    tags: str = ""


def rows(lines: Sequence[str]) -> list[Row]:
    """Part the clean lines of a page into the texts that they hold: mostly one, and of blank lines none."""
    filled = [line for line in lines if line]
    if sum(_BLOCK.search(line) is not None for line in filled) > 0.2 * len(filled):
        read = _UNREAD.sub(lambda found: "\n" * found[0].count("\n"), "\n".join(lines)).split("\n")
        return [_of_html(line, copied) for line, copied in zip(read, lines, strict=True)]
    for part in (_at_tabs, _at_bars, _at_commas, _at_semicolons):
        if is_table([part(line) for line in filled]):
            return [Row(part(line)) for line in lines]
    entries = _entries(filled)
    return [Row(entries.get(line, (line,) if line else ())) for line in lines]


def _entries(filled: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the lines that hold a title and its abstract, parted: all of the long ones of a page without titles."""
    long = [line for line in filled if len(line.split()) > _LONG]
    if len(long) < 3 or 3 * len(long) < 2 * len(filled):
        return {}
    for mark in (" — ", " – ", " - ", ": "):
        entries = {line: entry for line in long if (entry := _entry(line, mark))}
        if len(entries) == len(long):
            return entries
    return {}


def _entry(line: str, mark: str) -> tuple[str, str] | None:
    """Part a line at the last place where what stands before reads like a title, and what follows like an abstract."""
    ends = [found.start() for found in re.finditer(re.escape(mark), line[:_A_TITLE])]
    parted = ((line[:end].rstrip(), line[end + len(mark) :].lstrip()) for end in reversed(ends))
    likely = (
        one for one in parted if prose_score(one[0]) < 0 < _CLEAR < prose_score(one[1]) and not starts_low(one[1])
    )
    return next(likely, None)


def is_table(parted: Sequence[Sequence[str]]) -> bool:
    """Tell whether lines, parted, are the rows of a table: three or more, of as many cells each, some of many words."""
    widths = {len(cells) for cells in parted}
    longest = max((len(cell.split()) for cells in parted for cell in cells), default=0)
    return len(parted) > 2 and len(widths) == 1 and min(widths) > 1 and longest > 12


def _of_html(line: str, copied: str) -> Row:
    """Return the texts of a line without scripts and styles, of which all that is no text is told."""
    plain = _INLINE.sub("", line)
    texts = tuple(" ".join(text.split()) for text in _BLOCK.split(plain) if text.strip())
    if line != copied:
        return Row(texts, "script or style")
    return Row(texts, " ".join(found[0] for pattern in (_BLOCK, _INLINE) for found in pattern.finditer(line)))


def _at_tabs(line: str) -> tuple[str, ...]:
    return tuple(_unquoted(cell) for cell in line.split("\t") if cell)


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if re.fullmatch('"(?:[^"]|"")+"', cell) else cell


def _at_bars(line: str) -> tuple[str, ...]:
    """Return the cells of a row of a Markdown table; its rule is one of them that has none."""
    if not re.fullmatch(r"\|.+\|", line):
        return (line,) if line else ()
    return tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line[1:-1]))


def _at_commas(line: str) -> tuple[str, ...]:
    return _at(",", line)


def _at_semicolons(line: str) -> tuple[str, ...]:
    return _at(";", line)


def _at(mark: str, line: str) -> tuple[str, ...]:
    """Return the cells of a line of separated values, one of which is quoted."""
    if f'{mark}"' not in line and f'"{mark}' not in line:
        return (line,) if line else ()
    try:
        return tuple(next(csv.reader([line], delimiter=mark)))
    except csv.Error:  # a cell of more characters than any text has
        return (line,)
