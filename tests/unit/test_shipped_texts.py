"""What the catalogue that ships says in our own words: of each paper, and of each topic."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from site_builder.content import folder
from site_builder.ingest.run import ingest
from site_builder.model import Catalogue, Guide
from site_builder.publish.cache import open_cache
from site_builder.text.markdown import to_text
from tests import faithful

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    with open_cache(tmp_path_factory.mktemp("cache"), "one") as cache:
        return folder.read(ROOT / "content", cache)


@pytest.fixture(scope="module")
def abstracts(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The abstracts of all papers by slug."""
    content = tmp_path_factory.mktemp("abstracts")
    ingest([shared / "dumps"], content, day="2026-01-01", without_repair=True)
    with open_cache(content / "cache", "one") as cache:
        return {paper.slug: to_text(paper.body) for paper in folder.read(content, cache).papers}


@pytest.fixture(scope="module")
def runs(abstracts: dict[str, str]) -> set[tuple[str, ...]]:
    return {run for abstract in abstracts.values() for run in faithful.runs(abstract)}


def summaries(catalogue: Catalogue) -> dict[str, tuple[str, str]]:
    return {paper.slug: (to_text(paper.body), paper.finding) for paper in catalogue.papers}


def test_each_paper_has_a_text_of_40_to_80_words_and_a_finding_of_at_most_20(catalogue: Catalogue) -> None:
    wrong = {slug: list(faithful.misshapen(*texts)) for slug, texts in summaries(catalogue).items()}
    assert len(wrong) == 484
    assert {slug: found for slug, found in wrong.items() if found} == {}


def test_the_texts_have_no_stock_phrases_and_one_spelling(catalogue: Catalogue) -> None:
    titles = {paper.slug: paper.title for paper in catalogue.papers}
    wrong = {
        slug: list(faithful.ill_written(" ".join(texts), titles[slug])) for slug, texts in summaries(catalogue).items()
    }
    assert {slug: found for slug, found in wrong.items() if found} == {}


def test_no_beginning_is_a_habit(catalogue: Catalogue) -> None:
    beginnings = Counter(tuple(faithful.words(text)[:4]) for text, _ in summaries(catalogue).values())
    assert beginnings.most_common(1)[0][1] <= 5


def test_no_text_has_eight_words_in_a_row_of_any_abstract(catalogue: Catalogue, runs: set[tuple[str, ...]]) -> None:
    copied = {
        paper.slug: list(faithful.copied(f"{to_text(paper.body)}\n{paper.finding}", paper.title, runs))
        for paper in catalogue.papers
    }
    assert {slug: found for slug, found in copied.items() if found} == {}


def test_every_number_and_every_name_stands_in_title_or_abstract(
    catalogue: Catalogue, abstracts: dict[str, str]
) -> None:
    texts = summaries(catalogue)
    everywhere = " ".join([*abstracts.values(), *(" ".join(pair) for pair in texts.values())])
    common = set(re.findall(r"\b[a-z]+\b", everywhere))
    invented: dict[str, list[str]] = {}
    for paper in catalogue.papers:
        source = f"{paper.title}\n{abstracts[paper.slug]}"
        for text in texts[paper.slug]:
            found = [*faithful.invented_numbers(text, source), *faithful.invented_names(text, source, common)]
            invented[paper.slug] = invented.get(paper.slug, []) + found
    assert {slug: found for slug, found in invented.items() if found} == {}


def test_every_topic_has_a_guide_with_its_parts(catalogue: Catalogue) -> None:
    assert catalogue.guides.keys() == catalogue.in_topic.keys()
    for topic, guide in catalogue.guides.items():
        assert len(guide.introduction.split()) >= 60, topic
        assert len(guide.start) == 3, topic
        assert 2 <= len(guide.questions) <= 5, topic
        assert 5 <= len(guide.words) <= 10, topic


def test_a_guide_speaks_of_papers_of_its_topic_each_under_one_question(catalogue: Catalogue) -> None:
    for topic, guide in catalogue.guides.items():
        members = {paper.slug for paper in catalogue.in_topic[topic]}
        asked = [slug for question in guide.questions for slug in question.papers]
        assert {start.paper for start in guide.start} | set(asked) <= members, topic
        assert len(asked) == len(set(asked)), topic


def test_no_guide_has_eight_words_in_a_row_of_any_abstract(catalogue: Catalogue, runs: set[tuple[str, ...]]) -> None:
    titles = "\n".join(paper.title for paper in catalogue.papers)
    copied = {topic: list(faithful.copied(_said(guide), titles, runs)) for topic, guide in catalogue.guides.items()}
    assert {topic: found for topic, found in copied.items() if found} == {}


def test_the_list_of_synonyms_has_150_to_300_groups_and_every_topic_some(catalogue: Catalogue) -> None:
    assert 150 <= len(catalogue.synonyms) <= 300
    named = {topic for synonyms in catalogue.synonyms for topic in synonyms.topics}
    assert named == catalogue.in_topic.keys()


def _said(guide: Guide) -> str:
    return "\n".join(
        [
            to_text(guide.introduction),
            *(start.why for start in guide.start),
            *(f"{question.question}\n{question.about}" for question in guide.questions),
            *(word.means for word in guide.words),
        ]
    )


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ("Lamps burn all night and ships pass them by.", '"burn all night and ships pass them by" stands'),
        ("Seven lamps burn.", 'the number "seven" does not stand'),
        ("Lamps burn for 12 hours.", "the number 12 does not stand"),
        ("Here LampNet burns.", "the name LampNet stands neither"),
    ],
)
def test_what_was_not_read_in_the_abstract_is_found(summary: str, said: str) -> None:
    abstract = "We let lamps burn all night and ships pass them by for three hours."
    found = [
        *faithful.copied(summary, "Lamps", set(faithful.runs(abstract))),
        *faithful.invented_numbers(summary, abstract),
        *faithful.invented_names(summary, abstract, {"here", "lamps", "seven", "burn"}),
    ]
    assert any(line.startswith(said) for line in found)


def test_what_was_read_in_the_abstract_passes() -> None:
    abstract = "LampNet's 1,200 lamps burn for 3 hours (88.9 % of the night)."
    summary = "Its 1200 lamps make LampNet burn for three hours, 88.9% of a night."
    assert [*faithful.invented_numbers(summary, abstract), *faithful.invented_names(summary, abstract, {"its"})] == []
