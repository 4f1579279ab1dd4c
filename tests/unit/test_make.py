"""What a person meets at the door: make, and the scripts that fetch what it needs, on machines that lack things."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def machine(folder: Path, **programs: str) -> dict[str, str]:
    """Return the environment of a machine that has the basic commands, and these programs (as shell scripts)."""
    commands = folder / "bin"
    commands.mkdir(parents=True)
    for name in ("sh", "dirname", "rm", "cat", "chmod", "readlink", "env", "touch", "make", "awk", "mkdir"):
        where = shutil.which(name)
        assert where, f"this machine lacks {name}"
        (commands / name).symlink_to(where)
    for name, script in {"id": "echo 1000", **programs}.items():
        (commands / name).write_text(f"#!/bin/sh\n{script}\n")
        (commands / name).chmod(0o755)
    return {"PATH": str(commands), "HOME": str(folder)}


OUTSIDE = {name: value for name, value in os.environ.items() if not re.match("MAKE|MFLAGS", name)}
"""The environment without what a `make test` that runs these tests hands down."""


def ran(arguments: list[str], environment: dict[str, str], cwd: Path = ROOT) -> tuple[int, str]:
    """Run a command and return its exit status and all that it printed."""
    done = subprocess.run(
        arguments, env=environment, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done.returncode, done.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A source tree in a folder with a space in its name, with its scripts and nothing else."""
    root = tmp_path / "a tree"
    shutil.copytree(ROOT / "tools", root / "tools")
    shutil.copy(ROOT / "Makefile", root)
    (root / "requirements.txt").write_text("")
    return root


PYTHON = f'exec "{sys.executable}" "$@"'
OLD_PYTHON = "exit 1"
PYTHON_WITHOUT_PIP = f'case "$2" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"'


def test_help_names_every_target_that_a_person_types() -> None:
    status, printed = ran(["make", "help"], OUTSIDE)
    assert status == 0
    for target in ("build", "serve", "ingest", "record", "search", "test", "bench", "clean", "help"):
        assert f"\nmake {target} " in "\n" + printed


def test_the_first_target_is_build() -> None:
    _, plain = ran(["make", "-n"], OUTSIDE)
    _, build = ran(["make", "-n", "build"], OUTSIDE)
    assert plain == build
    assert "site_builder" in plain or "site-builder" in plain


def test_without_a_python_it_says_what_to_install(tree: Path, tmp_path: Path) -> None:
    status, printed = ran(
        ["tools/environment.sh", "requirements.txt"], machine(tmp_path / "m", python3=OLD_PYTHON), tree
    )
    assert status == 1
    assert printed == (
        "No Python 3.11 or newer was found. Install one (Debian 12 or newer: apt-get install python3 python3-venv), "
        "or name it: make PYTHON=/path/to/python3.12\n"
    )


def test_a_named_python_that_is_too_old_is_refused(tree: Path, tmp_path: Path) -> None:
    environment = machine(tmp_path / "m", old=OLD_PYTHON, python3=PYTHON) | {"PYTHON": "old"}
    status, printed = ran(["tools/environment.sh", "requirements.txt"], environment, tree)
    assert status == 1
    assert printed == "PYTHON=old is not a Python 3.11 or newer. Name one that is, or leave PYTHON out.\n"


def test_a_stub_on_the_path_that_cannot_run_is_passed_over(tree: Path, tmp_path: Path) -> None:
    uv = 'case "$1" in venv) mkdir -p .venv/bin; echo "$*" >&2; exit 3;; esac'
    environment = machine(tmp_path / "m", **{"python3.13": "exit 127", "python3.12": PYTHON}, uv=uv)
    status, printed = ran(["tools/environment.sh", "requirements.txt"], environment, tree)
    assert status == 3
    assert "--python python3.12 .venv" in printed


