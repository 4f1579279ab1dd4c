from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from site_builder.build import build
from site_builder.content.folder import paper_path
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.model import Paper

PROGRAM = Path(__file__).parents[2] / "bench" / "search_run.mjs"
PAPERS = (
    Paper(slug="herons", title="Herons of the marsh", body="They stand in water."),
    Paper(slug="otters", title="Otters", body="An otter meets a heron."),
    Paper(slug="moths", title="Moths", body="A lamp is not the moon."),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    for paper in PAPERS:
        write_text(paper_path(folder / "content", paper.slug), write_paper(paper))
    build(folder / "content", folder / "site", cache_dir=folder / "cache")
    return folder / "site"


def run(site: Path, queries: str, *options: str) -> tuple[list[list[str]], str]:
    """Return the lines of the run without their scores, and what the program printed."""
    table, out = site.parent / "queries.tsv", site.parent / "run.txt"
    table.write_text(queries, "utf-8")
    command = ["node", str(PROGRAM), "--site", str(site), "--queries", str(table), "--out", str(out), *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = [line.split() for line in out.read_text("utf-8").splitlines()]
    assert all(float(line[4]) > 0 for line in lines)
    return [line[:4] + line[5:] for line in lines], done.stdout


def test_a_run_has_a_line_for_each_paper_that_a_query_finds(site: Path) -> None:
    lines, _ = run(site, "q1\theron\nq2\tzeppelin\nq3\tlamps\n")
    assert lines == [
        ["q1", "Q0", "herons", "1", "site-builder"],
        ["q1", "Q0", "otters", "2", "site-builder"],
        ["q3", "Q0", "moths", "1", "site-builder"],
    ]


def test_depth_and_unfinished_words_are_options(site: Path) -> None:
    lines, _ = run(site, "q1\tthe her\n", "--depth", "1", "--as-typed")
    assert [line[2] for line in lines] == ["herons"]
    assert run(site, "q1\tthe her\n")[0] == []


def test_what_a_query_costs_from_a_cold_cache_is_told(site: Path) -> None:
    _, told = run(site, "q1\theron\nq2\theron\nq3\theron\n")
    files = [site / "search" / "manifest.json", *(site / "search" / "papers").iterdir()]
    files += [path for path in (site / "search" / "terms").iterdir() if '"heron"' in path.read_text("utf-8")]
    assert f"3 requests, {sum(path.stat().st_size for path in files)} bytes" in told
    assert re.search(r"\d+ bytes with gzip", told)


def test_the_engine_that_runs_is_the_one_that_the_site_ships(site: Path, tmp_path: Path) -> None:
    own = tmp_path / "site"
    shutil.copytree(site, own)
    scripts = (own / "static" / "search.js").read_text("utf-8")
    (own / "static" / "search.js").write_text(scripts.replace("kept.slice(0, limit)", "[]"))
    assert run(own, "q1\theron\n")[0] == []
