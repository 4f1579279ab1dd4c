"""Word pieces: a text as the numbers that a BERT encoder reads, lower case and without accents.

As Wu et al. cut words ("Google's neural machine translation system", 2016): each word is read from its beginning, the
longest piece that the vocabulary knows at a time; what is no beginning is filed with `##` before it.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING

from site_builder import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

VOCABULARY = shipped.WEIGHTS / "wordpieces.txt"
"""A piece on each line, in the order of their numbers: the vocabulary of BERT, uncased."""

_INSIDE = "##"
_LONGEST = 100
"""Letters; a longer word is unknown."""
_IDEOGRAPHS = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)
"""Each of these is a word."""


def numbered(text: str, most: int) -> list[int]:
    """Return the numbers of a text's pieces, at most so many, with the marks of its beginning and its end."""
    vocabulary = _vocabulary()
    found = chain.from_iterable(_pieces(word, vocabulary) for word in _words(text))
    return [vocabulary["[CLS]"], *islice(found, most - 2), vocabulary["[SEP]"]]


@cache
def _vocabulary() -> Mapping[str, int]:
    return {piece: number for number, piece in enumerate(VOCABULARY.read_text("utf-8").split("\n")) if piece}


def _words(text: str) -> list[str]:
    """Return words, and each mark and ideograph as a word of its own."""
    return "".join(map(_parted, unicodedata.normalize("NFD", "".join(map(_cleaned, text))))).split()


@cache
def _cleaned(letter: str) -> str:
    if letter in "\t\n\r":
        return " "
    kind = unicodedata.category(letter)
    if kind[0] == "C" or letter == "\ufffd":
        return ""
    if any(first <= ord(letter) <= last for first, last in _IDEOGRAPHS):
        return f" {letter} "
    return " " if kind == "Zs" else letter.lower()


@cache
def _parted(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Mn":
        return ""
    is_mark = kind[0] == "P" or (letter.isascii() and letter.isprintable() and not letter.isalnum() and letter != " ")
    return f" {letter} " if is_mark else letter


def _pieces(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    numbers: list[int] = []
    start = 0
    while start < len(word) <= _LONGEST:
        inside = _INSIDE if start else ""
        ends = (end for end in range(len(word), start, -1) if inside + word[start:end] in vocabulary)
        end = next(ends, None)
        if end is None:
            break
        numbers.append(vocabulary[inside + word[start:end]])
        start = end
    return numbers if start == len(word) else [vocabulary["[UNK]"]]
