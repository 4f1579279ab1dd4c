"""The rules that ship: what they must not be caught by, and what they reach on labelled papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.topics import figures, labelled, read_papers
from site_builder import shipped
from site_builder.content.topics import read_topics
from site_builder.ingest import ingest
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.weights import load
from site_builder.text.slugs import folded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(read_topics(shipped.TOPICS.read_text("utf-8"), "topics.yaml"), load())


@pytest.fixture(scope="module")
def ingested(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = tmp_path_factory.mktemp("content")
    ingest([shared / "dumps"], content, day="2024-03-11")
    return content


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        (
            "A decoder for speech",
            "We use a causal attention mask and causal convolutions in a causal decoder.",
            "causal-ml",
        ),
        (
            "Explaining a classifier",
            "Its saliency maps and other saliency maps explain the network.",
            "visual-saliency",
        ),
        ("Bread", "Each token costs two crowns; tokens are sold at the door.", "token-pruning"),
        ("A faster kernel", "It is efficient and cuts the computational cost and latency.", "token-pruning"),
        ("Heads and importance", "Attention scores measure the importance of each word.", "attention-sinks"),
        ("Colour terms", "Each object has attributes; attributes differ between objects.", "interpretability"),
        ("Adaptive filters", "They adapt adaptively.", "transfer-learning"),
        ("A grasping robot", "It holds a cup.", "multimodal-llms"),
    ],
)
def test_a_passing_word_decides_nothing(title: str, text: str, topic: str, analyser: Analyser) -> None:
    assert topic not in {evidence.topic for evidence in analyser.decide(title, text)}


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        ("Fewer pieces", "We prune visual tokens, and token pruning makes the model twice as fast.", "token-pruning"),
        ("Where softmax goes", "The first token is an attention sink.", "attention-sinks"),
        ("Why it rained", "We estimate the treatment effect with a causal graph.", "causal-ml"),
        ("Pouring heaps", "We compute the Wasserstein distance.", "optimal-transport"),
    ],
)
def test_a_named_subject_decides(title: str, text: str, topic: str, analyser: Analyser) -> None:
    assert topic in {evidence.topic for evidence in analyser.decide(title, text)}


def test_all_topics_are_told_to_a_newcomer_and_have_rules(analyser: Analyser) -> None:
    assert len(analyser.topics) == 34
    for topic in analyser.topics:
        assert topic.rules
        assert topic.definition
        assert 2 <= topic.introduction.count(".") + topic.introduction.count("?") <= 5


def test_no_rule_is_the_title_of_a_paper(analyser: Analyser, ingested: Path) -> None:
    titles = {folded(paper.title) for paper in read_papers(ingested)}
    phrases = {
        folded(phrase) for topic in analyser.topics for rule in topic.rules for phrase in rule.query.split('"')[1::2]
    }
    assert not titles & phrases


def test_the_rules_agree_with_people(analyser: Analyser, ingested: Path) -> None:
    judged = labelled(read_papers(ingested), analyser)
    floors = {topic.id: topic.floor for topic in analyser.topics}
    got = figures(judged, [paper.decided(floors) for paper in judged])
    assert len(judged) == 242
    assert got.micro >= 0.86
    assert got.macro >= 0.86
