r"""Markdown, safely: plain text into it, HTML and the text that a reader sees out of it. The door to markdown and nh3.

`escape` is the way in for text from strangers. Most bodies are its work and hold no markup at all; `to_html` knows them
(escaping what is read from them gives them back) and takes a short way. Raw HTML and images are off: what looks like a
tag is text. Whatever the way, nh3 is the second wall. Formulas (`$...$`, `\(...\)`) are no Markdown: nothing in them is
escaped, and neither way sees them; they are set as MathML.
"""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import nh3

from site_builder.text import maths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import markdown

_PUNCTUATION = r"\`*_{}[]()>#+-.!"
"""The characters that a backslash makes plain in Markdown."""

_ESCAPED = re.compile(rf"\\([{re.escape(_PUNCTUATION)}])")
_BACKSLASH = re.compile(rf"\\(?=[{re.escape(_PUNCTUATION)}])")
_ENTITY = re.compile(r"&(?=(?:#\d+|#x[0-9a-f]+|[0-9a-z]+);)", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n\s*\n")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
# A heading, quotation, list item, rule or link definition where a paragraph begins: the mark to escape is in the group.
_OPENING = re.compile(r"(?:\d+(?=[.)](?:\s|$)))?(#|>|[-+*.)](?=\s|$)|-(?=[-\s]*$)|\[(?=[^\[\]]*\]:))")
_WORD_BREAKING = re.compile(r"(?<![^\W_])_|_(?![^\W_])")

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`“”‘’\\^{|}\x1a]+", re.IGNORECASE)
_SENTENCE_END = ".,;:!?…*_~"
_CLOSING = {")": "(", "]": "["}

_STASHED = re.compile("\x1a(\\d+)\x1a")
"""What stands in the place of a formula while the rest is worked on: no text has this control character."""

_TAG = re.compile(r"(<[^>]*>)")
_HEADING = re.compile(r"(</?h)([1-5])>")
_NO_LINKS_IN = {"a": 1, "code": 1}
_TAGS = {
    "p",
    "br",
    "hr",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "em",
    "strong",
    "a",
}

_MOST_BRACKETS = 400
_MOST_FORMULAS = 500
_MOST_ESCAPES = 10_000
"""Of one body: the library takes time with the square of their number."""

_DEEP = re.compile(r"^(?:[ \t]*(?:>|[-+*](?=\s)|\d{1,9}\.(?=\s))){50}", re.MULTILINE)
"""Fifty quotations or lists in one another, opened on one line: nobody means that, and thousands take seconds."""


def escape(text: str) -> str:
    """Return Markdown that shows exactly this plain text, white space folded; paragraphs (blank lines) stay paragraphs.

    Each paragraph becomes one line, and only that is escaped which would be read as markup where it stands. Control
    characters, which no page can show, are left out.
    """
    paragraphs = (" ".join(p.split()) for p in _PARAGRAPHS.split(_CONTROL.sub("", _lines(text))))
    return "\n\n".join(_escape_paragraph(p) for p in paragraphs if p)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _escape_paragraph(text: str) -> str:
    text, formulas = _stash(text)
    text = _BACKSLASH.sub(r"\\\\", text)
    text = _ENTITY.sub("&amp;", text)
    text = text.replace("](", r"\](")
    if text.count("`") > 1 and len(re.findall(r"`+", text)) > 1:
        text = text.replace("`", r"\`")
    if text.count("*") > 1:
        text = text.replace("*", r"\*")
    if text.count("_") > 1 and len(_WORD_BREAKING.findall(text)) > 1:
        text = _WORD_BREAKING.sub(r"\\_", text)
    opening = _OPENING.match(text)
    text = f"{text[: opening.start(1)]}\\{text[opening.start(1) :]}" if opening else text
    return _restored(text, formulas)


def _unescape(source: str) -> str:
    text, formulas = _stash(source)
    return _restored(_ESCAPED.sub(r"\1", text).replace("&amp;", "&"), formulas)


def _stash(text: str) -> tuple[str, list[str]]:
    """Return the text with a mark in the place of each formula, and the formulas."""
    found = list(maths.formulas(text))
    parts = []
    at = 0
    for number, formula in enumerate(found):
        parts += [text[at : formula.start()], f"\x1a{number}\x1a"]
        at = formula.end()
    return "".join((*parts, text[at:])), [formula[0] for formula in found]


def _restored(text: str, formulas: list[str]) -> str:
    return _STASHED.sub(lambda mark: formulas[int(mark[1])], text) if formulas else text


@lru_cache(maxsize=1)
def _read(source: str) -> tuple[str, str | None]:
    """Return a body without what no page can show, and the plain text that it is the escape of, if of any.

    The last one is kept, because a page wants a body both as HTML and as text.
    """
    source = _CONTROL.sub("", _lines(source)).strip()
    plain = _plain_at_a_glance(source)
    if plain is None:
        unescaped = _unescape(source)
        plain = unescaped if escape(unescaped) == source else None
    return source, plain


def _plain_at_a_glance(source: str) -> str | None:
    """Return the plain text of a body in which nothing can be markup, as can be told of most without reading it."""
    if any(sign in source for sign in ("\\", "&", "`", "*", "_", "](", "$")):
        return None
    lines = source.split("\n")
    if any(" ".join(line.split()) != line or _OPENING.match(line) or line.startswith("=") for line in lines):
        return None
    # A single line's end parts words, an empty line paragraphs.
    paragraphs = _PARAGRAPHS.split(source)
    return source if len(lines) == 2 * len(paragraphs) - 1 else "\n\n".join(p.replace("\n", " ") for p in paragraphs)


def get_ready() -> None:
    """Import now what only some bodies need: before the work is spread over processes, each of which would."""
    _converter()


def to_html(source: str) -> str:
    """Return safe HTML for Markdown: no raw HTML, no images, headings from h2 on, bare web addresses as links."""
    source, plain = _read(source)
    markup = _markup_html(source, maths.to_mathml) if plain is None else _plain_html(plain)
    return _TO_OURSELVES.sub(r"\1", _cleaner().clean(markup))


def _plain_html(text: str) -> str:
    text, formulas = _stash(text)
    return _set(_all_plain(text), formulas, maths.to_mathml)


def _markup_html(source: str, show: Callable[[str], str]) -> str:
    """Return HTML of Markdown with each formula as `show` gives it."""
    source, formulas = _stash(source)
    return _set(_converted(source), formulas, show)


def _set(markup: str, formulas: list[str], show: Callable[[str], str]) -> str:
    """Put the formulas into HTML in the place of their marks; in code and in attributes, as they are written."""
    if not formulas:
        return markup
    written = [html.escape(formula) for formula in formulas]
    shown = [show(formula) for formula in formulas[:_MOST_FORMULAS]] + written[_MOST_FORMULAS:]
    parts = []
    in_code = 0
    for n, part in enumerate(_TAG.split(markup)):
        if n % 2:
            in_code += (part == "<code>") - (part == "</code>")
        parts.append(_restored(part, written if n % 2 or in_code else shown))
    return "".join(parts)


def _converted(source: str) -> str:
    brackets = source.count("[")
    if brackets + source.count("\\") > _MOST_ESCAPES or _DEEP.search(source):
        return _all_plain(source)
    if brackets > _MOST_BRACKETS:
        source = source.replace("[", r"\[")
    try:
        markup = _converter().reset().convert(source)
    except RecursionError:  # thousands of nested lists: show what is written, and forget the half-way converter
        _converter.cache_clear()
        return _all_plain(source)
    return _link_addresses(_HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) + 1}>", markup))


