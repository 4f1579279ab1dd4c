"""The likeliest reading of a page's lines: titles, abstracts, furniture, and where two readings are close.

Each line plays a role (below); a reading gives every line one. What a role costs on a line follows from the words of
the line (`cues`, `furniture`), what it costs after the role before follows from the layout: blank lines, whether the
next word would still have fitted into the line, whether a sentence was left open. The cheapest reading of the whole is
found by dynamic programming (Viterbi's algorithm), then again with the habits of this page as the first reading showed
them: how often its abstracts have several paragraphs, its titles several lines, its entries no abstract, and where it
has blank lines. A line is doubtful when the cheapest reading that gives it another role costs hardly more. Costs are
natural logarithms of odds.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from site_builder.ingest import cues
from site_builder.ingest.furniture import Kind, is_name, kind_of, names_in, shape
from site_builder.meaning.weights import Weights, load
from site_builder.text.terms import term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CLOSE = 0.7
"""Readings that differ by less than this cost are both possible: odds of two to one."""


class Role(IntEnum):
    """What a line is in a reading. Furniture and noise remember whether an entry is open, and how far."""

    TITLE = 0
    TITLE_GOES_ON = 1
    ABSTRACT = 2
    ABSTRACT_GOES_ON = 3
    PARAGRAPH = 4
    FURNITURE_OUTSIDE = 5
    FURNITURE_AFTER_TITLE = 6
    FURNITURE_AFTER_ABSTRACT = 7
    NOISE_OUTSIDE = 8
    NOISE_AFTER_TITLE = 9
    NOISE_AFTER_ABSTRACT = 10


_IN_TITLE = (Role.TITLE, Role.TITLE_GOES_ON)
_IN_ABSTRACT = (Role.ABSTRACT, Role.ABSTRACT_GOES_ON, Role.PARAGRAPH)
_FURNITURE = (Role.FURNITURE_OUTSIDE, Role.FURNITURE_AFTER_TITLE, Role.FURNITURE_AFTER_ABSTRACT)
_NOISE = (Role.NOISE_OUTSIDE, Role.NOISE_AFTER_TITLE, Role.NOISE_AFTER_ABSTRACT)
_CLASS = {role: name for names, name in (
    ((Role.TITLE,), "title"),
    ((Role.TITLE_GOES_ON,), "title, continued"),
    (_IN_ABSTRACT, "abstract"),
    (_FURNITURE, "furniture"),
    (_NOISE, "not understood"),
) for role in names}  # fmt: skip

_REPEATED = Kind("repeated", 0.7, re.compile(""))
"""What no table knows, and the page says again and again."""
_NEVER = math.inf
_MARKED = 4.0
"""What a mark is worth that says what a line is."""
_LONG_TITLE = 110
"""Characters; one title in twenty is longer."""
_CLEAR = 2.5
"""Log odds by which a line is clearly a title or clearly running text."""
_SURE = 10.0
"""Log odds by which a line is surely running text: several sentences, and words that titles do not have."""
_LONG_LINE = 160
"""Characters; no line that somebody wrapped is longer."""
_ROOM = 20
"""Characters that a wrapped line hardly ever leaves free where the next word would have fitted."""
_RAGGED = 3
"""Characters by which a wrapped line may be longer than the width that was found."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, with what its words and its place say."""

    number: int
    text: str
    blank_before: bool
    kind: Kind | None
    score: float
    """Log odds of running text against a title."""
    stop: bool
    """It ends where a sentence ends."""
    may_end: bool
    """A text may end with it: a sentence or an address ends there."""
    low: bool
    open: bool
    width: int = 0
    """Where the lines of this page are wrapped, in characters; 0 where they are not."""
    title_width: int = 0
    """Length of the longest line of this page that may be a title."""
    glued: bool = False
    """No blank line before, on a page that has them before most lines."""
    named: bool = False
    """A name where the page names people: after "Submitted by", or in a list below "Authors"."""
    author: bool = False
    """A person's name, on a page that has lists of names."""
    says: str = ""
    """What a mark on the line says that it is: title, abstract, or nothing."""
    others_say: bool = False
    """Titles of this page are marked, and this line is not."""
    formula: bool = False
    item: bool = False
    """It looks like an item of a list."""


