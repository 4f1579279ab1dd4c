"""What the text of a template makes its pages depend on: other templates, and what it asks of the site.

A page need not be made again when something changes that its template does not ask for. Where a template computes what
it asks for, the answer is everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from jinja2 import TemplateError, meta, nodes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Environment


class Dependence(msgspec.Struct, frozen=True, array_like=True):
    """What a template asks for; None stands for all there is."""

    templates: frozenset[str] | None = None
    """Their names, its own included."""
    site: frozenset[str] | None = None
    """Fields of the site's view."""


_ON_ALL = Dependence()


def dependences(environment: Environment, names: Iterable[str]) -> dict[str, Dependence]:
    """Return for each template what it depends on, by way of the others that it extends, includes or shares."""
    direct = _Direct(environment)
    return {name: _by_all_ways(name, direct) for name in names}


class _Direct(dict[str, Dependence]):
    """What the texts of templates ask for themselves, read when first asked."""

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment

    def __missing__(self, name: str) -> Dependence:
        loader = self._environment.loader
        try:
            tree = self._environment.parse(loader.get_source(self._environment, name)[0] if loader else "")
        except (TemplateError, UnicodeDecodeError, OSError):
            found = _ON_ALL  # told when a page asks for it
        else:
            found = _read(name, tree)
        self[name] = found
        return found


def _read(name: str, tree: nodes.Template) -> Dependence:
    used = list(tree.find_all((nodes.Call, nodes.Getattr, nodes.Name)))
    called = [node for node in used if isinstance(node, nodes.Call) and _is_name(node.node, "shared")]
    asked = [node.attr for node in used if isinstance(node, nodes.Getattr) and _is_name(node.node, "site")]
    templates = {*meta.find_referenced_templates(tree), *map(_first_argument, called)}
    if sum(_is_name(node, "shared") for node in used) > len(called):
        templates.add(None)
    named = frozenset(other for other in templates if other is not None)
    all_named = len(named) == len(templates)
    whole_site = sum(_is_name(node, "site") for node in used) > len(asked)
    return Dependence(named | {name} if all_named else None, None if whole_site else frozenset(asked))


def _by_all_ways(name: str, direct: _Direct) -> Dependence:
    reached = {name}
    left = [name]
    while left:
        templates = direct[left.pop()].templates
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


def _is_name(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _first_argument(call: nodes.Call) -> str | None:
    """Return what a call is given, where that is a text, and None where it is computed."""
    given = call.args[0] if call.args else None
    return given.value if isinstance(given, nodes.Const) and isinstance(given.value, str) else None
