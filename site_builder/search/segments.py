"""Segments: 256 papers with consecutive numbers, turned inside out once and remembered until one of them changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from site_builder.cores import spread
from site_builder.meaning.analysis import unpacked
from site_builder.search.pairs import followers
from site_builder.search.synonyms import Explained, first_terms, term_sequence
from site_builder.search.weighting import labels, levels
from site_builder.text.terms import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache, Catalogue, Paper
    from site_builder.search.layout import Layout

SIZE = 256
DIGEST = 8
"""Bytes of a part's digest."""

Run = tuple[int, int, str]
"""The postings of a term in one segment: its first paper, its last, and the list as the index writes it, but for the
first gap, which depends on the segments before."""

Followers = dict[str, list[str]]
"""By term, for each paper of its run the terms that follow it there, with blanks between."""

Shard = tuple[dict[str, Run], Followers, dict[str, Explained], dict[str, int]]
"""What one segment has for a shard of postings: what papers explain by the first term of the short or of the long form,
and in how many papers words are that are spelled like its terms."""


Text = tuple[int, msgspec.Raw, list[str]]
"""What the index needs of a paper: its number, the details of its analysis, packed, and what is said of it besides."""


class Segment(NamedTuple):
    """Papers by number, and the hex digest of all that their part of the index depends on."""

    papers: Sequence[tuple[int, Paper]]
    key: str


