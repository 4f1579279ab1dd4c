"""What a build costs: cold, unchanged, and with one changed page, at 484 and at 5,000 papers.

    python -m bench.build                        the shipped content and generated papers, as a table
    python -m bench.build --dumps ../shared/dumps    also the papers of real dumps, with their abstracts
    python -m bench.build --write bench/results/build.md

Each build is a process of its own, so that start-up counts, with a cache and an output folder of its own. Of `--runs`
runs the median is told. Another machine gives other figures; the ratios should hold.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.generate import papers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]

GOALS = {
    (484, "cold"): 1.0,
    (484, "one page changed"): 0.5,
    (5000, "cold"): 6.0,
    (5000, "one page changed"): 1.0,
}
"""Seconds, on a machine with two cores."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process: wall time and processor time in seconds, peak memory in MiB."""

    wall: float
    processor: float
    memory: float


@dataclass(frozen=True, slots=True)
class Row:
    """Costs of one kind of run over one catalogue, its medians."""

    catalogue: str
    count: int
    kind: str
    cost: Cost


def measured(*arguments: str) -> Cost:
    """Run the program with these arguments and return what that cost. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "site_builder", *arguments]
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=printed, stderr=printed)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            printed.seek(0)
            print(printed.read().decode(), file=sys.stderr)
            raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.processor for cost in costs),
        statistics.median(cost.memory for cost in costs),
    )


def builds(catalogue: str, content: Path, work: Path, runs: int) -> Iterator[Row]:
    """Measure builds of a content folder, which is changed by it, and the check of the site."""
    costs: dict[str, list[Cost]] = {"cold": [], "nothing changed": [], "one page changed": [], "check": []}
    for run in range(runs):
        output, cache = work / f"{content.name}-{run}", work / f"{content.name}-cache-{run}"
        build = ("build", "--content", str(content), "--output", str(output), "--cache", str(cache))
        costs["cold"].append(measured(*build))
        costs["nothing changed"].append(measured(*build))
        change_one(content, run)
        costs["one page changed"].append(measured(*build))
        costs["check"].append(measured("check", str(output)))
    count = sum(1 for _ in (content / "papers").glob("*.md"))
    for kind, several in costs.items():
        yield Row(catalogue, count, kind, median(several))


def change_one(content: Path, run: int) -> None:
    """Give one paper another text, as a curator would who corrects a page."""
    path = sorted((content / "papers").glob("*.md"))[run]
    front, fence, _ = path.read_text(encoding="utf-8").partition("\n---\n")
    (other,) = papers(1, seed=1000 + run)
    path.write_text(f"{front}{fence}{other['abstract']}\n", encoding="utf-8")


def catalogues(sizes: Sequence[int], dumps: Path | None, work: Path) -> Iterator[tuple[str, Path]]:
    """Make the content folders that are measured."""
    if any((ROOT / "content" / "papers").glob("*.md")):
        shutil.copytree(ROOT / "content", work / "shipped")
        yield "content/ as shipped", work / "shipped"
    if dumps:
        measured("ingest", str(dumps), "--content", str(work / "dumps"))
        yield "real dumps, with abstracts", work / "dumps"
    for size in sizes:
        lines = work / f"generated-{size}.jsonl"
        with lines.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(paper) + "\n" for paper in papers(size))
        content = work / f"generated-{size}"
        cost = measured("ingest", str(lines), "--content", str(content))
        print(f"ingested {size:,} generated papers in {cost.wall:.1f} s", file=sys.stderr)
        yield f"generated, {size:,}", content


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table: figures, then ratios to the cold build of the same, and of the smallest."""
    cold = {row.catalogue: row.cost.wall for row in rows if row.kind == "cold"}
    generated = [row for row in rows if row.catalogue.startswith("generated")]
    least = {row.kind: row for row in sorted(generated, key=lambda row: -row.count)}
    lines = [
        "| catalogue | papers | run | wall s | goal s | processor s | peak MiB | of its cold build | of the smallest |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        goal = GOALS.get((row.count, row.kind))
        smaller = least.get(row.kind)
        ratio = row.cost.wall / smaller.cost.wall if smaller and row in generated and row is not smaller else None
        cells = [
            row.catalogue,
            f"{row.count:,}",
            row.kind,
            f"{row.cost.wall:.2f}",
            f"{goal:g}" if goal else "",
            f"{row.cost.processor:.2f}",
            f"{row.cost.memory:.0f}",
            f"{row.cost.wall / cold[row.catalogue]:.2f}",
            f"{ratio:.1f} for {row.count / smaller.count:.1f} times the papers" if ratio and smaller else "",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def file_system() -> str:
    """Return the kind of file system that the measured folders are on: making a file costs 10 to 700 microseconds."""
    told = subprocess.run(["df", "--output=fstype", tempfile.gettempdir()], capture_output=True, text=True, check=False)
    return told.stdout.split()[-1] if told.returncode == 0 else "an unknown file system"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure cold and warm builds.")
    parser.add_argument("--sizes", type=int, nargs="*", default=[484, 5000], help="of the generated catalogues")
    parser.add_argument("--dumps", type=Path, help="a folder of real dumps to measure as well")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    chosen = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        for name, content in catalogues(chosen.sizes, chosen.dumps, work):
            rows += builds(name, content, work, chosen.runs)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    text = f"{machine}, files on {file_system()}; medians of {chosen.runs} runs.\n\n{table(rows)}\n"
    print(text)
    if chosen.write:
        chosen.write.parent.mkdir(parents=True, exist_ok=True)
        chosen.write.write_text(f"# What a build costs\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
