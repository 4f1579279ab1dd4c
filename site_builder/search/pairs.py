"""Pairs of terms that stand side by side in papers: which papers they are in, told within the list of the first term.

Stop words between two terms do not part them. Where a pair is in fewer papers than `Layout.pair` it is left out: most
pairs are in one paper alone, which its words find as well.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from site_builder.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from site_builder.meaning.analysis import Details

MARK = "+"
"""Stands before a term in the key of the pairs that begin with it: no term begins so."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def followers(details: Details, labels: Iterable[str]) -> dict[str, dict[str, None]]:
    """Return by term the other terms that follow it in the title, in the body or in a label, each once."""
    title, body = list(details.title_words), list(details.body_words)
    fields = [
        terms([title[place] for place in details.title_order]),
        terms([body[place] for place in details.body_order]),
        *([term for term in terms(words(label)) if term] for label in labels),
    ]
    found: dict[str, dict[str, None]] = {}
    for field in fields:
        for one, two in pairwise(field):
            if one != two:
                found.setdefault(one, {})[two] = None
    return found


def coded(places: Sequence[int]) -> str:
    """Write ascending places in a posting list.

    For each, how many places are passed over since the last: the quotient by 26 in decimal, left out where it is 0, and
    the remainder as a letter.
    """
    code = []
    last = -1
    for place in places:
        quotient, remainder = divmod(place - last - 1, len(_LETTERS))
        code.append(f"{quotient or ''}{_LETTERS[remainder]}")
        last = place
    return "".join(code)
