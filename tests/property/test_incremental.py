"""An incremental build is the clean build, and one changed paper changes little."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from site_builder import shipped
from site_builder.build import build
from site_builder.content.folder import paper_path
from site_builder.content.papers import read_paper, write_paper
from site_builder.content.writing import append_to_ledger, write_text
from site_builder.model import Address, Paper
from tests import invented

Edit = Callable[[Path, int], None]


def _papers(site: Path) -> list[Path]:
    return sorted((site / "content" / "papers").glob("*.md"))


def _rewrite(site: Path, seed: int, change: Callable[[Paper], Paper]) -> None:
    papers = _papers(site)
    if papers:
        path = papers[seed % len(papers)]
        paper = read_paper(path.read_text("utf-8"), str(path), path.stem)
        write_text(path, write_paper(change(paper)))


def add(site: Path, seed: int) -> None:
    paper = invented.paper(seed, f"added-{seed}")
    path = paper_path(site / "content", paper.slug)
    if not path.exists() and seed % 2:
        append_to_ledger(site / "content", [Address(paper.slug, "2027-01-01", paper.title)])
    write_text(path, write_paper(paper))


def change(site: Path, seed: int) -> None:
    _rewrite(site, seed, lambda paper: replace(paper, body=invented.paper(seed + 1).body + " *Twice*, `<seg>`."))


def rename(site: Path, seed: int) -> None:
    _rewrite(site, seed, lambda paper: replace(paper, title=invented.paper(seed + 2).title))


def retag(site: Path, seed: int) -> None:
    other = invented.paper(seed + 3)
    _rewrite(site, seed, lambda paper: replace(paper, topics=other.topics, tags=other.tags))


def credit(site: Path, seed: int) -> None:
    _rewrite(site, seed, lambda paper: replace(paper, authors=invented.paper(seed + 4).authors))


def delete(site: Path, seed: int) -> None:
    papers = _papers(site)
    if papers:
        gone = papers[seed % len(papers)]
        gone.unlink()
        ledger = site / "content" / "ledger.tsv"
        lines = ledger.read_text("utf-8").splitlines(keepends=True)
        kept = [f"{line.rstrip()}\twithdrawn\n" if line.startswith(f"{gone.stem}\t") else line for line in lines]
        write_text(ledger, "".join(kept))


def change_template(site: Path, seed: int) -> None:
    templates = sorted(path for path in shipped.TEMPLATES.rglob("*") if path.is_file())
    chosen = templates[seed % len(templates)]
    text = chosen.read_text("utf-8") + f"{{# {seed} #}}\n"
    write_text(site / "templates" / chosen.relative_to(shipped.TEMPLATES), text)


def change_static(site: Path, seed: int) -> None:
    write_text(site / "static" / f"own-{seed % 3}.css", f"/* {seed} */\n")


def change_settings(site: Path, seed: int) -> None:
    address = "url: https://example.org\n" if seed % 2 else ""
    compress = "compress: [gzip]\n" if seed % 3 else ""
    write_text(site / "content" / "site.yaml", f'title: "Site {seed}"\n{address}{compress}')


def change_synonyms(site: Path, seed: int) -> None:
    groups = (
        [invented.word(rank), f"{invented.word(rank + 1)} {invented.word(rank + 2)}"] for rank in (seed, seed % 3)
    )
    write_text(site / "content" / "synonyms.yaml", "".join(f"- forms: [{', '.join(forms)}]\n" for forms in groups))


EDITS: tuple[Edit, ...] = (
    add,
    change,
    rename,
    retag,
    credit,
    delete,
    change_template,
    change_static,
    change_settings,
    change_synonyms,
)


@contextmanager
def a_site(papers: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        invented.folder(site / "content", papers)
        yield site


def built(site: Path, name: str) -> dict[str, bytes]:
    build(site / "content", site / name, cache_dir=site / f"{name}.cache")
    return invented.tree(site / name)


def settle(site: Path) -> None:
    """Let a minute pass: a file that was changed just now is always read again."""
    for path in site.rglob("*"):
        if path.is_file() and not any(part.endswith(".cache") for part in path.parts):
            status = path.stat()
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 60 * 10**9))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 40), st.booleans()), min_size=1, max_size=6))
def test_after_any_edits_an_incremental_build_equals_a_clean_one(edits: list[tuple[Edit, int, bool]]) -> None:
    with a_site(12) as site:
        built(site, "public")
        for edit, seed, later in edits:
            if later:
                settle(site)
                built(site, "public")
            edit(site, seed)
            incremental = built(site, "public")
        clean = built(site, "clean")
        assert incremental.keys() == clean.keys()
        assert [path for path in clean if incremental[path] != clean[path]] == []


def test_deleting_the_cache_or_the_output_changes_no_byte() -> None:
    with a_site(12) as site:
        first = built(site, "public")
        shutil.rmtree(site / "public.cache")
        assert built(site, "public") == first
        shutil.rmtree(site / "public")
        assert built(site, "public") == first


@pytest.fixture(scope="module")
def large() -> Iterator[Path]:
    with a_site(2_000) as site:
        yield site


def test_one_replaced_paper_among_many_changes_only_what_speaks_of_it(large: Path) -> None:
    before = built(large, "public")
    path = paper_path(large / "content", "paper-1234")
    old = read_paper(path.read_text("utf-8"), str(path), "paper-1234")
    new = replace(old, body=invented.paper(9_999).body)
    write_text(path, write_paper(new))
    after = built(large, "public")
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}

    shards = {name for name in changed & after.keys() if name.startswith("search/")}
    changed = {name for name in changed if name in shards or not name.startswith("search/")}
    speaking = {name for name in changed - shards if b"paper-1234.html" in before[name] + after[name]}
    own = "papers/paper-1234.html"
    assert own in changed
    assert changed - shards - speaking == {own} - speaking
    assert len(changed - shards) <= 60
    assert 0 < len(shards) < 0.5 * sum(name.startswith("search/") for name in after)
