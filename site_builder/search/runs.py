"""Runs: the papers of a term among papers with consecutive numbers, joined and mended without being read as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Run = tuple[int, int, str, str]
"""The first paper of a term, the last, the list as the index writes it but for the first gap, which depends on the
papers before, and for each paper the terms that follow there, with blanks between; commas between papers."""

Posting = tuple[str, str]
"""What one paper has of a term: the letter of its level, and the terms that follow."""

_POSTING = re.compile(r"(\d*)[a-z]")


def gap(last: int, number: int) -> str:
    """Return how many papers lie between two numbers, as a posting list has it: nothing where none does."""
    return str(number - last - 1) if number - last > 1 else ""


def joined(runs: Iterable[Run]) -> Run | None:
    """Join runs, those of lower numbers first; None where there is none."""
    codes: list[str] = []
    following: list[str] = []
    first = last = -1
    for start, end, code, followers in runs:
        if codes:
            codes.append(gap(last, start))
        else:
            first = start
        codes.append(code)
        following.append(followers)
        last = end
    return (first, last, "".join(codes), ",".join(following)) if codes else None


def parted(run: Run, number: int) -> tuple[Run | None, Run | None]:
    """Return what a run has before a number, and what it has from there on."""
    first, last, code, following = run
    if number <= first:
        return None, run
    if number > last:
        return run, None
    before = at = first
    for place, match in enumerate(_POSTING.finditer(code, 1), 1):
        at += int(match[1] or 0) + 1
        if at >= number:
            *heads, tail = following.split(",", place)
            head = first, before, code[: match.start()], ",".join(heads)
            return head, (at, last, code[match.end() - 1 :], tail)
        before = at
    raise AssertionError("a run ends with its last paper")


def mended(run: Run | None, changes: Mapping[int, Posting | None]) -> Run | None:
    """Return a run in which papers have what they have now, None being nothing; None where nobody has the term."""
    pieces: list[Run | None] = []
    for number, posting in sorted(changes.items()):
        before, run = parted(run, number) if run else (None, None)
        pieces.append(before)
        if run and run[0] == number:
            _, run = parted(run, number + 1)
        if posting:
            pieces.append((number, number, *posting))
    return joined(filter(None, (*pieces, run)))
