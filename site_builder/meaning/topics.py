"""Which topics a paper is of, decided by readable rules, with the words that decided.

A rule is a query with a weight. Its matches in one paper count `weight` times `IN_TITLE` in the title (once) and
`weight` each in the body (at most `MOST_IN_BODY` times); a query that joins parts by AND counts once. Words that a
heavier rule of the topic has counted are not counted again, and those that a rule of weight 0 matches say nothing to
the others: `"causal mask"` with weight 0 keeps `causal` from counting a causal mask. A negative weight speaks against,
in the body once however often. A topic is decided where the sum reaches its `floor` and nothing of `exclude` matches.
Nothing depends on any other paper.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from site_builder.errors import Problem, UserError
from site_builder.model import Evidence, Match
from site_builder.text.queries import (
    FIELDS,
    Alternative,
    Field,
    Gate,
    Positions,
    Query,
    QueryError,
    Run,
    Span,
    gates_of,
    in_reading_order,
    parse,
    run_of,
)
from site_builder.text.terms import term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from site_builder.model import Rule, Topic
    from site_builder.text.queries import Triggers

IN_TITLE = 3
MOST_IN_BODY = 3
MOST_MATCHES = 12
"""So many matches are kept as evidence, the weightiest first."""

_AROUND = 40
"""So many characters of a long query are shown before and behind what is refused."""
_MEMORY = 1 << 18
_Parts = frozenset[int]
_NONE: _Parts = frozenset()
_TITLE: tuple[Field, ...] = ("title",)


class Text:
    """A paper's title and plain text as the rules see them."""

    def __init__(self, title: str, body: str) -> None:
        self.positions: dict[Field, Positions] = {"title": Positions(title), "body": Positions(body)}

    def match(self, span: Span) -> Match:
        """Return the place and the words of a span."""
        there = self.positions[span.field]
        start = there.starts[span.first]
        end = there.starts[span.last] + len(there.written[span.last])
        return Match(span.field, start, end, there.text[start:end])


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule with its query parsed; `topic` is the place of its topic among the others."""

    topic: int
    weight: int
    excludes: bool
    query: Query


class _Part(NamedTuple):
    """What OR joins at the top of a rule's query, to be tried by itself."""

    rule: int
    query: Alternative
    needs: frozenset[str]
    gates: tuple[Gate, ...]


