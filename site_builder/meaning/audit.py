"""Why a paper is of a topic and of no other, and what a curator may want to look at in the rules as a whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING, Literal

from site_builder.content.papers import ours, withheld
from site_builder.meaning.topics import IN_TITLE, Text
from site_builder.model import Evidence
from site_builder.text.finder import Finder
from site_builder.text.markdown import to_text
from site_builder.text.queries import narrowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from site_builder.meaning.analysis import Analyser
    from site_builder.meaning.topics import Compiled
    from site_builder.model import Catalogue, Match, Paper, Rule, Topic

MANY = 6
"""More topics than this are too many for one paper."""
SWALLOWED = 4
"""A topic that has more than one in so many papers says little of each."""
FEW = 3
"""Topics with fewer papers come together by chance."""

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a paper that a rule matched: where, how often, what the rule weighs, and its line in topics.yaml."""

    field: str
    words: str
    times: int
    weight: int
    line: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the rules say of a paper and one topic, and whether the paper's file has it."""

    topic: str
    score: int
    floor: int
    decided: bool
    in_file: bool
    matches: tuple[Said, ...]
    """What speaks for it (at most twelve places, the weightiest first), then what speaks against it or takes away."""
    excluded: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that the rules find in a paper, beside its file."""

    slug: str
    title: str
    text: Literal["abstract", "summary", "none"]
    """What was read beside the title. A summary stands where the abstract that decided is not held."""
    in_file: tuple[str, ...]
    written_by: Literal["a program", "a person"]
    """Who had the last word on the topics in the file."""
    topics: tuple[Weighed, ...]
    """In the order of topics.yaml; those of which nothing is said are left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, or a part of it, by its place in topics.yaml."""

    line: int
    column: int
    topic: str
    query: str


@dataclass(frozen=True, slots=True)
class Matching:
    """A rule of a topic: what it weighs, in how many papers it matches, and the first of these with the words."""

    rule: Line
    weight: int
    excludes: bool
    papers: int
    slug: str
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper of which something speaks for a topic, with the weightiest of the words."""

    slug: str
    score: int
    words: str
    in_file: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicExplanation:
    """What the rules of one topic find in all papers."""

    topic: str
    floor: int
    unread: int
    """Papers whose abstract is not here: the rules see less of them than what decided."""
    rules: tuple[Matching, ...]
    """In the order of topics.yaml."""
    decided: tuple[Candidate, ...]
    """The papers that the rules give the topic, the least score first."""
    short: tuple[Candidate, ...]
    """Those whose score is too low, the nearest to the floor first."""
    excluded: tuple[Candidate, ...]
    """Those whose score is enough, but which a rule excludes."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Topics that a file has and the rules would not give it, and the reverse."""

    slug: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    written_by: Literal["a program", "a person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What is odd about topics. `none`, `many`, `large` and `together` are of the files, the rest of the rules."""

    papers: int
    unread: int
    """Papers whose abstract is not here: the rules see less of them than what decided."""
    none: tuple[str, ...]
    """Papers without a topic."""
    many: tuple[tuple[str, int], ...]
    """Papers with more than MANY, the most first."""
    large: tuple[tuple[str, int], ...]
    """Topics that have more than one in SWALLOWED of all papers."""
    together: tuple[tuple[str, str, int], ...]
    """Topics all of whose papers (FEW at least) are of the other topic too, with their number."""
    silent: tuple[Line, ...]
    """Rules that match nothing in any paper."""
    narrowed: tuple[Line, ...]
    """Words and phrases of rules that look for less than they say, with what is left of them."""
    differ: tuple[Difference, ...]
    """Papers, but for the unread ones, whose file has other topics than the rules decide."""


def explain(paper: Paper, analyser: Analyser, abstract: str = "") -> Explanation:
    """Tell what each rule finds in a paper; in its `abstract`, where the page does not hold it."""
    read = _text(paper, abstract)
    text = Text(paper.title, read)
    weighed = {found.topic: found for found in analyser.explain(paper.title, read)}
    decided = {found.topic for found in analyser.decide(paper.title, read)}
    held: Literal["abstract", "summary"] = "summary" if withheld(paper) and not abstract else "abstract"
    return Explanation(
        slug=paper.slug,
        title=paper.title,
        text=held if read.strip() else "none",
        in_file=paper.topics,
        written_by=_written_by(paper),
        topics=tuple(
            _weighed(
                topic,
                weighed.get(topic.id) or Evidence(topic.id, 0, ()),
                [rule for rule in analyser.rules if rule.topic == number],
                text,
                decided=topic.id in decided,
                in_file=topic.id in paper.topics,
            )
            for number, topic in enumerate(analyser.topics)
            if topic.id in weighed or topic.id in paper.topics
        ),
    )


def _text(paper: Paper, abstract: str) -> str:
    return abstract if abstract and withheld(paper) else to_text(paper.body)


def _written_by(paper: Paper) -> Literal["a program", "a person"]:
    return "a program" if ours(paper, "topics") else "a person"


def _weighed(
    topic: Topic, evidence: Evidence, rules: Sequence[Compiled], text: Text, *, decided: bool, in_file: bool
) -> Weighed:
    lines = [rule.line for rule in (*topic.rules, *topic.exclude)]
    found = [
        (line, rule, [text.match(span) for span in rule.query.find(text.positions)])
        for line, rule in zip(lines, rules, strict=True)
    ]
    heaviest: dict[Match, tuple[int, int]] = {}
    for line, rule, matches in found:
        for match in matches if not rule.excludes else ():
            heaviest[match] = max((rule.weight, line), heaviest.get(match, (rule.weight, line)))
    speaking = [(match, *heaviest[match]) for match in evidence.matches]
    against = [
        (match, rule.weight, line)
        for line, rule, matches in found
        for match in matches
        if rule.weight <= 0 and not rule.excludes
    ]
    excluded = [(match, rule.weight, line) for line, rule, matches in found for match in matches if rule.excludes]
    return Weighed(
        topic=topic.id,
        score=evidence.score,
        floor=topic.floor,
        decided=decided,
        in_file=in_file,
        matches=(*_said(speaking), *_said(against)),
        excluded=tuple(_said(excluded)),
    )


def _said(found: Iterable[tuple[Match, int, int]]) -> Iterator[Said]:
    """Yield matches with those put together that differ in their place only."""
    times = Counter((match.field, " ".join(match.text.split()), weight, line) for match, weight, line in found)
    for (field, words, weight, line), count in times.items():
        yield Said(field, words, count, weight, line)


def explained(explanation: Explanation, rules: str) -> Iterator[str]:
    """Yield the lines that tell an explanation; `rules` is the path of topics.yaml."""
    yield explanation.title
    yield f"in the file: {', '.join(explanation.in_file) or 'no topic'} (written by {explanation.written_by})"
    if explanation.text == "summary":
        yield "the abstract is not held here: what follows is of the title and the summary in its place"
    if explanation.text == "none":
        yield "there is no text: what follows is of the title alone"
    if not explanation.topics:
        yield "no rule of any topic finds a word"
    width = max((len(_place(said)) for topic in explanation.topics for said in topic.matches), default=0)
    for topic in explanation.topics:
        yield ""
        yield f"{topic.topic}: {topic.score} of {topic.floor}, {_verdict(topic)}"
        yield from (f"  {_place(said):{width}}  {_quoted(said)}  {rules}:{said.line}" for said in topic.matches)
        yield from (
            f"  excluded by {_quoted(said)} in the {said.field}  {rules}:{said.line}" for said in topic.excluded
        )


def _verdict(topic: Weighed) -> str:
    if topic.decided:
        said = "decided"
    elif topic.score >= topic.floor:
        said = "excluded"
    else:
        said = f"{topic.floor - topic.score} too few" if topic.matches else "nothing speaks for it"
    if topic.decided == topic.in_file:
        return said
    return f"{said}, but {'it is' if topic.in_file else 'it is not'} in the file"


def _place(said: Said) -> str:
    return f"{said.field:5}  {said.weight}{f' x {IN_TITLE}' if said.field == 'title' and said.weight else ''}"


def _quoted(said: Said) -> str:
    return f"“{said.words}”" + (f" {said.times} times" if said.times > 1 else "")


def explain_topic(
    topic: Topic, papers: Iterable[Paper], analyser: Analyser, abstracts: Mapping[str, str]
) -> TopicExplanation:
    """Tell what the rules of a topic find in papers; `analyser` has this topic alone, `abstracts` as `audit` has it."""
    finder = Finder(rule.query for rule in analyser.rules)
    matching: Counter[int] = Counter()
    first: dict[int, tuple[str, str]] = {}
    decided: list[Candidate] = []
    short: list[Candidate] = []
    excluded: list[Candidate] = []
    unread = 0
    for paper in papers:
        read = _text(paper, abstracts.get(paper.slug, ""))
        unread += _is_unread(paper, read, abstracts)
        text = Text(paper.title, read)
        for number, spans in finder.find(text.positions).spans.items():
            matching[number] += 1
            if number not in first:
                first[number] = paper.slug, _words(text.match(min(spans)))
        for evidence in analyser.explain(paper.title, read):
            words = _words(evidence.matches[0]) if evidence.matches else ""
            found = Candidate(paper.slug, evidence.score, words, topic.id in paper.topics)
            if evidence.score < topic.floor:
                short += [found] if words or found.in_file else []
            else:
                (decided if analyser.decide(paper.title, read) else excluded).append(found)
    rules = [(rule, False) for rule in topic.rules] + [(rule, True) for rule in topic.exclude]
    return TopicExplanation(
        topic=topic.id,
        floor=topic.floor,
        unread=unread,
        rules=tuple(
            Matching(_line_of(topic, rule), rule.weight, excludes, matching[number], *first.get(number, ("", "")))
            for number, (rule, excludes) in enumerate(rules)
        ),
        decided=tuple(sorted(decided, key=lambda found: found.score)),
        short=tuple(sorted(short, key=lambda found: -found.score)),
        excluded=tuple(excluded),
    )


def _words(match: Match) -> str:
    return " ".join(match.text.split())


def _is_unread(paper: Paper, read: str, abstracts: Mapping[str, str]) -> bool:
    return not read.strip() or (withheld(paper) and not abstracts.get(paper.slug))


def explained_topic(found: TopicExplanation, rules: str) -> Iterator[str]:
    """Yield the lines that tell what the rules of a topic find, of papers the nearest to the floor."""
    papers = f"{len(found.decided):,} paper{'s' if len(found.decided) != 1 else ''}"
    yield f"{found.topic}: the rules decide it of {papers}; its floor is {found.floor}"
    yield from _told_unread(found.unread)
    yield ""
    yield "each rule: in how many papers it matches, its weight, its place, the first words that it finds"
    for each in found.rules:
        weight = "excludes" if each.excludes else f"weight {each.weight}"
        example = f"  “{each.words}” in {each.slug}" if each.papers else ""
        yield f"  {each.papers:6,}  {weight:9}  {rules}:{each.rule.line}:{each.rule.column}{example}"
    for name, candidates in (
        ("decided, the least sure first", found.decided),
        ("too little speaks for it, the nearest first", found.short),
        ("excluded", found.excluded),
    ):
        rows = [_candidate(one, decided=candidates is found.decided) for one in candidates]
        yield from _listed(name, rows)


def _candidate(found: Candidate, *, decided: bool) -> str:
    filed = f", but it is {'' if found.in_file else 'not '}in the file" if found.in_file != decided else ""
    return f"{found.slug}: {found.score}, “{found.words}”{filed}"


def audit(catalogue: Catalogue, analyser: Analyser, abstracts: Mapping[str, str]) -> Audit:
    """Look through all papers and rules. `abstracts` are those that pages do not hold, in plain text by slug."""
    papers = catalogue.papers
    finder = Finder(rule.query for rule in analyser.rules)
    silent = set(range(len(analyser.rules)))
    differ = []
    unread = 0
    for paper in papers:
        text = _text(paper, abstracts.get(paper.slug, ""))
        silent -= finder.find(Text(paper.title, text).positions).spans.keys()
        if _is_unread(paper, text, abstracts):
            unread += 1
        elif difference := _difference(paper, [found.topic for found in analyser.decide(paper.title, text)]):
            differ.append(difference)
    lines = [_line_of(topic, rule) for topic in catalogue.topics for rule in (*topic.rules, *topic.exclude)]
    return Audit(
        papers=len(papers),
        unread=unread,
        none=tuple(paper.slug for paper in papers if not paper.topics),
        many=_most((paper.slug, len(paper.topics)) for paper in papers if len(paper.topics) > MANY),
        large=_most(
            (topic, len(held)) for topic, held in catalogue.in_topic.items() if len(held) * SWALLOWED > len(papers)
        ),
        together=tuple(_together(catalogue)),
        silent=tuple(lines[number] for number in sorted(silent)),
        narrowed=tuple(
            replace(line, query=f"{piece}: only {left}") for line in lines for piece, left in narrowed(line.query)
        ),
        differ=tuple(differ),
    )


def _line_of(topic: Topic, rule: Rule) -> Line:
    return Line(rule.line, rule.column, topic.id, rule.query)


def _difference(paper: Paper, decided: Sequence[str]) -> Difference | None:
    removed = tuple(topic for topic in paper.topics if topic not in decided)
    added = tuple(topic for topic in decided if topic not in paper.topics)
    return Difference(paper.slug, removed, added, _written_by(paper)) if removed or added else None


def _most(rows: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(rows, key=lambda row: -row[1]))


def _together(catalogue: Catalogue) -> Iterator[tuple[str, str, int]]:
    slugs = {topic: {paper.slug for paper in papers} for topic, papers in catalogue.in_topic.items()}
    for one, other in permutations(slugs, 2):
        if len(slugs[one]) >= FEW and slugs[one] <= slugs[other]:
            yield one, other, len(slugs[one])


def audited(found: Audit, rules: str) -> Iterator[str]:
    """Yield the lines that tell an audit, ten of each kind at most; `rules` is the path of topics.yaml."""
    yield f"{found.papers:,} paper{'s' if found.papers != 1 else ''}"
    yield from _told_unread(found.unread)
    kinds: Sequence[tuple[str, list[str]]] = (
        ("papers with no topic", list(found.none)),
        (f"papers with more than {MANY} topics", [f"{slug}: {count}" for slug, count in found.many]),
        (
            "topics that have more than a quarter of all papers",
            [f"{topic}: {count:,}" for topic, count in found.large],
        ),
        (
            "topics that never come without another",
            [f"each of the {count} papers of {one} is of {other} too" for one, other, count in found.together],
        ),
        ("rules that never match", [_line(line, rules) for line in found.silent]),
        ("words and phrases that look for less than they say", [_line(line, rules) for line in found.narrowed]),
        ("papers whose file has other topics than the rules decide", list(map(_told, found.differ))),
    )
    for name, rows in kinds:
        yield from _listed(name, rows)


def _told_unread(papers: int) -> Iterator[str]:
    if papers:
        yield f"{papers:,} of all papers without their abstract: the rules see only what is here"


def _listed(name: str, rows: Sequence[str]) -> Iterator[str]:
    yield ""
    yield f"{name}: {len(rows):,}"
    yield from (f"  {row}" for row in rows[:_SHOWN])
    if len(rows) > _SHOWN:
        yield f"  and {len(rows) - _SHOWN:,} more (--json shows all)"


def _line(line: Line, rules: str) -> str:
    query = line.query if len(line.query) <= 80 else line.query[:79] + "…"
    return f"{rules}:{line.line}:{line.column}: {line.topic}: {query}"


def _told(difference: Difference) -> str:
    signed = [*(f"-{topic}" for topic in difference.removed), *(f"+{topic}" for topic in difference.added)]
    return f"{difference.slug}: {', '.join(signed)} (the file is written by {difference.written_by})"
