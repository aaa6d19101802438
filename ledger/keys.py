"""Ed25519 keys: who can have signed, and the files that hold what they sign with.

Promise: a ``PublicKey`` is a point that one holder can sign for. Refused at construction are

    small order      eight points for which anybody can make signatures over any message
    non-canonical    a second spelling of a point (y >= p): one key, two key ids
    no point at all  a y without an x on the curve: nothing could ever verify

    key id = hex SHA-256 of the DER SubjectPublicKeyInfo (RFC 8410 §4): 12 fixed bytes, 32 of key

Signatures are RFC 8032 Ed25519 over the message itself. Private keys are kept in OpenSSH's format
(``openssh-key-v1``), under a passphrase with bcrypt and at least ``MIN_ROUNDS`` rounds, because
PKCS #8's defaults are cheap to guess. Neither a seed nor a passphrase appears in any message.

>>> key = SigningKey.from_seed(bytes(32))
>>> key.public.verify(key.sign(b"said"), b"said")
>>> key.key_id[:16]
'339e2ff917630507'
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import Malformed, Refused, Unverified

if TYPE_CHECKING:  # imported where files are opened: 4 ms that checking need not wait for
    from pathlib import Path

#: A passphrase, or a way to ask for it that is used only if the file is locked.
Passphrase = bytes | Callable[[], bytes] | None

#: bcrypt rounds: the least we write, and the most we wait for when reading a foreign file.
MIN_ROUNDS = 100
MAX_ROUNDS = 10_000

_SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_SIGN_BIT = 1 << 255

#: The y of the eight points whose order divides 8: order 4, 1, 2, and the two y of order 8.
_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _P - 1,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
            "little",
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
            "little",
        ),
    }
)


class PublicKey:
    """A checked Ed25519 public key; equal, hashed and pickled by its 32 bytes.

    Raises Malformed at construction for anything but the canonical encoding of a point of the
    curve whose order is not small.
    """

    __slots__ = ("_verify", "key_id", "raw")

    def __init__(self, raw: bytes) -> None:
        _check_point(raw)
        self.raw = raw
        self.key_id = hashlib.sha256(_SPKI_PREFIX + raw).hexdigest()
        self._verify = Ed25519PublicKey.from_public_bytes(raw).verify

    def verify(self, signature: bytes, message: bytes) -> None:
        """Returns if ``signature`` is this key's over ``message``; raises Unverified if not."""
        try:
            self._verify(signature, message)
        except InvalidSignature:
            raise Unverified(
                f"signature of key {self.key_id[:16]} does not match the bytes it should cover"
            ) from None

    def hex(self) -> str:
        """The 32 bytes of the key as 64 lower-case hex digits."""
        return self.raw.hex()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"PublicKey({self.hex()})"

    def __reduce__(self) -> tuple[Callable[[bytes], PublicKey], tuple[bytes]]:
        """Lets worker processes be handed keys: the C object inside is made again there."""
        return _cached, (self.raw,)


def public_key(raw_or_hex: bytes | str) -> PublicKey:
    """The public key of 32 raw bytes or 64 lower-case hex digits; checked once, then cached.

    Raises Malformed as ``PublicKey`` does.
    """
    if isinstance(raw_or_hex, bytes):
        return _cached(raw_or_hex)
    try:
        raw = bytes.fromhex(raw_or_hex)
    except ValueError:
        raw = b""
    if raw.hex() != raw_or_hex:
        raise Malformed("public key: expected 64 lower-case hex digits")
    return _cached(raw)


@lru_cache(maxsize=65_536)
def _cached(raw: bytes) -> PublicKey:
    return PublicKey(raw)


class SigningKey:
    """A private Ed25519 key. It shows its key id and nothing else, and is never pickled."""

    __slots__ = ("_private", "public")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = PublicKey(private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> SigningKey:
        """A fresh key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """The key of a 32-byte RFC 8032 seed, for vectors and tests; Malformed at other lengths."""
        if len(seed) != 32:
            raise Malformed(f"seed: expected 32 bytes, found {len(seed)}")
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def key_id(self) -> str:
        """Hex SHA-256 of the public key's DER SPKI."""
        return self.public.key_id

    def sign(self, message: bytes) -> bytes:
        """The 64-byte deterministic signature over ``message``."""
        return self._private.sign(message)

    def save(self, path: Path | str, passphrase: bytes | None, *, rounds: int = MIN_ROUNDS) -> None:
        """Writes the key to a new file with mode 0600, whole or not at all.

        ``passphrase`` None leaves it unlocked. Raises Refused when the file exists, the passphrase
        is empty or ``rounds`` is outside MIN_ROUNDS–MAX_ROUNDS; StorageFailed if the disk says no.
        """
        from pathlib import Path

        from ledger.keyfile import write_key

        write_key(Path(path), self._private, passphrase, rounds)

    @classmethod
    def load(cls, path: Path | str, passphrase: Passphrase = None) -> SigningKey:
        """The key in an OpenSSH file; ``passphrase`` is used, or asked for, only if it is locked.

        Raises Refused for a missing or wrong passphrase, Malformed for a damaged file or another
        kind of key, StorageFailed when the file cannot be read.
        """
        from pathlib import Path

        from ledger.keyfile import read_key

        return cls(read_key(Path(path), passphrase))

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id[:16]}…)"

    def __reduce__(self) -> tuple[object, ...]:
        raise Refused("a signing key is never pickled: hand over its file instead")


def _check_point(raw: bytes) -> None:
    """Raises Malformed unless ``raw`` is a canonical point of the curve, not of small order."""
    if len(raw) != 32:
        raise Malformed(f"public key: expected 32 bytes, found {len(raw)}")
    y = int.from_bytes(raw, "little") & (_SIGN_BIT - 1)
    if y >= _P:
        raise Malformed("public key: not the canonical encoding of a point (y >= 2^255 - 19)")
    if y in _SMALL_ORDER_Y:
        raise Malformed("public key: a point of small order, for which anybody can sign anything")
    # x^2 = (y^2 - 1) / (d y^2 + 1) has a root iff the product of the two is a square (Euler).
    y2 = y * y % _P
    if pow((y2 - 1) * (_D * y2 + 1) % _P, (_P - 1) // 2, _P) != 1:
        raise Malformed("public key: not a point of the curve")
