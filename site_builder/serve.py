"""Show a site while it is edited: rebuild on every change, reload the browser, and show what is wrong in the page.

The page of a paper that was saved is shown at once, as it will be but for what others have to say to it; then comes the
build. One thread does both, and another answers browsers meanwhile.
"""

from __future__ import annotations

import gc
import html
import json
import logging
import mimetypes
import os
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import click
from livereload import Server
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from watchfiles import watch

from site_builder import shipped
from site_builder.build import build, forget
from site_builder.errors import Problem, UserError
from site_builder.receipt import CACHE

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence

    from site_builder.build import Preview

TOGETHER = 10
"""Milliseconds without a further change after which some changes are told."""
FEW = 8
"""Papers of which the pages are shown before the build."""
OFTEN = 0.1
"""Seconds from one look at the files to the next, at least: new folders, and those of other machines, tell nothing."""
SHARE = 5
"""A look that takes long is followed by a pause of this many times as long."""

IDLE = 2.0
"""Seconds after a build when what it left is cleared away: the page that is read again comes first."""

_DROPPINGS = (".swp", ".swx", ".tmp", "~")
"""Ends of names that editors use for files of their own."""

_STYLE = "/__serve__/problems.css"
_RELOAD = "/livereload.js"


@dataclass(slots=True)
class _Workshop:
    """The site under work: how to build it, and what was to be said of it the last time."""

    content: Path
    output: Path
    templates: Path | None
    static: Path | None
    cache_dir: Path
    problems: Sequence[Problem] = field(default=())
    notes: Sequence[str] = field(default=())
    """What the last build had to say beside its result; each is told once."""
    version: int = 1
    """Counts what readers have been shown: a page of an older version is out of date."""
    preview: Preview | None = None
    """What the last good build left to show changed papers by."""
    early: dict[str, bytes] = field(default_factory=dict)
    """By path the pages that are shown before a build has made them."""

    def sources(self) -> Iterable[Path]:
        """Return the folders whose files make the site."""
        beside = self.content.resolve().parent
        own = (self.templates or beside / "templates", self.static or beside / "static")
        return dict.fromkeys((self.content, *own, shipped.TEMPLATES, shipped.STATIC))

    def read(self, path: str) -> bytes | None:
        """Return what is shown at a path, None where nothing is. A folder shows its index."""
        early = self.early.get(path)
        if early is not None or "\0" in path:
            return early
        file = (self.output / path).resolve()
        if file.is_dir():
            file /= "index.html"
        if file.is_relative_to(self.output):
            with suppress(OSError):  # gone, at once or a moment ago: a build goes on beside
                return file.read_bytes()
        return None

    def get_ready(self) -> None:
        """Read what showing a paper needs, so that the first is shown as quickly as others."""
        if self.preview:
            self.preview.get_ready()

    def show(self, changed: Iterable[str]) -> set[str]:
        """Think out anew the pages of changed papers; return the paths of those in which a reader sees a difference."""
        papers = self.content.resolve() / "papers"
        slugs = {file.stem for file in map(Path, changed) if file.suffix == ".md" and file.parent == papers}
        shown = set()
        for slug in slugs if self.preview and len(slugs) <= FEW else ():
            try:
                found = self.preview.page(slug) if self.preview else None
            except Exception:  # noqa: BLE001 - whatever is wrong, the build is there to tell it
                found = None
            if found and found[1] != self.read(found[0]):
                self.early |= [found]
                shown.add(found[0])
        self.version += bool(shown)
        return shown

    def rebuild(self) -> Container[str] | None:
        """Build, or keep the site as it is and remember what is wrong.

        Return the pages that are as they were shown before the build; None when no reader would see a difference.
        """
        differs = self._rebuilt()
        early, self.early = self.early, {}
        settled = {path for path, page in early.items() if page == self.read(path)} if not self.problems else set()
        return settled if differs or len(settled) < len(early) else None

    def _rebuilt(self) -> bool:
        """Build, and tell whether a reader would see a difference."""
        before = self.problems
        try:
            built = build(
                self.content,
                self.output,
                templates=self.templates,
                static=self.static,
                cache_dir=self.cache_dir,
                showing=self._keep,
            )
        except UserError as error:
            self.problems = error.problems
            for problem in self.problems:
                click.echo(problem, err=True)
        except Exception as error:  # noqa: BLE001  (a server that people edit with must outlive any mistake; it is shown)
            click.echo(traceback.format_exc(), err=True)
            self.problems = (_blamed(error),)
        else:
            self.problems = ()
            for note in built.warnings:
                if note not in self.notes:
                    click.echo(f"note: {note}", err=True)
            self.notes = built.warnings
            written = len(built.written)
            files = "file" if written == 1 else "files"
            click.echo(f"{written:,} {files} written, {len(built.removed):,} removed in {built.seconds:.2f} s")
            if built.written or built.removed:
                self.version += 1
                return True
        if self.problems == before:
            return False
        self.version += 1
        return True

    def _keep(self, preview: Preview) -> None:
        self.preview = preview


