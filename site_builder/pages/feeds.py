"""What machines read: Atom feeds, the sitemap, robots.txt.

Their identifiers and addresses are absolute where the site's address is known. Where it is not, ids are name-based
UUIDs, links stay relative, and there is no sitemap.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from site_builder.pages import addresses
from site_builder.pages.kinds import FeedEntry, FeedPage, Link, RobotsPage, SitemapPage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from site_builder.model import Paper, Site

NEWEST = 30
"""Entries in a feed."""

MOST_ADDRESSES = 50_000
"""Of one sitemap, by its protocol (sitemaps.org)."""

_BEGINNING = "1970-01-01"
"""The day of a feed that has no entry with a day."""

_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def feed(
    path: str,
    title: str,
    main: Link,
    papers: Sequence[Paper],
    *,
    site: Site,
    days: Mapping[str, str],
    topics: Mapping[str, Link],
) -> FeedPage:
    """Plan the feed of a list, given oldest first. A paper enters it with its day in the ledger."""
    recorded = [paper for paper in papers if days[paper.slug]][-NEWEST:]
    entries = tuple(_entry(paper, site, days[paper.slug], topics) for paper in reversed(recorded))
    return FeedPage(
        path=path,
        title=title,
        description=site.description,
        id=permanent_id(site, path),
        main=main,
        updated=max((entry.day for entry in entries), default=_BEGINNING),
        entries=entries,
    )


def _entry(paper: Paper, site: Site, day: str, topics: Mapping[str, Link]) -> FeedEntry:
    path = addresses.paper(paper.slug)
    names = tuple(topics[topic].name for topic in paper.topics)
    summary = paper.finding or (f"On {', '.join(names)}." if names else "")
    return FeedEntry(
        path=path,
        id=permanent_id(site, path),
        title=_NOT_XML.sub("", paper.title),
        day=day,
        summary=_NOT_XML.sub("", summary),
        authors=tuple(_NOT_XML.sub("", author) for author in paper.authors),
        topics=names,
    )


def permanent_id(site: Site, path: str) -> str:
    """Return an identifier for Atom: the absolute address, or a UUID of the site's title and the path (version 5)."""
    return site.url + path if site.url else uuid.uuid5(uuid.NAMESPACE_URL, f"{site.title}/{path}").urn


def sitemaps(paths: Sequence[str], most: int = MOST_ADDRESSES) -> Iterator[SitemapPage]:
    """Yield the sitemap of these paths; when they are too many for one, its parts and an index of them."""
    if len(paths) <= most:
        yield SitemapPage(path=addresses.SITEMAP, paths=tuple(paths))
        return
    parts = [
        SitemapPage(path=addresses.sitemap(n), paths=tuple(paths[start : start + most]))
        for n, start in enumerate(range(0, len(paths), most), 1)
    ]
    yield from parts
    yield SitemapPage(path=addresses.SITEMAP, paths=tuple(part.path for part in parts), index=True)


def robots(site: Site) -> RobotsPage:
    """Plan robots.txt."""
    return RobotsPage(path=addresses.ROBOTS, sitemap=site.url and site.url + addresses.SITEMAP)
