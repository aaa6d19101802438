"""Judging with a memory: the verdict of a fresh reading, whoever writes, whatever is withdrawn."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from book import ORIGIN as BOOK
from book import Book
from hypothesis import given, settings
from hypothesis import strategies as st
from test_worlds import lines
from two_writers import Play, Writer, check_memory

from domain.contribution import Contribution
from domain.refusal import Refused
from domain.rules import Rulebook
from ledger.encoding import new_id
from ledger.envelope import parse_envelope
from ledger.errors import Conflict
from ledger.log import Ledger
from ledger.records import Pending, Receipt
from ledger.statement import Statement, parse_statement
from ledger.types import tags_of
from projections import judge as judging
from projections.bridge import catalogue
from projections.judge import Judge
from projections.store_world import StoreWorld


@settings(max_examples=40)
@given(told=lines(), seed=st.integers(0, 2**32))
def play(told: list[tuple[str, bool]], seed: int) -> None:
    """Let two writers write a made-up history."""
    with TemporaryDirectory() as folder:
        made = Play(Path(folder), seed)
        try:
            made.run(told)
        finally:
            made.close()


def test_two_writers_judge_as_a_fresh_reading_does() -> None:
    Play.happened.clear()
    play()
    kinds = [name for name in Play.happened if name.startswith("recorded ")]
    assert len(kinds) >= 30, sorted(kinds)
    for what in ("conflict", "withdrawn", "meanwhile", "refused", "forced"):
        assert Play.happened[what], f"no {what}: the histories say too little"


@contextmanager
def two_writers(book: Book) -> Iterator[tuple[Writer, Writer]]:
    """The book's own connection and another to the same file, as a second process has."""
    url = f"sqlite:///{book.ledger.store._database.path}"
    other = Ledger.open(url, BOOK, catalogue(), book.vault)
    try:
        yield Writer(book.ledger, Judge(book.ledger)), Writer(other, Judge(other))
    finally:
        other.close()


def begun(book: Book) -> str:
    """A project, in which Ana takes part herself."""
    book.say("person-enrolled/v1", {"person": book.ana})
    return book.project()


def sealed(book: Book, type_: str, body: dict[str, Any], **how: Any) -> tuple[bytes, Statement]:
    raw = book.sealed(type_, body, **how)
    return raw, parse_statement(parse_envelope(raw).payload)


def written(book: Book, writer: Writer, raw: bytes, statement: Statement) -> Receipt:
    """Judge, record and learn, as ``tally`` does."""
    judged = writer.judge.judge(statement, book.day)
    receipt = writer.ledger.record(
        raw, conditions=judged.conditions, today=date.fromisoformat(book.day)
    )
    writer.judge.learn(judged, receipt, raw)
    return receipt


