"""Content and sites that are in object stores. The door to fsspec, which is there with the extra `cluster`.

The program works on folders. What is in a store has a working copy below the cache: before a build, objects that
changed are fetched into it; after one, the files that changed are put into the store. How a store is reached
(credentials, endpoint, how many connections) is fsspec's configuration, and nothing of ours.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager, suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from site_builder.cores import spread
from site_builder.errors import Problem, UserError
from site_builder.looks import Looks, digest
from site_builder.progress import counted
from site_builder.publish.cache import open_cache, version_for
from site_builder.publish.folder import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from site_builder.progress import Progress

FORMAT = 1
"""Of the list of files; a store with a list of a later format is left alone."""

BATCH = 20_000
"""Objects after which it is written down what was done, at the least; and for which processes are begun anew."""

_BESIDE = ("templates", "static")
"""Folders that may be beside the content."""

_NEW, _CHANGED = "new", "changed"
"""Stand for the digest of an object that is being put there, so long as it is not certain that it is."""

_TELLING = (
    "size",
    "ETag",
    "etag",
    "md5Hash",
    "generation",
    "LastModified",
    "last_modified",
    "mtime",
    "updated",
    "created",
)
"""What stores say of an object that changes when it does; each says some of it."""

_MAGIC = frozenset("*?[")

_decode_list = msgspec.json.Decoder(dict[str, str]).decode


class _Manifest(msgspec.Struct):
    """The object `.site-builder` of a site in a store: what we put there, by path with the digest of each."""

    format: int
    files: dict[str, str]


class Store(NamedTuple):
    """A place in an object store."""

    url: str
    system: Any
    """A file system of fsspec."""
    root: str

    def path(self, name: str) -> str:
        """Return an object's name in the file system."""
        return f"{self.root}/{name}"


@contextmanager
def at_hand(content: str, output: str, cache: Path | None, progress: Progress) -> Iterator[tuple[Path, Path]]:
    """Give a folder for each of two places, be they in a store or not.

    Those in a store are addresses such as `s3://bucket/site`. Content is fetched first. A site is delivered at the end,
    unless something is raised; what is wrong is told with the places in the store. Without a cache nothing is kept.
    Raises UserError where a store refuses what is asked of it.
    """
    with _workplace(cache) as workplace:
        copies: dict[Path, str] = {}
        source, site = Path(content), Path(output)
        if "://" in content:
            source = _copy(workplace, content, "content")
            copies |= _fetch_all(content, source, progress)
        if "://" in output:
            site = _copy(workplace, output, "site")
            copies[site] = output
            target = opened(output)
            there = manifest(target)  # before the work: a store may not want the site
        try:
            yield source, site
        except UserError as error:
            raise _renamed(error, copies) from None
        if "://" in output:
            progress.stage("deliver")
            with open_cache(cache, version_for(source)) as looked:
                digests = _digests(site, Looks(os.path.realpath(site), looked))
            deliver(site, digests, target, there, progress)


@contextmanager
def _workplace(cache: Path | None) -> Iterator[Path]:
    if cache is not None:
        yield cache / "stores"
        return
    with tempfile.TemporaryDirectory(prefix="site-builder-") as folder:
        yield Path(folder)


def _copy(workplace: Path, url: str, name: str) -> Path:
    return workplace / digest(url.rstrip("/").encode()).hex()[:16] / name


def _fetch_all(url: str, copy: Path, progress: Progress) -> dict[Path, str]:
    """Fetch content and what is beside it; return the copies of them all with their addresses."""
    url = url.rstrip("/")
    above = url.rpartition("/")[0]
    places = {copy: url}
    if not above.endswith("/"):  # a whole bucket has nothing beside it
        places |= {copy.with_name(name): f"{above}/{name}" for name in _BESIDE}
    progress.stage("fetch")
    for folder, address in places.items():
        fetch(address, folder, progress)
        if folder != copy and not any(folder.iterdir()):
            folder.rmdir()
    return places


def fetch(url: str, folder: Path, progress: Progress) -> None:
    """Make a folder hold what a store does, fetching only what changed since the last time."""
    store = opened(url)
    list_of = folder.with_name(f"{folder.name}.json")
    with _asking(store):
        stamps = {name: _stamp(info) for name, info in _objects(store)}
    known = _decode_list(list_of.read_bytes()) if list_of.exists() else {}
    folder.mkdir(parents=True, exist_ok=True)
    present = set(_files(folder))
    known = {name: stamp for name, stamp in known.items() if name in present and stamps.get(name) == stamp}
    wanted = [name for name in stamps if name not in known]
    for name in present - stamps.keys():
        (folder / name).unlink()
    if not wanted and len(known) == len(present):
        return
    progress.expect(len(wanted))
    _write(list_of, known)  # from here on, what is not in it may be half fetched
    for batch in _batches(wanted, BATCH):
        with _asking(store):
            for done in spread(partial(_get, store.url, folder), batch, travels=False):
                known |= {name: stamps[name] for name in counted(done, progress)}
        _write(list_of, known)


