"""Where the bytes of papers' pages go.

    python -m bench.pages public            of a site that was built
    python -m bench.pages public other      of two, side by side

The average page of a paper, part by part, before compression, and with gzip as a whole.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = {
    "charset, policy": "<!doctype",
    "title and description": "<title>",
    "name of the site, citation fields": '<meta property="og:site_name"',
    "linked data": '<script type="application/ld+json">',
    "icon, style, scripts, feed": '<link rel="icon"',
    "header": "<body",
    "trail": "<main",
    "title, finding, authors": "<article>",
    "where to read it": '<section class="card"',
    "text": '<section><h2 id="text">',
    "topics with their words": '<section><h2 id="filed">',
    "tags": '<section><h2 id="tags">',
    "related papers with reasons": '<section><h2 id="related">',
    "citation": '<section class="cite"',
    "where it was seen": '<section><h2 id="seen">',
    "footer": "</article>",
}
"""The parts of a page in their order, and what each begins with. A page need not have all."""
WHOLE, GZIP = "whole page", "with gzip"


def cut(page: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a page that it has, which make the whole of it."""
    begins = [(page.find(begin), part) for part, begin in PARTS.items() if begin in page]
    ends = [at for at, _ in begins[1:]] + [len(page)]
    for (start, part), end in zip(begins, ends, strict=True):
        yield part, page[start:end]


def weighed(site: Path) -> dict[str, float]:
    """Return for each part how many bytes the average page of a paper has of it."""
    pages = [path.read_bytes() for path in sorted((site / "papers").glob("*.html"))]
    total: Counter[str] = Counter()
    for page in pages:
        total.update({part: len(text.encode()) for part, text in cut(page.decode())})
        total.update({WHOLE: len(page), GZIP: len(zlib.compress(page, 9))})
    return {part: total[part] / len(pages) for part in [*PARTS, WHOLE, GZIP]}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path, nargs="+", help="a site that was built")
    sites = parser.parse_args().site
    columns = [weighed(site) for site in sites]
    print(f"| bytes of a paper's page | {' | '.join(map(str, sites))} |")
    print(f"|---|{'---:|' * len(sites)}")
    for part in [*PARTS, WHOLE, GZIP]:
        print(f"| {part} | {' | '.join(f'{column[part]:,.0f}' for column in columns)} |")


if __name__ == "__main__":
    main()
