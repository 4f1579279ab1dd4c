"""Filing from A to Z."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.pages.alphabet import Shelf, filing_key, name_key, shelves
from site_builder.pages.kinds import Link

ROOT = Link("all.html", "A to Z")


def filed(names: list[str], most: int = 5) -> dict[str, Shelf]:
    links = [Link(f"papers/{n}.html", name) for n, name in enumerate(names)]
    found = list(shelves(links, ROOT, "all", most))
    pages = {shelf.path: shelf for shelf in found}
    assert len(pages) == len(found), "two pages want one address"
    return pages


def entries(shelf: Shelf) -> list[str]:
    return [link.name for group in shelf.groups for link in group.links]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("[CLS] Token Tells", "clstokentells"),
        ("The Night of a Lamp", "nightofalamp"),
        ("A*", "a"),
        ("An", "an"),
        ("Élan & Échec", "elanechec"),
        ("3D Harbours", "3dharbours"),
        ("灯台", "~灯台"),
    ],
)
def test_signs_accents_and_a_leading_article_do_not_count_in_filing(title: str, key: str) -> None:
    assert filing_key(title) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ada Kelp", "kelp-ada"),
        ("Senjian An", "an-senjian"),
        ("André F. T. Martins", "martins-andreft"),
        ("Gil-Kim O'Brien", "obrien-gilkim"),
        ("Plato", "plato"),
        ("灯 守", "~守"),
    ],
)
def test_a_name_is_filed_under_its_last_word_which_is_never_an_article(name: str, key: str) -> None:
    assert name_key(name) == key


def test_those_of_one_last_name_stand_together_before_longer_names() -> None:
    (page,) = shelves([Link(n, n) for n in ("Ang Li", "Bo Liang", "A Lian", "Wu Li")], ROOT, "names", key=name_key)
    assert entries(page) == ["Ang Li", "Wu Li", "A Lian", "Bo Liang"]


def test_a_last_name_that_fills_a_page_is_parted_by_the_first_names() -> None:
    links = [Link(f"{n}", f"{n} Wang") for n in ("Ann", "Al", "Bo", "Bea", "Cy", "Di")] + [Link("w", "Wu")]
    pages = {shelf.path: shelf for shelf in shelves(links, ROOT, "names", 5, key=name_key)}
    assert [part.letters for part in pages["names/wa.html"].parts] == ["Wang, A", "Wang, B", "Wang, C", "Wang, D"]
    assert entries(pages["names/wang-a.html"]) == ["Al Wang", "Ann Wang"]


def test_a_short_list_is_one_page_with_a_heading_for_each_letter() -> None:
    (page,) = filed(["beta", "Alpha", "The Anchor"]).values()
    assert [(group.letters, [link.name for link in group.links]) for group in page.groups] == [
        ("A", ["Alpha", "The Anchor"]),
        ("B", ["beta"]),
    ]


def test_a_long_list_has_a_page_for_each_letter_and_a_full_letter_one_for_each_next_letter() -> None:
    pages = filed(["at 1", "at 2", "at 3", "ab 1", "ab 2", "ab 3", "b"])
    assert sorted(pages) == ["all.html", "all/a.html", "all/ab.html", "all/at.html", "all/b.html"]
    assert [part.letters for part in pages["all.html"].parts] == ["A", "B"]
    assert pages["all/a.html"].parts[0][1:] == ("Ab", "ab 1", "ab 3")
    assert pages["all/at.html"].above == (ROOT, Link("all/a.html", "A"))
    assert entries(pages["all/at.html"]) == ["at 1", "at 2", "at 3"]


def test_titles_that_begin_alike_do_not_make_a_page_for_each_letter_that_they_share() -> None:
    pages = filed(["buoy", "paper", *(f"paper number {n}" for n in range(1, 8))])
    assert sorted(pages) == [
        "all.html",
        "all/b.html",
        "all/p.html",
        "all/papern.html",
        *(f"all/papernumber{n}.html" for n in range(1, 8)),
    ]
    assert entries(pages["all/p.html"]) == ["paper"]


def test_hundreds_of_papers_of_one_title_are_on_one_page() -> None:
    pages = filed(["Twins"] * 30)
    assert sum(len(entries(page)) for page in pages.values()) == 30


def test_no_page_has_a_reserved_name_or_the_name_of_another() -> None:
    reserved = [f"con{letter}" for letter in "abcdef"] + ["co-op", "cab"]
    others = [f"other{letter}" for letter in "abcdef"] + ["othello", "oak"]
    foreign = [f"灯{n}" for n in "一二三四五六"]
    pages = filed(reserved + others + foreign)
    assert {"all/con-.html", "all/other.html", "all/other-.html"} <= set(pages)
    assert "all/con.html" not in pages
    assert all(path.isascii() and path == path.casefold() for path in pages)


titles = st.lists(st.text(alphabet="abcdé 灯台-1", min_size=1, max_size=6), max_size=60)


@given(titles, st.randoms(use_true_random=False))
def test_every_entry_is_on_exactly_one_page_that_the_first_leads_to(names: list[str], chance: random.Random) -> None:
    pages = filed(names)
    on_pages = [link.path for page in pages.values() for group in page.groups for link in group.links]
    assert sorted(on_pages) == sorted(f"papers/{n}.html" for n in range(len(names)))
    reached, wave = set(), ["all.html"]
    while wave:
        path = wave.pop()
        reached.add(path)
        wave.extend(part.path for part in pages[path].parts)
    assert reached == set(pages)


@example(["1"] * 5 + ["11"], "a")
@given(titles, st.text(alphabet="abcdé 灯台-1", min_size=1, max_size=6))
def test_a_newcomer_leaves_the_pages_of_other_letters_as_they_are(names: list[str], newcomer: str) -> None:
    before, after = filed(names), filed([*names, newcomer])
    first = filing_key(newcomer)[0]
    others = {path for path in before.keys() & after.keys() if path != "all.html" and not _is_under(path, first)}
    assert {path: before[path] for path in others} == {path: after[path] for path in others}


def _is_under(path: str, letter: str) -> bool:
    return path.removeprefix("all/").startswith("other-" if letter == "~" else letter)
