"""A run of ingest: read all sources, decide what is which paper (a plan, a value), then write what changes.

JSON lines are read three times: for the handles (title, ids, address) by which records could meet each other or a
page, as numbers; for the keys of those that do meet, which are merged; and to write. Nothing else is held in between;
what is told at the end of new pages waits in a file. The ledger is written last: a run that breaks off is mended by the
same run again, which knows the pages that are there and records them where they belong.
"""

from __future__ import annotations

import heapq
import os
import re
from array import array
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from site_builder.content import packs
from site_builder.content.collections import write_collection
from site_builder.content.folder import ledger_path, topics_path
from site_builder.content.holdings import Holdings
from site_builder.content.ledger import read_ledger
from site_builder.content.papers import LONGEST_BODY, edited, fingerprint
from site_builder.content.repairs import copied
from site_builder.content.topics import read_topics
from site_builder.content.writing import append_to_ledger, sweep, write_text
from site_builder.errors import Problem, UserError
from site_builder.ingest.daily import read_page
from site_builder.ingest.decode import Repairs, lines_of, text_of
from site_builder.ingest.jsonl import is_records, read_records
from site_builder.ingest.links import add_link, links_in, same_address
from site_builder.ingest.merge import (
    Group,
    Key,
    Known,
    address_handle,
    handles,
    handles_of,
    is_file_name,
    key_of,
    merge,
    near,
    read_source,
    source_of,
)
from site_builder.ingest.records import Account, Record
from site_builder.ingest.repair import repair
from site_builder.ingest.spool import Spool
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.tags import tags
from site_builder.meaning.weights import load
from site_builder.model import Address, Collection, Paper, Repair, Sighting
from site_builder.progress import SILENCE, counted
from site_builder.text.markdown import escape, to_text
from site_builder.text.slugs import folded, slugify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

    from site_builder.progress import Progress

SCHEMA = 1
"""Of the report; it grows when a field changes its meaning or goes."""

_SNIFFED = 4096
_FOREIGN = (
    ("MEDLINE", re.compile("PMID- "), re.compile(r"[A-Z]{2,4} *- ")),
    ("EndNote's form", re.compile("%0 [A-Z]"), re.compile(r"%[A-Z\d] ")),
    ("a list of tagged fields", re.compile(r"(?:FN|RT|PT) \w"), re.compile(r"[A-Z][A-Z\d] \S|E[RF]$")),
    ("a table with tags for names", re.compile(r"PT\t[A-Z]{2}\t"), re.compile(r".*\t")),
    ("XML", re.compile(r"<(?:\?xml|rss|feed)\b"), re.compile("<")),
)
"""Forms of lists of papers that are not read: what some line begins with, and what half of the lines begin with."""
_SORTED_AT_A_TIME = 1 << 16
_SHOWN_AROUND = 12
_TOLD = 10
"""Things of one kind that are told one by one; of more than these the number."""


