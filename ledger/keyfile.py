"""Private keys on disk: OpenSSH's own format, so that ``ssh-keygen`` can read and re-lock them.

Promise: a file appears whole, readable by its owner alone, and is never overwritten; a locked
file costs at least 100 rounds of bcrypt a guess. Layout of the part read here (PROTOCOL.key of
OpenSSH): ``"openssh-key-v1" NUL``, then strings (uint32 length, bytes) cipher, kdf, kdf options,
a uint32 of keys (1) and the public key; bcrypt's options are a string salt and a uint32 of rounds.
The rounds are read before the passphrase is used, so that a file from elsewhere cannot keep the
reader busy for days.
"""

from __future__ import annotations

import binascii
import contextlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import Malformed, Refused, StorageFailed
from ledger.files import sync_folder
from ledger.keys import MAX_ROUNDS, MIN_ROUNDS, Passphrase

_MAX_FILE = 16_384
_ARMOUR = re.compile(
    rb"\s*-----BEGIN OPENSSH PRIVATE KEY-----\s+"
    rb"([A-Za-z0-9+/=\s]+)"
    rb"-----END OPENSSH PRIVATE KEY-----"
)
_MAGIC = b"openssh-key-v1\0"


def write_key(path: Path, key: Ed25519PrivateKey, passphrase: bytes | None, rounds: int) -> None:
    """Writes ``key`` to the new file ``path``; see ``SigningKey.save`` for what it raises."""
    if not MIN_ROUNDS <= rounds <= MAX_ROUNDS:
        raise Refused(f"key file: {rounds} bcrypt rounds, expected {MIN_ROUNDS}–{MAX_ROUNDS}")
    if passphrase == b"":
        raise Refused("key file: the passphrase is empty", hint="give none to leave it unlocked")
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        builder = serialization.PrivateFormat.OpenSSH.encryption_builder()
        lock = builder.kdf_rounds(rounds).build(passphrase)
    create_file(
        path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, lock),
    )


def read_key(path: Path, passphrase: Passphrase) -> Ed25519PrivateKey:
    """The private key in ``path``; see ``SigningKey.load`` for what it raises."""
    data = _read_bounded(path)
    header = _header(data, path)
    secret = None
    if header.locked:
        secret = passphrase() if callable(passphrase) else passphrase
        if not secret:
            raise Refused(f"key file {path}: locked with a passphrase, and none was given")
    key = _unlock(data, secret, path)
    # The library does not compare the two halves: without this, one wrong character in the
    # private half would quietly be another key.
    if not header.public.endswith(key.public_key().public_bytes_raw()):
        raise Malformed(f"key file {path}: damaged, its private and public key differ")
    return key


def create_file(path: Path, data: bytes) -> None:
    """Writes ``data`` to the new file ``path``, mode 0600, durably and all at once.

    The bytes go to a temporary name first and get theirs by ``link``, which fails where a file
    exists. Raises Refused when it does, StorageFailed when the disk says no.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            os.link(temporary, path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
        sync_folder(path.parent)
    except FileExistsError:
        raise Refused(
            f"{path} exists and is never overwritten", hint="choose another name or move it away"
        ) from None
    except OSError as why:
        raise StorageFailed(f"{path}: could not be written ({why.strerror})") from why


def _read_bounded(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_FILE + 1)
    except OSError as why:
        raise StorageFailed(f"key file {path}: could not be read ({why.strerror})") from why
    if len(data) > _MAX_FILE:
        raise Malformed(f"key file {path}: larger than {_MAX_FILE} bytes, so not one Ed25519 key")
    return data


@dataclass(frozen=True, slots=True)
class _Header:
    """What a key file says in clear: whether it is locked, and its public key as an SSH string."""

    locked: bool
    public: bytes


def _header(data: bytes, path: Path) -> _Header:
    """The clear part of the file; Malformed if it, or its rounds, make no sense."""
    try:
        cipher, kdf, options, public = _fields(data)
        salt, rounds = _take(options) if options else (b"", b"")
    except ValueError as why:
        raise Malformed(f"key file {path}: damaged or of another format ({why})") from None
    if cipher == kdf == b"none":
        return _Header(False, public)
    if kdf != b"bcrypt" or not salt or len(rounds) != 4:
        raise Malformed(f"key file {path}: locked in a way we do not know")
    if not 0 < int.from_bytes(rounds, "big") <= MAX_ROUNDS:
        raise Malformed(f"key file {path}: asks for more than {MAX_ROUNDS} bcrypt rounds")
    return _Header(True, public)


def _fields(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Cipher, key derivation, its options, public key; ValueError if this is no such file."""
    armour = _ARMOUR.match(data)
    blob = binascii.a2b_base64(armour[1]) if armour else b""
    if not blob.startswith(_MAGIC):
        raise ValueError("no OpenSSH private key")
    cipher, rest = _take(blob[len(_MAGIC) :])
    kdf, rest = _take(rest)
    options, rest = _take(rest)
    if rest[:4] != b"\0\0\0\1":
        raise ValueError("expected one key")
    public, _ = _take(rest[4:])
    return cipher, kdf, options, public


def _take(data: bytes) -> tuple[bytes, bytes]:
    """The first SSH string of ``data`` and what follows it."""
    end = 4 + int.from_bytes(data[:4], "big")
    if len(data) < max(end, 4):
        raise ValueError("cut short")
    return data[4:end], data[end:]


def _unlock(data: bytes, secret: bytes | None, path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_ssh_private_key(data, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm) as why:
        # The library says "broken checksum" when the decrypted check numbers differ: with a wrong
        # passphrase that is the only sign there is.
        if secret is not None and "checksum" in str(why):
            raise Refused(f"key file {path}: wrong passphrase (or a damaged file)") from None
        raise Malformed(f"key file {path}: damaged or of another format") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Malformed(f"key file {path}: holds another kind of key than Ed25519")
    return key
