"""topics/<id>.md: a field guide to a topic, written by a person. Front matter for its parts, then the introduction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from site_builder.content.papers import split
from site_builder.content.schema import convert, is_blank, nearest
from site_builder.errors import Problem
from site_builder.model import Guide, Question, Start, Word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from site_builder.content.yaml import Node


class _Start(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    paper: str
    why: str


class _Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    question: str
    papers: tuple[str, ...]
    about: str = ""


class _Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    word: str
    means: str


class _Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    start: tuple[_Start, ...] = ()
    questions: tuple[_Question, ...] = ()
    words: tuple[_Word, ...] = ()


def read_guide(text: str, path: str, topic: str) -> Guide:
    """Read the file of the guide to a topic. Raises UserError with every problem of the file."""
    node, body = split(text, path)
    empty = [
        (place, f"{field}: this is empty; write it, or take the entry out")
        for field, place in _texts(node)
        if is_blank(str(place.value or ""))
    ]
    front = convert(node, _Guide, path, lambda _: empty)
    return Guide(
        topic=topic,
        introduction=body,
        start=tuple(Start(start.paper, start.why) for start in front.start),
        questions=tuple(Question(asked.question, asked.about, asked.papers) for asked in front.questions),
        words=tuple(Word(word.word, word.means) for word in front.words),
    )


def papers_of(guide: Guide) -> set[str]:
    """Return the slugs of all papers that a guide leads to."""
    return {start.paper for start in guide.start}.union(*(question.papers for question in guide.questions))


def unknown_papers(text: str, path: str, known: Collection[str]) -> list[Problem]:
    """Return a problem, with its place, for each paper of a guide's file that is not in the catalogue."""
    node, _ = split(text, path)
    return [
        Problem(path, place.line, place.column, f"there is no paper '{place.value}'{nearest(str(place.value), known)}")
        for place in _papers(node)
        if place.value not in known
    ]


def _papers(node: Node) -> Iterator[Node]:
    for start in _items(node, "start"):
        yield start.at("paper")
    for question in _items(node, "questions"):
        yield from _items(question, "papers")


def _texts(node: Node) -> Iterator[tuple[str, Node]]:
    for field, parts in (("start", ("paper", "why")), ("questions", ("question",)), ("words", ("word", "means"))):
        for item in _items(node, field):
            for part in parts:
                yield f"{field}: {part}", item.at(part)


def _items(node: Node, field: str) -> list[Node]:
    value = node.at(field).value
    return value if isinstance(value, list) else []
