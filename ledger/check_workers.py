"""Examining chunks side by side: in this process, and in one worker for each further core.

How portions are handed out and come back in order is ``side_by_side``; here is what is handed out.
What goes back is packed with ``marshal`` as plain tuples, and of ordinary entries only what the
fold asks (``check_runs``).
"""

from __future__ import annotations

import gc
import marshal
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ledger import jcs
from ledger.check_entry import VERIFIED, Examined, Examiner, Problem, ReadEnvelope
from ledger.check_runs import Link, Part, Run, gather
from ledger.check_source import CHUNK, Chunk, Class
from ledger.check_values import NOTHING, Values
from ledger.collector import SELDOM
from ledger.directory import Directory
from ledger.keys import PublicKey
from ledger.side_by_side import Work, side_by_side
from ledger.statement import Statement
from ledger.tiles import TILE_WIDTH
from ledger.tree import HASH_SIZE
from ledger.types import TypeInfo

#: Below this many entries the start of workers (a fifth of a second) is not worth it.
WORTHWHILE: Final = 8192
#: The last entries for each core are handed out a tile at a time: so nobody waits long at the end.
_LAST: Final = 2 * CHUNK
_LINKS: Final = Run._fields.index("links")

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_Answer: TypeAlias = "Future[tuple[int, int, bytes]]"
Examine = Iterator[tuple[Chunk, list[Part]]]
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
    #: Whether every statement is wanted, as conduct is judged; else runs will do.
    whole: bool = False

    def examiner(self) -> Examiner:
        """An examiner in this process."""
        return Examiner(self.catalogue, self.shown_as, self.skip_below, self.read)

    def again(self, chunk: Chunk, run: Run) -> Iterator[Examined]:
        """The entries of a run one by one; their signatures are verified and are not again."""
        start = run.first - chunk.first
        examiner = Examiner(self.catalogue, self.shown_as, run.last + 1, self.read)
        found = examiner.entries(chunk, start, start + len(run.hashes))
        for index, one in enumerate(found, run.first):
            verified = one.statement is not None and index >= self.skip_below
            yield one._replace(signatures=VERIFIED) if verified else one


def examine(
    chunks: Iterator[Chunk], size: int, terms: Terms, known: KnownKeys, cores: int
) -> Examine:
    """Examine all chunks of a source of ``size`` entries, in order."""
    if size < WORTHWHILE or cores < 2:
        return _here(chunks, terms)
    types = {name: _plain(info) for name, info in terms.catalogue.items()}
    given = (types, terms.shown_as, terms.skip_below, terms.folder, terms.whole)
    crew = _Crew(terms, known, cores - 1)
    return side_by_side(finer(chunks, size - _LAST * cores), crew, cores, _start, given)


def _here(chunks: Iterator[Chunk], terms: Terms) -> Examine:
    examiner = terms.examiner()
    for chunk in chunks:
        yield chunk, gather(examiner, chunk, whole=terms.whole)


def finer(chunks: Iterable[Chunk], after: int) -> Iterator[Chunk]:
    """The chunks as they come, and those that begin at or after the entry ``after`` in pieces."""
    for chunk in chunks:
        if chunk.first < after:
            yield chunk
            continue
        for at in range(0, len(chunk.hashes), TILE_WIDTH):
            stop = at + TILE_WIDTH
            yield Chunk(
                chunk.first + at,
                chunk.leaves[HASH_SIZE * at : HASH_SIZE * stop],
                chunk.hashes[at:stop],
                None if chunk.envelopes is None else chunk.envelopes[at:stop],
                None if chunk.columns is None else chunk.columns[at:stop],
                {k - at: texts for k, texts in chunk.disclosures.items() if at <= k < stop},
            )


