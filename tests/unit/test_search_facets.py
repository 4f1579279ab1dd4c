"""The files that filters and fields need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from site_builder.meaning.weights import load
from site_builder.model import Address, Catalogue, Collection, OutputFile, Paper, Sighting, Site, Topic
from site_builder.search.facets import files
from site_builder.search.layout import PREFIX, Layout, shard
from site_builder.search.selection import author_keys
from tests.unit.test_search_index import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

WEIGHTS = load()
TOPICS = (Topic(id="optics", name="Light & optics"), Topic(id="birds", name="Birds"))
COLLECTIONS = (Collection(id="spring", name="Spring list"),)

PAPERS = (
    Paper(slug="a", title="Herons by lamp light", topics=("optics", "birds"), tags=("cold water",), year=2021),
    Paper(
        slug="b",
        title="Lamps",
        topics=("optics",),
        tags=("Cold-Water", "reeds"),
        authors=("Ada Kelp", "Bo Ash"),
        ids={"arxiv": "2401.01234v2", "doi": "10.1000/ABC", "id": "7"},
    ),
    Paper(slug="c", title="The heron", topics=("birds",), year=2023, seen=(Sighting("spring", 4, 2),)),
)


def made(papers: Sequence[Paper | None], cache: Memory | None = None) -> dict[str, OutputFile]:
    """The files over a ledger in the order given; None is a line whose paper was withdrawn."""
    ledger = tuple(
        Address(paper.slug, "2026-01-01", paper.title) if paper else Address(f"gone-{n}", "2026-01-01", "Gone", True)
        for n, paper in enumerate(papers)
    )
    catalogue = Catalogue(Site(), tuple(filter(None, papers)), TOPICS, COLLECTIONS, (), ledger)
    layout = Layout.of(len(catalogue.ledger), WEIGHTS)
    return {file.path: file for file in files(catalogue, WEIGHTS, layout, cache or Memory())}


def keys(papers: Sequence[Paper | None]) -> dict[str, str]:
    return {path: file.key for path, file in made(papers).items()}


def contents(papers: Sequence[Paper | None], cache: Memory | None = None) -> dict[str, bytes]:
    return {path: file.make() for path, file in made(papers, cache).items()}


def content(papers: Sequence[Paper | None], kind: str, number: int = 0) -> Any:
    return json.loads(contents(papers)[f"search/facets/{kind}/{number}.json"])


def looked_up(papers: Sequence[Paper | None], kind: str, key: str) -> Any:
    """What the shard has that the browser asks for a key."""
    count = sum(f"/{kind}/" in path for path in made(papers))
    return content(papers, kind, shard(key[:PREFIX] if kind == "tags" else key, count)).get(key)


def numbers(code: str | None) -> list[int]:
    """Read a list as the browser does."""
    found, number = [], -1
    for gap in (code or "").split(",")[:-1]:
        number += int(gap or 0) + 1
        found.append(number)
    return found


def test_topics_and_collections_are_told_by_name() -> None:
    names = content(PAPERS, "names")
    assert names["topic"] == {"optics": "Light & optics", "birds": "Birds"}
    assert names["in"] == {"spring": "Spring list"}


def test_each_topic_collection_and_year_lists_its_papers_by_number() -> None:
    listed = {value: numbers(code) for value, code in content([None, *PAPERS], "values").items()}
    assert listed == {
        "topic:optics": [1, 2],
        "topic:birds": [1, 3],
        "year:2021": [1],
        "year:2023": [3],
        "in:spring": [3],
    }


def test_words_of_titles_are_filed_by_their_terms_and_authors_by_each_word_of_a_name() -> None:
    assert numbers(looked_up(PAPERS, "titles", "lamp")) == [0, 1]
    assert numbers(looked_up(PAPERS, "titles", "heron")) == [0, 2]
    assert looked_up(PAPERS, "titles", "the") is None
    assert numbers(looked_up(PAPERS, "authors", "kelp")) == [1]
    assert numbers(looked_up(PAPERS, "authors", "ada-kelp")) == [1]
    assert looked_up(PAPERS, "authors", "kelp-bo") is None


def test_an_author_is_found_by_each_word_by_the_whole_name_and_by_its_first_and_last_word() -> None:
    assert author_keys("Zoë K. Ång-Reed") == {"zoe", "k", "ang", "reed", "zoe-k-ang-reed", "zoe-reed"}
    assert author_keys("Ada Kelp") == {"ada", "kelp", "ada-kelp"}
    assert author_keys("Ada") == {"ada"}
    assert author_keys("…") == set()


def test_a_tag_of_two_papers_is_listed_under_all_its_spellings_and_a_lone_one_is_not() -> None:
    name, code = looked_up(PAPERS, "tags", "cold-water")
    assert (name, numbers(code)) == ("cold water", [0, 1])
    assert looked_up(PAPERS, "tags", "reeds") is None


def test_lists_run_on_from_one_segment_to_the_next() -> None:
    papers: list[Paper | None] = [Paper(slug=f"p{n}", title=f"Reed {n}") for n in range(600)]
    for n in (3, 255, 256, 599):
        papers[n] = Paper(slug=f"p{n}", title="Otter", tags=("swims",), year=2020)
    assert numbers(looked_up(papers, "titles", "otter")) == [3, 255, 256, 599]
    assert numbers(looked_up(papers, "tags", "swims")[1]) == [3, 255, 256, 599]
    assert numbers(content(papers, "values")["year:2020"]) == [3, 255, 256, 599]


def test_a_new_text_changes_no_file_and_a_new_year_one() -> None:
    papers = [Paper(slug=f"p{n}", title=f"Reed {n}", body="Water.", year=2020 + n % 3) for n in range(300)]
    before = keys(papers)
    assert keys([replace(papers[0], body="Wind."), *papers[1:]]) == before
    after = keys([replace(papers[0], year=1999), *papers[1:]])
    assert {path for path in after if after[path] != before[path]} == {"search/facets/values/0.json"}


def test_what_is_remembered_is_not_made_again() -> None:
    papers = [Paper(slug=f"p{n}", title=f"Reed {n}") for n in range(600)]
    cache = Memory()
    first = contents(papers, cache)
    assert cache.made["search.facets"] == 3
    assert contents(papers, cache) == first
    assert cache.made["search.facets"] == 3


def test_common_terms_come_by_how_common_they_are() -> None:
    classes = [words.split() for words in content(PAPERS, "frequent")]
    place = {term: n for n, words in enumerate(classes) for term in words}
    assert [place[term] for term in ("model", "perform", "transform")] == [0, 1, 4]
    assert "heron" not in place
    assert "the" not in place


def test_papers_are_found_by_their_ids_without_version_and_case() -> None:
    assert numbers(looked_up(PAPERS, "ids", "2401.01234")) == [1]
    assert numbers(looked_up(PAPERS, "ids", "10.1000/abc")) == [1]
    assert looked_up(PAPERS, "ids", "7") is None


def test_an_id_that_no_query_can_mean_is_no_key() -> None:
    odd = Paper(slug="d", title="Reeds", ids={"doi": "10.1/x"})
    assert looked_up((odd,), "ids", "") is None
