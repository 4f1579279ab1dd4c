"""How much is known of the papers: for the page `about`, which alone may count the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_builder.pages.kinds import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from site_builder.model import Paper

_ASKED: tuple[tuple[str, Callable[[Paper], object]], ...] = (
    ("A text", lambda paper: paper.body),
    ("A finding in one line", lambda paper: paper.finding),
    ("Authors", lambda paper: paper.authors),
    ("A year", lambda paper: paper.year),
    ("A venue", lambda paper: paper.venue),
    ("An arXiv id", lambda paper: "arxiv" in paper.ids),
    ("An arXiv id by a single source", lambda paper: "arxiv" in paper.unconfirmed),
    ("A DOI", lambda paper: "doi" in paper.ids),
    ("Topics", lambda paper: paper.topics),
    ("Tags", lambda paper: paper.tags),
    ("A link to code", lambda paper: "code" in paper.links),
)


def completeness(papers: Sequence[Paper]) -> tuple[Known, ...]:
    """Return of how many papers each thing is known, with its share in whole percent. There are none without papers."""
    return tuple(_known(name, sum(bool(of(paper)) for paper in papers), len(papers)) for name, of in _ASKED if papers)


def _known(name: str, papers: int, of: int) -> Known:
    """Return the share so that 0 stands for none only, and 100 for all only."""
    percent = 100 * papers // of
    return Known(name, papers, max(percent, 1) if papers else 0)
