"""Reading a store: entries by index, hash, nonce, chain and tag, and the hashes of the tree.

Promise: memory stays bounded however long the record is, and no reader holds a transaction open:
entries never change (but for an erasure), so a stream is read chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from ledger.database import Database
from ledger.envelope import leaf_entry
from ledger.errors import Malformed, StorageFailed
from ledger.queries import UNLIMITED, Newest, Queries
from ledger.records import Head, Item, StoredEntry
from ledger.tiles import TILE_WIDTH, TileReader
from ledger.tree import HASH_SIZE, leaf_hash

#: Entries read from the database at a time.
CHUNK: Final = 1000


class Reader:
    """The reading half of a store."""

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    def head(self) -> Head:
        """The size and root of the tree as it is committed now."""
        with self._database.reading() as cursor:
            newest = self._queries.newest(cursor)
        return Head(newest.size, partial(self._root, newest))

    def _root(self, newest: Newest) -> bytes:
        """The root over the settled entries and the few after them."""
        edge = newest.settled_edge()
        for leaf in self.leaf_hashes(newest.settled, newest.size):
            edge.append(leaf)
        if edge.size != newest.size:
            raise StorageFailed(
                f"{self._database.where} lacks {newest.size - edge.size} of its newest "
                f"{newest.size - newest.settled} entries",
                hint="check the ledger",
            )
        return edge.root()

    def entry(self, index: int) -> StoredEntry:
        """The entry at ``index``. Raises Malformed when the tree is not that large."""
        with self._database.reading() as cursor:
            found = self._queries.entry(cursor, index)
        if found is None:
            raise Malformed(f"entry {index} is outside the tree")
        return found

    def entries(
        self, start: int = 0, stop: int | None = None, *, chunk: int = CHUNK
    ) -> Iterator[StoredEntry]:
        """The entries ``start`` to before ``stop`` (the end when None), in order."""
        stop = self.head().size if stop is None else stop
        for first in range(start, stop, chunk):
            with self._database.reading() as cursor:
                found = self._queries.entries(cursor, first, min(first + chunk, stop))
            yield from found

    def envelopes(self, start: int, stop: int) -> list[tuple[bytes, bytes | None]]:
        """Leaf hash and envelope (None when withdrawn) of the entries ``start`` to before ``stop``.

        All held in memory; read in half the time that ``entries`` takes.
        """
        with self._database.reading() as cursor:
            return self._queries.envelopes(cursor, start, stop)

    def by_hash(self, envelope_hash: str) -> StoredEntry | None:
        """The entry whose envelope has this hash (64 hex digits), withdrawn or not."""
        with self._database.reading() as cursor:
            return self._queries.by_leaf_hash(cursor, leaf_hash(leaf_entry(envelope_hash)))

    def by_nonce(self, nonce: str) -> StoredEntry | None:
        """The entry with this nonce."""
        with self._database.reading() as cursor:
            return self._queries.by_nonce(cursor, nonce)

    def chain_at(self, key_id: str, seq: int) -> StoredEntry | None:
        """The entry at place ``seq`` (from 1) of the chain of a key."""
        with self._database.reading() as cursor:
            return self._queries.in_chain(cursor, key_id, seq)

    def chain_tip(self, key_id: str) -> StoredEntry | None:
        """The entry with the highest ``seq`` in the chain of a key, None when it signed nothing."""
        with self._database.reading() as cursor:
            seq = self._queries.chain_end(cursor, key_id)
            return None if seq is None else self._queries.in_chain(cursor, key_id, seq)

    def chain(
        self,
        key_id: str,
        first: int = 0,
        last: int = UNLIMITED,
        *,
        limit: int = UNLIMITED,
        newest_first: bool = False,
    ) -> list[StoredEntry]:
        """At most ``limit`` entries of a key's chain with ``first`` <= seq <= ``last``."""
        with self._database.reading() as cursor:
            return self._queries.chain(
                cursor, key_id, first, last, limit, newest_first=newest_first
            )

    def key_starting(self, prefix: str) -> str | None:
        """The id of the key that has a chain here and begins with ``prefix``."""
        with self._database.reading() as cursor:
            self._queries.symbols.catch_up(cursor)
        names = self._queries.symbols.numbers
        return next((name for name in names if name.startswith(prefix)), None)

    def matching(
        self,
        items: Sequence[Item],
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = UNLIMITED,
        chunk: int = CHUNK,
    ) -> Iterator[StoredEntry]:
        """The first ``limit`` entries with ``after`` <= index < ``before`` that match any item.

        In order; without items every entry matches. Held in memory: 8 bytes for each match, and a
        chunk of entries.
        """
        before = self.head().size if before is None else before
        if not items:
            yield from self.entries(after, min(before, after + limit), chunk=chunk)
            return
        with self._database.reading() as cursor:
            indexes = self._queries.matches(cursor, items, after, before, limit)
        for at in range(0, len(indexes), chunk):
            with self._database.reading() as cursor:
                found = self._queries.entries_at(cursor, indexes[at : at + chunk])
            yield from found

    def leaf_hash(self, index: int) -> bytes:
        """The leaf hash of the entry at ``index``. Raises Malformed outside the tree."""
        hashes = self.leaf_hashes(index, index + 1)
        if not hashes:
            raise Malformed(f"entry {index} is outside the tree")
        return hashes[0]

    def leaf_hashes(self, start: int, stop: int) -> list[bytes]:
        """The leaf hashes of the entries ``start`` to before ``stop``, all held in memory."""
        with self._database.reading() as cursor:
            return self._queries.leaf_hashes(cursor, start, stop)

    def tile(self, level: int, index: int, width: int = TILE_WIDTH) -> bytes:
        """The tile as it is published: ``width`` hashes of 32 bytes.

        Raises StorageFailed when the store has not so many.
        """
        first = index * TILE_WIDTH
        with self._database.reading() as cursor:
            found = self._queries.tile(cursor, level, index)[: width * HASH_SIZE]
            if not found and level == 0:
                found = b"".join(self._queries.leaf_hashes(cursor, first, first + width))
        if len(found) != width * HASH_SIZE:
            raise StorageFailed(
                f"tile {index} at level {level}: expected {width} hashes, "
                f"the store has {len(found) // HASH_SIZE}",
                hint="the tree is not that large, or the store is damaged: check the ledger",
            )
        return found

    def hash_reader(self, size: int | None = None) -> TileReader:
        """A reader of complete subtrees in the tree of ``size`` entries (now, when None)."""
        return TileReader(self.head().size if size is None else size, self.tile)
