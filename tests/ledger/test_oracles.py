"""A thousand entries, held against libraries that know nothing of us.

securesystemslib reads and verifies every envelope; pymerkle builds the tree again from the leaf
entries and proves on its own. Both must say what we say, and refuse what we refuse.

pymerkle writes a proof with the leaf hash in front, and a proof of consistency as the inclusion
path of the first entry that is new. ``condensed`` folds that into the form of RFC 6962 section
2.1.2, where it must have the very hashes of ours.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pymerkle
import pytest
from builder import DECISION, NOTE, VOTE, Garden, check_log
from securesystemslib.dsse import Envelope as ForeignEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from ledger.checkpoint import parse_checkpoint
from ledger.encoding import b64decode, b64encode
from ledger.envelope import PAYLOAD_TYPE, leaf_entry, parse_envelope, verify_envelope
from ledger.errors import LedgerError, Malformed, Unverified
from ledger.keys import PublicKey
from ledger.statement import Statement, parse_statement
from ledger.tree import (
    HashReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = 1000
# Around the edges of tiles and of complete subtrees, and some between.
RETAINED = (40, 64, 100, 128, 255, 256, 257, 384, 511, 512, 513, 700, 768, 777, 999, ENTRIES)
MOST_SIGNERS = 4


@dataclass
class Record:
    """The ledger, and what both libraries are given of it: read once, from what is stored."""

    garden: Garden
    names: list[str] = field(default_factory=list)
    raw: dict[int, bytes] = field(default_factory=dict)
    statements: dict[int, Statement] = field(default_factory=dict)
    roots: dict[int, bytes] = field(default_factory=dict)
    theirs: pymerkle.InmemoryTree = field(
        default_factory=lambda: pymerkle.InmemoryTree(algorithm="sha256")
    )

    def __post_init__(self) -> None:
        ledger = self.garden.ledger
        for entry in ledger.entries():
            name = self.garden.hash(entry.index)
            self.names.append(name)
            self.theirs.append_entry(leaf_entry(name))
            if entry.envelope is not None:
                self.raw[entry.index] = entry.envelope
                payload = parse_envelope(entry.envelope).payload
                self.statements[entry.index] = parse_statement(payload)
        for size, note in ledger.checkpoints():
            self.roots[size] = parse_checkpoint(note).root
        enrolled = ledger.keyring().keys()
        self.keys = {one.key_id: one.public for one in enrolled}

    @property
    def read(self) -> HashReader:
        """The hashes of our tree, as stored and as computed from what is stored."""
        return self.garden.ledger.hash_reader(ENTRIES)

    def leaf(self, index: int) -> bytes:
        """The leaf hash of an entry."""
        return leaf_hash(leaf_entry(self.names[index]))


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """Notes, ballots and decisions of six people, many of them signed by several; with erasures,
    a withdrawn envelope, new keys, an ended key, and a checkpoint at each size in ``RETAINED``."""
    garden = Garden.full(tmp_path_factory.mktemp("thousand"))
    for name in ("dee", "eve", "fay"):
        garden.person(name)
    people = [garden.people[name] for name in ("ana", "ben", "dee", "eve", "fay")]
    while garden.ledger.head().size < ENTRIES:
        number = garden.ledger.head().size
        if number in RETAINED:
            garden.checkpoint()
        author, *others = random.Random(number).sample(people, k=len(people))
        also = others[: number % MOST_SIGNERS if number % 3 == 0 else 0]
        if number % 97 == 0:
            garden.rotate(author)
        elif number % 89 == 0:
            garden.new_day()
        elif number % 50 == 0:
            decision = {"decision": garden.new_id("decision")}
            question = {"question": f"What of {number}?"}
            garden.say(author, DECISION, decision, values=question, subject="", also=also)
        elif number % 7 == 0:
            ballot = {"decision": garden.new_id("decision"), "choice": "yes"}
            garden.say(author, VOTE, ballot, also=also)
        else:
            values = {"title": f"Nº {number}", "reason": "ünï“code”"} if number % 4 == 0 else {}
            garden.say(author, NOTE, {"about": author.id}, values=values, also=also)
    garden.checkpoint()
    yield Record(garden)
    garden.ledger.close()


def test_the_thousand_entries_are_what_they_are_meant_to_be(record: Record) -> None:
    signers = [len(statement.signers) for statement in record.statements.values()]
    assert len(record.names) == ENTRIES
    assert len(record.raw) == ENTRIES - 1
    assert {size for size in record.roots if size >= RETAINED[0]} == set(RETAINED)
    assert set(signers) == set(range(1, MOST_SIGNERS + 1))
    assert sum(count > 1 for count in signers) > 200
    assert check_log(record.garden.ledger) == ENTRIES


# --- envelopes: securesystemslib ---------------------------------------------------------------


def theirs_accepts(raw: bytes, keys: dict[str, PublicKey], signers: tuple[str, ...]) -> bytes:
    """The payload that securesystemslib verified; every signer named must have signed.

    Raises ``VerificationError``, or what its reading of a damaged envelope raises.
    """
    envelope = ForeignEnvelope.from_dict(json.loads(raw))
    wanted = [
        SSlibKey(key_id, "ed25519", "ed25519", {"public": keys[key_id].raw.hex()})
        for key_id in signers
    ]
    accepted = envelope.verify(wanted, threshold=len(wanted))
    if set(accepted) != set(signers) or envelope.payload_type != PAYLOAD_TYPE:
        raise VerificationError("other signers or another payload type")
    payload: bytes = envelope.payload
    return payload


def test_securesystemslib_accepts_every_envelope_with_all_signers_named(record: Record) -> None:
    signatures = 0
    for index, raw in record.raw.items():
        statement = record.statements[index]
        payload = theirs_accepts(raw, record.keys, statement.signers)
        assert payload == statement.payload
        assert json.loads(payload)["signers"] == list(statement.signers)
        signatures += len(statement.signers)
    assert len(record.raw) == ENTRIES - 1
    assert signatures == sum(len(one.signers) for one in record.statements.values()) > ENTRIES


def altered(raw: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """An envelope altered in each way that must be refused; several are not mere damage."""

    def with_(**fields: Any) -> bytes:
        return json.dumps(json.loads(raw) | fields).encode()

    form = json.loads(raw)
    payload = bytearray(b64decode(form["payload"]))
    payload[rng.randrange(len(payload))] ^= 1 << rng.randrange(8)
    yield "a bit of the payload", with_(payload=b64encode(bytes(payload)))
    signatures = form["signatures"]
    which = rng.randrange(len(signatures))
    signature = bytearray(b64decode(signatures[which]["sig"]))
    signature[rng.randrange(64)] ^= 1 << rng.randrange(8)
    before, after = signatures[:which], signatures[which + 1 :]
    damaged = signatures[which] | {"sig": b64encode(bytes(signature))}
    yield "a bit of a signature", with_(signatures=[*before, damaged, *after])
    yield "a signer is missing", with_(signatures=before + after)
    yield "the payload type", with_(payloadType="application/vnd.in-toto+json")
    if others := before + after:
        twice = signatures[which] | {"sig": others[0]["sig"]}
        yield "one signature for two", with_(signatures=[*before, twice, *after])


def test_an_altered_envelope_is_refused_by_both(record: Record) -> None:
    rng, tried = random.Random(11), Counter[str]()
    for index in sorted(rng.sample(sorted(record.raw), k=150)):
        signers = record.statements[index].signers
        # Written in our form, so that ours does not refuse a difference of form alone.
        assert compact(record.raw[index]) == record.raw[index]
        for what, raw in altered(record.raw[index], rng):
            with pytest.raises((VerificationError, ValueError)):
                theirs_accepts(raw, record.keys, signers)
            with pytest.raises((Unverified, Malformed)):
                verify_envelope(parse_envelope(compact(raw)), record.keys, signers)
            tried[what] += 1
    assert tried.total() > 4 * 150
    assert min(tried.values()) > 20


def compact(raw: bytes) -> bytes:
    """The same JSON in the one form that we record."""
    return json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":")).encode()


# --- the tree: pymerkle ------------------------------------------------------------------------


def condensed(proof: Any, old: int) -> list[bytes]:
    """The hashes of pymerkle's proof of consistency from size ``old``, in the form of RFC 6962.

    Its path leads from the first new entry to the root. What stands right of that entry below the
    first left sibling is one complete subtree, or the right edge of the tree: RFC 6962 gives its
    hash alone. That left sibling is the last subtree of the old tree, and left out when it is all
    of it.
    """
    if old == proof.size:
        return []
    right, *path = proof.path
    sides = list(proof.rule)
    while sides[0] == 0:
        right = node_hash(right, path.pop(0))
        sides.pop(0)
    left, *rest = path
    whole = old & (old - 1) == 0
    return [right, *rest] if whole else [left, right, *rest]


def some_pairs() -> list[tuple[int, int]]:
    """Pairs of sizes: every size to the head, every neighbour, all retained, and some by lot."""
    rng = random.Random(3)
    by_lot = [sorted((rng.randint(1, ENTRIES), rng.randint(1, ENTRIES))) for _ in range(500)]
    retained = [(old, new) for old in RETAINED for new in RETAINED if old <= new]
    to_head = [(old, ENTRIES) for old in range(1, ENTRIES + 1)]
    neighbours = list(pairwise(range(1, ENTRIES + 1)))
    return [*to_head, *neighbours, *retained, *((old, new) for old, new in by_lot)]


def test_pymerkle_builds_the_same_tree_at_every_size(record: Record) -> None:
    ledger = record.garden.ledger
    assert record.theirs.get_root(ENTRIES) == ledger.head().root
    for size, root in record.roots.items():
        assert record.theirs.get_root(size) == root
    for size in range(1, ENTRIES + 1):
        assert record.theirs.get_root(size) == ledger.root_at(size)


def test_pymerkle_proves_every_entry_with_the_hashes_of_ours(record: Record) -> None:
    read, root = record.read, record.garden.ledger.head().root
    for index in range(ENTRIES):
        proof = record.theirs.prove_inclusion(index + 1, ENTRIES)
        ours = inclusion_proof(index, ENTRIES, read)
        assert proof.path == [record.leaf(index), *ours]
        proof.verify(record.leaf(index), root, index=index + 1, size=ENTRIES)
        verify_inclusion(index, ENTRIES, record.leaf(index), proof.path[1:], root)


def test_pymerkle_proves_an_entry_at_earlier_checkpoints_with_the_hashes_of_ours(
    record: Record,
) -> None:
    rng = random.Random(5)
    for size in RETAINED:
        read = record.garden.ledger.hash_reader(size)
        for index in {0, size - 1, *(rng.randrange(size) for _ in range(40))}:
            theirs = record.theirs.prove_inclusion(index + 1, size).path
            assert theirs == [record.leaf(index), *inclusion_proof(index, size, read)]
            verify_inclusion(index, size, record.leaf(index), theirs[1:], record.roots[size])


def test_pymerkle_proves_consistency_with_the_hashes_of_ours(record: Record) -> None:
    read, pairs = record.read, some_pairs()
    assert len(pairs) > 2 * ENTRIES
    for old, new in pairs:
        before, after = record.theirs.get_root(old), record.theirs.get_root(new)
        proof = record.theirs.prove_consistency(old, new)
        proof.verify(before, after, prior_size=old, later_size=new)
        ours = consistency_proof(old, new, read)
        assert condensed(proof, old) == ours
        verify_consistency(old, new, before, after, condensed(proof, old))


def test_an_altered_inclusion_proof_is_refused_by_both(record: Record) -> None:
    rng, root = random.Random(17), record.garden.ledger.head().root
    for index in rng.sample(range(ENTRIES), k=200):
        for wrong in _altered_paths(record.theirs.prove_inclusion(index + 1, ENTRIES), rng):
            with pytest.raises(pymerkle.InvalidProof):
                wrong.verify(record.leaf(index), root, index=index + 1, size=ENTRIES)
            leaf, *path = wrong.path
            with pytest.raises((Unverified, Malformed)):
                verify_inclusion(index, ENTRIES, leaf, path, root)


def test_an_inclusion_proof_of_another_entry_is_refused_by_both(record: Record) -> None:
    root = record.garden.ledger.head().root
    for index in range(0, ENTRIES - 1, 9):
        proof = record.theirs.prove_inclusion(index + 1, ENTRIES)
        other = record.leaf(index + 1)
        with pytest.raises(pymerkle.InvalidProof):
            proof.verify(other, root, index=index + 1, size=ENTRIES)
        with pytest.raises(LedgerError):
            verify_inclusion(index, ENTRIES, other, proof.path[1:], root)
        with pytest.raises(pymerkle.InvalidProof):
            proof.verify(record.leaf(index), root, index=index + 2, size=ENTRIES)
        with pytest.raises(LedgerError):
            verify_inclusion(index + 1, ENTRIES, record.leaf(index), proof.path[1:], root)


def test_an_altered_consistency_proof_is_refused_by_both(record: Record) -> None:
    rng, tree = random.Random(23), record.theirs
    for old, new in rng.sample([pair for pair in some_pairs() if pair[0] < pair[1]], k=200):
        before, after = tree.get_root(old), tree.get_root(new)
        for wrong in _altered_paths(tree.prove_consistency(old, new), rng):
            with pytest.raises(pymerkle.InvalidProof):
                wrong.verify(before, after, prior_size=old, later_size=new)
        ours = consistency_proof(old, new, record.read)
        for path in _altered_hashes(ours, rng):
            with pytest.raises((Unverified, Malformed)):
                verify_consistency(old, new, before, after, path)


def test_a_second_past_has_no_proof_that_either_accepts(record: Record) -> None:
    other = pymerkle.InmemoryTree(algorithm="sha256")
    for index, name in enumerate(record.names):
        other.append_entry(leaf_entry(name if index != 300 else "0" * 64))
    head = other.get_root(ENTRIES)
    for old in (size for size in RETAINED if 300 < size < ENTRIES):
        proof = other.prove_consistency(old, ENTRIES)
        with pytest.raises(pymerkle.InvalidProof):
            proof.verify(record.roots[old], head)
        with pytest.raises(Unverified):
            verify_consistency(old, ENTRIES, record.roots[old], head, condensed(proof, old))


def _altered_paths(proof: Any, rng: random.Random) -> Iterator[Any]:
    """The same kind of proof with one hash altered, one too few, one too many."""
    form = proof.serialize()
    for path in _altered_hashes(proof.path, rng):
        yield type(proof).deserialize(form | {"path": [digest.hex() for digest in path]})


def _altered_hashes(path: list[bytes], rng: random.Random) -> Iterator[list[bytes]]:
    which, bit = rng.randrange(len(path)), rng.randrange(256)
    changed = int.from_bytes(path[which]) ^ 1 << bit
    yield [*path[:which], changed.to_bytes(32), *path[which + 1 :]]
    yield path[:-1]
    yield [*path, path[0]]
