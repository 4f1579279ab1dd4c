"""Key phrases that a reader would type, from one paper's own words and frozen lists alone.

Two ways lead to a tag. The first is a list of phrases that stand for a subject in our field, `weights/phrases.txt`,
each in the spelling that all papers share. The second serves every other field: a noun phrase that the title and the
text have in common, or that the text keeps coming back to, without a word that belongs to every paper ("method",
"results"). What may be part of a noun phrase is told by `weights/classes.tsv`. Case, hyphens and plurals make no
difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from site_builder import shipped
from site_builder.meaning import words
from site_builder.text.terms import term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from site_builder.meaning.weights import Weights
    from site_builder.model import Topic

MOST = 6
LONGEST = 4
"""Words of a phrase that no list has, a hyphened word counted as its parts."""

_WORD = re.compile(r"([^\W_]+)([^\w]*)")
_HYPHENS = frozenset("-‐‑–")
_JOINTS = frozenset({" ", "'", "’", "' ", "’ "}) | _HYPHENS
_IN_TITLE = 3
_MOST_COUNTED = 5
_FEW = 3
"""With fewer phrases of the list, a paper is from another field, or says something new."""
_OFTEN = 3
"""A noun phrase that is not in the title is a tag if the text has it so often."""


class _Part(NamedTuple):
    """A word, or one part of a hyphened word."""

    written: str
    lower: str
    singular: str
    joint: str
    """What stands between it and the next part of its run: a space, a hyphen, an apostrophe; '' at the end."""


@dataclass(slots=True)
class _Candidate:
    spelt: str
    parts: frozenset[str]
    """Its terms."""
    title: int = 0
    body: int = 0
    whole: int = 0
    """How often it stands by itself, not in a longer noun phrase."""
    named: int = 0
    """How often the text writes every word of it with a capital."""

    @property
    def count(self) -> int:
        return self.title * _IN_TITLE + min(self.body, _MOST_COUNTED)


def get_ready() -> None:
    """Read the lists now rather than when first asked for: before the work is spread over processes."""
    _phrases()
    _classes()


def tags(title: str, text: str, weights: Weights, topics: Iterable[Topic] = ()) -> tuple[str, ...]:
    """Return at most six key phrases, the weightiest first; none repeats the name of a topic."""
    found: dict[str, _Candidate] = {}
    free: dict[str, _Candidate] = {}
    for source, in_title in ((title, True), (text, False)):
        for run in _runs(source):
            matches = list(_matches(run))
            for begin, end, key in matches:
                _count(found, key, _phrases()[key], run[begin:end], in_title)
            for begin, end in _chunks(run, matches):
                for parts in _inside(run[begin:end]):
                    key = _joined(parts)
                    _count(free, key, _spelt(parts), parts, in_title)
                    free[key].whole += len(parts) == end - begin
                    free[key].named += not in_title and _is_name(parts)
    able = {key: one for key, one in found.items() if one.spelt and (len(one.parts) > 1 or one.title or one.body > 1)}
    able |= {key: one for key, one in free.items() if _is_subject(one, weights, few=len(able) < _FEW)}
    names = dict(name for topic in topics for name in _name(topic.name))
    return tuple(candidate.spelt for candidate in _chosen(able, names, weights))


def phrase(text: str) -> str:
    """Return the one spelling of a key phrase, as the list has it or that of a noun phrase; '' for all other words."""
    parts = text.lower().split(" ")
    if all(map(str.isalnum, parts)) and not _may_be_phrase(parts):
        return ""
    run = next(_runs(text), [])
    known = _phrases().get(_joined(run))
    if known is not None:
        return known if known and _as_written(run, known) else ""
    well = len(run) > 1 and all(part.lower in _classes() for part in run) and _well_formed(run)
    return _spelt(run) if well else ""


def _may_be_phrase(parts: Sequence[str]) -> bool:
    """Whether words could be a phrase. Most runs of two words are none, and this tells it in a tenth of the time."""
    if len(parts) > 1 and all(part in _classes() for part in parts):
        return True
    return "".join(map(_singular, parts)) in _phrases()


def is_name(word: str) -> bool:
    """Tell whether a word has capitals beyond its first letter, and is no acronym that every paper has."""
    return _is_coined(word) and word.isalpha() and len(word) > 2 and _singular(word.lower()) not in words.GENERAL


def is_noun(word: str) -> bool:
    """Tell whether a word may be all of a noun phrase, and not every paper has it."""
    lower = word.lower()
    return _classes().get(lower) == "n" and not {lower, _singular(lower)} & (words.GENERAL | words.NOT_LAST)


def _count(into: dict[str, _Candidate], key: str, spelt: str, parts: Sequence[_Part], in_title: bool) -> None:
    candidate = into.get(key)
    if candidate is None:
        candidate = into[key] = _Candidate(spelt, _parts(parts))
    candidate.title += in_title
    candidate.body += not in_title


def _chosen(able: Mapping[str, _Candidate], topics: Mapping[str, frozenset[str]], weights: Weights) -> list[_Candidate]:
    """Return the weightiest that say neither a topic again nor each other."""
    said = [parts for key, parts in topics.items() if key in able]
    initials = {_initials(one.spelt) for one in able.values() if " " in one.spelt and one.spelt.islower()}
    left = [one for key, one in able.items() if key not in topics and _capitals(one.spelt) not in initials]
    chosen: list[_Candidate] = []
    for candidate in sorted(left, key=lambda one: (-_weight(one, weights), one.spelt)):
        if any(candidate.parts <= parts for parts in said):
            continue
        if not any(candidate.parts <= other.parts or other.parts <= candidate.parts for other in chosen):
            chosen.append(candidate)
        if len(chosen) == MOST:
            break
    return chosen


def _weight(candidate: _Candidate, weights: Weights) -> int:
    """Return how much a phrase says of this paper."""
    rarity = sum(weights.rarity(part) for part in candidate.parts)
    return rarity * candidate.count * (10 + 2 * len(candidate.parts)) // len(candidate.parts)


def _is_subject(candidate: _Candidate, weights: Weights, *, few: bool) -> bool:
    """Whether a noun phrase that no list has is what the paper is about."""
    if candidate.body and candidate.named == candidate.body:
        return False
    if not candidate.whole or (not (candidate.title and candidate.body) and candidate.body < _OFTEN):
        return False
    written = candidate.spelt.replace("-", " ").split()
    if all(f"{first} {second}" in weights.neighbours for first, second in pairwise(written)):
        return True
    return few and candidate.body > (1 if candidate.title else _OFTEN)


def _initials(phrase: str) -> str:
    """Return the first letters of the words: what an acronym of a phrase would be."""
    found = ""
    for word, gap in _WORD.findall(phrase.lower()):
        found += "" if gap == "-" and word in words.HYPHENED else word[0]
    return found


def _capitals(phrase: str) -> str:
    """Return the letters of an acronym."""
    return "".join(filter(str.isupper, phrase)).lower() or phrase


def _runs(text: str) -> Iterator[list[_Part]]:
    """Yield the stretches of words between which nothing stands but spaces, hyphens and apostrophes."""
    if text.isupper():
        text = text.lower()
    run: list[_Part] = []
    for written, gap in _WORD.findall(text):
        lower = written.lower()
        joint = gap if gap in _JOINTS else " " if gap.isspace() and gap.count("\n") < 2 else ""
        run.append(_Part(written, lower, _singular(lower), joint))
        if not joint:
            yield run
            run = []
    if run:
        yield run


def _joined(parts: Iterable[_Part]) -> str:
    """Return what tells a phrase from others: not its case, hyphens, spaces or plurals."""
    return "".join(part.singular for part in parts)


@cache
def _name(name: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the key and the terms of each run of a topic's name."""
    return tuple((_joined(run), _parts(run)) for run in _runs(name))


