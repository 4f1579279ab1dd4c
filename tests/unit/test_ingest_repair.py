"""Repairs of copied text: what is certain is put back, what is not stays, and everything can be taken back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from site_builder.cli import main
from site_builder.content.papers import edited, read_paper
from site_builder.content.repairs import copied, passages, undone
from site_builder.ingest import ingest
from site_builder.ingest.repair import RULES, Rule, repair
from site_builder.text.markdown import to_text
from tests import invented

if TYPE_CHECKING:
    from site_builder.model import Paper

DAY = "2026-01-31"
GOLD = Path(__file__).parents[1] / "gold" / "repairs.tsv"
NETS = "Nets -- of Herring"
NETS_TEXT = r"Our nets catch 20times more herring, \ie 7\% of them, and the nu^2 bound of \OurMethod holds."
MENDED = r"Our nets catch 20× more herring, i.e. 7% of them, and the ν² bound of \OurMethod holds."
BARE = "Buoys at Night"
BARE_TEXT = "They glow 384times384 times."


def shown(text: str, at: int, length: int) -> str:
    """A place of a text with a few characters around; a long one without its middle."""
    words = text[max(at - 4, 0) : at + length + 4]
    return words if len(words) <= 28 else f"{words[:12]}…{words[-12:]}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_mends_its_examples_and_spares_the_others(rule: Rule) -> None:
    for before, after in rule.mends:
        assert repair(before)[0] == after
        assert rule.name in ", ".join(one.rule for one in repair(before)[1])
    for text in rule.spares:
        assert all(rule.name not in one.rule for one in repair(text)[1])


def test_each_rule_has_a_name_of_its_own_that_the_account_can_part() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert not [name for name in names if "," in name]


def test_formulas_that_kept_their_delimiters_are_left_to_the_page() -> None:
    text = r"a bound of $\nu^2 \times 3$ or \(k_{ast}\) for nu^2"
    assert repair(text)[0] == r"a bound of $\nu^2 \times 3$ or \(k_{ast}\) for ν²"


@pytest.mark.parametrize(
    ("copied", "shown"),
    [
        ("$k$-Ferries on $\\ell_1$ Rivers", "k-Ferries on ℓ₁ Rivers"),
        ("M$^2$Heron: Wading", "M²Heron: Wading"),
        (r"$\mu$Otter in $O(\log n)$ Dives", "μOtter in O(log n) Dives"),
        (r"Herons at $360^{\circ}$", "Herons at 360°"),
        (r"A $\widetilde{O}(\sqrt{T})$ Bound on Nets", "A Õ(√T) Bound on Nets"),
        (r"$\text{SE}(3)$ for $\mathcal{H}$erons", "SE(3) for Herons"),
    ],
)
def test_a_formula_in_a_title_is_plain_text_as_a_title_is_a_name(copied: str, shown: str) -> None:
    title, repairs = repair(copied, copied, "title")
    assert title == shown
    assert undone(title, repairs) == copied
    assert repair(copied)[0].count("$") == copied.count("$")


@pytest.mark.parametrize(
    "title",
    [
        "Nets for $100 or $5K a Day",
        "A Heron That Costs $150 in Parts",
        r"On $\hull$-Ferries",
        r"Herons in $\mathbf{x}^{\sea}$",
        "Wading$",
    ],
)
def test_a_title_keeps_amounts_and_formulas_that_are_no_plain_text(title: str) -> None:
    assert repair(title, title, "title") == (title, ())


def test_a_name_is_written_as_in_the_title() -> None:
    assert repair("We call it gamma-net, not gamma.", "γ-net: Fishing")[0] == "We call it γ-net, not gamma."


def test_repairs_that_overlap_are_told_as_one() -> None:
    text, (one,) = repair("cost mathcal{C_{Phi circ Psi}/n} of")
    assert text == "cost C_(Φ∘Ψ)/n of"
    assert (one.was, one.now) == ("mathcal{C_{Phi circ Psi}/n}", "C_(Φ∘Ψ)/n")
    assert one.rule == "braced script, font"


def test_a_repair_tells_only_what_differs() -> None:
    (one,) = repair("of 384times384 pixels")[1]
    assert (one.at, one.was, one.now) == (6, "times", "×")


def test_what_is_not_the_repaired_text_is_not_taken_back() -> None:
    text, repairs = repair("by 20times")
    assert undone(text, repairs) == "by 20times"
    assert undone("by twenty", repairs) is None


@pytest.mark.parametrize("text", ["1times" * 15_000, "a^2" * 30_000, r"\%" * 40_000, "{https://a.example/x" * 4_000])
def test_a_hostile_text_takes_seconds_at_most(text: str) -> None:
    assert undone(*repair(text)) == text


# Ingest


def dump(folder: Path, abstract: str = NETS_TEXT) -> Path:
    path = folder / "spring.jsonl"
    rows = [{"title": NETS, "abstract": abstract}, {"title": BARE, "abstract": BARE_TEXT}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def page(content: Path, slug: str = "nets-of-herring") -> Paper:
    path = content / "papers" / f"{slug}.md"
    return read_paper(path.read_text("utf-8"), str(path), slug)


def test_ingest_repairs_and_remembers_the_copy(tmp_path: Path) -> None:
    outcome = ingest([dump(tmp_path)], tmp_path / "content", day=DAY)
    paper = page(tmp_path / "content")
    assert (paper.title, to_text(paper.body)) == ("Nets – of Herring", MENDED)
    assert (copied(paper, "title"), copied(paper, "body")) == (NETS, NETS_TEXT)
    assert not edited(paper)
    assert len(outcome.repairs) == 7


def test_the_repaired_places_are_told_as_they_were_copied_with_the_words_around(tmp_path: Path) -> None:
    apart = r"First 20times. " + "Then come ten quiet words that nobody has to mend. " * 2 + r"At last 7\% of them."
    ingest([dump(tmp_path, f"{NETS_TEXT}\n\n{apart}")], tmp_path / "content", day=DAY)
    assert passages(page(tmp_path / "content")) == (
        r"Our nets catch 20times more herring, \ie 7\% of them, and the nu^2 bound of \OurMethod holds. …",
        "… First 20times. Then come ten quiet …",
        r"… to mend. At last 7\% of them.",
    )


def test_where_a_text_was_edited_since_nothing_is_told_as_copied(tmp_path: Path) -> None:
    ingest([dump(tmp_path)], tmp_path / "content", day=DAY)
    path = tmp_path / "content" / "papers" / "nets-of-herring.md"
    path.write_text(path.read_text("utf-8").replace("Our nets", "My nets"), "utf-8")
    assert passages(page(tmp_path / "content")) == ()


def test_without_repair_everything_stays_as_it_was_copied(tmp_path: Path) -> None:
    outcome = ingest([dump(tmp_path)], tmp_path / "content", day=DAY, without_repair=True)
    paper = page(tmp_path / "content")
    assert (paper.title, to_text(paper.body), paper.repaired) == (NETS, NETS_TEXT, ())
    assert len(outcome.repairs) == 0


@pytest.mark.parametrize("first", [True, False])
def test_a_later_run_with_or_without_repair_changes_no_byte(tmp_path: Path, first: bool) -> None:
    ingest([dump(tmp_path)], tmp_path / "content", day=DAY, without_repair=first)
    before = invented.tree(tmp_path / "content")
    again = ingest([dump(tmp_path)], tmp_path / "content", day=DAY, without_repair=not first)
    assert again.unchanged == 2
    assert invented.tree(tmp_path / "content") == before


def test_what_a_paper_is_known_by_does_not_depend_on_repair(tmp_path: Path) -> None:
    for name, without_repair in (("mended", False), ("copied", True)):
        ingest([dump(tmp_path)], tmp_path / name, day=DAY, without_repair=without_repair)
    mended, as_copied = page(tmp_path / "mended"), page(tmp_path / "copied")
    assert mended.made["source"] == as_copied.made["source"]
    assert mended.links == as_copied.links
    ledgers = [(tmp_path / name / "ledger.tsv").read_text("utf-8") for name in ("mended", "copied")]
    assert ledgers[0] == ledgers[1]


def test_a_ledger_that_was_lost_is_written_with_the_titles_as_copied(tmp_path: Path) -> None:
    ingest([dump(tmp_path)], tmp_path / "content", day=DAY)
    ledger = tmp_path / "content" / "ledger.tsv"
    before = ledger.read_text("utf-8")
    ledger.unlink()
    ingest([dump(tmp_path)], tmp_path / "content", day=DAY)
    assert sorted(ledger.read_text("utf-8").splitlines()) == sorted(before.splitlines())


def test_a_text_that_was_edited_is_not_taken_back(tmp_path: Path) -> None:
    ingest([dump(tmp_path)], tmp_path / "content", day=DAY)
    path = tmp_path / "content" / "papers" / "nets-of-herring.md"
    path.write_text(path.read_text("utf-8") + "One more sentence.\n", "utf-8")
    assert copied(page(tmp_path / "content"), "body") is None
    assert copied(page(tmp_path / "content"), "title") == NETS


def test_an_abstract_that_comes_later_is_repaired_too(tmp_path: Path) -> None:
    ingest([dump(tmp_path, "")], tmp_path / "content", day=DAY)
    ingest([dump(tmp_path)], tmp_path / "content", day=DAY)
    paper = page(tmp_path / "content")
    assert to_text(paper.body) == MENDED
    assert copied(paper, "body") == NETS_TEXT
    assert copied(paper, "title") == NETS


def test_a_body_that_is_left_out_leaves_no_trace_of_its_text(tmp_path: Path) -> None:
    ingest([dump(tmp_path)], tmp_path / "content", day=DAY, without_body=True)
    assert {one.field for one in page(tmp_path / "content").repaired} == {"title"}


def test_the_command_explains_each_repair_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(
        f"Daily Papers\n\nA Title of Buoys\n\n{BARE_TEXT} We\nknow that\n\n{NETS}\n\n{NETS_TEXT}\n", "utf-8"
    )
    said = CliRunner().invoke(main, ["ingest", str(path), "--content", str(tmp_path / "c"), "--explain-repairs"])
    assert said.exit_code == 0, said.output
    told = [line for line in said.output.splitlines() if "→" in line]
    assert told[0] == f"{path}:5: times: hey glow 384times384 times. W → hey glow 384×384 times. W"
    assert told[1] == f"{path}:8: dash: Nets -- of Herring → Nets – of Herring"
    assert [line.split(":")[1] for line in told] == ["5", "8", *["10"] * 5]
    quiet = CliRunner().invoke(main, ["ingest", str(path), "--content", str(tmp_path / "d"), "--no-repair"])
    assert "repaired" not in quiet.output
    assert page(tmp_path / "d").title == NETS


# The real dumps


def gold() -> list[list[str]]:
    rows = GOLD.read_text("utf-8").splitlines()
    return [row.split("\t") for row in rows if not row.startswith("#")]


def test_the_gold_file_holds_no_sentence() -> None:
    assert all(len(re.findall(r"\w+", text)) < 8 for row in gold() for text in row[4:])


def test_of_the_dumps_all_is_repaired_that_is_certain_and_nothing_else(shared: Path, tmp_path: Path) -> None:
    ingest([shared / "dumps"], tmp_path, day=DAY)
    found = []
    papers = {path.stem: page(tmp_path, path.stem) for path in sorted((tmp_path / "papers").iterdir())}
    for slug, paper in papers.items():
        for field, text in (("title", paper.title), ("body", to_text(paper.body))):
            before = copied(paper, field)
            assert before is not None
            grown = 0
            for one in (one for one in paper.repaired if one.field == field):
                at = one.at - grown
                grown += len(one.now) - len(one.was)
                around = shown(before, at, len(one.was)), shown(text, one.at, len(one.now))
                found.append([slug, field, one.rule, str(at), *around])
    assert found == [row for row in gold() if row[2] != "-"]
    for slug, field, _, place, was, now in (row for row in gold() if row[2] == "-"):
        paper = papers[slug]
        assert was == now
        assert (copied(paper, field) or "").startswith(was, int(place))
        assert now in (paper.title if field == "title" else to_text(paper.body))
