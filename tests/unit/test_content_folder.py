"""A content folder as a whole: order, promises, defaults, and all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from site_builder.content import folder
from site_builder.content.ledger import read_ledger, write_ledger
from site_builder.errors import UserError
from site_builder.model import Address, Catalogue


class Forgetful:
    """A cache that never remembers."""

    def get(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        return {}

    def put(self, kind: str, values: Mapping[str, bytes]) -> None:
        pass


def made(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def read(root: Path, files: Mapping[str, str]) -> Catalogue:
    return folder.read(made(root, files), Forgetful())


def refused(root: Path, files: Mapping[str, str]) -> list[str]:
    with pytest.raises(UserError) as caught:
        read(root, files)
    return [str(problem).removeprefix(f"{root}/") for problem in caught.value.problems]


def paper(title: str, more: str = "") -> str:
    return f'---\ntitle: "{title}"\n{more}---\n'


def test_papers_alone_make_a_catalogue_with_defaults_for_the_rest(tmp_path: Path) -> None:
    catalogue = read(
        tmp_path, {"papers/b.md": paper("B"), "papers/a.md": paper("A", "seen: [{in: c, line: 1, position: 1}]\n")}
    )
    assert [p.slug for p in catalogue.papers] == ["a", "b"]
    assert len(catalogue.topics) == 34
    assert [c.name for c in catalogue.collections] == ["c"]
    assert catalogue.ledger == (Address("a", "", "A"), Address("b", "", "B"))


def test_papers_stand_in_the_order_of_the_ledger_and_newcomers_last(tmp_path: Path) -> None:
    files = {f"papers/{slug}.md": paper(slug) for slug in "abc"}
    catalogue = read(tmp_path, {**files, "ledger.tsv": "c\t2026-01-01\tc\nb\t2026-01-02\tb\n"})
    assert [p.slug for p in catalogue.papers] == ["c", "b", "a"]
    assert catalogue.number == {"c": 0, "b": 1, "a": 2}


def test_a_withdrawn_address_keeps_its_number_and_loses_its_paper(tmp_path: Path) -> None:
    catalogue = read(
        tmp_path, {"papers/b.md": paper("B"), "ledger.tsv": "a\t2026-01-01\tA\twithdrawn\nb\t2026-01-01\tB\n"}
    )
    assert [p.slug for p in catalogue.papers] == ["b"]
    assert catalogue.number["b"] == 1


def test_a_promised_address_without_its_paper_stops_the_build(tmp_path: Path) -> None:
    problems = refused(tmp_path, {"papers/b.md": paper("B"), "ledger.tsv": "a\t2026-01-01\tA\n"})
    assert problems[0].startswith("ledger.tsv:1:1: the address 'a' was promised on 2026-01-01")


def test_the_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    problems = refused(
        tmp_path,
        {
            "papers/a.md": paper("A", "topics: [no-topic-is-known]\n"),
            "papers/b.md": "no",
            "papers/Big.md": paper("C"),
            "site.yaml": "title: [x]\nurl: example.org\n",
            "collections/x.yaml": "curator: me\n",
            "topics.yaml": "- {id: video, name: Video}\n- {id: video, name: Again}\n- {id: A B, name: C}\n",
        },
    )
    assert [line.split(": ")[0] for line in problems] == [
        "collections/x.yaml:1:1",
        "papers/Big.md",
        "papers/b.md:1:1",
        "site.yaml:1:8",
        "topics.yaml:2:8",
        "topics.yaml:3:8",
    ]


def test_an_unknown_topic_is_answered_with_the_nearest_known(tmp_path: Path) -> None:
    files = {"papers/a.md": paper("A", "topics: [vido]\n"), "topics.yaml": "- {id: video, name: Video}\n"}
    assert refused(tmp_path, files) == ["papers/a.md:3:10: unknown topic 'vido' (did you mean 'video'?)"]


def test_a_file_that_is_not_utf8_is_reported_at_its_first_bad_byte(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.md").write_bytes(b'---\ntitle: "caf\xe9"\n---\n')
    assert refused(tmp_path, {}) == ["papers/a.md:2:12: this is not UTF-8 from here on; save the file as UTF-8"]


def test_the_address_of_the_site_ends_in_one_slash(tmp_path: Path) -> None:
    assert read(tmp_path, {"site.yaml": "url: https://example.org/papers\n"}).site.url == "https://example.org/papers/"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone", {})[0].endswith("gone: there is no such folder; name one that holds papers/*.md")


def test_the_ledger_is_read_back_as_it_was_written() -> None:
    addresses = (Address("a", "2026-01-31", "A\ttab"), Address("b", "2026-02-01", "B", withdrawn=True))
    assert read_ledger(write_ledger(addresses), "l") == (Address("a", "2026-01-31", "A tab"), addresses[1])


def test_every_wrong_line_of_the_ledger_is_reported() -> None:
    with pytest.raises(UserError) as caught:
        read_ledger("a\t2026-02-30\tA\na\t2026-01-01\tB\nc d\n", "ledger.tsv")
    assert [str(p).split(";")[0] for p in caught.value.problems] == [
        "ledger.tsv:1:3: '2026-02-30' is not a day",
        "ledger.tsv:2:1: 'a' is already on line 1",
        "ledger.tsv:3:1: expected address, day and title with tabs between them, and 'withdrawn' or nothing after",
    ]
