"""Proofs of logging that one file carries: an entry's place, its path, and a signed checkpoint.

    c2sp.org/tlog-proof@v1
    extra BASE64              (left out when there is none; nothing vouches for it)
    index N
    base64 hash               sibling of the leaf first
    (blank line)
    the checkpoint            a signed note with its cosignatures

Promise: ``verify_proof`` needs this file, the entry and a policy, and no network. Source: C2SP
tlog-proof at 5ba5ee83. Files end in ``.tlog-proof``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.checkpoint import parse_size
from ledger.encoding import b64decode, b64encode
from ledger.errors import Malformed
from ledger.note import MAX_NOTE
from ledger.policy import Policy, TrustedCheckpoint
from ledger.tree import HASH_SIZE, leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
_MAX_PROOF = 2 * MAX_NOTE


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof taken apart and not yet believed: index from 0, hashes of 32 bytes, signed note."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: bytes
    extra: bytes | None = None


def encode_proof(
    index: int, hashes: Sequence[bytes], checkpoint_note: bytes, extra: bytes | None = None
) -> bytes:
    """The bytes of a ``.tlog-proof`` file for entry ``index`` (from 0)."""
    lines = [HEADER]
    if extra is not None:
        lines.append(f"extra {b64encode(extra)}")
    lines.append(f"index {index}")
    lines.extend(b64encode(value) for value in hashes)
    return ("\n".join(lines) + "\n\n").encode() + checkpoint_note


def parse_proof(data: bytes) -> Proof:
    """The proof in ``data``, all or nothing; nothing of it is checked. Raises Malformed."""
    head, separator, note = data.partition(b"\n\n")
    if len(data) > _MAX_PROOF or not separator or not head.isascii():
        raise Malformed("tlog proof: expected header, index and hashes, then a blank line")
    lines = head.decode().split("\n")
    if lines.pop(0) != HEADER:
        raise Malformed(f"tlog proof: the first line is not {HEADER}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = b64decode(lines.pop(0)[6:])
    if not lines or not lines[0].startswith("index "):
        raise Malformed("tlog proof: expected a line 'index N'")
    index = parse_size(lines.pop(0)[6:], "tlog proof index")
    if len(lines) > MAX_HASHES:
        raise Malformed(f"tlog proof: {len(lines)} hashes, at most {MAX_HASHES} can be needed")
    hashes = tuple(b64decode(line) for line in lines)
    if any(len(value) != HASH_SIZE for value in hashes):
        raise Malformed("tlog proof: a line is not a 32-byte hash")
    return Proof(index, hashes, note, extra)


def verify_proof(data: bytes, entry: bytes, policy: Policy) -> tuple[int, TrustedCheckpoint]:
    """The index at which ``entry`` is in the log, and the checkpoint that says so.

    ``entry`` is the entry as logged (91 bytes for ours). Raises Malformed, Untrusted when no
    trusted log or too few witnesses vouch for the checkpoint, Unverified when a signature or
    the path does not match.
    """
    proof = parse_proof(data)
    trusted = policy.open(proof.checkpoint_note).require_quorum()
    checkpoint = trusted.checkpoint
    verify_inclusion(proof.index, checkpoint.size, leaf_hash(entry), proof.hashes, checkpoint.root)
    return proof.index, trusted