@dataclass(frozen=True, slots=True)
class Change:
    """A page that is new or changes, with the names of the fields that do."""

    slug: str
    title: str
    fields: tuple[str, ...]
    """Empty for a new page."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repair of a text, and the place in the source where it was made, with a few characters around."""

    path: str
    line: int
    rule: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did (or, dry, would do): counts, pages that change, the account of each file, what is doubtful."""

    entries: int
    papers: int
    """Different papers among the entries."""
    new: Spool[Change]
    updated: tuple[Change, ...]
    unchanged: int
    """Papers seen again whose pages stay as they are, byte for byte."""
    kept: Mapping[str, tuple[str, ...]]
    """By slug: fields that a person edited and that were left alone."""
    accounts: tuple[Account, ...]
    doubts: tuple[Problem, ...]
    repairs: Spool[Repaired]
    """Of the pages that are new or get their abstract, in the order in which they are written."""
    places: Mapping[str, str]
    """By slug: the file of each page that was there, with the line where it stands in a pack."""
    dry_run: bool

    def summary(self) -> str:
        """Return a few lines for a person."""
        files, repeats = len(self.accounts), self.entries - self.papers
        without = sum(account.without_abstract for account in self.accounts)
        lines = [
            f"{self.entries:,} entries in {files:,} {'file' if files == 1 else 'files'}: {self.papers:,} papers, "
            f"{repeats:,} repeats" + (f"; {without:,} entries without abstract" if without else ""),
            f"{len(self.new):,} new, {len(self.updated):,} updated, {self.unchanged:,} unchanged",
        ]
        if len(self.repairs):
            lines.append(f"{len(self.repairs):,} places of the texts repaired; --explain-repairs tells each")
        if self.kept:
            lines.append(f"{len(self.kept):,} with fields that a person edited; those were left alone:")
            lines += [f"  kept     {self.places[slug]} ({', '.join(own)})" for slug, own in sorted(self.kept.items())][
                :_TOLD
            ]
            lines += [f"  and {len(self.kept) - _TOLD:,} more"] * (len(self.kept) > _TOLD)
        if self.doubts:
            lines.append(
                f"{len(self.doubts):,} places to look at (above); --report FILE tells what became of each line"
            )
        if self.dry_run:
            lines += [f"  new      papers/{change.slug}.md" for change in self.new]
            lines += [f"  changed  {self.places[change.slug]} ({', '.join(change.fields)})" for change in self.updated]
            lines.append("nothing was written: this was a dry run")
        return "\n".join(lines)

    def report(self) -> dict[str, Any]:
        """Return the account of the run as JSON; docs/ingest.md describes the schema."""
        return {
            "schema": SCHEMA,
            **self.account(),
            "files": [account.as_json() for account in self.accounts],
            "problems": [
                {"path": p.path, "line": p.line, "column": p.column, "message": p.message} for p in self.doubts
            ],
        }

    def account(self) -> dict[str, Any]:
        """Return what the run did with the papers, as that JSON has it."""
        return {
            "dry_run": self.dry_run,
            "entries": self.entries,
            "papers": self.papers,
            "repeats": self.entries - self.papers,
            "new": [{"slug": change.slug, "title": change.title} for change in self.new],
            "updated": [{"slug": c.slug, "title": c.title, "fields": list(c.fields)} for c in self.updated],
            "unchanged": self.unchanged,
            "kept": {slug: list(fields) for slug, fields in sorted(self.kept.items())},
        }


def ingest(
    paths: Sequence[Path],
    content: Path,
    *,
    day: str,
    name: str | None = None,
    dry_run: bool = False,
    without_body: bool = False,
    without_repair: bool = False,
    progress: Progress = SILENCE,
) -> Outcome:
    """Take the papers of files (or of all files in folders) into a content folder.

    `day` (YYYY-MM-DD) is what the ledger says of newcomers; `name` names the collection of a single file;
    `without_body` leaves the abstracts out after topics, tags and links were decided from them; `without_repair`
    writes titles and abstracts as they were copied; `dry_run` writes nothing. Raises UserError where a source or the
    folder cannot be read; nothing is written then.
    """
    progress.stage("sources")
    sources = _sources(paths, name, progress)
    progress.stage("pages")
    holdings = Holdings.of(content)
    folder = _read_folder(content, holdings, progress)
    progress.stage("compare")
    met = _Met(sources, folder, progress)
    _refuse_empty(sources)
    progress.stage("merge")
    progress.expect(met.entries)
    keys = [
        key_of(record, n, source.collection.id)
        for n, source in enumerate(sources)
        for record in counted(source.again(), progress)
        if not met.alone(record, source.collection.id)
    ]
    groups = merge(keys, [paper for paper in folder.known if met.again(_handles(paper))])
    placed = _placed(groups, folder.taken, met.address)
    by_place = {(place.group.told_best.file, place.group.told_best.position): place for place in placed}
    if not dry_run:
        sweep(content)
    writer = _Writer(
        holdings, _decider(content), without_body=without_body, without_repair=without_repair, dry_run=dry_run
    )
    clashes: list[Problem] = []
    alone: Spool[_Newcomer] = Spool(_Newcomer)
    in_company: list[_Newcomer] = []
    progress.stage("write")
    progress.expect(met.entries)
    for n, source in enumerate(sources):
        for record in counted(source.again(), progress):
            place = by_place.get((n, record.position))
            company = place is not None
            if place is None and met.alone(record, source.collection.id):
                key = key_of(record, n, source.collection.id)
                place = _Placed(key.slug, Group(members=[key]))
            if place is None:
                continue
            if line := folder.withdrawn.get(place.slug):
                message = (
                    f"'{record.title}' was withdrawn and stays out; to have it back, take 'withdrawn' from this line"
                )
                clashes.append(Problem(str(ledger_path(content)), line, 0, message))
                continue
            writer.put(place, record, str(source.path))
            clashes += _clashes(place, sources, holdings)
            if place.slug not in folder.recorded:
                first = min((key.collection, key.position) for key in place.group.members)
                newcomer = _Newcomer(*first, place.slug, folder.unrecorded.pop(place.slug, record.title))
                (in_company if company else alone).append(newcomer)
    progress.stage("ledger")
    if not dry_run:
        holdings.flush()
        _write_collections(content, [source.collection for source in sources])
        # Pages that were here before without a line come first. Those alone in this run are in order already.
        earlier = (Address(slug, day, title) for slug, title in folder.unrecorded.items())
        newcomers = heapq.merge(alone, sorted(in_company))
        append_to_ledger(content, chain(earlier, (Address(new.slug, day, new.title) for new in newcomers)))
    problems = [problem for source in sources for problem in source.account.problems]
    return Outcome(
        entries=met.entries,
        papers=met.entries - len(keys) + len(groups),
        new=writer.new,
        updated=tuple(writer.updated),
        unchanged=writer.unchanged,
        kept=writer.kept,
        accounts=tuple(source.account for source in sources),
        doubts=tuple(sorted({*problems, *writer.too_long, *_gathered(clashes)})),
        repairs=writer.repairs,
        places={slug: holdings.within(slug) for slug in (*writer.kept, *(change.slug for change in writer.updated))},
        dry_run=dry_run,
    )


class _Newcomer(NamedTuple):
    """A line that the ledger gets, after where its paper stands first in this run."""

    collection: str
    position: int
    slug: str
    title: str


def abstracts(paths: Sequence[Path], papers: Iterable[Paper]) -> dict[str, str]:
    """Return, by slug, the abstracts of these papers as files (or all files in folders) have them, in plain text.

    A paper is known by what its page keeps of its source, so that one is found again whose page has no abstract or
    another title. Raises UserError where a file cannot be read.
    """
    pages = {paper.made.get("source", ""): paper.slug for paper in papers}
    found = {}
    for source in _sources(paths, None):
        for record in source.first():
            if slug := pages.get(str(source_of(record.title, record.abstract))):
                found[slug] = record.abstract
    return found


# Sources


@dataclass(slots=True)
class _Source:
    """A file, its account, and its records: held for a page's text, read anew for JSON lines."""

    path: Path
    collection: Collection
    account: Account
    records: tuple[Record, ...] | None

    def first(self) -> Iterable[Record]:
        return read_records(self.path, self.account) if self.records is None else self.records

    def again(self) -> Iterable[Record]:
        return read_records(self.path) if self.records is None else self.records


