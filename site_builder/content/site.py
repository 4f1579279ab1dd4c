"""site.yaml: what is said of the whole."""

from __future__ import annotations

import msgspec

from site_builder.content import yaml
from site_builder.content.schema import convert
from site_builder.errors import Problem, UserError
from site_builder.model import Site


class _Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str = Site().title
    description: str = ""
    url: str = ""
    language: str = "en"
    source: str = ""


def read_site(text: str, path: str) -> Site:
    """Read the text of site.yaml. Raises UserError."""
    node = yaml.load(text, path)
    fields = convert(node, _Site, path)
    problems = []
    for name in ("url", "source"):
        value, place = getattr(fields, name), node.at(name)
        if value and not value.startswith(("https://", "http://")):
            message = f"{name}: '{value}' is no absolute address; begin it with https://"
            problems.append(Problem(path, place.line, place.column, message))
    if problems:
        raise UserError(problems)
    url = fields.url.rstrip("/") + "/" if fields.url else ""
    return Site(
        title=fields.title, description=fields.description, url=url, language=fields.language, source=fields.source
    )
