"""Checkpoints: what a log says its size and root are, signed; and the mark it may not fall behind.

    ORIGIN
    SIZE                  decimal
    base64 root           32 bytes
    (extension lines)     read and kept, never written by us

as the text of a signed note (``ledger.note``) under the log's key, whose name is the origin.
Source: C2SP tlog-checkpoint v1.0.0. ``parse_checkpoint`` believes nothing; ``ledger.policy``
says whether anybody trusted has signed.

``HighWaterMark`` is a small file outside the database: a database put back from an old backup is
behind it, and must not sign a second past.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ledger.encoding import b64decode, b64encode
from ledger.errors import Malformed, StorageFailed
from ledger.files import read_file, write_file
from ledger.keys import SigningKey
from ledger.note import Note, add_signature, parse_note, sign_note
from ledger.tree import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from ledger.tuples import NamedTuple

if TYPE_CHECKING:  # a bundle is checked without pathlib, which takes 4 ms to import
    from pathlib import Path

__all__ = [
    "Checkpoint",
    "HighWaterMark",
    "add_signature",
    "parse_checkpoint",
    "parse_checkpoint_text",
    "parse_size",
    "sign_checkpoint",
]

_MARK = "tallystick/high-water/v1"
_DIGITS = frozenset("0123456789")


class Checkpoint(NamedTuple):
    """The size (entries) and root (32 bytes) of the log named ``origin``."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def body(self) -> bytes:
        """The text that is signed, ending in LF. Raises Malformed for what no log can be."""
        if not self.origin or "\n" in self.origin or not 0 <= self.size <= MAX_SIZE:
            raise Malformed(f"checkpoint of {self.origin!r} at size {self.size}: no such log")
        if len(self.root) != HASH_SIZE or (self.size == 0 and self.root != EMPTY_ROOT):
            raise Malformed(f"checkpoint at size {self.size}: not the root of such a tree")
        lines = (self.origin, str(self.size), b64encode(self.root), *self.extensions)
        return ("\n".join(lines) + "\n").encode()


def parse_checkpoint(note: bytes) -> Checkpoint:
    """What a signed note claims of a log; no signature is checked. Raises Malformed."""
    return parse_checkpoint_text(parse_note(note))


def parse_checkpoint_text(note: Note) -> Checkpoint:
    """The checkpoint in the text of a note already taken apart. Raises Malformed."""
    lines = note.text.decode().removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise Malformed("checkpoint: expected origin, size and root on lines that are not empty")
    size, root = parse_size(lines[1], "checkpoint"), b64decode(lines[2])
    if len(root) != HASH_SIZE:
        raise Malformed(f"checkpoint at size {size}: a root of {len(root)} bytes, expected 32")
    if size == 0 and root != EMPTY_ROOT:
        raise Malformed("checkpoint at size 0: not the root of the empty tree")
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))


def parse_size(text: str, what: str) -> int:
    """A decimal number without leading zeros, 0 to 2^63-1. Raises Malformed."""
    if not 1 <= len(text) <= 19 or not _DIGITS.issuperset(text) or (text[0] == "0" and text != "0"):
        raise Malformed(f"{what}: {text[:24]!r} is not a size")
    if (size := int(text)) > MAX_SIZE:
        raise Malformed(f"{what}: size {size} is larger than any log")
    return size


def sign_checkpoint(checkpoint: Checkpoint, origin: str, log_key: SigningKey) -> bytes:
    """The signed note of ``checkpoint`` under the log's key, whose name is ``origin``.

    Raises Malformed when ``origin`` is not the checkpoint's. Whoever calls holds the head lock
    and has raised the high-water mark: two roots signed at one size are a split view for ever.
    """
    if origin != checkpoint.origin:
        raise Malformed(f"checkpoint of {checkpoint.origin}: signed as another log, {origin}")
    return sign_note(checkpoint.body(), origin, log_key)


class HighWaterMark:
    """The largest size and its root that were ever vouched for, in a file of its own.

    The file is three lines: its format name, the size, the root in base64. Writers hold the
    store's head lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[int, bytes] | None:
        """The size and root of the mark, or None when none was set.

        Raises StorageFailed when the file is damaged: it then protects from nothing.
        """
        if (data := read_file(self.path, 4096)) is None:
            return None
        try:
            return _parse_mark(data)
        except Malformed as error:
            raise StorageFailed(
                f"high-water mark {self.path}: not in the form it was written in",
                hint="compare the ledger with a published checkpoint before you replace the file",
            ) from error

    def guard(self, size: int, root: bytes, root_at: Callable[[int], bytes] | None = None) -> None:
        """See that a store of ``size`` and ``root`` is not behind the mark or beside it.

        ``root_at`` gives the store's own root at a smaller size, so that a store which grew
        past the mark on another past is found too. Raises StorageFailed.
        """
        if (mark := self.read()) is None:
            return
        marked_size, marked_root = mark
        if size < marked_size:
            raise StorageFailed(
                f"the store has {size} entries, but {marked_size} were already vouched for",
                hint="it was put back from an older backup: restore a newer one; nothing is lost "
                "from the published record",
            )
        if size > marked_size:
            if root_at is None:
                return
            root = root_at(marked_size)
        if root != marked_root:
            raise StorageFailed(
                f"the store's root at size {marked_size} is {b64encode(root)}, but "
                f"{b64encode(marked_root)} was already vouched for",
                hint="this is another past: find out which copy was altered before you go on",
            )

    def raise_to(self, size: int, root: bytes) -> None:
        """Move the mark up to ``size`` and ``root``; durable when this returns.

        A mark already higher stays. Raises StorageFailed when it holds another root at ``size``.
        """
        mark = self.read()
        if mark is not None and mark[0] >= size:
            if mark[0] == size:
                self.guard(size, root)
            return
        write_file(self.path, f"{_MARK}\n{size}\n{b64encode(root)}\n".encode())


def _parse_mark(data: bytes) -> tuple[int, bytes]:
    lines = data.split(b"\n")
    if len(lines) != 4 or lines[0] != _MARK.encode() or lines[3] or not lines[1].isascii():
        raise Malformed("high-water mark: expected its name, a size and a root")
    root = b64decode(lines[2])
    if len(root) != HASH_SIZE:
        raise Malformed(f"high-water mark: a root of {len(root)} bytes, expected 32")
    return parse_size(lines[1].decode(), "high-water mark"), root
