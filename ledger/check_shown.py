"""Looking up the disclosures of a published directory by the envelope they belong to.

The lines of ``disclosures.jsonl`` may stand in any order, and there may be millions. Up to 8 MB of
them are held in memory; beyond that they go into a temporary database file, which is gone when
the check ends.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable
from itertools import chain, islice
from typing import Final

from ledger.errors import StorageFailed

_IN_MEMORY: Final = 8 << 20


class Shown:
    """Disclosure texts by envelope hash; each is taken once, and what is left can be counted."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        self._texts: dict[str, list[str]] = {}
        self._table: sqlite3.Connection | None = None
        self._count = self._taken = 0
        held = 0
        lines = iter(lines)
        for envelope_hash, text in lines:
            self._count += 1
            held += len(text) + 200
            self._texts.setdefault(envelope_hash, []).append(text)
            if held > _IN_MEMORY:
                self._spill(lines)

    def take(self, envelope_hash: str) -> list[str]:
        """The texts shown for an envelope, in the order of the file."""
        found = self._texts.get(envelope_hash, [])
        if self._table is not None:
            query = "SELECT text FROM shown WHERE hash = ? ORDER BY line"
            rows = self._table.execute(query, (bytes.fromhex(envelope_hash),))
            found = [text for (text,) in rows]
        self._taken += len(found)
        return found

    @property
    def left(self) -> int:
        """How many were never taken: they belong to no entry that is shown."""
        return self._count - self._taken

    def close(self) -> None:
        """Let go of the temporary file."""
        if self._table is not None:
            self._table.close()

    def _spill(self, lines: Iterable[tuple[str, str]]) -> None:
        try:
            # An empty name is a private file that SQLite removes when it is closed.
            self._table = sqlite3.connect("", isolation_level=None)
            self._table.execute("PRAGMA journal_mode = OFF")
            self._table.execute(
                "CREATE TABLE shown (line INTEGER PRIMARY KEY, hash BLOB, text TEXT)"
            )
            held = ((name, text) for name, texts in self._texts.items() for text in texts)
            rows = ((bytes.fromhex(name), text) for name, text in chain(held, lines))
            before = self._count
            total = 0
            while batch := list(islice(rows, 10_000)):
                total += len(batch)
                self._table.executemany("INSERT INTO shown (hash, text) VALUES (?, ?)", batch)
            self._count = max(before, total)
            self._table.execute("CREATE INDEX by_hash ON shown (hash)")
        except sqlite3.Error as error:
            raise StorageFailed(
                f"the temporary folder {tempfile.gettempdir()} could not take the disclosures: "
                f"{error}",
                hint="make room there, or set TMPDIR to another folder",
            ) from error
        self._texts = {}
