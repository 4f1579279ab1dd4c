"""What a command costs: processor and wall time, and memory, of it and of all processes that it starts."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Of the commands. With that name in it, Python would compile all our modules at each start, as nobody's does."""
PROC = Path("/proc")
OFTEN = 0.02
"""Seconds from one look at memory to the next, at least."""
SHARE = 20
"""A look that takes long is followed by a pause of this many times as long."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor and wall time in seconds; peak memory in MiB, of the largest process and of all together.

    Together is the largest sum seen in looks some hundredths of a second apart: of proportional set sizes, so that what
    forked processes share counts once, else of resident ones. Where a system tells neither it is that of the largest.
    """

    processor: float
    wall: float
    largest: float
    together: float

    def __add__(self, later: Cost) -> Cost:
        """Return the cost of one command after the other."""
        return Cost(
            self.processor + later.processor,
            self.wall + later.wall,
            max(self.largest, later.largest),
            max(self.together, later.together),
        )


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(*(statistics.median(getattr(cost, field.name) for cost in costs) for field in fields(Cost)))


def measured(command: Sequence[object], folder: Path | None = None, *, looking: bool = True) -> Cost:
    """Run a command in a folder and return what that cost. Raises CalledProcessError where it fails, and shows why.

    To look at the memory of all processes together stops each of them for a moment, and takes up to a twentieth of a
    core. Without `looking` it is told to be that of the largest.
    """
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            stdout=printed,
            stderr=printed,
            start_new_session=True,
            env=_ENVIRONMENT,
        )
        looks: list[float] = []
        ended = threading.Event()
        watcher = threading.Thread(target=_look, args=(process.pid, looks, ended))
        if looking:
            watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        ended.set()
        if looking:
            watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            printed.seek(0)
            print(printed.read().decode(errors="replace"), file=sys.stderr)
            raise subprocess.CalledProcessError(process.returncode, list(map(str, command)))
    largest = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Cost(usage.ru_utime + usage.ru_stime, wall, largest, max(looks, default=0) or largest)


def _look(session: int, looks: list[float], ended: threading.Event) -> None:
    pause = OFTEN
    while not ended.wait(pause):
        before = time.perf_counter()
        looks.append(sum(map(_memory, _processes(session))))
        pause = max(OFTEN, SHARE * (time.perf_counter() - before))


def _processes(session: int) -> list[Path]:
    """Return the processes of a session, as folders of /proc."""
    found = []
    for path in PROC.glob("[0-9]*"):
        try:
            after_name = (path / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(after_name[3]) == session:
            found.append(path)
    return found


def _memory(process: Path) -> float:
    """Return the proportional set size of a process in MiB, where that may not be read the resident one, else 0."""
    for name, field in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = (process / name).read_text(errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(field):
                return int(line.split()[1]) / 1024
    return 0
