"""Work spread over the machine's cores.

Workers are forked, so that what is in memory need not be handed over; only results travel, as bytes. Where a system
can't fork, or there is too little to do, the work is done in this process, with the same outcome.
"""

from __future__ import annotations

import multiprocessing
import os
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

WORTH = 200
"""Items from which on a second process gains more than it costs to start."""


def spread(work: Callable[[Sequence[T]], dict[str, bytes]], items: Sequence[T]) -> dict[str, bytes]:
    """Return what `work` makes of all the items, each core having had its part of them.

    `work` must be the same to call once with all items or several times with parts of them, and its results have keys
    of their own. Whatever it raises is raised here.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parts = min(cores, len(items) // (WORTH // 2))
    if parts < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return work(items)
    made: dict[str, bytes] = {}
    with warnings.catch_warnings():
        # Python warns of forking beside other threads, which may hold locks: ours only wait for connections.
        warnings.simplefilter("ignore", DeprecationWarning)
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(parts, fork, _take, (work, [items[n::parts] for n in range(parts)])) as pool:
            for part in pool.map(_do, range(parts)):
                made.update(part)
    return made


_taken: tuple[Callable[[Any], dict[str, bytes]], Sequence[Any]]


def _take(work: Callable[[Any], dict[str, bytes]], parts: Sequence[Any]) -> None:
    """Keep a worker's work where its one task finds it: a task is pickled on its way, and these could not be."""
    global _taken  # noqa: PLW0603
    _taken = work, parts


def _do(part: int) -> dict[str, bytes]:
    work, parts = _taken
    return work(parts[part])
