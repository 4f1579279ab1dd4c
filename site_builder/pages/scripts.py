"""The scripts of the search as three files: one that finds titles, one with all else, and one that few visits need."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from site_builder.errors import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER = "search/"
"""Where the scripts are, below a folder of static files."""

ORDER = FOLDER + "order.json"
"""The one place that names the scripts: by the files that they are joined to, each after those that it uses."""

_DOCUMENTATION = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
"""A comment that begins a line with two stars and ends one; docs/decisions.md says why that is safe."""

_TYPE = re.compile(r"/\*\* @[^\n]*?\*/ ?")
"""What a line tells of types among other things."""

_BUILD = 4
"""Bytes of the digest that tells the scripts of one build from those of another."""

_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


def names(static: Mapping[str, Path]) -> dict[str, list[str]]:
    """Return by file the scripts to join, in their order, as keys of `static`: static files by their path.

    There are none without a list. Raises UserError for one that cannot be read, or that names what is not there.
    """
    order = static.get(ORDER)
    if order is None:
        return {}
    try:
        decoded = msgspec.json.decode(order.read_bytes(), type=dict[str, list[str]])
    except msgspec.DecodeError as error:
        message = f"it does not list scripts by the file that they go to ({error}); write it as the one that we ship"
        raise UserError([Problem(str(order), 0, 0, message)]) from error
    listed = {file: [FOLDER + name for name in scripts] for file, scripts in decoded.items()}
    missing = [name for scripts in listed.values() for name in scripts if name not in static]
    if missing:
        message = "there is no script {}; put it beside this file or take it off the list"
        raise UserError([Problem(str(order), 0, 0, message.format(name.removeprefix(FOLDER))) for name in missing])
    return listed


def files(static: Mapping[str, Path]) -> dict[str, bytes]:
    """Return the joined files by name. Each says at its end of which build of all of them it is.

    So a page sees that a host has renewed them since it fetched the first.
    """
    made = {file: joined({name: static[name] for name in scripts}) for file, scripts in names(static).items()}
    build = hashlib.blake2b(b"\0".join(made.values()), digest_size=_BUILD).hexdigest()
    return {file: content + f'builds["{file}"] = "{build}";\n'.encode() for file, content in made.items()}


def joined(scripts: Mapping[str, Path]) -> bytes:
    """Return scripts one after the other, each under a comment with its name, without documentation and indentation."""
    return "".join(
        f"// {name.removeprefix(FOLDER)}\n{_bare(path.read_text('utf-8')).strip()}\n" for name, path in scripts.items()
    ).encode()


def _bare(script: str) -> str:
    for left_out in (_DOCUMENTATION, _TYPE, _INDENTATION):
        script = left_out.sub("", script)
    return script
