"""Papers that nobody wrote, with the word frequencies of papers that somebody did: for measuring large catalogues.

    python -m bench.generate 5000 > papers.jsonl

Words are drawn by rank from the frozen vocabulary after Zipf's law as Mandelbrot put it, f(r) ~ 1 / (r + 2.7), and now
and then a pair of words that often stand together, so that phrases repeat as they do in a field. Paper n of a seed is
the same however many are made.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from functools import cache
from typing import TYPE_CHECKING

from site_builder import shipped
from site_builder.text.terms import STOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    Ranked = tuple[list[str], list[float]]  # words, commonest first, and the sums of their frequencies so far

PAIRS = 0.12
"""The chance that the next words are a pair."""


def papers(count: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Yield `count` papers, each with `title` and `abstract`; no two have one title."""
    titles: set[str] = set()
    for number in range(count):
        dice = random.Random(f"{seed}:{number}")  # noqa: S311  (not for secrets)
        title = _title(dice)
        while title in titles:
            title = _title(dice)
        titles.add(title)
        yield {"title": title, "abstract": _abstract(dice)}


def _title(dice: random.Random) -> str:
    pairs = _drawn(dice, _pairs(), 2)
    others = _drawn(dice, _title_words(), dice.randint(2, 4))
    joint = dice.choice([": ", " for ", " with ", " via ", " by "])
    return " ".join([pairs[0], *others[:1]]).title() + joint + " ".join([*others[1:], pairs[1]]).title()


def _abstract(dice: random.Random) -> str:
    return " ".join(_sentence(dice) for _ in range(dice.randint(5, 9)))


def _sentence(dice: random.Random) -> str:
    words = _drawn(dice, _words(), dice.randint(12, 28))
    pairs = _drawn(dice, _pairs(), len(words))
    text = " ".join(pair if dice.random() < PAIRS else word for word, pair in zip(words, pairs, strict=True))
    return text[0].upper() + text[1:] + "."


def _drawn(dice: random.Random, ranked: Ranked, count: int) -> list[str]:
    return dice.choices(ranked[0], cum_weights=ranked[1], k=count)


@cache
def _words() -> Ranked:
    return _ranked(_column("words.tsv"))


@cache
def _title_words() -> Ranked:
    return _ranked([word for word in _column("words.tsv")[100:] if word not in STOP and len(word) > 3])


@cache
def _pairs() -> Ranked:
    return _ranked(_column("pairs.tsv"))


def _ranked(words: list[str]) -> Ranked:
    return words, list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))


@cache
def _column(name: str) -> list[str]:
    lines = (shipped.WEIGHTS / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines if not line.startswith("#")]


def main() -> None:
    """Print papers as JSON lines."""
    parser = argparse.ArgumentParser(description="Print generated papers as JSON lines, to be ingested.")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for paper in papers(chosen.count, chosen.seed):
        print(json.dumps(paper, ensure_ascii=False))


if __name__ == "__main__":
    main()
