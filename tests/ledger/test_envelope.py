"""Envelopes verify with an independent DSSE library, and have exactly one form in bytes."""

from __future__ import annotations

import base64
import doctest
import json
from typing import Any

import pytest
import rfc8785
import securesystemslib.dsse
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.signer import CryptoSigner, SSlibKey
from strategies import KEY_OF, KEYS, statement_fields

from ledger import envelope
from ledger.encoding import sha256
from ledger.envelope import (
    COUNT_TYPE,
    MAX_ENVELOPE,
    PAYLOAD_TYPE,
    Envelope,
    assemble,
    leaf_entry,
    pae,
    parse_envelope,
    parse_leaf_entry,
    seal,
    verify_envelope,
)
from ledger.errors import Malformed, Refused, Unverified
from ledger.keys import PublicKey, SigningKey
from ledger.statement import MAX_PAYLOAD, MAX_SIGNERS, compose, parse_statement

PUBLIC: dict[str, PublicKey] = {key_id: key.public for key_id, key in KEY_OF.items()}
ONE, TWO, THREE = KEYS[:3]


def statement(*signers: SigningKey, **changed: Any) -> bytes:
    """A short statement that asks for these signatures, in this order."""
    fields: dict[str, Any] = {
        "type": "vote-cast/v1",
        "ledger": "tally.example/garden",
        "author": "person:" + "a" * 26,
        "key": signers[0].key_id,
        "seq": 1,
        "prev": None,
        "signers": [key.key_id for key in signers],
        "body": {"answer": "yes"},
        "at": "2026-11-21T10:00:00Z",
        "nonce": "A" * 22,
    }
    return compose(**fields | changed)


def sslib_key(key: PublicKey) -> SSlibKey:
    return SSlibKey(key.key_id, "ed25519", "ed25519", {"public": key.hex()})


def respelled(raw: bytes, **changed: Any) -> bytes:
    return rfc8785.dumps(json.loads(raw) | changed)


def test_the_examples_of_the_module_are_true() -> None:
    assert doctest.testmod(envelope).failed == 0


@given(statement_fields())
def test_a_sealed_statement_verifies_here_and_with_another_library(drawn: dict[str, Any]) -> None:
    payload = compose(**drawn)
    raw = seal(payload, [KEY_OF[key_id] for key_id in reversed(drawn["signers"])])
    found = parse_envelope(raw)
    assert (found.raw, found.payload, found.payload_type) == (raw, payload, PAYLOAD_TYPE)
    assert [key_id for key_id, _ in found.signatures] == drawn["signers"]
    assert found.hash == sha256(raw).hex()
    verify_envelope(found, PUBLIC, parse_statement(payload).signers)
    assert raw == rfc8785.dumps(json.loads(raw))

    theirs = securesystemslib.dsse.Envelope.from_dict(json.loads(raw))
    wanted = [sslib_key(PUBLIC[key_id]) for key_id in drawn["signers"]]
    assert set(theirs.verify(wanted, len(wanted))) == set(drawn["signers"])


def test_a_signature_made_by_another_library_verifies_here() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(bytes([0]) * 32)
    theirs = securesystemslib.dsse.Envelope(statement(ONE), PAYLOAD_TYPE, {})
    made = theirs.sign(CryptoSigner(private, sslib_key(ONE.public)))
    ours = parse_envelope(assemble(statement(ONE), {ONE.key_id: bytes.fromhex(made.signature)}))
    verify_envelope(ours, PUBLIC, [ONE.key_id])


@given(st.binary(max_size=60), st.text(max_size=20))
def test_the_encoding_before_signing_is_that_of_another_library(data: bytes, kind: str) -> None:
    kind = kind.encode("utf-8", "replace").decode()
    assert pae(kind, data) == securesystemslib.dsse.Envelope(data, kind, {}).pae()


def test_cosigners_far_apart_make_the_same_envelope_as_one_desk() -> None:
    payload = statement(ONE, TWO, THREE)
    message = pae(PAYLOAD_TYPE, payload)
    parts = [(key.key_id, key.sign(message)) for key in (THREE, ONE, TWO)]
    assert assemble(payload, parts) == assemble(payload, dict(parts))
    assert assemble(payload, parts) == seal(payload, [TWO, THREE, ONE])


def test_an_envelope_needs_every_signature_and_no_other() -> None:
    payload = statement(ONE, TWO)
    with pytest.raises(Refused, match=f"key {TWO.key_id[:16]} is missing"):
        seal(payload, [ONE])
    with pytest.raises(Refused, match="does not ask for"):
        seal(payload, [ONE, TWO, THREE])


def test_a_signature_of_another_length_never_gets_into_an_envelope() -> None:
    with pytest.raises(Malformed):
        assemble(statement(ONE), {ONE.key_id: b"short"})


def test_a_count_is_sealed_under_its_own_type_and_is_no_statement() -> None:
    raw = seal(b'{"count":3}', [ONE], COUNT_TYPE)
    found = parse_envelope(raw)
    assert (found.payload, found.payload_type) == (b'{"count":3}', COUNT_TYPE)
    verify_envelope(found, PUBLIC, [ONE.key_id])
    renamed = parse_envelope(respelled(raw, payloadType=PAYLOAD_TYPE))
    with pytest.raises(Unverified):
        verify_envelope(renamed, PUBLIC, [ONE.key_id])