@dataclass(slots=True)
class _Crew(Work[Chunk, list[Part]]):
    """Who examines chunks for one check, and how many of the known keys each was told."""

    terms: Terms
    known: KnownKeys
    workers: int
    told: dict[int, int] = field(default_factory=dict)
    examiner: Examiner = field(init=False)
    learnt: int = 0

    def __post_init__(self) -> None:
        self.examiner = self.terms.examiner()

    def ask(self, pool: ProcessPoolExecutor, portion: Chunk) -> _Answer:
        """Give a chunk to a worker, with the keys that it may lack."""
        keys = self.known()
        # Nobody chooses which worker takes a chunk: tell what the least informed one lacks.
        start = min(self.told.values()) if len(self.told) == self.workers else 0
        new = b"".join([key.raw for key in keys[start:]])
        return pool.submit(_work, pack_chunk(portion), new, len(keys))

    def read(self, answer: tuple[int, int, bytes]) -> list[Part]:
        """What a worker found in a chunk."""
        worker, count, packed = answer
        self.told[worker] = max(count, self.told.get(worker, 0))
        return unpack(packed)

    def here(self, portion: Chunk) -> list[Part]:
        """Examine a chunk in this process."""
        keys = self.known()
        self.examiner.learn(b"".join([key.raw for key in keys[self.learnt :]]))
        self.learnt = len(keys)
        return gather(self.examiner, portion, whole=self.terms.whole)


def pack_chunk(chunk: Chunk) -> bytes:
    """A chunk as bytes, in half the time that pickling takes."""
    return marshal.dumps([getattr(chunk, field.name) for field in fields(chunk)])


def unpack_chunk(packed: bytes) -> Chunk:
    """What ``pack_chunk`` packed."""
    return Chunk(*marshal.loads(packed))  # noqa: S302  # from the process that started us


def pack(parts: Iterable[Part]) -> bytes:
    """Results as bytes, for another process on the same machine."""
    return marshal.dumps(
        [_of_run(part) if isinstance(part, Run) else _of_one(part) for part in parts]
    )


def unpack(packed: bytes) -> list[Part]:
    """What ``pack`` packed."""
    found = marshal.loads(packed)  # noqa: S302  # from our own worker
    return [_run(part) if len(part) == len(Run._fields) else _one(*part) for part in found]


def _of_run(run: Run) -> tuple[Any, ...]:
    return (*run[:_LINKS], [tuple(link) for link in run.links], *run[_LINKS + 1 :])


def _run(packed: tuple[Any, ...]) -> Run:
    run = Run(*packed)
    return run._replace(links=[Link(*link) for link in run.links])


def _of_one(one: Examined) -> tuple[Any, ...]:
    return (
        one.hash,
        one.present,
        None if one.statement is None else tuple(one.statement),
        one.signatures,
        one.signed,
        None if one.values is NOTHING else tuple(one.values),
        [tuple(problem) for problem in one.problems],
    )


def _one(  # noqa: PLR0917  # as they were packed
    name: str,
    present: bool,
    statement: tuple[Any, ...] | None,
    signatures: int,
    signed: int,
    values: tuple[Any, ...] | None,
    problems: list[tuple[int, str, str]],
) -> Examined:
    return Examined(
        name,
        present,
        None if statement is None else Statement(*statement),
        signatures,
        signed,
        NOTHING if values is None else Values(*values),
        tuple([Problem(*problem) for problem in problems]),
    )


def _nothing(envelope_hash: str) -> None:  # noqa: ARG001  # the store's chunks bring envelopes
    return None


# In a worker process. --------------------------------------------------------------------------

_examiner: Examiner | None = None
_whole = False


def _plain(info: TypeInfo) -> tuple[Any, ...]:
    return (info.name, info.composites, info.public, info.withdrawable, dict(info.values))


def _start(
    types: dict[str, tuple[Any, ...]],
    shown_as: Class,
    skip_below: int,
    folder: Path | None,
    whole: bool,
) -> None:
    global _examiner, _whole  # a worker process has one examiner, for its lifetime
    catalogue = {name: TypeInfo(*parts) for name, parts in types.items()}
    gc.freeze()
    gc.set_threshold(*SELDOM)
    jcs.hasten()
    # Open until the process ends.
    read = _nothing if folder is None else Directory(folder).envelope
    _examiner, _whole = Examiner(catalogue, shown_as, skip_below, read), whole


def _work(packed: bytes, keys: bytes, count: int) -> tuple[int, int, bytes]:
    if _examiner is None:
        raise RuntimeError("the worker was not started")
    _examiner.learn(keys)
    return os.getpid(), count, pack(gather(_examiner, unpack_chunk(packed), whole=_whole))
