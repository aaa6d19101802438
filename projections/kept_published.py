"""A published directory read as the kept file reads a ledger, so that a large one is streamed.

    bundles of leaves, envelopes  ->  Published.envelopes()  ->  a kept file of its own  ->  facts

Promise: as in ``replay``, each leaf is the hash of the line that names its envelope, and the roots
given follow from the very leaves that were read (``KeptFacts`` holds them to the checkpoint).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from ledger.check_tree import TreeFold
from ledger.checkpoint import Checkpoint, parse_checkpoint
from ledger.envelope import parse_leaf_entry
from ledger.tiles import TILE_WIDTH
from projections.replay import Entry

if TYPE_CHECKING:
    from ledger.directory import Directory


class Published:
    """The entries of a directory up to its newest checkpoint. Raises what reading it raises."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._head = parse_checkpoint(directory.checkpoint() or b"")
        self._tree = TreeFold()
        self.origin = self._head.origin

    def head(self) -> Checkpoint:
        """Its newest checkpoint."""
        return self._head

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries, which must have been read."""
        return self._tree.root(size)

    def envelopes(self, start: int, stop: int) -> list[tuple[bytes, bytes | None]]:
        """Leaf hash and envelope (None: not shown here) of entries; they are read in order."""
        rows: list[tuple[bytes, bytes | None]] = []
        for index in range(start // TILE_WIDTH, (stop + TILE_WIDTH - 1) // TILE_WIDTH):
            first = index * TILE_WIDTH
            lines = self._directory.bundle(index, min(TILE_WIDTH, self._head.size - first))
            for line in lines[max(0, start - first) : stop - first]:
                leaf = sha256(b"\x00" + line).digest()
                rows.append((leaf, self._directory.envelope(parse_leaf_entry(line))))
        self._tree.extend(b"".join([leaf for leaf, _ in rows[self._tree.size - start :]]))
        return rows

    def entry(self, index: int) -> Entry:
        """An entry of which a directory says nothing but its index."""
        return Entry(index, "", None, "")

    def by_hash(self, hash_: str) -> Entry | None:
        """The entry of an envelope that is shown here."""
        envelope = self._directory.envelope(hash_)
        return None if envelope is None else Entry(-1, hash_, envelope, "")
