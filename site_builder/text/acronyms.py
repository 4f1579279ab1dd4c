"""Short forms that a text explains, "key-value (KV) cache", with what they stand for.

A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text" (PSB
2003): what stands in parentheses is a short form if its letters and digits are found, from the right, in the words
before them, the first at the beginning of a word; or the other way round, the long form in the parentheses.
"""

from __future__ import annotations

import re

_PARENTHESES = re.compile(r"\(([^()\n]{2,80})\)")
_PART = re.compile(r"[.;:!?,()\[\]]\s|\n")
"""What a long form does not go beyond."""
_MORE = re.compile(r"[,;]")
_REACH = 200
"""Characters before the parentheses that are looked at."""
_MOST = 10
"""Characters of a short form."""


def acronyms(text: str) -> list[tuple[str, str]]:
    """Return the short forms that a text explains, each with its long form, as they are written."""
    found = []
    for match in _PARENTHESES.finditer(text):
        inside = _MORE.split(match[1])[0].strip()
        before = _PART.split(text[max(0, match.start() - _REACH) : match.start()].rstrip())[-1].split()
        if _is_short(inside):
            short, long = inside, _long_form(inside, before[-_longest(inside) :])
        elif before and _is_short(before[-1]) and len(inside.split()) <= _longest(before[-1]):
            short, long = before[-1], _long_form(before[-1], inside.split())
            long = long if long == " ".join(inside.split()) else ""
        else:
            continue
        if len(long) > len(short) and short.lower() not in long.lower().split():
            found.append((short, long))
    return found


def _is_short(form: str) -> bool:
    letters = sum(map(str.isalpha, form))
    small = len(form) <= _MOST and len(form.split()) <= 2
    return small and letters > 1 and form[0].isalnum() and any(map(str.isupper, form))


def _longest(short: str) -> int:
    """Return how many words a long form has at most."""
    return min(len(short) + 5, 2 * len(short))


def _long_form(short: str, words: list[str]) -> str:
    """Return the shortest end of the words in which all letters and digits of the short form are found, or ''."""
    long = " ".join(words)
    at = len(long)
    for place, letter in reversed(list(enumerate(short.lower()))):
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and (long[at].lower() != letter or (place == 0 and at > 0 and long[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    return long[long.rfind(" ", 0, at) + 1 :]
