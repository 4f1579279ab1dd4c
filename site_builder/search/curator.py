"""The curator's own search: Whoosh over the content folder, in memory, gone when it has answered.

It reads queries as the browser does (syntax.py, selection.py) and ranks by the same BM25F (weighting.py), from Whoosh's
posting lists; that and no more: docs/search.md tells what the browser does besides. No index file is ever opened or
kept: Whoosh's are pickles, which can run code, and one made anew is never stale.
"""

from __future__ import annotations

import math
import unicodedata
import warnings
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from site_builder.errors import Problem, UserError
from site_builder.search.selection import chooser
from site_builder.search.synonyms import Explained, first_terms, mined, term_sequence
from site_builder.search.syntax import parsed, problems, ranked_tokens
from site_builder.search.weighting import BODY_B, BODY_WEIGHT, K1, LABEL_WEIGHT, TITLE_B, TITLE_WEIGHT, labels
from site_builder.text.acronyms import acronyms
from site_builder.text.markdown import to_text
from site_builder.text.terms import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from site_builder.model import Catalogue
    from site_builder.search.syntax import Item
    from site_builder.text.terms import Token

with warnings.catch_warnings():
    # Whoosh 2.7.4 has string escapes that newer Pythons warn of when they compile it.
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    import whoosh.codec.whoosh3  # noqa: F401 - Whoosh imports it late, where the warnings would be shown
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.fields import TEXT, Schema
    from whoosh.filedb.filestore import RamStorage

_FIELDS = {"title": (TITLE_WEIGHT, TITLE_B), "body": (BODY_WEIGHT, BODY_B), "labels": (LABEL_WEIGHT, 0.0)}
_K3 = 8
_SYNONYM = 0.8
"""How often a word of a query counts, and what a synonym counts beside the words as they were typed; ranking.js has
the same."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a paper gets for a word in one field.

    `word` is as it was typed; or it is a word of `synonym`, which says more than what was typed: the one that the paper
    has least of. `frequency` is how often the field has the word, a label each once. `idf` is ln(1 + (N - n + 1/2) /
    (n + 1/2)), where n of N papers have the word; of a synonym 0.8 of the sum of those of the words that were typed.
    """

    word: str
    synonym: str
    field: str
    frequency: int
    idf: float
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A paper that was found, and what each part of its score is for; no parts where no word of the query ranks."""

    slug: str
    parts: tuple[Part, ...] = ()

    @property
    def score(self) -> float:
        """The sum of the parts."""
        return sum(part.score for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Concept:
    """Words of a query that are meant together, how often each is there, and forms that stand for them."""

    words: tuple[tuple[Token, int], ...]
    synonyms: tuple[str, ...]


_Strengths = dict[str, tuple[int, float]]
"""By field: how often a paper has a word there, and what this adds to x of the formula in weighting.py."""


class Library:
    """A catalogue that can be searched, for as many queries as are asked."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._others = _others(_groups(catalogue))
        self._index = _index(catalogue)

    def find(self, query: str, limit: int) -> list[Found]:
        """Return the best papers for a query, the best first; the newest where it only has fields.

        Raises UserError, with the places, where something would be read otherwise than it looks, or where a topic, a
        collection, a tag or a year is asked for that no paper has.
        """
        query = unicodedata.normalize("NFC", query)
        wrong = list(problems(query))
        read = parsed(query)
        chosen, unmet = chooser(self.catalogue, read.demands)
        wrong += [(item.at, _unmet(item)) for item in unmet]
        if wrong:
            raise UserError(Problem("query", 1, at + 1, message) for at, message in wrong)
        papers = self.catalogue.papers
        words = ranked_tokens(read)
        ranked = self._ranked(words) if words else [Found(paper.slug) for paper in reversed(papers)]
        return list(islice((found for found in ranked if chosen(self.catalogue.by_slug[found.slug])), limit))

    def _ranked(self, words: Sequence[tuple[Token, int]]) -> list[Found]:
        parts: dict[int, list[Part]] = {}
        with self._index.searcher() as searcher:
            for concept in _concepts(words, self._others):
                for number, said in _evidence(searcher, concept).items():
                    parts.setdefault(number, []).extend(said)
        papers = self.catalogue.papers
        found = [Found(papers[number].slug, tuple(parts[number])) for number in sorted(parts)]
        return sorted(found, key=lambda one: -one.score)


def find(catalogue: Catalogue, query: str, limit: int) -> list[Found]:
    """Return the best papers of a catalogue for one query, as `Library.find` does."""
    return Library(catalogue).find(query, limit)


def told(found: Found) -> list[str]:
    """Return what a score is made of, a line for each part, the greatest first."""
    parts = sorted(found.parts, key=lambda part: -part.score)
    rows = [(f"{part.score:.2f}", part.word, part.field, _times(part.frequency)) for part in parts]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for (score, *row), part in zip(rows, parts, strict=True):
        columns = (cell.ljust(width) for cell, width in zip(row, widths[1:], strict=True))
        instead = f"  for '{part.synonym}', which means the same" if part.synonym else ""
        lines.append("  ".join((score.rjust(widths[0]), *columns, f"idf {part.idf:.2f}")) + instead)
    return lines or ["no word of the query ranks papers: the newest come first"]


def _times(frequency: int) -> str:
    return {1: "once", 2: "twice"}.get(frequency, f"{frequency} times")


