"""From a YAML tree to typed values: every problem of a file at once, each with its line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin
from urllib.parse import urlsplit

import msgspec

from site_builder.errors import Problem, UserError
from site_builder.text.slugs import RESERVED

if TYPE_CHECKING:
    from site_builder.content.yaml import Node

S = TypeVar("S", bound=msgspec.Struct)
Wrong = Callable[[S], Iterable[tuple["Node", str]]]
"""Tells what is of the right type and cannot be meant all the same, each with its place."""

_KINDS = {tuple: "a list", dict: "a mapping", bool: "true or false", int: "a whole number", str: "text"}


LONGEST_NAME = 100
"""Characters of the longest name that stands in an address: some systems cannot unpack longer paths."""


def convert(node: Node, schema: type[S], path: str, wrong: Wrong[S] | None = None) -> S:
    """Read a mapping as the given struct. Raises UserError with a problem for every value that does not fit.

    And for what is `wrong` with those that do.
    """
    try:
        found = msgspec.convert(node.plain(), schema, strict=False)
        problems = []
    except msgspec.ValidationError:
        problems = _problems(node, schema, "", path)
        if wrong is None:
            raise UserError(problems) from None
        found = _sound(node, schema)
    if wrong:
        problems += [Problem(path, place.line, place.column, message) for place, message in wrong(found)]
    if problems:
        raise UserError(problems)
    return found


def _sound(node: Node, schema: type[S]) -> S:
    """Return what fits of a mapping with mistakes; its own name stands for a text that it has to have and lacks."""
    given = node.plain() if isinstance(node.value, dict) else {}
    fields = {field.encode_name: field for field in msgspec.structs.fields(schema)}
    fitting = {name: given[name] for name in fields if name in given and fits(given[name], fields[name].type)}
    needed = {name: name for name in fields if fields[name].required}
    return msgspec.convert(needed | fitting, schema, strict=False)


def is_address(name: str) -> bool:
    """Tell whether a name can stand in an address: lower-case ASCII letters, digits, and `.`, `-`, `_` between them."""
    return re.fullmatch(r"[a-z0-9]+([._-]+[a-z0-9]+)*", name) is not None


def wrong_name(name: str) -> str:
    """Say what to do about a name that cannot stand in an address on every system; nothing where it can."""
    if not is_address(name):
        return "use lower-case letters, digits, and '-', '.' or '_' between them"
    if name.partition(".")[0] in RESERVED:
        return f"'{name.partition('.')[0]}' is kept for other things by web servers or by Windows; take another name"
    if len(name) > LONGEST_NAME:
        return f"it has {len(name)} characters; use at most {LONGEST_NAME}"
    return ""


def is_blank(text: str) -> bool:
    """Tell whether a reader sees nothing of a text: white space, and signs without a form or width."""
    return not any(sign.isprintable() and not sign.isspace() for sign in text)


def is_web_address(text: str) -> bool:
    """Tell whether a text is an absolute address of the web: http or https, with a host and without white space."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - looked at for what it refuses
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r'[\s<>"\\]', text)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean '...'?)" for the known word most like this one, or nothing where none is near."""
    import difflib  # here, because only mistakes need it

    near = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _problems(node: Node, kind: Any, field: str, path: str) -> list[Problem]:
    """Find what keeps a value from being of a kind: its parts where it has parts, so that all of them are told."""
    plain = node.plain()
    if fits(plain, kind):
        return []
    for part in get_args(kind) if isinstance(kind, UnionType) else (kind,):
        if isinstance(part, type) and issubclass(part, msgspec.Struct) and (isinstance(plain, dict) or not field):
            return _struct_problems(node, part, field, path)
    if get_origin(kind) is tuple and isinstance(node.value, list):
        return [problem for item in node.value for problem in _problems(item, get_args(kind)[0], field, path)]
    if get_origin(kind) is dict and isinstance(node.value, dict):
        return [
            problem
            for item in node.value.values()
            if item.value is not None
            for problem in _problems(item, get_args(kind)[1], field, path)
        ]
    return [Problem(path, node.line, node.column, f"{field}: {_mismatch(node, plain, kind)}")]


def _struct_problems(node: Node, schema: type[msgspec.Struct], field: str, path: str) -> list[Problem]:
    if not isinstance(node.value, dict):
        return [Problem(path, node.line, node.column, f"expected fields as 'name: value', found {_kind(node.plain())}")]
    fields = {field.encode_name: field for field in msgspec.structs.fields(schema)}
    given = node.plain()
    where = f"{field}: " if field else ""
    problems = [
        _absent(name, node, where, path) for name, known in fields.items() if known.required and name not in given
    ]
    for name, value in node.value.items():
        if name not in fields:
            message = f"{where}unknown field '{name}'{nearest(name, fields)}; the fields are {', '.join(fields)}"
            problems.append(Problem(path, value.key_line, value.key_column, message))
        elif name in given:
            problems += _problems(value, fields[name].type, field or name, path)
    return problems


def _absent(name: str, node: Node, where: str, path: str) -> Problem:
    empty = node.at(name)
    if empty is not node:
        return Problem(path, empty.key_line, empty.key_column, f"{where}the field '{name}' is empty; write it")
    return Problem(path, node.line, node.column, f"{where}the field '{name}' is missing")


def fits(plain: Any, kind: Any) -> bool:
    """Tell whether a plain value is of a kind, text that reads as a number counting as one."""
    try:
        msgspec.convert(plain, kind, strict=False)
    except msgspec.ValidationError:
        return False
    return True


def _mismatch(node: Node, plain: Any, kind: Any) -> str:
    known = (kind, get_origin(kind), *get_args(kind))
    wanted = next((_KINDS[part] for part in _KINDS if part in known), _KINDS[dict])  # what is none of them has fields
    example = f": write [{node.value}]" if wanted == "a list" and isinstance(node.value, str) else ""
    return f"expected {wanted}, found {_kind(plain)}{example}"


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 40 else "text"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "nothing"
