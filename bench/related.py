"""How well papers are related: whether neighbours have a topic in common, by labels of people; several ways compared.

    python -m bench.related --content DIR                  a content folder with the abstracts in it
    python -m bench.related --content DIR --reasons 60     and reasons drawn at random, to be judged by reading
    python -m bench.related --content DIR --encoder        and with the encoder's help, where it is installed

The share is that of the eight nearest papers that have a topic in common with the paper, over all pairs of which both
papers are labelled (`--gold FILE`, see bench.topics). The interval is the middle 95 % over a thousand draws of papers.
`most` is in how many lists the most frequent neighbour is, `never` how many papers are in none.

Rules decide the topics of our papers, and were sharpened on the same labels: so ours is told without them, too.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bench.topics import DRAWS, GOLD, read_papers
from site_builder import shipped
from site_builder.content.topics import read_topics
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.encoder import encoded, installed
from site_builder.meaning.related import KEEP, SHOWN, neighbours, relate
from site_builder.meaning.weights import load
from site_builder.text.markdown import to_text
from site_builder.text.queries import Positions
from site_builder.text.slugs import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from site_builder.meaning.encoder import Encoder
    from site_builder.meaning.weights import Weights
    from site_builder.model import Paper

Ranking = list[list[int]]
"""By paper the numbers of its neighbours, the nearest first."""
Idf = dict[str, float]

TITLE = 3
K1, B = 1.2, 0.75
FUSED = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)."""


class Nothing:
    """A cache that forgets."""

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return nothing."""
        return {}

    def put(self, kind: str, values: Mapping[str, bytes]) -> None:
        """Keep nothing."""


def counted(papers: Iterable[Paper]) -> list[Counter[str]]:
    """Return the terms of each paper with their counts, those of the title three times; no numbers."""
    counts = []
    for paper in papers:
        count = Counter(Positions(to_text(paper.body)).terms)
        for term in Positions(paper.title).terms:
            count[term] += TITLE
        counts.append(Counter({term: often for term, often in count.items() if not term.replace(".", "").isdecimal()}))
    return counts


def live(papers: Sequence[Counter[str]]) -> Idf:
    """Return the rarity of terms by these papers."""
    having = Counter(term for count in papers for term in count)
    return {term: math.log(len(papers) / often) for term, often in having.items()}


def frozen(papers: Sequence[Counter[str]], weights: Weights) -> Idf:
    """Return the rarity of the same terms by the frozen table."""
    least = 5
    return {term: math.log(weights.papers / max(least, weights.frequency(term))) for count in papers for term in count}


def tfidf(papers: Sequence[Counter[str]], idf: Idf) -> Ranking:
    """Rank by the cosine of (1 + log tf) idf."""
    vectors = []
    for count in papers:
        vector = {term: (1 + math.log(often)) * idf[term] for term, often in count.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1
        vectors.append({term: weight / length for term, weight in vector.items()})
    return ranked(vectors, vectors)


def more_like_this(papers: Sequence[Counter[str]], idf: Idf, most: int | None) -> Ranking:
    """Rank by BM25 with a paper's terms as the query: those of the highest tf idf, as search engines do, or all."""
    mean = sum(count.total() for count in papers) / max(1, len(papers))
    documents, queries = [], []
    for count in papers:
        pivot = K1 * (1 - B + B * count.total() / mean)
        document = {term: often * (K1 + 1) / (often + pivot) for term, often in count.items()}
        documents.append(document)
        best = sorted(count, key=lambda term: (-count[term] * idf[term], term))[:most]
        queries.append({term: idf[term] * (1 if most else document[term]) for term in best})
    return ranked(queries, documents)


def ranked(queries: Sequence[Mapping[str, float]], documents: Sequence[Mapping[str, float]]) -> Ranking:
    """Rank documents by the product with each query, the query's own left out."""
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        for term, weight in document.items():
            postings[term].append((number, weight))
    ranking = []
    for own, query in enumerate(queries):
        score: dict[int, float] = defaultdict(float)
        for term, weight in query.items():
            for number, its_weight in postings[term]:
                score[number] += weight * its_weight
        score.pop(own, None)
        ranking.append(sorted(score, key=lambda number: (-score[number], number)))
    return ranking


