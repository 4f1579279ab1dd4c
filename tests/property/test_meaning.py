from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.meaning.analysis import Analyser, Analysis
from site_builder.meaning.related import relate
from site_builder.meaning.tags import LONGEST, MOST, tags
from site_builder.meaning.weights import load
from site_builder.model import Paper, Rule, Topic
from site_builder.text.finder import Finder
from site_builder.text.queries import Field, Node, Phrase, Positions, Prefix, QueryError, parse
from tests.unit.test_search_index import Memory

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import whoosh.codec.whoosh3  # noqa: F401 - Whoosh imports it late, where its warnings would be errors
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.filedb.filestore import RamStorage
    from whoosh.qparser import MultifieldPlugin, QueryParser

if TYPE_CHECKING:
    pass

WEIGHTS = load()
ANALYSER = Analyser((Topic(id="sinks", name="Sinks", rules=(Rule("sink"), Rule("token", 2))),), WEIGHTS)

WORDS = ["token", "tokens", "prune", "pruning", "sink", "attention", "the", "of", "graph", "causal", "mask"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
PHRASES = st.lists(st.sampled_from([w for w in WORDS if w not in ("the", "of")]), min_size=2, max_size=3).map(
    lambda parts: f'"{" ".join(parts)}"'
)
LEAVES = st.one_of(
    st.sampled_from([w for w in WORDS if w not in ("the", "of")]),
    PHRASES,
    st.tuples(PHRASES, st.integers(1, 4)).map(lambda pair: f"{pair[0]}~{pair[1]}"),
    st.sampled_from(["title:sink", "body:graph", 'title:"token sink"']),
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: "(" + " AND ".join(parts) + ")"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: "(" + " OR ".join(parts) + ")"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} NOT {pair[1]})"),
    ),
    max_leaves=5,
)


FLAT = st.tuples(
    QUERIES, st.lists(st.tuples(st.sampled_from(["", "AND ", "NOT ", "AND NOT "]), QUERIES), min_size=1, max_size=3)
).map(lambda parts: parts[0] + "".join(f" {sign}{part}" for sign, part in parts[1]))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8),
    st.lists(st.one_of(QUERIES, FLAT), min_size=1, max_size=8),
)
def test_a_query_finds_the_papers_that_a_real_index_of_whoosh_finds(
    papers: list[tuple[str, str]], queries: list[str]
) -> None:
    field = TEXT(analyzer=StemmingAnalyzer(), multitoken_query="phrase")
    schema = Schema(number=ID(stored=True), title=field, body=field)
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for number, (title, body) in enumerate(papers):
        writer.add_document(number=str(number), title=title, body=body)
    writer.commit()
    parser = QueryParser(None, schema)
    parser.add_plugin(MultifieldPlugin(["title", "body"]))
    with index.searcher() as searcher:
        for query in queries:
            theirs = {int(hit["number"]) for hit in searcher.search(parser.parse(query), limit=None)}
            ours = set()
            for number, (title, body) in enumerate(papers):
                fields: dict[Field, Positions] = {"title": Positions(title, "title"), "body": Positions(body)}
                if parse(query).find(fields):
                    ours.add(number)
            assert ours == theirs, query


WITH_PREFIXES = st.one_of(QUERIES, st.sampled_from(["prun*", "title:tok* OR sink", "(mas* OR graph) AND title:token"]))


