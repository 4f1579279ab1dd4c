"""The curator's search and the browser's answer the same queries: how far their first ten agree."""

from __future__ import annotations

import hashlib
import json
from itertools import chain, pairwise, zip_longest
from statistics import mean
from typing import TYPE_CHECKING, NamedTuple

import pytest

from bench.search import NoCache, answered, index_dumps
from site_builder.build import build
from site_builder.content.folder import read
from site_builder.search.curator import Library
from site_builder.text.terms import tokens
from tests.invented import TOPICS, folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from site_builder.model import Catalogue

QUERIES = 200
TEN = 10
DEPTH = 100
PERSISTENCE = 0.9


def overlap(one: Sequence[str], two: Sequence[str]) -> float:
    """Return the share of the longer list that both have; two empty lists agree."""
    return len({*one} & {*two}) / max(len(one), len(two)) if one or two else 1.0


def rank_biased_overlap(one: Sequence[str], two: Sequence[str]) -> float:
    """Return the extrapolated rank-biased overlap, between 0 and 1: the first ranks count more.

    W. Webber, A. Moffat and J. Zobel, "A similarity measure for indefinite rankings" (TOIS 2010), equation 30, with the
    agreement 2 |S ∩ T| / (|S| + |T|) of section 4.4, which holds for lists of unequal length.
    """
    depth = max(len(one), len(two))
    if not depth:
        return 1.0
    agreement = [2 * len({*one[:d]} & {*two[:d]}) / (len(one[:d]) + len(two[:d])) for d in range(1, depth + 1)]
    seen = sum(share * PERSISTENCE ** (d + 1) for d, share in enumerate(agreement))
    return agreement[-1] * PERSISTENCE**depth + (1 - PERSISTENCE) / PERSISTENCE * seen


def generated(catalogue: Catalogue) -> list[str]:
    """Return words of few titles, neighbours in titles, tags and names of topics by turns, in an order of their own."""
    titles = [[token for token in tokens(paper.title) if token.term] for paper in catalogue.papers]
    having: dict[str, int] = {}
    for term in chain.from_iterable({token.term for token in title} for title in titles):
        having[term] = having.get(term, 0) + 1
    kinds: tuple[Iterable[str], ...] = (
        (token.word for title in titles for token in title if having[token.term] <= 3 and token.word.isalpha()),
        (f"{one.word} {two.word}" for title in titles for one, two in pairwise(title)),
        (tag for tag, papers in catalogue.with_tag.items() if len(papers) > 1),
        (topic.name for topic in catalogue.topics if catalogue.in_topic[topic.id]),
    )
    shuffled = (sorted(set(kind), key=lambda text: hashlib.sha256(text.encode()).digest()) for kind in kinds)
    return [query for query in chain.from_iterable(zip_longest(*shuffled)) if query]


class Compared(NamedTuple):
    """How far the first ten of both agree for a query: their overlap, their rank-biased overlap, and the overlap where
    papers are left out of the browser's that have no word of the query and came in by their company."""

    overlap: float
    ranks: float
    worded: float
    query: str


def agreement(content: Path, site: Path, queries: Iterable[str]) -> list[Compared]:
    """Ask both, and compare what they find for each query."""
    asked = {str(number): query for number, query in enumerate(dict.fromkeys(queries))}
    shown: dict[str, list[str]] = {number: [] for number in asked}
    for line in answered(site, asked, ("--depth", str(DEPTH)))[0]:
        number, _, slug, *_ = line.split()
        shown[number].append(slug)
    library = Library(read(content, NoCache()))
    compared = []
    for number, query in asked.items():
        every = [one.slug for one in library.find(query, len(library.catalogue.papers))]
        worded = [slug for slug in shown[number] if slug in {*every}]
        found, ten = every[:TEN], shown[number][:TEN]
        compared.append(
            Compared(overlap(found, ten), rank_biased_overlap(found, ten), overlap(found, worded[:TEN]), query)
        )
    return compared


