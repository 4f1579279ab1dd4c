"""How well the rules decide topics: against papers that people labelled, with intervals; and what it costs.

    python -m bench.topics --content DIR                   a content folder with the abstracts in it
    python -m bench.topics --content DIR --errors          and each decision that differs from the labels

`--gold FILE` (../shared/gold/dev.json) is a list of `{"title", "topics", "disputed"}`; a disputed topic of a paper
counts neither for nor against. Micro-F1 pools all decisions, macro-F1 is the mean over the topics with three positives
or more. The interval is the middle 95 % over a thousand draws of papers with replacement (Efron's bootstrap).

The rules were sharpened by reading these same labels, so the first line flatters them. The second is a little more
honest: each topic's floor is chosen anew on four fifths of the papers and used on the rest. It cannot undo what reading
did.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder import shipped
from site_builder.content.papers import read_paper
from site_builder.content.topics import read_topics
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.topics import Decider, Text, compiled
from site_builder.meaning.weights import load
from site_builder.text.markdown import to_text
from site_builder.text.slugs import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from site_builder.model import Paper

ROOT = Path(__file__).parents[1]
GOLD = ROOT.parent / "shared" / "gold" / "dev.json"
DRAWS = 1000
FOLDS = 5
LEAST_POSITIVES = 3
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """A paper with the topics that people gave it and the scores that the rules do."""

    title: str
    topics: frozenset[str]
    disputed: frozenset[str]
    scores: Mapping[str, int]

    def decided(self, floors: Mapping[str, int]) -> frozenset[str]:
        """Return the topics whose score reaches its floor."""
        return frozenset(topic for topic, score in self.scores.items() if score >= floors[topic])


@dataclass(frozen=True, slots=True)
class Figures:
    """Micro-F1, macro-F1, and by topic the true positives, false positives and false negatives."""

    micro: float
    macro: float
    topics: Mapping[str, tuple[int, int, int]]


def labelled(papers: Iterable[Paper], analyser: Analyser, gold: Path = GOLD) -> list[Labelled]:
    """Join labels with papers by the folded title. Papers that are not labelled are left out."""
    labels = {folded(row["title"]): row for row in json.loads(gold.read_text("utf-8"))}
    found = []
    for paper in papers:
        if row := labels.get(folded(paper.title)):
            evidence = analyser.explain(paper.title, to_text(paper.body))
            scores = {each.topic: each.score for each in evidence}
            found.append(Labelled(paper.title, frozenset(row["topics"]), frozenset(row.get("disputed", ())), scores))
    return found


def figures(papers: Sequence[Labelled], decided: Sequence[frozenset[str]]) -> Figures:
    """Compare what was decided for each paper with its labels."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for paper, topics in zip(papers, decided, strict=True):
        right.update(topics & paper.topics - paper.disputed)
        wrong.update(topics - paper.topics - paper.disputed)
        missed.update(paper.topics - topics - paper.disputed)
    counts = {topic: (right[topic], wrong[topic], missed[topic]) for topic in sorted(right | wrong | missed)}
    each = [f1(*count) for count in counts.values() if count[0] + count[2] >= LEAST_POSITIVES]
    return Figures(f1(right.total(), wrong.total(), missed.total()), sum(each) / max(1, len(each)), counts)


def f1(right: int, wrong: int, missed: int) -> float:
    """Return the harmonic mean of precision and recall; 1 where there was nothing to find."""
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0


