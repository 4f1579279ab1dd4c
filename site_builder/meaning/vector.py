"""A paper as a vector of integers: what it is about, by its weightiest terms, for the likeness of two papers.

The weight of a term is its rarity in the frozen table times a saturating function of its frequency in the paper, where
the title counts three times and lengths are measured against the table's pivots (BM25F, Robertson and Zaragoza 2009).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from site_builder.meaning.weights import RARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from site_builder.meaning.weights import Weights

LONGEST = 64
"""So many terms of the text are kept, the weightiest."""

TAG = "#"
TOPIC = "@"
MARKS = (TAG, TOPIC)

FEWEST_LEADS = 10
"""A title alone has hardly more; with fewer of them its neighbours agree on a topic less often."""
_OF_TAG = 140
_OF_TOPIC = 320
_TITLE = 3
_NUMBER = re.compile(r"[\d.]+")
"""Two papers that both gain 0.3 points have nothing in common."""
_SATURATION = 120
"""In hundredths: BM25's k1."""


def vector(
    title: Iterable[str],
    body: Iterable[str],
    tags: Mapping[str, Iterable[str]],
    topics: Iterable[str],
    weights: Weights,
) -> dict[str, int]:
    """Return terms with their integer weights, the weightiest first.

    `title` and `body` are terms. `tags` are phrases with their terms: a phrase has a weight of its own, under its name
    with a `#` before it, and its terms count as if each stood once in the body. A topic, under its id with a `@` before
    it, has a weight too: a little less than a word of the title.
    """
    in_title, in_body = Counter(title), Counter(body)
    title_pivot = 25 + 75 * in_title.total() // weights.title_length
    body_pivot = 25 + 75 * max(in_body.total(), weights.body_length // 3) // weights.body_length
    frequency: dict[str, int] = {}
    for term, count in in_body.items():
        frequency[term] = 10_000 * count // body_pivot
    for terms in tags.values():
        for term in terms:
            frequency.setdefault(term, 100)
    for term, count in in_title.items():
        frequency[term] = frequency.get(term, 0) + 10_000 * _TITLE * count // title_pivot
    rarities = weights.rarities
    weighed = {
        term: rarities[term] * 4 * often // (often + _SATURATION)
        for term, often in frequency.items()
        if not _NUMBER.fullmatch(term)
    }
    kept = heaviest(weighed, LONGEST)
    kept.update((TAG + tag, _OF_TAG) for tag in tags)
    kept.update((TOPIC + topic, _OF_TOPIC) for topic in topics)
    return kept


def heaviest(weighed: Mapping[str, int], most: int) -> dict[str, int]:
    """Return the heaviest, ties by name."""
    return {term: weighed[term] for term in sorted(sorted(weighed), key=weighed.__getitem__, reverse=True)[:most]}


def leads(vector: Mapping[str, int], weights: Weights) -> dict[str, int]:
    """Return the terms that are rare by the frozen table, the weightiest first; or the rarest where these are few."""
    frequencies = weights.frequencies
    terms = [term for term in vector if term[0] not in MARKS]
    rare = [term for term in terms if frequencies.get(term, 0) <= RARE]
    if len(rare) < FEWEST_LEADS:
        rare = sorted(terms, key=lambda term: (frequencies.get(term, 0), term))[:FEWEST_LEADS]
    return {term: vector[term] for term in rare}
