"""How long `site-builder serve` takes from saving a paper to the browser showing it, and to the whole site.

    python -m bench.serve                       5,000 generated papers
    python -m bench.serve --sizes 484 5000 87248 --runs 9

A paper's page is open in a real browser. Sentences are added to its text, one after the other, each once the site is
whole again: the first time counted is to when the page shows it, the second to when all that follows from it is built.
Of `--runs` saves the medians and the longest are told. Everything is below TMPDIR and removed after use.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench.scale import Catalogue, catalogues, remove
from bench.scale import arguments as of_scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

    from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
MOST = 600_000
"""Milliseconds that a page is waited for."""


@contextmanager
def served(content: Path, work: Path) -> Iterator[tuple[str, IO[str]]]:
    """Serve a folder at a free port; yield the address and the lines that the program prints from then on."""
    command = [sys.executable, "-m", "site_builder", "serve", "--content", content, "--output", work / "site"]
    with subprocess.Popen(
        [*map(str, command), "--port", "0"],
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield next(line for line in process.stdout if line.startswith("http://")).split()[0], process.stdout
        finally:
            process.terminate()


def saves(catalogue: Catalogue, page: Page, work: Path, runs: int) -> Iterator[tuple[float, float]]:
    """Save a paper so many times; yield the seconds until the browser shows it, and until the site is built."""
    paper = sorted((catalogue.content / "papers").glob("*.md"))[0]
    with served(catalogue.content, work) as (address, said):
        page.goto(f"{address}papers/{paper.stem}.html")
        for run in range(runs):
            time.sleep(3)  # as somebody who writes
            text = f"{paper.read_text('utf-8')}\nThe {run}th addition.\n"
            begun = time.perf_counter()
            paper.write_text(text, "utf-8")
            page.get_by_text(f"The {run}th addition").wait_for(timeout=MOST)
            shown = time.perf_counter() - begun
            next(line for line in said if "written" in line)
            yield shown, time.perf_counter() - begun


def table(rows: Sequence[tuple[int, Sequence[tuple[float, float]]]]) -> str:
    """Return times in seconds as a Markdown table."""
    lines = ["| papers | shown | longest | whole site | longest |", "|---:|---:|---:|---:|---:|"]
    for papers, times in rows:
        columns = list(zip(*times, strict=True))
        cells = [f"{figure:.2f}" for column in columns for figure in (statistics.median(column), max(column))]
        lines.append(f"| {papers:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how soon an edit is shown.")
    parser.add_argument("--sizes", type=int, nargs="*", default=[5000], help="numbers of generated papers")
    parser.add_argument("--runs", type=int, default=7)
    chosen = parser.parse_args()
    wanted = of_scale().parse_args(["--sizes", *map(str, chosen.sizes)])
    rows = []
    with tempfile.TemporaryDirectory(prefix="serve-") as folder, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]).new_page()
        work = Path(folder)
        for size, catalogue in zip(chosen.sizes, catalogues(wanted, work), strict=True):
            rows.append((size, list(saves(catalogue, page, work, chosen.runs))))
            remove(catalogue.content, work / "site", work / ".cache")
    print(table(rows))


if __name__ == "__main__":
    main()
