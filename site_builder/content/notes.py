"""What is worth a word about a content folder although a site can be built of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_builder.model import Catalogue
    from site_builder.receipt import Places

_NAMED = 3


def notes(catalogue: Catalogue, places: Places) -> Iterator[str]:
    """Yield a sentence for each: papers that the ledger does not know, those with a title of others, unread folders."""
    newcomers = [address.slug for address in catalogue.ledger if not address.day]
    if newcomers:
        yield (
            f"papers that are not in the ledger yet: {_some(newcomers)}; their addresses are no promise and their "
            "numbers may move; run 'site-builder record' (or 'make record') with the same content folder"
        )
    if twins := list(_twins(catalogue, newcomers)):
        yield f"papers with the title of another: {_some(twins)}; if both are one paper, remove the newer file"
    for name, read in (("templates", places.templates), ("static", places.static)):
        inside = places.content / name
        if inside.is_dir() and inside.resolve() not in map(Path.resolve, read):
            yield f"{inside} is not read; put it beside the content folder, or name it with --{name}"


def _twins(catalogue: Catalogue, newcomers: list[str]) -> Iterator[str]:
    """Yield newcomers whose title another paper has; once they are recorded, they are taken to be meant."""
    if not newcomers:
        return
    first: dict[str, str] = {}
    new = set(newcomers)
    for paper in catalogue.papers:  # in the order of the ledger
        other = first.setdefault(paper.title.casefold(), paper.slug)
        if other != paper.slug and paper.slug in new:
            yield f"{paper.slug} has that of {other}"


def _some(names: list[str]) -> str:
    return f"{len(names):,} ({', '.join(names[:_NAMED])}{' ...' if len(names) > _NAMED else ''})"
