"""Putting texts into a content folder: each file whole or not at all, the ledger only ever longer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from site_builder.content.folder import ledger_path
from site_builder.content.ledger import write_ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from site_builder.model import Address


def write_text(path: Path, text: str) -> None:
    """Write a file as UTF-8, making its folder; a reader sees the old text or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def append_to_ledger(content: Path, addresses: Sequence[Address]) -> None:
    """Add lines at the end of the ledger, and nothing where there are none to add."""
    if not addresses:
        return
    path = ledger_path(content)
    before = path.read_text("utf-8") if path.exists() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    write_text(path, before + write_ledger(addresses))
