"""Work spread over a cluster of Dask. The door to distributed, which is there with the extra `cluster`.

A part travels with all that it needs, so that any worker can do it at any time, also in the place of one that was
killed. What much work needs alike is described in short, and made of it once in each worker.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import unicodedata
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from site_builder import cores, shipped
from site_builder.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from distributed import Client

    from site_builder.cores import Hired, Work

PATIENCE = 10
"""Seconds that a scheduler has to answer, and to have a worker."""

_SHAPING = ("brotli", "jinja2", "latex2mathml", "markdown", "markupsafe", "msgspec", "nh3", "pyyaml", "whoosh")
"""The libraries on which the bytes of a site depend, beside those of Python."""


@dataclass(slots=True)
class Cluster:
    """The workers of a Dask scheduler. A task costs it some milliseconds, so parts are put together."""

    client: Client
    batch: int = 8
    parts: int = 0
    """How many parts it was given."""
    sent: int = 0
    """How many bytes went to it: parts with what they need."""

    def size(self) -> int:
        """Return how many parts are done at the same time."""
        threads: dict[str, int] = {}
        with suppress(Exception):  # a scheduler that went away is noticed by whoever waits for a part
            threads = self.client.ncores()
        return max(1, sum(threads.values()))

    def suits(self, parts: int, *, travels: bool) -> bool:
        """Tell whether so many parts are worth the way, and there is one."""
        return travels and parts >= cores.WORTH and self.client.status == "running"

    @contextmanager
    def hired(self, work: Work, parts: Sequence[Sequence[Any]]) -> Iterator[Hired]:
        """Give an executor that is sent parts, pickled."""
        executor = self.client.get_executor(pure=False)

        def task(number: int) -> tuple[Any, ...]:
            packed = pickle.dumps((work, parts[number]), pickle.HIGHEST_PROTOCOL)
            self.parts += 1
            self.sent += len(packed)
            return do, version(), packed

        try:
            yield executor, task
        finally:
            with suppress(Exception):  # there may be nobody any more to be told
                executor.shutdown(wait=False)

    def is_gone(self, failure: BaseException, executor: Executor) -> bool:
        """Tell whether the scheduler is out of reach: what was sent to it may then never be answered."""
        return bool(self.client.status != "running")


def do(wanted: str, packed: bytes) -> Any:
    """Do a part of work in a worker. Raises RuntimeError where that fails, or would be done in another way."""
    if wanted != version():
        raise RuntimeError("it has another version of the program or of a library than the machine that builds")
    work, items = pickle.loads(packed)  # noqa: S301 - from the process that builds, over the cluster's own connection
    try:
        return work(items)
    except Exception as error:  # noqa: BLE001
        # Told in short: not every exception can travel, and whoever sent the part does it again to see.
        raise RuntimeError(f"{type(error).__name__}: {error}") from None


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to a scheduler, for a time. Raises UserError where it cannot be worked with."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UserError("--scheduler needs Dask; run: pip install 'site-builder[cluster]'") from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no scheduler answers at {address}; start one with 'dask scheduler', or give its address"
        raise UserError(message) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except OSError as error:
            raise UserError(f"the scheduler at {address} has no workers; run 'dask worker {address}'") from error
        _demand_our_version(client)
        yield Cluster(client)


def _demand_our_version(client: Client) -> None:
    answers: dict[str, str | Exception] = client.run(_own_version, on_error="return")
    others = sorted(worker for worker, answer in answers.items() if answer != version())
    if others:
        raise UserError(
            f"not the same site-builder, Python and libraries as here: {', '.join(others)}; install there what is here"
        )


def _own_version() -> str:
    """Return the version that a worker has: a function travels by its name, or else as it is here."""
    return version()


@cache
def version() -> str:
    """Return a digest of all that the bytes of a site depend on beside its sources: the program, libraries, Python."""
    digest = hashlib.blake2b(digest_size=16)
    for path in shipped.program():
        digest.update(path.read_bytes() + b"\0")
    libraries = [_release(name) for name in _SHAPING]
    python = sys.version_info[:2], unicodedata.unidata_version, zlib.ZLIB_RUNTIME_VERSION
    digest.update(repr((python, libraries)).encode())
    return digest.hexdigest()


def _release(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
