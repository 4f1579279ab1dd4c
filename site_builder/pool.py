"""A pool of processes that can be ended at any time, also while one of them tells a result.

A worker that is killed in the middle of a result leaves the rest of it untold. The standard pool waits for that rest
for ever: it holds open itself the end of the pipe to which workers write, and so never sees that nobody is left there.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor


class Pool(ProcessPoolExecutor):
    """The standard pool, but for its end."""

    def is_maimed(self) -> bool:
        """Tell whether a worker has died. Where that was not noticed soon, it never will be: kill the pool then."""
        return not all(worker.is_alive() for worker in list((self._processes or {}).values()))

    def kill(self) -> None:
        """Kill all workers. What they have not told is answered with BrokenProcessPool; the pool takes no more work."""
        for worker in list((self._processes or {}).values()):
            worker.kill()
        self._result_queue._writer.close()  # type: ignore[attr-defined]
