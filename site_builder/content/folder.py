"""The whole of a content folder as a Catalogue: every problem of every file at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from site_builder import shipped
from site_builder.content import packs
from site_builder.content.collections import read_collection
from site_builder.content.guides import papers_of, read_guide, unknown_papers
from site_builder.content.ledger import read_ledger
from site_builder.content.packs import LARGEST, Record, is_pack
from site_builder.content.papers import decoded, ours, read_paper
from site_builder.content.schema import nearest, wrong_name
from site_builder.content.site import read_site
from site_builder.content.synonyms import read_synonyms
from site_builder.content.topics import read_topics
from site_builder.cores import spread
from site_builder.errors import Problem, UserError
from site_builder.looks import Looks, digest
from site_builder.model import Address, Catalogue, Collection, Guide, Paper, Site, Synonyms, TextPage, Topic
from site_builder.progress import SILENCE, counted
from site_builder.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from site_builder.content.yaml import Node
    from site_builder.model import Cache
    from site_builder.progress import Progress

T = TypeVar("T")

_PART = 80
"""Files that take a fortieth of a second to read."""

_FEW = 10
"""Papers of one mistake that are told one by one."""

TAKEN = frozenset(["index", "topics", "tags", "authors", "all", "search", "404"])
"""Pages at the top of the site that the program makes itself, whose names no page of content/pages/ can take."""

_MEANT = {".md": (".markdown", ".mdown", ".txt"), ".yaml": (".yml",), ".jsonl": (".ndjson",)}
"""Endings by which people mean a file that we read by another."""

_FOLDERS = ("papers", "topics", "collections", "pages", "weights")
_FILES = ("ledger.tsv", "topics.yaml", "synonyms.yaml", "site.yaml")


def paper_path(content: Path, slug: str) -> Path:
    """Return where the file of the paper with this address is."""
    return content / "papers" / f"{slug}.md"


def ledger_path(content: Path) -> Path:
    """Return where the ledger is."""
    return content / "ledger.tsv"


def topics_path(content: Path) -> Path:
    """Return the folder's own topics.yaml, or the one that is shipped where it has none."""
    own = content / "topics.yaml"
    return own if own.exists() else shipped.TOPICS


def read(
    content: Path,
    cache: Cache,
    progress: Progress = SILENCE,
    meanwhile: Callable[[tuple[Topic, ...]], None] = lambda topics: None,
    *,
    to_retag: bool = False,
) -> Catalogue:
    """Read a content folder. Needs nothing in it but papers/; raises UserError with the problems of all files.

    `meanwhile` is handed the topics, and called while other processes read papers, where these are so many. For who
    means `to_retag`, a paper may be filed by a program under a topic that is no more.
    """
    if not content.is_dir():
        raise UserError([Problem(str(content), 0, 0, "there is no such folder; name one that holds papers/*.md")])
    if not (content / "papers").is_dir():
        raise UserError([Problem(str(content), 0, 0, "there is no folder papers/ in it; name a folder that has one")])
    reading = _Reading(content, cache, progress)
    reading.strangers()
    topics = reading.one(_TOPICS, topics_path(content))
    site = reading.whole(content / "site.yaml", read_site) or Site()
    synonyms = reading.one(_synonyms_with(topics), content / "synonyms.yaml") or ()
    ledger = reading.whole(ledger_path(content), read_ledger) or ()
    collections = [
        reading.file(path, partial(read_collection, collection=name))
        for name, path in reading.names("collections", ".yaml")
    ]
    pages = [reading.file(path, partial(_text_page, slug=name)) for name, path in reading.pages()]
    papers = reading.papers(partial(meanwhile, topics or ()))
    guides = reading.remembered(_GUIDES, reading.looked_at(reading.names("topics", ".md")))
    if topics is not None:
        reading.references(papers, guides, topics, to_retag=to_retag)
    ledger, in_order = reading.promises(papers, ledger)
    if reading.problems:
        raise UserError(reading.problems)
    reading.looks.remember(reading.digests)
    return Catalogue(
        site=site,
        papers=tuple(in_order),
        topics=topics or (),
        collections=_collections([c for c in collections if c], in_order),
        pages=tuple(page for page in pages if page),
        guides={guide.topic: guide for guide in guides},
        synonyms=synonyms,
        ledger=ledger,
        digests=reading.paper_digests,
    )


