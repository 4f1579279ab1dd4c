"""Which pages there are, each as a value. Nothing is rendered here."""

from __future__ import annotations

import re
from functools import partial
from itertools import chain, groupby
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from site_builder.model import Guide
from site_builder.pages import addresses, feeds, lists
from site_builder.pages.alphabet import name_key, shelves
from site_builder.pages.authors import authors_by_slug
from site_builder.pages.completeness import completeness
from site_builder.pages.filing import filed_under
from site_builder.pages.kinds import (
    AllPage,
    Asked,
    AuthorPage,
    AuthorsPage,
    CollectionPage,
    Counted,
    HomePage,
    Link,
    MissingPage,
    NamePage,
    PaperPage,
    SearchPage,
    Seen,
    SiteView,
    TagPage,
    TagsPage,
    TextPage,
    TopicPage,
    TopicsPage,
)
from site_builder.pages.papers import Around, paper_page
from site_builder.text.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from site_builder.meaning.analysis import Analysis
    from site_builder.model import Catalogue, Collection, Neighbours, Paper, Question, Topic
    from site_builder.pages.authors import Author
    from site_builder.pages.kinds import Entry, Page

HOME = Link(addresses.HOME, "Home")
TOPICS = Link(addresses.TOPICS, "Topics")
TAGS = Link(addresses.TAGS, "Tags")
ALL = Link(addresses.ALL, "A to Z")
AUTHORS = Link(addresses.AUTHORS, "Authors")
SEARCH = Link(addresses.SEARCH, "Search")

_YEAR = re.compile(r"\b\d{4}\b")

_ABOUT = "about"
"""The text page that has a place in the menu, and that counts the whole."""

_DESCRIPTION = 200
"""Characters that say what a topic is about where others show a link to it."""
_NEWEST = 12
_HOME_TAGS = 24
_RELATED_TOPICS = 6

_encode = msgspec.msgpack.Encoder().encode


class Planned(NamedTuple):
    """A page that need not be thought out in full before somebody wants it."""

    path: str
    template: str
    basis: bytes
    """Names all that the page depends on but for templates and the view of the site."""
    page: Callable[[], Page]


class Tag(msgspec.Struct, frozen=True):
    """All tags that have one slug: the spelling of the oldest paper, the others, and the papers, oldest first."""

    link: Link
    spellings: tuple[str, ...]
    papers: tuple[Paper, ...]


class _Desk(msgspec.Struct, frozen=True):
    """What the planning of every page looks up."""

    catalogue: Catalogue
    feed: Link
    topics: Mapping[str, Link]
    tags: Mapping[str, Link]
    authors: Mapping[str, Link]
    """Those who have a page, by each spelling of their names, with that spelling."""
    collections: Mapping[str, Link]
    papers: Mapping[str, Link]
    entries: Mapping[str, Entry]
    analyses: Mapping[str, Analysis]
    related: Mapping[str, Neighbours]

    def filed(self, papers: Sequence[Paper], topic: str) -> tuple[Entry, ...]:
        """Return papers as the topic's own list shows them: each with the words by which it is there."""
        return tuple(filed_under(topic, self.entries[p.slug], p, self.analyses[p.slug]) for p in papers)

    def listed(self, papers: Sequence[Paper]) -> tuple[Entry, ...]:
        return tuple(self.entries[paper.slug] for paper in papers)

    def also_about(self, papers: Sequence[Paper], without: str = "") -> tuple[Link, ...]:
        return tuple(self.topics[topic] for topic in lists.also_about(papers, without, _RELATED_TOPICS))


