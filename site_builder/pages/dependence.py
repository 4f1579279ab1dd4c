"""What the text of a template makes its pages depend on: other templates, and what it asks of the site.

A page need not be made again when something changes that its template does not ask for. Where a template computes what
it asks for, the answer is everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from jinja2 import TemplateError, meta, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jinja2 import Environment


class Dependence(msgspec.Struct, frozen=True, array_like=True):
    """What a template asks for; None stands for all there is."""

    templates: frozenset[str] | None = None
    """Their names, its own included."""
    site: frozenset[str] | None = None
    """Fields of the site's view."""


_ON_ALL = Dependence()


def dependences(environment: Environment) -> dict[str, Dependence]:
    """Return for each template what it depends on, by way of the others that it extends, includes or shares."""
    direct = {name: _direct(environment, name) for name in environment.list_templates()}
    return {name: _by_all_ways(name, direct) for name in direct}


def _direct(environment: Environment, name: str) -> Dependence:
    try:
        source = environment.loader.get_source(environment, name)[0] if environment.loader else ""
        tree = environment.parse(source)
    except (TemplateError, UnicodeDecodeError, OSError):
        return _ON_ALL  # told when a page asks for it
    templates = set(meta.find_referenced_templates(tree)) | set(_shared(tree))
    named = frozenset(other for other in templates if other is not None)
    return Dependence(named | {name} if len(named) == len(templates) else None, _asked_of_site(tree))


def _by_all_ways(name: str, direct: Mapping[str, Dependence]) -> Dependence:
    reached = {name}
    left = [name]
    while left:
        templates = direct.get(left.pop(), _ON_ALL).templates
        if templates is None:
            return _ON_ALL
        left += templates - reached
        reached |= templates
    return Dependence(frozenset(reached), _union(direct[one].site for one in reached))


def _union(all_fields: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: frozenset[str] = frozenset()
    for fields in all_fields:
        if fields is None:
            return None
        found |= fields
    return found


def _shared(tree: nodes.Template) -> Iterator[str | None]:
    """Yield the names that are given to `shared`, None for one that is computed."""
    calls = [call for call in tree.find_all(nodes.Call) if _is_name(call.node, "shared")]
    for call in calls:
        yield _constant(call.args[0]) if call.args else None
    if sum(_is_name(name, "shared") for name in tree.find_all(nodes.Name)) > len(calls):
        yield None


def _asked_of_site(tree: nodes.Template) -> frozenset[str] | None:
    """Return the fields that are asked for by their names, None where the site is handed on as a whole."""
    asked = [access for access in tree.find_all(nodes.Getattr) if _is_name(access.node, "site")]
    if sum(_is_name(name, "site") for name in tree.find_all(nodes.Name)) > len(asked):
        return None
    return frozenset(access.attr for access in asked)


def _is_name(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _constant(node: nodes.Node) -> str | None:
    return node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None
