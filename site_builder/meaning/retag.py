"""What the rules say today, beside what the files say: for `retag` and `topics --json`. Nothing is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from site_builder.content.papers import fingerprint, ours, withheld
from site_builder.content.repairs import copied
from site_builder.meaning.tags import tags
from site_builder.text.markdown import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from site_builder.meaning.analysis import Analyser
    from site_builder.model import Paper


class Change(msgspec.Struct, frozen=True):
    """A field of a paper that the rules would fill otherwise: `topics` or `tags`, with what goes and what comes."""

    slug: str
    field: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def decided(papers: Iterable[Paper], analyser: Analyser) -> dict[str, list[str]]:
    """Return by title (as it was copied) the topics that the rules alone decide from the text that is there.

    Papers with one title have their topics put together.
    """
    found: dict[str, list[str]] = {}
    for paper in papers:
        topics = [evidence.topic for evidence in analyser.decide(paper.title, to_text(paper.body))]
        title = copied(paper, "title") or paper.title
        found[title] = list(dict.fromkeys([*found.get(title, ()), *topics]))
    return found


def retag(
    papers: Iterable[Paper], analyser: Analyser, abstracts: Mapping[str, str]
) -> Iterator[tuple[Paper, tuple[Change, ...]]]:
    """Yield each paper with the topics and tags of today's rules, and what changed; fields a person touched stay.

    `abstracts` are those of papers whose pages do not hold them, in plain text by slug. Without it such a paper is left
    alone, also where a summary stands in its place: its topics and tags were decided from more than can be read now.
    """
    for paper in papers:
        text = abstracts.get(paper.slug, "") if withheld(paper) else to_text(paper.body)
        if not text.strip():
            yield paper, ()
            continue
        topics = tuple(evidence.topic for evidence in analyser.decide(paper.title, text))
        made = paper
        if ours(paper, "topics") and set(topics) != set(paper.topics):
            made = replace(made, topics=topics, made={**made.made, "topics": fingerprint(topics)})
        if ours(paper, "tags"):
            found = tags(paper.title, text, analyser.weights, analyser.topics)
            made = replace(made, tags=found, made={**made.made, "tags": fingerprint(found)})
        yield made, tuple(_changes(paper, made))


def _changes(before: Paper, after: Paper) -> Iterator[Change]:
    for field, old, new in (("topics", before.topics, after.topics), ("tags", before.tags, after.tags)):
        if old != new:
            removed = tuple(value for value in old if value not in new)
            yield Change(before.slug, field, removed, tuple(value for value in new if value not in old))
