"""The kinds of pages: one frozen class per template, holding exactly what the template shows.

Every value is a plain string, number, tuple or mapping, so that the encoding of a page names its bytes. All paths are
relative to the root of the site, with forward slashes; templates turn them into links with `url()`. The classes are
structs, not dataclasses: making twenty of those takes a tenth of the program's start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping


class Link(NamedTuple):
    """A page of this site and the words that lead to it."""

    path: str
    name: str


class Away(NamedTuple):
    """A place elsewhere: its absolute address (http or https), the words that lead to it, and where it leads."""

    address: str
    name: str
    where: str


class Counted(NamedTuple):
    """A page of this site with the number of papers that it lists. For the home page only."""

    path: str
    name: str
    papers: int


class Day(NamedTuple):
    """A day as YYYY-MM-DD and as people read it."""

    iso: str
    text: str


class Entry(NamedTuple):
    """A paper in a list.

    In the list of a topic, `phrase` has the weightiest words by which it is there, as the paper writes them, and
    `by_hand` tells that a curator filed it; elsewhere, and where neither is known, they are empty and false.
    """

    path: str
    title: str
    byline: str
    finding: str
    topics: tuple[Link, ...]
    phrase: str = ""
    by_hand: bool = False


class Filed(NamedTuple):
    """A topic of a paper and the words of the paper that speak for it, as they are written in its title and its text.

    `why` tells what decided: these `words`; a `curator`; the rules, from an abstract that is not held here (`unheld`);
    or the rules as they once were (`earlier`).
    """

    topic: Link
    in_title: tuple[str, ...]
    in_text: tuple[str, ...]
    why: Literal["words", "curator", "unheld", "earlier"]


class Mark(NamedTuple):
    """Words that speak for a topic: character offsets in a title, or a body's plain text, and the topic's number.

    Topics count from 1, in the order of the paper's page.
    """

    start: int
    end: int
    topic: int


class Seen(NamedTuple):
    """Where a paper was seen: the collection, the line of its title there and its place in the list (from 1)."""

    collection: Link
    line: int
    position: int


class Neighbour(NamedTuple):
    """A related paper and the words that both have, the weightiest first."""

    path: str
    title: str
    shared: tuple[str, ...]


class Meta(NamedTuple):
    """A `<meta>` of a paper's head: what reference managers read."""

    name: str
    content: str


class Known(NamedTuple):
    """A thing that can be known of a paper, of how many papers it is, and their share in whole percent."""

    name: str
    papers: int
    percent: int


class Group(NamedTuple):
    """A run of an alphabetical list under its letters; `anchor` is the id of its heading."""

    anchor: str
    letters: str
    links: tuple[Link, ...]


class Part(NamedTuple):
    """A page of an alphabetical list as its label says: its letters, its first entry and its last."""

    path: str
    letters: str
    first: str
    last: str


class Pager(NamedTuple):
    """The other pages of a long list: the ones `before` and `after` in the order of reading, and all but the first."""

    before: Link | None
    after: Link | None
    pages: tuple[Link, ...]


class FeedEntry(NamedTuple):
    """A paper in a feed; `id` never changes."""

    path: str
    id: str
    title: str
    day: str
    summary: str
    authors: tuple[str, ...]
    topics: tuple[str, ...]


