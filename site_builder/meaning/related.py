"""Related papers, and why: the likeness of two papers is the product of their integer vectors, by what says most.

That is: by the leads that both have, the weightiest of the terms that are rare by the frozen table (a paper without
enough of them is found by its rarest), and where there is one, by tags and topics that both have. Common words would
cost as much again: neighbours by all words agree on a topic hardly more often.

Local: a paper's list depends on its own vector and on those of the papers that have one of its leads. So it is found
again in the cache under a key of just these, and a changed paper changes no list but its own, those that it was in, and
those that it comes into.

Bounded: so many terms lead from a paper, each to so many others, whatever the papers say. Whether a term is in too many
papers is a live count, but it changes the leads of those papers only.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from functools import cached_property
from heapq import nlargest
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from site_builder.cores import spread
from site_builder.meaning.vector import TAG, TOPIC
from site_builder.meaning.weights import RARE
from site_builder.model import Related

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache

    Vector = Mapping[str, int]
    Posting = tuple[int, int]  # a paper's number by slug, and the weight of the term in it

KEEP = 32
"""So many neighbours are kept of each paper."""
TOLD = 8
"""Of so many it is told what is shared: those that a page shows."""
SHARED = 4
"""So many shared words are told, the weightiest."""
LONGEST = 256
"""A term in more papers than these leads nowhere; only a paper without others follows it, to where it weighs most.

A rare term is in at most one of 83 papers of the frozen table, so nothing is left out below some 20,000 papers like
those. But a word that the table does not know, of another language say, counts as rare and may be in every paper: the
work would grow with the square of the catalogue, and each paper would be near the same few.
"""

_MOST_LEADS = 24
"""With all the rare terms of a paper (55 at most) nearly three times as many lists are made anew when one changes."""
_FEWEST_LEADS = 10
"""A title alone has hardly more; with fewer of them its neighbours agree on a topic less often."""
_MARKS = (TAG, TOPIC)
_KIND = "related"
_decode = msgspec.msgpack.Decoder(tuple[Related, ...]).decode
_encode = msgspec.msgpack.Encoder().encode


def relate(analyses: Mapping[str, Analysis], weights: Weights, cache: Cache) -> dict[str, tuple[Related, ...]]:
    """Return the neighbours of each paper by slug, the likest first; counts anew only what the cache does not know."""
    company = _Company(analyses, weights)
    keys = company.keys()
    known = cache.get(_KIND, keys)
    unknown = [number for number, key in enumerate(keys) if key not in known]

    def work(numbers: Sequence[int]) -> list[bytes]:
        return [_encode(company.of(number)) for number in numbers]

    lists = chain.from_iterable(spread(work, unknown))
    made = {keys[number]: neighbours for number, neighbours in zip(unknown, lists, strict=True)}
    cache.put(_KIND, made)
    return {slug: _decode(known.get(key) or made[key]) for slug, key in zip(company.slugs, keys, strict=True)}


class _Company:
    """All papers, numbered in the order of their slugs, and what leads from one to another."""

    def __init__(self, analyses: Mapping[str, Analysis], weights: Weights) -> None:
        self.slugs = sorted(analyses)
        self.papers = [analyses[slug] for slug in self.slugs]
        rare = [_rare(paper.vector, weights.frequencies) for paper in self.papers]
        live = Counter(chain.from_iterable(rare))
        self.leads = [_leads(terms, live) for terms in rare]

    @cached_property
    def postings(self) -> Mapping[str, Sequence[Posting]]:
        """By term the papers that it leads to."""
        postings: dict[str, list[Posting]] = defaultdict(list)
        for number, (paper, terms) in enumerate(zip(self.papers, self.leads, strict=True)):
            for term in terms:
                postings[term].append((number, paper.vector[term]))
        for term, there in postings.items():
            if len(there) > LONGEST:
                postings[term] = nlargest(LONGEST, there, key=itemgetter(1))
        return postings

    @cached_property
    def marked(self) -> Mapping[str, set[int]]:
        """By tag and topic the papers that have it."""
        marked: dict[str, set[int]] = defaultdict(set)
        for number, paper in enumerate(self.papers):
            for mark in _marks(paper.vector):
                marked[mark].add(number)
        return marked

    def keys(self) -> list[str]:
        """Return a key for each paper's list: a digest of itself, its leads, and all papers to whom each leads.

        Of these the sum of their digests is told, which takes one look at each posting. A digest is of slug and vector,
        so that a list is found again only while each neighbour has the same address.
        """
        own = [_number(f"{slug}\0{paper.likeness}") for slug, paper in zip(self.slugs, self.papers, strict=True)]
        sums = {term: sum([own[number] for number, _ in there]) for term, there in self.postings.items()}
        return [
            f"{_number(repr((own[number], terms, [sums[term] for term in terms]))):032x}"
            for number, terms in enumerate(self.leads)
        ]

    def of(self, number: int) -> tuple[Related, ...]:
        """Return the neighbours of a paper."""
        paper = self.papers[number]
        weighed = self._weighed(number)
        best = sorted(sorted(weighed), key=weighed.__getitem__, reverse=True)[:KEEP]
        return tuple(
            Related(self.slugs[other], weighed[other], _shared(paper, self.papers[other]) if place < TOLD else ())
            for place, other in enumerate(best)
        )

    def _weighed(self, number: int) -> dict[int, int]:
        """Return all to whom a paper's leads lead, with their likeness to it."""
        own = self.papers[number].vector
        found: dict[int, int] = defaultdict(int)
        for term in self.leads[number]:
            weight = own[term]
            for other, its_weight in self.postings[term]:
                found[other] += weight * its_weight
        found.pop(number, None)
        for mark in _marks(own):
            for other in self.marked[mark] & found.keys():
                found[other] += own[mark] * self.papers[other].vector[mark]
        return found


def _rare(vector: Vector, frequencies: Mapping[str, int]) -> list[str]:
    """Return the terms that are rare by the frozen table, the weightiest first; or the rarest where these are few."""
    terms = [term for term in vector if term[0] not in _MARKS]
    rare = [term for term in terms if frequencies.get(term, 0) <= RARE]
    if len(rare) >= _FEWEST_LEADS:
        return rare
    return sorted(terms, key=lambda term: (frequencies.get(term, 0), term))[:_FEWEST_LEADS]


def _leads(rare: Sequence[str], live: Mapping[str, int]) -> list[str]:
    """Return the terms by which a paper is found, among its rare ones; `live` says in how many papers each is."""
    leads = [term for term in rare if live[term] <= LONGEST][:_MOST_LEADS]
    wanting = _FEWEST_LEADS - len(leads)
    if wanting > 0:
        leads += [term for term in rare if live[term] > LONGEST][:wanting]
    return leads


def _marks(vector: Vector) -> list[str]:
    """Return a vector's tags and topics."""
    return [term for term in vector if term[0] in _MARKS]


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())


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
