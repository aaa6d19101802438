"""Many writers, one transaction: what waits is written together.

Promise: each caller gets its own receipt or its own error, and none returns before its statement
is durable. Making a transaction durable costs about the same for one statement as for hundreds.

There is no thread of its own. Whoever comes when nobody is writing writes, and takes along
whoever waits; when it is done it hands the pen to the first of those who came meanwhile.

    >>> group = GroupCommitter(store)
    >>> group.submit(pending)          # from any thread
    Receipt(index=0, …)
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Final, Protocol

from ledger.batch import Outcome
from ledger.errors import LedgerError, StorageFailed
from ledger.records import Pending, Receipt

#: Statements in one transaction at most: more gain nothing, and the last would wait for the first.
_LIMIT: Final = 512


class Appends(Protocol):
    """What group commit asks of a store."""

    def append(self, batch: Sequence[Pending], /) -> list[Outcome]:
        """Record a batch in one transaction, with an outcome for each."""


class _Waiting:
    """One caller: what it hands in, and what became of it (None: it is to write now)."""

    __slots__ = ("_bell", "outcome", "pending", "woken")

    def __init__(self, pending: Pending) -> None:
        self.pending = pending
        self.outcome: Receipt | LedgerError | None = None
        self.woken = False
        # A bare lock, held until it is time: an Event costs several times as much for each caller.
        self._bell = threading.Lock()
        self._bell.acquire()

    def wait(self) -> None:
        """Until ``wake`` is called, once."""
        self._bell.acquire()

    def wake(self) -> None:
        """Let the caller go on: it is answered, or it is to write."""
        self.woken = True
        self._bell.release()


class GroupCommitter:
    """Batches the appends of many threads on one store."""

    def __init__(self, store: Appends, *, limit: int = _LIMIT) -> None:
        self._store = store
        self._limit = limit
        self._lock = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._writing = False

    def submit(self, pending: Pending) -> Receipt:
        """Record one envelope, together with what else is waiting; returns when it is durable.

        Raises Conflict when this one may not be recorded, StorageFailed when nothing could be.
        """
        with self._lock:
            if not self._writing:
                self._writing = True
                mine = None
            else:
                mine = _Waiting(pending)
                self._queue.append(mine)
        if mine is None:
            return self._write_alone(pending)
        self._wait(mine)
        if mine.outcome is None:
            self._write_waiting(mine)
        if isinstance(mine.outcome, Receipt):
            return mine.outcome
        raise mine.outcome or StorageFailed("the writer of this batch was stopped; try again")

    def _wait(self, mine: _Waiting) -> None:
        """Wait to be answered or to be handed the pen; an interrupted caller passes it on."""
        try:
            mine.wait()
        except BaseException:
            with self._lock:
                if mine in self._queue:
                    self._queue.remove(mine)
                    if mine.woken:
                        self._wake_next()
            raise

    def _write_alone(self, pending: Pending) -> Receipt:
        """Write for a caller who found nobody writing, and so nobody waiting."""
        try:
            [outcome] = self._store.append([pending])
        finally:
            with self._lock:
                self._wake_next()
        if isinstance(outcome, Receipt):
            return outcome
        raise outcome

    def _write_waiting(self, mine: _Waiting) -> None:
        """Write the front of the queue, which this caller is in; then hand on the pen."""
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(self._limit, len(self._queue)))]
        try:
            outcomes = self._store.append([waiting.pending for waiting in batch])
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.outcome = outcome
        except LedgerError as error:
            for waiting in batch:
                waiting.outcome = type(error)(error.message, hint=error.hint)
        finally:
            self._hand_on(batch, mine)

    def _hand_on(self, batch: Sequence[_Waiting], mine: _Waiting) -> None:
        for waiting in batch:
            waiting.outcome = waiting.outcome or StorageFailed(
                "the batch was interrupted before it was known to be recorded",
                hint="send the same bytes again: what was recorded is answered with its receipt",
            )
            if waiting is not mine:
                waiting.wake()
        with self._lock:
            self._wake_next()

    def _wake_next(self) -> None:
        """Hand the pen to the first who waits, or put it down; under the lock."""
        if self._queue:
            self._queue[0].wake()
        else:
            self._writing = False
