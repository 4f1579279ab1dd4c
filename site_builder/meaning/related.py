"""Related papers, and why: an integer from the vectors of two papers tells their likeness.

Two papers are compared where both have a lead: one of the weightiest of the words and pairs of words that are rare by
the frozen table (a paper without enough of them is found by its rarest). To the product of their leads is added what
tags and topics of both weigh, and the common words of both, in steps.

Local: a paper's list depends on its own vector and on those of the papers that have one of its leads. So it is found
again in the cache under a key of just these, and a changed paper changes no list but its own, those that it was in, and
those that it comes into.

Bounded: so many terms lead from a paper, each to so many others, whatever the papers say. Whether a term is in too many
papers is a live count, but it changes the leads of those papers only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from heapq import nlargest
from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec

from site_builder.cores import spread
from site_builder.looks import digest
from site_builder.meaning.reasons import reasons
from site_builder.meaning.vector import FEWEST_LEADS, OF_STEP
from site_builder.model import Related
from site_builder.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from site_builder.meaning.analysis import Analysis, Profile
    from site_builder.model import Cache

SHOWN = 8
"""So many neighbours of each paper are told with what both have: those that its page shows."""
KEEP = 32
"""So many are kept with their weights."""
LONGEST = 256
"""A term in more papers than these leads nowhere; only a paper without others follows it, to where it weighs most.

