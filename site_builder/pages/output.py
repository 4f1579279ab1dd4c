"""The site's files but for the search index: pages, feeds, what crawlers read, and the static files."""

from __future__ import annotations

import hashlib
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from site_builder.model import OutputFile
from site_builder.pages import addresses, disk, scripts, worker
from site_builder.pages.plan import Plan, site_view
from site_builder.pages.render import Renderer, files_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from site_builder.meaning.analysis import Analysis
    from site_builder.model import Cache, Catalogue, Neighbours, Paper, Site
    from site_builder.pages.kinds import Page

STATIC = "static/"
"""Where static files are, below the root of the site."""


class Pages:
    """Every page and every static file; of two folders' files with one name, the first folder's.

    `analyses` are by slug, one for each paper; `related` too. Raises UserError, when a file is made,
    for what is wrong with a template.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        analyses: Mapping[str, Analysis],
        related: Mapping[str, Neighbours],
        templates: Sequence[Path],
        static: Sequence[Path],
        cache: Cache | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._renderer = Renderer(site_view(catalogue), templates, cache)
        self._plan = Plan(catalogue, analyses, related)
        self._static = static

    def __iter__(self) -> Iterator[OutputFile]:
        renderer = self._renderer
        chosen = _chosen(self._static)
        shell = list(_static_files(chosen))
        for planned in self._plan:
            key = renderer.key(planned.template, planned.path, planned.basis)
            file = OutputFile(planned.path, key, partial(_rendered, renderer, planned.page))
            if planned.path == addresses.SEARCH:
                shell.append(file)
            else:
                yield file
        if self._catalogue.site.offline:
            yield from disk.files(self._catalogue)
        yield from shell
        if sources := _below(chosen, worker.FOLDER):
            yield worker.worker(self._catalogue.site, sources, shell)

    def knows(self, paper: Paper) -> bool:
        """Tell whether a paper was there when these pages were planned, and all that it names, for `again`."""
        return self._plan.knows(paper)

    def again(self, paper: Paper, analysis: Analysis) -> tuple[str, bytes]:
        """Return where the page of a paper is that has changed since then, and the page with all else as it was."""
        page = self._plan.again(paper, analysis)
        return page.path, self._renderer.render(page)


def _rendered(renderer: Renderer, page: Callable[[], Page]) -> bytes:
    return renderer.render(page())


def _chosen(folders: Sequence[Path]) -> dict[str, Path]:
    """Return the static files by their path, of two with one name the first folder's."""
    return {name: path for folder in reversed(folders) for name, path in files_below(folder)}


def _below(files: Mapping[str, Path], folder: str) -> dict[str, Path]:
    return {name.removeprefix(folder): path for name, path in files.items() if name.startswith(folder)}


def _static_files(chosen: Mapping[str, Path]) -> Iterator[OutputFile]:
    """Yield the files as they are, but for the scripts of the search, which become three, and the worker's sources."""
    for joined, content in scripts.files(chosen).items():
        yield _static_file(joined, partial(bytes, content))
    parts = set(chain.from_iterable(scripts.names(chosen).values()))
    for name, path in sorted(chosen.items()):
        if name not in parts and name != scripts.ORDER and not name.startswith(worker.FOLDER):
            yield _static_file(name, path.read_bytes)


def _static_file(name: str, read: Callable[[], bytes]) -> OutputFile:
    key = hashlib.blake2b(b"static\0" + read(), digest_size=16).hexdigest()
    return OutputFile(STATIC + name, key, read, local=True)


def warnings(site: Site) -> tuple[str, ...]:
    """Return what the site does without because of what site.yaml does not say."""
    if site.url:
        return ()
    return (
        "site.yaml has no 'url', or is not there; write the site's address as 'url: https://example.org/papers/'. "
        "Without it there is no sitemap.xml and no canonical link, feeds have relative links, and 404.html has none",
    )