def intervals(papers: Sequence[Labelled], decided: Sequence[frozenset[str]]) -> tuple[tuple[float, float], ...]:
    """Return the middle 95 % of micro-F1 and of macro-F1 over draws of the papers."""
    draw = random.Random(1)  # noqa: S311 - the same draws each time
    micro, macro = [], []
    for _ in range(DRAWS):
        picked = draw.choices(range(len(papers)), k=len(papers))
        got = figures([papers[n] for n in picked], [decided[n] for n in picked])
        micro.append(got.micro)
        macro.append(got.macro)
    return tuple((sorted(values)[DRAWS // 40], sorted(values)[-DRAWS // 40]) for values in (micro, macro))


def across_folds(papers: Sequence[Labelled], floors: Mapping[str, int]) -> list[frozenset[str]]:
    """Decide each paper with floors that were chosen on the other folds."""
    decided: list[frozenset[str]] = [frozenset()] * len(papers)
    for fold in range(FOLDS):
        others = [paper for n, paper in enumerate(papers) if n % FOLDS != fold]
        chosen = {topic: _best_floor(topic, floor, others) for topic, floor in floors.items()}
        for n in range(fold, len(papers), FOLDS):
            decided[n] = papers[n].decided(chosen)
    return decided


def _best_floor(topic: str, floor: int, papers: Sequence[Labelled]) -> int:
    def quality(candidate: int) -> tuple[float, int]:
        said = [paper.scores.get(topic, 0) >= candidate for paper in papers if topic not in paper.disputed]
        true = [topic in paper.topics for paper in papers if topic not in paper.disputed]
        right = sum(a and b for a, b in zip(said, true, strict=True))
        return f1(right, sum(said) - right, sum(true) - right), -abs(candidate - floor)

    return max(range(max(1, floor - 2), floor + 4), key=quality)


def read_papers(content: Path) -> list[Paper]:
    """Read every paper of a content folder, without the rest of it."""
    return [
        read_paper(path.read_text("utf-8"), path.name, path.stem) for path in sorted((content / "papers").glob("*.md"))
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Score the topics that the rules decide.")
    parser.add_argument("--content", type=Path, required=True, help="a content folder with the abstracts in it")
    parser.add_argument("--topics", type=Path, default=shipped.TOPICS)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--errors", action="store_true", help="list what differs from the labels")
    arguments = parser.parse_args()
    topics = read_topics(arguments.topics.read_text("utf-8"), str(arguments.topics))
    analyser = Analyser(topics, load(), str(arguments.topics))
    papers = read_papers(arguments.content)
    judged = labelled(papers, analyser, arguments.gold)
    floors = {topic.id: topic.floor for topic in topics}
    decided = [paper.decided(floors) for paper in judged]
    fitted = figures(judged, decided)
    for topic, (right, wrong, missed) in fitted.topics.items():
        print(f"{topic:30} right {right:3} wrong {wrong:3} missed {missed:3}  F1 {f1(right, wrong, missed):.3f}")
    if arguments.errors:
        for paper, said in zip(judged, decided, strict=True):
            for topic in sorted((said ^ paper.topics) - paper.disputed):
                print("+" if topic in said else "-", topic, paper.title, sep="\t")
    _tell(f"{len(judged)} papers", judged, decided)
    _tell("floors chosen on other papers", judged, across_folds(judged, floors))
    decider = Decider(topics, compiled(topics, str(arguments.topics)))
    analysis, rules = cost([(paper.title, to_text(paper.body)) for paper in papers], decider)
    print(f"{rules:.0f} µs a paper for the rules of all topics, {rules / analysis:.2f} times its analysis")


def _tell(what: str, papers: Sequence[Labelled], decided: Sequence[frozenset[str]]) -> None:
    got = figures(papers, decided)
    (low, high), (lowest, highest) = intervals(papers, decided)
    print(
        f"{what}: micro-F1 {got.micro:.3f} ({low:.3f} to {high:.3f}), "
        f"macro-F1 {got.macro:.3f} ({lowest:.3f} to {highest:.3f})"
    )


def cost(texts: Sequence[tuple[str, str]], decider: Decider) -> tuple[float, float]:
    """Return the CPU time that a paper takes, in µs: to be read as terms with their places, and to be decided then.

    Each is the least of some rounds, as other work on the machine only adds to it.
    """
    reading, deciding = [], []
    for _ in range(ROUNDS):
        start = time.process_time()
        read = [Text(title, text) for title, text in texts]
        for text in read:
            for positions in text.positions.values():
                _ = positions.by_term, positions.lower, positions.starts
        between = time.process_time()
        for text in read:
            decider.decide(text)
        reading.append(between - start)
        deciding.append(time.process_time() - between)
    return 1e6 * min(reading) / max(1, len(texts)), 1e6 * min(deciding) / max(1, len(texts))


if __name__ == "__main__":
    main()
