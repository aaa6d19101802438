"""A bet that nobody else has written: most appends, in one statement that is its own transaction.

Most appends bring one statement, and nobody else has written since the last append of this process.
So a statement that comes alone is judged by the record as that append left it, and written as the
entry after *that* newest entry::

    INSERT INTO event VALUES (…, the index of the entry known to be the newest + 1, …)

If another entry is the newest by now the bet is lost: the index is taken, or the entry that was
known is not there, and a rule of the table refuses the row. So a row that was written followed the
record it was judged by, and there is no gap before it. The long way (``ledger.appending``) costs
three statements more, and on PostgreSQL a round trip for each.

On PostgreSQL the statement shares the lock of the ledger, so that whoever holds it alone writes
undisturbed.
"""

from __future__ import annotations

from ledger.appending import Edge, columns
from ledger.batch import Batch, Outcome
from ledger.database import Cursor
from ledger.queries import Queries
from ledger.records import Pending, Receipt
from ledger.settling import fills_a_tile


def may_bet(queries: Queries, edge: Edge | None, pending: Pending) -> bool:
    """Whether a row after the known newest entry is all there is to write.

    The first entry has none before it; one that fills a tile settles others; on SQLite values are
    another statement.
    """
    if edge is None or edge.size == 0 or fills_a_tile(edge.size):
        return False
    if pending.disclosures and queries.sql.insert_next_with_values is None:
        return False
    known = queries.symbols.numbers
    return pending.type in known and (pending.chain is None or pending.chain in known)


def bet(
    queries: Queries, cursor: Cursor, edge: Edge, pending: Pending, leaf: bytes
) -> tuple[Outcome, Edge]:
    """Record a statement after the entry known to be the newest; gives what became of it.

    Requires ``may_bet``, and a cursor outside any transaction. Raises Broken when the bet is lost,
    or the statement repeats another; then nothing was written.
    """
    size, newest, recent = edge
    if any(condition.after < size for condition in pending.conditions):
        outcome = Batch(size, recent, queries, cursor, careful=False).judge(pending, leaf)
        if not isinstance(outcome, Receipt) or outcome.duplicate:
            return outcome, edge  # by what is recorded, which only ever grows
    else:
        recent.add(pending)
    ledger_id, sql = queries.ledger_id, queries.sql
    row = columns(pending, leaf, queries.symbols.numbers)
    parameters = (ledger_id, ledger_id, size - 1, newest, *row)
    if pending.disclosures:
        arrays = [list(column) for column in zip(*pending.disclosures, strict=True)]
        cursor.execute(sql.insert_next_with_values or "", (*parameters, *arrays))
    else:
        sql.insert_next(cursor, parameters)
    queries.wrote(size, row[3], row[4])
    return Receipt(size, leaf), Edge(size + 1, leaf, recent)
