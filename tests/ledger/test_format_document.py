"""The worked example of the format document is what the code makes, and anybody can redo it."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from example import blocks

from ledger.statement import _FIELDS

DOCUMENT = (Path(__file__).parents[2] / "ledger" / "format.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(blocks()))
def test_each_block_of_the_example_is_what_the_code_makes(name: str) -> None:
    assert f"```\n{blocks()[name]}```" in DOCUMENT


def test_the_example_can_be_redone_from_the_words_alone() -> None:
    """No function of ours below: seeds, SHA-256, Ed25519 and the sentences of the document."""
    seed = bytes.fromhex(_after("author  seed"))
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(bytes.fromhex("302a300506032b6570032100") + public).hexdigest()
    assert key_id == _after("        key id")
    payload = re.search(r"```\n(\{.*\})\n```", DOCUMENT)
    assert payload is not None
    message = payload[1].encode()
    kind = b"application/vnd.tallystick.event.v1+json"
    pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(message), message)
    assert hashlib.sha256(pae).hexdigest() == _after("SHA-256     ")
    signature = b64encode(key.sign(pae)).decode()
    assert signature == _after("signature   ")
    envelope = json.dumps(
        {
            "payload": b64encode(message).decode(),
            "payloadType": kind.decode(),
            "signatures": [{"keyid": key_id, "sig": signature}],
        },
        separators=(",", ":"),
    ).encode()
    line = b"tallystick/leaf/v1\nsha256:%s\n" % hashlib.sha256(envelope).hexdigest().encode()
    assert len(line) == 91
    leaf = hashlib.sha256(b"\x00" + line).digest()
    assert leaf.hex() == _after("leaf hash")
    assert f"example.org/late-clinic\n1\n{b64encode(leaf).decode()}\n\n— " in DOCUMENT
    assert b64decode(signature)


def test_every_field_of_a_statement_is_in_the_table() -> None:
    for field in _FIELDS:
        assert f"`{field}`" in DOCUMENT


def _after(label: str) -> str:
    found = re.search(rf"{re.escape(label)}\s+(\S+)", DOCUMENT)
    assert found is not None, label
    return found[1]