def _folded(name: str) -> str:
    """Return what is left of a name without what people mistake in one: capitals, an s too many or too few, '.yml'."""
    stem, ending = os.path.splitext(name.lower())  # noqa: PTH122 - a name, no path
    return stem.removesuffix("s") + {".yml": ".yaml"}.get(ending, ending)


def _text_page(text: str, path: str, slug: str) -> TextPage:
    paper = read_paper(text, path, slug)
    return TextPage(slug, paper.title, paper.body)


def _collections(described: list[Collection], papers: list[Paper]) -> tuple[Collection, ...]:
    known = {c.id for c in described}
    seen = dict.fromkeys(s.collection for p in papers for s in p.seen)
    return tuple(described) + tuple(Collection(id=c, name=c) for c in sorted(seen) if c not in known)


class _Reading:
    """One run over a folder, with the problems found so far."""

    def __init__(self, content: Path, cache: Cache, progress: Progress) -> None:
        self.content = content
        self.cache = cache
        self.progress = progress
        self.looks = Looks(str(content.resolve()), cache)
        self.digests: dict[str, bytes] = {}
        self.problems: list[Problem] = []
        self.refused: dict[str, Record] = {}
        """Papers that could not be read whole, by slug."""
        self.paper_digests: dict[str, bytes] = {}
        self.packed: dict[str, Record] = {}
        """Papers that stand in packs, by slug, without their bytes."""
        self.lost = False
        """Whether a pack may hold papers that nobody can name."""

    def one(self, kind: _Kind[T], path: Path) -> T | None:
        files = [(path.name, str(path))] if path.exists() else []
        return next(iter(self.remembered(kind, self.looked_at(files))), None)

    def whole(self, path: Path, read: Callable[[str, str], T]) -> T | None:
        return self.file(str(path), read) if path.exists() else None

    def file(self, path: str, read: Callable[[str, str], T]) -> T | None:
        source = self.source(path)
        try:
            return None if source is None else read(decoded(source, path), path)
        except UserError as error:
            self.problems.extend(error.problems)
            return None

    def source(self, path: str) -> bytes | None:
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a Path costs as much as the reading
                source = file.read()
        except OSError as error:
            self.unread(path, error)
            return None
        if len(source) <= LARGEST or path == str(ledger_path(self.content)):
            return source
        size, most = len(source) / 2**20, LARGEST // 2**20
        self.problem(path, 0, 0, f"the file has {size:.1f} MB, too much to be meant; keep it to {most} MB")
        return None

    def unread(self, path: str, error: OSError) -> None:
        self.problems.append(packs.unread(path, error))

    def problem(self, path: str, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(path, line, column, message))

    def names(self, folder: str, *suffixes: str) -> Iterator[tuple[str, str]]:
        """Yield the files of a folder that end so, each by its name without the ending and its path."""
        root = self.content / folder
        if not root.is_dir():
            if root.exists():
                self.problem(str(root), 0, 0, "this is a file; make it a folder")
            return
        try:
            entries = sorted(os.scandir(root), key=lambda entry: entry.name)
        except OSError as error:
            self.unread(str(root), error)
            return
        meant = {ending: suffix for suffix in suffixes for ending in (suffix, *_MEANT[suffix])}
        for entry in entries:
            name, ending = os.path.splitext(entry.name)  # noqa: PTH122 - as above
            suffix = meant.get(ending.lower())
            if suffix is None or entry.name.startswith("."):
                if folder == "papers" and entry.is_dir() and any(Path(entry.path).glob("[!.]*.md")):
                    self.problem(entry.path, 0, 0, f"nobody reads a folder here; move its pages into '{root}'")
                continue
            if not (entry.is_file(follow_symlinks=False) or os.path.isfile(entry.path)):  # noqa: PTH113 - as above
                self.problem(entry.path, 0, 0, "there is no file behind this name; put one here, or take it away")
            elif ending != suffix:
                self.problem(entry.path, 0, 0, f"a file here ends in '{suffix}'; rename it, or nobody reads it")
            elif not (folder == "papers" and is_pack(entry.name)) and (wrong := wrong_name(name)):
                self.problem(entry.path, 0, 0, f"the file's name is its address; {wrong}")
            else:
                yield name, entry.path

    def strangers(self) -> None:
        """Report what lies here under a name by which people mean something else, and which nobody would read."""
        meant = {_folded(name): name for name in (*_FOLDERS, *_FILES)}
        for name in sorted(os.listdir(self.content)):  # noqa: PTH208 - names are all that is asked for
            known = meant.get(_folded(name), name)
            if known != name:
                self.problem(str(self.content / name), 0, 0, f"nobody reads this; name it '{known}'")

    def pages(self) -> Iterator[tuple[str, str]]:
        for name, path in self.names("pages", ".md"):
            if name in TAKEN:
                self.problem(path, 0, 0, f"the site has a page {name}.html of its own; rename this file")
            else:
                yield name, path

    def papers(self, meanwhile: Callable[[], None]) -> list[Paper]:
        """Read all papers, from files of their own and from packs, in the order that files of their own would have."""
        files = list(self.names("papers", ".md", ".jsonl"))
        in_packs = [path for _, path in files if is_pack(path)]
        sources = {
            source.record.slug: source for source in self.looked_at(file for file in files if not is_pack(file[1]))
        }
        twice: list[tuple[Record, Record]] = []
        for source in self.in_packs(in_packs) if in_packs else ():
            record = source.record
            first = sources.setdefault(record.slug or record.place, source)
            if first is source:
                self.packed[record.slug] = record
            else:
                twice.append((record, first.record))
            self.lost |= not record.slug
        self.problems += packs.standing_twice(twice)
        if in_packs:
            sources = dict(sorted(sources.items(), key=lambda item: f"{item[0]}.md"))
        papers = self.remembered(_PAPERS, sources.values(), meanwhile)
        self.paper_digests = {paper.slug: known for paper, known in papers}
        return [paper for paper, _ in papers]

    def in_packs(self, paths: Iterable[str]) -> Iterator[_Source]:
        """Yield the papers of packs; a pack that is remembered is not read."""
        digests: dict[str, bytes] = {}
        opened: dict[str, list[_Source]] = {}
        for path in paths:
            if (known := self.look(path)) is not None:
                digests[path] = known or self.opened(path, opened)
        shelf = Shelf("pack", digests, self.cache)
        for path in digests:
            if path not in opened and path not in shelf.known:
                digests[path] = self.opened(path, opened)
        shelf.put((path, _encode([_entry(source) for source in sources])) for path, sources in opened.items())
        for path in digests:
            entries = () if path in opened else _decode_entries(shelf.known[path])
            yield from opened.pop(path, ())
            for slug, line, start, size, known in entries:
                yield _Source(Record(path, slug, line, b"", start, size), known)
        self.digests |= digests

    def opened(self, path: str, into: dict[str, list[_Source]]) -> bytes:
        """Read a pack and return its digest."""
        into[path] = []
        try:
            content = packs.file_of_pack(path)
        except UserError as error:
            self.problems += error.problems
        else:
            into[path] = [
                _Source(record._replace(content=b""), digest(record.content)) for record in packs.records(path, content)
            ]
            return digest(content)
        self.lost = True
        return b""

    def remembered(
        self, kind: _Kind[T], found: Iterable[_Source], meanwhile: Callable[[], None] = lambda: None
    ) -> list[T]:
        """Read files of a kind, those only that the cache does not know; problems are told, and the rest read on."""
        sources = {source.owner: source for source in found}
        keys = {owner: source.digest for owner, source in sources.items()}
        shelf = Shelf(kind.name, keys, self.cache, large=True)
        unknown = [source for owner, source in sources.items() if owner not in shelf.known]
        self.progress.expect(len(unknown))
        parts = spread(partial(_read_all, kind.read), [_Unread(one) for one in unknown], _PART, meanwhile=meanwhile)
        read = counted(chain.from_iterable(parts), self.progress)
        shelf.put(self.without_problems(unknown, read, kind, sources))
        files = (source for source in sources.values() if not source.record.line)
        self.digests |= {source.record.path: source.digest for source in files}
        return [kind.decode(shelf.known[owner]) for owner in sources if owner in shelf.known]

    def without_problems(
        self,
        unknown: Iterable[_Source],
        read: Iterable[bytes | tuple[Problem, ...] | None],
        kind: _Kind[T],
        sources: dict[str, _Source],
    ) -> Iterator[tuple[str, bytes]]:
        """Yield what could be read, by owner; the rest is told. What others found changed since then is read here."""
        for source, encoded in zip(unknown, read, strict=True):
            now = source if encoded is not None else self.in_full(source)
            if now is None:
                continue
            sources[now.owner] = now._replace(record=source.record)
            found = encoded if encoded is not None else _read(kind.read, now.record)
            if isinstance(found, bytes):
                yield now.owner, found
            else:
                self.problems.extend(found)
                self.refused[now.record.slug] = source.record

    def looked_at(self, files: Iterable[tuple[str, str]]) -> Iterator[_Source]:
        """Yield files with their digests, read only where that is not remembered."""
        for name, path in files:
            known = self.look(path)
            source = None if known is None else _Source(Record(path, name, 0, b""), known)
            if source and (source.digest or (source := self.in_full(source))):
                yield source._replace(record=source.record._replace(content=b""))

    def look(self, path: str) -> bytes | None:
        """Return the digest of a file as it is remembered, b"" where it is not, None where there is none."""
        try:
            return self.looks.digest(path) or b""
        except OSError as error:
            self.unread(path, error)
            return None

    def in_full(self, source: _Source) -> _Source | None:
        record = source.record
        if not record.line:
            content = self.source(record.path)
            return None if content is None else _Source(record._replace(content=content), digest(content))
        record = packs.fetched(record)
        if digest(record.content) == source.digest:
            return _Source(record, source.digest)
        self.problem(record.path, record.line, 0, "the pack was changed while it was read; build again")
        return None

    def references(
        self, papers: list[Paper], guides: list[Guide], topics: tuple[Topic, ...], *, to_retag: bool
    ) -> None:
        """Report every topic and paper that is not there, also topics of papers that have other mistakes."""
        known = {topic.id for topic in topics}
        there = {paper.slug for paper in papers} | self.refused.keys()
        for guide in guides:
            file = self.content / "topics" / f"{guide.topic}.md"
            if guide.topic not in known:
                message = f"there is no topic '{guide.topic}'{nearest(guide.topic, known)}; name the file as its topic"
                self.problem(str(file), 0, 0, message)
            if not there.issuperset(papers_of(guide)):
                self.problems += unknown_papers(file.read_text("utf-8"), str(file), there)
        wrong = [paper for paper in papers if not known.issuperset(paper.topics)]
        filed = [paper for paper in wrong if ours(paper, "topics")]
        others = Counter(topic for paper in filed[_FEW:] for topic in paper.topics if topic not in known)
        by_hand = [paper for paper in wrong if not ours(paper, "topics")]
        told = [self.where(paper.slug) for paper in (*by_hand, *(() if to_retag else filed[:_FEW]))]
        for record in map(packs.fetched, (*told, *self.refused.values())):
            for place in _topics_of(record):
                if place.value not in known:
                    message = f"unknown topic '{place.value}'{nearest(str(place.value), known)}"
                    self.problem(record.path, place.line, place.column, message)
        if others and not to_retag:
            each = ", ".join(f"'{topic}' {times:,}" for topic, times in others.most_common())
            more = f"{len(filed) - _FEW:,} more papers are filed under topics that are not there ({each})"
            message = f"{more}; a program decided it, and 'site-builder retag' decides it anew"
            self.problem(str(self.content / "papers"), 0, 0, message)

    def where(self, slug: str) -> Record:
        return self.packed.get(slug) or Record(str(paper_path(self.content, slug)), slug, 0, b"")

    def promises(self, papers: list[Paper], ledger: tuple[Address, ...]) -> tuple[tuple[Address, ...], list[Paper]]:
        """Put the papers in the ledger's order, those it does not know yet last, and demand those it promises."""
        by_slug = {paper.slug: paper for paper in papers}
        path = str(ledger_path(self.content))
        in_order: list[Paper] = []
        missing: list[tuple[int, Address, str]] = []
        recorded = set()
        for line, address in enumerate(ledger, 1):
            recorded.add(address.slug)
            paper = by_slug.get(address.slug)
            if paper and not address.withdrawn:
                in_order.append(paper)
                continue
            file = paper_path(self.content, address.slug)
            if paper:
                place = self.where(address.slug).place
                message = f"'{address.slug}' is withdrawn, but {place} is there; remove one of the two"
                self.problem(path, line, 1, message)
            elif not address.withdrawn and address.slug not in self.refused and not self.lost and not file.exists():
                gone = f"{file} is gone" + (", and no pack has it" if self.packed else "")
                missing.append((line, address, gone))
        newcomers = [paper for paper in papers if paper.slug not in recorded]
        by_title = {paper.title: paper.slug for paper in newcomers} if missing else {}
        for line, address, gone in missing:
            renamed = by_title.get(address.title)
            back = f"{self.where(renamed).place} has its title: name it as it was" if renamed else "bring it back"
            message = (
                f"the address '{address.slug}' was promised on {address.day}, but {gone}; "
                f"{back}, or end this line with a tab and 'withdrawn' to give the address up"
            )
            self.problem(path, line, 1, message)
        return ledger + tuple(Address(p.slug, "", p.title) for p in newcomers), in_order + newcomers


