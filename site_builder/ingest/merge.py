"""Which records are one paper, and which paper of the folder they are; decided on small keys, in any order of files.

A record's key is its identity in a few bytes: its ids, the hash of its folded title, and a sketch of its abstract that
tells copies with small differences or a missing end (near) from other texts (far). The same key is kept in each page as
`made.source`, so that a paper is known again when its body is absent, rewritten, or its title edited.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from site_builder.content.papers import wrong_address
from site_builder.text.slugs import LONGEST, folded, slugify

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from site_builder.ingest.records import Record

_KEPT = 12
"""Hashes that a sketch keeps: the least of those of all runs of three words (bottom-k sampling, Broder 1997)."""
_OPENING = 8
"""Words whose hash tells a copy that lacks its end."""


class Source(NamedTuple):
    """What a paper's source is known by: eight hex digits of title and of opening, four for each hash of the sketch."""

    title: str
    opening: str
    sketch: str

    def __str__(self) -> str:
        return f"{self.title}-{self.opening}-{self.sketch}" if self.opening else self.title


def source_of(title: str, abstract: str) -> Source:
    """Return what a paper with this title and abstract (plain text, may be empty) is known by."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", abstract).casefold())
    runs = {" ".join(words[at : at + 3]) for at in range(max(len(words) - 2, 1 if words else 0))}
    hashes = sorted({zlib.crc32(run.encode("utf-8", "replace")) >> 16 for run in runs})
    return Source(
        _hash(folded(title)),
        _hash(" ".join(words[:_OPENING])) if words else "",
        "".join(f"{value:04x}" for value in hashes[:_KEPT]),
    )


def read_source(written: str) -> Source | None:
    """Read `made.source`; None where it is not one of ours."""
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{8}-([0-9a-f]{4})+)?", written) is None:
        return None
    title, _, rest = written.partition("-")
    opening, _, sketch = rest.partition("-")
    return Source(title, opening, sketch)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def near(one: Source, other: Source) -> bool:
    """Tell whether two abstracts under one title are copies of one text; an absent one speaks against nothing."""
    return not one.opening or not other.opening or alike(one, other)


def alike(one: Source, other: Source) -> bool:
    """Tell whether two abstracts, of which none is absent unless both are, are copies of one text."""
    if one.opening == other.opening:
        return True
    if not one.opening or not other.opening:
        return False
    first, second = _values(one.sketch), _values(other.sketch)
    # Up to the greatest hash that a full sketch keeps, it has all hashes of its text: there the two can be compared.
    reach = min(max(values) if len(values) == _KEPT else 0xFFFF for values in (first, second))
    first, second = ({value for value in values if value <= reach} for values in (first, second))
    common, least = len(first & second), min(len(first), len(second))
    return common >= max(least / 2, 1) and (common > 1 or len(first | second) < 4)


def _values(sketch: str) -> set[int]:
    return {int(sketch[at : at + 4], 16) for at in range(0, len(sketch), 4)}


@dataclass(frozen=True, slots=True)
class Key:
    """A record, small: where it is, what it is known by, and what merging needs of it."""

    file: int
    position: int
    line: int
    collection: str
    slug: str
    """The address that it would take: of its own id, or else of its title."""
    source: Source
    ids: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]
    length: int
    """Characters of the abstract."""
    authors: tuple[str, ...]
    year: int | None
    digest: bytes
    """Hash of all that the record says: a rule of order that no order of files changes."""


def key_of(record: Record, file: int, collection: str) -> Key:
    """Return the key of a record of a file (its number in this run)."""
    told = (record.title, record.abstract, record.authors, record.year, record.ids, record.links)
    return Key(
        file,
        record.position,
        record.line,
        collection,
        wanted_address(record),
        source_of(record.title, record.abstract),
        record.ids,
        record.links,
        len(record.abstract),
        record.authors,
        record.year,
        hashlib.sha256(repr(told).encode("utf-8", "replace")).digest()[:12],
    )


def is_file_name(name: str) -> bool:
    """Tell whether an id can be a page's address as it is."""
    return len(name) <= LONGEST and not wrong_address(name)


def handles_of(title: str, ids: Iterable[tuple[str, str]], collections: Sequence[str], address: str) -> set[int]:
    """Return all by which a record or page can meet another, as numbers: the title's hash, ids, and the address."""
    names = {name for scheme, value in ids for name in _names(scheme, value, collections)}
    return {_number("title", title), address_handle(address), *(_number(*name) for name in names)}


def address_handle(address: str) -> int:
    """Return the handle of an address."""
    return _number("address", address)


def _number(kind: str, value: str) -> int:
    told = f"{kind}\n{value}".encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big")


def handles(record: Record, collection: str) -> set[int]:
    """Return the handles of a record; a record that shares none with any other or any page is a paper of its own."""
    return handles_of(_hash(folded(record.title)), record.ids, (collection,), wanted_address(record))


def wanted_address(record: Record) -> str:
    """Return the address that a record would take: its own id, or else its title's slug."""
    own = dict(record.ids).get("id", "")
    return own if is_file_name(own) else slugify(own or record.title)


@dataclass(frozen=True, slots=True)
class Known:
    """A paper that the folder has."""

    slug: str
    source: Source
    ids: tuple[tuple[str, str], ...]
    collections: tuple[str, ...]


