"""Recording many statements: read and verified beside, judged in order, thousands a transaction.

    portion k+2, k+1   on other cores: parsed, signatures verified, tags and leaf hashes drawn
                       (``ledger.log_prepare``)
    portion k          judged in order against the keys and chains as the portions before left them,
                       then appended as a whole, under the condition that nothing else was recorded
                       since it was judged

What does not follow its chain's end (recorded before, out of order, an erasure) leaves the fast
path: what was judged is written, and the statement goes the way of a single one.

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
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.admission import Admission, verify_signatures
from ledger.batch import Outcome
from ledger.collector import seldom_collected
from ledger.envelope import PAYLOAD_TYPE, Envelope, envelope_leaf, parse_envelope
from ledger.errors import Conflict, LedgerError, Unverified
from ledger.intake import Incoming, Item, check_day, matched, pending, receive, seal_again
from ledger.keyring import Keyring
from ledger.keys import PublicKey
from ledger.log_prepare import Portion, Prepared, Preparing
from ledger.records import Condition, Pending, Receipt
from ledger.statement import Statement
from ledger.types import KEYRING_TYPES, VALUES_ERASED

if TYPE_CHECKING:
    from ledger.log import Ledger

#: Transactions' worth of statements that are prepared before they are judged.
_AHEAD: Final = 2
#: Signers with their anchors that are remembered as admitted; beyond it they are asked again.
_ALIKE: Final = 10_000


class _Arrived(NamedTuple):
    """A statement that was read, with what was drawn from it elsewhere, if it was."""

    incoming: Incoming
    tags: list[str] | None
    leaf: bytes
    verified: bool


@dataclass(slots=True)
class _Block:
    """Statements judged together: ``base`` is the index that the first will have."""

    base: int
    data_keys: dict[str, bytes | None]
    incoming: list[Incoming] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class _Ahead:
    """Keys and chain ends as they will be once the block at hand is written."""

    keyring: Keyring
    size: int
    tips: dict[str, tuple[int, str]] = field(default_factory=dict)
    admitted: set[tuple[object, ...]] = field(default_factory=set)


class _Forged(Unverified):
    """A signature that does not hold ends an import; the statement is not tried again."""


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
    with seldom_collected():
        return _Import(ledger, today, since).run(items, chunk, workers)


class _Import:
    """One import in progress."""

    def __init__(self, ledger: Ledger, today: dt.date, since: int | None) -> None:
        self._ledger = ledger
        self._alone_is_fine = since is None
        self._today = today
        self._receipts: list[Receipt] = []
        self._known: list[PublicKey] = []
        self._ahead = self._fresh()
        if since is not None and self._ahead.size != since:
            raise Conflict(
                f"judged over {since} entries, and the ledger has {self._ahead.size} by now; "
                "nothing was recorded",
                hint="judge again over the newest entries",
            )

    def run(self, items: Iterable[Item], chunk: int, workers: int | None) -> list[Receipt]:
        """All items in order, ``chunk`` at a time."""
        stream = iter(items)
        coming: deque[tuple[list[Item], list[Portion]]] = deque()
        with Preparing(self._ledger.catalogue, self._known_keys, workers) as preparing:
            while portion := list(islice(stream, chunk)):
                coming.append((portion, preparing.submit([item.envelope for item in portion])))
                if len(coming) > _AHEAD:
                    self._take(*coming.popleft())
            while coming:
                self._take(*coming.popleft())
        return self._receipts

    def _known_keys(self) -> list[PublicKey]:
        """Every key enrolled so far, oldest first."""
        new = islice(self._ahead.keyring.keys(), len(self._known), None)
        self._known.extend([record.public for record in new])
        return self._known

    def _fresh(self) -> _Ahead:
        self._ledger._guard_mark()
        standing = self._ledger._standing
        standing.catch_up()
        return _Ahead(standing.keyring.copy(), standing.size)

    def _take(self, items: Sequence[Item], portions: Sequence[Portion]) -> None:
        """Judge statements in order and write them; what leaves the fast path is written alone."""
        prepared = [one for portion in portions for one in portion.result()]
        arrived = list(map(self._arrived, items, prepared))
        block = _Block(self._ahead.size, self._data_keys(arrived))
        for number, one in enumerate(arrived, 1):
            try:
                self._judge(one, block)
            except LedgerError as error:
                if not self._alone_is_fine or isinstance(error, _Forged):
                    raise
                self._write(block)
                self._receipts.append(self._alone(one.incoming))
                self._ahead = self._fresh()
                keys = block.data_keys
                if one.incoming.statement.type == VALUES_ERASED:  # it replaces data keys
                    keys = self._data_keys(arrived[number:])
                block = _Block(self._ahead.size, keys)
        self._write(block)

    def _arrived(self, item: Item, prepared: Prepared | None) -> _Arrived:
        """An item taken apart; raises as ``receive`` does."""
        if prepared is None:
            incoming = receive(item, self._ledger.catalogue)
            return _Arrived(incoming, None, envelope_leaf(item.envelope), False)
        outline, tags, leaf, verified = prepared
        envelope = Envelope(item.envelope, b"", PAYLOAD_TYPE, ())
        info = self._ledger.catalogue[outline.type]
        incoming = Incoming(envelope, outline, info, matched(outline, item.disclosures))
        return _Arrived(incoming, tags.split("\n"), leaf, verified)

    def _data_keys(self, arrived: Sequence[_Arrived]) -> dict[str, bytes | None]:
        """The data keys of everyone whose values come; those that are new in one transaction."""
        subjects = {subject for one in arrived for _, subject, _ in one.incoming.values}
        return self._ledger.vault.keys_for(subjects, create=True) if subjects else {}

    def _judge(self, arrived: _Arrived, block: _Block) -> None:
        """Steps 7 and 8 for one statement, and its place in the block; raises what is wrong."""
        ledger, ahead, one = self._ledger, self._ahead, arrived.incoming
        standing, statement = ledger._standing, one.statement
        if statement.type == VALUES_ERASED or ahead.size == 0:
            raise Conflict("goes the way of a single statement")
        self._admit(statement)
        seq, payload_hash = ahead.tips.get(statement.key) or standing.tip(statement.key)[:2]
        if statement.seq != seq + 1 or (seq and statement.prev != payload_hash):
            raise Conflict("does not follow the end of its chain")
        if not arrived.verified:
            self._verify(one)
        # The first carries the condition for the whole block: nothing else was recorded since.
        conditions = () if block.pending else (Condition((), block.base),)
        keys, tags = block.data_keys, arrived.tags
        waiting = pending(one, ledger.vault, None, conditions, keys, tags=tags)
        if statement.type in KEYRING_TYPES:
            ahead.keyring.apply(ahead.size, statement, one.envelope.hash)
            ahead.admitted.clear()
        ahead.tips[statement.key] = (statement.seq, statement.payload_hash)
        ahead.size += 1
        block.incoming.append(one)
        block.pending.append(waiting)
        block.leaves.append(arrived.leaf)

    def _admit(self, statement: Statement) -> None:
        """Steps 7 and 8 but for signatures and chain, asked once of all that are alike.

        What was admitted once stays admitted at every later place until the keys or the day move:
        a key that may sign goes on to, and an anchor only gets older.
        """
        ahead = self._ahead
        alike = (
            statement.ledger,
            statement.author,
            statement.key,
            statement.signers,
            statement.anchor_size,
            statement.anchor_root,
        )
        moves = statement.type in KEYRING_TYPES
        if moves or alike not in ahead.admitted:
            roots = self._ledger._standing.root_at
            Admission(roots, ahead.keyring).admit(ahead.size, statement)
            check_day(statement, ahead.keyring.ledger_day, self._today)
            if len(ahead.admitted) >= _ALIKE:
                ahead.admitted.clear()
            if not moves:
                ahead.admitted.add(alike)

    def _verify(self, one: Incoming) -> None:
        """The signatures of a statement whose keys were not at hand elsewhere, or that failed."""
        try:
            verify_signatures(parse_envelope(one.envelope.raw), one.statement, self._ahead.keyring)
        except Unverified as error:
            raise _Forged(
                f"{one.statement.type}, nonce {one.statement.nonce}: {error.message}; "
                f"{len(self._receipts)} statements before it are recorded",
                step=7,
            ) from error

    def _write(self, block: _Block) -> None:
        """Append a block as a whole."""
        if not block.pending:
            return
        self._ledger._guard_mark()
        try:
            outcomes = self._ledger.store.append(
                block.pending, whole=True, before_commit=_refuse_repeated, leaves=block.leaves
            )
        except Conflict:
            if not self._alone_is_fine:
                raise
            self._one_by_one(block)
            return
        receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
        self._receipts += receipts  # of all: `whole` has raised what is none
        self._ledger._standing.learn_all(receipts, [one.statement for one in block.incoming])
        if block.data_keys:
            self._seal_again(block, outcomes)

    def _seal_again(self, block: _Block, outcomes: Sequence[Outcome]) -> None:
        """As ``seal_again`` for each, when an erasure replaced a data key meanwhile."""
        vault = self._ledger.vault
        now = vault.keys_for(block.data_keys)
        moved = {subject for subject, key in block.data_keys.items() if now[subject] != key}
        for outcome, one in zip(outcomes, block.incoming, strict=True):
            if isinstance(outcome, Receipt) and any(s in moved for _, s, _ in one.values):
                seal_again(outcome.index, one, self._ledger.store, vault)

    def _one_by_one(self, block: _Block) -> None:
        """Others write too: write the statements of this block singly."""
        self._receipts.extend(self._alone(one) for one in block.incoming)
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
