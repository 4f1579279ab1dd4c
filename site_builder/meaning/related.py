"""Related papers, and why: an integer from the vectors of two papers tells their likeness.

Two papers are compared where both have a lead: one of the weightiest of the words and pairs of words that are rare by
the frozen table (a paper without enough of them is found by its rarest). To the product of their leads is added what
tags and topics of both weigh, and the common words of both, in steps; and where the site asks for an encoder, the
product of what it says of both.

Local: a paper's list depends on its own vector and on those of the papers that have one of its leads. So a changed
paper leaves all lists as they were but its own and those of the papers that have a lead of it, of today or of before.
In these only the likeness to the changed paper is counted.

Bounded: so many terms lead from a paper, each to so many others, whatever the papers say. Whether a term is in too many
papers is a live count, but it changes the leads of those papers only.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from functools import cached_property
from heapq import nlargest
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from site_builder.cores import spread
from site_builder.looks import digest
from site_builder.meaning.encoder import Senses
from site_builder.meaning.reasons import reasons
from site_builder.meaning.vector import FEWEST_LEADS, OF_STEP
from site_builder.model import Neighbours
from site_builder.progress import SILENCE, counted
from site_builder.shelf import Looked, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from site_builder.meaning.analysis import Analysis
    from site_builder.model import Cache
    from site_builder.progress import Progress

SHOWN = 8
"""So many neighbours of each paper are told with what both have: those that its page shows."""
KEEP = 32
"""So many are kept with their weights."""
LONGEST = 64
"""A term in more papers than these leads nowhere; only a paper without others follows it, to where it weighs most.

