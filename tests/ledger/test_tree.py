"""The Merkle tree: roots, proofs and the growing edge, against an unrelated library."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from ledger.errors import LedgerError, Malformed, Unverified
from ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    HashReader,
    consistency_proof,
    fold,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
    subtrees,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_hash(b"entry %d" % number) for number in range(130)]
ROOTS = [root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
SIZES = st.integers(0, len(LEAVES))


def read(level: int, index: int) -> bytes:
    return fold(LEAVES[index << level : (index + 1) << level])


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_hashes_are_those_of_the_rfc() -> None:
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT
    assert leaf_hash(b"a") == hashlib.sha256(b"\x00a").digest()
    assert (
        node_hash(LEAVES[0], LEAVES[1]) == hashlib.sha256(b"\x01" + LEAVES[0] + LEAVES[1]).digest()
    )


def test_roots_are_those_of_an_unrelated_library_at_every_size() -> None:
    other = InmemoryTree(algorithm="sha256")
    for size in range(1, len(LEAVES) + 1):
        other.append_entry(b"entry %d" % (size - 1))
        assert other.get_root() == ROOTS[size]


def test_the_growing_edge_has_the_slow_root_at_every_size() -> None:
    edge = Frontier()
    for size, root in enumerate(ROOTS):
        assert (edge.size, edge.root()) == (size, root)
        assert Frontier.from_bytes(edge.to_bytes()).hashes == edge.hashes
        assert root_at(size, read) == root
        if size < len(LEAVES):
            edge.append(LEAVES[size])


@pytest.mark.parametrize("first", [0, 1, 2, 5, 8, 12])
def test_an_edge_grows_by_whole_subtrees_as_it_does_by_leaves(first: int) -> None:
    for stop in range(first, len(LEAVES) + 1):
        edge, slow = Frontier(), Frontier()
        for leaf in LEAVES[:first]:
            edge.append(leaf)
        found = subtrees(first, LEAVES[first:stop])
        for level, subtree in found:
            edge.add(level, subtree)
        for leaf in LEAVES[:stop]:
            slow.append(leaf)
        assert (edge.size, edge.hashes) == (stop, slow.hashes)
        assert len(found) <= 2 * (stop - first).bit_length()


def test_a_copied_edge_grows_on_its_own() -> None:
    edge = Frontier()
    for leaf in LEAVES[:5]:
        edge.append(leaf)
    other = edge.copy()
    other.append(LEAVES[5])
    assert (edge.size, edge.root()) == (5, ROOTS[5])
    assert (other.size, other.root()) == (6, ROOTS[6])


def test_every_entry_of_every_size_is_proven_included() -> None:
    for size in range(1, 70):
        for index in range(size):
            proof = inclusion_proof(index, size, read)
            verify_inclusion(index, size, LEAVES[index], proof, ROOTS[size])


def test_every_size_is_proven_the_beginning_of_every_later_one() -> None:
    for new in range(70):
        for old in range(new + 1):
            proof = consistency_proof(old, new, read)
            verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)
            assert bool(proof) is (0 < old < new)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 65, 100, 130])
def test_audit_paths_are_those_of_an_unrelated_library(size: int) -> None:
    other = InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(b"entry %d" % number)
    for index in range(size):
        # Its path starts with the leaf itself.
        path = [
            bytes.fromhex(node)
            for node in other.prove_inclusion(index + 1, size).serialize()["path"]
        ]
        assert path == [LEAVES[index], *inclusion_proof(index, size, read)]


@given(SIZES, st.data())
def test_a_flipped_bit_anywhere_in_an_inclusion_proof_is_refused(
    size: int, data: st.DataObject
) -> None:
    assume(size >= 2)
    index = data.draw(st.integers(0, size - 1))
    parts = [LEAVES[index], ROOTS[size], *inclusion_proof(index, size, read)]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flipped(parts[which], data.draw(st.integers(0, 255)))
    with pytest.raises(Unverified):
        verify_inclusion(index, size, parts[0], parts[2:], parts[1])


@given(SIZES, SIZES, st.data())
def test_a_flipped_bit_anywhere_in_a_consistency_proof_is_refused(
    first: int, second: int, data: st.DataObject
) -> None:
    old, new = sorted((first, second))
    assume(old >= 1)
    parts = [ROOTS[old], ROOTS[new], *consistency_proof(old, new, read)]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flipped(parts[which], data.draw(st.integers(0, 255)))
    with pytest.raises(Unverified):
        verify_consistency(old, new, parts[0], parts[1], parts[2:])


@given(SIZES, st.data())
def test_a_proof_holds_for_no_other_place(size: int, data: st.DataObject) -> None:
    assume(size >= 2)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda value: value != index))
    proof = inclusion_proof(index, size, read)
    with pytest.raises(Unverified):
        verify_inclusion(other, size, LEAVES[index], proof, ROOTS[size])


@given(SIZES, st.data())
def test_a_longer_or_shorter_proof_is_refused(size: int, data: st.DataObject) -> None:
    assume(size >= 2)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, read)
    for wrong in (proof[1:], proof[:-1], [*proof, LEAVES[0]], [LEAVES[0], *proof]):
        with pytest.raises(Unverified):
            verify_inclusion(index, size, LEAVES[index], wrong, ROOTS[size])


def test_an_entry_outside_the_tree_can_be_neither_proven_nor_verified() -> None:
    for index, size in ((0, 0), (5, 5), (-1, 5), (2**64, 5)):
        with pytest.raises(Malformed):
            inclusion_proof(index, size, read)
        with pytest.raises(Malformed):
            verify_inclusion(index, size, LEAVES[0], [], ROOTS[1])


def test_a_larger_tree_is_no_beginning_of_a_smaller() -> None:
    with pytest.raises(Malformed):
        consistency_proof(5, 4, read)
    with pytest.raises(Malformed):
        verify_consistency(5, 4, ROOTS[5], ROOTS[4], [])


def test_the_empty_tree_is_the_beginning_of_all_and_needs_its_own_root() -> None:
    verify_consistency(0, 9, EMPTY_ROOT, ROOTS[9], [])
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    with pytest.raises(Unverified):
        verify_consistency(0, 9, ROOTS[1], ROOTS[9], [])
    with pytest.raises(Unverified):
        verify_consistency(0, 0, ROOTS[1], ROOTS[1], [])
    with pytest.raises(Unverified):
        verify_consistency(0, 9, EMPTY_ROOT, ROOTS[9], [ROOTS[8]])


def test_one_size_has_one_root() -> None:
    verify_consistency(9, 9, ROOTS[9], ROOTS[9], [])
    with pytest.raises(Unverified, match="the same size twice"):
        verify_consistency(9, 9, ROOTS[9], ROOTS[8], [])
    with pytest.raises(Unverified):
        verify_consistency(9, 9, ROOTS[9], ROOTS[9], [ROOTS[9]])


@pytest.mark.parametrize("wrong", [b"", b"short", bytes(31), bytes(33)])
def test_a_hash_of_another_length_is_malformed_wherever_it_stands(wrong: bytes) -> None:
    proof = inclusion_proof(1, 3, read)
    for leaf, path, root in (
        (wrong, proof, ROOTS[3]),
        (LEAVES[1], [wrong, proof[1]], ROOTS[3]),
        (LEAVES[1], proof, wrong),
    ):
        with pytest.raises(Malformed):
            verify_inclusion(1, 3, leaf, path, root)
    with pytest.raises(Malformed):
        verify_consistency(2, 3, wrong, ROOTS[3], [LEAVES[2]])
    with pytest.raises(Malformed):
        root_at(3, lambda *_: wrong)


@pytest.mark.parametrize(
    "data", [b"", bytes(7), bytes(8) + b"x", (3).to_bytes(8, "big"), (2**63).to_bytes(8, "big")]
)
def test_a_damaged_edge_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        Frontier.from_bytes(data)


def test_endless_proofs_are_refused_before_they_are_hashed() -> None:
    with pytest.raises(Malformed):
        verify_inclusion(0, 2**62, LEAVES[0], [LEAVES[0]] * 1000, ROOTS[1])


def test_a_mismatch_names_both_roots() -> None:
    with pytest.raises(Unverified) as caught:
        verify_inclusion(0, 1, LEAVES[0], [], LEAVES[1])
    assert LEAVES[0].hex() in str(caught.value) and LEAVES[1].hex() in str(caught.value)
    assert isinstance(caught.value, LedgerError)


def test_proofs_of_a_huge_tree_need_few_reads() -> None:
    reads = []

    def counting(level: int, index: int) -> bytes:
        reads.append((level, index))
        return LEAVES[0]

    reader: HashReader = counting
    assert len(inclusion_proof(10**6, 2**40 + 12345, reader)) <= 41
    assert len(reads) < 60
