"""What ingest repaired in a paper's text, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_builder.content.papers import ours
from site_builder.text.markdown import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from site_builder.model import Paper, Repair

_WORDS = 5
"""On either side of a place in a passage; one that the place is a part of is the first of them."""
_NEAR = 200
"""Characters within which these words are."""


def copied(paper: Paper, field: str) -> str | None:
    """Return the `title` or the `body`'s plain text as it stood in the source, before ingest repaired it.

    None where this cannot be told any more: the text was edited, or the account of the repairs.
    """
    text = paper.title if field == "title" else to_text(paper.body)
    repairs = [repair for repair in paper.repaired if repair.field == field]
    if repairs and paper.made and not ours(paper, field):
        return None
    return undone(text, repairs)


def passages(paper: Paper) -> tuple[str, ...]:
    """Return the places of the body's plain text that ingest repaired, as they stood in the source, with words around.

    Nothing where this cannot be told any more.
    """
    text = copied(paper, "body")
    if text is None:
        return ()
    found: list[tuple[int, int]] = []
    moved = 0
    for repair in (repair for repair in paper.repaired if repair.field == "body"):
        start, end = repair.at + moved, repair.at + moved + len(repair.was)
        moved += len(repair.was) - len(repair.now)
        first, last = start - _reach(text[max(start - _NEAR, 0) : start][::-1]), end + _reach(text[end : end + _NEAR])
        if found and first <= found[-1][1] + 1:
            first = found.pop()[0]
        found.append((first, last))
    return tuple(_with_dots(text, *span) for span in found)


def _reach(near: str) -> int:
    """Return how many characters of a text its first words have, at most those of its first line."""
    line = near.partition("\n")[0]
    words = line.split(maxsplit=_WORDS)
    return len(line) - len(words[_WORDS]) if len(words) > _WORDS else len(line)


def _with_dots(text: str, start: int, end: int) -> str:
    """Return a part of a text with dots where more stands before it or after it."""
    return f"{'… ' if text[:start].strip() else ''}{text[start:end].strip()}{' …' if text[end:].strip() else ''}"


def undone(text: str, repairs: Sequence[Repair]) -> str | None:
    """Return a text with its repairs taken back, or None where they are not those of this text."""
    for repair in reversed(repairs):
        end = repair.at + len(repair.now)
        if repair.at < 0 or text[repair.at : end] != repair.now:
            return None
        text = text[: repair.at] + repair.was + text[end:]
    return text
