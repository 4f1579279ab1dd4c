"""Whatever a page and a record say: nothing is lost, a person's values stand, and a second time changes nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.content.papers import edited, fingerprint, read_paper, write_paper
from site_builder.ingest.overlay import merged
from site_builder.ingest.records import Facts
from site_builder.model import Paper

NAMES = st.lists(st.sampled_from(["Ada Reed", "Ben Marsh", "Null", "C. Finch"]), max_size=2, unique=True).map(tuple)
YEARS = st.sampled_from([None, 2023, 2024])
VENUES = st.sampled_from(["", "Birds", "no"])
IDS = st.dictionaries(
    st.sampled_from(["arxiv", "doi", "id"]), st.sampled_from(["2401.12340", "2401.12340v2", "2402.00001"]), max_size=3
).map(lambda ids: ids if "doi" not in ids else ids | {"doi": f"10.1000/{ids['doi']}"})
LINKS = st.dictionaries(
    st.sampled_from(["code", "project", "a, b"]),
    st.sampled_from(["https://example.org/a", "https://example.org/b"]),
    max_size=3,
)
FIELDS = ("authors", "year", "venue", "ids", "links")
WRITERS = st.lists(st.sampled_from(["nobody", "ingest", "edited since"]), min_size=len(FIELDS), max_size=len(FIELDS))


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """A page some of whose fields ingest wrote, and some of these a person changed."""
    fields: dict[str, Any] = {
        "authors": draw(NAMES),
        "year": draw(YEARS),
        "venue": draw(VENUES),
        "ids": draw(IDS),
        "links": draw(LINKS),
    }
    made = {
        name: fingerprint(fields[name]) if writer == "ingest" else "00000000"
        for name, writer in zip(FIELDS, draw(WRITERS), strict=True)
        if writer != "nobody"
    }
    return Paper(slug="x", title="T", made=made, **fields)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    return Facts(
        title="T",
        line=1,
        authors=draw(NAMES),
        year=draw(YEARS),
        venue=draw(VENUES),
        ids=tuple(draw(IDS).items()),
        links=tuple(draw(LINKS).items()),
        agree=draw(st.sampled_from([None, 1, 2])),
    )


@given(papers(), facts(), facts())
@example(
    Paper(slug="x", title="T"),
    Facts(title="T", line=1, links=(("code", "https://example.org/b"),)),
    Facts(title="T", line=1, links=(("code", "https://example.org/a"), ("project", "https://example.org/b"))),
)
def test_a_second_time_changes_nothing(paper: Paper, first: Facts, second: Facts) -> None:
    for one in (first, second):
        paper = merged(paper, one).paper
        again = merged(paper, one)
        assert (again.paper, again.changed, again.gained, again.replaced) == (paper, False, (), ())
        assert read_paper(write_paper(paper), "x.md", "x") == paper


@given(papers(), facts(), facts())
def test_what_no_overlay_wrote_stands_whatever_two_overlays_say(paper: Paper, first: Facts, second: Facts) -> None:
    after = merged(merged(paper, first).paper, second).paper
    for name in FIELDS:
        there, now = getattr(paper, name), getattr(after, name)
        if name in ("ids", "links"):
            assert there.items() <= now.items()
        elif there:
            assert now == there
        if name in edited(paper):
            assert now == there


@given(papers(), facts())
def test_every_fact_is_on_the_page_or_told(paper: Paper, given: Facts) -> None:
    result = merged(paper, given)
    told = {difference.fact.name for difference in result.kept}
    for name in ("authors", "year", "venue"):
        if value := getattr(given, name):
            assert getattr(result.paper, name) == value or name in told
    for scheme, value in given.ids:
        assert (
            result.paper.ids.get(scheme, "").removesuffix("v2") == value.removesuffix("v2") or f"ids.{scheme}" in told
        )
    for label, url in given.links:
        assert url in result.paper.links.values() or f"links.{label}" in told


@given(papers(), facts(), facts())
def test_a_later_overlay_replaces_all_that_an_earlier_one_gave_and_nobody_touched(
    paper: Paper, first: Facts, second: Facts
) -> None:
    between = merged(paper, first)
    after = merged(between.paper, second).paper
    for fact in between.gained:
        newer = getattr(second, fact.field)
        if not fact.key and newer:
            assert getattr(after, fact.field) == newer
