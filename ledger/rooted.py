"""Reading below one folder whose contents somebody else chose.

Promise: no name and no symbolic link leads out of the folder or into a device; a file is read
whole and only up to a limit; nothing is written. Names are opened one by one from the folder down
(openat(2) with O_NOFOLLOW), so a link put there between a look and a read changes nothing.

What is not as it should be (a link, a device, too long) is Malformed; what the medium does not
give is StorageFailed; what is not there is None.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from ledger.errors import Malformed, StorageFailed

#: Folders kept open: the 256 of ``envelopes/`` and some of the tiles.
_OPEN_FOLDERS = 300
#: Names in one folder: more are not listed.
MAX_NAMES = 2_000_000
_CHUNK = 1 << 20
_DIR_FD = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
# O_NONBLOCK: opening a pipe somebody laid there must not wait for its other end.
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class RootedFolder:
    """Read access to what lies below ``root``, by relative POSIX paths."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: OrderedDict[str, int] = OrderedDict()
        if not root.is_dir():
            raise StorageFailed(f"{root} is not a folder that can be read")
        self._top = os.open(root, os.O_RDONLY) if _DIR_FD else -1

    def close(self) -> None:
        """Close the folders kept open; the object is not used afterwards."""
        while self._folders:
            os.close(self._folders.popitem()[1])
        if self._top >= 0:
            os.close(self._top)
            self._top = -1

    def read(self, path: str, limit: int) -> bytes | None:
        """The bytes of a file, None where there is none. Raises Malformed beyond ``limit``."""
        if (opened := self._open(path)) is None:
            return None
        descriptor, size = opened
        try:
            # One byte more than it has is asked for: not to get it shows that the file ends there.
            data = os.read(descriptor, min(size, limit) + 1)
            # One that became longer or shorter meanwhile, or is very long, takes several reads.
            while (
                len(data) != size
                and 0 < len(data) <= limit
                and (more := os.read(descriptor, limit + 1 - len(data)))
            ):
                data += more
        except OSError as error:
            raise self._failed(path, error) from error
        finally:
            os.close(descriptor)
        if len(data) > limit:
            raise Malformed(f"{self.root / path}: longer than the {limit} bytes it can have")
        return data

    def lines(self, path: str, limit: int) -> Iterator[bytes]:
        """The lines of a file without their LF, a few in memory at a time; none if it is absent.

        Raises Malformed for a line beyond ``limit`` bytes and when the last has no LF.
        """
        if (opened := self._open(path)) is None:
            return
        try:
            with os.fdopen(opened[0], "rb", buffering=_CHUNK) as file:
                while line := file.readline(limit + 1):
                    if not line.endswith(b"\n"):
                        raise Malformed(
                            f"{self.root / path}: a line without its end, or beyond {limit} bytes"
                        )
                    yield line[:-1]
        except OSError as error:
            raise self._failed(path, error) from error

    def names(self, folder: str) -> list[str]:
        """The names in a folder, sorted; none if it is absent. Hidden ones are left out.

        Raises Malformed when there are more than ``MAX_NAMES``.
        """
        found = []
        try:
            if (opened := self._folder(folder)) is None:
                return []
            with os.scandir(opened if _DIR_FD else self.root / folder) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        found.append(entry.name)
                    if len(found) > MAX_NAMES:
                        raise Malformed(f"{self.root / folder}: more than {MAX_NAMES} names")
        except OSError as error:
            raise self._failed(folder, error) from error
        return sorted(found)

    def _open(self, path: str) -> tuple[int, int] | None:
        """A descriptor of the plain file at ``path`` and its size; None where there is none."""
        folder, _, name = path.rpartition("/")
        try:
            if (opened := self._folder(folder)) is None:
                return None
            where = name if _DIR_FD else str(self.root / path)
            self._refuse_link(path)
            descriptor = os.open(where, _FILE, dir_fd=opened if _DIR_FD else None)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed(path, error) from error
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            os.close(descriptor)
            raise Malformed(f"{self.root / path}: not a plain file")
        return descriptor, found.st_size

    def _folder(self, path: str) -> int | None:
        """The open folder at ``path`` ("" is the root), None where there is none."""
        if not _DIR_FD or not path:
            return self._top
        if (found := self._folders.get(path)) is not None:
            self._folders.move_to_end(path)
            return found
        parent, _, name = path.rpartition("/")
        if name in ("", ".", ".."):
            raise Malformed(f"{path}: not a path below the folder")
        if (above := self._folder(parent)) is None:
            return None
        try:
            opened = os.open(name, _FOLDER, dir_fd=above)
        except FileNotFoundError:
            return None
        self._folders[path] = opened
        if len(self._folders) > _OPEN_FOLDERS:
            os.close(self._folders.popitem(last=False)[1])
        return opened

    def _refuse_link(self, path: str) -> None:
        """Where files cannot be opened one name at a time, look at each name before."""
        if _DIR_FD:
            return
        at = self.root
        for name in path.split("/"):
            at = at / name
            if name in ("", ".", "..") or at.is_symlink():
                raise Malformed(f"{at}: a symbolic link, which is not followed")

    def _failed(self, path: str, error: OSError) -> Malformed | StorageFailed:
        where = self.root / path
        if error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR):
            return Malformed(f"{where}: a symbolic link or no folder, which is not followed")
        if error.errno in (errno.ENAMETOOLONG, errno.ENXIO, errno.EISDIR):
            return Malformed(f"{where}: not a plain file")
        return StorageFailed(f"{where} could not be read: {error.strerror or error}")
