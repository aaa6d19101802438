"""One append to a store: what goes in, what is judged, what is written.

In one transaction, in this order:

1. take the write lock (SQLite) or the lock of the ledger (PostgreSQL); read where the record ends
2. the tracking position, if one is given, must be beyond the recorded one
3. judge each pending envelope against the store and those before it (``ledger.batch``)
4. write the events and values; settle what has filled a tile (``ledger.settling``)

A single statement is first tried as a bet that nobody else has written (``ledger.bet``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.batch import Accepted, Batch, Outcome
from ledger.database import Cursor
from ledger.errors import Conflict, Malformed
from ledger.queries import Newest, Queries
from ledger.recent import Recent
from ledger.records import Pending
from ledger.settling import settle

#: Called inside the transaction, before it commits, with the new size and the outcomes.
BeforeCommit = Callable[[int, Sequence[Outcome]], None]


class Edge(NamedTuple):
    """The record as the last append left it: its size, the newest leaf hash, what was written."""

    size: int
    leaf: bytes
    recent: Recent


#: ledger, index, chain, seq, nonce, type, tags, leaf hash, envelope.
EventRow = tuple[int, int, int | None, int | None, str | None, int, str, bytes, bytes]


class Rows(NamedTuple):
    """The rows of one append, in the order of the columns of their tables."""

    events: list[EventRow]
    values: list[tuple[object, ...]]


@dataclass(slots=True)
class Append:
    """One append: what goes in, and what became of it."""

    queries: Queries
    batch: Sequence[Pending]
    leaves: Sequence[bytes]
    edge: Edge | None
    tracking: tuple[str, int] | None
    before_commit: BeforeCommit | None
    whole: bool
    outcomes: list[Outcome] = field(default_factory=list)
    symbols: dict[str, int] = field(default_factory=dict)

    def run(self, cursor: Cursor, *, careful: bool) -> None:
        """Steps 1 to 4 on the cursor of an open transaction."""
        newest, recent = self._lock(cursor)
        if self.tracking is not None:
            self._track(cursor, *self.tracking)
        size = newest.size
        accepted = self.judge(Batch(size, recent, self.queries, cursor, careful=careful))
        leaf = newest.leaf
        if accepted:
            names = {pending.type for pending, _ in accepted}
            names.update(pending.chain for pending, _ in accepted if pending.chain is not None)
            self.symbols = self.queries.symbols.allot(names, cursor)
            rows = self.rows(size, accepted)
            self._insert(cursor, rows)
            written = [(row[1], row[5], row[6], row[7]) for row in rows.events]
            settle(self.queries, cursor, newest, written)
            leaf = accepted[-1][1]
        self.edge = Edge(size + len(accepted), leaf, recent)
        if self.before_commit is not None:
            self.before_commit(size + len(accepted), self.outcomes)

    def judge(self, batch: Batch) -> Sequence[Accepted]:
        """Step 3: fill ``outcomes``; gives those to be written. Raises the first with ``whole``."""
        outcomes = list(map(batch.judge, self.batch, self.leaves))
        self.outcomes = answered(outcomes, whole=self.whole)
        return batch.accepted

    def rows(self, start: int, accepted: Sequence[Accepted]) -> Rows:
        """The rows of the accepted statements, the first of them at index ``start``."""
        ledger_id, numbers = self.queries.ledger_id, self.queries.symbols.numbers
        if self.symbols:
            numbers = {**numbers, **self.symbols}
        rows = Rows([], [])
        for index, (pending, leaf) in enumerate(accepted, start):
            rows.events.append((ledger_id, index, *columns(pending, leaf, numbers)))
            if pending.disclosures:
                rows.values.extend((ledger_id, index, *value) for value in pending.disclosures)
        return rows

    def _lock(self, cursor: Cursor) -> tuple[Newest, Recent]:
        """Where the record ends, and what was written last; anew when another process wrote."""
        self.queries.lock(cursor)
        newest = self.queries.newest(cursor)
        known, self.edge = self.edge, None
        if known is None or (known.size, known.leaf) != (newest.size, newest.leaf):
            return newest, Recent(newest.size)
        # What a transaction that failed took in was never written.
        unsure = known.recent.stop != newest.size
        return newest, Recent(newest.size) if unsure else known.recent

    def _track(self, cursor: Cursor, application: str, position: int) -> None:
        cursor.execute(self.queries.sql.track, (self.queries.ledger_id, application, position))
        if cursor.fetchone() is None:
            raise Conflict(
                f"{application} has been followed to {position} or beyond; nothing was recorded"
            )

    def _insert(self, cursor: Cursor, rows: Rows) -> None:
        sql = self.queries.sql
        sql.insert_events(cursor, rows.events)
        if rows.values:
            sql.insert_disclosures(cursor, rows.values)


def answered(outcomes: list[Outcome], *, whole: bool) -> list[Outcome]:
    """The outcomes; raises the first Conflict among them with ``whole``."""
    if whole:
        for outcome in outcomes:
            if isinstance(outcome, Conflict):
                raise outcome
    return outcomes


def columns(
    pending: Pending, leaf: bytes, numbers: Mapping[str, int]
) -> tuple[int | None, int | None, str | None, int, str, bytes, bytes]:
    """The columns of an event after its index. Raises Malformed for tags that would not come back.

    ``numbers`` has the numbers of its type and chain.
    """
    chain = pending.chain
    tags = sorted({*pending.tags})
    text = "\n".join(tags)
    if tags and (not tags[0] or text.count("\n") != len(tags) - 1):
        raise Malformed("a tag is empty or contains a line feed; nothing was recorded")
    return (
        None if chain is None else numbers[chain],
        pending.seq,
        pending.nonce,
        numbers[pending.type],
        text,
        leaf,
        pending.envelope,
    )
