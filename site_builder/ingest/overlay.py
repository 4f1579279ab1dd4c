"""Facts laid over the papers that a folder has: by title, into their front matter.

A fact is one value with one place: an author list, a year, a venue, the id of one scheme, the link of one label. Each
is written where the page has none, and where an earlier overlay wrote another and no person has touched the field since
(`made` knows both: the field's hash, and under `overlay` the names of the facts). Whatever else differs is told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from site_builder.content.holdings import Holdings
from site_builder.content.papers import edited, fingerprint, ours
from site_builder.content.schema import nearest
from site_builder.errors import Problem, UserError
from site_builder.ingest.decode import Repairs
from site_builder.ingest.jsonl import FACTS, LEFT_OUT, read_facts
from site_builder.ingest.links import same_address
from site_builder.ingest.merge import bare_id
from site_builder.ingest.records import Account
from site_builder.text.slugs import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from site_builder.ingest.records import Facts
    from site_builder.model import Paper

SCHEMA = 1
"""Of the report; it grows when a field changes its meaning or goes."""

Value = str | int | tuple[str, ...] | None

_TOLD = 10
"""Things of one kind that are told one by one; of more than these the number."""
_SHOWN = 200
"""Characters of a value that a message shows; the report has all of it."""
_SINGLE = ("arxiv",)
"""What `unconfirmed` says of a page whose arXiv id only one place gave."""


class Fact(NamedTuple):
    """One value of a record and its place in the front matter."""

    field: str
    key: str
    """The scheme of an id, the label of a link; empty for other fields."""
    value: Value

    @property
    def name(self) -> str:
        """The name it is told by: `year`, `ids.doi`, `links.code`."""
        return f"{self.field}.{self.key}" if self.key else self.field


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that the page has (or had) otherwise than the record."""

    fact: Fact
    there: Value
    """What the page says; empty where a person took it away."""
    line: int
    """Of the record."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A page with a record's facts in it, and what came of each fact."""

    paper: Paper
    gained: tuple[Fact, ...]
    replaced: tuple[Difference, ...]
    """Facts of an earlier overlay that gave way; the page has the record's."""
    kept: tuple[Difference, ...]
    """Facts that the record has otherwise; the page keeps its own."""
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an overlay did (or, dry, would do)."""

    pages: tuple[Merged, ...]
    """One for each page that a record was found for."""
    not_found: tuple[tuple[int, str], ...]
    """Line and title of each record without a page."""
    account: Account
    doubts: tuple[Problem, ...]
    places: Mapping[str, str]
    """By slug: the file of each page that changed, with the line where it stands in a pack."""
    dry_run: bool

    @property
    def changed(self) -> tuple[Merged, ...]:
        """The pages that are no longer as they were."""
        return tuple(page for page in self.pages if page.changed)

    def summary(self) -> str:
        """Return a few lines for a person."""
        changed, gain = self.changed, sum(bool(page.gained) for page in self.pages)
        replaced = [(page, difference) for page in self.pages for difference in page.replaced]
        kept = sum(len(page.kept) for page in self.pages)
        lines = [
            f"{self.account.entries:,} records: facts for {len(self.pages):,} pages, "
            f"{len(self.not_found):,} titles not found",
            f"{len(changed):,} pages changed, {gain:,} of them gain something, "
            f"{len(self.pages) - len(changed):,} unchanged",
        ]
        if gain:
            lines.append("gained: " + ", ".join(f"{times:,} {name}" for name, times in sorted(self.gained().items())))
        if single := sum(bool(page.paper.unconfirmed) for page in self.pages):
            lines.append(f"{single:,} with an arXiv id that rests on a single place (unconfirmed)")
        if replaced:
            lines.append(f"{len(replaced):,} facts of an earlier overlay replaced:")
            lines += [f"  replaced {self.places[page.paper.slug]}: {_told(d)}" for page, d in replaced][:_TOLD]
            lines += [f"  and {len(replaced) - _TOLD:,} more"] * (len(replaced) > _TOLD)
        if kept:
            lines.append(f"{kept:,} facts differ from what a page says (above); the pages were left as they are")
        if self.doubts:
            lines.append(f"{len(self.doubts):,} places to look at (above); --report FILE has them all")
        if self.dry_run:
            lines += [f"  changed  {self.places[page.paper.slug]} ({', '.join(_names(page))})" for page in changed]
            lines.append("nothing was written: this was a dry run")
        return "\n".join(lines)

    def gained(self) -> Counter[str]:
        """Return how many pages gain each fact, by name."""
        return Counter(fact.name for page in self.pages for fact in page.gained)

    def report(self) -> dict[str, Any]:
        """Return the account of the run as JSON; docs/ingest.md describes the schema."""
        account = self.account.as_json()
        return {
            "schema": SCHEMA,
            "dry_run": self.dry_run,
            "records": self.account.entries,
            "pages": len(self.pages),
            "gained": dict(sorted(self.gained().items())),
            "updated": [
                {
                    "slug": page.paper.slug,
                    "title": page.paper.title,
                    "gained": [fact.name for fact in page.gained],
                    "replaced": [_as_json(difference) for difference in page.replaced],
                    "unconfirmed": list(page.paper.unconfirmed),
                }
                for page in self.changed
            ],
            "unchanged": len(self.pages) - len(self.changed),
            "conflicts": [
                {"slug": page.paper.slug, **_as_json(difference)} for page in self.pages for difference in page.kept
            ],
            "not_found": [{"line": line, "title": title} for line, title in self.not_found],
            "file": {name: account[name] for name in ("path", "count", "repairs", "lines")},
            "problems": [
                {"path": p.path, "line": p.line, "column": p.column, "message": p.message} for p in self.doubts
            ],
        }


def overlay(path: Path, content: Path, papers: Sequence[Paper], *, dry_run: bool = False) -> Outcome:
    """Merge a file of facts (JSON lines) into the pages of a folder, which are `papers`; `dry_run` writes nothing.

    Raises UserError where the file has no record; nothing is written then.
    """
    account = Account(str(path), "", "JSON lines", Repairs())
    holdings = Holdings.of(content)
    found = _found(path, papers, account, holdings)
    if not account.entries:
        message = 'there is no record in it; write an object a line, as {"title": "...", "year": 2024}'
        raise UserError([*account.problems[:_TOLD], Problem(str(path), 0, 0, message)])
    pages = tuple(merged(paper, found.facts[paper.slug]) for paper in papers if paper.slug in found.facts)
    problems = [*account.problems, *_left_out(account), *found.problems]
    problems += [_conflict(holdings, page.paper, difference, path) for page in pages for difference in page.kept]
    problems += _shared_ids(holdings, papers, pages)
    if not dry_run:
        for page in pages:
            if page.changed:
                holdings.put(page.paper)
        holdings.flush()
    return Outcome(
        pages=pages,
        not_found=tuple(found.without_page),
        account=account,
        doubts=tuple(sorted(set(problems))),
        places={page.paper.slug: holdings.within(page.paper.slug) for page in pages if page.changed},
        dry_run=dry_run,
    )


# One page


def merged(paper: Paper, facts: Facts) -> Merged:
    """Return a page with the facts of a record that it lacks, and say of the others what came of them."""
    hands, earlier = edited(paper), _from_overlays(paper)
    gained: list[Fact] = []
    replaced: list[Difference] = []
    kept: list[Difference] = []
    for fact in _facts(facts):
        there = _on_page(paper, fact)
        if _same(paper, fact, there, facts):
            continue
        if not there and fact.field not in hands:
            gained.append(fact)
        elif fact.name in earlier and fact.field not in hands:
            replaced.append(Difference(fact, there, facts.line))
        else:
            kept.append(Difference(fact, there, facts.line))
    written = [*gained, *(difference.fact for difference in replaced)]
    names = {fact.name for fact in written}
    after = _with_hashes(paper, _with_facts(paper, written), names)
    after = _with_hashes(after, _with_certainty(after, facts, new_id=_ARXIV in names), set())
    return Merged(after, tuple(gained), tuple(replaced), tuple(kept), after != paper)


_ARXIV = "ids.arxiv"


def _facts(facts: Facts) -> Iterator[Fact]:
    for field in ("authors", "year", "venue"):
        if value := getattr(facts, field):
            yield Fact(field, "", value)
    for field in ("ids", "links"):
        yield from (Fact(field, key, value) for key, value in dict(getattr(facts, field)).items())


def _on_page(paper: Paper, fact: Fact) -> Value:
    there: Any = getattr(paper, fact.field)
    value: Value = there.get(fact.key) if fact.key else there
    return value


def _same(paper: Paper, fact: Fact, there: Value, facts: Facts) -> bool:
    """Tell whether a page has a fact; a link also under another label, of which the record says nothing."""
    if fact.field == "ids":
        return bool(there) and bare_id(fact.key, str(there)) == bare_id(fact.key, str(fact.value))
    if fact.field == "links":
        others = paper.links.keys() - dict(facts.links).keys() - {fact.key}
        urls = [str(there)] if there else [paper.links[label] for label in others]
        return any(same_address(url, str(fact.value)) for url in urls)
    return there == fact.value


def _with_facts(paper: Paper, facts: Iterable[Fact]) -> Paper:
    for field, key, value in facts:
        changed: dict[str, Any] = {field: {**getattr(paper, field), key: value} if key else value}
        paper = replace(paper, **changed)
    return paper


def _with_certainty(paper: Paper, facts: Facts, *, new_id: bool) -> Paper:
    """Note or take back that the page's arXiv id rests on a single place, unless a person wrote that field."""
    given, there = dict(facts.ids).get("arxiv"), paper.ids.get("arxiv")
    if not given or not there or bare_id("arxiv", given) != bare_id("arxiv", there) or not ours(paper, "unconfirmed"):
        return paper
    if facts.agree == 1:
        ours_too = _ARXIV in _from_overlays(paper) and "ids" not in edited(paper)
        return replace(paper, unconfirmed=_SINGLE) if ours_too else paper
    return replace(paper, unconfirmed=()) if facts.agree or new_id else paper