def _topics_of(record: Record) -> list[Node]:
    """Return the topics that a paper names, each with its place; none where it cannot be made out, or is no list."""
    try:
        topics = packs.front(record).at("topics").value
    except UserError:
        return []
    return [node for node in topics if isinstance(node.value, str)] if isinstance(topics, list) else []


class _Source(NamedTuple):
    """A file, or a paper in a pack, without its bytes: those of all would be in memory at once."""

    record: Record
    digest: bytes

    @property
    def owner(self) -> str:
        """What is remembered of it, it is remembered of this: a paper may move from pack to pack."""
        return self.record.slug if self.record.line and self.record.slug else self.record.place


_decode_entries = msgspec.msgpack.Decoder(list[tuple[str, int, int, int, bytes]]).decode


def _entry(source: _Source) -> tuple[str, int, int, int, bytes]:
    record = source.record
    return record.slug, record.line, record.start, record.size, source.digest


class _Kind(NamedTuple, Generic[T]):
    """Files of which there are many: how one is read and how it is remembered."""

    name: str
    read: Callable[[Record], object]
    decode: Callable[[bytes], T]


def _text(file: Record) -> str:
    return decoded(file.content, file.path)


def _guide(file: Record) -> Guide:
    return read_guide(_text(file), file.path, file.slug)


