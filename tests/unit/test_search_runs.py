"""Runs: joined, parted and mended, they are what is written of all their papers at once."""

from __future__ import annotations

import random
from itertools import pairwise

from site_builder.search.runs import Posting, Run, gap, joined, mended, parted


def written(papers: dict[int, Posting]) -> Run | None:
    """Write a run the slow way."""
    if not papers:
        return None
    numbers = sorted(papers)
    code = papers[numbers[0]][0]
    for last, number in pairwise(numbers):
        code += gap(last, number) + papers[number][0]
    return numbers[0], numbers[-1], code, ",".join(papers[number][1] for number in numbers)


def drawn(dice: random.Random, below: int, count: int) -> dict[int, Posting]:
    followers = ["", "reed", "reed bed", "1.5"]
    return {number: (dice.choice("abp"), dice.choice(followers)) for number in dice.sample(range(below), count)}


def test_a_run_is_parted_before_any_number_and_joined_again() -> None:
    papers = drawn(random.Random(1), 300, 40)  # noqa: S311
    run = written(papers)
    assert run
    for number in range(-1, 302):
        before, behind = parted(run, number)
        assert before == written({n: posting for n, posting in papers.items() if n < number})
        assert behind == written({n: posting for n, posting in papers.items() if n >= number})
        assert joined(filter(None, (before, behind))) == run


def test_a_mended_run_is_that_of_the_papers_as_they_are_now() -> None:
    for seed in range(300):
        dice = random.Random(seed)  # noqa: S311
        papers = drawn(dice, 60, dice.randint(0, 30))
        changes: dict[int, Posting | None] = {**drawn(dice, 80, dice.randint(1, 12))}
        changes |= dict.fromkeys(dice.sample(range(80), dice.randint(0, 12)))
        now = {number: posting for number, posting in (papers | changes).items() if posting}
        assert mended(written(papers), changes) == written(now), seed


def test_nothing_joined_is_nothing() -> None:
    assert joined([]) is None
    assert mended(None, {3: None}) is None
