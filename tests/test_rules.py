"""Rules that people forget, held by the tests instead."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "yarnpkg" + ".com")
BINARY = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff2"}


def tracked() -> dict[str, str]:
    """Return the text of every file that is kept in git, by its path."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [path for path in listed.split("\0") if path and (ROOT / path).is_file()]
    assert paths, "nothing is kept in git here"
    return {
        path: (ROOT / path).read_text(encoding="utf-8", errors="replace")
        for path in paths
        if Path(path).suffix not in BINARY
    }


FILES = tracked()


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert [(path, host) for path, text in FILES.items() for host in REGISTRIES if host in text] == []


def test_no_file_names_a_place_on_the_machine_that_it_was_written_on() -> None:
    places = {str(ROOT), str(Path.home())} - {"/"}
    found = [
        (path, place) for path, text in FILES.items() for place in places if re.search(re.escape(place) + r"\b", text)
    ]
    assert found == []


def test_no_file_holds_ten_words_in_a_row_of_an_abstract(shared: Path) -> None:
    """Abstracts belong to their authors; titles and web addresses are facts. An abstract has sixty words or more."""
    theirs: set[tuple[str, ...]] = set()
    titles: set[tuple[str, ...]] = set()
    for dump in (shared / "dumps").iterdir():
        for line in dump.read_text(encoding="utf-8").splitlines():
            if len(words := in_words(line)) >= 60:
                theirs |= runs(words)
            else:
                titles |= runs(words)
    assert len(theirs) > 50_000, "the dumps were not understood"
    theirs -= titles
    assert [(path, " ".join(run)) for path, text in FILES.items() for run in runs(in_words(text)) & theirs] == []


def in_words(text: str) -> list[str]:
    """Return the words of a text in lower case, without web addresses."""
    return re.findall(r"\w+", re.sub(r"https?://[^\s,}]+", " ", text).casefold())


def runs(words: list[str]) -> set[tuple[str, ...]]:
    """Return every run of ten words."""
    return set(zip(*(words[start:] for start in range(10)), strict=False))


def test_every_pinned_package_has_a_hash_and_no_file_an_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "bench/requirements.txt"):
        entries = FILES[name].replace("\\\n", " ").strip().splitlines()
        assert entries
        for entry in entries:
            assert re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; [^-]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", entry), (
                name,
                entry,
            )


def test_the_tests_run_with_the_packages_that_the_site_is_built_with() -> None:
    pinned = {
        name: set(re.findall(r"^(\S+==\S+)", FILES[name], re.M))
        for name in ("requirements.txt", "requirements-dev.txt")
    }
    assert pinned["requirements.txt"] <= pinned["requirements-dev.txt"]


def test_every_locked_script_package_has_a_hash_and_no_address() -> None:
    packages = json.loads(FILES["package-lock.json"])["packages"]
    for name, package in packages.items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert "resolved" not in package, name


def test_no_work_is_put_off_in_a_comment_or_a_stub() -> None:
    words = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    assert [
        path
        for path, text in FILES.items()
        if path.endswith((".py", ".js", ".mjs", ".html", ".sh")) and words.search(text)
    ] == []


def test_no_test_is_left_out_without_a_condition() -> None:
    unconditional = re.compile(r"@pytest\.mark\.skip\b(?!if)|\b(?:it|test|describe)\.(?:skip|only)\(")
    assert [path for path, text in FILES.items() if path != "tests/test_rules.py" and unconditional.search(text)] == []


@pytest.mark.parametrize(
    ("library", "door"),
    [
        ("yaml", "site_builder/content/yaml.py"),
        ("nh3", "site_builder/text/markdown.py"),
        ("markdown", "site_builder/text/markdown.py"),
        ("jinja2", "site_builder/pages/render.py"),
        ("livereload", "site_builder/serve.py"),
        ("tornado", "site_builder/serve.py"),
        ("sqlite3", "site_builder/publish/cache.py"),
        ("distributed", "site_builder/cluster.py"),
        ("fsspec", "site_builder/store.py"),
        ("rich", "site_builder/display.py"),
    ],
)
def test_each_library_has_one_door(library: str, door: str) -> None:
    assert {path for path in FILES if path.startswith("site_builder/") and library in imported(path)} == {door}


def imported(path: str) -> set[str]:
    """Return the top-level names of the modules that a Python file imports."""
    if not path.endswith(".py"):
        return set()
    names: set[str] = set()
    for node in ast.walk(ast.parse(FILES[path])):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [path for path in FILES if drawers & {Path(part).stem for part in Path(path).parts}] == []


def test_whatever_make_makes_is_kept_out_of_git() -> None:
    made = ("public/index.html", ".venv/bin/python", ".cache/x", "node_modules/x", "dist/x.whl")
    ignored = subprocess.run(
        ["git", "check-ignore", *made], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    assert ignored.split() == list(made)
