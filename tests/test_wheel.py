"""A wheel installed elsewhere builds a site: templates, static files, topics and weights travel in it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from site_builder.content.folder import paper_path
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.model import Paper

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, unpacked in a folder far from the source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "packages")
    return folder / "packages"


def ran(installed: Path, cwd: Path, *arguments: str) -> str:
    """Run a piece of Python with the wheel's package in front of the source tree's."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_program_that_runs_is_the_wheels(installed: Path, tmp_path: Path) -> None:
    printed = ran(
        installed, tmp_path, "-c", "import site_builder.shipped as s; print(s.__file__, s.TEMPLATES, sep='\\n')"
    )
    assert all(Path(line).is_relative_to(installed) for line in printed.splitlines())


def test_a_wheel_builds_a_sound_site_of_nothing_but_papers(installed: Path, tmp_path: Path) -> None:
    paper = Paper(slug="herons", title="Herons at Dusk", body="They stand in cold water.")
    write_text(paper_path(tmp_path / "content", paper.slug), write_paper(paper))
    printed = ran(installed, tmp_path, "-m", "site_builder", "build")
    assert printed.startswith("1 paper, 34 topics, ")
    ran(installed, tmp_path, "-m", "site_builder", "check", "public")
    assert "Herons at Dusk" in (tmp_path / "public/papers/herons.html").read_text(encoding="utf-8")


def test_a_sites_own_template_and_static_file_override_those_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    paper = Paper(slug="herons", title="Herons at Dusk", body="They stand in cold water.")
    write_text(paper_path(tmp_path / "content", paper.slug), write_paper(paper))
    write_text(tmp_path / "templates" / "robots.txt", "# our own\n")
    write_text(tmp_path / "static" / "style.css", "/* our own */\n")
    ran(installed, tmp_path, "-m", "site_builder", "build")
    assert (tmp_path / "public/robots.txt").read_text(encoding="utf-8") == "# our own\n"
    (style,) = (tmp_path / "public").rglob("style.css")
    assert style.read_text(encoding="utf-8") == "/* our own */\n"
    assert list((tmp_path / "public").rglob("mark.svg")), "the rest is still ours"
