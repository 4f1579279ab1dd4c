"""What a person types. Prints, turns our errors into messages, and knows nothing that a library user would miss."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from site_builder.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Stages are imported by the command that needs them: `--help` and completion stay quick.

FOLDER = click.Path(path_type=Path, file_okay=False)
content_option = click.option(
    "--content", type=FOLDER, default=Path("content"), show_default=True, help="The folder with papers/*.md."
)


class _Program(click.Group):
    """The group of commands; what only the user can mend becomes a message and exit status 1."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except UserError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            sys.exit(1)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="site-builder")
def main() -> None:
    """Turn lists of research papers into a static catalogue."""


@main.command()
@content_option
@click.option("--output", type=FOLDER, default=Path("public"), show_default=True, help="The folder to put the site in.")
@click.option("--templates", type=FOLDER, help="Templates that override ours.  [default: templates/ beside the content]")
@click.option("--static", type=FOLDER, help="Static files that override ours.  [default: static/ beside the content]")
@click.option("--cache", type=FOLDER, default=Path(".cache"), show_default=True, help="Where to remember earlier builds.")
def build(content: Path, output: Path, templates: Path | None, static: Path | None, cache: Path) -> None:
    """Build the site."""
    from site_builder.build import build as run

    built = run(content, output, templates=templates, static=static, cache_dir=cache)
    for warning in built.warnings:
        click.echo(f"note: {warning}", err=True)
    click.echo(
        f"{built.papers:,} papers, {built.topics} topics, {built.pages:,} pages in {output}: "
        f"{len(built.written):,} files written, {len(built.removed):,} removed, {built.seconds:.2f} s"
    )
