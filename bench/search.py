"""Measure the search: how well it ranks four collections of abstracts, and what a query costs.

    python -m bench.search --shared ../shared [--cost] [--encoder]

indexes three test collections as the build does, and a site of the dumps with the topics and synonyms of `content/`;
answers their queries with the shipped engine (bench/search_run.mjs) and scores them with the collections' own
evaluate.py: clean, as typed (the last word unfinished), with a typing error, and with the last word cut short. Prints
nDCG@10. With `--cost` it prints instead what the twenty queries of relevance/queries20.txt cost on the site of the
dumps, complete and as typed. With `--encoder` related papers are found with the extra of that name, as for a site that
asks for it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder import search, shipped
from site_builder.build import build
from site_builder.content.writing import write_text
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.encoder import encoded, installed
from site_builder.meaning.related import relate
from site_builder.meaning.weights import load
from site_builder.model import Address, Catalogue, Paper, Site
from site_builder.pages import scripts
from site_builder.pages.render import files_below
from site_builder.text.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from site_builder.meaning.analysis import Analysis

COLLECTIONS = ("cranfield", "cisi", "lisa")
DUMPS = "daily"
"""The judgments over the papers of the dumps."""
FORMS = {
    "clean": ("queries.jsonl", ()),
    "as typed": ("queries.jsonl", ("--as-typed",)),
    "typing error": ("queries.typo.jsonl", ()),
    "cut short": ("queries.prefix.jsonl", ("--as-typed",)),
}
BENCH = Path(__file__).parent
CONTENT = BENCH.parent / "content"


class NoCache:
    """Remembers nothing: each index is made from its beginning."""

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return nothing."""
        return {}

    def put(self, kind: str, values: Mapping[str, bytes]) -> None:
        """Forget the values."""


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def index(collection: Path, site: Path, *, encoder: bool = False) -> float:
    """Write a site's folder that has nothing but the search; return the seconds that the index took."""
    rows = read_rows(collection / "corpus.jsonl")
    papers = tuple(Paper(slug=row["id"], title=row["title"], body=escape(row["abstract"])) for row in rows)
    ledger = tuple(Address(paper.slug, "", paper.title) for paper in papers)
    weights = load()
    analyser = Analyser((), weights)
    analyses: Mapping[str, Analysis] = {paper.slug: analyser.analyse(paper) for paper in papers}
    if encoder:
        analyses = encoded(analyses, papers, installed("--encoder"), NoCache())
    related = relate(analyses, NoCache())
    start = time.perf_counter()
    catalogue = Catalogue(Site(), papers, (), (), (), ledger)
    shards = search.Shards(catalogue, analyses, weights, NoCache())
    for file in search.files(catalogue, related, shards, weights, NoCache()):
        path = site / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.make())
    seconds = time.perf_counter() - start
    static = dict(files_below(shipped.STATIC))
    (site / "static").mkdir()
    for script, names in scripts.names(static).items():
        (site / "static" / script).write_bytes(scripts.joined({name: static[name] for name in names}))
    return seconds


def index_dumps(shared: Path, site: Path, *, encoder: bool = False) -> dict[str, str]:
    """Build the site of the dumps with our topics and synonyms; return the numbers of the judgments by slug."""
    content = site.with_name("content")
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("papers", "ledger.tsv", "collections"))
    _output([Path(sys.executable).with_name("site-builder"), "ingest", shared / "dumps", "--content", content])
    if encoder:
        settings = content / "site.yaml"
        write_text(settings, f"{settings.read_text('utf-8').rstrip()}\nencoder: true\n")
    build(content, site, cache_dir=site.with_name("cache"))
    ledger = [line.split("\t") for line in (content / "ledger.tsv").read_text("utf-8").splitlines()]
    slug = {title: slug for slug, _, title, *_ in ledger}
    titles = (shared / "relevance" / DUMPS / "titles.tsv").read_text("utf-8").splitlines()
    return {slug[title]: number for number, title in (line.split("\t") for line in titles)}


def answered(site: Path, queries: Mapping[str, str], options: Iterable[str]) -> tuple[list[str], str]:
    """Answer queries; return the lines of the run and the line that tells what they cost."""
    table, run = site.with_name("queries.tsv"), site.with_name("run.txt")
    table.write_text("".join(f"{number}\t{text}\n" for number, text in queries.items()), "utf-8")
    cost = _output(["node", BENCH / "search_run.mjs", "--site", site, "--queries", table, "--out", run, *options])
    return run.read_text("utf-8").splitlines(), cost.strip()


def ndcg(
    collection: Path, site: Path, queries: str, options: Iterable[str], names: Mapping[str, str]
) -> tuple[float, str]:
    """Answer the queries of a file; return nDCG@10 and the line that tells what they cost.

    `names` are what the judgments call papers, by slug, where they call them otherwise.
    """
    rows = read_rows(collection / queries)
    lines, cost = answered(site, {row["id"]: " ".join(row["text"].split()) for row in rows}, options)
    run = site.with_name("named.txt")
    split = (line.split(" ") for line in lines)
    run.write_text(
        "".join(f"{query} Q0 {names.get(slug, slug)} {' '.join(rest)}\n" for query, _, slug, *rest in split), "utf-8"
    )
    scored = _output([sys.executable, collection.parent / "evaluate.py", collection, run, "--json"])
    return json.loads(scored)[0]["ndcg10"], cost


def _output(command: list[str | Path]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that has dumps/ and relevance/")
    parser.add_argument("--cost", action="store_true", help="what twenty queries cost instead of how well all rank")
    parser.add_argument("--encoder", action="store_true", help="let the encoder help to find related papers")
    arguments = parser.parse_args()
    with_encoder = arguments.encoder
    if arguments.cost:
        _costs(arguments.shared)
        return
    print(f"{'nDCG@10':12}" + "".join(f"{form:>14}" for form in FORMS))
    for name in (*COLLECTIONS, DUMPS):
        with tempfile.TemporaryDirectory() as temporary:
            site = Path(temporary) / "site"
            folder = arguments.shared / "relevance" / name
            names = index_dumps(arguments.shared, site, encoder=with_encoder) if name == DUMPS else {}
            seconds = "" if name == DUMPS else f"index in {index(folder, site, encoder=with_encoder):.2f} s; "
            results = [ndcg(folder, site, *form, names) for form in FORMS.values()]
            print(f"{name:12}" + "".join(f"{score:14.4f}" for score, _ in results))
            print(f"{'':12}{seconds}{results[0][1]}")


def _costs(shared: Path) -> None:
    queries = (shared / "relevance" / "queries20.txt").read_text("utf-8").splitlines()
    with tempfile.TemporaryDirectory() as temporary:
        site = Path(temporary) / "site"
        index_dumps(shared, site)
        for form, options in (("complete", ()), ("as typed", ("--as-typed",))):
            print(f"{form:12}{answered(site, dict(zip(map(str, range(20)), queries, strict=False)), options)[1]}")
        for file in scripts.names(dict(files_below(shipped.STATIC))):
            script = (site / "static" / file).read_bytes()
            print(f"{file:12}{len(script)} bytes, {len(gzip.compress(script))} bytes with gzip")


if __name__ == "__main__":
    main()
