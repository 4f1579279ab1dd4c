from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder import shipped
from site_builder.meaning import words
from site_builder.meaning.tags import LONGEST, MOST, tags
from site_builder.meaning.weights import Weights, load
from site_builder.model import Topic
from site_builder.text.slugs import slugify

PHRASES = (shipped.WEIGHTS / "phrases.txt").read_text(encoding="utf-8").splitlines()
CLASSES = (shipped.WEIGHTS / "classes.tsv").read_text(encoding="utf-8").splitlines()
ENDINGS = re.compile(r"(?:es|s|ies|y)$")


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load()


def bare(text: str) -> str:
    """A text without what makes no difference: case, hyphens, spaces, and the endings of plurals."""
    return "".join(ENDINGS.sub("", word) for word in re.findall(r"[^\W_]+", text.lower()))


def test_terms_of_the_field_are_found_and_empty_words_are_not(weights: Weights) -> None:
    text = (
        "Extensive experiments show that the proposed method achieves state-of-the-art results in speculative "
        "decoding. Speculative decoding needs a KV cache; our KV cache is small."
    )
    assert tags("Smaller caches for speculative decoding", text, weights) == ("speculative decoding", "KV cache")


@pytest.mark.parametrize("phrase", PHRASES[::9])
def test_a_phrase_of_the_list_is_found_as_a_text_has_it(phrase: str, weights: Weights) -> None:
    assert phrase in tags(f"{phrase} as we see it", "", weights)


@pytest.mark.parametrize(
    "title",
    [
        "Vision transformers for maps",
        "Maps with a Vision Transformer",
        "VISION TRANSFORMER MAPS",
        "Vision-transformer maps",
    ],
)
def test_case_hyphen_and_plural_make_no_difference(title: str, weights: Weights) -> None:
    assert tags(title, "", weights) == ("vision transformer",)


@pytest.mark.parametrize("written", ["pretext tasks", "Pre-text task", "pretext-task"])
def test_a_word_that_some_write_with_a_hyphen_comes_to_one_tag(written: str, weights: Weights) -> None:
    assert tags("A study", f"We look at the {written} of others.", weights) == ("pretext task",)


def test_two_spellings_come_to_one_tag(weights: Weights) -> None:
    first = tags("A study", "The vision-language model and vision-language models.", weights)
    second = tags("A study", "The vision language model and vision language models.", weights)
    assert first == second == ("vision-language model",)


def test_the_longest_phrase_stands_for_those_in_it(weights: Weights) -> None:
    found = tags("Weakly supervised semantic segmentation of rivers", "Semantic segmentation needs masks.", weights)
    assert found == ("weakly supervised semantic segmentation",)


def test_the_name_of_a_topic_is_no_tag_and_neither_is_a_word_of_it(weights: Weights) -> None:
    text = "Token pruning drops tokens. Pruning is quick; pruning is cheap. Quantization is another way."
    topic = Topic(id="token-pruning", name="Token pruning")
    assert "token pruning" in tags("On token pruning", text, weights)
    assert tags("On token pruning and quantization", text, weights, [topic]) == ("quantization",)


@pytest.mark.parametrize(
    "text",
    [
        "We train a deep neural network, a machine learning model.",
        "Our experiments reorganize image patches in the first layers.",
        "The training data of large language models are large.",
        "Code is available on GitHub.",
    ],
)
def test_what_every_paper_says_is_no_tag(text: str, weights: Weights) -> None:
    assert tags("A note on experiments", text, weights) == ()


def test_a_coined_name_is_no_tag(weights: Weights) -> None:
    found = tags("FooBarNet: semantic segmentation of rivers", "FooBarNet beats others. FooBarNet is fast.", weights)
    assert found == ("semantic segmentation",)


def test_an_acronym_counts_only_as_it_is_written(weights: Weights) -> None:
    assert tags("Short clips", "A clip is short. Each clip is cut from a longer clip.", weights) == ()
    assert tags("Features of CLIP", "CLIP sees much.", weights) == ("CLIP",)


def test_an_acronym_beside_its_long_form_is_not_said_twice(weights: Weights) -> None:
    text = "A generative adversarial network (GAN) draws herons. GANs are hard to train, and this GAN is no other."
    assert tags("GANs for herons", text, weights) == ("generative adversarial network",)


def test_a_passing_single_word_is_no_tag(weights: Weights) -> None:
    assert tags("Boats in fog", "Unlike quantization, our way keeps the weights.", weights) == ()
    assert tags("Boats in fog", "Quantization harms boats. We undo quantization.", weights) == ("quantization",)


def test_a_noun_phrase_of_another_field_is_found_where_title_and_text_agree(weights: Weights) -> None:
    text = "Library catalogues list books. A library catalogue on cards takes room; the readers of it queue."
    assert tags("The library catalogue of a small town", text, weights) == ("library catalogue",)
    assert tags("The books of a small town", "A library catalogue is kept there.", weights) == ()


def test_no_piece_of_a_longer_word_is_a_tag(weights: Weights) -> None:
    text = "The non-library catalogue is long. A semi-library catalogue is longer."
    assert tags("A non-library catalogue", text, weights) == ()


def test_there_are_at_most_six_and_none_inside_another(weights: Weights) -> None:
    text = " ".join(
        f"{phrase}. {phrase}."
        for phrase in (
            "semantic segmentation", "optical flow", "domain shift", "causal inference", "depth estimation",
            "word embedding", "machine translation", "active learning", "masked image modeling", "image modeling",
        )
    )  # fmt: skip
    found = tags("On several things", text, weights)
    assert len(found) == MOST
    assert len({tag.split()[0] for tag in found}) == MOST


def test_a_text_without_terms_has_no_tags(weights: Weights) -> None:
    assert tags("", "", weights) == ()
    assert tags("It is what it is", "We show that this works well.", weights) == ()


VOCABULARY = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from([line.split("\t")[0] for line in CLASSES]),
    st.sampled_from(["the", "of", ".", "(", "GAN", "GANs", "we", "FooNet", "non", "-", "'s", "x", "é", "\n"]),
)
TEXTS = st.lists(VOCABULARY, max_size=60).map(" ".join)


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_tags_are_few_written_in_the_paper_and_differ_by_address(title: str, text: str) -> None:
    found = tags(title, text, load_once())
    assert len(found) <= MOST
    assert len({slugify(tag) for tag in found}) == len(found)
    for tag in found:
        assert bare(tag) in bare(f"{title} {text}")
        assert len(tag.split()) <= LONGEST


def load_once() -> Weights:
    return _LOADED


_LOADED = load()


def test_the_list_of_phrases_is_in_order_and_says_nothing_twice() -> None:
    assert sorted(PHRASES, key=lambda phrase: (phrase.lower(), phrase)) == PHRASES
    keys = [bare(phrase) for phrase in PHRASES]
    assert len(set(keys)) == len(keys)
    assert not {bare(phrase) for phrase in words.NOT_WHOLE} & set(keys)


@pytest.mark.parametrize("chunk", [PHRASES[start::10] for start in range(10)])
def test_every_phrase_of_the_list_is_found_as_it_is_spelt(chunk: list[str], weights: Weights) -> None:
    for phrase in chunk:
        assert tags(f"On {phrase}", "", weights) == (phrase,)