@dataclass(frozen=True, slots=True)
class _Habits:
    """What one page does, as costs: learned from a first reading, between fixed bounds."""

    paragraph: float = 1.2
    no_abstract: float = 3.0
    abstract: float = 0.05
    """Of an entry that has its abstract."""
    longer_title: float = 1.8
    unfinished: float = 2.5
    """Of an abstract that does not end where a sentence ends."""
    label: float = 5.5
    """Of a short line between title and abstract that no table knows: an organisation."""
    gap_before_title: tuple[float, float] = (0.0, 0.0)
    """Cost of a title without and with a blank line before it."""
    gap_before_abstract: tuple[float, float] = (0.0, 0.0)


class Reading(NamedTuple):
    """The role of a line, and its class in the next best reading where that is close (else empty)."""

    line: Line
    role: Role
    rival: str


def class_of(role: Role) -> str:
    """Return the name of a role's class: title, abstract, furniture or not understood."""
    return _CLASS[role].partition(",")[0]


def read(lines: Iterable[tuple[int, str, bool, str]]) -> list[Reading]:
    """Read the lines of one file: number, text (never blank), whether a blank line stands before, what a mark says.

    The search for a page's habits starts twice, from a page of abstracts and from a list of titles.
    """
    seen = _layout([_line(*line) for line in lines])
    if not seen:
        return []
    found = [_settled(seen, habits) for habits in (_Habits(), _Habits(no_abstract=0.3, abstract=1.5))]
    _, roles, rivals = min(found, key=lambda reading: reading[0])
    return [Reading(line, role, rival) for line, role, rival in zip(seen, roles, rivals, strict=True)]


def _settled(lines: Sequence[Line], habits: _Habits) -> tuple[float, list[Role], list[str]]:
    """Return the cheapest reading, its cost, and the rivals, by the habits that three readings taught."""
    for _ in range(3):
        _, roles, _ = _cheapest(lines, habits)
        habits = _learned(lines, roles)
    return _cheapest(lines, habits)


def _line(number: int, text: str, blank_before: bool, says: str) -> Line:
    formula = cues.is_formula(text)
    return Line(
        number,
        text,
        blank_before,
        _kind(text),
        cues.prose_score(text) + 4.0 * formula,
        cues.ends_sentence(text),
        cues.ends_sentence(text) or cues.ends_with_address(text) or formula,
        cues.starts_low(text),
        cues.ends_open(text),
        says=says,
        formula=formula,
        item=cues.is_item(text),
    )


def _kind(text: str) -> Kind | None:
    """Return the kind of furniture that a line may be; a common word is nobody's user name."""
    kind = kind_of(text)
    if kind and kind.name == "user name" and text.isalpha() and _common().frequency(term(text) or ""):
        return None
    return kind


@cache
def _common() -> Weights:
    return load()


# Layout


def _layout(lines: list[Line]) -> list[Line]:
    """Add what only the neighbours tell: wrap width by page, the names of submitters, prose that goes on below."""
    placed: list[Line] = []
    for page in _pages(lines):
        spaced = all(line.blank_before for line in page[1:])
        width = _wrap_width(page, spaced=spaced)
        mostly = sum(line.blank_before for line in page) > 0.6 * len(page)
        title_width = max((len(line.text) for line in page if line.score < -0.8 and not line.kind), default=0)
        placed += [
            replace(
                line,
                width=width,
                title_width=title_width,
                # Where every line has a blank one before it, and lines are wrapped, blank lines say nothing.
                blank_before=line.blank_before and not (width and spaced),
                glued=mostly and not line.blank_before,
            )
            for line in page
        ]
    marked = any(line.says == "title" for line in placed)
    repeated = _repeated(placed)
    has_authors = sum(names_people(line) for line in placed) > 2
    return [
        replace(
            line,
            named=named,
            author=has_authors and is_name(line.text),
            others_say=marked and not line.says,
            kind=_REPEATED if line.text in repeated and not line.kind else line.kind,
        )
        for line, named in zip(placed, _named(placed), strict=True)
    ]


