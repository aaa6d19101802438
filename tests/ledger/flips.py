"""Altering a ledger at one place at a time, and asking each time whether a check names it.

stored     blobs and texts: every byte or character; numbers: one more, one less, far away;
           what may be empty: NULL
published  every byte of every file
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from builder import CATALOGUE, Garden

from ledger.check import Report, check, check_directory
from ledger.check_live import LiveSource
from ledger.errors import NOTED, LedgerError, StorageFailed, Unverified
from ledger.keys import PublicKey
from ledger.store import Store

#: Tables whose rows are read once, when a store is opened.
AT_OPENING = ("ledger", "tallystick_schema")

#: Tables that are written when entries are settled: of a short ledger they hold next to nothing.
SETTLED = ("event_tag", "ledger_head")


class Place(NamedTuple):
    """One stored value: its table, the row as SQLite numbers it, and its column."""

    table: str
    row: tuple[Any, ...]
    column: str
    value: Any


def unnamed_in_store(garden: Garden, tables: Collection[str] = ()) -> tuple[int, set[str]]:
    """How many alterations of stored values were tried, and the columns where one went unnamed.

    In these tables; in all of them when none are named.
    """
    connection = sqlite3.connect(garden.path / "ledger.db", isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")  # an alteration need not outlive a loss of power
    silent: set[str] = set()
    tried = 0
    for place in _places(connection):
        if tables and place.table not in tables:
            continue
        key = _row_key(connection, place.table)
        where = " AND ".join(f'"{name}" IS ?' for name in key)
        sql = f'UPDATE "{place.table}" SET "{place.column}" = ? WHERE {where}'  # noqa: S608  # names of our own tables
        for altered in _alterations(place.value):
            row = dict(zip(key, place.row, strict=True))
            try:
                connection.execute(sql, (altered, *place.row))
            except sqlite3.IntegrityError:
                continue  # the table itself refuses such a value
            tried += 1
            if not _is_named(garden, place):
                silent.add(f"{place.table}.{place.column}")
            if place.column in row:
                row[place.column] = altered
            connection.execute(sql, (place.value, *row.values()))
    connection.close()
    return tried, silent


def unnamed_in_directory(garden: Garden, directory: Path) -> tuple[int, set[str]]:
    """How many bytes of published files were altered, and the files where one went unnamed.

    What the unaltered directory is said to lack (a public one withholds) names no alteration.
    """
    before = set(check_files(garden, directory).findings)
    silent: set[str] = set()
    tried = 0
    for file in sorted(path for path in directory.rglob("*") if path.is_file()):
        whole = file.read_bytes()
        name = file.relative_to(directory).as_posix()
        for at in range(len(whole)):
            tried += 1
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            found = set(check_files(garden, directory).findings) - before
            if not any(finding.code for finding in found):
                silent.add(name)
        file.write_bytes(whole)
    return tried, silent


def _is_named(garden: Garden, place: Place) -> bool:
    """Whether a check of the altered store says what is wrong, in a finding or an error."""
    try:
        if place.table in AT_OPENING:
            with Store.open(garden.url, garden.origin) as store:
                report = check_store(garden, store)
        else:
            report = check_store(garden)
    except (StorageFailed, LedgerError) as error:
        return bool(error.message)
    return any(finding.code != NOTED and finding.message for finding in report.findings)


def check_store(garden: Garden, store: Store | None = None) -> Report:
    """The check of the live ledger, or of ``store`` in its place."""
    source = LiveSource(store or garden.ledger.store, vault=garden.vault)
    return check(source, policy=garden.policy, catalogue=CATALOGUE)


def check_files(garden: Garden, directory: Path) -> Report:
    """The check of a published directory, with the policy of the garden."""
    return check_directory(directory, policy=garden.policy, catalogue=CATALOGUE)


def _places(connection: sqlite3.Connection) -> Iterator[Place]:
    """Every value in every row of every table."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if table.startswith("sqlite_"):
            continue
        key = _row_key(connection, table)
        cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # our own tables
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            named = dict(zip(names, row, strict=True))
            for column, value in named.items():
                yield Place(table, tuple(named[name] for name in key), column, value)


def _row_key(connection: sqlite3.Connection, table: str) -> list[str]:
    columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    return [name for _, name, _, _, _, key in columns if key] or [columns[0][1]]


def _alterations(value: Any) -> Iterator[Any]:
    if isinstance(value, int):
        yield from (value + 1, value - 1, 1 << 40, None)
    elif isinstance(value, bytes):
        yield None
        for at in range(len(value)):
            yield value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
    elif isinstance(value, str):
        yield None
        for at in range(len(value)):
            yield value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]


def verify_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remember each verification: most bytes of an altered ledger are as they were."""
    verify = PublicKey.verify

    @lru_cache(None)
    def holds(raw: bytes, signature: bytes, message: bytes) -> bool:
        try:
            verify(PublicKey(raw), signature, message)
        except Unverified:
            return False
        return True

    def once(self: PublicKey, signature: bytes, message: bytes) -> None:
        if not holds(self.raw, signature, message):
            verify(self, signature, message)

    monkeypatch.setattr(PublicKey, "verify", once)
