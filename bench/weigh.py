"""Weigh the search: what a first and a later query cost, and what its index takes to make, beside Pagefind's.

    python -m bench.weigh --shared ../shared --sizes 484 5000 [--pagefind PATH]

484 are the papers of the dumps with our topics and synonyms, other numbers are papers that bench/generate.py makes. The
queries are the twenty of relevance/queries20.txt, as the search page asks them: ten results, the last word unfinished.
Bytes are those with gzip, medians; a later query is one after the query before it in the list. Titles take the first
script and files of the index, passages the second script and the pages of ten papers, which are reckoned at 2 kB each.

`--pagefind` is the program of that name; without it ours is weighed alone. It reads pages that have the title and the
abstract and nothing else, and answers in Chromium.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import generate
from bench.cost import Cost, measured
from bench.search import NoCache, index_dumps
from site_builder import search, shipped
from site_builder.content.folder import read
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.related import relate
from site_builder.meaning.weights import load
from site_builder.model import Address, Catalogue, Paper, Site
from site_builder.pages import scripts
from site_builder.pages.render import files_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from playwright.sync_api import Request

DUMPS = 484
PAGE = 2_000
"""Bytes of a paper's page with gzip."""
TEN = 10
ALONE = "alone.txt"
"""Beside a site: what its index alone took to make."""
BENCH = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"


def papers(count: int) -> Iterator[Paper]:
    """Yield generated papers under addresses that follow from their titles, each title once."""
    seen: set[str] = set()
    for row in generate.papers(count):
        slug = search.index.expected_slug(row["title"])
        if slug not in seen:
            seen.add(slug)
            yield Paper(slug=slug, title=row["title"], body=row["abstract"])


def make(count: int, site: Path) -> None:
    """Write the index of generated papers and the scripts of the search."""
    made = tuple(papers(count))
    weights = load()
    analyser = Analyser((), weights)
    analyses = {paper.slug: analyser.analyse(paper) for paper in made}
    ledger = tuple(Address(paper.slug, "", paper.title) for paper in made)
    catalogue = Catalogue(Site(), made, (), (), (), ledger)
    related = relate(analyses, NoCache())
    cpu, memory = _cpu(), _peak()
    shards = search.Shards(catalogue, analyses, weights, NoCache())
    for file in search.files(catalogue, related, shards, weights, NoCache()):
        path = site / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.make())
    site.with_name(ALONE).write_text(
        f"  the index alone: {_cpu() - cpu:.1f} CPU seconds; the peak rose from {memory} to {_peak()} MB\n", "utf-8"
    )
    static = dict(files_below(shipped.STATIC))
    (site / "static").mkdir()
    for name, parts in scripts.names(static).items():
        (site / "static" / name).write_bytes(scripts.joined({part: static[part] for part in parts}))


def _cpu() -> float:
    """Return the CPU seconds of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def _peak() -> int:
    """Return the most memory that this process had so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def told(cost: Cost) -> str:
    """Return what a command cost, in words."""
    return f"{cost.processor:.1f} CPU seconds, {cost.largest:.0f} MB"


def ours(site: Path, queries: Path) -> None:
    """Print what queries cost on a site."""
    command = ["node", BENCH / "weigh_run.mjs", "--site", site, "--queries", queries]
    weighed = json.loads(subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout)
    first, second, _ = (
        len(gzip.compress((site / "static" / name).read_bytes()))
        for name in scripts.names(dict(files_below(shipped.STATIC)))
    )
    rows = weighed["queries"]
    data, later = (_median(rows, which, "gzip") for which in ("first", "later"))
    requests = 1 + _median(rows, "first", "requests")
    print(f"  ten titles: {requests:.0f} requests, {_kb(first + data)}: script {_kb(first)}, index {_kb(data)}")
    print(f"  with passages: {_kb(first + data + second + TEN * PAGE)}: second script {_kb(second)}")
    print(f"  later: {_median(rows, 'later', 'requests'):.0f} requests, {_kb(later)}")
    for which in ("first", "later"):
        kinds = sorted({kind for row in rows for kind in row[which]})
        parts = []
        for kind in kinds:
            costs = [row[which].get(kind, {"gzip": 0, "requests": 0}) for row in rows]
            size, asked = (statistics.median(cost[what] for cost in costs) for what in ("gzip", "requests"))
            parts += [f"{kind} {_kb(size)} in {asked:.0f}"] if size else []
        print(f"  {which}, by kind: {', '.join(parts)}")
    times = sorted(weighed["milliseconds"])
    print(f"  an answer from files that are there: median {times[len(times) // 2]:.1f} ms, p95 {_p95(times):.1f} ms")
    sizes = [(len(gzip.compress(path.read_bytes())), path) for path in (site / "search").rglob("*.json")]
    most, path = max(sizes)
    whole = sum(size for size, _ in sizes) / 1e6
    print(f"  {len(sizes)} files, {whole:.2f} MB; the largest is {path.relative_to(site)} with {_kb(most)}")
    manifest = len(gzip.compress((site / "search" / "manifest.json").read_bytes()))
    print(f"  manifest {_kb(manifest)}")


