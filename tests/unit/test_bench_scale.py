"""What is measured of growing catalogues is told whole, and the papers made for it are like papers."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from bench import floor, generate, theirs
from bench.cost import measured

ROOT = Path(__file__).parents[2]
PAPERS = 40
COLUMNS = ("catalogue", "papers", "run", "program", "CPU", "wall", "largest", "together", "files", "MB")


def scale(folder: Path, *options: str) -> dict[tuple[str, str], dict[str, str]]:
    """Measure one small catalogue once, with no other programs installed; return the table by run and program."""
    written = folder / "results" / "scale.md"
    (folder / "nothing").mkdir()
    command = [sys.executable, "-m", "bench.scale", "--runs", "1", "--tools", str(folder / "nothing")]
    command += ["--write", str(written), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    table = [line.strip("| ").split(" | ") for line in written.read_text("utf-8").splitlines() if line.startswith("|")]
    rows = [dict(zip(COLUMNS, row, strict=False)) for row in table[2:]]
    return {(row["run"], row["program"]): row for row in rows}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, str]]:
    return scale(tmp_path_factory.mktemp("alone"), "--sizes", "--ours-alone", str(PAPERS))


def test_the_table_has_each_run_of_ours_and_the_floor(alone: dict[tuple[str, str], dict[str, str]]) -> None:
    ours = [(run, "ours") for run in ("cold", "nothing changed", "one changed", "check")]
    assert list(alone) == [ours[0], ("cold", "floor"), *ours[1:]]
    assert {row["papers"] for row in alone.values()} == {str(PAPERS)}


def test_a_cold_build_takes_more_than_one_that_does_not_begin_and_than_the_floor(
    alone: dict[tuple[str, str], dict[str, str]],
) -> None:
    seconds = {run: float(row["CPU"]) for run, row in alone.items()}
    assert seconds["cold", "ours"] > seconds["nothing changed", "ours"] > 0
    assert seconds["cold", "ours"] > seconds["cold", "floor"] > 0
    assert all(float(row["largest"]) > 5 for row in alone.values())


def test_the_floor_writes_as_many_files_and_bytes_as_we_do(alone: dict[tuple[str, str], dict[str, str]]) -> None:
    ours, least = alone["cold", "ours"], alone["cold", "floor"]
    assert int(ours["files"].replace(",", "")) > PAPERS
    assert (least["files"], least["MB"]) == (ours["files"], ours["MB"])


def test_programs_that_are_not_installed_are_skipped_with_a_word(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text("".join(json.dumps(paper) + "\n" for paper in generate.papers(9)))
    rows = scale(tmp_path, "--sizes", "6", "--papers", str(papers))
    assert {row["catalogue"] for row in rows.values()} == {"real"}
    assert {row["papers"] for row in rows.values()} == {"6"}
    skipped = [run for (run, program), row in rows.items() if program == "Hugo + Pagefind" and "not" in row["CPU"]]
    assert skipped == ["cold", "nothing changed", "one changed"]


def test_programs_are_found_in_an_environment_where_packages_keep_them(tmp_path: Path) -> None:
    for inside in theirs.PACKAGED.values():
        path = tmp_path / "lib/python3.11/site-packages" / inside
        path.parent.mkdir(parents=True)
        path.touch()
    for folder in (tmp_path, tmp_path / "bin"):
        found = theirs.tools(folder)
        assert found.hugo
        assert found.pagefind
        assert found.hugo.parts[-3:] == ("hugo", "binaries", "hugo")
        assert found.missing == []


def test_what_hugo_reads_has_every_paper_with_its_topics(tmp_path: Path) -> None:
    (tmp_path / "content" / "papers").mkdir(parents=True)
    page = '---\ntitle: "A \\"title\\": two\'s {{ }}"\ntopics: [video]\ntags: [moving pictures]\n---\nWhat it says.\n'
    (tmp_path / "content" / "papers" / "one.md").write_text(page)
    theirs.write(tmp_path / "content", tmp_path / "hugo")
    written = (tmp_path / "hugo" / "content" / "papers" / "one.md").read_text()
    assert 'title: "A \\"title\\": two\'s {{ }}"\n' in written
    assert 'topics: ["video"]\nlabels: ["moving pictures"]\n---\nWhat it says.' in written
    assert (tmp_path / "hugo" / "content" / "topics" / "video" / "_index.md").is_file()
    assert (tmp_path / "hugo" / "layouts" / "page.html").is_file()


def test_the_floor_reads_what_is_there_and_writes_files_of_the_same_sizes(tmp_path: Path) -> None:
    (tmp_path / "site" / "papers").mkdir(parents=True)
    (tmp_path / "site" / "papers" / "one.html").write_text("x" * 100_001)
    (tmp_path / "site" / "empty.txt").touch()
    listed = tmp_path / floor.FILES
    assert floor.survey(tmp_path / "site", listed) == (2, 100_001)
    floor.copy(tmp_path / "site", listed, tmp_path / "output")
    assert floor.survey(tmp_path / "output", listed) == (2, 100_001)


def test_processor_time_and_memory_are_those_of_a_command_and_all_that_it_starts() -> None:
    busy = "import time; data = bytearray(60_000_000)\nwhile time.process_time() < 0.5: pass"
    both = f"run = [subprocess.Popen([sys.executable, '-c', {busy!r}]) for _ in range(2)]"
    two = f"import subprocess, sys; {both}; [one.wait() for one in run]"
    start = time.perf_counter()
    cost = measured([sys.executable, "-c", two])
    assert 1.0 <= cost.processor < 5
    assert 0.5 <= cost.wall <= time.perf_counter() - start
    assert cost.largest >= 60
    if Path("/proc/self/smaps_rollup").exists():
        assert cost.together > 110
    assert (cost + cost).processor == 2 * cost.processor
    assert (cost + cost).together == cost.together


def test_a_command_that_fails_is_not_measured() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        measured([sys.executable, "-c", "raise SystemExit(3)"])


def test_generated_papers_have_words_as_often_as_those_that_were_counted() -> None:
    texts = [paper["abstract"].lower() for paper in generate.papers(1_000)]
    found = Counter(word for text in texts for word in set(re.findall("[a-z]+", text)))
    counted = {word: count / 83_156 for word, count in generate._counts("words.tsv").items()}
    for word in ("the", "that", "it", "however", "find"):
        assert found[word] / len(texts) == pytest.approx(counted[word], rel=0.25), word


def test_generated_papers_repeat_their_own_words_and_coin_others() -> None:
    papers = [re.findall("[a-z]+", paper["abstract"].lower()) for paper in generate.papers(200)]
    counted = generate._counts("words.tsv")
    own = [Counter(word for word in words if counted.get(word, 0) < 8_000) for words in papers]
    assert 1.25 < statistics.mean(count.total() / len(count) for count in own) < 1.5
    coined = {word for words in papers for word in words if word not in counted}
    assert 200 < len(coined) < 1_000


def test_a_generated_paper_is_the_same_however_many_are_made() -> None:
    assert list(generate.papers(5)) == list(generate.papers(8))[:5]
    assert list(generate.papers(3, seed=2)) != list(generate.papers(3))
