"""The key files of a ledger directory: which key lies in which file, and how it is opened.

Keys are OpenSSH files (``openssh-key-v1``). Such a file shows its public key even when the
private half is encrypted, so finding the right file needs no passphrase; only signing does.
Layout (OpenSSH PROTOCOL.key): magic, cipher, kdf, kdf options, count 1, public key, private part.

Passphrases never stand on the command line, where every process of the machine can read them:
they come from the terminal, or from the file that TALLY_PASSPHRASE_FILE names.
"""

from __future__ import annotations

import base64
import binascii
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.errors import NoKey
from cli.settings import Settings

if TYPE_CHECKING:
    from ledger.keys import SigningKey

_BEGIN = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_END = b"-----END OPENSSH PRIVATE KEY-----"
_MAGIC = b"openssh-key-v1\0"
_LIMIT = 16_384

#: The two files that ``tally init`` makes for the steward; every other file is a person's.
LOG_KEY = "log"
OPERATOR_KEY = "operator"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One key file: where it lies, the id of its key, whether it has a passphrase."""

    path: Path
    key_id: str
    encrypted: bool

    @property
    def name(self) -> str:
        """The name of the file: how people speak of the key."""
        return self.path.name


def read_key_file(path: Path) -> KeyFile:
    """What a key file shows without its passphrase.

    Raises:
        NoKey: there is no such file, or it is not an OpenSSH Ed25519 key.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LIMIT)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise NoKey(
            f"The key file {path} cannot be read: {why}.",
            "Give another with --key FILE; `tally key list` shows those of this ledger.",
        ) from error
    try:
        raw, encrypted = _public_half(data)
        from ledger.keys import PublicKey

        return KeyFile(path, PublicKey(raw).key_id, encrypted)
    except Exception as error:
        raise NoKey(
            f"{path} is not a key that can be used: expected an OpenSSH Ed25519 private key, "
            f"found {_describe(data)}.",
            "If it was damaged, put it back from a backup, or enrol a new key with "
            "`tally key new`; nothing recorded is lost.",
        ) from error


@dataclass
class KeyRing:
    """The files in ``directory`` and the passphrases given in this run."""

    directory: Path
    settings: Settings
    _typed: list[bytes] = field(default_factory=list)
    _open: dict[str, SigningKey] = field(default_factory=dict)

    def files(self) -> Iterator[KeyFile]:
        """The key files that can be read, by name; damaged ones are left out."""
        if not self.directory.is_dir():
            return
        for path in sorted(self.directory.iterdir()):
            if path.is_file() and not path.name.startswith(".") and path.suffix != ".pub":
                try:
                    yield read_key_file(path)
                except NoKey:
                    continue

    def damaged(self) -> list[Path]:
        """Files among the keys that are no keys, for `doctor`."""
        good = {file.path for file in self.files()}
        if not self.directory.is_dir():
            return []
        return [
            path
            for path in sorted(self.directory.iterdir())
            if path.is_file() and path not in good and path.suffix != ".pub"
        ]

    def file_of(self, key_id: str) -> KeyFile | None:
        """The file that holds the key of this id."""
        return next((file for file in self.files() if file.key_id == key_id), None)

    def open(self, file: KeyFile) -> SigningKey:
        """The private key, asking for the passphrase when it has one.

        Raises:
            NoKey: no passphrase to be had, three wrong ones, or a damaged file.
        """
        if file.key_id not in self._open:
            self._open[file.key_id] = self._load(file)
        return self._open[file.key_id]

    def hold(self, *keys: SigningKey) -> None:
        """Keep keys that were just made, so that nobody is asked for their passphrase again."""
        self._open.update((key.key_id, key) for key in keys)

    def _load(self, file: KeyFile) -> SigningKey:
        from ledger.errors import Malformed, Refused
        from ledger.keys import SigningKey

        for passphrase in self._passphrases(file):
            try:
                key = SigningKey.load(file.path, passphrase)
            except Refused:
                continue
            except Malformed as error:
                raise NoKey(
                    f"The key file {file.path} is damaged: {error.message}.",
                    "Put it back from a backup, or enrol a new key; nothing recorded is lost.",
                ) from error
            if passphrase is not None and passphrase not in self._typed:
                self._typed.append(passphrase)
            return key
        raise NoKey(
            f"The passphrase for {file.path} is wrong.",
            "Try again; if it is lost, another holder of the `keys` authority can revoke this key.",
        )

    def _passphrases(self, file: KeyFile) -> Iterator[bytes | None]:
        """Passphrases to try: none for a plain file, then those known, then up to three asked."""
        if not file.encrypted:
            yield None
            return
        yield from list(self._typed)
        given = passphrase_from_file()
        if given is not None:
            yield given
            return
        if self.settings.no_input:
            raise NoKey(
                f"The key file {file.path} needs its passphrase, and --no-input forbids asking.",
                "Name a file that holds it in TALLY_PASSPHRASE_FILE.",
            )
        for attempt in range(3):
            if attempt:
                click.echo("That passphrase does not open the key.", err=True)
            yield _ask(f"Passphrase for {file.name}", confirm=False)