def serve(
    content: Path,
    output: Path,
    *,
    templates: Path | None = None,
    static: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    cache_dir: Path = CACHE,
) -> None:
    """Build `content` into `output` and serve it at http://host:port/ until interrupted.

    Port 0 is any free one. What makes the site is watched; a change is built and shown in every open page. While
    something is wrong, the last good site stays, with the problems shown over its pages. Raises UserError when the port
    is taken.
    """
    workshop = _Workshop(content, output.resolve(), templates, static, cache_dir)
    server = _Server(workshop)
    workshop.rebuild()
    try:
        server.serve(port, host=host)
    except OSError as error:
        raise UserError(
            f"cannot serve at {host}:{port}: {error.strerror}; choose another with --port (with make: PORT=...)"
        ) from error


def snapshot(folders: Iterable[Path]) -> dict[str, tuple[int, int]]:
    """Return the time of change (ns) and the size of every file below the folders; hidden ones are left out."""
    seen: dict[str, tuple[int, int]] = {}
    for folder in folders:
        for root, below, names in os.walk(folder):
            below[:] = [name for name in below if not name.startswith(".")]
            for name in names:
                if name.startswith(".") or name.endswith(_DROPPINGS):
                    continue
                path = os.path.join(root, name)  # noqa: PTH118  (thousands of times a second)
                try:
                    status = os.stat(path)  # noqa: PTH116
                except OSError:  # Gone since it was listed.
                    continue
                seen[path] = (status.st_mtime_ns, status.st_size)
    return seen


class _Watcher(Watcher):  # type: ignore[misc]  # livereload has no types
    """Works in a thread of its own: livereload's would stop at the first changed file, and build once for each."""

    def __init__(self, workshop: _Workshop) -> None:
        super().__init__()
        self._workshop = workshop
        self._seen = snapshot(workshop.sources())
        self._changed: SimpleQueue[str] = SimpleQueue()
        self._tasks["the site"] = {}  # Where it has no task, livereload watches the current folder.

    def start(self, _callback: Callable[[], None]) -> bool:
        """Begin; readers are told by whoever has something to tell, and not by the callback."""
        self._loop = IOLoop.current()
        for work in (self._listen, self._work):
            Thread(target=work, daemon=True).start()
        return True

    def _listen(self) -> None:
        """Take down what the system tells of changes. Where it tells nothing there are still the looks."""
        folders = [folder.resolve() for folder in self._workshop.sources() if folder.is_dir()]
        with suppress(OSError, RuntimeError):  # it has no watch to give, or a folder went
            for changes in watch(*folders, watch_filter=None, step=TOGETHER, debounce=TOGETHER):
                for _, path in changes:
                    self._changed.put(path)

    def _work(self) -> None:
        """Show and build what changes, for as long as the program runs."""
        pause, clear_away = OFTEN, 0.0
        self._workshop.get_ready()
        while True:
            if shown := self._workshop.show(self._waited(pause)):
                self._tell(shown.__contains__)
            begun = time.perf_counter()
            now = snapshot(self._workshop.sources())
            pause = max(OFTEN, SHARE * (time.perf_counter() - begun))
            if now != self._seen:
                self._seen = now
                gc.disable()
                settled = self._workshop.rebuild()
                if settled is not None:
                    self._tell(partial(_is_not_among, settled))
                self._workshop.get_ready()
                clear_away = time.perf_counter() + IDLE
            elif clear_away and begun > clear_away:
                clear_away = 0.0
                forget()
                gc.collect()
                gc.enable()

    def _waited(self, pause: float) -> list[str]:
        """Wait for a change, but not longer than so many seconds; return all that have come."""
        changed = []
        with suppress(Empty):
            changed.append(self._changed.get(timeout=pause))
            while True:
                changed.append(self._changed.get_nowait())
        return changed

    def _tell(self, concerns: Callable[[str], bool]) -> None:
        """Reload the pages that are open and that this concerns, by their paths."""

        def tell() -> None:
            for socket in LiveReloadHandler.waiters.copy():
                if concerns(socket.path):
                    socket.reload()

        self._loop.add_callback(tell)


def _is_not_among(paths: Container[str], path: str) -> bool:
    return path not in paths


class _Server(Server):  # type: ignore[misc]
    """livereload's server with pages that pass the site's own Content-Security-Policy."""

    def __init__(self, workshop: _Workshop) -> None:
        super().__init__(watcher=_Watcher(workshop))
        self._workshop = workshop

    def application(self, port: int, host: str, **_options: Any) -> None:
        """Listen."""
        LiveReloadHandler.watcher = self.watcher
        LiveReloadHandler.live_css = False
        handlers: list[Any] = [
            ("/livereload", _Socket, {"workshop": self._workshop}),
            (_RELOAD, LiveReloadJSHandler),
            (_STYLE, _Style),
            ("/sw.js", _Retired),
            ("/(.*)", _Page, {"workshop": self._workshop}),
        ]
        sockets = bind_sockets(port, host)
        HTTPServer(Application(handlers)).add_sockets(sockets)
        port = sockets[0].getsockname()[1]
        click.echo(f"http://{host}:{port}/ shows {self._workshop.content} while you edit it; Ctrl+C ends it")

    def _setup_logging(self) -> None:
        """Say nothing of each request and connection."""
        logging.getLogger("livereload").setLevel(logging.ERROR)
        logging.getLogger("tornado.access").setLevel(logging.ERROR)


