r"""The one definition of a term: what Whoosh's StemmingAnalyzer makes of a text, behind a dictionary for speed.

Words are the matches of `WORD`; a word is lower-cased, dropped when it is in `STOP` or shorter than `MIN_SIZE`
characters, and else stemmed by Whoosh's own variant of Porter's algorithm (`whoosh.lang.porter.stem`). The regular
expression is Whoosh's `\w+(\.?\w+)*`, written so that it never backtracks; the stop list is Whoosh's. Both are repeated
here because importing `whoosh.analysis` takes a third of the command line's whole start-up; a test holds them equal.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

with warnings.catch_warnings():
    # Whoosh 2.7.4 has string escapes that newer Pythons warn of when they compile it.
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from whoosh.lang.porter import stem

WORD = re.compile(r"\w+(?:\.\w+)*")
_PART = re.compile(rf"({WORD.pattern}|[^\w\s\-‐‑–])")
MIN_SIZE = 2
_STOP = """
a an and are as at be by can for from have if in is it may not of on or tbd that the this to us we when will with
yet you your
"""
STOP = frozenset(_STOP.split())

_MEMORY = 1 << 16
"""How many written forms are remembered at most: a vocabulary has no end, and its commonest words come again soon."""


class Token(NamedTuple):
    """A word of a text.

    `term` is '' for a stop word. `position` counts terms from 0, as Whoosh does: stop words take no position of their
    own and carry that of the next term. `start` and `end` are character offsets.
    """

    word: str
    term: str
    position: int
    start: int
    end: int


class _Terms(dict[str, str]):
    """Written form to term; '' for a stop word and for a mark."""

    def __missing__(self, written: str) -> str:
        if len(self) >= _MEMORY:
            self.clear()
        word = written.lower()
        if word != written:
            found = self[word]
        elif len(word) < MIN_SIZE or word in STOP:
            found = ""
        else:
            found = stem(word)
        self[written] = found
        return found


_terms = _Terms()


def remember(known: Mapping[str, str]) -> None:
    """Spare the stemmer words whose terms it gave before; `known` are words in small letters with their terms."""
    _terms.update(known)


def term(word: str) -> str | None:
    """Return the term of one word, or None for a stop word."""
    return _terms[word] or None


def words(text: str) -> list[str]:
    """Return the words of a text as they are written, stop words included."""
    return WORD.findall(text)


def pieces(text: str) -> list[str]:
    """Cut a text into its words, the marks that keep words apart (all but hyphens; a mark has no term), and the rest.

    Words and marks are every second piece; before, between and behind them is the rest, which may be empty.
    """
    return _PART.split(text)


def terms(words: list[str]) -> list[str]:
    """Return the term of each word, '' for a stop word."""
    known = _terms
    return [known[word] for word in words]


def tokens(text: str) -> list[Token]:
    """Return every word of a text with its term and place."""
    known = _terms
    found = []
    position = 0
    for match in WORD.finditer(text):
        written = match[0]
        term = known[written]
        found.append(Token(written.lower(), term, position, match.start(), match.end()))
        if term:
            position += 1
    return found
