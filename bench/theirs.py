"""The same papers for other programs: a site by Hugo, and a search over it by Pagefind.

    python -m bench.theirs CONTENT FOLDER

writes what Hugo reads: a page per paper, with its topics and tags as `ingest` decided them, so that Hugo has nothing to
decide, and templates of our own (`bench/hugo`). The site has a page of 5 kB for each paper, pages for topics with a
hundred papers each, a home page, a feed, a sitemap and a page for the search. It has no related papers, no evidence, no
pages for tags and authors, no A to Z and no feeds of topics.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parent / "hugo"
PACKAGED = {"hugo": "hugo/binaries/hugo", "pagefind": "pagefind_bin/pagefind"}
"""Where packages keep the programs: what they put on the PATH is Python that starts them, which costs its time."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs, where they are installed."""

    hugo: Path | None
    pagefind: Path | None

    @property
    def missing(self) -> list[str]:
        """Name those that are not installed."""
        return [name for name, path in (("Hugo", self.hugo), ("Pagefind", self.pagefind)) if not path]

    def build(self, source: Path, output: Path) -> list[list[object]]:
        """Return the commands that make the site, one after the other."""
        cache = source / ".cache"
        site: list[object] = [self.hugo, "--quiet", "--source", source, "--destination", output, "--cacheDir", cache]
        return [site, [self.pagefind, "--quiet", "--site", output]]


def tools(folder: Path | None = None) -> Tools:
    """Find the programs in a folder or an environment, else on the PATH and in the environment of this Python."""
    folders = [folder, folder / "bin"] if folder else [Path(sys.executable).parent, *map(Path, os.get_exec_path())]
    return Tools(_program("hugo", folders), _program("pagefind", folders))


def _program(name: str, folders: list[Path]) -> Path | None:
    for folder in folders:
        for path in folder.absolute().parent.glob(f"lib/python3*/site-packages/{PACKAGED[name]}"):
            return path
    found = shutil.which(name, path=os.pathsep.join(map(str, folders)))
    return Path(found) if found else None


def write(content: Path, folder: Path) -> None:
    """Write what Hugo reads."""
    from site_builder.content.folder import read
    from site_builder.publish.cache import open_cache

    shutil.copytree(SOURCE, folder)
    with tempfile.TemporaryDirectory() as cache_folder, open_cache(Path(cache_folder), "theirs") as cache:
        catalogue = read(content, cache)
    papers = folder / "content" / "papers"
    papers.mkdir(parents=True)
    first = datetime(2000, 1, 1)
    for number, paper in enumerate(catalogue.papers):
        day = first + timedelta(minutes=number)
        front = {"title": paper.title, "date": f"{day:%FT%TZ}", "topics": paper.topics, "labels": paper.tags}
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
        text = "\n".join(["---", *lines, "---", paper.body, ""])
        (papers / f"{paper.slug}.md").write_text(text, encoding="utf-8")
    for path, text in _pages():
        (folder / "content" / path).write_text(text, encoding="utf-8")
    for topic in catalogue.topics:
        place = folder / "content" / "topics" / topic.id
        place.mkdir(parents=True)
        (place / "_index.md").write_text(f"---\ntitle: {json.dumps(topic.name)}\n---\n", encoding="utf-8")


def _pages() -> Iterator[tuple[str, str]]:
    yield "_index.md", "---\ntitle: A catalogue of research papers\n---\n"
    yield "search.md", "---\ntitle: Search\nlayout: search\n---\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
