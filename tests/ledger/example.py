"""The worked example of ``ledger/format.md``, made from two fixed seeds; nothing in it is random.

``python tests/ledger/example.py`` prints the blocks of the document; a test compares them.
"""

from __future__ import annotations

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.disclosure import Disclosure
from ledger.encoding import b64encode, b64url_encode, sha256
from ledger.envelope import PAYLOAD_TYPE, leaf_entry, pae, parse_envelope, seal
from ledger.keys import SigningKey
from ledger.note import ED25519, make_vkey
from ledger.statement import compose
from ledger.tree import Frontier, leaf_hash

ORIGIN = "example.org/late-clinic"
PERSON = "person:" + "b" * 26


def blocks() -> dict[str, str]:
    """Each block of the example by its name."""
    author, log = SigningKey.from_seed(bytes(range(32))), SigningKey.from_seed(bytes(range(32, 64)))
    reason = Disclosure(b64url_encode(bytes(range(16))), "reason", "The bus stops at six.")
    payload = compose(
        type="record-disputed/v1",
        ledger=ORIGIN,
        author=PERSON,
        key=author.key_id,
        seq=1,
        prev=None,
        signers=[author.key_id],
        body={"has": ["reason"], "line": "00" * 32},
        at="2026-05-04T18:30:00Z",
        nonce=b64url_encode(bytes(16)),
        sd=[reason.digest],
    )
    raw = seal(payload, [author])
    envelope = parse_envelope(raw)
    signature = envelope.signatures[0][1]
    leaf = leaf_hash(leaf_entry(envelope.hash))
    frontier = Frontier()
    frontier.append(leaf)
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, frontier.root()), ORIGIN, log)
    return {
        "keys": (
            f"author  seed {bytes(range(32)).hex()}\n"
            f"        public {author.public.hex()}\n"
            f"        key id {author.key_id}\n"
            f"log     seed {bytes(range(32, 64)).hex()}\n"
            f"        vkey {make_vkey(ORIGIN, ED25519, log.public)}\n"
        ),
        "disclosure": f"text    {reason.text}\ndigest  {reason.digest}\n",
        "payload": payload.decode() + "\n",
        "signed": (
            f"PAE begins   {pae(PAYLOAD_TYPE, payload)[:53].decode()}\n"
            f"SHA-256      {sha256(pae(PAYLOAD_TYPE, payload)).hex()}\n"
            f"signature    {b64encode(signature)}\n"
        ),
        "leaf": (
            f"envelope     {len(raw)} bytes, SHA-256 {envelope.hash}\nleaf hash    {leaf.hex()}\n"
        ),
        "checkpoint": note.decode(),
    }


if __name__ == "__main__":
    for name, block in blocks().items():
        print(f"[{name}]\n{block}")