class _Socket(LiveReloadHandler):  # type: ignore[misc]
    """The line to an open page. One that was read before a build and calls after it missed the news, and is told."""

    def initialize(self, workshop: _Workshop) -> None:
        """Remember what is shown."""
        self._workshop = workshop
        self._version = 0
        self.path = ""

    def on_message(self, message: str | bytes) -> None:
        """Greet; the version of the page comes in the field for the version of its snippet."""
        said = json.loads(message)
        self._version = said.get("snipver", self._version)
        self.path = unquote(urlsplit(said.get("url", "")).path).removeprefix("/") or self.path
        super().on_message(message)
        if said.get("command") == "info" and self._version != self._workshop.version:
            self.reload()

    def reload(self) -> None:
        """Let the page be read again."""
        self.send_message({"command": "reload", "path": "*", "liveCSS": False})


class _Page(RequestHandler):
    """A file of the output folder; a page gets the script that reloads it and the problems of the last build."""

    def initialize(self, workshop: _Workshop) -> None:
        """Remember where the files are. They are looked up anew each time: a build replaces the whole folder."""
        self._workshop = workshop

    def get(self, path: str) -> None:
        """Answer with the file, with the 404 page, or, where there is no site yet, with the problems alone."""
        body = self._workshop.read(path)
        if body is None:
            self.set_status(404)
            path = "404.html"
            body = self._workshop.read(path) or _NO_PAGE
        self.set_header("Cache-Control", "no-store")
        is_folder = (self._workshop.output / path).is_dir()
        kind = "text/html" if is_folder else mimetypes.guess_type(path)[0] or "application/octet-stream"
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.write(self._live(body) if kind == "text/html" else body)

    def head(self, path: str) -> None:
        """Answer as `get` does; tornado keeps the body back."""
        self.get(path)

    def _live(self, page: bytes) -> bytes:
        port = self.request.host.rpartition(":")[2]
        port = port if port.isdigit() else "80"
        head = f'<script src="{_RELOAD}?port={port}&amp;snipver={self._workshop.version}"></script>'.encode()
        if self._workshop.problems:
            head += f'<link rel="stylesheet" href="{_STYLE}">'.encode()
        page = page.replace(b"</head>", head + b"</head>", 1)
        return page + _told(self._workshop.problems).encode() if self._workshop.problems else page


class _Retired(RequestHandler):
    """The worker that forgets: what is edited is never to be read from what a browser kept."""

    def get(self) -> None:
        """Answer with it in the place of the site's own, which may also be left from another site at this port."""
        self.set_header("Content-Type", "text/javascript")
        self.write((shipped.STATIC / "worker" / "retired.js").read_bytes())


class _Style(RequestHandler):
    """The look of the problems; a file of its own because the site's policy allows no style in the page."""

    def get(self) -> None:
        """Answer with the style sheet."""
        self.set_header("Content-Type", "text/css")
        self.write(_CSS)


_NO_PAGE = b"<!doctype html><html lang=en><head><title>Nothing here</title></head><body><p>There is no such page."

_CSS = """
#serve-problems {
  position: fixed; inset: auto 0 0 0; z-index: 1000; max-height: 60vh; overflow: auto; margin: 0; padding: 1rem 1.5rem;
  font: 1rem/1.5 system-ui, sans-serif; color: #fff; background: #7a1020; border-top: 4px solid #ffb3bd;
}
#serve-problems h2 { margin: 0 0 .5rem; font-size: 1.1rem; color: inherit; }
#serve-problems ol { margin: 0; padding-left: 1.5rem; }
#serve-problems li { overflow-wrap: anywhere; }
#serve-problems code { font-family: ui-monospace, monospace; color: #ffdbe0; background: none; }
"""


def _told(problems: Sequence[Problem]) -> str:
    items = []
    for problem in problems:
        place = str(problem).removesuffix(problem.message).removesuffix(": ")
        items.append(f"<li><code>{html.escape(place)}</code> {html.escape(problem.message)}</li>")
    heading = "The site cannot be built from this; what was built last stays until it can"
    return f'<aside id="serve-problems" role="alert"><h2>{heading}</h2><ol>{"".join(items)}</ol></aside>'


def _blamed(error: Exception) -> Problem:
    """Tell an error that has no message of ours: what it says, at the place that raised it."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return Problem(frame.filename, frame.lineno or 0, 0, f"{type(error).__name__}: {error}")
