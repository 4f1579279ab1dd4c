"""A paper as a vector of integers, for the likeness of two: its weightiest words and pairs of words.

The weight of a term is its rarity in the frozen table times a saturating function of its frequency in the paper, where
the title counts three times and lengths are measured against the table's pivots (BM25F, Robertson and Zaragoza 2009).
Two words that stand together are a term too: "attention sinks" tells more than the two apart. No rarity counts beyond
that of a word in 200 papers of the table: what only two papers in thousands say is as often a name as a subject.

All vectors have one length, as the cosine needs it, so that a long text is not everybody's neighbour.
"""

from __future__ import annotations

import re
from collections import Counter
from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from site_builder.meaning.words import GENERAL
from site_builder.text.terms import STOP, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from site_builder.meaning.weights import Weights

LONGEST = 96
"""So many terms of the text are kept, the weightiest; with 80 fewer neighbours agree on a topic."""
LENGTH = 1000
"""Of every vector, the marks left out: the likeness of two papers of the same words is its square."""

TAG = "#"
TOPIC = "@"
MARKS = (TAG, TOPIC)

FEWEST_LEADS = 10
"""A title alone has hardly more; with fewer of them its neighbours agree on a topic less often."""
MOST_LEADS = 32
"""Eight more than a paper follows, for those that turn out to be in too many papers."""
STEP = 30
STEPS = 3
OF_STEP = 3500
"""What two papers are alike by a step of a common term of both: less than the square of two steps."""
_BASE = 1 << STEPS
_BITS = b"0137"
"""As digits of that base, a term's bits by its steps."""
_OF_TAG = 150
_OF_TOPIC = 200
_TITLE = 3
_NUMBER = re.compile(r"[\d.]+")
"""Two papers that both gain 0.3 points have nothing in common."""
_SATURATION = 200
"""In hundredths: BM25's k1."""
_MEMORY = 1 << 15
_APART = GENERAL | STOP


class Field(NamedTuple):
    """Title or body: its terms, and the pairs of them that stand together, joined by a blank."""

    terms: Sequence[str]
    pairs: Sequence[str]


class _Saying(dict[str, str]):
    """Written form to term; '' for a word that is no part of a pair."""

    def __missing__(self, part: str) -> str:
        apart = part.lower() in _APART or _NUMBER.fullmatch(part)
        found = "" if apart else term(part) or ""
        if len(self) < _MEMORY:
            self[part] = found
        return found


_saying = _Saying()


def pairs(parts: Sequence[str]) -> list[tuple[str, str]]:
    """Return every two words that stand together, as terms and as written; none of words that say nothing.

    `parts` are the words and marks of a text. Both are joined by a blank, also where the text has a hyphen.
    """
    said = list(map(_saying.__getitem__, parts))
    following = zip(said, said[1:], parts, parts[1:], strict=False)
    return [(f"{one} {two}", f"{first} {second}") for one, two, first, second in following if one and two]


def vector(
    title: Field,
    body: Field,
    tags: Mapping[str, Iterable[str]],
    topics: Iterable[str],
    weights: Weights,
) -> dict[str, int]:
    """Return terms with their integer weights, the weightiest first, then marks.

    `tags` are phrases with their terms: a phrase has a weight of its own, under its name with a `#` before it, and its
    terms count as if each stood once in the body. A topic, under its id with a `@` before it, has a weight too.
    """
    title_pivot = 25 + 75 * len(title.terms) // weights.title_length
    body_pivot = 25 + 75 * max(len(body.terms), weights.body_length // 3) // weights.body_length
    frequency = _frequencies(body.terms, 10_000, body_pivot)
    for terms in tags.values():
        for each in terms:
            frequency.setdefault(each, 100)
    _add(frequency, _frequencies(title.terms, 10_000 * _TITLE, title_pivot))
    frequency |= _pairs_that_tell(title.pairs, title_pivot, body.pairs, body_pivot, weights)
    rarities = weights.rarities
    weighed = {
        each: rarities[each] * 16 * often // (often + _SATURATION)
        for each, often in frequency.items()
        if not (each[0].isdecimal() and _NUMBER.fullmatch(each))
    }
    kept = heaviest(weighed, LONGEST)
    length = max(1, isqrt(sum(weight * weight for weight in kept.values())))
    kept = {each: weight * LENGTH // length for each, weight in kept.items()}
    kept.update((TAG + tag, _OF_TAG) for tag in tags)
    kept.update((TOPIC + topic, _OF_TOPIC) for topic in topics)
    return kept


def _frequencies(found: Iterable[str], unit: int, pivot: int) -> dict[str, int]:
    return {each: unit * count // pivot for each, count in Counter(found).items()}


def _add(frequency: dict[str, int], more: Mapping[str, int]) -> None:
    for each, often in more.items():
        frequency[each] = frequency.get(each, 0) + often


def _pairs_that_tell(
    title: Sequence[str], title_pivot: int, body: Sequence[str], body_pivot: int, weights: Weights
) -> dict[str, int]:
    """Return how often a paper has the pairs that the table knows, and others that it repeats or has in its title."""
    known = weights.frequencies
    counts = Counter(body)
    told = {pair: 10_000 * count // body_pivot for pair, count in counts.items() if count > 1 or pair in known}
    for pair, often in _frequencies(title, 10_000 * _TITLE, title_pivot).items():
        told[pair] = 10_000 * counts[pair] // body_pivot + often
    return told


def heaviest(weighed: Mapping[str, int], most: int) -> dict[str, int]:
    """Return the heaviest, ties by name."""
    return {each: weighed[each] for each in sorted(sorted(weighed), key=weighed.__getitem__, reverse=True)[:most]}


def leads(vector: Mapping[str, int], weights: Weights) -> dict[str, int]:
    """Return the pairs, and the words that are rare by the frozen table, weightiest first; the rarest where few are."""
    often = weights.common
    rare = [each for each in vector if each not in often and each[0] not in MARKS][:MOST_LEADS]
    if len(rare) < FEWEST_LEADS:
        terms = [each for each in vector if each[0] not in MARKS]
        rare = sorted(terms, key=lambda each: (0 if " " in each else weights.frequency(each), each))[:FEWEST_LEADS]
    return {each: vector[each] for each in rare}


def common(vector: Mapping[str, int], weights: Weights) -> int:
    """Return the terms that are not rare as bits, so many for each as the steps that its weight holds, three at most.

    The bits that two papers share count what both say, and no less where one says it more often. Unlike a product, it
    costs no look at a term: that of two thousand papers takes a millisecond.
    """
    places = weights.common
    digits = bytearray(b"0") * len(places)
    for each in vector.keys() & places.keys():
        digits[~places[each]] = _BITS[min(vector[each] // STEP, STEPS)]
    return int(digits or b"0", _BASE)
