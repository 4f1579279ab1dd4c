"""The floor of the machine: read what a build reads and write as many bytes under the same names, and nothing else.

    python -m bench.floor CONTENT SITE OUTPUT

SITE is a built site; of its files only names and sizes are used, which are read before.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FILES = "files.tsv"


def survey(site: Path, listed: Path) -> tuple[int, int]:
    """Write the size and the path of each file of a site, a line each; return how many there are and their bytes."""
    count = total = 0
    with listed.open("w", encoding="utf-8") as lines:
        for folder, _, names in os.walk(site):
            for name in names:
                path = Path(folder, name)
                size = path.stat().st_size
                lines.write(f"{size}\t{path.relative_to(site)}\n")
                count += 1
                total += size
    return count, total


def copy(content: Path, listed: Path, output: Path) -> None:
    """Read every file of a folder, then write files of the listed sizes."""
    for folder, _, names in os.walk(content):
        for name in names:
            Path(folder, name).read_bytes()
    text = b"a sentence of a page that says nothing. " * 1_000
    made = set()
    with listed.open(encoding="utf-8") as lines:
        for line in lines:
            size, _, name = line.rstrip("\n").partition("\t")
            path = f"{output}/{name}"
            folder = path.rpartition("/")[0]
            if folder not in made:
                Path(folder).mkdir(parents=True, exist_ok=True)
                made.add(folder)
            whole, rest = divmod(int(size), len(text))
            with Path(path).open("wb") as file:
                file.write(text * whole + text[:rest])


if __name__ == "__main__":
    copy(*map(Path, sys.argv[1:4]))