@settings(max_examples=300, deadline=None)
@given(st.lists(WITH_PREFIXES, min_size=1, max_size=4), TEXTS, TEXTS)
def test_the_short_cuts_of_deciding_find_what_each_query_finds_by_itself(
    queries: list[str], title: str, body: str
) -> None:
    topics = tuple(Topic(id=f"t{n}", name=f"T{n}", rules=(Rule(query),), floor=1) for n, query in enumerate(queries))
    analyser = Analyser(topics, WEIGHTS)
    paper: dict[Field, Positions] = {"title": Positions(title, "title"), "body": Positions(body)}
    found = {f"t{n}": parse(query).find(paper) for n, query in enumerate(queries)}
    spans, in_title = Finder(map(parse, queries)).find(paper)
    assert [sorted(set(spans.get(n, ()))) for n in range(len(queries))] == list(found.values())
    title_alone: dict[Field, Positions] = {"title": paper["title"], "body": Positions("")}
    # NOT looks into the body, too, wherever the rest is looked for.
    asked = {n for n, query in enumerate(queries) if "NOT" not in query}
    assert in_title & asked == {n for n in asked if parse(queries[n]).find(title_alone)}
    explained = analyser.explain(title, body)
    assert {evidence.topic for evidence in explained} == {topic for topic, spans in found.items() if spans}
    assert {(evidence.topic, evidence.score) for evidence in analyser.decide(title, body)} == {
        (evidence.topic, evidence.score) for evidence in explained if evidence.score >= 1
    }


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab NOT AND OR(\"~3)*:title-+^?[]/'xy.,\n"), max_size=30))
def test_any_query_is_either_refused_with_a_place_inside_it_or_finds_something_to_look_for(query: str) -> None:
    refusal = refused(query)
    if refusal:
        assert 0 <= refusal.offset <= len(query)
        assert refusal.message
    else:
        assert all(leaf.start if isinstance(leaf, Prefix) else leaf.terms for leaf in leaves(parse(query).root))


def leaves(node: Node) -> list[Phrase | Prefix]:
    return [node] if isinstance(node, Phrase | Prefix) else [leaf for part in node.parts for leaf in leaves(part)]


def refused(query: str) -> QueryError | None:
    try:
        parse(query)
    except QueryError as refusal:
        return refusal
    return None


@settings(deadline=None)
@given(TEXTS, st.text(max_size=200))
def test_every_match_is_the_text_at_its_place(title: str, text: str) -> None:
    for evidence in ANALYSER.explain(title, f"{text} attention sinks {text}"):
        for match in evidence.matches:
            source = title if match.field == "title" else f"{text} attention sinks {text}"
            assert source[match.start : match.end] == match.text


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=200), st.lists(st.sampled_from(["KV cache", "C++", "of"]), unique=True))
def test_an_analysis_survives_being_written_and_read(title: str, body: str, given_tags: list[str]) -> None:
    paper = Paper(slug="p", title=title, body=body, topics=("sinks", "gone"), tags=tuple(given_tags))
    analysis = ANALYSER.analyse(paper)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(analysis), type=Analysis) == analysis
    details = analysis.details()
    assert [evidence.topic for evidence in details.evidence] == ["sinks", "gone"]
    assert details.evidence[1].matches == ()
    assert all(isinstance(weight, int) and weight >= 0 for weight in analysis.vector().values())


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=400))
def test_tags_are_few_short_and_the_same_each_time(title: str, text: str) -> None:
    found = tags(title, text, WEIGHTS)
    assert len(found) == len(set(found)) <= MOST
    assert all(1 <= len(tag.replace("-", " ").split()) <= LONGEST for tag in found)
    assert found == tags(title, text, WEIGHTS)


RARE = ["wasserstein", "barycenter", "orchard", "apple", "sinkhorn", "learning", "image", "saliency"]
SHELVES = st.dictionaries(
    st.sampled_from([f"p{n}" for n in range(8)]), st.lists(st.sampled_from(RARE), max_size=5).map(" ".join), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(st.lists(SHELVES, min_size=1, max_size=4))
def test_neighbours_with_a_memory_of_other_catalogues_are_those_without(shelves: list[dict[str, str]]) -> None:
    cache = Memory()
    for shelf in shelves:
        analyses = {slug: ANALYSER.analyse(Paper(slug=slug, title=title)) for slug, title in shelf.items()}
        assert relate(analyses, cache) == relate(analyses, Memory())
