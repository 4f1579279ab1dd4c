from __future__ import annotations

import pytest

from site_builder.text.finder import Finder
from site_builder.text.queries import Field, Positions, QueryError, Span, narrowed, parse

REFUSED = [
    ("-sink", 0, "write 'NOT sink'"),
    ("token -sink", 6, "write 'NOT sink'"),
    ("author:someone", 0, "there is no field 'author'"),
    ("title: sink", 0, "title:word"),
    ("title:title:sink", 0, "title:word"),
    ("(sink", 0, "never closed"),
    ("sink)", 4, "closes nothing"),
    ("()", 0, "nothing to look for"),
    ("", 0, "nothing to look for"),
    ("token NEAR/3 sink", 6, "NEAR/3"),
    ("token~1", 5, "behind a phrase only"),
    ('"token* sink"', 6, "inside a phrase"),
    ('"token sink"~0', 12, "from 1 to 99"),
    ('"token"~3', 0, "two words or more"),
    ('"token sink', 0, "never closed"),
    ("C++", 1, "dropped silently"),
    ("to*", 0, "too many words"),
    ("self-superv*", 11, "at the end of a word only"),
    ("to?en", 2, "write each word"),
    ("sink^2", 4, "weight"),
    ("[aa TO bb]", 0, "there are no ranges"),
    ("token or sink", 6, "in capitals"),
    ("token of sink", 6, "too common"),
    ('"of the"', 0, "too short or too common"),
    ("x-y", 0, "too short or too common"),
    ("token OR sink head", 14, "parentheses"),
    ("token OR sink AND head", 18, "parentheses"),
    ("token AND OR sink", 10, "missing between them"),
    ("token AND", 6, "nothing stands behind 'AND'"),
    ("OR token", 0, "nothing stands before 'OR'"),
    ("token OR NOT sink", 9, "nearly everything"),
    ("NOT sink", 0, "NOT alone"),
    ('sink"token"', 4, "no space before"),
    ('"token"sink', 7, "no space before"),
    ("token ANDNOT sink", 6, "not understood"),
]


@pytest.mark.parametrize(("query", "offset", "said"), REFUSED)
def test_what_whoosh_would_misread_is_refused_with_its_place(query: str, offset: int, said: str) -> None:
    with pytest.raises(QueryError) as refusal:
        parse(query)
    assert refusal.value.offset == offset
    assert said in refusal.value.message


def paper(title: str = "", body: str = "") -> dict[Field, Positions]:
    return {"title": Positions(title, "title"), "body": Positions(body)}


def found(query: str, title: str = "", body: str = "") -> list[Span]:
    return parse(query).find(paper(title, body))


def test_a_word_is_found_by_its_term_in_both_fields() -> None:
    assert found("sinks", "A sink", "Sinking and sinks") == [(-1, -1), (0, 0), (1, 1)]


def test_a_phrase_is_found_across_small_words_but_not_across_others() -> None:
    assert found('"mixture of experts"', body="a mixture of the experts") == [(0, 1)]
    assert found('"mixture of experts"', body="a mixture of many experts") == []


def test_slop_is_the_greatest_step_from_one_word_to_the_next_and_keeps_their_order() -> None:
    assert found('"prune tokens"~3', body="prune the redundant visual tokens") == [(0, 3)]
    assert found('"prune tokens"~2', body="prune the redundant visual tokens") == []
    assert found('"prune tokens"~3', body="tokens we prune") == []


def test_a_hyphened_word_is_a_phrase() -> None:
    assert found("self-supervised", body="self supervised, and supervised by oneself") == [(0, 1)]


def test_a_prefix_is_compared_with_the_words_as_written_not_with_stems() -> None:
    assert found("hallucination*", body="hallucinogens and Hallucinations") == [(1, 1)]
    assert found("attribut*", body="attributes attribution") == [(0, 0), (1, 1)]
    assert found("attribution*", body="attributes attribution") == [(1, 1)]


def test_a_field_narrows_all_that_stands_behind_it() -> None:
    assert found("title:(token OR sink)", "a sink", "a token") == [(-1, -1)]
    assert found("title:token body:sink", "a token", "a sink") == [(-1, -1), (0, 0)]


def test_not_takes_away_whatever_the_order() -> None:
    assert found("NOT mask causal", body="causal mask") == []
    assert found("causal AND NOT mask", body="causal graph") == [(0, 0)]
    assert found("causal NOT (mask OR title:language)", "language", "causal graph") == []
    assert found("causal NOT mask AND NOT tree", body="causal graph") == [(0, 0)]
    assert found("causal NOT mask AND NOT tree", body="causal tree") == []


def test_only_a_query_without_and_can_be_counted() -> None:
    assert parse("token OR (sink OR head)").single
    assert parse("token NOT sink").single
    assert not parse("title:(token sink)").single
    assert not parse("head OR (token AND sink)").single


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("gpt-2 OR sink", [("gpt-2", "gpt")]),
        ('title:"chest x-ray"~2', [('"chest x-ray"~2', "chest ray")]),
        ('"we find that" AND "mixture of experts"', [('"we find that"', "find")]),
        ("in-context", [("in-context", "context")]),
        ("self-supervised token", []),
        ('"causal mask"~3 NOT top*', []),
    ],
)
def test_what_looks_for_less_than_it_says_can_be_told(query: str, left: list[tuple[str, str]]) -> None:
    assert narrowed(query) == left


def test_a_span_has_the_places_of_its_first_and_last_term_which_are_below_zero_in_a_title() -> None:
    assert found('"attention sink"', "On the attention sink of heads", "attention sinks") == [(-3, -2), (0, 1)]


MANY = ["sink", "kernel*", '"attention sink"', '"prune tokens"~3', "title:graph OR sink", "graph AND (token OR head)"]


def test_queries_are_told_apart_when_they_are_asked_at_once() -> None:
    text = paper("A graph of heads", "Attention sinks, and two kernels")
    spans, in_title = Finder(map(parse, MANY)).find(text)
    first = {number: sorted(set(places)) for number, places in spans.items() if number < len(MANY)}
    assert first == {0: [(1, 1)], 1: [(3, 3)], 2: [(0, 1)], 4: [(-2, -2), (1, 1)], 5: [(-2, -2), (-1, -1)]}
    assert in_title & first.keys() == {4, 5}


def test_a_word_longer_than_the_text_has_left_is_not_found() -> None:
    spans, _ = Finder(map(parse, ['"mixture of expert models"', '"one two three four"'])).find(
        paper("one two three", "a mixture of experts")
    )
    assert spans == {}
