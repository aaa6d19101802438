"""Proof files: one file, the entry and a policy are enough to know that it was logged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, add_signature, sign_checkpoint
from ledger.errors import Malformed, Untrusted, Unverified
from ledger.keys import SigningKey
from ledger.note import COSIGNATURE, ED25519, make_vkey
from ledger.policy import Policy
from ledger.proof import encode_proof, parse_proof, verify_proof
from ledger.tree import fold, inclusion_proof, leaf_hash, root_of
from ledger.witness import cosign

ORIGIN = "example.org/log"
LOG = SigningKey.from_seed(b"l" * 32)
WITNESS = SigningKey.from_seed(b"w" * 32)
ENTRIES = [b"entry %d" % number for number in range(20)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 20, root_of(LEAVES)), ORIGIN, LOG)
COSIGNED = add_signature(NOTE, cosign(NOTE, "w.example", WITNESS, 7))
POLICY = Policy.parse(
    f"log {make_vkey(ORIGIN, ED25519, LOG.public)}\n"
    f"witness w {make_vkey('w.example', COSIGNATURE, WITNESS.public)}\nquorum w\n"
)


def read(level: int, index: int) -> bytes:
    return fold(LEAVES[index << level : (index + 1) << level])


def proof_of(index: int, note: bytes = COSIGNED) -> bytes:
    return encode_proof(index, inclusion_proof(index, 20, read), note)


@pytest.mark.parametrize("index", range(20))
def test_the_proof_of_every_entry_verifies(index: int) -> None:
    found, trusted = verify_proof(proof_of(index), ENTRIES[index], POLICY)
    assert (found, trusted.checkpoint.size) == (index, 20)


def test_a_proof_begins_as_the_specification_says() -> None:
    assert proof_of(3).startswith(b"c2sp.org/tlog-proof@v1\nindex 3\n")
    assert proof_of(3).endswith(b"=\n\n" + COSIGNED)
    assert encode_proof(0, [], NOTE) == b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + NOTE


def test_extra_data_is_carried_and_never_believed() -> None:
    data = encode_proof(3, inclusion_proof(3, 20, read), COSIGNED, extra=b"salt")
    assert parse_proof(data).extra == b"salt"
    assert data.split(b"\n")[1] == b"extra c2FsdA=="
    assert verify_proof(data, ENTRIES[3], POLICY)[0] == 3
    assert parse_proof(encode_proof(3, [], NOTE, extra=b"")).extra == b""


def test_a_proof_of_another_entry_or_place_does_not_match() -> None:
    with pytest.raises(Unverified):
        verify_proof(proof_of(3), ENTRIES[4], POLICY)
    with pytest.raises(Unverified):
        verify_proof(proof_of(3).replace(b"index 3\n", b"index 2\n"), ENTRIES[3], POLICY)
    with pytest.raises(Malformed):
        verify_proof(proof_of(3).replace(b"index 3\n", b"index 20\n"), ENTRIES[3], POLICY)


def test_a_proof_without_its_witnesses_cannot_be_checked() -> None:
    with pytest.raises(Untrusted):
        verify_proof(proof_of(3, NOTE), ENTRIES[3], POLICY)


@given(st.integers(0, 19), st.data())
def test_any_flipped_bit_of_a_proof_is_found(index: int, data: st.DataObject) -> None:
    whole = proof_of(index)
    at = data.draw(st.integers(0, 8 * len(whole) - 1))
    changed = bytearray(whole)
    changed[at // 8] ^= 1 << at % 8
    with pytest.raises((Malformed, Unverified, Untrusted)):
        verify_proof(bytes(changed), ENTRIES[index], POLICY)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        proof_of(3).replace(b"@v1", b"@v2"),
        proof_of(3).replace(b"index 3", b"index 03"),
        proof_of(3).replace(b"index 3\n", b""),
        proof_of(3).replace(b"index 3\n", b"extra AA==\nextra AA==\nindex 3\n"),
        proof_of(3).replace(b"index 3\n", b"index 3\nextra AA==\n"),
        proof_of(3).replace(b"index 3\n", b"index 3\nAAEC\n"),
        proof_of(3).replace(b"index 3\n", b"index 3\n\xc3\xbc\n"),
        proof_of(3).replace(b"\n", b"\r\n"),
        encode_proof(3, [LEAVES[0]] * 64, NOTE),
    ],
)
def test_what_is_no_proof_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        verify_proof(data, ENTRIES[3], POLICY)
