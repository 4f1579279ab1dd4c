from __future__ import annotations

import pytest

from site_builder.errors import UserError
from site_builder.meaning.analysis import Analyser, analysis_key
from site_builder.meaning.weights import Weights, load
from site_builder.model import Evidence, Match, Rule, Topic


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load()


def decide(topic: Topic, title: str, text: str, weights: Weights) -> dict[str, Evidence]:
    return {evidence.topic: evidence for evidence in Analyser((topic,), weights).decide(title, text)}


def score(rules: list[Rule], title: str, text: str, weights: Weights) -> int:
    analyser = Analyser((Topic(id="t", name="T", rules=tuple(rules), floor=1),), weights)
    return sum(evidence.score for evidence in analyser.explain(title, text))


def test_the_title_counts_three_times_and_the_body_at_most_three_times(weights: Weights) -> None:
    rules = [Rule("sink", 2)]
    assert score(rules, "A sink of sinks", "", weights) == 6
    assert score(rules, "", "sink", weights) == 2
    assert score(rules, "", "sink sink sink sink sink", weights) == 6


def test_a_rule_of_several_parts_counts_once(weights: Weights) -> None:
    rules = [Rule("sink AND token")]
    assert score(rules, "", "sink sink token token", weights) == 1
    assert score(rules, "sink", "token", weights) == 1
    assert score(rules, "sink token", "", weights) == 3


def test_words_count_for_the_heaviest_rule_only(weights: Weights) -> None:
    assert score([Rule("sink"), Rule('"attention sink"', 4)], "", "attention sink", weights) == 4


def test_words_of_a_rule_without_weight_say_nothing_to_the_others(weights: Weights) -> None:
    rules = [Rule("causal"), Rule('"causal mask"', 0)]
    assert score(rules, "", "a causal mask", weights) == 0
    assert score(rules, "", "a causal mask and a causal graph", weights) == 1


def test_a_negative_weight_speaks_against_and_is_no_evidence(weights: Weights) -> None:
    topic = Topic(id="t", name="T", floor=2, rules=(Rule("sink", 2), Rule("kitchen", -1)))
    assert "t" in decide(topic, "", "a sink", weights)
    assert "t" not in decide(topic, "", "a kitchen sink", weights)
    assert [m.text for e in Analyser((topic,), weights).explain("", "a kitchen sink") for m in e.matches] == ["sink"]


def test_what_speaks_against_counts_once_in_the_body_however_often_it_is_said(weights: Weights) -> None:
    rules = [Rule("sink", 3), Rule("kitchen", -2)]
    assert score(rules, "sink", "kitchen kitchen kitchen", weights) == 9 - 2
    assert score(rules, "sink kitchen", "kitchen", weights) == 9 - 3 * 2 - 2


def test_an_exclusion_refuses_whatever_the_score(weights: Weights) -> None:
    topic = Topic(id="t", name="T", rules=(Rule("sink", 9),), exclude=(Rule("kitchen"),))
    assert "t" in decide(topic, "sink", "", weights)
    assert "t" not in decide(topic, "sink", "in the kitchen", weights)


def test_evidence_is_the_words_as_written_with_their_place_the_weightiest_first(weights: Weights) -> None:
    topic = Topic(id="t", name="T", rules=(Rule('"attention sinks"', 4), Rule("token")))
    text = "Tokens at the start become Attention  Sinks."
    (evidence,) = Analyser((topic,), weights).decide("On tokens", text)
    assert evidence.score == 8
    assert evidence.matches == (
        Match("body", 27, 43, "Attention  Sinks"),
        Match("title", 3, 9, "tokens"),
        Match("body", 0, 6, "Tokens"),
    )
    assert all(text[m.start : m.end] == m.text for m in evidence.matches if m.field == "body")


def test_every_bad_query_is_told_at_once_with_its_place(weights: Weights) -> None:
    topic = Topic(id="t", name="T", rules=(Rule("-sink", 1, 7, 9), Rule("fine")), exclude=(Rule("(sink", 1, 9, 9),))
    with pytest.raises(UserError) as refusal:
        Analyser((topic,), weights, "content/topics.yaml")
    assert [(p.path, p.line, p.column) for p in refusal.value.problems] == [
        ("content/topics.yaml", 7, 9),
        ("content/topics.yaml", 9, 9),
    ]
    assert "write 'NOT sink'" in refusal.value.problems[0].message


def test_a_change_of_any_rule_changes_the_key_and_a_word_about_the_topic_does_not(weights: Weights) -> None:
    topic = Topic(id="t", name="T", rules=(Rule("sink"),))
    key = analysis_key((topic,), weights)
    assert analysis_key((Topic(id="t", name="T", rules=(Rule("sink", 2),)),), weights) != key
    assert analysis_key((Topic(id="t", name="T", rules=(Rule("sink"),), introduction="New."),), weights) == key
