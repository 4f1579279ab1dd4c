"""Templates: what they may use, how a site overrides them, and what is said when one is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jinja2 import Environment
from msgspec.structs import replace

from site_builder import pages, shipped
from site_builder.errors import UserError
from site_builder.model import Cache, OutputFile, Paper, Site, TextPage
from site_builder.pages import kinds
from tests.unit.test_pages_plan import ANALYSER, catalogue
from tests.unit.test_search_index import Lonely, Memory

PAPERS = (
    Paper(
        slug="a", title="A <b>bold</b> & 'quoted' \"title\"", body="Some <i>text</i>.", topics=("lamps",), tags=("t",)
    ),
    Paper(
        slug="b",
        title="B",
        finding="<script>alert(1)</script>",
        authors=("<u>",),
        links={"code": "https://x.example/?a=1&b='"},
    ),
)

ABOUT = TextPage("about", "About", "Words.")


def files(
    templates: list[Path], static: list[Path] | None = None, url: str = "", cache: Cache | None = None
) -> dict[str, OutputFile]:
    of = catalogue(*PAPERS, url=url)
    analyses = {paper.slug: ANALYSER.analyse(paper) for paper in of.papers}
    made = pages.Pages(of, analyses, Lonely(), templates, static or [shipped.STATIC], cache)
    return {file.path: file for file in made}


def page(path: str, url: str = "") -> str:
    return files([shipped.TEMPLATES], url=url)[path].make().decode()


def own(folder: Path, **templates: str) -> list[Path]:
    for name, text in templates.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return [folder, shipped.TEMPLATES]


def test_whatever_a_paper_says_is_text_on_its_page() -> None:
    for path in ("papers/a.html", "papers/b.html", "topics/lamps.html", "all.html", "index.html"):
        html = page(path)
        assert "<b>bold" not in html
        assert "<i>text" not in html
        assert "<script>" not in html
        assert "<u>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page("papers/b.html")


def test_a_template_is_compiled_again_only_when_one_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Memory()
    templates = own(tmp_path, paper="Lamps: {{ page.title }}")
    made = files(templates, cache=cache)["papers/b.html"].make()
    assert made == b"Lamps: B"
    with monkeypatch.context() as still:
        still.setattr(Environment, "compile", None)
        assert files(templates, cache=cache)["papers/b.html"].make() == made
    own(tmp_path, paper="Herons: {{ page.title }}")
    assert files(templates, cache=cache)["papers/b.html"].make() == b"Herons: B"


def test_templates_are_compiled_meanwhile_and_no_second_time() -> None:
    cache = Memory()
    expected = page("papers/b.html")
    with pages.compiling([shipped.TEMPLATES], cache):
        pass
    with pages.compiling([shipped.TEMPLATES], cache):
        assert files([shipped.TEMPLATES], cache=cache)["papers/b.html"].make().decode() == expected
    assert cache.made["templates"] == 1


def test_no_title_breaks_out_of_the_linked_data_of_its_page() -> None:
    hostile = "</script><script>alert('1')</script><!-- & \u2028 \\"
    of = catalogue(Paper(slug="a", title=hostile, finding=hostile, authors=(hostile,), venue=hostile))
    made = pages.Pages(of, {"a": ANALYSER.analyse(of.papers[0])}, Lonely(), [shipped.TEMPLATES], [shipped.STATIC])
    html = next(file.make().decode() for file in made if file.path == "papers/a.html")
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    known = json.loads(data)
    assert (known["headline"], known["author"][0]["name"]) == (hostile, hostile)
    assert html.count("<script") == 3, "the linked data, the script of all pages, and the page's own"


def test_an_abstract_that_is_not_held_is_said_to_be_its_authors() -> None:
    assert "The abstract is not held here" in page("papers/b.html")
    assert "The abstract is not held here" not in page("papers/a.html")


def test_links_are_relative_so_that_the_tree_works_anywhere() -> None:
    assert 'href="../index.html"' in page("papers/a.html")
    assert 'href="topics/lamps.html"' in page("index.html")
    assert 'href="../topics/lamps.html"' in page("papers/a.html")
    assert 'data-root="../"' in page("papers/a.html")


def test_a_link_to_a_page_in_the_same_folder_is_its_name(tmp_path: Path) -> None:
    asked = '{{ url("papers/b.html") }} {{ url("papers/") }} {{ url("paperspace.html") }} {{ url("") }}'
    made = files(own(tmp_path, paper=asked, all='{{ url("papers/b.html") }} {{ url("") }}'))
    assert made["papers/a.html"].make() == b"b.html ../papers/ ../paperspace.html ../"
    assert made["all.html"].make() == b"papers/b.html "


def test_json_has_no_spaces_unless_a_template_asks_for_them(tmp_path: Path) -> None:
    asked = '{{ {"a": [1, page.title, page.feed]} | tojson }} {{ {"a": 1} | tojson(indent=2) }}'
    made = files(own(tmp_path, paper=asked))["papers/b.html"].make().decode()
    assert made == '{"a":[1,"B",["feed.xml","Lamps and Ships"]]} {\n  "a": 1\n}'


def test_what_needs_an_absolute_address_comes_from_the_sites_url_or_is_left_out() -> None:
    assert '<link rel="canonical" href="https://example.org/x/papers/a.html">' in page(
        "papers/a.html", "https://example.org/x/"
    )
    assert "canonical" not in page("papers/a.html")
    assert "og:url" not in page("papers/a.html")


def test_the_page_for_missing_addresses_has_absolute_links_where_the_address_is_known() -> None:
    assert 'href="https://example.org/x/static/style.css"' in page("404.html", "https://example.org/x/")


def test_without_the_sites_address_the_page_for_missing_addresses_needs_nothing_that_could_break() -> None:
    html = page("404.html")
    assert "No such page" in html
    assert "until a page shows" in html
    assert re.findall(r"(?:href|src)=[^ >]*", html) == ['href="data:,"'], "the icon that spares the host a request"


def test_a_site_without_an_address_is_warned_once_and_one_with_it_never() -> None:
    assert len(pages.warnings(Site())) == 1
    assert pages.warnings(Site(url="https://example.org/")) == ()


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    for path, file in files([shipped.TEMPLATES]).items():
        if path.endswith(".html"):
            html = file.make().decode()
            assert "<style" not in html
            assert " style=" not in html
            assert " onclick=" not in html
            assert set(re.findall(r"<script(?! src=)[^>]*>", html)) <= {'<script type="application/ld+json">'}
            assert "default-src 'self'; img-src 'self' data:; frame-src 'none'; object-src 'none';" in html


@pytest.mark.parametrize("kind", [kind for kind in vars(kinds).values() if hasattr(kind, "template")])
def test_the_documentation_tells_what_each_template_shows(kind: type[kinds.Page]) -> None:
    docs = (shipped.TEMPLATES.parent / "docs" / "templates.md").read_text("utf-8")
    (row,) = (line for line in docs.splitlines() if f"`{kind.__name__}`" in line)
    assert f"`{kind.template}`" in row
    assert set(kind.__struct_fields__) - set(kinds.Page.__struct_fields__) <= named(row)


def named(text: str) -> set[str]:
    """Return what stands between backticks."""
    return set(re.findall(r"`([^`]+)`", text))


def test_the_key_of_a_file_names_its_bytes() -> None:
    first, second = files([shipped.TEMPLATES]), files([shipped.TEMPLATES])
    assert {path: file.key for path, file in first.items()} == {path: file.key for path, file in second.items()}
    by_key: dict[str, bytes] = {}
    for file in first.values():
        assert by_key.setdefault(file.key, file.make()) == file.make()


def test_a_changed_template_changes_the_keys_of_pages_and_not_of_static_files(tmp_path: Path) -> None:
    before, after = files([shipped.TEMPLATES]), files(own(tmp_path, paper="{{ page.title }}"))
    assert before["papers/a.html"].key != after["papers/a.html"].key
    assert before["static/style.css"].key == after["static/style.css"].key


def test_a_sites_template_overrides_ours_of_the_same_name_and_can_extend_it(tmp_path: Path) -> None:
    extended = (
        '{% extends "shipped/404.html" %}{% block content %}{{ super() }}<p>Ask the harbour master.</p>{% endblock %}'
    )
    made = files(own(tmp_path, **{"404": extended, "topics": "{{ page.topics | length }}"}))
    assert "Ask the harbour master." in made["404.html"].make().decode()
    assert "No such page" in made["404.html"].make().decode()
    assert made["topics.html"].make() == b"3"


def test_a_sites_static_files_override_ours_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("a{}", "utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "x.svg").write_text("<svg/>", "utf-8")
    (tmp_path / ".hidden").write_text("", "utf-8")
    made = files([shipped.TEMPLATES], [tmp_path, shipped.STATIC])
    assert made["static/style.css"].make() == b"a{}"
    assert made["static/own/x.svg"].make() == b"<svg/>"
    assert made["static/mark.svg"].make() == (shipped.STATIC / "mark.svg").read_bytes()
    assert not [path for path in made if ".hidden" in path]


def test_a_shared_part_that_asks_for_the_page_is_told_what_it_finds_instead(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "nav.html").write_text("{{ page.title }}", "utf-8")
    with pytest.raises(UserError, match=r"asks for 'page', which no shared part has; it finds site, url, here"):
        files([tmp_path, shipped.TEMPLATES])["papers/a.html"].make()


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("one\n{{ page.titel }}", 2, "asks for 'page.titel', which a PaperPage does not have (did you mean 'title'?)"),
        ("one\ntwo\n{% if %}", 3, "mend the template"),
        ("{% include 'nowhere.html' %}", 1, "there is no template 'nowhere.html'"),
        ("\n{{ page.title + 1 }}", 2, "can only concatenate str"),
        ("{{ range(3) }}", 1, "asks for 'range', which is not there"),
        ("{{ site.tilte }}", 1, "asks for 'site.tilte', which a SiteView does not have (did you mean 'title'?)"),
        ("{{ page.topics[0].topic.nmae }}", 1, "asks for 'nmae', which a Link does not have (did you mean 'name'?)"),
        ("{{ page.title.short }}", 1, "'str object' has no attribute 'short'"),
    ],
)
def test_a_template_that_is_wrong_is_reported_with_its_place(
    tmp_path: Path, template: str, line: int, said: str
) -> None:
    made = files(own(tmp_path, paper=template))
    with pytest.raises(UserError) as caught:
        made["papers/a.html"].make()
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == (str(tmp_path / "paper.html"), line)
    assert said in problem.message


def keys(templates: list[Path], url: str = "", language: str = "en") -> dict[str, str]:
    of = replace(catalogue(*PAPERS, url=url, pages=(ABOUT,)), site=Site(url=url, language=language))
    analyses = {paper.slug: ANALYSER.analyse(paper) for paper in of.papers}
    return {file.path: file.key for file in pages.Pages(of, analyses, Lonely(), templates, [shipped.STATIC])}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Return the pages that changed, but for the one that computes what it extends, and so depends on all."""
    return {path for path in after if after[path] != before.get(path)} - {"404.html"}


