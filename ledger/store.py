"""The store: one ledger in a database, and the one way to append to it.

Promise: indexes have no gap, the tree grows with the entries in one transaction, and an append
that has returned is durable. The store keeps opaque bytes; it verifies no signature.

An append, in one transaction:

1. take the write lock (SQLite) or lock the head row (PostgreSQL); read size and tree edge
2. the tracking position, if one is given, must be beyond the recorded one
3. judge each pending envelope against the store and those before it (``ledger.batch``)
4. write the events, tags, values and full tiles; move the head; commit

Source: design «Store»; format §2 (leaf entry, tree).

    >>> store = Store.open("sqlite:///ledger.db", "example.org/garden", create=True)
    >>> [receipt] = store.append([Pending(b"…", "day-opened/v1")])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from ledger.batch import Batch, Outcome
from ledger.database import Broken, Cursor, Database, open_database
from ledger.envelope import leaf_entry
from ledger.errors import Conflict, Malformed, StorageFailed
from ledger.keeping import Keeper
from ledger.queries import Queries
from ledger.records import Condition, Head, Item, Pending, Receipt, StoredDisclosure, StoredEntry
from ledger.sql import Statements
from ledger.tiles import TILE_WIDTH
from ledger.tree import HASH_SIZE, Frontier, fold, leaf_hash

__all__ = [
    "Condition",
    "Head",
    "Item",
    "Pending",
    "Receipt",
    "Store",
    "StoredDisclosure",
    "StoredEntry",
    "envelope_leaf",
]

#: Called inside the transaction, before it commits, with the new size and the outcomes.
BeforeCommit = Callable[[int, Sequence[Outcome]], None]


def envelope_leaf(envelope: bytes) -> bytes:
    """The leaf hash of an envelope: of the 91 bytes that name its SHA-256 (format §2)."""
    return leaf_hash(leaf_entry(sha256(envelope).hexdigest()))


class Store(Keeper):
    """One ledger in one database; safe for use by many threads."""

    def __init__(self, database: Database, queries: Queries, origin: str) -> None:
        super().__init__(database, queries)
        self.origin = origin

    @classmethod
    def open(cls, url: str, origin: str, *, create: bool = False) -> Self:
        """The ledger ``origin`` in the database at ``url``, made when ``create`` and not there.

        Raises Refused for a URL of no use, and StorageFailed when there is no such ledger, or the
        database cannot be reached or was written by a newer release.
        """
        database = open_database(url)
        try:
            database.migrate(create=create)
            statements = Statements(database)
            number = _ledger_number(database, statements, origin, create=create)
        except BaseException:
            database.close()
            raise
        return cls(database, Queries(statements, number), origin)

    def close(self) -> None:
        """Close every connection; reading and appending fail from here on."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(
        self,
        batch: Sequence[Pending],
        *,
        tracking: tuple[str, int] | None = None,
        before_commit: BeforeCommit | None = None,
        whole: bool = False,
    ) -> list[Outcome]:
        """Record a batch in one transaction; gives a receipt or a conflict for each, in order.

        ``tracking`` (application, position) must be beyond the recorded position. With ``whole``
        a conflict of one is raised and nothing is recorded. Raises Conflict, StorageFailed, and
        whatever ``before_commit`` raises; then nothing of the batch is recorded.
        """
        leaves = [envelope_leaf(pending.envelope) for pending in batch]
        write = _Write(self._queries, batch, leaves, tracking, before_commit, whole)
        try:
            with self._database.writing() as cursor:
                write.run(cursor, careful=False)
        except Broken:
            # A unique key refused a row: some statement is a repetition. Find out which.
            with self._database.writing() as cursor:
                write.run(cursor, careful=True)
        self._queries.symbols.learn(write.symbols)
        return write.outcomes


