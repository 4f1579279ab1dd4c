"""The ledger: every address ever given, in order of first publication. Append-only.

A line is `address<TAB>day<TAB>title`; a fourth column `withdrawn`, put there by a person, gives an address up: its page
goes, its number in the index stays taken.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from site_builder.errors import Problem, UserError
from site_builder.model import Address

if TYPE_CHECKING:
    from collections.abc import Iterable

WITHDRAWN = "withdrawn"


def read_ledger(text: str, path: str) -> tuple[Address, ...]:
    """Read the ledger's text. Raises UserError with every line that is wrong."""
    addresses: list[Address] = []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        columns = line.split("\t")
        if len(columns) not in (3, 4) or (len(columns) == 4 and columns[3] != WITHDRAWN):
            message = "expected address, day and title with tabs between them, and 'withdrawn' or nothing after"
            problems.append(Problem(path, number, 1, message))
            continue
        slug, day, title = columns[:3]
        if slug in first:
            message = f"'{slug}' is already on line {first[slug]}; an address has one line: take this one out"
            problems.append(Problem(path, number, 1, message))
        if not _is_day(day):
            problems.append(Problem(path, number, len(slug) + 2, f"'{day}' is not a day; write it as 2026-01-31"))
        first.setdefault(slug, number)
        addresses.append(Address(slug, day, title, withdrawn=len(columns) == 4))
    if problems:
        raise UserError(problems)
    return tuple(addresses)


def write_ledger(addresses: Iterable[Address]) -> str:
    """Return the ledger's lines for these addresses, to be appended."""
    return "".join(
        "\t".join((a.slug, a.day, " ".join(a.title.split()), *([WITHDRAWN] if a.withdrawn else []))) + "\n"
        for a in addresses
    )


@lru_cache  # most lines have the day of the one before
def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
