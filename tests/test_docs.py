"""The documents stay honest: what they name is there, and their examples work."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from msgspec import structs

from site_builder.cli import main
from site_builder.content import packs
from site_builder.content.collections import read_collection
from site_builder.content.folder import paper_path
from site_builder.content.guides import read_guide
from site_builder.content.ledger import read_ledger
from site_builder.content.papers import read_paper, write_paper
from site_builder.content.site import read_site
from site_builder.content.synonyms import read_synonyms
from site_builder.content.topics import read_topics
from site_builder.ingest import ingest
from site_builder.model import Paper

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "content/LICENSE.md", *sorted(ROOT.glob("docs/*.md"))]
EACH = pytest.mark.parametrize("document", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in DOCUMENTS])
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CONTENT = (ROOT / "docs/content.md").read_text(encoding="utf-8")


def code(text: str) -> str:
    """Return the pieces of a document that are set as code, a line each."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S) + re.findall(r"^ {4}(.*)$", text, re.M)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text)])


def anchors(text: str) -> set[str]:
    """Return the anchors of a document's headings, as the usual hosts make them."""
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def examples(language: str, text: str) -> list[str]:
    """Return a document's blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


@EACH
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for address in re.findall(r"\]\(([^)\s]+)\)", prose):
        path, _, anchor = address.partition("#")
        if "://" in path:
            continue
        target = document.parent / path if path else document
        assert target.is_file(), address
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), address


@EACH
def test_every_make_target_and_variable_exists(document: Path) -> None:
    given = r"[A-Z]+=(?:'[^']*'|\"[^\"]*\"|\S+)"
    for line in re.findall(rf"\bmake(?: +[a-z]+| +{given})+", code(document.read_text(encoding="utf-8"))):
        for word in shlex.split(line)[1:]:
            name, equals, _ = word.partition("=")
            assert re.search(rf"^{name} ?=" if equals else rf"^{name}:", MAKEFILE, re.M), line


@EACH
def test_every_command_of_the_program_and_its_options_exist(document: Path) -> None:
    for line in re.findall(r"site-builder [a-z].*", code(document.read_text(encoding="utf-8"))):
        command = main.commands.get(line.split()[1])
        assert command, line
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", line)) <= options, line


@EACH
def test_every_path_of_the_project_that_is_named_exists(document: Path) -> None:
    # A site's own templates and static files, of which docs/templates.md speaks, are not here.
    folders = "site_builder|bench|docs|tests|tools" + ("" if document.name == "templates.md" else "|static|templates")
    named = re.findall(rf"(?<![\w./])((?:{folders})/[\w./-]*)", code(document.read_text(encoding="utf-8")))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_document_that_a_message_or_a_comment_names_exists() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for path in filter(None, listed.split("\0")):
        if path.endswith((".py", ".js", ".mjs", ".html", ".yaml", ".toml", ".sh")) and (ROOT / path).is_file():
            for name in re.findall(r"docs/\w+\.md", (ROOT / path).read_text(encoding="utf-8", errors="replace")):
                assert (ROOT / name).is_file(), f"{path} names {name}"


def test_the_index_of_documents_lists_them_all() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    for document in ROOT.glob("docs/*.md"):
        assert document.name == "README.md" or f"]({document.name})" in index, document.name


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert isinstance(main, click.Group)
    assert set(re.findall(r"^\| `site-builder (\w+)`", readme, re.M)) == set(main.commands)


def test_the_architecture_names_every_room() -> None:
    architecture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for path in (ROOT / "site_builder").iterdir():
        if not path.name.startswith("__") and (path.suffix == ".py" or (path / "__init__.py").is_file()):
            assert f"`site_builder/{path.name}{'/' if path.is_dir() else ''}`" in architecture, path.name


def test_the_content_format_tells_every_field_of_a_paper() -> None:
    told = re.findall(r"^\| `(\w+)` \|", CONTENT.partition("## A paper")[2].partition("## The ledger")[0], re.M)
    assert told == [field.name for field in structs.fields(Paper) if field.name not in ("slug", "body")]


def test_the_example_of_a_paper_is_one() -> None:
    source, guide, page = examples("markdown", CONTENT)
    paper = read_paper(source, "herons.md", "herons")
    fields = {field.name for field in structs.fields(Paper)}
    assert {name for name in fields if not getattr(paper, name)} == set(), "the example shows every field"
    assert read_paper(write_paper(paper), "herons.md", "herons") == paper
    assert read_paper(page, "about.md", "about").title == "About this catalogue"
    shown = read_guide(guide, "herons.md", "herons")
    assert all((shown.introduction, shown.start, shown.questions, shown.words)), "the example shows every part"


@pytest.mark.parametrize(("language", "name"), [("md", "march.pack.md"), ("jsonl", "march.jsonl")])
def test_the_examples_of_packs_are_read(language: str, name: str) -> None:
    (pack,) = examples(language, CONTENT)
    papers = [packs.read(record) for record in packs.records(name, pack.encode())]
    assert [paper.slug for paper in papers] == ["herons-at-dusk", "otters-in-winter"]
    assert language == "jsonl" or "\n---\n" in papers[1].body


def test_the_examples_of_the_other_files_are_read() -> None:
    topics, synonyms, collection, site = examples("yaml", CONTENT)
    assert [topic.id for topic in read_topics(topics, "topics.yaml")] == ["herons"]
    assert [group.topics for group in read_synonyms(synonyms, "synonyms.yaml", ["herons"])] == [("herons",), ()]
    assert read_collection(collection, "march-list.yaml", "march-list").copied == "Mar 11"
    assert read_site(site, "site.yaml").url == "https://example.org/marsh/"
    (ledger,) = examples("", CONTENT.partition("## The ledger")[2].partition("## Topics")[0])
    assert [address.withdrawn for address in read_ledger(ledger, "ledger.tsv")] == [False, True]


def test_the_example_of_a_record_is_taken_in(tmp_path: Path) -> None:
    (record,) = examples("json", CONTENT)
    (tmp_path / "records.jsonl").write_text(record, encoding="utf-8")
    ingest([tmp_path / "records.jsonl"], tmp_path / "content", day="2026-01-31")
    path = paper_path(tmp_path / "content", "herons-1")
    paper = read_paper(path.read_text(encoding="utf-8"), str(path), "herons-1")
    assert (paper.authors, paper.year, paper.ids["doi"]) == (("Ada Reed",), 2024, "10.1000/1")
    assert paper.links == {"code": "https://example.org/herons"}


def test_the_fields_of_a_summary_in_json_are_those_that_are_told(tmp_path: Path) -> None:
    text = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+`) \| ([\w, ]+) \|", text, re.M)
    (tmp_path / "records.jsonl").write_text(json.dumps({"title": "Herons"}), encoding="utf-8")
    content, output = str(tmp_path / "content"), str(tmp_path / "public")
    for command, *arguments in (
        ["ingest", str(tmp_path / "records.jsonl"), "--content", content, "--explain-repairs"],
        ["build", "--content", content, "--output", output, "--cache", str(tmp_path / "cache")],
        ["check", output],
    ):
        told = json.loads(CliRunner().invoke(main, [command, *arguments, "--json"]).stdout)
        described = [names for names, of in rows if of in ("all", command)]
        assert {name for names in described for name in re.findall(r"`(\w+)`", names)} == told.keys(), command
        for stage in told["stages"]:
            assert f"`{stage['name']}`" in text