class Counting:
    """A ledger that counts how often it is read."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.reads: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        self.reads[name] += 1
        return getattr(self._ledger, name)


def given_body(project: str, person_: str, id_: str = "") -> dict[str, Any]:
    return {
        "contribution": id_ or new_id("contribution"),
        "project": project,
        "people": [{"person": person_}],
    }


def test_who_goes_on_writing_reads_only_what_was_never_asked(book: Book) -> None:
    project = begun(book)
    counting: Any = Counting(book.ledger)
    writer = Writer(book.ledger, Judge(counting))
    for _ in range(3):
        raw, said = sealed(book, "contribution-recorded/v1", given_body(project, book.ana))
        counting.reads.clear()
        written(book, writer, raw, said)
    # The new contribution's id was never asked for; all else is remembered, the head included.
    assert counting.reads == {"matching": 1}
    again = {"contribution": said.body["contribution"]}
    counting.reads.clear()
    written(book, writer, *sealed(book, "contribution-retracted/v1", again))
    assert not counting.reads


def test_what_another_process_wrote_stops_what_it_forbids(book: Book) -> None:
    project, ben = begun(book), book.person("community")
    book.give_key(ben)
    id_ = new_id("contribution")
    with two_writers(book) as (one, other):
        raw, said = sealed(book, "contribution-recorded/v1", given_body(project, book.ana, id_))
        judged = one.judge.judge(said, book.day)
        body = given_body(project, ben, id_)
        written(book, other, *sealed(book, "contribution-recorded/v1", body, author=ben))
        with pytest.raises(Conflict):
            one.ledger.record(raw, conditions=judged.conditions, today=date.fromisoformat(book.day))
        assert one.judge.catch_up()
        with pytest.raises(Refused) as refused:
            one.judge.judge(said, book.day)
        assert refused.value.rule == "contribution-exists"


def test_what_another_process_wrote_is_seen_before_an_act_is_refused(book: Book) -> None:
    project, ben = begun(book), book.person("community")
    with two_writers(book) as (one, other):
        first = sealed(book, "contribution-recorded/v1", given_body(project, ben))
        written(book, one, *first)  # so that there is something kept
        receipt = written(
            book, other, *sealed(book, "contribution-recorded/v1", given_body(project, ben))
        )
        entry = parse_envelope(other.ledger.entry(receipt.index).envelope or b"")
        body = {"contribution": parse_statement(entry.payload).body["contribution"]}
        written(book, one, *sealed(book, "contribution-retracted/v1", body))
        check_memory(one)


def test_an_act_that_was_not_recorded_leaves_nothing(book: Book) -> None:
    project = begun(book)
    writer = Writer(book.ledger, Judge(book.ledger))
    raw, said = sealed(book, "contribution-recorded/v1", given_body(project, book.ana))
    writer.judge.judge(said, book.day)  # and then the power went
    check_memory(writer)
    writer.judge.judge(said, book.day)  # still allowed: nobody recorded it
    written(book, writer, raw, said)
    receipt = book.ledger.record(raw, today=date.fromisoformat(book.day))
    assert receipt.duplicate
    check_memory(writer)


def test_a_receipt_for_what_lay_there_before_is_not_folded_again(book: Book) -> None:
    writer = Writer(book.ledger, Judge(book.ledger))
    body = {"budget": new_id("budget"), "project": book.project()}
    body["amount"] = {"minor": 100, "currency": "GBP", "exponent": 2}
    raw, said = sealed(book, "budget-opened/v1", body)
    judged = writer.judge.judge(said, book.day)
    today = date.fromisoformat(book.day)
    for _ in range(2):
        receipt = book.ledger.record(raw, conditions=judged.conditions, today=today)
        writer.judge.learn(judged, receipt, raw)
    check_memory(writer)


def test_a_day_a_key_and_an_erasure_are_read_and_not_guessed(book: Book) -> None:
    project, ben = begun(book), book.person("community")
    writer = Writer(book.ledger, Judge(book.ledger))
    raw, said = sealed(book, "contribution-recorded/v1", given_body(project, ben))
    gone = written(book, writer, raw, said)
    book.day = "2026-01-02"
    written(book, writer, *sealed(book, "day-opened/v1", {"day": book.day}, author=book.operator))
    stone = book.ledger.tombstone_for(gone.index)
    body = {"about": ben, "ground": "request", "values": [], "tombstones": [stone.as_body()]}
    erasure = sealed(book, "values-erased/v1", body, author=book.operator, erased=(stone.hash,))
    written(book, writer, *erasure)
    back = {"contribution": said.body["contribution"]}
    written(book, writer, *sealed(book, "contribution-retracted/v1", back))
    kept = writer.judge._states[Contribution, back["contribution"]].state
    assert kept.withdrawn
    assert not kept.standing
    check_memory(writer, whole=True)


def test_a_withdrawn_entry_is_read_as_withdrawn_before_its_envelope_is_gone(book: Book) -> None:
    """The process that recorded the erasure may have stopped before it carried it out."""
    project, ben = begun(book), book.person("community")
    id_ = book.gave(project, ben)
    stone = book.ledger.tombstone_for(book.size - 1)
    body = {"about": ben, "ground": "request", "values": [], "tombstones": [stone.as_body()]}
    raw, said = sealed(book, "values-erased/v1", body, author=book.operator, erased=(stone.hash,))
    tags = tags_of(said, catalogue()[said.type])
    pending = Pending(raw, said.type, tags, said.key, said.seq, said.nonce)
    [receipt] = book.ledger.store.append([pending])
    assert isinstance(receipt, Receipt)
    assert book.ledger.entry(receipt.index - 1).envelope is not None
    before = StoreWorld(book.ledger, book.size).get(Contribution, id_)
    assert before.withdrawn
    assert book.ledger.finish_erasures() == 1
    assert StoreWorld(book.ledger, book.size).get(Contribution, id_) == before


def test_what_a_forger_left_stops_nobody_who_does_not_ask_for_it(book: Book) -> None:
    project = begun(book)
    with two_writers(book) as (one, other):
        written(book, one, *sealed(book, "contribution-recorded/v1", given_body(project, book.ana)))
        book.force(book.sealed("project-opened/v1", {"project": "house"}))
        first = given_body(project, book.ana)
        written(book, one, *sealed(book, "contribution-recorded/v1", first))
        assert other.judge.catch_up()
        check_memory(one)


def test_memory_is_bounded_and_begins_anew_when_far_behind(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "MAX_STATES", 8)
    monkeypatch.setattr(judging, "MAX_BEHIND", 3)
    project = begun(book)
    with two_writers(book) as (one, other):
        for _ in range(6):
            body = given_body(project, book.ana)
            written(book, one, *sealed(book, "contribution-recorded/v1", body))
            assert len(one.judge._states) <= 8
            check_memory(one)
        assert (Rulebook, "") in one.judge._states  # asked for each time, so kept
        for _ in range(5):
            body = given_body(project, book.ana)
            written(book, other, *sealed(book, "contribution-recorded/v1", body))
        assert one.judge.catch_up()
        assert not one.judge._states
        assert one.judge.size == book.size


def test_what_cannot_be_folded_whole_is_forgotten_whole(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = begun(book)
    writer = Writer(book.ledger, Judge(book.ledger))
    raw, said = sealed(book, "contribution-recorded/v1", given_body(project, book.ana))
    written(book, writer, raw, said)
    monkeypatch.setattr(Contribution, "apply", lambda *_: 1 / 0)
    written(
        book,
        writer,
        *sealed(book, "contribution-retracted/v1", {"contribution": said.body["contribution"]}),
    )
    assert not writer.judge._states
    assert writer.judge.size == book.size


def test_threads_share_one_judge(book: Book) -> None:
    project = begun(book)
    people = [book.person("community") for _ in range(4)]
    for one in people:
        book.give_key(one)
    writer = Writer(book.ledger, Judge(book.ledger))
    failed: list[BaseException] = []

    def give(who: str) -> None:
        try:
            for _ in range(15):
                body = given_body(project, who)
                raw, said = sealed(book, "contribution-recorded/v1", body, author=who)
                written(book, writer, raw, said)
                back = {"contribution": body["contribution"]}
                written(book, writer, *sealed(book, "contribution-retracted/v1", back, author=who))
        except BaseException as error:  # noqa: BLE001 (told by the test's own thread)
            failed.append(error)

    threads = [threading.Thread(target=give, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    writer.judge.catch_up()
    check_memory(writer, whole=True)