def _unmet(item: Item) -> str:
    if item.field == "tag":
        return f"no two papers have the tag '{item.text}'; write a whole tag as it is on the page of tags"
    if item.field == "year":
        return "no paper is known to be of that time; leave it out, or give the papers their year"
    if item.field == "id":
        return f"no paper has the id {item.text}; search for words of its title: not every id is known"
    called = "topic" if item.field == "topic" else "collection"
    return f"no paper is in a {called} '{item.text}'; write its id or words of its name"


def _index(catalogue: Catalogue) -> Any:
    text = TEXT(analyzer=StemmingAnalyzer())
    index = RamStorage().create_index(Schema(title=text, body=text, labels=text))
    writer = index.writer()
    for paper in catalogue.papers:
        said = "\n".join(labels(catalogue, paper))
        writer.add_document(title=paper.title, body=to_text(paper.body), labels=said)
    writer.commit()
    return index


def _groups(catalogue: Catalogue) -> list[Sequence[str]]:
    """Return the groups of synonyms, and the short forms that papers explain."""
    groups: list[Sequence[str]] = [group.forms for group in catalogue.synonyms]
    explained: Explained = []
    for paper in catalogue.papers:
        pairs = {tuple(map(term_sequence, forms)): forms for forms in acronyms(f"{paper.title}\n{to_text(paper.body)}")}
        explained += filter(first_terms, pairs.values())
    return groups + list(mined(explained, groups))


def _others(groups: Iterable[Sequence[str]]) -> dict[tuple[str, ...], list[str]]:
    """Return, by the terms of a form, the forms of all its groups that have other terms."""
    others: dict[tuple[str, ...], list[str]] = {}
    for group in groups:
        forms = {term_sequence(form): form for form in reversed(group)}
        for terms in forms:
            others.setdefault(terms, []).extend(form for same, form in forms.items() if same != terms)
    return others


def _concepts(words: Sequence[tuple[Token, int]], others: Mapping[tuple[str, ...], list[str]]) -> Iterator[_Concept]:
    """Yield the words of a query that are meant together: those of a form of a group, the longest from the left.

    A form that the query has elsewhere, or that earlier words stand for as well, counts there.
    """
    typed = tuple(token.term for token, _ in words)
    counted: set[tuple[str, ...]] = set()
    start = 0
    while start < len(words):
        ends = (end for end in range(len(words), start, -1) if typed[start:end] in others)
        end = next(ends, start + 1)
        outside = {*typed[:start], *typed[end:]}
        meant = []
        for form in others.get(typed[start:end], ()):
            terms = term_sequence(form)
            elsewhere = set(terms) <= set(typed) and not outside.isdisjoint(terms)
            if not elsewhere and terms not in counted:
                counted.add(terms)
                meant.append(form)
        yield _Concept(tuple(words[start:end]), tuple(meant))
        start = end


def _evidence(searcher: Any, concept: _Concept) -> dict[int, list[Part]]:
    """Return what each paper says, by its place in the index: the words as typed, or the synonym that says most."""
    typed = [_postings(searcher, token.term) for token, _ in concept.words]
    others = {form: _together(searcher, form) for form in concept.synonyms}
    instead = set().union(*others.values())
    papers = searcher.doc_count_all()
    idfs = [_idf(len(postings) or len(instead), papers) for postings in typed]
    found: dict[int, list[Part]] = {}
    whole = 0.0
    for (token, count), postings, idf in zip(concept.words, typed, idfs, strict=True):
        repeated = (_K3 + 1) * count / (_K3 + count)
        whole += idf * repeated
        for number, strengths in postings.items():
            found.setdefault(number, []).extend(_parts(token.word, "", strengths, idf, repeated))
    for form, postings_together in others.items():
        for number, (word, strengths) in postings_together.items():
            said = _parts(word, form, strengths, _SYNONYM * whole, 1)
            if _sum(said) > _sum(found.get(number, ())):
                found[number] = said
    return found


def _together(searcher: Any, form: str) -> dict[int, tuple[str, _Strengths]]:
    """Return the papers that have all words of a form, with the word that each has least of."""
    words = [(token.word, _postings(searcher, token.term)) for token in tokens(form) if token.term]
    having = set.intersection(*(set(postings) for _, postings in words))
    least = {number: min(words, key=lambda one: _x(one[1][number])) for number in having}
    return {number: (word, postings[number]) for number, (word, postings) in least.items()}


def _postings(searcher: Any, term: str) -> dict[int, _Strengths]:
    """Return the papers that have a term, by their places in the index."""
    reader = searcher.reader()
    found: dict[int, _Strengths] = {}
    for field, (weight, b) in _FIELDS.items():
        if (field, term) not in reader:
            continue
        mean = searcher.avg_field_length(field)
        matcher = reader.postings(field, term)
        while matcher.is_active():
            number = matcher.id()
            frequency = 1 if field == "labels" else round(matcher.weight())
            x = weight * frequency / (1 - b + b * reader.doc_field_length(number, field) / mean)
            found.setdefault(number, {})[field] = (frequency, x)
            matcher.next()
    return found


def _parts(word: str, synonym: str, strengths: _Strengths, idf: float, repeated: float) -> list[Part]:
    """Share what a paper gets for a word among its fields."""
    says = idf * repeated / (_x(strengths) + K1)
    return [Part(word, synonym, field, frequency, idf, says * x) for field, (frequency, x) in strengths.items()]


def _x(strengths: _Strengths) -> float:
    return sum(x for _, x in strengths.values())


def _sum(parts: Iterable[Part]) -> float:
    return sum(part.score for part in parts)


def _idf(having: int, papers: int) -> float:
    return math.log(1 + (papers - having + 0.5) / (having + 0.5))
