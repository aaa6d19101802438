"""The Merkle tree: one root for all entries, and short proofs that an entry or a past is in it.

Promise: whoever holds a root can check with at most 63 hashes that an entry is under it, or that
an older tree is its beginning; nothing here trusts what it is given.

    EMPTY_ROOT       = SHA256("")                     the tree of no entries
    leaf hash        = SHA256(0x00 || entry)
    node hash        = SHA256(0x01 || left || right)
    MTH(D[n])        = node(MTH(D[0:k]), MTH(D[k:n]))  k the largest power of two below n

Source: RFC 6962 §2.1 (tree and proofs), RFC 9162 §2.1.3.2 and §2.1.4.2 (how proofs are checked).
Every hash is checked to be 32 bytes before it is used: a shorter one would let a prover move the
border between two hashes. Indexes count from 0; a tree of ``size`` n holds entries 0 to n-1.

    >>> left, right = leaf_hash(b"a"), leaf_hash(b"b")
    >>> verify_inclusion(1, 2, right, [left], node_hash(left, right))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from ledger.errors import Malformed, Unverified

HASH_SIZE = 32
#: Sizes beyond this are refused: it is what the checkpoint and every other implementation allow.
MAX_SIZE = 2**63 - 1
#: No proof in a tree of at most ``MAX_SIZE`` entries is longer (63 levels and the seed).
MAX_PROOF = 64

EMPTY_ROOT = sha256(b"").digest()

#: Gives the hash of the complete subtree over entries ``index << level`` … ``(index+1) << level``.
HashReader = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The 32-byte hash of one entry: ``SHA256(0x00 || entry)``."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of two subtrees: ``SHA256(0x01 || left || right)``."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes, word for word as RFC 6962 §2.1 defines it.

    The slow reference that faster code is compared with: it holds all hashes in memory.
    """
    if not leaf_hashes:
        return EMPTY_ROOT
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    split = _split(len(leaf_hashes))
    return node_hash(root_of(leaf_hashes[:split]), root_of(leaf_hashes[split:]))


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree from its 2^k hashes at one level (1 to 256 in a tile)."""
    level = hashes
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return level[0]


def subtrees(first: int, leaf_hashes: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """The fewest complete subtrees over these leaves, the first of which has the index ``first``.

    Left to right, as level and hash: what ``Frontier.add`` takes.
    """
    found, at, count = [], 0, len(leaf_hashes)
    while at < count:
        # As large as the place allows (the lowest bit of its index), and as there are leaves.
        level = (count - at).bit_length() - 1
        if first + at:
            level = min(level, ((first + at) & -(first + at)).bit_length() - 1)
        found.append((level, fold(leaf_hashes[at : at + (1 << level)])))
        at += 1 << level
    return found


class Frontier:
    """The right edge of a growing tree: enough to append and to give the root, and no more.

    ``hashes`` are the roots of the complete subtrees, largest first: one for each bit set in
    ``size``. Kept as bytes it is ``size`` (8 bytes, big-endian) followed by those hashes.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = _checked_size(size)
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise Malformed(
                f"tree edge of size {size}: expected {size.bit_count()} hashes, "
                f"found {len(self.hashes)}"
            )
        _check_hashes(self.hashes, "tree edge")

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at index ``size``."""
        self.add(0, leaf)

    def add(self, level: int, subtree: bytes) -> None:
        """Add the hash of a complete subtree of 2^``level`` leaves (see ``subtrees``).

        Requires that ``size`` is a multiple of 2^``level``.
        """
        below = self.size >> level
        while below & 1:
            subtree = node_hash(self.hashes.pop(), subtree)
            below >>= 1
        self.hashes.append(subtree)
        self.size += 1 << level

    def root(self) -> bytes:
        """The root of the tree as it stands; ``EMPTY_ROOT`` when nothing was appended."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root

    def copy(self) -> Frontier:
        """Another edge of the same tree, which grows on its own."""
        return Frontier(self.size, self.hashes)

    def to_bytes(self) -> bytes:
        """The edge as 8 + 32·k bytes, for ``from_bytes``."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """The edge that ``to_bytes`` wrote. Raises Malformed when the length does not fit."""
        if len(data) < 8 or (len(data) - 8) % HASH_SIZE:
            raise Malformed(f"tree edge: {len(data)} bytes is no size and whole hashes")
        return cls(
            int.from_bytes(data[:8], "big"),
            (data[at : at + HASH_SIZE] for at in range(8, len(data), HASH_SIZE)),
        )


def root_at(size: int, read: HashReader) -> bytes:
    """The root of the first ``size`` entries, out of complete subtrees (at most 63 reads)."""
    return _range_root(0, _checked_size(size), read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: HashReader) -> list[bytes]:
    """The audit path of entry ``index`` in the tree of ``size``, leaf's sibling first.

    RFC 6962 §2.1.1. Requires 0 <= index < size. Raises Malformed otherwise.
    """
    _checked_index(index, size)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, read: HashReader) -> list[bytes]:
    """The proof that the tree of ``old`` entries is the beginning of the tree of ``new``.

    RFC 6962 §2.1.2. Requires 0 <= old <= new; empty from size 0 and between equal sizes.
    Raises Malformed when ``old`` is larger.
    """
    _checked_order(old, new)
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start, whole = middle, False
    if not whole:
        path.append(_range_root(start, end, read))
    path.reverse()
    return path


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that ``leaf`` is the hash of entry ``index`` in the tree of ``size`` with ``root``.

    RFC 9162 §2.1.3.2. Raises Malformed when the numbers or hashes cannot be of any tree, and
    Unverified when the proof leads to another root.
    """
    _checked_index(index, size)
    _check_hashes([leaf, root, *proof], "inclusion proof")
    position, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Unverified(f"inclusion of entry {index} in size {size}: the proof is too long")
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise Unverified(f"inclusion of entry {index} in size {size}: the proof is too short")
    _same(f"inclusion of entry {index} in size {size}", root, computed)


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of ``old`` entries is the beginning of the tree of ``new``.

    RFC 9162 §2.1.4.2; from size 0 and between equal sizes the proof is empty. Raises Malformed
    when sizes or hashes cannot be of any tree, and Unverified when the roots do not follow.
    """
    _checked_order(old, new)
    _check_hashes([old_root, new_root, *proof], "consistency proof")
    what = f"consistency of size {old} with size {new}"
    if old == 0:
        _same(f"{what}, root of the empty tree", EMPTY_ROOT, old_root)
    if old == new:
        _same(f"{what}, the same size twice", old_root, new_root)
    if (old in (0, new)) is bool(proof):
        raise Unverified(f"{what}: {len(proof)} hashes are no proof between these sizes")
    if not proof:
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    old_computed, new_computed = _climb(what, old, new, path)
    _same(f"{what}, older root", old_root, old_computed)
    _same(f"{what}, newer root", new_root, new_computed)


def _climb(what: str, old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The two roots a consistency path leads to (steps 3 to 6 of RFC 9162 §2.1.4.2)."""
    left, right = old - 1, new - 1
    while left & 1:
        left, right = left >> 1, right >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if right == 0:
            raise Unverified(f"{what}: the proof is too long")
        if left & 1 or left == right:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not left & 1 and left:
                left, right = left >> 1, right >> 1
        else:
            newer = node_hash(newer, sibling)
        left, right = left >> 1, right >> 1
    if right:
        raise Unverified(f"{what}: the proof is too short")
    return older, newer


