"""Work spread over processes: those of this machine, or those of a cluster.

Whoever has work cuts it into parts with `spread` and is handed what became of each, in order. Who does it is chosen
once a run, with `on`, and makes no difference to the outcome: this process where there is little to do; processes
forked from it, which find all that is in memory, so that only results travel; a cluster, to which each part travels
with all that it needs (site_builder/cluster.py).

A part that a worker could not do, for whatever reason, is done here. So a killed worker costs time and nothing else,
and what is wrong with a part is raised as if nobody had helped.
"""

from __future__ import annotations

import os
import signal
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager

    from site_builder.pool import Pool

    Hired = tuple[Executor, Callable[[int], "Task"]]
    """An executor, and what it is to do for a part by its number."""

# What begins processes is imported where one begins: a build that changes little has nothing to spread.

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[Any]], Any]
Task = tuple[Any, ...]
"""A function that a worker finds by its name, and what it is called with."""

WORTH = 6
"""Parts from which on a second process gains more than it costs to start."""
PART = 50
"""Papers or pages that a worker takes at a time: results come while others are at work, and never all at once."""

_AHEAD = 8
"""Parts for each process that may be on their way at once: they, and their results, are held in memory."""
_POLITE = 10
"""How nice work is beside other work, as systems count it: of a core that both want it gets a tenth."""
_LOOK = 2
"""Seconds after which it is asked whether who is waited for is still there."""


class Crew(Protocol):
    """Processes that do parts of work."""

    @property
    def batch(self) -> int:
        """How many parts are put together to one."""
        ...

    def size(self) -> int:
        """Return how many parts are done at the same time."""
        ...

    def suits(self, parts: int, *, travels: bool) -> bool:
        """Tell whether so many parts are worth its while; `travels` as `spread` has it."""
        ...

    def hired(self, work: Work, parts: Sequence[Sequence[Any]]) -> AbstractContextManager[Hired]:
        """Begin with some work."""
        ...

    def is_gone(self, failure: BaseException, executor: Executor) -> bool:
        """Tell whether nobody is left who could do further parts, after one failed or took long."""
        ...


class Machine(msgspec.Struct, frozen=True):
    """Processes forked from this one; as many as the machine has cores, where no number is given."""

    processes: int | None = None
    batch: int = 1

    def size(self) -> int:
        """Return how many parts are done at the same time."""
        if self.processes is not None:
            return self.processes
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def suits(self, parts: int, *, travels: bool) -> bool:
        """Tell whether so many parts are worth a second process, and the system has one to give."""
        return parts >= WORTH and hasattr(os, "fork") and self.size() > 1

    @contextmanager
    def hired(self, work: Work, parts: Sequence[Sequence[Any]]) -> Iterator[tuple[Pool, Callable[[int], Task]]]:
        """Fork the processes, with the work in their memory."""
        import multiprocessing

        from site_builder.pool import Pool

        pool = Pool(self.size(), multiprocessing.get_context("fork"), _take, (work, parts))
        with warnings.catch_warnings():
            # Python warns of forking beside other threads, which may hold locks: ours only wait for connections.
            warnings.simplefilter("ignore", DeprecationWarning)
            # Ctrl-C is for all processes of a terminal: workers leave it to this one, which sends them home.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            try:
                pool.submit(int)  # the first task starts them
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        try:
            yield pool, lambda part: (_do, part)
        except BaseException:
            pool.kill()  # nobody waits for what it does any more
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def is_gone(self, failure: BaseException, executor: Executor) -> bool:
        """Tell whether a process died, and with it the pool."""
        from concurrent.futures import BrokenExecutor

        from site_builder.pool import Pool

        if isinstance(failure, TimeoutError) and isinstance(executor, Pool) and executor.is_maimed():
            executor.kill()
            return True
        return isinstance(failure, BrokenExecutor)


_crews: ContextVar[tuple[Crew, ...]] = ContextVar("crews", default=(Machine(),))


@contextmanager
def on(*crews: Crew) -> Iterator[None]:
    """Let these crews do the work that is spread meanwhile: of those that it suits the first, of none this process."""
    token = _crews.set(crews)
    try:
        yield
    finally:
        _crews.reset(token)


