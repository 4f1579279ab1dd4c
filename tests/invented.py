"""Papers that nobody wrote: content folders for tests that need many."""

from __future__ import annotations

import random
from pathlib import Path

from site_builder.content.folder import paper_path
from site_builder.content.ledger import write_ledger
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.model import Address, Paper, Sighting

_SYLLABLES = (
    "ba",
    "cor",
    "den",
    "fi",
    "gul",
    "ha",
    "jor",
    "ka",
    "lem",
    "mi",
    "nor",
    "pa",
    "qui",
    "ras",
    "so",
    "tul",
    "ver",
    "zin",
)
_JOINS = ("the", "of", "with", "for", "and", "by", "a", "in", "over", "under")
TOPICS = ("token-pruning", "attention-sinks", "causal-ml", "video", "segmentation", "retrieval", "tokenization")


def word(rank: int) -> str:
    """Return the word of a rank, 0 the commonest: another for each, and no word of any language."""
    number, letters = rank + len(_SYLLABLES), ""
    while number:
        number, syllable = divmod(number, len(_SYLLABLES))
        letters += _SYLLABLES[syllable]
    return letters


def words(chance: random.Random, count: int, vocabulary: int = 20_000) -> list[str]:
    """Draw words by Zipf's law (density 1/rank), with small words between them."""
    drawn = [word(int(vocabulary ** chance.random()) - 1) for _ in range(count)]
    return [part for drawn_word in drawn for part in (drawn_word, chance.choice(_JOINS))][:-1]


def paper(seed: int, slug: str | None = None) -> Paper:
    """Invent a paper; the same seed gives the same paper."""
    chance = random.Random(seed)  # noqa: S311 - an example, not a secret
    sentences = (" ".join(words(chance, chance.randint(5, 14))).capitalize() + "." for _ in range(chance.randint(3, 8)))
    return Paper(
        slug=slug or f"paper-{seed}",
        title=" ".join(words(chance, chance.randint(2, 6))).title(),
        body=" ".join(sentences),
        topics=tuple(sorted(chance.sample(TOPICS, chance.randint(0, 3)))),
        tags=tuple(dict.fromkeys(word(30 + int(300 ** chance.random())) for _ in range(chance.randint(0, 4)))),
        seen=(Sighting(f"list-{seed % 3}", 10 + 2 * seed, 1 + seed),),
        authors=tuple(dict.fromkeys(_name(chance) for _ in range(chance.randint(0, 5)))),
    )


def _name(chance: random.Random) -> str:
    """Draw a name; some are drawn often."""
    return f"{word(chance.randint(0, 30))} {word(int(900 ** chance.random()))}".title()


def folder(content: Path, count: int) -> list[Paper]:
    """Fill a content folder with invented papers, all of them in its ledger."""
    papers = [paper(seed) for seed in range(count)]
    for invented in papers:
        write_text(paper_path(content, invented.slug), write_paper(invented))
    days = (f"2026-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(count))
    addresses = [Address(p.slug, day, p.title) for p, day in zip(papers, sorted(days), strict=False)]
    write_text(content / "ledger.tsv", write_ledger(addresses))
    return papers


def tree(root: Path) -> dict[str, bytes]:
    """Read every file below a folder, by its path from there."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
