"""Facts taken in by several processes: byte for byte those that one process takes in."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from book import ORIGIN, Book
from postgres import postgres_server

from ledger.errors import Unverified
from ledger.keys import SigningKey
from ledger.log import Ledger
from ledger.tree import root_of
from ledger.vault import MemoryVault
from projections import kept_crew, kept_cut
from projections.bridge import catalogue
from projections.kept_crew import cuts
from projections.kept_file import KeptFacts


@pytest.fixture(autouse=True)
def _small_spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Spans of a few entries, and workers for a few spans."""
    monkeypatch.setattr(kept_cut, "SPAN", 4)
    monkeypatch.setattr(kept_crew, "WORTHWHILE", 8)
    yield


def told(book: Book, month: int = 3) -> Book:
    """A record with all that concerns other facts: days, a withdrawal, a key under suspicion."""
    project, ben = book.project(), book.person("community")
    for at in range(12):
        book.gave(project, ben, stage="S1", level="lead")
        if at % 4 == 0:
            book.open_day(f"2026-{month:02d}-{at + 1:02d}")
    stone = book.ledger.tombstone_for(book.size - 2)
    body = {"about": book.ana, "ground": "request", "values": [], "tombstones": [stone.as_body()]}
    book.say("values-erased/v1", body, author=book.operator, erased=(stone.hash,))
    spare = SigningKey.generate()
    body = {"person": book.ana, "key": spare.key_id, "public": spare.public.raw.hex()}
    old, book.keys["spare"] = book.keys[book.ana], spare
    book.say("key-enrolled/v1", body | {"via": "grant"}, signers=(book.ana, "spare"))
    book.keys[book.ana] = spare
    book.say("key-revoked/v1", {"key": old.key_id, "reason": "lost", "suspect_from": 9})
    for _ in range(12):
        book.offer(project, ben, 7500)
    return book


def contents(ledger: Ledger, path: Path, cores: int) -> list[tuple[object, ...]]:
    with KeptFacts(path, ledger, cores) as file:
        file.catch_up()
        return list(file.contents())


def test_several_processes_keep_the_very_bytes_that_one_keeps(book: Book, tmp_path: Path) -> None:
    told(book)
    alone = contents(book.ledger, tmp_path / "alone.db", 1)
    assert contents(book.ledger, tmp_path / "beside.db", 3) == alone
    assert {row[0] for row in alone} >= {"chunk", "day", "missing", "suspicion"}


def test_several_processes_go_on_where_one_has_stopped(book: Book, tmp_path: Path) -> None:
    told(book)
    contents(book.ledger, tmp_path / "on.db", 1)
    told(book, month=4)
    assert contents(book.ledger, tmp_path / "on.db", 2) == contents(
        book.ledger, tmp_path / "anew.db", 1
    )


def test_they_read_a_ledger_on_a_server_as_well(book: Book, tmp_path: Path) -> None:
    project, ben = book.project(), book.person("community")
    for _ in range(30):
        book.gave(project, ben, stage="S1")
    with postgres_server() as url:
        ledger = Ledger.create(url, ORIGIN, catalogue(), MemoryVault())
        for entry in book.ledger.entries():
            ledger.record(entry.envelope or b"", today=date(2026, 1, 1))
        assert contents(ledger, tmp_path / "beside.db", 2) == contents(
            ledger, tmp_path / "alone.db", 1
        )
        ledger.close()


def test_the_subtrees_of_all_spans_make_the_root(book: Book) -> None:
    told(book)
    leaves = [entry.leaf_hash for entry in book.ledger.entries()]
    assert root_of(leaves) == book.ledger.head().root
    found = [one for _, cut in cuts(book.ledger, 0, book.size, 2) for one in cut.subtrees]
    assert sum(1 << level for level, _ in found) == book.size


def test_what_does_not_hash_to_its_leaf_is_named_as_one_process_names_it(
    book: Book, tmp_path: Path
) -> None:
    told(book)
    store = sqlite3.connect(tmp_path / "book.db")
    with store:
        store.execute(
            "UPDATE event SET envelope = CAST(replace(envelope, '\"sig\"', '\"gis\"') AS BLOB)"
            ' WHERE "index" = 9'
        )
    store.close()
    said = []
    for cores in (1, 2):
        with pytest.raises(Unverified, match="entry 9") as refused:
            contents(book.ledger, tmp_path / f"{cores}.db", cores)
        said.append((str(refused.value), refused.value.entry, refused.value.step))
    assert said[0] == said[1]


def test_a_row_that_is_gone_gives_no_figure(book: Book, tmp_path: Path) -> None:
    told(book)
    store = sqlite3.connect(tmp_path / "book.db")
    with store:
        store.execute('DELETE FROM event WHERE "index" = 9')
    store.close()
    with pytest.raises(Unverified, match="3 of the 4 entries from 8 on"):
        contents(book.ledger, tmp_path / "facts.db", 2)


def test_the_spans_of_a_worker_that_died_are_cut_here(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(book)
    submit, calls = ProcessPoolExecutor.submit, []

    def dies_at_the_second(self: ProcessPoolExecutor, *given: Any) -> Future[Any]:
        calls.append(given)
        return submit(self, os._exit, 1) if len(calls) == 2 else submit(self, *given)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", dies_at_the_second)
    beside = contents(book.ledger, tmp_path / "beside.db", 2)
    assert len(calls) > 2
    assert beside == contents(book.ledger, tmp_path / "alone.db", 1)


def test_a_reading_that_is_killed_leaves_what_was_there_and_no_process(
    book: Book, tmp_path: Path
) -> None:
    told(book)
    contents(book.ledger, tmp_path / "facts.db", 1)
    before, size = contents(book.ledger, tmp_path / "facts.db", 1), book.size
    told(book, month=4)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "book.db"), str(tmp_path / "facts.db")],
        stdout=subprocess.PIPE,  # every worker holds it: it ends when the last one has
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with sqlite3.connect(tmp_path / "facts.db") as file:
        [(edge,)] = file.execute("SELECT edge FROM kept")
        chunks = file.execute("SELECT * FROM chunk ORDER BY 1, 2").fetchall()
    file.close()
    assert int.from_bytes(edge[:8], "big") == size
    assert chunks == [tuple(row) for _, *row in before if _ == "chunk"]
    assert contents(book.ledger, tmp_path / "facts.db", 2) == contents(
        book.ledger, tmp_path / "anew.db", 1
    )


_KILLED = f"""
import os, signal, sys
from ledger.log_read import LedgerReader
from ledger.store import Store
from ledger.vault import MemoryVault
from projections import kept_crew, kept_cut
from projections.bridge import catalogue
from projections.kept_file import KeptFacts

def killed(self, edge, span, cut, take_in=KeptFacts._take_in):
    take_in(self, edge, span, cut)
    left.append(span)
    if len(left) == 4:
        os.kill(os.getpid(), signal.SIGKILL)

left = []
kept_cut.SPAN, kept_crew.WORTHWHILE, KeptFacts._take_in = 4, 8, killed
store = Store.open("sqlite:///" + sys.argv[1], {ORIGIN!r})
KeptFacts(sys.argv[2], LedgerReader(store, catalogue(), MemoryVault()), 2).catch_up()
"""
