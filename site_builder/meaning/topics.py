"""Which topics a paper is of, decided by readable rules, with the words that decided.

A rule is a query with a weight. Its matches in one paper count `weight` times `IN_TITLE` in the title (once) and
`weight` each in the body (at most `MOST_IN_BODY` times); a query that joins parts by AND counts once. Words that a
heavier rule of the topic has counted are not counted again, and those that a rule of weight 0 matches say nothing to
the others: `"causal mask"` with weight 0 keeps `causal` from counting a causal mask. A negative weight speaks against,
in the body once however often. A topic is decided where the sum reaches its `floor` and nothing of `exclude` matches.
Nothing depends on any other paper.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress, count
from operator import ge
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from site_builder.errors import Problem, UserError
from site_builder.model import Evidence, Match
from site_builder.text.finder import Finder
from site_builder.text.queries import Field, Positions, Query, QueryError, Span, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from site_builder.model import Rule, Topic
    from site_builder.text.finder import Found

IN_TITLE = 3
MOST_IN_BODY = 3
MOST_MATCHES = 12
"""So many matches are kept as evidence, the weightiest first."""

_AROUND = 40
"""So many characters of a long query are shown before and behind what is refused."""
_REFUSED = 1 << 60
_BODY: Span = (0, 0)
"""The title's spans come before it, the body's do not."""


class Text:
    """A paper's title and plain text as the rules see them."""

    def __init__(self, title: str, body: str) -> None:
        self.positions: dict[Field, Positions] = {"title": Positions(title, "title"), "body": Positions(body)}

    def match(self, span: Span) -> Match:
        """Return the place and the words of a span."""
        first, last = span
        field: Field = "title" if first < 0 else "body"
        there = self.positions[field]
        starts = there.starts
        start, end = starts[first], starts[last] + len(there.written[last])
        return Match(field, start, end, there.text[start:end])


class Compiled(msgspec.Struct, frozen=True):
    """A rule with its query parsed; `topic` is the place of its topic among the others."""

    topic: int
    weight: int
    excludes: bool
    query: Query


class Weighed(NamedTuple):
    """What speaks for a topic."""

    topic: str
    score: int
    speaking: list[tuple[int, list[Span]]]
    """What each rule that speaks for it matched, with the rule's weight, the heaviest first."""
    enough: bool
    """Whether it reaches the floor and nothing excludes it."""

    def evidence(self, text: Text) -> Evidence:
        """Return it with its words."""
        worth = {
            span: weight * IN_TITLE if span[0] < 0 else weight
            for weight, spans in reversed(self.speaking)
            for span in spans
        }
        best = sorted(sorted(worth), key=worth.__getitem__, reverse=True)
        return Evidence(self.topic, self.score, tuple(map(text.match, best[:MOST_MATCHES])))


class Decider:
    """The rules of all topics, ready to be tried."""

    def __init__(self, topics: Sequence[Topic], rules: Iterable[Compiled]) -> None:
        self._topics = topics
        self._rules = sorted(rules, key=_turn)
        self._rules_of: list[list[int]] = [[] for _ in topics]
        for number, rule in enumerate(self._rules):
            self._rules_of[rule.topic].append(number)
        self._finder = Finder(rule.query for rule in self._rules)
        self._floors = [max(1, topic.floor) for topic in topics]
        self._bounds = [_bound(rule) for rule in self._rules]

    def decide(self, text: Text) -> tuple[Evidence, ...]:
        """Return the topics that the rules decide, in their order."""
        found = self._finder.find(text.positions)
        weighed = [self._weighed(number, found) for number in self._hopeful(found)]
        return tuple(each.evidence(text) for each in weighed if each.enough)

    def explain(self, text: Text, topics: Iterable[str] | None = None) -> dict[str, Weighed]:
        """Return by topic what speaks for it, enough or not, in their order; for all topics, or for some."""
        found = self._finder.find(text.positions)
        asked = None if topics is None else frozenset(topics)
        return {
            topic.id: self._weighed(number, found)
            for number, topic in enumerate(self._topics)
            if (asked is None or topic.id in asked) and not found.spans.keys().isdisjoint(self._rules_of[number])
        }

    def _hopeful(self, found: Found) -> Iterator[int]:
        """Return the topics that may reach their floors: of those that anything speaks for, few."""
        most = [0] * len(self._topics)
        bounds, in_title = self._bounds, found.in_title
        for number, spans in found.spans.items():
            if number < len(bounds):
                topic, weight, times = bounds[number]
                most[topic] += weight * (min(times, len(spans)) + (IN_TITLE if number in in_title else 0))
        return compress(count(), map(ge, most, self._floors))

    def _weighed(self, topic: int, found: Found) -> Weighed:
        """Count what the rules of a topic match, each word for one rule only."""
        spans_of, in_title = found
        taken: set[int] = set()
        score = 0
        speaking = []
        excluded = False
        for number in self._rules_of[topic]:
            if number not in spans_of:
                continue
            rule = self._rules[number]
            spans = spans_of[number]
            if rule.excludes:
                excluded = True
                continue
            if rule.query.single:
                spans = _untaken(sorted(spans), taken)
                title = bisect_left(spans, _BODY)
                most = MOST_IN_BODY if rule.weight > 0 else 1
                score += rule.weight * (IN_TITLE * (title > 0) + min(most, len(spans) - title))
            else:
                score += rule.weight * (IN_TITLE if number in in_title else 1)
            if rule.weight > 0:
                speaking.append((rule.weight, spans))
        enough = score >= self._topics[topic].floor and not excluded
        return Weighed(self._topics[topic].id, score, speaking, enough)


def compiled(topics: Iterable[Topic], path: str) -> list[Compiled]:
    """Return the rules of the topics, which come from the file `path`.

    Raises UserError with the place of every query that is refused.
    """
    rules = []
    problems = []
    for number, topic in enumerate(topics):
        for rule, excludes in (*((rule, False) for rule in topic.rules), *((rule, True) for rule in topic.exclude)):
            try:
                rules.append(Compiled(number, rule.weight, excludes, parse(rule.query)))
            except QueryError as error:
                problems.append(_problem(rule, error, path))
    if problems:
        raise UserError(problems)
    return rules


def _problem(rule: Rule, error: QueryError, path: str) -> Problem:
    start = max(0, error.offset - _AROUND)
    near = rule.query[start : error.offset + _AROUND].strip()
    where = f"near {near!r}" if len(rule.query) > 2 * _AROUND else f"in the query {rule.query!r}"
    return Problem(path, rule.line, rule.column, f"{where}, at character {error.offset + 1}: {error.message}")


def _turn(rule: Compiled) -> tuple[int, bool, bool, int]:
    """Order rules by topic: first what excludes, then what takes words away, then the heaviest."""
    return rule.topic, not rule.excludes, rule.weight > 0, -rule.weight


def _bound(rule: Compiled) -> tuple[int, int, int]:
    """Return the topic of a rule, what a match counts for it at most, and how many matches in the body do."""
    weight = -_REFUSED if rule.excludes else max(0, rule.weight)
    return rule.topic, weight, MOST_IN_BODY if rule.query.single else 1


def _untaken(spans: list[Span], taken: set[int]) -> list[Span]:
    """Return the spans none of whose places is taken, and take these; the same span is returned once."""
    kept = []
    for span in spans:
        first, last = span
        if first == last:
            if first in taken:
                continue
            taken.add(first)
        else:
            places = range(first, last + 1)
            if not taken.isdisjoint(places):
                continue
            taken.update(places)
        kept.append(span)
    return kept
