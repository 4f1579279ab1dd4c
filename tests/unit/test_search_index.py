from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from functools import cache as remembered
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec import structs

from site_builder.looks import digest
from site_builder.meaning.analysis import Analyser, Analysis
from site_builder.meaning.weights import load
from site_builder.model import Address, Catalogue, Neighbours, OutputFile, Paper, Site, Synonyms, Topic
from site_builder.search import Shards, files
from site_builder.search.cutting import CUT, cut
from site_builder.search.layout import Layout, shard
from site_builder.search.pairs import coded
from site_builder.search.synonyms import MARK
from site_builder.text.terms import term, words
from tests import invented

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

WEIGHTS = load()
TOPICS = tuple(Topic(id=name, name=name.replace("-", " ").capitalize()) for name in invented.TOPICS)
ANALYSER = Analyser((), WEIGHTS)


class Memory:
    """The cache's interface over a dictionary; counts what was made anew."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], bytes] = {}
        self.made: Counter[str] = Counter()

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        return {key: self.values[kind, key] for key in keys if (kind, key) in self.values}

    def put(self, kind: str, values: Mapping[str, bytes]) -> None:
        self.values.update({(kind, key): value for key, value in values.items()})
        self.made[kind] += len(values)


def catalogue(
    papers: Sequence[Paper | None],
    names: Sequence[Topic] = TOPICS,
    synonyms: Sequence[Synonyms] = (),
    site: Site = Site(),  # noqa: B008 - a frozen value
) -> Catalogue:
    """A ledger in the order given; None is a line whose paper was withdrawn."""
    ledger = (
        Address(paper.slug, "2026-01-01", paper.title) if paper else Address(f"gone-{n}", "2026-01-01", "Gone", True)
        for n, paper in enumerate(papers)
    )
    present = tuple(filter(None, papers))
    return Catalogue(site, present, tuple(names), (), (), tuple(ledger), synonyms=tuple(synonyms))


@remembered
def analysed(title: str, body: str) -> Analysis:
    return ANALYSER.analyse(Paper(slug="any", title=title, body=body))


def analyses(papers: Iterable[Paper | None]) -> dict[str, Analysis]:
    return {paper.slug: analysed(paper.title, paper.body) for paper in papers if paper}


def digests(papers: Iterable[Paper]) -> dict[str, bytes]:
    """Return what stands for the sources of papers that were read from nowhere."""
    return {paper.slug: digest(msgspec.msgpack.encode(paper)) for paper in papers}


class Lonely(dict[str, Neighbours]):
    """No paper has related ones but those that are named."""

    def __missing__(self, slug: str) -> Neighbours:
        return Neighbours.of({})


def files_of(
    catalogue: Catalogue,
    analyses: Mapping[str, Analysis],
    cache: Memory,
    related: Mapping[str, Neighbours] | None = None,
) -> Iterator[OutputFile]:
    return files(catalogue, related or Lonely(), Shards(catalogue, analyses, WEIGHTS, cache), WEIGHTS, cache)


def named(
    papers: Sequence[Paper | None],
    cache: Memory | None = None,
    related: Mapping[str, Neighbours] | None = None,
    **kwargs: Any,
) -> dict[str, OutputFile]:
    made = list(files_of(catalogue(papers, **kwargs), analyses(papers), cache or Memory(), related))
    assert len({file.path for file in made}) == len(made)
    return {file.path: file for file in made}


def plain(path: str) -> str:
    """Leave out of a file's name what tells its content."""
    return re.sub(r"\.[a-z2-7]{5}(?=\.json$)", "", path)


def index(papers: Sequence[Paper | None], cache: Memory | None = None, **kwargs: Any) -> dict[str, OutputFile]:
    """Return the files by their names without what tells their content."""
    return {plain(path): file for path, file in named(papers, cache, **kwargs).items()}


def contents(papers: Sequence[Paper | None], **kwargs: Any) -> dict[str, bytes]:
    return {path: file.make() for path, file in index(papers, **kwargs).items()}


def keys(papers: Sequence[Paper | None], cache: Memory | None = None, **kwargs: Any) -> dict[str, str]:
    return {path: file.key for path, file in index(papers, cache, **kwargs).items()}


