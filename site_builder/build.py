"""The whole program on one screen: a content folder becomes a site."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from site_builder import pages, search
from site_builder.content import folder
from site_builder.content.notes import notes
from site_builder.content.papers import decoded, read_paper
from site_builder.content.topics import read_topics
from site_builder.cores import PART, spread
from site_builder.errors import Problem, UserError, blaming_files
from site_builder.meaning import encoder as encoders
from site_builder.meaning import tags
from site_builder.meaning.analysis import Analyser, Analysis, analysis_key
from site_builder.meaning.related import relate
from site_builder.meaning.topics import compiled
from site_builder.meaning.weights import load as load_weights
from site_builder.progress import SILENCE, counted
from site_builder.publish.cache import open_cache, version_for
from site_builder.publish.compressed import compressions
from site_builder.publish.folder import publish
from site_builder.receipt import CACHE, Built, Places, keep
from site_builder.shelf import Looked, Shelf
from site_builder.text import markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from site_builder.meaning.weights import Weights
    from site_builder.model import Cache, Catalogue, Paper, Topic
    from site_builder.progress import Progress

_last: list[object] = []
"""What the last build has made. Most programs end before it is freed, for to take it apart takes as long as to look at
all that was written."""

_encode = msgspec.msgpack.Encoder().encode
_decode_analysis = msgspec.msgpack.Decoder(Analysis).decode


def build(
    content: Path,
    output: Path,
    *,
    templates: Path | None = None,
    static: Path | None = None,
    cache_dir: Path | None = CACHE,
    sources: str | None = None,
    progress: Progress = SILENCE,
    showing: Callable[[Preview], None] | None = None,
) -> Built:
    """Make `output` the site of the folder `content`.

    Templates and static files of the site's own, by default in `templates/` and `static/` beside the content folder,
    override the shipped ones file by file. Without a `cache_dir` nothing is remembered. `sources` is what the places'
    `sources` say, where somebody has asked them. `showing` is handed what shows changed papers until the next build.
    Raises UserError, and then leaves the output as it was.
    """
    start = time.perf_counter()
    forget()
    places = Places.of(content, output, templates, static)
    with keeping_everything(), blaming_files("build again"), open_cache(cache_dir, version_for(content)) as cache:
        progress.stage("read")
        if sources is None:
            sources = places.sources()
        ready: list[Analyser] = []
        with pages.compiling(places.templates, cache):
            catalogue = _read(content, places, cache, progress, partial(_get_ready, content, cache, ready))
            compress = compressions(catalogue.site.compress, str(content / "site.yaml"))
            encoder = encoders.installed(str(content / "site.yaml")) if catalogue.site.encoder else None
            progress.stage("analyse")
            weights = ready[0].weights if ready else load_weights(content, cache)
            analyses = analyse(catalogue, weights, str(folder.topics_path(content)), cache, progress, *ready)
        if encoder:
            progress.stage("encode")
            analyses = encoders.encoded(analyses, catalogue.papers, encoder, cache, progress)
        shards = search.Shards(catalogue, analyses, weights, cache)
        with shards.beginning():
            progress.stage("relate")
            related = relate(analyses, cache, progress)
            progress.stage("plan")
            site = pages.Pages(catalogue, analyses, related, places.templates, places.static, cache)
            made = list(
                chain(
                    site,
                    search.files(catalogue, related, shards, weights, cache),
                )
            )
        progress.stage("publish")
        published = publish(made, output, cache, compress=compress, progress=progress)
        progress.stage("remember")
        built = Built(
            papers=len(catalogue.papers),
            topics=len(catalogue.topics),
            collections=len(catalogue.collections),
            pages=sum(file.path.endswith(".html") for file in made),
            written=published.written,
            removed=published.removed,
            seconds=time.perf_counter() - start,
            warnings=(
                *pages.warnings(catalogue.site),
                *notes(catalogue, places),
                *pages.unused_templates(places.templates),
            ),
        )
        keep(places, sources, built, cache)
        cache.prune()
        _last[:] = catalogue, analyses, related, made, shards, weights
        if showing:
            showing(Preview(content, site, Analyser(catalogue.topics, weights, str(folder.topics_path(content)))))
    return built


class Preview:
    """The pages of changed papers before a build has made them, all else as the last one had it."""

    def __init__(self, content: Path, site: pages.Pages, analyser: Analyser) -> None:
        self._content = content
        self._site = site
        self._analyser = analyser

    def get_ready(self) -> None:
        """Read and compile all that a page needs, so that the first is as quick as others."""
        _get_workers_ready(self._analyser)

    def page(self, slug: str) -> tuple[str, bytes] | None:
        """Return the path and the bytes of a paper's page.

        None where the last build did not know the paper, or something that it names, and where it can't be read: a
        build tells why.
        """
        path = folder.paper_path(self._content, slug)
        try:
            paper = read_paper(decoded(path.read_bytes(), str(path)), str(path), slug)
        except (OSError, UserError):
            return None
        if not self._site.knows(paper):
            return None
        return self._site.again(paper, self._analyser.analyse(paper))


def forget() -> None:
    """Free what the last build has made: for programs that go on, when there is time for it."""
    _last.clear()


def _read(
    content: Path, places: Places, cache: Cache, progress: Progress, meanwhile: Callable[[tuple[Topic, ...]], None]
) -> Catalogue:
    """Read the folder; what is wrong with rules and templates is told together with what is wrong with papers."""
    try:
        catalogue = folder.read(content, cache, progress, meanwhile)
    except UserError as error:
        others = (*_wrong_rules(content), *pages.wrong_templates(places.templates))
        raise UserError([*error.problems, *others]) from None
    if wrong := pages.wrong_templates(places.templates):
        raise UserError(wrong)
    return catalogue


def _get_ready(content: Path, cache: Cache, ready: list[Analyser], topics: tuple[Topic, ...]) -> None:
    """Compile the rules while others read papers: so many unread ones will be analysed. `analyse` tells mistakes."""
    with suppress(UserError, OSError):
        analyser = Analyser(topics, load_weights(content, cache), str(folder.topics_path(content)))
        _get_workers_ready(analyser)
        ready.append(analyser)


def _get_workers_ready(analyser: Analyser) -> None:
    """Read and compile all that analysing needs, before it is spread over processes."""
    analyser.compile()
    markdown.get_ready()
    tags.get_ready()


@contextmanager
def keeping_everything() -> Iterator[None]:
    """Pause the search for garbage: what a build makes is in use to its end, and looking at it costs a fifth of it."""
    collecting = gc.isenabled()
    gc.disable()
    gc.unfreeze()  # what was left by somebody who meant to end the program, and did not
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def analyse(
    catalogue: Catalogue,
    weights: Weights,
    path: str,
    cache: Cache,
    progress: Progress = SILENCE,
    ready: Analyser | None = None,
) -> Mapping[str, Analysis]:
    """Analyse every paper, or find the analysis of an earlier build. By slug; each look reads it from a file.

    Raises UserError where a rule of a topic is refused; `path` is the file that they come from. An analyser may be
    `ready`, for all topics.
    """
    key = analysis_key(catalogue.topics, weights)
    keys = {paper.slug: key + catalogue.digests[paper.slug] for paper in catalogue.papers}
    shelf = Shelf("analysis", keys, cache, large=True)
    unknown = [paper for paper in catalogue.papers if paper.slug not in shelf.known]
    # Rules that were read before hold no mistake, and of these only the unknown papers' own need be ready.
    wanted = {topic for paper in unknown for topic in paper.topics}
    read_before = cache.get("rules", [key.hex()])
    if not read_before:
        wanted.update(topic.id for topic in catalogue.topics)
    analyser = ready or Analyser(tuple(topic for topic in catalogue.topics if topic.id in wanted), weights, path)
    if not read_before:
        cache.put("rules", {key.hex(): b"read"})
    if len(unknown) > PART:
        _get_workers_ready(analyser)
    elif unknown:
        analyser.compile()
    progress.expect(len(unknown))
    made = counted(chain.from_iterable(spread(partial(_analyse_all, analyser), unknown)), progress)
    shelf.put((paper.slug, analysis) for paper, analysis in zip(unknown, made, strict=True))
    return Looked(shelf.known, lambda slug: _decode_analysis(shelf.known[slug]))


def _analyse_all(analyser: Analyser, papers: Sequence[Paper]) -> list[bytes]:
    return [_encode(analyser.analyse(paper)) for paper in papers]


def _wrong_rules(content: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the rules of the topics, also where other files keep the folder from being read."""
    path = folder.topics_path(content)
    try:
        compiled(read_topics(path.read_text("utf-8"), str(path)), str(path))
    except UserError as error:
        return error.problems
    except (OSError, UnicodeDecodeError):
        pass  # told by whoever reads the folder
    return ()
