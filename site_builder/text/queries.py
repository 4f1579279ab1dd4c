"""Queries in Whoosh's syntax, each parsed once and then matched against the term positions of one paper at a time.

The syntax is a part of Whoosh's: words, "phrases", "phrases"~3 (at most three words on from one word to the next),
prefix*, AND, OR, NOT, parentheses, and `title:` or `body:` before any of these. Words are compared by their terms, a
prefix with the words as they are written. What Whoosh would read otherwise than it looks (`-word`, `C++`, an unknown
field, a lower-case `or`, AND beside OR without parentheses ...) is refused with its place. Who reads a query so closely
has parsed it: Whoosh's own parser, whose import and work would take a third of a whole build, is asked in tests only,
which hold the two to find the same papers.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import accumulate, compress, islice
from typing import TYPE_CHECKING, Literal

import msgspec

from site_builder.text.terms import STOP, pieces, term, terms, words

if TYPE_CHECKING:
    from collections.abc import Mapping

Field = Literal["title", "body"]
FIELDS: tuple[Field, ...] = ("title", "body")

_LONGEST = 2000
_DEEPEST = 20
_LEAST_PREFIX = 3


class QueryError(ValueError):
    """A query that cannot be understood as it looks; `offset` counts characters from 0."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


Span = tuple[int, int]
"""Places of the first and the last term that a query matched. Below zero they are in the title, else in the body."""


class Positions:
    """A text as a query sees it: its terms in their order, where each stands, and how they are written."""

    def __init__(self, text: str, field: Field = "body") -> None:
        self.text = text
        self._pieces = pieces(text)
        self.parts = self._pieces[1::2]
        """Words and marks; stop words are left out in all that follows."""
        self._terms = terms(self.parts)
        self.terms = list(filter(None, self._terms))
        self.written = list(compress(self.parts, self._terms))
        self.first = -len(self.terms) if field == "title" else 0
        """The place of the first term. Those of a title are below zero, so that no place of a paper is there twice."""

    @cached_property
    def by_term(self) -> dict[str, list[int]]:
        """The places of each term, in the text's order."""
        places: dict[str, list[int]] = {}
        for place, found in enumerate(self.terms, self.first):
            if found in places:
                places[found].append(place)
            else:
                places[found] = [place]
        return places

    @cached_property
    def lower(self) -> list[str]:
        """The words in small letters."""
        return [word.lower() for word in self.written]

    @cached_property
    def starts(self) -> list[int]:
        """At which character each word begins."""
        ends = accumulate(map(len, self._pieces))
        return list(compress(islice(ends, 0, None, 2), self._terms))


class Phrase(msgspec.Struct, frozen=True):
    """A term, or several in their order with at most `slop` steps from one to the next."""

    terms: tuple[str, ...]
    slop: int
    fields: tuple[Field, ...]

    def find(self, paper: Mapping[Field, Positions]) -> list[Span]:
        """Return where it is."""
        return [span for field in self.fields for span in self.within(paper[field].by_term)]

    def within(self, places: Mapping[str, list[int]]) -> list[Span]:
        """Return what matched in one field, the shortest from each place, by the places of its terms."""
        chains = [(place, place) for place in places.get(self.terms[0], ())]
        for following in self.terms[1:]:
            there = places.get(following, ())
            # The nearest following place is the best for what comes later only while it is within reach: keep all.
            chains = [(first, place) for first, last in chains for place in there if last < place <= last + self.slop]
            if not chains:
                break
        if len(chains) <= 1:
            return chains
        shortest: dict[int, int] = {}
        for first, last in sorted(chains):
            shortest.setdefault(first, last)
        return list(shortest.items())


class Prefix(msgspec.Struct, frozen=True):
    """What a word, as it is written, begins with."""

    start: str
    fields: tuple[Field, ...]

    def find(self, paper: Mapping[Field, Positions]) -> list[Span]:
        """Return the words that begin so."""
        return [
            (place, place)
            for field in self.fields
            for place, word in enumerate(paper[field].lower, paper[field].first)
            if word.startswith(self.start)
        ]


