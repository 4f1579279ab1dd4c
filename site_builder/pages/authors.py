"""Who wrote the papers, as far as their names tell.

Nobody but a person can tell namesakes apart, or find one person behind two names: authors are names, and names are one
when their slugs are, so that capitals, accents and full stops do not count.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING

import msgspec

from site_builder.pages import addresses
from site_builder.pages.kinds import Link
from site_builder.text.slugs import LONGEST, folded, slugify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from site_builder.model import Paper


class Author(msgspec.Struct, frozen=True):
    """A name as the oldest of its papers spells it, its other spellings, and the papers, oldest first.

    The link is to the author's page, or to the paper where there is only one.
    """

    link: Link
    spellings: tuple[str, ...]
    papers: tuple[Paper, ...]

    @property
    def has_page(self) -> bool:
        """Tell whether there is a page of this author: from the second paper on, as tags have one."""
        return len(self.papers) > 1


def authors_by_slug(papers: Iterable[Paper]) -> tuple[Author, ...]:
    """Return the authors of papers, given oldest first, in the order of their first papers."""
    slugs: dict[str, str] = {}
    written: dict[str, dict[str, Paper]] = {}
    spellings: dict[str, list[str]] = {}
    for paper in papers:
        for name in paper.authors:
            slug = slugs.get(name)
            if slug is None:
                slug = slugs[name] = author_slug(name)
                spellings.setdefault(slug, []).append(name)
            written.setdefault(slug, {})[paper.slug] = paper
    return tuple(_author(slug, spellings[slug], tuple(of.values())) for slug, of in written.items())


def _author(slug: str, spellings: list[str], papers: tuple[Paper, ...]) -> Author:
    path = addresses.author(slug) if len(papers) > 1 else addresses.paper(papers[0].slug)
    return Author(Link(path, spellings[0]), tuple(spellings), papers)


def author_slug(name: str) -> str:
    """Return what a name is told from others by, and its address: `andre-f-t-martins`, `name-` and ten hex digits.

    The digits are of names that a slug cannot hold whole: those of another script, and very long ones.
    """
    if len(name) <= LONGEST and (name.isascii() or all(map(_is_latin, filter(str.isalpha, name)))):
        return slugify(name)
    return f"name-{hashlib.sha256(folded(name).encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def _is_latin(letter: str) -> bool:
    return "LATIN" in unicodedata.name(letter, "")