def postings(papers: Sequence[Paper | None], word: str) -> list[tuple[int, str]]:
    """Read the posting list of a word as the engine does: numbers and levels."""
    found = term(word)
    assert found
    made = contents(papers)
    code = json.loads(made[f"search/terms/{Layout.of(len(papers), WEIGHTS).term_shard(found)}.json"]).get(found, "")
    numbers, number, gap = [], -1, ""
    for character in code:
        if character.isdigit():
            gap += character
            continue
        number += int(gap or 0) + 1
        gap = ""
        numbers.append((number, character))
    return numbers


def herons(n: int, **fields: Any) -> Paper:
    return Paper(slug=f"heron-{n}", title=f"Herons {n}", **fields)


@pytest.fixture(scope="module")
def six_hundred() -> list[Paper]:
    return [invented.paper(seed) for seed in range(600)]


def test_a_term_lists_the_numbers_of_its_papers_across_segments() -> None:
    papers = [invented.paper(n) for n in range(520)]
    for n in (0, 1, 255, 256, 519):
        papers[n] = herons(n)
    assert [number for number, _ in postings(papers, "herons")] == [0, 1, 255, 256, 519]


def test_a_withdrawn_paper_keeps_its_number_without_a_document() -> None:
    papers = [herons(0), None, herons(2)]
    assert [number for number, _ in postings(papers, "heron")] == [0, 2]
    made = contents(papers)
    assert json.loads(made["search/papers/0.json"]) == ["Herons 0\theron-0\n\nHerons 2\theron-2", "  "]
    assert json.loads(made["search/manifest.json"])["papers"] == 2


def test_a_slug_that_follows_from_the_title_is_not_sent() -> None:
    papers = [
        Paper(slug="where-herons-go-a-study", title="Where Herons go: a Study!"),
        Paper(slug="herons-2", title="Herons"),
    ]
    assert json.loads(contents(papers)["search/papers/0.json"]) == ["Where Herons go: a Study!\nHerons\therons-2", " "]


def test_a_title_of_several_lines_or_columns_is_one_line_of_its_block() -> None:
    papers = [Paper(slug="a", title="Herons\n\tof the marsh\n"), Paper(slug="storks", title="Storks")]
    assert json.loads(contents(papers)["search/papers/0.json"]) == ["Herons of the marsh\ta\nStorks", " "]


def test_a_paper_names_its_related_papers_by_number_the_likest_first() -> None:
    papers = [herons(0), None, Paper(slug="herons", title="Herons"), herons(3)]
    related = Lonely(
        {"heron-0": Neighbours.of({"heron-3": (), "herons": ()}), "herons": Neighbours.of({"heron-0": ()})}
    )
    assert json.loads(contents(papers, related=related)["search/papers/0.json"]) == [
        "Herons 0\theron-0\n\nHerons\nHerons 3\theron-3",
        "dc  a ",
    ]


def test_a_change_of_related_papers_changes_their_block_alone() -> None:
    papers = [herons(n) for n in range(100)]
    before = keys(papers)
    after = keys(papers, related=Lonely({"heron-50": Neighbours.of({"heron-3": ()})}))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"search/manifest.json", f"search/papers/{50 // Layout.of(100, WEIGHTS).block}.json"}


def test_a_word_in_the_title_counts_more_than_in_the_body_and_twice_more_than_once() -> None:
    title = Paper(slug="a", title="Marsh herons", body="Birds that stand.")
    once = Paper(slug="b", title="Marsh birds", body="A heron that stands.")
    twice = Paper(slug="c", title="Marsh birds", body="A heron beside herons.")
    (_, in_title), (_, in_body), (_, in_body_twice) = postings([title, once, twice], "heron")
    assert in_title > in_body_twice > in_body


def test_a_word_in_a_long_body_counts_less_than_in_a_short_one() -> None:
    short = Paper(slug="a", title="Birds", body="A heron.")
    long = Paper(slug="b", title="Birds", body="A heron. " + "Water reed bank sky. " * 100)
    (_, in_short), (_, in_long) = postings([short, long], "heron")
    assert in_short > in_long