_Matched = tuple[Compiled, list[Span]]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for a topic."""

    topic: str
    score: int
    worth: dict[Span, int]
    enough: bool
    """Whether it reaches the floor and nothing excludes it."""

    def evidence(self, text: Text) -> Evidence:
        """Return it with its words."""
        best = sorted(self.worth, key=lambda span: (-self.worth[span], span.field != "title", span.first, span.last))
        return Evidence(self.topic, self.score, tuple(map(text.match, best[:MOST_MATCHES])))


class Decider:
    """The rules of all topics, ready to be tried.

    `frequency` tells how common a term is: a rule is tried only on texts that have its rarest term.
    """

    def __init__(self, topics: Sequence[Topic], rules: Sequence[Compiled], frequency: Callable[[str], int]) -> None:
        self._topics = topics
        self._rules = rules
        self._every = frozenset(range(len(rules)))
        self._rules_of: dict[int, list[int]] = {number: [] for number in range(len(topics))}
        for number, rule in enumerate(rules):
            self._rules_of[rule.topic].append(number)
        runs: list[tuple[int, Run]] = []
        self._parts: list[_Part] = []
        for number, rule in enumerate(rules):
            for part in rule.query.alternatives():
                if run := run_of(part):
                    runs.append((number, run))
                else:
                    self._parts.append(_Part(number, part, part.needs(), gates_of(part, frequency)))
        self._runs = _Runs(runs)
        self._triggered = _Triggered([part.query.triggers(frequency) for part in self._parts])

    def decide(self, text: Text) -> tuple[Evidence, ...]:
        """Return the topics that the rules decide, in their order."""
        found = self._runs.of(text, self._every)
        candidates = self._candidates(text, self._every)
        hopeful = self._hopeful(text, found, candidates)
        weighed = self._weighed(text, found, candidates, hopeful)
        return tuple(each.evidence(text) for each in weighed if each.enough)

    def explain(self, text: Text, topics: Iterable[str] | None = None) -> dict[str, Weighed]:
        """Return by topic what speaks for it, enough or not, in their order; for all topics, or for some."""
        asked = frozenset(number for number, topic in enumerate(self._topics) if topics is None or topic.id in topics)
        rules = frozenset(rule for topic in asked for rule in self._rules_of[topic])
        weighed = self._weighed(text, self._runs.of(text, rules), self._candidates(text, rules), asked)
        return {each.topic: each for each in weighed}

    def _candidates(self, text: Text, rules: frozenset[int]) -> list[_Part]:
        """Return the parts of some of the rules that may match, as far as can be told at little cost."""
        title, body = text.positions["title"], text.positions["body"]
        tried = _NONE.union(*map(self._triggered.__getitem__, {*title.written, *body.written}))
        in_title = set(title.terms)
        there = in_title.union(body.terms)
        return [
            part
            for part in map(self._parts.__getitem__, tried)
            if part.rule in rules
            and part.needs <= there
            and not any(gate.terms.isdisjoint(in_title if gate.fields == _TITLE else there) for gate in part.gates)
        ]

    def _hopeful(self, text: Text, found: Mapping[int, list[Span]], candidates: Iterable[_Part]) -> frozenset[int]:
        """Return the topics that may reach their floors: of those that anything speaks for, few."""
        most: dict[int, int] = defaultdict(int)
        for number, spans in found.items():
            rule = self._rules[number]
            if rule.weight > 0 and not rule.excludes:
                most[rule.topic] += rule.weight * (
                    IN_TITLE * any(span.field == "title" for span in spans) + min(MOST_IN_BODY, len(spans))
                )
        in_title = set(text.positions["title"].terms)
        for part in candidates:
            rule = self._rules[part.rule]
            if rule.weight > 0 and not rule.excludes:
                in_body = MOST_IN_BODY if rule.query.single else 1
                most[rule.topic] += rule.weight * (IN_TITLE * (part.needs <= in_title) + in_body)
        return frozenset(topic for topic, score in most.items() if score >= self._topics[topic].floor)

    def _weighed(
        self, text: Text, found: Mapping[int, list[Span]], candidates: Iterable[_Part], topics: frozenset[int]
    ) -> Iterator[Weighed]:
        """Yield those of some topics that anything speaks for, or against, in their order."""
        by_topic: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
        for number, spans in found.items():
            if (topic := self._rules[number].topic) in topics:
                by_topic[topic][number] += spans
        for part in candidates:
            if (topic := self._rules[part.rule].topic) in topics and (spans := part.query.find(text.positions, FIELDS)):
                by_topic[topic][part.rule] += spans
        for topic, matched in sorted(by_topic.items()):
            yield _weigh(
                self._topics[topic], [(self._rules[number], matched[number]) for number in sorted(matched)], text
            )


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


def _weigh(topic: Topic, matched: list[_Matched], text: Text) -> Weighed:
    score, worth = _count([(rule, in_reading_order(spans)) for rule, spans in matched if not rule.excludes], text)
    refused = any(rule.excludes for rule, _ in matched)
    return Weighed(topic.id, score, worth, enough=score >= topic.floor and not refused)


def _count(matched: list[_Matched], text: Text) -> tuple[int, dict[Span, int]]:
    """Return the score, and what each span that speaks for the topic is worth.

    A word counts for one rule only: first come those that take words away, then the heaviest.
    """
    matched = sorted(matched, key=lambda pair: (pair[0].weight > 0, -pair[0].weight))
    taken: dict[Field, set[int]] = {field: set() for field in FIELDS}
    score = 0
    worth: dict[Span, int] = {}
    for rule, all_spans in matched:
        spans = _untaken(all_spans, taken) if rule.query.single else all_spans
        if rule.query.single:
            title = min(1, sum(span.field == "title" for span in spans))
            most = MOST_IN_BODY if rule.weight > 0 else 1
            body = min(most, sum(span.field == "body" for span in spans))
            score += rule.weight * (IN_TITLE * title + body)
        else:
            in_title = spans[0].field == "title" and rule.query.find(text.positions, _TITLE)
            score += rule.weight * (IN_TITLE if in_title else 1)
        if rule.weight > 0:
            for span in spans:
                worth[span] = max(worth.get(span, 0), rule.weight * (IN_TITLE if span.field == "title" else 1))
    return score, worth


def _untaken(spans: list[Span], taken: Mapping[Field, set[int]]) -> list[Span]:
    kept = []
    for span in spans:
        places = range(span.first, span.last + 1)
        if taken[span.field].isdisjoint(places):
            kept.append(span)
            taken[span.field].update(places)
    return kept


class _Runs:
    """Runs of words, found in one walk through a text: single words as they are written, others by their first two."""

    def __init__(self, runs: Iterable[tuple[int, Run]]) -> None:
        self._words = {field: _Words() for field in FIELDS}
        self._longer: dict[Field, dict[str, dict[str, list[tuple[int, tuple[str, ...]]]]]] = {
            field: {} for field in FIELDS
        }
        """By the first and the second term: the rules, each with the terms that must follow."""
        for rule, (terms, start, fields) in runs:
            for field in fields:
                if start:
                    self._words[field].by_start.setdefault(start, []).append(rule)
                elif len(terms) == 1:
                    self._words[field].by_term.setdefault(terms[0], []).append(rule)
                else:
                    following = self._longer[field].setdefault(terms[0], {})
                    following.setdefault(terms[1], []).append((rule, terms[2:]))

    def of(self, text: Text, rules: frozenset[int]) -> dict[int, list[Span]]:
        """Return what some of the rules matched, by the rule's number."""
        found: dict[int, list[Span]] = defaultdict(list)
        for field in FIELDS:
            self._match(field, text.positions[field], rules, found)
        return found

    def _match(self, field: Field, positions: Positions, rules: frozenset[int], found: dict[int, list[Span]]) -> None:
        terms = positions.terms
        for position, there in enumerate(map(self._words[field].__getitem__, positions.written)):
            if there:
                span = Span(field, position, position)
                for rule in there:
                    if rule in rules:
                        found[rule].append(span)
        for position, following in enumerate(map(self._longer[field].get, terms[:-1])):
            for rule, rest in following.get(terms[position + 1], ()) if following else ():
                last = position + 1 + len(rest)
                if rule in rules and (not rest or tuple(terms[position + 2 : last + 1]) == rest):
                    found[rule].append(Span(field, position, last))


