"""synonyms.yaml: words that stand for each other in a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from site_builder.content import yaml
from site_builder.content.schema import convert, is_blank, nearest
from site_builder.errors import Problem, UserError
from site_builder.model import Synonyms
from site_builder.text.terms import terms, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class _Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    forms: tuple[str, ...]
    topics: tuple[str, ...] = ()


def read_synonyms(text: str, path: str, topics: Collection[str] | None = None) -> tuple[Synonyms, ...]:
    """Read the text of synonyms.yaml, a list of groups. Raises UserError with every problem of the file.

    `topics` are the ids that a group may name; any where they are not given.
    """
    root = yaml.load(text, path)
    if not isinstance(root.value, list):
        message = "expected a list of groups: '- forms: [vision transformer, ViT]'"
        raise UserError([Problem(path, root.line, root.column, message)])
    groups = []
    problems = []
    for node in root.value:
        problems += [Problem(path, place.line, place.column, message) for place, message in _wrong(node, topics)]
        try:
            group = convert(node, _Group, path)
        except UserError as error:
            problems += error.problems
        else:
            groups.append(Synonyms(tuple(map(_folded, group.forms)), group.topics))
    if problems:
        raise UserError(problems)
    return tuple(groups)


def _wrong(node: yaml.Node, topics: Collection[str] | None) -> Iterator[tuple[yaml.Node, str]]:
    """Yield what is of the right type and cannot be meant all the same, each with its place."""
    forms = node.at("forms")
    if isinstance(forms.value, list) and len(forms.value) < 2:
        yield forms, "forms: write two or more, which stand for each other, or take the group out"
    seen = set()
    for form, written in _texts(forms):
        if is_blank(written):
            yield form, "forms: there is an empty one; take it out"
        elif not any(terms(words(written))):
            yield form, f"forms: '{written}' has no word that a search looks for; write it otherwise, or take it out"
        elif _folded(written).casefold() in seen:
            yield form, f"forms: '{written}' is given twice; keep one of the two"
        seen.add(_folded(written).casefold())
    for topic, name in _texts(node.at("topics")):
        if topics is not None and name not in topics:
            yield topic, f"unknown topic '{name}'{nearest(name, topics)}"


def _texts(node: yaml.Node) -> Iterator[tuple[yaml.Node, str]]:
    for item in node.value if isinstance(node.value, list) else ():
        if isinstance(item.value, str):
            yield item, item.value


def _folded(form: str) -> str:
    return " ".join(form.split())
