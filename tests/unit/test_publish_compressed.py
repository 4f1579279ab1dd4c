"""Compressed twins: the same bytes each time, made only of what changed, gone with their files."""

from __future__ import annotations

import gzip
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from site_builder.build import build
from site_builder.errors import UserError
from site_builder.model import OutputFile
from site_builder.publish.cache import open_cache
from site_builder.publish.compressed import SMALLEST, Compression, compressions
from site_builder.publish.folder import Published, publish
from tests import invented

LONG = "A heron stands in the reeds. " * 100
OTHER = "A heron flies over the reeds. " * 100
BOTH = compressions(("gzip", "brotli"), "site.yaml")
Publish = Callable[..., Published]


@pytest.fixture
def published(tmp_path: Path) -> Publish:
    def publish_texts(files: dict[str, str], ways: tuple[Compression, ...] = BOTH) -> Published:
        planned = [OutputFile(path, text[:40], text.encode) for path, text in files.items()]
        with open_cache(tmp_path / "cache", "1") as cache:
            return publish(planned, tmp_path / "public", cache, compress=ways)

    return publish_texts


def tree(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if not path.name.startswith("."))


def test_a_text_lies_there_in_each_form_and_all_say_the_same(published: Publish, tmp_path: Path) -> None:
    done = published({"p/a.html": LONG})
    assert done.written == ("p/a.html", "p/a.html.gz", "p/a.html.br")
    folder = tmp_path / "public" / "p"
    assert (folder / "a.html").read_text() == LONG
    assert gzip.decompress((folder / "a.html.gz").read_bytes()).decode() == LONG
    assert importlib.import_module("brotli").decompress((folder / "a.html.br").read_bytes()).decode() == LONG