def test_a_template_that_changes_changes_the_pages_that_are_made_by_way_of_it_and_no_others(tmp_path: Path) -> None:
    templates = own(tmp_path, topic='{% extends "shipped/topic.html" %}', text='{% include "aside.html" %}', aside="A")
    before = keys(templates)
    own(tmp_path, topic='{% extends "shipped/topic.html" %}{# more #}')
    assert changed(before, keys(templates)) == {path for path in before if re.fullmatch(r"topics/[^/]*\.html", path)}
    before = keys(templates)
    own(tmp_path, aside="B")
    assert changed(before, keys(templates)) == {"about.html"}
    before = keys(templates)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "footer.html").write_text("Foot.", "utf-8")
    assert {"papers/a.html", "index.html", "topics/lamps.html"} <= changed(before, keys(templates))
    assert not {"about.html", "feed.xml", "robots.txt"} & changed(before, keys(templates))


@pytest.mark.parametrize(
    "computed", ["{% include page.title %}", "{% set part = shared %}", "{{ shared(page.title) }}"]
)
def test_a_template_that_computes_what_it_asks_for_depends_on_all(tmp_path: Path, computed: str) -> None:
    templates = own(tmp_path, text=computed, other="A")
    before = keys(templates)
    own(tmp_path, other="B")
    assert changed(before, keys(templates)) == {"about.html"}


