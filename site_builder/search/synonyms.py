"""Synonyms as a search reads them: by the terms of their forms."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from site_builder.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from site_builder.model import Synonyms
    from site_builder.search.layout import Layout

MARK = "="
"""Stands before a term in the key of its groups: no term begins so."""

Groups = dict[str, list[list[str]]]
"""By marked term, the groups that have a form beginning with it; a group is its forms as they are written."""

Explained = list[tuple[str, str]]
"""A short form and what it stands for as papers explain it, once for each of these papers."""

EXPLAINED = 2
"""The fewest papers that explain a short form: one paper's is its own, the name of its method say."""


def term_sequence(form: str) -> tuple[str, ...]:
    """Return the terms of a form, stop words left out: two forms with the same terms are one to a search."""
    return tuple(filter(None, terms(words(form))))


def by_shard(synonyms: Iterable[Synonyms], layout: Layout) -> dict[int, Groups]:
    """File each group in the shards of postings that have the first terms of its forms.

    The browser fetches these for the words of a query anyway, and so learns without a request more whether they have
    synonyms. Of forms that differ in their endings alone the first is kept.
    """
    filed: dict[int, Groups] = {}
    for group in synonyms:
        forms: dict[tuple[str, ...], str] = {}
        for form in group.forms:
            forms.setdefault(term_sequence(form), form)
        if len(forms) > 1:
            for first in dict.fromkeys(sequence[0] for sequence in forms):
                shard = filed.setdefault(layout.term_shard(first), {})
                shard.setdefault(MARK + first, []).append(list(forms.values()))
    return filed


def first_terms(forms: Iterable[str]) -> set[str]:
    """Return the first terms of two forms that can be told apart by their terms; none if they can't."""
    sequences = {term_sequence(form) for form in forms}
    return {sequence[0] for sequence in sequences} if len(sequences) > 1 and all(sequences) else set()


def mined(explained: Explained, groups: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the groups that papers explain and that no group has yet, the long form first, as most of them write it.

    `explained` has forms that begin with one term, `groups` are those that are filed under it.
    """
    known = [{term_sequence(form) for form in group} for group in groups]
    spellings: dict[tuple[tuple[str, ...], ...], Counter[tuple[str, str]]] = {}
    for short, long in explained:
        spellings.setdefault((term_sequence(long), term_sequence(short)), Counter())[long, short] += 1
    found = []
    for sequences, written in sorted(spellings.items()):
        if written.total() >= EXPLAINED and not any(known_group.issuperset(sequences) for known_group in known):
            most = max(written.values())
            found.append(list(min(forms for forms, times in written.items() if times == most)))
    return found
