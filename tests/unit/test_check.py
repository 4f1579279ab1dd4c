"""The check finds what a visitor would stumble over, and nothing else."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from site_builder.check import LARGEST, check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOME = "https://papers.example/list/"


def page(body: str = "", *, title: str = "Home", head: str = "", lang: str = ' lang="en"') -> str:
    return f"<!doctype html>\n<html{lang}>\n<head><title>{title}</title>{head}</head>\n<body>\n{body}\n</body></html>\n"


def written(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a site of these files, with a home page unless one is among them."""
    for path, text in {"index.html": page(), **files}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def found(root: Path, files: Mapping[str, str | bytes], **options: Any) -> list[str]:
    """Say what is wrong with a site of these files, without the folder that it lies in."""
    problems = check(written(root, files), **options)
    return [str(problem).removeprefix(f"{root}/") for problem in problems]


def test_a_sound_site_has_no_problem(tmp_path: Path) -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="{0}feed.xml"/>'
        "<entry><id>{0}a</id><link href='{0}papers/a.html'/></entry><entry><id>{0}b</id></entry></feed>"
    )
    files = {
        "index.html": page(
            '<a href="papers/a.html">A</a> <a href="papers/a.html?from=home#why">why</a> <a href="#top">up</a>'
            '<a href="#here" id="here">here</a> <a href="https://elsewhere.example/x">out</a>'
            '<a href="mailto:a@b.example"></a><img src="dot.svg" alt=""><svg><use href="dot.svg#round"/></svg>'
            '<img src="data:image/gif;base64,R0lGOD" alt="">'
            '<form action="search.html"></form><script type="application/ld+json">{"name": "<Home>"}</script>',
            head=f'<link rel="canonical" href="{HOME}"><link rel="stylesheet" href="site.css">'
            '<link rel="icon" href="data:,"><link rel="alternate" type="application/atom+xml" href="feed.xml">',
        ),
        "search.html": page(
            title="Search",
            head='<script type="module" src="page.js"></script><meta http-equiv="Refresh" content="0; url=index.html">',
        ),
        "papers/a.html": page('<h2 id="why">Why</h2><a href="../index.html#here">Home</a>', title="A"),
        "site.css": '/* url(gone.png) */ @import "more.css"; body { background: url("dot.svg") }',
        "more.css": "a { color: red }",
        "page.js": 'import { rank } from "./engine.js";\nexport const note = "import of nothing";',
        "engine.js": "export const rank = 1;",
        "dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"><circle id="round" r="1"/></svg>',
        "feed.xml": feed.format(HOME),
        "sitemap.xml": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{HOME}</loc></url><url><loc>{HOME}papers/a.html</loc></url></urlset>",
        "robots.txt": f"User-agent: *\nSitemap: {HOME}sitemap.xml\n",
        "search/manifest.json": '{"papers": 1, "width": 6, "names": {}}',
    }
    assert found(tmp_path, files) == []


def test_what_git_keeps_of_a_site_is_no_part_of_it(tmp_path: Path) -> None:
    assert found(tmp_path, {"index.html": page(), ".git/refs/heads/aux": "", ".git/broken.json": "{"}) == []
    assert found(tmp_path, {"papers/.git/broken.json": "{"}) != []


