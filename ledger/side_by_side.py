"""Portions of one task, worked on side by side: here, and in a worker for each other core.

Promise: portions come back in the order they were given, each with what was found, and at most a
few are under way at once, so that memory does not grow with the ledger. A worker that dies (out of
memory) or cannot be started (a script without ``if __name__ == "__main__"``) costs time and no
answer: what was given to it is done here.

Whoever gives the portions works on them, too, whenever nothing is ready to be taken: all cores do
the same work until the last portion, and none waits for one that only reads.

Processes and not threads: parsing and hashing short values hold the interpreter's lock. Workers are
started afresh (spawn), never forked: the caller may hold database connections and locks.
"""

from __future__ import annotations

import contextlib
import os
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

#: Portions given to each worker at a time: one to work on, one to go on with, one on its way.
_AHEAD: Final = 3
#: Bytes that a pipe to or from workers holds, where that can be said (Linux): in the usual 64 kB a
#: portion changes hands twenty times, and waits each time until both sides have a core.
_PIPE: Final = 1 << 20
#: Portions for each core that are done before their turn; then the one whose turn it is is awaited.
_DONE_AHEAD: Final = 4

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing.process import BaseProcess

Portion = TypeVar("Portion")
Found = TypeVar("Found")


class Work(ABC, Generic[Portion, Found]):
    """What is done to a portion, here or by a worker, and what comes of it."""

    @abstractmethod
    def ask(self, pool: ProcessPoolExecutor, portion: Portion) -> Future[Any]:
        """Give a portion to a worker."""

    @abstractmethod
    def read(self, answer: Any) -> Found | None:
        """What a worker found, from its answer; None when it is to be done here."""

    @abstractmethod
    def here(self, portion: Portion) -> Found:
        """The same, in this process."""


def usable_cores() -> int:
    """How many cores this process may use."""
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def side_by_side(
    portions: Iterator[Portion],
    work: Work[Portion, Found],
    cores: int,
    start: Callable[..., None] | None = None,
    given: tuple[Any, ...] = (),
) -> Generator[tuple[Portion, Found], None, None]:
    """Each portion in order with what was found. ``start(*given)`` is called first in each worker.

    Requires at least two ``cores``. Starts ``cores`` - 1 processes, which end with the iteration.
    """
    # Some 20 ms to import, which a small ledger does not need.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    spawn = get_context("spawn")
    begin = (start, given)
    pool = ProcessPoolExecutor(cores - 1, mp_context=spawn, initializer=_begin, initargs=begin)
    _widen(pool)
    crew = _Crew(pool, work, cores - 1)
    waiting: deque[_Task[Portion, Found]] = deque()
    try:
        for portion in portions:
            while waiting and (waiting[0].done() or len(waiting) >= _DONE_AHEAD * cores):
                yield crew.settle(waiting.popleft())
            waiting.append(crew.take(portion))
        while waiting:
            yield crew.settle(waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _widen(pool: ProcessPoolExecutor) -> None:
    """Make the pipes of a pool hold a whole portion; they are the pool's own, and nothing is lost
    where it keeps them elsewhere."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        for queue in ("_call_queue", "_result_queue"):
            pipe = getattr(pool, queue)._writer
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def follow_parent() -> None:
    """In a worker: leave an interrupt (Ctrl-C goes to all of them) to whoever started it, who ends
    it then; and end at once when they are killed, for nobody else would."""
    import signal
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _begin(start: Callable[..., None] | None, given: tuple[Any, ...]) -> None:
    follow_parent()
    if start is not None:
        start(*given)


@dataclass(slots=True)
class _Task(Generic[Portion, Found]):
    """A portion and what becomes of it: an answer to wait for, or what was found here."""

    portion: Portion
    answer: Future[Any] | None = None
    found: Found | None = None

    def done(self) -> bool:
        return self.answer is None or self.answer.done()


@dataclass(slots=True)
class _Crew(Generic[Portion, Found]):
    """The workers of one task, and whoever is here."""

    pool: ProcessPoolExecutor
    work: Work[Portion, Found]
    workers: int
    given: list[Future[Any]] = field(default_factory=list)

    def take(self, portion: Portion) -> _Task[Portion, Found]:
        """Give a portion to a worker that has nothing to go on with, or do it here."""
        self.given = [answer for answer in self.given if not answer.done()]
        if len(self.given) < _AHEAD * self.workers:
            with contextlib.suppress(BrokenExecutor):
                answer = self.work.ask(self.pool, portion)
                self.given.append(answer)
                return _Task(portion, answer)
        return _Task(portion, None, self.work.here(portion))

    def settle(self, task: _Task[Portion, Found]) -> tuple[Portion, Found]:
        """What was found of a portion; what a worker did not answer is done here."""
        if task.answer is not None:
            with contextlib.suppress(BrokenExecutor):
                task.found = self.work.read(task.answer.result())
        if task.found is None:
            task.found = self.work.here(task.portion)
        return task.portion, task.found