class Segments:
    """The segments of a catalogue: their digests without work where they are remembered, their contents when asked."""

    def __init__(
        self,
        catalogue: Catalogue,
        analyses: Mapping[str, Analysis],
        weights: Weights,
        layout: Layout,
        cache: Cache,
    ) -> None:
        self._catalogue = catalogue
        self._analyses = analyses
        self._weights = weights
        self._layout = layout
        self._cache = cache
        self._bounds = hashlib.sha256(" ".join(layout.bounds).encode()).digest()
        self._segments = self._cut()
        self._parts: dict[str, Sequence[bytes]] = {}

    def digests(self) -> list[tuple[bytes, ...]]:
        """Return, for each part (shards of postings, of words, of endings), its digest in every segment."""
        known = self._cache.get("search.digests", [segment.key for segment in self._segments])
        unknown = [segment for segment in self._segments if segment.key not in known]
        made = {}
        work = partial(_inverted_all, self._layout, self._weights)
        inverted = chain.from_iterable(spread(work, [_Texts(self, segment) for segment in unknown], part=1))
        for segment, parts in zip(unknown, inverted, strict=True):
            self._parts[segment.key] = parts
            made[segment.key] = b"".join(hashlib.blake2b(part, digest_size=DIGEST).digest() for part in parts)
        self._cache.put("search.parts", {key: msgspec.msgpack.encode(self._parts[key]) for key in made})
        self._cache.put("search.digests", made)
        if made:
            # Shards will be merged anew, maybe by several processes, which cannot ask the cache.
            self._gather()
        rows = [known.get(segment.key) or made[segment.key] for segment in self._segments]
        return [tuple(row[at : at + DIGEST] for row in rows) for at in range(0, DIGEST * self._count, DIGEST)]

    def part(self, number: int) -> list[bytes]:
        """Return one part of every segment, in the order of the papers."""
        self._gather()
        return [self._parts[segment.key][number] for segment in self._segments]

    def _gather(self) -> None:
        missing = [segment for segment in self._segments if segment.key not in self._parts]
        found = self._cache.get("search.parts", [segment.key for segment in missing])
        for segment in missing:
            stored = found.get(segment.key)
            self._parts[segment.key] = (
                msgspec.msgpack.decode(stored, type=list[bytes])
                if stored
                else _inverted(self._layout, self._weights, self.texts(segment))
            )

    @property
    def _count(self) -> int:
        return self._layout.terms + 2 * self._layout.words

    def _cut(self) -> list[Segment]:
        number = self._catalogue.number
        cut: dict[int, list[tuple[int, Paper]]] = {}
        for paper in self._catalogue.papers:
            cut.setdefault(number[paper.slug] // SIZE, []).append((number[paper.slug], paper))
        return [self._segment(sorted(cut[n], key=lambda row: row[0])) for n in sorted(cut)]

    def _segment(self, papers: list[tuple[int, Paper]]) -> Segment:
        stated = (self._bounds, self._layout.words, self._weights.title_length, self._weights.body_length)
        told = [(number, self._analyses[paper.slug].text, labels(self._catalogue, paper)) for number, paper in papers]
        return Segment(papers, hashlib.sha256(msgspec.msgpack.encode((stated, told))).hexdigest())

    def texts(self, segment: Segment) -> Iterator[Text]:
        """Yield what the index needs of the papers of a segment."""
        for number, paper in segment.papers:
            yield number, self._analyses[paper.slug].packed, labels(self._catalogue, paper)


class _Texts:
    """The texts of a segment. They travel without the rest of the catalogue."""

    def __init__(self, segments: Segments, segment: Segment) -> None:
        self._of = segments, segment

    def __iter__(self) -> Iterator[Text]:
        segments, segment = self._of
        return segments.texts(segment)

    def __reduce__(self) -> tuple[object, ...]:
        return list, (list(self),)


class Part:
    """One part of every segment, in the order of the papers. It travels without the others."""

    def __init__(self, segments: Segments, number: int) -> None:
        self._of = segments, number

    def __iter__(self) -> Iterator[bytes]:
        segments, number = self._of
        return iter(segments.part(number))

    def __reduce__(self) -> tuple[object, ...]:
        return list, (list(self),)


def _inverted_all(layout: Layout, weights: Weights, segments: Sequence[Iterable[Text]]) -> list[list[bytes]]:
    return [_inverted(layout, weights, texts) for texts in segments]


def _inverted(layout: Layout, weights: Weights, texts: Iterable[Text]) -> list[bytes]:
    """Return a segment's parts: a Shard for each shard of postings, then `{word: papers}` by words, by endings."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    code: dict[str, str] = {}
    following: Followers = {}
    explained: dict[str, list[tuple[str, str]]] = {}
    papers_of_word: Counter[str] = Counter()
    for number, packed, said in texts:
        details = unpacked(packed)
        label_words = [token.word for token in tokens("\n".join(said)) if token.term]
        after = followers(details, said)
        for term, level in levels(details, label_words, weights).items():
            if term in first:
                code[term] += gap(last[term], number) + level
            else:
                first[term] = number
                code[term] = level
                following[term] = []
            last[term] = number
            following[term].append(" ".join(after.get(term, ())))
        for forms in {tuple(map(term_sequence, forms)): forms for forms in details.acronyms}.values():
            for one in first_terms(forms):
                explained.setdefault(one, []).append(forms)
        papers_of_word.update({*details.title_words, *details.body_words, *label_words})
    runs = {term: (first[term], last[term], code[term]) for term in code}
    kinds: tuple[Mapping[str, object], ...] = (runs, following, explained, papers_of_word)
    of_terms = zip(*(_filed(entries, layout.term_shard, layout.terms) for entries in kinds), strict=True)
    of_words = _filed(papers_of_word, layout.word_shard, layout.words)
    of_endings = _filed(papers_of_word, layout.ending_shard, layout.words)
    return [msgspec.msgpack.encode(part) for part in (*of_terms, *of_words, *of_endings)]


def gap(last: int, number: int) -> str:
    """Return how many papers lie between two numbers, as a posting list has it: nothing where none does."""
    return str(number - last - 1) if number - last > 1 else ""


def _filed(entries: Mapping[str, object], shard_of: Callable[[str], int], shards: int) -> list[dict[str, object]]:
    """Deal entries to their shards, in an order that depends on them alone."""
    filed: list[dict[str, object]] = [{} for _ in range(shards)]
    for spelling in sorted(entries):
        filed[shard_of(spelling)][spelling] = entries[spelling]
    return filed
