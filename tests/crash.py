"""Killing writers at random moments, and what must hold afterwards.

``kill_at_a_random_moment`` lets four writers and a reader run on one ledger and kills the writers
with SIGKILL. ``check_acknowledged`` then asks: no gap, the root of the head is the root of the
entries, and every receipt that a writer got names the entry that is there.

A killed process loses nothing that it has handed to the operating system; a machine that loses
power does. ``ForgetfulDisk`` stands for such a machine: a shim between the process and the C
library notes the old bytes at each write to a database file and forgets the notes when the file is
synced. ``lose_power`` puts the old bytes back: what was written and never synced is gone.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from ledger.store import Store
from ledger.tree import root_of

HERE = Path(__file__).parent
WRITERS = 4
_RECORD = struct.Struct("=qqq")


def kill_at_a_random_moment(
    url: str,
    origin: str,
    folder: Path,
    chance: random.Random,
    *,
    writers: int = WRITERS,
    synchronous: str = "",
    environment: Mapping[str, str] | None = None,
) -> int:
    """Let writers and a reader run and kill the writers; gives how many statements were new."""
    before = _acknowledged_count(folder)
    env = {**os.environ, "PYTHONPATH": str(HERE.parent), **(environment or {})}
    names = [f"{chance.getrandbits(128):032x}" for _ in range(writers)]
    running = [
        _start(env, "crash_writer.py", url, origin, name, str(folder / f"{name}.ack"), synchronous)
        for name in names
    ]
    reader = _start(env, "crash_reader.py", url, origin)
    try:
        _wait_for_all(folder, names, running)
        time.sleep(chance.uniform(0.02, 0.25))
        for process in chance.sample(running, len(running)):
            assert process.poll() is None, "a writer stopped by itself"
            process.kill()
        assert reader.poll() is None, "the reader found something wrong"
    finally:
        for process in (*running, reader):
            process.kill()
            process.wait()
    return _acknowledged_count(folder) - before


def check_acknowledged(store: Store, folder: Path) -> None:
    """No gap, the right root, and every acknowledged statement in its place.

    Up to the head as it is first seen: a server may still commit for a writer that was killed.
    """
    head = store.head()
    entries = list(store.entries(0, head.size))
    assert [entry.index for entry in entries] == list(range(head.size))
    leaves = [entry.leaf_hash for entry in entries]
    assert head.root == root_of(leaves)
    for index, leaf in _acknowledged(folder):
        assert index < head.size, f"entry {index} was acknowledged and is gone"
        assert leaves[index] == leaf, f"entry {index} was acknowledged and is another"


class ForgetfulDisk:
    """A shim, built here, under which writes to database files are undone unless synced."""

    def __init__(self, folder: Path) -> None:
        self._undo = folder / "undo"
        self._undo.mkdir()
        library = folder / "forgetful_disk.so"
        source = HERE / "forgetful_disk.c"
        command = ("gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl")
        subprocess.run(command, check=True)
        self.environment = {"LD_PRELOAD": str(library), "FORGETFUL_UNDO": str(self._undo)}

    @staticmethod
    def available() -> bool:
        """Whether this machine has what the shim needs."""
        return sys.platform == "linux" and shutil.which("gcc") is not None

    def lose_power(self, database: Path) -> int:
        """Undo every write that was not synced; gives how many there were."""
        lost = 0
        for suffix in ("", "-wal"):
            notes = self._undo / f"{database.name}{suffix}"
            if notes.exists():
                lost += _undo(database.with_name(database.name + suffix), notes.read_bytes())
                notes.unlink()
        # Shared memory is no file on the disk: it is empty when the machine comes back.
        database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
        return lost


def _undo(file: Path, notes: bytes) -> int:
    """Put back what the notes say, last first: each is offset, length, old size, old bytes."""
    records, at = [], 0
    while at + _RECORD.size <= len(notes):
        offset, length, size = _RECORD.unpack_from(notes, at)
        at += _RECORD.size
        records.append((offset, notes[at : at + length], size))
        at += length
    with file.open("r+b") as opened:
        for offset, old, size in reversed(records):
            opened.seek(offset)
            opened.write(old)
            opened.truncate(size)
    return len(records)


def _start(env: Mapping[str, str], script: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = (sys.executable, str(HERE / script), *(word for word in arguments if word))
    return subprocess.Popen(command, env=env)


def _wait_for_all(
    folder: Path, names: list[str], running: list[subprocess.Popen[bytes]], seconds: float = 300
) -> None:
    """Until each writer has got a receipt: only then is there something to lose.

    Four writers and a reader start each time: on a machine that is busy with other things, half a
    minute was once too little. To wait is no failure; ``seconds`` ends what would wait for ever.
    """
    deadline = time.monotonic() + seconds
    while not all((folder / f"{name}.ack").exists() for name in names) or not all(
        (folder / f"{name}.ack").stat().st_size for name in names
    ):
        assert time.monotonic() < deadline, "a writer got no receipt"
        assert all(process.poll() is None for process in running), "a writer stopped by itself"
        time.sleep(0.005)


def _acknowledged(folder: Path) -> list[tuple[int, bytes]]:
    """The receipts in the files; a line that the kill cut short was not acknowledged."""
    receipts = []
    for file in folder.glob("*.ack"):
        for line in file.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                index, leaf = line.split()
                receipts.append((int(index), bytes.fromhex(leaf)))
    return receipts


def _acknowledged_count(folder: Path) -> int:
    return len(_acknowledged(folder))
