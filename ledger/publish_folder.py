"""Writing a published directory so that no crash leaves one that lies.

    1  ``.publishing`` appears
    2  new files, which nothing refers to yet: written plainly, then made durable together
    3  what a newer size replaces: each file in one step, ``checkpoint`` after all it vouches for
    4  ``.publishing`` goes

An error in 2 takes back what was written, and the old directory stands. A crash leaves the mark:
our own reader then says «not finished» and never «altered», and publishing again finishes it. A
reader that knows no mark finds every file of the old size until ``checkpoint`` is replaced, and
every file of the new size from then on.

``.publisher`` says whose directory it is, ``.lock`` is held by one publisher at a time; readers
pass hidden names over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ledger.checkpoint import parse_checkpoint
from ledger.directory import CLASSES, PUBLISHING, Directory, DirectoryClass
from ledger.errors import LedgerError, Malformed, Refused, StorageFailed
from ledger.files import read_file, replacing, sync_folder, write_file

_PUBLISHER: Final = ".publisher"
_OURS: Final = frozenset({".lock", _PUBLISHER})
#: Up to so many new files each is made durable by itself; beyond, the whole system is.
_EACH: Final = 64
#: Names of new files kept to be taken back; a publication of more is taken up again instead.
_TAKEN_BACK: Final = 100_000
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)


class PublishedFolder:
    """The directory of one ledger and one class, while its publisher holds its lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._new: list[str] = []
        self._added = 0
        self._made: set[Path] = set()

    def claim(self, origin: str, cls: DirectoryClass) -> None:
        """Take an empty folder for this ledger and class; raises as ``check_owner`` does."""
        self.check_owner(origin, cls)
        write_file(self.path / _PUBLISHER, f"{origin}\n{cls}\n".encode())

    def check_owner(self, origin: str, cls: DirectoryClass) -> None:
        """See that the folder is ours or empty, and write nothing.

        Raises Refused when it belongs to another ledger or class, or is no published directory.
        """
        found = read_file(self.path / _PUBLISHER, 4096) or self._belongs_to()
        if found is not None and found != f"{origin}\n{cls}\n".encode():
            owner, _, other = found.decode("utf-8", "replace").rstrip().partition("\n")
            raise Refused(
                f"{self.path} is the {other} directory of {owner}; expected the {cls} directory "
                f"of {origin}; nothing was written",
                hint="publish into another folder",
            )

    def _belongs_to(self) -> bytes | None:
        """Whose directory it is when it came here without its hidden files."""
        if not self.path.exists():
            return None
        if not {entry.name for entry in self.path.iterdir()} - _OURS:
            return None
        try:
            with Directory(self.path) as directory:
                note = directory.checkpoint()
                origin = parse_checkpoint(note).origin if note is not None else ""
                return f"{origin}\n{directory.shown_as}\n".encode()
        except Malformed as error:
            raise Refused(
                f"{self.path} is not empty and not a published directory; nothing was written",
                hint="publish into a new folder",
            ) from error

    def published_checkpoint(self) -> bytes | None:
        """The checkpoint of the last publication that was finished, or nothing."""
        return read_file(self.path / "checkpoint", 1 << 20)

    def add(self, name: str, data: bytes) -> None:
        """Write a file that nothing refers to yet; it is durable after ``settle``."""
        path = self.path / name
        try:
            if path.parent not in self._made:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._made.update(f for f in path.parents if f.is_relative_to(self.path))
            descriptor = os.open(path, _NEW_FILE, 0o644)
            try:
                if os.write(descriptor, data) != len(data):
                    raise OSError("written only in part")
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _failed(path, error) from error
        finally:
            self._added += 1
            if self._added <= _TAKEN_BACK:
                self._new.append(name)

    def settle(self) -> None:
        """Make every file added so far durable, with its name."""
        try:
            if self._added > _EACH and hasattr(os, "sync"):
                os.sync()
            else:
                for name in self._new:
                    _sync(self.path / name)
                for folder in sorted(self._made):
                    sync_folder(folder)
        except OSError as error:
            raise _failed(self.path, error) from error
        self._new, self._added = [], 0

    def take_back(self, *, keep_mark: bool) -> None:
        """Remove the files added since the beginning; the directory is the old one again.

        It stays unfinished with ``keep_mark``, and after a very large publication.
        """
        for name in self._new:
            self.remove(name)
        if not keep_mark and self._added <= _TAKEN_BACK:
            self.finish()

    def unfinished(self) -> bool:
        """Whether the publication before this one was cut short while it replaced files."""
        return (self.path / PUBLISHING).exists()

    def begin(self) -> None:
        """From now on the directory is between two states."""
        write_file(self.path / PUBLISHING, b"run the publication again to finish it\n")

    def finish(self) -> None:
        """The directory is whole again."""
        self.remove(PUBLISHING)
        sync_folder(self.path)

    def put(self, name: str, data: bytes) -> None:
        """Replace a file in one step, unless it has these bytes already; durable."""
        path = self.path / name
        if read_file(path, max(len(data), 1 << 20)) != data:
            write_file(path, data)

    def put_parts(self, name: str, parts: Iterable[bytes]) -> int:
        """Replace a file in one step by these parts, streamed; gives their number."""
        number = 0
        with replacing(self.path / name) as file:
            for part in parts:
                file.write(part)
                number += 1
        return number

    def remove(self, name: str) -> None:
        """Remove a file; none there is no error. Raises StorageFailed."""
        try:
            (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise _failed(self.path / name, error) from error

    def names(self, folder: str) -> list[str]:
        """The names in a folder below it, hidden ones left out."""
        found = self.path / folder
        if not found.is_dir():
            return []
        return sorted(entry.name for entry in found.iterdir() if not entry.name.startswith("."))

    def keep_only(self, folder: str, names: Callable[[str], bool]) -> list[str]:
        """Remove from a folder what ``names`` does not accept; gives what was removed."""
        gone = [name for name in self.names(folder) if not names(name)]
        for name in gone:
            self.remove(f"{folder}/{name}")
        return gone


def check_class(cls: str) -> DirectoryClass:
    """``cls`` itself if it is one of the two classes; raises Refused otherwise."""
    for known in CLASSES:
        if cls == known:
            return known
    raise Refused(f"there is no class {cls!r}: a directory is public or auditor")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(path: Path, error: OSError) -> LedgerError:
    return StorageFailed(
        f"{path} could not be written: {error.strerror or error}; the directory holds what was "
        "published before",
        hint="see that the folder can be written to and the disk is not full, then publish again",
    )