def fused(*rankings: Ranking) -> Ranking:
    """Join rankings by the reciprocal of the rank."""
    joined = []
    for lists in zip(*rankings, strict=True):
        score: Counter[int] = Counter()
        for numbers in lists:
            for rank, number in enumerate(numbers[:100]):
                score[number] += 1 / (FUSED + rank)  # type: ignore[assignment]
        joined.append(sorted(score, key=lambda number: (-score[number], number)))
    return joined


def ours(
    papers: Sequence[Paper],
    analyser: Analyser,
    change: Callable[[Paper], Paper],
    encoder: Encoder | None,
) -> Ranking:
    """Rank as a build does, after changing each paper."""
    analyses = {paper.slug: analyser.analyse(change(paper)) for paper in papers}
    found = neighbours(encoded(analyses, papers, encoder, Nothing()) if encoder else analyses, Nothing())
    number = {paper.slug: place for place, paper in enumerate(papers)}
    return [[number[slug] for slug in found[paper.slug]] for paper in papers]


def told(name: str, ranking: Ranking, labels: Sequence[frozenset[str]]) -> str:
    """Return the row of a table: share with its interval, most, never."""
    pairs = []
    for topics, others in zip(labels, ranking, strict=True):
        known = [labels[other] for other in others[:SHOWN] if labels[other]]
        if topics and known:
            pairs.append((sum(bool(topics & its) for its in known), len(known)))
    draw = random.Random(1)  # noqa: S311 - the same draws each time
    draws = sorted(_share(draw.choices(pairs, k=len(pairs))) for _ in range(DRAWS))
    inside = Counter(other for others in ranking for other in others[:SHOWN])
    return (
        f"{name:44} {_share(pairs):.3f} ({draws[DRAWS // 40]:.3f} to {draws[-DRAWS // 40]:.3f})  "
        f"most {max(inside.values()):3}  never {len(ranking) - len(inside):3}"
    )


def _share(pairs: Sequence[tuple[int, int]]) -> float:
    return sum(right for right, _ in pairs) / max(1, sum(known for _, known in pairs))


def reasons(papers: Sequence[Paper], analyser: Analyser, drawn: int) -> list[str]:
    """Return so many pairs of titles, drawn at random, with what is told of them."""
    title = {paper.slug: paper.title for paper in papers}
    found = relate({paper.slug: analyser.analyse(paper) for paper in papers}, Nothing())
    pairs = [
        (title[slug], title[other], " · ".join(words))
        for slug in found
        for other, words in found[slug].shared().items()
    ]
    return ["\t".join(pair) for pair in random.Random(drawn).sample(pairs, drawn)]  # noqa: S311 - the same draws


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Compare ways to relate papers.")
    parser.add_argument("--content", type=Path, required=True, help="a content folder with the abstracts in it")
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--encoder", action="store_true", help="rank with the encoder's help as well")
    parser.add_argument("--reasons", type=int, default=0, metavar="N", help="print N reasons drawn at random")
    arguments = parser.parse_args()
    weights = load()
    topics = read_topics(shipped.TOPICS.read_text("utf-8"), str(shipped.TOPICS))
    analyser = Analyser(topics, weights)
    papers = read_papers(arguments.content)
    gold = {folded(row["title"]): frozenset(row["topics"]) for row in json.loads(arguments.gold.read_text("utf-8"))}
    labels = [gold.get(folded(paper.title), frozenset()) for paper in papers]
    counts = counted(papers)
    for name, idf in (("live", live(counts)), ("frozen", frozen(counts, weights))):
        cosine, similar = tfidf(counts, idf), more_like_this(counts, idf, None)
        print(told(f"TF-IDF, {name}", cosine, labels))
        print(told(f"BM25 more-like-this of 25 terms, {name}", more_like_this(counts, idf, 25), labels))
        print(told(f"BM25 more-like-this of all terms, {name}", similar, labels))
        print(told(f"fusion of TF-IDF and BM25, {name}", fused(cosine, similar), labels))
    changes: dict[str, Callable[[Paper], Paper]] = {
        "by words alone": lambda paper: replace(paper, topics=(), tags=()),
        "by words and tags": lambda paper: replace(paper, topics=()),
        f"the first of {KEEP}": lambda paper: paper,
    }
    for encoder in (None, installed("--encoder")) if arguments.encoder else (None,):
        for what, change in changes.items():
            name = f"ours, {what}{', with the encoder' if encoder else ''}"
            print(told(name, ours(papers, analyser, change, encoder), labels))
    for line in reasons(papers, analyser, arguments.reasons):
        print(line)


if __name__ == "__main__":
    main()
