"""Which pages there are and what each of them holds."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from site_builder.content.folder import TAKEN
from site_builder.content.papers import fingerprint
from site_builder.meaning.analysis import Analyser, Analysis
from site_builder.meaning.weights import load
from site_builder.model import (
    Address,
    Catalogue,
    Collection,
    Neighbours,
    Paper,
    Rule,
    Sighting,
    Site,
    TextPage,
    Topic,
)
from site_builder.pages import lists
from site_builder.pages.authors import author_slug
from site_builder.pages.completeness import completeness
from site_builder.pages.kinds import (
    AllPage,
    AuthorPage,
    AuthorsPage,
    CollectionPage,
    HomePage,
    ListPage,
    Page,
    PaperPage,
    SitemapPage,
    TagPage,
    TopicPage,
)
from site_builder.pages.kinds import TextPage as TextPageValue
from site_builder.pages.plan import Plan, site_view
from tests.unit.test_search_index import Lonely, digests

TOPICS = (Topic(id="lamps", name="Lamps"), Topic(id="ships", name="Ships"), Topic(id="fog", name="Fog"))
ANALYSER = Analyser(TOPICS, load(None))


def catalogue(*papers: Paper, url: str = "", pages: tuple[TextPage, ...] = (), day: str = "2026-03-01") -> Catalogue:
    collections = sorted({sighting.collection for paper in papers for sighting in paper.seen})
    return Catalogue(
        site=Site(title="Lamps and Ships", url=url),
        papers=papers,
        topics=TOPICS,
        collections=tuple(Collection(id=c, name=c.title()) for c in collections),
        pages=pages,
        ledger=tuple(Address(paper.slug, day, paper.title) for paper in papers),
        digests=digests(papers),
    )


def planned(
    of: Catalogue, related: dict[str, Neighbours] | None = None, analyser: Analyser = ANALYSER
) -> dict[str, Page]:
    analyses = {paper.slug: analyser.analyse(paper) for paper in of.papers}
    pages = [planned.page() for planned in Plan(of, analyses, Lonely(related or {}))]
    by_path = {page.path: page for page in pages}
    assert len(by_path) == len(pages), "two pages want one address"
    return by_path


def many(count: int, **fields: object) -> list[Paper]:
    return [replace(Paper(slug=f"p{n}", title=f"Paper {n}"), **fields) for n in range(1, count + 1)]


def listed(page: Page) -> list[str]:
    assert isinstance(page, ListPage)
    return [entry.title for entry in page.entries]


def paper_page(paper: Paper, analysis: Analysis | None = None) -> PaperPage:
    of = catalogue(paper)
    planned = Plan(of, {paper.slug: analysis or ANALYSER.analyse(paper)}, Lonely())
    page = next(iter(planned)).page()
    assert isinstance(page, PaperPage)
    return page


def test_a_list_of_up_to_199_papers_is_one_page_newest_first() -> None:
    pages = planned(catalogue(*many(199, topics=("lamps",))))
    assert listed(pages["topics/lamps.html"])[::198] == ["Paper 199", "Paper 1"]
    assert "topics/lamps/1.html" not in pages


def test_older_papers_go_to_numbered_pages_that_count_from_the_oldest() -> None:
    pages = planned(catalogue(*many(320, topics=("lamps",))))
    assert listed(pages["topics/lamps/1.html"]) == [f"Paper {n}" for n in range(100, 0, -1)]
    assert listed(pages["topics/lamps/2.html"]) == [f"Paper {n}" for n in range(200, 100, -1)]
    assert listed(pages["topics/lamps.html"]) == [f"Paper {n}" for n in range(320, 200, -1)]
    assert "topics/lamps/3.html" not in pages


def test_an_older_page_does_not_change_when_papers_come() -> None:
    papers = many(520, topics=("lamps",), tags=("rope",))
    before, after = planned(catalogue(*papers[:310])), planned(catalogue(*papers[:399]))
    for path in ("topics/lamps/1.html", "topics/lamps/2.html", "tags/rope/1.html", "papers/p7.html"):
        assert before[path] == after[path]
    assert before["topics/lamps.html"] != after["topics/lamps.html"]


def test_the_pages_of_a_list_lead_to_each_other_in_the_order_of_reading() -> None:
    pages = planned(catalogue(*many(420, topics=("lamps",))))
    path, seen = "topics/lamps.html", []
    while True:
        seen.append(path)
        page = pages[path]
        assert isinstance(page, TopicPage)
        if page.pager.after is None:
            break
        following = pages[page.pager.after.path]
        assert isinstance(following, TopicPage)
        assert following.pager.before is not None
        assert following.pager.before.path == path
        path = page.pager.after.path
    assert seen == ["topics/lamps.html", *(f"topics/lamps/{n}.html" for n in (3, 2, 1))]


def test_a_collection_keeps_its_own_order_and_the_numbers_of_its_dump() -> None:
    places = {"a": 3, "b": 1, "c": 9}
    papers = [Paper(slug=s, title=s, seen=(Sighting("list", 10 * at, at),)) for s, at in places.items()]
    page = planned(catalogue(*papers))["collections/list.html"]
    assert isinstance(page, CollectionPage)
    assert listed(page) == ["b", "a", "c"]
    assert page.positions == (1, 3, 9)


def test_a_long_collection_goes_on_after_its_first_hundred() -> None:
    papers = [Paper(slug=f"p{n}", title=f"{n}", seen=(Sighting("list", n, n),)) for n in range(1, 251)]
    pages = planned(catalogue(*papers))
    assert listed(pages["collections/list.html"]) == [f"{n}" for n in range(1, 101)]
    assert listed(pages["collections/list/2.html"]) == [f"{n}" for n in range(101, 251)]


def test_a_day_of_copying_without_a_year_says_that_the_year_is_not_told() -> None:
    of = catalogue(Paper(slug="a", title="A", seen=(Sighting("list", 1, 1),)))
    with_day = replace(of, collections=(Collection(id="list", name="List", copied="Mar 11"),))
    page = planned(with_day)["collections/list.html"]
    assert isinstance(page, CollectionPage)
    assert page.copied == "Mar 11 of a year that is not told"


def test_tags_with_one_slug_share_a_page_under_the_oldest_spelling() -> None:
    one, two = Paper(slug="one", title="One", tags=("Sea Lamps",)), Paper(slug="two", title="Two", tags=("sea-lamps",))
    page = planned(catalogue(one, two))["tags/sea-lamps.html"]
    assert isinstance(page, TagPage)
    assert (page.title, page.spellings, listed(page)) == ("Sea Lamps", ("sea-lamps",), ["Two", "One"])


def test_c_and_c_plus_plus_and_con_have_pages_of_their_own() -> None:
    pages = planned(catalogue(*many(2, tags=("C", "C++", "C#", "con"))))
    tags = sorted(path for path in pages if path.startswith("tags/"))
    assert tags == ["tags/c-plus-plus.html", "tags/c-sharp.html", "tags/c.html", "tags/the-con.html"]


def test_where_others_link_to_a_topic_they_can_say_how_its_definition_begins() -> None:
    lamps = Topic(id="lamps", name="Lamps", definition="Lights that are kept by a keeper. " * 20)
    of = replace(catalogue(Paper(slug="x", title="X", topics=("lamps",))), topics=(lamps,))
    told = planned(of)["topics/lamps.html"].description
    assert told.startswith("Research papers on Lamps. Lights that are kept by a keeper. Lights")
    assert told.endswith(" …")
    assert len(told) <= 200


def test_a_topic_names_the_topics_that_most_of_its_papers_share() -> None:
    papers = [
        Paper(slug="a", title="A", topics=("lamps", "fog")),
        Paper(slug="b", title="B", topics=("lamps", "ships")),
        Paper(slug="c", title="C", topics=("lamps", "ships")),
    ]
    page = planned(catalogue(*papers))["topics/lamps.html"]
    assert isinstance(page, TopicPage)
    assert [link.name for link in page.related] == ["Ships", "Fog"]


RULED = (
    Topic(
        id="lamps",
        name="Lamps",
        floor=4,
        rules=(Rule("lamp"), Rule('"fixed lamp"', weight=4)),
        exclude=(Rule('"lamp oil"'),),
    ),
    Topic(id="ships", name="Ships", rules=(Rule("ship"),)),
)


def ruled_page(paper: Paper) -> PaperPage:
    return paper_page(paper, Analyser(RULED, load(None)).analyse(paper))


def test_a_paper_page_shows_the_words_that_filed_it_each_wording_once() -> None:
    page = ruled_page(Paper(slug="a", title="Lamp", body="Two lamps and Lamps", topics=("lamps",)))
    (filed,) = page.topics
    assert (filed.in_title, filed.in_text, filed.why) == (("Lamp",), ("Lamps",), "words")


def test_a_paper_page_knows_where_the_words_stand_and_for_which_of_its_topics() -> None:
    page = ruled_page(Paper(slug="a", title="Lamp", body="*Two* ships & lamps", topics=("ships", "lamps")))
    assert page.title_marks == ((0, 4, 2),)
    assert page.body_marks == ((4, 9, 1), (12, 17, 2))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("A lamp.", "curator"),
        ("A lamp, a lamp and a lamp on a fixed lamp.", "words"),
        ("A fixed lamp with lamp oil.", "curator"),
    ],
)
def test_words_that_are_not_enough_or_are_excluded_decide_nothing(body: str, why: str) -> None:
    (filed,) = ruled_page(Paper(slug="a", title="A", body=body, topics=("lamps",))).topics
    assert filed.why == why
    assert filed.in_text


def test_the_list_of_a_topic_shows_the_weightiest_words_of_each_paper_or_that_a_curator_filed_it() -> None:
    made = {"topics": fingerprint(("lamps",))}
    papers = [
        Paper(slug="a", title="A", body="A lamp is a *fixed\nlamp*.", topics=("lamps",)),
        Paper(slug="b", title="B", body="A lamp.", topics=("lamps",)),
        Paper(slug="c", title="C", body="A lamp.", topics=("lamps",), made=made),
        Paper(slug="d", title="D", topics=("lamps",), made=made),
    ]
    pages = planned(catalogue(*papers), analyser=Analyser(RULED, load(None)))
    page = pages["topics/lamps.html"]
    assert isinstance(page, TopicPage)
    assert [(entry.title, entry.phrase, entry.by_hand) for entry in page.entries] == [
        ("D", "", False),
        ("C", "", False),
        ("B", "", True),
        ("A", "fixed lamp", False),
    ]
    home = pages["index.html"]
    assert isinstance(home, HomePage)
    assert not any(entry.phrase or entry.by_hand for _, entries in home.newest for entry in entries)


def test_older_pages_of_a_topic_show_the_words_too() -> None:
    pages = planned(
        catalogue(*many(200, body="A fixed lamp.", topics=("lamps",))), analyser=Analyser(RULED, load(None))
    )
    page = pages["topics/lamps/1.html"]
    assert isinstance(page, TopicPage)
    assert {entry.phrase for entry in page.entries} == {"fixed lamp"}


@pytest.mark.parametrize(
    ("body", "made", "why"),
    [
        ("", {}, "curator"),
        ("Text.", {"topics": "0" * 8}, "curator"),
        ("", {"topics": fingerprint(("fog",))}, "unheld"),
        ("Text.", {"topics": fingerprint(("fog",))}, "earlier"),
        ("Text.", {"topics": fingerprint(("fog",)), "body": fingerprint(""), "source": "0-0-0"}, "unheld"),
        ("Text.", {"topics": fingerprint(("fog",)), "body": fingerprint(""), "source": "0"}, "earlier"),
    ],
)
def test_where_no_words_speak_for_a_topic_its_page_says_who_decided(body: str, made: dict[str, str], why: str) -> None:
    (filed,) = paper_page(Paper(slug="a", title="A", body=body, topics=("fog",), made=made)).topics
    assert filed.why == why


def test_links_that_a_browser_does_not_open_as_pages_are_left_out() -> None:
    links = {"code": "https://www.example.org/x/", "bad": "javascript:alert(1)", "old": "ftp://example.org"}
    shown = paper_page(Paper(slug="a", title="A", links=links)).links
    assert [(link.name, link.where) for link in shown] == [("Code", "example.org/x")]


def test_a_paper_page_names_the_related_papers_the_likest_first() -> None:
    related = {"p1": Neighbours.of({"p4": ("paper",), "p2": ("ferry", "rope")})}
    page = planned(catalogue(*many(4)), related)["papers/p1.html"]
    assert isinstance(page, PaperPage)
    assert [(n.title, n.shared) for n in page.related] == [("Paper 4", ("paper",)), ("Paper 2", ("ferry", "rope"))]


def test_where_no_words_tell_why_a_paper_is_related_the_topics_of_both_do() -> None:
    papers = many(3, topics=("fog", "lamps"))
    related = {"p1": Neighbours.of({"p2": ("ferry",), "p3": ()})}
    page = planned(catalogue(*papers), related)["papers/p1.html"]
    assert isinstance(page, PaperPage)
    assert [n.shared for n in page.related] == [("ferry",), ("Fog", "Lamps")]


def test_a_paper_page_does_not_change_when_other_papers_come() -> None:
    first = Paper(slug="first", title="First", topics=("lamps",), tags=("rope",), seen=(Sighting("list", 1, 1),))
    second, *others = many(31, topics=("lamps", "fog"), tags=("rope",), seen=(Sighting("list", 2, 2),))
    before, after = planned(catalogue(first, second)), planned(catalogue(first, second, *others))
    assert before["papers/first.html"] == after["papers/first.html"]


def test_a_tag_has_a_page_and_is_a_link_from_its_second_paper_on() -> None:
    one, two = many(2, tags=("rope",))
    for papers, path in (([one], ""), ([one, two], "tags/rope.html")):
        pages = planned(catalogue(*papers))
        page = pages["papers/p1.html"]
        assert isinstance(page, PaperPage)
        assert page.tags == ((path, "rope"),)
        assert ("tags/rope.html" in pages) == bool(path)


def test_an_author_has_a_page_and_is_a_link_from_the_second_paper_on() -> None:
    one, two = many(2, authors=("Ada Kelp", "Bo Marlin"))
    for papers, path in (([one], ""), ([one, replace(two, authors=("Ada Kelp",))], "authors/ada-kelp.html")):
        pages = planned(catalogue(*papers))
        page = pages["papers/p1.html"]
        assert isinstance(page, PaperPage)
        assert page.authors == ((path, "Ada Kelp"), ("", "Bo Marlin"))
        assert ("authors/ada-kelp.html" in pages) == bool(path)
        assert "authors/bo-marlin.html" not in pages


def test_all_authors_are_listed_and_one_of_a_single_paper_leads_to_it() -> None:
    one, two = many(2, authors=("Ada Kelp",))
    page = planned(catalogue(one, replace(two, authors=("Bo Marlin", "Ada Kelp"))))["authors.html"]
    assert isinstance(page, AuthorsPage)
    assert [(group.letters, group.links) for group in page.groups] == [
        ("K", (("authors/ada-kelp.html", "Ada Kelp"),)),
        ("M", (("papers/p2.html", "Bo Marlin"),)),
    ]


def test_the_page_of_an_author_lists_the_papers_newest_first_under_all_spellings() -> None:
    names = ("Émile Dollár", "Emile Dollar", "EMILE DOLLÁR")
    papers = [replace(paper, authors=(name,)) for paper, name in zip(many(3), names, strict=True)]
    page = planned(catalogue(*papers))["authors/emile-dollar.html"]
    assert isinstance(page, AuthorPage)
    assert (page.title, page.spellings) == ("Émile Dollár", ("Emile Dollar", "EMILE DOLLÁR"))
    assert listed(page) == ["Paper 3", "Paper 2", "Paper 1"]


def test_who_is_named_twice_in_one_paper_has_one_paper() -> None:
    assert not [path for path in planned(catalogue(*many(1, authors=("A B", "A. B.")))) if path.startswith("authors/")]


@pytest.mark.parametrize(
    ("one", "other"), [("灯 守", "灯 台"), ("Κώστας", "Νίκος"), ("灯 Smith", "守 Smith"), ("A" * 90, "A" * 91)]
)
def test_names_that_a_slug_cannot_hold_whole_are_kept_apart(one: str, other: str) -> None:
    assert author_slug(one) != author_slug(other)
    assert author_slug(one) == author_slug(f" {one}".replace(" ", "  "))
    assert author_slug(one).isascii()


def test_without_authors_there_is_no_page_of_them_and_no_way_to_it() -> None:
    for of in (catalogue(*many(2)), catalogue(*many(2, authors=("Ada Kelp",)))):
        pages = planned(of)
        known = any(paper.authors for paper in of.papers)
        assert ("authors.html" in pages) == known
        every = pages["all.html"]
        assert isinstance(every, AllPage)
        assert (every.authors is not None) == known
        assert ("authors.html" in [link.path for link in site_view(of).footer]) == known


def test_another_paper_of_an_author_changes_that_list_and_not_the_older_papers_pages() -> None:
    papers = many(3, authors=("Ada Kelp",))
    before, after = planned(catalogue(*papers[:2])), planned(catalogue(*papers))
    changed = {path for path in before if before[path] != after[path]}
    assert {path for path in changed if "/" in path} == {"authors/ada-kelp.html"}


@pytest.mark.parametrize(
    ("body", "made", "heading"),
    [
        ("", {}, "Abstract"),
        ("Text.", {"body": fingerprint("Text.")}, "Abstract"),
        ("Text.", {"body": fingerprint("")}, "Summary"),
        ("Text.", {}, "Summary"),
    ],
)
def test_a_text_is_called_the_abstract_only_where_it_is_as_ingest_wrote_it(
    body: str, made: dict[str, str], heading: str
) -> None:
    assert paper_page(Paper(slug="a", title="A", body=body, made=made)).heading == heading


def test_a_year_that_stands_in_the_venue_is_not_said_twice() -> None:
    assert paper_page(Paper(slug="a", title="A", venue="CVPR 2023", year=2023)).published == "CVPR 2023"
    assert paper_page(Paper(slug="a", title="A", venue="Quays", year=2023)).published == "Quays, 2023"


def test_a_page_names_the_ids_that_a_single_source_gave() -> None:
    ids = {"arxiv": "2401.12340", "doi": "10.0000/1"}
    assert paper_page(Paper(slug="a", title="A", ids=ids, unconfirmed=("arxiv",))).unconfirmed == ("arXiv id",)
    assert paper_page(Paper(slug="a", title="A", ids=ids)).unconfirmed == ()


def test_the_about_page_alone_counts_what_is_known() -> None:
    texts = tuple(TextPage(slug, slug.title(), "Text.") for slug in ("about", "thanks"))
    pages = planned(catalogue(*many(4, year=2024), pages=texts))
    about, thanks = pages["about.html"], pages["thanks.html"]
    assert isinstance(about, TextPageValue)
    assert isinstance(thanks, TextPageValue)
    assert about.papers == 4
    assert ("A year", 4, 100) in about.known
    assert ("A DOI", 0, 0) in about.known
    assert (thanks.papers, thanks.known) == (0, ())


def test_a_share_is_nothing_for_none_only_and_the_whole_for_all_only() -> None:
    papers = many(400, year=2024)
    few = [replace(papers[0], ids={"arxiv": "2401.12340"}, unconfirmed=("arxiv",)), *papers[1:]]
    known = {row.name: row[1:] for row in completeness([*few[:-1], replace(few[-1], year=None)])}
    assert known["An arXiv id"] == known["An arXiv id by a single source"] == (1, 1)
    assert known["A year"] == (399, 99)
    assert known["A DOI"] == (0, 0)
    assert completeness(()) == ()


def test_the_home_page_counts_topics_and_groups_the_newest_papers_by_day() -> None:
    of = catalogue(*many(3, topics=("lamps",)))
    days = ("2026-03-01", "2026-03-02", "2026-03-02")
    dated = replace(of, ledger=tuple(replace(a, day=d) for a, d in zip(of.ledger, days, strict=True)))
    home = planned(dated)["index.html"]
    assert isinstance(home, HomePage)
    assert home.topics == (("topics/lamps.html", "Lamps", 3),)
    assert [(day.text, [entry.title for entry in entries]) for day, entries in home.newest] == [
        ("2 March 2026", ["Paper 3", "Paper 2"]),
        ("1 March 2026", ["Paper 1"]),
    ]


def test_an_empty_catalogue_has_its_pages_too() -> None:
    assert {"index.html", "all.html", "tags.html", "topics.html", "search.html", "404.html", "feed.xml"} <= set(
        planned(catalogue())
    )


def test_every_page_of_ours_at_the_top_has_a_name_that_no_text_page_can_take() -> None:
    ours = {
        path
        for path in planned(catalogue(*many(1, authors=("Ada Kelp",)), url="https://example.org/"))
        if "/" not in path
    }
    assert {path.removesuffix(".html") for path in ours if path.endswith(".html")} == TAKEN


def test_there_is_a_sitemap_only_where_the_sites_address_is_known() -> None:
    assert "sitemap.xml" not in planned(catalogue(*many(2)))
    sitemap = planned(catalogue(*many(2), url="https://example.org/x/"))["sitemap.xml"]
    assert isinstance(sitemap, SitemapPage)
    assert {"", "papers/p1.html", "papers/p2.html", "topics/lamps.html"} <= set(sitemap.paths)
    assert not {"404.html", "feed.xml", "robots.txt"} & set(sitemap.paths)


def test_a_byline_names_three_authors_at_most() -> None:
    assert lists.byline(Paper(slug="a", title="A", authors=("A", "B", "C", "D"), year=2024)) == "A, B, C et al., 2024"
    assert lists.byline(Paper(slug="a", title="A")) == ""
