"""Work spread over the cores comes out as if one had done it all."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from itertools import chain

import pytest

from site_builder.cores import PART, WORTH, spread
from site_builder.errors import Problem, UserError

ENOUGH = PART * WORTH


def squares(numbers: Sequence[int]) -> list[int]:
    return [number * number for number in numbers]


@pytest.fixture(autouse=True)
def three_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)


@pytest.mark.parametrize("count", [0, 1, ENOUGH, 10 * ENOUGH + 1])
def test_the_outcome_does_not_depend_on_how_the_work_is_parted(count: int) -> None:
    assert list(chain.from_iterable(spread(squares, range(count)))) == squares(range(count))


def test_much_work_is_done_by_several_processes_and_little_by_this_one() -> None:
    def who(_: Sequence[int]) -> int:
        time.sleep(0.02)  # long enough that no worker is done before the last has begun
        return os.getpid()

    assert len({*spread(who, range(20 * ENOUGH))} - {os.getpid()}) == 3
    assert {*spread(who, range(ENOUGH // 2))} == {os.getpid()}


def test_a_problem_of_one_worker_is_raised_whole() -> None:
    problem = Problem("papers/x.md", 3, 9, "wrong")

    def fail(numbers: Sequence[int]) -> None:
        if 777 in numbers:
            raise UserError([problem])

    with pytest.raises(UserError) as caught:
        list(spread(fail, range(10 * ENOUGH)))
    assert caught.value.problems == (problem,)
