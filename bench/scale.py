"""What a site costs as a catalogue grows: ours, the same by Hugo and Pagefind, and the floor of the machine.

    python -m bench.scale                                    484 and 5,000 generated papers
    python -m bench.scale --sizes 484 5000 20000 87248 --ours-alone 1000000 --write scale.md
    python -m bench.scale --papers real.jsonl --sizes 20000  the first of real papers, a title and an abstract a line
    python -m bench.scale --sizes 484 --content content      also a content folder as it is

Each command is a process of its own, so that start-up counts, with an output and a cache of its own. Of `--runs` runs,
ours and theirs in turn, the median of each figure is told. Everything is below TMPDIR and removed after use. Another
machine gives other figures; the ratios should hold. Hugo and Pagefind are taken from `--tools`, a folder or an
environment, or from the PATH; where they are not, the table says so. `bench/theirs.py` tells what their site has,
`bench/floor.py` what the floor is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bench import floor, theirs
from bench.cost import Cost, measured, median

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.theirs import Tools

ROOT = Path(__file__).parents[1]
ADDRESS = "https://papers.example/"
"""Of the measured site, as of that in bench/hugo: without one there is no sitemap."""
COLD, NOTHING, ONE, CHECK = "cold", "nothing changed", "one changed", "check"
OURS, THEIRS, FLOOR = "ours", "Hugo + Pagefind", "floor"
ORDER = [(kind, who) for kind in (COLD, NOTHING, ONE, CHECK) for who in (OURS, THEIRS, FLOOR)]


@dataclass(frozen=True, slots=True)
class Size:
    """Of an output: files, and their bytes."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Row:
    """What one kind of run of one program costs, nothing where it is not installed, and the size of what it made."""

    catalogue: str
    count: int
    kind: str
    who: str
    cost: Cost | None
    size: Size | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A content folder to measure. It is changed by that."""

    name: str
    content: Path
    alone: bool


def program(module: str, *arguments: object, looking: bool = True) -> Cost:
    """Run a module of ours and return what that cost: what it holds would count as a child's memory if held here."""
    return measured([sys.executable, "-m", module, *arguments], ROOT, looking=looking)


def builds(catalogue: Catalogue, work: Path, runs: int, tools: Tools) -> Iterator[Row]:
    """Measure ours, theirs where they are wanted and installed, and the floor.

    Of several runs the first tells the memory of all processes together, and the others, at which nobody looks, the
    rest.
    """
    costs: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    sizes: dict[tuple[str, str], Size] = {}
    source = work / "hugo"
    compared = not (catalogue.alone or tools.missing)
    if compared:
        program("bench.theirs", catalogue.content, source)
    for run in range(runs):
        looking = run == 0
        output, listed = work / "ours", work / floor.FILES
        ours = ("site_builder", "build", "--content", catalogue.content, "--output", output, "--cache", work / "cache")
        costs[COLD, OURS].append(program(*ours, looking=looking))
        sizes[COLD, OURS] = Size(*floor.survey(output, listed))
        costs[NOTHING, OURS].append(program(*ours, looking=looking))
        change_one(catalogue.content, run)
        costs[ONE, OURS].append(program(*ours, looking=looking))
        costs[CHECK, OURS].append(program("site_builder", "check", output, looking=looking))
        remove(output, work / "cache")
        costs[COLD, FLOOR].append(program("bench.floor", catalogue.content, listed, work / "floor", looking=looking))
        sizes[COLD, FLOOR] = Size(*floor.survey(work / "floor", listed))
        remove(work / "floor")
        if compared:
            output = work / "theirs"
            costs[COLD, THEIRS].append(made_by(tools, source, output, looking=looking))
            sizes[COLD, THEIRS] = Size(*floor.survey(output, listed))
            costs[NOTHING, THEIRS].append(made_by(tools, source, output, looking=looking))
            change_one(source / "content", run)
            costs[ONE, THEIRS].append(made_by(tools, source, output, looking=looking))
            remove(output)
    remove(source)
    count = sum(1 for _ in (catalogue.content / "papers").glob("*.md"))
    for kind, who in ORDER:
        if several := costs.get((kind, who)):
            cost = replace(median(several[1:] or several), together=several[0].together)
            yield Row(catalogue.name, count, kind, who, cost, sizes.get((kind, who)))
        elif who == THEIRS and kind != CHECK and not catalogue.alone:
            yield Row(catalogue.name, count, kind, who, None)


def made_by(tools: Tools, source: Path, output: Path, *, looking: bool) -> Cost:
    """Make the site with the other programs, one after the other."""
    first, second = tools.build(source, output)
    return measured(first, looking=looking) + measured(second, looking=looking)


def change_one(content: Path, run: int) -> None:
    """Give one paper another text, as a curator would who corrects a page."""
    path = sorted((content / "papers").glob("*.md"))[run]
    front, fence, _ = path.read_text(encoding="utf-8").partition("\n---\n")
    command = [sys.executable, "-m", "bench.generate", "1", "--seed", str(1000 + run)]
    other = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    path.write_text(f"{front}{fence}{other['abstract']}\n", encoding="utf-8")


