"""Slugs are file names for ever, and folded titles tell papers apart."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.text.slugs import LONGEST, RESERVED, folded, slugify


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("D-Former: A U-shaped Dilated Transformer", "d-former-a-u-shaped-dilated-transformer"),
        ("[CLS] Token Tells Everything", "cls-token-tells-everything"),
        ("Don't Miss the Forest", "dont-miss-the-forest"),
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("A* search", "a-star-search"),
        ("VQ+Net & 50% fewer tokens", "vq-net-and-50-percent-fewer-tokens"),
        ("Café crème, Straße, Łódź", "cafe-creme-strasse-lodz"),
        ("β-VAE", "beta-vae"),
        ("ﬁne-tuning at ½ the price", "fine-tuning-at-1-2-the-price"),
        ("con", "the-con"),
        ("COM1", "the-com1"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_a_title_becomes_readable_words(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_a_long_title_is_cut_between_words() -> None:
    assert slugify("word " * 30) == "-".join(["word"] * 16)
    assert slugify("x" * 200) == "x" * LONGEST


def test_titles_without_latin_letters_keep_apart() -> None:
    one, other = slugify("注意力"), slugify("变换器")
    assert one.startswith("paper-")
    assert one != other
    assert slugify("") == slugify("")


@given(st.text())
@example("İ")
@example("nul.txt")
@example("\ud800")
def test_every_text_becomes_a_safe_file_name(title: str) -> None:
    slug = slugify(title)
    assert slug.isascii()
    assert 0 < len(slug) <= LONGEST
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert "--" not in slug
    assert slug not in RESERVED


def test_folding_forgets_case_width_and_punctuation_but_no_letter() -> None:
    assert folded("Deep-Net: A  Study") == folded("deep net — a study") == "deepnetastudy"
    assert folded("Cafe\u0301") == folded("café")
    assert folded("ﬁne") == folded("fine")
    assert folded("Token Pruning") != folded("Token Passing")


@given(st.text())
def test_folding_twice_is_folding_once(title: str) -> None:
    assert folded(folded(title)) == folded(title)


def test_a_title_of_signs_alone_still_has_a_key() -> None:
    assert folded("???") == "???"
    assert folded(" \t") == ""
