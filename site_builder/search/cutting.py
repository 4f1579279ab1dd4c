"""Long posting lists, cut in two: the strongest are read for every query, the rest where every paper counts.

A word that thousands of papers have says little of each, and least where it is said in passing.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from site_builder.search.runs import gap
from site_builder.search.weighting import LEVELS

CUT = "~"
"""Stands before a term in the key that tells what was cut off from its list: no term begins so."""

LONGEST = 4096
"""Papers of a list that is not cut."""

_POSTING = re.compile(r"(\d*)([a-z])")


class Cut(NamedTuple):
    """A list in two, both written as lists are."""

    strongest: str
    rest: str
    others: int
    """Papers of the rest."""
    level: int
    """Their mean level, rounded."""
    places: list[int]
    """The places that the strongest had in the whole."""


def cut(code: str) -> Cut | None:
    """Cut a posting list where it has too many papers: levels are kept whole, from the highest down, while they fit."""
    if len(code) <= LONGEST:
        return None
    postings = []
    number = -1
    for passed, level in _POSTING.findall(code):
        number += int(passed or 0) + 1
        postings.append((number, level))
    if len(postings) <= LONGEST:
        return None
    counts = Counter(level for _, level in postings)
    levels = sorted(counts, reverse=True)
    kept = {levels[0]} | {
        level for level in levels if sum(counts[other] for other in levels if other >= level) <= LONGEST
    }
    others = [LEVELS.index(level) for _, level in postings if level not in kept]
    if not others:
        return None
    return Cut(
        _written([posting for posting in postings if posting[1] in kept]),
        _written([posting for posting in postings if posting[1] not in kept]),
        len(others),
        round(sum(others) / len(others)),
        [place for place, (_, level) in enumerate(postings) if level in kept],
    )


def _written(postings: list[tuple[int, str]]) -> str:
    before = [-1, *(number for number, _ in postings)]
    return "".join(gap(last, number) + level for last, (number, level) in zip(before, postings, strict=False))
