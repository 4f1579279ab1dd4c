from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from site_builder.content import folder
from site_builder.content.guides import read_guide
from site_builder.errors import UserError
from site_builder.model import Guide, Question, Start, Word
from site_builder.publish.cache import open_cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from site_builder.model import Cache

GUIDE = """---
start:
  - paper: lamps
    why: "It counts lamps: all of them."
questions:
  - question: Who lights them?
    about: Keepers, mostly.
    papers: [lamps, ships]
  - question: Who puts them out?
    papers: [ships]
words:
  - word: Lamp
    means: What a keeper lights.
---
Lamps are **bright**.
"""


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Cache]:
    with open_cache(tmp_path / "cache", "one") as cache:
        yield cache


def site(folder: Path, guide: str, name: str = "sea") -> Path:
    for slug in ("lamps", "ships"):
        path = folder / "papers" / f"{slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\ntitle: {slug.title()}\n---\n", encoding="utf-8")
    (folder / "topics.yaml").write_text("- id: sea\n  name: Sea\n", encoding="utf-8")
    (folder / "topics").mkdir()
    (folder / "topics" / f"{name}.md").write_text(guide, encoding="utf-8")
    return folder


def problems(content: Path, cache: Cache) -> list[str]:
    with pytest.raises(UserError) as raised:
        folder.read(content, cache)
    return [str(problem).removeprefix(f"{content}/") for problem in raised.value.problems]


def test_a_guide_has_an_introduction_a_start_questions_and_words(tmp_path: Path, memory: Cache) -> None:
    catalogue = folder.read(site(tmp_path, GUIDE), memory)
    assert catalogue.guides == {
        "sea": Guide(
            topic="sea",
            introduction="Lamps are **bright**.",
            start=(Start("lamps", "It counts lamps: all of them."),),
            questions=(
                Question("Who lights them?", "Keepers, mostly.", ("lamps", "ships")),
                Question("Who puts them out?", "", ("ships",)),
            ),
            words=(Word("Lamp", "What a keeper lights."),),
        )
    }


def test_a_guide_read_again_from_the_cache_is_the_same(tmp_path: Path, memory: Cache) -> None:
    content = site(tmp_path, GUIDE)
    assert folder.read(content, memory).guides == folder.read(content, memory).guides


def test_every_part_of_a_guide_may_be_left_out() -> None:
    assert read_guide("---\n---\n", "sea.md", "sea") == Guide(
        topic="sea", introduction="", start=(), questions=(), words=()
    )


def test_papers_that_are_not_there_are_told_with_their_places(tmp_path: Path, memory: Cache) -> None:
    guide = GUIDE.replace("paper: lamps", "paper: lamp").replace("[ships]", "[barges]")
    assert problems(site(tmp_path, guide), memory) == [
        "topics/sea.md:3:12: there is no paper 'lamp' (did you mean 'lamps'?)",
        "topics/sea.md:10:14: there is no paper 'barges'",
    ]


def test_a_guide_to_a_topic_that_is_not_there_is_told(tmp_path: Path, memory: Cache) -> None:
    assert problems(site(tmp_path, GUIDE, name="see"), memory) == [
        "topics/see.md: there is no topic 'see' (did you mean 'sea'?); name the file as its topic"
    ]


def test_a_paper_whose_own_file_is_wrong_is_not_missed_in_a_guide_too(tmp_path: Path, memory: Cache) -> None:
    content = site(tmp_path, GUIDE)
    (content / "papers" / "ships.md").write_text("---\ntitel: Ships\n---\n", encoding="utf-8")
    assert [problem for problem in problems(content, memory) if "topics/" in problem] == []


def test_all_mistakes_of_a_guide_are_told_at_once() -> None:
    wrong = "---\nstart:\n  - paper: lamps\n    why: ' '\nwords:\n  - word: ''\n    means: Nothing.\n---\n"
    with pytest.raises(UserError) as raised:
        read_guide(wrong, "sea.md", "sea")
    assert [str(problem) for problem in raised.value.problems] == [
        "sea.md:4:10: start: why: this is empty; write it, or take the entry out",
        "sea.md:6:11: words: word: this is empty; write it, or take the entry out",
    ]