def test_topics_by_name_tags_and_authors_are_found() -> None:
    paper = Paper(slug="a", title="Birds", topics=("attention-sinks",), tags=("wading",), authors=("Ardea Cinerea",))
    for word in ("sinks", "wading", "cinerea"):
        assert [number for number, _ in postings([paper], word)] == [0], word


def lexicon(made: Mapping[str, bytes], kind: str, pair: str) -> str:
    shards = json.loads(made["search/manifest.json"])["words"]
    code = json.loads(made[f"search/{kind}/{shard(pair, shards)}.json"])[pair]
    assert isinstance(code, str)
    return code


def test_the_lexicon_has_the_written_words_by_their_first_two_letters_the_commonest_first() -> None:
    papers = [herons(n, body="Hedges." if n else "Hearing") for n in range(4)]
    made = contents(papers)
    assert lexicon(made, "words", "he") == "rons | dges | aring"


def test_the_lexicon_has_the_same_words_once_more_by_their_last_two_letters() -> None:
    made = contents([herons(n, body="Beacons." if n else "Ravens.") for n in range(4)])
    assert lexicon(made, "endings", "ns") == "hero | beaco | rave"


def test_marks_in_the_lexicon_tell_how_common_its_last_words_are_too() -> None:
    made = contents([herons(n) for n in range(8)])
    assert lexicon(made, "words", "he") == "rons | | |"
    assert lexicon(made, "endings", "ns") == "hero | | |"


def test_the_same_catalogue_gives_the_same_bytes_and_another_order_of_its_files_too(six_hundred: list[Paper]) -> None:
    papers = catalogue(six_hundred)
    shuffled = structs.replace(papers, papers=tuple(reversed(papers.papers)))
    made = [{f.path: f.make() for f in files_of(c, analyses(six_hundred), Memory())} for c in (papers, shuffled)]
    assert made[0] == made[1]