A rare term is in at most one of 83 papers of the frozen table, so little is left out below some 5,000 papers like
those. But a word that the table does not know, of another language or a new fashion, counts as rare and may be in every
paper: the work would grow with the square of the catalogue, and each paper would be near the same few. With four times
as many neighbours are no better, and the most frequent of them is in a quarter more lists.
"""

_MOST_LEADS = 24
"""With all the rare terms of a paper (55 at most) nearly three times as many lists are made anew when one changes."""
_REASONS = "related"
_KEPT = "neighbours"
"""Apart from the reasons: a build reads those of every paper, and these of few."""
_LAST = "company"
_FEW = 64
"""So many papers may have changed for the lists of others to be mended; with more than these they are made anew."""
_ENOUGH = 16
"""A list that cannot tell so many neighbours for certain is made anew."""
_TELLING = 1 << 14
"""Of so many papers it is held what may tell why others are related."""
_DIGEST = 16
"""Bytes of a key."""
_PART = 100
"""Papers whose neighbours take a twentieth of a second to find."""
_TOGETHER = 1000
"""Lists that are remembered at a time: a list takes as much memory as all else that is known of a paper."""
_decode = msgspec.msgpack.Decoder(Neighbours).decode
_encode = msgspec.msgpack.Encoder().encode


class _Kept(msgspec.Struct, frozen=True):
    """The neighbours of a paper as one build found them."""

    weights: dict[str, int]
    """By slug, the likest first; never one without all that are liker."""
    whole: bool
    """Whether these are all to whom its leads lead."""
    leads: dict[str, int]
    """Its own, with their weights."""


class _Last(msgspec.Struct, frozen=True):
    """The company that the lists were made for, whole."""

    papers: dict[str, tuple[bytes, bytes]]
    """By slug a digest of what each paper is compared by, and the key of its list: a digest of what is kept of it."""
    often: frozenset[str]
    """The terms in too many papers."""


_decode_kept = msgspec.msgpack.Decoder(_Kept).decode
_decode_last = msgspec.msgpack.Decoder(_Last).decode


class _Made(NamedTuple):
    """The neighbours of a paper, encoded: those with reasons, and those that are kept, behind the digest of both."""

    shown: bytes
    kept: bytes
    key: bytes


def relate(analyses: Mapping[str, Analysis], cache: Cache, progress: Progress = SILENCE) -> Mapping[str, Neighbours]:
    """Return the likest neighbours of each paper by slug; counts anew only what the cache does not know.

    Each look at one reads it from a file.
    """
    company = _Company(analyses)
    last = _last(cache)
    changed = company.changed_since(last)
    keys = {slug: last.papers[slug][1] if slug in last.papers else b"" for slug in company.slugs}
    shelf = Shelf(_REASONS, keys, cache, large=True)
    doubtful = _doubtful(company, changed, last, cache)
    known = shelf.known.keys() - doubtful.make - doubtful.mend
    unknown = [slug for slug in company.slugs if slug not in known]
    if unknown or changed or company.often != last.often:
        kept = _kept(doubtful.mend & shelf.known.keys(), last, cache) if len(changed) <= _FEW else {}
        stay = {slug for slug, one in kept.items() if company.stays(slug, one, changed)}
        mended = _mended(company, {slug: one for slug, one in kept.items() if slug not in stay}, changed, shelf)
        made = _made(company, [slug for slug in unknown if slug not in mended and slug not in stay], progress)
        # The company comes last: until it is there, a list that was made for it has a key that leads nowhere.
        shelf.put(_put_by(chain(mended.items(), made), keys, cache))
        papers = {slug: (likeness, keys[slug]) for slug, likeness in company.likeness.items()}
        cache.put(_LAST, {_LAST: _encode(_Last(papers, frozenset(company.often)))})
    return Looked(shelf.known, lambda slug: _decode(shelf.known[slug]))


def _put_by(found: Iterator[tuple[str, _Made]], keys: dict[str, bytes], cache: Cache) -> Iterator[tuple[str, bytes]]:
    """Yield of each list what is shown, once what is kept is remembered and its key is among the `keys`."""
    for some in iter(lambda: list(islice(found, _TOGETHER)), []):
        keys |= {slug: one.key for slug, one in some}
        cache.put(_KEPT, {slug: one.kept for slug, one in some})
        yield from ((slug, one.shown) for slug, one in some)


def neighbours(analyses: Mapping[str, Analysis], cache: Cache) -> dict[str, dict[str, int]]:
    """Return four times as many neighbours, the likest first, as slugs with their weights."""
    company = _Company(analyses)
    last = _last(cache)
    same = not company.changed_since(last) and company.often == last.often
    known = _kept(company.slugs, last, cache) if same else {}
    found = {slug: kept for slug, kept in known.items() if kept.whole or len(kept.weights) == KEEP}
    made = _made(company, [slug for slug in company.slugs if slug not in found])
    found |= {slug: _decode_kept(one.kept[_DIGEST:]) for slug, one in made}
    return {slug: found[slug].weights for slug in company.slugs}


def _last(cache: Cache) -> _Last:
    stored = cache.get(_LAST, [_LAST]).get(_LAST)
    return _decode_last(stored) if stored else _Last({}, frozenset())


def _kept(slugs: Iterable[str], last: _Last, cache: Cache) -> dict[str, _Kept]:
    """Return what was kept of the lists of the last company."""
    stored = cache.get(_KEPT, slugs)
    key = {slug: last.papers[slug][1] if slug in last.papers else b"" for slug in stored}
    return {slug: _decode_kept(kept[_DIGEST:]) for slug, kept in stored.items() if kept[:_DIGEST] == key[slug]}


class _Doubtful(NamedTuple):
    """The papers whose lists may have changed."""

    make: set[str]
    """To be made anew."""
    mend: set[str]
    """Only the likeness to changed papers is another."""


def _doubtful(company: _Company, changed: AbstractSet[str], last: _Last, cache: Cache) -> _Doubtful:
    """Return whoever has a lead of a changed paper, of today or of before, or one that another paper got or lost.

    A paper gets and loses leads, and those to whom they lead, without a change of its own where the number of papers
    that have a term crosses its bound.
    """
    moved = company.moved_since(last) - changed
    before = _kept((changed | moved) & last.papers.keys(), last, cache)
    if len(before) < len((changed | moved) & last.papers.keys()):
        return _Doubtful(set(company.slugs), set())
    now = {slug: company.leads[company.number[slug]] for slug in changed | moved if slug in company.number}
    of_changed = set(chain(*(now.get(slug, ()) for slug in changed)))
    of_changed.update(chain(*(before[slug].leads for slug in changed & before.keys())))
    shifted = {slug: set(now[slug]).symmetric_difference(before[slug].leads) for slug in moved}
    # A term in few enough papers again leads to all of them, also to those that were too light, with the same leads.
    of_moved = set(chain.from_iterable(shifted.values())) | (last.often - company.often)
    # A term in too many papers leads to none but the heaviest: to others nobody came by it, and nobody comes.
    if long := (of_changed | of_moved) & company.often & last.often:
        weights = dict.fromkeys(long, 0)
        for known in (*map(company.weights, now), *(kept.leads for kept in before.values())):
            weights |= {term: max(known[term], weights[term]) for term in long & known.keys()}
        outweighed = company.outweighed(weights, changed | moved)
        of_changed -= outweighed
        of_moved -= outweighed
    make = {slug for slug, leads in shifted.items() if leads}
    make.update(changed)
    mend = set()
    for slug, leads in zip(company.slugs, company.leads, strict=True):
        if not of_moved.isdisjoint(leads):
            make.add(slug)
        elif not of_changed.isdisjoint(leads):
            mend.add(slug)
    return _Doubtful(make, mend - make)


def _made(company: _Company, slugs: Sequence[str], progress: Progress = SILENCE) -> Iterator[tuple[str, _Made]]:
    """Find the neighbours of papers, in their order."""

    def work(some: Sequence[str]) -> list[_Made]:
        return [company.of(slug) for slug in some]

    progress.expect(len(slugs))
    company.expect(slugs)
    # It asks for all the others, which to send would take longer than the work.
    made = chain.from_iterable(spread(work, slugs, _PART, travels=False))
    return zip(slugs, counted(made, progress), strict=True)


def _mended(company: _Company, kept: Mapping[str, _Kept], changed: AbstractSet[str], shelf: Shelf) -> dict[str, _Made]:
    """Return what `_made` does of those papers whose lists can be mended, for a tenth of the work.

    Where a few papers have changed, only the likeness to these is another. A list that was made for the last company is
    right again when they are taken out and put in where they now belong.
    """
    mended = {}
    for slug, one in kept.items():
        shared = _decode(shelf.known[slug]).shared()
        told = {other: words for other, words in shared.items() if other not in changed}
        if found := company.mended(slug, one, changed, told):
            mended[slug] = found
    return mended


class _Company:
    """All papers, numbered in the order of their slugs, and what leads from one to another."""

    def __init__(self, analyses: Mapping[str, Analysis]) -> None:
        self.slugs = sorted(analyses)
        self._analyses = analyses
        self.likeness: dict[str, bytes] = {}
        """By slug, the digest of all that a paper's likeness to others depends on."""
        same: dict[str, str] = {}  # a term that many papers have is in memory once
        terms = []
        for slug, paper in zip(self.slugs, self._papers(), strict=True):
            self.likeness[slug] = paper.likeness
            terms.append([same.setdefault(term, term) for term in paper.leads()])
        live = Counter(chain.from_iterable(terms))
        self.often = {term for term, papers in live.items() if papers > LONGEST}
        self._leading = {term for term, papers in live.items() if papers > 1}
        """The terms that lead from a paper to another: a third of them, or fewer."""
        self.leads = [_leads(some, self.often) for some in terms]
        self._asked: set[str] | None = None
        """The terms that papers which ask could tell, where it is known who does."""
        self._telling: dict[int, dict[str, int]] = {}

    def _paper(self, number: int) -> Analysis:
        return self._analyses[self.slugs[number]]

    def _papers(self) -> Iterator[Analysis]:
        return map(self._analyses.__getitem__, self.slugs)

    def expect(self, slugs: Sequence[str]) -> None:
        """Prepare to find the neighbours of these papers: once, before processes part."""
        numbers = [self.number[slug] for slug in slugs]
        self.postings = self._listed(
            self._leading.intersection(chain.from_iterable(self.leads[number] for number in numbers))
        )
        # A tenth of each vector is left: so little that every paper need be unpacked but once.
        self._asked = set(chain.from_iterable(self._paper(number).written() for number in numbers))
        self._telling.clear()
        if slugs:
            _ = self._common_and_marked, self.senses

    def _listed(self, terms: set[str]) -> Mapping[str, tuple[Sequence[int], Sequence[int]]]:
        """Return for each of these terms the papers that it leads to, and its weights in them."""
        postings: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for number, leads in enumerate(self.leads):
            of_these = terms.intersection(leads)
            weight_of = self._paper(number).leads() if of_these else {}
            for term in of_these:
                numbers, weights = postings[term]
                numbers.append(number)
                weights.append(weight_of[term])
        for term, there in postings.items():
            if len(there[0]) > LONGEST:
                heaviest = nlargest(LONGEST, zip(*there, strict=True), key=itemgetter(1))
                postings[term] = [number for number, _ in heaviest], [weight for _, weight in heaviest]
        # Arrays, for to look at a list of numbers counts who looks, and makes a copy of it in each process.
        return {term: (array("I", numbers), array("I", weights)) for term, (numbers, weights) in postings.items()}

    @cached_property
    def _common_and_marked(self) -> tuple[Sequence[int], Mapping[str, set[int]]]:
        """The steps of each paper's common terms, as bits; and by tag and topic the papers that have it."""
        common = []
        marked: dict[str, set[int]] = defaultdict(set)
        for number, paper in enumerate(self._papers()):
            common.append(paper.common())
            for mark in paper.marks():
                marked[mark].add(number)
        return common, marked

    @cached_property
    def senses(self) -> Senses | None:
        """What an encoder says of the papers, where the site asks for one."""
        asked = bool(self.slugs) and bool(self._paper(0).sense)  # of all papers, or of none
        return Senses([paper.sense for paper in self._papers()]) if asked else None

    @cached_property
    def number(self) -> Mapping[str, int]:
        """A paper's number by its slug."""
        return {slug: number for number, slug in enumerate(self.slugs)}

    def changed_since(self, last: _Last) -> set[str]:
        """Return the papers that are new, gone, or not alike to others as they were."""
        before = {slug: likeness for slug, (likeness, _) in last.papers.items()}
        return {slug for slug, _ in self.likeness.items() ^ before.items()}

    def moved_since(self, last: _Last) -> set[str]:
        """Return the papers that have a term which has come to be in too many papers, or no longer is."""
        moved = self.often ^ last.often
        found = zip(self.slugs, self._papers(), strict=True) if moved else ()
        return {slug for slug, paper in found if not moved.isdisjoint(paper.leads())}

    def weights(self, slug: str) -> dict[str, int]:
        """Return the leads of a paper with their weights."""
        number = self.number[slug]
        weight_of = self._paper(number).leads()
        return {term: weight_of[term] for term in self.leads[number]}

    def outweighed(self, terms: Mapping[str, int], without: AbstractSet[str]) -> set[str]:
        """Return those of the terms that weigh more than is said of each in all papers to whom they can lead.

        So it must be `without` counting these papers.
        """
        heavier: Counter[str] = Counter()
        for slug, leads in zip(self.slugs, self.leads, strict=True) if terms else ():
            if slug not in without and not terms.keys().isdisjoint(leads):
                weight_of = self._paper(self.number[slug]).leads()
                heavier.update(term for term in leads if term in terms and weight_of[term] > terms[term])
        return {term for term, papers in heavier.items() if papers >= LONGEST}

    def of(self, slug: str) -> _Made:
        """Find the neighbours of a paper, one of those that were expected."""
        number = self.number[slug]
        found = self._weighed(number)
        others = sorted(sorted(found), key=found.__getitem__, reverse=True)[:KEEP]
        return self._told(number, {other: found[other] for other in others}, {}, whole=len(found) <= KEEP)

    def stays(self, slug: str, kept: _Kept, changed: AbstractSet[str]) -> bool:
        """Tell whether a paper's list is as it was though others changed: none of these was in it, or comes to be.

        Where a term leads to the heaviest papers only, that can't be told.
        """
        number = self.number[slug]
        if not changed.isdisjoint(kept.weights) or not self.often.isdisjoint(self.leads[number]):
            return False
        found = self._likeness(number, [self.number[other] for other in changed if other in self.number])
        return not any(self._may_be_in(kept, other, weight) for other, weight in found.items())

    def _may_be_in(self, kept: _Kept, other: int, weight: int) -> bool:
        """Tell whether one of such a likeness may belong into a list: nobody is liker who was not kept."""
        last, its_weight = next(reversed(kept.weights.items()), ("", 0))
        return kept.whole or (-weight, self.slugs[other]) <= (-its_weight, last)

    def mended(
        self, slug: str, kept: _Kept, changed: AbstractSet[str], told: Mapping[str, tuple[str, ...]]
    ) -> _Made | None:
        """Return the same from the neighbours that a paper had before others changed, or None where it can't be told.

        It can't where too few are left, or where too many are led to for each to be known. `told` are the reasons of
        those that did not change.
        """
        number = self.number[slug]
        if not self.often.isdisjoint(self.leads[number]):
            return None
        found = {self.number[other]: weight for other, weight in kept.weights.items() if other not in changed}
        found |= self._likeness(number, [self.number[other] for other in changed if other in self.number])
        ranked = sorted(found, key=lambda other: (-found[other], other))
        ranked = [other for other in ranked if self._may_be_in(kept, other, found[other])]
        whole = kept.whole and len(ranked) <= KEEP
        if not whole and len(ranked) < _ENOUGH:
            return None
        return self._told(number, {other: found[other] for other in ranked[:KEEP]}, told, whole=whole)

    def _told(
        self, number: int, others: Mapping[int, int], told: Mapping[str, tuple[str, ...]], *, whole: bool
    ) -> _Made:
        """Encode a paper's neighbours, given the likest first; reasons that are not `told` yet are found."""
        slugs = self.slugs
        shown = {slugs[other]: other for other in islice(others, SHOWN)}
        written = self._paper(number).written() if shown.keys() - told.keys() else {}
        shared = {
            slug: told[slug] if slug in told else self._shared(number, other, written) for slug, other in shown.items()
        }
        weights = {slugs[other]: weight for other, weight in others.items()}
        with_reasons = _encode(Neighbours.of(shared))
        kept = _encode(_Kept(weights, whole, self.weights(slugs[number])))
        key = digest(with_reasons + kept)
        return _Made(with_reasons, key + kept, key)

    def _likeness(self, number: int, others: Iterable[int]) -> dict[int, int]:
        """Return the likeness of a paper to those of some others to whom a lead leads, as `_weighed` has it."""
        own = self._paper(number)
        weights, marks, steps = own.leads(), own.marks(), own.common()
        leads = set(self.leads[number])
        found = {}
        for other in others:
            both = leads.intersection(self.leads[other])
            if both and other != number:
                its = self._paper(other)
                its_weights = its.leads()
                found[other] = (
                    sum(weights[term] * its_weights[term] for term in both)
                    + OF_STEP * (steps & its.common()).bit_count()
                    + sum(marks[mark] ** 2 for mark in marks.keys() & its.marks().keys())
                )
        return self.senses.added(number, found) if self.senses else found

    def _weighed(self, number: int) -> dict[int, int]:
        """Return all to whom a paper's leads lead, with their likeness to it."""
        own = self._paper(number)
        weights = own.leads()
        led_to: dict[int, int] = {}
        before = led_to.get
        for term in self._leading.intersection(self.leads[number]):
            weight = weights[term]
            for other, its_weight in zip(*self.postings[term], strict=True):
                led_to[other] = before(other, 0) + weight * its_weight
        led_to.pop(number, None)
        common, marked = self._common_and_marked
        steps = common[number]
        found = {other: weight + OF_STEP * (steps & common[other]).bit_count() for other, weight in led_to.items()}
        for mark, weight in own.marks().items():
            for other in marked[mark] & found.keys():
                found[other] += weight * weight
        return self.senses.added(number, found) if self.senses else found

    def _shared(self, number: int, other: int, written: Mapping[str, str]) -> tuple[str, ...]:
        """Return what both have; `written` tells how the first writes it."""
        one, two = self._telling_of(number), self._telling_of(other)
        return tuple(reasons(written.keys() & two.keys(), one, two, written))

    def _telling_of(self, number: int) -> Mapping[str, int]:
        """Return those of a paper's terms that any paper which asks could tell, with their weights."""
        if number not in self._telling:
            if len(self._telling) >= _TELLING:
                self._telling.clear()
            vector = self._paper(number).vector()
            asked = vector.keys() if self._asked is None else vector.keys() & self._asked
            self._telling[number] = {term: vector[term] for term in asked}
        return self._telling[number]


def _leads(terms: Sequence[str], often: AbstractSet[str]) -> Sequence[str]:
    """Return the terms by which a paper is found, among those that may lead; `often` are in too many papers."""
    if often.isdisjoint(terms):
        return terms[:_MOST_LEADS]
    leads = [term for term in terms if term not in often][:_MOST_LEADS]
    wanting = FEWEST_LEADS - len(leads)
    if wanting > 0:
        leads += [term for term in terms if term in often][:wanting]
    return leads