def test_the_page_for_missing_addresses_is_read_as_a_host_shows_it_in_any_folder(tmp_path: Path) -> None:
    head = '<link rel="stylesheet" href="site.css">'
    body = f'<a href="#here" id="here">here</a> <a href="{HOME}gone.html">gone</a> <a href="{HOME}">home</a>'
    breaks = "is relative and breaks where a host shows this page in place of one in a folder; write it absolute"
    files = {
        "index.html": page(head=f'<link rel="canonical" href="{HOME}">'),
        "404.html": page(body + '\n<a href="index.html">Home</a><a href="?q=x">', title="No such page", head=head),
        "site.css": "",
    }
    assert found(tmp_path, files) == [
        f"404.html:3: site.css {breaks}",
        f"404.html:5: broken link: {HOME}gone.html",
        f"404.html:6: ?q=x {breaks}",
        f"404.html:6: index.html {breaks}",
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<a href="papers/b.html">', "index.html:5: broken link: papers/b.html (did you mean papers/a.html?)"),
        ('<a href="nothing-like-it.html">', "index.html:5: broken link: nothing-like-it.html"),
        ('\n\n<a href="papers/A.html">', "index.html:7: broken link: papers/A.html (did you mean papers/a.html?)"),
        (
            '<a href="papers/a.html#gone">',
            "index.html:5: broken link: papers/a.html#gone (nothing in papers/a.html has that id)",
        ),
        ('<a href="#gone">', "index.html:5: broken link: #gone (nothing in index.html has that id)"),
        (
            '<a href="/papers/a.html">',
            "index.html:5: /papers/a.html breaks where the site is served at /repo/; write it relative",
        ),
        (
            '<a href="papers/">',
            "index.html:5: 'papers/' is a folder, which shows no page from a disk; link to papers/index.html",
        ),
        ('<a href="../up.html">', "index.html:5: ../up.html leads out of the site"),
        (
            '<a href="javascript:alert(1)">',
            "index.html:5: the scheme 'javascript' is not safe or opens nowhere: javascript:alert(1)",
        ),
        ('<a href="https:///x">', "index.html:5: an address without a host: https:///x"),
        ('<a href="http://[half">', "index.html:5: not an address: http://[half"),
        ('<form action="where-to.html"></form>', "index.html:5: broken link: where-to.html"),
        ('<a href="x.html?a=1&amp;b=2">', "index.html:5: broken link: x.html?a=1&b=2"),
        ('<meta http-equiv="refresh" content="0; url=gone.html">', "index.html:5: broken link: gone.html"),
        ('<img src="gone.png" alt="">', "index.html:5: broken link: gone.png"),
        ('<img srcset="papers/a.html 1x, gone.png 2x" alt="">', "index.html:5: broken link: gone.png"),
        ('<p style="background: url(gone.png)">', "index.html:5: broken link: gone.png"),
        (
            '<img src="papers/a.html">',
            'index.html:5: the image papers/a.html has no alt text (alt="" if it only decorates)',
        ),
        ('<p id="x"></p>\n<p id="x"></p>', "index.html:5: 2 elements have the id 'x'; each needs its own"),
    ],
)
def test_a_mistake_on_a_page_is_told_with_its_line(tmp_path: Path, body: str, message: str) -> None:
    assert found(tmp_path, {"index.html": page(body), "papers/a.html": page(title="A")}) == [message]


@pytest.mark.parametrize(
    "element",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<img src="//cdn.example/x.js" alt="">',
        '<iframe src="https://cdn.example/x.js"></iframe>',
        '<link rel="stylesheet" href="https://cdn.example/x.js">',
        '<link rel="preconnect" href="https://cdn.example/x.js">',
        '<video poster="https://cdn.example/x.js"></video>',
        '<object data="https://cdn.example/x.js"></object>',
        '<a href="index.html" ping="https://cdn.example/x.js">a</a>',
        '<form action="https://cdn.example/x.js"></form>',
        '<style>@import "https://cdn.example/x.js";</style>',
    ],
)
def test_a_request_to_another_host_is_found_in_every_element_that_makes_one(tmp_path: Path, element: str) -> None:
    (message,) = found(tmp_path, {"index.html": page(element)})
    assert message.startswith("index.html:5: asks another host while the page is read: ")


def test_a_link_that_a_reader_may_follow_to_another_host_is_none(tmp_path: Path) -> None:
    head = '<link rel="canonical license" href="https://elsewhere.example/">'
    assert found(tmp_path, {"a.html": page('<a href="https://elsewhere.example/">out</a>', title="A", head=head)}) == []


def test_at_one_given_base_a_link_from_the_root_may_start_with_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"index.html": page('<a href="/repo/a.html">'), "a.html": page(title="A")}
    assert found(tmp_path, files, bases=["/repo/"]) == []
    assert found(tmp_path, files, bases=["/"]) == ["index.html:5: broken link: /repo/a.html"]


