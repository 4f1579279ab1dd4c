"""A paper as text: front matter between two lines of `---`, then the body as Markdown; or all as a line of JSON."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from site_builder.content import json, yaml
from site_builder.content.schema import convert, is_blank, is_web_address, wrong_name
from site_builder.errors import Problem, UserError
from site_builder.model import Paper, Repair, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

FENCE = "---"
LONGEST_BODY = 100_000
"""Characters. An abstract has two thousand; hostile Markdown of this length still takes no more than seconds."""


class _Seen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    collection: str = msgspec.field(name="in")
    line: int
    position: int


class _Repair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: str
    at: int
    was: str
    now: str
    field: Literal["title", "body"] = msgspec.field(name="in", default="body")


class _FrontMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    finding: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    ids: dict[str, str] = {}
    unconfirmed: tuple[str, ...] = ()
    links: dict[str, str] = {}
    seen: tuple[_Seen, ...] = ()
    repaired: tuple[_Repair, ...] = ()
    made: dict[str, str] = {}


class _Line(_FrontMatter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    slug: str
    body: str = ""


PACK = ".pack"
"""How the name of a Markdown pack ends before `.md`, and so that of no paper."""


def wrong_address(slug: str) -> str:
    """Say what to do about a name that cannot be a paper's address; nothing where it can."""
    packed = f"the file would be taken for a pack of papers; let it end in something else than '{PACK}'"
    return wrong_name(slug) or (packed if slug.endswith(PACK) else "")


def split(source: str, path: str, line: int = 0) -> tuple[yaml.Node, str]:
    """Part a file into its front matter and its body (without the blank lines around it). Raises UserError.

    `line` is for a text that stands in a pack: the line where it begins, with a line `slug: ...` taken out after it.
    """
    front, body = _parted(source, path, line)
    return yaml.load(front, path, line=line + 2), body


def comments(source: str, path: str, line: int = 0) -> list[tuple[int, int]]:
    """Return line and column of each comment in a paper's front matter; `line` as for `split`. Raises UserError."""
    return yaml.comments(_parted(source, path, line)[0], line=line + 2)


def _parted(source: str, path: str, line: int) -> tuple[str, str]:
    source = source.removeprefix("\ufeff").replace("\r\n", "\n")
    if not source.startswith(FENCE + "\n"):
        raise UserError(
            [
                Problem(
                    path,
                    line or 1,
                    1,
                    "there is no front matter; begin the file with a line '---', 'title: ...', and a line '---'",
                )
            ]
        )
    end = source.find(f"\n{FENCE}\n", len(FENCE))
    if end < 0 and source.endswith(f"\n{FENCE}"):
        end = len(source) - len(FENCE) - 1
    if end < 0:
        message = "the front matter is not closed; put a line '---' after its last field"
        raise UserError([Problem(path, line or 1, 1, message)])
    return source[len(FENCE) + 1 : end + 1], source[end + len(FENCE) + 2 :].strip("\n")


def read_paper(source: str, path: str, slug: str, line: int = 0) -> Paper:
    """Read the text of a paper's file; `line` as for `split`. Raises UserError with every problem of the file."""
    node, body = split(source, path, line)
    place = yaml.Node(slug, line + 1, 1) if line else None
    front = convert(node, _FrontMatter, path, lambda front: _wrong(front, node, body, slug, place, line))
    return _paper(front, body, slug)


def load_line(source: str, path: str, line: int) -> yaml.Node:
    """Return the fields of a paper that is written as JSON, with their places. Raises UserError."""
    return json.load(source, path, line=line, verbatim="body")


def read_line(source: str, path: str, line: int) -> Paper:
    """Read a paper that is written as JSON on a line of the file. Raises UserError with every problem of the line."""
    node = load_line(source, path, line)
    place = node.at("slug")
    front = convert(node, _Line, path, lambda front: _wrong(front, node, _body(front), front.slug, place, line))
    return _paper(front, _body(front), front.slug)


def _body(line: _Line) -> str:
    return line.body.replace("\r\n", "\n").strip("\n")


def _paper(front: _FrontMatter, body: str, slug: str) -> Paper:
    seen = tuple(Sighting(s.collection, s.line, s.position) for s in front.seen)
    repaired = tuple(Repair(r.field, r.rule, r.at, r.was, r.now) for r in front.repaired)
    fields = {name: getattr(front, name) for name in _FrontMatter.__struct_fields__ if name not in ("seen", "repaired")}
    return Paper(slug=slug, body=body, seen=seen, repaired=repaired, **fields)