def test_the_bytes_are_the_same_where_a_process_of_its_own_turned_the_papers_inside_out(
    six_hundred: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    here, memory = named(six_hundred), Memory()
    shards = Shards(catalogue(six_hundred), analyses(six_hundred), WEIGHTS, memory)
    with monkeypatch.context() as patch, shards.beginning():
        patch.setattr("site_builder.search.shards._inverted", None)  # not in this process
        made = list(files(catalogue(six_hundred), Lonely(), shards, WEIGHTS, memory))
    assert {f.path: f.make() for f in made} == {path: f.make() for path, f in here.items()}


def test_one_changed_paper_changes_only_the_shards_of_its_words(six_hundred: list[Paper]) -> None:
    old = structs.replace(six_hundred[300], body="Herons stand.")
    new = structs.replace(old, body="Herons sleep.")
    papers = list(six_hundred)
    papers[300] = old
    before = keys(papers)
    papers[300] = new
    after = keys(papers)
    layout = Layout.of(600, WEIGHTS)
    expected = {
        f"search/{kind}/{layout.term_shard(stem)}.json"
        for kind in ("terms", "pairs")
        for stem in ("heron", "stand", "sleep")
    }
    expected |= {f"search/words/{layout.word_shard(word)}.json" for word in ("stand", "sleep")}
    expected |= {f"search/endings/{layout.ending_shard(word)}.json" for word in ("stand", "sleep")}
    assert {path for path in after if after[path] != before[path]} == expected | {"search/manifest.json"}


def test_a_new_title_changes_its_block_of_titles_and_no_other(six_hundred: list[Paper]) -> None:
    papers = list(six_hundred)
    papers[300] = structs.replace(papers[300], title=papers[300].title.upper())
    before, after = keys(six_hundred), keys(papers)
    assert {path for path in after if after[path] != before[path]} == {
        f"search/papers/{300 // Layout.of(600, WEIGHTS).block}.json",
        "search/manifest.json",
    }


def test_a_topic_with_a_new_name_is_found_by_it(six_hundred: list[Paper]) -> None:
    renamed = [structs.replace(topic, name="Egrets") if topic.id == "video" else topic for topic in TOPICS]
    shards = f"search/terms/{Layout.of(600, WEIGHTS).term_shard('egret')}.json"
    cache = Memory()
    index(six_hundred, cache)
    found = json.loads(index(six_hundred, cache, names=renamed)[shards].make())
    assert "egret" in found


def test_with_a_cache_the_index_is_that_of_a_clean_build(six_hundred: list[Paper]) -> None:
    cache = Memory()
    papers: list[Paper | None] = list(six_hundred[:-1])
    index(papers, cache)
    papers[10] = None
    papers[200] = herons(200)
    papers.append(six_hundred[-1])
    assert {path: file.make() for path, file in index(papers, cache).items()} == contents(papers)


def pairs_of(made: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """Read all pairs, by the first term."""
    shards = [json.loads(content) for path, content in made.items() if path.startswith("search/pairs/")]
    return {term: pairs for read in shards for term, pairs in read.items()}


def test_a_pair_of_terms_is_told_where_it_is_in_two_papers_in_the_list_of_the_first() -> None:
    bodies = ["Reed beds grow.", "A reed alone.", "A bed of reed.", "In reed and in beds they sleep.", "Reed beds?"]
    papers = [Paper(slug=f"paper-{n}", title=f"Title{n}", body=body) for n, body in enumerate(bodies)]
    assert pairs_of(contents(papers)) == {"reed": {"bed": "aca"}}


def test_a_pair_is_found_in_titles_texts_and_labels_but_not_across_them() -> None:
    papers = [
        Paper(slug="one", title="Reed beds", body="Night herons."),
        Paper(slug="two", title="Storks", body="Over reed beds.", tags=("night heron", "moths")),
        Paper(slug="three", title="Lamps", body="Moths.", tags=("moths", "lamps")),
    ]
    assert pairs_of(contents(papers)) == {"reed": {"bed": "aa"}, "night": {"heron": "aa"}}


def test_places_are_written_as_gaps_with_a_quotient_only_where_they_are_large() -> None:
    assert coded([]) == ""
    assert coded([0, 1, 27, 53, 80]) == "aazz1a"


def test_pairs_are_joined_across_segments(six_hundred: list[Paper]) -> None:
    papers = list(six_hundred)
    there = (0, 255, 256, 599)
    for n in there:
        papers[n] = herons(n, body="Reed beds grow here.")
    made = contents(papers)
    layout = Layout.of(600, WEIGHTS)
    assert json.loads(made[f"search/pairs/{layout.term_shard('reed')}.json"])["reed"]["bed"] == "aaaa"


def groups_of(made: Mapping[str, bytes]) -> dict[str, Any]:
    """Read from all shards of postings what is under a marked key, and where."""
    shards = {path: json.loads(content) for path, content in made.items() if path.startswith("search/terms/")}
    return {
        f"{path} {key}": value for path, read in shards.items() for key, value in read.items() if key.startswith("=")
    }


def test_a_short_form_that_two_papers_explain_is_a_synonym_of_its_long_form() -> None:
    bodies = [
        "A marsh bird count (MBC).",
        "Of marsh bird counts (MBCs).",
        "Many night herons (NHs), each a night heron (NH).",
        "A marsh bird count (MBC).",
    ]
    papers = [Paper(slug=f"paper-{n}", title=f"Title{n}", body=body) for n, body in enumerate(bodies)]
    found = {key.split()[1]: groups for key, groups in groups_of(contents(papers)).items()}
    assert found == {"=mbc": [["marsh bird count", "MBC"]], "=marsh": [["marsh bird count", "MBC"]]}


def test_a_short_form_that_a_group_has_already_is_not_told_twice() -> None:
    papers = [Paper(slug=f"paper-{n}", title=f"Title{n}", body="A marsh bird count (MBC).") for n in range(3)]
    group = Synonyms(("bird census", "MBC", "marsh bird counts"))
    found = groups_of(contents(papers, synonyms=[group]))
    assert {tuple(map(tuple, groups)) for groups in found.values()} == {(group.forms,)}


def test_what_papers_explain_changes_only_with_papers_that_explain_it() -> None:
    papers = [Paper(slug=f"paper-{n}", title=f"Title{n}", body="A marsh bird count (MBC).") for n in range(3)]
    papers += [herons(n) for n in range(3, 100)]
    cache = Memory()
    index(papers, cache)
    papers[1] = herons(1)
    assert {path: file.make() for path, file in index(papers, cache).items()} == contents(papers)
    papers[2] = herons(2)
    assert not groups_of({path: file.make() for path, file in index(papers, cache).items()})


def test_a_group_of_synonyms_is_filed_with_the_first_term_of_each_of_its_forms(six_hundred: list[Paper]) -> None:
    synonyms = [Synonyms(("grey herons", "ARD")), Synonyms(("ARD", "the Grey Owl"))]
    place = Layout.of(600, WEIGHTS).term_shard
    assert groups_of(contents(six_hundred, synonyms=synonyms)) == {
        f"search/terms/{place('ard')}.json =ard": [["grey herons", "ARD"], ["ARD", "the Grey Owl"]],
        f"search/terms/{place('grei')}.json =grei": [["grey herons", "ARD"], ["ARD", "the Grey Owl"]],
    }


def test_forms_with_the_same_terms_are_one_and_a_group_of_one_is_none() -> None:
    synonyms = [Synonyms(("heron", "Herons", "ARD", "heron-s")), Synonyms(("otter", "otters"))]
    found = groups_of(contents([herons(0)], synonyms=synonyms))
    assert list(found.values()) == [[["heron", "ARD"]]] * 2


def test_the_mark_of_a_group_begins_no_term() -> None:
    assert words(f"{MARK}heron {MARK} otter{MARK}moth") == ["heron", "otter", "moth"]


def test_one_changed_group_changes_only_the_shards_of_its_forms(six_hundred: list[Paper]) -> None:
    stays = Synonyms(("marsh bird", "MB"))
    before = keys(six_hundred, synonyms=[Synonyms(("grey heron", "ARD")), stays])
    after = keys(six_hundred, synonyms=[Synonyms(("grey heron", "ARD", "egret")), stays])
    changed = {path for path in after if after[path] != before[path]}
    place = Layout.of(600, WEIGHTS).term_shard
    expected = {f"search/{k}/{place(stem)}.json" for k in ("terms", "pairs") for stem in ("grei", "ard", "egret")}
    assert changed == expected | {"search/manifest.json"}


def test_a_changed_group_is_written_from_what_the_cache_knows(six_hundred: list[Paper]) -> None:
    cache = Memory()
    index(six_hundred, cache)
    synonyms = [Synonyms(("grey heron", "ARD"))]
    again = {path: file.make() for path, file in index(six_hundred, cache, synonyms=synonyms).items()}
    assert again == contents(six_hundred, synonyms=synonyms)


def test_equal_keys_mean_equal_bytes(six_hundred: list[Paper]) -> None:
    papers = list(six_hundred)
    before = index(papers)
    papers[77] = herons(77, body="Reeds.")
    after = index(papers)
    same = [path for path in before if before[path].key == after[path].key]
    assert len(same) > 10
    assert all(before[path].make() == after[path].make() for path in same)


def test_only_the_parts_in_which_a_paper_has_a_say_are_made_again(six_hundred: list[Paper]) -> None:
    cache = Memory()
    keys(six_hundred, cache)
    parts = cache.made["search.shards"]
    changed = list(six_hundred)
    changed[300] = herons(300)
    keys(changed, cache)
    said = analysed(six_hundred[300].title, six_hundred[300].body).details()
    words_of_both = {*said.title_words, *said.body_words, "herons", "300", *" ".join(six_hundred[300].tags).split()}
    assert cache.made["search.shards"] - parts < 4 * (len(words_of_both) + 10) < parts


def test_a_build_without_a_change_makes_nothing_again(six_hundred: list[Paper]) -> None:
    cache = Memory()
    keys(six_hundred, cache)
    made = dict(cache.made)
    keys(six_hundred, cache)
    assert cache.made == made


@pytest.mark.parametrize("lost", ["search.shards", "search.rows", "known", "a part"])
def test_what_the_cache_has_lost_is_made_again(six_hundred: list[Paper], lost: str) -> None:
    cache = Memory()
    index(six_hundred, cache)
    gone = {"known": {"known"}, "a part": {str(n) for n in range(0, 512, 2)}}.get(lost)
    cache.values = {
        (kind, key): value
        for (kind, key), value in cache.values.items()
        if not (kind == lost or (gone and kind == "search.shards" and key in gone))
    }
    changed = list(six_hundred)
    changed[300] = herons(300)
    for papers in (six_hundred, changed):
        assert {path: file.make() for path, file in index(papers, cache).items()} == contents(papers)


def test_papers_that_come_back_after_a_build_without_them_are_counted_once(six_hundred: list[Paper]) -> None:
    cache = Memory()
    without = [*six_hundred[:512], *[None] * 64, *six_hundred[576:]]
    for papers in (six_hundred, without, six_hundred):
        assert {path: file.make() for path, file in index(papers, cache).items()} == contents(papers)


def test_parts_of_another_build_than_the_last_are_not_taken_for_those_of_the_last(six_hundred: list[Paper]) -> None:
    cache = Memory()
    changed = list(six_hundred)
    changed[300] = herons(300)
    index(changed, cache)
    others = {at: value for at, value in cache.values.items() if at[0] == "search.shards" and at[1] != "known"}
    index(six_hundred, cache)
    cache.values |= others
    changed[301] = herons(301)
    for papers in (six_hundred, changed):
        assert {path: file.make() for path, file in index(papers, cache).items()} == contents(papers)


def listed(made: Mapping[str, OutputFile]) -> set[str]:
    """Return the paths that the manifest tells."""
    manifest = json.loads(made["search/manifest.json"].make())
    width, paths = manifest["width"], set[str]()
    for kind, names in manifest["names"].items():
        assert len(names) % width == 0
        for at in range(0, len(names), width):
            paths.add(f"search/{kind}/{at // width}.{names[at : at + width]}.json")
    return paths | {path.replace("/terms/", "/pairs/") for path in paths}


def test_the_manifest_tells_the_name_of_every_other_file(six_hundred: list[Paper]) -> None:
    made = named(six_hundred)
    assert len(listed(made)) > 100
    assert made.keys() == listed(made) | {"search/manifest.json"}


def test_a_file_has_another_name_when_its_content_is_another(six_hundred: list[Paper]) -> None:
    papers = list(six_hundred)
    papers[300] = herons(300, body="Reeds.")
    before = {path: file.make() for path, file in named(six_hundred).items()}
    after = {path: file.make() for path, file in named(papers).items()}
    stayed = before.keys() & after.keys() - {"search/manifest.json"}
    assert 0.3 * len(before) < len(stayed) < len(before) - 5
    assert [path for path in stayed if before[path] != after[path]] == []


def test_a_new_format_gives_every_file_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    before = named([herons(0)])
    monkeypatch.setattr("site_builder.search.index.FORMAT", 99)
    after = named([herons(0)])
    assert before.keys() & after.keys() == {"search/manifest.json"}


def test_the_list_of_all_names_is_small(six_hundred: list[Paper]) -> None:
    """A name has as many random bits as its letters carry: what is listed grows with the number of files alone."""
    made = named(six_hundred)
    assert len(gzip.compress(made["search/manifest.json"].make())) < 3.7 * len(made) + 1_700


def test_a_site_for_the_disk_has_each_file_as_a_script_too() -> None:
    tricky = Paper(slug="a", title='A "quoted" \u2028 </script> title', body="__proto__")
    made = named([tricky], site=Site(offline=True))
    scripts = {path: file for path, file in made.items() if path.endswith(".js")}
    assert {f"{path}on" for path in scripts} == made.keys() - scripts.keys()
    for path, script in scripts.items():
        argument = re.fullmatch(r'indexFile\("([^"]+)",("(?:[^"\\]|\\.)*")\);\n', script.make().decode())
        assert argument
        assert argument[1] == f"{path}on"
        assert json.loads(argument[2]).encode() == made[f"{path}on"].make()


def test_a_site_that_is_not_for_the_disk_has_no_scripts_in_its_index() -> None:
    for offline in (None, False):
        assert not [path for path in named([herons(0)], site=Site(offline=offline)) if path.endswith(".js")]


def test_an_empty_catalogue_has_an_index_that_finds_nothing() -> None:
    made = contents([])
    assert json.loads(made["search/manifest.json"])["papers"] == 0
    shards = {content for path, content in made.items() if path.startswith(("search/terms/", "search/words/"))}
    assert shards == {b"{}"}


def test_the_number_of_files_grows_slower_than_the_ledger() -> None:
    layouts = [Layout.of(addresses, WEIGHTS) for addresses in (484, 5_000, 20_000, 87_248)]
    counts = [(layout.terms, layout.words, layout.fields, layout.values, layout.block) for layout in layouts]
    assert counts == [
        (512, 16, 8, 1, 4),
        (764, 64, 32, 1, 6),
        (1264, 64, 32, 4, 12),
        (1765, 64, 32, 16, 24),
    ]
    assert [layout.pair for layout in layouts] == [2, 3, 8, 16]


def test_a_spelling_lies_behind_the_last_bound_that_does_not_come_behind_it() -> None:
    layout = structs.replace(Layout.of(0, WEIGHTS), bounds=("ca", "heron"))
    assert [layout.term_shard(spelling) for spelling in ("", "bird", "ca", "hero", "heron", "zz")] == [0, 0, 1, 1, 2, 2]


def test_the_manifest_tells_bounds_by_the_letters_in_which_they_differ(six_hundred: list[Paper]) -> None:
    written = json.loads(contents(six_hundred)["search/manifest.json"])["bounds"]
    bounds = [""]
    for shared, others in re.findall(r"([A-Z])([^A-Z]*)", written):
        bounds.append(bounds[-1][: ord(shared) - ord("A")] + others)
    assert tuple(bounds[1:]) == Layout.of(600, WEIGHTS).bounds


def test_what_begins_behind_z_is_dealt_out_by_its_first_letters() -> None:
    layout = Layout.of(5_000, WEIGHTS)
    assert len({layout.term_shard(f"{chr(letter)}\u0430") for letter in range(0x430, 0x450)}) > 20
    assert layout.term_shard("\u0446\u0430\u043f\u043b\u044f") == layout.term_shard("\u0446\u0430")


def test_shards_of_postings_have_about_as_many_postings_each_where_no_term_alone_has_more() -> None:
    layout = Layout.of(5_000, WEIGHTS)
    sizes = Counter[int]()
    for word, papers in WEIGHTS.frequencies.items():
        if " " not in word:
            sizes[layout.term_shard(word)] += min(papers, 1_500)
    assert sorted(sizes.values())[-5] < 4 * sum(sizes.values()) / layout.terms


def test_the_words_that_are_spelled_like_terms_lie_with_them_the_commonest_first() -> None:
    made = contents([herons(n, body="Hedges." if n else "Hearing") for n in range(4)])
    shards = [json.loads(content) for path, content in made.items() if path.startswith("search/terms/")]
    assert [shard[""] for shard in shards if "heron" in shard] == ["herons | hedges | hearing"]


def test_a_long_list_keeps_its_strongest_levels_whole_and_the_rest_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.search.cutting.LONGEST", 3)
    assert cut("abc") is None
    found = cut("a2pbbp")
    assert found == ("3p2p", "a3bb", 3, 1, [1, 4])


def test_a_list_of_one_level_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.search.cutting.LONGEST", 3)
    assert cut("cccc") is None


def test_what_is_cut_off_is_told_and_kept_in_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.search.cutting.LONGEST", 3)
    whole = Layout.of(8, WEIGHTS)
    monkeypatch.setattr(Layout, "of", lambda *_: structs.replace(whole, rest=1))
    papers = [
        herons(n, body="Heron marsh.") if n < 2 else Paper(slug=f"b{n}", title="Birds", body="Herons here.")
        for n in range(8)
    ]
    made = contents(papers)
    shard = json.loads(made[f"search/terms/{whole.term_shard('heron')}.json"])
    numbers = [letter for letter in shard["heron"] if letter.isalpha()]
    assert len(numbers) == 2
    assert shard[f"{CUT}heron"][0] == 6
    assert pairs_of(made)["heron"]["marsh"] == "aa"
    rest = json.loads(made["search/rest/0.json"])["heron"]
    assert rest.startswith("2")
    assert len(rest) == 1 + 6
    assert json.loads(made["search/manifest.json"])["rest"] == 1


def test_the_shard_of_a_spelling_is_its_crc_32_modulo_a_power_of_two() -> None:
    assert shard("123456789", 1 << 16) == 0x3926  # the check value of CRC-32 is cbf43926
