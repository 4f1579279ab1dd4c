"""Formulas in texts: told from amounts of money, set as MathML, and never lost."""

import re
import subprocess
import sys

import pytest

from site_builder.text.markdown import escape, to_html, to_text
from site_builder.text.maths import TAGS, formulas, to_mathml

HARMLESS = [
    "it costs $5 and $10",
    "from $5 to 10$ a day",
    "$ x $ stands apart",
    "a $ sign",
    r"\$x\$",
    "US$5 or A$6",
    "$5$6",
    r"\\(x\\)",
    "an open \\( here",
    "$$$x$$$",
    "$$5 or $$10 each",
    "$$a\n\nb$$",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_formula_stays_text(text: str) -> None:
    assert not list(formulas(text))
    assert to_text(escape(text)) == text
    assert "<math" not in to_html(escape(text))


@pytest.mark.parametrize(
    "text", [r"$\nu^2$", r"\(k_{i} < 3\)", "$5$", "$3x + 2$", r"$10\%$", "($x$),", r"$\{a\}$", "$$x_i$$"]
)
def test_a_formula_keeps_its_text_and_is_not_escaped(text: str) -> None:
    around = f"Of {text} and {text} _we_ *speak*"
    assert len(list(formulas(around))) == 2
    assert text in escape(around)
    assert to_text(escape(around)) == around
    assert text in to_text(f"{around} [link](https://a.example)")


def test_a_formula_in_code_and_in_an_address_is_none() -> None:
    assert to_html("`$x$` and [a](https://a.example/$x$)") == (
        '<p><code>$x$</code> and <a href="https://a.example/$x$" rel="nofollow noopener">a</a></p>'
    )


def test_only_the_first_hundreds_of_formulas_are_set() -> None:
    """Each takes its time; the others stand as they are written."""
    shown = to_html("$x$ " * 2_000)
    assert shown.count("<code>") + shown.count("<math") == 500
    assert shown.count("$x$") >= 1_500


def test_formulas_are_read_only_where_there_are_any() -> None:
    code = "import sys; from site_builder.text.markdown import to_html; to_html('$5 and $10, *x*'); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "site_builder.text.maths" in modules
    assert "latex2mathml" not in modules


def test_a_formula_that_lacks_a_part_shows_as_it_is_written() -> None:
    for formula in (r"$\frac{a$", r"$\frac{a}$"):
        assert to_html(f"by {formula} here") == f"<p>by <code>{formula}</code> here</p>"


def test_what_cannot_be_set_shows_as_code() -> None:
    assert to_html(r"by $\OurMethod{a}$ or ${$") == r"<p>by <code>$\OurMethod{a}$</code> or <code>${$</code></p>"


@pytest.mark.parametrize(
    "formula",
    [
        r"$\text{<img src=x onerror=alert(1)>}$",
        r"$\text{</math><script>alert(1)</script>}$",
        r"$\href{javascript:alert(1)}{x}$",
        r"$\text{<a href='javascript:alert(1)'>x</a>}$",
        r"$\style{color:red}{x}$",
    ],
)
def test_nothing_gets_through_a_formula(formula: str) -> None:
    for shown in (to_html(f"a {formula} b"), to_html(f"a {formula} *b*")):
        bare = re.sub(r"<code>[^<]*</code>", "", shown)
        assert not re.search(r"<img|<script|<a\b|href|style=", bare)
        assert bare.startswith("<p>a ")
        assert bare.endswith((" b</p>", " <em>b</em></p>"))


# With the library


def test_a_formula_becomes_mathml() -> None:
    nu = '<math display="inline"><mrow><msup><mi>ν</mi><mn>2</mn></msup></mrow></math>'
    assert to_html(escape(r"the $\nu^2$ bound")) == f"<p>the {nu} bound</p>"
    assert to_html(r"the \(\nu^2\) *bound*") == f"<p>the {nu} <em>bound</em></p>"


def test_a_formula_between_two_dollar_signs_stands_on_a_line_of_its_own() -> None:
    set_apart = '<math display="block"><mrow><msub><mi>x</mi><mi>i</mi></msub></mrow></math>'
    assert to_html("So\n\n$$\nx_i\n$$\n\nholds, $$x_i$$ too.") == (
        f"<p>So</p>\n<p>{set_apart}</p>\n<p>holds, {set_apart} too.</p>"
    )
    assert to_html(r"brackets \[CLS\] are text") == "<p>brackets [CLS] are text</p>"


def test_common_formulas_are_set_of_known_elements() -> None:
    for inside in (
        r"\frac{1}{2}",
        r"\sqrt[3]{n}",
        r"\mathbb{R}^d",
        r"\sum_{i=1}^n x_i",
        r"\mathcal{O}(n \log n)",
        r"\begin{matrix}a&b\\c&d\end{matrix}",
        r"\hat{x} \le \epsilon",
        r"p(x \mid y)",
        r"\ell_1",
    ):
        assert to_mathml(f"${inside}$").startswith("<math"), inside
    assert "math" in TAGS