class Plan:
    """Every page of the site, to be thought out: papers first, in the order of the ledger."""

    def __init__(
        self,
        catalogue: Catalogue,
        analyses: Mapping[str, Analysis],
        related: Mapping[str, Neighbours],
    ) -> None:
        self._tags = tags_by_slug(catalogue)
        self._authors = authors_by_slug(catalogue.papers)
        self._desk = _desk(catalogue, self._tags, self._authors, analyses, related)

    def __iter__(self) -> Iterator[Planned]:
        desk = self._desk
        paths = []
        for planned in chain(_papers(desk), map(_thought_out, _pages(desk, self._tags, self._authors))):
            paths.append("" if planned.path == addresses.HOME else planned.path)
            yield planned
        yield from map(_thought_out, _for_machines(desk, paths))

    def knows(self, paper: Paper) -> bool:
        """Tell whether a paper was there, and all that it names, so that `again` can think it out."""
        desk = self._desk
        return (
            paper.slug in desk.papers
            and desk.topics.keys() >= set(paper.topics)
            and desk.collections.keys() >= {sighting.collection for sighting in paper.seen}
        )

    def again(self, paper: Paper, analysis: Analysis) -> Page:
        """Think out the page of a paper that has changed since the plan was made, all else as it was then."""
        return paper_page(paper, analysis, _around(self._desk, paper))


def _thought_out(page: Page) -> Planned:
    return Planned(page.path, page.template, _encode(page), partial(_itself, page))


def _itself(page: Page) -> Page:
    return page


def _for_machines(desk: _Desk, paths: Sequence[str]) -> Iterator[Page]:
    """Yield what is no page to visit: the feeds and what crawlers read; `paths` are those of all pages."""
    site = desk.catalogue.site
    yield MissingPage(path=addresses.MISSING, title="No such page", feed=desk.feed)
    yield from _feeds(desk)
    if site.url:
        yield from feeds.sitemaps(paths)
    yield feeds.robots(site)


def site_view(catalogue: Catalogue) -> SiteView:
    """Return what every template sees as `site`."""
    texts = tuple(Link(addresses.text(page.slug), page.title) for page in catalogue.pages)
    about = tuple(link for link in texts if link.path == addresses.text(_ABOUT))
    site = catalogue.site
    return SiteView(
        title=site.title,
        description=site.description,
        url=site.url,
        language=site.language,
        source=site.source,
        offline=site.offline,
        nav=(TOPICS, TAGS, ALL, SEARCH, *(Link(link.path, "About") for link in about)),
        footer=(AUTHORS, *texts) if any(paper.authors for paper in catalogue.papers) else texts,
    )


def _desk(
    catalogue: Catalogue,
    tags: Sequence[Tag],
    authors: Sequence[Author],
    analyses: Mapping[str, Analysis],
    related: Mapping[str, Neighbours],
) -> _Desk:
    topics = {topic.id: Link(addresses.topic(topic.id), topic.name) for topic in catalogue.topics}
    return _Desk(
        catalogue=catalogue,
        feed=Link(addresses.FEED, catalogue.site.title),
        topics=topics,
        tags={name: Link(tag.link.path, name) for tag in tags for name in tag.spellings},
        authors={name: Link(a.link.path, name) for a in authors if a.has_page for name in a.spellings},
        collections={c.id: Link(addresses.collection(c.id), c.name) for c in catalogue.collections},
        papers={paper.slug: Link(addresses.paper(paper.slug), paper.title) for paper in catalogue.papers},
        entries={paper.slug: lists.entry(paper, topics) for paper in catalogue.papers},
        analyses=analyses,
        related=related,
    )


def tags_by_slug(catalogue: Catalogue) -> tuple[Tag, ...]:
    """Return the tags that two papers have, those with one slug together, in the order of their first papers."""
    spellings: dict[str, list[str]] = {}
    for name in catalogue.with_tag:
        spellings.setdefault(slugify(name), []).append(name)
    tags = (
        Tag(Link(addresses.tag(slug), names[0]), tuple(names), _papers_with(catalogue, names))
        for slug, names in spellings.items()
    )
    return tuple(tag for tag in tags if len(tag.papers) > 1)


