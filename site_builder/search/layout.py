"""Which file of the index holds what: computable from a spelling, the frozen table and the length of the ledger."""

from __future__ import annotations

import functools
import zlib
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache

PREFIX = 2
"""Letters by which the words of the lexicon are filed, so that two typed letters are enough to complete a word."""

SUFFIX = 2
"""Letters by which they are filed once more: an error in the first letters of a word leaves its last as they are."""

_BLOCK = 4
"""Papers whose titles share a file, at least."""
_UNKNOWN = 12
"""Papers that a term of the frozen table stands for beside its own: those of rare words that are spelled like it."""
_ROUNDS = 8
"""In which the size of a run settles."""
_LAST_LETTER = "z"
"""What begins behind it has no place among the words of the frozen table, and is dealt out by its first letters."""


class Layout(msgspec.Struct, frozen=True):
    """How many files there are of each kind: many for small catalogues, hardly more for large ones.

    The counts depend on the binary digits of the ledger's length, which never shrinks; they change when it has doubled,
    and then every file does.
    """

    bounds: tuple[str, ...]
    """The beginnings of the first spellings in the second and the further shards of postings, ascending."""
    words: int
    """Shards of the lexicon by its words' beginnings, and as many by their endings: a power of two."""
    fields: int
    """Shards of words of titles, of authors, and of tags: a power of two."""
    values: int
    """Shards of topics, collections and years: a power of two."""
    block: int
    """Papers whose titles share a file."""
    digits: int
    """Letters by which the number of a paper is written in base 26."""
    rest: int
    """Files for what long posting lists have beside their strongest; none where lists are whole."""
    pair: int
    """The fewest papers in which two terms stand side by side for the index to say in which."""

    @classmethod
    def of(cls, addresses: int, weights: Weights, cache: Cache | None = None) -> Layout:
        """Return the layout for a ledger of so many lines; `cache` spares reading the table for the bounds."""
        bits = addresses.bit_length()
        terms = min(1 << bits, 512 + 256 * min(6, max(0, bits - 12)))
        words = 1 << min(6, max(0, bits - 1) // 2)
        return cls(
            bounds=_remembered(weights, 1 << bits, terms, cache),
            words=words,
            fields=max(1, words // 2),
            values=1 << max(0, bits - 13),
            block=max(_BLOCK, (2 + bits % 2) << max(0, bits - 10) // 2),
            digits=next(count for count in range(1, addresses + 2) if 26**count >> bits),
            rest=1 << bits - 11 if bits > 15 else 0,
            pair=max(2, (bits - 3) // 3) if bits <= 13 else 1 << (bits - 9) // 2,
        )

    @property
    def terms(self) -> int:
        """Shards of postings."""
        return len(self.bounds) + 1

    def term_shard(self, spelling: str) -> int:
        """Return the number of the shard that has the postings of a term, and the words that are spelled like it."""
        if spelling[:1] > _LAST_LETTER:
            return zlib.crc32(spelling[:PREFIX].encode()) % self.terms
        return bisect_right(self.bounds, spelling)

    def shards_of_rest(self, number: int) -> range:
        """Return the shards of postings whose long lists go on in a file."""
        return range(-(-number * self.terms // self.rest), -(-(number + 1) * self.terms // self.rest))

    def word_shard(self, word: str) -> int:
        """Return the number of the shard of the lexicon that has a word by its beginning."""
        return shard(word[:PREFIX], self.words)

    def ending_shard(self, word: str) -> int:
        """Return the number of the shard of the lexicon that has a word by its ending."""
        return shard(word[-SUFFIX:], self.words)


def shard(spelling: str, shards: int) -> int:
    """Return CRC-32 (RFC 1952, section 8) of the spelling in UTF-8, modulo a power of two."""
    return zlib.crc32(spelling.encode()) & (shards - 1)


def _remembered(weights: Weights, papers: int, shards: int, cache: Cache | None) -> tuple[str, ...]:
    if cache is None:
        return _bounds(weights, papers, shards)
    key = f"{weights.key} {papers} {shards}"
    stored = cache.get("search.bounds", [key]).get(key)
    if stored is not None:
        return tuple(stored.decode().split())
    bounds = _bounds(weights, papers, shards)
    cache.put("search.bounds", {key: " ".join(bounds).encode()})
    return bounds


@functools.cache
def _bounds(weights: Weights, papers: int, shards: int) -> tuple[str, ...]:
    """Cut the frozen table's terms into so many runs that have about equally many postings in so many papers.

    A term that has more than a run may have counts as one. A bound is as much of a run's first term as tells it from
    the term before.
    """
    terms = [
        (term, _UNKNOWN + found * papers // weights.papers)
        for term, found in weights.frequencies.items()
        if " " not in term and term[0] <= _LAST_LETTER
    ]
    terms.sort()
    sizes = sorted(expected for _, expected in terms)
    sums = list(accumulate(sizes, initial=0))
    most = sums[-1] // shards
    for _ in range(_ROUNDS):
        larger = bisect_right(sizes, most)
        most = (sums[larger] + most * (len(sizes) - larger)) // shards
    bounds: dict[str, None] = {}
    size, before = 0, ""
    for term, expected in terms:
        counted = min(expected, most)
        if before and size + counted // 2 > most:
            bounds[_distinct(before, term)] = None
            size = 0
        size += counted
        before = term
    return tuple(bounds)


def _distinct(before: str, term: str) -> str:
    return term[: same(before, term) + 1]


def same(one: str, two: str) -> int:
    """Return with how many letters both begin."""
    pairs = zip(one, two, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))
