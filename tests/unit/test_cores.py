"""Work spread over processes comes out as if one had done it all."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import chain
from multiprocessing.connection import Connection

import pytest

from site_builder.cores import PART, WORTH, Machine, beside, on, spread
from site_builder.errors import Problem, UserError

ENOUGH = PART * WORTH


def squares(numbers: Sequence[int]) -> list[int]:
    return [number * number for number in numbers]


def who(_: Sequence[int]) -> int:
    time.sleep(0.02)  # long enough that no worker is done before the last has begun
    return os.getpid()


@pytest.fixture(autouse=True)
def three_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)


@pytest.mark.parametrize("count", [0, 1, ENOUGH, 10 * ENOUGH + 1])
def test_the_outcome_does_not_depend_on_how_the_work_is_parted(count: int) -> None:
    assert list(chain.from_iterable(spread(squares, range(count)))) == squares(range(count))


def test_much_work_is_done_by_several_processes_and_little_by_this_one() -> None:
    assert len({*spread(who, range(20 * ENOUGH))} - {os.getpid()}) == 3
    assert {*spread(who, range(ENOUGH // 2))} == {os.getpid()}


def test_there_are_as_many_processes_as_were_asked_for() -> None:
    with on(Machine(5)):
        assert len({*spread(who, range(20 * ENOUGH))} - {os.getpid()}) == 5
    with on(Machine(1)):
        assert {*spread(who, range(2 * ENOUGH))} == {os.getpid()}
    assert len({*spread(who, range(20 * ENOUGH))} - {os.getpid()}) == 3


def test_a_problem_of_one_worker_is_raised_whole() -> None:
    problem = Problem("papers/x.md", 3, 9, "wrong")

    def fail(numbers: Sequence[int]) -> None:
        if 777 in numbers:
            raise UserError([problem])

    with pytest.raises(UserError) as caught:
        list(spread(fail, range(10 * ENOUGH)))
    assert caught.value.problems == (problem,)


@pytest.mark.parametrize("last_words", [[77], [0], [77, 1500, 2999]])
def test_a_worker_that_is_killed_changes_nothing(last_words: list[int], caplog: pytest.LogCaptureFixture) -> None:
    here = os.getpid()

    def work(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != here and set(last_words) & set(numbers):
            os.kill(os.getpid(), signal.SIGKILL)
        return squares(numbers)

    assert list(chain.from_iterable(spread(work, range(10 * ENOUGH)))) == squares(range(10 * ENOUGH))
    assert {record.levelname for record in caplog.records} == {"WARNING"}
    assert "a worker failed" in caplog.text


def stop_while_telling_results(then: Callable[[], object]) -> None:
    """Let this process get as far as half of its next result."""

    def half(self: Connection, told: bytes) -> None:
        os.write(self.fileno(), told[: len(told) // 2])
        then()

    Connection._send = half  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", [0, 1500])
def test_a_worker_that_is_killed_while_it_tells_its_result_changes_nothing(
    number: int, caplog: pytest.LogCaptureFixture
) -> None:
    here = os.getpid()

    def work(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != here and number in numbers:
            stop_while_telling_results(lambda: os.kill(os.getpid(), signal.SIGKILL))
        return squares(numbers)

    assert list(chain.from_iterable(spread(work, range(10 * ENOUGH)))) == squares(range(10 * ENOUGH))
    assert "a worker failed" in caplog.text


def test_while_others_work_this_process_does_something_else_once_and_where_there_are_none_it_does_not() -> None:
    did: list[int] = []
    others = {*spread(who, range(20 * ENOUGH), meanwhile=lambda: did.append(os.getpid()))}
    assert os.getpid() not in others
    assert did == [os.getpid()]
    assert {*spread(who, range(ENOUGH // 2), meanwhile=lambda: did.append(0))} == {os.getpid()}
    assert did == [os.getpid()]


def test_what_fails_meanwhile_ends_the_work() -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    begin = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        list(spread(who, range(1000 * ENOUGH), meanwhile=fail))
    assert time.perf_counter() - begin < 5


def test_work_that_is_done_beside_other_work_is_done_by_another_process_that_leaves_a_core_free() -> None:
    def work() -> tuple[int, set[int]]:
        return os.getpid(), {*spread(who, range(20 * ENOUGH))}

    with beside(work) as done:
        other, others = done()
    assert os.getpid() not in {other, *others}
    assert len(others - {other}) == 2


def test_work_beside_other_work_steps_back_for_that() -> None:
    here = os.nice(0)
    with beside(lambda: os.nice(0)) as done:
        assert done() > here
    assert os.nice(0) == here


def test_work_beside_other_work_is_done_here_where_there_is_nobody_else() -> None:
    with on(), beside(os.getpid) as done:
        assert done() == os.getpid()
    with on(Machine(1)), beside(os.getpid) as done:
        assert done() == os.getpid()


def test_work_beside_other_work_ends_at_once_when_that_fails() -> None:
    begin = time.perf_counter()
    with pytest.raises(KeyboardInterrupt), beside(lambda: time.sleep(60)):
        raise KeyboardInterrupt
    assert time.perf_counter() - begin < 20


def test_work_beside_other_work_ends_at_once_when_that_fails_while_the_result_is_told() -> None:
    open_here, open_there = os.pipe()

    def work() -> None:
        def wait() -> None:
            os.write(open_there, b".")
            time.sleep(60)

        stop_while_telling_results(wait)

    def fail() -> None:
        assert os.read(open_here, 1) == b"."
        raise KeyboardInterrupt

    begin = time.perf_counter()
    with pytest.raises(KeyboardInterrupt), beside(work):
        fail()
    assert time.perf_counter() - begin < 20
    os.close(open_here)
    os.close(open_there)


def test_work_beside_other_work_is_done_here_where_its_process_is_killed(caplog: pytest.LogCaptureFixture) -> None:
    here = os.getpid()

    def work() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    with beside(work) as done:
        assert done() == "done"
    assert "a worker failed" in caplog.text


def test_work_that_nobody_waits_for_any_more_ends() -> None:
    results = (one for one in spread(who, range(1000 * ENOUGH)))
    begin = time.perf_counter()
    next(results)
    results.close()
    assert time.perf_counter() - begin < 5  # all of it would take forty seconds


def test_workers_end_when_the_build_that_sent_for_them_is_killed() -> None:
    open_here, open_there = os.pipe()
    if (build := os.fork()) == 0:
        for _ in spread(who, range(40 * ENOUGH)):
            os.write(open_there, b".")
            time.sleep(60)
    os.close(open_there)
    assert os.read(open_here, 1) == b"."
    os.kill(build, signal.SIGKILL)
    os.waitpid(build, 0)
    with closing(os.fdopen(open_here, "rb")) as pipe:
        assert select.select([pipe], [], [], 10)[0], "it ends when nobody has its other end: no worker is left"
        assert pipe.read() == b""
