from __future__ import annotations

import random
import string
import warnings
from typing import TYPE_CHECKING

import pytest

from site_builder.text.terms import MIN_SIZE, STOP, WORD, term, terms, tokens, words

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.analysis.filters import STOP_WORDS

if TYPE_CHECKING:
    from pathlib import Path

WHOOSH = StemmingAnalyzer()
ENDINGS = """
ational tional enci anci izer bli alli entli eli ousli ization ation ator alism iveness fulness ousness aliti
iviti biliti logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent ou ism
ate iti ous ive ize sion tion e y s es ies sses eed ed ing ll ly
"""


def by_whoosh(text: str) -> list[tuple[str, int, int, int]]:
    return [(t.text, t.pos, t.startchar, t.endchar) for t in WHOOSH(text, positions=True, chars=True)]


def by_us(text: str) -> list[tuple[str, int, int, int]]:
    found = [t for t in tokens(text) if t.term]
    shift = by_whoosh(text)[0][1] if found else 0  # Whoosh counts stop words until it meets the first term
    return [(t.term, t.position + shift, t.start, t.end) for t in found]


@pytest.mark.parametrize(
    "text",
    [
        "Attention sinks are in the first tokens of a Transformer",
        "the e.g. github.com/owner/name v2.0.1 under_score don't naïve Straße ÇA",
        "İstanbul'da ΣΊΣΥΦΟΣ ΣΑΣ. αΣ'α ﬁnding x² 日本語のテキスト ١٢٣ a\u0301bc e\u0301",
        "...a..b. .c d._e __ yes year yonder Y 1.5e-3 3D 10,000 [CLS] <SEG> P_r",
        "",
        "the of and",
        "\0\t\n\u200bzero\u200bwidth\u00a0nbsp",
    ],
)
def test_terms_positions_and_offsets_are_those_of_whoosh(text: str) -> None:
    assert by_us(text) == by_whoosh(text)


def test_every_word_of_the_dumps_has_the_term_that_whoosh_gives_it(shared: Path) -> None:
    for dump in sorted((shared / "dumps").glob("*.txt")):
        text = dump.read_text("utf-8")
        assert by_us(text) == by_whoosh(text)


def test_a_hundred_thousand_made_up_words_have_the_terms_that_whoosh_gives_them() -> None:
    draw = random.Random(20240311)  # noqa: S311 - words, not secrets
    letters = string.ascii_lowercase + "yyaeiouaeiou" + "éßñ0_"
    made = [
        "".join(draw.choices(letters, k=draw.randint(1, 7)))
        + "".join(draw.choices(ENDINGS.split(), k=draw.randint(0, 3)))
        for _ in range(100_000)
    ]
    text = " ".join(made)
    assert by_us(text) == by_whoosh(text)


def test_the_stop_list_the_pattern_and_the_least_length_are_whooshs() -> None:
    tokenizer, _, stop, _ = WHOOSH.items
    assert STOP == STOP_WORDS == stop.stops
    assert stop.min == MIN_SIZE
    assert tokenizer.expression.pattern == r"\w+(\.?\w+)*"
    assert WORD.pattern == r"\w+(?:\.\w+)*"


def test_a_stop_word_has_no_term_and_the_position_of_the_next_term() -> None:
    assert [(t.word, t.term, t.position) for t in tokens("Mixture of the Experts")] == [
        ("mixture", "mixtur", 0),
        ("of", "", 1),
        ("the", "", 1),
        ("experts", "expert", 1),
    ]
    assert term("The") is None
    assert term("x") is None
    assert term("Tokens") == "token"


def test_words_keep_their_written_form_beside_their_terms() -> None:
    written = words("KV Caches of LLMs")
    assert written == ["KV", "Caches", "of", "LLMs"]
    assert terms(written) == ["kv", "cach", "", "llm"]
