"""The operator's signed count: how many entries are about one person at one size.

    {count, digest, origin, person, root, size}   RFC 8785, in a DSSE envelope of type COUNT_TYPE
    root   = base64 of the root over the first ``size`` entries, as in a checkpoint
    digest = hex SHA-256 of the decimal indexes, one a line, ascending, each ended by LF

An inclusion proof shows that a line is unaltered, never that the list is complete. Nor does the
count show it: it is a promise that makes an omission provable later, because any full audit can
count again. About = author, or any typed id in the body.

Source: format §6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from ledger import jcs
from ledger.encoding import b64decode, b64encode, is_hash, is_id, is_origin
from ledger.envelope import COUNT_TYPE, parse_envelope, seal, verify_envelope
from ledger.errors import Malformed
from ledger.keys import PublicKey, SigningKey
from ledger.tree import HASH_SIZE
from ledger.tuples import NamedTuple

_FIELDS = {"count", "digest", "origin", "person", "root", "size"}


class Count(NamedTuple):
    """Of the tree with ``size`` and ``root``, ``number`` entries are about ``person``.

    ``digest`` names them. ``root`` has 32 bytes: without it a count could be held against another
    history of that size.
    """

    origin: str
    size: int
    root: bytes
    person: str
    number: int
    digest: str


def digest_of(indexes: Iterable[int]) -> str:
    """Hex SHA-256 of the indexes in decimal, one a line; they must come in ascending order."""
    state = hashlib.sha256()
    for index in indexes:
        state.update(b"%d\n" % index)
    return state.hexdigest()


def sign_count(count: Count, operator_key: SigningKey) -> bytes:
    """The envelope of a count, signed by the operator's event key."""
    payload = jcs.canonical(
        {
            "count": count.number,
            "digest": count.digest,
            "origin": count.origin,
            "person": count.person,
            "root": b64encode(count.root),
            "size": count.size,
        }
    )
    return seal(payload, [operator_key], COUNT_TYPE)


def read_count(raw: bytes) -> Count:
    """The count in an envelope, its signature not yet verified; raises ``Malformed``."""
    envelope = parse_envelope(raw)
    if envelope.payload_type != COUNT_TYPE:
        raise Malformed(f"count: expected the payload type {COUNT_TYPE}", step=1)
    fields = jcs.parse(envelope.payload)
    if set(fields) != _FIELDS:
        raise Malformed(f"count: expected {sorted(_FIELDS)}, found {sorted(fields)}", step=1)
    numbers = (fields["count"], fields["size"])
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise Malformed("count: `count` and `size` must be whole numbers of 0 or more", step=1)
    if not (is_origin(fields["origin"]) and is_id(fields["person"]) and is_hash(fields["digest"])):
        raise Malformed("count: `origin`, `person` or `digest` has another form", step=1)
    root = b64decode(fields["root"]) if isinstance(fields["root"], str) else b""
    if len(root) != HASH_SIZE:
        raise Malformed("count: `root` is not 32 bytes in base64", step=1)
    return Count(
        fields["origin"],
        fields["size"],
        root,
        fields["person"],
        fields["count"],
        fields["digest"],
    )


def verify_count(raw: bytes, key_id: str, keys: Mapping[str, PublicKey]) -> Count:
    """The count, signed by the operator's event key ``key_id``; raises ``Unverified``."""
    count = read_count(raw)
    verify_envelope(parse_envelope(raw), keys, [key_id])
    return count
