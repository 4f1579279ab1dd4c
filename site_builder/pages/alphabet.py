"""Filing by letters: one page while a list is short, then a page per letter; where a letter is full, per next letter.

Which page holds an entry follows from the entries of its own letters only, so a newcomer changes the page that it is
filed on (or, once in a while, splits that page).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from site_builder.pages.kinds import Group, Link, Part
from site_builder.text.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST = 500
"""Entries on one page."""

OTHER = "~"
"""First letter of what begins with none of ours; sorts behind them."""

_DEEPEST = 40
"""Letters after which a list is not split any more; keeps file names short where hundreds of titles begin alike."""

_ARTICLES = ("a", "an", "the")
_WORD = re.compile("[a-z0-9]+")


def filing_key(title: str) -> str:
    """Return what a title is filed under: its letters and digits, lower-case, without accents and a leading article.

    A title without a Latin letter or digit is filed behind the others, under its own letters.
    """
    words = _words(title)
    return "".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words) or _foreign(title)


def name_key(name: str) -> str:
    """Return what a person's name is filed under: its last word, then a hyphen and what stands before that.

    The hyphen keeps those of one last name together: it sorts before all letters. No article is left out of a name.
    """
    first, _, last = " ".join(name.split()).rpartition(" ")
    before = "".join(_words(first))
    return ("".join(_words(last)) or _foreign(last)) + (f"-{before}" if before else "")


def _words(text: str) -> list[str]:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold().encode("ascii", "ignore").decode()
    return _WORD.findall(text.lower())


def _foreign(text: str) -> str:
    return OTHER + "".join(filter(str.isalnum, text.casefold()))


class Shelf(msgspec.Struct, frozen=True):
    """One page of an alphabetical list; `heading` has the letters that its entries share, `above` the way to it."""

    path: str
    heading: str
    above: tuple[Link, ...]
    groups: tuple[Group, ...]
    parts: tuple[Part, ...]


def shelves(
    links: Iterable[Link], root: Link, folder: str, most: int = MOST, key: Callable[[str], str] = filing_key
) -> Iterator[Shelf]:
    """Yield the pages of an alphabetical list whose first page is `root`; further pages are in `folder`.

    `key` gives what a name is filed under.
    """
    filed = sorted((key(link.name), link.name, link.path) for link in links)
    yield from _shelve([(key, Link(path, name)) for key, name, path in filed], "", root, (), folder, most)


def _shelve(
    filed: list[tuple[str, Link]], prefix: str, here: Link, above: tuple[Link, ...], folder: str, most: int
) -> Iterator[Shelf]:
    if len(filed) <= most or len(prefix) >= _DEEPEST:
        yield Shelf(here.path, spoken(prefix), above, _groups(filed, len(prefix) + 1), ())
        return
    # The first page always leads to the first letters, so that the ways to the others stay as they are when one comes.
    common = _shared(filed[0][0], filed[-1][0])[:_DEEPEST] if prefix else ""
    complete = [entry for entry in filed if entry[0] == common]
    parts = {
        letters: list(entries)
        for letters, entries in groupby(filed[len(complete) :], lambda entry: entry[0][: len(common) + 1])
    }
    links = {letters: Link(f"{folder}/{_file_name(letters)}.html", spoken(letters)) for letters in parts}
    labels = (Part(*links[letters], entries[0][1].name, entries[-1][1].name) for letters, entries in parts.items())
    yield Shelf(here.path, spoken(prefix), above, _groups(complete, len(common)), tuple(labels))
    for letters, entries in parts.items():
        yield from _shelve(entries, letters, links[letters], (*above, here), folder, most)


def _shared(first: str, last: str) -> str:
    """Return what two strings begin with: of the first and the last in order, all between them begin with it too."""
    pairs = zip(first, last, strict=False)
    return first[: next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(first), len(last)))]


def _groups(filed: list[tuple[str, Link]], letters: int) -> tuple[Group, ...]:
    return tuple(
        Group(f"letters-{_file_name(key)}", spoken(key), tuple(link for _, link in entries))
        for key, entries in groupby(filed, lambda entry: entry[0][:letters])
    )


def spoken(letters: str) -> str:
    """Return a heading for the letters of a filing key: `At`, `3`, `Li, W`, `Other`."""
    parts = letters.removeprefix(OTHER).split("-")
    return "Other" if letters == OTHER else ", ".join(part.capitalize() for part in parts).strip(", ")


def _file_name(letters: str) -> str:
    """Return letters as a file name, no two as one and none a reserved name: `at`, `other-4e2d`, `con-`."""
    if letters.startswith(OTHER):
        return "other-" + "-".join(f"{ord(letter):x}" for letter in letters[1:])
    return f"{letters}-" if slugify(letters) != letters else letters