def _parts(parts: Iterable[_Part]) -> frozenset[str]:
    return frozenset(term(words.ALIKE.get(part.singular, part.singular)) or part.singular for part in parts)


@cache
def _phrases() -> Mapping[str, str]:
    """Return the list of phrases by their keys; '' for those that are said so widely that they are no tags."""
    lines = (shipped.WEIGHTS / "phrases.txt").read_text(encoding="utf-8").splitlines()
    return {_key(line): line for line in lines} | {_key(phrase): "" for phrase in words.NOT_WHOLE}


def _key(phrase: str) -> str:
    """Return what `_joined` does of the one run that a phrase is."""
    return "".join([_singular(word) for word, _ in _WORD.findall(phrase.lower())])


@cache
def _openings() -> Mapping[str, int]:
    """Return what a phrase of the list may begin with, one word or two as one, and the most words it may have."""
    most: dict[str, int] = {}
    for phrase in (*_phrases().values(), *words.NOT_WHOLE):
        run = next(_runs(phrase), ())
        if not run:
            continue
        for opening in (run[0].singular, _joined(run[:2])):
            most[opening] = max(most.get(opening, 0), len(run) + 1)
    for opening in words.HYPHENED:
        most[opening] = LONGEST + 2
    return most


def _matches(run: Sequence[_Part]) -> Iterator[tuple[int, int, str]]:
    """Yield the phrases of the list in a run, from left to right, the longest first: begin, end, key."""
    phrases, openings = _phrases(), _openings()
    begin = 0
    while begin < len(run):
        most = openings.get(run[begin].singular, 0)
        for end in range(min(begin + most, len(run)), begin, -1):
            key = _joined(run[begin:end])
            if key in phrases and _as_written(run[begin:end], phrases[key]):
                yield begin, end, key
                begin = end
                break
        else:
            begin += 1