def _range_root(start: int, end: int, read: HashReader) -> bytes:
    """The root over entries ``start`` to ``end``, a subtree of the tree, complete or not."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return _checked_hash(read(level, start >> level), level, start >> level)
    middle = start + _split(size)
    return node_hash(_range_root(start, middle, read), _range_root(middle, end, read))


def _split(size: int) -> int:
    """The largest power of two below ``size`` (size >= 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _checked_hash(value: bytes, level: int, index: int) -> bytes:
    if len(value) != HASH_SIZE:
        raise Malformed(f"subtree hash {index} at level {level}: {len(value)} bytes, expected 32")
    return value


def _check_hashes(values: Sequence[bytes], what: str) -> None:
    if len(values) > MAX_PROOF + 2:
        raise Malformed(f"{what}: {len(values)} hashes, more than any tree needs")
    for value in values:
        if len(value) != HASH_SIZE:
            raise Malformed(f"{what}: a hash of {len(value)} bytes, expected 32")


def _checked_size(size: int) -> int:
    if not 0 <= size <= MAX_SIZE:
        raise Malformed(f"tree size {size} is outside 0 to 2^63-1")
    return size


def _checked_index(index: int, size: int) -> None:
    if not 0 <= index < _checked_size(size):
        raise Malformed(f"entry {index} is outside a tree of {size} entries")


def _checked_order(old: int, new: int) -> None:
    if not 0 <= old <= _checked_size(new):
        raise Malformed(f"a tree of {new} entries has no beginning of {old}")


def _same(what: str, expected: bytes, computed: bytes) -> None:
    if expected != computed:
        raise Unverified(
            f"{what}: root does not match (expected {expected.hex()}, computed {computed.hex()})"
        )
