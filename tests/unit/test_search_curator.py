from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from site_builder.cli import main
from site_builder.content.folder import paper_path
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.errors import UserError
from site_builder.model import Address, Catalogue, Collection, Paper, Sighting, Site, Synonyms, Topic
from site_builder.search.curator import Found, find, told

if TYPE_CHECKING:
    from pathlib import Path

PAPERS = (
    Paper(
        slug="herons",
        title="Herons of the marsh",
        body="They stand in *cold* water.",
        topics=("wading",),
        tags=("Rivers & lakes",),
        seen=(Sighting("spring", 1, 1),),
        year=2021,
    ),
    Paper(
        slug="otters",
        title="Otters",
        body="An otter meets a heron in the marsh.",
        tags=("rivers and lakes", "fur"),
        year=2023,
    ),
    Paper(
        slug="moths",
        title="Moths and lamps",
        body="A lamp is not the moon.",
        authors=("Luna Falter", "A. Kelp"),
        ids={"arxiv": "2401.01234v2"},
    ),
)
CATALOGUE = Catalogue(
    Site(),
    PAPERS,
    (Topic(id="wading", name="Birds that wade"),),
    (Collection(id="spring", name="Spring list"),),
    (),
    tuple(Address(paper.slug, "2026-01-01", paper.title) for paper in PAPERS),
)
WITH_SYNONYMS = replace(
    CATALOGUE,
    synonyms=(
        Synonyms(("cold water", "CWX", "otters")),
        Synonyms(("water fishing", "lamps")),
        Synonyms(("CWX", "marsh herons")),
        Synonyms(("water", "moths")),
    ),
)


def slugs(query: str, limit: int = 10) -> list[str]:
    return [found.slug for found in find(CATALOGUE, query, limit)]


def with_synonyms(query: str) -> dict[str, Found]:
    return {found.slug: found for found in find(WITH_SYNONYMS, query, 10)}


def test_the_best_paper_comes_first_and_a_title_counts_more_than_a_body() -> None:
    assert slugs("heron") == ["herons", "otters"]
    assert slugs("heron", limit=1) == ["herons"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("birds", "herons"),
        ("fur", "otters"),
        ("falter", "moths"),
        ("cold", "herons"),
    ],
)
def test_topics_by_name_tags_authors_and_marked_up_words_are_found(query: str, expected: str) -> None:
    assert slugs(query) == [expected]


def test_plain_words_are_welcome_and_none_is_required() -> None:
    assert set(slugs("what is a lamp to an otter")) == {"moths", "otters"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("marsh NOT otter", {"herons"}),
        ("marsh -otter", {"herons"}),
        ('marsh -"stand in"', {"otters"}),
        ("heron AND otter", {"otters"}),
        ("lamp OR otter", {"moths", "otters"}),
        ("heron otter OR lamp", {"otters", "moths"}),
        ('"cold water"', {"herons"}),
        ('"water cold"', set()),
        ('"heron in the marsh"', {"otters"}),
        ('"heron marsh"', set()),
        ('"otter" heron', {"otters"}),
        ("title:otter", {"otters"}),
        ('title:"marsh heron"', set()),
        ("author:luna", {"moths"}),
        ('author:"luna kelp"', {"moths"}),
        ("topic:wading", {"herons"}),
        ('topic:"birds that"', {"herons"}),
        ("in:spring", {"herons"}),
        ("tag:rivers-and-lakes", {"otters", "herons"}),
        ('heron -tag:"rivers and lakes"', set()),
        ("year:2022-", {"otters"}),
        ("year:>2021", {"otters"}),
        ("year:>=2021 year:<2023", {"herons"}),
        ("year:<=2023", {"herons", "otters"}),
        ("year:2021 OR author:kelp", {"herons", "moths"}),
        ("heron year:2023..2020", {"herons", "otters"}),
        ("https://arxiv.org/abs/2401.01234", {"moths"}),
        ("arxiv:2401.01234v1 OR year:2021", {"moths", "herons"}),
    ],
)
def test_what_a_query_demands_the_papers_have(query: str, expected: set[str]) -> None:
    assert set(slugs(query)) == expected


def test_where_nothing_ranks_the_newest_come_first() -> None:
    assert slugs("year:2020-2024") == ["otters", "herons"]
    assert slugs("year:2020-2024", limit=1) == ["otters"]
    assert [found.score for found in find(CATALOGUE, "year:2020-2024", 10)] == [0, 0]


def test_a_synonym_is_found_and_words_as_typed_win_over_one_that_says_less() -> None:
    assert set(with_synonyms("CWX")) == {"otters", "herons"}
    assert {part.synonym for part in with_synonyms("cold water")["herons"].parts} == {""}


def test_the_longest_form_is_taken_and_none_within_it() -> None:
    assert set(with_synonyms("cold water")) == {"herons", "otters"}
    assert set(with_synonyms("water")) == {"herons", "moths"}
    assert set(with_synonyms("water fishing")) == {"herons", "moths"}
    assert {part.synonym for part in with_synonyms("water fishing")["moths"].parts} == {"lamps"}