def _from_overlays(paper: Paper) -> set[str]:
    return set(filter(None, paper.made.get("overlay", "").split(", ")))


def _with_hashes(before: Paper, after: Paper, names: set[str]) -> Paper:
    """Note in `made` what was written: the hash of each field that changed, and the names of the facts."""
    fields = ("authors", "year", "venue", "ids", "links", "unconfirmed")
    changed = {name: getattr(after, name) for name in fields if getattr(after, name) != getattr(before, name)}
    made = {**after.made, **{name: fingerprint(value) for name, value in changed.items()}}
    # A name with a comma could not be told from two: such a link is never taken for one of an earlier overlay.
    if known := {name for name in names if "," not in name}:
        made["overlay"] = ", ".join(sorted(known | _from_overlays(before)))
    return replace(after, made=made)


# The file and the folder


@dataclass(frozen=True, slots=True)
class _Found:
    facts: dict[str, Facts]
    """By the address of the page that they are about."""
    without_page: list[tuple[int, str]]
    problems: list[Problem]


def _found(path: Path, papers: Iterable[Paper], account: Account, holdings: Holdings) -> _Found:
    """Read the file and find a page for each record; a title that could mean two things means neither."""
    by_title: defaultdict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        by_title[folded(paper.title)].append(paper)
    found = _Found({}, [], [])
    unclear: set[str] = set()
    for facts in read_facts(path, account):
        pages = by_title.get(folded(facts.title), [])
        if not pages:
            found.without_page.append((facts.line, facts.title))
        elif len(pages) > 1:
            files = " and ".join(holdings.within(page.slug) for page in pages)
            message = f"'{facts.title}' is the title of {files}; write its facts on the right one by hand"
            found.problems.append(Problem(str(path), facts.line, 0, message))
        elif (first := found.facts.setdefault(pages[0].slug, facts)) != facts:
            unclear.add(pages[0].slug)
            message = f"line {first.line} says other things of '{facts.title}'; neither is taken: make them one record"
            found.problems.append(Problem(str(path), facts.line, 0, message))
    for slug in unclear:
        del found.facts[slug]
    found.problems.extend(_titles_not_found(path, found.without_page))
    return found


