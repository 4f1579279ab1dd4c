"""What long work shows while it lasts and what it took: a bar on a terminal, lines in a log, JSON, or a profile.

The clock calls, not the work: a tick is a signal, and to count a thing that is done is an addition. So a build that is
over before the first tick has paid for nothing, and rich is imported for work that lasts on a terminal only. This room
is read at each start of a long command; whatever not each needs is imported where it is used.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from cProfile import Profile

    from rich.progress import Progress as Bar

LASTING = 2.0
"""Seconds from which on a terminal shows how far the work is."""
PICTURES = 0.2
"""Seconds from one picture to the next."""
LINES = 10.0
"""Seconds from one line in a log to the next, and before the first."""
NARROW = 60
"""Columns of a terminal below which there is no room for a bar."""
FUNCTIONS = 20
"""So many functions are listed in a profile."""
_MEBIBYTE = 1 << 20
_RESET_PEAK = "5"
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


class Stage(msgspec.Struct, frozen=True):
    """What a stage took. The processor's time is that of this process and of the workers that it waited for."""

    name: str
    seconds: float
    cpu_seconds: float
    peak_memory_bytes: int
    """The most that this process held during the stage; where the system keeps no such account, until its end."""
    count: int
    """Things that were done."""


class Stopwatch:
    """A Progress that measures each stage, and knows how far the present one is.

    Without `memory` that is left out.
    """

    def __init__(self, *, memory: bool = False) -> None:
        self.stages: list[Stage] = []
        self.name = ""
        self.expected = 0
        self.done = 0
        self.start = self.begun = time.perf_counter()
        self.view: _Terminal | None = None
        """Who is to be shown how far the work is as soon as there is something to count."""
        self._processor = 0.0
        self._memory = memory

    def stage(self, name: str) -> None:
        """Begin a stage, and end the one before."""
        self.stop()
        self.name, self.expected, self.done = name, 0, 0
        if self._memory:
            _forget_peak()
        self._processor = _processor()
        self.begun = time.perf_counter()
        if self.view:
            self.view.show(self)

    def expect(self, count: int) -> None:
        """Add to what is to be done."""
        self.expected += count

    def advance(self) -> None:
        """Count one thing that is done."""
        self.done += 1
        if self.view:
            self.view.show(self)

    def stop(self) -> None:
        """End the last stage."""
        if self.name:
            seconds = time.perf_counter() - self.begun
            processor = _processor() - self._processor
            memory = _peak() if self._memory else 0
            self.stages.append(Stage(self.name, seconds, processor, memory, self.done))
            self.name = ""

    @property
    def seconds(self) -> float:
        """Wall time since the stopwatch was made."""
        return time.perf_counter() - self.start

    def told(self) -> str:
        """Say how far the present stage is: how many of how many, how many a second, how long it may still take."""
        seconds = time.perf_counter() - self.begun
        if not self.done:
            return _duration(seconds)
        rate = self.done / max(seconds, 1e-3)
        parts = [f"{self.done:,} of {self.expected:,}" if self.expected else f"{self.done:,}"]
        parts.append(f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s")
        if self.expected > self.done:
            parts.append(f"{_duration((self.expected - self.done) / rate)} left")
        return ", ".join(parts)


def _processor() -> float:
    """Return the seconds that the processor has worked for this process and for the workers that have ended."""
    return time.process_time() + _workers()


def _workers() -> float:
    return sum(os.times()[2:4])


def _forget_peak() -> None:
    """Let the account of the most memory held begin anew, where Linux keeps one."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")


def _peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


# While it lasts


@contextmanager
def shown(watch: Stopwatch, stream: TextIO) -> Iterator[None]:
    """Show meanwhile how far the work is: as a bar that goes at the end on a terminal, else in lines that stay."""
    import signal

    view = _Terminal(stream) if stream.isatty() and os.environ.get("TERM") != "dumb" else _Log(stream)
    before = signal.signal(signal.SIGALRM, lambda *_: view.tick(watch))
    signal.setitimer(signal.ITIMER_REAL, view.first, view.every)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        watch.view = None
        view.close()


class _Log:
    """Lines, the first after a while. `first` and `every` are the seconds before a tick of the clock."""

    first = every = LINES

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def tick(self, watch: Stopwatch) -> None:
        if watch.name:
            with suppress(OSError):  # of a log that nobody reads any more
                self._stream.write(f"{watch.name}: {watch.told()}\n")
                self._stream.flush()

    def close(self) -> None:
        pass


class _Terminal:
    """A bar, as soon as the work has lasted. A tick may come at any moment; `show` is asked for at a good one."""

    first = LASTING
    every = PICTURES

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Bar | None = None
        self._drawing = False

    def tick(self, watch: Stopwatch) -> None:
        # Not here for the first time: a tick may come in the middle of an import, and rich would find half a module.
        if self._bar is None:
            watch.view = self
        elif not self._drawing and watch.name:
            self._draw(self._bar, watch)

    def show(self, watch: Stopwatch) -> None:
        watch.view = None  # from now on the clock sees to it
        if self._bar is None and not self._drawing:
            self._drawing = True
            bar = _bar(self._stream)
            self._bar = bar
            _update(bar, watch)
            bar.start()
            self._drawing = False

    def _draw(self, bar: Bar, watch: Stopwatch) -> None:
        self._drawing = True
        try:
            _update(bar, watch)
            bar.refresh()
        except Exception:  # noqa: BLE001 - a picture that cannot be drawn just now must not end the work
            return
        finally:
            self._drawing = False

    def close(self) -> None:
        if self._bar:
            self._bar.stop()


def _update(bar: Bar, watch: Stopwatch) -> None:
    (task,) = bar.task_ids
    bar.update(task, description=watch.name, total=watch.expected or None, completed=watch.done, told=watch.told())


def _bar(stream: TextIO) -> Bar:
    """Return rich's bar for a terminal, which moves when it is told to, and leaves nothing behind."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
    from rich.table import Column

    console = Console(file=stream)
    stage, told = "{task.description}", "{task.fields[told]}"
    columns: list[ProgressColumn] = [TextColumn(f"{stage} {told}", markup=False, table_column=Column(no_wrap=True))]
    if console.width >= NARROW:
        bar_column = BarColumn(bar_width=None, table_column=Column(ratio=1))
        columns = [
            TextColumn(stage, markup=False),
            bar_column,
            TextColumn(told, markup=False, table_column=Column(no_wrap=True)),
        ]
    bar = Progress(
        *columns,
        console=console,
        expand=console.width >= NARROW,
        transient=True,
        auto_refresh=False,  # no thread of its own: workers are forked
        redirect_stdout=False,
        redirect_stderr=False,
    )
    bar.add_task("", total=None, told="")
    return bar


# Afterwards


def as_json(watch: Stopwatch) -> dict[str, Any]:
    """Return what the work took, as the summary in JSON has it; docs/running.md describes the fields."""
    return {
        "seconds": round(watch.seconds, 6),
        "cpu_seconds": round(sum(stage.cpu_seconds for stage in watch.stages), 6),
        "peak_memory_bytes": max((stage.peak_memory_bytes for stage in watch.stages), default=0),
        "stages": [
            {
                "name": stage.name,
                "seconds": round(stage.seconds, 6),
                "cpu_seconds": round(stage.cpu_seconds, 6),
                "peak_memory_bytes": stage.peak_memory_bytes,
                "count": stage.count,
            }
            for stage in watch.stages
        ],
    }


def profile(watch: Stopwatch, profiler: Profile) -> str:
    """Return what each stage took, and the functions of this process that took most by themselves."""
    lines = [f"{'stage':<12}{'seconds':>9}{'processor':>11}{'memory':>10}{'done':>11}"]
    for stage in watch.stages:
        memory = f"{stage.peak_memory_bytes / _MEBIBYTE:,.0f} MiB"
        lines.append(
            f"{stage.name:<12}{stage.seconds:>9.2f}{stage.cpu_seconds:>11.2f}{memory:>10}{stage.count or '':>11}"
        )
    lines.append(f"{'':<12}{watch.seconds:>9.2f}{sum(stage.cpu_seconds for stage in watch.stages):>11.2f}")
    lines += ["", f"{'own time':>9}{'with calls':>12}{'calls':>12}  function", *_functions(profiler)]
    if workers := _workers():
        lines.append(
            f"\n{workers:.2f} s of the processor's time were taken by workers, whose functions are not listed; on one "
            "core (taskset -c 0 site-builder ...) there are none"
        )
    return "\n".join(lines)


def _functions(profiler: Profile) -> Sequence[str]:
    import pstats

    rows = [
        (own, whole, calls, _place(*where))
        for where, (_, calls, own, whole, _) in pstats.Stats(profiler).stats.items()  # type: ignore[attr-defined]
    ]
    return [
        f"{own:>9.3f}{whole:>12.3f}{calls:>12,}  {place}"
        for own, whole, calls, place in sorted(rows, reverse=True)[:FUNCTIONS]
    ]


def _place(path: str, line: int, name: str) -> str:
    return f"{'/'.join(Path(path).parts[-3:])}:{line} {name}" if line else name