def deliver(site: Path, digests: Mapping[str, str], store: Store, there: Mapping[str, str], progress: Progress) -> None:
    """Put the files of a site into a store that are not `there`, as its manifest has it, and remove those that went.

    In an order in which no page that a reader may see leads to one that is not there: what is new, the home page last;
    then what changed; then what goes. Who is killed in between has left a note of what is uncertain.
    """
    wanted = sorted((path for path in digests if there.get(path) != digests[path]), key=lambda path: _turn(path, there))
    gone = sorted(there.keys() - digests.keys())
    if not wanted and not gone:
        return
    held = {**there, **{path: _NEW if _is_new(path, there) else _CHANGED for path in wanted}}
    progress.expect(len(wanted))
    _write_manifest(store, held)
    noted = done = 0
    for _, turn in groupby(wanted, key=lambda path: _turn(path, there)):
        for batch in _batches(list(turn), BATCH):
            with _asking(store):
                for put in spread(partial(_put, store.url, site), batch, travels=False):
                    held |= {path: digests[path] for path in counted(put, progress)}
            done += len(batch)
            if done - noted >= max(BATCH, len(held) // 10):  # a note of many files takes its time
                _write_manifest(store, held)
                noted = done
    with _asking(store):
        _remove(store, gone)
    _write_manifest(store, digests)


def _turn(path: str, there: Mapping[str, str]) -> tuple[bool, bool, bool]:
    """Return when a file's turn is, the least first."""
    return not _is_new(path, there), "/" not in path, path == "index.html"


def _is_new(path: str, there: Mapping[str, str]) -> bool:
    return there.get(path, _NEW) == _NEW


def _get(url: str, folder: Path, names: Sequence[str]) -> Sequence[str]:
    """Fetch objects, in whatever process: connections do not survive a fork, so each has its own."""
    store = opened(url)
    store.system.get([store.path(name) for name in names], [str(folder / name) for name in names])
    return names


def _put(url: str, site: Path, paths: Sequence[str]) -> Sequence[str]:
    store = opened(url)
    store.system.put([str(site / path) for path in paths], [store.path(path) for path in paths])
    return paths


def _remove(store: Store, paths: Iterable[str]) -> None:
    names = [store.path(path) for path in paths]
    plain = [name for name in names if _MAGIC.isdisjoint(name)]  # others would be patterns
    single = [name for name in names if not _MAGIC.isdisjoint(name)]
    try:
        if plain:
            store.system.rm(plain)
    except FileNotFoundError:  # somebody was cut off before it was there, or when it was gone
        single = names
    for name in single:
        with suppress(FileNotFoundError):
            store.system.rm_file(name)


def manifest(store: Store) -> dict[str, str]:
    """Return what we put into a store. Raises UserError where it holds what we did not."""
    with _asking(store):
        store.system.invalidate_cache()
        try:
            found = msgspec.json.decode(store.system.cat_file(store.path(MARKER)), type=_Manifest)
        except FileNotFoundError:
            if any(True for _ in _objects(store)):
                message = "there are objects that site-builder did not put there; remove them, or name another place"
                raise UserError([Problem(store.url, 0, 0, message)]) from None
            return {}
        except msgspec.DecodeError:
            message = "this is not the list that site-builder keeps there; remove it and all beside it"
            raise UserError([Problem(f"{store.url}/{MARKER}", 0, 0, message)]) from None
    if found.format > FORMAT:
        message = "a later version of site-builder put the site there; build it with that"
        raise UserError([Problem(store.url, 0, 0, message)])
    return found.files


def _write_manifest(store: Store, files: Mapping[str, str]) -> None:
    with _asking(store):
        store.system.pipe_file(store.path(MARKER), msgspec.json.encode(_Manifest(FORMAT, dict(files))))


def opened(url: str) -> Store:
    """Return the store at an address. Raises UserError where that is none, or something is not installed."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UserError(f"{url} needs fsspec; run: pip install 'site-builder[cluster]'") from error
    url = url.rstrip("/")
    if url.startswith(("file:", "local:")):
        raise UserError([Problem(url, 0, 0, "this is a folder of this machine; give its path alone")])
    try:
        system, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UserError(
            [Problem(url, 0, 0, f"{error}; the address begins with the kind of store, as s3://")]
        ) from error
    return Store(url, system, root.rstrip("/"))


@contextmanager
def _asking(store: Store) -> Iterator[None]:
    """Tell what a store refuses as something that the user can mend."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # each kind of store has its own
        said = str(error) or type(error).__name__
        message = f"the store says: {said}; see to it that it can be reached, then build again"
        raise UserError([Problem(store.url, 0, 0, message)]) from error


def _objects(store: Store) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the objects below a place by their names from there. Raises UserError for a name that leads elsewhere."""
    store.system.invalidate_cache()
    for path, info in store.system.find(store.root, detail=True).items():
        name = path.removeprefix(store.root).removeprefix("/")
        if not name or name.endswith("/") or info.get("type") == "directory":
            continue
        if any(part in ("", ".", "..") for part in name.split("/")):
            raise UserError([Problem(f"{store.url}/{name}", 0, 0, "no file can have this name; rename the object")])
        yield name, info


def _stamp(info: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={info[key]}" for key in _TELLING if info.get(key) is not None)


def _files(folder: Path) -> Iterator[str]:
    for root, _, names in os.walk(folder):
        inside = os.path.relpath(root, folder)
        yield from (name if inside == "." else f"{inside}/{name}" for name in names)


def _digests(site: Path, looks: Looks) -> dict[str, str]:
    """Return the digests of a site's files; the build that made them remembers most."""
    root = os.path.realpath(site)
    return {name: _digest_of(f"{root}/{name}", looks) for name in sorted(_files(site)) if name != MARKER}


def _digest_of(path: str, looks: Looks) -> str:
    return (looks.digest(path) or digest(Path(path).read_bytes())).hex()


def _renamed(error: UserError, copies: Mapping[Path, str]) -> UserError:
    """Tell places in working copies as those in the store."""
    names = {str(form): url for folder, url in copies.items() for form in (folder, folder.resolve())}

    def rename(text: str) -> str:
        for name, url in names.items():
            text = text.replace(name, url)
        return text

    return UserError(msgspec.structs.replace(p, path=rename(p.path), message=rename(p.message)) for p in error.problems)


def _batches(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


def _write(path: Path, known: Mapping[str, str]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(known), "utf-8")
    new.replace(path)
