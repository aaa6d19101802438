"""The questions asked of the tables of one ledger, each on a cursor that the caller holds.

The same questions serve readers, outside any transaction, and the judging of a batch, inside one.
Rows become ``StoredEntry`` here and nowhere else.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from ledger.database import Cursor
from ledger.errors import Malformed, StorageFailed
from ledger.records import Item, StoredEntry
from ledger.sql import Statements
from ledger.symbols import Symbols
from ledger.tail import Tail
from ledger.tree import Frontier

#: Index and leaf hash of an entry.
Place = tuple[int, bytes]
_FETCH: Final = 10_000
#: Both databases want a number where no limit is meant.
UNLIMITED: Final = 2**62


class Newest(NamedTuple):
    """Where the record ends: how many entries it has, and the leaf hash of the last.

    ``settled`` entries have their tags in the index of tags and their hashes in ``edge``, the edge
    of the tree of that size; the rest are the tail.
    """

    size: int
    leaf: bytes
    settled: int
    edge: bytes

    def settled_edge(self) -> Frontier:
        """The edge of the tree of ``settled`` entries. Raises StorageFailed when it is no edge."""
        try:
            edge = Frontier.from_bytes(self.edge if isinstance(self.edge, bytes) else b"")
        except Malformed:
            edge = None
        if edge is None or edge.size != self.settled:
            raise StorageFailed(
                f"the head row does not hold the edge of a tree of {self.settled} entries",
                hint="check the ledger: its entries are judged without that row",
            )
        return edge


class Queries:
    """What can be asked about the ledger with the number ``ledger_id``."""

    def __init__(self, statements: Statements, ledger_id: int) -> None:
        self.sql = statements
        self.ledger_id = ledger_id
        self.symbols = Symbols(ledger_id, statements)
        self._tail: Tail | None = None
        self._extending = threading.Lock()

    def lock(self, cursor: Cursor) -> None:
        """In a transaction that writes: let no other append until it ends.

        It must be a statement of its own: one that also read would read what was there before.
        """
        if self.sql.lock is not None:
            cursor.execute(self.sql.lock, (self.ledger_id,))

    def newest(self, cursor: Cursor) -> Newest:
        """Where the record ends as it is committed now.

        Raises StorageFailed when entries are missing that were derived from.
        """
        row = self._row(cursor, self.sql.head)
        if row is None or type(row[0]) is not int:
            raise StorageFailed(
                "the head row of this ledger is gone, or holds no size",
                hint="restore the newest backup and check the ledger",
            )
        settled, edge, index, leaf = row
        size = 0 if index is None else index + 1
        if size < settled:
            raise StorageFailed(
                f"the database holds entries up to {size}, and once held {settled}: some are gone",
                hint="restore the newest backup and check the ledger",
            )
        return Newest(size, leaf or b"", settled, edge)

    def place_by_nonce(self, cursor: Cursor, nonce: str) -> Place | None:
        """Where the entry with this nonce lies."""
        place: Place | None = self._row(cursor, self.sql.place_by_nonce, nonce)
        return place

    def place_in_chain(self, cursor: Cursor, key_id: str, seq: int) -> Place | None:
        """Where the entry at this place of a key's chain lies."""
        chain = self.symbols.number(key_id, cursor)
        if chain is None:
            return None
        place: Place | None = self._row(cursor, self.sql.place_in_chain, chain, seq)
        return place

    def entry(self, cursor: Cursor, index: int) -> StoredEntry | None:
        """The entry at ``index``."""
        return self._entry(cursor, self._row(cursor, self.sql.entry, index))

    def by_leaf_hash(self, cursor: Cursor, leaf: bytes) -> StoredEntry | None:
        """The first entry with this leaf hash."""
        return self._entry(cursor, self._row(cursor, self.sql.by_leaf_hash, leaf))

    def by_nonce(self, cursor: Cursor, nonce: str) -> StoredEntry | None:
        """The entry with this nonce."""
        return self._entry(cursor, self._row(cursor, self.sql.by_nonce, nonce))

    def in_chain(self, cursor: Cursor, key_id: str, seq: int) -> StoredEntry | None:
        """The entry at this place of a key's chain."""
        chain = self.symbols.number(key_id, cursor)
        if chain is None:
            return None
        return self._entry(cursor, self._row(cursor, self.sql.in_chain, chain, seq))

    def chain_end(self, cursor: Cursor, key_id: str) -> int | None:
        """The highest ``seq`` in the chain of a key."""
        chain = self.symbols.number(key_id, cursor)
        if chain is None:
            return None
        seq: int | None = self._row(cursor, self.sql.chain_end, chain)[0]
        return seq

    def chain(
        self,
        cursor: Cursor,
        key_id: str,
        first: int,
        last: int,
        limit: int,
        *,
        newest_first: bool,
    ) -> list[StoredEntry]:
        """At most ``limit`` entries of a key's chain with ``first`` <= seq <= ``last``."""
        chain = self.symbols.number(key_id, cursor)
        if chain is None:
            return []
        sql = self.sql.chain_backwards if newest_first else self.sql.chain
        return self._entries(cursor, sql, chain, first, last, limit)

    def entries(self, cursor: Cursor, start: int, stop: int) -> list[StoredEntry]:
        """The entries ``start`` to before ``stop``."""
        return self._entries(cursor, self.sql.entries, start, stop)

    def entries_at(self, cursor: Cursor, indexes: Sequence[int]) -> list[StoredEntry]:
        """The entries at these indexes, in order; padded so that few statements are ever made."""
        size = 1 << (len(indexes) - 1).bit_length()
        padded = [*indexes, *[indexes[-1]] * (size - len(indexes))]
        return self._entries(cursor, self.sql.entries_at(size), *padded)

    def leaf_hashes(self, cursor: Cursor, start: int, stop: int) -> list[bytes]:
        """The leaf hashes of the entries ``start`` to before ``stop``."""
        cursor.execute(self.sql.leaf_hashes, (self.ledger_id, start, stop))
        return [row[0] for row in cursor.fetchall()]

    def envelopes(self, cursor: Cursor, start: int, stop: int) -> list[tuple[bytes, bytes | None]]:
        """Leaf hash and envelope of the entries ``start`` to before ``stop``."""
        cursor.execute(self.sql.envelopes, (self.ledger_id, start, stop))
        return cursor.fetchall()

    def tile(self, cursor: Cursor, level: int, index: int) -> bytes:
        """The hashes a tile row holds; none when there is no such row."""
        row = self._row(cursor, self.sql.tile, level, index)
        return row[0] if row else b""

    def unsettled(self, cursor: Cursor, start: int, stop: int) -> list[tuple[int, int, str, bytes]]:
        """Index, number of the type, tags and leaf hash of the entries in a short span."""
        cursor.execute(self.sql.tail, (self.ledger_id, start, stop))
        return cursor.fetchall()

    def first_match(self, cursor: Cursor, item: Item, start: int, stop: int) -> int | None:
        """The first index from ``start`` to before ``stop`` that matches ``item``."""
        found = self._matches(cursor, item, start, stop, 1)
        return found[0] if found else None

    def matches(
        self, cursor: Cursor, items: Sequence[Item], start: int, stop: int, limit: int
    ) -> Sequence[int]:
        """The first indexes from ``start`` to before ``stop`` that match an item, in order."""
        found = [self._matches(cursor, item, start, stop, limit) for item in items]
        if len(found) == 1:
            return found[0]
        return array("q", sorted(set().union(*found))[:limit])

    def _matches(self, cursor: Cursor, item: Item, start: int, stop: int, limit: int) -> array[int]:
        indexes = array("q")
        types, tags = item
        tail = self._tail_to(cursor, stop) if tags else None
        kinds = self._kinds(cursor, types, stop)
        if types and not kinds:
            return indexes  # no entry has any of these types
        if tail is None:
            self._ask(cursor, indexes, (kinds, tags, start, stop, limit))
            return indexes
        if start < tail.first:
            self._ask(cursor, indexes, (kinds, tags, start, min(stop, tail.first), limit))
        indexes.extend(tail.matching(kinds, tags, start, stop)[: limit - len(indexes)])
        return indexes

    def _kinds(self, cursor: Cursor, types: Collection[str], stop: int) -> list[int]:
        """The numbers of those types that an entry before ``stop`` has, and perhaps of others."""
        symbols = self.symbols
        if symbols.seen < stop and any(name not in symbols.numbers for name in types):
            # The names that are read now are those of all entries that were read before.
            reached = self._tail.stop if self._tail is not None else 0
            symbols.catch_up(cursor)
            symbols.seen = max(symbols.seen, reached)
        return [symbols.numbers[name] for name in types if name in symbols.numbers]

    def _ask(
        self,
        cursor: Cursor,
        indexes: array[int],
        asked: tuple[Sequence[int], frozenset[str], int, int, int],
    ) -> None:
        """Add the settled indexes that have one of these kinds and all of these tags."""
        kinds, tags, start, stop, limit = asked
        parameters: list[Any] = [self.ledger_id, start, stop, *kinds]
        # Composite tags are the longest and the rarest: their entries are the fewest to look at.
        for n, tag in enumerate(sorted(tags, key=len, reverse=True)):
            parameters += (self.ledger_id, tag) if n else (tag,)
        cursor.execute(self.sql.matching(len(kinds), len(tags)), (*parameters, limit))
        while rows := cursor.fetchmany(_FETCH):
            indexes.extend(row[0] for row in rows)

    def _tail_to(self, cursor: Cursor, size: int) -> Tail:
        """A tail up to ``size`` at least; what lies before it is in the index of tags."""
        tail = self._tail
        if tail is not None and tail.stop >= size:
            return tail
        with self._extending:
            tail = self._tail
            if tail is None or not tail.reaches(size):
                tail = Tail(self._row(cursor, self.sql.settled)[0])
            rows = self.unsettled(cursor, tail.stop, size)
            tail.extend((index, kind, tags) for index, kind, tags, _ in rows)
            self._tail = tail
            return tail

    def wrote(self, index: int, kind: int, tags: str) -> None:
        """Take in an entry that was just committed from here, and whose names have numbers.

        So who writes and asks in turn, as rules do, reads neither entries nor names back.
        """
        if self.symbols.seen == index:
            self.symbols.seen = index + 1
        tail = self._tail
        if tail is None or tail.stop != index or not tail.reaches(index + 1):
            return
        with self._extending:
            if tail.stop == index:
                tail.extend([(index, kind, tags)])

    def _row(self, cursor: Cursor, sql: str, *parameters: Any) -> Any:
        cursor.execute(sql, (self.ledger_id, *parameters))
        return cursor.fetchone()

    def _entries(self, cursor: Cursor, sql: str, *parameters: Any) -> list[StoredEntry]:
        cursor.execute(sql, (self.ledger_id, *parameters))
        rows = cursor.fetchall()
        names = self.symbols.names
        try:
            return [_entry(row, names) for row in rows]
        except KeyError:
            self.symbols.catch_up(cursor)
            return [_entry(row, names) for row in rows]

    def _entry(self, cursor: Cursor, row: Any) -> StoredEntry | None:
        if row is None:
            return None
        if row[4] not in self.symbols.names or row[1] not in self.symbols.names:
            self.symbols.catch_up(cursor)
        return _entry(row, self.symbols.names)


def _entry(row: Any, names: dict[int, str]) -> StoredEntry:
    index, chain, seq, nonce, kind, tags, leaf, envelope = row
    key_id = None if chain is None else names[chain]
    return StoredEntry(index, key_id, seq, nonce, names[kind], tags, leaf, envelope)
