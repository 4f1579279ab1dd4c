"""A paper's file: what is read from it, what is refused and where, and that writing loses nothing."""

from __future__ import annotations

import pytest

from site_builder.content.papers import edited, fingerprint, read_paper, write_paper
from site_builder.errors import UserError
from site_builder.model import Paper, Sighting

SOURCE = """---
title: "[CLS] as a drain: yes, no"
topics: [token-pruning, video]
tags: [no, 12:30:45]
ids: {arxiv: 2401.12340}
year: 2024
links: {code: https://example.org/a~b}
seen:
  - {in: spring, line: 7, position: 2}
---

A body.
"""


def refused(source: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        read_paper(source, "papers/x.md", "x")
    return [str(problem) for problem in caught.value.problems]


def with_field(line: str) -> str:
    return f'---\ntitle: "T"\n{line}\n---\n'


def test_text_stays_text_where_yaml_would_make_it_another_type() -> None:
    paper = read_paper(SOURCE, "x.md", "x")
    assert paper.tags == ("no", "12:30:45")
    assert paper.ids == {"arxiv": "2401.12340"}
    assert paper.year == 2024
    assert paper.seen == (Sighting("spring", 7, 2),)


def test_the_body_loses_only_the_blank_lines_around_it() -> None:
    assert read_paper(with_field("tags: [a]") + "\n\n  one\n\ntwo  \n\n", "x.md", "x").body == "  one\n\ntwo  "


def test_a_rule_in_the_body_does_not_end_the_front_matter() -> None:
    assert read_paper(with_field("tags: [a]") + "one\n\n---\n\ntwo\n", "x.md", "x").body == "one\n\n---\n\ntwo"


def test_a_file_saved_on_windows_reads_the_same() -> None:
    assert read_paper("\ufeff" + SOURCE.replace("\n", "\r\n"), "x.md", "x") == read_paper(SOURCE, "x.md", "x")


def test_a_field_left_empty_is_a_field_left_out() -> None:
    assert read_paper(with_field("year:\nauthors:\nfinding:"), "x.md", "x") == Paper(slug="x", title="T")


def test_what_is_written_is_read_back() -> None:
    paper = Paper(
        slug="x",
        title='A "quoted" title: with \\ and # and — more',
        body="# not a heading of ours\n\n---\n\nend",
        topics=("a",),
        tags=("C++", "on", "1e3", "~", "a, b", "[x]", "'"),
        finding="yes",
        authors=("Ñandú, A.", "null"),
        year=1999,
        venue="#1",
        ids={"id": "007"},
        links={"code": "https://example.org/?a=b&c={d}"},
        seen=(Sighting("y", 1, 1),),
        made={"title": "00e1"},
    )
    assert read_paper(write_paper(paper), "x.md", "x") == paper


def test_every_wrong_field_is_reported_with_its_place() -> None:
    source = SOURCE.replace("topics: [token-pruning, video]", "topics: video").replace("line: 7", "line: seven")
    assert refused(source.replace("year", "yaer")) == [
        "papers/x.md:3:9: topics: expected a list, found 'video': write [video]",
        "papers/x.md:6:1: unknown field 'yaer' (did you mean 'year'?); the fields are "
        "title, topics, tags, finding, authors, year, venue, ids, unconfirmed, links, seen, repaired, made",
        "papers/x.md:9:24: seen: expected a whole number, found 'seven'",
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("# Title\n", "papers/x.md:1:1: there is no front matter"),
        ("---\ntitle: x\n", "papers/x.md:1:1: the front matter is not closed"),
        ("---\ntags: [a]\n---\n", "papers/x.md:2:1: the field 'title' is missing"),
        ('---\ntitle: " "\n---\n', "papers/x.md:2:8: the title is empty"),
        ('---\ntitle: "\u3000\u200b"\n---\n', "papers/x.md:2:8: the title is empty"),
        (with_field("tags: [a]") + "x" * 100_001, "papers/x.md: the body has 100,001 characters; keep it to 100,000"),
        (with_field("tags: [a"), "papers/x.md:4:1: this is not YAML"),
        (with_field("finding: a: b"), "papers/x.md:3:11: this is not YAML"),
        (with_field("tags: &x [*x]"), "papers/x.md:3:11: the alias *x is not taken here"),
        (with_field("tags: [a]\ntags: [b]"), "papers/x.md:4:1: 'tags' is given twice"),
        (with_field("tags: " + "[" * 30_000), "papers/x.md:3:19: brackets nest deeper than 12 levels"),
        (with_field("finding: a\x07b"), "papers/x.md:3:11: YAML has no such character"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(source: str, message: str) -> None:
    assert refused(source)[0].startswith(message)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("links: {code: example.org/x}", "3:15: links: 'example.org/x'"),
        ("links: {code: 'JavaScript:alert(1)'}", "3:15: links: 'JavaScript:alert(1)'"),
        ("links: {code: 'ftp://example.org'}", "3:15: links: 'ftp://example.org'"),
        ("links: {code: 'https://'}", "3:15: links: 'https://'"),
        ("links: {code: 'https://example.org/a b'}", "3:15: links: 'https://example.org/a b'"),
        ("links: {code: 'https://[example'}", "3:15: links: 'https://[example'"),
        ("links: {code: 'https://example.org:port'}", "3:15: links: 'https://example.org:port'"),
        ("ids: {arxiv: 2401.123}", "3:14: ids: '2401.123' is no arXiv id"),
        ("ids: {arxiv: '../2401.12345'}", "3:14: ids: '../2401.12345' is no arXiv id"),
        ("ids: {doi: '10.1000'}", "3:12: ids: '10.1000' is no DOI"),
        ("year: 20244", "3:7: year: 20244 is no year"),
        ("year: -1", "3:7: year: -1 is no year"),
        ("authors: [A, ' ']", "3:14: authors: there is an empty one"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_at_its_place(field: str, told: str) -> None:
    (problem,) = refused(with_field(field))
    assert problem.startswith(f"papers/x.md:{told}")


@pytest.mark.parametrize(
    "field",
    [
        "ids: {arxiv: 2401.12340v2, doi: 10.1000/182}",
        "ids: {arxiv: hep-th/9901001, doi: '10.1002/(sici)1<1::aid-x>3.0.co;2-a'}",
        "ids: {arxiv: math.GT/0309136, id: any thing, venue: '#7'}",
        "links: {code: 'http://example.org:8080/~a?b=c#d', pdf: 'HTTPS://example.org/ä.pdf'}",
        "year: 1665",
        "seen: [{in: no-such-list, line: 1, position: 1}]\nmade: {title: x}",
    ],
)
def test_values_of_every_usual_form_are_taken(field: str) -> None:
    read_paper(with_field(field), "x.md", "x")


def test_an_edit_by_hand_shows_in_the_fields_that_no_longer_match() -> None:
    made = {
        "title": fingerprint("T"),
        "tags": fingerprint(("a", "b")),
        "links": fingerprint({"code": "u"}),
        "source": "0",
    }
    paper = Paper(slug="x", title="T", tags=("a", "b"), links={"code": "u"}, made=made)
    assert edited(paper) == frozenset()
    assert edited(Paper(slug="x", title="T!", tags=("ab",), links={"code": "u"}, made=made)) == {"title", "tags"}