class AllOf(msgspec.Struct, frozen=True):
    """What AND and NOT join: each of the parts is there, and nothing of `without` is, in whatever field."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...]

    def find(self, paper: Mapping[Field, Positions]) -> list[Span]:
        """Return what all of the parts found, or nothing."""
        found: list[Span] = []
        for part in self.parts:
            spans = part.find(paper)
            if not spans:
                return []
            found += spans
        return [] if any(part.find(paper) for part in self.without) else found


class AnyOf(msgspec.Struct, frozen=True):
    """What OR joins."""

    parts: tuple[Node, ...]

    def find(self, paper: Mapping[Field, Positions]) -> list[Span]:
        """Return what any of the parts found."""
        return [span for part in self.parts for span in part.find(paper)]


Node = Phrase | Prefix | AllOf | AnyOf
"""A query, or a part of one. It finds spans in no order, and perhaps twice."""


class Query(msgspec.Struct, frozen=True):
    """A query, ready to be matched."""

    text: str
    root: Node
    single: bool
    """Whether each span alone is a match, so that they can be counted; else the spans are parts of one match."""

    def find(self, paper: Mapping[Field, Positions]) -> list[Span]:
        """Return what matched, in reading order, or nothing."""
        return sorted(set(self.root.find(paper)))


def parse(query: str) -> Query:
    """Parse a query. Raises QueryError where Whoosh would read something else than what stands there."""
    root = _read(query)
    return Query(query, root, single=not _joins(root))


def narrowed(query: str) -> list[tuple[str, str]]:
    """Return those words and phrases of a query that look for less than they say, each with what is left of it.

    Small words within a phrase are left out as in any text. But a letter or a digit by itself is left out too, so that
    `gpt-2` is looked for as `gpt`; and a phrase of which only one word is left is no phrase any more.
    """
    found = []
    for piece in _PIECE.finditer(query):
        written = words(piece[0].rpartition("~")[0] or piece[0]) if piece["phrase"] or piece["word"] else []
        left = [word for word in written if term(word)]
        too_short = any(word.lower() not in STOP for word in written if word not in left)
        if left and (too_short or len(left) == 1 < len(written)):
            found.append((piece[0], " ".join(left)))
    return found


def _joins(node: Node) -> bool:
    if isinstance(node, AllOf):
        return len(node.parts) > 1 or _joins(node.parts[0])
    return isinstance(node, AnyOf) and any(map(_joins, node.parts))


_PIECE = re.compile(
    r"""(?P<space>\s+) | (?P<phrase>"[^"]*"(?:~\d*)?) | (?P<operator>(?:AND|OR|NOT)(?![^\s()"])) | (?P<field>\w+:)
    | (?P<word>[^\s()":]+) | (?P<open>\() | (?P<close>\)) | (?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)
_NEAR = re.compile(r"(NEAR|ADJ)/\d+")
_PLAIN = re.compile(r"\w+(?:[-./'’&]\w+)*")
_PREFIX = re.compile(r"\w+\*")
_OTHER_OPERATORS = ("ANDNOT", "ANDMAYBE", "REQUIRE", "NEAR", "ADJ", "TO")


class _Level(msgspec.Struct):
    """What stands between two parentheses, as far as it was read."""

    offset: int
    fields: tuple[Field, ...] = FIELDS
    """Where its words are looked for, unless they say otherwise."""
    joined: str = ""
    """How its parts are joined, once there are two: AND (also by a mere space) or OR."""
    operator: str = ""
    """AND, OR or NOT while its right side has not come yet."""
    operator_at: int = 0
    named: str = ""
    """`title:` or `body:` while what it stands before has not come yet."""
    named_at: int = 0
    parts: list[Node] = msgspec.field(default_factory=list)
    """What it looks for."""
    without: list[Node] = msgspec.field(default_factory=list)
    """What it takes away."""


def _read(query: str) -> Node:
    if len(query) > _LONGEST:
        raise QueryError(_LONGEST, f"a query has at most {_LONGEST} characters; make two rules of it")
    levels = [_Level(0)]
    after = "space"
    for piece in _PIECE.finditer(query):
        kind, text, offset = piece.lastgroup or "", piece[0], piece.start()
        if kind == "space" and not levels[-1].named:
            after = kind
            continue
        level = levels[-1]
        if kind == "odd":
            raise QueryError(offset, _odd(text))
        if level.named and kind not in ("open", "phrase", "word"):
            raise QueryError(level.named_at, f"write '{level.named}' and its word together: {level.named}word")
        if kind not in ("space", "close") and after not in ("space", "open", "field"):
            raise QueryError(offset, f"there is no space before {text!r}; put one there")
        if kind == "open":
            _begin(level, offset)
            levels.append(_Level(offset, _fields(level)))
            if len(levels) > _DEEPEST:
                raise QueryError(offset, f"parentheses are nested more than {_DEEPEST} deep; make several rules of it")
        elif kind == "close":
            if len(levels) == 1:
                raise QueryError(offset, "this ')' closes nothing; take it out or add its '('")
            closed = _close(levels.pop())
            _end(levels[-1], closed)
        elif kind == "field":
            if text[:-1] not in FIELDS:
                raise QueryError(offset, f"there is no field '{text[:-1]}'; write 'title:' or 'body:', or use quotes")
            level.named, level.named_at = text, offset
        elif kind == "operator":
            _operator(level, text, offset)
        elif kind != "space":
            _begin(level, offset)
            _end(level, (_phrase if kind == "phrase" else _word)(text, offset, _fields(level)))
        after = kind
    if len(levels) > 1:
        raise QueryError(levels[-1].offset, "this '(' is never closed; add a ')'")
    return _close(levels[0])


def _operator(level: _Level, operator: str, offset: int) -> None:
    if level.operator and not (operator == "NOT" and level.operator in ("AND", "OR")):
        raise QueryError(offset, f"'{level.operator}' and '{operator}' stand together; a word is missing between them")
    if operator == "NOT":
        if "OR" in (level.operator, level.joined):
            raise QueryError(offset, "'OR NOT' would match nearly everything; take away with '(a OR b) NOT c'")
    elif not level.parts:
        raise QueryError(offset, f"nothing stands before '{operator}'; add a word or take it out")
    level.operator, level.operator_at = operator, offset


def _begin(level: _Level, offset: int) -> None:
    """Note that a word, phrase or parenthesis begins."""
    if level.parts or level.without:
        joined = "OR" if level.operator == "OR" else "AND"
        if level.joined not in ("", joined) or (joined == "OR" and level.without):
            raise QueryError(offset, "AND (or a mere space) and OR stand side by side; put one into parentheses")
        level.joined = joined


def _fields(level: _Level) -> tuple[Field, ...]:
    """Return where that is looked for which begins here."""
    return tuple(field for field in FIELDS if f"{field}:" == level.named) if level.named else level.fields


def _end(level: _Level, part: Node) -> None:
    """Note that a word, phrase or parenthesis ended."""
    (level.without if level.operator == "NOT" else level.parts).append(part)
    level.operator = level.named = ""


def _close(level: _Level) -> Node:
    """Return what stands in a parenthesis, or in the whole, that ended."""
    if level.named:
        raise QueryError(level.named_at, f"nothing stands behind '{level.named}'; add a word or take it out")
    if level.operator:
        raise QueryError(level.operator_at, f"nothing stands behind '{level.operator}'; add a word or take it out")
    if level.without and not level.parts:
        raise QueryError(level.offset, "NOT alone finds nothing; say first what to look for: 'a NOT b'")
    if not level.parts:
        raise QueryError(level.offset, "there is nothing to look for; write a word or a phrase")
    if len(level.parts) == 1 and not level.without:
        return level.parts[0]
    return AnyOf(tuple(level.parts)) if level.joined == "OR" else AllOf(tuple(level.parts), tuple(level.without))


def _phrase(text: str, offset: int, fields: tuple[Field, ...]) -> Node:
    inner, _, slop = text[1:].rpartition('"')
    if slop and not 1 <= int(slop[1:] or 0) <= 99:
        raise QueryError(offset + len(text) - len(slop), "'~' behind a phrase takes a number from 1 to 99: \"a b\"~3")
    for sign in "*?":
        if sign in inner:
            place = offset + 1 + inner.index(sign)
            raise QueryError(place, f"'{sign}' does nothing inside a phrase; write the word out")
    found = [t for t in terms(words(inner)) if t]
    if not found:
        raise QueryError(offset, f"no word of {text} can be looked for: they are too short or too common")
    if slop and len(found) < 2:
        raise QueryError(offset, f"'{slop}' needs a phrase of two words or more")
    return _following(found, int(slop[1:] or 1), fields)


def _word(text: str, offset: int, fields: tuple[Field, ...]) -> Node:
    if text[0] in "-+":
        raise QueryError(offset, f"'{text[0]}' before a word is not understood; write 'NOT {text[1:]}', or quotes")
    if text in _OTHER_OPERATORS or _NEAR.fullmatch(text):
        raise QueryError(offset, f"'{text}' is not understood; for words near each other write \"one two\"~5")
    if text[-1] == "*" and _PREFIX.fullmatch(text):
        if len(text) <= _LEAST_PREFIX:
            raise QueryError(offset, f"'{text}' begins too many words; give {_LEAST_PREFIX} letters or more before '*'")
        return Prefix(text[:-1].lower(), fields)
    if not _PLAIN.fullmatch(text):
        sign = next((i for i, c in enumerate(text) if not (c.isalnum() or c in "_-./'’&")), 0)
        raise QueryError(offset + sign, _odd(text[sign], text))
    if term(text) is None:
        if text.lower() in ("and", "or", "not"):
            raise QueryError(offset, f"'{text}' is dropped as too common a word; write '{text.upper()}' in capitals")
        why = "too common" if text.lower() in STOP else "too short"
        raise QueryError(offset, f"'{text}' is {why} a word to be looked for; take it out, or put it into a phrase")
    found = [t for t in terms(words(text)) if t]
    if not found:
        raise QueryError(offset, f"no word of '{text}' can be looked for: they are too short or too common")
    return _following(found, 1, fields)


def _following(found: list[str], slop: int, fields: tuple[Field, ...]) -> Node:
    """Return what looks for terms one after the other; self-supervised is a phrase of two words."""
    return Phrase(tuple(found), slop if len(found) > 1 else 1, fields)


def _odd(sign: str, word: str = "") -> str:
    if sign == '"':
        return "this quote is never closed; add a '\"'"
    if sign == "~":
        return (
            "'~' goes behind a phrase only: \"two words\"~3; for words like this one write each, with OR between them"
        )
    if sign == "*":
        return "'*' is understood at the end of a word only: prefix*"
    if sign == "?":
        return "'?' is not understood; write each word, with OR between them, or their beginning: prefix*"
    if sign in "[]{}":
        return f"'{sign}' is not understood; there are no ranges: write each word, with OR between them"
    if sign == "^":
        return "'^' is not understood; give the rule a weight instead"
    if word:
        return f"'{sign}' in '{word}' would be dropped silently; write it without, in quotes if it is several words"
    return f"'{sign}' is not understood here; take it out, or put it into a phrase"
