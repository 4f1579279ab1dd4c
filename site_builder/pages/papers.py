"""The page of one paper.

It changes with the paper, its evidence, its related papers, the names of its topics, and when one of its tags or
authors gets its second paper or loses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from site_builder.content.papers import fingerprint
from site_builder.content.repairs import copied, passages
from site_builder.pages import addresses, citations, lists
from site_builder.pages.filing import who_filed
from site_builder.pages.kinds import Away, Filed, Link, Mark, Neighbour, PaperPage, Seen
from site_builder.pages.linked_data import scholarly_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.model import Evidence, Match, Paper

_SHOWN_WORDS = 12
_SHOWN_TAGS_IN_DESCRIPTION = 4


class Around(NamedTuple):
    """What a paper's page shows of the rest of the site. With the paper and its analysis, all that it depends on."""

    topics: tuple[Link, ...]
    """The paper's own, in its order, as are its tags and its authors."""
    tags: tuple[Link, ...]
    authors: tuple[Link, ...]
    seen: tuple[Seen, ...]
    related: tuple[tuple[Link, tuple[str, ...]], ...]
    """With what it has in common with each."""
    since: str
    """The day of the paper's first publication."""
    root: str
    """The site's absolute address or empty."""
    feed: Link
    trail: tuple[Link, ...]


def paper_page(paper: Paper, analysis: Analysis, around: Around) -> PaperPage:
    """Plan a paper's page."""
    path = addresses.paper(paper.slug)
    here = around.root and around.root + path
    own = citations.identified(paper)
    evidence = analysis.details().evidence
    return PaperPage(
        path=path,
        title=paper.title,
        description=_description(paper, around.topics),
        trail=around.trail,
        feed=around.feed,
        authors=around.authors,
        published=published_in(paper),
        finding=paper.finding,
        heading="Abstract" if _is_abstract(paper) else "Summary",
        body=paper.body,
        copied_title=_copied_title(paper),
        copied=passages(paper) if any(repair.field == "body" for repair in paper.repaired) else (),
        topics=_filed(paper, evidence, analysis, around.topics),
        title_marks=tuple(_marks(evidence, "title")),
        body_marks=tuple(_marks(evidence, "body")),
        tags=around.tags,
        places=own or citations.searches(paper.title),
        identified=bool(own),
        unconfirmed=tuple(name for scheme, name in citations.SCHEMES.items() if scheme in paper.unconfirmed),
        links=tuple(_links(paper.links)),
        record=paper.ids.get("id", ""),
        seen=around.seen,
        since=lists.day(around.since),
        related=tuple(Neighbour(*link, shared) for link, shared in around.related),
        citation=citations.bibtex(paper, here),
        meta=citations.meta(paper),
        linked_data=scholarly_article(paper, here),
    )


def published_in(paper: Paper) -> str:
    """Return venue and year as far as they are known, the year not twice."""
    year = "" if paper.year is None or str(paper.year) in paper.venue else str(paper.year)
    return ", ".join(part for part in (paper.venue, year) if part)


def _is_abstract(paper: Paper) -> bool:
    """Tell whether the place of the text has, or would have, the abstract: as ingest wrote it, not a person."""
    return not paper.body or paper.made.get("body") == fingerprint(paper.body)


def _copied_title(paper: Paper) -> str:
    """Return the title as it stood in the source, where that is known and another one."""
    was_repaired = any(repair.field == "title" for repair in paper.repaired)
    return (copied(paper, "title") or "") if was_repaired else ""


def _description(paper: Paper, topics: Sequence[Link]) -> str:
    about = [topic.name for topic in topics] or paper.tags[:_SHOWN_TAGS_IN_DESCRIPTION]
    return paper.finding or (f"A paper on {', '.join(about)}." if about else "A paper in this catalogue.")


def _filed(paper: Paper, evidence: Sequence[Evidence], analysis: Analysis, topics: Sequence[Link]) -> tuple[Filed, ...]:
    filed = []
    for found, link in zip(evidence, topics, strict=True):
        why = who_filed(paper, found.topic, analysis)
        filed.append(Filed(link, _words(found.matches, "title"), _words(found.matches, "body"), why))
    return tuple(filed)


def _marks(evidence: Sequence[Evidence], field: str) -> Iterator[Mark]:
    """Yield where the words of a field stand that speak for the paper's topics."""
    for number, found in enumerate(evidence, 1):
        yield from (Mark(match.start, match.end, number) for match in found.matches if match.field == field)


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
