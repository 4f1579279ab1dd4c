"""What is remembered of many things, a value for each: some hundreds lie together, because to fetch each costs more.

A cache finds a value again by what went in. Here it also has an owner, such as a paper, and takes the place of the
value that this owner had before.
"""

from __future__ import annotations

import os
import tempfile
import weakref
import zlib
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from site_builder.model import Cache

T = TypeVar("T")

SIZE = 256
"""Owners that lie together, about. To change the value of one of them, those of all are written anew."""

_TOGETHER = 1000
"""Values that go to a file at a time."""
_HELD = 64 << 20
"""Bytes of values found that stay in memory: to look at each of them again and again is what a build does where little
has changed. One that makes them needs the memory for other things."""
_SIZE_BITS = 32
"""Of the number that tells where a value is in a file: the others are its offset."""
_SIZE = (1 << _SIZE_BITS) - 1

_Part = dict[str, tuple[bytes, bytes]]  # by owner: the key under which its value was put there, and the value
_decode = msgspec.msgpack.Decoder(_Part).decode
_encode = msgspec.msgpack.Encoder().encode


class Shelf:
    """The values of some owners, as far as they are remembered under their keys of today.

    `keys` has for each owner what its value depends on, in short. `known` has the values found, in memory, or, where
    they are `large`, most of them in a file: then each look reads.
    """

    def __init__(self, name: str, keys: Mapping[str, bytes], cache: Cache, *, large: bool = False) -> None:
        self._name = name
        self._keys = keys
        self._cache = cache
        self._known: dict[str, bytes] | OnDisk = OnDisk() if large else {}
        self._gone: set[str] = set()
        self._parts = 1
        while self._parts * SIZE < len(keys):
            self._parts *= 2
        self._outgrown = not self._find(self._parts) and self._parts > 1
        if self._outgrown:  # the last build may have had half as many parts
            self._find(self._parts // 2)

    @property
    def known(self) -> Mapping[str, bytes]:
        """The values by owner."""
        return self._known

    def put(self, values: Iterable[tuple[str, bytes]]) -> None:
        """Remember values of some of the owners, and forget what other keys led to and what had other owners."""
        news = self._gone
        coming = iter(values)
        for some in iter(lambda: dict(islice(coming, _TOGETHER)), {}):
            self._known.update(some)
            news.update(some)
        changed = range(self._parts) if self._outgrown else map(self._part, news)
        owners: dict[int, list[str]] = {part: [] for part in changed}
        for owner in self._known if owners else ():
            part = self._part(owner)
            if part in owners:
                owners[part].append(owner)
        for part, there in owners.items():  # one by one: what is encoded is a copy
            held = {owner: (self._keys[owner], self._known[owner]) for owner in there}
            self._cache.put(self._name, {self._label(part, self._parts): _encode(held)})

    def _find(self, parts: int) -> bool:
        """Take what is remembered in so many parts, and tell whether anything is."""
        anything, size = False, 0
        for part in range(parts):
            for stored in self._cache.get(self._name, [self._label(part, parts)]).values():
                held = _decode(stored)
                anything |= bool(held)
                self._gone |= held.keys() - self._keys.keys()
                found = {owner: value for owner, (key, value) in held.items() if self._keys.get(owner) == key}
                size += sum(map(len, found.values()))
                if isinstance(self._known, OnDisk) and size <= _HELD:
                    self._known.hold(found)
                else:
                    self._known.update(found)
        return anything

    def _part(self, owner: str) -> int:
        return zlib.crc32(owner.encode()) & (self._parts - 1)

    @staticmethod
    def _label(part: int, parts: int) -> str:
        return f"{part} of {parts}"


class OnDisk(Mapping[str, bytes]):
    """Values in a file that goes with this object: in memory is only where each of them lies.

    Processes forked from this one read it too; and one of them may add, where no other does meanwhile, and hand over.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open for as long as this object is
        weakref.finalize(self, self._file.close)
        self._places: dict[str, int | bytes] = {}
        """For each owner where its value is, or the value."""
        self._end = 0

    def hold(self, values: Mapping[str, bytes]) -> None:
        """Add values that stay in memory all the same."""
        self._places |= values

    def update(self, values: Mapping[str, bytes]) -> None:
        """Add values; what owners had before is left in the file. Raises OSError where the disk is full."""
        for owner, value in values.items():
            self._places[owner] = self._end << _SIZE_BITS | len(value)
            self._end += len(value)
        whole = memoryview(b"".join(values.values()))
        while whole:
            written = self._written(whole, self._end - len(whole))
            whole = whole[written:]

    def places(self) -> tuple[dict[str, int | bytes], int]:
        """Return where all values lie, for a process to `take` over what one forked from it has added."""
        return self._places, self._end

    def take(self, places: tuple[dict[str, int | bytes], int]) -> None:
        """Know of all values what another process knows of them."""
        self._places, self._end = places

    def __getitem__(self, owner: str) -> bytes:
        place = self._places[owner]
        if isinstance(place, bytes):
            return place
        size, start = place & _SIZE, place >> _SIZE_BITS
        # Forked workers have one place in the file together, which they would move from under each other.
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), size, start)
        self._file.seek(start)
        return self._file.read(size)

    def _written(self, content: memoryview, start: int) -> int:
        if hasattr(os, "pwrite"):
            return os.pwrite(self._file.fileno(), content, start)
        self._file.seek(start)
        return self._file.write(content)

    def __contains__(self, owner: object) -> bool:
        return owner in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Looked(Mapping[str, T], Generic[T]):
    """What is made of each owner at each look: in memory are only those that somebody holds."""

    def __init__(self, owners: Mapping[str, object], make: Callable[[str], T]) -> None:
        self._owners = owners
        self._make = make

    def __getitem__(self, owner: str) -> T:
        return self._make(owner)

    def __contains__(self, owner: object) -> bool:
        return owner in self._owners

    def __iter__(self) -> Iterator[str]:
        return iter(self._owners)

    def __len__(self) -> int:
        return len(self._owners)