def _titles_not_found(path: Path, without_page: Sequence[tuple[int, str]]) -> Iterator[Problem]:
    for line, title in without_page[:_TOLD]:
        message = f"no page has the title '{title}'; correct one of the two, or take the paper in first"
        yield Problem(str(path), line, 0, message)
    if len(without_page) > _TOLD:
        message = f"and {len(without_page) - _TOLD:,} more titles that no page has; --report FILE lists them all"
        yield Problem(str(path), without_page[_TOLD][0], 0, message)


def _left_out(account: Account) -> Iterator[Problem]:
    for name, times in sorted(account.count.items()):
        field = name.removeprefix(LEFT_OUT)
        if field != name:
            message = f"the field '{field}' is left out, {times:,} times{nearest(field, FACTS)}; known are "
            yield Problem(account.path, 0, 0, message + ", ".join(FACTS))


def _conflict(holdings: Holdings, paper: Paper, difference: Difference, path: Path) -> Problem:
    fact = difference.fact
    says = f"says '{_shown(difference.there)}'" if difference.there else f"has none since a person changed {fact.field}"
    message = (
        f"{fact.name}: the page {says}, and stays so; {path}:{difference.line} says '{_shown(fact.value)}'; "
        "look it up, and mend the one that is wrong"
    )
    return Problem(holdings.where(paper.slug).path, *_place(holdings, paper.slug, fact), message)


