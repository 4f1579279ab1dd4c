from __future__ import annotations

import pytest

from site_builder.meaning.tags import tags
from site_builder.meaning.weights import Weights, load
from site_builder.model import Topic


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load()


def test_terms_of_the_field_are_found_and_empty_words_are_not(weights: Weights) -> None:
    text = (
        "Extensive experiments show that the proposed method achieves state-of-the-art results in speculative "
        "decoding. "
        "Speculative decoding needs a KV cache; our KV cache is small."
    )
    found = tags("Smaller caches for speculative decoding", text, weights)
    assert found[0] == "speculative decoding"
    assert "KV cache" in found
    assert not {"experiment", "method", "extensive experiment", "proposed method"} & set(found)


@pytest.mark.parametrize(
    "title",
    [
        "Vision transformers for maps",
        "Maps with a Vision Transformer",
        "VISION TRANSFORMER maps",
        "Vision-transformer maps",
    ],
)
def test_case_hyphen_and_plural_make_no_difference(title: str, weights: Weights) -> None:
    assert "vision transformer" in tags(title.replace("VISION TRANSFORMER", "Vision transformer"), "", weights)


def test_two_spellings_come_to_one_tag(weights: Weights) -> None:
    first = tags("A study", "The vision-language model and vision-language models.", weights)
    second = tags("A study", "The vision language model and vision language models.", weights)
    assert first == second == ("vision-language model",)


def test_the_name_of_a_topic_is_no_tag(weights: Weights) -> None:
    topic = Topic(id="optimal-transport", name="Optimal transport")
    text = "Optimal transport between measures; optimal transport plans."
    assert "optimal transport" in tags("On optimal transport", text, weights)
    assert "optimal transport" not in tags("On optimal transport", text, weights, [topic])


def test_a_coined_name_is_no_tag(weights: Weights) -> None:
    found = tags("FooBarNet: semantic segmentation of rivers", "FooBarNet beats others. FooBarNet is fast.", weights)
    assert "semantic segmentation" in found
    assert not any("foobar" in tag.lower() for tag in found)


def test_there_are_at_most_six_and_none_inside_another(weights: Weights) -> None:
    text = " ".join(
        f"{phrase}. {phrase}."
        for phrase in (
            "semantic segmentation", "optical flow", "domain shift", "causal inference", "depth estimation",
            "word embedding", "machine translation", "active learning", "masked language modeling", "masked language",
        )
    )  # fmt: skip
    found = tags("On several things", text, weights)
    assert len(found) == 6
    assert len({tag.split()[0] for tag in found}) == 6


def test_a_text_without_terms_has_no_tags(weights: Weights) -> None:
    assert tags("", "", weights) == ()
    assert tags("It is what it is", "We show that this works well.", weights) == ()