def _papers_with(catalogue: Catalogue, names: Sequence[str]) -> tuple[Paper, ...]:
    if len(names) == 1:
        return catalogue.with_tag[names[0]]
    papers = {paper.slug: paper for name in names for paper in catalogue.with_tag[name]}
    return tuple(sorted(papers.values(), key=lambda paper: catalogue.number[paper.slug]))


def _pages(desk: _Desk, tags: Sequence[Tag], authors: Sequence[Author]) -> Iterator[Page]:
    yield _home(desk, tags)
    yield from _texts(desk)
    yield SearchPage(path=SEARCH.path, title="Search", trail=(HOME,), feed=desk.feed)
    yield _all_topics(desk)
    for topic in desk.catalogue.topics:
        yield from _topic(desk, topic)
    for collection in desk.catalogue.collections:
        yield from _collection(desk, collection)
    yield from _all_papers(desk, AUTHORS if authors else None)
    yield from _all_tags(desk, tags)
    for tag in tags:
        yield from _named(desk, TagPage, TAGS, f"Research papers tagged “{tag.link.name}”.", tag)
    yield from _all_authors(desk, authors)
    for author in authors:
        if author.has_page:
            yield from _named(desk, AuthorPage, AUTHORS, f"Research papers by {author.link.name}.", author)


def _papers(desk: _Desk) -> Iterator[Planned]:
    cards = {paper.slug: (paper.title, paper.topics) for paper in desk.catalogue.papers}
    for paper in desk.catalogue.papers:
        basis = _basis(desk, paper, cards)
        yield Planned(addresses.paper(paper.slug), PaperPage.template, basis, _PaperPlan(desk, paper))


def _basis(desk: _Desk, paper: Paper, cards: Mapping[str, object]) -> bytes:
    """Name all that `paper_page` is given, in short: most pages stay, and need not be thought out.

    `cards` say of each paper what the pages of others show of it.
    """
    catalogue = desk.catalogue
    near = desk.related[paper.slug]
    return _encode(
        (
            catalogue.digests[paper.slug],
            desk.analyses[paper.slug].shown,
            [desk.topics[topic].name for topic in paper.topics],
            [tag in desk.tags and desk.tags[tag].path for tag in paper.tags],
            [name in desk.authors and desk.authors[name].path for name in paper.authors],
            [desk.collections[sighting.collection].name for sighting in paper.seen],
            near.packed_slugs,
            near.packed_shared,
            [cards[slug] for slug in near.slugs],
            catalogue.day[paper.slug],
            catalogue.site.url,
            desk.feed.name,
        )
    )


class _PaperPlan:
    """The page of a paper, to be thought out. It travels with what this takes."""

    def __init__(self, desk: _Desk, paper: Paper) -> None:
        self._desk = desk
        self._paper = paper

    def __call__(self) -> Page:
        return paper_page(self._paper, self._desk.analyses[self._paper.slug], _around(self._desk, self._paper))

    def __reduce__(self) -> tuple[Any, ...]:
        analysis = self._desk.analyses[self._paper.slug].without_likeness()
        return partial, (paper_page, self._paper, analysis, _around(self._desk, self._paper))


def _around(desk: _Desk, paper: Paper) -> Around:
    """Look up all that `_basis` names of the rest of the site."""
    return Around(
        topics=tuple([desk.topics[topic] for topic in paper.topics]),
        tags=tuple({desk.tags.get(tag) or Link("", tag): None for tag in paper.tags}),
        authors=tuple([desk.authors.get(name) or Link("", name) for name in paper.authors]),
        seen=tuple([Seen(desk.collections[s.collection], s.line, s.position) for s in paper.seen]),
        related=tuple(
            [
                (desk.papers[slug], shared or _topics_of_both(desk, paper, slug))
                for slug, shared in desk.related[paper.slug].shared().items()
            ]
        ),
        since=desk.catalogue.day[paper.slug],
        root=desk.catalogue.site.url,
        feed=desk.feed,
        trail=(HOME, ALL),
    )


