"""The questions asked of the tables of one ledger, each on a cursor that the caller holds.

The same questions serve readers, outside any transaction, and the judging of a batch, inside one.
Rows become ``StoredEntry`` here and nowhere else.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any, Final

from ledger.database import Cursor
from ledger.records import Item, StoredEntry
from ledger.sql import Statements
from ledger.symbols import Symbols

#: Index and leaf hash of an entry.
Place = tuple[int, bytes]
_FETCH: Final = 10_000
#: Both databases want a number where no limit is meant.
UNLIMITED: Final = 2**62


class Queries:
    """What can be asked about the ledger with the number ``ledger_id``."""

    def __init__(self, statements: Statements, ledger_id: int) -> None:
        self.sql = statements
        self.ledger_id = ledger_id
        self.symbols = Symbols(ledger_id, statements)

    def head(self, cursor: Cursor) -> tuple[int, bytes]:
        """Size and tree edge as they are committed now."""
        size, frontier = self._row(cursor, self.sql.head)
        return size, frontier

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

    def tile(self, cursor: Cursor, level: int, index: int) -> bytes:
        """The hashes a tile row holds; none when there is no such row."""
        row = self._row(cursor, self.sql.tile, level, index)
        return row[0] if row else b""

    def first_match(self, cursor: Cursor, item: Item, start: int, stop: int) -> int | None:
        """The first index from ``start`` to before ``stop`` that matches ``item``."""
        row = cursor.fetchone() if self._ask(cursor, item, start, stop, 1) else None
        return row[0] if row else None

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
        if self._ask(cursor, item, start, stop, limit):
            while rows := cursor.fetchmany(_FETCH):
                indexes.extend(row[0] for row in rows)
        return indexes

    def _ask(self, cursor: Cursor, item: Item, start: int, stop: int, limit: int) -> bool:
        """Send the query for ``item``; False when nothing can match, as no entry has the types."""
        types, tags = item
        known = self.symbols.known(types, cursor)
        if types and not known:
            return False
        parameters: list[Any] = [self.ledger_id, start, stop, *known]
        # Composite tags are the longest and the rarest: their entries are the fewest to look at.
        for n, tag in enumerate(sorted(tags, key=len, reverse=True)):
            parameters += (self.ledger_id, tag) if n else (tag,)
        cursor.execute(self.sql.matching(len(known), len(tags)), (*parameters, limit))
        return True

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
