"""Key phrases that a reader would type, from one paper's own words and the frozen table of words and pairs.

A candidate is one to four words that stand together, without stop words, punctuation, coined names, or words that
belong to no term of a field ("propose", "extensive", "results"). What stands in the title, what recurs, and what the
field says as a pair weighs more. Case, hyphens and plurals make no difference, and two papers come to one spelling of
one phrase: the singular, in small letters but for known acronyms and names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from site_builder.meaning import words
from site_builder.text.terms import term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from site_builder.meaning.weights import Weights
    from site_builder.model import Topic

MOST = 6
LONGEST = 4

_UNIT = re.compile(r"\w+(?:[-‐‑–]\w+)*")
_HYPHEN = re.compile(r"[-‐‑–]")
_NAME = re.compile(r"\s*\S+(?:\s\S+)?:\s")
"""The coined name before the colon of many a title."""
_IN_TITLE = 3
_MOST_COUNTED = 5
_COMMON_ALONE = 1500
"""A single word in more papers of the table is too wide for a tag."""
_KNOWN_PAIR = 40
"""The table leaves out pairs of fewer papers."""
_MOST_RARITY = 140
_SHORTEST_ALONE = 5


@dataclass(slots=True)
class _Candidate:
    words: tuple[str, ...]
    """Lower-case words, hyphened ones as one."""
    key: tuple[str, ...]
    title: int = 0
    body: int = 0
    weight: int = 0

    @property
    def count(self) -> int:
        return self.title * _IN_TITLE + min(self.body, _MOST_COUNTED)


def tags(title: str, text: str, weights: Weights, topics: Iterable[Topic] = ()) -> tuple[str, ...]:
    """Return at most six key phrases, the weightiest first; none repeats the name of a topic."""
    found: dict[tuple[str, ...], _Candidate] = {}
    for source, in_title in ((_NAME.sub("", title, count=1), True), (text, False)):
        for run in _runs(source, weights):
            for phrase in _phrases(run):
                candidate = found.setdefault(key := _key(phrase), _Candidate(phrase, key))
                candidate.title += in_title
                candidate.body += not in_title
    for topic in topics:
        for name in (topic.name, topic.id.replace("-", " ")):
            found.pop(_key(tuple(unit.lower() for unit in _UNIT.findall(name))), None)
    for candidate in found.values():
        candidate.weight = _weight(candidate, weights)
    able = sorted((c for c in found.values() if c.weight > 0), key=lambda c: (-c.weight, c.key))
    chosen: list[_Candidate] = []
    for candidate in able:
        if len(chosen) == MOST:
            break
        spelt = _spelt(candidate.words)
        if spelt in words.NOT_WHOLE or _is_fragment(candidate, able):
            continue
        if not any(_overlap(candidate.key, other.key) for other in chosen):
            chosen.append(candidate)
    return tuple(dict.fromkeys(_spelt(candidate.words) for candidate in chosen))


def _runs(text: str, weights: Weights) -> Iterator[list[str]]:
    """Yield the stretches of words that a key phrase may be cut from."""
    run: list[str] = []
    end = 0
    for match in _UNIT.finditer(text):
        unit = _HYPHEN.sub("-", match[0])
        able = _may_be_part(unit, weights)
        if run and (not able or text[end : match.start()].strip()):
            yield run
            run = []
        if able:
            run.append(unit.lower())
        end = match.end()
    if run:
        yield run


def _may_be_part(unit: str, weights: Weights) -> bool:
    lower = unit.lower()
    if lower in words.NEVER or (lower.endswith("ly") and lower not in words.NOUNS):
        return False
    parts = lower.split("-")
    if lower in words.SPELT or (len(parts) == 1 and _singular(lower) in words.SPELT):
        return True
    if all(part in words.NEVER for part in parts):
        return False
    for part, written in zip(parts, unit.split("-"), strict=True):
        if _singular(part) in words.SPELT:
            continue
        if sum(map(str.isupper, written)) > 1 and len(written) > 1:
            return False  # a coined name or an acronym that only this paper explains
        if not (part.isalpha() and part.isascii() and (weights.frequency(term(part) or part) or part in words.NEVER)):
            return False
    return True


def _phrases(run: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(run)):
        for length in range(1, min(LONGEST, len(run) - start) + 1):
            phrase = tuple(run[start : start + length])
            if _well_formed(phrase):
                yield phrase


def _well_formed(phrase: tuple[str, ...]) -> bool:
    first, last = phrase[0], phrase[-1]
    tail = last.rsplit("-", 1)[-1]
    if first in words.NOT_FIRST or first.endswith("-based") or last in words.NOT_LAST or tail in words.NOT_LAST:
        return False
    if sum(len(unit.split("-")) for unit in phrase) > LONGEST:
        return False
    if len(phrase) > 1 and any(part in words.LINKS for part in last.split("-")):
        return False
    if tail.endswith(words.ADJECTIVE_ENDINGS) and _singular(tail) not in words.NOUNS:
        return False
    if len(phrase) > 1:
        return True
    if "-" in first:
        before, part = first.split("-")[:2]
        alone = before not in words.HYPHENED and (before, part) not in words.COMPOUNDS and first.count("-") == 1
        return alone or before in words.STANDING or first in words.SPELT
    if first.endswith("ing"):
        return first in words.GERUNDS
    if first in words.SPELT or _singular(first) in words.SPELT:
        return first not in words.NOT_ALONE and _singular(first) not in words.NOT_ALONE
    if first.endswith(words.SINGLE_ADJECTIVE_ENDINGS) or len(first) < _SHORTEST_ALONE:
        return False
    return first not in words.NOT_ALONE and _singular(first) not in words.NOT_ALONE


def _key(phrase: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(term(_singular(part)) or part for unit in phrase for part in unit.split("-"))


def _weight(candidate: _Candidate, weights: Weights) -> int:
    """Return how much a phrase says of this paper; 0 where it is no key phrase."""
    count = candidate.count
    parts = [part for unit in candidate.words for part in unit.split("-")]
    rarity = sum(min(weights.rarity(term(part) or part), _MOST_RARITY) for part in parts) // len(parts)
    if len(parts) == 1:
        often = (candidate.title and candidate.body) or candidate.body > 2
        return rarity * count // 2 if often and weights.frequency(candidate.key[0]) <= _COMMON_ALONE else 0
    pairs = [_pair(first, second, weights) for first, second in pairwise(parts)]
    known = sum(pair >= _KNOWN_PAIR for pair in pairs)
    if known < len(pairs) and count < (2 if len(pairs) == 1 else 4):
        return 0
    if parts[0].endswith("ing") and pairs[0] < _KNOWN_PAIR:
        return 0  # a verb more often than not: "investigating token reduction"
    return rarity * count * (2 + known) * (10 + len(parts)) // (len(pairs) + 1) // 10


def _pair(first: str, second: str, weights: Weights) -> int:
    forms = {second, _singular(second), second + "s"}
    return max(weights.neighbours.get(f"{first} {form}", 0) for form in forms)


def _is_fragment(candidate: _Candidate, able: Iterable[_Candidate]) -> bool:
    """Whether most of its places are inside a longer phrase: "masked image" where "masked image modeling" stands."""
    return any(
        len(other.key) > len(candidate.key)
        and _holds(other.key, candidate.key)
        and 5 * (other.title + other.body) >= 3 * (candidate.title + candidate.body)
        for other in able
    )


def _holds(long: tuple[str, ...], short: tuple[str, ...]) -> bool:
    return any(long[place : place + len(short)] == short for place in range(len(long) - len(short) + 1))


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one phrase is made of words of the other."""
    return set(one) <= set(other) or set(other) <= set(one)


def _spelt(phrase: Sequence[str]) -> str:
    """Return the one spelling of a phrase, whatever the paper's."""
    if len(phrase) == 1 and phrase[0] in words.SPELT:
        return words.SPELT[phrase[0]]
    parts = [part for unit in phrase for part in unit.split("-")]
    parts[-1] = _singular(parts[-1])
    written = words.SPELT.get(parts[0], parts[0])
    for before, part in pairwise(parts):
        joint = "-" if before in words.HYPHENED or (before, part) in words.COMPOUNDS or _joins(before, part) else " "
        written += joint + words.SPELT.get(_singular(part), part)
    return written


def _joins(before: str, part: str) -> bool:
    return before in words.LINKS or part in words.LINKS


def _singular(word: str) -> str:
    """Return the singular of a noun by its ending; good enough to make two spellings one."""
    if word in words.SINGULAR:
        return words.SINGULAR[word]
    if word in words.SPELT or not word.endswith("s"):
        return word
    if word[:-1] in words.SPELT:
        return word[:-1]
    if len(word) < 4 or word.endswith(("ss", "us", "is", "ics", "as")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "shes", "ches")):
        return word[:-2]
    return word[:-1]
