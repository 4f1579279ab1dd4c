"""Which file of the index holds what: computable from a word's spelling and the length of the ledger alone."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

PREFIX = 2
"""Letters by which the words of the lexicon are filed, so that two typed letters are enough to complete a word."""

SUFFIX = 2
"""Letters by which they are filed once more: an error in the first letters of a word leaves its last as they are."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Powers of two that grow with the square root of the catalogue.

    So neither the number of files nor the size of one grows as fast as the catalogue does. The counts depend on the
    ledger, which never shrinks; they change when it has grown fourfold, and then every file does.
    """

    terms: int
    """Shards of postings."""
    words: int
    """Shards of the lexicon by its words' beginnings, and as many by their endings."""
    block: int
    """Papers whose titles share a file."""
    pair: int
    """The fewest papers in which two terms stand side by side for the index to say in which."""

    @classmethod
    def of(cls, addresses: int) -> Layout:
        """Return the layout for a ledger of so many lines: 256 shards for 484, 1,024 for 5,000, 4,096 for 87,248."""
        bits = addresses.bit_length()
        return cls(
            terms=1 << max(0, min(bits - 1, (bits + 7) // 2)),
            words=1 << max(0, bits - 1) // 2,
            block=1 << max(2, (bits - 7) // 2),
            pair=max(2, (bits - 3) // 3),
        )

    def term_shard(self, term: str) -> int:
        """Return the number of the shard that has the postings of a term."""
        return shard(term, self.terms)

    def word_shard(self, word: str) -> int:
        """Return the number of the shard of the lexicon that has a word by its beginning."""
        return shard(word[:PREFIX], self.words)

    def ending_shard(self, word: str) -> int:
        """Return the number of the shard of the lexicon that has a word by its ending."""
        return shard(word[-SUFFIX:], self.words)


def shard(spelling: str, shards: int) -> int:
    """Return CRC-32 (RFC 1952, section 8) of the spelling in UTF-8, modulo a power of two."""
    return zlib.crc32(spelling.encode()) & (shards - 1)