ALONE = Pager(None, None, ())
"""The pager of a list that fits on its page."""


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """What every template sees as `site`."""

    title: str
    description: str
    url: str
    """Absolute address of the root, with a slash at the end, or empty where it is not known."""
    language: str
    source: str
    offline: bool | None
    """Whether pages are kept for reading without a network (True, None), and the search works from a disk (True)."""
    nav: tuple[Link, ...]
    footer: tuple[Link, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What every template sees of its `page`."""

    template: ClassVar[str]
    path: str
    title: str = ""
    description: str = ""
    trail: tuple[Link, ...] = ()
    """The pages above this one, from the root down."""
    feed: Link | None = None


class HomePage(Page, frozen=True, kw_only=True):
    """The first page: what this is, the topics, the collections, what is new. The only one with counts of the whole."""

    template: ClassVar[str] = "home.html"
    papers: int
    topics: tuple[Counted, ...]
    tags: tuple[Counted, ...]
    collections: tuple[Counted, ...]
    newest: tuple[tuple[Day, tuple[Entry, ...]], ...]
    """Papers by the day of their first publication, newest first; the day is empty where it is not recorded."""


class PaperPage(Page, frozen=True, kw_only=True):
    """One paper."""

    template: ClassVar[str] = "paper.html"
    authors: tuple[Link, ...]
    """An author of no other paper leads nowhere: the path is empty."""
    published: str
    """Venue and year as far as they are known."""
    finding: str
    heading: str
    """What the body is: `Abstract` or `Summary`."""
    body: str
    """Markdown; empty where the abstract is not held."""
    copied_title: str
    """As it stood in the source, where ingest repaired it; else empty, as is the next."""
    copied: tuple[str, ...]
    """The places of the body that ingest repaired, as they stood there, in plain text with a few words around."""
    topics: tuple[Filed, ...]
    title_marks: tuple[Mark, ...]
    """The words of `topics` where they stand."""
    body_marks: tuple[Mark, ...]
    tags: tuple[Link, ...]
    """A tag that no other paper has leads nowhere: its path is empty."""
    places: tuple[Away, ...]
    """Where the paper itself is: by its ids, or, where none is known, searches for its title."""
    identified: bool
    """Whether `places` are the paper's own and not searches."""
    unconfirmed: tuple[str, ...]
    """What people call those of its ids that only a single source gave."""
    links: tuple[Away, ...]
    record: str
    """The record's own name for itself, or empty."""
    seen: tuple[Seen, ...]
    since: Day
    related: tuple[Neighbour, ...]
    citation: str
    meta: tuple[Meta, ...]
    """The title comes first."""
    linked_data: Mapping[str, Any]
    """The paper as schema.org describes it."""


class TopicsPage(Page, frozen=True, kw_only=True):
    """All topics with what each means."""

    template: ClassVar[str] = "topics.html"
    topics: tuple[tuple[Link, str], ...]
    """Each with what it means, in Markdown."""


class ListPage(Page, frozen=True, kw_only=True):
    """A page that lists papers: one chunk of a list, whose own address is `main`."""

    main: Link
    entries: tuple[Entry, ...]
    pager: Pager


class Asked(NamedTuple):
    """A question of a guide, what its papers do about it (plain text), and the papers."""

    question: str
    about: str
    papers: tuple[Link, ...]


class TopicPage(ListPage, frozen=True, kw_only=True):
    """A topic: its guide, its papers, the topics that share papers with it. Older chunks hold papers only."""

    template: ClassVar[str] = "topic.html"
    papers: int
    """How many the topic has; 0 on older chunks, which do not change when it grows."""
    introduction: str
    """Markdown."""
    start: tuple[tuple[Link, str], ...]
    """Papers to begin with, each with the reason (plain text)."""
    questions: tuple[Asked, ...]
    words: tuple[tuple[str, str], ...]
    """Words to know with what they mean (plain text)."""
    synonyms: tuple[tuple[str, ...], ...]
    """Groups of names for one thing, the one to read first."""
    related: tuple[Link, ...]


class NamePage(ListPage, frozen=True, kw_only=True):
    """The papers that have a name, however it is spelled."""

    spellings: tuple[str, ...]
    """The other ways in which papers spell it."""
    related: tuple[Link, ...]
    """Topics of these papers."""


class TagPage(NamePage, frozen=True, kw_only=True):
    """The papers with a tag."""

    template: ClassVar[str] = "tag.html"


class AuthorPage(NamePage, frozen=True, kw_only=True):
    """The papers of an author."""

    template: ClassVar[str] = "author.html"


class CollectionPage(ListPage, frozen=True, kw_only=True):
    """One dump in its own order; `positions` are those of `entries`, as the dump counts."""

    template: ClassVar[str] = "collection.html"
    curator: str
    copied: str
    """The day on which it was copied, as far as the dump tells it."""
    positions: tuple[int, ...]


class AlphabetPage(Page, frozen=True, kw_only=True):
    """A part of an alphabetical list: links under their letters, and the pages of further letters."""

    groups: tuple[Group, ...]
    parts: tuple[Part, ...]


class AllPage(AlphabetPage, frozen=True, kw_only=True):
    """Papers from A to Z, and the way to their authors where there are any."""

    template: ClassVar[str] = "all.html"
    authors: Link | None


class TagsPage(AlphabetPage, frozen=True, kw_only=True):
    """Tags from A to Z."""

    template: ClassVar[str] = "tags.html"


class AuthorsPage(AlphabetPage, frozen=True, kw_only=True):
    """Authors from A to Z by their last names."""

    template: ClassVar[str] = "authors.html"


class SearchPage(Page, frozen=True, kw_only=True):
    """The search, which needs a script; without one it leads to the lists."""

    template: ClassVar[str] = "search.html"


class TextPage(Page, frozen=True, kw_only=True):
    """A page of content/pages/."""

    template: ClassVar[str] = "text.html"
    body: str
    papers: int
    """How many there are; 0 on all pages but `about`."""
    known: tuple[Known, ...]
    """What is known of them; empty on all pages but `about`."""


class MissingPage(Page, frozen=True, kw_only=True):
    """What a host shows at an address that is not there. Its links are absolute; it has none without the site's."""

    template: ClassVar[str] = "404.html"


class FeedPage(Page, frozen=True, kw_only=True):
    """An Atom feed of the newest papers of a list."""

    template: ClassVar[str] = "feed.xml"
    id: str
    main: Link
    updated: str
    """The day of the newest entry."""
    entries: tuple[FeedEntry, ...]


class SitemapPage(Page, frozen=True, kw_only=True):
    """Addresses for crawlers: of pages, or (`index`) of further sitemaps."""

    template: ClassVar[str] = "sitemap.xml"
    paths: tuple[str, ...]
    index: bool = False


class RobotsPage(Page, frozen=True, kw_only=True):
    """What crawlers may read: everything."""

    template: ClassVar[str] = "robots.txt"
    sitemap: str
