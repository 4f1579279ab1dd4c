"""A site for the disk has the text of each paper as a script, which a page from a disk may read."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from msgspec.structs import replace

from site_builder import pages, shipped
from site_builder.meaning.analysis import Analyser
from site_builder.meaning.weights import load
from site_builder.model import Address, Catalogue, Neighbours, OutputFile, Paper, Site, Topic
from tests.unit.test_search_index import Lonely, digests

ANALYSER = Analyser((), load())
HERONS = Paper(
    slug="herons",
    title="Herons & reeds",
    body="They *wade* in `</script>`.\n\nAnd wait.",
    authors=("Ada Kelp",),
    year=2021,
    venue="Wading",
    topics=("birds",),
    tags=("long legs",),
    finding="Herons wait.",
)
SITE = Site(offline=True)
OTTERS = Paper(slug="otters", title="Otters", body="They swim.")
BIRDS = Topic(id="birds", name="Birds of passage")


def files(
    *papers: Paper, site: Site = SITE, topic: Topic = BIRDS, near: dict[str, Neighbours] | None = None
) -> dict[str, OutputFile]:
    ledger = tuple(Address(paper.slug, "2026-01-01", paper.title) for paper in papers)
    analyses = {paper.slug: ANALYSER.analyse(paper) for paper in papers}
    catalogue = Catalogue(site, papers, (topic,), (), (), ledger, digests(papers))
    related = Lonely(near or {})
    made = pages.Pages(catalogue, analyses, related, [shipped.TEMPLATES], [shipped.STATIC])
    return {file.path: file for file in made}


def texts(made: dict[str, OutputFile]) -> dict[str, OutputFile]:
    return {path: file for path, file in made.items() if path.startswith("papers/") and path.endswith(".js")}


def said(file: OutputFile) -> dict[str, Any]:
    found = re.fullmatch(r'indexFile\("([^"]+)",("(?:[^"\\]|\\.)*")\);\n', file.make().decode())
    assert found
    assert found[1] == file.path.removesuffix("js") + "html"
    text: dict[str, Any] = json.loads(json.loads(found[2]))
    return text


def test_beside_the_page_of_each_paper_a_script_hands_over_what_the_page_says() -> None:
    made = texts(files(HERONS, OTTERS))
    assert made.keys() == {"papers/herons.js", "papers/otters.js"}
    text = said(made["papers/herons.js"])
    assert text.pop("citation").startswith("@misc{kelp2021herons,")
    assert text == {
        "title": "Herons & reeds",
        "finding": "Herons wait.",
        "body": "<p>They <em>wade</em> in <code>&lt;/script&gt;</code>.</p>\n<p>And wait.</p>",
        "authors": ["Ada Kelp"],
        "published": "Wading, 2021",
        "topics": ["Birds of passage"],
        "tags": ["long legs"],
    }


@pytest.mark.parametrize("offline", [None, False])
def test_a_site_that_is_not_for_the_disk_has_no_such_scripts(offline: bool | None) -> None:
    assert texts(files(HERONS, site=Site(offline=offline))) == {}


def test_a_changed_paper_changes_its_own_text_and_no_other() -> None:
    before, after = (texts(files(HERONS, other)) for other in (OTTERS, replace(OTTERS, body="They dive.")))
    assert [path for path in before if before[path].key != after[path].key] == ["papers/otters.js"]


def test_a_text_changes_with_what_it_says_of_its_topics_and_where_it_is() -> None:
    key = texts(files(HERONS))["papers/herons.js"].key
    assert texts(files(HERONS, topic=replace(BIRDS, name="Birds")))["papers/herons.js"].key != key
    there = texts(files(HERONS, site=Site(offline=True, url="https://example.org/")))["papers/herons.js"]
    assert there.key != key
    assert "https://example.org/papers/herons.html" in said(there)["citation"]


def test_a_text_stays_when_other_papers_become_related() -> None:
    alone, together = (files(HERONS, OTTERS, near=near) for near in ({}, {"herons": Neighbours.of({"otters": ()})}))
    assert alone["papers/herons.html"].key != together["papers/herons.html"].key
    assert alone["papers/herons.js"].key == together["papers/herons.js"].key


def test_the_worker_does_not_keep_the_texts_from_the_start() -> None:
    assert b"papers/" not in files(HERONS)["sw.js"].make()