class _Words(dict[str, tuple[int, ...]]):
    """Written word to the rules that it matches by itself, by its term or by how it begins."""

    def __init__(self) -> None:
        super().__init__()
        self.by_term: dict[str, list[int]] = {}
        self.by_start: dict[str, list[int]] = {}

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
        self[written] = rules = tuple(sorted(found))
        return rules


class _Triggered(dict[str, _Parts]):
    """Written word to the numbers of the parts of rules that it may make match."""

    def __init__(self, triggers: Iterable[Triggers]) -> None:
        super().__init__()
        by_term: dict[str, set[int]] = defaultdict(set)
        by_prefix: dict[str, set[int]] = defaultdict(set)
        for number, needed in enumerate(triggers):
            for found in needed.terms:
                by_term[found].add(number)
            for start in needed.prefixes:
                by_prefix[start].add(number)
        self._by_term: Mapping[str, _Parts] = {found: frozenset(numbers) for found, numbers in by_term.items()}
        self._by_prefix: Mapping[str, _Parts] = {start: frozenset(numbers) for start, numbers in by_prefix.items()}
        self._lengths = sorted({len(start) for start in by_prefix})

    def __missing__(self, written: str) -> _Parts:
        word = written.lower()
        found = self._by_term.get(term(written) or "", _NONE)
        for length in self._lengths:
            found |= self._by_prefix.get(word[:length], _NONE)
        if len(self) >= _MEMORY:
            self.clear()
        self[written] = found
        return found
