"""Measure how much of its ranking the search keeps when a query has a typing error or is still being typed.

    python -m bench.robustness --shared ../shared

indexes the test collections, among them the papers of the dumps with the topics and synonyms of `content/`, spoils one
word of each query in each way, answers with the shipped engine (bench/robustness_run.mjs), and prints the share of
nDCG@10 that is kept, over the queries that can be spoilt so. The words are drawn by a seed from those of four letters
or more without digits. What comes out is left as it is: where it is another word of the collection, which no engine can
tell from what was meant, that counts as well, and `real words` says how often. Two-word queries are the two rarest
words of each query, with its judgments. The last lines tell what a repaired query costs beside the same query clean.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import string
import subprocess
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.search import COLLECTIONS, DUMPS, index, index_dumps, read_rows
from site_builder.text.terms import term, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from site_builder.text.terms import Token

    Judgments = dict[str, dict[str, int]]  # by query, the grades of papers by slug

SHORTEST = 4
"""Letters of a word that is spoilt; the engine repairs none that is shorter."""
LONG = 8
"""Letters from which a word may have two errors."""
UNFINISHED = 0.6
"""The share of the last word that has been typed."""
TEN = 10


@dataclass(frozen=True, slots=True)
class Query:
    """A query as somebody meant it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A query as it was typed: which kind of error it has, and what the spoilt word became."""

    query: Query
    kind: str
    text: str
    word: str = ""
    prefix: bool = False


def substitution(word: str, at: int, dice: random.Random) -> str:
    """Replace a letter by another."""
    return word[:at] + dice.choice(string.ascii_lowercase.replace(word[at], "")) + word[at + 1 :]


def deletion(word: str, at: int, _: random.Random) -> str:
    """Leave a letter out."""
    return word[:at] + word[at + 1 :]


def insertion(word: str, at: int, dice: random.Random) -> str:
    """Put a letter in before another."""
    return word[:at] + dice.choice(string.ascii_lowercase) + word[at:]


def transposition(word: str, at: int, _: random.Random) -> str:
    """Swap a letter with the next one."""
    return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


EDITS: dict[str, Callable[[str, int, random.Random], str]] = {
    edit.__name__: edit for edit in (substitution, deletion, insertion, transposition)
}


def spoilings(query: Query) -> Iterator[Spoilt]:
    """Yield a query with each kind of error: in the first letter of a word, in the first two, further on, and twice."""
    for name, edit in EDITS.items():
        for place in ("first letter", "second letter", "further on"):
            dice = random.Random(f"{query.id} {query.text} {name} {place}")  # noqa: S311  (not for secrets)

            def once(word: str, edit: Any = edit, place: str = place, dice: random.Random = dice) -> str:
                last = len(word) - 1 - (edit is transposition)
                at = {"first letter": 0, "second letter": 1}.get(place)
                return str(edit(word, dice.randint(2, last) if at is None else at, dice))

            yield from _spoilt(query, f"{name}, {place}", dice, SHORTEST, once)
    dice = random.Random(f"{query.id} {query.text} twice")  # noqa: S311

    def twice(word: str) -> str:
        for edit in dice.choices(list(EDITS.values()), k=2):
            word = edit(word, dice.randrange(len(word) - 1), dice)
        return word

    yield from _spoilt(query, "two errors, long words", dice, LONG, twice)


def _spoilt(
    query: Query, kind: str, dice: random.Random, shortest: int, spoil: Callable[[str], str]
) -> Iterator[Spoilt]:
    candidates = [token for token in tokens(query.text) if token.term and _is_word(token.word, shortest)]
    for chosen in dice.sample(candidates, len(candidates)):
        word = spoil(chosen.word)
        if word == chosen.word:  # two equal letters were swapped
            continue
        yield Spoilt(query, kind, _replaced(query.text, chosen, word), word)
        return


def _is_word(word: str, shortest: int) -> bool:
    return len(word) >= shortest and word.isascii() and word.isalpha()


def _replaced(text: str, token: Token, word: str) -> str:
    """Put a word in the place of another, in capitals where that was: else OR among them would become an operator."""
    return text[: token.start] + _cased(text, token, word) + text[token.end :]


def _cased(text: str, token: Token, word: str) -> str:
    return word.upper() if text[token.start : token.end].isupper() else word


def glued(query: Query) -> Iterator[Spoilt]:
    """Yield a query with the blank left out between two words, and one with a blank inside a word."""
    dice = random.Random(f"{query.id} {query.text} blanks")  # noqa: S311
    found = tokens(query.text)
    pairs = [
        (one, other)
        for one, other in pairwise(found)
        if query.text[one.end : other.start] == " " and all(t.term and _is_word(t.word, SHORTEST) for t in (one, other))
    ]
    if pairs:
        one, other = dice.choice(pairs)
        text = query.text[: one.end] + query.text[other.start :]
        yield Spoilt(query, "blank left out", text, one.word + other.word)

    def cut(word: str) -> str:
        at = dice.randint(3, len(word) - 3)
        return f"{word[:at]} {word[at:]}"

    yield from _spoilt(query, "blank inside a word", dice, LONG, cut)


def unfinished(query: Query) -> Iterator[Spoilt]:
    """Yield a query of which 60 % of the last word is typed, and one where this has an error, too."""
    last = next((token for token in reversed(tokens(query.text)) if token.term), None)
    if last is None:
        return
    typed = last.word[: max(2, math.ceil(UNFINISHED * len(last.word)))]
    before = query.text[: last.start]
    yield Spoilt(query, "unfinished", before + _cased(query.text, last, typed), prefix=True)
    if _is_word(typed, SHORTEST):
        dice = random.Random(f"{query.id} {query.text} unfinished")  # noqa: S311
        wrong = dice.choice(list(EDITS.values()))(typed, dice.randrange(len(typed) - 1), dice)
        yield Spoilt(query, "unfinished, with an error", before + _cased(query.text, last, wrong), wrong, prefix=True)


def two_words(query: Query, papers_of: Mapping[str, int]) -> Query | None:
    """Return the two rarest words of a query, in their order, or None where it has not as many."""
    words = {token.term: token.word for token in tokens(query.text) if papers_of.get(token.term)}
    rarest = sorted(words, key=lambda found: (papers_of[found], found))[:2]
    return Query(query.id, " ".join(words[found] for found in words if found in rarest)) if len(words) > 1 else None


@dataclass(frozen=True, slots=True)
class Figure:
    """What one spoilt query came to."""

    clean: float
    kept: float
    real: bool
    """Whether the spoilt word is another word of the collection."""
    before: Mapping[str, Any]
    after: Mapping[str, Any]


Figures = dict[str, list[Figure]]


def measure(site: Path, queries: Sequence[Query], judgments: Judgments, known: Mapping[str, int]) -> Figures:
    """Answer queries clean and in each spoilt form."""
    clean = {query.id: Spoilt(query, "clean", query.text) for query in queries}
    spoilt = [s for query in queries for s in (*spoilings(query), *glued(query), *unfinished(query))]
    answers = answered(site, [*clean.values(), *spoilt])
    before = {
        query: (ndcg(judgments[query], answer["slugs"]), answer) for query, answer in zip(clean, answers, strict=False)
    }
    figures: Figures = defaultdict(list)
    for asked, answer in zip(spoilt, answers[len(clean) :], strict=True):
        best, cost = before[asked.query.id]
        kept = ndcg(judgments[asked.query.id], answer["slugs"])
        real = known.get(term(asked.word) or "", 0) > 0
        figures[asked.kind].append(Figure(best, kept, real, cost, answer))
    return figures


def answered(site: Path, asked: Sequence[Spoilt]) -> list[dict[str, Any]]:
    """Return what the engine answers, in the order of the queries."""
    rows = (json.dumps({"id": s.query.id, "text": s.text, "prefix": s.prefix}) for s in asked)
    command: list[str | Path] = ["node", Path(__file__).with_name("robustness_run.mjs"), site]
    done = subprocess.run(command, input="\n".join(rows), check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ndcg(grades: Mapping[str, int], slugs: Iterable[str]) -> float:
    """Return nDCG@10 with linear gain, as evaluate.py of the collections has it."""
    ideal = _discounted(sorted(grades.values(), reverse=True)[:TEN])
    return _discounted([grades.get(slug, 0) for slug in slugs]) / ideal


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def papers_by_term(site: Path) -> Counter[str]:
    """Count a posting list's letters, one of which stands for each paper that has the term."""
    counts: Counter[str] = Counter()
    for shard in (site / "search" / "terms").iterdir():
        lists = json.loads(shard.read_bytes())
        counts.update({found: sum(map(str.isalpha, code)) for found, code in lists.items() if isinstance(code, str)})
    return counts


