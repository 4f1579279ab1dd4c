"""The rules that ship: what they must not be caught by, and what they reach on labelled papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.topics import across_folds, f1, figures, labelled, read_papers
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
        ("Calibrating a camera", "We find its pose; camera calibration takes a minute.", "robustness"),
        ("Local rules", "Locally trained models hold local data.", "object-detection"),
        ("A matching loss", "It needs text-image pairs and a text encoder.", "image-generation"),
        ("Planning", "A search over paths ends after ten steps of search.", "retrieval"),
        ("Code that runs", "Our source code is available, and so are our source codes.", "code-models"),
        ("A general purpose arm", "In general it generalises to general tasks.", "image-generation"),
        ("Ships in fog", "The confounded captain sailed on.", "causal-ml"),
        (
            "Lamps",
            "Each lamp was tested on ImageNet classification, object detection and segmentation.",
            "segmentation",
        ),
        ("Routes of ferries", "Ferries are routed by routing tables.", "mixture-of-experts"),
        ("A faster decoder", "With a KV cache in four bits it is quantized well.", "tokenization"),
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


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A gait for six legs", "We tune a controller in simulation; the robot walks on sand and climbs a slope."),
        ("Bandits with delayed rewards", "We prove a bound on regret and show that it cannot be improved."),
        ("Faster solvers for sparse linear systems", "A preconditioner halves the number of iterations on meshes."),
        (
            "Sampling from a posterior",
            "We propose a Markov chain with a mixing time that does not grow with dimension.",
        ),
        ("How many cores?", "We schedule jobs on a shared machine and save energy at the same throughput."),
    ],
)
def test_a_paper_of_another_field_has_no_topic(title: str, text: str, analyser: Analyser) -> None:
    assert analyser.decide(title, text) == ()


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


HEADLINES = ("token-pruning", "attention-sinks", "causal-ml")


def test_the_rules_agree_with_people(analyser: Analyser, ingested: Path) -> None:
    judged = labelled(read_papers(ingested), analyser)
    floors = {topic.id: topic.floor for topic in analyser.topics}
    got = figures(judged, [paper.decided(floors) for paper in judged])
    assert len(judged) == 242
    assert got.micro >= 0.93
    assert got.macro >= 0.93
    for topic in HEADLINES:
        assert f1(*got.topics[topic]) >= 0.90, topic


def test_the_rules_agree_with_people_when_their_floors_are_chosen_on_other_papers(
    analyser: Analyser, ingested: Path
) -> None:
    judged = labelled(read_papers(ingested), analyser)
    got = figures(judged, across_folds(judged, {topic.id: topic.floor for topic in analyser.topics}))
    assert got.micro >= 0.91
    assert got.macro >= 0.91
