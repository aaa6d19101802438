"""Reading and verifying many statements on all cores, while one goes on with judging and writing.

What needs no record is done beside: steps 1 and 7 (parsing, the signatures of keys that are known),
the tags, the leaf hash. What comes back of a statement is an ``Outline``: all that judging and the
columns beside an envelope ask, in values that travel fast. A statement that is anything but plain
(malformed, of an unknown type, one that moves keys or erases) comes back as nothing, and is read
where it is judged, in its order, with its errors.

A short run is given to threads: verification releases the interpreter's lock. A long one is given
to processes, for parsing does not. Processes are started afresh and not forked: the caller holds a
database open. One that dies, or cannot be started (a script without ``if __name__ ==
"__main__"``), costs time and no answer: what was given to it is done here.
"""

from __future__ import annotations

import gc
import marshal
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from ledger import jcs
from ledger.collector import SELDOM
from ledger.encoding import sha256_hex
from ledger.envelope import PAYLOAD_TYPE, envelope_leaf, parse_envelope, verify_envelope
from ledger.errors import LedgerError
from ledger.keys import PublicKey, public_key
from ledger.side_by_side import follow_parent
from ledger.statement import Statement, parse_statement
from ledger.types import KEYRING_TYPES, VALUES_ERASED, Catalogue, TypeInfo, tags_of

#: From here on processes are worth their start.
WORTHWHILE: Final = 2000
#: How much the processes stand back (nice): on two cores they would take a third of the one that
#: judges and writes, for which everything waits; what it leaves is enough for them.
_MODEST: Final = 5
#: Statements handed over at a time.
PORTION: Final = 256

_APART: Final = KEYRING_TYPES | {VALUES_ERASED}


class Outline(Statement):
    """A statement without what only its reader asks: of the body ``has`` alone, no ``at``, ``on``
    and ``under``, and in place of the payload its hash."""

    __slots__ = ()

    @property
    def payload_hash(self) -> str:
        """Hex SHA-256 of the payload that was left away."""
        return self.payload.decode("ascii")


class Prepared(NamedTuple):
    """A plain statement: its tags, one a line, and its leaf hash; whether its signatures hold.

    ``verified`` is False where one does not, or where a key was not at hand.
    """

    outline: Outline
    tags: str
    leaf: bytes
    verified: bool


#: The public keys that may have signed, 32 bytes each, one after the other.
Keys = bytes


