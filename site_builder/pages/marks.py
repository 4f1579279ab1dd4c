"""Words of a text marked in the HTML that shows it: those that speak for a topic."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from site_builder.pages.kinds import Mark

_TAG = re.compile(r"(<math\b.*?</math>|<[^>]*>)", re.DOTALL)
"""What is no text: tags as the cleaner writes them, and formulas, which are not cut."""
_FIRST = "1"
"""The topic of most marks, which they need not name."""


def marked(markup: str, text: str, marks: Sequence[Mark]) -> str:
    """Return safe HTML with the marked words of its `text` in `<b>` elements, which are meant for key words.

    `text` is what a reader sees of the markup, but for white space; the offsets of the marks count its characters.
    Where marks overlap, each stretch names all its topics; one for the first topic alone names none. A mark whose words
    cannot be found with certainty in the markup, such as one across a formula, is left out. They are no `<mark>`
    elements: a screen reader would stop at each, and the words are listed under their topics.
    """
    if not marks:
        return markup
    pieces = _TAG.split(markup)
    pieces[::2] = map(html.unescape, pieces[::2])
    stretches = list(_stretches(_placed(marks, text, "".join(pieces[::2]))))
    ends = accumulate(map(len, pieces[::2]))
    pieces[::2] = [_written(part, end - len(part), stretches) for part, end in zip(pieces[::2], ends, strict=True)]
    return "".join(pieces)


def _placed(marks: Iterable[Mark], text: str, shown: str) -> Iterator[tuple[int, int, int]]:
    """Yield for each mark its first character in `shown`, the one behind its last, and its topic."""
    if shown == text:
        yield from marks
        return
    told, seen = _squeezed(text), _squeezed(shown)
    words = list(re.finditer(r"\S+", shown))
    firsts = list(accumulate((len(word[0]) for word in words), initial=0))
    for mark in marks:
        start, said = len(_squeezed(text[: mark.start])), _squeezed(text[mark.start : mark.end])
        at = _same(said, start, told, seen)
        if said and at is not None:
            first, last = (bisect_right(firsts, place) - 1 for place in (at, at + len(said) - 1))
            begin = words[first].start() + at - firsts[first]
            yield begin, words[last].start() + at + len(said) - firsts[last], mark.topic


def _squeezed(text: str) -> str:
    """Return a text without its white space, in which a page differs from its source."""
    return "".join(text.split())


def _same(said: str, start: int, told: str, seen: str) -> int | None:
    """Return where the words that stand at `start` of `told` stand in `seen`, or None where that is not certain."""
    if told == seen:
        return start
    here, there = ([found.start() for found in re.finditer(re.escape(said), text)] for text in (told, seen))
    return there[here.index(start)] if len(here) == len(there) and start in here else None


def _stretches(placed: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, str]]:
    """Yield the stretches of characters that have the same marks, in their order, with the topics of these."""
    marks = list(placed)
    cuts = sorted({cut for start, end, _ in marks for cut in (start, end)})

    def topics(stretch: tuple[int, int]) -> str:
        covering = {topic for start, end, topic in marks if start <= stretch[0] and stretch[1] <= end}
        return " ".join(map(str, sorted(covering)))

    for said, following in groupby(pairwise(cuts), key=topics):
        if said:
            alike = list(following)
            yield alike[0][0], alike[-1][1], said


def _written(part: str, at: int, stretches: Iterable[tuple[int, int, str]]) -> str:
    """Return as HTML the plain text `part`, which begins at `at`, with its stretches marked."""
    pieces = []
    done = 0
    for start, end, topics in stretches:
        first, last = max(start - at, done), min(end - at, len(part))
        if first < last and not part[first:last].isspace():
            pieces += [_escape(part[done:first]), f'<b data-for="{topics}">' if topics != _FIRST else "<b>"]
            pieces += [_escape(part[first:last]), "</b>"]
            done = last
    return "".join([*pieces, _escape(part[done:])])


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