def names_people(line: Line) -> bool:
    """Tell whether a line lists people, or where their paper came out, too; one name counts where others are lists."""
    return line.author or (line.kind.name == "source" if line.kind else names_in(line.text))


def _named(lines: Sequence[Line]) -> Iterable[bool]:
    """Yield for each line whether it is a name where the page names people."""
    submitter = authors = False
    for line in lines:
        authors = authors and is_name(line.text)
        yield authors or (submitter and len(line.text) <= 40 and len(line.text.split()) <= 3)
        submitter = line.text.rstrip(":") == "Submitted by"
        authors = authors or line.text in ("Authors:", "Authors", "Author:")


def _repeated(lines: Sequence[Line]) -> set[str]:
    """Return texts that stand on three lines or more, each time above another text: an organisation's name, say.

    They are short; longer ones are those that differ in their numbers: what a page says of each paper's days. Lines
    that stand there as often may come between.
    """
    around = zip([None, *lines], lines, [*lines[1:], None], strict=False)
    shapes = [
        shape(line.text) if _may_repeat(line) and not _is_of_a_series(before, line, below) else ""
        for before, line, below in around
    ]
    often = {alike for alike, times in Counter(shapes).items() if alike and times > 2}
    above: defaultdict[str, set[str]] = defaultdict(set)
    text = ""
    for line, alike in zip(reversed(lines), reversed(shapes), strict=True):
        if alike in often:
            above[alike].add(text)
        else:
            text = line.text
    return {line.text for line, alike in zip(lines, shapes, strict=True) if len(above[alike]) > 2}


def _is_of_a_series(before: Line | None, line: Line, below: Line | None) -> bool:
    """Tell whether a line with a number stands where titles do: below a text, and above one or a list of names."""
    if shape(line.text) == line.text or below is None or (before and not (before.may_end and before.score > 0)):
        return False
    return below.score > _CLEAR or names_in(below.text)


def _may_repeat(line: Line) -> bool:
    words, size = len(line.text.split()), len(line.text)
    short = (2 <= words <= 12 and size <= 120) if shape(line.text) != line.text else (words <= 5 and size <= 60)
    return short and line.text[-1] not in ".:;," and not line.says


def _pages(lines: list[Line]) -> Iterable[list[Line]]:
    """Part a file where a banner begins another page: the two may be laid out differently."""
    start = 0
    for at, line in enumerate(lines):
        if line.kind and line.kind.name in ("banner", "page title") and at - start > 12:
            yield lines[start:at]
            start = at
    yield lines[start:]


