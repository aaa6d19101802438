"""What a publication will contain, settled before anything is written.

Only checkpoints that have the whole quorum of the given policy are published, and each is held
against the store first: its root must be the store's own at that size. An erasure that the newest
of them does not cover is refused, for the directory could not say why its values are missing.
Source: format §3–§5.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.checkpoint import Checkpoint, parse_checkpoint
from ledger.directory import DirectoryClass
from ledger.envelope import leaf_entry
from ledger.errors import Refused, StorageFailed
from ledger.log_read import LedgerReader
from ledger.owned import read_erased
from ledger.policy import Policy
from ledger.standing import opened
from ledger.tree import leaf_hash, root_at
from ledger.types import VALUES_ERASED


class Plan:
    """What is to be published, settled before anything is written."""

    def __init__(
        self,
        ledger: LedgerReader,
        policy: Policy,
        shown_as: DirectoryClass,
        proofs: Sequence[int],
    ) -> None:
        self.policy = policy
        self.shown_as = shown_as
        self.proofs = proofs
        self.checkpoints = _complete_checkpoints(ledger, policy)
        self.size = max(self.checkpoints)
        self.note = self.checkpoints[self.size]
        self.read = ledger.hash_reader(self.size)
        for size, note in self.checkpoints.items():
            _check_root(parse_checkpoint(note), root_at(size, self.read))
        if proofs and not 0 <= proofs[0] <= proofs[-1] < self.size:
            raise Refused(
                f"a proof of entry {proofs[-1]} was asked for, but the newest checkpoint with a "
                f"quorum has size {self.size}",
                hint="make a checkpoint, have it cosigned, and publish again",
            )
        self.withdrawn, self.erased = _erasures(ledger, self.size)


def _complete_checkpoints(ledger: LedgerReader, policy: Policy) -> dict[int, bytes]:
    """The retained checkpoints that have the quorum of the policy, by size."""
    complete = {}
    for size, note in ledger.checkpoints():
        trusted = policy.open(note)
        checkpoint = trusted.checkpoint
        if checkpoint.size != size or checkpoint.origin != ledger.origin:
            raise StorageFailed(
                f"the checkpoint retained at size {size} is of {checkpoint.origin} at size "
                f"{checkpoint.size}; nothing was published"
            )
        if trusted.quorum_met and size:
            complete[size] = note
    if not complete:
        raise Refused(
            "no retained checkpoint has the quorum of witnesses that the policy asks for; nothing "
            "was published",
            hint="make a checkpoint and have the witnesses of the policy cosign it",
        )
    return complete


def _check_root(checkpoint: Checkpoint, root: bytes) -> None:
    if checkpoint.root != root:
        raise StorageFailed(
            f"checkpoint at size {checkpoint.size}: its root does not match the store (expected "
            f"{checkpoint.root.hex()}, computed {root.hex()}); nothing was published",
            hint="check the ledger: its store was altered after the checkpoint was signed",
        )


def _erasures(ledger: LedgerReader, size: int) -> tuple[dict[bytes, str], set[tuple[str, str]]]:
    """What erasures before ``size`` took: envelopes (leaf hash → envelope hash), and values
    (envelope hash, digest).

    An erasure after the checkpoint has already taken its values out of the store, and the
    directory could not say why they are missing: refused.
    """
    withdrawn: dict[bytes, str] = {}
    erased: set[tuple[str, str]] = set()
    for entry in ledger.of_types(frozenset({VALUES_ERASED})):
        if entry.index >= size:
            raise Refused(
                f"entry {entry.index} erases values, and the newest checkpoint with a quorum "
                f"(size {size}) does not cover it; nothing was published",
                hint="make a checkpoint, have it cosigned, and publish again",
            )
        erasure = read_erased(opened(entry)[1])
        for stone in erasure.tombstones:
            withdrawn[leaf_hash(leaf_entry(stone.hash))] = stone.hash
        erased.update((value.entry, digest) for value in erasure.values for digest in value.digests)
    return withdrawn, erased
