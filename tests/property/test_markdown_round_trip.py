"""Whatever the text, escaping it into Markdown shows it unchanged, by the short way and by the long one."""

import html
import re

import nh3
from hypothesis import given
from hypothesis import strategies as st

from site_builder.text import markdown, maths

SIGNS = r"""
    a b_c * ** _ __ ` `` \ \\ [ ] ]( ( ) ![ ]: < > <b> </p> <!-- & &amp; &lt &#35; ; # ## 1. 1) - --- + === : ~ | ! $
    $x_i$ $a*b*c$ $\{_ \( \) \(x_1\) $5 { } ' " http:// https://a.example/b_c ftp:// @ é 中 ²
"""
PIECES = st.sampled_from([*SIGNS.split(), " ", " ", "  ", "    ", "\n", "\n\n", "\t", "1. ", "- "])
TEXTS = st.one_of(
    st.lists(PIECES, max_size=30).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t\r"), max_size=60),
)


@given(TEXTS)
def test_escaped_text_is_seen_unchanged(text: str) -> None:
    assert markdown.to_text(markdown.escape(text)).split() == text.split()


@given(TEXTS)
def test_the_short_way_shows_what_the_library_shows(text: str) -> None:
    source = markdown.escape(text)
    stashed, formulas = markdown._stash(source)
    converted = markdown._converter().reset().convert(stashed)
    assert not set(re.findall(r"<(/?\w+)", converted)) - {"p", "/p"}
    shown = html.unescape(nh3.clean(markdown._set(converted, formulas, html.escape), tags=set()))
    assert shown.split() == text.split()
    if not formulas:
        assert html.unescape(nh3.clean(markdown.to_html(source), tags=set())).split() == text.split()


@given(TEXTS)
def test_what_is_told_at_a_glance_to_be_plain_shows_as_the_library_shows_it(text: str) -> None:
    source = text.strip()
    plain = markdown._plain_at_a_glance(source)
    if plain is not None:
        assert markdown.escape(plain) == plain == markdown._unescape(plain)
        converted = markdown._converter().reset().convert(source)
        shown = html.escape(plain, quote=False).split("\n\n")
        assert " ".join(converted.split()) == " ".join(f"<p>{paragraph}</p>" for paragraph in shown if paragraph)


@given(TEXTS)
def test_escaping_keeps_paragraphs(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    paragraphs = [p for p in re.split(r"\n\s*\n", lines) if p.strip()]
    assert markdown.to_html(markdown.escape(text)).count("<p>") == len(paragraphs)


@given(TEXTS)
def test_any_markdown_becomes_html_of_known_tags_only(source: str) -> None:
    shown = markdown.to_html(source)
    known = {*markdown._TAGS, *maths.TAGS}
    assert set(re.findall(r"<(/?\w+)", shown)) <= {f"{slash}{tag}" for tag in known for slash in ("", "/")}
    assert markdown.to_text(source) == markdown.to_text(source).strip()
