"""What a person types. It prints, and turns what only the user can mend into messages and exit status 1."""

from __future__ import annotations

import datetime
import functools
import gc
import json
import sys
from collections.abc import Iterable, Sequence  # noqa: TC003 - msgspec reads the annotations at run time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from site_builder import __version__
from site_builder.errors import Problem, UserError, blaming_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from site_builder.display import Stopwatch
    from site_builder.meaning.analysis import Analyser
    from site_builder.model import Catalogue
    from site_builder.progress import Progress
    from site_builder.receipt import Built, Places

# Each command imports the stages that it needs, so that `--help` and completion stay quick.


class _Folder(click.Path):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if "://" in str(value):
            self.fail(f"'{value}' is in a store; only 'build' works with one. Copy it here first.", param, ctx)
        return super().convert(value, param, ctx)


class _Place(click.Path):
    """A folder, or the address of one in a store; as a text, because a path would make one slash of two."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return str(value if "://" in str(value) else super().convert(value, param, ctx))


FOLDER = _Folder(path_type=Path, file_okay=False)
PLACE = _Place(file_okay=False)
content_option = click.option(
    "--content", type=FOLDER, default=Path("content"), show_default=True, help="The folder that holds papers/*.md."
)
output_option = click.option(
    "--output", type=FOLDER, default=Path("public"), show_default=True, help="The folder to put the site in."
)
templates_option = click.option(
    "--templates", type=FOLDER, help="Templates that override ours.  [default: templates/ beside the content]"
)
static_option = click.option(
    "--static", type=FOLDER, help="Static files that override ours.  [default: static/ beside the content]"
)
cache_option = click.option(
    "--cache", type=FOLDER, default=Path(".cache"), show_default=True, help="Where to remember earlier builds."
)
sources_option = click.option(
    "--from",
    "sources",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Where the abstracts are that the pages do not hold: a file, or a folder of files, that was ingested.",
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Show what would change and write nothing.")


SCHEMA = 1
"""Of what --json prints; it grows when a field changes its meaning or goes."""

_INTERRUPTED = 130
"""The status by which shells know a program that Ctrl-C ended: 128 and the number of the signal."""


_AGAIN = "run the command again"


class _Answer(msgspec.Struct, frozen=True):
    """What a long command has to say: to a person, and as the fields of a JSON object."""

    summary: str
    fields: Callable[[], dict[str, Any]]
    """Asked only where they are told: of a large ingest they are all its papers."""
    warnings: Sequence[Problem] = ()
    lines: Iterable[object] = ()
    """Printed before the summary."""
    aside: bool = False
    """Whether the summary is no result, and belongs beside those on the standard output."""


def _long(command: Callable[..., _Answer]) -> Callable[..., None]:
    """Make a command of a function that may take long: it is handed a Progress, and what it returns is told."""

    @click.option("--quiet", is_flag=True, help="Print nothing but what is wrong.")
    @click.option(
        "--json", "in_json", is_flag=True, help="Print one JSON object: the outcome, and what each stage took."
    )
    @click.option("--profile", "profiled", is_flag=True, help="Print what each stage took, and the slowest functions.")
    @functools.wraps(command)
    def run(*, quiet: bool, in_json: bool, profiled: bool, **given: Any) -> None:
        from site_builder.display import Stopwatch, shown

        watch = Stopwatch(memory=in_json or profiled)
        answer: _Answer | None = None
        problems: Sequence[Problem] = ()
        with _profiled(watch) if profiled else nullcontext():
            try:
                with nullcontext() if quiet else shown(watch, sys.stderr), blaming_files(_AGAIN):
                    answer = command(watch, **given)
            except UserError as error:
                if not in_json:
                    raise
                problems = error.problems
            finally:
                watch.stop()
        if in_json:
            _print_json(command.__name__, watch, answer, problems)
        elif answer and not quiet:
            _print(answer)
        if problems:
            sys.exit(1)

    return run


def _print(answer: _Answer) -> None:
    for line in answer.lines:
        click.echo(line)
    for warning in answer.warnings:
        click.echo(warning if warning.path else f"note: {warning}", err=True)
    click.echo(answer.summary, err=answer.aside)


def _print_json(command: str, watch: Stopwatch, answer: _Answer | None, problems: Sequence[Problem]) -> None:
    from site_builder.display import as_json

    told = {
        "schema": SCHEMA,
        "command": command,
        "problems": _plain(problems),
        "warnings": _plain(answer.warnings if answer else ()),
    }
    click.echo(json.dumps(told | (answer.fields() if answer else {}) | as_json(watch), indent=1))


def _plain(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [{"path": p.path, "line": p.line, "column": p.column, "message": p.message} for p in problems]


@contextmanager
def _profiled(watch: Stopwatch) -> Iterator[None]:
    from cProfile import Profile

    from site_builder.display import profile

    profiler = Profile()
    try:
        with profiler:
            yield
    finally:
        click.echo(profile(watch, profiler), err=True)


class _Program(click.Group):
    """The group of commands, with our errors told to the user."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; print every problem that only the user can mend, and exit with 1, or 130 after Ctrl-C."""
        try:
            with blaming_files(_AGAIN):
                return super().invoke(ctx)
        except UserError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            status = 1
        except KeyboardInterrupt:
            click.echo("interrupted; nothing was left half written", err=True)
            status = _INTERRUPTED
        # Not among the exceptions above: these hold on to the work that they ended, and its workers.
        sys.exit(status)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Turn lists of research papers into a static catalogue."""


@main.command()
@click.option(
    "--content",
    type=PLACE,
    metavar="PLACE",
    default="content",
    show_default=True,
    help="The folder that holds papers/*.md, or its address in a store: s3://BUCKET/PATH.",
)
@click.option(
    "--output",
    type=PLACE,
    metavar="PLACE",
    default="public",
    show_default=True,
    help="The folder to put the site in, or its address in a store.",
)
@templates_option
@static_option
@cache_option
@click.option("--no-cache", is_flag=True, help="Make everything anew, and remember nothing.")
@click.option(
    "--processes", type=click.IntRange(1), help="So many processes of this machine work.  [default: one for each core]"
)
@click.option("--scheduler", metavar="ADDRESS", help="Let the workers of a Dask scheduler work, too: tcp://HOST:8786.")
@_long
def build(
    progress: Progress,
    content: str,
    output: str,
    templates: Path | None,
    static: Path | None,
    cache: Path,
    no_cache: bool,
    processes: int | None,
    scheduler: str | None,
) -> _Answer:
    """Build the site."""
    from site_builder.receipt import Places

    remembered = None if no_cache else cache
    with _folders(content, output, remembered, progress) as (source, site):
        progress.stage("look")
        built, sources = _unchanged(Places.of(source, site, templates, static), remembered)
        if built is None:
            progress.stage("load")
            # Here, because a build that changes nothing need not load it.
            from site_builder.build import build as run
            from site_builder.build import keeping_everything

            with keeping_everything(), _workers(processes, scheduler):
                built = run(
                    source,
                    site,
                    templates=templates,
                    static=static,
                    cache_dir=remembered,
                    sources=sources,
                    progress=progress,
                )
                gc.freeze()  # or the first search for garbage would look at all that was made, just before the end
    told = ("papers", "topics", "collections", "pages", "written", "removed")
    return _Answer(
        f"{_counted(built.papers, 'paper')}, {_counted(built.topics, 'topic')}, {_counted(built.pages, 'page')} "
        f"in {built.seconds:.2f} s ({_counted(len(built.written), 'file')} written, {len(built.removed):,} removed); "
        f"to look at it open {output.rstrip('/')}/index.html",
        lambda: {name: getattr(built, name) for name in told},
        [Problem("", 0, 0, warning) for warning in built.warnings],
    )


def _unchanged(places: Places, cache: Path | None) -> tuple[Built | None, str]:
    """Return what the last build made where there is nothing else to make, and how its sources look."""
    from site_builder.publish.cache import open_cache, version_for
    from site_builder.receipt import unchanged

    if cache is None:
        return None, places.sources()
    with open_cache(cache, version_for(places.content)) as opened:
        return unchanged(places, opened)


@contextmanager
def _folders(content: str, output: str, cache: Path | None, progress: Progress) -> Iterator[tuple[Path, Path]]:
    """Give the folders of content and site, which are copies where these are in a store."""
    if "://" not in content + output:
        yield Path(content), Path(output)
        return
    from site_builder.store import at_hand

    with at_hand(content, output, cache, progress) as folders:
        yield folders


@main.command()
@click.argument("output", type=FOLDER, default=Path("public"))
@click.option("--content", type=FOLDER, help="Also hold the site to the addresses that this folder's ledger promises.")
@click.option("--base", multiple=True, help="The address the site is served at.  [default: / and /repo/]")
@_long
def check(progress: Progress, output: Path, content: Path | None, base: tuple[str, ...]) -> _Answer:
    """Read the built site as a visitor would and report what is broken."""
    from site_builder.check import BASES
    from site_builder.check import check as run

    bases = base or BASES
    if problems := run(output, bases=bases, content=content, progress=progress):
        raise UserError(problems)
    summary = f"{output}: no broken link, duplicate id or missing title at {' and '.join(bases)}"
    return _Answer(summary, lambda: {"bases": bases}, aside=True)


@main.command()
@content_option
@output_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def serve(content: Path, output: Path, port: int) -> None:
    """Show the site, rebuilt and reloaded while you edit."""
    from site_builder.serve import serve as run

    run(content, output, port=port)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@content_option
@click.option("--name", help="The id of the collection, where one file is read.  [default: from the file's name]")
@click.option("--without-body", is_flag=True, help="Decide topics and tags from the abstracts but leave these out.")
@click.option("--no-repair", is_flag=True, help="Leave titles and abstracts as they were copied.")
@click.option("--explain-repairs", is_flag=True, help="Print each repair of a text, with its place and its rule.")
@click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), help="Write what became of each line, as JSON."
)
@dry_run_option
@_long
def ingest(
    progress: Progress,
    paths: tuple[Path, ...],
    content: Path,
    name: str | None,
    without_body: bool,
    no_repair: bool,
    explain_repairs: bool,
    report: Path | None,
    dry_run: bool,
) -> _Answer:
    """Take in dumps: pasted lists of papers, or JSON lines."""
    from site_builder.content.writing import write_text
    from site_builder.ingest import ingest as run

    outcome = run(
        paths,
        content,
        day=_today(),
        name=name,
        dry_run=dry_run,
        without_body=without_body,
        without_repair=no_repair,
        progress=progress,
    )
    if report:
        write_text(report, json.dumps(outcome.report(), ensure_ascii=False, indent=1) + "\n")
    repairs = outcome.repairs if explain_repairs else ()

    def fields() -> dict[str, Any]:
        explained = {"repairs": list(map(msgspec.to_builtins, repairs))} if explain_repairs else {}
        return outcome.account() | explained

    return _Answer(outcome.summary(), fields, outcome.doubts, lines=repairs)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@content_option
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write what became of it all, as JSON.")
@dry_run_option
def overlay(file: Path, content: Path, report: Path | None, dry_run: bool) -> None:
    """Merge facts (JSON lines: ids, authors, year, venue, links) into the pages of the papers with these titles."""
    from site_builder.content.writing import write_text
    from site_builder.ingest.overlay import overlay as run

    outcome = run(file, content, _read(content).papers, dry_run=dry_run)
    if report:
        write_text(report, json.dumps(outcome.report(), ensure_ascii=False, indent=1) + "\n")
    for problem in outcome.doubts:
        click.echo(problem, err=True)
    click.echo(outcome.summary())


@main.command()
@click.argument("query")
@content_option
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True)
@click.option("--explain", is_flag=True, help="Show what each word of the query adds to a score.")
def search(query: str, content: Path, limit: int, explain: bool) -> None:
    """Search the papers of a content folder.

    QUERY is read as the search page of the site reads it: words, "two words", -word, OR, AND, NOT, and title:, author:,
    topic:, tag:, in: (a collection) and year: before what they say.
    """
    from site_builder.content.holdings import Holdings
    from site_builder.search.curator import find, told

    catalogue = _read(content)
    found = find(catalogue, query, limit)
    holdings = Holdings.of(content)
    for paper in found:
        title = catalogue.by_slug[paper.slug].title
        click.echo(f"{paper.score:7.2f}  {title}\n         {holdings.where(paper.slug).place}")
        for line in told(paper) if explain else ():
            click.echo(f"         {line}")
    if not found:
        click.echo(f"nothing found for {query!r}", err=True)


@main.command()
@content_option
@click.option(
    "--explain", "slug", metavar="SLUG", help="Show what each rule finds in one paper, or those of one topic in all."
)
@click.option(
    "--audit", "whole", is_flag=True, help="Show what is odd: papers without topics, rules that never match ..."
)
@sources_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON; by itself {title: [topic, ...]}, as the rules alone decide."
)
def topics(content: Path, slug: str | None, whole: bool, sources: tuple[Path, ...], as_json: bool) -> None:
    """Show what the rules of the topics decide from the text that is there, and why."""
    from site_builder.meaning.retag import decided

    if slug is not None and whole:
        raise click.UsageError("--explain is of one paper or topic and --audit of all; give one of them")
    catalogue = _read(content, to_retag=True)
    analyser = _analyser(content, catalogue)
    if slug is not None or whole:
        found, lines = (
            _explained(slug, content, catalogue, analyser, sources)
            if slug is not None
            else _audited(content, catalogue, analyser, sources)
        )
        click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n".join(lines))
        return
    by_title = decided(catalogue.papers, analyser)
    if as_json:
        click.echo(json.dumps(by_title, ensure_ascii=False, indent=1))
        return
    for topic in catalogue.topics:
        click.echo(f"{sum(topic.id in found for found in by_title.values()):6,}  {topic.name} ({topic.id})")


@main.command()
@content_option
@sources_option
@dry_run_option
def retag(content: Path, sources: tuple[Path, ...], dry_run: bool) -> None:
    """Let today's rules decide topics and tags anew, where no person has touched them, and show the difference.

    A page whose abstract was left out is decided from the files that --from names, and left alone without them.
    """
    from site_builder.content.holdings import Holdings
    from site_builder.content.papers import withheld
    from site_builder.ingest import abstracts
    from site_builder.meaning.retag import retag as run

    catalogue = _read(content, to_retag=True)
    texts = abstracts(sources, catalogue.papers) if sources else {}
    decided = run(catalogue.papers, _analyser(content, catalogue), texts)
    changed = [(paper, changes) for paper, changes in decided if changes]
    holdings = Holdings.of(content)
    for paper, changes in changed:
        path = holdings.where(paper.slug).place
        if not dry_run:
            holdings.put(paper)
        for change in changes:
            signed = [*(f"-{value}" for value in change.removed), *(f"+{value}" for value in change.added)]
            click.echo(f"{path}: {change.field}: {', '.join(signed) or 'another order'}")
    holdings.flush()
    click.echo(f"{_counted(len(changed), 'paper')} {'would change' if dry_run else 'changed'}")
    if left := sum(withheld(paper) and paper.slug not in texts for paper in catalogue.papers):
        click.echo(f"{_counted(left, 'paper')} left alone: the abstract is not here; say with --from where it is")


@main.command()
@content_option
def record(content: Path) -> None:
    """Enter the papers that are not in the ledger yet: their addresses are promised from today on."""
    from msgspec.structs import replace

    from site_builder.content.writing import append_to_ledger

    newcomers = [replace(address, day=_today()) for address in _read(content).ledger if not address.day]
    append_to_ledger(content, newcomers)
    click.echo(f"{_counted(len(newcomers), 'address', 'addresses')} recorded")


@main.command()
@click.argument("title")
@content_option
def new(title: str, content: Path) -> None:
    """Begin a paper's page by hand, at the address of its title."""
    from site_builder.content.folder import paper_path
    from site_builder.content.papers import write_paper
    from site_builder.content.writing import append_to_ledger, write_text
    from site_builder.model import Address, Paper
    from site_builder.text.slugs import slugify

    slug = slugify(title)
    path = paper_path(content, slug)
    if not title.strip():
        raise UserError("the title is empty; give the paper's title")
    path.parent.mkdir(parents=True, exist_ok=True)
    if any(address.slug == slug for address in _read(content).ledger):
        raise UserError([Problem(str(path), 0, 0, "the address is taken; edit that page, or give another title")])
    write_text(path, write_paper(Paper(slug=slug, title=title)))
    append_to_ledger(content, [Address(slug, _today(), title)])
    click.echo(path)


