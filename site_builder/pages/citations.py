"""A paper as others cite it: BibTeX, and the head's `citation_*` fields. What is unknown is left out, never guessed."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from site_builder.pages.kinds import Away, Meta
from site_builder.pages.venues import Published, published
from site_builder.text.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_builder.model import Paper

HERE = "ADDRESS OF THIS PAGE"
"""Stands in a citation where the address is not known before somebody reads the page; static/paper.js fills it in."""

DAY = "YYYY-MM-DD"
"""Stands for the day of access, which only the reader knows; static/paper.js fills it in."""

SCHEMES = {"arxiv": "arXiv id", "doi": "DOI"}
"""What people call the ids that lead to a paper."""

_SINGLE = ", by a single source"

# Signs that TeX reads as commands. BibTeX counts braces even behind a backslash, so a lone one needs a name.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "$&%#_"},
    }
)

_SAFE = "!$()*,/:;?@"
"""Signs that mean themselves in the query of an address, beside letters, digits and `-._~`."""

_VERSION = re.compile(r"v\d+$")
_SAY_NOTHING = frozenset(
    "a an and are as at by can do does for from how in is it of on or the to what when why with".split()  # noqa: SIM905
)


def bibtex(paper: Paper, here: str) -> str:
    """Return an entry of the type that its venue makes it. `here` is the absolute address of its page, or empty.

    A conference makes `@inproceedings`, a journal `@article`, all else `@misc`. The address is the paper's own where an
    id is known, else that of its page in this catalogue, with the day of access. The fields are those of BibTeX, and
    `eprint`, `archiveprefix`, `doi`, `url` and `urldate`, which newer styles and biblatex print.
    """
    where = published(paper.venue)
    kind = {"conference": "inproceedings", "journal": "article"}.get(where.kind, "misc")
    lines = [f"  {name} = {{{value}}}" for name, value in _fields(paper, where, here)]
    return "\n".join([f"@{kind}{{{key(paper)},", ",\n".join(lines), "}"])


def _fields(paper: Paper, where: Published, here: str) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{tex(paper.title)}}}"
    if paper.authors:
        yield "author", " and ".join(map(_author, paper.authors))
    yield from _venue(where, kept="arxiv" in paper.ids)
    if paper.year is not None:
        yield "year", str(paper.year)
    if arxiv := paper.ids.get("arxiv"):
        yield "eprint", _in_address(arxiv)
        yield "archiveprefix", "arXiv"
    if doi := paper.ids.get("doi"):
        yield "doi", _in_address(doi)
    own = identified(paper)
    yield "url", own[0].address if own else here or HERE
    if not own:
        yield "urldate", DAY


def _venue(where: Published, *, kept: bool) -> Iterator[tuple[str, str]]:
    """Yield what an entry says of its venue; that it is on arXiv needs no words where it is `kept` there by its id."""
    if where.kind == "conference":
        yield "booktitle", tex(where.name)
    elif where.kind == "journal":
        yield "journal", tex(where.name)
        for name, value in (("volume", where.volume), ("number", where.number), ("pages", where.pages)):
            if value:
                yield name, value.replace("-", "--")
    elif where.name and not (kept and where.kind == "preprint"):
        yield "howpublished", tex(where.name)


def key(paper: Paper) -> str:
    """Return the name of a paper's entry: `zhang2024tokens`, or its slug where author, year or a Latin word is unknown.

    The first author's last name, the year, the first word of the title that says something.
    """
    name = _ascii(paper.authors[0].strip().rpartition(" ")[2]) if paper.authors else ""
    words = [word for word in _ascii(paper.title).split("-") if word not in _SAY_NOTHING]
    if not name or paper.year is None or not words or not words[0]:
        return paper.slug
    return f"{name.replace('-', '')}{paper.year}{words[0]}"


def _ascii(text: str) -> str:
    """Return the slug of a text, or nothing where the text has no Latin letter and no digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore")
    return slugify(text) if any(chr(sign).isalnum() for sign in plain) else ""


def tex(text: str) -> str:
    """Return text in which TeX sees no command: on paper it looks as it does here."""
    return " ".join(text.split()).translate(_TEX)


def _author(name: str) -> str:
    """Return a name for a list that BibTeX splits at ` and `; a group's name with the word inside is kept whole."""
    return f"{{{tex(name)}}}" if is_group(name) else tex(name)


def is_group(name: str) -> bool:
    """Tell whether a name is sure to be no person's: one with an `and` in it."""
    return " and " in name.casefold()


def _in_address(id: str) -> str:  # noqa: A002
    """Return an id as it stands in an address, and in the fields that biblatex prints as they are."""
    return quote(id, safe="/.:;()")


def identified(paper: Paper) -> tuple[Away, ...]:
    """Return where the paper itself is, as far as its ids tell; an id by a single source is marked as one."""
    places = []
    if arxiv := paper.ids.get("arxiv"):
        places += [
            Away(arxiv_page(arxiv), "arXiv", arxiv + _mark(paper, "arxiv")),
            Away(arxiv_pdf(arxiv), "PDF", "arXiv"),
        ]
        # Hugging Face counts papers by arXiv's ids of today, and does not tell their versions apart.
        if "/" not in arxiv:
            address = f"https://huggingface.co/papers/{_VERSION.sub('', arxiv)}"
            places.append(Away(address, "Hugging Face", "paper page"))
    if doi := paper.ids.get("doi"):
        places.append(Away(doi_page(doi), "DOI", doi + _mark(paper, "doi")))
    return tuple(places)


def _mark(paper: Paper, scheme: str) -> str:
    return _SINGLE if scheme in paper.unconfirmed else ""


def arxiv_page(arxiv: str) -> str:
    """Return the address of the page that arXiv has of a paper."""
    return f"https://arxiv.org/abs/{_in_address(arxiv)}"


def arxiv_pdf(arxiv: str) -> str:
    """Return the address of a paper itself at arXiv."""
    return f"https://arxiv.org/pdf/{_in_address(arxiv)}"


def doi_page(doi: str) -> str:
    """Return the address that a DOI stands for."""
    return f"https://doi.org/{_in_address(doi)}"


def searches(title: str) -> tuple[Away, ...]:
    """Return searches for a title where papers are kept, for one whose ids are not known."""
    query = quote_plus(title, safe=_SAFE)
    return (
        Away(f"https://arxiv.org/search/?searchtype=title&query={query}", "arXiv", "search for the title"),
        Away(f"https://www.semanticscholar.org/search?q={query}", "Semantic Scholar", "search for the title"),
        Away(f"https://scholar.google.com/scholar?q={query}", "Google Scholar", "search for the title"),
    )


def meta(paper: Paper) -> tuple[Meta, ...]:
    """Return the fields that reference managers read from a page's head (Highwire Press' names), only what is known."""
    return tuple(Meta(f"citation_{name}", content) for name, content in _highwire(paper))


def _highwire(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "title", paper.title
    for author in paper.authors:
        yield "author", author
    if paper.year is not None:
        yield "publication_date", str(paper.year)
    where = published(paper.venue)
    if where.kind == "conference":
        yield "conference_title", where.name
    elif where.kind == "journal":
        first, _, last = where.pages.partition("-")
        told = {"journal_title": where.name, "volume": where.volume, "issue": where.number}
        told |= {"firstpage": first, "lastpage": last}
        yield from ((name, value) for name, value in told.items() if value)
    if doi := paper.ids.get("doi"):
        yield "doi", doi
    if arxiv := paper.ids.get("arxiv"):
        yield "arxiv_id", arxiv
        yield "pdf_url", arxiv_pdf(arxiv)
