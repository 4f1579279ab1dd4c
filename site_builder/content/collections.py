"""collections/<id>.yaml: what is known of one dump as a whole. Which papers are in it, the papers say themselves."""

from __future__ import annotations

import msgspec

from site_builder.content import yaml
from site_builder.content.schema import convert, is_blank
from site_builder.model import Collection


class _Collection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    curator: str = ""
    copied: str = ""


def read_collection(text: str, path: str, collection: str) -> Collection:
    """Read the file of the collection with this id. Raises UserError."""
    node = yaml.load(text, path)
    empty = [(node.at("name"), "the name is empty; write it")]
    fields = convert(node, _Collection, path, lambda fields: empty if is_blank(fields.name) else ())
    return Collection(id=collection, name=fields.name, curator=fields.curator, copied=fields.copied)


def write_collection(collection: Collection) -> str:
    """Return the text of the collection's file; what is unknown is left out."""
    fields = {"name": collection.name, "curator": collection.curator, "copied": collection.copied}
    return yaml.dump({name: value for name, value in fields.items() if value}, quoted=("name", "curator", "copied"))