A rare term is in at most one of 83 papers of the frozen table, so nothing is left out below some 20,000 papers like
those. But a word that the table does not know, of another language say, counts as rare and may be in every paper: the
work would grow with the square of the catalogue, and each paper would be near the same few.
"""

_MOST_LEADS = 24
"""With all the rare terms of a paper (55 at most) nearly three times as many lists are made anew when one changes."""
_REASONS = "related"
_WEIGHTS = "neighbours"
"""Apart from the reasons: a build reads those of every paper, and these of none."""
_DIGEST = 16
_SUMS = 1 << 8 * _DIGEST
_decode = msgspec.msgpack.Decoder(tuple[Related, ...]).decode
_decode_weights = msgspec.msgpack.Decoder(dict[str, int]).decode
_encode = msgspec.msgpack.Encoder().encode


def relate(analyses: Mapping[str, Analysis], cache: Cache) -> dict[str, tuple[Related, ...]]:
    """Return the likest neighbours of each paper by slug; counts anew only what the cache does not know."""
    company = _Company(analyses)
    shelf = Shelf(_REASONS, company.keys, cache)
    made = _made(company, shelf.known)
    shelf.put({slug: reasons for slug, (reasons, _) in made.items()})
    cache.put(_WEIGHTS, {company.keys[slug].hex(): weights for slug, (_, weights) in made.items()})
    return {slug: _decode(shelf.known[slug]) for slug in company.slugs}


def neighbours(analyses: Mapping[str, Analysis], cache: Cache) -> dict[str, dict[str, int]]:
    """Return four times as many neighbours, the likest first, as slugs with their weights."""
    company = _Company(analyses)
    keys = {slug: key.hex() for slug, key in company.keys.items()}
    stored = cache.get(_WEIGHTS, keys.values())
    known = {slug: stored[key] for slug, key in keys.items() if key in stored}
    known |= {slug: weights for slug, (_, weights) in _made(company, known).items()}
    return {slug: _decode_weights(known[slug]) for slug in company.slugs}


def _made(company: _Company, known: Container[str]) -> dict[str, tuple[bytes, bytes]]:
    """Find the neighbours of the papers of which they are not known: those with reasons, and those with weights."""
    unknown = [number for number, slug in enumerate(company.slugs) if slug not in known]

    def work(numbers: Sequence[int]) -> list[tuple[bytes, bytes]]:
        return [company.of(number) for number in numbers]

    lists = chain.from_iterable(spread(work, unknown))
    return {company.slugs[number]: found for number, found in zip(unknown, lists, strict=True)}


class _Company:
    """All papers, numbered in the order of their slugs, and what leads from one to another."""

    def __init__(self, analyses: Mapping[str, Analysis]) -> None:
        self.slugs = sorted(analyses)
        self.papers = [analyses[slug] for slug in self.slugs]
        live = Counter(chain.from_iterable(paper.leads for paper in self.papers))
        often = {term for term, papers in live.items() if papers > LONGEST}
        self.leads = [_leads(paper.leads, often) for paper in self.papers]
        self._weighed_postings: dict[str, Sequence[int]] = {}
        self._unpacked: dict[int, Profile] = {}

    @cached_property
    def postings(self) -> Mapping[str, Sequence[int]]:
        """By term the papers that it leads to."""
        postings: dict[str, list[int]] = defaultdict(list)
        for number, terms in enumerate(self.leads):
            for term in terms:
                postings[term].append(number)
        for term, there in postings.items():
            if len(there) > LONGEST:
                postings[term] = nlargest(LONGEST, there, key=lambda number: self.papers[number].leads[term])
        return postings

    @cached_property
    def marked(self) -> Mapping[str, set[int]]:
        """By tag and topic the papers that have it."""
        marked: dict[str, set[int]] = defaultdict(set)
        for number, paper in enumerate(self.papers):
            for mark in paper.marks:
                marked[mark].add(number)
        return marked

    @cached_property
    def common(self) -> Sequence[int]:
        """The steps of each paper's common terms, as bits."""
        return [int.from_bytes(paper.common, "little") for paper in self.papers]

    @cached_property
    def keys(self) -> Mapping[str, bytes]:
        """A key for each paper's list: a digest of itself, its leads, and all papers to whom each leads.

        Of these the sum of their digests is told, which takes one look at each posting. A digest is of slug and vector,
        so that a list is found again only while each neighbour has the same address.
        """
        own = [
            digest(f"{slug}\0{paper.likeness}".encode()) for slug, paper in zip(self.slugs, self.papers, strict=True)
        ]
        numbers = [int.from_bytes(one) for one in own]
        sums = {
            term: (sum(map(numbers.__getitem__, there)) % _SUMS).to_bytes(_DIGEST)
            for term, there in self.postings.items()
        }
        return {
            slug: digest(b"".join((one, *map(sums.__getitem__, terms), "\0".join(terms).encode())))
            for slug, one, terms in zip(self.slugs, own, self.leads, strict=True)
        }

    def of(self, number: int) -> tuple[bytes, bytes]:
        """Return the encoded neighbours of a paper, those with reasons and those with weights only."""
        found = self._weighed(number)
        others = sorted(sorted(found), key=found.__getitem__, reverse=True)[:KEEP]
        shown = [Related(self.slugs[other], found[other], self._shared(number, other)) for other in others[:SHOWN]]
        return _encode(shown), _encode({self.slugs[other]: found[other] for other in others})

    def _weighed(self, number: int) -> dict[int, int]:
        """Return all to whom a paper's leads lead, with their likeness to it."""
        own = self.papers[number]
        led_to: dict[int, int] = {}
        before = led_to.get
        for term in self.leads[number]:
            weight = own.leads[term]
            for other, its_weight in zip(self.postings[term], self._weights(term), strict=True):
                led_to[other] = before(other, 0) + weight * its_weight
        led_to.pop(number, None)
        common = self.common
        steps = common[number]
        found = {other: weight + OF_STEP * (steps & common[other]).bit_count() for other, weight in led_to.items()}
        for mark, weight in own.marks.items():
            for other in self.marked[mark] & found.keys():
                found[other] += weight * weight
        return found

    def _weights(self, term: str) -> Sequence[int]:
        """Return the weights of a term in the papers that it leads to."""
        if term not in self._weighed_postings:
            self._weighed_postings[term] = [self.papers[number].leads[term] for number in self.postings[term]]
        return self._weighed_postings[term]

    def _shared(self, number: int, other: int) -> tuple[str, ...]:
        """Return what both have, as the first writes it."""
        one, two = self._profile(number), self._profile(other).vector
        return tuple(reasons(one.written.keys() & two.keys(), one.vector, two, one.written))

    def _profile(self, number: int) -> Profile:
        if number not in self._unpacked:
            self._unpacked[number] = self.papers[number].profile()
        return self._unpacked[number]


def _leads(terms: Mapping[str, int], often: AbstractSet[str]) -> list[str]:
    """Return the terms by which a paper is found, among those that may lead; `often` are in too many papers."""
    if often.isdisjoint(terms):
        return list(islice(terms, _MOST_LEADS))
    leads = [term for term in terms if term not in often][:_MOST_LEADS]
    wanting = FEWEST_LEADS - len(leads)
    if wanting > 0:
        leads += [term for term in terms if term in often][:wanting]
    return leads
