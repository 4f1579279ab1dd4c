"""What it costs to read a content folder: a file for each paper, or packs of either kind.

    python -m bench.packs                                   10,000 and 20,000 generated papers
    python -m bench.packs --sizes 20000 --into 1000 100000 --runs 5

Each reading is a process of its own with a cache of its own: cold, with nothing changed, and with another text for one
paper. Forms are read in turn; the median of each figure is told. Everything is below TMPDIR and removed after use.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bench.cost import Cost, measured, median
from site_builder.content import folder
from site_builder.content.holdings import Holdings
from site_builder.publish.cache import open_cache, version_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
FILES = "files"


def read(content: Path, cache: Path) -> None:
    """Read a folder once, as a build begins: this is what is measured."""
    with open_cache(cache, version_for(content)) as opened:
        folder.read(content, opened)


def readings(content: Path, work: Path, run: int) -> Iterator[tuple[str, Cost]]:
    """Measure a folder in its three states; one paper of it is changed."""
    cache = work / "cache"
    command = [sys.executable, "-m", "bench.packs", "--read", content, cache]
    yield "cold", measured(command, ROOT)
    yield "nothing changed", measured(command, ROOT)
    holdings = Holdings.of(content)
    record = next(holdings.records())
    if paper := holdings.read(record.slug):
        holdings.put(replace(paper, body=f"{paper.body} And again {run}."))
    holdings.flush()
    yield "one paper changed", measured(command, ROOT)
    shutil.rmtree(cache)


def folders(size: int, into: Sequence[int], work: Path) -> dict[str, Path]:
    """Make a folder of generated papers in each form."""
    lines, content = work / "papers.jsonl", work / FILES
    with lines.open("wb") as file:
        subprocess.run([sys.executable, "-m", "bench.generate", str(size)], cwd=ROOT, check=True, stdout=file)
    _site_builder("ingest", lines, "--content", content)
    made = {FILES: content}
    for kind in ("markdown", "jsonl"):
        for number in into:
            name = f"{kind} packs of {number:,}"
            made[name] = work / name.replace(" ", "-")
            shutil.copytree(content, made[name])
            _site_builder("pack", "--content", made[name], "--to", kind, "--into", number)
    return made


def _site_builder(*arguments: object) -> None:
    command = [sys.executable, "-m", "site_builder", *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)


def table(costs: dict[tuple[int, str, str], list[Cost]]) -> str:
    """Return the medians as a Markdown table, beside those of files."""
    lines = [
        "| papers | form | reading | CPU s | µs a paper | of files | largest MiB | together MiB |",
        "|---:|---|---|---:|---:|---:|---:|---:|",
    ]
    for (size, form, kind), several in costs.items():
        cost, files = median(several), median(costs[size, FILES, kind])
        share, each = cost.processor / files.processor, cost.processor / size * 1e6
        lines.append(
            f"| {size:,} | {form} | {kind} | {cost.processor:.2f} | {each:.0f} | {share:.2f} "
            f"| {cost.largest:.0f} | {cost.together:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the reading of files and of packs.")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 20_000], help="numbers of papers")
    parser.add_argument("--into", type=int, nargs="*", default=[1000, 50_000], help="papers a pack")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--read", type=Path, nargs=2, metavar=("CONTENT", "CACHE"), help="only read a folder, once")
    chosen = parser.parse_args()
    if chosen.read:
        read(*chosen.read)
        return
    costs: dict[tuple[int, str, str], list[Cost]] = defaultdict(list)
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory(prefix="packs-") as work:
            made = folders(size, chosen.into, Path(work))
            for run in range(chosen.runs):
                for form, content in made.items():
                    for kind, cost in readings(content, Path(work), run):
                        costs[size, form, kind].append(cost)
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores; medians of {chosen.runs} runs.\n\n{table(costs)}"
    )


if __name__ == "__main__":
    main()
