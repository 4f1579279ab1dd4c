"""What is remembered of many things, a value for each: some hundreds lie together, because to fetch each costs more.

A cache finds a value again by what went in. Here it also has an owner, such as a paper, and takes the place of the
value that this owner had before.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from site_builder.model import Cache

SIZE = 256
"""Owners that lie together, about. To change the value of one of them, those of all are written anew."""

_Part = dict[str, tuple[bytes, bytes]]  # by owner: the key under which its value was put there, and the value
_decode = msgspec.msgpack.Decoder(_Part).decode
_encode = msgspec.msgpack.Encoder().encode


class Shelf:
    """The values of some owners, as far as they are remembered under their keys of today.

    `keys` has for each owner what its value depends on, in short. `known` has the values found.
    """

    def __init__(self, name: str, keys: Mapping[str, bytes], cache: Cache) -> None:
        self._name = name
        self._keys = keys
        self._cache = cache
        self._parts = 1
        while self._parts * SIZE < len(keys):
            self._parts *= 2
        self._stored = self._found(self._parts)
        self._outgrown = not self._stored and self._parts > 1
        if self._outgrown:  # the last build may have had half as many parts
            self._stored = self._found(self._parts // 2)
        self.known: dict[str, bytes] = {
            owner: value for owner, (key, value) in self._stored.items() if keys.get(owner) == key
        }

    def before(self, owner: str) -> tuple[bytes, bytes] | None:
        """Return what an owner had before, under whatever key, and the key: something to mend, not to make anew."""
        return self._stored.get(owner)

    def put(self, values: Mapping[str, bytes]) -> None:
        """Remember values of some of the owners, and forget what other keys led to and what had other owners."""
        self.known.update(values)
        changed = {self._part(owner) for owner in (*values, *(self._stored.keys() - self._keys.keys()))}
        if self._outgrown:
            changed = set(range(self._parts))
        parts: dict[int, _Part] = {part: {} for part in changed}
        for owner, value in self.known.items() if changed else ():
            part = self._part(owner)
            if part in changed:
                parts[part][owner] = (self._keys[owner], value)
        for part, held in parts.items():  # one by one: what is encoded is a copy
            self._cache.put(self._name, {self._label(part, self._parts): _encode(held)})

    def _found(self, parts: int) -> _Part:
        found: _Part = {}
        for stored in self._cache.get(self._name, [self._label(part, parts) for part in range(parts)]).values():
            found |= _decode(stored)
        return found

    def _part(self, owner: str) -> int:
        return zlib.crc32(owner.encode()) & (self._parts - 1)

    @staticmethod
    def _label(part: int, parts: int) -> str:
        return f"{part} of {parts}"
