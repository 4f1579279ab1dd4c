"""Compressed twins of the files of a site (`page.html.gz`), for hosts that send these instead of compressing anew."""

from __future__ import annotations

import zlib
from collections.abc import Callable  # noqa: TC003 - msgspec reads the annotations at run time
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from site_builder.errors import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

SMALLEST = 1024
"""Bytes from which on a file has twins: what is smaller travels in one packet in any case."""

TEXTS = (".html", ".css", ".js", ".mjs", ".json", ".xml", ".svg", ".txt", ".webmanifest", ".md", ".bib", ".ris", ".csv")
"""Ends of the names of files that become smaller; pictures and fonts are compressed already."""

_GZIP_FORMAT = 31
_BEST = 9
"""Of zlib; brotli's own default is its best."""


class Compression(msgspec.Struct, frozen=True):
    """One way to compress: its name in site.yaml, the end of a twin's name, and what makes the twin's bytes.

    `version` tells programs apart that may make different bytes of the same.
    """

    name: str
    ending: str
    version: str
    compress: Callable[[bytes], bytes]


def compressions(names: Iterable[str], path: str) -> tuple[Compression, ...]:
    """Return the ways that site.yaml, at `path`, asks for. Raises UserError where a library is not installed."""
    return tuple(_brotli(path) if name == "brotli" else _GZIP for name in sorted(set(names), reverse=True))


def _gzip(content: bytes) -> bytes:
    # Not the module gzip: zlib writes neither the time nor a name into the header.
    compressor = zlib.compressobj(_BEST, zlib.DEFLATED, _GZIP_FORMAT)
    return compressor.compress(content) + compressor.flush()


_GZIP = Compression("gzip", ".gz", zlib.ZLIB_RUNTIME_VERSION, _gzip)


def _brotli(path: str) -> Compression:
    try:
        library = import_module("brotli")  # here, because only sites that ask for it need it
    except ImportError:
        message = (
            "compress: brotli needs the Python package 'brotli', which is not installed; "
            "run pip install 'site-builder[compress]' (in a checkout: uv pip install brotli), or leave brotli out"
        )
        raise UserError([Problem(path, 0, 0, message)]) from None
    return Compression("brotli", ".br", library.__version__, library.compress)


def named(paths: AbstractSet[str], ways: Sequence[Compression]) -> dict[str, tuple[str, ...]]:
    """Return for each path of a text the paths of its twins, one for each way; a site's own twin is left alone."""
    texts = (path for path in paths if path.endswith(TEXTS)) if ways else ()
    named = {path: tuple(path + way.ending for way in ways) for path in texts}
    return {path: twins for path, twins in named.items() if paths.isdisjoint(twins)}


def twins(content: bytes, ways: Sequence[Compression]) -> tuple[bytes | None, ...]:
    """Return a text compressed in each way, or None where that is not worth a file."""
    if len(content) < SMALLEST:
        return (None,) * len(ways)
    made = (way.compress(content) for way in ways)
    return tuple(twin if len(twin) < len(content) else None for twin in made)
