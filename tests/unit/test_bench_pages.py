"""Where the bytes of a page go."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from bench.pages import GZIP, PARTS, WHOLE, cut, weighed

SITE = Path(__file__).parents[1] / "golden" / "site"


def test_the_parts_of_a_page_make_the_whole_of_it_in_their_order() -> None:
    for path in (SITE / "papers").glob("*.html"):
        page = path.read_text("utf-8")
        parts = list(cut(page))
        assert "".join(text for _, text in parts) == page
        order = [list(PARTS).index(part) for part, _ in parts]
        assert all(one < next_one for one, next_one in pairwise(order))


def test_each_part_is_found_on_some_page() -> None:
    found = weighed(SITE)
    assert all(found.values())
    assert sum(found[part] for part in PARTS) == pytest.approx(found[WHOLE])
    assert found[GZIP] < found[WHOLE]
