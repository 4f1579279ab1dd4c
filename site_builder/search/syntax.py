"""The language of queries, as the browser reads it (static/search/syntax.js): what a query ranks and what it demands.

"exact phrase", -word, NOT, OR, AND, title:, author:, topic:, tag:, in:, year:, and a paper's arXiv id or DOI, by itself
or in an address. In the browser nothing is an error; here `problems` tells of what would be read otherwise than it
looks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import TYPE_CHECKING

from site_builder.text.terms import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = ("title", "author", "topic", "tag", "in", "year")
_ITEM = re.compile(
    rf'(^|[\s,;(])(-?)(?:({"|".join(FIELDS)}):(?=\S))?(?:"([^"]*)"|(\S+))',
    re.IGNORECASE,
)
"""What is before an item, a sign, a field, and a phrase or all up to the next blank."""
_LABEL = re.compile(rf"({'|'.join(FIELDS)}):", re.IGNORECASE)
"""A field without a value: a label before words, and none of them."""
_SHOUTED = 8
"""Words up to which operators are meant so in a query that is mostly in capitals: a longer one is a text."""
_PROSE = 12
"""Words outside of quotes up to which quotes demand: in a longer text they quote."""
_ARXIV = re.compile(
    r"(?:\S*(?:[/:]|arxiv\.))?(\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7})(?:v[1-9]\d*)?(?:\.pdf)?",
    re.IGNORECASE | re.ASCII,
)
_DOI = re.compile(r"(?:\S*[/:])?(10\.\d{4,9}/\S+)", re.IGNORECASE | re.ASCII)
"""An id as it is typed: alone, behind the name of its scheme, or at the end of an address."""
_CLOSING = ".,;:)]}>"
_YEARS = re.compile(r"([<>]=?|-|\.\.)(\d{4})|(\d{4})(?:(-|\.\.)(\d{4})?)?", re.ASCII)
_TYPOGRAPHIC = str.maketrans("“”„", '"""')
_UNKNOWN = re.compile(r"-?(\w+):\w")
_STAR = re.compile(r"\w\w\*")


