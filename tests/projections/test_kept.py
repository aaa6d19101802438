"""Facts kept beside a ledger: the same as those read from it, after every step, and once each."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from book import Book

from ledger import log
from ledger.encoding import new_id
from ledger.errors import Malformed, StorageFailed, Unverified
from ledger.keys import SigningKey
from projections import kept_cut, payload
from projections.facts import Facts
from projections.kept import differing, facts_of, keep_beside, let_go
from projections.kept_file import KeptFacts
from projections.kept_read import loaded
from projections.replay import read_facts
from projections.views import find, listed

TYPES = frozenset().union(*(find(name).needs for name in listed())) | {"key-enrolled/v1"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "facts.db"


@pytest.fixture(autouse=True)
def _small_spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Chunks of a few entries, so that a small book fills several."""
    monkeypatch.setattr(kept_cut, "SPAN", 4)
    yield


def from_file(book: Book, path: Path) -> Facts:
    with KeptFacts(path, book.ledger) as file:
        return file.facts(TYPES)


def contents(book: Book, path: Path) -> list[tuple[object, ...]]:
    with KeptFacts(path, book.ledger) as file:
        file.catch_up()
        return list(file.contents())


def agree(book: Book, path: Path) -> None:
    """Hold the kept facts to those of the record, and to a file made anew, byte for byte."""
    mine, theirs = from_file(book, path), read_facts(book.ledger, TYPES)
    for kind in TYPES:
        assert list(mine.of(kind, before=mine.size)) == list(theirs.of(kind, before=theirs.size))
    assert (mine.origin, mine.size, mine.days) == (theirs.origin, theirs.size, theirs.days)
    assert (mine.missing, set(mine.contested)) == (theirs.missing, set(theirs.contested))
    for size in (0, 1, mine.size // 2, mine.size):
        assert mine.root_at(size) == theirs.root_at(size)
    anew = path.with_name(f"anew-{mine.size}.db")
    assert contents(book, anew) == contents(book, path)
    anew.unlink()


def withdraw(book: Book, index: int) -> None:
    stone = book.ledger.tombstone_for(index)
    body = {"about": book.ana, "ground": "request", "values": [], "tombstones": [stone.as_body()]}
    book.say("values-erased/v1", body, author=book.operator, erased=(stone.hash,))


@pytest.mark.parametrize("seed", range(3))
def test_kept_facts_are_those_of_the_record_after_every_step(
    book: Book, path: Path, seed: int
) -> None:
    chance = Random(seed)
    project, ben = book.project(), book.person("community")
    given: list[tuple[str, int]] = []

    def gave() -> None:
        given.append((book.gave(project, ben, stage="S1", level="lead"), book.size - 1))

    def put_away() -> None:
        if given:
            withdraw(book, given.pop(chance.randrange(len(given)))[1])

    def took_back() -> None:
        if given:
            book.take_back(given.pop()[0])

    def slept() -> None:
        book.open_day(f"2026-{2 + book.size // 28:02d}-{1 + book.size % 28:02d}")

    steps = [gave, gave, gave, took_back, lambda: book.offer(project, ben, 500), put_away, slept]
    for _ in range(25):
        for _ in range(chance.randrange(1, 6)):  # several at once: a reader is not always there
            chance.choice(steps)()
        agree(book, path)


def test_contested_entries_are_the_same_from_both(book: Book, path: Path) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben)
    old, since = book.keys[book.ana], book.size
    book.gave(project, ben)
    spare = SigningKey.generate()
    body = {"person": book.ana, "key": spare.key_id, "public": spare.public.raw.hex()}
    book.keys["spare"] = spare
    book.say("key-enrolled/v1", body | {"via": "grant"}, signers=(book.ana, "spare"))
    book.keys[book.ana] = spare
    book.say("key-revoked/v1", {"key": old.key_id, "reason": "lost", "suspect_from": since})
    assert from_file(book, path).contested
    agree(book, path)


def test_a_withdrawn_entry_leaves_no_byte_in_the_file(book: Book, path: Path) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, kinds=["mentoring"])
    index = book.size - 1
    from_file(book, path)
    assert b"mentoring" in path.read_bytes()
    keep_beside(book.ledger, path)
    withdraw(book, index)
    let_go(book.ledger)
    assert b"mentoring" not in path.read_bytes()
    assert not path.with_name("facts.db-wal").exists()
    assert from_file(book, path).missing == (index,)


