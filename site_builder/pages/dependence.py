"""What a template makes its pages depend on: other templates, and what they ask of the site.

A page need not be made again when something changes that its template does not ask for. Where a template computes what
it asks for, the answer is everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Dependence(msgspec.Struct, frozen=True, array_like=True):
    """What a template asks for; None stands for all there is."""

    templates: frozenset[str] | None = None
    """Their names, its own included."""
    site: frozenset[str] | None = None
    """Fields of the site's view."""


def dependences(names: Iterable[str], read: Callable[[str], Dependence]) -> dict[str, Dependence]:
    """Return for each template what it depends on, by way of the others that it extends, includes or shares.

    `read` tells what the text of a template asks for by itself.
    """
    known: dict[str, Dependence] = {}
    return {name: _by_all_ways(name, read, known) for name in names}


def _by_all_ways(name: str, read: Callable[[str], Dependence], known: dict[str, Dependence]) -> Dependence:
    reached, left = {name}, [name]
    site: frozenset[str] | None = frozenset()
    while left:
        one = left.pop()
        asks = known[one] if one in known else known.setdefault(one, read(one))
        if asks.templates is None:
            return Dependence()
        left += asks.templates - reached
        reached |= asks.templates
        site = None if site is None or asks.site is None else site | asks.site
    return Dependence(frozenset(reached), site)
