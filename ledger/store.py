"""The store: one ledger in a database, and the one way to append to it.

Promise: indexes have no gap, the tree grows with the entries in one transaction, and an append
that has returned is durable. The store keeps opaque bytes; it verifies no signature.

How an append goes is told in ``ledger.appending``, which statements of a batch may be recorded in
``ledger.batch``, and what the databases need in ``ledger.database``.

Source: design «Store»; format §2 (leaf entry, tree).

    >>> store = Store.open("sqlite:///ledger.db", "example.org/garden", create=True)
    >>> [receipt] = store.append([Pending(b"…", "day-opened/v1")])
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from ledger.appending import Append, BeforeCommit, Edge, answered
from ledger.batch import Outcome
from ledger.bet import bet, may_bet
from ledger.database import Broken, Database, open_database
from ledger.envelope import envelope_leaf
from ledger.errors import Malformed, StorageFailed
from ledger.keeping import Keeper
from ledger.queries import Queries
from ledger.records import Condition, Head, Item, Pending, Receipt, StoredDisclosure, StoredEntry
from ledger.sql import Statements
from ledger.tree import Frontier

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


class Store(Keeper):
    """One ledger in one database; safe for use by many threads."""

    def __init__(self, database: Database, queries: Queries, origin: str) -> None:
        super().__init__(database, queries)
        self.origin = origin
        # Held while appending: threads of one process would only queue in the database, where
        # waiting is by asking again. It guards ``_edge``, the head that the last append left.
        self._pen = threading.Lock()
        self._edge: Edge | None = None

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
        leaves: Sequence[bytes] | None = None,
    ) -> list[Outcome]:
        """Record a batch in one transaction; gives a receipt or a conflict for each, in order.

        ``tracking`` (application, position) must be beyond the recorded position. With ``whole``
        a conflict of one is raised and nothing is recorded. ``leaves`` are the leaf hashes, where
        the caller has them. Raises Conflict, StorageFailed, and whatever ``before_commit`` raises;
        then nothing of the batch is recorded.
        """
        if leaves is None:
            leaves = [envelope_leaf(pending.envelope) for pending in batch]
        alone = len(batch) == 1 and tracking is None and before_commit is None
        with self._pen:
            edge, self._edge = self._edge, None
            if alone and edge is not None and may_bet(self._queries, edge, batch[0]):
                with suppress(Broken), self._database.writing_once() as cursor:
                    outcome, self._edge = bet(self._queries, cursor, edge, batch[0], leaves[0])
                    return answered([outcome], whole=whole)
                edge = None
            append = Append(self._queries, batch, leaves, edge, tracking, before_commit, whole)
            self._append(append)
            self._edge = append.edge
            self._queries.symbols.learn(append.symbols)
        return append.outcomes

    def _append(self, append: Append) -> None:
        try:
            with self._database.writing() as cursor:
                append.run(cursor, careful=False)
        except Broken:
            self._append_carefully(append)

    def _append_carefully(self, append: Append) -> None:
        """Append once more after a rule of the tables refused a row: a statement is a repetition,
        or somebody else wrote meanwhile."""
        append.edge = None
        try:
            with self._database.writing() as cursor:
                append.run(cursor, careful=True)
        except Broken as error:
            raise StorageFailed(
                f"{self._database.where} refused a row that is no repetition: {error}",
                hint="nothing was recorded; check the ledger",
            ) from error


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
