"""The envelope around a signed payload (DSSE 1.0.2), and the 91-byte leaf that stands for it.

    PAE(type, payload) = "DSSEv1" SP len(type) SP type SP len(payload) SP payload
    signature          = Ed25519(key, PAE(payloadType, payload))
    envelope           = {"payload":base64,"payloadType":…,"signatures":[{"keyid":…,"sig":…},…]}
    leaf entry         = "tallystick/leaf/v1\\nsha256:" hex(SHA-256(envelope bytes)) "\\n"

Promise: for one payload and one row of signatures there is exactly one envelope. The tree commits
to the envelope's bytes, and neither layout nor ``keyid`` is covered by a signature; were other
layouts read, whoever carries an envelope could give one statement many hashes. So only RFC 8785
bytes are read, with the signatures in the order of the statement's ``signers``.

``keyid`` is a hint (DSSE §protocol): which key must have made a signature is taken from the signed
``signers``, never from the envelope; the hint has only to agree.

>>> pae("http://example.com/HelloWorld", b"hello world")
b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from ledger.encoding import b64decode
from ledger.errors import Malformed, Refused, Unverified
from ledger.keys import PublicKey, SigningKey
from ledger.statement import MAX_SIGNERS, parse_statement
from ledger.tuples import NamedTuple

#: What statements are signed as.
PAYLOAD_TYPE = "application/vnd.tallystick.event.v1+json"

#: What the operator's count in a bundle is signed as (format §6).
COUNT_TYPE = "application/vnd.tallystick.count.v1+json"

#: Largest envelope that is read, in bytes.
MAX_ENVELOPE = 1024 * 1024

#: Where a verifier looks keys up by key id; None when there is none.
KeySource = Mapping[str, PublicKey] | Callable[[str], PublicKey | None]

#: What a leaf entry begins with; then 64 hex digits and LF.
LEAF_PREFIX = b"tallystick/leaf/v1\nsha256:"
_LEAF = re.compile(rb"tallystick/leaf/v1\nsha256:([0-9a-f]{64})\n")

# One signature has a fixed width, which is what lets them be cut apart without a second parser.
_SIGNATURE = rb'\{"keyid":"[0-9a-f]{64}","sig":"[A-Za-z0-9+/]{85}[AQgw]=="\}'
_WIDTH = len('{"keyid":"","sig":""},') + 64 + 88
_ENVELOPE = re.compile(
    rb'\{"payload":"([^"]*)","payloadType":"([!#-\[\]-~]{1,128})","signatures":\[('
    + _SIGNATURE
    + rb"(?:,"
    + _SIGNATURE
    + rb"){0,%d})\]\}" % (MAX_SIGNERS - 1)
)
_from_base64 = binascii.a2b_base64
_match = _ENVELOPE.fullmatch


class Envelope(NamedTuple):
    """An envelope whose form was checked and whose signatures were not: see verify_envelope.

    ``raw`` are the bytes as stored; ``signatures`` pairs of key id and 64-byte signature, in order.
    """

    raw: bytes
    payload: bytes
    payload_type: str
    signatures: tuple[tuple[str, bytes], ...]

    @property
    def hash(self) -> str:
        """Hex SHA-256 of the envelope's bytes: its name everywhere. Computed at each call."""
        return hashlib.sha256(self.raw).hexdigest()


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the exact bytes that are signed. Lengths in bytes."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def assemble(
    payload: bytes,
    signatures: Mapping[str, bytes] | Iterable[tuple[str, bytes]],
    payload_type: str = PAYLOAD_TYPE,
) -> bytes:
    """The envelope of ``payload`` with these signatures, put into the order of its ``signers``.

    A payload that is no statement keeps the order given. The signatures are not verified here.
    Raises Refused when the key ids are not exactly those of ``signers``.
    """
    by_key = dict(signatures)
    order = list(by_key)
    if payload_type == PAYLOAD_TYPE:
        order = list(parse_statement(payload).signers)
        missing = [key for key in order if key not in by_key]
        if missing:
            raise Refused(f"envelope: the signature of key {missing[0][:16]} is missing")
        if len(by_key) != len(order):
            raise Refused("envelope: a signature was given that the statement does not ask for")
    raw = _layout(payload, payload_type, [(key, by_key[key]) for key in order])
    parse_envelope(raw)
    return raw


