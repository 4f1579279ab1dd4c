"""The build as a whole, where something outside of it goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from site_builder.build import build
from site_builder.content.writing import write_text
from site_builder.errors import UserError, blaming_files
from site_builder.publish.folder import publish


def test_a_file_that_goes_away_while_the_site_is_built_is_named_and_the_old_site_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text(tmp_path / "content" / "papers" / "lamps.md", "---\ntitle: Lamps\n---\n\nOil.\n")
    picture = tmp_path / "static" / "lamp.svg"
    write_text(picture, "<svg/>")
    build(tmp_path / "content", tmp_path / "public", cache_dir=tmp_path / "cache")
    write_text(picture, "<svg />")

    def meanwhile(*given: Any, **options: Any) -> Any:
        picture.unlink()
        return publish(*given, **options)

    monkeypatch.setattr("site_builder.build.publish", meanwhile)
    with pytest.raises(UserError) as refused:
        build(tmp_path / "content", tmp_path / "public", cache_dir=tmp_path / "cache")
    (problem,) = refused.value.problems
    assert problem.path == str(picture)
    assert "No such file" in problem.message
    assert (tmp_path / "public" / "static" / "lamp.svg").read_text() == "<svg/>"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_a_full_disk_is_told_as_something_to_mend() -> None:
    full = Path("/dev/full")
    with pytest.raises(UserError) as refused, blaming_files("build again"), full.open("wb", buffering=0) as file:
        file.write(b"page")
    assert str(refused.value) == "this failed (No space left on device); mend that and build again"


def told(site: Path) -> str:
    return "\n".join(build(site / "content", site / "public", cache_dir=None).warnings)


def paper(site: Path, slug: str, title: str) -> None:
    write_text(site / "content" / "papers" / f"{slug}.md", f"---\ntitle: {title}\n---\n\nOil.\n")


def test_a_paper_of_a_pack_may_have_a_number_for_its_address(tmp_path: Path) -> None:
    write_text(tmp_path / "content/papers/list.jsonl", '{"slug": 5, "title": "Diffusion of lamps"}\n')
    build(tmp_path / "content", tmp_path / "public", cache_dir=None)
    assert "Diffusion of lamps" in (tmp_path / "public/papers/5.html").read_text()


def test_papers_that_the_ledger_does_not_know_are_named(tmp_path: Path) -> None:
    for slug in ("lamps", "oil", "soot", "wicks"):
        paper(tmp_path, slug, slug.title())
    assert "not in the ledger yet: 4 (lamps, oil, soot ...)" in told(tmp_path)
    write_text(
        tmp_path / "content" / "ledger.tsv", "".join(f"{s}\t2026-01-31\t{s}\n" for s in ("lamps", "oil", "soot"))
    )
    assert "not in the ledger yet: 1 (wicks)" in told(tmp_path)


def test_a_newcomer_with_the_title_of_another_paper_is_told_until_it_is_recorded(tmp_path: Path) -> None:
    paper(tmp_path, "lamps", "Lamps")
    paper(tmp_path, "copy-of-lamps", "LAMPS")
    write_text(tmp_path / "content" / "ledger.tsv", "lamps\t2026-01-31\tLamps\n")
    assert "1 (copy-of-lamps has that of lamps)" in told(tmp_path)
    write_text(tmp_path / "content" / "ledger.tsv", "lamps\t2026-01-31\tLamps\ncopy-of-lamps\t2026-01-31\tLAMPS\n")
    assert "title of another" not in told(tmp_path)


def test_templates_inside_the_content_folder_are_told_where_nobody_reads_them(tmp_path: Path) -> None:
    paper(tmp_path, "lamps", "Lamps")
    inside = tmp_path / "content" / "templates"
    write_text(inside / "404.html", "Ask the harbour master.")
    assert f"{inside} is not read" in told(tmp_path)
    named = build(tmp_path / "content", tmp_path / "public", templates=inside, cache_dir=None)
    assert "not read" not in "\n".join(named.warnings)


def test_mistakes_in_rules_and_in_papers_are_told_at_once_also_where_others_read_the_papers(tmp_path: Path) -> None:
    for number in range(600):
        paper(tmp_path, f"p{number}", f"Lamps {number}" if number else "' '")
    rules = "- {id: lamps, name: Lamps, rules: [{match: 'oil or', weight: 1}]}\n"
    write_text(tmp_path / "content" / "topics.yaml", rules)
    with pytest.raises(UserError) as refused:
        build(tmp_path / "content", tmp_path / "public", cache_dir=tmp_path / "cache")
    assert [Path(problem.path).name for problem in refused.value.problems] == ["p0.md", "topics.yaml"]
    paper(tmp_path, "p0", "Lamps 0")
    with pytest.raises(UserError) as refused:
        build(tmp_path / "content", tmp_path / "public", cache_dir=tmp_path / "cache")
    assert [Path(problem.path).name for problem in refused.value.problems] == ["topics.yaml"]


@pytest.mark.parametrize("missing", ["words.tsv", "pairs.tsv"])
def test_a_table_of_words_that_is_not_there_is_told_also_where_others_read_the_papers(
    tmp_path: Path, missing: str
) -> None:
    for number in range(600):
        paper(tmp_path, f"p{number}", f"Lamps {number}")
    for name in {"words.tsv", "pairs.tsv"} - {missing}:
        write_text(tmp_path / "content" / "weights" / name, "")
    with pytest.raises(UserError) as refused:
        build(tmp_path / "content", tmp_path / "public", cache_dir=tmp_path / "cache")
    assert [Path(problem.path).name for problem in refused.value.problems] == [missing]