def _topics(file: Record) -> tuple[Topic, ...]:
    return read_topics(_text(file), file.path)


_decode_paper = msgspec.msgpack.Decoder(Paper).decode


def _with_digest(encoded: bytes) -> tuple[Paper, bytes]:
    return _decode_paper(encoded), digest(encoded)


_PAPERS = _Kind("paper", packs.read, _with_digest)
_GUIDES = _Kind("guide", _guide, msgspec.msgpack.Decoder(Guide).decode)
_TOPICS = _Kind("topics", _topics, msgspec.msgpack.Decoder(tuple[Topic, ...]).decode)


def _synonyms_with(topics: tuple[Topic, ...] | None) -> _Kind[tuple[Synonyms, ...]]:
    """Return how the list of synonyms is read, which may name these topics only."""
    known = None if topics is None else [topic.id for topic in topics]
    return _Kind(
        f"synonyms {digest(repr(known).encode()).hex()}",
        partial(_synonyms, known),
        msgspec.msgpack.Decoder(tuple[Synonyms, ...]).decode,
    )


def _synonyms(topics: Sequence[str] | None, file: Record) -> tuple[Synonyms, ...]:
    return read_synonyms(_text(file), file.path, topics=topics)


_encode = msgspec.msgpack.Encoder().encode
_Read = Callable[[Record], object]


class _Unread:
    """A source that whoever is to read it fetches. It travels with its bytes, for others have no such file."""

    def __init__(self, source: _Source) -> None:
        self._source = source

    def __call__(self) -> Record | None:
        """Return it with its bytes, or nothing where these are not those that were looked at."""
        record = self._source.record
        try:
            record = packs.fetched(record)
        except UserError:
            return None
        return record if digest(record.content) == self._source.digest else None

    def __reduce__(self) -> tuple[object, ...]:
        return partial, (_itself, self())


def _itself(record: Record | None) -> Record | None:
    return record


def _read_all(read: _Read, sources: Sequence[Callable[[], Record | None]]) -> list[bytes | tuple[Problem, ...] | None]:
    """Return each value encoded, or its problems, or nothing for what changed: what a worker can hand back."""
    records = (source() for source in sources)
    return [None if record is None else _read(read, record) for record in records]


def _read(read: _Read, record: Record) -> bytes | tuple[Problem, ...]:
    try:
        return _encode(read(record))
    except UserError as error:
        return error.problems
