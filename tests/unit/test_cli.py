"""What a person types, and what it answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from click.testing import CliRunner, Result

from site_builder.cli import main
from site_builder.content.papers import fingerprint
from site_builder.ingest.run import Outcome

Run = Callable[..., Result]

TOPICS = """\
- {id: counting, name: Counting, floor: 3, rules: [{match: counting, weight: 2}, tally]}
- {id: sorting, name: Sorting, rules: [sorting]}
"""
ABSTRACT = "We study counting. A tally is kept by one head, and counting fails when the tally fades."


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content").mkdir()

    def typed(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    return typed


def ingested(run: Run, *options: str) -> str:
    Path("content/topics.yaml").write_text(TOPICS)
    Path("list.jsonl").write_text(json.dumps({"title": "How Models Count", "abstract": ABSTRACT}) + "\n")
    result = run("ingest", "list.jsonl", *options)
    assert result.exit_code == 0, result.output
    return Path("content/papers/how-models-count.md").read_text()


def test_a_page_begun_by_hand_is_in_the_ledger_and_builds(run: Run) -> None:
    assert run("new", "On C++ & Other Signs").output.strip() == "content/papers/on-c-plus-plus-and-other-signs.md"
    assert Path("content/ledger.tsv").read_text().startswith("on-c-plus-plus-and-other-signs\t20")
    built = run("build")
    assert built.exit_code == 0
    assert built.stdout.startswith("1 paper, 34 topics, ")
    assert built.stdout.count("\n") == 1
    assert "ledger" not in built.stderr


def test_the_papers_of_an_ingest_are_gathered_in_memory_only_where_they_are_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Mock(return_value={})
    monkeypatch.setattr(Outcome, "account", account)
    ingested(run)
    account.assert_not_called()
    ingested(run, "--json")
    account.assert_called_once()


def test_an_address_is_given_only_once(run: Run) -> None:
    run("new", "One Title")
    again = run("new", "One title")
    assert again.exit_code == 1
    assert again.stderr.startswith("content/papers/one-title.md: the address is taken")


def test_pages_put_there_by_hand_are_recorded_once(run: Run) -> None:
    Path("content/papers").mkdir()
    Path("content/papers/x.md").write_text('---\ntitle: "X"\n---\n')
    assert "not in the ledger yet" in run("build").stderr
    assert run("record").output == "1 address recorded\n"
    assert run("record").output == "0 addresses recorded\n"
    assert Path("content/ledger.tsv").read_text().endswith("\tX\n")


def test_what_only_the_user_can_mend_is_told_and_ends_with_status_1(run: Run) -> None:
    Path("content/papers").mkdir()
    Path("content/papers/x.md").write_text('---\ntitel: "X"\n---\n')
    result = run("build")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("content/papers/x.md:2:1: the field 'title' is missing\n")
    assert not Path("public").exists()


def test_the_rules_alone_decide_what_topics_prints(run: Run) -> None:
    source = ingested(run)
    Path("content/papers/how-models-count.md").write_text(source.replace("[counting]", "[sorting]"))
    assert json.loads(run("topics", "--json").output) == {"How Models Count": ["counting"]}
    assert "     1  Counting (counting)\n     0  Sorting (sorting)\n" in run("topics").output


def test_topics_explains_one_paper(run: Run) -> None:
    ingested(run)
    told = run("topics", "--explain", "how-models-count").output
    assert "in the file: counting (written by a program)\n" in told
    assert "counting: 12 of 3, decided\n  title  2 x 3  “Count”  content/topics.yaml:1\n" in told
    found = json.loads(run("topics", "--explain", "how-models-count", "--json").output)
    assert found["topics"][0]["matches"][0]["words"] == "Count"


def test_topics_explains_one_topic(run: Run) -> None:
    ingested(run)
    told = run("topics", "--explain", "counting").output
    assert told.startswith("counting: the rules decide it of 1 paper; its floor is 3\n")
    assert "decided, the least sure first: 1\n  how-models-count: 12, “Count”\n" in told
    assert json.loads(run("topics", "--explain", "counting", "--json").output)["decided"][0]["score"] == 12


def test_topics_audits_the_whole(run: Run) -> None:
    ingested(run)
    told = run("topics", "--audit").output
    assert told.startswith("1 paper\n")
    assert "rules that never match: 1\n  content/topics.yaml:2:40: sorting: sorting\n" in told
    assert json.loads(run("topics", "--audit", "--json").output)["silent"][0]["line"] == 2
    assert run("topics", "--audit", "--explain", "x").exit_code == 2


def test_abstracts_that_pages_do_not_hold_are_read_where_they_are_to_explain_topics(run: Run) -> None:
    ingested(run, "--without-body")
    explain = ("topics", "--explain", "how-models-count")
    assert "there is no text" in run(*explain).output
    assert "counting: 12 of 3, decided" in run(*explain, "--from", "list.jsonl").output
    assert "without their abstract" in run("topics", "--audit").output
    assert "without their abstract" not in run("topics", "--audit", "--from", "list.jsonl").output


def test_retag_shows_the_difference_and_writes_it(run: Run) -> None:
    before = ingested(run)
    Path("content/topics.yaml").write_text(TOPICS.replace("rules: [sorting]", "rules: [{match: head, weight: 3}]"))
    line = "content/papers/how-models-count.md: topics: +sorting\n"
    assert run("retag", "--dry-run").output == line + "1 paper would change\n"
    assert Path("content/papers/how-models-count.md").read_text() == before
    assert run("retag").output == line + "1 paper changed\n"
    after = Path("content/papers/how-models-count.md").read_text()
    assert "topics: [counting, sorting]" in after
    assert fingerprint(("counting", "sorting")) in after
    assert run("retag").output == "0 papers changed\n"


def test_retag_leaves_what_a_person_wrote(run: Run) -> None:
    path = Path("content/papers/how-models-count.md")
    edited = ingested(run).replace("topics: [counting]", "topics: []")
    path.write_text(edited)
    run("retag")
    assert path.read_text() == edited


def test_retag_leaves_topics_that_an_abstract_decided_to_the_abstract(run: Run) -> None:
    ingested(run, "--without-body")
    path = Path("content/papers/how-models-count.md")
    summarised = path.read_text() + "A summary that says nothing of it.\n"
    path.write_text(summarised)
    assert run("retag").output.splitlines()[-1].startswith("1 paper left alone: the abstract is not here")
    assert path.read_text() == summarised


def test_retag_finds_the_abstracts_again_where_they_came_from(run: Run) -> None:
    ingested(run, "--without-body")
    Path("content/topics.yaml").write_text(TOPICS.replace("rules: [sorting]", "rules: [{match: head, weight: 3}]"))
    output = run("retag", "--from", "list.jsonl").output
    assert output == "content/papers/how-models-count.md: topics: +sorting\n1 paper changed\n"
    after = Path("content/papers/how-models-count.md").read_text()
    assert "topics: [counting, sorting]" in after
    assert ABSTRACT not in after


def test_a_page_written_by_hand_gets_topics_only_where_it_has_none(run: Run) -> None:
    Path("content/papers").mkdir()
    Path("content/topics.yaml").write_text(TOPICS)
    for name, topics in (("a", ""), ("b", "topics: [sorting]\n")):
        Path(f"content/papers/{name}.md").write_text(f'---\ntitle: "Counting"\n{topics}tags: [own]\n---\n{ABSTRACT}\n')
    run("retag")
    assert "topics: [counting]" in Path("content/papers/a.md").read_text()
    assert "topics: [sorting]\ntags: [own]" in Path("content/papers/b.md").read_text()


def test_search_names_the_file_of_what_it_found(run: Run) -> None:
    ingested(run)
    assert "How Models Count\n         content/papers/how-models-count.md" in run("search", "tally").output
    assert run("search", "zebra").stderr == "nothing found for 'zebra'\n"


def built_in_json(run: Run, *options: str) -> dict[str, Any]:
    result = run("build", "--json", *options)
    assert result.stderr == ""
    told = json.loads(result.stdout)
    assert isinstance(told, dict)
    assert (told["problems"] == []) == (result.exit_code == 0)
    return told


def test_a_build_tells_in_one_object_what_it_made_and_what_each_stage_took(run: Run) -> None:
    ingested(run)
    told = built_in_json(run)
    assert (told["schema"], told["command"], told["papers"], told["topics"]) == (1, "build", 1, 2)
    assert "papers/how-models-count.html" in told["written"]
    assert told["removed"] == []
    assert told["pages"] == sum(path.endswith(".html") for path in told["written"])
    assert told["warnings"][0]["message"].startswith("site.yaml has no 'url'")
    assert [stage["name"] for stage in told["stages"]] == [
        *("look", "load", "read", "analyse", "relate", "plan", "publish", "remember")
    ]
    for stage in told["stages"]:
        assert set(stage) == {"name", "seconds", "cpu_seconds", "peak_memory_bytes", "count"}
        assert stage["peak_memory_bytes"] > 1 << 20
    assert {stage["name"]: stage["count"] for stage in told["stages"]}["publish"] == len(told["written"])
    assert 0 < sum(stage["seconds"] for stage in told["stages"]) <= told["seconds"]


def test_a_build_with_nothing_to_do_tells_the_same_in_json(run: Run) -> None:
    ingested(run)
    first = built_in_json(run)
    for path in [*Path("content").rglob("*"), *Path("public").rglob("*")]:
        os.utime(path, (1, 1))
    built_in_json(run)
    again = built_in_json(run)
    assert [stage["name"] for stage in again["stages"]] == ["look"]
    assert again["written"] == []
    assert {name: again[name] for name in ("papers", "pages", "warnings")} == {
        name: first[name] for name in ("papers", "pages", "warnings")
    }


def test_what_is_wrong_is_told_in_json_too_with_status_1(run: Run) -> None:
    Path("content/papers").mkdir()
    Path("content/papers/x.md").write_text("---\ntitel: X\n---\n")
    told = built_in_json(run)
    assert {name: told["problems"][0][name] for name in ("path", "line", "column")} == {
        "path": "content/papers/x.md",
        "line": 2,
        "column": 1,
    }
    assert told["problems"][0]["message"].startswith("the field 'title' is missing")
    assert "papers" not in told
    checked = json.loads(run("check", "--json").stdout)
    assert (checked["command"], checked["problems"][0]["path"]) == ("check", "public")


def test_a_file_that_cannot_be_written_is_told_in_json_too(run: Run) -> None:
    Path("list.jsonl").write_text('{"title": "How Models Count"}\n')
    result = run("ingest", "list.jsonl", "--report", "list.jsonl/report.json", "--json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert problem["path"] == "list.jsonl"
    assert problem["message"].startswith("this failed (")


def test_check_and_ingest_tell_in_json_what_they_did(run: Run) -> None:
    ingested(run)
    run("build")
    checked = json.loads(run("check", "--json").stdout)
    assert (checked["command"], checked["problems"], checked["bases"]) == ("check", [], ["/", "/repo/"])
    assert [stage["name"] for stage in checked["stages"]] == ["list", "read", "compare"]
    more = {"title": "How Models Sort", "abstract": "A heap, \\eg a tree. " * 9}
    Path("list.jsonl").write_text(json.dumps(more) + "\nnot json\n")
    taken_in = json.loads(run("ingest", "list.jsonl", "--json", "--explain-repairs").stdout)
    assert (taken_in["command"], taken_in["papers"], taken_in["unchanged"]) == ("ingest", 1, 0)
    assert taken_in["new"] == [{"slug": "how-models-sort", "title": "How Models Sort"}]
    assert taken_in["warnings"][0]["line"] == 2
    assert taken_in["repairs"][0]["rule"]
    assert [stage["name"] for stage in taken_in["stages"]] == [
        *("sources", "pages", "compare", "merge", "write", "ledger")
    ]


def test_quiet_prints_nothing_but_what_is_wrong(run: Run) -> None:
    Path("list.jsonl").write_text(json.dumps({"title": "One", "abstract": ABSTRACT}) + "\n")
    for words in (["ingest", "list.jsonl"], ["build"], ["build"], ["check"]):
        result = run(*words, "--quiet")
        assert (result.exit_code, result.output) == (0, "")
    assert json.loads(run("build", "--quiet", "--json").stdout)["papers"] == 1
    Path("public/index.html").unlink()
    result = run("check", "--quiet")
    assert result.exit_code == 1
    assert result.stderr.startswith("public: there is no site here")


def test_without_a_cache_all_is_made_anew_and_nothing_remembered(run: Run) -> None:
    ingested(run)
    first = built_in_json(run, "--no-cache")
    assert not Path(".cache").exists()
    again = built_in_json(run, "--no-cache")
    assert again["written"] == []
    assert [stage["count"] for stage in again["stages"] if stage["name"] == "publish"] == [len(first["written"])]
    run("build")
    cache = Path(".cache/site-builder.sqlite")
    before = cache.read_bytes()
    built_in_json(run, "--no-cache")
    assert cache.read_bytes() == before
    shutil.rmtree(".cache")
    assert built_in_json(run)["written"] == []


def test_a_profile_names_the_stages_and_the_slowest_functions(run: Run) -> None:
    ingested(run)
    result = run("build", "--profile")
    assert result.stdout.startswith("1 paper, ")
    told = result.stderr.splitlines()
    assert told[0].split() == ["stage", "seconds", "processor", "memory", "done"]
    assert [line.split()[0] for line in told[1:9]] == [
        *("look", "load", "read", "analyse", "relate", "plan", "publish", "remember")
    ]
    assert any("site_builder/" in line and ".py:" in line for line in told[12:])
    assert json.loads(run("build", "--profile", "--json").stdout)["papers"] == 1


def test_the_command_is_quick_to_answer() -> None:
    """Help must not load what only a build needs."""
    code = "import sys, site_builder.cli; sys.exit(int(bool({'jinja2', 'whoosh', 'livereload'} & sys.modules.keys())))"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("arguments", "status"), [(("--version",), 0), (("nonsense",), 2), (("check", "nowhere"), 1)])
def test_the_program_ends_with_the_status_of_its_command_and_has_said_all(
    arguments: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "site_builder", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert (done.stdout or done.stderr).endswith("\n")


def test_the_program_ends_quietly_where_nobody_reads_on(tmp_path: Path) -> None:
    read, written = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "site_builder", "--help"]
    done = subprocess.run(command, cwd=tmp_path, stdout=written, stderr=subprocess.PIPE, text=True, check=False)
    os.close(written)
    assert done.stderr == ""
