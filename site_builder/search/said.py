"""What one paper says to the index: its terms with their levels and what follows them, its words, its short forms."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from site_builder.search.synonyms import first_terms, term_sequence
from site_builder.search.weighting import levels
from site_builder.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from site_builder.meaning.analysis import Details
    from site_builder.meaning.weights import Weights


class Said(NamedTuple):
    """What a paper says."""

    levels: dict[str, str]
    """The letter of its level by term."""
    following: dict[str, str]
    """By term the other terms that stand right behind it in the title, the body or a label, each once, with blanks
    between. Stop words do not part terms."""
    words: set[str]
    """In lower case, stop words left out."""
    explained: list[tuple[str, tuple[str, str]]]
    """Short and long forms that it explains, by the first terms of both."""


def said(details: Details, labels: Sequence[str], weights: Weights) -> Said:
    """Return what a paper of these details says that has these labels."""
    title, body = terms(list(details.title_words)), terms(list(details.body_words))
    named = _distinct(labels)
    follow = chain(
        pairwise([title[place] for place in details.title_order]),
        pairwise([body[place] for place in details.body_order]),
        *(pairwise(filter(None, terms(words(label)))) for label in labels),
    )
    following: dict[str, str] = {}
    for one, two in dict.fromkeys(follow):
        if one != two:
            following[one] = f"{following[one]} {two}" if one in following else two
    explained = {tuple(map(term_sequence, forms)): forms for forms in details.acronyms} if details.acronyms else {}
    return Said(
        levels(details, title, body, list(named.values()), weights),
        following,
        {*details.title_words, *details.body_words, *named},
        [(one, forms) for forms in explained.values() for one in first_terms(forms)],
    )


def _distinct(labels: Sequence[str]) -> dict[str, str]:
    """Return the words of labels in lower case, each once, and their terms."""
    found = list(dict.fromkeys(map(str.lower, words("\n".join(labels))))) if labels else []
    return {word: term for word, term in zip(found, terms(found), strict=True) if term}
