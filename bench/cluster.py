"""What work on a cluster costs: of the process that builds, the workers and the scheduler, CPU a paper; bytes sent.

    python -m bench.cluster --papers 10000

Over generated papers, with Dask's own scheduler and workers as processes of this machine. Then what an object of a
store costs who asks for it, with moto as the store, a process of its own. Another machine gives other figures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec

from bench.generate import papers
from site_builder import cluster, cores
from site_builder.build import build
from site_builder.display import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEDULER, STORE = 18786, 18787
"""Ports on 127.0.0.1."""

_STORE_PROGRAM = "from moto.server import main; import sys; main(sys.argv[1:])"
_PAGE = 9000
"""Bytes of an object, as of a page."""


def built(content: Path, work: Path, *crews: cores.Crew) -> dict[str, float]:
    """Build with these crews and return the seconds of CPU of this process and of those it forked, by stage."""
    for folder in ("site", "cache"):
        shutil.rmtree(work / folder, ignore_errors=True)
    watch = Stopwatch()
    with cores.on(*crews):
        build(content, work / "site", cache_dir=work / "cache", progress=watch)
    watch.stop()
    return {stage.name: stage.cpu_seconds for stage in watch.stages}


@contextmanager
def running(*command: str) -> Iterator[int]:
    """Run a program meanwhile; give its process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(5)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def processor(process: int) -> float:
    """Return the seconds of CPU that a process took; on Linux only."""
    told = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def of_cluster(content: Path, work: Path, count: int, workers: int) -> None:
    """Print what a build costs with workers and without."""
    dask, address = str(Path(sys.executable).with_name("dask")), f"tcp://127.0.0.1:{SCHEDULER}"
    scheduled = (dask, "scheduler", "--host", "tcp://127.0.0.1", "--port", str(SCHEDULER), "--no-dashboard")
    worked = (dask, "worker", address, "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard")
    one = built(content, work, cores.Machine(1))
    with (
        running(*scheduled) as scheduler,
        running(*worked, "--local-directory", str(work)),
        cluster.connected(address) as crew,
    ):
        before = sum(crew.client.run(time.process_time).values()), processor(scheduler)
        helped = built(content, work, crew, cores.Machine(1))
        after = sum(crew.client.run(time.process_time).values()), processor(scheduler)
        told = [now - then for now, then in zip(after, before, strict=True)]
    for name, stages in (("one process", one), ("with a cluster", helped)):
        listed = ", ".join(f"{stage} {1000 * cpu / count:.3f}" for stage, cpu in stages.items())
        print(f"{name}: {1000 * sum(stages.values()) / count:.3f} ms of CPU a paper ({listed})")
    print(f"workers: {1000 * told[0] / count:.3f} ms a paper; scheduler: {1000 * told[1] / count:.3f}")
    print(f"sent: {crew.sent / count:.0f} bytes a paper in {crew.parts} parts")


def of_store(work: Path, count: int) -> None:
    """Print what objects cost to put, list, get and remove."""
    access = {"key": "nobody", "secret": "nothing", "endpoint_url": f"http://127.0.0.1:{STORE}"}
    with running(sys.executable, "-c", _STORE_PROGRAM, "-H", "127.0.0.1", "-p", str(STORE)):
        store = fsspec.filesystem("s3", **access)
        store.mkdir("bucket")
        here, there = [], []
        for number in range(count):
            here.append(str(work / f"{number}.html"))
            there.append(f"bucket/{number}.html")
            Path(here[-1]).write_bytes(os.urandom(_PAGE))
        store.put(here[:1], there[:1])  # which also makes the connection
        steps: tuple[tuple[str, Callable[[], Any]], ...] = (
            ("put", lambda: store.put(here, there)),
            ("list", lambda: store.find("bucket", detail=True)),
            ("get", lambda: store.get(there, here)),
            ("remove", lambda: store.rm(there)),
        )
        for name, step in steps:
            begun = time.process_time()
            step()
            print(f"{name}: {1000 * (time.process_time() - begun) / count:.3f} ms of CPU an object")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure work on a cluster and with a store.")
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--objects", type=int, default=1500)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        work = Path(folder)
        lines = work / "papers.jsonl"
        lines.write_text("".join(json.dumps(paper) + "\n" for paper in papers(chosen.papers)), "utf-8")
        ingest = (sys.executable, "-m", "site_builder", "ingest", str(lines), "--content", str(work / "content"))
        subprocess.run(ingest, check=True, capture_output=True)
        of_cluster(work / "content", work, chosen.papers, chosen.workers)
        of_store(work, chosen.objects)


if __name__ == "__main__":
    main()
