"""topics.yaml: the subjects of a catalogue and the rules that decide them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from site_builder.content import yaml
from site_builder.content.schema import convert, is_blank, wrong_name
from site_builder.errors import Problem, UserError
from site_builder.model import Rule, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    match: str
    weight: int = 1


class _Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    definition: str = ""
    introduction: str = ""
    floor: int = 3
    rules: tuple[str | _Rule, ...] = ()
    exclude: tuple[str | _Rule, ...] = ()


def read_topics(text: str, path: str) -> tuple[Topic, ...]:
    """Read the text of topics.yaml, a list of topics. Raises UserError with every problem of the file."""
    root = yaml.load(text, path)
    if not isinstance(root.value, list):
        raise UserError(
            [Problem(path, root.line, root.column, "expected a list of topics: '- id: ...', '  name: ...'")]
        )
    topics: list[Topic] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for node in root.value:
        try:
            topic = _topic(node, path)
        except UserError as error:
            problems.extend(error.problems)
            continue
        for field, value in (("id", topic.id), ("name", topic.name)):
            place = node.at(field)
            if (field, value) in seen:
                message = f"another topic has the {field} '{value}' already; give this one its own, or take it out"
                problems.append(Problem(path, place.line, place.column, message))
            seen.add((field, value))
        topics.append(topic)
    if problems:
        raise UserError(problems)
    return tuple(topics)


def _topic(node: yaml.Node, path: str) -> Topic:
    fields = convert(node, _Topic, path, lambda fields: _wrong(fields, node))
    return Topic(
        id=fields.id,
        name=" ".join(fields.name.split()),
        definition=fields.definition.strip(),
        introduction=fields.introduction.strip(),
        floor=fields.floor,
        rules=_rules(fields.rules, node, "rules"),
        exclude=_rules(fields.exclude, node, "exclude"),
    )


def _wrong(fields: _Topic, node: yaml.Node) -> Iterator[tuple[yaml.Node, str]]:
    """Yield what is of the right type and cannot be meant all the same, each with its place."""
    if wrong := wrong_name(fields.id):
        yield node.at("id"), f"'{fields.id}' cannot be an address; {wrong}"
    if is_blank(fields.name):
        yield node.at("name"), "the name is empty; write it"


def _rules(rules: tuple[str | _Rule, ...], node: yaml.Node, name: str) -> tuple[Rule, ...]:
    found = []
    for index, rule in enumerate(rules):
        place = node.at(name, index)
        if isinstance(rule, _Rule):
            place = place.at("match")
            found.append(Rule(rule.match, rule.weight, place.line, place.column))
        else:
            found.append(Rule(rule, 1, place.line, place.column))
    return tuple(found)
