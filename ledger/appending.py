"""One append to a store: what goes in, what is judged, what is written.

In one transaction, in this order:

1. take the write lock (SQLite) or lock the head row (PostgreSQL); read size and tree edge
2. the tracking position, if one is given, must be beyond the recorded one
3. judge each pending envelope against the store and those before it (``ledger.batch``)
4. write the events, tags, values and full tiles; move the head

PostgreSQL pays for every round trip, so there one statement that comes alone is first tried as a
bet that nobody else has written since the last append of this process: it is judged on the head
that append left, and sent as one statement that writes nothing when the head is another by then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.batch import Accepted, Batch, Outcome
from ledger.database import Cursor
from ledger.errors import Conflict, Malformed
from ledger.queries import Queries
from ledger.recent import Recent
from ledger.records import Pending
from ledger.tiles import TILE_WIDTH
from ledger.tree import HASH_SIZE, Frontier, fold

#: Called inside the transaction, before it commits, with the new size and the outcomes.
BeforeCommit = Callable[[int, Sequence[Outcome]], None]


class Edge(NamedTuple):
    """A committed head as its row has it, the frontier read from it, and what was written last."""

    stored: bytes
    frontier: Frontier
    recent: Recent


class Rows(NamedTuple):
    """The rows of one append, in the order of the columns of their tables."""

    events: list[tuple[object, ...]]
    tags: list[tuple[int, str, int, int]]
    values: list[tuple[object, ...]]


@dataclass(slots=True)
class Append:
    """One append: what goes in, and what became of it."""

    queries: Queries
    batch: Sequence[Pending]
    leaves: Sequence[bytes]
    tracking: tuple[str, int] | None = None
    before_commit: BeforeCommit | None = None
    whole: bool = False
    edge: Edge | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    symbols: dict[str, int] = field(default_factory=dict)

    def run(self, cursor: Cursor, *, careful: bool) -> None:
        """Steps 1 to 4 on the cursor of an open transaction."""
        size, frontier, recent = self._lock(cursor)
        if self.tracking is not None:
            self._track(cursor, *self.tracking)
        accepted = self.judge(Batch(size, recent, self.queries, cursor, careful=careful))
        if accepted:
            names = {pending.type for pending, _ in accepted}
            names.update(pending.chain for pending, _ in accepted if pending.chain is not None)
            self.symbols = self.queries.symbols.allot(names, cursor)
            self._insert(cursor, self.rows(size, accepted))
            self._grow(cursor, frontier, recent, [leaf for _, leaf in accepted])
        if self.before_commit is not None:
            self.before_commit(size + len(accepted), self.outcomes)

    def bet(self, cursor: Cursor) -> bool:
        """Record one statement in one round trip; False when that cannot be, or the bet is lost.

        Requires ``edge``, and a statement whose conditions say no more than that the head is that.
        """
        edge, numbers = self.edge, self.queries.symbols.numbers
        if edge is None or not self._may_bet(edge.frontier.size + 1):
            return False
        size = edge.frontier.size
        recent = edge.recent if edge.recent.stop == size else Recent(size)
        accepted = self.judge(Batch(size, recent, self.queries, cursor, careful=False))
        frontier = edge.frontier.copy()
        frontier.append(self.leaves[0])
        stored = frontier.to_bytes()
        [event], _, values = self.rows(size, accepted)
        [pending] = self.batch
        parameters = [
            *(size + 1, stored, self.queries.ledger_id, size, *event[1:]),
            *(numbers[pending.type], size, sorted({*pending.tags})),
        ]
        if values:
            parameters += [
                size,
                *(list(column) for column in zip(*pending.disclosures, strict=True)),
            ]
        plain, with_values = self.queries.sql.bets or ("", "")
        cursor.execute(with_values if values else plain, parameters)
        if cursor.fetchone()[0] != 1:
            return False
        self.edge = Edge(stored, frontier, recent)
        return True

    def _may_bet(self, size: int) -> bool:
        """Whether the one statement needs nothing of the store but that the head has not moved."""
        if self.queries.sql.bets is None or len(self.batch) != 1 or size % TILE_WIDTH == 0:
            return False
        if self.tracking is not None or self.before_commit is not None:
            return False
        [pending] = self.batch
        known = self.queries.symbols.numbers
        return (
            pending.type in known
            and (pending.chain is None or pending.chain in known)
            and all(condition.after >= size - 1 for condition in pending.conditions)
        )

    def judge(self, batch: Batch) -> Sequence[Accepted]:
        """Step 3: fill ``outcomes``; gives those to be written. Raises the first with ``whole``."""
        self.outcomes = list(map(batch.judge, self.batch, self.leaves))
        if self.whole:
            for outcome in self.outcomes:
                if isinstance(outcome, Conflict):
                    raise outcome
        return batch.accepted

    def rows(self, start: int, accepted: Sequence[Accepted]) -> Rows:
        """The rows of the accepted statements, the first of them at index ``start``."""
        ledger_id, numbers = self.queries.ledger_id, self.queries.symbols.numbers
        if self.symbols:
            numbers = {**numbers, **self.symbols}
        rows = Rows([], [], [])
        for index, (pending, leaf) in enumerate(accepted, start):
            chain = None if pending.chain is None else numbers[pending.chain]
            kind, tags = numbers[pending.type], sorted({*pending.tags})
            beside = (chain, pending.seq, pending.nonce, kind, _tag_text(tags), leaf)
            rows.events.append((ledger_id, index, *beside, pending.envelope))
            rows.tags.extend([(ledger_id, tag, kind, index) for tag in tags])
            if pending.disclosures:
                rows.values.extend((ledger_id, index, *value) for value in pending.disclosures)
        # Neighbours in the index of tags go in together: a page of it is then touched once.
        rows.tags.sort()
        return rows

    def _lock(self, cursor: Cursor) -> tuple[int, Frontier, Recent]:
        """Size, tree edge and what was written last, anew when another process moved the head."""
        cursor.execute(self.queries.sql.lock_head, (self.queries.ledger_id,))
        size, stored = cursor.fetchone()
        known, self.edge = self.edge, None
        if known is not None and known.stored == stored:
            # What a transaction that failed took in was never written.
            recent = known.recent if known.recent.stop == size else Recent(size)
            return size, known.frontier, recent
        return size, Frontier.from_bytes(stored), Recent(size)

    def _track(self, cursor: Cursor, application: str, position: int) -> None:
        cursor.execute(self.queries.sql.track, (self.queries.ledger_id, application, position))
        if cursor.fetchone() is None:
            raise Conflict(
                f"{application} has been followed to {position} or beyond; nothing was recorded"
            )

    def _insert(self, cursor: Cursor, rows: Rows) -> None:
        sql = self.queries.sql
        sql.insert_events(cursor, rows.events)
        if rows.tags:
            sql.insert_tags(cursor, rows.tags)
        if rows.values:
            sql.insert_disclosures(cursor, rows.values)

    def _grow(
        self, cursor: Cursor, edge: Frontier, recent: Recent, leaves: Sequence[bytes]
    ) -> None:
        start = edge.size
        for leaf in leaves:
            edge.append(leaf)
        stored = edge.to_bytes()
        cursor.execute(self.queries.sql.set_head, (edge.size, stored, self.queries.ledger_id))
        self.edge = Edge(stored, edge, recent)
        for index in range(start // TILE_WIDTH, edge.size // TILE_WIDTH):
            first = index * TILE_WIDTH
            older = self.queries.leaf_hashes(cursor, first, start) if first < start else []
            newer = leaves[max(first - start, 0) : first + TILE_WIDTH - start]
            self._put_tile(cursor, index, b"".join([*older, *newer]))

    def _put_tile(self, cursor: Cursor, index: int, data: bytes) -> None:
        """Write a full tile, and its root into the tile above, which may be full by that."""
        level = 0
        while True:
            cursor.execute(self.queries.sql.put_tile, (self.queries.ledger_id, level, index, data))
            if len(data) < TILE_WIDTH * HASH_SIZE:
                return
            root = fold([data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)])
            level, index = level + 1, index // TILE_WIDTH
            data = self.queries.tile(cursor, level, index) + root


def _tag_text(tags: Sequence[str]) -> str:
    """The tags as one text, from which they can be read again."""
    text = "\n".join(tags)
    if tags and (not tags[0] or text.count("\n") != len(tags) - 1):
        raise Malformed("a tag is empty or contains a line feed; nothing was recorded")
    return text