@pytest.mark.parametrize(
    ("html", "message"),
    [
        (page(title=""), "a.html: the page's title is empty"),
        ("<html lang=en><body>", "a.html: the page has no title; it needs one"),
        (page(head="<title>Two</title>", title="One"), "a.html: the page has 2 titles; it needs one"),
        (page(title="Home"), "index.html:3: has the same title as a.html: 'Home'"),
        (page(title="A", lang=""), "a.html: the page does not say its language (<html lang=...>)"),
    ],
)
def test_a_page_says_its_title_and_language(tmp_path: Path, html: str, message: str) -> None:
    assert found(tmp_path, {"a.html": html}) == [message]


def test_the_title_of_a_picture_is_not_the_title_of_the_page(tmp_path: Path) -> None:
    assert found(tmp_path, {"index.html": page("<svg><title>A dot</title></svg>")}) == []


def test_two_papers_may_bear_one_name(tmp_path: Path) -> None:
    assert found(tmp_path, {"papers/a.html": page(title="A"), "papers/a-2.html": page(title="A")}) == []


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("x.json", "{'a': 1}", "x.json: not readable as JSON: JSON is malformed: object keys must be strings (byte 1)"),
        ("x.json", "", "x.json: not readable as JSON: Input data was truncated"),
        ("x.xml", "<a>\n<b></a>", "x.xml:2: not readable as XML: mismatched tag: line 2, column 5"),
        ("x.css", "p { background: url(gone.png) }", "x.css:1: broken link: gone.png"),
        ("x.js", 'import "./gone.js";', "x.js:1: broken link: ./gone.js"),
        ("robots.txt", "\nSitemap: sitemap.xml", "robots.txt:2: broken link: sitemap.xml"),
        ("con.json", "1", "con.json: 'con.json' is a reserved name on Windows; rename it"),
        ("what?.txt", "", "what?.txt: 'what?.txt' has a character that some systems do not allow there; rename it"),
        ("d" * 200 + "/" + "f" * 50, "", f"{'d' * 200}/{'f' * 50}: the path has 251 characters; keep it to 240"),
        (
            "INDEX.html",
            page(title="X"),
            "index.html: differs from INDEX.html only in case or accents; many systems keep just one of the two",
        ),
        ("x.bin", b"\0" * (LARGEST + 1), "x.bin: 25 MiB; the usual hosts take 25 MiB a file at most"),
    ],
)
def test_a_mistake_in_another_file_is_told(tmp_path: Path, path: str, text: str | bytes, message: str) -> None:
    assert found(tmp_path, {path: text}) == [message]


def test_a_sitemap_lists_each_page_once_by_its_absolute_address(tmp_path: Path) -> None:
    addresses = [HOME, HOME, f"{HOME}gone.html", "a.html", "https://elsewhere.example/"]
    listed = "\n".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    files: dict[str, str | bytes] = {
        "index.html": page(head=f'<link rel="canonical" href="{HOME}index.html">'),
        "sitemap.xml": f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>',
    }
    assert found(tmp_path, files) == [
        f"sitemap.xml:2: {HOME} is listed 2 times",
        f"sitemap.xml:4: broken link: {HOME}gone.html",
        "sitemap.xml:5: 'a.html' is not an absolute address of this site",
        "sitemap.xml:6: 'https://elsewhere.example/' is not an absolute address of this site",
    ]


def test_the_links_and_ids_of_a_feed_are_looked_at(tmp_path: Path) -> None:
    entries = "<entry><id>x</id></entry>\n<entry><id>x</id><link href='gone.html'/></entry>\n<entry/>"
    assert found(tmp_path, {"feed.xml": f'<feed xmlns="http://www.w3.org/2005/Atom">\n{entries}</feed>'}) == [
        "feed.xml: an entry has no id; without one it shows as new again and again",
        "feed.xml:2: 2 entries have the id 'x'; each needs its own",
        "feed.xml:3: broken link: gone.html",
    ]


