"""What a person types, and what it answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.cli import main
from site_builder.content.papers import fingerprint

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


def test_the_command_is_quick_to_answer() -> None:
    """Help must not load what only a build needs."""
    code = "import sys, site_builder.cli; sys.exit(int(bool({'jinja2', 'whoosh', 'livereload'} & sys.modules.keys())))"
    subprocess.run([sys.executable, "-c", code], check=True)
