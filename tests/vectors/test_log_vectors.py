"""Merkle, note, tile and DSSE vectors of other projects: every file has its verdict.

The table is ``log_verdicts.py``; origins and licences are in this folder's README.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509 import load_der_x509_certificate
from log_verdicts import ECDSA, MERKLE, SIGSTORE, SIGSTORE_OUT_OF_SCOPE, TESSERA_SIZES

from ledger.checkpoint import Checkpoint, parse_checkpoint
from ledger.encoding import sha256
from ledger.envelope import pae
from ledger.errors import LedgerError
from ledger.keys import SigningKey, public_key
from ledger.note import ED25519, VerifierKey, make_vkey, parse_note, verify_note
from ledger.policy import Policy
from ledger.tiles import TileReader, parse_bundle, parse_tile, tile_path
from ledger.tree import (
    consistency_proof,
    leaf_hash,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)

HERE = Path(__file__).parent
MERKLE_CASES = [
    (f"{folder}/{name}", verdict)
    for folder, verdicts in MERKLE.items()
    for verdict, names in verdicts.items()
    for name in names.split()
]


def verdict_of(check: Callable[[], object]) -> str:
    try:
        check()
    except LedgerError as error:
        return type(error).__name__
    return "accepted"


def unbase64(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def files_in(folder: str) -> set[str]:
    root = HERE / folder
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


# --- transparency-dev/merkle: 116 proofs -------------------------------------------------------


def test_every_merkle_vector_is_in_the_table() -> None:
    listed = [f"{name}.json" for name, _ in MERKLE_CASES]
    assert len(listed) == len(set(listed)) == 116
    assert set(listed) == files_in("merkle")


@pytest.mark.parametrize(("name", "verdict"), MERKLE_CASES)
def test_a_merkle_proof_gets_its_verdict(name: str, verdict: str) -> None:
    vector = json.loads((HERE / "merkle" / f"{name}.json").read_text())
    assert vector["wantErr"] is (verdict != "accepted")
    proof = [unbase64(value) for value in vector["proof"] or []]

    def check() -> None:
        if name.startswith("inclusion"):
            leaf, root = unbase64(vector["leafHash"]), unbase64(vector["root"])
            verify_inclusion(vector["leafIdx"], vector["treeSize"], leaf, proof, root)
        else:
            old, new = unbase64(vector["root1"]), unbase64(vector["root2"])
            verify_consistency(vector["size1"], vector["size2"], old, new, proof)

    assert verdict_of(check) == verdict


# --- transparency-dev/tessera: a log written by another implementation -------------------------

TESSERA = HERE / "tessera-log"


def tessera_checkpoint(size: int) -> Checkpoint:
    policy = Policy.parse((TESSERA / "policy").read_bytes())
    trusted = policy.open((TESSERA / f"checkpoint.{size}").read_bytes()).require_quorum()
    assert trusted.checkpoint.size == size
    return trusted.checkpoint


def tessera_tile(level: int, index: int, width: int) -> bytes:
    return (TESSERA / tile_path(level, index, width)).read_bytes()


def test_every_file_of_the_other_log_is_used() -> None:
    names = {"policy", "checkpoint"}
    for size in TESSERA_SIZES:
        names.add(f"checkpoint.{size}")
        if size:
            names |= {tile_path(0, 0, size), tile_path("entries", 0, size)}
    assert len(names) == 48
    assert names == files_in("tessera-log")
    assert (TESSERA / "checkpoint").read_bytes() == (TESSERA / "checkpoint.15").read_bytes()


@pytest.mark.parametrize("size", TESSERA_SIZES)
def test_entries_and_tiles_of_the_other_log_give_its_signed_root(size: int) -> None:
    root = tessera_checkpoint(size).root
    assert root_at(size, TileReader(size, tessera_tile)) == root
    if size:
        bundle = (TESSERA / tile_path("entries", 0, size)).read_bytes()
        hashes = [leaf_hash(entry) for entry in parse_bundle(bundle, size)]
        assert hashes == parse_tile(tessera_tile(0, 0, size), size)
        assert root_of(hashes) == root


@pytest.mark.parametrize(("old", "new"), list(combinations(TESSERA_SIZES, 2)))
def test_the_other_log_only_ever_grew(old: int, new: int) -> None:
    proof = consistency_proof(old, new, TileReader(new, tessera_tile))
    verify_consistency(old, new, tessera_checkpoint(old).root, tessera_checkpoint(new).root, proof)


# --- sigstore-conformance: bundles, whole and broken -------------------------------------------

SIGSTORE_DIR = HERE / "sigstore-conformance"


def bundle_of(name: str) -> dict[str, Any]:
    return json.loads((SIGSTORE_DIR / name / "bundle.sigstore.json").read_text())


def log_entry(name: str) -> dict[str, Any]:
    return bundle_of(name)["verificationMaterial"]["tlogEntries"][0]


def note_of(name: str) -> bytes:
    proof = log_entry(name)["inclusionProof"]
    return proof["checkpoint"]["envelope"].encode()


def sigstore_policy(name: str) -> Policy:
    """The Ed25519 logs of the bundle's trusted root, named by their hosts, and no witnesses."""
    root = json.loads((SIGSTORE_DIR / name / "trusted_root.json").read_text())
    lines = []
    for log in root["tlogs"]:
        if log["publicKey"]["keyDetails"] == "PKIX_ED25519":
            raw = load_der_public_key(unbase64(log["publicKey"]["rawBytes"])).public_bytes_raw()
            host = log["baseUrl"].removeprefix("https://")
            lines.append(f"log {make_vkey(host, ED25519, public_key(raw))}")
    return Policy.parse("\n".join([*lines, "quorum none"]))


