"""Any flipped byte is found: of every stored row, and of every published file.

A ledger of three entries (charter, a new key, a note with three values) and its auditor directory
are altered at one place at a time, and checked whole each time. What is found must be named.
What changes no verdict stands in a table here with its reason, and the table is exact.

    stored     blobs and texts: every byte or character; numbers: one more, one less, far away;
               what may be empty: NULL
    published  every byte of every file
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from builder import CATALOGUE, NOTE, Garden

from ledger.check import Report, check, check_directory
from ledger.check_live import LiveSource
from ledger.errors import NOTED, LedgerError, StorageFailed, Unverified
from ledger.keys import PublicKey
from ledger.publish import publish
from ledger.store import Store

#: Tables whose rows are read once, when a store is opened.
AT_OPENING = ("ledger", "tallystick_schema")

#: Stored values that may change without any verdict changing, and why.
STORED_HARMLESS: dict[str, str] = {}

#: Files of a directory that may change without any verdict changing, and why.
PUBLISHED_HARMLESS: dict[str, str] = {
    "policy": "the checker brought a policy: the one the publisher suggests is not read",
    ".publisher": "hidden: the publisher's own note to itself, not part of the format",
}


class Place(NamedTuple):
    """One stored value: its table, the row as SQLite numbers it, and its column."""

    table: str
    row: tuple[Any, ...]
    column: str
    value: Any


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Garden:
    """Three entries, a checkpoint with both cosignatures; equal verifications are done once."""
    _verify_once(monkeypatch)
    made = Garden.start(tmp_path)
    ana = made.person("ana")
    made.say(ana, NOTE, {"about": ana.id}, values={"title": "A", "reason": "b", "story": "c"})
    made.checkpoint()
    return made


def test_an_unaltered_ledger_passes(garden: Garden) -> None:
    report = _check_store(garden)
    assert report.exit_code == 0, report.findings


def test_every_flip_in_the_stored_rows_is_found_and_named(garden: Garden) -> None:
    path = garden.path / "ledger.db"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")  # an alteration need not outlive a loss of power
    silent: set[str] = set()
    tried = 0
    for place in _places(connection):
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
    assert tried > 6000
    assert silent == set(STORED_HARMLESS)
    assert _check_store(garden).ok


def test_every_flip_in_the_published_files_is_found_and_named(garden: Garden) -> None:
    directory = garden.path / "published"
    publish(garden.ledger, directory, "auditor", garden.policy, proofs=[2])
    run = _directory_check(garden, directory)
    assert run().exit_code == 0
    silent: set[str] = set()
    tried = 0
    for file in sorted(path for path in directory.rglob("*") if path.is_file()):
        whole = file.read_bytes()
        name = file.relative_to(directory).as_posix()
        for at in range(len(whole)):
            tried += 1
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            if not any(finding.code for finding in run().findings):
                silent.add(name)
        file.write_bytes(whole)
    assert tried > 6000
    assert silent == set(PUBLISHED_HARMLESS)
    assert run().exit_code == 0


def _is_named(garden: Garden, place: Place) -> bool:
    """Whether a check of the altered store says what is wrong, in a finding or an error."""
    try:
        if place.table in AT_OPENING:
            with Store.open(garden.url, garden.origin) as store:
                report = _check_store(garden, store)
        else:
            report = _check_store(garden)
    except (StorageFailed, LedgerError) as error:
        return bool(error.message)
    return any(finding.code != NOTED and finding.message for finding in report.findings)


def _check_store(garden: Garden, store: Store | None = None) -> Report:
    source = LiveSource(store or garden.ledger.store, vault=garden.vault)
    return check(source, policy=garden.policy, catalogue=CATALOGUE)


def _directory_check(garden: Garden, directory: Path) -> Callable[[], Report]:
    return lambda: check_directory(directory, policy=garden.policy, catalogue=CATALOGUE)


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


def _verify_once(monkeypatch: pytest.MonkeyPatch) -> None:
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
