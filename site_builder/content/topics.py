"""topics.yaml: the subjects of a catalogue and the rules that decide them."""

from __future__ import annotations

import msgspec

from site_builder.content import yaml
from site_builder.content.schema import convert, is_address
from site_builder.errors import Problem, UserError
from site_builder.model import Rule, Topic


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
    seen: set[str] = set()
    for node in root.value:
        try:
            topic = _topic(node, path)
        except UserError as error:
            problems.extend(error.problems)
            continue
        place = node.at("id")
        if topic.id in seen:
            problems.append(Problem(path, place.line, place.column, f"the topic '{topic.id}' is defined twice"))
        seen.add(topic.id)
        topics.append(topic)
    if problems:
        raise UserError(problems)
    return tuple(topics)


def _topic(node: yaml.Node, path: str) -> Topic:
    fields = convert(node, _Topic, path)
    if not is_address(fields.id):
        place = node.at("id")
        message = f"'{fields.id}' cannot be an address; use lower-case letters, digits and hyphens"
        raise UserError([Problem(path, place.line, place.column, message)])
    return Topic(
        id=fields.id,
        name=fields.name,
        definition=fields.definition.strip(),
        introduction=fields.introduction.strip(),
        floor=fields.floor,
        rules=_rules(fields.rules, node, "rules"),
        exclude=_rules(fields.exclude, node, "exclude"),
    )


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
