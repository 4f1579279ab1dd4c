"""Lists of reference managers, BibTeX and RIS, read by the libraries of their fields: an object a reference."""

from __future__ import annotations

import logging
import re
from functools import cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from site_builder.errors import Problem, UserError
from site_builder.ingest.records import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FORMS = {
    "BibTeX": (re.compile(r"@\w+\s*[{(]"), re.compile(r"@\w+\s*[{(]|[\w-]+\s*=\s*[{\"\d]|[})],?$|%")),
    "RIS": (re.compile(r"TY {1,2}- "), re.compile(r"[A-Z][A-Z\d] {1,2}- ?|ER")),
}
"""What the first line of each form begins with, or some line where half of all lines begin with the other."""

_ARXIV = r"\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_ARXIV_TOLD = re.compile(rf"(?:arxiv(?:\.org/(?:abs|pdf)/|:\s*)|^abs/)({_ARXIV})", re.IGNORECASE)
_DOI_ADDRESS = re.compile(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)
_PREPRINT = re.compile(r"arxiv|corr$", re.IGNORECASE)
_COMMENT = re.compile(r"(?<!\\)%")
_MARKED = re.compile(r"[\\{}~]|--|``|''")
_CUTS = re.compile(r"\\(?:[A-Za-z]+|.)\s*|[{}$]|\s+", re.DOTALL)
"""A command with the blanks behind it, which belong to it, a sign that begins or ends a group, or blanks."""
_OTHERS = "others"
"""Stands for the authors that a reference leaves out."""
_BEGINS = re.compile(r"^TY {1,2}- ", re.MULTILINE)
_ENDS = re.compile(r"^ER {1,2}-", re.MULTILINE)


def form_of(start: str) -> str:
    """Return `BibTeX` or `RIS` where the beginning of a text is such a list, else nothing."""
    lines = [line for line in map(str.strip, start.splitlines()) if line]
    first = next((line for line in lines if not line.startswith("%")), "")
    for name, (begins, goes_on) in _FORMS.items():
        most = 2 * sum(map(bool, map(goes_on.match, lines))) >= len(lines)
        if begins.match(first) or (most and any(map(begins.match, lines))):
            return name
    return ""


def references(form: str, text: str, path: str) -> Iterator[Line]:
    """Return the references of a list as records, each with the line where it begins; or what is wrong with one.

    Raises UserError where a list of RIS cannot be read at all.
    """
    return _of_bibtex(text) if form == "BibTeX" else _of_ris(text, path)


def _of_bibtex(text: str) -> Iterator[Line]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.library import Library
    from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
    from bibtexparser.model import (
        Block,
        DuplicateBlockKeyBlock,
        DuplicateFieldKeyBlock,
        Entry,
        ParsingFailedBlock,
        String,
    )

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it would tell is told with the line, below
    read = parse_string(text, parse_stack=[])
    blocks: list[Block] = []
    for number, given in enumerate(read.blocks):
        # Two references may have one key, and one reference a field twice: both are papers all the same.
        twice = isinstance(given, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock)
        block: Block | None = getattr(given, "ignore_error_block", None) if twice else given
        if isinstance(block, Entry):
            block.key = f"{block.key} {number}"
        if isinstance(block, Entry) or (isinstance(block, String) and not twice):
            blocks.append(block)
        elif isinstance(block, ParsingFailedBlock):
            why = getattr(block.error, "abort_reason", "") or str(block.error)
            yield Line((block.start_line or 0) + 1, b"", f"the reference is broken: {' '.join(why.split())}")
    library = Library(blocks)
    for middleware in (ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()):
        library = middleware.transform(library)
    for entry in library.entries:
        fields = {field.key.lower(): str(field.value) for field in reversed(entry.fields)}
        yield Line((entry.start_line or 0) + 1, msgspec.json.encode(_reference(fields)))