def _wrong(
    front: _FrontMatter, node: yaml.Node, body: str, slug: str, place: yaml.Node | None, line: int
) -> Iterator[tuple[yaml.Node, str]]:
    """Yield what is of the right type and cannot be meant all the same, each with its place.

    `place` is that of the slug, where it is no file's name, and `line` where a paper of a pack begins.
    """
    if len(body) > LONGEST_BODY:
        message = f"the body has {len(body):,} characters; keep it to {LONGEST_BODY:,} and link to the rest"
        yield yaml.Node(None, line, 0), message
    if place and (wrong := wrong_address(slug)):
        yield place, f"slug: '{slug}' cannot be an address; {wrong}"
    if is_blank(front.title):
        yield node.at("title"), "the title is empty; write it"
    for field in ("tags", "authors"):
        for index, text in enumerate(getattr(front, field)):
            if is_blank(text):
                yield node.at(field, index), f"{field}: there is an empty one; take it out"
    if front.year is not None and not is_year(front.year):
        yield node.at("year"), f"year: {front.year} is no year of a paper; write it with four digits, such as 2024"
    for scheme, value in front.ids.items():
        if not is_id(scheme, value):
            yield (
                node.at("ids", scheme),
                f"ids: '{value}' is no {_IDS[scheme].name}; write only that, as in {_IDS[scheme].example}",
            )
    for index, scheme in enumerate(front.unconfirmed):
        if scheme not in front.ids and scheme not in (node.plain().get("ids") or ()):
            message = f"unconfirmed: there is no '{scheme}' among the ids; take it out"
            yield node.at("unconfirmed", index), message
    for label, address in front.links.items():
        if not is_web_address(address):
            yield (
                node.at("links", label),
                f"links: '{address}' is no address of a web page; write it whole, as https://example.org/code",
            )
    for index, seen in enumerate(front.seen):
        if wrong := wrong_name(seen.collection):
            message = f"seen: '{seen.collection}' cannot be the id of a collection, which is its address; {wrong}"
            yield node.at("seen", index, "in"), message


class _Scheme(NamedTuple):
    name: str
    form: re.Pattern[str]
    example: str


_IDS = {
    "arxiv": _Scheme(
        "arXiv id", re.compile(r"(\d{4}\.\d{4,5}|[a-z]+(-[a-z]+)?(\.[A-Z]{2})?/\d{7})(v[1-9]\d*)?"), '"2401.12340"'
    ),
    "doi": _Scheme("DOI", re.compile(r"10\.\d+(\.\d+)*/\S+"), '"10.1000/182"'),
}
"""The ids that become links."""


def is_id(scheme: str, value: str) -> bool:
    """Tell whether a value has the form of its scheme: `arxiv` and `doi` have one, others take any."""
    return scheme not in _IDS or _IDS[scheme].form.fullmatch(value) is not None


def is_year(year: int) -> bool:
    """Tell whether a number can be the year of a paper."""
    return 1000 <= year <= 2100


def write_paper(paper: Paper) -> str:
    """Return the text of a paper's file: `read_paper` reads the same paper from it."""
    front = yaml.dump(_fields(paper), quoted=("title", "finding"))
    body = f"{paper.body}\n" if paper.body else ""
    return f"{FENCE}\n{front}{FENCE}\n{body}"


def write_line(paper: Paper) -> str:
    """Return a paper as a line of JSON, without its end: `read_line` reads the same paper from it."""
    body = {"body": paper.body} if paper.body else {}
    return msgspec.json.encode({"slug": paper.slug, **_fields(paper), **body}).decode()


def _fields(paper: Paper) -> dict[str, Any]:
    fields: dict[str, Any] = {"title": paper.title, "topics": paper.topics, "tags": paper.tags}
    if paper.finding:
        fields["finding"] = paper.finding
    fields["authors"] = paper.authors
    if paper.year is not None:
        fields["year"] = paper.year
    if paper.venue:
        fields["venue"] = paper.venue
    if paper.ids:
        fields["ids"] = dict(paper.ids)
    if paper.unconfirmed:
        fields["unconfirmed"] = paper.unconfirmed
    if paper.links:
        fields["links"] = dict(paper.links)
    if paper.seen:
        fields["seen"] = [{"in": s.collection, "line": s.line, "position": s.position} for s in paper.seen]
    if paper.repaired:
        fields["repaired"] = [_repair(repair) for repair in paper.repaired]
    if paper.made:
        fields["made"] = dict(paper.made)
    return fields


def _repair(repair: Repair) -> dict[str, Any]:
    field = {} if repair.field == "body" else {"in": repair.field}
    return {**field, "rule": repair.rule, "at": repair.at, "was": repair.was, "now": repair.now}


def decoded(source: bytes, path: str, line: int = 0) -> str:
    """Return what UTF-8 says; `line` is where this part of the file begins. Raises UserError where it is none."""
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        before = source[: error.start]
        row, column = before.count(b"\n") + (line or 1), len(before) - before.rfind(b"\n")
        message = "this is not UTF-8 from here on; save the file as UTF-8"
        raise UserError([Problem(path, row, column, message)]) from error


def fingerprint(value: str | int | tuple[str, ...] | Mapping[str, str] | None) -> str:
    """Return eight hex digits that tell a field's value from any other that a person is likely to put in its place."""
    if isinstance(value, Mapping):
        value = tuple(part for entry in value.items() for part in entry)
    text = "\x1f".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def ours(paper: Paper, field: str) -> bool:
    """Tell whether a program may rewrite a field: it was the last to write there, or nobody has written anything."""
    value = getattr(paper, field)
    return paper.made[field] == fingerprint(value) if field in paper.made else not value


def withheld(paper: Paper) -> bool:
    """Tell whether the abstract that a program decided from was left out: a text that is there is another one."""
    return paper.made.get("body") == fingerprint("") and "-" in paper.made.get("source", "")


def edited(paper: Paper) -> frozenset[str]:
    """Return the fields that a person has changed since a program wrote them."""
    return frozenset(
        name for name, made in paper.made.items() if hasattr(paper, name) and fingerprint(getattr(paper, name)) != made
    )