def test_where_venv_lacks_pip_a_user_is_told_the_one_command(tree: Path, tmp_path: Path) -> None:
    environment = machine(tmp_path / "m", python3=PYTHON_WITHOUT_PIP)
    status, printed = ran(["tools/environment.sh", "requirements.txt"], environment, tree)
    assert status == 1
    assert printed == (
        "Python's venv is incomplete here (python3 lacks ensurepip). "
        "Run this as root, then make again: apt-get install -y python3-venv\n"
    )


def test_where_venv_lacks_pip_root_gets_it(tree: Path, tmp_path: Path) -> None:
    environment = machine(tmp_path / "m", python3=PYTHON_WITHOUT_PIP, id="echo 0", **{"apt-get": 'echo "asked for $*"'})
    _, printed = ran(["tools/environment.sh", "requirements.txt"], environment, tree)
    assert "asked for update -q\nasked for install -y python3-venv\n" in printed


def test_the_environment_runs_the_program_from_the_tree_wherever_it_is_moved(tree: Path, tmp_path: Path) -> None:
    (tree / "site_builder").mkdir()
    (tree / "site_builder" / "__main__.py").write_text("import sys; print('ran with', sys.argv[1:])")
    environment = machine(
        tmp_path / "m", python3=PYTHON, uv='test "$1" = pip || exec python3 -m venv --without-pip .venv'
    )
    assert ran(["tools/environment.sh", "requirements.txt"], environment, tree) == (0, "")
    moved = tree.rename(tmp_path / "moved")
    (tmp_path / "command").symlink_to(moved / ".venv/bin/site-builder")
    assert ran([str(tmp_path / "command"), "a b"], environment, tmp_path) == (0, "ran with ['a b']\n")


def stands_in(tree: Path, command: str, **programs: str) -> None:
    """Let the environment be one whose Python works, and whose other programs are each a line of shell."""
    made = "mkdir -p .venv/bin\n"
    for name, line in {"python": "echo works", "site-builder": command, **programs}.items():
        made += f"cat >.venv/bin/{name} <<'END'\n#!/bin/sh\n{line}\nEND\nchmod +x .venv/bin/{name}\n"
    (tree / "tools" / "environment.sh").write_text(f"#!/bin/sh\necho installing\n{made}")


def test_a_second_make_installs_nothing(tree: Path, tmp_path: Path) -> None:
    stands_in(tree, 'echo "$1"')
    environment = machine(tmp_path / "m")
    first, second = (ran(["make", "CONTENT=my papers", "OUTPUT=my site"], environment, tree) for _ in range(2))
    assert second == (0, "check\nbuild, or run: make serve CONTENT='my papers' OUTPUT='my site'\n")
    assert first == (0, "installing\n" + second[1])
    (tree / ".venv/bin/python").write_text("#!/bin/sh\nexit 127\n")
    assert ran(["make"], environment, tree)[1].startswith("installing"), (
        "an environment whose Python went away is made anew"
    )


def test_make_ends_with_what_the_build_says_and_only_if_the_check_finds_nothing(tree: Path, tmp_path: Path) -> None:
    environment = machine(tmp_path / "m")
    stands_in(tree, 'test "$1" = check || echo "3 papers"')
    assert ran(["make"], environment, tree) == (0, "installing\n3 papers, or run: make serve\n")
    given = ran(["make", "CONTENT=my papers"], environment, tree)
    assert given == (0, "3 papers, or run: make serve CONTENT='my papers'\n")
    assert ran(["make", "OUTPUT=$(nothing) `runs`"], environment, tree)[1].endswith(" OUTPUT=' `runs`'\n")
    stands_in(tree, 'test "$1" = check && echo broken && exit 1; echo "3 papers"')
    status, printed = ran(["make"], environment, tree)
    assert status == 2
    assert "broken" in printed
    assert "3 papers" not in printed


