"""Content and sites in an object store: what changed travels, in an order that no reader trips over."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import boto3
import fsspec
import msgspec
import pytest
from click.testing import CliRunner, Result
from fsspec.implementations.memory import MemoryFileSystem
from moto.server import ThreadedMotoServer
from selectolax.lexbor import LexborHTMLParser

from site_builder import store
from site_builder.cli import main
from site_builder.content.papers import write_paper
from site_builder.content.writing import write_text
from site_builder.errors import UserError
from site_builder.looks import digest
from site_builder.progress import SILENCE
from tests import invented

BUCKET = "catalogue"
MANIFEST = ".site-builder"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket; s3:// leads to it by fsspec's own configuration."""
    access = {"key": "nobody", "secret": "nothing", "endpoint_url": endpoint}
    monkeypatch.setitem(fsspec.config.conf, "s3", access)
    session = boto3.session.Session("nobody", "nothing", region_name="us-east-1")
    bucket = session.resource("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
    yield bucket
    bucket.objects.all().delete()


def objects(bucket: Any, prefix: str) -> dict[str, bytes]:
    return {each.key.removeprefix(prefix): each.get()["Body"].read() for each in bucket.objects.filter(Prefix=prefix)}


def put(bucket: Any, folder: Path, prefix: str) -> None:
    for path, content in invented.tree(folder).items():
        bucket.put_object(Key=prefix + path, Body=content)


def build(cache: Path, content: str, output: str) -> Result:
    return CliRunner().invoke(main, ["build", "--content", content, "--output", output, "--cache", str(cache)])


def served(folder: Path) -> dict[str, bytes]:
    """Return what of a site is for readers."""
    return {path: content for path, content in invented.tree(folder).items() if path != MANIFEST}


def test_content_in_a_store_becomes_a_site_in_a_store(bucket: Any, tmp_path: Path) -> None:
    invented.folder(tmp_path / "content", 8)
    write_text(tmp_path / "templates/tag.html", '{% extends "shipped/tag.html" %}{# ours #}')
    assert build(tmp_path / "cache", str(tmp_path / "content"), str(tmp_path / "site")).exit_code == 0
    put(bucket, tmp_path / "content", "content/")
    put(bucket, tmp_path / "templates", "templates/")
    result = build(tmp_path / "other", f"s3://{BUCKET}/content", f"s3://{BUCKET}/site")
    assert result.exit_code == 0, result.output
    there = objects(bucket, "site/")
    assert there.pop(MANIFEST)
    assert there == served(tmp_path / "site")
    assert bucket.Object("site/papers/paper-3.html").content_type == "text/html"


def test_only_what_changed_travels(bucket: Any, tmp_path: Path) -> None:
    papers = invented.folder(tmp_path / "content", 8)
    put(bucket, tmp_path / "content", "content/")
    places = (f"s3://{BUCKET}/content", f"s3://{BUCKET}/site")
    build(tmp_path / "cache", *places)
    before = objects(bucket, "site/")
    asked = _requests(tmp_path / "cache", *places)
    moved = [(kind, key) for kind, key in asked if kind in ("GetObject", "PutObject", "DeleteObjects")]
    assert moved == [("GetObject", f"site/{MANIFEST}")]
    bucket.put_object(Key="content/papers/paper-7.md", Body=write_paper(_with_title(papers[7], "Another Title")))
    bucket.put_object(Key="content/pages/more.md", Body="---\ntitle: More\n---\nWords.\n")
    asked = _requests(tmp_path / "cache", *places)
    fetched = {key for kind, key in asked if kind == "GetObject"} - {f"site/{MANIFEST}"}
    assert fetched == {"content/papers/paper-7.md", "content/pages/more.md"}
    sent = [key for kind, key in asked if kind == "PutObject" and key != f"site/{MANIFEST}"]
    after = objects(bucket, "site/")
    changed = [f"site/{path}" for path in after.keys() - {MANIFEST} if after[path] != before.get(path)]
    assert {"site/papers/paper-7.html", "site/more.html"} < set(sent)
    assert sorted(sent) == sorted(changed)
    bucket.Object("content/pages/more.md").delete()
    build(tmp_path / "cache", *places)
    there = objects(bucket, "site/")
    assert "more.html" not in there
    build(tmp_path / "clean", places[0], str(tmp_path / "site"))
    assert {path: there[path] for path in there if path != MANIFEST} == served(tmp_path / "site")


def _requests(cache: Path, content: str, output: str) -> list[tuple[str, str]]:
    """Build, and return what was asked of the store: the operation and the object."""
    asked: list[tuple[str, str]] = []
    fs = fsspec.filesystem("s3")

    async def call(method: str, *arguments: Any, **named: Any) -> Any:
        name = "".join(word.capitalize() for word in method.split("_"))
        asked.append((name, named.get("Key", "")))
        return await kept(method, *arguments, **named)

    kept = fs._call_s3
    fs._call_s3 = call
    try:
        result = build(cache, content, output)
    finally:
        fs._call_s3 = kept
    assert result.exit_code == 0, result.output
    return asked


def _with_title(paper: Any, title: str) -> Any:
    return msgspec.structs.replace(paper, title=title)


def test_a_build_that_fails_changes_nothing_and_tells_places_in_the_store(bucket: Any, tmp_path: Path) -> None:
    invented.folder(tmp_path / "content", 3)
    put(bucket, tmp_path / "content", "content/")
    places = (f"s3://{BUCKET}/content", f"s3://{BUCKET}/site")
    assert build(tmp_path / "cache", *places).exit_code == 0
    before = objects(bucket, "site/")
    bucket.put_object(Key="content/papers/paper-1.md", Body=b"---\ntitle: [\n---\n")
    bucket.Object("content/papers/paper-2.md").delete()
    result = build(tmp_path / "cache", *places)
    assert result.exit_code == 1
    places_told = re.findall(r"^\S+?(?=:\d)", result.output, re.M)
    assert places_told == [f"s3://{BUCKET}/content/ledger.tsv", f"s3://{BUCKET}/content/papers/paper-1.md"]
    assert str(tmp_path) not in result.output
    assert objects(bucket, "site/") == before


def test_a_place_that_holds_what_is_not_ours_is_left_alone(bucket: Any, tmp_path: Path) -> None:
    invented.folder(tmp_path / "content", 1)
    bucket.put_object(Key="site/index.html", Body=b"precious")
    result = build(tmp_path / "cache", str(tmp_path / "content"), f"s3://{BUCKET}/site")
    message = "there are objects that site-builder did not put there; remove them, or name another place"
    assert (result.exit_code, result.output) == (1, f"s3://{BUCKET}/site: {message}\n")
    assert objects(bucket, "") == {"site/index.html": b"precious"}


def test_what_a_store_refuses_is_told(bucket: Any, tmp_path: Path) -> None:
    result = build(tmp_path / "cache", "s3://no-such-bucket/content", str(tmp_path / "site"))
    assert result.exit_code == 1
    assert result.output.startswith("s3://no-such-bucket/content: ")
    assert not (tmp_path / "site").exists()


# What follows needs no server: fsspec's memory is a store, too.


class _UnpluggedError(Exception):
    """Stands for a machine that lost its power."""


@pytest.fixture
def memory() -> Iterator[MemoryFileSystem]:
    fs = fsspec.filesystem("memory")
    yield fs
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]