def seal(payload: bytes, signers: Sequence[SigningKey], payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Signs ``payload`` with every key and gives the envelope's bytes.

    Raises Refused when the keys are not exactly those the statement names in ``signers``.
    """
    message = pae(payload_type, payload)
    return assemble(payload, [(key.key_id, key.sign(message)) for key in signers], payload_type)


def parse_envelope(raw: bytes) -> Envelope:
    """The envelope in ``raw``, all or nothing; no signature is verified.

    Raises Malformed for anything but the canonical bytes described above.
    """
    if len(raw) > MAX_ENVELOPE:
        raise Malformed(f"envelope: {len(raw)} bytes, at most {MAX_ENVELOPE} are read")
    match = _match(raw)
    if match is None:
        raise Malformed(
            "envelope: not a DSSE envelope in canonical JSON with Ed25519 signatures",
            hint="exactly payload, payloadType and signatures of keyid and sig, no white space",
        )
    payload, kind, signatures = match.groups()
    signed = _signature(signatures, 0)
    return Envelope(
        raw,
        b64decode(payload),
        kind.decode("ascii"),
        (signed,)
        if len(signatures) < _WIDTH  # of one there is no comma
        else (signed, *[_signature(signatures, i) for i in range(_WIDTH, len(signatures), _WIDTH)]),
    )


def _signature(text: bytes, at: int) -> tuple[str, bytes]:
    """Key id and signature out of the fixed-width text that begins at ``at``."""
    return text[at + 10 : at + 74].decode("ascii"), _from_base64(text[at + 83 : at + 171])


def verify_envelope(envelope: Envelope, keys: KeySource, expected_signers: Sequence[str]) -> None:
    """Returns if exactly ``expected_signers`` signed, in that order; raises Unverified if not.

    ``expected_signers`` are key ids taken from the signed statement or another trusted place.
    """
    signatures = envelope.signatures
    if len(signatures) != len(expected_signers):
        raise Unverified(
            f"envelope: {len(expected_signers)} signatures expected, {len(signatures)} found"
        )
    message = pae(envelope.payload_type, envelope.payload)
    look_up = keys if callable(keys) else keys.get
    for key_id, (hint, signature) in zip(expected_signers, signatures, strict=True):
        if hint != key_id:
            raise Unverified(
                f"envelope: a signature of key {key_id[:16]} expected, one of {hint[:16]} found"
            )
        key = look_up(key_id)
        if key is None or key.key_id != key_id:
            raise Unverified(f"envelope: key {key_id[:16]} is not known")
        key.verify(signature, message)


def leaf_entry(envelope_hash: str) -> bytes:
    """The 91 bytes of the tree that stand for an envelope, given its hash in hex."""
    entry = b"%b%b\n" % (LEAF_PREFIX, envelope_hash.encode("ascii"))
    parse_leaf_entry(entry)
    return entry


def envelope_leaf(raw: bytes) -> bytes:
    """The leaf hash of an envelope: SHA-256(0x00 || leaf entry), RFC 6962 §2.1."""
    # Not by way of `leaf_entry`, which reads again what it is given: this is computed here.
    name = hashlib.sha256(raw).hexdigest().encode("ascii")
    return hashlib.sha256(b"\x00%b%b\n" % (LEAF_PREFIX, name)).digest()


def parse_leaf_entry(entry: bytes) -> str:
    """The envelope hash (64 hex digits) in a leaf entry; Malformed for any other bytes."""
    match = _LEAF.fullmatch(entry)
    if match is None:
        raise Malformed(f"leaf entry: {len(entry)} bytes that are not tallystick/leaf/v1")
    return match[1].decode("ascii")


def _layout(payload: bytes, payload_type: str, signatures: list[tuple[str, bytes]]) -> bytes:
    """The RFC 8785 text; nothing in it needs an escape, which parse_envelope checks again."""
    parts = b",".join(
        b'{"keyid":"%b","sig":"%b"}'
        % (key_id.encode("ascii"), binascii.b2a_base64(signature, newline=False))
        for key_id, signature in signatures
    )
    return b'{"payload":"%b","payloadType":"%b","signatures":[%b]}' % (
        binascii.b2a_base64(payload, newline=False),
        payload_type.encode("utf-8"),
        parts,
    )