def _sources(paths: Sequence[Path], name: str | None, progress: Progress = SILENCE) -> list[_Source]:
    files, problems = _files(paths)
    if name is not None and len(files) > 1:
        message = f"--name names the collection of one file, and here are {len(files)}; ingest them one by one"
        problems.append(Problem("", 0, 0, message))
    sources: list[_Source] = []
    by_id: dict[str, Path] = {}
    progress.expect(len(files))
    for path in counted(files, progress):
        try:
            source = _source(path, name)
        except UserError as error:
            problems += error.problems
            continue
        except OSError as error:
            problems.append(Problem(str(path), 0, 0, f"it cannot be read: {error.strerror}"))
            continue
        other = by_id.setdefault(source.collection.id, path)
        if other != path:
            message = f"its collection would be '{source.collection.id}', as that of {other}; rename one of the files"
            problems.append(Problem(str(path), 0, 0, message))
        sources.append(source)
    if problems:
        raise UserError(problems)
    return sorted(sources, key=lambda source: source.collection.id)


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    files: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(_below(path, problems))
            if not inside:
                problems.append(Problem(str(path), 0, 0, "there is no file in this folder; put the dumps into it"))
            files |= {file.resolve(): file for file in inside}
        elif path.exists():
            files[path.resolve()] = path
        else:
            problems.append(Problem(str(path), 0, 0, "there is no such file or folder"))
    return list(files.values()), problems


