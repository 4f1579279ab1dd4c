"""The browser of the tests, which is the system's own and asks nobody else anything, and sites for it to read."""

from __future__ import annotations

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import BrowserContext

from site_builder.build import build
from tests import invented

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GOLDEN = Path(__file__).parents[1] / "golden" / "content"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How Chromium is started."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "the system has neither Chromium nor Chrome; tools/chromium.sh gets it"
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": found, "args": [*quiet, *root]}


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """A browser that knows no workers, so that tests see each request; test_offline.py has another."""
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    return context


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds two sites: `repo`, the six golden papers without an address, and `large`, 620 papers."""
    folder = tmp_path_factory.mktemp("sites")
    shutil.copytree(GOLDEN, folder / "golden")
    (folder / "golden" / "site.yaml").write_text("title: The Harbour Index\ndescription: Six papers.\n", "utf-8")
    invented.folder(folder / "invented", 620)
    for content, name in (("golden", "repo"), ("invented", "large")):
        build(folder / content, folder / "served" / name, cache_dir=folder / "cache")
    return folder / "served"


class Silent(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def host(built: Path) -> Iterator[str]:
    """The address of a server of both sites: `{host}repo/`, `{host}large/`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(built))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
