"""A line of JSON to a tree of strings with their places, as `yaml` makes it of front matter: both are checked alike."""

from __future__ import annotations

import re
from json import JSONDecodeError, decoder
from typing import TYPE_CHECKING, Any

from site_builder.content.yaml import CONTROL, DEEPEST, Node
from site_builder.errors import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Callable

_scan_string: Callable[[str, int], tuple[str, int]] = getattr(decoder, "scanstring")  # noqa: B009 - no stub has it
_blank = re.compile(r"[ \t\r\n]*").match
_plain = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null").match
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a sign: what UTF-8 cannot write."""


def load(text: str, path: str, *, line: int = 1, verbatim: str = "") -> Node:
    """Parse the JSON of a line with this number of the file `path`.

    Numbers and `true` become text as they are written; `null` is as if nothing were there. The text of the field
    `verbatim` may hold control characters. Raises UserError where the line is not JSON, nests deeper than 12 levels,
    gives a field twice, or has text that no page can hold.
    """
    return _Line(text, path, line, verbatim).whole()


class _Line:
    def __init__(self, text: str, path: str, line: int, verbatim: str) -> None:
        self.text = text
        self.path = path
        self.line = line
        self.verbatim = verbatim

    def whole(self) -> Node:
        node, at = self.value(self.after_blanks(0), 0)
        at = self.after_blanks(at)
        if at < len(self.text):
            raise self.refused(at, "the JSON ends before this; keep one object a line")
        return node

    def value(
        self, at: int, depth: int, key: int | None = None, pattern: re.Pattern[str] = CONTROL
    ) -> tuple[Node, int]:
        begins = self.text[at : at + 1]
        value: Any
        if begins == '"':
            value, end = self.string(at, pattern)
        elif begins == "{":
            value, end = self.mapping(self.deeper(at, depth), depth + 1)
        elif begins == "[":
            value, end = self.list(self.deeper(at, depth), depth + 1)
        elif plain := _plain(self.text, at):
            value, end = None if plain[0] == "null" else plain[0], plain.end()
        else:
            raise self.not_json(at, "a value is missing")
        return Node(value, self.line, at + 1, self.line if key is not None else 0, 0 if key is None else key + 1), end

    def mapping(self, at: int, depth: int) -> tuple[dict[str, Node], int]:
        entries: dict[str, Node] = {}
        at = self.after_blanks(at)
        if self.text[at : at + 1] == "}":
            return entries, at + 1
        while True:
            if self.text[at : at + 1] != '"':
                raise self.not_json(at, "the name of a field is missing")
            name, end = self.string(at, CONTROL)
            if name in entries:
                raise self.refused(at, f"'{name}' is given twice; keep one of the two")
            pattern = _HALF if depth == 1 and name == self.verbatim else CONTROL
            entries[name], end = self.value(self.past(":", end), depth, at, pattern)
            end = self.after_blanks(end)
            if self.text[end : end + 1] == "}":
                return entries, end + 1
            at = self.past(",", end)

    def list(self, at: int, depth: int) -> tuple[list[Node], int]:
        items: list[Node] = []
        at = self.after_blanks(at)
        if self.text[at : at + 1] == "]":
            return items, at + 1
        while True:
            item, end = self.value(at, depth)
            items.append(item)
            end = self.after_blanks(end)
            if self.text[end : end + 1] == "]":
                return items, end + 1
            at = self.past(",", end)

    def string(self, at: int, pattern: re.Pattern[str]) -> tuple[str, int]:
        try:
            value, end = _scan_string(self.text, at + 1)
        except JSONDecodeError as error:
            reason = error.msg.removesuffix(" at").removesuffix(" starting")
            raise self.not_json(error.pos, reason[0].lower() + reason[1:]) from None
        if found := pattern.search(value):
            raise self.refused(at, f"text cannot hold the character U+{ord(found[0]):04X}; take it out")
        return value, end

    def deeper(self, at: int, depth: int) -> int:
        if depth > DEEPEST:
            raise self.refused(at, f"brackets nest deeper than {DEEPEST} levels; no field here is that deep")
        return at + 1

    def past(self, sign: str, at: int) -> int:
        at = self.after_blanks(at)
        if self.text[at : at + 1] != sign:
            raise self.not_json(at, f"'{sign}' is missing")
        return self.after_blanks(at + 1)

    def after_blanks(self, at: int) -> int:
        match = _blank(self.text, at)
        return match.end() if match else at

    def not_json(self, at: int, reason: str) -> UserError:
        return self.refused(at, f"this is not JSON: {reason}; mend the line, or write it anew")

    def refused(self, at: int, message: str) -> UserError:
        return UserError([Problem(self.path, self.line, at + 1, message)])
