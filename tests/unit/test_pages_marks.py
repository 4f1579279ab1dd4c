"""Words of a paper marked where they stand in its page."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.pages.kinds import Mark
from site_builder.pages.marks import marked
from site_builder.text.markdown import escape, to_html, to_text


def mark(source: str, **topics: str) -> str:
    """Return the page's HTML of a Markdown body, with the words of topics (`t1="these"`) marked."""
    text = to_text(source)
    marks = [Mark(at, at + len(words), int(topic[1:])) for topic, words in topics.items() for at in [text.index(words)]]
    return marked(to_html(source), text, marks)


def test_words_are_marked_where_they_stand() -> None:
    assert mark("A lamp & a rope.", t1="lamp", t2="rope") == ('<p>A <b>lamp</b> &amp; a <b data-for="2">rope</b>.</p>')


def test_without_marks_the_markup_is_left_as_it_is() -> None:
    assert marked("<p>5 &lt; 7</p>", "5 < 7", ()) == "<p>5 &lt; 7</p>"


def test_where_marks_overlap_each_stretch_names_its_topics() -> None:
    assert mark("the old fixed lamp room", t1="old fixed lamp", t2="fixed lamp room", t3="lamp") == (
        '<p>the <b>old </b><b data-for="1 2">fixed </b><b data-for="1 2 3">lamp</b><b data-for="2"> room</b></p>'
    )


def test_stretches_with_the_same_topics_are_one() -> None:
    assert mark("a fixed lamp", t1="fixed lamp", t01="lamp") == "<p>a <b>fixed lamp</b></p>"


def test_words_across_markup_are_marked_piece_by_piece() -> None:
    assert mark('A *fixed* [lamp](https://example.org "a > b") room', t1="fixed lamp room") == (
        '<p>A <em><b>fixed</b></em> <a href="https://example.org" title="a &gt; b" '
        'rel="nofollow noopener"><b>lamp</b></a><b> room</b></p>'
    )


def test_words_across_paragraphs_and_list_items_leave_no_mark_between_these() -> None:
    found = mark("fixed\n\nlamp\n\n- rope\n- knot", t1="fixed\n\nlamp\n\nrope\n\nknot")
    assert re.findall("<b[^>]*>([^<]*)</b>", found) == ["fixed", "lamp", "rope", "knot"]


def test_what_looks_like_a_mark_or_a_tag_stays_text() -> None:
    assert mark(escape('<b data-for="1">& <LAMP>'), t1="LAMP") == (
        '<p>&lt;b data-for="1"&gt;&amp; &lt;<b>LAMP</b>&gt;</p>'
    )


def test_a_formula_is_not_cut_and_words_beside_it_are_found_all_the_same() -> None:
    markup = "<p>a lamp of <math><mi>lamp</mi></math> and rope</p>"
    text = "a lamp of $x$ and rope"
    marks = [Mark(2, 6, 1), Mark(18, 22, 2), Mark(7, 13, 3)]
    assert marked(markup, text, marks) == (
        '<p>a <b>lamp</b> of <math><mi>lamp</mi></math> and <b data-for="2">rope</b></p>'
    )


def test_where_the_page_says_a_word_more_often_than_the_text_it_is_not_marked() -> None:
    assert marked("<p>lamp lamp</p>", "a lamp", [Mark(2, 6, 1)]) == "<p>lamp lamp</p>"


PIECES = st.sampled_from(
    [
        *("lamp", "lamps", "fixed", "naïve", "5", "—", "_", "**", "<LAMP>", "&amp;", " "),
        *("*em*", "`a < b`", "[rope](https://example.org)", "https://example.org/lamp"),
        *("\n", "\n\n", "\n\n- ", "> ", "# "),
    ]
)


@given(st.lists(PIECES, max_size=30).map(" ".join), st.data())
def test_marks_add_nothing_but_themselves_and_hold_the_words(source: str, data: st.DataObject) -> None:
    text = to_text(source)
    words = [found.span() for found in re.finditer(r"\w+", text)]
    picks = data.draw(st.lists(st.tuples(st.sampled_from(words), st.sampled_from(words)), max_size=6)) if words else []
    marks = [Mark(min(a, b)[0], max(a, b)[1], n) for n, (a, b) in enumerate(picks, 1)]
    markup = to_html(source)
    found = marked(markup, text, marks)
    assert html.unescape(re.sub("</?b(?: [^>]*)?>", "", found)) == html.unescape(markup)
    for mark in marks:
        pieces = [said for topics, said in marks_of(found) if str(mark.topic) in topics.split()]
        assert squeezed(html.unescape("".join(pieces))) == squeezed(text[mark.start : mark.end])


def marks_of(found: str) -> list[tuple[str, str]]:
    """Return the topics and the words of each mark; one for the first topic alone does not name it."""
    return [(topics or "1", said) for topics, said in re.findall('<b(?: data-for="([^"]*)")?>([^<]*)</b>', found)]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("sign", ["\u00a0", "\u2028", "\x1f"])
def test_odd_white_space_moves_no_mark(sign: str) -> None:
    source = escape(f"a{sign}fixed lamp")
    assert re.findall("<b[^>]*>([^<]*)", mark(source, t1="lamp")) == ["lamp"]
