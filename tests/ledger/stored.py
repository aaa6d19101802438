"""Statements for a store, and a brute-force check of what it keeps."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ledger.errors import Conflict
from ledger.store import Item, Pending, Receipt, Store, envelope_leaf
from ledger.tree import Frontier, root_at, root_of

OpenStore = Callable[[], Store]
VOTE = frozenset({"vote-cast/v1"})


def plain(number: int, *tags: str) -> Pending:
    """A statement of one key's chain, whose bytes, nonce and place follow from ``number``."""
    return Pending(
        b"envelope %d" % number, "vote-cast/v1", tags, "a" * 64, number, f"nonce-{number}"
    )


def item(*tags: str, types: frozenset[str] = VOTE) -> Item:
    return types, frozenset(tags)


def check_tree(store: Store) -> None:
    """Indexes without a gap, and the root of the head is the root of what is stored."""
    entries = list(store.entries())
    head = store.head()
    assert [entry.index for entry in entries] == list(range(head.size))
    leaves = [entry.leaf_hash for entry in entries]
    assert all(
        entry.leaf_hash == envelope_leaf(entry.envelope)
        for entry in entries
        if entry.envelope is not None
    )
    assert head.root == root_of(leaves) == root_at(head.size, store.hash_reader())
    check_settled(store)
    check_found_by_tag(store)


def check_settled(store: Store) -> None:
    """What is derived stands for all full tiles at least: head row, tree edge, index of tags."""
    with store._database.reading() as cursor:
        newest = store._queries.newest(cursor)
    entries = list(store.entries(0, newest.settled))
    assert newest.size - newest.size % 256 <= newest.settled <= newest.size
    assert newest.settled_edge().root() == root_of([entry.leaf_hash for entry in entries])
    assert store.count_tags() == sum(len(entry.tags) for entry in entries)


def check_found_by_tag(store: Store) -> None:
    """Every tag finds the entries that have it, wherever they lie, and no others."""
    entries = list(store.entries())
    tags = sorted({tag for entry in entries for tag in entry.tags})
    for tag in tags[:: len(tags) // 20 + 1]:
        found = [entry.index for entry in store.matching([(frozenset(), frozenset({tag}))])]
        assert found == [entry.index for entry in entries if tag in entry.tags]


def settle_by_hand(database: sqlite3.Connection) -> None:
    """Settle every entry, as a database of schema version 1 has it: written here in plain SQL."""
    rows = database.execute(
        'SELECT ledger_id, "index", type, tags, leaf_hash FROM event'
    ).fetchall()
    edges: dict[int, Frontier] = {}
    for ledger_id, index, kind, tags, leaf in sorted(rows):
        edges.setdefault(ledger_id, Frontier()).append(leaf)
        for tag in tags.split("\n") if tags else ():
            row = (ledger_id, tag, kind, index)
            database.execute("INSERT OR IGNORE INTO event_tag VALUES (?, ?, ?, ?)", row)
    for ledger_id, edge in edges.items():
        database.execute(
            "UPDATE ledger_head SET size = ?, frontier = ? WHERE ledger_id = ?",
            (edge.size, edge.to_bytes(), ledger_id),
        )


def one_by_one(store: Store, *batch: Pending) -> list[Receipt | Conflict]:
    return [outcome for pending in batch for outcome in store.append([pending])]
