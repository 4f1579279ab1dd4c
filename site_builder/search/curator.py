"""The curator's own search: Whoosh over the content folder, in memory, gone when it has answered.

No index file is ever opened or kept: Whoosh's are pickles, which can run code, and one made anew is never stale.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from site_builder.errors import Problem, UserError
from site_builder.search.synonyms import term_sequence
from site_builder.search.weighting import BODY_B, BODY_WEIGHT, K1, LABEL_WEIGHT, TITLE_B, TITLE_WEIGHT
from site_builder.text.markdown import to_text
from site_builder.text.queries import QueryError, validate
from site_builder.text.terms import term, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from site_builder.model import Catalogue, Synonyms

with warnings.catch_warnings():
    # Whoosh 2.7.4 has string escapes that newer Pythons warn of when they compile it.
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    import whoosh.codec.whoosh3  # noqa: F401 - Whoosh imports it late, where the warnings would be shown
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.filedb.filestore import RamStorage
    from whoosh.qparser import AndGroup, MultifieldParser, OrGroup, plugins
    from whoosh.scoring import BM25F

_BOOSTS = {"title": TITLE_WEIGHT, "body": BODY_WEIGHT, "labels": LABEL_WEIGHT}
_OPERATORS = ("AND", "OR", "NOT")
_PIECE = re.compile(r'"[^"]*"|[^\s()":]+')
_SYNONYM = 0.8
"""What a synonym counts beside the words as they were typed; static/search/ranking.js has the same."""


def find(catalogue: Catalogue, query: str, limit: int) -> list[tuple[str, float]]:
    """Return the slugs of the best papers for a query with their scores, the best first.

    The query has words, "phrases", AND, OR, NOT, parentheses, `title:` and `body:`. Plain words are each welcome and
    none required; beside an operator they all are. Plain words that are a form of a group of synonyms find its other
    forms as well, unless NOT stands in the query. Raises UserError where Whoosh would read something else than what
    stands there.
    """
    said = _without_stop_words(query)
    try:
        validate(said)
        _refuse_prefixes(said)
    except QueryError as error:
        raise UserError([Problem("query", 1, error.offset + 1, error.message)]) from error
    index = _index(catalogue)
    with index.searcher(weighting=BM25F(K1=K1, title_B=TITLE_B, body_B=BODY_B, labels_B=0.0)) as searcher:
        # In a group of alternatives `a NOT b` would be "a, or anything without b".
        group = AndGroup if any(f" {operator} " in f" {said} " for operator in _OPERATORS) else OrGroup
        parsed = _parsed(_with_synonyms(said, catalogue.synonyms), index.schema, group)
        return [(hit["slug"], hit.score) for hit in searcher.search(parsed, limit=limit)]


def _refuse_prefixes(query: str) -> None:
    star = query.find("*")
    if star >= 0:
        # Whoosh looks among the stems, where `retrieva*` finds nothing and `hallucination*` much else.
        raise QueryError(star, "'*' is not understood here; leave it out: a word finds its other forms as well")


def _without_stop_words(query: str) -> str:
    """Blank out plain words that are in no index, so that the others keep their places."""

    def kept(match: re.Match[str]) -> str:
        piece = match[0]
        dropped = piece.isalnum() and piece not in _OPERATORS and term(piece) is None
        return " " * len(piece) if dropped else piece

    return _PIECE.sub(kept, query)


def _with_synonyms(query: str, synonyms: Iterable[Synonyms]) -> str:
    """Put the other forms of a group, as phrases that count less, beside plain words that are one of its forms.

    A query with NOT is taken at its word: who excludes a word has not excluded others.
    """
    others = {} if "NOT" in query.split() else _others(synonyms)
    pieces = [match.span() for match in _PIECE.finditer(query)]
    written = []
    end = 0
    for at, (start, _) in enumerate(pieces):
        ends = [stop for _, stop in pieces[at:] if _is_plain(query, start, stop)] if start >= end else []
        forms = [stop for stop in ends if others.get(term_sequence(query[start:stop]))]
        if forms:
            longest = query[start : forms[-1]]
            alternatives = map(_in_each_field, others[term_sequence(longest)])
            written.append(f"{query[end:start]}(({longest}) OR {' OR '.join(alternatives)})")
            end = forms[-1]
    return "".join(written) + query[end:]


def _others(synonyms: Iterable[Synonyms]) -> dict[tuple[str, ...], list[str]]:
    """Return, by the terms of a form, the forms of all its groups that have other terms."""
    others: dict[tuple[str, ...], list[str]] = {}
    for group in synonyms:
        forms = {term_sequence(form): form for form in reversed(group.forms)}
        for terms in forms:
            others.setdefault(terms, []).extend(form for same, form in forms.items() if same != terms)
    return others


def _in_each_field(form: str) -> str:
    """Write a form with its boost in each field: beside a boost of its own a form loses that of the field."""
    spoken = [word for word in words(form) if term(word)]
    said = f'"{" ".join(spoken)}"' if len(spoken) > 1 else spoken[0]
    return " OR ".join(f"{field}:{said}^{boost * _SYNONYM:.1f}" for field, boost in _BOOSTS.items())


def _is_plain(query: str, start: int, stop: int) -> bool:
    """Tell whether there are nothing but words between two places, which no field is said of."""
    between = query[start:stop]
    of_a_field = query[stop : stop + 1] == ":" or query[:start].endswith(":")
    return not of_a_field and not re.search(r'[()":]', between) and not set(between.split()) & set(_OPERATORS)


def _index(catalogue: Catalogue) -> Any:
    text = TEXT(analyzer=StemmingAnalyzer(), multitoken_query="phrase")
    index = RamStorage().create_index(Schema(slug=ID(stored=True), title=text, body=text, labels=text))
    writer = index.writer()
    for paper in catalogue.papers:
        topics = (catalogue.topic[name].name for name in paper.topics if name in catalogue.topic)
        labels = "\n".join([*topics, *paper.tags, *paper.authors])
        writer.add_document(slug=paper.slug, title=paper.title, body=to_text(paper.body), labels=labels)
    writer.commit()
    return index


def _parsed(query: str, schema: Any, group: Any) -> Any:
    understood = [
        plugins.WhitespacePlugin,
        plugins.FieldsPlugin(remove_unknown=False),
        plugins.PhrasePlugin,
        plugins.GroupPlugin,
        plugins.BoostPlugin,
        plugins.OperatorsPlugin(AndNot=None, AndMaybe=None, Require=None),
    ]
    return MultifieldParser(list(_BOOSTS), schema, plugins=understood, fieldboosts=_BOOSTS, group=group).parse(query)