def _as_written(parts: Sequence[_Part], phrase: str) -> bool:
    """Whether a single word with capitals has them in the text as well: CLIP is not a clip."""
    if len(parts) > 1 or not phrase or phrase.islower():
        return True
    return phrase in (parts[0].written, parts[0].written.removesuffix("s"))


@cache
def _classes() -> Mapping[str, str]:
    """Return what a word may be in a noun phrase: n, a noun; a, only what stands before one."""
    lines = (shipped.WEIGHTS / "classes.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def _chunks(run: Sequence[_Part], matches: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """Yield the noun phrases of a run that hold nothing of the list."""
    taken = {place for begin, end, _ in matches for place in range(begin, end)}
    classes = _classes()
    begin = 0
    for place in range(len(run) + 1):
        if place < len(run) and run[place].lower in classes and not _is_coined(run[place].written):
            continue
        if place - begin > 1 and _stands(run, begin, place) and taken.isdisjoint(range(begin, place)):
            yield begin, place
        begin = place + 1


def _stands(run: Sequence[_Part], begin: int, end: int) -> bool:
    """Whether a noun phrase surely has both its ends in the run."""
    begins = begin == 0 or _ends(run[begin - 1], run[begin - 1])
    return begins and (end == len(run) or _ends(run[end - 1], run[end]))


def _ends(before: _Part, stranger: _Part) -> bool:
    """Whether a noun phrase surely ends at a word: a space lies between, and the word is known to be none of it."""
    return before.joint == " " and stranger.lower in words.GENERAL


def _inside(parts: Sequence[_Part]) -> Iterator[Sequence[_Part]]:
    """Yield a noun phrase and those in it."""
    for begin in range(len(parts) - 1):
        for end in range(begin + 2, min(begin + LONGEST, len(parts)) + 1):
            if _well_formed(parts[begin:end]):
                yield parts[begin:end]


def _is_name(parts: Iterable[_Part]) -> bool:
    return all(part.written[0].isupper() for part in parts)


def _is_coined(word: str) -> bool:
    return not word[1:].islower()


def _well_formed(parts: Sequence[_Part]) -> bool:
    first, last = parts[0], parts[-1]
    if _classes()[last.lower] != "n" or {last.lower, last.singular} & words.NOT_LAST:
        return False
    if first.lower in words.NOT_FIRST or first.lower.endswith(("ing", "ed")):
        return False
    if all(part.joint in _HYPHENS for part in parts[:-1]):
        return False
    return not any(part.lower in words.GENERAL or part.singular in words.GENERAL for part in parts)


def _spelt(parts: Sequence[_Part]) -> str:
    """Return a noun phrase as it is written, in the singular and in small letters but for names."""
    spelt = "".join(words.SPELT.get(part.lower, part.lower) + part.joint for part in parts[:-1])
    return spelt + words.SPELT.get(parts[-1].singular, parts[-1].singular)


def _singular(word: str) -> str:
    """Return the singular of a noun by its ending; good enough to make two spellings one."""
    if word in words.SINGULAR:
        return words.SINGULAR[word]
    if not word.endswith("s"):
        return word
    if len(word) < 4 or word.endswith(("ss", "us", "is", "ics", "as")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "shes", "ches")):
        return word[:-2]
    return word[:-1]
