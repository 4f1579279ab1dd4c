"""Lists of papers: entries, the chunks of a long list, and what else its papers are about.

Chunks count from the oldest paper, so that a full chunk stays as it is however long the list grows; the list's own
address shows the newest ones.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from site_builder.pages import addresses
from site_builder.pages.kinds import ALONE, Day, Entry, Link, Pager

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from site_builder.model import Paper

CHUNK = 100
"""Papers in a full chunk; the newest page of a list holds this and the remainder, so up to 199."""

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_NAMED_AUTHORS = 3


def entry(paper: Paper, topics: Mapping[str, Link]) -> Entry:
    """Return a paper as lists show it."""
    filed = tuple(topics[topic] for topic in paper.topics)
    return Entry(addresses.paper(paper.slug), paper.title, byline(paper), paper.finding, filed)


def byline(paper: Paper) -> str:
    """Return authors and year in short, as far as they are known: `A. Writer, B. Writer et al., 2024`."""
    names = list(paper.authors[:_NAMED_AUTHORS])
    if len(paper.authors) > _NAMED_AUTHORS:
        names[-1] += " et al."
    if paper.year is not None:
        names.append(str(paper.year))
    return ", ".join(names)


@lru_cache(maxsize=10_000)
def day(iso: str) -> Day:
    """Return a day (YYYY-MM-DD, or empty) with the words for it."""
    if not iso:
        return Day("", "")
    year, month, number = iso.split("-")
    return Day(iso, f"{int(number)} {_MONTHS[int(month) - 1]} {year}")


class Chunk(NamedTuple):
    """A page of a list; its number is 0 at the list's own address."""

    path: str
    number: int
    papers: tuple[Paper, ...]
    pager: Pager


def newest_first(papers: Sequence[Paper], main: Link) -> Iterator[Chunk]:
    """Yield the pages of a list, given oldest first: the newest papers at its own address, then the older ones."""
    older = max(len(papers) // CHUNK - 1, 0)
    links = [Link(addresses.chunk(main.path, n), str(n)) for n in range(1, older + 1)]
    pager = Pager(None, links[-1], tuple(reversed(links))) if links else ALONE
    yield Chunk(main.path, 0, tuple(reversed(papers[older * CHUNK :])), pager)
    for n, link in enumerate(links):
        pager = Pager(links[n + 1] if n + 1 < older else main, links[n - 1] if n else None, ())
        yield Chunk(link.path, n + 1, tuple(reversed(papers[n * CHUNK : (n + 1) * CHUNK])), pager)


def in_order(papers: Sequence[Paper], main: Link) -> Iterator[Chunk]:
    """Yield the pages of a list in its own order: the first at its own address; the last holds the remainder."""
    count = max(len(papers) // CHUNK, 1)
    links = [main, *(Link(addresses.chunk(main.path, n), str(n)) for n in range(2, count + 1))]
    for n, link in enumerate(links):
        last = n + 1 == count
        pager = Pager(links[n - 1] if n else None, None if last else links[n + 1], () if n else tuple(links[1:]))
        yield Chunk(link.path, n and n + 1, tuple(papers[n * CHUNK : None if last else (n + 1) * CHUNK]), pager)


def also_about(papers: Iterable[Paper], without: str, most: int) -> tuple[str, ...]:
    """Return the topics that most of these papers share, by the number of these papers alone, then by id."""
    counts = Counter(topic for paper in papers for topic in paper.topics if topic != without)
    return tuple(topic for topic, _ in sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:most])