def spread(
    work: Callable[[Sequence[T]], R],
    items: Sequence[T],
    part: int = PART,
    *,
    travels: bool = True,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[R]:
    """Yield what `work` makes of one part of the items after the other, in their order.

    `part` is how many items make a fortieth of a second of work. The outcome must not depend on how they are
    parted; results must be picklable, and work and items where the work `travels`: what needs much of what is in
    memory here stays on this machine. Whatever `work` raises is raised here. `meanwhile` is what this process does
    once others are at work, and never where there are none.
    """
    start = 0
    while start < len(items):
        left = items[start:]
        crew, parts = _chosen(left, part, travels=travels)
        if crew is None:
            yield from map(work, parts)
            return
        for done in _done_by(crew, work, parts, meanwhile):
            yield done
            start += len(parts[0])


def travelling() -> bool:
    """Tell whether there is anybody to whom work would travel."""
    return any(not isinstance(crew, Machine) for crew in _crews.get())


@contextmanager
def beside(work: Callable[[], R]) -> Iterator[Callable[[], R]]:
    """Do some work in a process of its own meanwhile; what is yielded waits for the outcome, which must be picklable.

    It steps back where cores are wanted for other work, and has one to itself while there is none. Where this machine
    has no core for it, or others do the work that is spread, it is done when it is waited for.
    """
    crew = next(iter(_crews.get()), None)
    if not isinstance(crew, Machine) or not crew.suits(WORTH, travels=False):
        yield work
        return
    alone = Machine(1)
    others = Machine(
        crew.size() - 1
    )  # it makes do without one core: each process has its share of all that is looked at

    def aside(_: Sequence[Any]) -> R:
        if hasattr(os, "nice"):
            os.nice(_POLITE)
        with on(others):
            return work()

    with alone.hired(aside, [()]) as (executor, task):
        promise = _submitted(executor, task(0))

        def outcome() -> R:
            failure = _failure(promise, alone, executor)
            if failure is None:
                done: R = promise.result()
                return done
            _tell(failure)
            return work()

        yield outcome


def _chosen(items: Sequence[T], part: int, *, travels: bool) -> tuple[Crew | None, list[Sequence[T]]]:
    """Return the crew that some work suits, none where this process does as well, and the parts."""
    for crew in _crews.get():
        parts = _parted(items, part * crew.batch)
        if crew.suits(len(parts), travels=travels):
            return crew, parts
    return None, _parted(items, part)


def _parted(items: Sequence[T], part: int) -> list[Sequence[T]]:
    return [items[start : start + part] for start in range(0, len(items), part)]


def _done_by(
    crew: Crew, work: Callable[[Sequence[T]], R], parts: Sequence[Sequence[T]], meanwhile: Callable[[], None]
) -> Iterator[R]:
    """Yield what becomes of each part, as long as there is a crew."""
    said = False
    with crew.hired(work, parts) as (executor, task):
        promises = _in_order(executor, map(task, range(len(parts))), _AHEAD * crew.size())
        first = next(promises)  # by now as many are on their way as may be
        meanwhile()
        for part, promise in zip(parts, chain([first], promises), strict=True):
            failure = _failure(promise, crew, executor)
            if failure is None:
                yield promise.result()
                continue
            done = work(part)
            if not said:
                _tell(failure)
                said = True
            yield done
            if crew.is_gone(failure, executor):
                return


def _tell(failure: BaseException) -> None:
    import logging

    told = str(failure) or type(failure).__name__
    logging.getLogger(__name__).warning("a worker failed (%s); what it left is done all the same", told)


def _failure(promise: Future[Any], crew: Crew, executor: Executor) -> BaseException | None:
    """Wait for a part, and return why it was not done."""
    from concurrent.futures import CancelledError

    while True:
        try:
            return promise.exception(_LOOK)
        except CancelledError as error:
            return error
        except TimeoutError as error:  # it takes long, or whoever had promised is no more
            if crew.is_gone(error, executor):
                return error


def _in_order(executor: Executor, tasks: Iterable[Task], ahead: int) -> Iterator[Future[Any]]:
    """Yield a future for each task, in order; so many tasks at most are on their way before their turn."""
    waiting: deque[Future[Any]] = deque()
    for task in tasks:
        waiting.append(_submitted(executor, task))
        if len(waiting) >= ahead:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()


def _submitted(executor: Executor, task: Task) -> Future[Any]:
    from concurrent.futures import Future

    try:
        return executor.submit(*task)
    except Exception as error:  # noqa: BLE001 - a broken executor raises what it will; the part is done here
        failed: Future[Any] = Future()
        failed.set_exception(error)
        return failed


_taken: tuple[Work, Sequence[Any]]


def _take(work: Work, parts: Sequence[Any]) -> None:
    """Keep the work where a worker's tasks find it: a task is pickled on its way, and this need not be picklable."""
    from threading import Thread

    global _taken  # noqa: PLW0603
    _taken = work, parts
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End a worker whose build was killed: nobody else would send it home, and it would wait for work for ever."""
    from multiprocessing import parent_process

    if parent := parent_process():
        parent.join()
        os._exit(1)


def _do(part: int) -> Any:
    work, parts = _taken
    return work(parts[part])
