"""A store and its database: many at once, opened again, durable, damaged, refused."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from stored import OpenStore, check_tree, item, plain

from ledger.database import open_database
from ledger.errors import Conflict, LedgerError, Malformed, Refused, StorageFailed
from ledger.schema import SCHEMA_VERSION
from ledger.store import Condition, Pending, Receipt, Store


def test_many_ledgers_in_one_database_know_nothing_of_each_other(
    database_url: str, origin: str
) -> None:
    with (
        Store.open(database_url, origin, create=True) as one,
        Store.open(database_url, f"{origin}/other", create=True) as other,
    ):
        assert one.append([plain(1, "t")]) == other.append([plain(1, "t")])
        one.append([plain(2, "t")])
        assert (one.head().size, other.head().size) == (2, 1)
        assert [entry.index for entry in other.matching([item("t")])] == [0]
        check_tree(one)
        check_tree(other)


def test_a_store_opened_again_continues_where_it_was(open_store: OpenStore) -> None:
    first = open_store()
    first.append([plain(1), plain(2)])
    first.close()
    second = open_store()
    second.append([plain(3)])
    assert [entry.seq for entry in second.entries()] == [1, 2, 3]
    check_tree(second)


def test_a_head_that_another_writer_moved_is_read_afresh(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    one.append([plain(1)])
    other.append([plain(2, "ballot")])
    # ``one`` left the head at size 1; the vote of ``other`` came after it.
    late = Pending(
        b"late", "vote-cast/v1", ("ballot",), conditions=(Condition((item("ballot"),), 1),)
    )
    assert isinstance(one.append([late])[0], Conflict)
    one.append([plain(3)])
    other.append([plain(4)])
    check_tree(one)
    assert [entry.seq for entry in one.entries()] == [1, 2, 3, 4]


def test_two_writers_at_once_lose_no_write_and_leave_no_gap(open_store: OpenStore) -> None:
    stores = [open_store(), open_store()]
    start = threading.Barrier(2)

    def write(store: Store, first: int) -> None:
        start.wait()
        for number in range(first, first + 60):
            assert isinstance(store.append([plain(number)])[0], Receipt)

    threads = [
        threading.Thread(target=write, args=(store, 1 + 60 * at)) for at, store in enumerate(stores)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {entry.seq for entry in stores[0].entries()} == set(range(1, 121))
    check_tree(stores[0])


def test_readers_go_on_while_a_write_is_open(open_store: OpenStore) -> None:
    writer, reader = open_store(), open_store()
    writer.append([plain(1)])
    seen: list[int] = []

    def read(_size: int, _outcomes: object) -> None:
        seen.extend(entry.index for entry in reader.entries())

    writer.append([plain(2)], before_commit=read)
    assert seen == [0]


def test_a_long_record_is_streamed_and_may_grow_meanwhile(store: Store) -> None:
    store.append([plain(number) for number in range(50)])
    stream = store.entries(chunk=7)
    first = next(stream)
    store.append([plain(50)])
    assert [first.index, *(entry.index for entry in stream)] == list(range(50))


def test_sqlite_is_durable_on_the_stores_own_connections(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'own.db'}")
    database.migrate(create=True)
    for lend in (database.reading, database.writing):
        with lend() as cursor:
            for pragma, expected in (("journal_mode", "wal"), ("synchronous", 2)):
                cursor.execute(f"PRAGMA {pragma}")
                assert cursor.fetchone() == (expected,)
    database.close()


def test_sqlite_takes_the_write_lock_before_it_reads_the_head(tmp_path: Path) -> None:
    path = tmp_path / "lock.db"
    with Store.open(f"sqlite:///{path}", "o", create=True) as store:
        other = sqlite3.connect(path, timeout=0, isolation_level=None)

        def write(_size: int, _outcomes: object) -> None:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")

        store.append([], before_commit=write)
        other.close()


def test_postgresql_commits_are_synchronous(postgres_url: str) -> None:
    database = open_database(postgres_url)
    with database.reading() as cursor:
        for setting in ("synchronous_commit", "fsync"):
            cursor.execute(f"SHOW {setting}")
            assert cursor.fetchone() == ("on",)
    database.close()


def test_many_may_start_on_an_empty_database_at_once(database_url: str, origin: str) -> None:
    failures: list[Exception] = []
    start = threading.Barrier(6)

    def begin() -> None:
        start.wait()
        try:
            Store.open(database_url, origin, create=True).close()
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a thread is shown below
            failures.append(error)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_database_of_a_newer_release_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    Store.open(f"sqlite:///{path}", "o", create=True).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE tallystick_schema SET version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(StorageFailed, match=f"version 99, and .* up to {SCHEMA_VERSION}") as caught:
        Store.open(f"sqlite:///{path}", "o", create=True)
    assert "the release that wrote it" in caught.value.hint


@pytest.mark.parametrize("version", ["one", "", b"1", -1, 1.5])
def test_a_version_that_is_no_version_is_said_in_words(tmp_path: Path, version: object) -> None:
    path = tmp_path / "altered.db"
    Store.open(f"sqlite:///{path}", "o", create=True).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE tallystick_schema SET version = ?", (version,))
    connection.commit()
    connection.close()
    for create in (False, True):
        with pytest.raises(StorageFailed, match="which is no version"):
            Store.open(f"sqlite:///{path}", "o", create=create)


def test_a_ledger_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    with pytest.raises(StorageFailed, match="does not exist"):
        Store.open(f"sqlite:///{path}", "o")
    assert not path.exists()
    Store.open(f"sqlite:///{path}", "o", create=True).close()
    with pytest.raises(StorageFailed, match="holds no ledger p"):
        Store.open(f"sqlite:///{path}", "p")


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d", "no url at all", ""]
)
def test_a_url_of_no_use_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        Store.open(url, "o", create=True)


@pytest.mark.parametrize("origin", ["", "two\nlines"])
def test_an_origin_is_one_line(tmp_path: Path, origin: str) -> None:
    with pytest.raises(Malformed, match="one line"):
        Store.open(f"sqlite:///{tmp_path / 'o.db'}", origin, create=True)


@pytest.mark.parametrize("tag", ["", "a\nb"])
def test_a_tag_that_would_not_come_back_is_malformed(store: Store, tag: str) -> None:
    with pytest.raises(Malformed, match="line feed"):
        store.append([Pending(b"x", "x", (tag, "z"))])
    assert store.head().size == 0


def test_a_tag_given_twice_is_one_tag(store: Store) -> None:
    store.append([Pending(b"x", "x", ("a", "b", "a"))])
    assert store.entry(0).tags == ("a", "b")
    check_tree(store)


def test_a_damaged_file_is_a_storage_failure_and_not_a_foreign_error(tmp_path: Path) -> None:
    path = tmp_path / "damaged.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StorageFailed, match=r"damaged\.db could not be"):
        Store.open(f"sqlite:///{path}", "o")


def test_a_database_that_cannot_be_reached_is_a_storage_failure() -> None:
    with pytest.raises(StorageFailed, match="could not be"):
        Store.open("postgresql://nobody@/none?host=/nowhere", "o")


def test_a_closed_store_says_so(open_store: OpenStore) -> None:
    store = open_store()
    store.close()
    with pytest.raises(StorageFailed, match="is closed"):
        store.head()
    with pytest.raises(StorageFailed, match="is closed"):
        store.append([plain(1)])


@pytest.mark.parametrize(
    "pending",
    [
        Pending(b"x", "x", seq=2**80, chain="a" * 64),
        Pending(b"x", "\ud800"),
        Pending(b"x", "x", disclosures=(("d", "s", b"1"), ("d", "s", b"2"))),
    ],
)
def test_no_foreign_exception_leaves_the_store(store: Store, pending: Pending) -> None:
    with pytest.raises(LedgerError):
        store.append([pending])
    assert store.head().size == 0
    store.append([plain(1)])
    check_tree(store)