def passphrase_from_file() -> bytes | None:
    """The passphrase in the file that TALLY_PASSPHRASE_FILE names, its last newline left out."""
    where = os.environ.get("TALLY_PASSPHRASE_FILE")
    if not where:
        return None
    try:
        text = Path(where).read_bytes()
    except OSError as error:
        raise NoKey(
            f"TALLY_PASSPHRASE_FILE names {where}, which cannot be read: "
            f"{(error.strerror or str(error)).lower()}.",
            "Correct the name, or unset TALLY_PASSPHRASE_FILE to be asked at the terminal.",
        ) from error
    passphrase = text.rstrip(b"\r\n")
    if not passphrase:
        raise NoKey(
            f"TALLY_PASSPHRASE_FILE names {where}, which is empty.",
            "Write a passphrase into it, or use --no-passphrase to make keys without one.",
        )
    return passphrase


def new_passphrase(settings: Settings, what: str, *, none: bool) -> bytes | None:
    """The passphrase to protect new keys with; None only when ``none`` was asked for.

    Raises:
        NoKey: none given and nobody may be asked.
    """
    if none:
        return None
    given = passphrase_from_file()
    if given is not None:
        return given
    if settings.no_input or settings.json:
        raise NoKey(
            f"{what} needs a passphrase, and nobody can be asked.",
            "Name a file that holds it in TALLY_PASSPHRASE_FILE, or say --no-passphrase.",
        )
    return _ask(f"A passphrase for {what}", confirm=True)


def _ask(question: str, *, confirm: bool) -> bytes:
    """Ask at the terminal. Raises NoKey where there is none: nothing may show a passphrase."""
    import getpass
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            while True:
                text: str = click.prompt(
                    question, hide_input=True, confirmation_prompt=confirm, err=True
                )
                if text:
                    return text.encode()
        except getpass.GetPassWarning as error:
            raise NoKey(
                f"{question} is needed, and there is no terminal to ask at.",
                "Name a file that holds it in TALLY_PASSPHRASE_FILE"
                + (", or say --no-passphrase." if confirm else "."),
            ) from error


def _public_half(data: bytes) -> tuple[bytes, bool]:
    """The 32 bytes of the public key and whether the private half is encrypted."""
    body = data.partition(_BEGIN)[2].partition(_END)[0]
    try:
        blob = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not body or not blob.startswith(_MAGIC):
        raise ValueError("not an OpenSSH key")
    rest = blob[len(_MAGIC) :]
    _, rest = _string(rest)
    kdf, rest = _string(rest)
    _, rest = _string(rest)
    (count,) = struct.unpack(">I", rest[:4])
    public, _ = _string(rest[4:])
    kind, after = _string(public)
    raw, end = _string(after)
    if count != 1 or kind != b"ssh-ed25519" or end or len(raw) != 32:
        raise ValueError("not one Ed25519 key")
    return raw, kdf != b"none"


def _string(data: bytes) -> tuple[bytes, bytes]:
    (length,) = struct.unpack(">I", data[:4])
    if length > len(data) - 4:
        raise ValueError("cut off")
    return data[4 : 4 + length], data[4 + length :]


def _describe(data: bytes) -> str:
    if not data:
        return "an empty file"
    if _BEGIN not in data:
        return "something else"
    return "one that is cut off or altered" if _END not in data else "one that does not parse"