def _below(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Yield the files of a folder and of those in it, hidden ones left out; what cannot be read is a problem."""

    def unread(error: OSError) -> None:
        problems.append(Problem(str(error.filename), 0, 0, f"it cannot be read: {error.strerror}"))

    for root, folders, names in os.walk(folder, onerror=unread):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in (Path(root, name) for name in names if not name.startswith(".")):
            if file.is_file():
                yield file
            else:
                problems.append(
                    Problem(str(file), 0, 0, "there is no file behind this name; put one here, or take it away")
                )


def _source(path: Path, name: str | None) -> _Source:
    with path.open("rb") as file:
        start = file.read(_SNIFFED)
    collection = _collection_id(name or path.stem)
    repairs = Repairs()
    if is_records(path, start):
        account = Account(str(path), collection, "JSON lines", repairs)
        if not start.strip():
            raise UserError([Problem(str(path), 0, 0, "the file is empty; write a record a line")])
        return _Source(path, Collection(id=collection, name=name or path.stem), account, None)
    if form := _foreign(text_of(start, Repairs())):
        message = f"this is {form}; export it as CSV with a head (title,abstract,authors,year,doi), or as JSON lines"
        raise UserError([Problem(str(path), 0, 0, message)])
    account = Account(str(path), collection, "page", repairs)
    page = read_page(lines_of(path.read_bytes(), str(path), repairs), account)
    if not page.records:
        raise UserError([Problem(str(path), 0, 0, "there is no paper in it: no line could be read as a title")])
    described = Collection(id=collection, name=name or path.stem, curator=page.curator, copied=page.copied)
    return _Source(path, described, account, page.records)


def _refuse_empty(sources: Iterable[_Source]) -> None:
    """Raise UserError for files without any record, with what is wrong with what they have, once all were read."""
    empty = [source.account for source in sources if not source.account.entries]
    if empty:
        what = "there is no paper in it; a record is an object with a title, or a row below a head with one"
        raise UserError(
            problem for account in empty for problem in (Problem(account.path, 0, 0, what), *account.problems)
        )


def _foreign(start: str) -> str:
    """Return the name of the form in which a list of papers is written that is not read, else nothing."""
    lines = [line for line in map(str.strip, start.splitlines()) if line]
    if "<html" in start.lower():
        return ""
    for name, begins, goes_on in _FOREIGN:
        if any(map(begins.match, lines)) and 2 * sum(map(bool, map(goes_on.match, lines))) >= len(lines):
            return name
    return ""


def _collection_id(name: str) -> str:
    return name.lower() if is_file_name(name.lower()) else slugify(name)


class _Met:
    """Which records meet another record or a page: some numbers of eight bytes a record."""

    def __init__(self, sources: Iterable[_Source], folder: _Folder, progress: Progress) -> None:
        """Read all sources once."""
        self.entries = 0
        self._progress = progress
        self._seen = _ascending(self._all(sources, folder))
        self._often = frozenset(one for one, next_one in pairwise(self._seen) if one == next_one)

    def _all(self, sources: Iterable[_Source], folder: _Folder) -> Iterator[int]:
        for paper in folder.known:
            yield from _handles(paper)
        yield from map(address_handle, folder.taken - {paper.slug for paper in folder.known})
        for source in sources:
            for record in counted(source.first(), self._progress):
                self.entries += 1
                yield from handles(record, source.collection.id)

    def again(self, of: Set[int]) -> bool:
        """Tell whether anyone else has one of these handles."""
        return not self._often.isdisjoint(of)

    def alone(self, record: Record, collection: str) -> bool:
        """Tell whether a record meets nobody: then it is a paper of its own, at the address that it wants."""
        return not self.again(handles(record, collection))

    def address(self, slug: str) -> bool:
        """Tell whether someone has or wants this address."""
        handle = address_handle(slug)
        at = bisect_left(self._seen, handle)
        return at < len(self._seen) and self._seen[at] == handle


def _ascending(numbers: Iterable[int]) -> array[int]:
    """Sort numbers that would take five times the memory in a list: run by run, then merged."""
    numbers = iter(numbers)
    runs = iter(lambda: array("Q", sorted(islice(numbers, _SORTED_AT_A_TIME))), array("Q"))
    return array("Q", heapq.merge(*runs))


def _handles(paper: Known) -> set[int]:
    return handles_of(paper.source.title, paper.ids, paper.collections, paper.slug)


# The folder


@dataclass(frozen=True, slots=True)
class _Folder:
    known: list[Known]
    taken: set[str]
    recorded: set[str]
    """Addresses that have a line in the ledger."""
    unrecorded: dict[str, str]
    """Titles by address of the pages that have none."""
    withdrawn: dict[str, int]
    """Addresses that were given up, with their lines in the ledger."""


def _read_folder(content: Path, holdings: Holdings, progress: Progress) -> _Folder:
    problems: list[Problem] = []
    known: list[Known] = []
    titles: dict[str, str] = {}
    progress.expect(holdings.count())
    for record in counted(holdings.records(), progress):
        try:
            paper = packs.read(record)
        except UserError as error:
            problems += error.problems
            continue
        known.append(_known(paper))
        titles[paper.slug] = _as_copied(paper)[0]
    # Packs make no difference to the outcome: all is as if each paper had a file of its own.
    known.sort(key=lambda paper: f"{paper.slug}.md")
    titles = {paper.slug: titles[paper.slug] for paper in known}
    ledger: tuple[Address, ...] = ()
    path = ledger_path(content)
    try:
        ledger = read_ledger(path.read_text("utf-8"), str(path)) if path.exists() else ()
    except UserError as error:
        problems += error.problems
    if problems:
        raise UserError(problems)
    recorded = {address.slug for address in ledger}
    # A page that was deleted keeps its address: its paper, known by the ledger's title, gets it back when it comes,
    # or is known for one that was withdrawn.
    known += [
        Known(address.slug, source_of(address.title, ""), (), ()) for address in ledger if address.slug not in titles
    ]
    withdrawn = {address.slug: line for line, address in enumerate(ledger, 1) if address.withdrawn}
    unrecorded = {slug: title for slug, title in titles.items() if slug not in recorded}
    return _Folder(known, recorded | titles.keys(), recorded, unrecorded, withdrawn)


def _known(paper: Paper) -> Known:
    source = read_source(paper.made.get("source", "")) or source_of(*_as_copied(paper))
    collections = tuple(dict.fromkeys(sighting.collection for sighting in paper.seen))
    return Known(paper.slug, source, tuple(paper.ids.items()), collections)


def _as_copied(paper: Paper) -> tuple[str, str]:
    """Return title and plain text as they were copied, where that is known: what a paper is known by."""
    text = copied(paper, "body")
    return copied(paper, "title") or paper.title, to_text(paper.body) if text is None else text


def _write_collections(content: Path, collections: Iterable[Collection]) -> None:
    for collection in collections:
        path = content / "collections" / f"{collection.id}.yaml"
        if not path.exists():
            write_text(path, write_collection(collection))


# The plan


@dataclass(frozen=True, slots=True)
class _Placed:
    """A group and the address that it has or gets."""

    slug: str
    group: Group


def _placed(groups: Sequence[Group], taken: Set[str], wanted_alone: Callable[[str], bool]) -> list[_Placed]:
    """Give each newcomer its address: of its rivals the least identity gets it, the others a suffix from theirs."""
    wanted: defaultdict[str, list[Group]] = defaultdict(list)
    for group in groups:
        if not group.known:
            wanted[group.slug].append(group)
    given = set(taken)
    late: list[Group] = []
    slugs: dict[str, str] = {}
    for slug, rivals in wanted.items():
        first, *others = sorted(rivals, key=lambda group: group.identity)
        late += others if slug not in taken else [first, *others]
        if slug not in taken:
            slugs[first.identity] = slug
            given.add(slug)
    for group in sorted(late, key=lambda group: group.identity):
        suffixed = (f"{group.slug}-{group.identity[:length]}" for length in range(6, 65))
        slug = next(slug for slug in suffixed if slug not in given and not wanted_alone(slug))
        slugs[group.identity] = slug
        given.add(slug)
    return [_Placed(group.known.slug if group.known else slugs[group.identity], group) for group in groups]


def _clashes(place: _Placed, sources: Sequence[_Source], holdings: Holdings) -> Iterator[Problem]:
    """Yield what a curator should look at: one title over two papers, one id over two, an id that is no file name."""
    slug, group = place.slug, place.group
    best = group.told_best
    path = str(sources[best.file].path)
    page = holdings.within(slug)
    if group.twins and not group.known:
        message = f"another paper has this title over a different abstract; this one is {page}"
        yield Problem(path, best.line, 0, message)
    for key in group.members:
        if key.source.title != best.source.title and not near(key.source, best.source):
            message = (
                f"an id says that this is the paper of {path}:{best.line}, but title and abstract are others; "
                f"{page} is written from that line, and this text is left out"
            )
            yield Problem(str(sources[key.file].path), key.line, 0, message)
        if group.is_other(key):
            message = (
                f"an id says that this is the paper of {page}, but title and abstract are others; it is left out; "
                "take the id out where it is wrong"
            )
            yield Problem(str(sources[key.file].path), key.line, 0, message)
            continue
        for given, taken, instead in _contradictions(key, group):
            there = f"{sources[taken.file].path}:{taken.line}"
            message = f"this record of {page} says {given}, and {there}, which is taken, {instead}; see which is right"
            yield Problem(str(sources[key.file].path), key.line, 0, message)
    own = dict(best.ids).get("id", slug)
    if not group.known and own.lower() != slug:
        message = f"the id '{own}' {_NO_NAME}; this paper is {page}"
        yield Problem(path, best.line, 0, message)


def _contradictions(key: Key, group: Group) -> Iterator[tuple[str, Key, str]]:
    """Yield what a record says otherwise than the one that is taken: its words, that record, and that one's words."""
    year, authors = group.knows_year, group.knows_authors
    if year and key.year and key.year != year.year:
        yield str(key.year), year, str(year.year)
    if authors and key.authors and _last_words(key.authors).isdisjoint(_last_words(authors.authors)):
        yield ", ".join(key.authors), authors, ", ".join(authors.authors)


def _last_words(names: Iterable[str]) -> set[str]:
    """Return what two ways to write a name share: "Bo Reed" and "B. Reed"."""
    return {folded(name.split()[-1]) for name in names}


_NO_NAME = "is taken or cannot be a file's name"


def _gathered(clashes: Iterable[Problem]) -> Iterator[Problem]:
    """Tell ids that are no file names one by one while they are few, and a file's many in one line."""
    by_file: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in clashes:
        if _NO_NAME in problem.message:
            by_file[problem.path].append(problem)
        else:
            yield problem
    for path, problems in by_file.items():
        yield from sorted(problems)[:_TOLD]
        if len(problems) > _TOLD:
            message = f"and {len(problems) - _TOLD:,} more ids like these; --report lists all new pages by address"
            yield Problem(path, 0, 0, message)


# The pages


@dataclass(slots=True)
class _Writer:
    """Writes (or, dry, only compares) one page after another, and counts."""

    holdings: Holdings
    decide: Callable[[str, str], tuple[tuple[str, ...], tuple[str, ...]]]
    without_body: bool
    without_repair: bool
    dry_run: bool
    repairs: Spool[Repaired] = field(default_factory=lambda: Spool(Repaired))
    new: Spool[Change] = field(default_factory=lambda: Spool(Change))
    updated: list[Change] = field(default_factory=list)
    unchanged: int = 0
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict)
    too_long: list[Problem] = field(default_factory=list)

    def put(self, place: _Placed, record: Record, source: str) -> None:
        """Bring the page of a group up to what its records say; `record`, from the file `source`, says most."""
        before = self.holdings.read(place.slug) if place.group.known else None
        if before is None:
            paper = self._newcomer(place, record, source)
            self.new.append(Change(place.slug, paper.title, ()))
        else:
            own = edited(before)
            if own:
                self.kept[before.slug] = tuple(sorted(own))
            paper = self._seen_again(before, own, place, record, source)
            fields = tuple(name for name in _FIELDS if getattr(before, name) != getattr(paper, name))
            if not fields:
                self.unchanged += 1
                return
            self.updated.append(Change(place.slug, paper.title, fields))
        if not self.dry_run:
            self.holdings.put(paper)

    def _newcomer(self, place: _Placed, record: Record, source: str) -> Paper:
        text = self._text(record, source, titled=True)
        topics, found = self.decide(text.title, text.abstract)
        paper = Paper(
            slug=place.slug,
            title=text.title,
            body=self._body(text.abstract, record, source),
            topics=topics,
            tags=found,
            authors=_authors(place.group),
            year=_year(place.group),
            ids=_ids({}, place.group),
            links=_links({}, place.group, record),
            seen=_seen((), place.group),
            repaired=text.repaired,
        )
        known_by = place.group.told_best.source
        return replace(paper, made={**_made(paper, _HASHED), "source": str(known_by)})

    def _body(self, abstract: str, record: Record, source: str) -> str:
        """Return an abstract as Markdown; one that no page can hold is left out and told, or no build would go on."""
        body = "" if self.without_body else escape(abstract)
        if len(body) <= LONGEST_BODY:
            return body
        message = (
            f"the abstract of '{record.title}' has {len(body):,} characters, and a page holds {LONGEST_BODY:,}: "
            "it is left out; shorten it, or write it on the page"
        )
        self.too_long.append(Problem(source, record.line, 0, message))
        return ""

    def _seen_again(self, before: Paper, own: frozenset[str], place: _Placed, record: Record, source: str) -> Paper:
        """Add what the page lacks. Only a page whose source had no abstract gets a body, topics and tags."""
        paper = replace(before, seen=_seen(before.seen, place.group))
        if "ids" not in own:
            paper = replace(paper, ids=_ids(before.ids, place.group))
        if "links" not in own:
            paper = replace(paper, links=_links(before.links, place.group, record))
        if not paper.authors and "authors" not in own:
            paper = replace(paper, authors=_authors(place.group))
        if paper.year is None and "year" not in own:
            paper = replace(paper, year=_year(place.group))
        known_by = read_source(before.made.get("source", ""))
        made = dict(before.made)
        if known_by and not known_by.opening and record.abstract:
            made["source"] = str(source_of(record.title, record.abstract))
            text = self._text(record, source, titled=False)
            topics, found = self.decide(text.title, text.abstract)
            body = self._body(text.abstract, record, source)
            for name, value in (("body", body), ("topics", topics), ("tags", found)):
                if name not in own:
                    paper = replace(paper, **{name: value})
            if "body" not in own:
                paper = replace(paper, repaired=(*before.repaired, *text.repaired))
        changed = [name for name in _HASHED if getattr(paper, name) != getattr(before, name)]
        return replace(paper, made=made | _made(paper, changed)) if before.made else paper

    def _text(self, record: Record, source: str, *, titled: bool) -> _Text:
        """Return what a page gets of a record's title (where it is `titled` by it) and abstract; note the repairs."""
        if self.without_repair:
            return _Text(record.title, record.abstract, ())
        plain = to_text(escape(record.abstract))
        title, in_title = repair(record.title, record.title, "title")
        abstract, in_abstract = repair(plain, record.title)
        told = _told(record.title, title, in_title, lambda _: record.line) if titled else ()
        if self.without_body:
            in_abstract = ()
        for place in (*told, *_told(plain, abstract, in_abstract, record.line_of)):
            self.repairs.append(Repaired(source, *place))
        return _Text(title, abstract, (*(in_title if titled else ()), *in_abstract))


