"""The nouns: frozen values that flow through the stages. No behaviour but look-ups, no files, no libraries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping  # noqa: TC003 - msgspec reads the annotations at run time
from functools import cached_property
from typing import Protocol

import msgspec


class Sighting(msgspec.Struct, frozen=True):
    """Where a paper was seen: a collection, the line of its title there, and its place in the list (from 1)."""

    collection: str
    line: int
    position: int


class Repair(msgspec.Struct, frozen=True):
    """A place of a title or body that ingest repaired, and what stood there in the source.

    `at` is a character offset in the repaired plain text, where `now` stands; `field` is `title` or `body`.
    """

    field: str
    rule: str
    at: int
    was: str
    now: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as its file in content/papers/ tells it. What is unknown is empty; nothing is invented."""

    slug: str
    title: str
    body: str = ""
    """Markdown, as written in the file."""
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    finding: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    ids: Mapping[str, str] = {}
    """By scheme: `arxiv`, `doi`, or the record's own name for itself (`id`)."""
    unconfirmed: tuple[str, ...] = ()
    """Schemes of `ids` whose value only a single source gave."""
    links: Mapping[str, str] = {}
    """By label: `code`, `project`, `data`, ..."""
    seen: tuple[Sighting, ...] = ()
    repaired: tuple[Repair, ...] = ()
    """What ingest repaired in the title and the body, each in order of place."""
    made: Mapping[str, str] = {}
    """By field: a short hash of what a program wrote there. A field that no longer matches was edited by a person."""


class Rule(msgspec.Struct, frozen=True):
    """One query of a topic (Whoosh's syntax), what a match in the body counts, and where it is written."""

    query: str
    weight: int = 1
    line: int = 0
    column: int = 0


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A subject of the catalogue and the rules that decide whether a paper is about it."""

    id: str
    name: str
    definition: str = ""
    introduction: str = ""
    rules: tuple[Rule, ...] = ()
    exclude: tuple[Rule, ...] = ()
    """A paper that matches one of these is not of the topic, whatever else it says."""
    floor: int = 3
    """The least score that decides."""


class Start(msgspec.Struct, frozen=True):
    """A paper to begin a topic with, by its slug, and the reason."""

    paper: str
    why: str


class Question(msgspec.Struct, frozen=True):
    """A question that papers of a topic answer differently, what they do about it, and the papers by slug."""

    question: str
    about: str
    papers: tuple[str, ...]


class Word(msgspec.Struct, frozen=True):
    """A word to know before reading on a topic, and what it means."""

    word: str
    means: str


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """A field guide to a topic, as a person wrote it. The introduction is Markdown, all else plain text."""

    topic: str
    introduction: str = ""
    start: tuple[Start, ...] = ()
    questions: tuple[Question, ...] = ()
    words: tuple[Word, ...] = ()


class Synonyms(msgspec.Struct, frozen=True):
    """Forms that stand for each other in a search, the one to show first, and the topics that speak of them."""

    forms: tuple[str, ...]
    topics: tuple[str, ...] = ()


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """One dump in its own order. `copied` is the day as the dump tells it ("Mar 11"), never a paper's date."""

    id: str
    name: str
    curator: str = ""
    copied: str = ""


