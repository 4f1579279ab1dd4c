"""A list on disk: for what a run tells at its end, however many papers there were."""

from __future__ import annotations

import tempfile
import weakref
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Spool(Generic[T]):
    """Values of one kind in the order in which they came, in a file that goes with this object."""

    def __init__(self, kind: type[T]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as this object is
        weakref.finalize(self, self._file.close)
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(kind).decode
        self._length = 0

    def append(self, value: T) -> None:
        """Add a value at the end."""
        self._file.write(self._encode(value) + b"\n")
        self._length += 1

    def __len__(self) -> int:
        """Return how many values there are."""
        return self._length

    def __iter__(self) -> Iterator[T]:
        """Yield the values; not while others are added."""
        self._file.seek(0)
        return map(self._decode, self._file)
