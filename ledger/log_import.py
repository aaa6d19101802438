"""Recording many statements: signatures in parallel, thousands a transaction.

    block k      judged in order against the keys and chains as the blocks before leave them;
                 its signatures handed to other cores (``ledger.log_verify``)
    block k-1    its signatures awaited, then appended as a whole, under the condition that nothing
                 else was recorded since it was judged

What does not follow its chain's end (recorded before, out of order, an erasure) leaves the fast
path: what was gathered is written, and the statement goes the way of a single one.

An import that was cut short is run again from its beginning: statements that are there give their
first receipts.

Source: design «Store» (bulk import), «Measured».
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ledger.admission import Admission
from ledger.batch import Outcome
from ledger.collector import seldom_collected
from ledger.envelope import pae
from ledger.errors import Conflict, LedgerError, Unverified
from ledger.intake import Incoming, Item, check_day, pending, receive, seal_again
from ledger.keyring import Keyring
from ledger.log_verify import PORTION, Portion, Signed, Verifying
from ledger.records import Condition, Pending, Receipt
from ledger.types import KEYRING_TYPES, VALUES_ERASED

if TYPE_CHECKING:
    from ledger.log import Ledger


@dataclass(slots=True)
class _Block:
    """Statements judged together: ``base`` is the index that the first will have.

    ``signed`` are their signatures one after the other, ``owners`` the statement of each.
    """

    base: int
    incoming: list[Incoming] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    signed: list[Signed] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    verified: list[Portion] = field(default_factory=list)
    data_keys: dict[str, bytes | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Ahead:
    """Keys and chain ends as they will be once all gathered blocks are written."""

    keyring: Keyring
    size: int
    tips: dict[str, tuple[int, str]] = field(default_factory=dict)


def import_all(
    ledger: Ledger,
    items: Iterable[Item],
    today: dt.date,
    *,
    chunk: int,
    workers: int | None,
    since: int | None,
) -> list[Receipt]:
    """See ``Ledger.record_many``."""
    with Verifying(workers) as verifying, seldom_collected():
        return _Import(ledger, today, verifying, since).run(items, chunk)


class _Import:
    """One import in progress."""

    def __init__(
        self, ledger: Ledger, today: dt.date, verifying: Verifying, since: int | None
    ) -> None:
        self._ledger = ledger
        self._alone_is_fine = since is None
        self._today = today
        self._verifying = verifying
        self._waiting: deque[_Block] = deque()
        self._receipts: list[Receipt] = []
        self._ahead = self._fresh()
        if since is not None and self._ahead.size != since:
            raise Conflict(
                f"judged over {since} entries, and the ledger has {self._ahead.size} by now; "
                "nothing was recorded",
                hint="judge again over the newest entries",
            )

    def run(self, items: Iterable[Item], chunk: int) -> list[Receipt]:
        """All items in order, ``chunk`` at a time."""
        stream = iter(items)
        while portion := list(islice(stream, chunk)):
            self._take([receive(item, self._ledger.catalogue) for item in portion])
            self._write(keep=1)
        self._write(keep=0)
        return self._receipts

    def _fresh(self) -> _Ahead:
        self._ledger._guard_mark()
        standing = self._ledger._standing
        standing.catch_up()
        return _Ahead(standing.keyring.copy(), standing.size)

    def _take(self, incoming: Sequence[Incoming]) -> None:
        """Judge statements in order, into blocks; what leaves the fast path is written alone."""
        block = _Block(self._ahead.size, data_keys=self._data_keys(incoming))
        for number, one in enumerate(incoming, 1):
            try:
                self._judge(one, block)
            except LedgerError:
                if not self._alone_is_fine:
                    raise
                self._gather(block)
                self._write(keep=0)
                self._receipts.append(self._alone(one))
                self._ahead = self._fresh()
                keys = block.data_keys
                if one.statement.type == VALUES_ERASED:  # it destroys and replaces data keys
                    keys = self._data_keys(incoming[number:])
                block = _Block(self._ahead.size, data_keys=keys)
        self._gather(block)

    def _data_keys(self, incoming: Sequence[Incoming]) -> dict[str, bytes | None]:
        """The data keys of everyone whose values come; those that are new in one transaction."""
        subjects = {subject for one in incoming for _, subject, _ in one.values}
        return self._ledger.vault.keys_for(subjects, create=True) if subjects else {}

    def _judge(self, one: Incoming, block: _Block) -> None:
        """Steps 7 and 8 for one statement, and its place in the block; raises what is wrong."""
        ledger, ahead, statement = self._ledger, self._ahead, one.statement
        standing = ledger._standing
        if statement.type == VALUES_ERASED or ahead.size == 0:
            raise Conflict("goes the way of a single statement")
        Admission(standing.root_at, ahead.keyring).admit(ahead.size, statement)
        check_day(statement, ahead.keyring.ledger_day, self._today)
        seq, payload_hash = ahead.tips.get(statement.key) or standing.tip(statement.key)[:2]
        if statement.seq != seq + 1 or (seq and statement.prev != payload_hash):
            raise Conflict("does not follow the end of its chain")
        signed = _signed(one, ahead.keyring)
        # The first carries the condition for the whole block: nothing else was recorded since.
        conditions = () if block.pending else (Condition((), block.base),)
        waiting = pending(one, ledger.vault, None, conditions, block.data_keys)
        if statement.type in KEYRING_TYPES:
            ahead.keyring.apply(ahead.size, statement, one.envelope.hash)
        ahead.tips[statement.key] = (statement.seq, statement.payload_hash)
        ahead.size += 1
        block.owners += [len(block.incoming)] * len(signed)
        block.signed += signed
        block.incoming.append(one)
        block.pending.append(waiting)

    def _gather(self, block: _Block) -> None:
        if not block.pending:
            return
        block.verified = self._verifying.submit(block.signed)
        self._waiting.append(block)

    def _write(self, keep: int) -> None:
        """Append gathered blocks until ``keep`` of them are left."""
        while len(self._waiting) > keep:
            block = self._waiting.popleft()
            self._await(block)
            self._ledger._guard_mark()
            try:
                outcomes = self._ledger.store.append(
                    block.pending, whole=True, before_commit=_refuse_repeated
                )
            except Conflict:
                if not self._alone_is_fine:
                    raise
                self._one_by_one(block)
                return
            for outcome, one in zip(outcomes, block.incoming, strict=True):
                if isinstance(outcome, Conflict):  # pragma: no cover - `whole` has raised it
                    raise outcome
                self._receipts.append(outcome)
                self._ledger._standing.learn(outcome, one.statement)
            self._seal_again(block, outcomes)

    def _seal_again(self, block: _Block, outcomes: Sequence[Outcome]) -> None:
        """As ``seal_again`` for each, when an erasure replaced a data key meanwhile."""
        vault = self._ledger.vault
        now = vault.keys_for(block.data_keys)
        moved = {subject for subject, key in block.data_keys.items() if now[subject] != key}
        for outcome, one in zip(outcomes, block.incoming, strict=True):
            if isinstance(outcome, Receipt) and any(s in moved for _, s, _ in one.values):
                seal_again(outcome.index, one, self._ledger.store, vault)

    def _await(self, block: _Block) -> None:
        """Until all signatures of a block are verified; raises ``Unverified`` for the first."""
        for number, task in enumerate(block.verified):
            place = task.failed()
            if place < 0:
                continue
            one = block.incoming[block.owners[number * PORTION + place]]
            raise Unverified(
                f"a signature of {one.statement.type}, nonce {one.statement.nonce}, does not match "
                f"its bytes; {len(self._receipts)} statements before it are recorded",
                step=7,
            )

    def _one_by_one(self, block: _Block) -> None:
        """Others write too: write this block and what was gathered after it singly."""
        rest = [block, *self._waiting]
        self._waiting.clear()
        for gathered in rest:
            self._receipts.extend(self._alone(one) for one in gathered.incoming)
        self._ahead = self._fresh()

    def _alone(self, one: Incoming) -> Receipt:
        item = Item(
            one.envelope.raw, [(disclosure, subject) for _, subject, disclosure in one.values]
        )
        return self._ledger.record(*item, today=self._today)


def _refuse_repeated(_size: int, outcomes: Sequence[Outcome]) -> None:
    """A block stands on one condition, borne by its first statement; a repetition is answered
    before its condition is, so with one among them nothing says that the head has not moved."""
    if any(isinstance(outcome, Receipt) and outcome.duplicate for outcome in outcomes):
        raise Conflict("somebody else recorded one of these statements meanwhile")


def _signed(one: Incoming, keyring: Keyring) -> list[Signed]:
    """What has to be verified for a statement; raises ``Unverified`` when others signed it."""
    envelope, signers = one.envelope, one.statement.signers
    if tuple(key_id for key_id, _ in envelope.signatures) != signers:
        raise Unverified("envelope: signed by others than `signers` says", step=7)
    keys = keyring.public_keys(one.statement)
    message = pae(envelope.payload_type, envelope.payload)
    return [(keys[key_id].raw, signature, message) for key_id, signature in envelope.signatures]