def test_every_file_beside_the_bundles_is_accounted_for() -> None:
    beside = {name for name in files_in("sigstore-conformance") if "/" not in name}
    assert beside == {"a.txt"}
    folders = {path.name for path in SIGSTORE_DIR.iterdir() if path.is_dir()}
    assert folders == set(SIGSTORE) and len(SIGSTORE) == 11
    rest = files_in("sigstore-conformance") - beside
    kinds = [name.rpartition("/")[2] for name in rest]
    assert [kinds.count(k) for k in ("bundle.sigstore.json", "README", "trusted_root.json")] == [
        11,
        11,
        9,
    ]
    assert len(rest) + len(beside) == 32
    assert all(SIGSTORE_OUT_OF_SCOPE.values())


def test_a_bundle_that_must_fail_is_refused_somewhere_and_no_other_is() -> None:
    for name, verdicts in SIGSTORE.items():
        refused = {v for v in verdicts if v not in (None, ECDSA, "accepted")}
        assert bool(refused) is name.endswith("_fail"), name


@pytest.mark.parametrize("name", SIGSTORE)
def test_a_sigstore_checkpoint_gets_its_verdict(name: str) -> None:
    expected = SIGSTORE[name][0]
    if expected == ECDSA:
        note = parse_note(note_of(name))
        assert parse_checkpoint(note_of(name)).size > 0
        unrelated = VerifierKey.of(
            "rekor.sigstore.dev", ED25519, SigningKey.from_seed(bytes(32)).public
        )
        assert verify_note(note, [unrelated]) == []
    else:
        assert verdict_of(lambda: sigstore_policy(name).open(note_of(name))) == expected


@pytest.mark.parametrize("name", [n for n, verdicts in SIGSTORE.items() if verdicts[1]])
def test_a_sigstore_inclusion_proof_gets_its_verdict(name: str) -> None:
    entry = log_entry(name)
    proof: dict[str, Any] = entry["inclusionProof"]
    checkpoint = parse_checkpoint(note_of(name))
    leaf = leaf_hash(unbase64(str(entry["canonicalizedBody"])))
    hashes = [unbase64(value) for value in proof["hashes"]]
    index = int(str(proof["logIndex"]))
    assert (
        verdict_of(lambda: verify_inclusion(index, checkpoint.size, leaf, hashes, checkpoint.root))
        == SIGSTORE[name][1]
    )


@pytest.mark.parametrize("name", [n for n, verdicts in SIGSTORE.items() if verdicts[2]])
def test_a_sigstore_dsse_envelope_gets_its_verdict(name: str) -> None:
    bundle = bundle_of(name)
    envelope: dict[str, Any] = bundle["dsseEnvelope"]
    signed = pae(str(envelope["payloadType"]), unbase64(str(envelope["payload"])))
    # The log entry holds the hash of the signed bytes, made by another implementation.
    body = json.loads(unbase64(str(log_entry(name)["canonicalizedBody"])))
    digest = body["spec"]["hashedRekordV002"]["data"]["digest"]
    assert unbase64(digest) == sha256(signed)
    certificate = load_der_x509_certificate(
        unbase64(bundle["verificationMaterial"]["certificate"]["rawBytes"])
    )
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signature = unbase64(envelope["signatures"][0]["sig"])
    try:
        key.verify(signature, signed, ec.ECDSA(SHA256()))
        verdict = "accepted"
    except InvalidSignature:
        verdict = "Unverified"
    assert verdict == SIGSTORE[name][2]


# --- C2SP: the example of the specification ----------------------------------------------------


def test_the_signed_note_of_the_specification_verifies_under_its_key() -> None:
    key = VerifierKey.parse(
        (HERE / "published-examples" / "c2sp_signed_note.vkey").read_text().strip()
    )
    note = parse_note((HERE / "published-examples" / "c2sp_signed_note.txt").read_bytes())
    assert note.text == b"This is an example message.\n"
    assert [(k.name, s.key_id.hex()) for k, s in verify_note(note, [key])] == [
        ("example.com/foo", "530d903a")
    ]
    assert make_vkey(key.name, ED25519, key.public) == key.text
