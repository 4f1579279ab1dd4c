"""BM25F up to the saturation: what one paper says of a term, as one of a few levels.

Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (CIKM 2004); with a `b` of its own
for each field as in Zaragoza et al., "Microsoft Cambridge at TREC 13" (2004). The frequencies of a term in all fields
are merged first,

    x = sum over fields of  weight * frequency / (1 - b + b * length / pivot length)

and saturated once, `x / (x + k1)`. The pivot lengths are frozen, not the catalogue's means, so that a posting depends
on its own paper alone. The browser multiplies with the inverse document frequency and adds up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from site_builder.meaning.analysis import Details
    from site_builder.meaning.weights import Weights
    from site_builder.model import Catalogue, Paper

K1 = 2.2
TITLE_WEIGHT, TITLE_B = 4.0, 0.75
BODY_WEIGHT, BODY_B = 1.0, 0.5
LABEL_WEIGHT = 1.0
"""Topics, tags and authors: a label is said once, whatever its length."""
LEVELS = "abcdefghijklmnop"
"""The steps between 0 and 1 that a saturated frequency is rounded down to: four bits a posting, written as a letter."""


def labels(catalogue: Catalogue, paper: Paper) -> list[str]:
    """Return what is said of a paper beside its text: the names of its topics, its tags, its authors."""
    topics = catalogue.topic
    return [*(topics[name].name for name in paper.topics if name in topics), *paper.tags, *paper.authors]


def levels(
    details: Details, title: Sequence[str], body: Sequence[str], labels: Sequence[str], weights: Weights
) -> dict[str, str]:
    """Return the level of `x / (x + k1)` for each term of a paper.

    `title` and `body` are the terms of the details' words in their order, `labels` those of the words of labels.
    """
    in_title = TITLE_WEIGHT / (1 - TITLE_B + TITLE_B * details.title_length / weights.title_length)
    in_body = BODY_WEIGHT / (1 - BODY_B + BODY_B * details.body_length / weights.body_length)
    merged: dict[str, float] = {}
    for term, count in zip(title, details.title_words.values(), strict=True):
        merged[term] = merged.get(term, 0.0) + in_title * count
    for term, count in zip(body, details.body_words.values(), strict=True):
        merged[term] = merged.get(term, 0.0) + in_body * count
    for term in labels:
        merged[term] = merged.get(term, 0.0) + LABEL_WEIGHT
    steps = len(LEVELS)
    level = {x: LEVELS[int(steps * x / (x + K1))] for x in set(merged.values())}
    return {term: level[x] for term, x in merged.items()}
