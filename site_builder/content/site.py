"""site.yaml: what is said of the whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from site_builder.content import yaml
from site_builder.content.schema import convert, is_blank, is_web_address
from site_builder.model import Site

if TYPE_CHECKING:
    from collections.abc import Iterator


COMPRESSIONS = ("gzip", "brotli")
"""Ways to compress that a host can send."""


class _Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str = Site().title
    description: str = ""
    url: str = ""
    language: str = "en"
    source: str = ""
    offline: bool | None = None
    compress: tuple[str, ...] = ()
    encoder: bool = False


def read_site(text: str, path: str) -> Site:
    """Read the text of site.yaml. Raises UserError."""
    node = yaml.load(text, path)
    fields = convert(node, _Site, path, lambda fields: _wrong(fields, node))
    url = fields.url.rstrip("/") + "/" if fields.url else ""
    return Site(
        title=fields.title,
        description=fields.description,
        url=url,
        language=fields.language,
        source=fields.source,
        offline=fields.offline,
        compress=tuple(dict.fromkeys(fields.compress)),
        encoder=fields.encoder,
    )


def _wrong(fields: _Site, node: yaml.Node) -> Iterator[tuple[yaml.Node, str]]:
    if is_blank(fields.title):
        yield node.at("title"), "title: it is empty; write how the site is called"
    for name in ("url", "source"):
        value = getattr(fields, name)
        if value and not is_web_address(value):
            yield (
                node.at(name),
                f"{name}: '{value}' is no absolute address; write it whole, as https://example.org/papers/",
            )
    if "?" in fields.url or "#" in fields.url:
        yield node.at("url"), f"url: '{fields.url}' is no root of a site; leave out what follows '?' or '#'"
    ways = node.at("compress").value
    for way in ways if isinstance(ways, list) else ():
        if way.value not in COMPRESSIONS:
            yield (
                way,
                f"compress: '{way.value}' is no way to compress that is known here; write {' or '.join(COMPRESSIONS)}",
            )
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", fields.language):
        message = f"language: '{fields.language}' is no tag of a language; write one such as en, de or pt-BR"
        yield node.at("language"), message