def _topics_of_both(desk: _Desk, paper: Paper, other: str) -> tuple[str, ...]:
    its = desk.catalogue.by_slug[other].topics
    return tuple(desk.topics[topic].name for topic in paper.topics if topic in its)


def _home(desk: _Desk, tags: Sequence[Tag]) -> HomePage:
    catalogue = desk.catalogue
    newest = catalogue.papers[: -_NEWEST - 1 : -1]
    by_use = sorted(tags, key=lambda tag: (-len(tag.papers), tag.link.name))[:_HOME_TAGS]
    return HomePage(
        path=addresses.HOME,
        description=catalogue.site.description,
        feed=desk.feed,
        papers=len(catalogue.papers),
        topics=tuple(
            Counted(*desk.topics[topic.id], len(catalogue.in_topic[topic.id]))
            for topic in _by_name(catalogue.topics)
            if catalogue.in_topic[topic.id]
        ),
        tags=tuple(
            Counted(*tag.link, len(tag.papers)) for tag in sorted(by_use, key=lambda tag: tag.link.name.casefold())
        ),
        collections=tuple(
            Counted(*desk.collections[c.id], len(catalogue.in_collection[c.id])) for c in catalogue.collections
        ),
        newest=tuple(
            (lists.day(iso), desk.listed(list(papers)))
            for iso, papers in groupby(newest, lambda paper: catalogue.day[paper.slug])
        ),
    )


def _by_name(topics: Sequence[Topic]) -> list[Topic]:
    return sorted(topics, key=lambda topic: (topic.name.casefold(), topic.id))


def _texts(desk: _Desk) -> Iterator[Page]:
    for page in desk.catalogue.pages:
        counted = desk.catalogue.papers if page.slug == _ABOUT else ()
        yield TextPage(
            path=addresses.text(page.slug),
            title=page.title,
            body=page.body,
            trail=(HOME,),
            feed=desk.feed,
            papers=len(counted),
            known=completeness(counted),
        )


def _all_topics(desk: _Desk) -> TopicsPage:
    return TopicsPage(
        path=TOPICS.path,
        title="Topics",
        description="All topics of this catalogue and what each of them means.",
        trail=(HOME,),
        feed=desk.feed,
        topics=tuple((desk.topics[t.id], t.definition or t.introduction) for t in _by_name(desk.catalogue.topics)),
    )


def _topic(desk: _Desk, topic: Topic) -> Iterator[Page]:
    papers = desk.catalogue.in_topic[topic.id]
    main = desk.topics[topic.id]
    guide = desk.catalogue.guides.get(topic.id) or Guide(topic=topic.id)
    for chunk in lists.newest_first(papers, main):
        newest = not chunk.number
        yield TopicPage(
            path=chunk.path,
            title=topic.name if newest else f"{topic.name}, older papers: {chunk.number}",
            description=shorten(f"Research papers on {topic.name}. {topic.definition}", _DESCRIPTION, placeholder=" …"),
            trail=(HOME, TOPICS) if newest else (HOME, TOPICS, main),
            feed=Link(addresses.topic_feed(topic.id), topic.name),
            main=main,
            entries=desk.filed(chunk.papers, topic.id),
            pager=chunk.pager,
            papers=len(papers) if newest else 0,
            introduction=(guide.introduction or topic.introduction or topic.definition) if newest else "",
            start=tuple((desk.papers[start.paper], start.why) for start in guide.start) if newest else (),
            questions=tuple(_asked(desk, question) for question in guide.questions) if newest else (),
            words=tuple((word.word, word.means) for word in guide.words) if newest else (),
            synonyms=tuple(s.forms for s in desk.catalogue.synonyms if topic.id in s.topics) if newest else (),
            related=desk.also_about(papers, topic.id) if newest else (),
        )


def _asked(desk: _Desk, question: Question) -> Asked:
    return Asked(question.question, question.about, tuple(desk.papers[slug] for slug in question.papers))


