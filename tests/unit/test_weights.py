from __future__ import annotations

import pytest
from msgspec.structs import replace
from whoosh.lang.porter import stem

from site_builder import shipped
from site_builder.errors import UserError
from site_builder.meaning.weights import MOST_RARITY, Weights, load
from site_builder.text.terms import term
from tests.unit.test_search_index import Memory

HEAD = "# papers: 8000; mean words in a title: 9.89, in an abstract: 160.68\n"


def table(words: str, pairs: str = "") -> Weights:
    return Weights(f"{HEAD}{words}".encode(), f"# papers: 8000\n{pairs}".encode())


def test_the_terms_in_the_shipped_table_are_those_that_the_stemmer_gives() -> None:
    lines = [line.split("\t") for line in (shipped.WEIGHTS / "words.tsv").read_text("utf-8").splitlines()[1:]]
    differ = [word for word, _, *known in lines if stem(word) != (known or [word])[0] and term(word)]
    assert len(lines) > 20_000
    assert not differ


def test_words_of_one_term_count_as_the_commonest_and_half_of_the_others() -> None:
    weights = table("token\t100\ntokens\t51\ttoken\ntokened\t10\ttoken\n", "attention sinks\t7\nattentions sink\t4\n")
    assert dict(weights.frequencies) == {"token": 130, "attent sink": 9}


def test_stop_words_and_single_letters_are_not_counted() -> None:
    assert dict(table("the\t8000\nx\t50\nlamp\t5\n", "of lamp\t5\n").frequencies) == {"lamp": 5}


def test_rarity_grows_as_papers_become_few_up_to_a_bound_which_unknown_words_have() -> None:
    weights = table("model\t4000\nlamp\t1000\nheron\t6\n")
    assert weights.rarity("model") == 16
    assert weights.rarity("lamp") == 48
    assert weights.rarity("heron") == weights.rarity("unheard") == MOST_RARITY


def test_a_line_without_a_number_is_refused_with_its_place() -> None:
    with pytest.raises(UserError) as refused:
        _ = table("lamp\t5\nheron\n").frequencies
    assert [(problem.path, problem.line) for problem in refused.value.problems] == [("words.tsv", 3)]


def test_the_terms_in_a_table_of_another_field_are_not_taken_for_the_stemmers() -> None:
    _ = table("kingfishers\t9\tbird\n").frequencies
    assert term("kingfishers") == "kingfish"
    assert load().ours


def test_a_table_is_read_once_for_all_builds_and_says_the_same_to_each() -> None:
    read = table("lamp\t5\nlamps\t4\tlamp\n", "lamp light\t3\n")
    cache = Memory()
    first, second = (replace(read, cache=cache) for _ in range(2))
    for weights in (first, second):
        assert dict(weights.frequencies) == dict(read.frequencies) == {"lamp": 7, "lamp light": 3}
        assert dict(weights.neighbours) == dict(read.neighbours) == {"lamp light": 3}
    assert cache.made["weights"] == 2
