"""Files that are there whole or not at all, and locks between processes.

``write_file`` puts the bytes under a name of its own beside the target, makes them durable, and
then moves them over the target in one step: a reader sees the old file or the new one, and after
a power cut one of the two is there. Source: POSIX rename(2) and fsync(2).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from ledger.errors import StorageFailed

if TYPE_CHECKING:
    from pathlib import Path


def write_file(path: Path, data: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Put ``data`` at ``path`` atomically, making its folder where it is missing.

    With ``durable`` it has reached the disk when this returns. Raises StorageFailed.
    """
    with replacing(path, mode=mode, durable=durable) as file:
        file.write(data)


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = 0o644, durable: bool = True) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of ``path`` when the block ends without error.

    Until then, and after an error, what was at ``path`` stays. Raises StorageFailed.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                if durable:
                    os.fsync(descriptor)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        if durable:
            sync_folder(path.parent)
    except OSError as error:
        raise StorageFailed(
            f"{path} could not be written: {error.strerror or error}",
            hint="see that the folder can be written to and the disk is not full",
        ) from error


def read_file(path: Path, limit: int) -> bytes | None:
    """The bytes of one of our own files, or None where there is none.

    Raises StorageFailed when it cannot be read or is larger than ``limit`` bytes.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageFailed(f"{path} could not be read: {error.strerror or error}") from error
    if len(data) > limit:
        raise StorageFailed(f"{path} is larger than the {limit} bytes such a file can have")
    return data


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable (a rename is not until its folder is)."""
    if sys.platform == "win32":  # pragma: no cover - folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock named by the file ``path`` while the block runs; others wait.

    The file stays: removing it would let two processes lock two different files of one name.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageFailed(f"{path} could not be locked: {error.strerror or error}") from error
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":  # pragma: no cover - another system's way to the same lock
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
