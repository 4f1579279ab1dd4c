"""The whole of a content folder as a Catalogue: every problem of every file at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from site_builder import shipped
from site_builder.content.collections import read_collection
from site_builder.content.guides import papers_of, read_guide, unknown_papers
from site_builder.content.ledger import read_ledger
from site_builder.content.papers import read_paper, split
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

LARGEST = 1 << 20
"""Bytes of the largest file but for the ledger. An abstract has two thousand: what is larger is here by mistake."""

TAKEN = frozenset(["index", "topics", "tags", "authors", "all", "search", "404"])
"""Pages at the top of the site that the program makes itself, whose names no page of content/pages/ can take."""

_MEANT = {".md": (".markdown", ".mdown"), ".yaml": (".yml",)}
"""Endings by which people mean a file that we read by another."""


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


def read(content: Path, cache: Cache, progress: Progress = SILENCE) -> Catalogue:
    """Read a content folder. Needs nothing in it but papers/; raises UserError with the problems of all files."""
    if not content.is_dir():
        raise UserError([Problem(str(content), 0, 0, "there is no such folder; name one that holds papers/*.md")])
    if not (content / "papers").is_dir():
        raise UserError([Problem(str(content), 0, 0, "there is no folder papers/ in it; name a folder that has one")])
    reading = _Reading(content, cache, progress)
    topics = reading.one(_TOPICS, topics_path(content))
    site = reading.whole(content / "site.yaml", read_site) or Site()
    synonyms = reading.one(_synonyms_with(topics), content / "synonyms.yaml") or ()
    ledger = reading.whole(ledger_path(content), read_ledger) or ()
    collections = [
        reading.file(path, partial(read_collection, collection=name))
        for name, path in reading.names("collections", ".yaml")
    ]
    pages = [reading.file(path, partial(_text_page, slug=name)) for name, path in reading.pages()]
    papers = reading.remembered(_PAPERS, reading.names("papers", ".md"))
    guides = reading.remembered(_GUIDES, reading.names("topics", ".md"))
    if topics is not None:
        reading.references(papers, guides, topics)
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
    )


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
        self.refused: dict[str, str] = {}
        """The texts of papers that could not be read whole."""

    def one(self, kind: _Kind[T], path: Path) -> T | None:
        return next(iter(self.remembered(kind, [(path.name, str(path))] if path.exists() else [])), None)

    def whole(self, path: Path, read: Callable[[str, str], T]) -> T | None:
        return self.file(str(path), read) if path.exists() else None

    def file(self, path: str, read: Callable[[str, str], T]) -> T | None:
        source = self.source(path)
        try:
            return None if source is None else read(_decoded(path, source), path)
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
        self.problem(path, 0, 0, f"this cannot be read ({error.strerror}); mend that, or take it away")

    def problem(self, path: str, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(path, line, column, message))

    def names(self, folder: str, suffix: str) -> Iterator[tuple[str, str]]:
        """Yield the files of a folder, each by its name without the ending and its path."""
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
        for entry in entries:
            name, ending = os.path.splitext(entry.name)  # noqa: PTH122 - as above
            if entry.name.startswith(".") or ending.lower() not in (suffix, *_MEANT[suffix]):
                continue
            if not (entry.is_file(follow_symlinks=False) or os.path.isfile(entry.path)):  # noqa: PTH113 - as above
                self.problem(entry.path, 0, 0, "there is no file behind this name; put one here, or take it away")
            elif ending != suffix:
                self.problem(entry.path, 0, 0, f"a file here ends in '{suffix}'; rename it, or nobody reads it")
            elif wrong := wrong_name(name):
                self.problem(entry.path, 0, 0, f"the file's name is its address; {wrong}")
            else:
                yield name, entry.path

    def pages(self) -> Iterator[tuple[str, str]]:
        for name, path in self.names("pages", ".md"):
            if name in TAKEN:
                self.problem(path, 0, 0, f"the site has a page {name}.html of its own; rename this file")
            else:
                yield name, path

    def remembered(self, kind: _Kind[T], files: Iterable[tuple[str, str]]) -> list[T]:
        """Read files of a kind, those only that the cache does not know; problems are told, and the rest read on."""
        sources = {path: source for name, path in files if (source := self.looked_at(name, path))}
        keys = {path: source.digest for path, source in sources.items()}
        shelf = Shelf(kind.name, keys, self.cache)
        unknown = [self.in_full(source) for path, source in sources.items() if path not in shelf.known]
        whole = [source for source in unknown if source]
        new: dict[str, bytes] = {}
        self.progress.expect(len(whole))
        read = counted(chain.from_iterable(spread(partial(_read_all, kind.read), whole)), self.progress)
        for source, encoded in zip(whole, read, strict=True):
            if isinstance(encoded, bytes):
                new[source.path] = encoded
            else:
                self.problems.extend(encoded)
                self.refused[source.path] = source.content.decode("utf-8", "replace")
        shelf.put(new)
        self.digests |= {source.path: source.digest for source in (*sources.values(), *whole)}
        return [kind.decode(shelf.known[path]) for path in sources if path in shelf.known]

    def looked_at(self, name: str, path: str) -> _Source | None:
        """Return a file with its digest, read only where that is not remembered."""
        try:
            known = self.looks.digest(path)
        except OSError as error:
            self.unread(path, error)
            return None
        return _Source(name, path, known, b"") if known else self.in_full(_Source(name, path, b"", b""))

    def in_full(self, source: _Source) -> _Source | None:
        if source.content:
            return source
        content = self.source(source.path)
        return None if content is None else source._replace(digest=digest(content), content=content)

    def references(self, papers: list[Paper], guides: list[Guide], topics: tuple[Topic, ...]) -> None:
        """Report every topic and paper that is not there, also topics of papers that have other mistakes."""
        known = {topic.id for topic in topics}
        there = {paper.slug for paper in papers} | {Path(path).stem for path in self.refused}
        for guide in guides:
            file = self.content / "topics" / f"{guide.topic}.md"
            if guide.topic not in known:
                message = f"there is no topic '{guide.topic}'{nearest(guide.topic, known)}; name the file as its topic"
                self.problem(str(file), 0, 0, message)
            if not there.issuperset(papers_of(guide)):
                self.problems += unknown_papers(file.read_text("utf-8"), str(file), there)
        wrong = [paper_path(self.content, paper.slug) for paper in papers if not known.issuperset(paper.topics)]
        for path, text in [*((str(path), path.read_text("utf-8")) for path in wrong), *self.refused.items()]:
            for place in _topics_of(text, path):
                if place.value not in known:
                    message = f"unknown topic '{place.value}'{nearest(str(place.value), known)}"
                    self.problem(path, place.line, place.column, message)

    def promises(self, papers: list[Paper], ledger: tuple[Address, ...]) -> tuple[tuple[Address, ...], list[Paper]]:
        """Put the papers in the ledger's order, those it does not know yet last, and demand those it promises."""
        by_slug = {paper.slug: paper for paper in papers}
        path = str(ledger_path(self.content))
        in_order: list[Paper] = []
        recorded = set()
        for line, address in enumerate(ledger, 1):
            recorded.add(address.slug)
            paper = by_slug.get(address.slug)
            if paper and not address.withdrawn:
                in_order.append(paper)
                continue
            file = paper_path(self.content, address.slug)
            if paper:
                self.problem(
                    path, line, 1, f"'{address.slug}' is withdrawn, but {file} is there; remove one of the two"
                )
            elif not address.withdrawn and not file.exists():
                message = (
                    f"the address '{address.slug}' was promised on {address.day}, but {file} is gone; "
                    "bring it back, or end this line with a tab and 'withdrawn' to give the address up"
                )
                self.problem(path, line, 1, message)
        newcomers = [paper for paper in papers if paper.slug not in recorded]
        return ledger + tuple(Address(p.slug, "", p.title) for p in newcomers), in_order + newcomers


