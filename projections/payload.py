"""The signed payload inside an envelope, read without judging it; and its hash, held to its leaf.

    {"payload":"<base64>","payloadType":…,"signatures":[…]}   ->   the statement, as bytes or JSON

What is read is checked as far as a reader can do alone: the bytes of an envelope must hash to their
leaf (format sections 2 and 7, steps 5 and 6). Signatures, links and rules are ``tally verify``'s.
Little is imported here, for worker processes load it (``kept_cut``).
"""

from __future__ import annotations

import json
from binascii import Error as BadBase64
from binascii import a2b_base64
from hashlib import sha256
from typing import Any, Final

from ledger.errors import Malformed, Unverified

#: What an error of reading tells to do next.
VERIFY: Final = "run `tally verify` for a full account"
_LEAF: Final = b"\x00tallystick/leaf/v1\nsha256:%s\n"
_HEAD: Final = b'{"payload":"'
_START: Final = len(_HEAD)


def matched(index: int, envelope: bytes, leaf: bytes) -> str:
    """Give the hex hash of an envelope; raises ``Unverified`` when its leaf has another."""
    found = sha256(envelope).hexdigest()
    if sha256(_LEAF % found.encode()).digest() != leaf:
        raise Unverified(
            f"entry {index}: its envelope does not hash to its leaf (computed sha256:{found}); no "
            "figure was made from this record",
            hint=VERIFY,
            entry=index,
            step=6,
        )
    return found


def payload_of(envelope: bytes) -> bytes | str:
    """Give the base64 payload; read from the layout we write, as JSON for any other."""
    # Only where the bytes can be read in one way: a second "payload" would be another reader's.
    if envelope.startswith(_HEAD):
        end = envelope.find(b'"', _START)
        if end > 0 and envelope.find(b'"payload"', end) < 0:
            return envelope[_START:end]
    payload: bytes | str = json.loads(envelope)["payload"]
    return payload


def decoded(index: int, envelope: bytes) -> dict[str, Any]:
    """Give the statement inside an envelope as plain JSON, unjudged.

    Raises ``Malformed`` when envelope or payload do not decode to an object.
    """
    try:
        said = json.loads(a2b_base64(payload_of(envelope)).decode())
    except (ValueError, KeyError, TypeError, BadBase64) as error:
        raise Malformed(
            f"entry {index}: its envelope does not decode ({error})",
            hint=VERIFY,
            entry=index,
            step=1,
        ) from error
    if not isinstance(said, dict) or not isinstance(said.get("body"), dict):
        raise Malformed(f"entry {index}: its payload is not a statement", entry=index, step=1)
    return said
