"""Data keys: what makes stored personal values readable, and their loss unreadable.

Promise: each subject (a ``person:`` id, or the origin for text about nobody) has one random
256-bit key, kept outside the ledger's database and its backups. Values are encrypted with it, and
whoever destroys it has erased them from every copy of the database, once the vault's own backups
have expired too (30 days).

    blob = 0x01 ‖ 12 random bytes ‖ AES-256-GCM(key, nonce, value, aad)       (NIST SP 800-38D)

The first byte is the version of this layout. ``aad`` binds a blob to its place: the ledger passes
its origin and the digest of the disclosure, so a blob moved to another row does not decrypt.

Erasing *some* values of a subject takes a new key for those that stay, because old backups of the
database still hold the others under the old one. That survives a crash at any point:

    old, new = vault.replace(subject)     both keys are kept, new ones are made once
    … decrypt with old, encrypt with new, commit the ledger's database …
    vault.settle(subject)                 the old key is destroyed

``unsettled()`` lists subjects between the first and the last line; doing it again is harmless.

The file is SQLite with ``secure_delete`` and a rollback journal, never WAL, so that a destroyed
key is overwritten and not left in a log. What a file system or a disk keeps of old blocks is
beyond any program: put the file on an encrypted disk.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.encoding import Random, is_id, is_origin
from ledger.errors import Malformed, Refused, StorageFailed, Unverified

_VERSION = b"\x01"
_NONCE = 12
_TAG = 16
_KEY = 32
_APPLICATION_ID = 0x74616C76  # "talv"


def encrypt(key: bytes, plaintext: bytes, aad: bytes, rng: Random = os.urandom) -> bytes:
    """``plaintext`` under a 32-byte data key, bound to ``aad``; 29 bytes longer than it was."""
    nonce = rng(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def decrypt(key: bytes, blob: bytes, aad: bytes) -> bytes:
    """The plaintext of ``blob``.

    Raises Malformed when it is too short or of another version, Unverified when key, ``aad`` or
    any byte is not what it was encrypted with.
    """
    if len(blob) < 1 + _NONCE + _TAG or blob[:1] != _VERSION:
        raise Malformed("encrypted value: not of version 1, or cut short")
    try:
        return AESGCM(key).decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], aad)
    except InvalidTag:
        raise Unverified(
            "encrypted value: does not decrypt with this key at this place",
            hint="the statement still verifies; restore the value or its key from one backup date",
        ) from None


class Vault(Protocol):
    """Where data keys live. Safe to share between threads."""

    def key_for(self, subject: str, create: bool = False) -> bytes | None:
        """The subject's 32-byte key; None when there is none and ``create`` is false."""

    def keys_for(self, subjects: Iterable[str], create: bool = False) -> dict[str, bytes | None]:
        """As ``key_for`` for each; the new keys are made durable together, or none is made."""

    def replace(self, subject: str) -> tuple[bytes, bytes]:
        """The keys (old, new); new values use the new one, the old stays until ``settle``.

        Called again before ``settle`` it gives the same two. Raises Refused without a key.
        """

    def settle(self, subject: str) -> None:
        """Destroys the old key of a replacement; does nothing when there is none."""

    def retiring_key(self, subject: str) -> bytes | None:
        """The old key of a replacement under way, else None."""

    def unsettled(self) -> list[str]:
        """The subjects whose replacement has begun and not been settled, sorted."""

    def destroy(self, subject: str) -> None:
        """Destroys every key of the subject; does nothing when there is none."""


class MemoryVault:
    """A vault that forgets everything at exit: for tests, and for looking at foreign ledgers."""

    def __init__(self, rng: Random = os.urandom) -> None:
        self._rng = rng
        self._lock = threading.Lock()
        self._keys: dict[str, bytes] = {}
        self._retiring: dict[str, bytes] = {}

    def key_for(self, subject: str, create: bool = False) -> bytes | None:
        _check_subject(subject)
        with self._lock:
            if create and subject not in self._keys:
                self._keys[subject] = self._rng(_KEY)
            return self._keys.get(subject)

    def keys_for(self, subjects: Iterable[str], create: bool = False) -> dict[str, bytes | None]:
        asked = _checked(subjects)
        return {subject: self.key_for(subject, create) for subject in asked}

    def replace(self, subject: str) -> tuple[bytes, bytes]:
        with self._lock:
            if subject not in self._keys:
                raise _no_key(subject)
            if subject not in self._retiring:
                self._retiring[subject] = self._keys[subject]
                self._keys[subject] = self._rng(_KEY)
            return self._retiring[subject], self._keys[subject]

    def settle(self, subject: str) -> None:
        with self._lock:
            self._retiring.pop(subject, None)

    def retiring_key(self, subject: str) -> bytes | None:
        with self._lock:
            return self._retiring.get(subject)

    def unsettled(self) -> list[str]:
        with self._lock:
            return sorted(self._retiring)

    def destroy(self, subject: str) -> None:
        with self._lock:
            self._keys.pop(subject, None)
            self._retiring.pop(subject, None)