class _Text(NamedTuple):
    """A record's title and abstract as a page gets them, and what was repaired in what it gets."""

    title: str
    abstract: str
    repaired: tuple[Repair, ...]


def _told(
    before: str, text: str, repairs: Iterable[Repair], line_of: Callable[[int], int]
) -> Iterator[tuple[int, str, str, str]]:
    """Yield for each repair its line in the source, its rule, and what stood and stands there."""
    grown = 0
    for one in repairs:
        at = one.at - grown
        yield line_of(at), one.rule, _around(before, at, len(one.was)), _around(text, one.at, len(one.now))
        grown += len(one.now) - len(one.was)


def _around(text: str, at: int, length: int) -> str:
    return " ".join(text[max(at - _SHOWN_AROUND, 0) : at + length + _SHOWN_AROUND].split())


_HASHED = ("title", "body", "topics", "tags", "authors", "ids", "links")
_FIELDS = (*_HASHED, "year", "seen", "made")


def _made(paper: Paper, names: Iterable[str]) -> dict[str, str]:
    always = ("title", "body", "topics", "tags", "links")
    return {name: fingerprint(getattr(paper, name)) for name in names if name in always or getattr(paper, name)}


def _authors(group: Group) -> tuple[str, ...]:
    return group.knows_authors.authors if group.knows_authors else ()