def test_an_address_once_promised_must_be_there_unless_it_was_withdrawn(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    lines = ["a\t2026-01-31\tA", "b\t2026-01-31\tThe second", "c\t2026-02-01\tC\twithdrawn"]
    (content / "ledger.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    site = written(tmp_path / "site", {"papers/a.html": page(title="A")})
    (problem,) = check(site, content=content)
    promise = "the address papers/b.html was promised on 2026-01-31 ('The second')"
    assert str(problem) == f"{content}/ledger.tsv:2:1: {promise} and is not in {site}"


def test_a_folder_without_a_site_is_said_to_be_one(tmp_path: Path) -> None:
    assert [problem.message for problem in check(tmp_path)] == [
        "there is no site here (no index.html); make one with 'site-builder build'"
    ]


MANIFEST = '{"width": 2, "names": {"terms": "aabb", "facets/names": "cc"}, "like": {"pairs": "terms"}}'
INDEX = {
    "search/manifest.json": MANIFEST,
    "search/terms/0.aa.json": "{}",
    "search/terms/1.bb.json": "{}",
    "search/pairs/0.aa.json": "{}",
    "search/pairs/1.bb.json": "{}",
    "search/facets/names/0.cc.json": "{}",
}


def test_the_files_of_the_search_are_those_that_its_list_names(tmp_path: Path) -> None:
    assert found(tmp_path, INDEX) == []


def test_a_file_of_the_search_that_is_listed_and_missing_or_there_and_not_listed_is_told(tmp_path: Path) -> None:
    files = {**INDEX, "search/terms/1.zz.json": "{}"}
    del files["search/terms/1.bb.json"]
    assert found(tmp_path, files) == [
        "search/manifest.json: search/terms/1.bb.json is listed and not there; build the site again",
        "search/terms/1.zz.json: search/manifest.json does not list it, so nobody reads it; build the site again",
    ]


def test_an_index_for_the_disk_is_whole_when_each_of_its_files_is_a_script_too(tmp_path: Path) -> None:
    files = {**INDEX, **{path.removesuffix("on"): "" for path in INDEX}}
    assert found(tmp_path, files) == []
    (tmp_path / "search/terms/0.aa.js").unlink()
    (message,) = found(tmp_path, {})
    assert message == "search/manifest.json: search/terms/0.aa.js is listed and not there; build the site again"


def test_a_script_of_the_index_in_a_site_that_is_not_for_the_disk_is_left_over(tmp_path: Path) -> None:
    (message,) = found(tmp_path, {**INDEX, "search/terms/0.aa.js": ""})
    assert message.startswith("search/terms/0.aa.js: search/manifest.json does not list it")


@pytest.mark.parametrize("manifest", ["{}", "[]", '{"width": 0, "names": {}}'])
def test_a_list_that_lists_nothing_is_told(tmp_path: Path, manifest: str) -> None:
    (message,) = found(tmp_path, {"search/manifest.json": manifest})
    assert message.startswith("search/manifest.json: does not list the files of the search (")


def test_an_index_without_its_list_is_told(tmp_path: Path) -> None:
    files = {path: text for path, text in INDEX.items() if "manifest" not in path}
    (message,) = found(tmp_path, files)
    assert message.endswith(
        "search/manifest.json, which lists the files of the search, is not there; build the site again"
    )


def test_a_file_that_the_worker_keeps_from_the_start_must_be_there(tmp_path: Path) -> None:
    worker = '(() => {\n  const SITE = {"title": "", "shell": {"site.css": "0a", "gone.css": "0b"}};\n})();\n'
    assert found(tmp_path, {"sw.js": worker, "site.css": ""}) == ["sw.js:2: broken link: gone.css"]


def test_a_compressed_twin_is_known_and_says_what_its_file_says(tmp_path: Path) -> None:
    twins = {"index.html.gz": gzip.compress(page().encode()), "index.html.br": b"\x8b", "static/data.csv.gz": b"theirs"}
    assert found(tmp_path, twins) == []
    for other in (gzip.compress(page("old").encode()), gzip.compress(page().encode())[:-9], b"none"):
        (told,) = found(tmp_path, {"index.html.gz": other})
        assert told.startswith("index.html.gz: is not what index.html says")
