r"""Mathematics in text: where `$...$`, `$$...$$` and `\(...\)` stand, and the same as MathML. The door to latex2mathml.

Not `\[...\]`: in Markdown this is a bracket that begins no link.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 400
"""Characters of a formula: what is longer is two dollar signs a page apart."""

# As in Pandoc: no space inside the dollar signs, no digit after the second. `\$` is a sign and no delimiter.
_FORMULA = re.compile(
    rf"(?<![\\$])\$\$(?!\$)(?P<display>(?:[^$\n]|\n(?![^\S\n]*\n)){{1,{_LONGEST}}}?)(?<!\\)\$\$(?!\$)"
    rf"|(?<![\\$])(?<![^\W_])\$(?![\s$])(?P<dollars>[^$\n]{{1,{_LONGEST}}}?)(?<![\s\\])\$(?!\$|[^\W_])"
    rf"|(?<!\\)\\\((?P<parentheses>(?:[^\n\\]|\\[^)\n]){{1,{_LONGEST}}}?)\\\)"
)
_SIGN_OF_MONEY = re.compile(r"\d[\d.,]*(?:[KMB%]|k)?(?:\s|[-–/]\s?$|$)")
_MARKS = ("$", r"\(")

_COMMAND = re.compile(r">\s*\\[A-Za-z]")
"""A command that the library did not know: it shows its name."""

TAGS: dict[str, set[str]] = {
    "math": {"display"},
    "mrow": set(),
    "mi": {"mathvariant"},
    "mn": set(),
    "mo": {"stretchy", "fence", "separator", "minsize", "maxsize", "lspace", "rspace", "movablelimits"},
    "ms": set(),
    "mtext": set(),
    "mspace": {"width"},
    "msup": set(),
    "msub": set(),
    "msubsup": set(),
    "mfrac": {"linethickness"},
    "msqrt": set(),
    "mroot": set(),
    "mover": {"accent"},
    "munder": {"accentunder"},
    "munderover": set(),
    "mtable": {"columnalign"},
    "mtr": set(),
    "mtd": {"columnalign"},
    "mstyle": {"displaystyle", "scriptlevel"},
}
"""The elements of MathML that a page may have, each with its attributes."""

_PARTS = {"mfrac": 2, "mroot": 2, "msup": 2, "msub": 2, "msubsup": 3, "mover": 2, "munder": 2, "munderover": 3}
"""How many parts an element has; with another number it is no MathML, and browsers show what they like."""


def formulas(text: str) -> Iterator[re.Match[str]]:
    r"""Yield the formulas in a text: matches whose group `dollars`, `parentheses` or `display` is the LaTeX inside.

    "$5 and $10" holds none: a second dollar sign before a digit ends no formula, and an amount with words behind it
    begins none.
    """
    if any(mark in text for mark in _MARKS):
        for found in _FORMULA.finditer(text):
            if not is_money(found["dollars"] or found["display"] or ""):
                yield found


def is_money(inside: str) -> bool:
    """Tell whether what stands between two dollar signs is an amount and the words after it."""
    return _SIGN_OF_MONEY.match(inside) is not None and re.search(r"[A-Za-z]{2}", inside) is not None


@lru_cache(maxsize=4096)
def to_mathml(formula: str) -> str:
    r"""Return a formula with its delimiters as MathML, or, where that fails, as it is written in `<code>`.

    The library passes on what stands in a `\text`: what is made here belongs behind a cleaner that knows `TAGS`.
    """
    found = next(formulas(formula))
    try:
        from latex2mathml.converter import convert  # here, because few bodies have formulas

        if display := found["display"]:
            markup: str = convert(display.strip(), display="block")
        else:
            markup = convert(found["dollars"] or found["parentheses"])
    except Exception:  # noqa: BLE001 - the library has no error of its own for all that it cannot read
        markup = ""
    return markup if _is_whole(markup) else f"<code>{html.escape(formula)}</code>"


def _is_whole(markup: str) -> bool:
    """Tell whether this is one formula of known elements, none without a part: nothing in it reaches beyond it."""
    from xml.etree import ElementTree as ET

    try:
        elements = ET.fromstring(markup).iter()  # noqa: S314 - it begins with <math>, so that it declares no entities
        named = [(element.tag.rpartition("}")[2], len(element)) for element in elements]
    except ET.ParseError:
        return False
    return all(tag in TAGS and _PARTS.get(tag, parts) == parts for tag, parts in named) and not _COMMAND.search(markup)
