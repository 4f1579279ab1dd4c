"""A paper as schema.org describes it, for the JSON-LD in its page's head. What is unknown is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from site_builder.pages.citations import SCHEMES, arxiv_page, doi_page, is_group
from site_builder.pages.venues import Published, published

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from site_builder.model import Paper

_ADDRESS = {"arxiv": arxiv_page, "doi": doi_page}
_ALWAYS = {"@context", "@type", "headline"}
_NAMES = {"arxiv": "arXiv", "doi": "DOI"}


def scholarly_article(paper: Paper, here: str) -> Mapping[str, Any]:
    """Return a `ScholarlyArticle` of strings, lists and mappings. `here` is the absolute address of its page, or empty.

    An id by a single source is among the identifiers, where it says so, and not in `sameAs`, which claims for certain.
    What the page's other fields tell search engines, such as the finding, is not told again; where nothing is left but
    the title, there is no article.
    """
    known = {name: value for name, value in _properties(paper, here) if value}
    return known if known.keys() - _ALWAYS else {}


def _properties(paper: Paper, here: str) -> Iterator[tuple[str, Any]]:
    ids = [scheme for scheme in SCHEMES if scheme in paper.ids]
    yield "@context", "https://schema.org"
    yield "@type", "ScholarlyArticle"
    yield "headline", paper.title
    yield "author", [_author(name) for name in paper.authors]
    yield "datePublished", "" if paper.year is None else str(paper.year)
    yield from _venue(published(paper.venue))
    yield "identifier", [_identifier(paper, scheme) for scheme in ids if scheme in paper.unconfirmed]
    yield "sameAs", [_ADDRESS[scheme](paper.ids[scheme]) for scheme in ids if scheme not in paper.unconfirmed]
    yield "url", here


def _author(name: str) -> dict[str, str]:
    return {"@type": "Organization" if is_group(name) else "Person", "name": name}


def _venue(where: Published) -> Iterator[tuple[str, Any]]:
    if where.kind == "preprint":
        yield "publisher", {"@type": "Organization", "name": where.name}
    elif where.kind == "journal":
        yield "isPartOf", {"@type": "Periodical", "name": where.name}
    elif where.name:
        yield "isPartOf", {"@type": "CreativeWork", "name": where.name}


def _identifier(paper: Paper, scheme: str) -> dict[str, str]:
    told = {"propertyID": _NAMES[scheme], "value": paper.ids[scheme], "description": "by a single source"}
    return {"@type": "PropertyValue"} | told
