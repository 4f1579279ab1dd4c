"""What a user can fix, and how it is told: place, what is wrong, what to do next."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a system says of a write, and then it does not name the file."""


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong, with its place; lines and columns count from 1, and 0 stands for "the whole file"."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = self.path
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        return f"{place}: {self.message}" if place else self.message


class UserError(Exception):
    """Something only the user can mend, with every problem of the run.

    The command line prints them and exits with 1.
    """

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        if isinstance(problems, str):
            problems = [Problem("", 0, 0, problems)]
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


@contextmanager
def blaming_files(again: str) -> Iterator[None]:
    """Tell as of other problems of a file that went away, that may not be read or written, or that has no room.

    `again` says what to do when that is mended.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno not in _NO_ROOM:
            raise
        message = f"this failed ({error.strerror}); mend that and {again}"
        raise UserError([Problem(os.fsdecode(error.filename or ""), 0, 0, message)]) from error
