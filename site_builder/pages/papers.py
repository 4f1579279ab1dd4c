"""The page of one paper.

It changes with the paper, its evidence, its related papers, the names of its topics, and when one of its tags gets its
second paper or loses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from site_builder.content.papers import fingerprint
from site_builder.pages import addresses, citations, lists
from site_builder.pages.kinds import Away, Filed, Link, Neighbour, PaperPage, Seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from site_builder.meaning.analysis import Analysis
    from site_builder.model import Match, Paper, Related

SHOWN_RELATED = 8
_SHOWN_WORDS = 12
_SHOWN_SHARED = 5
_SHOWN_TAGS_IN_DESCRIPTION = 4


def paper_page(
    paper: Paper,
    analysis: Analysis,
    neighbours: Iterable[tuple[Paper, Related]],
    *,
    topics: Mapping[str, Link],
    tags: Mapping[str, Link],
    collections: Mapping[str, Link],
    root: str,
    since: str,
    trail: tuple[Link, ...],
    feed: Link,
) -> PaperPage:
    """Plan a paper's page. `root` is the site's absolute address or empty; `since` the day of its first publication."""
    path = addresses.paper(paper.slug)
    own = citations.identified(paper)
    return PaperPage(
        path=path,
        title=paper.title,
        description=_description(paper, topics),
        trail=trail,
        feed=feed,
        authors=paper.authors,
        published=", ".join(part for part in (paper.venue, "" if paper.year is None else str(paper.year)) if part),
        finding=paper.finding,
        body=paper.body,
        topics=_filed(paper, analysis, topics),
        tags=tuple({tags.get(tag) or Link("", tag): None for tag in paper.tags}),
        places=own or citations.searches(paper.title),
        identified=bool(own),
        links=tuple(_links(paper.links)),
        record=paper.ids.get("id", ""),
        seen=tuple(Seen(collections[s.collection], s.line, s.position) for s in paper.seen),
        since=lists.day(since),
        related=tuple(_neighbour(other, related, analysis.written) for other, related in neighbours),
        citation=citations.bibtex(paper, root and root + path),
        meta=citations.meta(paper),
    )


def _description(paper: Paper, topics: Mapping[str, Link]) -> str:
    about = [topics[topic].name for topic in paper.topics] or paper.tags[:_SHOWN_TAGS_IN_DESCRIPTION]
    return paper.finding or (f"A paper on {', '.join(about)}." if about else "A paper in this catalogue.")


def _filed(paper: Paper, analysis: Analysis, topics: Mapping[str, Link]) -> tuple[Filed, ...]:
    evidence = {e.topic: e.matches for e in analysis.evidence}
    return tuple(_filed_under(topics[topic], evidence.get(topic, ()), paper) for topic in paper.topics)


def _filed_under(topic: Link, matches: tuple[Match, ...], paper: Paper) -> Filed:
    if not matches:
        return Filed(topic, (), (), _who_decided(paper))
    return Filed(topic, _words(matches, "title"), _words(matches, "body"), "words")


def _who_decided(paper: Paper) -> Literal["curator", "unheld", "earlier"]:
    """Tell who filed a paper under a topic for which no word of it speaks now."""
    if paper.made.get("topics") != fingerprint(paper.topics):
        return "curator"
    return "earlier" if paper.body else "unheld"


def _words(matches: tuple[Match, ...], field: str) -> tuple[str, ...]:
    """Return the words of a field's matches, each wording once."""
    wordings = {" ".join(m.text.casefold().split()): " ".join(m.text.split()) for m in matches if m.field == field}
    return tuple(wordings.values())[:_SHOWN_WORDS]


def _links(links: Mapping[str, str]) -> Iterator[Away]:
    """Yield the paper's links, those only that a browser opens as web pages."""
    for label, address in links.items():
        if address.casefold().startswith(("https://", "http://")):
            where = address.partition("://")[2].removeprefix("www.").rstrip("/")
            yield Away(address, label.replace("-", " ").replace("_", " ").capitalize(), where)


def _neighbour(other: Paper, related: Related, written: Mapping[str, str]) -> Neighbour:
    shared = tuple({written.get(word, word): None for word in related.shared})
    return Neighbour(addresses.paper(other.slug), other.title, shared[:_SHOWN_SHARED])