def remove(*folders: Path) -> None:
    """Remove folders, also those that are not there."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def catalogues(chosen: argparse.Namespace, work: Path) -> Iterator[Catalogue]:
    """Make the content folders that are measured, one at a time."""
    if chosen.content:
        shutil.copytree(chosen.content, work / "given")
        yield Catalogue(f"{chosen.content} as it is", work / "given", alone=chosen.ours_alone == [])
    wanted = [(size, chosen.ours_alone == []) for size in chosen.sizes]
    wanted += [(size, True) for size in chosen.ours_alone or []]
    for size, alone in wanted:
        lines, content = work / f"{size}.jsonl", work / f"papers-{size}"
        if chosen.papers:
            with chosen.papers.open("rb") as papers, lines.open("wb") as file:
                file.writelines(islice(papers, size))
        else:
            with lines.open("wb") as file:
                command = [sys.executable, "-m", "bench.generate", str(size), "--seed", str(chosen.seed)]
                subprocess.run(command, cwd=ROOT, check=True, stdout=file)
        cost = program("site_builder", "ingest", lines, "--content", content)
        told = f"{cost.processor:.1f} processor seconds, {cost.together:.0f} MiB"
        print(f"ingested {size:,} papers: {told}", file=sys.stderr)
        lines.unlink()
        (content / "site.yaml").write_text(f"url: {ADDRESS}\n", encoding="utf-8")
        yield Catalogue("real" if chosen.papers else "generated", content, alone)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table: figures, and what ours takes of what the row's program takes."""
    ours = {(row.catalogue, row.count, row.kind): row for row in rows if row.who == OURS}
    lines = [
        "| catalogue | papers | run | program | CPU s | wall s | largest MiB | together MiB | files | MB "
        "| ours of it: CPU | wall | together | bytes |",
        "|---|---:|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        cells = [row.catalogue, f"{row.count:,}", row.kind, row.who, *figures(row)]
        cells += [""] * 4 if row.who == OURS else ratios(ours[row.catalogue, row.count, row.kind], row)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def figures(row: Row) -> list[str]:
    """Return the figures of a row, times in seconds, memory in MiB, bytes in MB."""
    if not row.cost:
        return ["not installed", *[""] * 5]
    cost = [f"{row.cost.processor:.2f}", f"{row.cost.wall:.2f}", f"{row.cost.largest:.0f}", f"{row.cost.together:.0f}"]
    return cost + ([f"{row.size.files:,}", f"{row.size.bytes / 1e6:.1f}"] if row.size else ["", ""])


def ratios(ours: Row, other: Row) -> list[str]:
    """Return what ours takes of what another takes, as far as both are told: times, memory, bytes."""
    if not (ours.cost and other.cost):
        return [""] * 4
    pairs = [
        (ours.cost.processor, other.cost.processor),
        (ours.cost.wall, other.cost.wall),
        (ours.cost.together, other.cost.together),
        (ours.size.bytes if ours.size else 0, other.size.bytes if other.size else 0),
    ]
    return [f"{mine / its:.2f}" if its else "" for mine, its in pairs]


def machine(tools: Tools, runs: int) -> str:
    """Return what was measured with, in a line."""
    said = [f"Python {platform.python_version()}", f"{os.cpu_count()} cores", platform.system()]
    said += [_version(path, name) for name, path in (("hugo", tools.hugo), ("pagefind", tools.pagefind)) if path]
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{', '.join(said)}; files on {file_system()}{load}; medians of {runs} runs."


def _version(path: Path, name: str) -> str:
    argument = "version" if name == "hugo" else "--version"
    told = subprocess.run([path, argument], capture_output=True, text=True, check=True).stdout
    number = next(word for word in told.split() if word.lstrip("v")[:1].isdigit())
    return f"{name} {number.lstrip('v').split('-')[0]}"


def file_system() -> str:
    """Return the kind of file system that the measured folders are on: making a file costs 10 to 700 microseconds."""
    told = subprocess.run(["df", "--output=fstype", tempfile.gettempdir()], capture_output=True, text=True, check=False)
    return told.stdout.split()[-1] if told.returncode == 0 else "an unknown file system"


def arguments() -> argparse.ArgumentParser:
    """Return what may be chosen."""
    parser = argparse.ArgumentParser(description="Measure sites of growing catalogues, ours and others'.")
    parser.add_argument("--sizes", type=int, nargs="*", default=[484, 5000], help="numbers of papers")
    parser.add_argument("--papers", type=Path, help="JSON lines of real papers to take instead of generated ones")
    parser.add_argument("--seed", type=int, default=1, help="of the generated papers")
    parser.add_argument("--content", type=Path, help="a content folder to measure as well, as it is")
    parser.add_argument(
        "--ours-alone", type=int, nargs="*", metavar="SIZE", help="further sizes, ours alone; with no size, all are"
    )
    parser.add_argument("--tools", type=Path, help="a folder or an environment that has hugo and pagefind")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    return parser


def main() -> None:
    """Measure, print and write."""
    chosen = arguments().parse_args()
    tools = theirs.tools(chosen.tools)
    head = machine(tools, chosen.runs)
    rows: list[Row] = []
    program("site_builder.build")  # does nothing, but Python compiles what it imports, once for good
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        work = Path(folder)
        for catalogue in catalogues(chosen, work):
            measured_here = list(builds(catalogue, work, chosen.runs, tools))
            print(table(measured_here), file=sys.stderr, flush=True)
            rows += measured_here
            remove(catalogue.content)
    text = f"{head}\n\n{table(rows)}\n"
    print(text)
    if chosen.write:
        chosen.write.parent.mkdir(parents=True, exist_ok=True)
        chosen.write.write_text(f"# What a site costs\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
