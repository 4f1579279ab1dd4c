"""Papers that nobody wrote, with the word frequencies of papers that somebody did: for measuring large catalogues.

    python -m bench.generate 5000 > papers.jsonl

What is natural of them, so that an index, related papers and topics cost what real ones cost:

- **How common a word is.** Words, and pairs that often stand together, are drawn so that each comes to the share of
  papers that has it in the frozen counts (of 83,156 abstracts): a word in the share q of papers occurs -ln(1 - q) times
  in a mean one, after Poisson.
- **Repetition.** A paper says its own words again (Simon's process), and names something of its own.
- **New words.** Names are coined from a lexicon without end, so that a vocabulary keeps growing as after Heaps' law.
- **Themes.** Each paper has one of 3,000, some more popular than others; papers of a theme share rarer words and pairs.

The order of words means nothing. Paper n of a seed is the same however many are made.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from site_builder import shipped
from site_builder.text.terms import STOP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Ranked = tuple[list[str], list[float]]  # what is drawn, and the sums of the weights so far

LENGTH, SPREAD, LEAST, MOST = 161, 42, 40, 330
"""Words of an abstract: mean (of the frozen counts), deviation and bounds."""
AGAIN, COINED, THEMED = 0.14, 0.014, 0.35
"""Chances that the next word is one of the paper said again, that it is coined, and that a rarer one is the theme's."""
RARER, OWN = 4_000, 8_000
"""In how many of the counted papers a theme's words, and those that a paper repeats as its own, occur at most."""
THEMES = 3_000
UNCOUNTED = 20_000
"""How many coined words share the first place: each is in one of some 14,000 papers, as is a word too rare to count."""
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "or", "an")]


@dataclass(frozen=True, slots=True)
class Theme:
    """What papers of one theme share."""

    words: Ranked
    pairs: Ranked


def papers(count: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Yield `count` papers, each with `title` and `abstract`; no two have one title."""
    titles: set[str] = set()
    for number in range(count):
        dice = random.Random(f"{seed}:{number}")  # noqa: S311  (not for secrets)
        theme = _theme(dice.choices(range(THEMES), cum_weights=_popularity())[0])
        name = _coined(dice)
        title = _title(dice, theme, name)
        while title in titles:
            title = _title(dice, theme, name)
        titles.add(title)
        yield {"title": title, "abstract": _abstract(dice, theme, name)}


def _title(dice: random.Random, theme: Theme, name: str) -> str:
    words = [*_drawn(dice, theme.pairs, 1), *_drawn(dice, theme.words, 1), *_drawn(dice, _title_words(), 3)]
    dice.shuffle(words)
    words.insert(dice.randint(1, 3), dice.choice(["for", "with", "via", "by", "in"]))
    text = " ".join([*words, *_drawn(dice, _pairs(), 1)]).title()
    return f"{name.title()}: {text}" if dice.random() < 0.4 else text


def _abstract(dice: random.Random, theme: Theme, name: str) -> str:
    length = min(MOST, max(LEAST, round(dice.gauss(LENGTH, SPREAD))))
    drawn = iter(_drawn(dice, _words_and_pairs(), length))
    counts = _counts("words.tsv")
    own, said, sentences, end = [name], list[str](), list[str](), 0
    while length > 0:
        word, chance = next(drawn), dice.random()
        if chance < AGAIN:
            word = dice.choice(own)
        elif chance < AGAIN + COINED:
            word = _coined(dice)
        elif counts.get(word, 0) <= RARER and dice.random() < THEMED:
            word = _drawn(dice, theme.pairs if " " in word else theme.words, 1)[0]
        if counts.get(word, 0) <= OWN:
            own.append(word)
        said.append(word)
        length -= word.count(" ") + 1
        end = end or dice.randint(12, 28)
        if len(said) >= end or length <= 0:
            text = " ".join(said)
            sentences.append(text[0].upper() + text[1:] + ".")
            said, end = [], 0
    return " ".join(sentences)


def _coined(dice: random.Random) -> str:
    """Return a word of no language, of a lexicon without end: none in more papers than words that were not counted."""
    number, word = int(UNCOUNTED * dice.paretovariate(0.6)) % 10**9, ""
    while number:
        number, syllable = divmod(number, len(SYLLABLES))
        word += SYLLABLES[syllable]
    return word


def _drawn(dice: random.Random, ranked: Ranked, count: int) -> list[str]:
    return dice.choices(ranked[0], cum_weights=ranked[1], k=count)


@cache
def _theme(number: int) -> Theme:
    dice = random.Random(f"theme:{number}")  # noqa: S311  (not for secrets)
    return Theme(_evenly(_drawn(dice, _rarer("words.tsv"), 40)), _evenly(_drawn(dice, _rarer("pairs.tsv"), 10)))


def _evenly(words: list[str]) -> Ranked:
    return words, [float(place) for place in range(1, len(words) + 1)]


@cache
def _popularity() -> list[float]:
    return list(itertools.accumulate(1 / (rank + 20) for rank in range(THEMES)))


@cache
def _rarer(name: str) -> Ranked:
    means = _means(name)
    return _ranked({word: means[word] for word, count in _counts(name).items() if count <= RARER and len(word) > 2})


@cache
def _title_words() -> Ranked:
    return _ranked({word: mean for word, mean in _means("words.tsv").items() if word not in STOP and len(word) > 3})


@cache
def _pairs() -> Ranked:
    return _ranked(_means("pairs.tsv"))


@cache
def _words_and_pairs() -> Ranked:
    """Return all words and pairs; a word is left for the rest of its occurrences, which are not in pairs."""
    words, pairs = dict(_means("words.tsv")), _means("pairs.tsv")
    for pair, mean in pairs.items():
        for word in pair.split():
            words[word] = words.get(word, 0) - mean
    return _ranked({word: mean for word, mean in (words | pairs).items() if mean > 0})


def _ranked(means: Mapping[str, float]) -> Ranked:
    return list(means), list(itertools.accumulate(means.values()))


@cache
def _means(name: str) -> dict[str, float]:
    """Return how often each word, or pair, occurs in a mean paper."""
    return {word: -math.log1p(-count / _counted(name)) for word, count in _counts(name).items()}


@cache
def _counts(name: str) -> dict[str, int]:
    lines = (shipped.WEIGHTS / name).read_text(encoding="utf-8").splitlines()[1:]
    return {word: int(count) for word, count, *_ in (line.split("\t") for line in lines)}


def _counted(name: str) -> int:
    """Return how many papers the counts are of; the first line tells."""
    with (shipped.WEIGHTS / name).open(encoding="utf-8") as file:
        return int(file.readline().removeprefix("# papers: ").split(";")[0])


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
