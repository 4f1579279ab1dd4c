"""Measure the search: how well it ranks three test collections of abstracts, and what a query costs.

    python -m bench.search --shared ../shared

indexes each collection as the build does, answers its queries with the shipped engine (bench/search_run.mjs) and
scores them with the collection's own evaluate.py: clean, as typed (the last word unfinished), with a typing error, and
with the last word cut short. Prints nDCG@10.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder import search, shipped
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.related import relate
from site_builder.meaning.weights import load
from site_builder.model import Address, Catalogue, Paper, Site
from site_builder.pages import scripts
from site_builder.pages.render import files_below
from site_builder.text.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COLLECTIONS = ("cranfield", "cisi", "lisa")
FORMS = {
    "clean": ("queries.jsonl", ()),
    "as typed": ("queries.jsonl", ("--as-typed",)),
    "typing error": ("queries.typo.jsonl", ()),
    "cut short": ("queries.prefix.jsonl", ("--as-typed",)),
}
BENCH = Path(__file__).parent


class NoCache:
    """Remembers nothing: each index is made from its beginning."""

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return nothing."""
        return {}

    def put(self, kind: str, values: Mapping[str, bytes]) -> None:
        """Forget the values."""


def index(collection: Path, site: Path) -> float:
    """Write a site's folder that has nothing but the search; return the seconds that the index took."""
    rows = [json.loads(line) for line in (collection / "corpus.jsonl").read_text("utf-8").splitlines()]
    papers = tuple(Paper(slug=row["id"], title=row["title"], body=escape(row["abstract"])) for row in rows)
    ledger = tuple(Address(paper.slug, "", paper.title) for paper in papers)
    weights = load()
    analyser = Analyser((), weights)
    analyses = {paper.slug: analyser.analyse(paper) for paper in papers}
    start = time.perf_counter()
    related = relate(analyses, NoCache())
    for file in search.files(Catalogue(Site(), papers, (), (), (), ledger), analyses, related, weights, NoCache()):
        path = site / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.make())
    seconds = time.perf_counter() - start
    static = dict(files_below(shipped.STATIC))
    (site / "static").mkdir()
    (site / "static" / scripts.JOINED).write_bytes(
        scripts.joined({name: static[name] for name in scripts.names(static)})
    )
    return seconds


def ndcg(collection: Path, site: Path, queries: str, options: Iterable[str], folder: Path) -> tuple[float, str]:
    """Answer the queries of a file; return nDCG@10 and the line that tells what they cost."""
    rows = [json.loads(line) for line in (collection / queries).read_text("utf-8").splitlines()]
    table, run = folder / "queries.tsv", folder / "run.txt"
    table.write_text("".join(f"{row['id']}\t{' '.join(row['text'].split())}\n" for row in rows), "utf-8")
    program = BENCH / "search_run.mjs"
    cost = _output(["node", program, "--site", site, "--queries", table, "--out", run, *options])
    scored = _output([sys.executable, collection.parent / "evaluate.py", collection, run, "--json"])
    return json.loads(scored)[0]["ndcg10"], cost.strip()


def _output(command: list[str | Path]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that has relevance/")
    relevance = parser.parse_args().shared / "relevance"
    print(f"{'nDCG@10':12}" + "".join(f"{form:>14}" for form in FORMS))
    for name in COLLECTIONS:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            site = folder / "site"
            seconds = index(relevance / name, site)
            results = [ndcg(relevance / name, site, *form, folder) for form in FORMS.values()]
            print(f"{name:12}" + "".join(f"{score:14.4f}" for score, _ in results))
            print(f"{'':12}index in {seconds:.2f} s; {results[0][1]}")


if __name__ == "__main__":
    main()