def _all_plain(text: str) -> str:
    return "\n".join(f"<p>{_linked(paragraph)}</p>" for paragraph in text.split("\n\n") if paragraph)


def to_text(source: str) -> str:
    """Return the text that a reader sees of a Markdown body, with a blank line between blocks; formulas as LaTeX.

    `to_text(escape(text))` is `text`, but for white space and control characters.
    """
    source, plain = _read(source)
    if plain is not None:
        return plain
    markup = _cleaner().clean(_markup_html(source, html.escape))
    blocks = re.sub(r"(</(?:p|h\d|li|pre|blockquote)>|<br>|<hr>)", r"\1" + "\n\n", markup)
    text = html.unescape(nh3.clean(blocks, tags=set()))
    return re.sub(r"\n\s*\n", "\n\n", text).strip()


def web_addresses(text: str) -> Iterator[re.Match[str]]:
    """Yield the http(s) addresses in a text as matches of their place, without the punctuation of the sentence."""
    at = 0 if "://" in text else len(text)
    while found := _WEB_ADDRESS.search(text, at):
        end = found.end()
        spare = {mark: found[0].count(mark) - found[0].count(_CLOSING[mark]) for mark in _CLOSING}
        while end > found.start() and ((last := text[end - 1]) in _SENTENCE_END or spare.get(last, 0) > 0):
            if last in spare:
                spare[last] -= 1
            end -= 1
        trimmed = _WEB_ADDRESS.match(text, found.start(), end)
        if trimmed:
            yield trimmed
        at = found.end()


def _link_addresses(markup: str) -> str:
    """Make links of the web addresses in the text of HTML, but for those in links and code."""
    parts = []
    inside = 0
    for n, part in enumerate(_TAG.split(markup)):
        if n % 2:
            inside += _NO_LINKS_IN.get(part.strip("</>").split(" ")[0], 0) * (-1 if part.startswith("</") else 1)
        elif not inside and "://" in part:
            part = _linked(html.unescape(part))  # noqa: PLW2901 - the part is replaced where it stands
        parts.append(part)
    return "".join(parts)


def _linked(text: str) -> str:
    """Return HTML of plain text in which web addresses are links."""
    cuts = [0, *(at for found in web_addresses(text) for at in found.span()), len(text)]
    parts = [html.escape(text[start:end], quote=False) for start, end in pairwise(cuts)]
    parts[1::2] = [f'<a href="{part}">{part}</a>' for part in parts[1::2]]
    return "".join(parts)


@cache
def _converter() -> markdown.Markdown:
    """Return Markdown without raw HTML, <autolinks> (bare ones are linked) and images (they call third parties)."""
    import markdown  # here, because few bodies need it and it takes as long to import as a hundred bodies to show
    from markdown.extensions.sane_lists import SaneListExtension  # by its name it would be sought in every package

    converter = markdown.Markdown(extensions=[SaneListExtension()])
    converter.preprocessors.deregister("html_block")
    for name in ("html", "entity", "autolink", "automail", "image_link", "image_reference", "short_image_ref"):
        converter.inlinePatterns.deregister(name)
    return converter


_TO_OURSELVES = re.compile(r'(<a href="(?!/|[^"/]*:)[^"]*"(?: title="[^"]*")?) rel="nofollow noopener"')
"""A link to a page of the same site, by a relative address, as the cleaner writes it: crawlers may follow it."""


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS | maths.TAGS.keys(),
        attributes={"a": {"href", "title"}, **maths.TAGS},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
