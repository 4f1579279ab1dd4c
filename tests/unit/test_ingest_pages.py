"""Ingest writes pages, keeps addresses, and leaves alone what a person wrote."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from site_builder.content.ledger import read_ledger
from site_builder.content.papers import edited, read_paper
from site_builder.content.writing import write_text
from site_builder.errors import UserError
from site_builder.ingest import Outcome, ingest
from site_builder.model import Paper, Sighting
from site_builder.text.markdown import to_text

DAY = "2026-01-31"
SHEEP = "Counting Sheep with Sparse Graph Networks"
SHEEP_TEXT = (
    "Sheep are hard to count because they move while one counts them. We propose a graph network that follows each "
    "animal through the flock, lone_sheep and <SEG> included. Code is available at https://github.com/example/sheep."
)
WOOL = "WoolFormer: Does Attention Knit?"
WOOL_TEXT = "We ask whether attention can learn knitting patterns. Two heads are enough for most sleeves."
OTHER_TEXT = (
    "This text has nothing to do with the one above. It counts goats instead, by the sound of their small bells."
)


def dump(folder: Path, name: str, *papers: tuple[str, str]) -> Path:
    path = folder / name
    path.write_text("\n\n".join(part for paper in papers for part in paper) + "\n")
    return path


def jsonl(folder: Path, name: str, *rows: Mapping[str, object]) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(tmp_path: Path, *paths: Path, dry_run: bool = False, without_body: bool = False) -> Outcome:
    return ingest(paths, tmp_path / "content", day=DAY, dry_run=dry_run, without_body=without_body)


def page(tmp_path: Path, slug: str) -> Paper:
    path = tmp_path / "content" / "papers" / f"{slug}.md"
    return read_paper(path.read_text(), str(path), slug)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def slugs(tmp_path: Path) -> list[str]:
    return sorted(path.stem for path in (tmp_path / "content" / "papers").glob("*.md"))


def test_a_dump_becomes_a_page_a_paper(tmp_path: Path) -> None:
    outcome = run(tmp_path, dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT), (WOOL, WOOL_TEXT)))
    sheep = page(tmp_path, "counting-sheep-with-sparse-graph-networks")
    assert sheep.title == SHEEP
    assert to_text(sheep.body) == SHEEP_TEXT
    assert sheep.links == {"code": "https://github.com/example/sheep"}
    assert sheep.seen == (Sighting("march", 1, 1),)
    assert edited(sheep) == frozenset()
    assert {"title", "body", "topics", "tags", "links", "source"} <= sheep.made.keys()
    assert (outcome.entries, outcome.papers, len(outcome.new)) == (2, 2, 2)
    ledger = read_ledger((tmp_path / "content" / "ledger.tsv").read_text(), "")
    assert [(a.slug, a.day, a.title) for a in ledger] == [
        (sheep.slug, DAY, SHEEP),
        ("woolformer-does-attention-knit", DAY, WOOL),
    ]
    assert (tmp_path / "content" / "collections" / "march.yaml").exists()


def test_the_same_dump_twice_changes_no_byte(tmp_path: Path) -> None:
    path = dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT), (WOOL, WOOL_TEXT))
    run(tmp_path, path)
    before = tree(tmp_path / "content")
    outcome = run(tmp_path, path)
    assert tree(tmp_path / "content") == before
    assert (len(outcome.new), outcome.updated, outcome.unchanged) == (0, (), 2)


def test_a_dry_run_writes_nothing_and_shows_what_would_change(tmp_path: Path) -> None:
    outcome = run(tmp_path, dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT)), dry_run=True)
    assert not (tmp_path / "content").exists()
    assert [change.title for change in outcome.new] == [SHEEP]
    assert "papers/counting-sheep-with-sparse-graph-networks.md" in outcome.summary()


def test_a_paper_seen_again_gains_the_sighting_and_nothing_else(tmp_path: Path) -> None:
    run(tmp_path, dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT)))
    before = page(tmp_path, "counting-sheep-with-sparse-graph-networks")
    outcome = run(tmp_path, dump(tmp_path, "april.txt", (WOOL, WOOL_TEXT), (SHEEP.upper(), SHEEP_TEXT[:-40])))
    after = page(tmp_path, before.slug)
    assert after.seen == (Sighting("april", 5, 2), Sighting("march", 1, 1))
    assert (after.title, after.body, after.tags, after.made) == (before.title, before.body, before.tags, before.made)
    assert [(c.slug, c.fields) for c in outcome.updated] == [(before.slug, ("seen",))]


def test_what_a_person_edited_is_left_alone_and_told(tmp_path: Path) -> None:
    path = dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT))
    run(tmp_path, path)
    file = tmp_path / "content" / "papers" / "counting-sheep-with-sparse-graph-networks.md"
    written = (
        file.read_text()
        .replace(SHEEP, "Sheep, Counted")
        .replace("https://github.com/example/sheep}", "https://my.example}")
    )
    written = written.split("---\n")[1].join(["---\n", "---\nOur own words.\n"])
    file.write_text(written)
    outcome = run(tmp_path, path, dump(tmp_path, "april.txt", (SHEEP, SHEEP_TEXT)))
    after = page(tmp_path, file.stem)
    assert (after.title, after.body) == ("Sheep, Counted", "Our own words.")
    assert len(after.seen) == 2
    assert set(outcome.kept[file.stem]) >= {"title", "body"}
    assert slugs(tmp_path) == [file.stem]


def test_without_body_the_page_is_decided_from_the_abstract_and_stays_so(tmp_path: Path) -> None:
    path = dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT))
    run(tmp_path, path, without_body=True)
    before = tree(tmp_path / "content")
    made = page(tmp_path, "counting-sheep-with-sparse-graph-networks")
    assert made.body == ""
    assert made.tags
    assert made.links
    run(tmp_path, path)
    assert tree(tmp_path / "content") == before


def test_a_title_seen_without_abstract_gets_it_when_it_comes(tmp_path: Path) -> None:
    run(tmp_path, jsonl(tmp_path, "a.jsonl", {"title": SHEEP}))
    assert page(tmp_path, "counting-sheep-with-sparse-graph-networks").body == ""
    run(tmp_path, dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT)))
    after = page(tmp_path, "counting-sheep-with-sparse-graph-networks")
    assert to_text(after.body) == SHEEP_TEXT
    assert edited(after) == frozenset()


def test_one_title_over_another_abstract_is_another_page_and_is_told(tmp_path: Path) -> None:
    run(tmp_path, dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT)))
    outcome = run(tmp_path, dump(tmp_path, "april.txt", (SHEEP, OTHER_TEXT)))
    one, other = slugs(tmp_path)
    assert one == "counting-sheep-with-sparse-graph-networks"
    assert other.startswith(f"{one}-")
    assert len(other) == len(one) + 7
    assert [("same title" in p.message or "this title" in p.message, Path(p.path).name) for p in outcome.doubts] == [
        (True, "april.txt")
    ]


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    files = [
        dump(tmp_path, "a.txt", (SHEEP, SHEEP_TEXT), (WOOL, WOOL_TEXT)),
        dump(tmp_path, "b.txt", (SHEEP, OTHER_TEXT), (WOOL, WOOL_TEXT + " More.")),
        jsonl(
            tmp_path,
            "c.jsonl",
            {"title": SHEEP, "abstract": OTHER_TEXT, "authors": ["Bo Peep"], "ids": {"doi": "10.1/x"}},
        ),
    ]
    trees = []
    for n, order in enumerate([files, files[::-1], [files[1], files[2], files[0]]]):
        ingest(order, tmp_path / f"content{n}", day=DAY)
        trees.append(tree(tmp_path / f"content{n}"))
    assert trees[0] == trees[1] == trees[2]


def test_an_address_of_the_ledger_is_never_given_again(tmp_path: Path) -> None:
    content = tmp_path / "content"
    (content / "papers").mkdir(parents=True)
    (content / "papers" / "counting-sheep-with-sparse-graph-networks.md").write_text(
        '---\ntitle: "Other"\n---\nOther.\n'
    )
    line = "counting-sheep-with-sparse-graph-networks\t2020-01-01\tOther\n"
    (content / "ledger.tsv").write_text(line)
    run(tmp_path, dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT)))
    assert len(slugs(tmp_path)) == 2
    assert all(slug.startswith("counting-sheep-with-sparse-graph-networks") for slug in slugs(tmp_path))
    assert (content / "ledger.tsv").read_text().startswith(line)


def test_a_paper_that_was_withdrawn_stays_out_and_that_is_told(tmp_path: Path) -> None:
    path = dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT), (WOOL, WOOL_TEXT))
    run(tmp_path, path)
    (tmp_path / "content" / "papers" / "counting-sheep-with-sparse-graph-networks.md").unlink()
    ledger = tmp_path / "content" / "ledger.tsv"
    ledger.write_text(ledger.read_text().replace(f"\t{SHEEP}\n", f"\t{SHEEP}\twithdrawn\n"))
    before = tree(tmp_path / "content")
    outcome = run(tmp_path, path)
    assert tree(tmp_path / "content") == before
    assert [doubt.message for doubt in outcome.doubts if doubt.path == str(ledger)] == [
        f"'{SHEEP}' was withdrawn and stays out; to have it back, take 'withdrawn' from this line"
    ]


def test_a_deleted_page_comes_back_at_its_own_address(tmp_path: Path) -> None:
    path = dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT), (WOOL, WOOL_TEXT))
    run(tmp_path, path)
    whole = tree(tmp_path / "content")
    (tmp_path / "content" / "papers" / "counting-sheep-with-sparse-graph-networks.md").unlink()
    outcome = run(tmp_path, path)
    assert tree(tmp_path / "content") == whole
    assert [change.title for change in outcome.new] == [SHEEP]


def test_a_page_that_was_renamed_is_found_again(tmp_path: Path) -> None:
    path = dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT))
    run(tmp_path, path)
    papers = tmp_path / "content" / "papers"
    (papers / "counting-sheep-with-sparse-graph-networks.md").rename(papers / "sheep.md")
    run(tmp_path, path)
    assert slugs(tmp_path) == ["sheep"]


def test_a_given_id_is_the_files_name(tmp_path: Path) -> None:
    rows = [
        {"id": "W12/3 x", "title": SHEEP, "abstract": SHEEP_TEXT},
        {"id": "2401.1", "title": WOOL},
        {"id": "con", "title": "A B"},
    ]
    outcome = run(tmp_path, jsonl(tmp_path, "rows.jsonl", *rows))
    assert slugs(tmp_path) == ["2401.1", "the-con", "w12-3-x"]
    assert page(tmp_path, "w12-3-x").ids == {"id": "W12/3 x"}
    assert [p.line for p in outcome.doubts if "file's name" in p.message] == [1, 3]


@pytest.mark.parametrize(
    ("own", "slug"),
    [("2412.05819", "2412.05819"), ("W123", "w123"), ("../x", "x"), ("a/b", "a-b"), ("Ü", "u"), ("x" * 300, "x" * 80)],
)
def test_a_given_id_is_a_file_name_on_every_system(tmp_path: Path, own: str, slug: str) -> None:
    outcome = run(tmp_path, jsonl(tmp_path, "rows.jsonl", {"id": own, "title": SHEEP, "abstract": SHEEP_TEXT}))
    assert slugs(tmp_path) == [slug]
    assert page(tmp_path, slug).ids == {"id": own}
    assert bool(outcome.doubts) == (own.lower() != slug)


def test_ids_that_differ_by_case_are_two_papers(tmp_path: Path) -> None:
    rows = [{"id": "a1", "title": SHEEP, "abstract": SHEEP_TEXT}, {"id": "A1", "title": WOOL, "abstract": WOOL_TEXT}]
    run(tmp_path, jsonl(tmp_path, "rows.jsonl", *rows))
    one, other = slugs(tmp_path)
    assert (one, other[:3]) == ("a1", "a1-")


def test_one_id_over_two_papers_is_told(tmp_path: Path) -> None:
    rows = [{"id": "7", "title": SHEEP, "abstract": SHEEP_TEXT}, {"id": "7", "title": WOOL, "abstract": WOOL_TEXT}]
    outcome = run(tmp_path, jsonl(tmp_path, "rows.jsonl", *rows))
    assert slugs(tmp_path) == ["7"]
    assert [(p.line, "left out" in p.message) for p in outcome.doubts] == [(2, True)]


def test_many_ids_that_are_no_file_names_are_told_in_few_lines(tmp_path: Path) -> None:
    rows = [{"id": f"a/{n}", "title": f"{SHEEP} {n}", "abstract": SHEEP_TEXT} for n in range(30)]
    outcome = run(tmp_path, jsonl(tmp_path, "rows.jsonl", *rows))
    assert len(outcome.doubts) == 11
    assert "20 more ids" in outcome.doubts[0].message


def test_a_suffix_never_takes_the_address_that_another_record_wants(tmp_path: Path) -> None:
    rows = [{"title": SHEEP, "abstract": SHEEP_TEXT}, {"title": SHEEP, "abstract": OTHER_TEXT}]
    run(tmp_path, jsonl(tmp_path, "rows.jsonl", *rows))
    (suffixed,) = [slug for slug in slugs(tmp_path) if slug != "counting-sheep-with-sparse-graph-networks"]
    rows.append({"id": suffixed, "title": WOOL, "abstract": WOOL_TEXT})
    ingest([jsonl(tmp_path, "rows.jsonl", *rows)], tmp_path / "other", day=DAY)
    assert f'title: "{WOOL}"' in (tmp_path / "other" / "papers" / f"{suffixed}.md").read_text()


def test_ids_of_two_collections_do_not_mix(tmp_path: Path) -> None:
    run(tmp_path, jsonl(tmp_path, "one.jsonl", {"id": "1", "title": SHEEP, "abstract": SHEEP_TEXT}))
    outcome = run(tmp_path, jsonl(tmp_path, "two.jsonl", {"id": "1", "title": WOOL, "abstract": WOOL_TEXT}))
    one, other = slugs(tmp_path)
    assert one == "1"
    assert other.startswith("1-")
    assert len(outcome.doubts) == 1


def test_a_run_that_broke_off_before_the_ledger_is_mended_by_the_next(tmp_path: Path) -> None:
    path = dump(tmp_path, "march.txt", (SHEEP, SHEEP_TEXT), (WOOL, WOOL_TEXT))
    run(tmp_path, path)
    whole = tree(tmp_path / "content")
    (tmp_path / "content" / "ledger.tsv").unlink()
    (tmp_path / "content" / "papers" / "woolformer-does-attention-knit.md").unlink()
    run(tmp_path, path)
    assert tree(tmp_path / "content") == whole


@pytest.mark.parametrize("written", range(5))
def test_a_run_that_is_killed_at_any_write_is_made_whole_by_the_next(
    tmp_path: Path, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        dump(tmp_path, "march.txt", (WOOL, WOOL_TEXT), (SHEEP, SHEEP_TEXT)),
        dump(tmp_path, "april.txt", (SHEEP, OTHER_TEXT)),
    ]
    ingest(files, tmp_path / "whole", day=DAY)
    writes = iter(range(written))

    def killed(path: Path, text: str) -> None:
        if next(writes, None) is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(f".{path.name}.4711").write_text(text[:40])
            raise KeyboardInterrupt
        write_text(path, text)

    with monkeypatch.context() as patched:
        for room in ("ingest.run", "content.holdings"):
            patched.setattr(f"site_builder.{room}.write_text", killed)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path, *files)
    run(tmp_path, *files)
    assert tree(tmp_path / "content") == tree(tmp_path / "whole")


def test_what_cannot_be_read_stops_the_run_with_every_problem(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(bytes(range(32)) * 100)
    paths = [
        tmp_path / "empty.txt",
        tmp_path / "binary.txt",
        tmp_path / "missing.txt",
        dump(tmp_path, "a.txt", (WOOL, WOOL_TEXT)),
    ]
    with pytest.raises(UserError) as error:
        run(tmp_path, *paths)
    assert [Path(p.path).name for p in error.value.problems] == ["binary.txt", "empty.txt", "missing.txt"]
    assert not (tmp_path / "content").exists()


def test_a_broken_page_stops_the_run_before_it_writes(tmp_path: Path) -> None:
    papers = tmp_path / "content" / "papers"
    papers.mkdir(parents=True)
    (papers / "x.md").write_text("no front matter")
    with pytest.raises(UserError, match=r"x\.md:1:1"):
        run(tmp_path, dump(tmp_path, "a.txt", (WOOL, WOOL_TEXT)))
    assert slugs(tmp_path) == ["x"]


def test_a_folder_gives_all_its_files_but_hidden_ones(tmp_path: Path) -> None:
    dumps = tmp_path / "dumps"
    dumps.mkdir()
    dump(dumps, "a.txt", (SHEEP, SHEEP_TEXT))
    dump(dumps, ".b.txt", (WOOL, WOOL_TEXT))
    assert run(tmp_path, dumps).entries == 1


def test_a_name_is_for_one_file(tmp_path: Path) -> None:
    a, b = dump(tmp_path, "a.txt", (SHEEP, SHEEP_TEXT)), dump(tmp_path, "b.txt", (WOOL, WOOL_TEXT))
    ingest([a], tmp_path / "content", day=DAY, name="Spring Sheep")
    assert page(tmp_path, "counting-sheep-with-sparse-graph-networks").seen == (Sighting("spring-sheep", 1, 1),)
    assert "Spring Sheep" in (tmp_path / "content" / "collections" / "spring-sheep.yaml").read_text()
    with pytest.raises(UserError, match="--name"):
        ingest([a, b], tmp_path / "content", day=DAY, name="Spring Sheep")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        dump(tmp_path / folder, "a.txt", (folder.upper() + SHEEP, SHEEP_TEXT))
    with pytest.raises(UserError, match="rename one"):
        run(tmp_path, tmp_path / "x", tmp_path / "y")


def test_the_report_accounts_for_every_line(tmp_path: Path) -> None:
    path = tmp_path / "march.txt"
    path.write_bytes(f"Subscribe\r\n\r\n{SHEEP}\u00a0\r\n\r\n{SHEEP_TEXT}\r\n".encode())
    report = run(tmp_path, path).report()
    assert json.loads(json.dumps(report)) == report
    (file,) = report["files"]
    assert [line["class"] for line in file["lines"]] == ["furniture", "blank", "title", "blank", "abstract"]
    assert file["repairs"] == [{"repair": "unusual space", "lines": 1, "first": 3}]
    assert report["schema"] == 1
    assert (report["entries"], report["papers"], report["repeats"]) == (1, 1, 0)


def test_an_abstract_that_no_page_can_hold_is_left_out_and_told(tmp_path: Path) -> None:
    endless = "Sheep follow sheep. " * 6_000
    outcome = run(tmp_path, jsonl(tmp_path, "long.jsonl", {"title": SHEEP, "abstract": endless}, {"title": WOOL}))
    (told,) = [problem for problem in outcome.doubts if "119,999 characters" in problem.message]
    assert (told.line, told.message.count("left out")) == (1, 1)
    assert page(tmp_path, "counting-sheep-with-sparse-graph-networks").body == ""
    assert slugs(tmp_path) == ["counting-sheep-with-sparse-graph-networks", "woolformer-does-attention-knit"]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("a list of tagged fields", "RT Journal Article\nA1 Moss,Ana\nT1 Counting Sheep\n"),
        ("a table with tags for names", "PT\tAU\tTI\tAB\nJ\tMoss\tCounting Sheep\tSheep move.\n"),
        ("MEDLINE", "\nPMID- 1\nTI  - Counting Sheep\n"),
        ("EndNote's form", "%0 Journal Article\n%T Counting Sheep\n"),
        ("XML", "<?xml version='1.0'?>\n<feed><title>Sheep</title></feed>\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lists_in_forms_of_programs_are_refused_with_advice(
    tmp_path: Path, form: str, text: str, encoding: str
) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text, encoding)
    with pytest.raises(UserError, match=rf"list\.txt: this is {form}; export it as CSV"):
        run(tmp_path, path)
    assert not (tmp_path / "content").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", '{"name": "Sheep"}\n'),
        ("a.json", "[]"),
        ("a.json", "{}"),
        ("a.json", "sheep"),
        ("a.csv", "title,year\n"),
    ],
)
def test_a_file_of_records_without_any_is_refused_and_the_reasons_are_told(
    tmp_path: Path, name: str, text: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(UserError, match="there is no paper in it"):
        run(tmp_path, path, dump(tmp_path, "b.txt", (SHEEP, SHEEP_TEXT)))
    assert not (tmp_path / "content").exists()


def test_what_cannot_be_read_in_a_folder_is_told(tmp_path: Path) -> None:
    dumps = tmp_path / "dumps"
    (dumps / "inner").mkdir(parents=True)
    dump(dumps / "inner", "a.txt", (SHEEP, SHEEP_TEXT))
    assert run(tmp_path, dumps, dry_run=True).entries == 1
    (dumps / "b.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(UserError, match=r"b\.txt: there is no file behind this name"):
        run(tmp_path, dumps)


def test_a_folder_that_may_not_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dumps = tmp_path / "dumps"
    (dumps / "shut").mkdir(parents=True)
    dump(dumps, "a.txt", (SHEEP, SHEEP_TEXT))
    look = os.scandir

    def refused(path: str | Path) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(UserError, match=r"shut: it cannot be read: Permission denied"):
        run(tmp_path, dumps)


def test_the_same_page_again_goes_to_the_same_paper_also_where_another_of_its_title_came_between(
    tmp_path: Path,
) -> None:
    first = jsonl(tmp_path, "one.jsonl", {"title": SHEEP, "abstract": SHEEP_TEXT, "ids": {"arxiv": "2401.00001"}})
    second = jsonl(tmp_path, "two.jsonl", {"title": SHEEP, "ids": {"arxiv": "2401.00002"}})
    seen = dump(tmp_path, "page.txt", (SHEEP, SHEEP_TEXT))
    for path in (first, seen, second):
        run(tmp_path, path)
    before = tree(tmp_path / "content")
    assert len(slugs(tmp_path)) == 2
    for path in (seen, first, second, seen):
        run(tmp_path, path)
        assert tree(tmp_path / "content") == before


def test_what_one_record_of_a_paper_knows_and_the_fullest_does_not_comes_to_its_page(tmp_path: Path) -> None:
    full = jsonl(tmp_path, "a.jsonl", {"title": SHEEP, "abstract": SHEEP_TEXT})
    short = jsonl(
        tmp_path, "b.jsonl", {"title": SHEEP, "abstract": SHEEP_TEXT[:150], "authors": ["Bo P."], "year": 2024}
    )
    outcome = run(tmp_path, full, short)
    paper = page(tmp_path, "counting-sheep-with-sparse-graph-networks")
    assert (paper.authors, paper.year) == (("Bo P.",), 2024)
    assert paper.body.endswith(SHEEP_TEXT[-20:])
    assert not outcome.doubts


def test_records_of_one_paper_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    one = {"title": SHEEP, "abstract": SHEEP_TEXT, "authors": ["Bo Peep", "Ada Reed"], "year": 2023}
    other = {"title": SHEEP, "abstract": SHEEP_TEXT[:150], "authors": ["Cy Wolf"], "year": 2024}
    alike = {"title": SHEEP, "abstract": SHEEP_TEXT[:150], "authors": ["B. Peep"], "year": 2023}
    outcome = run(tmp_path, *(jsonl(tmp_path, f"{n}.jsonl", row) for n, row in enumerate((one, other, alike))))
    told = [problem.message for problem in outcome.doubts]
    assert [("2024" in m, "Cy Wolf" in m) for m in told] == [(True, False), (False, True)]
    assert all("see which is right" in message and "0.jsonl:1" in message for message in told)


def test_a_page_whose_first_words_speak_of_what_is_generated_is_a_page(tmp_path: Path) -> None:
    path = dump(tmp_path, "a.txt", ("Machine-Generated Sheep", SHEEP_TEXT), (WOOL, WOOL_TEXT))
    assert run(tmp_path, path).entries == 2


def test_two_papers_of_one_title_stay_two_also_where_a_page_without_text_is_there_first(tmp_path: Path) -> None:
    bare = {"title": SHEEP, "ids": {"arxiv": "2401.00002"}}
    one = jsonl(tmp_path, "one.jsonl", {"title": SHEEP}, bare)
    two = jsonl(tmp_path, "two.jsonl", bare | {"abstract": SHEEP_TEXT}, {"title": SHEEP, "abstract": WOOL_TEXT})
    run(tmp_path, one)
    run(tmp_path, two)
    texts = [page(tmp_path, slug).body for slug in slugs(tmp_path)]
    assert any(SHEEP_TEXT[:40] in text for text in texts)
    assert any(WOOL_TEXT[:40] in text for text in texts)
    before = tree(tmp_path / "content")
    run(tmp_path, one, two)
    assert set(tree(tmp_path / "content")) == set(before)


def test_another_paper_under_the_id_of_a_page_is_told_and_gives_the_page_nothing(tmp_path: Path) -> None:
    ids = {"arxiv": "2401.12340"}
    run(tmp_path, jsonl(tmp_path, "one.jsonl", {"title": SHEEP, "abstract": SHEEP_TEXT, **ids}))
    other = {"title": WOOL, "abstract": OTHER_TEXT, "authors": ["Bo Fern"], "year": 2021, **ids}
    outcome = run(tmp_path, jsonl(tmp_path, "two.jsonl", other))
    (told,) = outcome.doubts
    assert (told.line, "an id says that this is the paper of papers/" in told.message) == (1, True)
    assert (page(tmp_path, slugs(tmp_path)[0]).authors, page(tmp_path, slugs(tmp_path)[0]).year) == ((), None)
    retitled = {"title": "Sheep, Counted", "abstract": SHEEP_TEXT, "authors": ["Ana Moss"], **ids}
    assert run(tmp_path, jsonl(tmp_path, "three.jsonl", retitled)).doubts == ()
    assert page(tmp_path, slugs(tmp_path)[0]).authors == ("Ana Moss",)