def pages_of(fs: MemoryFileSystem) -> dict[str, bytes]:
    return {path.removeprefix("/site/"): file.getvalue() for path, file in fs.store.items()}


def broken(files: dict[str, bytes]) -> list[tuple[str, str]]:
    """Return the links to nowhere, by page and target."""
    return [(path, target) for path, content in files.items() for target in links(path, content) if target not in files]


@cache
def links(path: str, content: bytes) -> frozenset[str]:
    """Return where a page leads to within the site."""
    if not path.endswith(".html"):
        return frozenset()
    found = (node.attributes["href"] or "" for node in LexborHTMLParser(content.decode()).css("a[href]"))
    hrefs = {href.partition("#")[0].partition("?")[0] for href in found if "://" not in href}
    return frozenset(_joined(PurePosixPath(path).parent, href) for href in hrefs if href)


def _joined(folder: PurePosixPath, href: str) -> str:
    parts: list[str] = []
    for part in (*folder.parts, *href.split("/")):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def two_sites(tmp_path: Path) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Build a site and, with other papers, its successor, in `one` and `two`."""
    invented.folder(tmp_path / "content", 12)
    build(tmp_path / "cache", str(tmp_path / "content"), str(tmp_path / "one"))
    (tmp_path / "content/ledger.tsv").unlink()
    for gone in (3, 4, 5):
        (tmp_path / f"content/papers/paper-{gone}.md").unlink()
    for seed in range(30, 33):
        write_text(tmp_path / f"content/papers/paper-{seed}.md", write_paper(invented.paper(seed)))
    build(tmp_path / "cache", str(tmp_path / "content"), str(tmp_path / "two"))
    return served(tmp_path / "one"), served(tmp_path / "two")


def deliver(folder: Path) -> None:
    digests = {path: digest(content).hex() for path, content in served(folder).items()}
    target = store.opened("memory://site")
    store.deliver(folder, digests, target, store.manifest(target), SILENCE)


def test_at_no_time_does_a_page_lead_to_one_that_is_not_there(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = two_sites(tmp_path)
    assert broken(one) == broken(two) == []
    deliver(tmp_path / "one")
    watched = 0

    def watch(name: str) -> None:
        kept = getattr(memory, name)

        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal watched
            done = kept(*arguments, **named)
            there = pages_of(memory)
            assert [link for link in broken(there) if led_to(link[0], there)] == []
            watched += 1
            return done

        monkeypatch.setattr(memory, name, call)

    common = [path for path in one.keys() & two.keys() if one[path] != two[path]]

    def led_to(path: str, there: dict[str, bytes]) -> bool:
        """Tell whether pages lead to this one: to a new one once any changed, to one that goes until all did."""
        if path in one and path in two:
            return True
        return any(there[old] == (one if path in one else two)[old] for old in common)

    for name in ("put_file", "rm_file"):
        watch(name)
    deliver(tmp_path / "two")
    assert watched > 20
    there = pages_of(memory)
    assert there.pop(MANIFEST)
    assert there == two


@pytest.mark.parametrize("after", [1, 7, 40])
@pytest.mark.parametrize("then", ["one", "two"])
def test_a_delivery_that_was_cut_off_is_completed_by_the_next(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int, then: str
) -> None:
    """Also by one that wants what there was before."""
    one, two = two_sites(tmp_path)
    deliver(tmp_path / "one")
    left = after

    def put_file(self: MemoryFileSystem, *arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise _UnpluggedError
        return kept(self, *arguments, **named)

    kept = MemoryFileSystem.put_file
    with monkeypatch.context() as power:
        power.setattr(MemoryFileSystem, "put_file", put_file)
        with pytest.raises(UserError):
            deliver(tmp_path / "two")
    assert left < 0
    deliver(tmp_path / then)
    there = pages_of(memory)
    assert there.pop(MANIFEST)
    assert there == {"one": one, "two": two}[then]


def test_a_fetch_that_was_cut_off_is_completed_by_the_next(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of what was half written then, and of what is as it was at an earlier fetch."""

    def put(name: str, text: str) -> None:
        memory.pipe_file(f"/content/papers/{name}.md", text.encode())

    def fetched() -> dict[str, bytes]:
        store.fetch("memory://content", tmp_path / "content", SILENCE)
        return invented.tree(tmp_path / "content")

    for name in "abcd":
        put(name, f"first {name}")
    first = fetched()
    assert first == {f"papers/{name}.md": f"first {name}".encode() for name in "abcd"}
    for name in "abc":
        put(name, f"second {name}")
    memory.rm("/content/papers/d.md")

    def get_file(self: MemoryFileSystem, path: str, place: str, **_: Any) -> None:
        if path.endswith("b.md"):
            Path(place).write_bytes(b"sec")
            raise _UnpluggedError
        kept(self, path, place)

    kept = MemoryFileSystem.get_file
    with monkeypatch.context() as power:
        power.setattr(MemoryFileSystem, "get_file", get_file)
        with pytest.raises(UserError):
            fetched()
    assert (tmp_path / "content/papers/b.md").read_bytes() == b"sec"
    assert fetched() == {f"papers/{name}.md": f"second {name}".encode() for name in "abc"}


def test_a_name_that_leads_elsewhere_is_refused(memory: MemoryFileSystem, tmp_path: Path) -> None:
    memory.store["/content/papers/../../x.md"] = memory.open("/a", "wb")
    with pytest.raises(UserError, match="no file can have this name"):
        store.fetch("memory://content", tmp_path / "content", SILENCE)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nonsense://x/content", "Protocol not known: nonsense"),
        ("file:///tmp/content", "this is a folder of this machine; give its path alone"),
    ],
)
def test_an_address_that_is_none_is_told(place: str, message: str, tmp_path: Path) -> None:
    result = build(tmp_path / "cache", place, str(tmp_path / "site"))
    assert result.exit_code == 1
    assert message in result.output


def test_other_commands_say_that_they_work_on_folders(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["record", "--content", "s3://bucket/content"])
    assert result.exit_code == 2
    assert "only 'build' works with one" in result.output


def test_without_fsspec_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    result = build(tmp_path / "cache", "s3://bucket/content", str(tmp_path / "site"))
    assert result.output == "s3://bucket/content needs fsspec; run: pip install 'site-builder[cluster]'\n"
