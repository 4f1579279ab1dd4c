"""Many queries at once: what each of them finds in a paper, in one walk through title and body.

Most of what thousands of queries look for are words and phrases, and few of these are in any one paper. So they are
looked up by the paper's words: a single word by how it is written, a phrase of neighbours by its first two terms, one
with other words in between by its first and last. What they find is counted for the number of the query, or, where AND
joins it with others, for a number of its own, by which the query is decided afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain, compress, pairwise
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from site_builder.text.queries import FIELDS, AllOf, AnyOf, Prefix
from site_builder.text.terms import term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from site_builder.text.queries import Field, Node, Phrase, Positions, Query, Span

_MEMORY = 1 << 15
_Numbers = frozenset[int]
_NONE: _Numbers = frozenset()


class Found(NamedTuple):
    """What queries found, by their numbers; what was found of parts of queries stands behind, by higher numbers."""

    spans: Mapping[int, list[Span]]
    """In no order, and perhaps twice."""
    in_title: set[int]
    """Which of them are found in the title alone."""


class _Joined(NamedTuple):
    """What AND joins: of each of `needs` one number must be found, and none of `without`, for `number` to be."""

    number: int
    needs: tuple[_Numbers, ...]
    without: _Numbers


class Finder:
    """Queries, numbered from 0 in their order, ready to be matched all at once."""

    def __init__(self, queries: Iterable[Query]) -> None:
        roots = [query.root for query in queries]
        self._unused = len(roots)
        self._numbers: dict[Node, int] = {}
        self._lookouts: dict[Field, _Lookout] = {field: _Lookout() for field in FIELDS}
        self._joined: list[_Joined] = []
        """What stands within another comes before it."""
        self._opened: dict[int, list[int]] = {}
        """Which of the joined may be found, by numbers of which one must be found first."""
        for number, root in enumerate(roots):
            self._count(root, number)

    def find(self, paper: Mapping[Field, Positions]) -> Found:
        """Return what the queries find in a paper."""
        spans: dict[int, list[Span]] = defaultdict(list)
        self._lookouts["title"].find(paper["title"], spans)
        in_title = set(spans)
        self._lookouts["body"].find(paper["body"], spans)
        there = set(spans)
        for at in sorted({at for number in self._opened.keys() & there for at in self._opened[number]}):
            number, needs, without = self._joined[at]
            if without.isdisjoint(there) and not any(map(there.isdisjoint, needs)):
                there.add(number)
                for part in there.intersection(chain.from_iterable(needs)):
                    spans[number] += spans[part]
                if not any(map(in_title.isdisjoint, needs)):
                    in_title.add(number)
        return Found(spans, in_title)

    def _count(self, node: Node, number: int) -> None:
        """Have what a node finds counted for a number."""
        if isinstance(node, AnyOf):
            for part in node.parts:
                self._count(part, number)
        elif isinstance(node, AllOf):
            needs = tuple(map(self._numbers_of, node.parts))
            without = _NONE.union(*map(self._numbers_of, node.without))
            for opening in self._openings(node):
                self._opened.setdefault(opening, []).append(len(self._joined))
            self._joined.append(_Joined(number, needs, without))
        else:
            for field in node.fields:
                self._lookouts[field].add(node, number)

    def _numbers_of(self, node: Node) -> _Numbers:
        """Return the numbers of which one is found where a part of a query is."""
        if isinstance(node, AnyOf):
            return _NONE.union(*map(self._numbers_of, node.parts))
        if node not in self._numbers:
            self._numbers[node] = self._unused
            self._unused += 1
            self._count(node, self._numbers[node])
        return frozenset([self._numbers[node]])

    def _openings(self, node: Node) -> _Numbers:
        """Return numbers of words and phrases of which one is found where a node is; for AND, of its first part."""
        if isinstance(node, AnyOf):
            return _NONE.union(*map(self._openings, node.parts))
        return self._openings(node.parts[0]) if isinstance(node, AllOf) else self._numbers_of(node)


class _Run(msgspec.Struct):
    """Terms one right after the other: the numbers of what is found where they are, and how longer phrases go on."""

    numbers: list[int] = msgspec.field(default_factory=list)
    then: dict[str, _Run] = msgspec.field(default_factory=dict)


_Apart = tuple[str, int, "Phrase", int]
"""A phrase with other words in between: its last term, how far that may be from the first, and its number."""


class _Lookout:
    """The words and phrases that are looked for in one field, with the numbers that they are counted for."""

    def __init__(self) -> None:
        self._words = _Words()
        self._runs: dict[tuple[str, str], _Run] = defaultdict(_Run)
        """By their first two terms."""
        self._apart: dict[str, list[_Apart]] = {}
        """By the first term."""

    def add(self, leaf: Phrase | Prefix, number: int) -> None:
        """Look for a word or phrase, too."""
        if isinstance(leaf, Prefix):
            self._words.by_start.setdefault(leaf.start, set()).add(number)
            return
        first, *others = leaf.terms
        if not others:
            self._words.by_term.setdefault(first, set()).add(number)
        elif leaf.slop == 1:
            run = self._runs[first, others[0]]
            for following in others[1:]:
                run = run.then.setdefault(following, _Run())
            run.numbers.append(number)
        else:
            self._apart.setdefault(first, []).append((others[-1], leaf.slop * len(others), leaf, number))

    def find(self, there: Positions, spans: dict[int, list[Span]]) -> None:
        """Add what is found in a text to the spans, by number."""
        words = list(map(self._words.__getitem__, there.written))
        for place, numbers in compress(enumerate(words, there.first), words):
            span = (place, place)
            for number in numbers:
                spans[number].append(span)
        terms = [*there.terms, ""]
        runs = list(map(self._runs.get, pairwise(terms)))
        for at, begun in compress(enumerate(runs), runs):
            run: _Run | None = begun
            end = at + 2
            while run:
                span = (there.first + at, there.first + end - 1)
                for number in run.numbers:
                    spans[number].append(span)
                run = run.then.get(terms[end])
                end += 1
        places = there.by_term
        for first in self._apart.keys() & places.keys():
            for last, reach, phrase, number in self._apart[first]:
                if last in places and _near(places[first], places[last], reach) and (found := phrase.within(places)):
                    spans[number] += found


def _near(places: list[int], ends: list[int], reach: int) -> bool:
    for place in places:
        for end in ends:
            if place < end <= place + reach:
                return True
    return False


class _Words(dict[str, tuple[int, ...]]):
    """Written word to the numbers that it is counted for, by its term or by how it begins."""

    def __init__(self) -> None:
        super().__init__()
        self.by_term: dict[str, set[int]] = {}
        self.by_start: dict[str, set[int]] = {}

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(start) for start in self.by_start})

    def __missing__(self, written: str) -> tuple[int, ...]:
        word = written.lower()
        found = set(self.by_term.get(term(written) or "", ()))
        for length in self._lengths:
            if length <= len(word):
                found.update(self.by_start.get(word[:length], ()))
        if len(self) >= _MEMORY:
            self.clear()
        self[written] = numbers = tuple(sorted(found))
        return numbers