class Address(msgspec.Struct, frozen=True):
    """A line of the ledger: an address once given, the day (YYYY-MM-DD) and title of its first publication."""

    slug: str
    day: str
    title: str
    withdrawn: bool = False


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What site.yaml says of the whole."""

    title: str = "A catalogue of research papers"
    description: str = ""
    url: str = ""
    """Absolute address of the root, with a slash at the end, or empty where it is not known."""
    language: str = "en"
    source: str = ""
    """Where the sources of this site are kept, for the link in the footer, or empty."""
    compress: tuple[str, ...] = ()
    """Ways in which texts of the site are put beside them compressed: `gzip`, `brotli`."""
    offline: bool | None = None
    """Whether a reader can read on without a network what was visited (True, None), and search from a disk (True)."""
    encoder: bool = False
    """Whether an encoder helps to find related papers; it is an extra of the package."""


class TextPage(msgspec.Struct, frozen=True):
    """A page of content/pages/: `about` and whatever a curator adds."""

    slug: str
    title: str
    body: str


class Catalogue(msgspec.Struct, frozen=True, dict=True):
    """Everything content/ says, ready to be asked.

    `papers` are in the order of the ledger, oldest first; a paper's place in the ledger is its number in the index.
    """

    site: Site
    papers: tuple[Paper, ...]
    topics: tuple[Topic, ...]
    collections: tuple[Collection, ...]
    pages: tuple[TextPage, ...]
    ledger: tuple[Address, ...]
    """Holds a line for each paper: those of the file, then those that are not recorded yet, with an empty day."""
    digests: Mapping[str, bytes] = {}
    """By slug a digest of each paper. A build needs them all."""
    guides: Mapping[str, Guide] = {}
    """By topic; not every topic has one."""
    synonyms: tuple[Synonyms, ...] = ()

    @cached_property
    def by_slug(self) -> Mapping[str, Paper]:
        """Papers by slug."""
        return {paper.slug: paper for paper in self.papers}

    @cached_property
    def number(self) -> Mapping[str, int]:
        """A paper's number in the search index: its line in the ledger, from 0."""
        return {address.slug: n for n, address in enumerate(self.ledger)}

    @cached_property
    def day(self) -> Mapping[str, str]:
        """The day of first publication by slug, YYYY-MM-DD, or empty while not recorded."""
        return {address.slug: address.day for address in self.ledger}

    @cached_property
    def topic(self) -> Mapping[str, Topic]:
        """Topics by id."""
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def in_topic(self) -> Mapping[str, tuple[Paper, ...]]:
        """Papers by topic id, oldest first; a topic without papers is there, empty."""
        return _grouped(((t, p) for p in self.papers for t in p.topics), {t.id: [] for t in self.topics})

    @cached_property
    def with_tag(self) -> Mapping[str, tuple[Paper, ...]]:
        """Papers by tag, oldest first."""
        return _grouped(((t, p) for p in self.papers for t in p.tags), {})

    @cached_property
    def in_collection(self) -> Mapping[str, tuple[Paper, ...]]:
        """Papers by collection id, in the collection's own order."""
        seen = [(s.collection, s.position, s.line, p.slug, p) for p in self.papers for s in p.seen]
        seen.sort(key=lambda row: row[:4])
        return _grouped(((row[0], row[4]) for row in seen), {c.id: [] for c in self.collections})


def _grouped(pairs: Iterable[tuple[str, Paper]], into: dict[str, list[Paper]]) -> dict[str, tuple[Paper, ...]]:
    for key, paper in pairs:
        into.setdefault(key, []).append(paper)
    return {key: tuple({paper.slug: paper for paper in papers}.values()) for key, papers in into.items()}


class Match(msgspec.Struct, frozen=True, array_like=True):
    """Words of a paper that speak for a topic: the field (`title` or `body`) and the words as they are written there.

    `start` and `end` are character offsets in the title, or in the body's plain text.
    """

    field: str
    start: int
    end: int
    text: str


class Evidence(msgspec.Struct, frozen=True, array_like=True):
    """Why a paper is of a topic. No matches means that a person decided it."""

    topic: str
    score: int
    matches: tuple[Match, ...]


class Neighbours(msgspec.Struct, frozen=True, array_like=True):
    """The related papers of a paper, the likest first: packed, for few builds ask this of many papers."""

    packed_slugs: msgspec.Raw
    packed_shared: msgspec.Raw

    @classmethod
    def of(cls, shared: Mapping[str, tuple[str, ...]]) -> Neighbours:
        """Pack what `shared` is to return."""
        return cls(msgspec.Raw(_pack(list(shared))), msgspec.Raw(_pack(list(shared.values()))))

    @property
    def slugs(self) -> list[str]:
        """The slugs of the related papers; each look unpacks them."""
        return _unpack_slugs(self.packed_slugs)

    def shared(self) -> dict[str, tuple[str, ...]]:
        """Return the words that the paper has in common with each of them, the weightiest first; each call unpacks."""
        return dict(zip(self.slugs, _unpack_shared(self.packed_shared), strict=True))


_pack = msgspec.msgpack.Encoder().encode
_unpack_slugs = msgspec.msgpack.Decoder(list[str]).decode
_unpack_shared = msgspec.msgpack.Decoder(list[tuple[str, ...]]).decode


class OutputFile(msgspec.Struct, frozen=True):
    """A file of the site that need not be made unless it changed.

    `path` is relative to the site's root, with forward slashes. `key` names everything that the bytes depend on (a hex
    digest): two files with one key have the same bytes. `make` returns the bytes.
    """

    path: str
    key: str
    make: Callable[[], bytes]
    local: bool = False
    """Whether `make` needs what only this machine has: files, or much of what is in its memory."""


class Cache(Protocol):
    """A content-addressed memory: a value is found again only under a key that names everything it came from."""

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return those of the values that are known."""
        ...

    def put(self, kind: str, values: Mapping[str, bytes]) -> None:
        """Remember values by key."""
        ...
