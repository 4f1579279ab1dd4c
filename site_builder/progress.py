"""How long work tells how far it is, without knowing who listens.

The stages say what they do and count; the command line decides whether a terminal, a log or nobody is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


class Progress(Protocol):
    """Who is told. A stage lasts until the next begins."""

    def stage(self, name: str) -> None:
        """Begin a stage of the work."""
        ...

    def expect(self, count: int) -> None:
        """Say that the stage has so many things to do, beside those that it was said to have before."""
        ...

    def advance(self) -> None:
        """Count one thing that is done."""
        ...


class _Silence:
    def stage(self, name: str) -> None:
        pass

    def expect(self, count: int) -> None:
        pass

    def advance(self) -> None:
        pass


SILENCE: Progress = _Silence()
"""Nobody is told."""


def counted(things: Iterable[T], progress: Progress) -> Iterator[T]:
    """Yield the things, each counted as done when the next is asked for."""
    for thing in things:
        yield thing
        progress.advance()