def test_a_reading_that_is_stopped_leaves_what_was_there_and_is_made_up_for(
    book: Book, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, ben = book.project(), book.person("community")
    from_file(book, path)
    before = book.size
    for _ in range(30):
        book.gave(project, ben)
    with monkeypatch.context() as patch, KeptFacts(path, book.ledger) as file:
        take_in, calls = KeptFacts._take_in, iter(range(10))

        def stopped(self: KeptFacts, *args: object) -> None:
            if next(calls) == 2:
                raise KeyboardInterrupt
            take_in(self, *args)  # type: ignore[arg-type]  # handed on as they came

        patch.setattr(KeptFacts, "_take_in", stopped)
        with pytest.raises(KeyboardInterrupt):
            file.catch_up()
        [row] = file._rows("kept")
        assert int.from_bytes(row[2][:8], "big") == before  # position and facts as they were
    agree(book, path)


def test_facts_of_another_ledger_are_not_taken_for_those_of_this_one(
    book: Book, path: Path, tmp_path: Path
) -> None:
    from_file(book, path)
    (tmp_path / "other").mkdir()
    other = Book(tmp_path / "other")
    other.project()
    agree(other, path)
    other.ledger.close()


def test_an_entry_that_does_not_hash_to_its_leaf_gives_no_facts_at_all(
    book: Book, path: Path, tmp_path: Path
) -> None:
    from_file(book, path)
    book.gave(book.project(), book.person("community"))
    store = sqlite3.connect(tmp_path / "book.db")
    with store:
        store.execute(
            "UPDATE event SET envelope = CAST(replace(envelope, '\"sig\"', '\"gis\"') AS BLOB)"
            ' WHERE "index" = ?',
            (book.size - 1,),
        )
    store.close()
    with pytest.raises(Unverified, match="does not hash to its leaf"):
        from_file(book, path)


def test_a_damaged_file_is_dropped_and_made_again(book: Book, path: Path) -> None:
    book.gave(book.project(), book.person("community"))
    path.write_bytes(b"this is no database" * 100)
    keep_beside(book.ledger, path)
    assert facts_of(book.ledger, TYPES).size == book.size
    agree(book, path)


def test_where_no_file_can_be_written_the_record_is_read(book: Book, tmp_path: Path) -> None:
    book.gave(book.project(), book.person("community"))
    nowhere = tmp_path / "nowhere" / "facts.db"
    with pytest.raises(StorageFailed):
        KeptFacts(nowhere, book.ledger)
    keep_beside(book.ledger, nowhere)
    assert facts_of(book.ledger, TYPES).size == book.size


def test_an_altered_fact_is_found_when_held_against_the_entries(book: Book, path: Path) -> None:
    book.gave(book.project(), book.person("community"), stage="S1")
    keep_beside(book.ledger, path)
    facts_of(book.ledger, TYPES)
    assert differing(book.ledger) == ""
    file = sqlite3.connect(path)
    with file:
        file.execute("UPDATE chunk SET body = replace(body, 'S1', 'S2') WHERE type LIKE 'contri%'")
    file.close()
    assert differing(book.ledger).startswith("chunk contribution-recorded/v1")


def test_a_file_whose_columns_do_not_fit_together_is_not_counted_from(
    book: Book, path: Path
) -> None:
    book.gave(book.project(), book.person("community"))
    keep_beside(book.ledger, path)
    facts_of(book.ledger, TYPES)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE chunk SET hash = hash || char(10) || hash")
    file.close()
    with KeptFacts(path, book.ledger) as kept, pytest.raises(StorageFailed, match="do not fit"):
        kept.facts(TYPES)
    assert facts_of(book.ledger, TYPES).by_type == read_facts(book.ledger, TYPES).by_type


def test_what_entries_say_alike_is_one_value_in_memory(book: Book, path: Path) -> None:
    project, ben = book.project(), book.person("community")
    for _ in range(9):
        book.gave(project, ben, on="2025-05-05")
    one, *others = from_file(book, path).of("contribution-recorded/v1", before=book.size)
    for other in others:
        assert other.author is one.author
        assert other.on is one.on
        assert other.under is one.under
    agree(book, path)


def test_each_fact_has_the_ledger_day_it_was_written_on(book: Book, path: Path) -> None:
    project, ben = book.project(), book.person("community")
    for day in range(2, 9):
        book.gave(project, ben)
        book.open_day(f"2026-03-{day:02d}")
        book.gave(project, ben)
    found = from_file(book, path).of("contribution-recorded/v1", before=book.size)
    assert [str(one.day)[-2:] for one in found] == [
        f"{day:02d}" for after in range(2, 9) for day in (max(1, after - 1), after)
    ]
    agree(book, path)


def test_a_body_that_looks_like_the_rest_of_a_statement_stays_a_body(
    book: Book, path: Path
) -> None:
    label = '","chain":{"key":"' + "a" * 30 + '"},"mode":"live'
    project = book.project()
    book.say(
        "group-recorded/v1",
        {"group": new_id("group"), "project": project, "side": "community", "label": label},
        mode="history",
    )
    [group] = from_file(book, path).of("group-recorded/v1", before=book.size)
    assert group.body["label"] == label
    agree(book, path)


def test_an_entry_that_does_not_decode_is_named_by_who_needs_it_and_nobody_else(
    book: Book, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.gave(book.project(), book.person("community"))
    index = book.size - 1
    whole = payload.payload_of

    def unreadable(envelope: bytes) -> bytes | str:
        at = book.ledger.entry(index).envelope
        return b"!" if envelope == at else whole(envelope)

    monkeypatch.setattr(kept_cut, "payload_of", unreadable)
    monkeypatch.setattr(payload, "payload_of", unreadable)
    with KeptFacts(path, book.ledger) as file:
        assert list(file.facts({"project-opened/v1"}).of("project-opened/v1", before=book.size))
        with pytest.raises(Malformed) as told:
            file.facts({"contribution-recorded/v1"})
    assert told.value.entry == index


def test_two_readers_at_once_take_an_entry_in_once(book: Book, path: Path) -> None:
    with KeptFacts(path, book.ledger) as one, KeptFacts(path, book.ledger) as other:
        project = book.project()
        assert one.facts(TYPES).size == other.facts(TYPES).size == book.size
        book.gave(project, book.person("community"))
        assert other.facts(TYPES).size == one.facts(TYPES).size == book.size
    agree(book, path)


def test_a_withdrawal_that_was_cut_short_keeps_nobody_waiting(
    book: Book, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded, and the process died before the envelope was gone: the entry is still there."""
    book.gave(book.project(), book.person("community"))
    index = book.size - 1
    with monkeypatch.context() as patched:
        patched.setattr(log, "carry_out", lambda *_: None)
        withdraw(book, index)
    kind = "contribution-recorded/v1"
    with KeptFacts(path, book.ledger) as file:
        assert [fact.index for fact in file.facts({kind}).of(kind, before=book.size)] == [index]
        book.ledger.finish_erasures()
        assert list(file.facts({kind}).of(kind, before=book.size)) == []
    agree(book, path)


@pytest.mark.parametrize("odd", ["NaN", '"\\ud800"'])
def test_what_only_the_standard_library_reads_is_read_as_from_the_record(odd: str) -> None:
    said = loaded(f'{{"word":1}}\n{{"word":{odd}}}', [3, 4])
    assert [repr(one["word"]) for one in said] == ["1", repr(json.loads(odd))]
    with pytest.raises(Malformed, match="entry 4") as told:
        loaded(f'{{"word":{odd}}}\n{{"word":', [3, 4])
    assert told.value.entry == 4


@pytest.mark.parametrize(("directory", "file"), [(0o755, 0o600), (0o700, 0o600), (0o775, 0o660)])
def test_the_file_is_for_its_owner_and_for_a_group_that_shares_the_directory(
    book: Book, tmp_path: Path, directory: int, file: int
) -> None:
    home = tmp_path / "shared"
    home.mkdir()
    home.chmod(directory)
    before = os.umask(0o002)
    try:
        from_file(book, home / "facts.db")
    finally:
        os.umask(before)
    assert (home / "facts.db").stat().st_mode & 0o777 == file
