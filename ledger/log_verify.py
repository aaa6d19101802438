"""Verifying many signatures on all cores, while one goes on with something else.

A short run is given to threads: verification releases the interpreter's lock. A long one is given
to processes, for a thread that has verified waits for that lock whenever this one parses; measured
on two cores beside parsing, threads took 62 µs a statement and processes 49, after half a second
to start them. Processes are started afresh and not forked: the caller holds a database open.

What goes over is three byte strings a signature; what comes back is the place of the first that
failed. Whoever asked verifies that one again, and so has the error in full. A process that dies, or
cannot be started (a script without ``if __name__ == "__main__"``), costs time and no answer: what
was given to it is verified here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType
from typing import Final, Self

from ledger.errors import Unverified
from ledger.keys import public_key

#: Public key, signature, message.
Signed = tuple[bytes, bytes, bytes]

#: From here on processes are worth their start.
WORTHWHILE: Final = 4000
#: How much the processes stand back (nice): on two cores they would take a third of the one that
#: parses and writes, for which everything waits; what it leaves is enough for them.
_MODEST: Final = 5
#: Signatures handed over at a time.
PORTION: Final = 256


@dataclass(frozen=True, slots=True)
class Portion:
    """Signatures that somebody is verifying."""

    signed: Sequence[Signed]
    future: Future[int]

    def failed(self) -> int:
        """Wait for it: the place of the first that does not verify, -1 when all do."""
        try:
            return self.future.result()
        except BrokenExecutor:
            return first_failure(self.signed)


class Verifying:
    """Threads at first, processes once ``WORTHWHILE`` signatures have come."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or os.cpu_count() or 1
        self._pool: Executor = ThreadPoolExecutor(self._workers, "verify")
        self._seen = 0
        self._many = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: object, _trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=error is not None)

    def submit(self, signed: Sequence[Signed]) -> list[Portion]:
        """Begin to verify, in portions of ``PORTION`` in order."""
        self._seen += len(signed)
        if not self._many and self._seen >= WORTHWHILE and self._workers > 1:
            self._many = True
            self._pool.shutdown(wait=False)
            self._pool = ProcessPoolExecutor(
                self._workers, mp_context=get_context("spawn"), initializer=_stand_back
            )
        return [self._portion(signed[at : at + PORTION]) for at in range(0, len(signed), PORTION)]

    def _portion(self, signed: Sequence[Signed]) -> Portion:
        try:
            return Portion(signed, self._pool.submit(first_failure, signed))
        except BrokenExecutor:
            self._pool = ThreadPoolExecutor(self._workers, "verify")
            return Portion(signed, self._pool.submit(first_failure, signed))


def _stand_back() -> None:
    """In a verifying process, before its first portion."""
    if hasattr(os, "nice"):
        os.nice(_MODEST)


def first_failure(signed: Sequence[Signed]) -> int:
    """The place of the first signature that does not verify, -1 when all do."""
    for place, (key, signature, message) in enumerate(signed):
        try:
            public_key(key).verify(signature, message)
        except Unverified:
            return place
    return -1
