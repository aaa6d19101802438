"""Files that are there whole or not at all, and locks between processes.

``write_file`` puts the bytes under a name of its own beside the target, makes them durable, and
then moves them over the target in one step: a reader sees the old file or the new one, and after
a power cut one of the two is there. ``set_aside`` does so for many files at once, so that whatever
can fail has failed before the first of them is seen. Source: POSIX rename(2) and fsync(2).
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from ledger.errors import StorageFailed

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

_HINT = "see that the folder can be written to and the disk is not full"


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
            hint=_HINT,
        ) from error


class Aside:
    """Files written beside a folder's own, which take their places there when all are whole."""

    def __init__(self, folder: Path, inside: Path) -> None:
        self.folder = folder
        self.names: list[str] = []
        self._inside = inside

    def write(self, name: str, pieces: Iterable[str]) -> None:
        """Write one file, as UTF-8, for its owner alone; it is on the disk when this returns.

        Raises StorageFailed, also where a folder is in the way of the name.
        """
        with _said_of(self.folder / name):
            if (self.folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            descriptor = os.open(self._inside / name, flags, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(descriptor)
        self.names.append(name)

    def put_in_place(self) -> list[Path]:
        """Move every file to its place; gives their paths, in the order of writing.

        Who asks the process to end waits until the last is there. Raises StorageFailed naming
        those that are not; the others are.
        """
        failed: dict[str, OSError] = {}
        with _unstopped():
            for name in self.names:
                try:
                    (self._inside / name).replace(self.folder / name)
                except OSError as error:
                    failed[name] = error
            with contextlib.suppress(OSError):  # the names are there; a power cut may take them
                sync_folder(self.folder)
        if failed:
            why = next(iter(failed.values()))
            raise StorageFailed(
                f"{len(failed)} of {len(self.names)} files could not be put into {self.folder} "
                f"({why.strerror or why}): {', '.join(failed)}",
                hint=_HINT,
            ) from why
        return [self.folder / name for name in self.names]


@contextlib.contextmanager
def set_aside(folder: Path) -> Iterator[Aside]:
    """Files for ``folder``, which is made where it is missing; only those put in place stay.

    They lie in a hidden folder inside it, so on the same disk, which is gone when the block ends,
    however it ends; so is ``folder``, and those above it, if it was made here and holds nothing.
    Raises StorageFailed.
    """
    made: list[Path] = []
    try:
        with _said_of(folder):
            made += [one for one in (folder, *folder.parents) if not one.exists()]
            folder.mkdir(parents=True, exist_ok=True)
            inside = folder / f".{os.urandom(8).hex()}.tmp"
            inside.mkdir(mode=0o700)
        try:
            with _tidily():
                yield Aside(folder, inside)
        finally:
            shutil.rmtree(inside, ignore_errors=True)
    finally:
        for one in made:
            with contextlib.suppress(OSError):
                one.rmdir()


@contextlib.contextmanager
def _said_of(path: Path) -> Iterator[None]:
    """Say what failed in the block of ``path``, which is what the user named."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"{path} could not be written: {error.strerror or error}", hint=_HINT
        ) from error


#: How a process is asked to end: Ctrl-C, a polite kill, and a terminal that is closed.
_ASKING = tuple(one for one in signal.Signals if one.name in ("SIGINT", "SIGTERM", "SIGHUP"))


@contextlib.contextmanager
def _handled(
    numbers: Iterable[int], handler: Callable[[int, FrameType | None], None]
) -> Iterator[None]:
    """Handle signals so in the block; in another thread than the main one they do not reach us."""
    here = threading.current_thread() is threading.main_thread()
    before = {one: signal.signal(one, handler) for one in numbers if here}
    try:
        yield
    finally:
        for one, had in before.items():
            signal.signal(one, signal.SIG_DFL if had is None else had)


def _tidily() -> contextlib.AbstractContextManager[None]:
    """End as Ctrl-C does, by way of all that tidies up, where a signal would end us at once."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    return _handled([one for one in _ASKING if signal.getsignal(one) is signal.SIG_DFL], end)


@contextlib.contextmanager
def _unstopped() -> Iterator[None]:
    """Keep whoever asks us to end waiting until the block has ended."""
    asked: list[int] = []
    with _handled(_ASKING, lambda number, _frame: asked.append(number)):
        yield
    if asked:
        signal.raise_signal(asked[0])


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
