"""Which papers meet the demands of a query, as the browser decides it (static/search/selection.js and facets.js)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_builder.search.syntax import id_in, years_of
from site_builder.search.weighting import labels
from site_builder.text.markdown import to_text
from site_builder.text.slugs import slugify, unaccented
from site_builder.text.terms import tokens, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from site_builder.model import Catalogue, Paper
    from site_builder.search.syntax import Demand, Item


def chooser(catalogue: Catalogue, demands: Iterable[Demand]) -> tuple[Callable[[Paper], bool], list[Item]]:
    """Return what tells whether a paper meets all demands, and the demanded values that no paper has."""
    tests = [(demand.without, [_test(catalogue, item) for item in demand.alternatives]) for demand in demands]
    named = {"topic", "in", "tag", "year", "id"}
    wanted = (item for demand in demands if not demand.without for item in demand.alternatives if item.field in named)
    unmet = [item for item in wanted if not any(map(_test(catalogue, item), catalogue.papers))]

    def chosen(paper: Paper) -> bool:
        return all(any(test(paper) for test in alternatives) != without for without, alternatives in tests)

    return chosen, unmet


def ids_of(paper: Paper) -> list[str]:
    """Return a paper's arXiv id and its DOI, as a query is compared with them."""
    return list(filter(None, (id_in(paper.ids.get(scheme, "")) for scheme in ("arxiv", "doi"))))


def author_keys(name: str) -> set[str]:
    """Return by what an author is found: the words of the name, all of them in a row, and the first with the last."""
    found = list(map(unaccented, words(name)))
    rows = [found, [found[0], found[-1]]] if len(found) > 1 else []
    return {*found, *map("-".join, rows)}


def has_phrase(phrase: str, text: str) -> bool:
    """Tell whether words stand side by side in a text, in any of their forms; stop words count as they are."""
    return _spelled(phrase) in _spelled(text)


def _spelled(text: str) -> str:
    return f" {' '.join(token.term or token.word for token in tokens(text))} "


def _terms(text: str) -> set[str]:
    return {token.term for token in tokens(text)} - {""}


def _test(catalogue: Catalogue, item: Item) -> Callable[[Paper], bool]:
    if item.field == "author":
        asked = list(map(unaccented, words(item.text)))
        whole = "-".join(asked)
        called = {p.slug: {key for name in p.authors for key in author_keys(name)} for p in catalogue.papers}
        wanted = {whole} if any(whole in keys for keys in called.values()) else set(asked)
        return lambda paper: wanted <= called[paper.slug]
    if item.field == "year":
        first, last = years_of(item.text) or (0, 0)
        return lambda paper: paper.year is not None and first <= paper.year <= last
    if item.field == "id":
        return lambda paper: item.text in ids_of(paper)
    if item.field == "tag":
        slug = slugify(item.text)
        # The tag of a single paper has no page and filters nothing.
        having = {p.slug for p in catalogue.papers if slug in map(slugify, p.tags)}
        return lambda paper: len(having) > 1 and paper.slug in having
    if item.field == "topic":
        topics = _named(item.text, {topic.id: topic.name for topic in catalogue.topics if catalogue.in_topic[topic.id]})
        return lambda paper: not topics.isdisjoint(paper.topics)
    if item.field == "in":
        collections = _named(item.text, {one.id: one.name for one in catalogue.collections})
        return lambda paper: any(sighting.collection in collections for sighting in paper.seen)
    said = _terms(item.text)

    def says(paper: Paper) -> bool:
        if item.field == "title":
            return said <= _terms(paper.title) and (not item.phrase or has_phrase(item.text, paper.title))
        body = to_text(paper.body)
        if item.phrase:
            return has_phrase(item.text, paper.title) or has_phrase(item.text, body)
        return said <= _terms("\n".join([paper.title, body, *labels(catalogue, paper)]))

    return says


def _named(text: str, names: Mapping[str, str]) -> set[str]:
    """Return the ids that a person may mean: the id or the name itself, else what has these words."""
    slug = slugify(text)
    same = {value for value, name in names.items() if value in (text, slug) or slugify(name) == slug}
    return same or {value for value, name in names.items() if f"-{slug}" in f"-{slugify(name)}-{value}"}