def test_names_with_spaces_and_quotes_reach_the_program_whole(tree: Path, tmp_path: Path) -> None:
    stands_in(tree, 'printf "<%s>" "$@"')
    environment = machine(tmp_path / "m")
    ran(["make"], environment, tree)
    searched = ran(["make", "search", 'Q="token pruning" it\'s'], environment, tree)
    assert searched == (0, '<search><--content><content><--><"token pruning" it\'s>')
    explained = ran(["make", "search", "Q=heron", "EXPLAIN=yes"], environment, tree)
    assert explained == (0, "<search><--content><content><--explain><--><heron>")
    ingested = ran(["make", "ingest", "FROM=my dumps", "CONTENT=my papers"], environment, tree)
    assert ingested == (0, "<ingest><my dumps><--content><my papers>")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("ingest", "Say from where: make ingest FROM=path/to/dump.txt"),
        ("search", 'Say for what: make search Q="token pruning"'),
    ],
)
def test_what_a_target_needs_to_know_it_asks_for(tree: Path, tmp_path: Path, target: str, message: str) -> None:
    stands_in(tree, "echo ran")
    status, printed = ran(["make", target], machine(tmp_path / "m"), tree)
    assert status == 2
    assert message in printed
    assert "ran" not in printed


CHROMIUM = "apt-get install -y --no-install-recommends chromium"


class TestChromium:
    """tools/chromium.sh finds a browser, gets one, or says how to."""

    def test_where_there_is_none_the_one_command_is_told(self, tmp_path: Path) -> None:
        status, printed = ran(["tools/chromium.sh"], machine(tmp_path))
        assert status == 1
        assert "The tests need Chromium or Chrome, which is not here." in printed
        assert f"make test again: {CHROMIUM}\n" in printed

    def test_root_gets_one(self, tmp_path: Path) -> None:
        here = tmp_path / "bin" / "chromium"
        install = f'echo "asked for $*"; test "$1" = update && exit; printf \'#!/bin/sh\\n\' >{here}; chmod +x {here}'
        status, printed = ran(["tools/chromium.sh"], machine(tmp_path, **{"apt-get": install}, id="echo 0"))
        assert status == 0, printed
        assert printed == (
            f"The tests need Chromium or Chrome: {CHROMIUM}\n"
            "asked for update -q\nasked for install -y --no-install-recommends chromium\n"
        )

    def test_one_that_is_here_is_not_installed_again(self, tmp_path: Path) -> None:
        assert ran(["tools/chromium.sh"], machine(tmp_path, chromium="exit 0")) == (0, "")


def test_node_and_what_comes_with_it_are_those_of_the_development_packages(tree: Path, tmp_path: Path) -> None:
    stands_in(tree, "echo ran", npm="echo npm is ours: $*; mkdir -p node_modules")
    for name in ("requirements-dev.txt", "package.json", "package-lock.json"):
        (tree / name).write_text("{}")
    status, printed = ran(["make", "javascript"], machine(tmp_path / "m", npm="echo npm is theirs"), tree)
    assert status == 0, printed
    assert "npm is ours: ci" in printed
    assert "npm is ours: test" in printed
    assert "theirs" not in printed


def test_leaving_the_browser_out_is_said_and_leaves_out_nothing_else() -> None:
    _, whole = ran(["make", "-n", "test"], OUTSIDE)
    _, without = ran(["make", "-n", "test", "BROWSER=no"], OUTSIDE)
    assert "tools/chromium.sh" in whole
    assert "chromium" not in without
    assert "echo 'BROWSER=no: the tests that need a browser are left out.'" in without
    for step in ("ruff check", "ruff format --check", "mypy", "lint-imports", "npm run", "npm test", "pytest"):
        assert step in whole
        assert step in without
    assert "-m 'not browser'" in without
    assert "-m" not in whole.split("pytest")[-1]


def test_the_gate_for_machines_is_make_test(tmp_path: Path) -> None:
    (tmp_path / "p" / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", tmp_path / "p" / ".ci")
    (tmp_path / "p" / "Makefile").write_text("test:\n\t@echo ci=$$CI; exit 7\n")
    status, printed = ran(["sh", str(tmp_path / "p" / ".ci" / "run")], OUTSIDE, tmp_path)
    assert status != 0
    assert "ci=true" in printed
