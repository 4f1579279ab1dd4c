"""The files of the index: a manifest, shards of postings, shards of the lexicon, blocks of titles."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from site_builder.model import OutputFile
from site_builder.search.layout import PREFIX, Layout
from site_builder.search.segments import Run, Segments, gap
from site_builder.search.synonyms import by_shard
from site_builder.search.weighting import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache, Catalogue, Paper
    from site_builder.search.synonyms import Groups

FOLDER = "search"

FORMAT = 1
"""What the manifest says: raise it when the engine must read a file of the index differently."""


def files(
    catalogue: Catalogue, analyses: Mapping[str, Analysis], weights: Weights, cache: Cache
) -> Iterator[OutputFile]:
    """Yield the files of the index, each with a key that changes only when its own words, synonyms or titles do.

    `analyses` has an entry for each paper by slug. docs/search.md describes what is in the files.
    """
    layout = Layout.of(len(catalogue.ledger))
    yield _manifest(len(catalogue.papers), layout)
    yield from _blocks(catalogue, layout)
    segments = Segments(catalogue, analyses, weights, layout, cache)
    digests = segments.digests()
    synonyms = by_shard(catalogue.synonyms, layout)
    for number in range(layout.terms):
        groups = synonyms.get(number, {})
        depends_on = msgspec.msgpack.encode((digests[number], groups))
        yield _file(f"terms/{number}.json", depends_on, partial(_term_shard, segments, number, groups))
    for number in range(layout.words):
        part = layout.terms + number
        yield _file(f"words/{number}.json", b"".join(digests[part]), partial(_word_shard, segments, part))


def _manifest(papers: int, layout: Layout) -> OutputFile:
    manifest = {
        "format": FORMAT,
        "papers": papers,
        "terms": layout.terms,
        "words": layout.words,
        "block": layout.block,
        "levels": len(LEVELS),
    }
    content = msgspec.json.encode(manifest)
    return _file("manifest.json", content, lambda: content)


def _blocks(catalogue: Catalogue, layout: Layout) -> Iterator[OutputFile]:
    """Yield the titles and slugs by number, `layout.block` to a file; null where a paper was withdrawn."""
    papers = catalogue.by_slug
    for start in range(0, len(catalogue.ledger), layout.block):
        block = [papers.get(address.slug) for address in catalogue.ledger[start : start + layout.block]]
        shown = [paper and (paper.slug, paper.title) for paper in block]
        yield _file(f"papers/{start // layout.block}.json", msgspec.json.encode(shown), partial(_block, block))


def _block(papers: Sequence[Paper | None]) -> bytes:
    return msgspec.json.encode([_entry(paper) if paper else None for paper in papers])


def _entry(paper: Paper) -> str | tuple[str, str]:
    """Return the title, with the slug where it does not follow from the title."""
    return paper.title if paper.slug == expected_slug(paper.title) else (paper.title, paper.slug)


def expected_slug(title: str) -> str:
    """Guess a paper's slug as simply as the browser can: most slugs need not be sent then.

    A wrong guess costs bytes and nothing else, because the slug itself then stands in the block.
    """
    return re.sub("[^a-z0-9]+", "-", title.lower()).strip("-")


def _term_shard(segments: Segments, part: int, groups: Groups) -> bytes:
    return msgspec.json.encode({**_postings(segments.part(part)), **groups}, order="sorted")


def _word_shard(segments: Segments, part: int) -> bytes:
    return msgspec.json.encode(_lexicon(segments.part(part)), order="sorted")


def _postings(parts: list[bytes]) -> dict[str, str]:
    """Join the runs of each term: the gap from the segment before, then the run as it is."""
    last: dict[str, int] = {}
    codes: dict[str, str] = {}
    for part in parts:
        for term, (first, final, code) in msgspec.msgpack.decode(part, type=dict[str, Run]).items():
            codes[term] = codes.get(term, "") + gap(last.get(term, -1), first) + code
            last[term] = final
    return codes


def _lexicon(parts: list[bytes]) -> dict[str, str]:
    """List the words of each pair of first letters without these, the commonest first.

    Words are as common as each other when their papers have equally many binary digits, so that one paper more or less
    seldom changes the order; then the alphabet decides.
    """
    papers: Counter[str] = Counter()
    for part in parts:
        papers.update(msgspec.msgpack.decode(part, type=dict[str, int]))
    endings: dict[str, list[str]] = {}
    for word in sorted(papers, key=lambda word: (-papers[word].bit_length(), word)):
        endings.setdefault(word[:PREFIX], []).append(word[PREFIX:])
    return {prefix: " ".join(rest) for prefix, rest in endings.items()}


def _file(path: str, depends_on: bytes, make: Callable[[], bytes]) -> OutputFile:
    key = hashlib.sha256(f"{path}\0".encode() + depends_on).hexdigest()
    return OutputFile(f"{FOLDER}/{path}", key, make)