def read_collection(shared: Path, name: str, site: Path) -> tuple[list[Query], Judgments]:
    """Index a collection as a site; return its queries and judgments."""
    folder = shared / "relevance" / name
    slugs = {}
    if name == DUMPS:
        slugs = {number: slug for slug, number in index_dumps(shared, site).items()}
    else:
        index(folder, site)
    rows = read_rows(folder / "queries.jsonl")
    judgments: Judgments = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, paper, grade = line.split("\t")
        judgments[query][slugs.get(paper, paper)] = int(grade)
    return [Query(row["id"], " ".join(row["text"].split())) for row in rows], judgments


def share(figures: Iterable[Figure]) -> str:
    """Return the share of nDCG@10 that is kept, in per cent."""
    clean, kept = (sum(getattr(figure, name) for figure in figures) for name in ("clean", "kept"))
    return f"{100 * kept / clean:6.1f}" if clean else "     -"


def report(title: str, by_collection: Mapping[str, Figures]) -> None:
    """Print a row for each kind of error, with the share of each collection and of all."""
    print(f"\n{title}: share of nDCG@10 kept, %\n{'':34}{'queries':>8}{'real words':>11}{'all':>7}", end="")
    print("".join(f"{name:>10}" for name in by_collection))
    kinds = list(dict.fromkeys(kind for figures in by_collection.values() for kind in figures))
    one_error = [kind for kind in kinds if "," in kind and "unfinished" not in kind]
    firsts = [kind for kind in one_error if "first" in kind]
    groups = {kind: [kind] for kind in kinds}
    groups |= {"all with a typing error": one_error, "  in the first letter": firsts}
    for name, members in groups.items():
        rows = {c: [f for kind in members for f in figures[kind]] for c, figures in by_collection.items()}
        every = [figure for row in rows.values() for figure in row]
        real = sum(figure.real for figure in every)
        shares = "".join(f"{share(row):>10}" for row in rows.values())
        print(f"{name:34}{len(every):8}{real:11}{share(every):>7}{shares}")