def _reference(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return what BibTeX's fields say, in plain text."""
    from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

    names = split_multiple_persons_names(" ".join(fields.get("author", "").split()))
    people = [parse_single_name_into_parts(name, strict=False).merge_first_name_first for name in names]
    venue = fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle") or ""
    kept = {"eprint", "archiveprefix", "eprinttype", "note", "url", "volume", "journal", "howpublished", "number"}
    told = [fields[name] for name in fields if name in kept]
    if fields.get("eprint") and _PREPRINT.match(fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv"):
        told.insert(0, f"arXiv:{fields['eprint']}")
    return _record(
        title=_plain(fields.get("title", "")),
        abstract=_plain(fields.get("abstract", "")),
        authors=[_plain(name) for name in people if name.lower() != _OTHERS],
        year=fields.get("year") or fields.get("date") or "",
        venue=_plain(venue),
        doi=_plain(fields.get("doi", "")),
        url=fields.get("url", ""),
        told=told,
    )


def _of_ris(text: str, path: str) -> Iterator[Line]:
    import rispy

    begins = [match.start() for match in _BEGINS.finditer(text)]
    parts = [text[start:end] for start, end in pairwise([*begins, len(text)])]
    try:  # what lacks its end would take all up to the next one's for its own
        entries = rispy.loads("".join(part if _ENDS.search(part) else f"{part}\nER  - \n" for part in parts))
    except (OSError, ValueError, KeyError) as error:
        message = f"the list of RIS cannot be read ({error}); each reference begins with 'TY  -' and ends with 'ER  -'"
        raise UserError([Problem(path, 0, 0, message)]) from None
    for at, entry in zip(begins, entries, strict=False):
        names = [*entry.get("authors", ()), *entry.get("first_authors", ())]
        inverted = ([part.strip() for part in name.split(",", 1)] for name in names)
        urls = [url for url in chain.from_iterable(map(_listed, map(entry.get, ("urls", "url")))) if url]
        record = _record(
            title=entry.get("title") or entry.get("primary_title") or "",
            abstract=entry.get("abstract") or entry.get("notes_abstract") or "",
            authors=[" ".join(reversed(name)) for name in inverted],
            year=str(entry.get("year") or entry.get("publication_year") or ""),
            venue=entry.get("journal_name") or entry.get("secondary_title") or "",
            doi=entry.get("doi") or "",
            url=urls[0] if urls else "",
            told=[*urls, *_listed(entry.get("notes")), entry.get("number", ""), entry.get("volume", "")],
        )
        yield Line(text.count("\n", 0, at) + 1, msgspec.json.encode(record))


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _record(
    *, title: str, abstract: str, authors: list[str], year: str, venue: str, doi: str, url: str, told: list[str]
) -> dict[str, Any]:
    """Return a reference as JSON lines have it. `told` has what may name an arXiv id."""
    found = next(filter(None, map(_ARXIV_TOLD.search, [*told, venue, doi])), None)
    ids = {"arxiv": found[1]} if found else {}
    if doi and not _ARXIV_TOLD.search(doi):
        ids["doi"] = doi
    # A year may stand in a day, "2019-03-11" or "2019/03/11".
    day = re.match(r"\s*(\d{4})(?!\d)", year)
    record: dict[str, Any] = {
        "title": title,
        "abstract": abstract,
        "authors": authors,
        "year": day[1] if day else year,
        "venue": "" if _PREPRINT.match(venue) else venue,
        "ids": ids,
    }
    if url and not found and not _DOI_ADDRESS.match(url):
        record["links"] = {"paper": url}
    return {name: value for name, value in record.items() if value}


def _plain(value: str) -> str:
    """Return the text that LaTeX stands for. Formulas, and commands that nobody knows, stay as they are written.

    The library takes 5 ms for an abstract, so it is given only the words that have something to decode.
    """
    if not _MARKED.search(value):
        return value
    # A percent sign is one: databases write abstracts without minding that LaTeX would drop what comes behind it.
    words = _words(_COMMENT.sub(r"\%", value))
    return "".join(_decoder().latex_to_text(word) if _MARKED.search(word) else word for word in words)


def _words(value: str) -> Iterator[str]:
    """Cut a text at blanks that are not inside of braces or a formula, or behind a command; the blanks are kept."""
    depth, formula, start = 0, False, 0
    for found in _CUTS.finditer(value):
        sign = found[0]
        if sign.isspace():
            if not depth and not formula:
                yield value[start : found.start()]
                yield sign
                start = found.end()
        elif sign == "$":
            formula = not formula
        else:
            depth = max(0, depth + {"{": 1, "}": -1}.get(sign, 0))
    yield value[start:]


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    known = get_default_latex_context_db()
    fonts = [MacroTextSpec(name, "") for name in ("bf", "em", "it", "rm", "sc", "sf", "sl", "tt")]
    names = [MacroTextSpec(name, name) for name in ("TeX", "LaTeX", "BibTeX")]
    known.add_context_category("bibliographies", prepend=True, macros=[*fonts, *names])
    known.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=lambda node: node.latex_verbatim()))
    return LatexNodes2Text(latex_context=known, math_mode="verbatim", strict_latex_spaces=False)
