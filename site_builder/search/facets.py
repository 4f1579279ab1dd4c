"""What filters and fields need: papers of a topic, a collection, a year, a tag, an author, an id, a word of a title.

Lists of papers are written as posting lists are, with a comma in the place of the letter for a level. Topics,
collections and years are few and shown all with their counts, so they share files; the rest is looked up singly.
"""

from __future__ import annotations

import hashlib
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from site_builder.model import OutputFile
from site_builder.search.layout import PREFIX, shard
from site_builder.search.runs import gap
from site_builder.search.selection import author_keys, ids_of
from site_builder.text.slugs import slugify
from site_builder.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache, Catalogue, Paper
    from site_builder.search.layout import Layout

COMMON = 128
"""A term that every so manieth paper of the frozen table has, or more, is common: pasted texts are full of such."""

SIZE = 256
"""Consecutive lines of the ledger that are looked through together."""
DIGEST = 8
"""Bytes of a digest of what these have for a file."""

Run = tuple[int, int, str]
"""The first of some papers, the last, and their list as it is written, but for the first gap."""

_encode = msgspec.msgpack.Encoder().encode
_decode_runs = msgspec.msgpack.Decoder(dict[str, Run]).decode
_decode_tags = msgspec.msgpack.Decoder(dict[str, tuple[str, Run]]).decode
FOLDER = "search/facets"

