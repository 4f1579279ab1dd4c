"""Related papers, and why: the likeness of two papers is the product of their integer vectors.

Local: a paper's list depends on its own vector and on those of its candidates, which share one of its rare terms by the
frozen table. So a list is found again in the cache under a key of just these, and one changed paper changes few lists.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from site_builder.meaning.weights import RARE
from site_builder.model import Related

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache

KEEP = 32
"""So many neighbours are kept of each paper."""
SHARED = 4
"""So many shared words are told, the weightiest."""

_WEIGHED = 128
"""So many candidates, the best by their rare terms alone, are weighed by all their terms."""
_KIND = "related"
_VERSION = "1"
"""Goes into the keys: raise it when the same vectors are to give other lists."""
_decode = msgspec.msgpack.Decoder(tuple[Related, ...]).decode
_encode = msgspec.msgpack.Encoder().encode


def relate(analyses: Mapping[str, Analysis], weights: Weights, cache: Cache) -> dict[str, tuple[Related, ...]]:
    """Return the neighbours of each paper by slug, the likest first; counts anew only what the cache does not know."""
    rare = {slug: _rare(analyses[slug].vector, weights) for slug in sorted(analyses)}
    keys = _keys(analyses, rare)
    known = cache.get(_KIND, keys.values())
    related = {}
    made = {}
    postings: Mapping[str, Sequence[str]] | None = None
    for slug, key in keys.items():
        if key in known:
            related[slug] = _decode(known[key])
            continue
        if postings is None:
            postings = _postings(rare)
        related[slug] = _neighbours(slug, rare[slug], postings, analyses)
        made[key] = _encode(related[slug])
    cache.put(_KIND, made)
    return related


def _rare(vector: Mapping[str, int], weights: Weights) -> list[str]:
    frequencies = weights.frequencies
    return [term for term in vector if frequencies.get(term, 0) <= RARE]


def _keys(analyses: Mapping[str, Analysis], rare: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return a key for each paper: its own digest, and for each of its rare terms the sum of those who have it.

    A sum, because it does not depend on the order; modulo 2**128. The digests are of slug and vector, so that a list is
    found again only while each neighbour has the same address.
    """
    own = {
        slug: int.from_bytes(
            hashlib.blake2b(f"{_VERSION}\0{slug}\0{analyses[slug].likeness}".encode(), digest_size=16).digest()
        )
        for slug in rare
    }
    sums: dict[str, int] = defaultdict(int)
    for slug, terms in rare.items():
        number = own[slug]
        for term in terms:
            sums[term] += number
    keys = {}
    for slug, terms in rare.items():
        whole = own[slug]
        # Each sum is multiplied by its place: the same numbers under other terms must not make the same key.
        for place, term in enumerate(terms, 2):
            whole += sums[term] * (2 * place + 1)
        keys[slug] = f"{own[slug]:032x}{whole % (1 << 128):032x}"
    return keys


def _postings(rare: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    postings: dict[str, list[str]] = defaultdict(list)
    for slug, terms in rare.items():
        for term in terms:
            postings[term].append(slug)
    return postings


def _neighbours(
    slug: str, rare: Sequence[str], postings: Mapping[str, Sequence[str]], analyses: Mapping[str, Analysis]
) -> tuple[Related, ...]:
    own = analyses[slug].vector
    first: dict[str, int] = defaultdict(int)
    for term in rare:
        there = postings[term]
        if len(there) > 1:
            weight = own[term]
            for other in there:
                first[other] += weight * analyses[other].vector[term]
    first.pop(slug, None)
    best = sorted(first, key=lambda other: (-first[other], other))[:_WEIGHED]
    weighed = {other: likeness(own, analyses[other].vector) for other in best}
    kept = sorted(best, key=lambda other: (-weighed[other], other))[:KEEP]
    return tuple(Related(other, weighed[other], _shared(analyses[slug], analyses[other])) for other in kept)


def likeness(one: Mapping[str, int], other: Mapping[str, int]) -> int:
    """Return the product of two vectors."""
    return sum(one[term] * other[term] for term in one.keys() & other.keys())


def _shared(one: Analysis, other: Analysis) -> tuple[str, ...]:
    """Return the words that both have, as the first writes them, the weightiest first."""
    both = one.vector.keys() & other.vector.keys() & one.written.keys()
    best = sorted(both, key=lambda term: (-one.vector[term] * other.vector[term], term))
    return tuple(one.written[term] for term in best[:SHARED])
