"""Small exact encodings: one text for each value, and nothing else is read.

A reader that accepts two spellings of one value lets anybody change bytes that were signed for,
hashed or counted without changing what they mean. So every decoder here is the inverse of its
encoder and refuses all other text.

    base64     standard alphabet, padded          (RFC 4648 §4)   anchor roots, DSSE, notes
    base64url  URL alphabet, no padding           (RFC 4648 §5)   nonces, salts, disclosures
    hash       64 digits of lower-case hex        (RFC 4648 §8)   key ids, envelope hashes
    id         kind ":" 26 × [a-z2-7]             (format §1)     128 random bits in base32

>>> b64encode(sha256(b""))
'47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
>>> is_id("person:aebagbafaydqqcikbmga2dqpca", "person")
True
"""

from __future__ import annotations

import binascii
import hashlib
import os
import re
from collections.abc import Callable

from ledger.errors import Malformed

#: A source of ``n`` random bytes. Randomness is an argument wherever it is used.
Random = Callable[[int], bytes]

#: An origin, as a regular expression; see ``is_origin``.
ORIGIN_PATTERN = r"[!#-*,-\[\]-~]{1,255}"

_ID = re.compile(r"([a-z]+(?:-[a-z]+)*):[a-z2-7]{26}")
_KIND = re.compile(r"[a-z]+(?:-[a-z]+)*")
_HEX_HASH = re.compile(r"[0-9a-f]{64}")
_ORIGIN = re.compile(ORIGIN_PATTERN)
_MAX_KIND = 32
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


def sha256(data: bytes) -> bytes:
    """The 32-byte SHA-256 of ``data``."""
    return hashlib.sha256(data).digest()


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of ``data`` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def b64encode(data: bytes) -> str:
    """Standard base64 with padding."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def b64decode(text: str | bytes) -> bytes:
    """The bytes whose base64 is exactly ``text``.

    Raises Malformed for other alphabets, missing padding, white space and stray trailing bits.
    """
    try:
        ascii_text = text.encode("ascii") if isinstance(text, str) else text
        data = binascii.a2b_base64(ascii_text, strict_mode=True)
    except ValueError:
        raise Malformed("base64: not the standard alphabet with padding") from None
    # Strict mode leaves two freedoms: padding after whole groups (on Python before 3.13), and the
    # spare bits of the last character. So count, and encode the last group again.
    spare = len(data) % 3
    if len(ascii_text) != (len(data) + 2) // 3 * 4 or (
        spare and binascii.b2a_base64(data[-spare:], newline=False) != ascii_text[-4:]
    ):
        raise Malformed("base64: not the one canonical text of its bytes")
    return data


def b64url_encode(data: bytes) -> str:
    """URL-safe base64 without padding."""
    text = binascii.b2a_base64(data, newline=False).translate(_TO_URL)
    return text.rstrip(b"=").decode("ascii")


def b64url_decode(text: str) -> bytes:
    """The bytes whose unpadded base64url is exactly ``text``; Malformed for anything else."""
    try:
        padded = text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4)
        data = binascii.a2b_base64(padded)
    except ValueError:
        raise Malformed("base64url: not the URL alphabet without padding") from None
    if b64url_encode(data) != text:
        raise Malformed("base64url: not the one canonical text of its bytes")
    return data


def is_hash(text: object) -> bool:
    """Whether ``text`` is a SHA-256 in our spelling: 64 lower-case hex digits."""
    return isinstance(text, str) and _HEX_HASH.fullmatch(text) is not None


def new_id(kind: str, rng: Random = os.urandom) -> str:
    """A fresh pseudonymous id ``kind:…`` carrying 128 random bits.

    Raises Malformed when ``kind`` is not lower-case words joined by hyphens, 32 characters at most.
    """
    if len(kind) > _MAX_KIND or _KIND.fullmatch(kind) is None:
        raise Malformed(f"id kind {kind[:40]!r}: expected lower-case words joined by hyphens")
    import base64  # here, for checking a bundle makes no ids

    return f"{kind}:{base64.b32encode(rng(16)).decode('ascii')[:26].lower()}"


def is_id(text: object, kind: str | None = None) -> bool:
    """Whether ``text`` has the form of an id, of ``kind`` if given.

    Ids are opaque and compared as text, so the two spare bits of the last character are free.
    """
    if not isinstance(text, str):
        return False
    match = _ID.fullmatch(text)
    if match is None or match.end(1) > _MAX_KIND:
        return False
    return kind is None or match[1] == kind


def is_origin(text: object) -> bool:
    """Whether ``text`` can name a ledger: 1–255 printable ASCII characters.

    The origin is also the name of the log key, which a signed note forbids to contain spaces or
    ``+``; quotes and backslashes are left out so that it reads the same inside JSON.
    """
    return isinstance(text, str) and _ORIGIN.fullmatch(text) is not None


def new_nonce(rng: Random = os.urandom) -> str:
    """128 random bits in base64url: 22 characters that name one attempt to record something."""
    return b64url_encode(rng(16))