_Listed = tuple[tuple[int, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]
"""Of each paper of a segment: its number, title, authors, tags and ids."""


def files(catalogue: Catalogue, weights: Weights, layout: Layout, cache: Cache) -> Iterator[OutputFile]:
    """Yield the files of filters and fields, each with a key that changes only when what it tells does."""
    fields = layout.fields
    yield _known("names/0", _names(catalogue))
    yield from _values(catalogue, layout.values)
    parts = _inverted(catalogue, fields, cache)
    for place, (name, join) in enumerate(
        (("titles", _joined), ("authors", _joined), ("tags", _tags), ("ids", _joined))
    ):
        for number in range(fields):
            runs = [segment[place * fields + number] for segment in parts]
            depends_on = b"".join(hashlib.blake2b(run, digest_size=DIGEST).digest() for run in runs)
            yield _file(f"{name}/{number}", depends_on, partial(join, runs))
    yield _file("frequent/0", weights.key.encode(), partial(_frequent, weights))


def _names(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    return {
        "topic": {topic.id: topic.name for topic in catalogue.topics},
        "in": {collection.id: collection.name for collection in catalogue.collections},
    }


def _values(catalogue: Catalogue, shards: int) -> Iterator[OutputFile]:
    """Yield the papers of each topic, collection and year, by `topic:<id>`, `in:<id>`, `year:<year>`."""
    papers: dict[str, list[int]] = {}
    for paper in catalogue.papers:
        number = catalogue.number[paper.slug]
        years = [str(paper.year)] if paper.year else []
        collections = {sighting.collection for sighting in paper.seen}
        for field, values in (("topic", paper.topics), ("in", collections), ("year", years)):
            for value in values:
                papers.setdefault(f"{field}:{value}", []).append(number)
    codes: list[dict[str, str]] = [{} for _ in range(shards)]
    for value, numbers in papers.items():
        first, _, code = _run(sorted(numbers))
        codes[shard(value, shards)][value] = gap(-1, first) + code
    for number, listed in enumerate(codes):
        yield _known(f"values/{number}", listed)


def _inverted(catalogue: Catalogue, fields: int, cache: Cache) -> list[list[bytes]]:
    """Return of each segment of 256 papers its parts: words of titles, of authors, tags, then ids, each by shard."""
    cut: dict[int, list[tuple[int, Paper]]] = {}
    for paper in catalogue.papers:
        number = catalogue.number[paper.slug]
        cut.setdefault(number // SIZE, []).append((number, paper))
    segments: dict[str, _Listed] = {}
    for _, papers in sorted(cut.items()):
        papers.sort(key=lambda row: row[0])
        listed = tuple(
            (number, paper.title, paper.authors, paper.tags, tuple(ids_of(paper))) for number, paper in papers
        )
        segments[hashlib.blake2b(_encode((fields, listed)), digest_size=16).hexdigest()] = listed
    known = cache.get("search.facets", segments)
    made = {key: _encode(_parts(listed, fields)) for key, listed in segments.items() if key not in known}
    cache.put("search.facets", made)
    return [msgspec.msgpack.decode(known.get(key) or made[key], type=list[bytes]) for key in segments]


def _parts(papers: _Listed, fields: int) -> list[bytes]:
    titles: dict[str, list[int]] = {}
    authors: dict[str, list[int]] = {}
    tagged: dict[str, tuple[str, list[int]]] = {}
    known: dict[str, list[int]] = {}
    for number, title, names, tags, ids in papers:
        for term in filter(None, set(terms(words(title)))):
            titles.setdefault(term, []).append(number)
        for key in {key for name in names for key in author_keys(name)}:
            authors.setdefault(key, []).append(number)
        for slug, tag in {slugify(tag): tag for tag in reversed(tags)}.items():
            tagged.setdefault(slug, (tag, []))[1].append(number)
        for each in ids:
            known.setdefault(each, []).append(number)
    return [
        *_filed({term: _run(numbers) for term, numbers in titles.items()}, lambda term: term, fields),
        *_filed({word: _run(numbers) for word, numbers in authors.items()}, lambda word: word, fields),
        *_filed({s: (tag, _run(numbers)) for s, (tag, numbers) in tagged.items()}, lambda slug: slug[:PREFIX], fields),
        *_filed({each: _run(numbers) for each, numbers in known.items()}, lambda each: each, fields),
    ]


def _filed(entries: Mapping[str, object], key: Callable[[str], str], shards: int) -> Iterable[bytes]:
    filed: list[dict[str, object]] = [{} for _ in range(shards)]
    for spelling in sorted(entries):
        filed[shard(key(spelling), shards)][spelling] = entries[spelling]
    return map(_encode, filed)


def _run(numbers: Sequence[int]) -> Run:
    """Return the first of ascending numbers, the last, and the list as it is written, but for the first gap."""
    gaps = (gap(last, number) for last, number in pairwise(numbers))
    return numbers[0], numbers[-1], ",".join(("", *gaps)) + ","


def _joined(parts: Sequence[bytes]) -> bytes:
    last: dict[str, int] = {}
    codes: dict[str, str] = {}
    for part in parts:
        for spelling, (first, final, code) in _decode_runs(part).items():
            codes[spelling] = codes.get(spelling, "") + gap(last.get(spelling, -1), first) + code
            last[spelling] = final
    return msgspec.json.encode(codes, order="sorted")


def _tags(parts: Sequence[bytes]) -> bytes:
    """Return `{slug: [name, papers]}` of the tags that two papers have: the others have no page, and filter nothing."""
    last: dict[str, int] = {}
    first_of: dict[str, int] = {}
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for part in parts:
        for slug, (name, (first, final, code)) in _decode_tags(part).items():
            codes[slug] = codes.get(slug, "") + gap(last.get(slug, -1), first) + code
            names.setdefault(slug, name)
            first_of.setdefault(slug, first)
            last[slug] = final
    shared = {slug: (names[slug], code) for slug, code in codes.items() if first_of[slug] < last[slug]}
    return msgspec.json.encode(shared, order="sorted")


def _frequent(weights: Weights) -> bytes:
    """List the common terms of the frozen table, at place k those that 1 in 2^k to 1 in 2^(k+1) papers have."""
    classes: list[list[str]] = [[] for _ in range(COMMON.bit_length())]
    for term, papers in weights.frequencies.items():
        if papers * COMMON >= weights.papers and " " not in term:
            classes[(weights.papers // papers).bit_length() - 1].append(term)
    return msgspec.json.encode([" ".join(sorted(found)) for found in classes])


def _known(path: str, content: object) -> OutputFile:
    encoded = msgspec.json.encode(content, order="sorted")
    return _file(path, encoded, partial(bytes, encoded))


def _file(path: str, depends_on: bytes, make: Callable[[], bytes]) -> OutputFile:
    key = hashlib.sha256(f"{path}\0".encode() + depends_on).hexdigest()
    return OutputFile(f"{FOLDER}/{path}.json", key, make, local=True)
