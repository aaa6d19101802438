"""The replay loop: from a live ledger or a directory, the same facts and the same root."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from book import ORIGIN, Book

from ledger.directory import Directory
from ledger.encoding import b64encode, new_id
from ledger.errors import Malformed, Unverified
from ledger.note import make_vkey
from ledger.publish import publish
from projections.replay import decoded, entries, read_facts
from projections.result import Asked
from projections.views import answer, answers, find, listed


def published(book: Book, folder: Path, shown_as: str) -> Path:
    policy = f"log {make_vkey(ORIGIN, 1, book.log_key.public)}\nquorum none\n"
    book.ledger.make_checkpoint(book.log_key)
    publish(book.ledger, folder / shown_as, shown_as, policy)
    return folder / shown_as


def filled(book: Book) -> Book:
    project = book.project()
    ben = book.person("community")
    for _ in range(5):
        book.gave(project, ben, stage="S1", level="lead")
    book.offer(project, ben, 7500)
    return book


@pytest.mark.parametrize("name", listed())
def test_an_auditors_directory_gives_the_figures_of_the_live_ledger(
    book: Book, tmp_path: Path, name: str
) -> None:
    filled(book)
    live = book.view(name)
    with Directory(published(book, tmp_path, "auditor")) as directory:
        from_files = answer(directory, name, Asked())
    assert from_files.digest == live.digest
    assert from_files.checkpoint == live.checkpoint
    assert from_files.hashes == live.hashes


def test_a_public_directory_says_how_much_it_does_not_show(book: Book, tmp_path: Path) -> None:
    filled(book)
    with Directory(published(book, tmp_path, "public")) as directory:
        result = answer(directory, "stages", Asked())
    assert any("entries not shown to this reader" in note for note in result.notes)
    assert result.checkpoint.root == b64encode(book.ledger.head().root)


def test_entries_stop_where_they_are_told_and_have_no_gap(book: Book) -> None:
    filled(book)
    assert [entry.index for entry in entries(book.ledger, stop=4)] == [0, 1, 2, 3]
    assert [entry.index for entry in entries(book.ledger)] == list(range(book.size))


def test_a_record_of_more_than_one_tile_has_the_root_of_the_ledger(
    book: Book, tmp_path: Path
) -> None:
    for _ in range(300):
        book.person()
    facts = read_facts(book.ledger)
    for size in (1, 256, 257, book.size):
        assert facts.root_at(size) == b64encode(book.ledger.root_at(size))
    with Directory(published(book, tmp_path, "auditor")) as directory:
        assert [one.index for one in entries(directory, stop=260)] == list(range(260))
        assert read_facts(directory).root_at(book.size) == facts.root_at(book.size)


def test_an_envelope_changed_in_the_store_gives_no_figure(book: Book, tmp_path: Path) -> None:
    filled(book)
    with sqlite3.connect(tmp_path / "book.db") as database:
        [(envelope,)] = database.execute('SELECT envelope FROM event WHERE "index" = 3')
        changed = envelope.replace(b"A", b"B", 1)
        database.execute('UPDATE event SET envelope = ? WHERE "index" = 3', (changed,))
    database.close()
    with pytest.raises(Unverified, match="entry 3") as refused:
        book.view("stages")
    assert refused.value.step == 6
    assert "tally verify" in refused.value.hint


def test_an_envelope_changed_in_a_directory_gives_no_figure(book: Book, tmp_path: Path) -> None:
    filled(book)
    folder = published(book, tmp_path, "auditor")
    path = next(iter(sorted((folder / "envelopes").glob("*/*.json"))))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"A", b"B", 1))
    with Directory(folder) as directory, pytest.raises(Unverified, match="does not hash"):
        answer(directory, "stages", Asked())


def test_what_does_not_decode_is_malformed_and_says_where() -> None:
    for raw in (b"", b"{}", b'{"payload":"!"}', b'{"payload":"e30="}', b'{"payload":"W10="}'):
        with pytest.raises(Malformed, match="entry 7"):
            decoded(7, raw)


def test_several_views_stand_on_one_reading(book: Book) -> None:
    filled(book)
    several = answers(book.ledger, listed(), Asked())
    assert [result.view for result in several] == list(listed())
    assert len({result.checkpoint for result in several}) == 1
    assert [result.digest for result in several] == [book.view(n).digest for n in listed()]


def test_an_unknown_view_is_refused_with_the_names_of_those_that_exist() -> None:
    with pytest.raises(KeyError, match="stages"):
        find("gini")


def _suspected(book: Book, *, said: int) -> int:
    """Three contributions and an acceptance by Dee, whose key is then in doubt; gives since when.

    ``said`` of the contributions lie in the time in doubt.
    """
    project, dee = book.project(), book.person("community")
    book.give_key(dee)
    grant = {"to": dee, "kinds": ["record"], "scope": {}, "onward": 0}
    under = book.hash(book.say("power-granted/v1", grant).index)
    since = 0
    for number in range(3):
        body = {
            "contribution": new_id("contribution"),
            "project": project,
            "people": [{"person": dee}],
        }
        if number == 3 - said:
            since = book.size
        book.say("contribution-recorded/v1", body, author=dee, under=under)
    since = since or book.size
    offer = book.offer(project, dee, 7500)
    book.say("payment-accepted/v1", {"offer": offer}, author=dee)
    body = {"key": book.keys[dee].key_id, "reason": "stolen", "suspect_from": since}
    book.say("key-revoked/v1", body)
    return since


def test_views_note_the_contested_entries_behind_them_and_count_them(book: Book) -> None:
    since = _suspected(book, said=2)
    note = f"contested: signed by a key under suspicion from entry {since} on. Counted all the same"
    for name in ("contributions", "stages", "voices", "projects"):
        assert [n for n in book.view(name).notes if note in n] == [f"2 entries are {note}."], name
    # Contributions are read for payments too, to scale an offer by what it was for.
    assert [n for n in book.view("payments").notes if note in n] == [f"3 entries are {note}."]
    assert not [n for n in book.view("contributions", at=book.size - 1).notes if "contested" in n]


def test_one_report_and_one_view_count_the_same_entries_as_contested(book: Book) -> None:
    _suspected(book, said=1)
    [note] = [n for n in book.view("contributions").notes if "contested" in n]
    assert note.startswith("1 entry is contested")
    together = answers(book.ledger, ["contributions", "payments"], Asked())
    assert note in together[0].notes


def test_a_suspicion_that_touches_nothing_of_a_view_is_not_noted_there(book: Book) -> None:
    _suspected(book, said=0)
    assert not [n for n in book.view("contributions").notes if "contested" in n]
    assert [n for n in book.view("payments").notes if "1 entry is contested" in n]
