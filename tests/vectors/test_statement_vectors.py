"""Canonical JSON, Ed25519, DSSE and disclosure vectors of other projects, each with its verdict.

What is in scope agrees. What is out of scope stands in the tables with its reason, and the test
shows the refusal. Origins and licences are in this folder's README.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from ledger import disclosure
from ledger.envelope import pae, parse_envelope
from ledger.errors import LedgerError, Malformed
from ledger.jcs import canonical, parse, parse_loose
from ledger.keys import public_key

HERE = Path(__file__).parent

#: RFC 8785 file → "accepted", or why our narrower profile refuses it.
JCS: dict[str, str] = {
    "arrays": "null is not in the profile: a field is there or it is left out",
    "french": "keys must be ASCII, so that no reader has to know how UTF-16 sorts",
    "structures": "floating point 56.0: amounts are counted in whole units",
    "unicode": "accepted",
}

#: What the refusal of each says.
JCS_REFUSAL = {
    "arrays": "NoneType is not in the profile",
    "french": "must be ASCII",
    "structures": "floating point 56.0",
}

#: ed25519-speccheck, by position. The key is refused before a signature is looked at (Malformed),
#: or the signature is judged by cofactorless verification with S < L (accepted, Unverified).
SPECCHECK: dict[int, tuple[str, str]] = {
    0: ("Malformed", "small-order key, small-order R, S = 0"),
    1: ("Malformed", "small-order key, R of mixed order"),
    2: ("accepted", "small-order R under a key of mixed order: only its holder can make it"),
    3: ("accepted", "key and R of mixed order; the equation holds with and without cofactor"),
    4: ("Unverified", "holds with the cofactor only"),
    5: ("Unverified", "holds with the cofactor only, and if 8h is not reduced first"),
    6: ("Unverified", "S > L: the second spelling of a signature"),
    7: ("Unverified", "S far above L"),
    8: ("Unverified", "R not canonical, of small order (first of two ways to hash it)"),
    9: ("Unverified", "R not canonical, of small order (second way)"),
    10: ("Malformed", "key not canonical and of small order, hashed in its reduced form"),
    11: ("Malformed", "the same key, hashed as given; the library alone accepts it"),
}

#: Those whose public key makes signatures possible without a private key.
SPECCHECK_ANYBODY_CAN_SIGN = (0, 1, 11)


def load(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def jcs_pair(name: str) -> tuple[bytes, bytes]:
    """The input, and the canonical bytes that RFC 8785 expects of it."""
    expected = bytes.fromhex((HERE / f"jcs/outhex/{name}.txt").read_text(encoding="ascii"))
    return (HERE / f"jcs/input/{name}.json").read_bytes(), expected


def verify(key: str, signature: str, message: str) -> str:
    """Our verdict over hex strings: accepted, or the kind of the error."""
    try:
        public_key(key).verify(bytes.fromhex(signature), bytes.fromhex(message))
    except LedgerError as why:
        return type(why).__name__
    return "accepted"


def test_every_file_of_canonical_json_has_its_verdict() -> None:
    assert {path.stem for path in (HERE / "jcs/input").iterdir()} == set(JCS)
    assert {path.stem for path in (HERE / "jcs/outhex").iterdir()} == set(JCS)
    assert {name for name, verdict in JCS.items() if verdict != "accepted"} == set(JCS_REFUSAL)


@pytest.mark.parametrize("name", [name for name in JCS if name not in JCS_REFUSAL])
def test_canonical_json_in_scope_gives_the_expected_bytes(name: str) -> None:
    given, expected = jcs_pair(name)
    assert canonical(parse_loose(given)) == expected
    assert canonical(parse(expected)) == expected


@pytest.mark.parametrize("name", sorted(JCS_REFUSAL))
def test_canonical_json_out_of_scope_is_refused_for_its_reason(name: str) -> None:
    given, _ = jcs_pair(name)
    with pytest.raises(Malformed, match=JCS_REFUSAL[name]):
        parse_loose(given)


def test_what_is_left_of_them_inside_the_profile_gives_the_expected_bytes() -> None:
    given, expected = jcs_pair("structures")
    assert canonical(parse_loose(given.replace(b"56.0", b"56"))) == expected
    given, expected = jcs_pair("arrays")
    assert canonical(parse_loose(given.replace(b"null", b'"no"'))) == expected.replace(
        b"null", b'"no"'
    )


def test_all_wycheproof_verdicts_are_ours() -> None:
    vectors = load("ed25519/wycheproof_ed25519_test.json")
    counted = {"valid": 0, "invalid": 0}
    for group in vectors["testGroups"]:
        for case in group["tests"]:
            expected = {"valid": "accepted", "invalid": "Unverified"}[case["result"]]
            found = verify(group["publicKey"]["pk"], case["sig"], case["msg"])
            assert found == expected, (case["tcId"], case["comment"])
            counted[case["result"]] += 1
    assert counted == {"valid": 88, "invalid": 63}
    assert sum(counted.values()) == vectors["numberOfTests"]


def test_a_key_id_hashes_the_der_that_wycheproof_gives_for_the_key() -> None:
    for group in load("ed25519/wycheproof_ed25519_test.json")["testGroups"]:
        der = bytes.fromhex(group["publicKeyDer"])
        assert public_key(group["publicKey"]["pk"]).key_id == hashlib.sha256(der).hexdigest()


@pytest.mark.parametrize("number", sorted(SPECCHECK))
def test_each_edge_case_of_speccheck_has_our_recorded_verdict(number: int) -> None:
    case = load("ed25519/speccheck_cases.json")[number]
    expected, reason = SPECCHECK[number]
    assert verify(case["pub_key"], case["signature"], case["message"]) == expected, reason


def test_every_case_of_speccheck_has_its_verdict() -> None:
    assert len(load("ed25519/speccheck_cases.json")) == len(SPECCHECK)


@pytest.mark.parametrize("number", SPECCHECK_ANYBODY_CAN_SIGN)
def test_the_library_alone_would_accept_a_signature_that_anybody_can_make(number: int) -> None:
    case = load("ed25519/speccheck_cases.json")[number]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(case["pub_key"]))
    key.verify(bytes.fromhex(case["signature"]), bytes.fromhex(case["message"]))


def test_the_published_dsse_example_has_our_encoding_and_its_ecdsa_signature_verifies() -> None:
    example = load("published-examples/dsse_v1.0.2.json")
    message = pae(example["payloadType"], example["serializedBody"].encode())
    assert message.decode() == example["pae"]
    assert base64.b64decode(example["envelope"]["payload"]).decode() == example["serializedBody"]
    signature = base64.b64decode(example["envelope"]["signatures"][0]["sig"])
    key = EllipticCurvePublicNumbers(
        int(example["key"]["x"]), int(example["key"]["y"]), SECP256R1()
    ).public_key()
    halves = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    key.verify(encode_dss_signature(*halves), message, ECDSA(SHA256()))


def test_the_published_dsse_envelope_is_out_of_scope_for_want_of_a_key_id() -> None:
    example = load("published-examples/dsse_v1.0.2.json")
    with pytest.raises(Malformed, match="Ed25519"):
        parse_envelope(canonical(example["envelope"]))


def test_the_published_disclosure_of_rfc_9901_is_read_and_has_its_digest() -> None:
    example = load("published-examples/rfc9901_disclosure.json")
    read = disclosure.parse(example["disclosure"])
    assert [read.salt, read.name, read.value] == json.loads(example["disclosure_json"])
    assert read.digest == example["digest_sha256_b64url"]
    assert read.text == example["disclosure"]
