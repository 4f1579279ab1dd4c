"""Frozen weights: how common words and pairs of words are, from a table that no build writes.

A live document frequency would make one changed paper change the neighbours of a hundred others; a frozen one does not.
The table is two files. `words.tsv`: first line the number of papers and the mean lengths, then `word<TAB>papers that
have it` with, where it differs from the word, the term as a third column; `pairs.tsv`: `first second<TAB>papers`.
Everything that is derived from it is an integer, so that it is the same on every machine.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from site_builder import shipped
from site_builder.errors import Problem, UserError
from site_builder.text.terms import STOP, remember, term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from site_builder.model import Cache

RARE = 1000
"""Terms in at most so many papers of the table, and those that it does not know, make two papers candidates."""

MOST_RARITY = 140
"""That of a word in 200 papers of the table: what only two in thousands say is as often a name as a subject."""

_OF_UNKNOWN_PAIR = 118
"""The rarity of a pair that the table does not know: as if it were in 500 papers, for most such are no phrases."""
_LEAST = 5
"""The table leaves out words of fewer papers."""
_MEMORY = 1 << 15

_HEAD = re.compile(r"# papers: (\d+); mean words in a title: ([\d.]+), in an abstract: ([\d.]+)")
_LINE = re.compile(r"^([^\t\n]*)\t(\d+)(?:\t([^\n]*))?$", re.MULTILINE)
_TERMS_OF_WORDS = 72
"""Of a hundred words so many are terms; the rest are stop words (measured on titles and abstracts together)."""


_decode = msgspec.msgpack.Decoder(dict[str, int]).decode
_encode = msgspec.msgpack.Encoder().encode


class Weights(msgspec.Struct, frozen=True, dict=True):
    """Document frequencies of terms and pairs, number of papers, and the pivot lengths of the two fields."""

    words: bytes
    """The file words.tsv."""
    pairs: bytes
    """The file pairs.tsv."""
    place: str = "words.tsv"
    """Where the first came from, for messages."""
    ours: bool = False
    """Whether it is the table that ships with the package, whose terms of words are what the stemmer makes of them."""
    cache: Cache | None = None
    """Where it is remembered what the table says, once it was read."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as the two files; the table that every package has, without them."""
        return (load, ()) if self.ours else (Weights, (self.words, self.pairs, self.place))

    @cached_property
    def key(self) -> str:
        """Hex digest of the table."""
        return hashlib.sha256(hashlib.sha256(self.words).digest() + self.pairs).hexdigest()

    @cached_property
    def _head(self) -> tuple[int, int, int]:
        head = self.words.split(b"\n", 1)[0].decode("utf-8", "replace").lstrip("\ufeff")
        match = _HEAD.match(head)
        if not match or not int(match[1]):
            message = "the first line must read '# papers: N; mean words in a title: X, in an abstract: Y'"
            raise UserError([Problem(self.place, 1, 0, message)])
        title, body = (int(float(mean) * 100) * _TERMS_OF_WORDS // 10_000 for mean in match.groups()[1:])
        return int(match[1]), max(1, title), max(1, body)

    @property
    def papers(self) -> int:
        """How many papers the table counts."""
        return self._head[0]

    @property
    def title_length(self) -> int:
        """The pivot length of a title, in terms."""
        return self._head[1]

    @property
    def body_length(self) -> int:
        """The pivot length of a body, in terms."""
        return self._head[2]

    @cached_property
    def frequencies(self) -> Mapping[str, int]:
        """In how many papers a term is, and how many have two neighbouring terms, joined by a blank.

        Folded from words as they are written: the papers of the commonest and half of those of the others.
        """
        return self._read_once("terms", lambda: _folded(self._counted_terms()) | _folded(self._counted_pairs()))

    def _counted_terms(self) -> list[tuple[str, int]]:
        lines = self.words.decode("utf-8", "replace").splitlines()[1:]
        rows = _LINE.findall("\n".join(lines))
        if len(rows) < len(lines):
            wrong = next(number for number, line in enumerate(lines, 2) if not _LINE.match(line))
            raise UserError([Problem(self.place, wrong, 0, "a line must read 'word<TAB>number of papers'")])
        known = {word: folded or word for word, _, folded in rows if folded or (len(word) > 1 and word not in STOP)}
        if self.ours:
            remember(known)
        return [(known[word], int(papers)) for word, papers, _ in rows if word in known]

    def _counted_pairs(self) -> Iterator[tuple[str, int]]:
        for pair, papers in self.neighbours.items():
            first, _, second = pair.partition(" ")
            one, two = term(first), term(second)
            if one and two:
                yield f"{one} {two}", papers

    @cached_property
    def neighbours(self) -> Mapping[str, int]:
        """In how many papers two neighbouring words are, by `first second` in lower case."""
        return self._read_once("pairs", self._written_pairs)

    def _written_pairs(self) -> dict[str, int]:
        lines = self.pairs.decode("utf-8", "replace").splitlines()[1:]
        return {pair: int(papers) for pair, papers, _ in _LINE.findall("\n".join(lines))}

    def _read_once(self, what: str, read: Callable[[], dict[str, int]]) -> dict[str, int]:
        """Spare a build of one changed paper the reading, which takes longer than all else that it does for it."""
        if self.cache is None:
            return read()
        key = f"{what} {self.key}"
        known = self.cache.get("weights", [key]).get(key)
        if known is not None:
            return _decode(known)
        made = read()
        self.cache.put("weights", {key: _encode(made)})
        return made

    @cached_property
    def common(self) -> Mapping[str, int]:
        """The terms and pairs that are not rare, numbered by name."""
        often = sorted(term for term, papers in self.frequencies.items() if papers > RARE)
        return {term: place for place, term in enumerate(often)}

    def frequency(self, term: str) -> int:
        """Return in how many papers of the table a term is; 0 where it is unknown."""
        return self.frequencies.get(term, 0)

    def rarity(self, term: str) -> int:
        """Return `floor(16 log2(papers / papers that have the term))`, MOST_RARITY at most; so rare is an unknown term.

        Inverse document frequency as in Spärck Jones (1972), in sixteenths of a bit and exact: the sixteenth power of
        the ratio has its logarithm in its number of bits.
        """
        return self.rarities[term]

    @cached_property
    def rarities(self) -> Mapping[str, int]:
        """The rarity of any term or pair, known or not."""
        return _Rarities(self.frequencies, self.papers)


class _Rarities(dict[str, int]):
    """Term or pair to rarity, counted when first asked."""

    def __init__(self, frequencies: Mapping[str, int], papers: int) -> None:
        super().__init__()
        self._frequencies = frequencies
        self._papers = papers

    def __missing__(self, term: str) -> int:
        papers = self._frequencies.get(term)
        if papers is None and " " in term:
            rarity = _OF_UNKNOWN_PAIR
        else:
            rarity = min(_rarity(self._papers, max(papers or 0, _LEAST)), MOST_RARITY)
        if len(self) < _MEMORY:
            self[term] = rarity
        return rarity


def _folded(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    most: dict[str, int] = {}
    others: dict[str, int] = {}
    for folded, papers in counted:
        before = most.get(folded)
        if before is None:
            most[folded] = papers
        else:
            most[folded] = max(before, papers)
            others[folded] = others.get(folded, 0) + min(before, papers)
    for folded, papers in others.items():
        most[folded] += papers // 2
    return most


@cache
def _rarity(of: int, papers: int) -> int:
    return max(1, (max(of, papers) ** 16 // papers**16).bit_length() - 1)


def load(content: Path | None = None, cache: Cache | None = None) -> Weights:
    """Read the table of a content folder (`weights/` in it), or the one that ships with the package."""
    own = content / "weights" if content else None
    folder = own if own is not None and own.is_dir() else shipped.WEIGHTS
    missing = [name for name in ("words.tsv", "pairs.tsv") if not (folder / name).is_file()]
    if missing:
        raise UserError(
            [
                Problem(str(folder / name), 0, 0, "is missing; add it, or remove its folder to use ours")
                for name in missing
            ]
        )
    words, pairs = folder / "words.tsv", folder / "pairs.tsv"
    return Weights(words.read_bytes(), pairs.read_bytes(), str(words), folder == shipped.WEIGHTS, cache)
