"""What people put around a title or before an abstract: `# Title`, `**Title**`, `1. Title`, `Abstract: ...`, `> ...`.

A mark is taken off only where the page as a whole shows what it means: titles are marked as the first text of the page
is, lists in abstracts are left as they are. What is taken off is told in the account.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_builder.ingest import cues
from site_builder.ingest.furniture import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRONG = ("heading", "bold", "label", "link")
"""Marks that a line of running text never bears; one of them is enough."""

# Marks by name, tried in this order again and again; the group `text` is what they are put around.
_MARKS = (
    ("heading", re.compile(r"#{1,6} (?P<text>.*?)(?: #+)?")),
    ("label", re.compile(r"(?:Paper )?(?:Title|TITLE)\s?: ?(?P<text>.+)")),
    ("number", re.compile(r"(?:\[\d{1,4}\]:?|\(?\d{1,4}[.)]) (?P<text>.+)")),
    ("bullet", re.compile(r"[-*+•‣●▪◦–] (?P<text>.+)")),
    ("bold", re.compile(r"(?P<around>\*\*|__)(?P<text>(?:(?!\*\*|__).)+)(?P=around)")),
    ("link", re.compile(r"\[(?P<text>.+)\]\((?:https?://|/)[^\s()]*\)")),
    ("picture", re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f? (?P<text>.+)")),
)
_ABSTRACT = re.compile(r"[#*_]*(?:Abstract|ABSTRACT|Summary)(?: ?[:.—–]|[*_]*(?: ?[:.—–]))[*_]* (?=\S)")
_QUOTED = re.compile(r"(?:> ?)+")


@dataclass(frozen=True, slots=True)
class Peeled:
    """A line without its marks: what is left, where that begins, what was taken off, and what the mark says it is."""

    text: str
    off: str = ""
    says: str = ""
    """`title` or `abstract`, or empty."""


def peel(lines: Sequence[str]) -> list[Peeled]:
    """Take the marks off the lines of a page (blank lines are empty)."""
    filled = [line for line in lines if line]
    quoted = bool(filled) and sum(line.startswith(">") for line in filled) > 0.8 * len(filled)
    bare = [_QUOTED.sub("", line, count=1) if quoted and line.startswith(">") else line for line in lines]
    marked = [_marks(line) for line in bare]
    meant = _of_titles(marked)
    return [
        _peeled(line, whole, names, text, meant=meant)
        for line, whole, (names, text) in zip(lines, bare, marked, strict=True)
    ]


def _peeled(line: str, whole: str, names: tuple[str, ...], text: str, *, meant: tuple[str, ...]) -> Peeled:
    if found := _ABSTRACT.match(whole):
        return Peeled(whole[found.end() :], line.removesuffix(whole[found.end() :]).strip(), "abstract")
    if names and (names == meant or (any(name.startswith(_STRONG) for name in names) and kind_of(text))):
        off = " ".join(part for part in line.partition(text)[::2] if part).strip()
        return Peeled(text, off, "" if kind_of(text) else "title")
    return Peeled(whole, line.removesuffix(whole).strip())


def _marks(line: str) -> tuple[tuple[str, ...], str]:
    """Return the names of the marks around a line, the outer first, and what is inside."""
    names: list[str] = []
    found: re.Match[str] | None = None
    while len(names) < 4:
        for name, pattern in _MARKS:
            if found := pattern.fullmatch(line):
                sign = line.split(" ", 1)[0] if name in ("picture", "heading") else ""
                names.append(name + sign)
                line = found["text"]
                break
        else:
            break
    return tuple(names), line


def _of_titles(marked: Sequence[tuple[tuple[str, ...], str]]) -> tuple[str, ...]:
    """Return the marks that titles bear on this page; empty where they bear none."""
    texts = [(names, text) for names, text in marked if text and not kind_of(text)]
    if not texts:
        return ()
    names = texts[0][0]
    same = [text for others, text in texts if others == names]
    if not names or (len(same) < 3 and any(name.startswith("picture") for name in names)):
        return ()
    titles = sum(cues.prose_score(text) < 0 for text in same)
    return names if titles > 0.6 * len(same) else ()
