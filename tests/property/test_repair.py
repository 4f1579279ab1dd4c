"""Whatever the text: repaired once it stays as it is, and its repairs can be taken back."""

import re

from hypothesis import given
from hypothesis import strategies as st

from site_builder.content.repairs import undone
from site_builder.ingest.repair import RULES, repair
from site_builder.text.markdown import escape, to_text

EXAMPLES = [text for rule in RULES for text in (*(before for before, _ in rule.mends), *rule.spares)]
SIGNS = r"""
    a b n k 3 384 7% \ \% \& \_ ^ ^2 ^{ _{ } { _1 ~ ~( ` `` '' " ' -- --- -> . , ; : ( ) [ ] $ \( \) $x^2$ \(n\)
    times sim \times mathcal{ \emph{ sqrt{ frac{ }{ \href{ \eg \ie \"i nu Phi C_Phi top ^top geq gg bullet Abstract
    https://a.example/b https: // www.a.example github.com/a # * < > é 中 γ
"""
PIECES = st.sampled_from([*SIGNS.split(), *EXAMPLES, " ", " ", "\n\n"])
COPIES = st.lists(PIECES, max_size=12).map("".join).map(lambda text: to_text(escape(text)))
TITLES = st.sampled_from(["", "γ-nets", "A title", "Of nets"])
TRIGGERS = re.compile(
    r"[\\^{}~`_$]|--|''|times|sim|[gl]eq|neq|infty|arrow|bullet|gg|ll|Abstract|ABSTRACT|http|www\.|\.io|\w\.(?:com|org|co)/"
    r"|Omega|Theta|Phi|gamma| {2}|\A | \Z| \n|\n "
)


@given(COPIES, TITLES)
def test_a_repaired_text_has_nothing_left_to_repair(text: str, title: str) -> None:
    repaired, _ = repair(text, title)
    assert repair(repaired, title) == (repaired, ())


@given(COPIES, TITLES)
def test_taking_the_repairs_back_gives_the_copy(text: str, title: str) -> None:
    repaired, repairs = repair(text, title)
    assert undone(repaired, repairs) == text
    assert bool(repairs) == (repaired != text)


@given(COPIES, TITLES)
def test_a_repaired_text_is_on_the_page_as_it_is(text: str, title: str) -> None:
    """Else the offsets of the repairs would count in another text than the page's."""
    repaired, _ = repair(text, title)
    assert to_text(escape(repaired)) == repaired


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_a_text_without_any_of_the_signs_is_untouched(text: str) -> None:
    text = to_text(escape(text))
    if not TRIGGERS.search(text):
        assert repair(text) == (text, ())