class Preparer:
    """Prepares one portion after another, and remembers the keys it was told of."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._keys: dict[str, PublicKey] = {}

    def learn(self, public: Keys) -> None:
        """Add public keys."""
        for at in range(0, len(public), 32):
            key = public_key(public[at : at + 32])
            self._keys[key.key_id] = key

    def portion(self, envelopes: Sequence[bytes]) -> list[tuple[Any, ...] | None]:
        """What ``Prepared`` is made of, for each envelope that is plain."""
        return [self._one(raw) for raw in envelopes]

    def _one(self, raw: bytes) -> tuple[Any, ...] | None:
        try:
            envelope = parse_envelope(raw)
            if envelope.payload_type != PAYLOAD_TYPE:
                return None
            statement = parse_statement(envelope.payload)
            info = self._catalogue.get(statement.type)
            if info is None or statement.type in _APART:
                return None
            tags = "\n".join(sorted(tags_of(statement, info)))
        except LedgerError:
            return None
        try:
            verify_envelope(envelope, self._keys, statement.signers)
            verified = True
        except LedgerError:
            verified = False
        return (*_outlined(statement), tags, envelope_leaf(raw), verified)


def _outlined(statement: Statement) -> tuple[Any, ...]:
    """The fields of an outline."""
    (
        kind, ledger, nonce, author, key, seq, prev, signers, _, size, root, _, _, mode, body, sd,
        erased, payload,
    ) = statement  # fmt: skip
    has = {"has": body["has"]} if "has" in body else {}
    name = sha256_hex(payload).encode("ascii")
    return (
        kind, ledger, nonce, author, key, seq, prev, signers, {}, size, root, "", None, mode, has,
        sd, erased, name,
    )  # fmt: skip


_new = tuple.__new__


def _prepared(fields: tuple[Any, ...] | None) -> Prepared | None:
    if fields is None:
        return None
    *_, tags, leaf, verified = fields
    return Prepared(_new(Outline, fields[:-3]), tags, leaf, verified)


_Answer = Future[tuple[int, int, bytes]]


@dataclass(frozen=True, slots=True)
class Portion:
    """Statements that somebody is preparing."""

    envelopes: Sequence[bytes]
    answer: _Answer | None
    crew: Preparing

    def result(self) -> list[Prepared | None]:
        """Wait for it: each statement prepared, or None for one that has to be read here."""
        return self.crew.result(self)


class Preparing:
    """Threads at first, processes once ``WORTHWHILE`` statements have come.

    ``known`` gives the keys enrolled so far, oldest first.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        known: Callable[[], Sequence[PublicKey]],
        workers: int | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._known = known
        self._workers = workers or os.cpu_count() or 1
        self._pool: Executor = ThreadPoolExecutor(self._workers, "prepare")
        self._here = Preparer(catalogue)
        self._learnt = 0
        self._many = False
        self._seen = 0
        #: How many of the known keys each process was told.
        self._told: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: object, _trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=error is not None)

    def submit(self, envelopes: Sequence[bytes]) -> list[Portion]:
        """Begin to prepare, in portions of ``PORTION`` in order."""
        self._seen += len(envelopes)
        if not self._many and self._seen >= WORTHWHILE and self._workers > 1:
            self._many = True
            self._pool.shutdown(wait=False)
            plain = {name: _plain(info) for name, info in self._catalogue.items()}
            self._pool = ProcessPoolExecutor(
                self._workers,
                mp_context=get_context("spawn"),
                initializer=_start,
                initargs=(plain,),
            )
        return [
            self._portion(envelopes[at : at + PORTION]) for at in range(0, len(envelopes), PORTION)
        ]

    def result(self, portion: Portion) -> list[Prepared | None]:
        """See ``Portion.result``; a worker that died has its work done here."""
        answered = None
        if portion.answer is not None:
            with suppress(BrokenExecutor):
                answered = portion.answer.result()
        if answered is None:
            self._learn_here()
            return [_prepared(fields) for fields in self._here.portion(portion.envelopes)]
        worker, count, packed = answered
        self._told[worker] = max(count, self._told.get(worker, 0))
        return [_prepared(fields) for fields in marshal.loads(packed)]  # noqa: S302  # our worker's

    def _portion(self, envelopes: Sequence[bytes]) -> Portion:
        known = self._known()
        # Nobody chooses which worker takes a portion: tell what the least informed one lacks.
        start = min(self._told.values()) if len(self._told) == self._workers else 0
        try:
            if isinstance(self._pool, ThreadPoolExecutor):
                self._learn_here()
                answer = self._pool.submit(_work_with, self._here, envelopes)
            else:
                packed = marshal.dumps(list(envelopes))
                answer = self._pool.submit(_work, packed, _together(known[start:]), len(known))
        except BrokenExecutor:
            self._pool = ThreadPoolExecutor(self._workers, "prepare")
            return Portion(envelopes, None, self)
        return Portion(envelopes, answer, self)

    def _learn_here(self) -> None:
        known = self._known()
        self._here.learn(_together(known[self._learnt :]))
        self._learnt = len(known)


def _together(keys: Sequence[PublicKey]) -> Keys:
    return b"".join([key.raw for key in keys])


def _work_with(preparer: Preparer, envelopes: Sequence[bytes]) -> tuple[int, int, bytes]:
    return 0, 0, marshal.dumps(preparer.portion(envelopes))


# In a process of its own. ----------------------------------------------------------------------

_preparer: Preparer | None = None


def _plain(info: TypeInfo) -> tuple[Any, ...]:
    return (info.name, info.composites, info.public, info.withdrawable, dict(info.values))


def _start(types: Mapping[str, tuple[Any, ...]]) -> None:
    global _preparer  # noqa: PLW0603  # a process has one preparer, for its lifetime
    follow_parent()
    if hasattr(os, "nice"):
        os.nice(_MODEST)
    gc.freeze()
    gc.set_threshold(*SELDOM)
    jcs.hasten()
    _preparer = Preparer({name: TypeInfo(*parts) for name, parts in types.items()})


def _work(packed: bytes, keys: Keys, count: int) -> tuple[int, int, bytes]:
    if _preparer is None:
        raise RuntimeError("the process was not started")
    _preparer.learn(keys)
    found = _preparer.portion(marshal.loads(packed))  # noqa: S302  # of the process that started us
    return os.getpid(), count, marshal.dumps(found)
