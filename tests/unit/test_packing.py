"""Packing and unpacking lose nothing, wherever they break off, and all that writes papers finds them in packs."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from site_builder.cli import main
from site_builder.content import folder, packs
from site_builder.content.holdings import Holdings, packs_of, records_of
from site_builder.content.packing import pack, unpack
from site_builder.content.packs import FORMS, JSON_LINES, MARKDOWN
from site_builder.content.papers import read_paper, write_paper
from site_builder.errors import UserError
from site_builder.model import Paper
from site_builder.publish.cache import open_cache
from site_builder.serve import snapshot
from tests import invented

BOTH = pytest.mark.parametrize("form", [pytest.param(form, id=name) for name, form in FORMS.items()])
BY_HAND = "---\r\ntitle:   Otters # in winter\r\n\r\ntags:\r\n- cold\r\n---\r\n\r\nThey swim.\r\n---\r\nslug: none"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    invented.folder(tmp_path / "content", 23)
    (tmp_path / "content" / "papers" / "otters.md").write_bytes(BY_HAND.encode())
    return tmp_path / "content"


def read(content: Path) -> tuple[Paper, ...]:
    with open_cache(None, "") as cache:
        return folder.read(content, cache).papers


def told(content: Path) -> str:
    """Return the first problem of a folder, or nothing."""
    try:
        read(content)
    except UserError as error:
        return str(error.problems[0])
    return ""


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def names(content: Path) -> list[str]:
    return sorted(path.name for path in (content / "papers").iterdir())


@BOTH
def test_a_packed_folder_makes_the_same_site_and_comes_back_as_it_was(content: Path, form: str) -> None:
    (content / "papers" / "otters.md").write_text('---\ntitle: "Otters"\n---\nThey swim.\n')
    before = invented.tree(content)
    run("build", "--content", str(content), "--output", str(content.parent / "apart"), "--cache", str(content / "../k"))
    moved = pack(content, form, 10)
    assert (moved.papers, moved.packs, moved.written, moved.removed) == (24, 3, 3, 24)
    assert names(content) == [f"papers-000{n}{form}" for n in (1, 2, 3)]
    assert "(0 files written, 0 removed)" in run(
        "build", "--content", str(content), "--output", str(content.parent / "apart"), "--cache", str(content / "../k")
    )
    run("build", "--content", str(content), "--output", str(content.parent / "packed"), "--no-cache")
    assert invented.tree(content.parent / "packed") == invented.tree(content.parent / "apart")
    moved = unpack(content)
    assert (moved.papers, moved.packs, moved.written, moved.removed) == (24, 3, 24, 3)
    if form == JSON_LINES:
        before["papers/otters.md"] = write_paper(
            read_paper(before["papers/otters.md"].decode(), "otters.md", "otters")
        ).encode()
    assert invented.tree(content) == before


def test_markdown_packs_give_back_what_a_person_wrote_byte_for_byte(content: Path) -> None:
    before = invented.tree(content)
    assert pack(content, MARKDOWN, 1000).left == ()
    assert names(content) == ["papers-0001.pack.md"]
    unpack(content)
    assert invented.tree(content) == before


def test_a_paper_with_comments_keeps_its_file_beside_packs_of_json(content: Path) -> None:
    before = invented.tree(content)
    (left,) = pack(content, JSON_LINES, 1000).left
    assert str(left).endswith(
        "papers/otters.md:2:17: a line of JSON cannot hold this comment: the paper keeps a file of its own "
        "(--to markdown keeps both)"
    )
    assert names(content) == ["otters.md", "papers-0001.jsonl"]
    unpack(content)
    assert invented.tree(content) == before
    pack(content, MARKDOWN, 1000)
    pack(content, JSON_LINES, 1000)
    assert names(content) == ["otters.md", "papers-0001.jsonl"], "out of a pack it gets its file back"
    unpack(content)
    assert invented.tree(content) == before


def test_json_keeps_what_a_layout_by_hand_says_and_tells_that_the_layout_goes(content: Path) -> None:
    path = content / "papers" / "otters.md"
    path.write_text("---\ntitle:   Otters\n\ntags:\n- cold\n---\n\nThey swim.")
    before = read_paper(path.read_text(), "x", "otters")
    moved = pack(content, JSON_LINES, 1000)
    assert (moved.laid_out, moved.left) == (1, ())
    unpack(content)
    assert read_paper(path.read_text(), "x", "otters") == before


@BOTH
def test_packs_of_older_papers_stay_as_they_are_when_newer_ones_come(content: Path, form: str) -> None:
    (content / "papers" / "otters.md").unlink()
    pack(content, form, 10)
    before = invented.tree(content)
    for n in range(23, 30):
        paper = invented.paper(n)
        Holdings.of(content).put(paper)
        with (content / "ledger.tsv").open("a") as ledger:
            ledger.write(f"{paper.slug}\t2027-01-01\t{paper.title}\n")
    run("pack", "--content", str(content), "--to", "jsonl" if form == JSON_LINES else "markdown", "--into", "10")
    after = invented.tree(content)
    assert after.keys() - {"ledger.tsv"} == before.keys() - {"ledger.tsv"}
    assert [name for name in sorted(after) if after[name] != before[name]] == [
        "ledger.tsv",
        f"papers/papers-0003{form}",
    ]
    assert after[f"papers/papers-0003{form}"].startswith(before[f"papers/papers-0003{form}"])


def test_packs_can_be_cut_anew_under_the_names_that_they_have(content: Path) -> None:
    before = invented.tree(content)
    for size in (3, 7, 2, 1000):
        pack(content, MARKDOWN, size)
        assert sum(name.startswith("papers-") for name in names(content)) == -(-24 // size)
    unpack(content)
    assert invented.tree(content) == before


class Killed(BaseException):
    """The end of a run, in the middle of it."""


def killed_after(steps: int, patched: pytest.MonkeyPatch) -> None:
    """Let this many files be moved or removed, then nothing more."""
    left = iter(range(steps))

    def limited(plain: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **options: Any) -> Any:
            if next(left, None) is None:
                raise Killed
            return plain(*given, **options)

        return step

    for name in ("replace", "rename", "unlink"):
        patched.setattr(Path, name, limited(getattr(Path, name)))


COMMANDS: dict[str, Callable[[Path], object]] = {
    "files to Markdown": lambda content: pack(content, MARKDOWN, 3),
    "files to JSON": lambda content: pack(content, JSON_LINES, 3),
    "Markdown to fewer packs": lambda content: pack(content, MARKDOWN, 5),
    "Markdown to more packs": lambda content: pack(content, MARKDOWN, 2),
    "Markdown to JSON": lambda content: pack(content, JSON_LINES, 2),
    "files again": unpack,
}
FROM = {"Markdown to fewer packs": 2, "Markdown to more packs": 5, "Markdown to JSON": 2, "files again": 3}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_run_that_is_killed_at_any_step_loses_nothing_and_the_same_command_goes_on(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = tmp_path / "start"
    invented.folder(start, 7)
    (start / "papers" / "otters.md").write_bytes(BY_HAND.encode())
    originals = {paper.slug: paper for paper in read(start)}
    if command in FROM:
        pack(start, MARKDOWN, FROM[command])
    shutil.copytree(start, whole := tmp_path / "whole")
    COMMANDS[command](whole)
    steps = 0
    while True:
        shutil.rmtree(tmp_path / "content", ignore_errors=True)
        shutil.copytree(start, content := tmp_path / "content")
        try:
            with monkeypatch.context() as patched:
                killed_after(steps, patched)
                COMMANDS[command](content)
                break
        except Killed:
            pass
        standing = [*records_of(packs_of(content))]
        in_files = {path.stem for path in (content / "papers").glob("[!.]*.md") if not packs.is_pack(path.name)}
        assert in_files | {record.slug for record in standing} == set(originals)
        assert all(packs.read(record) == originals[record.slug] for record in standing)
        assert told(content) == "" or " stands here and in " in told(content)
        COMMANDS[command](content)
        assert invented.tree(content) == invented.tree(whole)
        steps += 1
    assert steps > 3


def test_a_paper_that_stands_twice_in_two_ways_is_told_and_nothing_is_changed(content: Path) -> None:
    record = content / "papers" / "a.jsonl"
    record.write_text('{"slug": "otters", "title": "Others"}\n')
    before = invented.tree(content)
    commands: list[Callable[[], object]] = [lambda: pack(content, MARKDOWN, 9), lambda: unpack(content)]
    for command in commands:
        with pytest.raises(
            UserError, match=r"a\.jsonl:1:1: the paper 'otters' stands here and in .*otters\.md; keep one"
        ):
            command()
        assert invented.tree(content) == before


def test_of_two_that_say_the_same_the_one_is_kept_that_has_the_layout(content: Path) -> None:
    path = content / "papers" / "otters.md"
    path.write_text("---\ntitle:   Otters\n---\nThey swim.")
    before = invented.tree(content)
    pack(content, MARKDOWN, 1000)
    shutil.copytree(content, content.parent / "other")
    pack(content.parent / "other", JSON_LINES, 1000)
    shutil.copy(content.parent / "other" / "papers" / "papers-0001.jsonl", content / "papers" / "a.jsonl")
    unpack(content)
    assert invented.tree(content) == before


@pytest.mark.parametrize(("was", "now"), [(b"They swim.", b"They swam."), (b"title:   Otters", b"title: Otters")])
def test_a_paper_that_would_not_come_back_as_it_was_keeps_its_file(
    content: Path, was: bytes, now: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = invented.tree(content)
    plain = packs.packed
    monkeypatch.setattr(packs, "packed", lambda *given: plain(*given).replace(was, now))
    (left,) = pack(content, MARKDOWN, 1000).left
    assert str(left).endswith("otters.md: no pack can hold what stands here; it keeps a file of its own")
    assert names(content) == ["otters.md", "papers-0001.pack.md"]
    unpack(content)
    assert invented.tree(content) == before


@BOTH
def test_papers_with_problems_are_all_told_and_nothing_is_changed(content: Path, form: str) -> None:
    (content / "papers" / "kelp.md").write_text("---\ntitel: Kelp\n---\n")
    (content / "papers" / "Kelp.md").write_text("---\ntitle: Kelp\n---\n")
    (content / "papers" / "a.jsonl").write_text('{"slug": "sea", "title": ""}\n{"title": "Lamp"}\n')
    before = invented.tree(content)
    with pytest.raises(UserError) as caught:
        pack(content, form, 2)
    assert {Path(problem.path).name for problem in caught.value.problems} == {"kelp.md", "Kelp.md", "a.jsonl"}
    assert invented.tree(content) == before
    with pytest.raises(UserError) as caught:
        unpack(content)
    assert [problem.line for problem in caught.value.problems] == [1, 2]
    assert invented.tree(content) == before


def test_a_file_that_a_person_saves_while_it_is_packed_is_left_and_told(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = content / "papers" / "otters.md"
    monkeypatch.setattr(os, "sync", lambda: path.write_text("---\ntitle: Otters\n---\nThey swim well.\n"))
    (left,) = pack(content, MARKDOWN, 1000).left
    assert (
        str(left) == f"{path}: this was changed meanwhile and is still there; see which is right, and remove the other"
    )
    assert "They swim well." in path.read_text()


@BOTH
def test_a_dry_run_tells_what_would_be_and_writes_nothing(content: Path, form: str) -> None:
    (content / "papers" / "otters.md").unlink()
    kind = {form: name for name, form in FORMS.items()}[form]
    before = invented.tree(content)
    dry = run("pack", "--content", str(content), "--to", kind, "--into", "10", "--dry-run")
    assert dry == "23 papers in 3 packs (3 files written, 23 removed; not really: this was a dry run)\n"
    assert invented.tree(content) == before
    assert run("pack", "--content", str(content), "--to", kind, "--into", "10") == dry.replace(
        "; not really: this was a dry run", ""
    )
    packed = invented.tree(content)
    dry = run("unpack", "--content", str(content), "--dry-run")
    assert dry == "23 papers out of 3 packs (23 files written, 3 removed; not really: this was a dry run)\n"
    assert invented.tree(content) == packed


def test_what_a_killed_run_left_beside_a_pack_is_swept_away(content: Path) -> None:
    (content / "papers" / ".papers-0001.jsonl.4711").write_text("{")
    pack(content, MARKDOWN, 1000)
    assert names(content) == ["papers-0001.pack.md"]


def test_a_pack_that_could_not_be_read_is_not_written(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "LARGEST_PACK", 2000)
    before = invented.tree(content)
    with pytest.raises(UserError, match=r"put fewer papers into one \(--into\)"):
        pack(content, MARKDOWN, 1000)
    assert invented.tree(content) == before


# Whatever writes papers

TOPICS = "- {id: counting, name: Counting, floor: 3, rules: [{match: counting, weight: 2}, tally]}\n"
OTHER_TOPICS = TOPICS.replace("match: counting, weight: 2", "match: tide, weight: 3")
FIRST: list[dict[str, Any]] = [
    {
        "title": "How Gulls Count",
        "abstract": "We study counting. A tally is kept by one gull, and it fails at low tide.",
    },
    {"title": "How Crabs Count", "abstract": "Counting in crabs keeps a tally for each claw."},
    {"title": "Kelp", "abstract": ""},
]
THEN: list[dict[str, Any]] = [
    {"title": "Kelp", "abstract": "A forest below the tide, where nobody keeps a tally of anything."},
    {"title": "How Gulls Count", "abstract": FIRST[0]["abstract"], "links": {"code": "https://example.org/gulls"}},
    {"title": "Sea Lamps", "abstract": "Lamps at sea."},
]
FACTS: list[dict[str, Any]] = [
    {"title": "How Crabs Count", "year": 2024, "venue": "Claws"},
    {"title": "Sea Lamps", "year": 2023},
]


def lines(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def worked_on(root: Path, form: str | None) -> Path:
    """Take in papers, edit one by hand, and do what rewrites them; packed before each step, where a form is given."""
    content = root / "content"
    content.mkdir(parents=True)
    (content / "topics.yaml").write_text(TOPICS)

    def step(*words: str) -> None:
        if form and (content / "papers").exists():
            assert pack(content, form, 2).left == ()
        run(words[0], *words[1:], "--content", str(content))

    step("ingest", lines(root / "march.jsonl", FIRST))
    path = content / "papers" / "how-crabs-count.md"
    path.write_text(path.read_text().replace("for each claw", "for every claw"))
    step("ingest", lines(root / "april.jsonl", THEN))
    step("overlay", lines(root / "facts.jsonl", FACTS))
    (content / "topics.yaml").write_text(OTHER_TOPICS)
    step("retag")
    step("record")
    step("new", "By Hand")
    return content


@BOTH
def test_ingest_overlay_retag_and_new_change_packed_papers_as_they_change_files(tmp_path: Path, form: str) -> None:
    apart = worked_on(tmp_path / "apart", None)
    content = worked_on(tmp_path / "packed", form)
    assert names(content) == ["by-hand.md", f"papers-0001{form}", f"papers-0002{form}"]
    unpack(content)
    assert invented.tree(content) == invented.tree(apart)
    assert "for every claw" in (content / "papers" / "how-crabs-count.md").read_text()
    assert "topics: [counting]" in (content / "papers" / "how-gulls-count.md").read_text()


@BOTH
def test_what_is_told_of_a_packed_paper_names_its_pack_and_line(tmp_path: Path, form: str) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "topics.yaml").write_text(TOPICS)
    run("ingest", lines(tmp_path / "march.jsonl", FIRST), "--content", str(content))
    pack(content, form, 1000)
    path = content / "papers" / f"papers-0001{form}"
    path.write_text(path.read_text().replace("for each claw", "for every claw"))
    place = {record.slug: f"papers/papers-0001{form}:{record.line}" for record in records_of([path])}
    output = run("ingest", lines(tmp_path / "april.jsonl", [*THEN, FIRST[1]]), "--content", str(content), "--dry-run")
    assert f"  kept     {place['how-crabs-count']} (body)" in output
    assert f"  changed  {place['kelp']} (" in output
    assert "  new      papers/sea-lamps.md" in output
    assert f"\n         {content}/{place['kelp']}" in run("search", "kelp", "--content", str(content))
    (content / "topics.yaml").write_text(OTHER_TOPICS)
    output = run("retag", "--content", str(content), "--dry-run")
    assert f"{content}/{place['how-crabs-count']}: topics: -counting" in output
    (content / "topics.yaml").write_text(TOPICS)
    path.write_text(path.read_text().replace('"How Gulls Count"', '"Kelp"'))
    output = run(
        "overlay",
        lines(tmp_path / "facts.jsonl", [*FACTS, {"title": "Kelp", "year": 1}]),
        "--content",
        str(content),
        "--dry-run",
    )
    assert f"'Kelp' is the title of {place['how-gulls-count']} and {place['kelp']};" in output
    assert f"  changed  {place['how-crabs-count']} (year, venue)" in output


def test_a_conflict_of_facts_is_told_at_the_field_in_the_pack(tmp_path: Path) -> None:
    content = tmp_path / "content"
    (content / "papers").mkdir(parents=True)
    rows = [
        {"slug": "a", "title": "A", "year": 2020},
        {"slug": "b", "title": "B", "year": 2021, "made": {"venue": "x"}},
    ]
    lines(content / "papers" / "birds.jsonl", rows)
    facts = lines(tmp_path / "facts.jsonl", [{"title": "B", "year": 2022, "venue": "Birds"}])
    output = run("overlay", facts, "--content", str(content))
    assert f"{content}/papers/birds.jsonl:2:37: year: the page says '2021', and stays so" in output
    assert f"{content}/papers/birds.jsonl:2: venue: the page has none since a person changed venue" in output


def test_many_changes_are_written_a_pack_at_a_time_and_leave_what_did_not_change(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (content / "papers" / "otters.md").unlink()
    pack(content, JSON_LINES, 8)
    before = {record.slug: record.content for record in records_of(packs_of(content))}
    monkeypatch.setattr("site_builder.content.holdings.AT_ONCE", 5)
    holdings = Holdings.of(content)
    for n in range(0, 23, 2):
        paper = holdings.read(f"paper-{n}")
        assert paper is not None
        holdings.put(Paper(slug=paper.slug, title=f"New {n}"))
    assert holdings.read("paper-2") == Paper(slug="paper-2", title="New 2"), "only so many wait in memory"
    assert holdings.read("paper-22") == paper
    holdings.flush()
    after = {record.slug: record.content for record in records_of(packs_of(content))}
    assert list(after) == list(before)
    assert [slug for slug in after if after[slug] == before[slug]] == [f"paper-{n}" for n in range(1, 23, 2)]
    assert holdings.read("paper-2") == Paper(slug="paper-2", title="New 2")
    assert not [name for name in names(content) if name.startswith(".")]


def test_a_pack_that_changes_under_the_hands_of_a_run_is_told(content: Path) -> None:
    pack(content, MARKDOWN, 1000)
    holdings = Holdings.of(content)
    path = content / "papers" / "papers-0001.pack.md"
    path.write_bytes(b"\n" + path.read_bytes())
    with pytest.raises(UserError, match="the pack was changed meanwhile; give the command again"):
        holdings.read("paper-2")


def test_a_build_begins_when_a_pack_changed(content: Path) -> None:
    pack(content, MARKDOWN, 1000)
    words = (
        "build",
        "--content",
        str(content),
        "--output",
        str(content / "../public"),
        "--cache",
        str(content / "../k"),
    )
    for path in content.rglob("*"):
        os.utime(path, (1, 1))
    run(*words)
    assert "(0 files written" in run(*words)
    path = content / "papers" / "papers-0001.pack.md"
    path.write_text(path.read_text().replace("They swim.", "They dive."))
    run(*words)
    assert "They dive." in (content / "../public/papers/otters.html").read_text()


def test_who_serves_the_site_sees_that_a_pack_changed(content: Path) -> None:
    pack(content, JSON_LINES, 1000)
    before = snapshot([content])
    path = content / "papers" / "papers-0001.jsonl"
    path.write_text(path.read_text() + '{"slug": "kelp", "title": "Kelp"}\n')
    assert snapshot([content]) != before


def test_a_record_whose_id_would_name_a_pack_gets_another_address(tmp_path: Path) -> None:
    rows = [{"id": "herons.pack", "title": "Herons", "abstract": "They stand."}]
    run("ingest", lines(tmp_path / "march.jsonl", rows), "--content", str(tmp_path / "content"))
    assert names(tmp_path / "content") == ["herons-pack.md"]


def test_what_cannot_be_read_is_told_and_stays(content: Path) -> None:
    (content / "papers" / "gone.md").symlink_to(content / "nowhere.md")
    with pytest.raises(UserError, match=r"gone\.md: this cannot be read \(No such file or directory\)"):
        pack(content, MARKDOWN, 1000)
    pack_gone = content / "papers" / "a.jsonl"
    pack_gone.write_text('{"slug": "kelp", "title": "Kelp"}\n')
    holdings = Holdings.of(content)
    pack_gone.unlink()
    holdings.put(Paper(slug="kelp", title="Sea"))
    with pytest.raises(UserError, match=r"a\.jsonl: this cannot be read"):
        holdings.flush()
