"""Key phrases that a reader would type, from one paper's own words and the frozen table of words and pairs.

A candidate is one to four words that stand together, without stop words, punctuation, coined names, or words that belong
to no term of a field ("propose", "extensive", "results"). What stands in the title, what recurs, and what the field says
as a pair weighs more. Case, hyphens and plurals make no difference, and two papers come to one spelling of one phrase:
the singular, in small letters but for known acronyms and names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from site_builder.meaning import words
from site_builder.text.terms import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from site_builder.meaning.weights import Weights
    from site_builder.model import Topic

MOST = 6
LONGEST = 4

_UNIT = re.compile(r"\w+(?:[-‐‑–]\w+)*")
_HYPHEN = re.compile(r"[-‐‑–]")
_IN_TITLE = 3
_MOST_COUNTED = 5
_COMMON_ALONE = 1500
"""A single word in more papers of the table is too wide for a tag."""
_KNOWN_PAIR = 40
"""The table leaves out pairs of fewer papers."""


@dataclass(slots=True)
class _Candidate:
    words: tuple[str, ...]
    """Lower-case words, hyphened ones as one."""
    title: int = 0
    body: int = 0
    key: tuple[str, ...] = field(default=())


def tags(title: str, text: str, weights: Weights, topics: Iterable[Topic] = ()) -> tuple[str, ...]:
    """Return at most six key phrases, the weightiest first; none repeats the name of a topic."""
    found: dict[tuple[str, ...], _Candidate] = {}
    for source, in_title in ((title, True), (text, False)):
        for run in _runs(source, weights):
            for phrase in _phrases(run):
                key = _key(phrase)
                candidate = found.setdefault(key, _Candidate(phrase, key=key))
                if in_title:
                    candidate.title += 1
                else:
                    candidate.body += 1
    names = {_key(tuple(_units(name))) for topic in topics for name in (topic.name, topic.id.replace("-", " "))}
    weighed = [(_weight(candidate, weights), candidate) for key, candidate in found.items() if key not in names]
    weighed.sort(key=lambda pair: (-pair[0], pair[1].key))
    chosen: list[_Candidate] = []
    for weight, candidate in weighed:
        if weight <= 0 or len(chosen) == MOST:
            break
        if not any(_overlap(candidate.key, other.key) for other in chosen):
            chosen.append(candidate)
    return tuple(dict.fromkeys(_spelt(candidate.words) for candidate in chosen))


def _units(text: str) -> list[str]:
    return [_HYPHEN.sub("-", unit.lower()) for unit in _UNIT.findall(text)]


def _runs(text: str, weights: Weights) -> Iterator[list[str]]:
    """Yield the stretches of words that a key phrase may be cut from."""
    run: list[str] = []
    end = 0
    for match in _UNIT.finditer(text):
        unit = _HYPHEN.sub("-", match[0].lower())
        if text[end : match.start()].strip() or not _may_be_part(unit, weights):
            if run:
                yield run
            run = []
        if _may_be_part(unit, weights):
            run.append(unit)
        end = match.end()
    if run:
        yield run


def _may_be_part(unit: str, weights: Weights) -> bool:
    if unit in words.NEVER:
        return False
    if unit in words.SPELT or unit.removesuffix("s") in words.SPELT:
        return True
    parts = unit.split("-")
    if all(part in words.NEVER for part in parts):
        return False
    return all(
        part in words.SPELT or (part.isalpha() and part.isascii() and weights.frequency(stem(part)) > 0)
        for part in parts
    )


def _phrases(run: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(run)):
        for length in range(1, min(LONGEST, len(run) - start) + 1):
            phrase = tuple(run[start : start + length])
            if _well_formed(phrase):
                yield phrase


def _well_formed(phrase: tuple[str, ...]) -> bool:
    first, last = phrase[0], phrase[-1]
    if sum(len(unit.split("-")) for unit in phrase) > LONGEST:
        return False
    if first in words.NOT_FIRST or last in words.NOT_LAST:
        return False
    if len(phrase) == 1 and (_singular(last) in words.NOT_ALONE or last in words.NOT_ALONE):
        return False
    if last.split("-")[-1] in words.NOT_LAST:
        return False
    return not (last.endswith(words.ADJECTIVE_ENDINGS) and _singular(last) not in words.NOUNS)


def _key(phrase: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(stem(_singular(part)) for unit in phrase for part in unit.split("-"))


def _weight(candidate: _Candidate, weights: Weights) -> int:
    """Return how much a phrase says of this paper; 0 or less where it is no key phrase."""
    count = candidate.title * _IN_TITLE + min(candidate.body, _MOST_COUNTED)
    parts = [part for unit in candidate.words for part in unit.split("-")]
    rarity = sum(min(weights.rarity(stem(part)), 140) for part in parts) // len(parts)
    if len(parts) == 1:
        if weights.frequency(candidate.key[0]) > _COMMON_ALONE or count < 3:
            return 0
        return rarity * count // 2
    pairs = [_pair(first, second, weights) for first, second in zip(parts, parts[1:], strict=False)]
    known = sum(pair >= _KNOWN_PAIR for pair in pairs)
    if known < len(pairs) and count < (2 if len(pairs) == 1 else 4):
        return 0
    return rarity * count * (2 + known) * (10 + len(parts)) // (len(pairs) + 1) // 10


def _pair(first: str, second: str, weights: Weights) -> int:
    forms = {second, _singular(second), second + "s"}
    return max(weights.neighbours.get(f"{first} {form}", 0) for form in forms)


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one phrase holds the other, or begins and ends as it does."""
    short, long = sorted((one, other), key=len)
    places = range(len(long) - len(short) + 1)
    return any(long[place : place + len(short)] == short for place in places) or set(short) <= set(long)


def _spelt(phrase: Sequence[str]) -> str:
    """Return the one spelling of a phrase, whatever the paper's."""
    parts = [(unit.split("-"), unit) for unit in phrase]
    written = []
    for number, (pieces, unit) in enumerate(parts):
        last = number == len(parts) - 1
        if unit in words.SPELT:
            written.append(words.SPELT[unit])
            continue
        pieces = [*pieces[:-1], _singular(pieces[-1]) if last else pieces[-1]]
        pieces = [words.SPELT.get(_singular(piece), piece) for piece in pieces]
        written.append(("-" if pieces[0] in words.HYPHENED or len(pieces) > 2 else " ").join(pieces))
    return " ".join(written)


def _singular(word: str) -> str:
    """Return the singular of a noun by its ending; good enough to make two spellings one."""
    if word in words.SPELT or len(word) < 4 or not word.endswith("s"):
        return words.SINGULAR.get(word, word[:-1] if word[:-1] in words.SPELT else word)
    if word in words.SINGULAR:
        return words.SINGULAR[word]
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "shes", "ches")):
        return word[:-2]
    if word.endswith(("ss", "us", "is", "ics", "as")):
        return word
    return word[:-1]
