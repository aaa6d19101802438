"""Examining chunks side by side: in this process, or in one worker process for each core.

Promise: chunks come back in the order they were read, each with what was found, and at most a few
are under way at once, so that memory does not grow with the ledger.

Processes and not threads: verifying releases the interpreter's lock, but parsing does not, and the
reader, the fold and two verifying threads would wait for one lock a third of the time. What goes
back is packed with ``marshal`` as plain tuples: a statement costs about 3 µs both ways, against
some 60 µs for its signature. Workers are started afresh (spawn), never forked: the caller may hold
database connections and locks.
"""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ledger.check_entry import Examined, Examiner, Problem, ReadEnvelope
from ledger.check_source import Chunk, Class
from ledger.check_values import NOTHING, Values
from ledger.collector import SELDOM
from ledger.directory import Directory
from ledger.keys import PublicKey
from ledger.types import TypeInfo

#: Below this many entries the start of workers (a fifth of a second) is not worth it.
WORTHWHILE: Final = 8192
_AHEAD: Final = 2

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_Answer: TypeAlias = "Future[tuple[int, int, bytes]]"
Examine = Iterator[tuple[Chunk, list[Examined]]]
#: Public keys enrolled so far, oldest first: what workers may not have met in their own chunks.
KnownKeys = Callable[[], list[PublicKey]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What every examiner of one check has in common."""

    catalogue: Mapping[str, TypeInfo]
    shown_as: Class
    skip_below: int
    folder: Path | None
    read: ReadEnvelope

    def examiner(self) -> Examiner:
        """An examiner in this process."""
        return Examiner(self.catalogue, self.shown_as, self.skip_below, self.read)


def examine(
    chunks: Iterator[Chunk], size: int, terms: Terms, known: KnownKeys, cores: int
) -> Examine:
    """Examine all chunks of a source of ``size`` entries, in order."""
    if size < WORTHWHILE or cores < 2:
        return _here(chunks, terms.examiner())
    return _beside(chunks, terms, known, cores)


def usable_cores() -> int:
    """How many cores this process may use."""
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _here(chunks: Iterator[Chunk], examiner: Examiner) -> Examine:
    for chunk in chunks:
        yield chunk, examiner.chunk(chunk)


def _beside(chunks: Iterator[Chunk], terms: Terms, known: KnownKeys, cores: int) -> Examine:
    """Keep ``cores`` workers busy, with a few chunks waiting for them."""
    # Some 20 ms to import, which a small ledger does not need.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    types = {name: _plain(info) for name, info in terms.catalogue.items()}
    pool = ProcessPoolExecutor(
        cores,
        mp_context=get_context("spawn"),
        initializer=_start,
        initargs=(types, terms.shown_as, terms.skip_below, terms.folder),
    )
    crew = _Crew(pool, terms, known, cores)
    waiting: deque[tuple[Chunk, _Answer | None]] = deque()
    try:
        for chunk in chunks:
            waiting.append((chunk, crew.hand_over(chunk)))
            if len(waiting) > _AHEAD * cores:
                yield crew.settle(*waiting.popleft())
        while waiting:
            yield crew.settle(*waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@dataclass(slots=True)
class _Crew:
    """The workers of one check, and how many of the known keys each was told."""

    pool: ProcessPoolExecutor
    terms: Terms
    known: KnownKeys
    cores: int
    told: dict[int, int] = field(default_factory=dict)

    def hand_over(self, chunk: Chunk) -> _Answer | None:
        keys = self.known()
        # Nobody chooses which worker takes a chunk: tell what the least informed one lacks.
        start = min(self.told.values()) if len(self.told) == self.cores else 0
        new = b"".join([key.raw for key in keys[start:]])
        try:
            return self.pool.submit(_work, chunk, new, len(keys))
        except BrokenExecutor:
            return None

    def settle(self, chunk: Chunk, answer: _Answer | None) -> tuple[Chunk, list[Examined]]:
        """The results of a chunk; a worker that died (out of memory) has its work done here."""
        if answer is not None:
            with contextlib.suppress(BrokenExecutor):
                worker, count, packed = answer.result()
                self.told[worker] = max(count, self.told.get(worker, 0))
                return chunk, unpack(packed)
        examiner = self.terms.examiner()
        examiner.learn(b"".join([key.raw for key in self.known()]))
        return chunk, examiner.chunk(chunk)


def pack(examined: list[Examined]) -> bytes:
    """Results as bytes, for another process on the same machine."""
    return marshal.dumps(
        [
            (
                one.hash,
                one.present,
                one.fields,
                one.signatures,
                one.signed,
                None if one.values is NOTHING else tuple(one.values),
                [tuple(problem) for problem in one.problems],
            )
            for one in examined
        ]
    )


def unpack(packed: bytes) -> list[Examined]:
    """What ``pack`` packed."""
    found = marshal.loads(packed)  # noqa: S302  # from our own worker
    return [
        Examined(
            name,
            present,
            fields,
            signatures,
            signed,
            NOTHING if values is None else Values(*values),
            tuple([Problem(*problem) for problem in problems]),
        )
        for name, present, fields, signatures, signed, values, problems in found
    ]


def _nothing(envelope_hash: str) -> None:  # noqa: ARG001  # the store's chunks bring envelopes
    return None


# In a worker process. --------------------------------------------------------------------------

_examiner: Examiner | None = None


def _plain(info: TypeInfo) -> tuple[Any, ...]:
    return (info.name, info.composites, info.public, info.withdrawable, dict(info.values))


def _start(
    types: dict[str, tuple[Any, ...]], shown_as: Class, skip_below: int, folder: Path | None
) -> None:
    global _examiner  # noqa: PLW0603  # a worker process has one examiner, for its lifetime
    catalogue = {name: TypeInfo(*parts) for name, parts in types.items()}
    gc.freeze()
    gc.set_threshold(*SELDOM)
    # Open until the process ends.
    read = _nothing if folder is None else Directory(folder).envelope
    _examiner = Examiner(catalogue, shown_as, skip_below, read)


def _work(chunk: Chunk, keys: bytes, count: int) -> tuple[int, int, bytes]:
    if _examiner is None:
        raise RuntimeError("the worker was not started")
    _examiner.learn(keys)
    return os.getpid(), count, pack(_examiner.chunk(chunk))
