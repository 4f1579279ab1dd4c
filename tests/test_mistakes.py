"""Every mistake that a user can make has a folder in tests/mistakes/, with the exact words that it is told in.

A folder holds the files as the user has them, `expected.txt`, and `command.txt` where the command is another than
`build`. To add one, make the folder and write what ought to be said.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from site_builder.cli import main

MISTAKES = sorted(path.parent for path in (Path(__file__).parent / "mistakes").glob("*/expected.txt"))


@pytest.mark.parametrize("mistake", [pytest.param(folder, id=folder.name) for folder in MISTAKES])
def test_the_mistake_is_told_in_these_words(mistake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(mistake, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    command = Path("command.txt").read_text(encoding="utf-8") if Path("command.txt").exists() else "build"
    result = CliRunner().invoke(main, shlex.split(command))
    assert result.stderr == Path("expected.txt").read_text(encoding="utf-8")
    assert result.exit_code == 1
    assert not Path("public").exists(), "nothing is built of a folder with a mistake"


def test_there_are_mistakes_to_try() -> None:
    assert len(MISTAKES) >= 20
