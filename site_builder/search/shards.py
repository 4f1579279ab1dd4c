"""The papers turned inside out: what shards of postings and of words are made of, remembered from build to build.

A few changed papers are taken out of what is remembered and put in again as they are now. That needs the words that
they had, which are remembered too, for some consecutive papers together.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import contextmanager
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from site_builder.cores import beside, spread
from site_builder.meaning.analysis import unpacked
from site_builder.search.layout import Layout
from site_builder.search.runs import Posting, Run, joined, mended
from site_builder.search.said import said
from site_builder.search.synonyms import Explained  # noqa: TC001 - msgspec reads it at run time
from site_builder.search.weighting import labels
from site_builder.shelf import OnDisk
from site_builder.text.terms import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache, Catalogue, Paper

SIZE = 64
"""Consecutive lines of the ledger that make a segment: what tells whether they changed, and their words, are one."""
TOGETHER = 8
"""Segments that are turned inside out at once: more need more memory, fewer more joining."""
_PARTS = 100
"""Parts that are joined at a time."""
FEW = 8
"""Where one paper in so many changed, or more, all are turned inside out again."""
DIGEST = 16
"""Bytes of a digest."""

Words = dict[str, int]
"""In how many papers words are."""


class Shard(NamedTuple):
    """What papers say in the terms of one shard of postings."""

    runs: dict[str, Run]
    explained: dict[str, Explained]
    """What papers explain, by the first term of the short or of the long form; in the order of the spellings."""
    words: Words
    """Those that are spelled like its terms."""


class _Row(NamedTuple):
    """What must be known of a paper to take it out again, and the digest of all that it follows from."""

    key: bytes
    words: str
    explained: list[tuple[str, tuple[str, str]]]


_Rows = dict[int, _Row]
"""Of the papers of a segment, by number."""


class _Turned(NamedTuple):
    """Papers turned inside out: parts by number, and rows by segment."""

    parts: dict[int, bytes]
    rows: dict[int, _Rows]


class _Text(NamedTuple):
    """What the index needs of a paper: its number, the digest of it all, its details, packed, and its labels."""

    number: int
    key: bytes
    packed: msgspec.Raw
    labels: list[str]


class _Segment(NamedTuple):
    key: bytes
    papers: Sequence[tuple[int, Paper]]


class _Known(NamedTuple):
    """What the last build left: the digest of all that counts but the papers, and of segments and parts their own."""

    stated: bytes = b""
    segments: dict[int, bytes] = {}  # noqa: RUF012
    parts: list[bytes] = []  # noqa: RUF012
    keys: list[bytes] = []  # noqa: RUF012


class _Made(NamedTuple):
    """What the next build is to know, and what changed papers change: rows, encoded, by segment; where parts lie."""

    known: _Known
    rows: dict[str, bytes]
    places: tuple[dict[str, int | bytes], int]


_encode = msgspec.msgpack.Encoder().encode
_in_key_order = msgspec.msgpack.Encoder(order="sorted").encode
shard_of = msgspec.msgpack.Decoder(Shard).decode
words_of = msgspec.msgpack.Decoder(Words).decode
_decode_known = msgspec.msgpack.Decoder(_Known).decode
_decode_rows = msgspec.msgpack.Decoder(tuple[bytes, _Rows]).decode
_KNOWN = "known"


class Shards:
    """What the parts of an index are made of: shards of postings, of words by beginnings, of words by endings."""

    def __init__(
        self,
        catalogue: Catalogue,
        analyses: Mapping[str, Analysis],
        weights: Weights,
        cache: Cache,
    ) -> None:
        self.layout = Layout.of(len(catalogue.ledger), weights, cache)
        self._catalogue = catalogue
        self._analyses = analyses
        self._weights = weights
        self._cache = cache
        self._parts = OnDisk()
        self._again: Mapping[int, bytes] | None = None
        self._digests: Sequence[bytes] = ()
        self._wait: Callable[[], _Made] = self._make

    @contextmanager
    def beginning(self) -> Iterator[None]:
        """Where nothing is remembered, let a process of its own turn the papers inside out meanwhile."""
        if self._known().keys:
            yield
            return
        with beside(self._make) as self._wait:
            yield

    def keys(self) -> Sequence[bytes]:
        """Return for each part a digest of what its file says."""
        known = self._known()
        if not known.keys or self._changed(known):
            known, rows, places = self._wait()
            self._cache.put("search.rows", rows)
            self._parts.take(places)
            # What is known of the parts comes last: without them it would lead nowhere.
            self._cache.put("search.shards", self._parts)
            self._cache.put("search.shards", {_KNOWN: _encode(known)})
        self._digests = known.parts
        return known.keys

    def part(self, number: int) -> bytes:
        """Return a part whose key was told, to be read with `shard_of`, or with `words_of` where it has words alone."""
        label = str(number)
        if label in self._parts:
            return self._parts[label]
        part = self._cache.get("search.shards", [label]).get(label, b"")
        if _digest(part) == self._digests[number]:
            return part
        if self._again is None:  # the cache lost it
            self._again = self._turned().parts
        return self._again[number]

    @property
    def _count(self) -> int:
        return self.layout.terms + 2 * self.layout.words

    def _stated(self) -> bytes:
        weights = self._weights
        return _digest(_encode((self.layout.bounds, self.layout.words, weights.title_length, weights.body_length)))

    def _known(self) -> _Known:
        stored = self._cache.get("search.shards", [_KNOWN]).get(_KNOWN)
        known = _decode_known(stored) if stored else _Known()
        return known if known.stated == self._stated() else _Known()

    @cached_property
    def _segments(self) -> dict[int, _Segment]:
        number = self._catalogue.number
        cut: dict[int, list[tuple[int, Paper]]] = {}
        for paper in self._catalogue.papers:
            place = number[paper.slug]
            cut.setdefault(place // SIZE, []).append((place, paper))
        for papers in cut.values():
            papers.sort(key=lambda row: row[0])
        return {n: _Segment(self._told(cut[n]), cut[n]) for n in sorted(cut)}

    def _told(self, papers: Iterable[tuple[int, Paper]]) -> bytes:
        """Return a digest of all that papers tell the index."""
        catalogue, analyses = self._catalogue, self._analyses
        told = [(number, analyses[paper.slug].text, labels(catalogue, paper)) for number, paper in papers]
        return _digest(_encode(told))

    def _changed(self, known: _Known) -> set[int]:
        """Return the segments that are not as they were."""
        now = {n: segment.key for n, segment in self._segments.items()}
        return {n for n, _ in now.items() ^ known.segments.items()}

    def _make(self) -> _Made:
        """Find out what changed papers change."""
        known = self._known()
        turned = (known.keys and self._mended(known, self._changed(known))) or self._turned()
        parts, keys = list(known.parts), list(known.keys)
        if len(turned.parts) == self._count:
            parts, keys = [b""] * self._count, [b""] * self._count
        for number, part in turned.parts.items():
            parts[number] = _digest(part)
            keys[number] = parts[number] if number < self.layout.terms else _digest(_classes(part))
        segments = {n: segment.key for n, segment in self._segments.items()}
        rows = {str(n): _encode((segments[n], row)) for n, row in turned.rows.items()}
        self._parts.update({str(number): part for number, part in turned.parts.items()})
        return _Made(_Known(self._stated(), segments, parts, keys), rows, self._parts.places())

    def _turned(self) -> _Turned:
        """Turn all papers inside out."""
        work = partial(_inverted, self.layout, self._weights)
        turned = list(spread(work, [_Texts(self, n) for n in self._segments], part=TOGETHER))
        join = partial(_whole, self.layout, [parts for parts, _ in turned])
        whole = chain.from_iterable(spread(join, range(self._count), _PARTS, travels=False))
        rows = chain.from_iterable(rows for _, rows in turned)
        return _Turned(dict(enumerate(whole)), dict(zip(self._segments, rows, strict=True)))

    def texts(self, n: int) -> Iterator[_Text]:
        """Yield what the index needs of the papers of a segment."""
        for number, paper in self._segments[n].papers:
            yield _Text(
                number, self._told([(number, paper)]), self._analyses[paper.slug].packed, labels(self._catalogue, paper)
            )

    def _said(self, paper: Paper) -> Any:
        return said(self._analyses[paper.slug].details(), labels(self._catalogue, paper), self._weights)

    def _mended(self, known: _Known, changed: set[int]) -> _Turned | None:
        """Mend the parts in which changed papers have a say, with the rows of their segments, where it can be done."""
        there = known.segments.keys() & changed
        stored = {int(n): _decode_rows(row) for n, row in self._cache.get("search.rows", map(str, there)).items()}
        if any(stored.get(n, (b"",))[0] != known.segments[n] for n in there):
            return None
        before = {number: row for _, rows in stored.values() for number, row in rows.items()}
        now = {number: paper for n in changed if n in self._segments for number, paper in self._segments[n].papers}
        key_of = {number: self._told([(number, paper)]) for number, paper in now.items()}
        gone = {number: row for number, row in before.items() if row.key != key_of.get(number)}
        new = {number: paper for number, paper in now.items() if number not in before or number in gone}
        if FEW * len(gone.keys() | new.keys()) > len(self._catalogue.papers):
            return None
        changes, rows = self._changes(gone, new, key_of)
        found = self._cache.get("search.shards", map(str, changes))
        if any(_digest(found.get(str(number), b"")) != known.parts[number] for number in changes):
            return None
        parts = {}
        for number, change in changes.items():
            part = found[str(number)]
            if number < self.layout.terms:
                parts[number] = _in_key_order(change.made_of(shard_of(part)))
            else:
                parts[number] = _in_key_order(_added([words_of(part), change.words]))
        everything = before | rows
        still = ((n, self._segments[n]) for n in changed & self._segments.keys())
        return _Turned(parts, {n: {number: everything[number] for number, _ in one.papers} for n, one in still})

    def _changes(
        self, gone: Mapping[int, _Row], new: Mapping[int, Paper], key_of: Mapping[int, bytes]
    ) -> tuple[dict[int, _Change], dict[int, _Row]]:
        """Return what papers change in parts that had these rows, and that are now these; and their rows."""
        layout = self.layout
        changes: dict[int, _Change] = {}
        rows: dict[int, _Row] = {}

        def at(part: int) -> _Change:
            return changes.setdefault(part, _Change({}, Counter(), [], []))

        def count(words: Iterable[str], by: int) -> None:
            for word in words:
                places = layout.term_shard(word), layout.terms + layout.word_shard(word)
                for place in (*places, layout.terms + layout.words + layout.ending_shard(word)):
                    at(place).words[word] += by

        for number, row in gone.items():
            words = row.words.split()
            count(words, -1)
            for term in set(terms(words)):
                at(layout.term_shard(term)).postings.setdefault(term, {})[number] = None
            for one, pair in row.explained:
                at(layout.term_shard(one)).withdrawn.append((one, pair))
        for number, paper in new.items():
            levels, following, paper_words, forms = self._said(paper)
            count(paper_words, 1)
            for term, level in levels.items():
                posting = level, following.get(term, "")
                at(layout.term_shard(term)).postings.setdefault(term, {})[number] = posting
            for one, pair in forms:
                at(layout.term_shard(one)).explained.append((one, pair))
            rows[number] = _Row(key_of[number], " ".join(paper_words), forms)
        return changes, rows


class _Texts:
    """The texts of a segment. They travel without the rest of the catalogue."""

    def __init__(self, shards: Shards, segment: int) -> None:
        self._of = shards, segment

    def __iter__(self) -> Iterator[_Text]:
        shards, segment = self._of
        return shards.texts(segment)

    def __reduce__(self) -> tuple[object, ...]:
        return list, (list(self),)


def _inverted(layout: Layout, weights: Weights, segments: Sequence[Iterable[_Text]]) -> tuple[list[bytes], list[_Rows]]:
    """Return the parts of some papers alone, and their rows by segment."""
    lists: dict[str, list[Any]] = {}
    explained: dict[str, Explained] = {}
    words: Counter[str] = Counter()
    rows: list[_Rows] = []
    for texts in segments:
        rows.append({})
        for number, key, packed, named in texts:
            levels, following, paper_words, forms = said(unpacked(packed), named, weights)
            for term, level in levels.items():
                found = lists.get(term)
                if found is None:
                    lists[term] = [number, number, level, following.get(term, "")]
                else:
                    passed = number - found[1] - 1  # as `gap` has it, half a million times
                    found += f"{passed}{level}" if passed else level, following.get(term, "")
                    found[1] = number
            words.update(paper_words)
            for one, pair in forms:
                explained.setdefault(one, []).append(pair)
            rows[-1][number] = _Row(key, " ".join(paper_words), forms)
    runs = {term: (one[0], one[1], "".join(one[2::2]), ",".join(one[3::2])) for term, one in lists.items()}
    by_term, by_beginning, by_ending = _places(layout)
    filed = (_filed(entries, by_term, layout.terms) for entries in (runs, explained, words))
    shards = (Shard(*found) for found in zip(*filed, strict=True))
    lexicon = *_filed(words, by_beginning, layout.words), *_filed(words, by_ending, layout.words)
    return [_encode(part) for part in (*shards, *lexicon)], rows


def _whole(layout: Layout, turned: Sequence[Sequence[bytes]], numbers: Sequence[int]) -> list[bytes]:
    """Return parts of all papers, given those of some papers each."""
    made = []
    for number in numbers:
        some = [parts[number] for parts in turned]
        if number < layout.terms:
            made.append(_in_key_order(_together([shard_of(part) for part in some])))
        else:
            made.append(_in_key_order(_added([words_of(part) for part in some])))
    return made


class _Change(NamedTuple):
    """What papers change in a part."""

    postings: dict[str, dict[int, Posting | None]]
    words: Counter[str]
    """By how many papers more."""
    withdrawn: list[tuple[str, tuple[str, str]]]
    explained: list[tuple[str, tuple[str, str]]]

    def made_of(self, shard: Shard) -> Shard:
        """Return what the change makes of a shard."""
        runs = shard.runs
        for term, papers in self.postings.items():
            run = mended(runs.pop(term, None), papers)
            if run:
                runs[term] = run
        explained = shard.explained
        for one, pair in self.withdrawn:
            explained[one].remove(pair)
        for one, pair in self.explained:
            explained.setdefault(one, []).append(pair)
        return Shard(runs, _in_order(explained), _added([shard.words, self.words]))


def _together(shards: Sequence[Shard]) -> Shard:
    """Join what shards of consecutive papers have."""
    runs: dict[str, list[Run]] = {}
    explained: dict[str, Explained] = {}
    for shard in shards:
        for term, run in shard.runs.items():
            runs.setdefault(term, []).append(run)
        for one, forms in shard.explained.items():
            explained.setdefault(one, []).extend(forms)
    whole = {term: joined(some) if len(some) > 1 else some[0] for term, some in runs.items()}
    return Shard(whole, _in_order(explained), _added([shard.words for shard in shards]))  # type: ignore[arg-type]


def _in_order(explained: Mapping[str, Explained]) -> dict[str, Explained]:
    return {one: sorted(forms) for one, forms in explained.items() if forms}


def _added(counts: Sequence[Mapping[str, int]]) -> Words:
    """Add up in how many papers words are; those in none are left out."""
    papers: Counter[str] = Counter()
    for found in counts:
        papers.update(found)
    return {word: having for word, having in papers.items() if having}


def _classes(words: bytes) -> bytes:
    """Return words in order and how many binary digits their numbers of papers have: what a lexicon tells."""
    papers = words_of(words)
    return _encode((" ".join(papers), list(map(int.bit_length, papers.values()))))


class _Places(dict[str, int]):
    """The shard that has a spelling, remembered."""

    def __init__(self, shard_of: Callable[[str], int]) -> None:
        super().__init__()
        self._shard_of = shard_of

    def __missing__(self, spelling: str) -> int:
        shard = self[spelling] = self._shard_of(spelling)
        return shard


@lru_cache(maxsize=1)
def _places(layout: Layout) -> tuple[_Places, _Places, _Places]:
    """Return where terms lie, words by their beginnings, and words by their endings."""
    return _Places(layout.term_shard), _Places(layout.word_shard), _Places(layout.ending_shard)


def _filed(entries: Mapping[str, Any], places: Mapping[str, int], shards: int) -> list[dict[str, Any]]:
    """Deal entries to their shards."""
    filed: list[dict[str, Any]] = [{} for _ in range(shards)]
    for spelling, entry in entries.items():
        filed[places[spelling]][spelling] = entry
    return filed


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=DIGEST).digest()
