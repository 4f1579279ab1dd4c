"""What ingest repaired in a paper's text, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_builder.content.papers import ours
from site_builder.text.markdown import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from site_builder.model import Paper, Repair


def copied(paper: Paper, field: str) -> str | None:
    """Return the `title` or the `body`'s plain text as it stood in the source, before ingest repaired it.

    None where this cannot be told any more: the text was edited, or the account of the repairs.
    """
    text = paper.title if field == "title" else to_text(paper.body)
    repairs = [repair for repair in paper.repaired if repair.field == field]
    if repairs and paper.made and not ours(paper, field):
        return None
    return undone(text, repairs)


def undone(text: str, repairs: Sequence[Repair]) -> str | None:
    """Return a text with its repairs taken back, or None where they are not those of this text."""
    for repair in reversed(repairs):
        end = repair.at + len(repair.now)
        if repair.at < 0 or text[repair.at : end] != repair.now:
            return None
        text = text[: repair.at] + repair.was + text[end:]
    return text