def _named(desk: _Desk, kind: type[NamePage], above: Link, description: str, name: Tag | Author) -> Iterator[Page]:
    main = name.link
    for chunk in lists.newest_first(name.papers, main):
        newest = not chunk.number
        yield kind(
            path=chunk.path,
            title=main.name if newest else f"{main.name}, older papers: {chunk.number}",
            description=description,
            trail=(HOME, above) if newest else (HOME, above, main),
            feed=desk.feed,
            main=main,
            entries=desk.listed(chunk.papers),
            pager=chunk.pager,
            spellings=name.spellings[1:] if newest else (),
            related=desk.also_about(name.papers) if newest else (),
        )


def _collection(desk: _Desk, collection: Collection) -> Iterator[Page]:
    main = desk.collections[collection.id]
    for chunk in lists.in_order(desk.catalogue.in_collection[collection.id], main):
        first = not chunk.number
        yield CollectionPage(
            path=chunk.path,
            title=collection.name if first else f"{collection.name}, part {chunk.number}",
            description=f"The papers of the collection “{collection.name}” in its own order.",
            trail=(HOME,) if first else (HOME, main),
            feed=desk.feed,
            main=main,
            entries=desk.listed(chunk.papers),
            pager=chunk.pager,
            curator=collection.curator,
            copied=_copied(collection.copied),
            positions=tuple(_position(paper, collection.id) for paper in chunk.papers),
        )


def _copied(day: str) -> str:
    """Return the day on which a dump was copied; one without a year says so, since none is made up for it."""
    return f"{day} of a year that is not told" if day and not _YEAR.search(day) else day


def _position(paper: Paper, collection: str) -> int:
    return min(sighting.position for sighting in paper.seen if sighting.collection == collection)


def _all_papers(desk: _Desk, authors: Link | None) -> Iterator[Page]:
    for shelf in shelves(desk.papers.values(), ALL, "all"):
        yield AllPage(
            path=shelf.path,
            title=f"Papers: {shelf.heading}" if shelf.above else "All papers, A to Z",
            description="" if shelf.above else "Every paper of this catalogue by its title.",
            trail=(HOME, *shelf.above),
            feed=desk.feed,
            groups=shelf.groups,
            parts=shelf.parts,
            authors=authors,
        )


def _all_tags(desk: _Desk, tags: Sequence[Tag]) -> Iterator[Page]:
    for shelf in shelves((tag.link for tag in tags), TAGS, "tags-a-z"):
        yield TagsPage(
            path=shelf.path,
            title=f"Tags: {shelf.heading}" if shelf.above else "Tags, A to Z",
            description="" if shelf.above else "Every tag of this catalogue.",
            trail=(HOME, *shelf.above),
            feed=desk.feed,
            groups=shelf.groups,
            parts=shelf.parts,
        )


def _all_authors(desk: _Desk, authors: Sequence[Author]) -> Iterator[Page]:
    if not authors:
        return
    for shelf in shelves((author.link for author in authors), AUTHORS, "authors-a-z", key=name_key):
        yield AuthorsPage(
            path=shelf.path,
            title=f"Authors: {shelf.heading}" if shelf.above else "Authors, A to Z",
            description="" if shelf.above else "Every author of the papers of this catalogue.",
            trail=(HOME, *shelf.above),
            feed=desk.feed,
            groups=shelf.groups,
            parts=shelf.parts,
        )


def _feeds(desk: _Desk) -> Iterator[Page]:
    catalogue = desk.catalogue
    site, days = catalogue.site, catalogue.day
    yield feeds.feed(addresses.FEED, site.title, HOME, catalogue.papers, site=site, days=days, topics=desk.topics)
    for topic in catalogue.topics:
        yield feeds.feed(
            addresses.topic_feed(topic.id),
            f"{topic.name} · {site.title}",
            desk.topics[topic.id],
            catalogue.in_topic[topic.id],
            site=site,
            days=days,
            topics=desk.topics,
        )
