"""A medium that fails in the middle of an audit: what was found stays, and where it is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from builder import CATALOGUE, NOTE, Garden

from ledger.check import check
from ledger.check_live import LiveSource
from ledger.check_report import Findings, Report
from ledger.check_source import Chunk
from ledger.check_state import load_state, save_state
from ledger.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, StorageFailed
from ledger.store import Store

MANY = 120


@pytest.fixture
def database(tmp_path: Path) -> tuple[Garden, Path]:
    """A ledger of some 120 long entries with a checkpoint, closed, everything in its one file."""
    garden = Garden.start(tmp_path)
    ana = garden.person("ana")
    for number in range(MANY):
        garden.say(ana, NOTE, {"n": number, "text": "x" * 3000})
    garden.checkpoint()
    garden.ledger.close()
    path = garden.path / "ledger.db"
    _execute(path, "SELECT 1")
    return garden, path


def _execute(path: Path, sql: str) -> None:
    """Run ``sql``, and leave everything in the one file."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(sql).fetchall()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def _check(garden: Garden, *, cores: int = 1) -> Report:
    store = Store.open(garden.url, garden.origin)
    try:
        return check(
            LiveSource(store, vault=garden.vault),
            policy=garden.policy,
            catalogue=CATALOGUE,
            cores=cores,
        )
    finally:
        store.close()


def _page_of(path: Path, text: bytes) -> int:
    """Where the page begins that holds ``text``."""
    data = path.read_bytes()
    size = int.from_bytes(data[16:18], "big")
    return data.index(text) // size * size


def _name(garden: Garden, index: int) -> bytes:
    store = Store.open(garden.url, garden.origin)
    try:
        return store.entry(index).leaf_hash
    finally:
        store.close()


def test_a_page_damaged_in_the_middle_ends_the_reading_and_loses_no_finding(
    database: tuple[Garden, Path], tmp_path: Path
) -> None:
    garden, path = database
    _execute(path, "UPDATE event SET nonce = 'another' WHERE \"index\" = 7")
    _overwrite_page_of_entry(garden, path, 60)
    report = _check(garden)
    [stopped] = [f for f in report.findings if "reading stopped here" in f.message]
    assert (stopped.code, stopped.step) == (CANNOT_BE_CHECKED, 5)
    assert stopped.entry is not None
    assert 8 < stopped.entry <= 60
    assert f"{stopped.entry} entries before it were checked" in stopped.message
    assert [f.entry for f in report.findings if f.code == DOES_NOT_MATCH] == [7]
    assert report.exit_code == DOES_NOT_MATCH
    assert report.size == report.checked["6"] == stopped.entry
    assert not report.whole
    assert not save_state(tmp_path / "state", report)
    assert load_state(tmp_path / "state") is None


def _overwrite_page_of_entry(garden: Garden, path: Path, index: int) -> None:
    start = _page_of(path, _name(garden, index))
    for left in path.parent.glob(path.name + "-*"):
        left.unlink()
    data = bytearray(path.read_bytes())
    data[start : start + 64] = b"\xff" * 64
    path.write_bytes(data)


def test_a_damaged_page_alone_is_11_and_shows_nothing_to_be_wrong(
    database: tuple[Garden, Path],
) -> None:
    garden, path = database
    _overwrite_page_of_entry(garden, path, 60)
    report = _check(garden)
    assert report.exit_code == CANNOT_BE_CHECKED, report.findings
    assert all(f.code != DOES_NOT_MATCH for f in report.findings)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.99])
def test_of_a_database_that_was_cut_off_nothing_can_be_read_and_that_is_said(
    database: tuple[Garden, Path], part: float
) -> None:
    # SQLite reads nothing at all of a file that is shorter than its header says.
    garden, path = database
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part) // 4096 * 4096])
    for left in path.parent.glob(path.name + "-*"):
        left.unlink()
    with pytest.raises(StorageFailed, match="malformed"):
        _check(garden)


class _Failing(LiveSource):
    """A live source that fails after some chunks, or beside the entries."""

    fails_after: int | None = None
    fails_beside = False

    def chunks(self, findings: Findings) -> Iterator[Chunk]:
        for number, chunk in enumerate(super().chunks(findings)):
            if number == self.fails_after:
                raise StorageFailed("the disk is gone")
            yield chunk

    def finish(self, *args: object) -> None:
        if self.fails_beside:
            raise StorageFailed("the disk is gone")
        super().finish(*args)  # type: ignore[arg-type]  # handed on as it came


def _failing(garden: Garden, **how: object) -> Report:
    source = _Failing(garden.ledger.store, vault=garden.vault)
    for name, value in how.items():
        setattr(source, name, value)
    return check(source, policy=garden.policy, catalogue=CATALOGUE)


def test_only_when_not_one_entry_could_be_read_the_check_itself_fails(tmp_path: Path) -> None:
    garden = Garden.full(tmp_path)
    with pytest.raises(StorageFailed, match="the disk is gone"):
        _failing(garden, fails_after=0)


def test_what_is_kept_beside_the_entries_may_fail_by_itself(tmp_path: Path) -> None:
    garden = Garden.full(tmp_path)
    report = _failing(garden, fails_beside=True)
    assert report.exit_code == CANNOT_BE_CHECKED
    assert report.whole
    assert report.size == garden.ledger.head().size
    assert any(f.step == 8 and "what is kept beside" in f.message for f in report.findings)
