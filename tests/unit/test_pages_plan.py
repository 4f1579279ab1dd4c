"""Which pages there are and what each of them holds."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from site_builder.content.folder import TAKEN
from site_builder.content.papers import fingerprint
from site_builder.meaning.analysis import Analyser, Analysis
from site_builder.meaning.weights import load
from site_builder.model import (
    Address,
    Catalogue,
    Collection,
    Evidence,
    Match,
    Paper,
    Related,
    Sighting,
    Site,
    TextPage,
    Topic,
)
from site_builder.pages import lists
from site_builder.pages.kinds import (
    CollectionPage,
    HomePage,
    ListPage,
    Page,
    PaperPage,
    SitemapPage,
    TagPage,
    TopicPage,
)
from site_builder.pages.plan import plan

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
    )


def planned(of: Catalogue, related: dict[str, tuple[Related, ...]] | None = None) -> dict[str, Page]:
    analyses = {paper.slug: ANALYSER.analyse(paper) for paper in of.papers}
    pages = [planned.page() for planned in plan(of, analyses, related or {})]
    by_path = {page.path: page for page in pages}
    assert len(by_path) == len(pages), "two pages want one address"
    return by_path


def many(count: int, **fields: object) -> list[Paper]:
    return [replace(Paper(slug=f"p{n}", title=f"Paper {n}"), **fields) for n in range(1, count + 1)]  # type: ignore[arg-type]


def listed(page: Page) -> list[str]:
    assert isinstance(page, ListPage)
    return [entry.title for entry in page.entries]


def paper_page(paper: Paper, analysis: Analysis | None = None) -> PaperPage:
    of = catalogue(paper)
    planned = plan(of, {paper.slug: analysis or ANALYSER.analyse(paper)}, {})
    page = next(planned).page()
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


def test_a_topic_names_the_topics_that_most_of_its_papers_share() -> None:
    papers = [
        Paper(slug="a", title="A", topics=("lamps", "fog")),
        Paper(slug="b", title="B", topics=("lamps", "ships")),
        Paper(slug="c", title="C", topics=("lamps", "ships")),
    ]
    page = planned(catalogue(*papers))["topics/lamps.html"]
    assert isinstance(page, TopicPage)
    assert [link.name for link in page.related] == ["Ships", "Fog"]


def test_a_paper_page_shows_the_words_that_filed_it_each_wording_once() -> None:
    words = (Match("title", 0, 4, "Lamp"), Match("body", 3, 8, "lamps"), Match("body", 9, 14, "Lamps"))
    paper = Paper(slug="a", title="Lamp", body="xx lamps lamps", topics=("lamps",))
    analysis = ANALYSER.analyse(paper)
    details = replace(analysis.details(), evidence=(Evidence("lamps", 4, words),))
    packed = msgspec.Raw(msgspec.msgpack.encode(details))
    (filed,) = paper_page(paper, msgspec.structs.replace(analysis, packed=packed)).topics
    assert (filed.in_title, filed.in_text, filed.why) == (("Lamp",), ("Lamps",), "words")


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


def test_a_paper_page_names_eight_related_papers_with_the_words_as_this_paper_writes_them() -> None:
    papers = many(12)
    related = {"p1": tuple(Related(f"p{n}", 100 - n, ("paper",)) for n in range(2, 13))}
    page = planned(catalogue(*papers), related)["papers/p1.html"]
    assert isinstance(page, PaperPage)
    assert [n.title for n in page.related] == [f"Paper {n}" for n in range(2, 10)]


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
    ours = {path for path in planned(catalogue(url="https://example.org/")) if "/" not in path}
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
