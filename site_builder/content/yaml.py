"""The door to PyYAML: text to a tree of strings with their places, and the other way.

The tree is built from the parser's events, not by a loader: loaders of YAML 1.1 turn `no`, `2401.12340` and `12:30:45`
into other types, and the one in C ends the interpreter on thousands of nested brackets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from site_builder.errors import Problem, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
DEEPEST = 12
_STRING = "tag:yaml.org,2002:str"


class Node(msgspec.Struct, frozen=True):
    """A value with its place: text, a list of nodes or a mapping to nodes; None where a plain value is left empty."""

    value: str | list[Node] | dict[str, Node] | None
    line: int
    column: int
    key_line: int = 0
    """Where the key stands, for a value of a mapping."""
    key_column: int = 0

    def plain(self) -> Any:
        """Return the value without places: strings, lists and dictionaries."""
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items() if node.value is not None}
        return self.value

    def at(self, *path: str | int) -> Node:
        """Return the node that a path of keys and indexes leads to, or the last one on the way that is there."""
        value: Any = self.value
        try:
            return value[path[0]].at(*path[1:]) if path else self
        except (KeyError, IndexError, TypeError):
            return self


def load(text: str, path: str, *, line: int = 1) -> Node:
    """Parse one YAML document whose first line is line number `line` of the file `path`.

    Raises UserError where the text is not YAML, nests deeper than 12 levels, repeats a key or uses what we do not take
    (aliases, tags, several documents).
    """
    try:
        # As yaml.parse does it, without its generator, which takes a fifth of the time.
        return _Tree(path, line).document(iter(_Loader(text).get_event, None))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + line, mark.column + 1) if mark else (line, 1)
        tab = mark is not None and _is_indented_by_tab(text, mark.line)
        message = _TAB if tab else f"this is not YAML: {error.problem}; {_ADVICE}"
        raise UserError([Problem(path, *where, message)]) from None
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", str(error))
        before = text[: getattr(error, "position", 0)]
        where = (before.count("\n") + line, len(before) - before.rfind("\n"))
        raise UserError([Problem(path, *where, f"YAML has no such character: {reason}; take it out")]) from None


_ADVICE = 'put text with ": ", "#", quotes or brackets between double quotes'
_TAB = "this line is indented with a tab, which YAML does not take; indent it with spaces"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""No page, feed or name can hold these; YAML lets them in by escapes such as "\\x07"."""


def _is_indented_by_tab(text: str, line: int) -> bool:
    lines = text.split("\n")
    return line < len(lines) and re.match(r" *\t", lines[line]) is not None


class _Tree:
    def __init__(self, path: str, line: int) -> None:
        self.path = path
        self.line = line

    def document(self, events: Iterator[Any]) -> Node:
        root = Node({}, self.line, 1)
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.refused(event, "a second document begins here; keep one a file")
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, events, 0)
        return root

    def node(self, event: Any, events: Iterator[Any], depth: int, key: tuple[int, int] = (0, 0)) -> Node:
        kind = type(event)
        if kind is yaml.AliasEvent:
            raise self.refused(event, f"the alias *{event.anchor} is not taken here; write the value out")
        if event.tag is not None:
            raise self.refused(event, "a tag of YAML ('!...') is not taken here; take it out, or quote the text")
        if depth > DEEPEST:
            raise self.refused(event, f"brackets nest deeper than {DEEPEST} levels; no field here is that deep")
        value: Any
        if kind is yaml.ScalarEvent:
            if found := CONTROL.search(event.value):
                raise self.refused(event, f"text cannot hold the character U+{ord(found[0]):04X}; take it out")
            value = None if event.value == "" and event.implicit[0] else event.value
        elif kind is yaml.SequenceStartEvent:
            value = []
            while type(item := next(events)) is not yaml.SequenceEndEvent:
                value.append(self.node(item, events, depth + 1))
        else:
            value = self.mapping(events, depth)
        return Node(value, *self.place(event), *key)

    def mapping(self, events: Iterator[Any], depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        while type(key := next(events)) is not yaml.MappingEndEvent:
            if type(key) is not yaml.ScalarEvent:
                raise self.refused(key, "a key must be plain text")
            if key.value in entries:
                raise self.refused(key, f"'{key.value}' is given twice; keep one of the two")
            entries[key.value] = self.node(next(events), events, depth + 1, self.place(key))
        return entries

    def refused(self, event: Any, message: str) -> UserError:
        return UserError([Problem(self.path, *self.place(event), message)])

    def place(self, event: Any) -> tuple[int, int]:
        mark = event.start_mark
        return self.line + mark.line, mark.column + 1


def comments(text: str, *, line: int = 1) -> list[tuple[int, int]]:
    """Return line and column of each comment in a document that `load` takes, whose first line has number `line`."""
    inside = []
    events: Iterator[Any] = iter(_Loader(text).get_event, None)
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            begins = event.start_mark.index
            if event.style in ("|", ">"):  # beside these signs a comment can stand
                begins = text.find("\n", begins)
            inside.append((begins, event.end_mark.index))
    signs = (match.start() for match in re.finditer(r"(?m)(?:^|(?<=[ \t]))#", text))
    outside = [at for at in signs if not any(begin <= at < end for begin, end in inside)]
    places = [(text.count("\n", 0, at), at - text.rfind("\n", 0, at)) for at in outside]
    first = dict(reversed(places))  # a comment may hold further such signs
    return [(line + row, column) for row, column in sorted(first.items())]


def dump(fields: Mapping[str, Any], *, quoted: Sequence[str] = ()) -> str:
    """Write a mapping of strings, whole numbers, lists and mappings, a field a line.

    Lists and mappings inside stand on the field's line, but for a list of mappings, which has a line each. Text that
    YAML would read as another type is quoted; the fields named in `quoted` always are.
    """
    entries = [(_scalar(key), _value(value, always=key in quoted)) for key, value in fields.items()]
    root = yaml.MappingNode("tag:yaml.org,2002:map", entries, flow_style=False)
    written: str = yaml.serialize(root, Dumper=_Dumper, allow_unicode=True, width=1 << 20)
    return written


def _value(value: Any, *, always: bool = False) -> yaml.Node:
    if isinstance(value, dict):
        entries = [(_scalar(key), _value(item)) for key, item in value.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", entries, flow_style=True)
    if isinstance(value, list | tuple):
        flow = not any(isinstance(item, dict) for item in value)
        return yaml.SequenceNode("tag:yaml.org,2002:seq", [_value(item) for item in value], flow_style=flow)
    if isinstance(value, int):
        return yaml.ScalarNode("tag:yaml.org,2002:int", str(value))
    return _scalar(value, always=always)


def _scalar(text: str, *, always: bool = False) -> yaml.ScalarNode:
    style = '"' if always or not text or _looks_typed(text) else None
    return yaml.ScalarNode(_STRING, text, style=style)


def _looks_typed(text: str) -> bool:
    return bool(_RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) != _STRING)


_RESOLVER: Any = yaml.resolver.Resolver()