class FileVault:
    """A vault in one SQLite file with mode 0600; several threads and processes may share it.

    Opening creates the file if it is missing. Raises Refused when others may read it, Malformed
    when it is another kind of file, StorageFailed when the disk says no.
    """

    def __init__(self, path: Path | str, rng: Random = os.urandom) -> None:
        self.path = Path(path)
        self._rng = rng
        self._lock = threading.Lock()
        self._connection = _open(self.path)

    def close(self) -> None:
        """Closes the file; the vault cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> FileVault:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"FileVault({str(self.path)!r})"

    def key_for(self, subject: str, create: bool = False) -> bytes | None:
        """See Vault. A new key is on the disk before it is returned."""
        return self.keys_for((subject,), create)[subject]

    def keys_for(self, subjects: Iterable[str], create: bool = False) -> dict[str, bytes | None]:
        """See Vault. One transaction, and one wait for the disk, for all new keys."""
        asked = _checked(subjects)
        with self._lock, self._errors():
            keys = {subject: self._read(subject)[0] for subject in asked}
            missing = [subject for subject, key in keys.items() if key is None]
            if missing and create:
                with self._writing():
                    self._connection.executemany(
                        "INSERT INTO data_key (subject, key) VALUES (?, ?) ON CONFLICT DO NOTHING",
                        [(subject, self._rng(_KEY)) for subject in missing],
                    )
                    # Read again: another process may have made one of them first.
                    keys |= {subject: self._read(subject)[0] for subject in missing}
            return keys

    def replace(self, subject: str) -> tuple[bytes, bytes]:
        """See Vault."""
        with self._lock, self._errors(), self._writing():
            key, retiring = self._read(subject)
            if key is None:
                raise _no_key(subject)
            if retiring is None:
                retiring, key = key, self._rng(_KEY)
                self._connection.execute(
                    "UPDATE data_key SET key = ?, retiring = ? WHERE subject = ?",
                    (key, retiring, subject),
                )
            return retiring, key

    def settle(self, subject: str) -> None:
        """See Vault."""
        self._write("UPDATE data_key SET retiring = NULL WHERE subject = ?", subject)

    def retiring_key(self, subject: str) -> bytes | None:
        """See Vault."""
        with self._lock, self._errors():
            return self._read(subject)[1]

    def unsettled(self) -> list[str]:
        """See Vault."""
        with self._lock, self._errors():
            rows = self._connection.execute(
                "SELECT subject FROM data_key WHERE retiring IS NOT NULL ORDER BY subject"
            ).fetchall()
        return [subject for (subject,) in rows]

    def destroy(self, subject: str) -> None:
        """See Vault."""
        self._write("DELETE FROM data_key WHERE subject = ?", subject)

    def _write(self, statement: str, subject: str) -> None:
        with self._lock, self._errors(), self._writing():
            self._connection.execute(statement, (subject,))

    def _read(self, subject: str) -> tuple[bytes | None, bytes | None]:
        row: tuple[bytes, bytes | None] | None = self._connection.execute(
            "SELECT key, retiring FROM data_key WHERE subject = ?", (subject,)
        ).fetchone()
        return row or (None, None)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction that takes the write lock first, so that a read in it stays true."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as why:
            raise StorageFailed(f"vault {self.path}: {why}") from why


def _open(path: Path) -> sqlite3.Connection:
    _claim(path)
    try:
        connection = sqlite3.connect(
            path, timeout=30, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as why:
        raise StorageFailed(f"vault {path}: {why}") from why
    try:
        _prepare(connection, path)
    except sqlite3.OperationalError as why:
        connection.close()
        raise StorageFailed(f"vault {path}: {why}") from why
    except sqlite3.DatabaseError as why:
        connection.close()
        raise Malformed(f"vault {path}: not a vault file ({why})") from None
    except Malformed:
        connection.close()
        raise
    return connection


def _claim(path: Path) -> None:
    """Makes the file with mode 0600 before SQLite sees it; its journal inherits that mode."""
    try:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as why:
        raise StorageFailed(f"vault {path}: could not be opened ({why.strerror})") from why
    if os.name == "posix" and mode & 0o077:
        raise Refused(
            f"vault {path}: mode {mode:o} lets others read the data keys, expected 600",
            hint=f"chmod 600 {path}",
        )


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA journal_mode=DELETE")
    # EXTRA also syncs the directory after the journal is gone: a destroyed key stays destroyed
    # when the power fails in the next second.
    connection.execute("PRAGMA synchronous=EXTRA")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("BEGIN IMMEDIATE")
    (known,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables == 0:
        connection.execute(f"PRAGMA application_id={_APPLICATION_ID}")
        connection.execute(
            "CREATE TABLE data_key ("
            " subject TEXT PRIMARY KEY NOT NULL,"
            " key BLOB NOT NULL CHECK (length(key) = 32),"
            " retiring BLOB CHECK (length(retiring) = 32)"
            ") WITHOUT ROWID"
        )
    elif known != _APPLICATION_ID:
        raise Malformed(f"vault {path}: a database of something else")
    connection.execute("COMMIT")


def _checked(subjects: Iterable[str]) -> list[str]:
    """Each subject once; raises Malformed before anything is made when one is no subject."""
    asked = list(dict.fromkeys(subjects))
    for subject in asked:
        _check_subject(subject)
    return asked


def _check_subject(subject: str) -> None:
    if not is_id(subject) and not is_origin(subject):
        raise Malformed(f"vault: {subject[:40]!r} is neither an id nor an origin")


def _no_key(subject: str) -> Refused:
    return Refused(f"vault: {subject} has no data key, so nothing can be read or encrypted again")