def pagefind(program: Path, pages: Path, queries: Path) -> None:
    """Print the same of Pagefind."""
    print(f"  Pagefind's index: {told(measured([program, '--site', pages, '--quiet']))}")
    files = [path for path in (pages / "pagefind").rglob("*") if path.is_file()]
    print(f"  {len(files)} files, {sum(map(_packed, files)) / 1e6:.2f} MB; the largest {_kb(max(map(_packed, files)))}")
    handler = partial(_Quiet, directory=str(pages))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        _ask_pagefind(f"http://127.0.0.1:{server.server_port}/", pages, queries.read_text("utf-8").splitlines())
    finally:
        server.shutdown()


def _ask_pagefind(root: str, pages: Path, queries: Sequence[str]) -> None:
    from playwright.sync_api import sync_playwright

    ask = """async ([query, count]) => {
      window.found ??= await import("/pagefind/pagefind.js");
      const { results } = await window.found.search(query);
      await Promise.all(results.slice(0, count).map((result) => result.data()));
    }"""
    costs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        for n, query in enumerate(queries):
            page = browser.new_page()
            page.goto(root + "blank.html")
            asked: list[str] = []
            page.on("request", partial(_note, asked))
            page.evaluate(ask, [query, TEN])
            costs["first"].append(
                (len(asked), sum(_packed(pages / url.removeprefix(root).split("?")[0]) for url in asked))
            )
            asked.clear()
            page.evaluate(ask, [queries[(n + 1) % len(queries)], TEN])
            costs["later"].append(
                (len(asked), sum(_packed(pages / url.removeprefix(root).split("?")[0]) for url in asked))
            )
            page.close()
        browser.close()
    for which, rows in costs.items():
        requests, size = (statistics.median(column) for column in zip(*rows, strict=True))
        print(f"  Pagefind, {which}: {requests:.0f} requests, {_kb(size)}, titles and passages together")


def _note(asked: list[str], request: Request) -> None:
    asked.append(request.url)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _write_pages(found: Iterable[tuple[str, str]], folder: Path) -> None:
    folder.mkdir()
    (folder / "blank.html").write_text("<!doctype html><title>Blank</title>", "utf-8")
    for n, (title, body) in enumerate(found):
        head = f'<!doctype html><html lang="en"><title>{escape(title)}</title>'
        text = f"{head}<main data-pagefind-body><h1>{escape(title)}</h1><p>{escape(body)}</p></main>"
        (folder / f"{n}.html").write_text(text, "utf-8")


def _median(rows: Sequence[dict[str, Any]], which: str, what: str) -> float:
    return statistics.median(float(sum(cost[what] for cost in row[which].values())) for row in rows)


def _p95(times: Sequence[float]) -> float:
    return times[len(times) * 95 // 100]


def _packed(path: Path) -> int:
    content = path.read_bytes()
    return min(len(content), len(gzip.compress(content)))


def _kb(size: float) -> str:
    return f"{size / 1000:.1f} kB"


def main() -> None:
    """Print what each size costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="the folder that has dumps/ and relevance/")
    parser.add_argument("--sizes", type=int, nargs="+", default=[DUMPS, 5_000])
    parser.add_argument("--pagefind", type=Path, help="the program, where it is to be weighed as well")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.make:
        make(chosen.sizes[0], chosen.make)
        return
    queries = chosen.shared / "relevance" / "queries20.txt"
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            print(f"{size} papers", flush=True)
            if size == DUMPS:
                index_dumps(chosen.shared, folder / "site")
            else:
                (folder / "site").mkdir()
                command = [sys.executable, "-m", "bench.weigh", "--sizes", str(size), "--make", folder / "site"]
                print(f"  making the papers, reading them and their index: {told(measured(command))}")
                print((folder / ALONE).read_text("utf-8"), end="")
            ours(folder / "site", queries)
            if chosen.pagefind:
                same = read(folder / "content", NoCache()).papers if size == DUMPS else papers(size)
                _write_pages(((paper.title, paper.body) for paper in same), folder / "pages")
                pagefind(chosen.pagefind, folder / "pages", queries)


if __name__ == "__main__":
    main()
