"""What each part of the ranking brings, and how other engines rank the same.

    python -m bench.ablation --shared ../shared [--part "without pairs" ...] [--encoder]

builds the sites of bench.search once (with `--encoder` as there), changes a constant in the script of each as told
below, and scores the clean queries. Beside ours it scores bm25s (`pip install bm25s PyStemmer`) and lunr (`npm install
lunr`; NODE_PATH names the folder) where they are there, and tells with a paired randomisation test whether ours differs
from them. Prints nDCG@10.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.search import BENCH, COLLECTIONS, DUMPS, FORMS, index, index_dumps, ndcg, read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Change = tuple[str, str]
"""What stands in the script, and what is put in its place."""


def _constant(name: str, value: float) -> Change:
    return rf"const {name} = [^;]+;", f"const {name} = {value};"


_REPEATED, _PAIRS = _constant("K3", 0), _constant("SIDE_BY_SIDE", 0)
_COMPANY, _SYNONYMS = _constant("GIVEN", 0), (r'const MARK = "=";', 'const MARK = "?";')
_COVERAGE = (r"share \*\* \(2 / words \*\* 2\)", "1")
PARTS: dict[str, tuple[Change, ...]] = {
    "as it is": (),
    "none of these parts": (_REPEATED, _PAIRS, _COMPANY, _COVERAGE, _SYNONYMS),
    "without repeated words": (_REPEATED,),
    "without pairs": (_PAIRS,),
    "without company": (_COMPANY,),
    "without coverage": (_COVERAGE,),
    "without synonyms": (_SYNONYMS,),
}


class Ground(NamedTuple):
    """A collection with the site made of it, and what its judgments call papers, by slug, where they do otherwise."""

    collection: Path
    site: Path
    names: Mapping[str, str]
    papers: list[dict[str, str]]


def grounds(shared: Path, folder: Path, *, encoder: bool = False) -> Iterator[Ground]:
    """Build the sites."""
    for name in (*COLLECTIONS, DUMPS):
        site, collection = folder / name / "site", shared / "relevance" / name
        site.parent.mkdir()
        if name == DUMPS:
            names = index_dumps(shared, site, encoder=encoder)
            yield Ground(collection, site, names, _dumped(site.with_name("content"), names))
        else:
            index(collection, site, encoder=encoder)
            yield Ground(collection, site, {}, read_rows(collection / "corpus.jsonl"))


def _dumped(content: Path, names: Mapping[str, str]) -> list[dict[str, str]]:
    from site_builder.content.papers import read_paper
    from site_builder.text.markdown import to_text

    files = [(slug, content / "papers" / f"{slug}.md") for slug in names]
    papers = ((slug, read_paper(file.read_text("utf-8"), str(file), slug)) for slug, file in files)
    return [{"id": names[slug], "title": paper.title, "abstract": to_text(paper.body)} for slug, paper in papers]


def changed(ground: Ground, changes: tuple[Change, ...]) -> float:
    """Score the queries with changes in the scripts of the site, each in one place; then put them back."""
    scripts = {path: path.read_text("utf-8") for path in (ground.site / "static").glob("*.js")}
    try:
        for pattern, put in changes:
            places = [path for path in scripts if re.search(pattern, path.read_text("utf-8"))]
            if len(places) != 1:
                sys.exit(f"'{pattern}' stands in {len(places)} scripts of {ground.site}")
            places[0].write_text(re.sub(pattern, put, places[0].read_text("utf-8")), "utf-8")
        return ndcg(ground.collection, ground.site, *FORMS["clean"], ground.names)[0]
    finally:
        for path, text in scripts.items():
            path.write_text(text, "utf-8")


def by_bm25s(ground: Ground) -> dict[str, list[str]]:
    """Return ids by query as bm25s ranks them by default, with stems. Raises ImportError where it is not there."""
    import bm25s  # type: ignore[import-not-found]
    import Stemmer  # type: ignore[import-not-found]

    stemmer = Stemmer.Stemmer("english")
    texts = [f"{paper['title']}\n{paper['abstract']}" for paper in ground.papers]
    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)
    queries = read_rows(ground.collection / "queries.jsonl")
    asked = bm25s.tokenize([q["text"] for q in queries], stopwords="en", stemmer=stemmer, show_progress=False)
    ids = [paper["id"] for paper in ground.papers]
    found, _ = retriever.retrieve(asked, k=min(50, len(ids)), show_progress=False)
    return {query["id"]: [ids[number] for number in row] for query, row in zip(queries, found, strict=True)}


def by_lunr(ground: Ground) -> dict[str, list[str]]:
    """Return the same as lunr ranks them with its own defaults. Raises ImportError where it is not there."""
    asked = {"papers": ground.papers, "queries": read_rows(ground.collection / "queries.jsonl")}
    command = ["node", str(BENCH / "lunr_run.mjs")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ImportError(done.stderr)
    return dict(json.loads(done.stdout))


RIVALS: dict[str, Callable[[Ground], dict[str, list[str]]]] = {"bm25s": by_bm25s, "lunr": by_lunr}


def rival(ground: Ground, ranking: dict[str, list[str]]) -> tuple[float, float, float]:
    """Return a rival's score, by how much ours is better, and the p of the difference."""
    run = ground.site.with_name("rival.txt")
    lines = (f"{q} Q0 {paper} {n} {-n} rival\n" for q, papers in ranking.items() for n, paper in enumerate(papers, 1))
    run.write_text("".join(lines), "utf-8")
    changed(ground, ())
    ours = ground.site.with_name("named.txt")
    runs = (ground.collection.parent / "evaluate.py", ground.collection, ours, run)
    command = [sys.executable, *map(str, runs), "--json", "--vs", str(run)]
    first, second = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return second["ndcg10"], first["delta"], first["p"]


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that has dumps/ and relevance/")
    parser.add_argument("--part", choices=PARTS, action="append", help="only these, instead of all")
    parser.add_argument("--encoder", action="store_true", help="let the encoder help to find related papers")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        ready = list(grounds(arguments.shared, Path(temporary), encoder=arguments.encoder))
        print(f"{'nDCG@10':24}" + "".join(f"{ground.collection.name:>12}" for ground in ready) + f"{'mean':>12}")
        for part in arguments.part or PARTS:
            scores = [changed(ground, PARTS[part]) for ground in ready]
            print(
                f"{part:24}" + "".join(f"{score:12.4f}" for score in (*scores, sum(scores) / len(scores))), flush=True
            )
        for name, rank in RIVALS.items():
            try:
                rows = [rival(ground, rank(ground)) for ground in ready]
            except ImportError:
                print(f"{name:24}is not installed")
                continue
            scores = [score for score, _, _ in rows]
            print(f"{name:24}" + "".join(f"{score:12.4f}" for score in (*scores, sum(scores) / len(scores))))
            print(f"{'  ours is better by':24}" + "".join(f"{more:12.4f}" for _, more, _ in rows))
            print(f"{'  p':24}" + "".join(f"{p:12.4f}" for _, _, p in rows), flush=True)


if __name__ == "__main__":
    main()
