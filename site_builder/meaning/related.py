"""Related papers, and why: the likeness of two papers is the product of their integer vectors.

Local: a paper's list depends on its own vector and on those of its candidates, which share one of its rare terms by the
frozen table (a paper without enough of them follows its rarest ones). So a list is found again in the cache under a key
of just these, and one changed paper changes few lists.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from site_builder.meaning.vector import TAG, TOPIC
from site_builder.meaning.weights import RARE
from site_builder.model import Related

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache

KEEP = 32
"""So many neighbours are kept of each paper."""
TOLD = 12
"""Of so many it is told what is shared: those that a page shows, and a few in case one of them goes."""
SHARED = 4
"""So many shared words are told, the weightiest."""

_WEIGHED = 96
"""So many candidates, the best by the terms that lead to them, are weighed by all their terms."""
_FEWEST_LEADS = 6
_MASK = (1 << 128) - 1
_KIND = "related"
_VERSION = "1"
"""Goes into the keys: raise it when the same vectors are to give other lists."""
_decode = msgspec.msgpack.Decoder(tuple[Related, ...]).decode
_encode = msgspec.msgpack.Encoder().encode


def relate(analyses: Mapping[str, Analysis], weights: Weights, cache: Cache) -> dict[str, tuple[Related, ...]]:
    """Return the neighbours of each paper by slug, the likest first; counts anew only what the cache does not know."""
    leads = {slug: _leads(analyses[slug].vector, weights) for slug in sorted(analyses)}
    followed = frozenset(chain.from_iterable(leads.values()))
    having = {slug: [term for term in analyses[slug].vector if term in followed] for slug in leads}
    keys = _keys(analyses, leads, having)
    known = cache.get(_KIND, keys.values())
    related = {}
    made = {}
    postings: Mapping[str, Sequence[str]] | None = None
    for slug, key in keys.items():
        if key in known:
            related[slug] = _decode(known[key])
            continue
        if postings is None:
            postings = _postings(having)
        related[slug] = _neighbours(slug, leads[slug], postings, analyses)
        made[key] = _encode(related[slug])
    cache.put(_KIND, made)
    return related


def _leads(vector: Mapping[str, int], weights: Weights) -> list[str]:
    """Return the terms that lead from a paper to others: its rare ones, or its rarest where it has few."""
    frequencies = weights.frequencies
    terms = [term for term in vector if term[0] not in (TAG, TOPIC)]
    rare = [term for term in terms if frequencies.get(term, 0) <= RARE]
    if len(rare) >= _FEWEST_LEADS:
        return rare
    return sorted(terms, key=lambda term: (frequencies.get(term, 0), term))[:_FEWEST_LEADS]


def _keys(
    analyses: Mapping[str, Analysis], leads: Mapping[str, Sequence[str]], having: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return a key for each paper: its own digest, and for each of its leads the sum of those who have the term.

    A sum, because it does not depend on the order; modulo 2**128. The digests are of slug and vector, so that a list is
    found again only while each neighbour has the same address.
    """
    own = {slug: _number(f"{_VERSION}\0{slug}\0{analyses[slug].likeness}") for slug in leads}
    sums: dict[str, int] = defaultdict(int)
    for slug, terms in having.items():
        number = own[slug]
        for term in terms:
            sums[term] += number
    keys = {}
    for slug, terms in leads.items():
        # Each sum is multiplied by its place: the same numbers under other terms must not make the same key.
        whole = sum(sums[term] * place for place, term in enumerate(terms, 3))
        keys[slug] = f"{own[slug]:032x}{whole & _MASK:032x}"
    return keys


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())


def _postings(having: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    postings: dict[str, list[str]] = defaultdict(list)
    for slug, terms in having.items():
        for term in terms:
            postings[term].append(slug)
    return postings


def _neighbours(
    slug: str, leads: Sequence[str], postings: Mapping[str, Sequence[str]], analyses: Mapping[str, Analysis]
) -> tuple[Related, ...]:
    own = analyses[slug].vector
    first: dict[str, int] = defaultdict(int)
    for term in leads:
        there = postings[term]
        if len(there) > 1:
            weight = own[term]
            for other in there:
                first[other] += weight * analyses[other].vector[term]
    first.pop(slug, None)
    best = sorted(first, key=lambda other: (-first[other], other))[:_WEIGHED]
    weighed = {other: likeness(own, analyses[other].vector) for other in best}
    kept = sorted(best, key=lambda other: (-weighed[other], other))[:KEEP]
    return tuple(
        Related(other, weighed[other], _shared(analyses[slug], analyses[other]) if place < TOLD else ())
        for place, other in enumerate(kept)
    )


def likeness(one: Mapping[str, int], other: Mapping[str, int]) -> int:
    """Return the product of two vectors."""
    return sum(one[term] * other[term] for term in one.keys() & other.keys())


def _shared(one: Analysis, other: Analysis) -> tuple[str, ...]:
    """Return what both have, as the first writes it: tags, then the weightiest words that are in none of them."""
    both = one.vector.keys() & other.vector.keys() & one.written.keys()
    best = sorted(both, key=lambda term: (term[0] != TAG, -one.vector[term] * other.vector[term], term))
    told: list[str] = []
    for term in best:
        form = one.written[term]
        if not any(form.lower() in said.lower() for said in told):
            told.append(form)
        if len(told) == SHARED:
            break
    return tuple(told)
