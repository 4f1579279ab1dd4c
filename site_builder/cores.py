"""Work spread over the machine's cores.

Workers are forked, so that what is in memory need not be handed over; only results travel. Where a system cannot fork,
or there is too little to do, the work is done in this process, with the same outcome.
"""

from __future__ import annotations

import os
import signal
import warnings
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")

WORTH = 6
"""Parts from which on a second process gains more than it costs to start."""
PART = 50
"""Papers or pages that a worker takes at a time: results come while others are at work, and never all at once."""


def spread(work: Callable[[Sequence[T]], R], items: Sequence[T], part: int = PART) -> Iterator[R]:
    """Yield what `work` makes of one part of the items after the other, in their order.

    `part` is how many items make a fortieth of a second of work. The outcome must not depend on how they are
    parted; results must be picklable. Whatever `work` raises is raised here.
    """
    parts = [items[start : start + part] for start in range(0, len(items), part)]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2 or len(parts) < WORTH or not hasattr(os, "fork"):
        yield from map(work, parts)
        return
    import multiprocessing  # here, because a build that changes little has nothing to spread
    from concurrent.futures import ProcessPoolExecutor

    with warnings.catch_warnings():
        # Python warns of forking beside other threads, which may hold locks: ours only wait for connections.
        warnings.simplefilter("ignore", DeprecationWarning)
        pool = ProcessPoolExecutor(cores, multiprocessing.get_context("fork"), _take, (work, parts))
        # Ctrl-C is for all processes of a terminal: workers leave it to this one, which sends them home.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            results = pool.map(_do, range(len(parts)))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    with pool:
        yield from results


_taken: tuple[Callable[[Any], Any], Sequence[Any]]


def _take(work: Callable[[Any], Any], parts: Sequence[Any]) -> None:
    """Keep the work where a worker's tasks find it: a task is pickled on its way, and this could not be."""
    global _taken  # noqa: PLW0603
    _taken = work, parts


def _do(part: int) -> Any:
    work, parts = _taken
    return work(parts[part])
