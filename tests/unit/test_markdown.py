"""Plain text goes into Markdown and comes out the same; hostile Markdown comes out harmless."""

import time

import pytest

from site_builder.text.markdown import escape, to_html, to_text, web_addresses

TRAPS = [
    "<SEG> and <b>bold</b> and <1M samples",
    "[CLS] tokens and [a](b) and [a][b] and ![alt](src.png)",
    "[x]: y",
    "[x]: http://example.org 'title'",
    "P_r and x_y_z but _so_ and __so__ and a__b_ c",
    "*2 times",
    "*so* and **so** and ***so***",
    "* * *",
    "a * b * c",
    "``quoted'' once",
    "``quoted'' and `again` and ``twice''",
    "# no heading",
    "#hashtag",
    "> no quotation",
    "1. no list",
    "1) no list",
    "2024. was a year",
    "- no list",
    "+ no list",
    "-",
    "---",
    "- - -",
    "- _ *",
    "___",
    "===",
    "over\n===\nunder\n---",
    "    four spaces",
    "\tone tab",
    "&amp; and &lt;b&gt; and &#35; and &nosuch; and AT&T and &copy",
    r"\alpha \* \_ \\ \\* \` \. end\ ",
    "\\`a` and `b\\`",
    "see http://example.org/x_y_z and http://a.example/_b_ and https://c.example/*d*.",
    "$x_{i}^{*}$ and $y_{j}^{*}$",
    "trailing  \nbreak",
    "a paragraph\n\nand another\n\n\n\nand a third",
    "~~~\ncode\n~~~",
    "Term\n: definition",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "wzxhzdk:0 and klzzwxh:0000",
    "[" * 50 + "]" * 50 + "(x)",
]


@pytest.mark.parametrize("text", TRAPS)
def test_what_was_copied_is_what_a_reader_sees(text: str) -> None:
    assert to_text(escape(text)).split() == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "A [CLS] token, <SEG>, P_r, x_1 and x_2, $k=3$, *2, ``quoted'' (once), AT&T, a \\ b, 1.5 - 2 + 3 > 1 # 7.",
        "See https://example.org/a_b/c-d?e=f&g=h.",
    ],
)
def test_text_that_is_no_markup_where_it_stands_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


def test_paragraphs_stay_paragraphs() -> None:
    assert escape("One\nline.\n\n \nTwo.") == "One line.\n\nTwo."
    assert to_html("One line.\n\nTwo.") == "<p>One line.</p>\n<p>Two.</p>"


def test_a_web_address_becomes_a_link_without_the_full_stop() -> None:
    assert to_html("Code (https://example.org/a_b?c=d&e=f).") == (
        '<p>Code (<a href="https://example.org/a_b?c=d&amp;e=f" rel="nofollow noopener">'
        "https://example.org/a_b?c=d&amp;e=f</a>).</p>"
    )


@pytest.mark.parametrize("address", ["otters.html", "../papers/a.html#end", "#text"])
def test_crawlers_may_follow_links_to_our_own_pages(address: str) -> None:
    assert to_html(f"[a]({address})") == f'<p><a href="{address}">a</a></p>'


@pytest.mark.parametrize(
    "address", ["http://example.org/x", "HTTPS://example.org", "//example.org/x", "mailto:a@example.org"]
)
def test_crawlers_are_not_sent_elsewhere(address: str) -> None:
    assert 'rel="nofollow noopener"' in to_html(f"[a]({address})")


def test_web_addresses_in_written_links_and_code_are_left_alone() -> None:
    shown = to_html("*See* [http://a.example](http://b.example), `http://c.example` and http://d.example!")
    assert shown.count("<a ") == 2
    assert '<a href="http://b.example" rel="nofollow noopener">http://a.example</a>' in shown
    assert "<code>http://c.example</code>" in shown
    assert 'href="http://d.example"' in shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a_(b)).", ["https://example.org/a_(b)"]),
        ("<https://example.org>, 'http://b.example/'", ["https://example.org", "http://b.example/"]),
        ("nothing http:// here", []),
        ("HTTPS://EXAMPLE.ORG", ["HTTPS://EXAMPLE.ORG"]),
    ],
)
def test_web_addresses_end_where_the_sentence_goes_on(text: str, found: list[str]) -> None:
    assert [m[0] for m in web_addresses(text)] == found


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](data:text/html,hello)",
        '[x](http://example.org "a\\"onclick=alert(1)")',
        "<img src=x onerror=alert(1)>",
        "![x](http://tracker.example/pixel.gif)",
        "<a href='javascript:alert(1)'>*x*</a>",
        "`<b>` *<i onclick=x>*",
        "[x]: javascript:alert(1)\n\n[x]",
        'https://example.org/"onmouseover="alert(1)',
    ],
)
def test_hostile_markdown_is_harmless(source: str) -> None:
    shown = to_html(source)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "<i" not in shown
    assert 'href="javascript' not in shown.lower()
    assert 'href="data' not in shown
    assert " on" not in "".join(tag.split(">")[0] for tag in shown.split("<")[1:]).replace("noopener", "")


def test_a_person_may_write_markdown() -> None:
    shown = to_html("# Why\n\nSome *emphasis* and **more**, `code`.\n\n- one\n- two\n\n> quoted\n\n1. first")
    for part in ("<h2>Why</h2>", "<em>emphasis</em>", "<strong>more</strong>", "<code>code</code>", "<li>one</li>"):
        assert part in shown
    assert "<h1>" not in shown
    assert "<blockquote>" in shown
    assert "<ol>" in shown


def test_plain_text_of_written_markdown_is_what_a_reader_sees() -> None:
    assert to_text("# Why\n\nSome *emphasis* &amp; `a<b`\nhere.\n\n- one\n- two") == (
        "Why\n\nSome emphasis & a<b\nhere.\n\none\n\ntwo"
    )


def test_a_body_nested_too_deep_does_not_spoil_the_next() -> None:
    deep = "\n".join("    " * level + "- *a*" for level in range(300))
    assert to_html(deep).startswith("<p>- *a*\n    - *a*")
    assert to_html("*a* \\*") == "<p><em>a</em> *</p>"


def test_no_body_is_no_html() -> None:
    assert to_html("") == to_html(" \n ") == ""
    assert to_text("") == escape("") == ""


@pytest.mark.parametrize(
    "source",
    [
        *("[" * 100_000, "[a](" * 5_000, "[](" * 33_000, "\\" * 100_000, "1. " * 20_000, "> " * 20_000, ">" * 50_000),
        *("*a " * 20_000, "`a``" * 5_000, "**a __b " * 5_000, "*a* https://example.org/" + ")" * 50_000),
    ],
    ids=lambda source: source[:8],
)
def test_thousands_of_signs_take_no_long_time(source: str) -> None:
    began = time.process_time()
    to_html(source)
    to_text(source)
    assert to_text(escape(source)).split() == source.split()
    assert time.process_time() - began < 5