def _place(holdings: Holdings, slug: str, fact: Fact) -> tuple[int, int]:
    """Return line and column of a field of a page; where it has none, its line in a pack, or noughts."""
    front = holdings.front(slug)
    if not isinstance(front.value, dict) or fact.field not in front.value:
        return holdings.where(slug).line, 0
    node = front.at(fact.field, *([fact.key] if fact.key else []))
    return node.line, node.column


def _shared_ids(holdings: Holdings, papers: Iterable[Paper], pages: Sequence[Merged]) -> Iterator[Problem]:
    """Tell of each page that a record was found for if an id of it is another page's, too."""
    after = {page.paper.slug: page.paper for page in pages}
    owners: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for paper in papers:
        for scheme, value in after.get(paper.slug, paper).ids.items():
            owners[scheme, bare_id(scheme, value)].append(paper.slug)
    for (scheme, value), slugs in owners.items():
        if scheme != "id" and len(slugs) > 1 and not after.keys().isdisjoint(slugs):
            others = " and ".join(holdings.within(slug) for slug in slugs[1:])
            message = f"ids.{scheme}: '{value}' is also that of {others}; take it off the page that it is not of"
            first = holdings.where(slugs[0])
            yield Problem(first.path, first.line, 0, message)


# Words


def _names(page: Merged) -> Iterator[str]:
    """Yield what changed on a page."""
    yield from (fact.name for fact in page.gained)
    yield from (difference.fact.name for difference in page.replaced)
    if not page.gained and not page.replaced:
        yield "unconfirmed"


def _told(difference: Difference) -> str:
    return f"{difference.fact.name}: '{_shown(difference.there)}' is now '{_shown(difference.fact.value)}'"


def _shown(value: Value) -> str:
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _as_json(difference: Difference) -> dict[str, Any]:
    return {
        "name": difference.fact.name,
        "page": difference.there,
        "record": difference.fact.value,
        "line": difference.line,
    }
