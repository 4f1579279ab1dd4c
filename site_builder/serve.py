"""Show a site while it is edited: rebuild on every change, reload the browser, and show what is wrong in the page."""

from __future__ import annotations

import gc
import html
import json
import logging
import mimetypes
import os
import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click
from livereload import Server
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from site_builder import shipped
from site_builder.build import build, forget
from site_builder.errors import Problem, UserError
from site_builder.receipt import CACHE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

OFTEN = 0.1
"""Seconds from one look at the files to the next, at least."""
SHARE = 2
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

    def sources(self) -> Iterable[Path]:
        """Return the folders whose files make the site."""
        beside = self.content.resolve().parent
        own = (self.templates or beside / "templates", self.static or beside / "static")
        return dict.fromkeys((self.content, *own, shipped.TEMPLATES, shipped.STATIC))

    def rebuild(self) -> bool:
        """Build, or keep the site as it is and remember what is wrong. True when a reader would see a difference."""
        before = self.problems
        try:
            built = build(
                self.content, self.output, templates=self.templates, static=self.static, cache_dir=self.cache_dir
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
    # A reload within three seconds of the last would be dropped, and with it the change that it was for.
    LiveReloadHandler.DEFAULT_RELOAD_TIME = 0
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
    """Compares whole snapshots: livereload's own stops at the first changed file, and would build once for each."""

    def __init__(self, workshop: _Workshop) -> None:
        super().__init__()
        self._workshop = workshop
        self._seen = snapshot(workshop.sources())
        self._took = 0.0
        self._tasks["the site"] = {}  # Where it has no task, livereload watches the current folder.

    def start(self, callback: Callable[[], None]) -> bool:
        """Look more often than livereload would."""

        def look() -> None:
            try:
                callback()
            finally:
                IOLoop.current().call_later(max(OFTEN, SHARE * self._took), look)

        look()
        return True

    def examine(self) -> tuple[str | None, None]:
        """Build if anything changed, and return what to reload: everything, or nothing."""
        begun = time.perf_counter()
        now = snapshot(self._workshop.sources())
        self._took = time.perf_counter() - begun
        if now == self._seen:
            return None, None
        self._seen = now
        gc.disable()
        IOLoop.current().call_later(IDLE, _clear_away)
        return ("*" if self._workshop.rebuild() else None), None


def _clear_away() -> None:
    forget()
    gc.collect()
    gc.enable()


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

    def on_message(self, message: str | bytes) -> None:
        """Greet; the version of the page comes in the field for the version of its snippet."""
        said = json.loads(message)
        self._version = said.get("snipver", self._version)
        super().on_message(message)
        if said.get("command") == "info" and self._version != self._workshop.version:
            self.send_message({"command": "reload", "path": "*", "liveCSS": False})


class _Page(RequestHandler):
    """A file of the output folder; a page gets the script that reloads it and the problems of the last build."""

    def initialize(self, workshop: _Workshop) -> None:
        """Remember where the files are. They are looked up anew each time: a build replaces the whole folder."""
        self._workshop = workshop

    def get(self, path: str) -> None:
        """Answer with the file, with the 404 page, or, where there is no site yet, with the problems alone."""
        file = self._file(path)
        if file is None:
            self.set_status(404)
            file = self._file("404.html")
        self.set_header("Cache-Control", "no-store")
        body = file.read_bytes() if file else _NO_PAGE
        kind = (mimetypes.guess_type(file.name)[0] or "application/octet-stream") if file else "text/html"
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.write(self._live(body) if kind == "text/html" else body)

    def head(self, path: str) -> None:
        """Answer as `get` does; tornado keeps the body back."""
        self.get(path)

    def _file(self, path: str) -> Path | None:
        output = self._workshop.output
        if "\0" in path:
            return None
        file = (output / path).resolve()
        if file.is_dir():
            file /= "index.html"
        return file if file.is_file() and file.is_relative_to(output) else None

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
