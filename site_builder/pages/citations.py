"""A paper as others cite it: BibTeX, and the head's `citation_*` fields. What is unknown is left out, never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from site_builder.pages.kinds import Away, Meta

if TYPE_CHECKING:
    from site_builder.model import Paper

HERE = "ADDRESS OF THIS PAGE"
"""Stands in a citation where the address is not known before somebody reads the page; static/paper.js fills it in."""

DAY = "YYYY-MM-DD"
"""Stands for the day of access, which only the reader knows; static/paper.js fills it in."""

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


def bibtex(paper: Paper, here: str) -> str:
    """Return a `@misc` entry (biblatex's field names). `here` is the absolute address of the paper's page, or empty.

    The address is the paper's own where an id is known, else that of its page in this catalogue.
    """
    fields = [("title", f"{{{tex(paper.title)}}}")]
    if paper.authors:
        fields.append(("author", " and ".join(map(_author, paper.authors))))
    if paper.year is not None:
        fields.append(("year", str(paper.year)))
    if arxiv := paper.ids.get("arxiv"):
        fields += [("eprint", _in_address(arxiv)), ("eprinttype", "arxiv")]
    if doi := paper.ids.get("doi"):
        fields.append(("doi", _in_address(doi)))
    own = identified(paper)
    fields += [("url", own[0].address if own else here or HERE), ("urldate", DAY)]
    width = max(len(name) for name, _ in fields)
    lines = [f"  {name:<{width}} = {{{value}}}" for name, value in fields]
    return "\n".join([f"@misc{{{paper.slug},", ",\n".join(lines), "}"])


def tex(text: str) -> str:
    """Return text in which TeX sees no command: on paper it looks as it does here."""
    return " ".join(text.split()).translate(_TEX)


def _author(name: str) -> str:
    """Return a name for a list that BibTeX splits at ` and `; a group's name with the word inside is kept whole."""
    return f"{{{tex(name)}}}" if " and " in name.casefold() else tex(name)


def _in_address(id: str) -> str:  # noqa: A002
    """Return an id as it stands in an address, and in the fields that biblatex prints as they are."""
    return quote(id, safe="/.:;()")


def identified(paper: Paper) -> tuple[Away, ...]:
    """Return where the paper itself is, as far as its ids tell."""
    places = []
    if arxiv := paper.ids.get("arxiv"):
        number = _in_address(arxiv)
        places += [
            Away(f"https://arxiv.org/abs/{number}", "arXiv", arxiv),
            Away(f"https://arxiv.org/pdf/{number}", "PDF", "arXiv"),
        ]
    if doi := paper.ids.get("doi"):
        places.append(Away(f"https://doi.org/{_in_address(doi)}", "DOI", doi))
    return tuple(places)


def searches(title: str) -> tuple[Away, ...]:
    """Return searches for a title where papers are kept, for one whose ids are not known."""
    query = quote_plus(title)
    return (
        Away(f"https://arxiv.org/search/?searchtype=title&query={query}", "arXiv", "search for the title"),
        Away(f"https://www.semanticscholar.org/search?q={query}", "Semantic Scholar", "search for the title"),
        Away(f"https://scholar.google.com/scholar?q={query}", "Google Scholar", "search for the title"),
    )


def meta(paper: Paper) -> tuple[Meta, ...]:
    """Return the fields that reference managers read from a page's head (Highwire Press' names), only what is known."""
    fields = [Meta("citation_title", paper.title)]
    fields += [Meta("citation_author", author) for author in paper.authors]
    if paper.year is not None:
        fields.append(Meta("citation_publication_date", str(paper.year)))
    if doi := paper.ids.get("doi"):
        fields.append(Meta("citation_doi", doi))
    if arxiv := paper.ids.get("arxiv"):
        fields.append(Meta("citation_arxiv_id", arxiv))
    return tuple(fields)
