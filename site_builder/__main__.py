"""The command `site-builder`, and `python -m site_builder`."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import NoReturn

from site_builder.cli import main


def program() -> NoReturn:
    """Do what was typed and end at once: to free what a build has made piece by piece takes as long as to publish."""
    try:
        main(prog_name="site-builder")
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        status = end.code or 0
    with suppress(BrokenPipeError):  # whoever read it has seen enough
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    program()