@pytest.mark.parametrize("asks", ["{{ site.language }}", "{% set all = site %}", "{{ site['language'] }}"])
def test_a_setting_that_changes_changes_the_pages_whose_templates_ask_for_it(tmp_path: Path, asks: str) -> None:
    templates = own(tmp_path, text="About.")
    assert "about.html" not in changed(keys(templates), keys(templates, language="de"))
    templates = own(tmp_path, text=asks)
    assert "about.html" in changed(keys(templates), keys(templates, language="de"))


@pytest.mark.parametrize("name", ["./aside.html", "/aside.html", "parts//aside.html", ".hidden/aside.html"])
def test_a_template_has_one_name_so_that_what_depends_on_it_is_known(tmp_path: Path, name: str) -> None:
    part = tmp_path / name.removeprefix("/")
    part.parent.mkdir(exist_ok=True)
    part.write_text("A", "utf-8")
    made = files(own(tmp_path, topics=f"{{% include '{name}' %}}"))
    with pytest.raises(UserError, match=f"there is no template '{name}'"):
        made["topics.html"].make()


def test_by_the_name_of_ours_a_template_finds_ours(tmp_path: Path) -> None:
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "topics.html").write_text("Theirs.", "utf-8")
    made = files(own(tmp_path, topics='{% extends "shipped/topics.html" %}'))
    assert made["topics.html"].make() == files([shipped.TEMPLATES])["topics.html"].make()


