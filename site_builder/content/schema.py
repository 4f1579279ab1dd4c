"""From a YAML tree to typed values: every problem of a file at once, each with its line and column."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from site_builder.errors import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from site_builder.content.yaml import Node

S = TypeVar("S", bound=msgspec.Struct)

_KINDS = {
    "array": "a list",
    "object": "a mapping",
    "str": "text",
    "int": "a whole number",
    "bool": "true or false",
    "null": "nothing",
}


def convert(node: Node, schema: type[S], path: str) -> S:
    """Read a mapping as the given struct. Raises UserError with a problem for every field that does not fit."""
    plain = node.plain()
    try:
        return msgspec.convert(plain, schema, strict=False)
    except msgspec.ValidationError:
        raise UserError(_problems(node, plain, schema, path)) from None


def is_address(name: str) -> bool:
    """Tell whether a name can stand in an address: lower-case ASCII letters, digits, and `.`, `-`, `_` between them."""
    return re.fullmatch(r"[a-z0-9]+([._-]+[a-z0-9]+)*", name) is not None


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean '...'?)" for the known word most like this one, or nothing where none is near."""
    near = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _problems(node: Node, plain: Any, schema: type[msgspec.Struct], path: str) -> list[Problem]:
    if not isinstance(plain, dict):
        return [Problem(path, node.line, node.column, f"expected fields as 'name: value', found {_kind(plain)}")]
    fields = {field.encode_name: field for field in msgspec.structs.fields(schema)}
    problems = [
        Problem(path, node.line, node.column, f"the field '{name}' is missing")
        for name, field in fields.items()
        if field.required and name not in plain
    ]
    for name, value in plain.items():
        place = node.at(name)
        if name not in fields:
            message = f"unknown field '{name}'{nearest(name, fields)}; the fields are {', '.join(fields)}"
            problems.append(Problem(path, place.key_line, place.key_column, message))
            continue
        try:
            msgspec.convert(value, fields[name].type, strict=False)
        except msgspec.ValidationError as error:
            problems.append(_problem(place, name, str(error), path))
    return problems


def _problem(node: Node, name: str, error: str, path: str) -> Problem:
    message, _, where = error.partition(" - at `$")
    node = node.at(*(int(step) if step.isdigit() else step for step in re.findall(r"[\w-]+", where)))
    kinds = re.fullmatch(r"Expected `([^`]+)`, got `([^`]+)`", message)
    if kinds:
        wanted = _KINDS.get(kinds[1].split(" | ")[0], kinds[1])
        example = f": write [{node.value}]" if wanted == "a list" and isinstance(node.value, str) else ""
        message = f"expected {wanted}, found {_kind(node.plain())}{example}"
    else:
        message = message[:1].lower() + message[1:]
    return Problem(path, node.line, node.column, f"{name}: {message}")


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 40 else "text"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "nothing"
