"""Why two papers are told to be related: the phrases that both have, then single words of a field; never a number.

A phrase tells more than its words, and a word that stands in every abstract tells nothing: better no reason than such a
one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from site_builder.meaning.tags import is_name, is_noun, phrase
from site_builder.meaning.vector import TAG
from site_builder.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

_MOST = (4, 4, 3, 1)
"""Reasons of each rank are told until there are so many."""
_WIDE = frozenset(
    """
    token|tokens|patch|patches|prompt|prompts|head|heads|learner|tail|prefix|comment|image-text|large language
    large vision|large-scale|wide range|high quality|high-quality|language modeling|pre-training|fine-tuning
    llm|llms|lm|lms|fid|image model|image analysis|resolution image|explanation|explanations
    """.replace("\n", "|")
    .replace(" " * 4, "")
    .split("|")
)
"""What may stand in a tag, and is too wide to make two papers related."""
_MEMORY = 1 << 16


class _Subjects(dict[str, str]):
    """A word or two as written to the phrase or name that a reader is told; '' for all others."""

    def __missing__(self, form: str) -> str:
        found = phrase(form) or (form if is_name(form) else "")
        found = "" if found.lower() in _WIDE else found
        if len(self) < _MEMORY:
            self[form] = found
        return found


_subjects = _Subjects()


def telling(written: Mapping[str, str], rare: Container[str]) -> dict[str, str]:
    """Return those of the terms that tell what a paper is about, spelt for a reader; of other nouns only the `rare`."""
    told = {}
    for term, form in written.items():
        if subject := _subjects[form]:
            told[term] = subject
        elif term in rare and _is_other_noun(form):
            told[term] = form
    return told


@lru_cache(_MEMORY)
def _is_other_noun(form: str) -> bool:
    return is_noun(form) and form.lower() not in _WIDE


def reasons(
    both: Iterable[str], one: Mapping[str, int], two: Mapping[str, int], written: Mapping[str, str]
) -> list[str]:
    """Return at most four of the terms that two vectors have, as `written` spells them, the weightiest first.

    Tags come first, then pairs of words, then single words.
    """
    told: dict[str, tuple[str, ...]] = {}
    for rank, _, term in sorted((_rank(term, written[term]), -one[term] * two[term], term) for term in both):
        if len(told) >= _MOST[rank]:
            break
        parts = _parts(written[term])
        if not any(_says(other, parts) for other in told.values()):
            told[written[term]] = parts
    return list(told)


def _rank(term: str, form: str) -> int:
    """Tell tags, pairs of words, words that stand for a subject or are a name, and other words, by their worth."""
    if term[0] == TAG:
        return 0
    if " " in term:
        return 1
    return 2 if _subjects[form] else 3


@lru_cache(_MEMORY)
def _parts(form: str) -> tuple[str, ...]:
    return tuple(found for found in terms(words(form)) if found) or (form,)


def _says(told: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Whether what is told holds all of these words, or overlaps: "vision language" and "language models"."""
    return set(parts) <= set(told) or parts[0] == told[-1] or parts[-1] == told[0]
