"""What a page that was opened from a disk reads in the place of papers' pages: browsers let it read scripts alone."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from site_builder.model import OutputFile
from site_builder.pages import addresses, citations
from site_builder.pages.papers import published_in
from site_builder.text.markdown import to_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from site_builder.model import Catalogue, Paper

_encode = msgspec.msgpack.Encoder().encode


class PaperText(msgspec.Struct, frozen=True):
    """What the search shows of a paper, as static/search/texts.js reads it from the paper's page."""

    title: str
    finding: str
    body: str
    """HTML as on the page; its text is what counts."""
    authors: tuple[str, ...]
    published: str
    topics: tuple[str, ...]
    """Their names."""
    tags: tuple[str, ...]
    citation: str


def files(catalogue: Catalogue) -> Iterator[OutputFile]:
    """Yield beside each paper's page a script that hands over its text; it changes with the paper and nothing else."""
    names = {topic.id: topic.name for topic in catalogue.topics}
    root = catalogue.site.url
    for paper in catalogue.papers:
        page = addresses.paper(paper.slug)
        topics = [names[topic] for topic in paper.topics]
        key = hashlib.blake2b(b"disk\0" + _encode((paper, topics, root)), digest_size=16).hexdigest()
        path = page.removesuffix("html") + "js"
        yield OutputFile(path, key, partial(_script, page, paper, topics, root and root + page))


def _script(page: str, paper: Paper, topics: Sequence[str], here: str) -> bytes:
    text = PaperText(
        title=paper.title,
        finding=paper.finding,
        body=to_html(paper.body),
        authors=paper.authors,
        published=published_in(paper),
        topics=tuple(topics),
        tags=tuple(dict.fromkeys(paper.tags)),
        citation=citations.bibtex(paper, here),
    )
    return b"indexFile(%s,%s);\n" % (msgspec.json.encode(page), msgspec.json.encode(msgspec.json.encode(text).decode()))
