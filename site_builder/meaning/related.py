"""Related papers, and why: an integer from the vectors of two papers tells their likeness.

Two papers are compared where both have a lead: one of the weightiest of the words and pairs of words that are rare by
the frozen table (a paper without enough of them is found by its rarest). To the product of their leads is added what
tags and topics of both weigh, and the common words of both, in steps.

Local: a paper's list depends on its own vector and on those of the papers that have one of its leads. So it is found
again in the cache under a key of just these, and a changed paper changes no list but its own, those that it was in, and
those that it comes into. To find out which these are, only the likeness to the changed paper is counted.

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
from site_builder.progress import SILENCE, counted
from site_builder.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from site_builder.meaning.analysis import Analysis, Profile
    from site_builder.model import Cache
    from site_builder.progress import Progress

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
_KEPT = "neighbours"
"""Apart from the reasons: a build reads those of every paper, and these of few."""
_LAST = "company"
_FEW = 64
"""So many papers may have changed for the lists of others to be mended; of more than these all are made anew."""
_ENOUGH = 16
"""A list that cannot tell so many neighbours for certain is made anew."""
_DIGEST = 16
_SUMS = 1 << 8 * _DIGEST
_decode = msgspec.msgpack.Decoder(tuple[Related, ...]).decode
_encode = msgspec.msgpack.Encoder().encode


class _Kept(msgspec.Struct, frozen=True):
    """The neighbours of a paper as one build found them."""

    key: bytes
    """That of the list, for this company."""
    weights: dict[str, int]
    """By slug, the likest first; never one without all that are liker."""
    whole: bool
    """Whether these are all to whom its leads lead."""


class _Last(msgspec.Struct, frozen=True):
    """The company that the lists were made for, whole."""

    papers: dict[str, tuple[bytes, bytes]]
    """By slug a digest of each paper, and the key of its list."""
    often: bool
    """Whether some terms were in too many papers."""


_decode_kept = msgspec.msgpack.Decoder(_Kept).decode
_decode_last = msgspec.msgpack.Decoder(_Last).decode


def relate(
    analyses: Mapping[str, Analysis], cache: Cache, progress: Progress = SILENCE
) -> dict[str, tuple[Related, ...]]:
    """Return the likest neighbours of each paper by slug; counts anew only what the cache does not know."""
    company = _Company(analyses)
    shelf = Shelf(_REASONS, company.keys, cache)
    unknown = [slug for slug in company.slugs if slug not in shelf.known]
    if unknown:
        made = _mended(company, unknown, shelf, cache)
        made |= _made(company, [slug for slug in unknown if slug not in made], progress)
        cache.put(_KEPT, {slug: kept for slug, (_, kept) in made.items()})
        shelf.put({slug: reasons for slug, (reasons, _) in made.items()})
        last = {slug: (company.digests[slug], company.keys[slug]) for slug in company.slugs}
        cache.put(_LAST, {_LAST: _encode(_Last(last, bool(company.often)))})
    return {slug: _decode(shelf.known[slug]) for slug in company.slugs}


def neighbours(analyses: Mapping[str, Analysis], cache: Cache) -> dict[str, dict[str, int]]:
    """Return four times as many neighbours, the likest first, as slugs with their weights."""
    company = _Company(analyses)
    stored = {slug: _decode_kept(kept) for slug, kept in cache.get(_KEPT, company.slugs).items()}
    found = {
        slug: kept.weights
        for slug, kept in stored.items()
        if kept.key == company.keys[slug] and (kept.whole or len(kept.weights) == KEEP)
    }
    made = _made(company, [slug for slug in company.slugs if slug not in found])
    found |= {slug: _decode_kept(kept).weights for slug, (_, kept) in made.items()}
    return {slug: found[slug] for slug in company.slugs}


def _made(company: _Company, slugs: Sequence[str], progress: Progress = SILENCE) -> dict[str, tuple[bytes, bytes]]:
    """Find the neighbours of papers: those with reasons, and those that are kept, encoded."""

    def work(some: Sequence[str]) -> list[tuple[bytes, bytes]]:
        return [company.of(slug) for slug in some]

    progress.expect(len(slugs))
    # It asks for all the others, which to send would take longer than the work.
    return dict(zip(slugs, counted(chain.from_iterable(spread(work, slugs, travels=False)), progress), strict=True))


def _mended(company: _Company, slugs: Sequence[str], shelf: Shelf, cache: Cache) -> dict[str, tuple[bytes, bytes]]:
    """Return what `_made` does of those papers whose lists can be mended, for a tenth of the work.

    Where a few papers have changed, the lists of all those that they lead to are in question; but only the likeness to
    the changed ones is another. A list that was made for the last company is right again when these are taken out and
    put in where they now belong. Where terms are in too many papers, one paper may change to whom others lead.
    """
    stored = cache.get(_LAST, [_LAST]).get(_LAST)
    last = _decode_last(stored) if stored else _Last({}, often=True)
    digests = company.digests
    changed = {
        slug for slug in digests.keys() | last.papers.keys() if digests.get(slug) != last.papers.get(slug, ("",))[0]
    }
    if last.often or company.often or len(changed) > _FEW:
        return {}
    mended = {}
    candidates = [slug for slug in slugs if slug not in changed]
    for slug, encoded in cache.get(_KEPT, candidates).items():
        kept, before = _decode_kept(encoded), shelf.before(slug)
        if before and before[0] == kept.key == last.papers[slug][1]:
            told = {other.slug: other.shared for other in _decode(before[1]) if other.slug not in changed}
            if found := company.mended(slug, kept, changed, told):
                mended[slug] = found
    return mended


class _Company:
    """All papers, numbered in the order of their slugs, and what leads from one to another."""

    def __init__(self, analyses: Mapping[str, Analysis]) -> None:
        self.slugs = sorted(analyses)
        self.papers = [analyses[slug] for slug in self.slugs]
        live = Counter(chain.from_iterable(paper.leads for paper in self.papers))
        self.often = {term for term, papers in live.items() if papers > LONGEST}
        self.leads = [_leads(paper.leads, self.often) for paper in self.papers]
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
    def number(self) -> Mapping[str, int]:
        """A paper's number by its slug."""
        return {slug: number for number, slug in enumerate(self.slugs)}

    @cached_property
    def digests(self) -> Mapping[str, bytes]:
        """A digest of slug and vector of each paper, so that a list is found only while all have the same addresses."""
        return {
            slug: digest(f"{slug}\0{paper.likeness}".encode())
            for slug, paper in zip(self.slugs, self.papers, strict=True)
        }

    @cached_property
    def keys(self) -> Mapping[str, bytes]:
        """A key for each paper's list: a digest of itself, its leads, and all papers to whom each leads.

        Of these the sum of their digests is told, which takes one look at each posting.
        """
        numbers = list(map(int.from_bytes, self.digests.values()))
        sums = {
            term: (sum(map(numbers.__getitem__, there)) % _SUMS).to_bytes(_DIGEST)
            for term, there in self.postings.items()
        }
        return {
            slug: digest(b"".join((one, *map(sums.__getitem__, terms), "\0".join(terms).encode())))
            for (slug, one), terms in zip(self.digests.items(), self.leads, strict=True)
        }

    def of(self, slug: str) -> tuple[bytes, bytes]:
        """Return the encoded neighbours of a paper: those with reasons, and those that are kept."""
        number = self.number[slug]
        found = self._weighed(number)
        others = sorted(sorted(found), key=found.__getitem__, reverse=True)[:KEEP]
        return self._told(number, {other: found[other] for other in others}, {}, whole=len(found) <= KEEP)

    def mended(
        self, slug: str, kept: _Kept, changed: AbstractSet[str], told: Mapping[str, tuple[str, ...]]
    ) -> tuple[bytes, bytes] | None:
        """Return the same from the neighbours that a paper had before others changed, or None where too few are left.

        `told` are the reasons of those that did not change.
        """
        number = self.number[slug]
        found = {self.number[other]: weight for other, weight in kept.weights.items() if other not in changed}
        found |= self._likeness(number, [self.number[other] for other in changed if other in self.number])
        ranked = sorted(found, key=lambda other: (-found[other], other))
        if not kept.whole:
            # Whoever was not kept is no liker than the last who was.
            other, weight = list(kept.weights.items())[-1]
            ranked = [n for n in ranked if (-found[n], self.slugs[n]) <= (-weight, other)]
        whole = kept.whole and len(ranked) <= KEEP
        if not whole and len(ranked) < _ENOUGH:
            return None
        return self._told(number, {other: found[other] for other in ranked[:KEEP]}, told, whole=whole)

    def _told(
        self, number: int, others: Mapping[int, int], told: Mapping[str, tuple[str, ...]], *, whole: bool
    ) -> tuple[bytes, bytes]:
        """Encode a paper's neighbours, given the likest first; reasons that are not `told` yet are found."""
        slugs = self.slugs
        shown = [
            Related(slugs[other], weight, told.get(slugs[other]) or self._shared(number, other))
            for other, weight in islice(others.items(), SHOWN)
        ]
        weights = {slugs[other]: weight for other, weight in others.items()}
        return _encode(shown), _encode(_Kept(self.keys[slugs[number]], weights, whole))

    def _likeness(self, number: int, others: Iterable[int]) -> dict[int, int]:
        """Return the likeness of a paper to those of some others to whom a lead leads, as `_weighed` has it."""
        own = self.papers[number]
        leads = set(self.leads[number])
        found = {}
        for other in others:
            its = self.papers[other]
            both = leads.intersection(self.leads[other])
            if both and other != number:
                steps = int.from_bytes(own.common, "little") & int.from_bytes(its.common, "little")
                found[other] = (
                    sum(own.leads[term] * its.leads[term] for term in both)
                    + OF_STEP * steps.bit_count()
                    + sum(own.marks[mark] ** 2 for mark in own.marks.keys() & its.marks.keys())
                )
        return found

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
