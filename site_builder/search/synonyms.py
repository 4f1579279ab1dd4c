"""Synonyms as a search reads them: by the terms of their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_builder.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from site_builder.model import Synonyms
    from site_builder.search.layout import Layout

MARK = "="
"""Stands before a term in the key of its groups: no term begins so."""

Groups = dict[str, list[list[str]]]
"""By marked term, the groups that have a form beginning with it; a group is its forms as they are written."""


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