@main.command()
@content_option
@click.option(
    "--to",
    "kind",
    type=click.Choice(["markdown", "jsonl"]),
    default="markdown",
    show_default=True,
    help="What packs are to be: Markdown as files have it, byte for byte, or a line of JSON for each paper.",
)
@click.option(
    "--into", "size", type=click.IntRange(1), default=1000, show_default=True, help="How many papers a pack gets."
)
@dry_run_option
def pack(content: Path, kind: str, size: int, dry_run: bool) -> None:
    """Put all papers into packs: files with many papers each, in the order of the ledger."""
    from site_builder.content.packing import pack as run
    from site_builder.content.packs import FORMS

    moved = run(content, FORMS[kind], size, dry_run=dry_run)
    for problem in moved.left:
        click.echo(problem, err=True)
    kept = f", {len({problem.path for problem in moved.left}):,} left in files of their own" if moved.left else ""
    layout = f", {moved.laid_out:,} lose a layout by hand" if moved.laid_out else ""
    click.echo(
        f"{_counted(moved.papers, 'paper')} in {_counted(moved.packs, 'pack')}{kept}{layout} ("
        f"{_counted(moved.written, 'file')} written, {moved.removed:,} removed{_DRY if dry_run else ''})"
    )


@main.command()
@content_option
@dry_run_option
def unpack(content: Path, dry_run: bool) -> None:
    """Give each paper of packs a file of its own again."""
    from site_builder.content.packing import unpack as run

    moved = run(content, dry_run=dry_run)
    for problem in moved.left:
        click.echo(problem, err=True)
    click.echo(
        f"{_counted(moved.papers, 'paper')} out of {_counted(moved.packs, 'pack')} ("
        f"{_counted(moved.written, 'file')} written, {moved.removed:,} removed{_DRY if dry_run else ''})"
    )