@dataclass(slots=True)
class Group:
    """The records that are one paper, and the page that it has in the folder, if any."""

    known: Known | None = None
    members: list[Key] = field(default_factory=list)
    twins: bool = False
    """Another paper has the same title over a different abstract."""

    @property
    def told_best(self) -> Key:
        """The record that a new page is written from: the longest abstract, then the one that knows its authors."""
        return max(self.members, key=_told)

    @property
    def knows_authors(self) -> Key | None:
        """The record whose authors are taken, and None where none has any."""
        return max((key for key in self.members if key.authors and not self.is_other(key)), key=_told, default=None)

    @property
    def knows_year(self) -> Key | None:
        """The record whose year is taken, and None where none has one."""
        return max((key for key in self.members if key.year and not self.is_other(key)), key=_told, default=None)

    def is_other(self, key: Key) -> bool:
        """Tell whether nothing but an id says that a record is the page's paper: its title and abstract are others."""
        if not self.known or key.source.title == self.known.source.title:
            return False
        return not near(key.source, self.known.source)

    @property
    def slug(self) -> str:
        """The address that it has, or that it would take if it were free."""
        if self.known:
            return self.known.slug
        named = [key.slug for key in self.members if any(scheme == "id" for scheme, _ in key.ids)]
        return min(named, default=self.told_best.slug)

    @property
    def identity(self) -> str:
        """A hex digest of what makes this paper itself and no other: its ids, or else its title and abstract."""
        ids = sorted({pair for key in self.members for pair in key.ids})
        return hashlib.sha256(repr(ids or str(self.told_best.source)).encode()).hexdigest()


def _told(key: Key) -> tuple[int, bool, bytes, str, int]:
    """Return what tells which of two records says more: no order of files changes it."""
    return key.length, bool(key.authors or key.year), key.digest, key.collection, -key.position


def merge(keys: Iterable[Key], known: Iterable[Known]) -> list[Group]:
    """Return the groups that have members, in an order that depends on the records alone."""
    folder = _Folder()
    for paper in known:
        folder.add(Group(paper), paper.source, paper.ids, paper.collections)
    # Whoever says more comes first, so that copies that say less find it.
    for key in sorted(keys, key=lambda key: (not key.ids, -key.length, key.digest, key.collection, key.position)):
        group = folder.find(key)
        if group is None:
            group = Group(twins=folder.has_title(key.source))
            for other in folder.by_title[key.source.title]:
                other.twins = other.twins or group.twins
        group.members.append(key)
        folder.add(group, key.source, key.ids, (key.collection,))
    found = [group for group in folder.groups if group.members]
    return sorted(found, key=lambda group: min((key.collection, key.position, key.digest) for key in group.members))


class _Folder:
    """Groups so far, by what they can be found by."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.by_title: defaultdict[str, list[Group]] = defaultdict(list)
        self.by_id: dict[tuple[str, str], Group] = {}

    def add(self, group: Group, source: Source, ids: Sequence[tuple[str, str]], collections: Sequence[str]) -> None:
        named = self.by_title[source.title]
        if all(group is not other for other in named):
            named.append(group)
        for scheme, value in ids:
            for name in _names(scheme, value, collections):
                self.by_id.setdefault(name, group)
        if len(group.members) + (group.known is not None) == 1:
            self.groups.append(group)

    def find(self, key: Key) -> Group | None:
        for scheme, value in key.ids:
            for name in _names(scheme, value, (key.collection,)):
                if name in self.by_id:
                    return self.by_id[name]
        named = [group for group in self.by_title.get(key.source.title, ()) if not _other_ids(key, group)]
        # Who has the same text goes before who has none, and where neither tells, the page that it was seen on.
        named.sort(key=lambda group: group.known is None or key.collection not in group.known.collections)
        for agrees in (alike, near):
            for group in named:
                # A page or record without a text speaks for nothing where the group has another that has one.
                told = [source for source in _sources(group) if source.opening] or _sources(group)
                if any(agrees(key.source, source) for source in told):
                    return group
        return None

    def has_title(self, source: Source) -> bool:
        return bool(self.by_title.get(source.title))


def _names(scheme: str, value: str, collections: Sequence[str]) -> list[tuple[str, str]]:
    """Return what an id is found by. A record's own id tells it apart within its own collection only."""
    if scheme == "id":
        return [(f"id in {collection}", value) for collection in collections]
    return [(scheme, bare_id(scheme, value))]


def bare_id(scheme: str, value: str) -> str:
    """Return what stays of an id when arXiv's version and case do not count."""
    return re.sub(r"v\d+$", "", value) if scheme == "arxiv" else value.lower()


def _sources(group: Group) -> list[Source]:
    return ([group.known.source] if group.known else []) + [key.source for key in group.members]


def _other_ids(key: Key, group: Group) -> bool:
    """Tell whether the record and the group have different ids of one scheme."""
    mine = {name for scheme, value in key.ids for name in _names(scheme, value, (key.collection,))}
    theirs = set()
    if group.known:
        pairs = group.known.ids
        theirs |= {name for scheme, value in pairs for name in _names(scheme, value, group.known.collections)}
    for member in group.members:
        theirs |= {name for scheme, value in member.ids for name in _names(scheme, value, (member.collection,))}
    schemes = {scheme for scheme, _ in mine} & {scheme for scheme, _ in theirs}
    return any(
        {v for s, v in mine if s == scheme}.isdisjoint({v for s, v in theirs if s == scheme}) for scheme in schemes
    )
