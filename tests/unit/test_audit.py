"""What a curator is told of a paper's topics, and of the rules as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.content.papers import fingerprint
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.audit import (
    Audit,
    Candidate,
    Difference,
    Explanation,
    Line,
    Matching,
    Said,
    Weighed,
    audit,
    audited,
    explain,
    explain_topic,
    explained,
    explained_topic,
)
from site_builder.meaning.weights import load
from site_builder.model import Catalogue, Paper, Rule, Site, Topic

TOPICS = (
    Topic(
        id="lamps",
        name="Lamps",
        floor=4,
        rules=(Rule("lamp", 1, 4), Rule('"fixed lamp"', 4, 5), Rule('"lamp black"', 0, 6), Rule("candle", -2, 7)),
        exclude=(Rule('"lamp oil"', 1, 9),),
    ),
    Topic(id="ships", name="Ships", rules=(Rule("title:ship AND rope", 3, 13), Rule("ship", 1, 14))),
    Topic(id="fog", name="Fog", rules=(Rule("fog OR mist", 3, 18, 7), Rule('"gpt-2" OR "of the fog"', 3, 19, 7))),
)
ANALYSER = Analyser(TOPICS, load(None))


def of(title: str, body: str, topics: tuple[str, ...] = (), **fields: object) -> Explanation:
    return explain(Paper(slug="a", title=title, body=body, topics=topics, **fields), ANALYSER)  # type: ignore[arg-type]


def only(found: Explanation) -> Weighed:
    (topic,) = found.topics
    return topic


def test_each_match_has_its_field_its_weight_its_words_and_the_line_of_its_rule() -> None:
    lamps = only(of("A Lamp", "A fixed  lamp, a lamp, a Lamp and a lamp.", ("lamps",)))
    assert (lamps.topic, lamps.score, lamps.floor, lamps.decided, lamps.in_file) == ("lamps", 10, 4, True, True)
    assert lamps.matches == (
        Said("body", "fixed lamp", 1, 4, 5),
        Said("title", "Lamp", 1, 1, 4),
        Said("body", "lamp", 2, 1, 4),
        Said("body", "Lamp", 1, 1, 4),
    )


def test_what_speaks_against_a_topic_and_what_takes_words_away_is_told() -> None:
    lamps = only(of("A", "A lamp black candle."))
    assert lamps.matches == (Said("body", "lamp black", 1, 0, 6), Said("body", "candle", 1, -2, 7))
    assert (lamps.score, lamps.decided) == (-2, False)


def test_what_excludes_a_topic_is_named() -> None:
    lamps = only(of("A", "A fixed lamp with lamp oil.", ("lamps",)))
    assert lamps.excluded == (Said("body", "lamp oil", 1, 1, 9),)
    assert lamps.score >= lamps.floor
    assert not lamps.decided
    text = "\n".join(explained(of("A", "A fixed lamp with lamp oil.", ("lamps",)), "topics.yaml"))
    assert "lamps: 5 of 4, excluded, but it is in the file" in text
    assert "excluded by “lamp oil” in the body  topics.yaml:9" in text


def test_a_topic_in_the_file_of_which_nothing_is_said_is_told_too() -> None:
    assert only(of("A", "Nothing.", ("fog",))) == Weighed("fog", 0, 3, False, True, (), ())
    assert "fog: 0 of 3, nothing speaks for it, but it is in the file" in explained(of("A", "", ("fog",)), "t")


def test_it_says_who_wrote_the_topics_in_the_file_and_what_was_read() -> None:
    made = {"topics": fingerprint(("fog",))}
    assert of("A", "Fog.", ("fog",), made=made).written_by == "a program"
    assert of("A", "Fog.", ("fog", "ships"), made=made).written_by == "a person"
    withheld = {"body": fingerprint(""), "source": "0-0-0"}
    assert of("A", "Fog.", made=withheld).text == "summary"
    assert of("A", "").text == "none"
    paper = Paper(slug="a", title="A", body="Our own words.", made=withheld)
    told = explain(paper, ANALYSER, "A fixed lamp.")
    assert told.text == "abstract"
    assert only(told).decided


def test_words_of_a_joined_rule_have_its_weight() -> None:
    ships = only(of("A Ship", "A rope."))
    assert set(ships.matches) == {Said("title", "Ship", 1, 3, 13), Said("body", "rope", 1, 3, 13)}


LAMPS = Analyser(TOPICS[:1], load(None))


def lit(slug: str, body: str, *topics: str) -> Paper:
    return Paper(slug=slug, title="A", body=body, topics=topics)


def test_of_a_topic_each_rule_is_told_with_the_papers_that_it_matches() -> None:
    papers = [lit("a", "A fixed lamp."), lit("b", "A lamp and a lamp."), lit("c", "No light.")]
    found = explain_topic(TOPICS[0], papers, LAMPS, {})
    assert found.rules[:2] == (
        Matching(Line(4, 0, "lamps", "lamp"), 1, False, 2, "a", "lamp"),
        Matching(Line(5, 0, "lamps", '"fixed lamp"'), 4, False, 1, "a", "fixed lamp"),
    )
    assert [(rule.papers, rule.excludes) for rule in found.rules[2:]] == [(0, False), (0, False), (0, True)]
    told = list(explained_topic(found, "topics.yaml"))
    assert told[0] == "lamps: the rules decide it of 1 paper; its floor is 4"
    assert "       1  weight 4   topics.yaml:5:0  “fixed lamp” in a" in told
    assert "       0  excludes   topics.yaml:9:0" in told


def test_of_a_topic_the_papers_nearest_to_its_floor_come_first_on_both_sides() -> None:
    papers = [
        lit("sure", "A fixed lamp, a fixed lamp.", "lamps"),
        lit("barely", "A fixed lamp."),
        lit("far", "A lamp."),
        lit("near", "A lamp, a lamp and a lamp.", "lamps"),
        lit("oily", "A fixed lamp with lamp oil."),
        lit("dark", "A candle."),
    ]
    found = explain_topic(TOPICS[0], papers, LAMPS, {})
    assert [one.slug for one in found.decided] == ["barely", "sure"]
    assert found.short == (Candidate("near", 3, "lamp", True), Candidate("far", 1, "lamp", False))
    assert [one.slug for one in found.excluded] == ["oily"]
    told = list(explained_topic(found, "topics.yaml"))
    assert "  barely: 4, “fixed lamp”, but it is not in the file" in told
    assert "  near: 3, “lamp”, but it is in the file" in told


def test_of_a_topic_it_is_told_how_many_abstracts_are_not_there() -> None:
    withheld = {"body": fingerprint(""), "source": "0-0-0"}
    papers = [Paper(slug="a", title="A", body="Our own words.", made=withheld), lit("b", "A fixed lamp.")]
    told = list(explained_topic(explain_topic(TOPICS[0], papers, LAMPS, {}), "t"))
    assert "1 of all papers without their abstract: the rules see only what is here" in told
    assert [one.slug for one in explain_topic(TOPICS[0], papers, LAMPS, {"a": "A fixed lamp."}).decided] == ["a", "b"]


def catalogue(*papers: Paper, topics: tuple[Topic, ...] = TOPICS) -> Catalogue:
    return Catalogue(site=Site(), papers=papers, topics=topics, collections=(), pages=(), ledger=())


def audit_of(*papers: Paper) -> Audit:
    return audit(catalogue(*papers), ANALYSER, {})


def papers(*topics: Sequence[str], body: str = "Fog.") -> list[Paper]:
    return [Paper(slug=f"p{n}", title="P", body=body, topics=tuple(each)) for n, each in enumerate(topics)]


def test_papers_with_no_topic_and_with_more_than_six_are_named() -> None:
    many = tuple(Topic(id=f"t{n}", name=f"T{n}") for n in range(8))
    ids = [topic.id for topic in many]
    of = catalogue(*papers(ids[:6], (), ids[:7], ids), topics=many)
    found = audit(of, Analyser(many, load(None)), {})
    assert found.none == ("p1",)
    assert found.many == (("p3", 8), ("p2", 7))


def test_a_topic_of_more_than_a_quarter_of_all_is_named() -> None:
    quarter = papers(("fog",), ("ships",), (), ())
    assert audit_of(*quarter).large == ()
    assert audit_of(*quarter[:-1]).large == (("ships", 1), ("fog", 1))


def test_a_topic_that_never_comes_without_another_is_named_once_it_has_three_papers() -> None:
    both = papers(("fog", "ships"), ("fog", "ships"), ("ships",))
    assert audit_of(*both).together == ()
    assert audit_of(*both, Paper(slug="x", title="X", topics=("ships", "fog"))).together == (("fog", "ships", 3),)


def test_a_rule_that_matches_nothing_anywhere_is_named_by_its_place() -> None:
    silent = audit_of(*papers((), body="A mist, a fixed lamp and a ship with candles.")).silent
    assert [(line.line, line.topic) for line in silent] == [(6, "lamps"), (9, "lamps"), (13, "ships"), (19, "fog")]


def test_words_of_a_rule_that_look_for_less_than_they_say_are_named() -> None:
    narrowed = audit_of().narrowed
    assert [(line.line, line.column, line.query) for line in narrowed] == [
        (19, 7, '"gpt-2": only gpt'),
        (19, 7, '"of the fog": only fog'),
    ]


def test_papers_differ_whose_file_has_other_topics_than_the_rules_decide_but_for_those_that_cannot_be_read() -> None:
    made = {"topics": fingerprint(("fog",)), "body": fingerprint(""), "source": "0-0-0"}
    found = audit_of(
        *papers(("fog",), ("ships",)),
        Paper(slug="w", title="W", body="A ship.", topics=("fog",), made=made),
        Paper(slug="e", title="E", topics=("ships",)),
    )
    assert found.unread == 2
    assert found.differ == (Difference("p1", ("ships",), ("fog",), "a person"),)


def test_an_abstract_that_is_elsewhere_is_read_there() -> None:
    made = {"topics": fingerprint(("fog",)), "body": fingerprint(""), "source": "0-0-0"}
    paper = Paper(slug="w", title="W", body="Ours.", topics=("fog",), made=made)
    found = audit(catalogue(paper), ANALYSER, {"w": "A fixed lamp."})
    assert found.unread == 0
    assert found.differ == (Difference("w", ("fog",), ("lamps",), "a program"),)


def test_ten_of_each_kind_are_shown_and_the_rest_counted() -> None:
    lines = list(audited(audit_of(*papers(*[()] * 14)), "topics.yaml"))
    start = lines.index("papers with no topic: 14")
    assert lines[start + 10] == "  p9"
    assert lines[start + 11] == "  and 4 more (--json shows all)"
    assert "  topics.yaml:18:7: fog: fog OR mist" not in lines
    assert "  topics.yaml:13:0: ships: title:ship AND rope" in lines
