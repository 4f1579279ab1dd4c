"""Atom feeds and the sitemap."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from site_builder import shipped
from site_builder.model import Address, Catalogue, Paper, Site, Topic
from site_builder.pages import feeds
from site_builder.pages.kinds import FeedPage, Link
from site_builder.pages.plan import Plan, site_view
from site_builder.pages.render import Renderer
from tests.unit.test_pages_plan import ANALYSER
from tests.unit.test_search_index import Lonely, digests

ATOM = "{http://www.w3.org/2005/Atom}"
LAMPS = Link("topics/lamps.html", "Lamps & more")


def rendered(site: Site, papers: list[Paper], days: dict[str, str] | None = None) -> dict[str, ET.Element]:
    """Render the feeds of a catalogue; by path, parsed."""
    ledger = tuple(Address(p.slug, (days or {}).get(p.slug, "2026-03-01"), p.title) for p in papers)
    catalogue = Catalogue(site, tuple(papers), (Topic(id="lamps", name=LAMPS.name),), (), (), ledger, digests(papers))
    renderer = Renderer(site_view(catalogue), [shipped.TEMPLATES])
    analyses = {paper.slug: ANALYSER.analyse(paper) for paper in papers}
    pages = [planned.page() for planned in Plan(catalogue, analyses, Lonely())]
    return {page.path: parsed(renderer.render(page)) for page in pages if isinstance(page, FeedPage)}


def parsed(feed: bytes) -> ET.Element:
    return ET.fromstring(feed)  # noqa: S314 - our own feed


def text(element: ET.Element, name: str) -> str | None:
    return element.findtext(ATOM + name)


def entries(feed: ET.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_the_site_and_each_topic_have_a_feed_newest_first() -> None:
    papers = [
        Paper(slug="a", title="A & <b>"),
        Paper(slug="b", title="B", topics=("lamps",)),
        Paper(slug="c", title="C"),
    ]
    found = rendered(Site(), papers, {"a": "2026-01-01", "b": "2026-01-02", "c": "2026-01-03"})
    assert set(found) == {"feed.xml", "topics/lamps.xml"}
    assert entries(found["feed.xml"]) == ["C", "B", "A & <b>"]
    assert entries(found["topics/lamps.xml"]) == ["B"]
    assert text(found["topics/lamps.xml"], "updated") == "2026-01-02T00:00:00Z"


def test_a_feed_has_what_atom_asks_for() -> None:
    feed = rendered(Site(title="S"), [Paper(slug="a", title="A")])["feed.xml"]
    for element in [feed, *feed.iter(f"{ATOM}entry")]:
        assert all(text(element, name) for name in ("id", "title", "updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "S"


def test_ids_and_links_are_absolute_where_the_address_is_known() -> None:
    feed = rendered(Site(url="https://example.org/x/"), [Paper(slug="a", title="A", topics=("lamps",))])[
        "topics/lamps.xml"
    ]
    assert text(feed, "id") == "https://example.org/x/topics/lamps.xml"
    assert feed.find(f"{ATOM}entry/{ATOM}link").get("href") == "https://example.org/x/papers/a.html"  # type: ignore[union-attr]


def test_without_an_address_ids_are_stable_names_and_links_relative() -> None:
    papers = [Paper(slug="a", title="A", topics=("lamps",))]
    feed = rendered(Site(), papers)["topics/lamps.xml"]
    again = rendered(Site(), [*papers, Paper(slug="b", title="B", topics=("lamps",))])["topics/lamps.xml"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", text(feed, "id") or "")
    ids = {entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")}
    assert ids < {entry.findtext(f"{ATOM}id") for entry in again.iter(f"{ATOM}entry")}
    assert feed.find(f"{ATOM}entry/{ATOM}link").get("href") == "../papers/a.html"  # type: ignore[union-attr]
    assert not [link for link in feed.iter(f"{ATOM}link") if link.get("rel") == "self"]


def test_a_paper_enters_a_feed_with_its_day_in_the_ledger() -> None:
    papers = [Paper(slug="a", title="A"), Paper(slug="b", title="B")]
    assert entries(rendered(Site(), papers, {"a": "2026-01-01", "b": ""})["feed.xml"]) == ["A"]


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert entries(rendered(Site(), [Paper(slug="a", title="A\x0bB\ufffe")])["feed.xml"]) == ["AB"]


def test_a_feed_holds_the_thirty_newest_and_does_not_change_when_older_papers_do() -> None:
    papers = [Paper(slug=f"p{n}", title=f"P{n}") for n in range(40)]
    found = entries(rendered(Site(), papers)["feed.xml"])
    assert (len(found), found[0], found[-1]) == (30, "P39", "P10")


def test_a_sitemap_of_too_many_addresses_is_an_index_of_parts() -> None:
    *parts, index = feeds.sitemaps([f"{n}.html" for n in range(25)], most=10)
    assert [(part.path, len(part.paths)) for part in parts] == [
        ("sitemaps/1.xml", 10),
        ("sitemaps/2.xml", 10),
        ("sitemaps/3.xml", 5),
    ]
    assert index.index
    assert index.paths == ("sitemaps/1.xml", "sitemaps/2.xml", "sitemaps/3.xml")
