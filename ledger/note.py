"""Signed notes: a text, a blank line, and a line for each signature.

    text, ending in LF
    (blank line)
    — NAME base64(key id (4 bytes) || signature)

    key id  = SHA256(NAME || 0x0A || algorithm || public key)[:4]
    vkey    = NAME+hex(key id)+base64(algorithm || public key)

Promise: a note is read whole or not at all, and nothing of it is believed before ``verify_note``
has checked every signature that names a known key. Source: C2SP signed-note v1.0.0. Of its
algorithms 0x01 (Ed25519 over the text) and 0x04 (witness cosignature, ``ledger.witness``) are
ours; signatures of unknown keys are passed over, as it asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from ledger.encoding import b64decode, b64encode
from ledger.errors import Malformed, Unverified
from ledger.keys import PublicKey, SigningKey, public_key
from ledger.tuples import NamedTuple

#: The algorithm byte is in every key and key id, so that it can change.
ED25519 = 0x01
COSIGNATURE = 0x04
_ALGORITHMS = {ED25519: "Ed25519", COSIGNATURE: "Ed25519 cosignature"}

#: A note larger than this, or with more signatures, is refused before it is taken apart.
MAX_NOTE = 1 << 20
MAX_SIGNATURES = 100
_DASH = "— "


class VerifierKey(NamedTuple):
    """A public key under a name, for one algorithm: what a policy lists."""

    name: str
    key_id: bytes
    algorithm: int
    public: PublicKey

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """The key that ``vkey`` spells. Raises Malformed, also for an algorithm not ours."""
        parts = vkey.split("+", 2)
        if len(parts) != 3:
            raise Malformed(f"verifier key {_short(vkey)}: expected NAME+KEYID+KEY")
        name, key_id, encoded = parts
        check_name(name)
        material = b64decode(encoded)
        if len(material) != 33 or material[0] not in _ALGORITHMS:
            raise Malformed(
                f"verifier key {name}: not an Ed25519 key of type 01 or 04",
                hint="other signature types of C2SP signed-note are not supported",
            )
        expected = key_hash(name, material[0], material[1:])
        if key_id != expected.hex():
            raise Malformed(f"verifier key {name}: key id {_short(key_id)} is not {expected.hex()}")
        return cls(name, expected, material[0], public_key(material[1:]))

    @classmethod
    def of(cls, name: str, algorithm: int, public: PublicKey) -> VerifierKey:
        """The verifier key of ``public`` under ``name`` for ``algorithm`` (01 or 04)."""
        check_name(name)
        return cls(name, key_hash(name, algorithm, public.raw), algorithm, public)

    @property
    def text(self) -> str:
        """The vkey, as a policy writes it."""
        material = b64encode(bytes([self.algorithm]) + self.public.raw)
        return f"{self.name}+{self.key_id.hex()}+{material}"


class NoteSignature(NamedTuple):
    """One signature line: who claims to have signed, the 4-byte key id, and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its LF."""
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.signature)}\n"


class Note(NamedTuple):
    """A note taken apart and not yet believed: ``text`` with its final LF, and signatures."""

    text: bytes
    signatures: tuple[NoteSignature, ...]


def key_hash(name: str, algorithm: int, material: bytes) -> bytes:
    """The 4-byte key id of a key of ``algorithm`` with these public bytes under ``name``."""
    return sha256(name.encode() + b"\n" + bytes([algorithm]) + material).digest()[:4]


def make_vkey(name: str, algorithm: int, public: PublicKey) -> str:
    """The vkey text of a public key. Raises Malformed when ``name`` cannot be a key name."""
    return VerifierKey.of(name, algorithm, public).text


def check_name(name: str) -> str:
    """``name`` itself, if it can name a key: no spaces, no ``+``, no control characters.

    Raises Malformed otherwise.
    """
    if not name or "+" in name or any(c.isspace() or c < " " or c == "\x7f" for c in name):
        raise Malformed(f"key name {_short(name)!r}: empty, or with a space, a control or a '+'")
    return name


def parse_note(data: bytes) -> Note:
    """The note in ``data``, all or nothing; no signature is checked. Raises Malformed."""
    if len(data) > MAX_NOTE:
        raise Malformed(f"signed note: {len(data)} bytes, at most {MAX_NOTE} are read")
    _check_text(data)
    text, separator, tail = data.rpartition(b"\n\n")
    if not separator or not tail.endswith(b"\n"):
        raise Malformed("signed note: expected a text, a blank line and signature lines")
    lines = tail.decode().removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed(f"signed note: more than {MAX_SIGNATURES} signatures")
    return Note(text + b"\n", tuple(_parse_line(line) for line in lines))


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> list[tuple[VerifierKey, NoteSignature]]:
    """The Ed25519 signatures of ``note`` made by ``keys``, each verified; one for each key.

    Unknown keys are passed over. Raises Unverified when a signature that names a known key, by
    both name and key id, does not verify: such a note is rejected whole.
    """
    known = {(key.name, key.key_id): key for key in keys}
    verified: dict[tuple[str, bytes], tuple[VerifierKey, NoteSignature]] = {}
    for signature in note.signatures:
        place = (signature.name, signature.key_id)
        if (key := known.get(place)) is None or key.algorithm != ED25519:
            continue
        try:
            key.public.verify(signature.signature, note.text)
        except Unverified as error:
            raise Unverified(
                f"signed note: the signature of {key.name}+{key.key_id.hex()} does not match"
            ) from error
        verified.setdefault(place, (key, signature))
    return list(verified.values())


def sign_note(text: bytes, name: str, key: SigningKey) -> bytes:
    """A note of ``text`` (ending in LF) with one Ed25519 signature under ``name``."""
    _check_text(text)
    if not text.endswith(b"\n"):
        raise Malformed("signed note: the text must end with a newline")
    key_id = key_hash(check_name(name), ED25519, key.public.raw)
    line = NoteSignature(name, key_id, key.sign(text)).line
    return text + b"\n" + line.encode()


def add_signature(note: bytes, line: str) -> bytes:
    """``note`` with one more signature line; the same line is not added twice.

    Raises Malformed when either does not parse. The line's signature is not checked.
    """
    added = _parse_line(line.removesuffix("\n"))
    if added in parse_note(note).signatures:
        return note
    whole = note + added.line.encode()
    parse_note(whole)
    return whole


def _parse_line(line: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise Malformed(f"signature line {_short(line)!r}: expected '{_DASH}NAME SIGNATURE'")
    check_name(name)
    data = b64decode(encoded)
    if len(data) < 5:
        raise Malformed(f"signature line of {name}: no key id and signature in {len(data)} bytes")
    return NoteSignature(name, data[:4], data[4:])


def _check_text(data: bytes) -> None:
    """Valid UTF-8 without control characters other than LF, so that what is shown is signed."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"signed note: byte {error.start} is not UTF-8") from error
    if any(byte < 0x20 and byte != 0x0A for byte in data):
        raise Malformed("signed note: a control character other than the newline")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
