"""Titles as file names that survive every system, and titles as keys for telling papers apart."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST = 80
"""Characters of the longest slug that `slugify` makes."""

DEVICES = frozenset(["con", "prn", "aux", "nul"] + [f"{port}{n}" for port in ("com", "lpt") for n in range(10)])
"""Names of devices on Windows, with or without an extension."""

RESERVED = DEVICES | {"clock", "index"}
"""What no slug is: `index` is what a web server shows for a folder, `clock$` another device."""

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
)

# Letters that Unicode does not take apart into an ASCII letter and an accent.
_UNMARKED = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
}
_LETTERS = str.maketrans(_UNMARKED | dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK.split(), strict=True)))

_MARKS = str.maketrans(_UNMARKED)

# Signs that belong to the word before them and tell it from its plain twin: C++, C#, A*, 50%.
_SIGNS = {"+": "plus", "#": "sharp", "*": "star", "%": "percent"}
_AFTER_WORD = re.compile(r"(?<=[a-z0-9])[+#*%]+(?![a-z0-9])")
_BETWEEN = re.compile(r"[^a-z0-9]+")
_APOSTROPHE = re.compile(r"(?<=[a-z0-9])['’ʼ](?=[a-z])")


def slugify(title: str) -> str:
    """Return lower-case ASCII words joined by hyphens: a file name on every system, at most 80 characters.

    Never empty (a title without a Latin letter becomes `paper-` and six hex digits of its hash) and never a reserved
    name. `C++` is `c-plus-plus`, not `c`. Two titles may have one slug; who needs addresses apart adds a suffix.
    """
    plain = title.lower() if title.isascii() else _latin(title)
    plain = _AFTER_WORD.sub(lambda signs: "".join(f" {_SIGNS[sign]} " for sign in signs[0]), plain)
    plain = _APOSTROPHE.sub("", plain).replace("&", " and ")
    slug = _cut(_BETWEEN.sub("-", plain).strip("-"))
    if not slug:
        return f"paper-{hashlib.sha256(title.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"
    return f"the-{slug}" if slug in RESERVED else slug


def _latin(title: str) -> str:
    """Return lower-case letters without accents, Greek ones spelt out, as far as there is a way."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)


def unaccented(word: str) -> str:
    """Return a word in lower case without accents, as who has no such keys types it (static/search/facets.js, too)."""
    plain = unicodedata.normalize("NFKD", word).lower()
    return "".join(c for c in plain if not unicodedata.category(c).startswith("M")).translate(_MARKS)


def _cut(slug: str) -> str:
    if len(slug) <= LONGEST:
        return slug
    words, _, _ = slug[: LONGEST + 1].rpartition("-")
    return words or slug[:LONGEST]


def folded(title: str) -> str:
    """Return what stays of a title when case, width, accents' encoding, spaces and punctuation do not count.

    A title of signs alone stays as it is, so that the result is empty only for white space.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", title).casefold())
    return re.sub(r"\W+", "", plain) or "".join(plain.split())