def test_only_texts_that_become_smaller_and_do_not_fit_into_a_packet_have_twins(
    published: Publish, tmp_path: Path
) -> None:
    noise = "".join(chr(33 + int.from_bytes(bytes([n % 251, n // 251])) * 48271 % 94) for n in range(1100))
    names = {"a.png": LONG, "small.html": "x" * (SMALLEST - 1), "large.html": "x" * SMALLEST, "none.txt": noise}
    published(names, compressions(["gzip"], ""))
    assert tree(tmp_path / "public") == sorted([*names, "large.html.gz", "none.txt.gz"])
    published({"none.txt": noise}, (msgspec.structs.replace(BOTH[0], version="2", compress=lambda text: text),))
    assert tree(tmp_path / "public") == ["none.txt"]


def test_no_time_and_no_name_is_in_the_bytes() -> None:
    (way,) = compressions(["gzip"], "")
    assert way.compress(LONG.encode())[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"


def test_a_file_that_did_not_change_is_not_compressed_again(published: Publish) -> None:
    seen: list[bytes] = []

    def noticed(content: bytes) -> bytes:
        seen.append(content)
        return content[:10]

    ways = (Compression("gzip", ".gz", "1", noticed),)
    published({"a.html": LONG, "b.html": LONG}, ways)
    seen.clear()
    assert published({"a.html": LONG, "b.html": OTHER}, ways).written == ("b.html", "b.html.gz")
    assert seen == [OTHER.encode()]
    seen.clear()
    assert published({"a.html": LONG, "b.html": OTHER}, ways) == Published((), (), 4)
    assert seen == []


def test_another_version_of_the_library_compresses_anew(published: Publish) -> None:
    published({"a.html": LONG}, (Compression("gzip", ".gz", "1", lambda _: b"one"),))
    assert published({"a.html": LONG}, (Compression("gzip", ".gz", "2", lambda _: b"two"),)).written == ("a.html.gz",)


def test_a_file_that_goes_takes_its_twins_along(published: Publish, tmp_path: Path) -> None:
    published({"a.html": LONG, "b.html": LONG})
    assert published({"b.html": LONG}).removed == ("a.html", "a.html.br", "a.html.gz")
    assert tree(tmp_path / "public") == ["b.html", "b.html.br", "b.html.gz"]


def test_a_file_that_becomes_small_loses_its_twins(published: Publish, tmp_path: Path) -> None:
    published({"a.html": LONG})
    done = published({"a.html": "short"})
    assert (done.written, done.removed) == (("a.html",), ("a.html.br", "a.html.gz"))
    assert tree(tmp_path / "public") == ["a.html"]
    assert published({"a.html": "short"}) == Published((), (), 1)


def test_twins_that_nobody_asks_for_any_more_go(published: Publish, tmp_path: Path) -> None:
    published({"a.html": LONG})
    assert published({"a.html": LONG}, compressions(["gzip"], "")).removed == ("a.html.br",)
    assert published({"a.html": LONG}, ()).removed == ("a.html.gz",)
    assert tree(tmp_path / "public") == ["a.html"]


def test_to_begin_or_end_compressing_makes_no_file_anew(tmp_path: Path) -> None:
    made: list[str] = []

    def made_now() -> bytes:
        made.append("a.html")
        return LONG.encode()

    def published(ways: tuple[Compression, ...]) -> Published:
        with open_cache(tmp_path / "cache", "1") as cache:
            return publish([OutputFile("a.html", "a", made_now)], tmp_path / "public", cache, compress=ways)

    published(())
    made.clear()
    assert published(compressions(["gzip"], "")) == Published(("a.html.gz",), (), 1)
    assert published(BOTH) == Published(("a.html.br",), (), 2)
    assert published(BOTH) == Published((), (), 3)
    assert published(()) == Published((), ("a.html.br", "a.html.gz"), 1)
    assert published(BOTH) == Published(("a.html.gz", "a.html.br"), (), 1)
    assert made == []
    assert gzip.decompress((tmp_path / "public" / "a.html.gz").read_bytes()) == LONG.encode()


def test_to_end_one_way_of_compressing_compresses_nothing(published: Publish) -> None:
    published({"a.html": LONG})
    kept, gone = BOTH

    def refused(_: bytes) -> bytes:
        raise AssertionError("compressed anew")

    for way, other in ((kept, gone), (gone, kept)):
        published({"a.html": LONG}, (way, other))
        done = published({"a.html": LONG}, (msgspec.structs.replace(way, compress=refused),))
        assert done == Published((), (f"a.html{other.ending}",), 2)


def test_a_file_that_somebody_changed_is_no_source_of_twins(published: Publish, tmp_path: Path) -> None:
    published({"a.html": LONG}, ())
    (tmp_path / "public" / "a.html").write_text(OTHER)
    assert published({"a.html": LONG}).written == ("a.html", "a.html.gz", "a.html.br")
    assert gzip.decompress((tmp_path / "public" / "a.html.gz").read_bytes()).decode() == LONG


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"old")])
def test_a_twin_that_somebody_touched_in_the_output_is_restored(
    published: Publish, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    published({"a.html": LONG})
    damage(tmp_path / "public" / "a.html.gz")
    assert published({"a.html": LONG}).written == ("a.html.gz",)
    assert gzip.decompress((tmp_path / "public" / "a.html.gz").read_bytes()).decode() == LONG


def test_a_twin_that_the_site_brings_itself_is_left_as_it_is(published: Publish, tmp_path: Path) -> None:
    published({"a.js": LONG, "a.js.gz": "made elsewhere"})
    assert tree(tmp_path / "public") == ["a.js", "a.js.gz"]
    assert (tmp_path / "public" / "a.js.gz").read_text() == "made elsewhere"


def test_brotli_without_its_library_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    assert len(compressions(["gzip"], "site.yaml")) == 1
    with pytest.raises(UserError, match=r"^site\.yaml: compress: .*pip install 'site-builder\[compress\]'"):
        compressions(["gzip", "brotli"], "site.yaml")


def test_a_site_with_twins_is_the_same_in_a_clean_build_and_lists_none_of_them(tmp_path: Path) -> None:
    content = tmp_path / "content"
    invented.folder(content, 6)
    site = content / "site.yaml"
    for settings in ("{}", "url: https://example.org/", "url: https://example.org/\ncompress: [brotli, gzip]"):
        site.write_text(settings)
        build(content, tmp_path / "public", cache_dir=tmp_path / "cache")
    (content / "papers" / "paper-3.md").write_text('---\ntitle: "Another"\n---\n' + OTHER)
    build(content, tmp_path / "public", cache_dir=tmp_path / "cache")
    build(content, tmp_path / "clean", cache_dir=None)
    made = invented.tree(tmp_path / "public")
    assert made == invented.tree(tmp_path / "clean")
    assert {"index.html.gz", "index.html.br", "papers/paper-3.html.br", "search.html.gz"} <= made.keys()
    assert not any(b".gz" in made[path] or b".br" in made[path] for path in ("sitemap.xml", "sw.js"))
    assert not any(path.endswith((".gz.gz", ".br.gz", ".gz.br")) for path in made)