def _wrap_width(page: list[Line], *, spaced: bool) -> int:
    """Return the length of the longest lines that go on in the next one, or 0 where lines are not wrapped."""
    text = [line for line in page if not line.kind or line.kind.cost]
    wrapped = [
        len(line.text)
        for line, after in pairwise(text)
        if not line.stop
        and after.low
        and 30 <= len(line.text) <= 140
        and len(after.text) <= _LONG_LINE
        and (spaced or not after.blank_before)
    ]
    if len(wrapped) < max(2, 0.15 * len(text)):
        return 0
    # The longest, but for the few that are longer: an address cannot be wrapped.
    usual = sorted(length for length in wrapped if length <= 1.25 * statistics.median(wrapped))
    return usual[len(usual) - 1 - len(usual) // 30]


def _fits(before: Line, line: Line, width: int) -> bool:
    """Tell whether the first word of the line would have fitted at the end of the line before."""
    return len(before.text) + 1 + len(line.text.split(" ", 1)[0]) <= width


def _short(before: Line, line: Line) -> bool:
    """Tell whether the line before ends so far from where this page wraps its lines that none is wrapped there."""
    return before.width > 0 and _fits(before, line, before.width - _ROOM)


def _wrapped(before: Line, line: Line) -> bool:
    """Tell whether the line before is so full that this line may be the rest of what is wrapped there."""
    return 0 < len(before.text) <= line.width + _RAGGED and not _fits(before, line, line.width)


# Costs


def _odds(score: float) -> float:
    """Return -log of the logistic function: what it costs to bet on something with these log odds."""
    return math.log1p(math.exp(-score)) if score > -30 else -score


def _as_title(line: Line) -> float:
    if line.score > _SURE and not line.says:
        return _NEVER
    words = line.text.split()
    cost = _odds(-line.score) + {1: 2.5, 2: 0.5}.get(len(words), 0.0)
    if line.kind:
        cost += 7.0 if line.kind.cost == 0 or line.kind.name == "address" else 2.5
    if line.named or names_in(line.text):
        cost += 1.5
    if len(line.text) > 250:
        cost += 3.0
    cost += 2.5 * (line.item and not line.says) + {"title": -_MARKED, "abstract": _MARKED}.get(line.says, 0.0)
    cost += 3.0 * line.others_say
    return cost if any(c.isalpha() for c in line.text) else cost + 8.0


def _as_prose(line: Line, score: float) -> float:
    firm = 5.0 if line.kind and line.kind.cost == 0 else 0.0
    return _odds(score) + firm + {"title": _MARKED, "abstract": -_MARKED}.get(line.says, 0.0)


def _as_furniture(line: Line) -> float:
    if line.named:
        return 0.3
    if line.says:
        return _NEVER
    return line.kind.cost if line.kind else _NEVER


def _as_noise(line: Line) -> float:
    """Return the cost of leaving a line out: more for what looks much like a title."""
    if line.says:
        return 9.0
    return 6.0 if line.score < -1 and len(line.text.split()) > 3 else 4.5


def _more_noise(line: Line) -> float:
    """Return the cost of leaving out a line below one that is left out: much less, unless it is clearly of a paper."""
    return 3.0 if abs(line.score) > _CLEAR else 1.0


def _title_after_abstract(before: Line, line: Line, habits: _Habits) -> float:
    cost = 0.2 + habits.gap_before_title[line.blank_before] + 2.0 * line.low + 2.5 * line.glued
    if not before.may_end:
        cost += habits.unfinished + 2.0 * before.open
    if _wrapped(before, line) and not line.blank_before:
        cost += 0.4 if before.stop else 1.0
    return cost


def _title_after_title(before: Line, line: Line, habits: _Habits) -> float:
    return habits.no_abstract + 3.0 * line.low + 2.5 * before.open


def _title_goes_on(before: Line, line: Line, habits: _Habits) -> float:
    cost = habits.longer_title + 5.0 * line.blank_before
    if before.open or line.low or line.glued:
        cost -= 1.2
    if _fits(before, line, before.title_width):
        cost += 0.5 if before.open else 1.0 if line.low and not line.kind else 2.5
    if before.stop:
        cost += 2.0
    if ":" in before.text[:-1] and ":" in line.text[:-1]:
        cost += 2.0
    cost += 0.04 * max(len(before.text) + len(line.text) - _LONG_TITLE, 0)
    cost += _MARKED * (line.says != "")
    words = 0.6 * _odds(1.5 * line.low - line.score)
    words += 2.0 * line.text.endswith(".") + 2.5 * cues.inner_stops(line.text)
    if line.kind:
        words += 4.0 if not line.kind.cost else 1.0 * (not _may_be_wrapped_title(before, line))
    return max(cost, 0.1) + words


def _may_be_wrapped_title(before: Line, line: Line) -> bool:
    """Tell whether a word that may be furniture looks like the last word of a title above, which is full."""
    if (
        not line.kind
        or not line.kind.cost
        or line.kind is _REPEATED
        or line.blank_before
        or _fits(before, line, before.title_width)
    ):
        return False
    return before.blank_before or line.kind.name == "menu"


def _abstract_after_title(before: Line, line: Line, habits: _Habits) -> float:
    low = 1.0 if _short(before, line) else 2.5
    cost = 1.5 * before.open + low * line.low + 1.5 * line.glued + habits.gap_before_abstract[line.blank_before]
    if not line.blank_before and not before.says and _wrapped(before, line):
        cost += 1.0  # a title seldom ends just where a line is full
    return cost


def _abstract_goes_on(before: Line, line: Line) -> float:
    left_open = not before.may_end and line.low and not line.says
    if line.blank_before:
        return (4.0 if left_open else 8.0) + _as_prose(line, line.score)
    if left_open:
        return 3.0 if line.kind and not line.kind.cost else 0.0
    address = line.kind is not None and line.kind.name == "address"
    if not before.stop and address:
        return 0.0
    if _wrapped(before, line):
        return 0.2 + 0.35 * _as_prose(line, line.score) + 0.8 * (before.stop and line.low)
    if line.width and len(before.text) <= line.width + _RAGGED:
        return (4.5 if before.stop else 2.5) + _as_prose(line, line.score)
    return (3.0 if before.stop else 0.5 if before.open else 2.0) + _as_prose(line, line.score)


def _announces(before: Line, line: Line) -> bool:
    """Tell whether a list begins (after a colon) or goes on."""
    return line.item and (before.text.endswith((":", ";", ",")) or before.item)


def _paragraph(before: Line, line: Line, habits: _Habits) -> float:
    address = line.kind is not None and line.kind.name == "address"
    after_formula = before.formula or line.formula
    cost = habits.paragraph + 3.5 * (not before.may_end and not line.formula and not _announces(before, line))
    cost += 2.5 * (line.low and not address and not after_formula)
    cost += _MARKED * (line.says == "abstract") * 2
    return cost + 0.3 * (not line.blank_before)


class _Costs:
    """The costs of all roles on all lines of a file, for given habits."""

    def __init__(self, lines: Sequence[Line], habits: _Habits) -> None:
        self.lines = lines
        self.habits = habits
        self.titles = [_as_title(line) for line in lines]
        self.prose = [
            _as_prose(line, _score_below(lines, at)) + 0.7 * max(5 - len(line.text.split()), 0)
            for at, line in enumerate(lines)
        ]
        self.furniture = [_as_furniture(line) for line in lines]
        self.last_text = _last_text(lines)

    def first(self) -> list[float]:
        """Return the cost of each role for the first line."""
        costs = [_NEVER] * len(Role)
        costs[Role.TITLE] = self.titles[0]
        costs[Role.FURNITURE_OUTSIDE] = self.furniture[0]
        costs[Role.NOISE_OUTSIDE] = _as_noise(self.lines[0])
        return costs

    def step(self, at: int) -> list[list[tuple[int, float]]]:
        """Return for each role of line `at` the roles that the line before may have, each with the cost of the step."""
        line, before, habits = self.lines[at], self.lines[at - 1], self.habits
        far = self.lines[self.last_text[at]]  # the last line of text, where furniture or noise stands between
        steps: list[list[tuple[int, float]]] = [[] for _ in Role]
        title, prose = self.titles[at], self.prose[at]

        after_title = title + _title_after_title(before, line, habits)
        after_title += habits.gap_before_title[line.blank_before] + 2.5 * line.glued
        goes_on = _title_goes_on(before, line, habits)
        begins = prose + habits.abstract + _abstract_after_title(before, line, habits)
        for role in _IN_TITLE:
            steps[Role.TITLE].append((role, after_title))
            steps[Role.TITLE_GOES_ON].append((role, goes_on))
            steps[Role.ABSTRACT].append((role, begins))
        after_abstract = title + _title_after_abstract(before, line, habits)
        more = _abstract_goes_on(before, line)
        paragraph = prose + _paragraph(before, line, habits)
        for role in _IN_ABSTRACT:
            steps[Role.TITLE].append((role, after_abstract))
            steps[Role.ABSTRACT_GOES_ON].append((role, more))
            steps[Role.PARAGRAPH].append((role, paragraph))

        for outside, in_title, in_abstract in (_FURNITURE, _NOISE):
            steps[Role.TITLE] += [
                (outside, title),
                (in_title, title + _title_after_title(far, line, habits)),
                (in_abstract, title + 0.2 + 1.5 * (not far.may_end) + 2.0 * line.low),
            ]
            steps[Role.ABSTRACT].append((in_title, prose + habits.abstract + 1.5 * far.open + 2.5 * line.low))
            left_open = not far.may_end and line.low
            steps[Role.ABSTRACT_GOES_ON].append((in_abstract, 1.0 if left_open else 6.0 + prose))
            steps[Role.PARAGRAPH].append((in_abstract, 0.8 + prose + _paragraph(far, line, habits)))

        furniture, noise = self.furniture[at], _as_noise(line)
        names = _NEVER
        if furniture == _NEVER and not line.says:
            names = _as_names(line, habits)
        rest_of_title = 2.0 * _may_be_wrapped_title(before, line)
        contexts = ((Role.FURNITURE_OUTSIDE,), _IN_TITLE, _IN_ABSTRACT)
        for number, roles in enumerate(contexts):
            before_roles = {*roles, _FURNITURE[number], _NOISE[number]}
            cut_off = 1.5 if number == 2 and not before.may_end else 0.0
            for role in sorted(before_roles):
                direct = cut_off if role in _IN_ABSTRACT else rest_of_title if role in _IN_TITLE else 0.0
                listed = names if number == 1 else _NEVER
                steps[_FURNITURE[number]].append((role, min(furniture, listed) + direct))
                again = role in _NOISE and not line.blank_before
                steps[_NOISE[number]].append((role, _more_noise(line) if again else noise))
        return steps


def _as_names(line: Line, habits: _Habits) -> float:
    """Return the cost of reading a line below a title as its authors, or as a label such as an organisation."""
    if names_in(line.text):
        return 0.7
    if line.author:
        return 1.2
    return habits.label if _may_be_label(line) else _NEVER


def _may_be_label(line: Line) -> bool:
    return len(line.text.split()) <= 5 and len(line.text) <= 60 and not line.stop and line.text[-1] not in ":;,"


def _score_below(lines: Sequence[Line], at: int) -> float:
    """Return the prose score of a line joined with up to three lines that it is wrapped into.

    Where the next line begins with a capital it may also be another text; then the join may help a little only.
    """
    first = line = lines[at]
    joined, most = line.text, math.inf
    for after in lines[at + 1 : at + 4]:
        goes_on = after.low and len(after.text) <= _LONG_LINE and not _short(line, after)
        if line.stop or after.blank_before or not (goes_on or _wrapped(line, after)):
            break
        if line is first and not after.low:
            most = first.score + 2.5
        joined += f" {after.text}"
        line = after
    return first.score if line is first else min(cues.prose_score(joined), most)


def _last_text(lines: Sequence[Line]) -> list[int]:
    """Return for each line the nearest one before it that is no plain furniture (the first, where there is none)."""
    nearest, last = [], 0
    for at, line in enumerate(lines):
        nearest.append(last)
        if not line.named and not (line.kind and line.kind.cost <= 1.0):
            last = at
    return nearest


# The cheapest reading


def _cheapest(lines: Sequence[Line], habits: _Habits) -> tuple[float, list[Role], list[str]]:
    """Return the cost and roles of the cheapest reading, and by line the class of the next best one if it is close."""
    costs = _Costs(lines, habits)
    steps = [costs.step(at) for at in range(1, len(lines))]
    ahead = [costs.first()]
    for step in steps:
        before = ahead[-1]
        ahead.append([min((before[role] + cost for role, cost in ways), default=_NEVER) for ways in step])
    behind = [[0.0] * len(Role)]
    for step in reversed(steps):
        after = behind[-1]
        here = [_NEVER] * len(Role)
        for role, ways in enumerate(step):
            for earlier, cost in ways:
                here[earlier] = min(here[earlier], cost + after[role])
        behind.append(here)
    behind.reverse()
    roles = [Role(min(range(len(Role)), key=ahead[-1].__getitem__))]
    for step, before in zip(reversed(steps), reversed(ahead[:-1]), strict=True):
        roles.append(Role(min(step[roles[-1]], key=lambda way, before=before: before[way[0]] + way[1])[0]))  # type: ignore[misc]
    roles.reverse()
    rivals = [_rival(role, a, b) for role, a, b in zip(roles, ahead, behind, strict=True)]
    return min(ahead[-1]), roles, rivals


def _rival(role: Role, ahead: Sequence[float], behind: Sequence[float]) -> str:
    best = ahead[role] + behind[role]
    cost, other = min((ahead[r] + behind[r], _CLASS[r]) for r in Role if _CLASS[r] != _CLASS[role])
    return other if cost - best < CLOSE else ""


def _learned(lines: Sequence[Line], roles: Sequence[Role]) -> _Habits:
    """Return the habits that a reading shows; few entries move them little."""
    prior = _Habits()
    pairs = list(zip(lines[1:], roles, roles[1:], strict=False))
    titles = sum(role == Role.TITLE for role in roles)
    abstracts = sum(role == Role.ABSTRACT for role in roles)
    return _Habits(
        paragraph=_cost(sum(role == Role.PARAGRAPH for role in roles), abstracts, prior.paragraph, 0.5, 3.5),
        no_abstract=_cost(titles - abstracts, titles, prior.no_abstract, 0.1, 4.5),
        abstract=_cost(abstracts, titles, prior.abstract, 0.02, 3.0),
        label=_cost(
            sum(
                role == Role.FURNITURE_AFTER_TITLE
                and (line.kind is None or line.kind is _REPEATED)
                and not names_in(line.text)
                and not line.named
                and not line.author
                for line, _, role in pairs
            ),
            titles,
            prior.label,
            0.7,
            7.0,
        ),
        unfinished=_cost(
            sum(
                after == Role.TITLE and before in _IN_ABSTRACT and not line.may_end
                for line, before, after in zip(lines, roles, roles[1:], strict=False)
            ),
            abstracts,
            prior.unfinished,
            0.3,
            prior.unfinished,
        ),
        longer_title=_cost(sum(role == Role.TITLE_GOES_ON for role in roles), titles, prior.longer_title, 0.5, 3.5),
        gap_before_title=_gap(
            [line for line, before, role in pairs if role == Role.TITLE and before in (*_IN_TITLE, *_IN_ABSTRACT)]
        ),
        gap_before_abstract=_gap(
            [line for line, before, role in pairs if role == Role.ABSTRACT and before in _IN_TITLE]
        ),
    )


def _cost(times: int, of: int, prior: float, least: float, most: float) -> float:
    rate = (times + 3 * math.exp(-prior)) / (of + 3)
    return min(max(-math.log(rate), least), most)


def _gap(lines: Sequence[Line]) -> tuple[float, float]:
    """Return what a line of this role costs without and with a blank line before it."""
    blank = (sum(line.blank_before for line in lines) + 1) / (len(lines) + 2)
    return tuple(min(max(-math.log(2 * rate), -0.3), 2.5) for rate in (1 - blank, blank))  # type: ignore[return-value]
