"""What filed a paper under a topic, as its own page and the topic's list say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from site_builder.content.papers import fingerprint, withheld

if TYPE_CHECKING:
    from site_builder.meaning.analysis import Analysis
    from site_builder.model import Paper
    from site_builder.pages.kinds import Entry

Why = Literal["words", "curator", "unheld", "earlier"]


def who_filed(paper: Paper, topic: str, analysis: Analysis) -> Why:
    """Tell what filed a paper under one of its topics; `kinds.Filed` says what the answers mean."""
    if topic in analysis.phrases():
        return "words"
    if paper.made.get("topics") != fingerprint(paper.topics):
        return "curator"
    return "unheld" if withheld(paper) or not paper.body else "earlier"


def filed_under(topic: str, entry: Entry, paper: Paper, analysis: Analysis) -> Entry:
    """Return a paper's entry as the list of one of its topics shows it: with the reason why it is there."""
    by_hand = who_filed(paper, topic, analysis) == "curator"
    return entry._replace(phrase=analysis.phrases().get(topic, ""), by_hand=by_hand)