@dataclass(slots=True)
class _Write:
    """One append: what goes in, and what became of it."""

    queries: Queries
    batch: Sequence[Pending]
    leaves: Sequence[bytes]
    tracking: tuple[str, int] | None
    before_commit: BeforeCommit | None
    whole: bool
    outcomes: list[Outcome] = field(default_factory=list)
    symbols: dict[str, int] = field(default_factory=dict)

    def run(self, cursor: Cursor, *, careful: bool) -> None:
        """Steps 1 to 4 on the cursor of an open transaction."""
        cursor.execute(self.queries.sql.lock_head, (self.queries.ledger_id,))
        size, edge = cursor.fetchone()
        if self.tracking is not None:
            self._track(cursor, *self.tracking)
        judged = Batch(size, self.queries, cursor, careful=careful)
        self.outcomes = [
            judged.judge(pending, leaf)
            for pending, leaf in zip(self.batch, self.leaves, strict=True)
        ]
        if self.whole:
            _raise_first(self.outcomes)
        if judged.accepted:
            self._insert(cursor, size, judged.accepted)
            self._grow(cursor, Frontier.from_bytes(edge), [leaf for _, leaf in judged.accepted])
        if self.before_commit is not None:
            self.before_commit(size + len(judged.accepted), self.outcomes)

    def _track(self, cursor: Cursor, application: str, position: int) -> None:
        cursor.execute(self.queries.sql.track, (self.queries.ledger_id, application, position))
        if cursor.fetchone() is None:
            raise Conflict(
                f"{application} has been followed to {position} or beyond; nothing was recorded"
            )

    def _insert(
        self, cursor: Cursor, start: int, accepted: Sequence[tuple[Pending, bytes]]
    ) -> None:
        ledger_id = self.queries.ledger_id
        numbers = self._numbers(cursor, accepted)
        events, tags, values = [], [], []
        for index, (pending, leaf) in enumerate(accepted, start):
            chain = None if pending.chain is None else numbers[pending.chain]
            kind = numbers[pending.type]
            names = sorted(pending.tags)
            events.append(
                (
                    ledger_id,
                    index,
                    chain,
                    pending.seq,
                    pending.nonce,
                    kind,
                    "\n".join(names),
                    leaf,
                    pending.envelope,
                )
            )
            tags += [(ledger_id, tag, kind, index) for tag in names]
            values += [(ledger_id, index, *value) for value in pending.disclosures]
        _insert_all(cursor, self.queries.sql.insert_event, events)
        _insert_all(cursor, self.queries.sql.insert_tag, tags)
        _insert_all(cursor, self.queries.sql.insert_disclosure, values)

    def _numbers(self, cursor: Cursor, accepted: Sequence[tuple[Pending, bytes]]) -> dict[str, int]:
        symbols = self.queries.symbols
        names = {pending.type for pending, _ in accepted}
        names.update(pending.chain for pending, _ in accepted if pending.chain is not None)
        self.symbols = symbols.allot(names, cursor)
        return {**symbols.numbers, **self.symbols} if self.symbols else symbols.numbers

    def _grow(self, cursor: Cursor, edge: Frontier, leaves: Sequence[bytes]) -> None:
        start = edge.size
        for leaf in leaves:
            edge.append(leaf)
        cursor.execute(
            self.queries.sql.set_head, (edge.size, edge.to_bytes(), self.queries.ledger_id)
        )
        for index in range(start // TILE_WIDTH, edge.size // TILE_WIDTH):
            first = index * TILE_WIDTH
            older = self.queries.leaf_hashes(cursor, first, start) if first < start else []
            newer = leaves[max(first - start, 0) : first + TILE_WIDTH - start]
            self._put_tile(cursor, 0, index, [*older, *newer])

    def _put_tile(self, cursor: Cursor, level: int, index: int, hashes: Sequence[bytes]) -> None:
        """Write a full tile, and its root into the tile above, which may be full by that."""
        data = b"".join(hashes)
        while True:
            cursor.execute(self.queries.sql.put_tile, (self.queries.ledger_id, level, index, data))
            if len(data) < TILE_WIDTH * HASH_SIZE:
                return
            root = fold([data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)])
            level, index = level + 1, index // TILE_WIDTH
            data = self.queries.tile(cursor, level, index) + root


def _insert_all(cursor: Cursor, sql: str, rows: Sequence[Sequence[object]]) -> None:
    if len(rows) == 1:
        cursor.execute(sql, rows[0])
    elif rows:
        cursor.executemany(sql, rows)


def _raise_first(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Conflict):
            raise outcome


def _ledger_number(database: Database, statements: Statements, origin: str, *, create: bool) -> int:
    """The number of the ledger ``origin`` in this database, given when ``create``."""
    if not origin or "\n" in origin:
        raise Malformed("an origin is one line of text, and not empty")
    with database.writing() if create else database.reading() as cursor:
        if create:
            cursor.execute(statements.add_ledger, (origin,))
        cursor.execute(statements.ledger, (origin,))
        row = cursor.fetchone()
        if row is None:
            raise StorageFailed(
                f"{database.where} holds no ledger {origin}", hint="mend the origin, or create it"
            )
        if create:
            cursor.execute(statements.add_head, (row[0], 0, Frontier().to_bytes()))
    return int(row[0])
