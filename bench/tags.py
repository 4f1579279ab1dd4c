"""Tags to be judged by a reader: a random sample, how many papers have any, and what they cost.

    python -m bench.tags --content DIR                     a content folder with the abstracts in it
    python -m bench.tags --corpus FILE --sample 50         a corpus of {"title", "abstract"}, one a line

A tag is to be kept if a careful reader would type it or follow it on this paper's page: not a fragment of a longer
phrase, not a word that any paper could have, not a name that this paper coined, not its topic said again.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

from bench.topics import read_papers
from site_builder import shipped
from site_builder.content.topics import read_topics
from site_builder.meaning.tags import tags
from site_builder.meaning.weights import load
from site_builder.text.markdown import to_text


def main() -> None:
    """Print a sample of tags with the titles of their papers, and figures over all papers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--content", type=Path)
    source.add_argument("--corpus", type=Path)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = _of_corpus(options.corpus) if options.corpus else _of_content(options.content)
    weights, topics = load(), read_topics(shipped.TOPICS.read_text("utf-8"), str(shipped.TOPICS))
    tags(*texts[0], weights, topics)
    start = time.process_time()
    found = [tags(title, text, weights, topics) for title, text in texts]
    cost = (time.process_time() - start) / len(texts) * 1000
    each = [(tag, title) for (title, _), those in zip(texts, found, strict=True) for tag in those]
    draw = random.Random(options.seed)  # noqa: S311 - the same sample each time
    for tag, title in draw.sample(each, min(options.sample, len(each))):
        print(f"{tag:40} {title[:80]}")
    none = sum(not those for those in found)
    print(f"{len(texts)} papers, {len(each)} tags, {none} papers without; {cost:.2f} ms a paper")


def _of_content(content: Path) -> list[tuple[str, str]]:
    return [(paper.title, to_text(paper.body)) for paper in read_papers(content)]


def _of_corpus(path: Path) -> list[tuple[str, str]]:
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [(row["title"], row["abstract"]) for row in rows]


if __name__ == "__main__":
    main()
