"""Putting texts into a content folder: each file whole or not at all, the ledger only ever longer."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from site_builder.content.folder import ledger_path
from site_builder.content.ledger import write_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from site_builder.model import Address

_BESIDE = re.compile(r"\..+\.(?:md|jsonl|tsv|yaml)\.\d+")
"""The names that `replacing` gives."""


def write_text(path: Path, text: str) -> None:
    """Write a file as UTF-8, making its folder; a reader sees the old text or the new, never a part."""
    with replacing(path) as file:
        file.write(text.encode())


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside the one that it takes the place of, once all is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def append_to_ledger(content: Path, addresses: Iterable[Address]) -> None:
    """Add lines at the end of the ledger, one after the other, and nothing where there are none to add."""
    lines = iter(addresses)
    first = next(lines, None)
    if first is None:
        return
    path = ledger_path(content)
    with replacing(path) as file:
        if path.exists():
            with path.open("rb") as before:
                shutil.copyfileobj(before, file)
            if not _ends_its_line(path):
                file.write(b"\n")
        file.write(write_ledger([first]).encode())
        for address in lines:
            file.write(write_ledger([address]).encode())


def sweep(content: Path) -> None:
    """Remove what a run that was killed left beside a file that it was about to write."""
    for folder in (content, content / "papers", content / "collections"):
        for path in folder.glob(".*"):
            if _BESIDE.fullmatch(path.name):
                path.unlink(missing_ok=True)


def _ends_its_line(path: Path) -> bool:
    """Tell whether a file is empty or its last line is ended."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"
