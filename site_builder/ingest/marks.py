"""What people put around a title or before an abstract: `# Title`, `**Title**`, `1. Title`, `Abstract: ...`, `> ...`.

A mark is taken off only where the page as a whole shows what it means: titles are marked as the first text of the page
is, texts as they all are, and a list in one abstract is left as it is. What is taken off is told in the account.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from site_builder.ingest import cues
from site_builder.ingest.furniture import DAY, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRONG = ("heading", "bold", "label", "link", "command", "field", "callout", "message")
"""Marks that a line of running text never bears; one of them is enough."""
_HEADINGS = ("heading", "label", "command")
"""Marks that say themselves that a title stands there."""
_WEAK = ("picture", "italic", "quotes", "id", "date")
"""Marks that one title may well have of its own; of titles that all bear them they are no part."""

# Marks by name, tried in this order again and again; the group `text` is what they are put around.
_MARKS = (
    ("heading", re.compile(r"#{1,6} (?P<text>.*?)(?: #+)?")),
    ("heading", re.compile(r"(?P<around>={2,6}) ?(?P<text>.+?) ?(?P=around)")),
    ("command", re.compile(r"\\(?:title|(?:sub)*section|paragraph)\*?\{(?P<text>.+)\}")),
    (
        "label",
        re.compile(
            r"[*_]*(?:[Pp]aper )?(?:Title|TITLE|title)\s?:[*_]* ?(?P<text>.+)|Paper #?\d{1,4}\s?[:.–-] (?P<rest>.+)"
        ),
    ),
    ("field", re.compile(r'"[a-z_]+"\s?: ?"(?P<text>.+)",?')),
    ("number", re.compile(r"(?:\[\d{1,4}\]:?|\(?\d{1,4}[.)]|#\d{1,4}[.:)]?) (?P<text>.+)")),
    ("bullet", re.compile(r"[-*+•‣●▪◦–] (?P<text>.+)")),
    ("bold", re.compile(r"(?P<around>\*\*|__)(?P<text>(?:(?!\*\*|__).)+)(?P=around)")),
    ("link", re.compile(r"\[(?P<text>.+)\]\((?:https?://|/)[^\s()]*\)")),
    ("italic", re.compile(r"(?P<around>[*_])(?P<text>(?!(?P=around))(?:(?!(?P=around)).)+)(?P=around)")),
    ("quotes", re.compile('["“](?P<text>[^"“”]+)["”]')),
    ("id", re.compile(r"(?P<text>.+?) [(\[](?:arXiv|arxiv)\s?:\s?\d{4}\.\d{4,5}(?:v\d+)?[)\]]")),
    ("message", re.compile(r"\[[\d/.-]{6,10},? \d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?\] [^:]{1,40}: (?P<text>.+)")),
    ("date", re.compile(rf"\[?{DAY}(?:,? \d\d?:\d\d(?: ?[AP]M)?)?\]? ?[:—–-]* ?(?P<text>.+)")),
    ("quoted", re.compile(r"> ?(?P<text>.+)")),
    ("callout", re.compile(r"\[!\w+\][+-]? (?P<text>.+)")),
    ("picture", re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f? (?P<text>.+)")),
)
_ABSTRACT = re.compile(
    r"[#*_]*(?:Abstract|ABSTRACT|abstract(?= ?:)|Summary|SUMMARY|TL;?DR)[*_]*"
    r"(?: ?[:.](?=[*_ ])| ?[—–]| -(?= ))[*_]* ?(?=\S)"
)
_FOLDED = re.compile(r"(?<=\S) *[△▽] (?:Less|More)$")
"""What a page puts behind a text that it folds."""
_WHOLLY_QUOTED = re.compile('^"([^"]+)"$')
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
    bare = [_FOLDED.sub("", line) for line in bare]
    marked = [_marks(line) for line in bare]
    titles, texts = _of_titles(marked), _of_texts(marked)
    return [
        _peeled(line, whole, names, text, titles=titles, texts=texts)
        for line, whole, (names, text) in zip(lines, bare, marked, strict=True)
    ]


def _peeled(
    line: str, whole: str, names: tuple[str, ...], text: str, *, titles: tuple[str, ...], texts: tuple[str, ...]
) -> Peeled:
    if (found := _ABSTRACT.match(whole)) and not kind_of(whole):
        inside = _WHOLLY_QUOTED.sub(r"\1", whole[found.end() :])
        return Peeled(inside, _around(line, inside), "abstract")
    strong = any(name.startswith(_STRONG) for name in names)
    if names and names == texts and cues.prose_score(text) > 0:
        return Peeled(text, _around(line, text))
    if names and ((names == titles and (strong or not kind_of(whole))) or (strong and kind_of(text))):
        return Peeled(text, _around(line, text), "" if kind_of(text) else "title")
    return Peeled(whole, _around(line, whole) if whole else line)


def _around(line: str, text: str) -> str:
    return " ".join(part.strip() for part in line.partition(text)[::2] if part.strip())


def _marks(line: str) -> tuple[tuple[str, ...], str]:
    """Return the names of the marks around a line, the outer first, and what is inside."""
    names: list[str] = []
    found: re.Match[str] | None = None
    while len(names) < 4:
        for name, pattern in _MARKS:
            if found := pattern.fullmatch(line):
                sign = line.split(" ", 1)[0] if name == "picture" or (name == "heading" and line[0] == "#") else ""
                names.append(name + sign)
                line = found.groupdict().get("rest") or found["text"]
                break
        else:
            break
    return tuple(names), line


def _of_titles(marked: Sequence[tuple[tuple[str, ...], str]]) -> tuple[str, ...]:
    """Return the marks that titles bear on this page, empty where they bear none.

    They are those of lines that lead into text again and again, or else those of the first text.
    """
    texts = [(names, cues.prose_score(text)) for names, text in marked if text and not kind_of(text)]
    borne = Counter(names for names, _ in texts)
    short = Counter(names for names, score in texts if score < 0)
    leading = Counter(names for (names, score), (_, below) in pairwise(texts) if score < 0 < below)
    for names, times in borne.items():
        headings = short if any(name.startswith(_HEADINGS) for name in names) else leading
        if names and times > 2 and headings[names] > 0.6 * times:
            return names
    names = texts[0][0] if texts else ()
    if borne[names] < 3 and any(name.startswith(_WEAK) for name in names):
        return ()
    return names if short[names] > 0.6 * borne[names] or borne[names] == len(texts) > 2 else ()


def _of_texts(marked: Sequence[tuple[tuple[str, ...], str]]) -> tuple[str, ...]:
    """Return the marks that all clear running text bears on this page, empty where it bears none."""
    texts = [names for names, text in marked if cues.prose_score(text) > 4]
    return texts[0] if len(texts) > 2 and all(names == texts[0] for names in texts) else ()