def test_a_form_that_the_query_has_elsewhere_or_that_two_runs_stand_for_counts_once() -> None:
    assert {part.synonym for part in with_synonyms("cold water otters")["otters"].parts} == {""}
    shared = (Synonyms(("lamps", "marsh water")), Synonyms(("moon", "marsh water")))
    found = {one.slug: one for one in find(replace(CATALOGUE, synonyms=shared), "lamps moon", 10)}
    assert len(found["herons"].parts) == 1


def test_a_word_that_no_paper_has_is_as_rare_as_its_synonyms() -> None:
    groups = (Synonyms(("zeppelin", "heron")),)
    found = find(replace(CATALOGUE, synonyms=groups), "zeppelin", 10)
    assert found[0].parts[0].idf == pytest.approx(0.8 * math.log(1 + (3 - 2 + 0.5) / (2 + 0.5)))


def test_a_topic_is_known_by_its_whole_name_before_words_of_it_and_only_if_papers_have_it() -> None:
    topics = (
        Topic(id="wading", name="Birds that wade"),
        Topic(id="wading-far", name="Birds that wade far"),
        Topic(id="birds", name="Birds"),
    )
    papers = (PAPERS[0], replace(PAPERS[1], topics=("wading-far",)), PAPERS[2])
    catalogue = replace(CATALOGUE, topics=topics, papers=papers)

    def of(query: str) -> set[str]:
        return {found.slug for found in find(catalogue, query, 10)}

    assert of("topic:wading") == of('topic:"birds that wade"') == {"herons"}
    assert of("topic:wading-far") == of("topic:far") == {"otters"}
    assert of("topic:birds") == {"herons", "otters"}, "no paper is of the topic of this very name"


def test_letters_with_accents_may_be_typed_in_either_way() -> None:
    papers = (*PAPERS[:2], replace(PAPERS[2], authors=("Zo\u00e9 Falter",)))
    for query in ("author:zo\u00e9", "author:zoe\u0301"):
        assert [found.slug for found in find(replace(CATALOGUE, papers=papers), query, 10)] == ["moths"]


def test_what_is_demanded_is_the_word_itself_and_its_synonyms_only_rank() -> None:
    assert list(with_synonyms('"cold water"')) == ["herons"]
    assert list(with_synonyms("title:CWX")) == []
    assert set(with_synonyms("CWX -meets")) == {"herons"}