def means(compared: Sequence[Compared]) -> tuple[float, float, float]:
    """Return the means of overlap, rank-biased overlap, and overlap among papers that have a word."""
    overlaps, ranks, worded, _ = zip(*compared, strict=True)
    return mean(overlaps), mean(ranks), mean(worded)


def test_the_measures_are_one_for_the_same_lists_none_for_others_and_the_first_ranks_count_most() -> None:
    for measure in (overlap, rank_biased_overlap):
        assert measure("abc", "abc") == pytest.approx(1)
        assert measure("abc", "xyz") == 0
        assert measure("", "") == 1
        assert measure("abc", "") == 0
    assert overlap("abcd", "dcbx") == 0.75
    assert rank_biased_overlap("abcd", "abdc") > rank_biased_overlap("abcd", "bacd")
    assert rank_biased_overlap("ab", "ba") == pytest.approx(0.81 + 0.1 / 0.9 * 0.81), "by hand: agreements 0 and 1"


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A content folder of papers that nobody wrote, and its site."""
    home = tmp_path_factory.mktemp("agreement")
    folder(home / "content", 60)
    names = "".join(f"- id: {topic}\n  name: {topic}\n  rules: [{topic}]\n" for topic in TOPICS)
    (home / "content" / "topics.yaml").write_text(names, "utf-8")
    build(home / "content", home / "site", cache_dir=home / "cache")
    return home / "content", home / "site"


def test_on_an_invented_catalogue_both_find_mostly_the_same_papers_but_for_company(invented: tuple[Path, Path]) -> None:
    content, site = invented
    queries = list(dict.fromkeys(generated(read(content, NoCache()))))[:QUERIES]
    assert len(queries) == QUERIES
    overlaps, ranks, worded = means(agreement(content, site, queries))
    assert overlaps > 0.4
    assert ranks > 0.55
    assert worded > 0.82


def test_what_is_demanded_means_the_same_to_both(invented: tuple[Path, Path]) -> None:
    content, site = invented
    library = Library(read(content, NoCache()))
    papers = library.catalogue.papers
    common = [token.word for token in tokens(papers[0].body) if token.term]
    tag = next(tag for tag, having in library.catalogue.with_tag.items() if len(having) > 1)
    authors = [name.split()[0] for paper in papers for name in paper.authors]
    queries = [
        "topic:video",
        "topic:token OR topic:causal-ml",
        "topic:token -topic:attention-sinks",
        f"tag:{tag}",
        f"tag:{tag.upper()} OR author:{authors[0]}",
        *(f"author:{name}" for name in authors[:5]),
        f'author:"{papers[0].authors[0]}"',
        "in:list-1 topic:segmentation",
        "in:list NOT topic:video",
        *(f"{one} AND {two}" for one, two in pairwise(common[:8])),
        *(f"{one} OR {two}" for one, two in pairwise(common[:8])),
        *(f'title:{token.word} -"{common[0]}"' for token in tokens(papers[0].title) if token.term),
    ]
    shown: dict[str, set[str]] = {query: set() for query in queries}
    for line in answered(site, {str(n): query for n, query in enumerate(queries)}, ("--depth", str(len(papers))))[0]:
        number, _, slug, *_ = line.split()
        shown[queries[int(number)]].add(slug)
    assert {query: {found.slug for found in library.find(query, len(papers))} for query in queries} == shown
    assert all(shown[query] for query in queries[:10])


def test_on_the_real_dumps_two_hundred_queries_find_mostly_the_same_papers(shared: Path, tmp_path: Path) -> None:
    index_dumps(shared, tmp_path / "site")
    relevance = shared / "relevance"
    asked = [json.loads(row)["text"] for row in (relevance / "daily" / "queries.jsonl").read_text("utf-8").splitlines()]
    asked += (relevance / "queries20.txt").read_text("utf-8").splitlines()
    asked += generated(read(tmp_path / "content", NoCache()))
    queries = list(dict.fromkeys(asked))[:QUERIES]
    overlaps, ranks, worded = means(agreement(tmp_path / "content", tmp_path / "site", queries))
    assert overlaps > 0.72
    assert ranks > 0.74
    assert worded > 0.82
