"""What the last build made of what: one that would make nothing else need not begin.

This room is read at each start of the program, so it asks for little: a build that has nothing to do should take less
time than to load what does it.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from site_builder import shipped
from site_builder.errors import Problem, UserError
from site_builder.looks import Looks, glance

if TYPE_CHECKING:
    from site_builder.model import Cache

CACHE = Path(".cache")
_KIND = "receipt"


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """What a build made of what; `seconds` is the wall time of the whole."""

    papers: int
    topics: int
    collections: int
    pages: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    seconds: float
    warnings: tuple[str, ...]


class Places(msgspec.Struct, frozen=True):
    """What a site is built from, and where. Of two folders' files with one name, the first folder's counts."""

    content: Path
    output: Path
    templates: tuple[Path, ...]
    static: tuple[Path, ...]

    @classmethod
    def of(cls, content: Path, output: Path, templates: Path | None = None, static: Path | None = None) -> Places:
        """Complete what a curator names: own templates and static files are beside the content, ours are behind.

        Raises UserError where one that is named is not there.
        """
        wrong = [folder for folder in (templates, static) if folder and not folder.is_dir()]
        if wrong:
            raise UserError(
                [Problem(str(folder), 0, 0, "there is no such folder; make it or name another") for folder in wrong]
            )
        beside = content.resolve().parent
        return cls(
            content,
            output,
            _overlaid(templates or beside / "templates", shipped.TEMPLATES),
            _overlaid(static or beside / "static", shipped.STATIC),
        )

    def sources(self) -> str:
        """Return a digest of the look of all sources, as `glance` does."""
        return glance((self.content, *self.templates, *self.static, shipped.TOPICS))

    @property
    def name(self) -> str:
        """All of them, told apart from others."""
        return "\n".join(map(str, (self.content.resolve(), self.output.resolve(), *self.templates, *self.static)))


class _Receipt(msgspec.Struct, frozen=True):
    sources: str
    output: bytes
    """The mark of what was remembered of the site: others may have made it anew since then."""
    built: Built


def unchanged(places: Places, cache: Cache) -> tuple[Built | None, str]:
    """Return what the last build made, as built anew, while all its sources and all that it made look as they did.

    And how the sources look.
    """
    start = time.perf_counter()
    sources = places.sources()
    stored = cache.get(_KIND, [places.name]).get(places.name)
    receipt = msgspec.msgpack.decode(stored, type=_Receipt) if stored else None
    if receipt is None or receipt.sources != sources:
        return None, sources
    root, looks = _looks(places, cache)
    if receipt.output != looks.mark or not looks.stand(root):
        return None, sources
    return replace(receipt.built, seconds=time.perf_counter() - start), sources


def keep(places: Places, sources: str, built: Built, cache: Cache) -> None:
    """Remember a build that began with such sources."""
    if sources:
        _, looks = _looks(places, cache)
        receipt = _Receipt(sources, looks.mark, replace(built, written=(), removed=()))
        cache.put(_KIND, {places.name: msgspec.msgpack.encode(receipt)})


def _looks(places: Places, cache: Cache) -> tuple[str, Looks]:
    """Return the site's folder, and what whoever published it remembered of its files."""
    root = os.path.realpath(places.output)
    return root, Looks(root, cache)


def _overlaid(own: Path, ours: Path) -> tuple[Path, ...]:
    return (own, ours) if own.is_dir() and own.resolve() != ours.resolve() else (ours,)
