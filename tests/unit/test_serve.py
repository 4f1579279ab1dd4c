"""A saved paper is shown before the build, as the build will make it; what cannot be shown so waits for the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.content.folder import paper_path
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.model import Paper
from site_builder.serve import _Workshop

PAGE = "papers/herons.html"


def save(workshop: _Workshop, slug: str, title: str, body: str) -> str:
    """Write a paper, and return the path by which its change is told."""
    path = paper_path(workshop.content, slug)
    write_text(path, write_paper(Paper(slug=slug, title=title, body=body)))
    return str(path.resolve())


@pytest.fixture
def workshop(tmp_path: Path) -> _Workshop:
    """Two papers, built."""
    made = _Workshop(tmp_path / "content", tmp_path / "site", None, None, tmp_path / "cache")
    save(made, "herons", "Herons at Dusk", "They stand in cold water.")
    save(made, "otters", "Otters", "They swim.")
    made.rebuild()
    return made


def test_the_page_of_a_saved_paper_is_shown_before_the_build_and_is_that_of_the_build(workshop: _Workshop) -> None:
    version = workshop.version
    told = save(workshop, "herons", "Herons at Dawn", "They stand in the reeds.")
    assert workshop.show([told]) == {PAGE}
    early = workshop.read(PAGE)
    assert early is not None
    assert b"Herons at Dawn" in early
    assert b"They stand in the reeds." in early
    assert b"Herons at Dusk" in (workshop.output / PAGE).read_bytes()
    assert workshop.version == version + 1  # a page that was read before is out of date
    assert workshop.rebuild() == {PAGE}  # it need not be read again; all others have to be
    assert (workshop.output / PAGE).read_bytes() == early == workshop.read(PAGE)


def test_a_page_that_the_build_makes_otherwise_is_read_again(workshop: _Workshop) -> None:
    told = save(workshop, "herons", "Herons at Dusk", "They stand in the reeds.")
    assert workshop.show([told]) == {PAGE}
    save(workshop, "herons", "Herons at Dusk", "They fly.")  # in the moment before the build
    settled = workshop.rebuild()
    assert settled is not None
    assert PAGE not in settled
    assert b"They fly." in (workshop.read(PAGE) or b"")


def test_who_undoes_an_edit_sees_the_page_as_it_was(workshop: _Workshop) -> None:
    assert workshop.show([save(workshop, "herons", "Herons at Dusk", "They stand in the reeds.")]) == {PAGE}
    told = save(workshop, "herons", "Herons at Dusk", "They stand in cold water.")
    assert workshop.show([told]) == {PAGE}
    assert b"They stand in cold water." in (workshop.read(PAGE) or b"")


def test_what_was_saved_unchanged_is_not_shown_again(workshop: _Workshop) -> None:
    assert not workshop.show([save(workshop, "herons", "Herons at Dusk", "They stand in cold water.")])
    assert workshop.rebuild() is None


def test_a_new_paper_and_one_that_cannot_be_read_wait_for_the_build(workshop: _Workshop) -> None:
    new = save(workshop, "newts", "Newts", "They sleep.")
    broken = paper_path(workshop.content, "herons").resolve()
    broken.write_text("---\ntitle: [unclosed\n---\nNew text\n", encoding="utf-8")
    elsewhere = str(workshop.content.resolve() / "site.yaml")
    assert not workshop.show([new, str(broken), elsewhere])
    assert workshop.read("papers/newts.html") is None
    workshop.rebuild()
    assert [Path(problem.path).name for problem in workshop.problems] == ["herons.md"]


def test_a_paper_that_names_an_unknown_topic_waits_for_the_build(workshop: _Workshop) -> None:
    path = paper_path(workshop.content, "herons").resolve()
    path.write_text("---\ntitle: Herons at Dusk\ntopics:\n- no-such-topic\n---\nText.\n", encoding="utf-8")
    assert not workshop.show([str(path)])


def test_after_a_build_that_failed_the_next_good_text_is_still_shown_at_once(workshop: _Workshop) -> None:
    paper_path(workshop.content, "herons").write_text("no front matter", encoding="utf-8")
    assert workshop.rebuild() == set()
    assert workshop.show([save(workshop, "herons", "Herons at Dusk", "They are back.")]) == {PAGE}


def test_many_papers_at_once_wait_for_the_build(workshop: _Workshop) -> None:
    told = save(workshop, "herons", "Herons at Dusk", "They stand in the reeds.")
    many = [str(paper_path(workshop.content, f"p{number}").resolve()) for number in range(20)]
    assert not workshop.show([told, *many])


def test_nothing_outside_the_site_is_read(workshop: _Workshop) -> None:
    assert workshop.read("../content/papers/herons.md") is None
    assert workshop.read("papers/herons.html\0") is None
    assert b"Otters" in (workshop.read("") or b"")