def _year(group: Group) -> int | None:
    return group.knows_year.year if group.knows_year else None


def _ids(before: Mapping[str, str], group: Group) -> dict[str, str]:
    return dict(sorted({pair for key in group.members for pair in key.ids}, reverse=True)) | dict(before)


def _links(before: Mapping[str, str], group: Group, record: Record) -> dict[str, str]:
    links = dict(before)
    given = sorted({pair for key in group.members for pair in key.links})
    for label, url in (*given, *links_in(record.abstract).items()):
        if not any(same_address(url, known) for known in links.values()):
            add_link(links, label, url)
    return links


def _seen(before: tuple[Sighting, ...], group: Group) -> tuple[Sighting, ...]:
    """Return where the paper was seen: the collections of this run as they are now, the others as they were."""
    now = {Sighting(key.collection, key.line, key.position) for key in group.members}
    collections = {sighting.collection for sighting in now}
    kept = {sighting for sighting in before if sighting.collection not in collections}
    return tuple(sorted(now | kept, key=lambda s: (s.collection, s.position, s.line)))


def _decider(content: Path) -> Callable[[str, str], tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return what decides the topics and tags of a title and a text, by the folder's topics and weights."""
    path = topics_path(content)
    analyser = Analyser(read_topics(path.read_text("utf-8"), str(path)), load(content), str(path))

    def decide(title: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        topics = tuple(evidence.topic for evidence in analyser.decide(title, text))
        return topics, tags(title, text, analyser.weights, analyser.topics)

    return decide