_DRY = "; not really: this was a dry run"


@contextmanager
def _workers(processes: int | None, scheduler: str | None) -> Iterator[None]:
    """Choose who works: so many processes of this machine and, before them, the workers of a scheduler."""
    from site_builder.cores import Machine, on

    machine = Machine(processes)
    if scheduler is None:
        with on(machine):
            yield
        return
    from site_builder.cluster import connected

    with connected(scheduler) as cluster, on(cluster, machine):
        yield


def _read(content: Path, *, to_retag: bool = False) -> Catalogue:
    from site_builder.content.folder import read
    from site_builder.publish.cache import open_cache, version_for

    with open_cache(Path(".cache"), version_for(content)) as cache:
        return read(content, cache, to_retag=to_retag)


def _analyser(content: Path, catalogue: Catalogue) -> Analyser:
    from site_builder.content.folder import topics_path
    from site_builder.meaning.analysis import Analyser
    from site_builder.meaning.weights import load

    return Analyser(catalogue.topics, load(content), str(topics_path(content)))


def _explained(
    slug: str, content: Path, catalogue: Catalogue, analyser: Analyser, sources: tuple[Path, ...]
) -> tuple[Any, Iterable[str]]:
    from msgspec import to_builtins

    from site_builder.content.folder import paper_path, topics_path
    from site_builder.content.schema import nearest
    from site_builder.ingest import abstracts
    from site_builder.meaning.analysis import Analyser
    from site_builder.meaning.audit import explain, explain_topic, explained, explained_topic

    rules = str(topics_path(content))
    if paper := catalogue.by_slug.get(slug):
        found = explain(paper, analyser, abstracts(sources, [paper]).get(slug, "") if sources else "")
        return to_builtins(found), explained(found, rules)
    if topic := next((topic for topic in catalogue.topics if topic.id == slug), None):
        alone = Analyser((topic,), analyser.weights, rules)
        texts = abstracts(sources, catalogue.papers) if sources else {}
        of_topic = explain_topic(topic, catalogue.papers, alone, texts)
        return to_builtins(of_topic), explained_topic(of_topic, rules)
    known = [*catalogue.by_slug, *(topic.id for topic in catalogue.topics)]
    message = (
        f"there is no such paper, and no topic of this name{nearest(slug, known)}; give the name of a paper's file "
        "without '.md', or the id of a topic"
    )
    raise UserError([Problem(str(paper_path(content, slug)), 0, 0, message)])


def _audited(
    content: Path, catalogue: Catalogue, analyser: Analyser, sources: tuple[Path, ...]
) -> tuple[Any, Iterable[str]]:
    from msgspec import to_builtins

    from site_builder.content.folder import topics_path
    from site_builder.ingest import abstracts
    from site_builder.meaning.audit import audit, audited

    found = audit(catalogue, analyser, abstracts(sources, catalogue.papers) if sources else {})
    return to_builtins(found), audited(found, str(topics_path(content)))


def _today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()


def _counted(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
