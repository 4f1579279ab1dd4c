"""The curator's own search: Whoosh over the content folder, in memory, gone when it has answered.

No index file is ever opened or kept: Whoosh's are pickles, which can run code, and one made anew is never stale.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from site_builder.errors import Problem, UserError
from site_builder.search.weighting import BODY_B, BODY_WEIGHT, K1, LABEL_WEIGHT, TITLE_B, TITLE_WEIGHT
from site_builder.text.markdown import to_text
from site_builder.text.queries import QueryError, validate
from site_builder.text.terms import term

if TYPE_CHECKING:
    from site_builder.model import Catalogue

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


def find(catalogue: Catalogue, query: str, limit: int) -> list[tuple[str, float]]:
    """Return the slugs of the best papers for a query with their scores, the best first.

    The query has words, "phrases", AND, OR, NOT, parentheses, `title:` and `body:`. Plain words are each welcome and
    none required; beside an operator they all are. Raises UserError where Whoosh would read something else than what
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
        return [(hit["slug"], hit.score) for hit in searcher.search(_parsed(said, index.schema), limit=limit)]


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

    return re.sub(r'"[^"]*"|[^\s()":]+', kept, query)


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


def _parsed(query: str, schema: Any) -> Any:
    understood = [
        plugins.WhitespacePlugin,
        plugins.FieldsPlugin(remove_unknown=False),
        plugins.PhrasePlugin,
        plugins.GroupPlugin,
        plugins.OperatorsPlugin(AndNot=None, AndMaybe=None, Require=None),
    ]
    # In a group of alternatives `a NOT b` would be "a, or anything without b".
    group = AndGroup if any(f" {operator} " in f" {query} " for operator in _OPERATORS) else OrGroup
    return MultifieldParser(list(_BOOSTS), schema, plugins=understood, fieldboosts=_BOOSTS, group=group).parse(query)
