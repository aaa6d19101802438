"""What a published directory holds, and checking it by brute force, as a stranger would."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from ledger.checkpoint import parse_checkpoint
from ledger.directory import Directory, parse_keys
from ledger.disclosure import parse as parse_disclosure
from ledger.envelope import leaf_entry, parse_envelope, verify_envelope
from ledger.policy import Policy
from ledger.proof import verify_proof
from ledger.statement import parse_statement
from ledger.tree import leaf_hash, root_at, root_of, verify_consistency
from ledger.witness import parse_request


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file but the publisher's own, by its relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def shown(directory: Directory) -> list[str]:
    """The hashes of the entries of a directory whose envelope is there."""
    return [value for value in entry_hashes(directory) if directory.envelope(value) is not None]


def entry_hashes(directory: Directory) -> list[str]:
    size = parse_checkpoint(directory.checkpoint() or b"").size
    entries = [
        entry
        for first in range(0, size, 256)
        for entry in directory.bundle(first // 256, min(256, size - first))
    ]
    return [entry[26:90].decode() for entry in entries]


def brute_check(path: Path, policy: str) -> list[str]:
    """Check a directory by brute force, as a stranger would; gives the hashes of its entries."""
    with Directory(path) as directory:
        checkpoint = Policy.parse(policy).open(directory.checkpoint() or b"").checkpoint
        hashes = entry_hashes(directory)
        leaves = [leaf_hash(leaf_entry(value)) for value in hashes]
        assert root_of(leaves) == checkpoint.root
        assert root_at(checkpoint.size, directory.hash_reader(checkpoint.size)) == checkpoint.root
        keys = parse_keys(directory.keys() or b"")
        sd = {}
        for value in hashes:
            if (raw := directory.envelope(value)) is not None:
                envelope = parse_envelope(raw)
                statement = parse_statement(envelope.payload)
                assert envelope.hash == value
                verify_envelope(envelope, keys, statement.signers)
                sd[value] = statement.sd
        for value, text in directory.disclosures():
            assert parse_disclosure(text).digest in sd[value]
        check_retained(directory, policy, leaves)
        for index in directory.proof_indexes():
            found, _ = verify_proof(
                directory.proof(index), leaf_entry(hashes[index]), Policy.parse(policy)
            )
            assert found == index
        return hashes


def check_retained(directory: Directory, policy: str, leaves: list[bytes]) -> None:
    sizes = directory.checkpoint_sizes()
    for size in sizes:
        trusted = Policy.parse(policy).open(directory.checkpoint_at(size)).require_quorum()
        assert trusted.checkpoint.root == root_of(leaves[:size])
        assert root_at(size, directory.hash_reader(size)) == trusted.checkpoint.root
        assert (
            len(directory.bundle((size - 1) // 256, (size - 1) % 256 + 1)) == (size - 1) % 256 + 1
        )
    assert directory.consistency_pairs() == list(pairwise(sizes))
    for old, new in directory.consistency_pairs():
        request = parse_request(directory.consistency(old, new))
        root = parse_checkpoint(request.note).root
        verify_consistency(old, new, root_of(leaves[:old]), root, request.proof)
