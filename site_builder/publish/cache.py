"""What earlier builds found out, by what went in. Deleting it is always safe; a damaged entry counts as absent."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from site_builder import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_FILE = "site-builder.sqlite"
_TABLE = "CREATE TABLE IF NOT EXISTS entries (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key))"
_SEAL = 4
"""Bytes of a seal."""
_LARGEST = 1 << 30
_MOST = 16 << 30
"""What a build of a million papers leaves."""


def version_for(content: Path) -> str:
    """Name the program that makes the cached values, and the folder that they are made from.

    The program is its own source and tables, the libraries beside it, and Python. The folder is named because values of
    two would take each other's places.
    """
    # The names of their folders have the versions; importlib.metadata would take a tenth of a small build to tell them.
    libraries = sorted(path.name for path in Path(msgspec.__file__).parents[1].glob("*.dist-info"))
    digest = hashlib.blake2b(repr((sys.version, libraries, str(content.resolve()))).encode(), digest_size=16)
    for source in shipped.program():
        digest.update(source.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def open_cache(folder: Path | None, version: str) -> Iterator[SQLiteCache]:
    """Open the cache kept in `folder`, for values made by this version of the program; without one, for this run only.

    A file that is no database, or a folder that can't be written, costs time and nothing else: the cache then starts
    anew, or lives in memory for this one run.
    """
    cache = SQLiteCache(_connect(folder) if folder else _in_memory(), version)
    try:
        yield cache
    finally:
        cache.database.close()


def _connect(folder: Path) -> sqlite3.Connection:
    path = folder / _FILE
    for _ in range(2):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _prepared(sqlite3.connect(path, isolation_level=None, timeout=60))
        except sqlite3.OperationalError:
            break
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)
        except OSError:
            break
    return _in_memory()


def _to_read(file: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{Path(file).as_uri()}?mode=ro", uri=True, timeout=60)
    except sqlite3.OperationalError:
        return _in_memory()


def _in_memory() -> sqlite3.Connection:
    return _prepared(sqlite3.connect(":memory:", isolation_level=None))


def _prepared(database: sqlite3.Connection) -> sqlite3.Connection:
    # Losing the newest entries with the power is no harm: they are found out again. Waiting for the disk would be.
    try:
        database.execute("PRAGMA journal_mode = WAL").fetchall()
        database.execute("PRAGMA synchronous = OFF")
        database.execute(_TABLE)
    except sqlite3.Error:
        database.close()
        raise
    return database


class SQLiteCache:
    """The model's Cache in one SQLite file. Keys of another version of the program are never found.

    A process that was forked from the one that opened it finds what is in the file, and puts nothing there.
    """

    def __init__(self, database: sqlite3.Connection, version: str) -> None:
        self.database = database
        self.version = version
        self._used: set[tuple[str, str]] = set()
        self._process = os.getpid()
        self._readers: dict[int, sqlite3.Connection] = {}
        self._file: str = database.execute("PRAGMA database_list").fetchone()[2]  # empty for one in memory

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return those of the values that are known and whole."""
        database = self.database if os.getpid() == self._process else self._reader()
        ours = {self._key(key): key for key in keys}
        found: dict[str, bytes] = {}
        query = (
            "SELECT key, value FROM entries "
            "WHERE kind = ? AND key IN (SELECT value FROM json_each(?)) AND typeof(value) = 'blob'"
        )
        try:
            for stored, value in database.execute(query, (kind, msgspec.json.encode(list(ours)).decode())):
                content = value[_SEAL:]
                if value[:_SEAL] == _seal(kind, stored, content):
                    found[ours[stored]] = content
        except sqlite3.DatabaseError:
            self._lose()
            return {}
        self._used.update((kind, self._key(key)) for key in found)
        return found

    def _reader(self) -> sqlite3.Connection:
        """Return a connection of this worker's own: SQLite's do not survive a fork."""
        process = os.getpid()
        if process not in self._readers:
            self._readers[process] = _to_read(self._file) if self._file else _in_memory()
        return self._readers[process]

    def put(self, kind: str, values: Mapping[str, bytes]) -> None:
        """Remember values by key."""
        if not values or os.getpid() != self._process:
            return
        # Sealed one by one: all of them at once would be in memory twice.
        rows = (
            (kind, stored, _seal(kind, stored, value) + value)
            for stored, value in ((self._key(key), value) for key, value in values.items())
        )
        try:
            with self.database:
                self.database.execute("BEGIN IMMEDIATE")
                self.database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)
        except sqlite3.DatabaseError:
            self._lose()
        self._used.update((kind, self._key(key)) for key in values)

    def prune(self, largest: int = _LARGEST, most: int = _MOST) -> None:
        """Forget what other versions of the program left, where the whole has grown beyond `largest` bytes.

        Beyond `most` all goes that this run did not use: not before, for a build that changes little reads little of
        what the next may need. For builds only, at their end: what else runs uses little.
        """
        try:
            pages, size = (
                self.database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
            )
            if pages * size <= largest:
                return
            stored = self.database.execute("SELECT kind, key FROM entries").fetchall()
            if pages * size <= most:
                unused = [row for row in stored if not str(row[1]).startswith(self._key(""))]
            else:
                unused = [row for row in stored if row not in self._used]
            if not unused:
                return
            with self.database:
                self.database.execute("BEGIN IMMEDIATE")
                self.database.executemany("DELETE FROM entries WHERE kind = ? AND key = ?", unused)
            self.database.execute("VACUUM")
        except sqlite3.DatabaseError:
            self._lose()

    def _key(self, key: str) -> str:
        return f"{self.version}:{key}"

    def _lose(self) -> None:
        """Go on without a file that turned out to be damaged, full or held by another program."""
        self._file = ""
        if os.getpid() != self._process:  # the parent's connection is not a worker's to close
            self._readers.clear()
            return
        self.database.close()
        self.database = _in_memory()


def _seal(kind: str, key: str, value: bytes) -> bytes:
    """Return what stands before a value: damage shows by it, and so does a value in another's place.

    A checksum, for nobody has to be kept from forging it, and tens of megabytes are read for one changed paper.
    """
    return zlib.crc32(value, zlib.crc32(f"{kind}\0{key}\0".encode())).to_bytes(_SEAL, "big")
