"""Step 5: from leaf hashes to the root, at every size anyone has signed or anchored to.

Promise: the root of the first n leaf hashes for any n up to what was read, and every tile that a
publisher must show, computed from the leaf hashes alone. Memory: 32.1 bytes an entry.

The tree is kept as its full tile rows: row 0 the leaf hashes, row 1 one hash for each 256 of
them, row 2 one for each 65,536, …: the roots of complete subtrees of height 8, 16, …

    row r, hash i = MTH over entries  i·256^r … (i+1)·256^r

A root at size n takes the incomplete right edge of each row (at most 255 hashes): pairing
neighbours and carrying an odd last one up is MTH of RFC 6962 §2.1, and the edge of a lower row is
the last, incomplete, member of the row above. Source: RFC 6962 §2.1, C2SP tlog-tiles.
"""

from __future__ import annotations

from hashlib import sha256

from ledger.tiles import TILE_WIDTH
from ledger.tree import EMPTY_ROOT, HASH_SIZE

_TILE_BYTES = TILE_WIDTH * HASH_SIZE


def tree_hash(hashes: list[bytes]) -> bytes:
    """The root over hashes of one level, left to right. Requires at least one."""
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return hashes[0]


def split_hashes(data: bytes | bytearray | memoryview) -> list[bytes]:
    """The 32-byte hashes in ``data``, whose length is a multiple of 32."""
    return [bytes(data[at : at + HASH_SIZE]) for at in range(0, len(data), HASH_SIZE)]


class TreeFold:
    """Leaf hashes in index order, and the roots and tiles that follow from them."""

    def __init__(self) -> None:
        self._rows: list[bytearray] = [bytearray()]
        self._full_tiles = 0

    @property
    def size(self) -> int:
        """How many leaf hashes were read."""
        return len(self._rows[0]) // HASH_SIZE

    def extend(self, leaf_hashes: bytes) -> None:
        """Add leaf hashes (32 bytes each, one after the other) at the right end."""
        self._rows[0] += leaf_hashes
        while len(self._rows[0]) >= (self._full_tiles + 1) * _TILE_BYTES:
            self._complete(0, self._full_tiles)
            self._full_tiles += 1

    def leaf(self, index: int) -> bytes:
        """The leaf hash of entry ``index``. Requires 0 <= index < size."""
        return bytes(self._rows[0][index * HASH_SIZE : (index + 1) * HASH_SIZE])

    def tile(self, level: int, index: int, width: int) -> bytes:
        """The bytes the tile must have; shorter than 32·width when the tree is smaller."""
        if level >= len(self._rows):
            return b""
        start = index * _TILE_BYTES
        return bytes(self._rows[level][start : start + width * HASH_SIZE])

    def root(self, size: int) -> bytes:
        """The root of the first ``size`` entries. Requires 0 <= size <= self.size."""
        if size == 0:
            return EMPTY_ROOT
        edge: list[bytes] = []
        for level, row in enumerate(self._rows):
            stop = size >> (8 * level)
            start = stop - stop % TILE_WIDTH
            hashes = split_hashes(row[start * HASH_SIZE : stop * HASH_SIZE]) + edge
            edge = [tree_hash(hashes)] if hashes else []
        return edge[0]

    def _complete(self, level: int, tile: int) -> None:
        row = self._rows[level]
        start = tile * _TILE_BYTES
        above = level + 1
        if above == len(self._rows):
            self._rows.append(bytearray())
        self._rows[above] += tree_hash(split_hashes(row[start : start + _TILE_BYTES]))
        if len(self._rows[above]) % _TILE_BYTES == 0:
            self._complete(above, len(self._rows[above]) // _TILE_BYTES - 1)
