"""A cluster makes the same bytes as one process. The workers are real processes on this machine."""

from __future__ import annotations

import os
import pickle
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from distributed import LocalCluster

from site_builder import cluster, cores, pages
from site_builder.build import analyse, build
from site_builder.cli import main
from site_builder.cluster import Cluster, connected
from site_builder.content import folder
from site_builder.content.papers import read_paper, write_paper
from site_builder.content.writing import write_text
from site_builder.errors import Problem, UserError
from site_builder.meaning.weights import load
from site_builder.publish.cache import open_cache, version_for
from site_builder.receipt import Places
from tests import invented
from tests.test_golden import build_golden
from tests.unit.test_search_index import Lonely

PAPERS = 110


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two workers."""
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as local:
        yield local.scheduler_address


@pytest.fixture
def crew(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Its workers, who do whatever can travel, and be it one part."""
    monkeypatch.setattr(cores, "WORTH", 1)
    with connected(scheduler) as connection:
        yield replace(connection, batch=1)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("invented") / "content"
    invented.folder(place, PAPERS)
    write_text(place / "site.yaml", "title: Invented\nurl: https://example.org/\noffline: true\n")
    return place


@pytest.fixture(scope="module")
def expected(content: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The site as one process makes it."""
    place = tmp_path_factory.mktemp("one")
    with cores.on(cores.Machine(1)):
        build(content, place / "site", cache_dir=place / "cache")
    return invented.tree(place / "site")


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what our own code logged."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("site_builder")]


def test_four_processes_make_the_bytes_that_one_makes(
    content: Path, expected: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores, "WORTH", 1)
    with cores.on(cores.Machine(4)):
        build(content, tmp_path / "site", cache_dir=tmp_path / "cache")
    assert invented.tree(tmp_path / "site") == expected


def test_a_cluster_makes_the_bytes_that_one_process_makes(
    content: Path, expected: dict[str, bytes], crew: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with cores.on(crew, cores.Machine(1)):
        build(content, tmp_path / "site", cache_dir=tmp_path / "cache")
    assert invented.tree(tmp_path / "site") == expected
    assert crew.parts > 3 * PAPERS / cores.PART
    assert said(caplog) == []  # so they did all of it


def test_a_cluster_mends_a_site_as_one_process_does(content: Path, crew: Cluster, tmp_path: Path) -> None:
    invented.folder(tmp_path / "content", 20)
    path = tmp_path / "content" / "papers" / "paper-7.md"
    with cores.on(crew, cores.Machine(1)):
        build(tmp_path / "content", tmp_path / "site", cache_dir=tmp_path / "cache")
        paper = read_paper(path.read_text("utf-8"), str(path), "paper-7")
        write_text(path, write_paper(msgspec.structs.replace(paper, title="Another Title")))
        build(tmp_path / "content", tmp_path / "site", cache_dir=tmp_path / "cache")
    with cores.on(cores.Machine(1)):
        build(tmp_path / "content", tmp_path / "clean", cache_dir=tmp_path / "another")
    assert invented.tree(tmp_path / "site") == invented.tree(tmp_path / "clean")


def test_a_cluster_makes_the_six_papers_as_ever(crew: Cluster, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    alone = build_golden(tmp_path / "one")
    (tmp_path / "many").mkdir()
    with cores.on(crew, cores.Machine(1)):
        assert build_golden(tmp_path / "many") == alone
    assert crew.parts


def test_own_weights_and_templates_travel(crew: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    invented.folder(tmp_path / "content", 12)
    write_text(tmp_path / "content/weights/words.tsv", "# papers: 90; mean words in a title: 8, in an abstract: 99\n")
    write_text(tmp_path / "content/weights/pairs.tsv", "# pairs\nbacor fi\t7\n")
    write_text(tmp_path / "templates/paper.html", '{% extends "shipped/paper.html" %}{# ours #}')
    with cores.on(crew, cores.Machine(1)):
        build(tmp_path / "content", tmp_path / "many", cache_dir=tmp_path / "cache")
    with cores.on(cores.Machine(1)):
        build(tmp_path / "content", tmp_path / "one", cache_dir=tmp_path / "another")
    assert invented.tree(tmp_path / "many") == invented.tree(tmp_path / "one")
    assert said(caplog) == []


class _Murderer:
    """Ends a worker by its process id while pages are made."""

    def __init__(self, worker: int) -> None:
        self.worker = worker
        self.left = -1

    def stage(self, name: str) -> None:
        self.left = 30 if name == "publish" else -1

    def expect(self, count: int) -> None:
        pass

    def advance(self) -> None:
        self.left -= 1
        if not self.left:
            os.kill(self.worker, signal.SIGKILL)


def test_a_worker_that_is_killed_changes_nothing(
    content: Path, expected: dict[str, bytes], crew: Cluster, tmp_path: Path
) -> None:
    workers: dict[str, int] = crew.client.run(os.getpid)
    murderer = _Murderer(min(workers.values()))
    with cores.on(crew, cores.Machine(1)):
        build(content, tmp_path / "site", cache_dir=tmp_path / "cache", progress=murderer)
    assert murderer.left < 0
    assert invented.tree(tmp_path / "site") == expected


def fail_elsewhere(home: int, numbers: Sequence[int]) -> list[int]:
    if os.getpid() != home and 7 in numbers:
        raise RuntimeError("the disk is full")
    return [number + 1 for number in numbers]


def test_what_a_worker_cannot_do_is_done_here(crew: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    with cores.on(crew):
        done = list(chain.from_iterable(cores.spread(partial(fail_elsewhere, os.getpid()), range(200), part=10)))
    assert done == list(range(1, 201))
    assert said(caplog) == ["a worker failed (RuntimeError: the disk is full); what it left is done all the same"]


def test_what_is_wrong_is_told_as_one_process_tells_it(crew: Cluster, tmp_path: Path) -> None:
    """With the places in files that the workers do not have."""
    invented.folder(tmp_path / "content", 12)
    write_text(tmp_path / "content/papers/paper-3.md", "---\ntitle: [\n---\n")
    write_text(tmp_path / "templates/tag.html", "{{ page.nothing }}")
    told: list[tuple[tuple[Problem, ...], tuple[Problem, ...]]] = []
    for crews in ((cores.Machine(1),), (crew, cores.Machine(1))):
        with cores.on(*crews):
            (tmp_path / "content/papers/paper-3.md").write_text("---\ntitle: [\n---\n")
            with pytest.raises(UserError) as papers:
                build(tmp_path / "content", tmp_path / "site", cache_dir=tmp_path / "cache")
            (tmp_path / "content/papers/paper-3.md").write_text("---\ntitle: Three\n---\n")
            with pytest.raises(UserError) as templates:
                build(tmp_path / "content", tmp_path / "site", cache_dir=tmp_path / f"cache-{len(told)}")
            told.append((papers.value.problems, templates.value.problems))
    assert told[0] == told[1]
    assert [Path(problem.path).name for problems in told[0] for problem in problems] == ["paper-3.md", "tag.html"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["build", *arguments])
    return result.exit_code, result.output


def test_the_command_takes_the_address_of_a_scheduler(
    content: Path, expected: dict[str, bytes], scheduler: str, tmp_path: Path
) -> None:
    places = ("--content", str(content), "--output", str(tmp_path / "site"), "--cache", str(tmp_path / "cache"))
    status, printed = run(*places, "--scheduler", scheduler, "--processes", "1")
    assert (status, re.findall(r"^\d+ papers", printed, re.M)) == (0, [f"{PAPERS} papers"])
    assert invented.tree(tmp_path / "site") == expected


def test_an_address_where_no_scheduler_answers_is_told(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    places = ("--content", str(content), "--output", str(tmp_path / "site"), "--cache", str(tmp_path / "cache"))
    for address in ("tcp://127.0.0.1:9", "nonsense://127.0.0.1:9"):
        message = f"no scheduler answers at {address}; start one with 'dask scheduler', or give its address\n"
        assert run(*places, "--scheduler", address) == (1, message)
    assert not (tmp_path / "site").exists()


def test_a_worker_with_another_version_of_the_program_is_told(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "version", lambda: "another")
    with pytest.raises(UserError, match="not the same site-builder, Python and libraries as here: tcp://"):
        connected(scheduler).__enter__()


def test_without_dask_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError) as caught:
        connected("tcp://127.0.0.1:9").__enter__()
    assert caught.value.problems == (
        Problem("", 0, 0, "--scheduler needs Dask; run: pip install 'site-builder[cluster]'"),
    )


def squares_slowly(numbers: Sequence[int]) -> list[int]:
    time.sleep(0.01)
    return [number * number for number in numbers]


def test_a_scheduler_that_goes_away_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(cores, "WORTH", 1)
    monkeypatch.setattr(cluster, "PATIENCE", 1)  # also in which to look for it again
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0") as local,
        connected(local.scheduler_address) as connection,
        cores.on(connection, cores.Machine(2)),
    ):
        results = cores.spread(squares_slowly, range(150), part=1)
        done = next(results)
        local.close()
        done += chain.from_iterable(results)
        assert done == [number * number for number in range(150)]
        assert len(said(caplog)) == 1
        parts = connection.parts
        assert list(cores.spread(squares_slowly, [3])) == [[9]]
        assert connection.parts == parts  # nobody was asked


def test_what_travels_for_a_page_does_not_grow_with_the_catalogue(tmp_path: Path) -> None:
    sizes: list[dict[str, int]] = []
    for count in (20, 60):
        content = tmp_path / str(count)
        invented.folder(content, count)
        with open_cache(None, version_for(content)) as cache:
            catalogue = folder.read(content, cache)
            analyses = analyse(catalogue, load(content), "topics.yaml", cache)
            places = Places.of(content, tmp_path / "site")
            made = pages.Pages(catalogue, analyses, Lonely(), places.templates, places.static)
            sizes.append({file.path: len(pickle.dumps(file)) for file in made if file.path.startswith("papers/")})
    assert len(sizes[0]) == 20
    assert max(sizes[1].values()) < 1.1 * max(sizes[0].values())