def _topics_of(text: str, path: str) -> list[Node]:
    """Return the topics that a paper's file names, each with its place; none where it is not YAML or no list."""
    try:
        front, _ = split(text, path)
    except UserError:
        return []
    topics = front.at("topics").value
    return [node for node in topics if isinstance(node.value, str)] if isinstance(topics, list) else []


class _Source(NamedTuple):
    name: str
    path: str
    digest: bytes
    content: bytes
    """Empty where it need not be read, because the digest is remembered."""


class _Kind(NamedTuple, Generic[T]):
    """Files of which there are many: how one is read (from text, path and name) and how it is remembered."""

    name: str
    read: Callable[[str, str, str], T]
    decode: Callable[[bytes], T]


_PAPERS = _Kind("paper", read_paper, msgspec.msgpack.Decoder(Paper).decode)
_GUIDES = _Kind("guide", read_guide, msgspec.msgpack.Decoder(Guide).decode)


def _topics(text: str, path: str, _: str) -> tuple[Topic, ...]:
    return read_topics(text, path)


_TOPICS = _Kind("topics", _topics, msgspec.msgpack.Decoder(tuple[Topic, ...]).decode)


def _synonyms_with(topics: tuple[Topic, ...] | None) -> _Kind[tuple[Synonyms, ...]]:
    """Return how the list of synonyms is read, which may name these topics only."""
    known = None if topics is None else [topic.id for topic in topics]
    return _Kind(
        f"synonyms {digest(repr(known).encode()).hex()}",
        partial(_synonyms, known),
        msgspec.msgpack.Decoder(tuple[Synonyms, ...]).decode,
    )


def _synonyms(topics: Sequence[str] | None, text: str, path: str, _: str) -> tuple[Synonyms, ...]:
    return read_synonyms(text, path, topics=topics)


_encode = msgspec.msgpack.Encoder().encode
_Read = Callable[[str, str, str], object]
"""How a file is read: from its text, path and name."""


def _read_all(read: _Read, sources: Sequence[_Source]) -> list[bytes | tuple[Problem, ...]]:
    """Return each value encoded, or its problems: what a worker can hand back."""
    return [_read(read, source) for source in sources]


def _read(read: _Read, source: _Source) -> bytes | tuple[Problem, ...]:
    try:
        return _encode(read(_decoded(source.path, source.content), source.path, source.name))
    except UserError as error:
        return error.problems


def _decoded(path: str, source: bytes) -> str:
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        before = source[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        message = "this is not UTF-8 from here on; save the file as UTF-8"
        raise UserError([Problem(path, line, column, message)]) from error