def test_short_forms_that_two_papers_explain_find_what_they_stand_for() -> None:
    papers = tuple(
        Paper(slug=f"paper-{n}", title=f"Paper {n}", body=body)
        for n, body in enumerate(["A night lamp (NL) glows.", "The night lamp (NL) is bright.", "Each night, a lamp."])
    )
    ledger = tuple(Address(paper.slug, "", paper.title) for paper in papers)
    found = find(replace(CATALOGUE, papers=papers, ledger=ledger), "NL", 10)
    assert {one.slug for one in found} == {"paper-0", "paper-1", "paper-2"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("is ((heron OR otter)", "1:4: parentheses do not group; OR joins the words beside it alone, all else holds"),
        ("hero*", "1:5: '*' is not understood here; leave it out: a word finds its other forms as well"),
        ("heron +otter", "1:7: '+' before a word is not understood; write \"otter\" in quotes: then it must be there"),
        ("of the", "1:1: there is nothing to look for; write a word or a phrase"),
        ("-heron", "1:1: there is nothing to look for; write a word or a phrase"),
        ('heron "cold water', "1:7: this quote is never closed; add a '\"'"),
        ("heron body:cold", "1:7: there is no field 'body'; there are 'title:', 'author:', 'topic:', 'tag:', 'in:'"),
        ("heron year:soon", "1:7: this is no year; write year:2023, year:2021-2023 or year:2021-"),
        ("heron year:1999", "1:7: no paper is known to be of that time; leave it out, or give the papers their year"),
        ("heron topic:lamps", "1:7: no paper is in a topic 'lamps'; write its id or words of its name"),
        ("heron in:autumn", "1:7: no paper is in a collection 'autumn'; write its id or words of its name"),
        (
            "arxiv:2401.09999",
            "1:1: no paper has the id 2401.09999; search for words of its title: not every id is known",
        ),
        ("heron tag:fur", "1:7: no two papers have the tag 'fur'; write a whole tag as it is on the page of tags"),
    ],
)
def test_what_would_be_read_otherwise_than_it_looks_is_refused_with_its_place(query: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        find(CATALOGUE, query, 10)
    assert str(caught.value).startswith(f"query:{message}")


def test_all_that_is_wrong_with_a_query_is_told_at_once() -> None:
    with pytest.raises(UserError) as caught:
        find(CATALOGUE, "hero* year:soon topic:lamps", 10)
    assert [problem.column for problem in caught.value.problems] == [5, 7, 17]


def test_parentheses_beside_words_and_signs_in_a_pasted_text_are_no_mistakes() -> None:
    assert slugs("the otter (heron)") == ["otters", "herons"]
    text = 'we ask what a heron (or so) does in 5" of water: see note:x and p*q when all of it is cold and wet'
    assert slugs(text)[0] == "herons"
    assert set(slugs("I LOOK (SAY) FOR HERONS OR OTTERS AT NIGHT")) == {"herons", "otters"}
    assert slugs("title:otters:marsh") == []


def test_a_score_is_the_sum_of_its_parts_as_bm25f_has_them() -> None:
    found = {one.slug: one for one in find(CATALOGUE, "heron", 10)}
    parts = {part.field: part for part in found["herons"].parts}
    assert set(parts) == {"title"}
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    x = 4 / (1 - 0.75 + 0.75 * 2 / (5 / 3))  # of two words; titles have 2, 1 and 2
    assert parts["title"].idf == pytest.approx(idf)
    assert parts["title"].score == pytest.approx(idf * x / (x + 2.2))
    assert found["herons"].score == pytest.approx(parts["title"].score)


def test_a_word_in_two_fields_is_saturated_once_and_shared_among_them() -> None:
    (found,) = find(CATALOGUE, "otter", 10)
    assert [(part.word, part.field, part.frequency) for part in found.parts] == [
        ("otter", "title", 1),
        ("otter", "body", 1),
    ]
    assert found.score < found.parts[0].idf
    assert found.score == pytest.approx(sum(part.score for part in found.parts))


def test_a_label_is_said_once_however_many_labels_have_the_word() -> None:
    paper = replace(PAPERS[2], tags=("lamp oil", "lamp glass", "lamp shades"))
    (found,) = find(replace(CATALOGUE, papers=(*PAPERS[:2], paper)), "lamp -otter", 10)
    assert {part.field: part.frequency for part in found.parts} == {"title": 1, "body": 1, "labels": 1}


def test_a_word_that_is_repeated_in_the_query_counts_more_but_not_twice() -> None:
    once, twice = (find(CATALOGUE, query, 1)[0].score for query in ("moon", "moon moon"))
    assert twice == pytest.approx(9 * 2 / (8 + 2) * once)


def test_a_synonym_counts_by_what_was_typed_and_by_the_word_of_which_a_paper_has_least() -> None:
    lamps = replace(CATALOGUE, synonyms=(Synonyms(("lamps", "marsh water")),))
    herons, moths = sorted(find(lamps, "lamps", 10), key=lambda found: found.slug)
    assert [part.synonym for part in moths.parts] == ["", ""]
    (part,) = herons.parts
    assert (part.word, part.synonym, part.field) == ("water", "marsh water", "body"), "the title has the marsh"
    assert part.idf == pytest.approx(0.8 * math.log(1 + (3 - 1 + 0.5) / (1 + 0.5)))
    assert part.score < part.idf


def test_an_explanation_has_a_line_for_each_part_the_greatest_first() -> None:
    (found,) = find(CATALOGUE, "otter", 10)
    title, body = sorted((part.score for part in found.parts), reverse=True)
    assert told(found) == [
        f"{title:.2f}  otter  title  once  idf {found.parts[0].idf:.2f}",
        f"{body:.2f}  otter  body   once  idf {found.parts[0].idf:.2f}",
    ]
    assert told(with_synonyms("CWX")["otters"])[0].endswith("  for 'otters', which means the same")
    assert told(Found("herons")) == ["no word of the query ranks papers: the newest come first"]


def test_on_the_command_line_the_parts_are_shown_with_explain_alone_and_add_up(tmp_path: Path) -> None:
    for paper in PAPERS[1:]:
        write_text(paper_path(tmp_path, paper.slug), write_paper(paper))

    def printed(*arguments: str) -> list[str]:
        done = CliRunner().invoke(main, ["search", "otter heron", "--content", str(tmp_path), *arguments])
        return str(done.output).splitlines()

    plain, explained = printed(), printed("--explain")
    assert [line for line in explained if line in plain] == plain
    parts = [re.fullmatch(r" {9}(\d+\.\d\d)  (\w+) +(\w+) +once  idf .*", line) for line in explained[2:]]
    assert {(part[2], part[3]) for part in parts if part} == {("otter", "title"), ("otter", "body"), ("heron", "body")}
    assert sum(float(part[1]) for part in parts if part) == pytest.approx(float(plain[0].split()[0]), abs=0.015)


def test_a_build_does_not_import_what_only_the_command_needs() -> None:
    code = (
        "import sys, site_builder.build; print({'whoosh.fields', 'site_builder.search.curator'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_whoosh_says_nothing_of_its_own_syntax(tmp_path: Path) -> None:
    script = "from site_builder.search.curator import find; from tests.unit.test_search_curator import CATALOGUE as c\n"
    command = [sys.executable, "-W", "error", "-c", script + "print(find(c, 'heron', 1)[0].slug)"]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}  # compile everything again
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("herons\n", "")
