"""What follows from the entries is written a tile at a time, and nobody can tell by asking."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from builder import CATALOGUE, NOTE, Garden
from hypothesis import given
from hypothesis import strategies as st
from stored import OpenStore, check_tree, item, plain, settle_by_hand

from ledger.check import Report, check
from ledger.check_live import LiveSource
from ledger.errors import DOES_NOT_MATCH, Conflict, LedgerError, StorageFailed
from ledger.store import Condition, Pending, Receipt, Store
from ledger.tail import Tail
from ledger.tree import root_of

TAGS = ("p", "q", "r")


def settled(store: Store) -> int:
    with store._database.reading() as cursor:
        return store._queries.newest(cursor).settled


def fill(store: Store, stop: int, *tags: str, together: bool = True) -> None:
    """Append numbered statements until there are ``stop``."""
    batch = [plain(number, *tags) for number in range(store.head().size, stop)]
    for some in [batch] if together else [[one] for one in batch]:
        assert all(isinstance(outcome, Receipt) for outcome in store.append(some))


@contextmanager
def rows(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as database, database:
        yield database


# When ---------------------------------------------------------------------------------------------


def test_entries_are_settled_with_the_last_of_their_tile_and_not_before(store: Store) -> None:
    fill(store, 255, "t", together=False)
    assert (settled(store), store.count_tags()) == (0, 0)
    fill(store, 256, "t")
    assert (settled(store), store.count_tags()) == (256, 256)
    fill(store, 258, "t", together=False)
    assert (settled(store), store.count_tags()) == (256, 256)
    check_tree(store)


def test_a_batch_over_several_tiles_settles_all_but_the_rest(store: Store) -> None:
    fill(store, 100, "t")
    fill(store, 700, "u")
    assert (settled(store), store.count_tags()) == (512, 512)
    check_tree(store)


def test_whatever_sizes_come_tags_and_roots_are_right(store: Store) -> None:
    chance = random.Random(7)
    while (size := store.head().size) < 1100:
        some = range(size, size + chance.choice((1, 1, 1, 2, 50, 255, 256, 300)))
        store.append([plain(number, *chance.sample(TAGS, 2)) for number in some])
    check_tree(store)


def test_what_was_not_committed_is_not_settled(store: Store) -> None:
    fill(store, 200, "t")
    with pytest.raises(Conflict):
        store.append([plain(number, "t") for number in range(200, 300)], before_commit=_refuse)
    assert (settled(store), store.count_tags()) == (0, 0)
    fill(store, 300, "t", together=False)
    check_tree(store)


# Nobody can tell ----------------------------------------------------------------------------------


def test_another_process_finds_what_is_not_settled(open_store: OpenStore) -> None:
    writer, reader = open_store(), open_store()
    for number in range(4):
        writer.append([plain(number, "even" if number % 2 == 0 else "odd", "t")])
        found = [entry.index for entry in reader.matching([item("even", "t")])]
        assert found == list(range(0, number + 1, 2))
    assert settled(reader) == 0


def test_who_looked_long_ago_finds_what_was_settled_since(open_store: OpenStore) -> None:
    writer, reader = open_store(), open_store()
    fill(writer, 10, "t")
    assert len(list(reader.matching([item("t")]))) == 10
    fill(writer, 3000, "t")
    fill(writer, 3003, "t", together=False)
    assert [entry.index for entry in reader.matching([item("t")])] == list(range(3003))
    assert len(list(reader.matching([item("t")], after=200, before=300))) == 100
    assert len(list(reader.matching([item("t")], after=2990, limit=11))) == 11


@pytest.mark.parametrize("between", [0, 3, 300, 1500])
def test_a_type_that_another_process_used_first_is_found_by_tag(
    open_store: OpenStore, between: int
) -> None:
    one, other = open_store(), open_store()
    fill(one, 2, "t")
    asked = item("u", types=frozenset({"new/v1", "never/v1"}))
    assert list(one.matching([asked])) == []
    other.append([plain(2, "u")._replace(type="new/v1")])
    fill(other, 3 + between, "t")
    other.append([plain(3 + between, "u")._replace(type="new/v1")])
    assert [entry.index for entry in one.matching([asked])] == [2, 3 + between]


def test_a_condition_meets_an_entry_that_another_process_wrote_and_nobody_settled(
    open_store: OpenStore,
) -> None:
    one, other = open_store(), open_store()
    fill(one, 3)
    other.append([plain(3, "ballot")])
    late = Pending(b"x", "vote-cast/v1", ("ballot",), conditions=(Condition((item("ballot"),), 2),))
    assert isinstance(one.append([late])[0], Conflict)
    assert isinstance(one.append([late, plain(4)])[0], Conflict)
    check_tree(one)


def test_a_type_that_another_process_names_first_is_found(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    asked = [(frozenset({"new/v1", "newer/v1"}), frozenset({"t"}))]
    fill(one, 2, "t", together=False)
    for number, kind in enumerate(("vote-cast/v1", "new/v1", "vote-cast/v1", "newer/v1"), 2):
        list(one.matching(asked))  # it has looked before, and writes on
        one.append([plain(100 + number)])
        other.append([Pending(b"%d" % number, kind, ("t",))])
        found = [entry.type for entry in one.matching(asked)]
        assert found == [entry.type for entry in other.entries() if entry.type in asked[0][0]]


def test_many_readers_at_once_find_the_same_while_one_writes(open_store: OpenStore) -> None:
    writer, reader = open_store(), open_store()
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            size = reader.head().size
            found = [entry.index for entry in reader.matching([item("t")], before=size)]
            if found != list(range(size)):
                wrong.append(f"{len(found)} of {size}")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for thread in readers:
        thread.start()
    for number in range(600):
        writer.append([plain(number, "t")])
    done.set()
    for thread in readers:
        thread.join()
    assert wrong == []


def test_no_entry_has_the_empty_tag_settled_or_not(store: Store) -> None:
    fill(store, 3)
    assert list(store.matching([item("")])) == []
    fill(store, 300)
    assert list(store.matching([item("")])) == []


@given(st.lists(st.frozensets(st.sampled_from(TAGS)), max_size=12), st.integers(0, 3))
def test_a_tail_finds_what_a_plain_search_finds(tags: list[frozenset[str]], first: int) -> None:
    entries = [(first + at, at % 3, "\n".join(sorted(some))) for at, some in enumerate(tags)]
    tail = Tail(first)
    for entry in entries:
        tail.extend([entry])
    assert tail.stop == first + len(tags)
    for kinds in ([], [0], [1, 2]):
        for wanted in (("p",), ("p", "q"), TAGS):
            plainly = [
                index
                for index, kind, text in entries
                if set(wanted) <= {*text.split("\n")} and (not kinds or kind in kinds)
            ]
            assert tail.matching(kinds, wanted, 0, 99) == plainly
            within = [index for index in plainly if 2 <= index < 9]
            assert tail.matching(kinds, wanted, 2, 9) == within


# A bet --------------------------------------------------------------------------------------------


def test_who_wrote_last_writes_on_and_who_did_not_reads_first(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    for number in range(40):
        store = one if number % 3 else other
        assert store.append([plain(number)]) == [Receipt(number, store.leaf_hash(number))]
    check_tree(one)


def test_an_entry_that_is_gone_leaves_no_gap(tmp_path: Path) -> None:
    path = tmp_path / "gone.db"
    with Store.open(f"sqlite:///{path}", "o", create=True) as store:
        fill(store, 3, together=False)
        with rows(path) as database:
            database.execute('DELETE FROM event WHERE "index" = 2')
        assert store.append([plain(7)])[0] == Receipt(2, store.leaf_hash(2))
        with rows(path) as database:
            database.execute('UPDATE event SET leaf_hash = ? WHERE "index" = 2', (bytes(32),))
        assert isinstance(store.append([plain(8)])[0], Receipt)
        assert [entry.index for entry in store.entries()] == [0, 1, 2, 3]


def test_a_writer_that_holds_the_ledger_is_waited_for(open_store: OpenStore) -> None:
    one, other = open_store(), open_store()
    fill(one, 2, together=False)
    begun, written = threading.Event(), threading.Event()

    def bet() -> None:
        begun.set()
        one.append([plain(9)])
        written.set()

    better = threading.Thread(target=bet)

    def hold(_size: int, _outcomes: object) -> None:
        better.start()
        begun.wait()
        assert not written.wait(0.1)

    assert other.append([plain(2)], before_commit=hold) == [Receipt(2, one.leaf_hash(2))]
    better.join()
    assert [entry.seq for entry in one.entries()] == [0, 1, 2, 9]


def test_a_bet_with_a_condition_on_the_past_asks_the_store(open_store: OpenStore) -> None:
    open_store().append([plain(0, "ballot")])
    store = open_store()
    fill(store, 3, together=False)
    for after, outcome in ((0, Conflict), (1, Receipt)):
        vote = Pending(
            b"%d" % after, "vote-cast/v1", conditions=(Condition((item("ballot"),), after),)
        )
        assert isinstance(store.append([vote])[0], outcome)
    with pytest.raises(Conflict):
        store.append([Pending(b"x", "vote-cast/v1", conditions=(Condition((), 0),))], whole=True)
    check_tree(store)


@pytest.mark.parametrize(
    "pending",
    [
        Pending(b"x", "vote-cast/v1", seq=2**80, chain="a" * 64),
        Pending(b"x", "vote-cast/v1", nonce="\ud800"),
        Pending(b"x", "vote-cast/v1", ("a\nb",)),
    ],
)
def test_a_bet_on_what_no_table_takes_is_refused_in_our_words(
    store: Store, pending: Pending
) -> None:
    fill(store, 3, together=False)
    with pytest.raises(LedgerError):
        store.append([pending])
    assert store.head().size == 3
    fill(store, 5, together=False)
    check_tree(store)


def test_a_text_with_a_nul_is_never_cut_short(store: Store) -> None:
    """PostgreSQL has no such texts, and says so; SQLite has."""
    fill(store, 3, together=False)
    try:
        store.append([Pending(b"x", "vote-cast/v1", nonce="a\0b")])
    except StorageFailed as why:
        assert "postgresql" in str(why)
    else:
        assert store.entry(3).nonce == "a\0b"
    assert store.by_nonce("a") is None


def test_a_bet_after_a_rollback_is_prepared_again(store: Store) -> None:
    for number in range(0, 20, 2):
        fill(store, number + 1, together=False)
        with pytest.raises(Conflict):
            store.append([plain(0), plain(99)], before_commit=_refuse)
        fill(store, number + 2, together=False)
    check_tree(store)


def _refuse(_size: int, _outcomes: object) -> None:
    raise Conflict("no")


# An older database --------------------------------------------------------------------------------


def older(path: Path, entries: int) -> None:
    """A database as the first schema version has it."""
    with Store.open(f"sqlite:///{path}", "o", create=True) as store:
        fill(store, entries, "t")
    with rows(path) as database:
        settle_by_hand(database)
        database.execute("UPDATE tallystick_schema SET version = 1")


@pytest.mark.parametrize("entries", [0, 3, 256, 300])
def test_a_database_of_the_first_version_is_carried_on(tmp_path: Path, entries: int) -> None:
    path = tmp_path / "older.db"
    older(path, entries)
    with Store.open(f"sqlite:///{path}", "o") as store:
        assert settled(store) == entries
        check_tree(store)
        fill(store, entries + 2, "t", together=False)
        fill(store, 600, "u")
        assert settled(store) == 512
        check_tree(store)


def test_a_database_that_only_says_it_is_of_the_first_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "says.db"
    older(path, 3)
    with rows(path) as database:
        database.execute("UPDATE ledger_head SET size = 2")
    with pytest.raises(StorageFailed, match="1 lie beyond it"):
        Store.open(f"sqlite:///{path}", "o")


# Damage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ('DELETE FROM event WHERE "index" = 255', "some are gone"),
        ("DELETE FROM ledger_head", "head row of this ledger is gone"),
        ("UPDATE ledger_head SET size = 'x'", "holds no size"),
        ("UPDATE ledger_head SET frontier = x'00'", "does not hold the edge"),
        ("UPDATE ledger_head SET size = 255", "does not hold the edge"),
        ('DELETE FROM event WHERE "index" = 256', "lacks 1 of its newest 2"),
    ],
)
def test_a_damaged_end_is_a_storage_failure(tmp_path: Path, damage: str, words: str) -> None:
    path = tmp_path / "damaged.db"
    with Store.open(f"sqlite:///{path}", "o", create=True) as store:
        fill(store, 258)
        with rows(path) as database:
            database.execute(damage)
            if "255" in damage and "DELETE" in damage:
                database.execute('DELETE FROM event WHERE "index" > 255')
        with pytest.raises(StorageFailed, match=words):
            print(store.head().root)


# The audit ----------------------------------------------------------------------------------------


def checked(garden: Garden) -> Report:
    source = LiveSource(garden.ledger.store, vault=garden.vault)
    return check(source, policy=garden.policy, catalogue=CATALOGUE)


def altered(garden: Garden, sql: str, *values: object) -> set[tuple[int, str]]:
    """Step and kind of what a check finds after one alteration."""
    with rows(garden.path / "ledger.db") as database:
        assert database.execute(sql, values).rowcount
    found = {f for f in checked(garden).findings if f.code == DOES_NOT_MATCH}
    return {(finding.step, finding.message) for finding in found}


@pytest.fixture
def garden(tmp_path: Path) -> Garden:
    """Three entries, none of them settled."""
    made = Garden.start(tmp_path)
    ana = made.person("ana")
    made.say(ana, NOTE, {"about": ana.id})
    made.checkpoint()
    return made


def test_an_audit_asks_nothing_of_what_is_not_settled(garden: Garden) -> None:
    assert settled(garden.ledger.store) == 0
    assert checked(garden).exit_code == 0


def test_an_audit_finds_a_tag_of_an_entry_that_is_not_settled(garden: Garden) -> None:
    [(step, message)] = altered(garden, "INSERT INTO event_tag VALUES (1, 'person:x', 1, 2)")
    assert step == 8
    assert message == "1 row of event_tag at an index that has no settled entry"


def test_an_audit_finds_a_settled_entry_without_its_tags(garden: Garden) -> None:
    with rows(garden.path / "ledger.db") as database:
        settle_by_hand(database)
    assert checked(garden).exit_code == 0
    found = altered(garden, 'DELETE FROM event_tag WHERE "index" = 2 AND tag LIKE ?', "person:%")
    assert all(step == 8 and "entry 2: the index of tags lacks" in text for step, text in found)
    assert found


def test_an_audit_finds_a_head_row_of_another_tree(garden: Garden) -> None:
    leaves = [entry.leaf_hash for entry in garden.ledger.entries()]
    edge = (2).to_bytes(8, "big") + root_of(leaves[1:])
    found = altered(garden, "UPDATE ledger_head SET size = 2, frontier = ?", edge)
    assert any(step == 5 and "says that 2 entries are settled" in text for step, text in found)


def test_an_audit_finds_a_head_row_that_stayed_behind_a_full_tile(garden: Garden) -> None:
    ana = garden.people["ana"]
    for number in range(255):
        garden.say(ana, NOTE, {"n": number})
    assert checked(garden).ok
    empty = bytes(8)
    found = altered(garden, "UPDATE ledger_head SET size = 0, frontier = ?", empty)
    assert any(step == 5 and "expected 256 to 258 of the 258" in text for step, text in found)


def test_a_server_that_is_set_to_another_isolation_does_not_stop_two_writers(
    postgres_url: str, origin: str
) -> None:
    import psycopg

    strict = "ALTER ROLE CURRENT_USER SET default_transaction_isolation = 'serializable'"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(strict)
    try:
        with (
            Store.open(postgres_url, origin, create=True) as one,
            one._database.reading() as cursor,
        ):
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("read committed",)
    finally:
        with psycopg.connect(postgres_url, autocommit=True) as server:
            server.execute("ALTER ROLE CURRENT_USER RESET default_transaction_isolation")