@given(st.data())
def test_every_flipped_bit_of_an_envelope_is_found(data: st.DataObject) -> None:
    raw = bytearray(seal(statement(ONE, TWO), [ONE, TWO]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((Malformed, Unverified)):
        verify_envelope(parse_envelope(bytes(raw)), PUBLIC, [ONE.key_id, TWO.key_id])


def test_signers_come_from_the_statement_and_never_from_the_hint() -> None:
    found = parse_envelope(seal(statement(ONE), [ONE]))
    relabelled = Envelope(
        found.raw, found.payload, found.payload_type, ((TWO.key_id, found.signatures[0][1]),)
    )
    with pytest.raises(Unverified, match=f"key {ONE.key_id[:16]} expected"):
        verify_envelope(relabelled, PUBLIC, [ONE.key_id])
    with pytest.raises(Unverified, match="does not match"):
        verify_envelope(relabelled, PUBLIC, [TWO.key_id])


def test_the_set_of_signatures_must_be_exact() -> None:
    found = parse_envelope(seal(statement(ONE, TWO), [ONE, TWO]))
    ids = [ONE.key_id, TWO.key_id]
    verify_envelope(found, PUBLIC, ids)
    for wrong in ([], ids[:1], [*ids, THREE.key_id], list(reversed(ids)), [ONE.key_id] * 2):
        with pytest.raises(Unverified):
            verify_envelope(found, PUBLIC, wrong)


def test_a_key_nobody_knows_verifies_nothing() -> None:
    found = parse_envelope(seal(statement(ONE), [ONE]))
    with pytest.raises(Unverified, match="not known"):
        verify_envelope(found, {}, [ONE.key_id])
    with pytest.raises(Unverified, match="not known"):
        verify_envelope(found, lambda _: None, [ONE.key_id])
    with pytest.raises(Unverified, match="not known"):
        verify_envelope(found, lambda _: TWO.public, [ONE.key_id])
    verify_envelope(found, lambda _: ONE.public, [ONE.key_id])


def test_another_layout_of_the_same_json_is_malformed() -> None:
    raw = seal(statement(ONE), [ONE])
    fields = json.loads(raw)
    signature = fields["signatures"][0]
    layouts = [
        json.dumps(fields).encode(),
        json.dumps(dict(reversed(fields.items())), separators=(",", ":")).encode(),
        raw + b"\n",
        b" " + raw,
        raw.replace(b'"payload"', b'"payl\\u006fad"', 1),
        respelled(raw, extra=1),
        respelled(raw, signatures=[]),
        respelled(raw, signatures=[signature | {"more": 1}]),
        respelled(raw, signatures=[{"sig": signature["sig"]}]),
        respelled(raw, signatures=[signature | {"keyid": signature["keyid"].upper()}]),
        respelled(raw, signatures=[signature | {"sig": signature["sig"][:-2]}]),
        respelled(raw, signatures=signature),
        respelled(raw, payload=fields["payload"] + "="),
        respelled(raw, payload=fields["payload"].rstrip("=") + "A"),
        respelled(raw, payload=None),
        respelled(raw, payloadType=""),
        respelled(raw, payloadType='a"b'),
        respelled(raw, payloadType="x" * 200),
        b"",
        b"{}",
        b"null",
    ]
    for layout in layouts:
        with pytest.raises(Malformed):
            parse_envelope(layout)


def test_a_signature_with_stray_bits_in_its_base64_is_malformed() -> None:
    raw = seal(statement(ONE), [ONE])
    text = json.loads(raw)["signatures"][0]["sig"]
    stray = text[:85] + chr(ord(text[85]) + 1) + "=="
    assert base64.b64decode(stray) == base64.b64decode(text)
    with pytest.raises(Malformed):
        parse_envelope(raw.replace(text.encode(), stray.encode()))


def test_an_envelope_above_the_limit_is_malformed_before_it_is_read() -> None:
    with pytest.raises(Malformed, match="at most"):
        parse_envelope(b"{" * (MAX_ENVELOPE + 1))


def test_the_largest_statement_with_the_most_signers_fits_an_envelope() -> None:
    keys = [SigningKey.from_seed(bytes([n]) * 32) for n in range(MAX_SIGNERS)]
    spare = MAX_PAYLOAD - len(statement(*keys, body={"a": ""}))
    raw = seal(statement(*keys, body={"a": "x" * spare}), keys)
    assert len(parse_envelope(raw).payload) == MAX_PAYLOAD


def test_a_leaf_entry_is_91_bytes_and_names_one_envelope() -> None:
    found = parse_envelope(seal(statement(ONE), [ONE]))
    entry = leaf_entry(found.hash)
    assert entry == b"tallystick/leaf/v1\nsha256:" + found.hash.encode() + b"\n"
    assert len(entry) == 91
    assert parse_leaf_entry(entry) == found.hash


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"tallystick/leaf/v1\nsha256:" + b"0" * 63 + b"\n",
        b"tallystick/leaf/v1\nsha256:" + b"A" * 64 + b"\n",
        b"tallystick/leaf/v1\nsha256:" + b"0" * 64,
        b"tallystick/leaf/v1\nsha256:" + b"0" * 64 + b"\n\n",
        b"tallystick/leaf/v2\nsha256:" + b"0" * 64 + b"\n",
    ],
)
def test_any_other_leaf_entry_is_malformed(entry: bytes) -> None:
    with pytest.raises(Malformed):
        parse_leaf_entry(entry)


def test_no_leaf_entry_is_made_of_what_is_no_hash() -> None:
    for wrong in ("", "AB" * 32, "ab" * 31):
        with pytest.raises(Malformed):
            leaf_entry(wrong)