@dataclass(frozen=True, slots=True)
class Item:
    """What a paper has: words anywhere (`field` is ""), or a field's value; of a phrase the words stand side by side.

    A field that nobody types is `id`: an arXiv id or a DOI, as `id_in` returns it.

    `at` is the character of the query, from 0, at which it begins.
    """

    field: str
    text: str
    phrase: bool
    at: int = attribute(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Demand:
    """One of the alternatives must hold, or (`without`) none may."""

    without: bool
    alternatives: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read; `words` is its text with blanks for all that is not ranked."""

    words: str
    demands: tuple[Demand, ...]


def parsed(query: str) -> Query:
    """Read a query. What cannot be meant as a demand is words."""
    text = query.translate(_TYPOGRAPHIC)
    ranked = list(text)
    demands: list[tuple[bool, list[Item]]] = []
    last: tuple[bool, list[Item]] | None = None  # what an operator would join
    operators, quotes = _has_operators(text), _has_quotes(text)
    operator, negated = "", False
    for found in _ITEM.finditer(text):
        before, sign, named, quoted, bare = found.groups()
        start, end = found.start() + len(before), found.end()
        written = text[start:end]
        if written == "|" or (operators and written in ("OR", "AND", "NOT")):
            ranked[start:end] = " " * (end - start)
            if written == "NOT":
                negated = True
            else:
                operator = "OR" if written == "|" else written
            continue
        against = negated or bool(sign)
        exact = quotes and quoted is not None
        known = "" if named or bare is None or not quotes else id_in(bare)
        alone = None if named else _LABEL.fullmatch(bare or "")
        label = named or (alone[1] if alone else "")
        value = "" if alone else bare if quoted is None else quoted
        item = (
            Item("id", known, phrase=False, at=start)
            if known
            else _item((named or "").lower(), value, against or exact, start)
        )
        if item:
            joins = operator == "OR" and not against and last is not None
            demand = last if joins and last else (against, [])
            demand[1].append(item)
            both = [last] if operator == "AND" and last else []
            if joins or against or item.field or exact or operator == "AND":
                both.append(demand)
            demands += [each for each in both if not any(each is other for other in demands)]
            last = None if against else demand
            if against or item.field not in ("", "title"):
                ranked[start:end] = " " * (end - start)
            elif named:
                ranked[start : start + len(named) + 1] = " " * (len(named) + 1)
        elif label:
            ranked[start : start + len(sign + label) + 1] = " " * len(sign + label + ":")
        operator, negated = "", False
    words = "".join(ranked).replace('"', " ")
    return Query(words, tuple(Demand(without, tuple(items)) for without, items in demands))


def ranked_tokens(query: Query) -> list[tuple[Token, int]]:
    """Return each word that is ranked once, where it is last, and how often it is there."""
    counts: dict[str, tuple[Token, int]] = {}
    for token in tokens(query.words):
        if token.term:
            _, count = counts.pop(token.term, (token, 0))
            counts[token.term] = (token, count + 1)
    return list(counts.values())


def id_in(text: str) -> str:
    """Return the arXiv id, without its version, or the DOI that a word or an address is, in lower case; or nothing."""
    text = text.lstrip("([{<").rstrip(_CLOSING)
    found = _ARXIV.fullmatch(text) or _DOI.fullmatch(text)
    return found[1].lower() if found else ""


def years_of(text: str) -> tuple[int, int] | None:
    """Return the first and the last year of "2023", "2021-2023", "2021-", "-2021", ">2021" or "<=2021"."""
    found = _YEARS.fullmatch(text)
    if not found:
        return None
    if sign := found[1]:
        bound, beyond = int(found[2]), sign in ("<", ">")
        return (bound + beyond, 9999) if sign[0] == ">" else (0, bound - beyond)
    first = int(found[3])
    last = int(found[5]) if found[5] else 9999 if found[4] else first
    return min(first, last), max(first, last)


def problems(query: str) -> Iterator[tuple[int, str]]:
    """Yield what would be read otherwise than it looks, with its place from 0. A text of many words is only words."""
    text = query.translate(_TYPOGRAPHIC)
    if not _has_quotes(text):
        return
    if text.count('"') % 2:
        yield text.rindex('"'), "this quote is never closed; add a '\"'"
    read = parsed(query)
    if not ranked_tokens(read) and all(demand.without for demand in read.demands):
        yield 0, "there is nothing to look for; write a word or a phrase"
    joined = False
    bracket = -1
    for found in _ITEM.finditer(text):
        before, sign, named, quoted, bare = found.groups()
        start = found.start() + len(before)
        if before == "(" or (bare or "").startswith("("):
            bracket = found.start() if before == "(" else start
        joined |= bool(sign) or (_has_operators(text) and bare in ("OR", "AND", "NOT", "|"))
        if named and named.lower() == "year" and not years_of((bare if quoted is None else quoted).strip()):
            yield start, "this is no year; write year:2023, year:2021-2023 or year:2021-"
        if quoted is not None:
            continue
        unknown = None if named or id_in(bare) else _UNKNOWN.match(bare)
        if unknown:
            fields = ", ".join(f"'{name}:'" for name in FIELDS)
            yield start, f"there is no field '{unknown[1]}'; there are {fields}; or use quotes"
        if bare.startswith("+") and len(bare) > 1:
            yield start, f"'+' before a word is not understood; write \"{bare[1:]}\" in quotes: then it must be there"
        star = _STAR.search(bare)
        if star:
            yield (
                found.start(5) + star.end() - 1,
                "'*' is not understood here; leave it out: a word finds its other forms as well",
            )
    if bracket >= 0 and joined:
        yield (
            bracket,
            "parentheses do not group; OR joins the words beside it alone, all else holds for the whole query",
        )


def _item(name: str, value: str, exact: bool, at: int) -> Item | None:
    """Return what is demanded, or nothing where there is nothing to look up."""
    text = value.replace('"', " ").strip()
    if name == "year":
        return Item(name, text, phrase=False, at=at) if years_of(text) else None
    found = tokens(text)
    if not any(token.term or name not in ("", "title") for token in found):
        return None
    worded = exact if not name else name == "title"
    return Item(name, text, phrase=worded and len(found) > 1, at=at)


def _has_operators(text: str) -> bool:
    kinds = Counter(map(unicodedata.category, text))
    return kinds["Ll"] > kinds["Lu"] or len(tokens(text)) <= _SHOUTED


def _has_quotes(text: str) -> bool:
    return len(tokens(re.sub(r'"[^"]*"', " ", text))) <= _PROSE