def test_what_no_page_shows_of_own_templates_is_told(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    for name, text in {
        "papr.html": "x",
        "parts/mine.html": "used",
        "404.html": '{% extends "shipped/404.html" %}\n{% block contnet %}lost{% endblock %}\n',
        "all.html": '{% extends "base.html" %}\n{% block content %}{% block mine %}{% include "parts/mine.html" %}'
        "{% endblock %}{% endblock %}\n{% block sidebar %}lost{% endblock %}\n",
    }.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(text, "utf-8")
    told = list(pages.unused_templates([own, shipped.TEMPLATES]))
    lost = "shows nowhere: shipped/404.html has none of that name"
    assert [line.partition(str(own))[2].partition(";")[0] for line in told] == [
        f"/404.html:2: the block 'contnet' {lost} (did you mean 'content'?)",
        "/all.html:3: the block 'sidebar' shows nowhere: base.html has none of that name",
        "/papr.html is used by no page (did you mean 'paper.html'?)",
    ]


def test_templates_that_are_used_and_ours_alone_are_no_matter_for_a_word(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    (own / "paper.html").write_text("{% extends page.title %}{% block any %}{% endblock %}", "utf-8")
    (own / "extra.html").write_text("perhaps asked for by a name that is computed", "utf-8")
    assert list(pages.unused_templates([own, shipped.TEMPLATES])) == []
    assert list(pages.unused_templates([shipped.TEMPLATES])) == []