def costs(title: str, figures: Sequence[Figure]) -> None:
    """Print the medians of what repaired queries cost, beside the same queries clean, and the slowest twentieth."""
    repaired = [figure for figure in figures if figure.after["repaired"]]
    print(f"\n{title}, {len(repaired)} repaired queries, ten results from a cold cache, medians:")
    for said, answers in (("clean", [f.before for f in repaired]), ("repaired", [f.after for f in repaired])):
        requests, raw, gzip, time = (
            statistics.median(answer[name] for answer in answers)
            for name in ("requests", "raw", "gzip", "milliseconds")
        )
        slow = statistics.quantiles((answer["milliseconds"] for answer in answers), n=20)[-1]
        print(
            f"  {said:9} {requests:g} requests, {raw:,.0f} bytes, {gzip:,.0f} with gzip, "
            f"{time:.1f} ms, one in twenty longer than {slow:.1f} ms"
        )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that has relevance/ and dumps/")
    shared = parser.parse_args().shared.resolve()
    questions: dict[str, Figures] = {}
    pairs: dict[str, Figures] = {}
    for name in (*COLLECTIONS, DUMPS):
        with tempfile.TemporaryDirectory() as temporary:
            site = Path(temporary) / "site"
            queries, judgments = read_collection(shared, name, site)
            known = papers_by_term(site)
            short = [pair for query in queries if (pair := two_words(query, known))]
            questions[name] = measure(site, queries, judgments, known)
            pairs[name] = measure(site, short, judgments, known)
    report("Questions", questions)
    report("Two words", pairs)
    for name, figures in pairs.items():
        costs(f"{name}, two words", [f for kind in figures if "," in kind and "unf" not in kind for f in figures[kind]])


if __name__ == "__main__":
    main()
