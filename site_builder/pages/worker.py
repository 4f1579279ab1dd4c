"""The service worker, by which a reader reads again without a network what was read before."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from site_builder.errors import Problem, UserError
from site_builder.model import OutputFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from site_builder.model import Site

PATH = "sw.js"
"""At the root: a worker serves what lies below it."""

FOLDER = "worker/"
"""Where its sources are, below a folder of static files; they are no files of the site."""

SHELL = (".css", ".html", ".js", ".svg", ".woff2")
"""Ends of the names of what a page or the search may need; pictures and the like are kept when they are seen."""

_BLANK = re.compile(r"^  const SITE = \{.*\};$", re.MULTILINE)
_DIGEST = 12


def worker(site: Site, sources: Mapping[str, Path], shell: Iterable[OutputFile]) -> OutputFile:
    """Return the worker that keeps what is read, and from the start those of the files `shell` that others need.

    Where nothing is to be kept, it is one that forgets what was: without any, the last would live on in the browsers
    that have it. `sources` are the static files below FOLDER by their names. Raises UserError where one of the site's
    own does not have what is to be filled in.
    """
    if site.offline is False:
        return _file(sources["retired.js"].read_bytes())
    source = sources["worker.js"]
    kept = {file.path: file.key[:_DIGEST] for file in shell if file.path.endswith(SHELL)}
    known = {"title": site.title, "language": site.language, "shell": dict(sorted(kept.items()))}
    line = f"  const SITE = {msgspec.json.encode(known).decode()};"
    text, places = _BLANK.subn(lambda _: line, source.read_text("utf-8"))
    if places != 1:
        message = "the line '  const SITE = {...};', which the build fills in, is not there; write it as ours has it"
        raise UserError([Problem(str(source), 0, 0, message)])
    return _file(text.encode())


def _file(content: bytes) -> OutputFile:
    return OutputFile(PATH, hashlib.blake2b(b"worker\0" + content, digest_size=16).hexdigest(), partial(bytes, content))
