"""Settling: what follows from the entries is written for a whole tile of them at a time.

    derived                 from                          where
    index of tags           the tags beside each entry    ``event_tag``
    full tiles              the leaf hashes               ``tile``
    edge of the tree        the leaf hashes               ``ledger_head``, with the size it is of

All of it can be made again from the rows of the entries, so nothing is lost while it lags behind
them; what it costs is pages. Written with each entry, the index of tags and the head took as long
as the entry itself; for 256 entries together each page of them is written once.

Promise: the append that fills a tile settles all entries up to there, in its own transaction. So
fewer than 256 are ever unsettled, and whoever asks for tags or a root reads those few by
themselves (``ledger.tail``, ``Reader.head``).

    size - size % 256  ≤  settled  ≤  size

A database of the first schema version settled each entry as it came: there the two are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from ledger.database import Cursor
from ledger.queries import Newest, Queries
from ledger.tiles import TILE_WIDTH
from ledger.tree import HASH_SIZE, fold

#: Index, number of the type, tags (one a line) and leaf hash of an entry.
Unsettled = tuple[int, int, str, bytes]
#: Rows of the index of tags written by one statement.
_ROWS: Final = 20_000


def last_border(size: int) -> int:
    """The size up to which a record of ``size`` entries must be settled: its full tiles."""
    return size - size % TILE_WIDTH


def fills_a_tile(size: int) -> bool:
    """Whether the next entry of a record of ``size`` is the last of a tile."""
    return (size + 1) % TILE_WIDTH == 0


def settle(queries: Queries, cursor: Cursor, before: Newest, written: Sequence[Unsettled]) -> None:
    """Settle up to the last border, if the entries just written reach one that is not settled.

    In the transaction that wrote them; ``before`` is the record as it was.
    """
    border = last_border(before.size + len(written))
    if border <= before.settled:
        return
    older = queries.unsettled(cursor, before.settled, min(before.size, border))
    newer = written[: max(border - before.size, 0)]
    _index_tags(queries, cursor, chain(older, newer))
    edge = before.settled_edge()
    leaves = [leaf for _, _, _, leaf in chain(older, newer)]
    for leaf in leaves:
        edge.append(leaf)
    cursor.execute(queries.sql.set_head, (edge.size, edge.to_bytes(), queries.ledger_id))
    _write_tiles(queries, cursor, before.settled, leaves)


def tag_rows(ledger_id: int, entries: Iterator[Unsettled]) -> list[tuple[int, str, int, int]]:
    """The rows of the index of tags for these entries, sorted: a page of it is touched once."""
    return sorted(
        (ledger_id, tag, kind, index)
        for index, kind, tags, _ in entries
        if tags
        for tag in tags.split("\n")
    )


def _index_tags(queries: Queries, cursor: Cursor, entries: Iterator[Unsettled]) -> None:
    rows = tag_rows(queries.ledger_id, entries)
    for at in range(0, len(rows), _ROWS):
        queries.sql.insert_tags(cursor, rows[at : at + _ROWS])


def _write_tiles(queries: Queries, cursor: Cursor, settled: int, leaves: Sequence[bytes]) -> None:
    """Write the tiles that these leaf hashes, which follow the settled ones, have filled."""
    for index in range(settled // TILE_WIDTH, (settled + len(leaves)) // TILE_WIDTH):
        first = index * TILE_WIDTH
        older = queries.leaf_hashes(cursor, first, settled) if first < settled else []
        newer = leaves[max(first - settled, 0) : first + TILE_WIDTH - settled]
        _put_tile(queries, cursor, index, b"".join([*older, *newer]))


def _put_tile(queries: Queries, cursor: Cursor, index: int, data: bytes) -> None:
    """Write a full tile, and its root into the tile above, which may be full by that."""
    level = 0
    while True:
        cursor.execute(queries.sql.put_tile, (queries.ledger_id, level, index, data))
        if len(data) < TILE_WIDTH * HASH_SIZE:
            return
        root = fold([data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)])
        level, index = level + 1, index // TILE_WIDTH
        data = queries.tile(cursor, level, index) + root
