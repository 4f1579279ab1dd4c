"""The build as a whole, where something outside of it goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from site_builder.build import build
from site_builder.content.writing import write_text
from site_builder.errors import UserError
from site_builder.publish.folder import publish

if TYPE_CHECKING:
    from pathlib import Path


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
