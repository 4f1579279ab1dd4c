"""The cache forgets what other tables than today's led to."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from site_builder import shipped
from site_builder.publish.cache import version_for

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_another_list_of_phrases_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = tmp_path / "weights"
    shutil.copytree(shipped.WEIGHTS, tables)
    monkeypatch.setattr(shipped, "WEIGHTS", tables)
    before = version_for(tmp_path)
    assert before == version_for(tmp_path)
    phrases = tables / "phrases.txt"
    phrases.chmod(0o644)
    phrases.write_text(phrases.read_text(encoding="utf-8") + "sea lamp\n", encoding="utf-8")
    assert before != version_for(tmp_path)
