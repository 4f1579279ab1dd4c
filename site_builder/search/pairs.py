"""Pairs of terms that stand side by side in papers: which papers they are in, told within the list of the first term.

Stop words between two terms do not part them. Where a pair is in fewer papers than `Layout.pair` it is left out: most
pairs are in one paper alone, which its words find as well.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def coded(places: Sequence[int]) -> str:
    """Write ascending places in a posting list.

    For each, how many places are passed over since the last: the quotient by 26 in decimal, left out where it is 0, and
    the remainder as a letter.
    """
    return "".join([_codes[place - last] for last, place in pairwise([-1, *places])])


class _Codes(dict[int, str]):
    """How a place is written that comes so many behind the last; remembered, for few occur."""

    def __missing__(self, behind: int) -> str:
        quotient, remainder = divmod(behind - 1, len(_LETTERS))
        code = self[behind] = f"{quotient or ''}{_LETTERS[remainder]}"
        return code


_codes = _Codes()
