r"""Mathematics in text: where `$...$` and `\(...\)` stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 400
"""Characters of a formula: what is longer is two dollar signs a page apart."""

# As in Pandoc: no space inside the dollar signs, no digit after the second. `\$` is a sign and no delimiter.
_FORMULA = re.compile(
    rf"(?<![\\$\w])\$(?![\s$])(?P<dollars>(?:[^$\\\n]|\\[^\n]){{1,{_LONGEST}}}?)(?<![\s\\])\$(?![$\w])"
    rf"|(?<!\\)\\\((?P<parentheses>(?:[^\n\\]|\\[^)\n]){{1,{_LONGEST}}}?)\\\)"
)
_SIGN_OF_MONEY = re.compile(r"\d[\d.,]*(?:[KMB%]|k)?(?:\s|[-–/]\s?$|$)")
_MARKS = ("$", r"\(")


def formulas(text: str) -> Iterator[re.Match[str]]:
    r"""Yield the formulas in a text: matches whose group `dollars` or `parentheses` is the LaTeX inside.

    "$5 and $10" holds none: a second dollar sign before a digit ends no formula, and an amount with words behind it
    begins none.
    """
    if any(mark in text for mark in _MARKS):
        for found in _FORMULA.finditer(text):
            if found["dollars"] is None or not _is_money(found["dollars"]):
                yield found


def _is_money(inside: str) -> bool:
    """Tell whether what stands between two dollar signs is an amount and the words after it."""
    return _SIGN_OF_MONEY.match(inside) is not None and re.search(r"[A-Za-z]{2}", inside) is not None
