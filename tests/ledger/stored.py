"""Statements for a store, and a brute-force check of what it keeps."""

from __future__ import annotations

from collections.abc import Callable

from ledger.errors import Conflict
from ledger.store import Item, Pending, Receipt, Store, envelope_leaf
from ledger.tree import root_at, root_of

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
    assert store.count_tags() == sum(len(entry.tags) for entry in entries)


def one_by_one(store: Store, *batch: Pending) -> list[Receipt | Conflict]:
    return [outcome for pending in batch for outcome in store.append([pending])]
