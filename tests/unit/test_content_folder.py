"""A content folder as a whole: order, promises, defaults, and all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from site_builder.content import folder, packs
from site_builder.content.ledger import read_ledger, write_ledger
from site_builder.content.papers import fingerprint
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
    (root / "papers").mkdir(parents=True, exist_ok=True)
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
        "site.yaml:2:6",
        "topics.yaml:2:8",
        "topics.yaml:3:8",
    ]


def test_an_unknown_topic_is_answered_with_the_nearest_known(tmp_path: Path) -> None:
    files = {"papers/a.md": paper("A", "topics: [vido]\n"), "topics.yaml": "- {id: video, name: Video}\n"}
    assert refused(tmp_path, files) == ["papers/a.md:3:10: unknown topic 'vido' (did you mean 'video'?)"]


def filed(number: int, *, by_hand: bool = False) -> tuple[str, str]:
    """Return a paper that a program has filed under a topic which is not there, or a person."""
    made = "" if by_hand else f"made: {{topics: {fingerprint(('waders',))}}}\n"
    return f"papers/p{number:02}.md", paper(f"Herons {number}", f"topics: [waders]\n{made}")


def test_many_papers_that_a_program_filed_under_a_topic_that_is_gone_are_told_in_one_line(tmp_path: Path) -> None:
    told = refused(tmp_path, dict(filed(n, by_hand=n == 30) for n in range(31)))
    assert len(told) == 12
    assert told[0] == (
        "papers: 20 more papers are filed under topics that are not there ('waders' 20); "
        "a program decided it, and 'site-builder retag' decides it anew"
    )
    assert told[-1].startswith("papers/p30.md:3:10: unknown topic 'waders'")


def test_who_files_papers_anew_reads_those_that_a_program_filed_under_a_topic_that_is_gone(tmp_path: Path) -> None:
    made(tmp_path, dict([filed(1), filed(2)]))
    assert len(folder.read(tmp_path, Forgetful(), to_retag=True).papers) == 2
    made(tmp_path, dict([filed(3, by_hand=True)]))
    with pytest.raises(UserError, match=r"p03\.md:3:10: unknown topic 'waders'"):
        folder.read(tmp_path, Forgetful(), to_retag=True)


def test_a_file_that_is_not_utf8_is_reported_at_its_first_bad_byte(tmp_path: Path) -> None:
    made(tmp_path, {"papers/b.md": paper("B")})
    (tmp_path / "papers" / "a.md").write_bytes(b'---\ntitle: "caf\xe9"\n---\n')
    assert refused(tmp_path, {}) == ["papers/a.md:2:12: this is not UTF-8 from here on; save the file as UTF-8"]


def test_the_address_of_the_site_ends_in_one_slash(tmp_path: Path) -> None:
    assert (
        read(tmp_path, {"papers/a.md": paper("A"), "site.yaml": "url: https://example.org/papers\n"}).site.url
        == "https://example.org/papers/"
    )


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    for folder_name, said in (("gone", "there is no such folder"), ("", "there is no folder papers/ in it")):
        with pytest.raises(UserError, match=said):
            folder.read(tmp_path / folder_name, Forgetful())


def test_a_folder_that_holds_no_paper_yet_is_an_empty_catalogue(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    assert folder.read(tmp_path, Forgetful()).papers == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("con", "'con' is kept for other things by web servers or by Windows; take another name"),
        ("nul.v2", "'nul' is kept"),
        ("index", "'index' is kept"),
        ("x" * 101, "it has 101 characters; use at most 100"),
        ("Herons", "use lower-case letters"),
        ("-herons", "use lower-case letters"),
    ],
)
def test_a_name_that_some_system_cannot_hold_is_refused_wherever_it_becomes_an_address(
    tmp_path: Path, name: str, said: str
) -> None:
    problems = refused(
        tmp_path,
        {
            f"collections/{name}.yaml": "name: C\n",
            f"pages/{name}.md": paper("P"),
            f"papers/{name}.md": paper("A"),
            "papers/zebra.md": paper("Z", f'seen: [{{in: "{name}", line: 1, position: 1}}]\n'),
            "topics.yaml": f'- {{id: "{name}", name: T}}\n',
        },
    )
    assert [said in problem for problem in problems] == [True] * 5


def test_names_that_only_look_reserved_are_taken(tmp_path: Path) -> None:
    files = {f"papers/{name}.md": paper(name) for name in ("con-text", "console", "x" * 100, "a.con")}
    assert len(read(tmp_path, files).papers) == 4


def test_what_cannot_be_read_is_named_and_the_rest_is_read_on(tmp_path: Path) -> None:
    (tmp_path / "papers" / "folder.md").mkdir(parents=True)
    (tmp_path / "papers" / "loop.md").symlink_to("loop.md")
    (tmp_path / "papers" / "nowhere.md").symlink_to("gone")
    (tmp_path / "site.yaml").mkdir()
    problems = refused(tmp_path, {"papers/z.md": "no", "collections": "", "pages/a.md": paper("A")})
    assert problems == [
        "collections: this is a file; make it a folder",
        "papers/folder.md: there is no file behind this name; put one here, or take it away",
        "papers/loop.md: there is no file behind this name; put one here, or take it away",
        "papers/nowhere.md: there is no file behind this name; put one here, or take it away",
        "papers/z.md:1:1: there is no front matter; begin the file with a line '---', 'title: ...', and a line '---'",
        "site.yaml: this cannot be read (Is a directory); mend that, or take it away",
    ]


def test_a_paper_may_be_a_link_to_a_file_elsewhere(tmp_path: Path) -> None:
    made(tmp_path, {"drafts/a.txt": paper("A"), "papers/b.md": paper("B")})
    (tmp_path / "papers" / "a.md").symlink_to("../drafts/a.txt")
    assert [p.title for p in folder.read(tmp_path, Forgetful()).papers] == ["A", "B"]


def test_a_file_too_large_to_be_meant_is_refused_but_the_ledger_may_grow(tmp_path: Path) -> None:
    too_large = "the file has 2.0 MB, too much to be meant; keep it to 1 MB"
    files = {"papers/a.md": "x" * (2 << 20), "pages/b.md": "x" * (2 << 20)}
    assert refused(tmp_path, files) == [f"pages/b.md: {too_large}", f"papers/a.md: {too_large}"]
    long = "".join(f"a{n}\t2026-01-31\tA\twithdrawn\n" for n in range(50_000))
    assert len(read(tmp_path / "long", {"papers/b.md": paper("B"), "ledger.tsv": long}).ledger) == 50_001


def test_the_ledger_is_read_back_as_it_was_written() -> None:
    addresses = (Address("a", "2026-01-31", "A\ttab"), Address("b", "2026-02-01", "B", withdrawn=True))
    assert read_ledger(write_ledger(addresses), "l") == (Address("a", "2026-01-31", "A tab"), addresses[1])


def test_a_ledger_saved_on_windows_reads_the_same() -> None:
    assert read_ledger("\ufeffa\t2026-01-31\tA\r\n", "l") == (Address("a", "2026-01-31", "A"),)


def test_every_wrong_line_of_the_ledger_is_reported() -> None:
    with pytest.raises(UserError) as caught:
        read_ledger("a\t2026-02-30\tA\na\t2026-01-01\tB\nc d\n", "ledger.tsv")
    assert [str(p).split(";")[0] for p in caught.value.problems] == [
        "ledger.tsv:1:3: '2026-02-30' is not a day",
        "ledger.tsv:2:1: 'a' is already on line 1",
        "ledger.tsv:3:1: expected address, day and title with tabs between them, and 'withdrawn' or nothing after",
    ]


@pytest.mark.parametrize("now", [paper("Changed"), None])
def test_a_paper_that_changes_between_look_and_reading_is_read_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str | None
) -> None:
    made(tmp_path, {"papers/a.md": paper("A"), "papers/b.md": paper("B")})
    fetched = packs.fetched
    changing = tmp_path / "papers" / "a.md"

    def late(record: packs.Record) -> packs.Record:
        if record.slug == "a":
            if now:
                changing.write_text(now, "utf-8")
            else:
                changing.unlink()
        return fetched(record)

    monkeypatch.setattr(packs, "fetched", late)
    if now:
        assert [p.title for p in folder.read(tmp_path, Forgetful()).papers] == ["Changed", "B"]
    else:
        with pytest.raises(UserError, match=r"a\.md: this cannot be read"):
            folder.read(tmp_path, Forgetful())
