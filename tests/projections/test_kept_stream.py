"""Facts read piece by piece: the same facts, the same answers, and one state of the record."""

from __future__ import annotations

import gc
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest
from book import ORIGIN, Book
from whole import render_json

from ledger.directory import Directory
from ledger.errors import Malformed, StorageFailed, Unverified
from ledger.note import make_vkey
from ledger.publish import publish
from projections import given, kept_cut, kept_stream, offers
from projections.facts import Fact, Facts
from projections.kept import facts_of, keep_beside, let_go
from projections.kept_file import KeptFacts
from projections.kept_stream import StreamedFact, StreamedFacts
from projections.portfolio import Portfolio
from projections.replay import read_facts
from projections.result import Asked, ViewResult
from projections.views import answers, find, listed
from tests.bench.mixed import Mixed

TYPES = frozenset().union(*(find(name).needs for name in listed())) | {"key-enrolled/v1"}
KIND = "contribution-recorded/v1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "facts.db"


@pytest.fixture(autouse=True)
def _always_streamed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Chunks of a few entries, a few of them read at a time, however small the book."""
    monkeypatch.setattr(kept_cut, "SPAN", 4)
    monkeypatch.setattr(kept_stream, "HELD_AT_MOST", 0)
    monkeypatch.setattr(kept_stream, "READ_AT_MOST", 3000)
    yield


def streamed(book: Book, path: Path) -> StreamedFacts:
    with KeptFacts(path, book.ledger) as file:
        found = file.facts(TYPES)
    assert isinstance(found, StreamedFacts)
    return found


def withdraw(book: Book, index: int) -> None:
    stone = book.ledger.tombstone_for(index)
    body = {"about": book.ana, "ground": "request", "values": [], "tombstones": [stone.as_body()]}
    book.say("values-erased/v1", body, author=book.operator, erased=(stone.hash,))


def published(book: Book, folder: Path) -> Path:
    """What the world, or an auditor, is given of the book: the class is the folder's name."""
    book.ledger.make_checkpoint(book.log_key)
    policy = f"log {make_vkey(ORIGIN, 1, book.log_key.public)}\nquorum none\n"
    publish(book.ledger, folder, folder.name, policy)
    return folder


def some_history(book: Book, chance: Random, many: int) -> list[int]:
    """Write ``many`` entries; gives the indexes of contributions that may be withdrawn."""
    project, people = book.project(), [book.person("community"), book.person("institution")]
    contributions: list[int] = []
    for _ in range(many):
        who = chance.choice(people)
        if chance.random() < 0.7:
            book.gave(project, who, stage=chance.choice(["S1", "S4b"]), on="2025-05-05")
            contributions.append(book.size - 1)
        else:
            book.offer(project, who, 500)
    return contributions


def agree(mine: Facts, theirs: Facts) -> None:
    assert mine.by_type.keys() == theirs.by_type.keys()
    for kind, some in theirs.by_type.items():
        assert len(mine.by_type[kind]) == len(some)
        assert list(mine.by_type[kind]) == list(some)
        assert [mine.by_type[kind][at] for at in (0, -1)] == [some[0], some[-1]]
    for before in (0, 1, 7, 8, mine.size // 2, mine.size - 1, mine.size):
        found = list(mine.of(*TYPES, "no-such-type/v1", before=before))
        assert found == list(theirs.of(*TYPES, before=before))
    assert (mine.origin, mine.size, mine.days) == (theirs.origin, theirs.size, theirs.days)
    assert (mine.missing, set(mine.contested)) == (theirs.missing, set(theirs.contested))

    at = [mine.at(index) for index in range(-1, mine.size + 1)]
    assert at == [theirs.at(index) for index in range(-1, mine.size + 1)]


def all_of(result: ViewResult) -> tuple[Any, ...]:
    """An answer with everything behind its cells."""
    rows = [
        (
            row.name,
            dict(row.cells),
            row.events,
            {column.name: row.rests_on(column.name) for column in result.columns},
            dict(row.payees),
            dict(row.people),
        )
        for row in result.rows
    ]
    return render_json(result), rows, dict(result.hashes), result.relations


@pytest.mark.parametrize("seed", range(3))
def test_streamed_facts_are_those_of_the_record_after_every_step(
    book: Book, path: Path, seed: int
) -> None:
    chance = Random(seed)
    for _ in range(6):
        withdrawable = some_history(book, chance, chance.randrange(1, 9))
        if withdrawable and chance.random() < 0.5:
            withdraw(book, chance.choice(withdrawable))
        agree(streamed(book, path), read_facts(book.ledger, TYPES))


@pytest.mark.parametrize("name", listed())
def test_every_view_counts_the_same_from_facts_that_are_streamed(
    mixed: tuple[Mapping[str, Any], Mapping[str, Any]], name: str
) -> None:
    held, found = mixed
    assert found[name] == held[name]


@pytest.fixture(scope="module")
def mixed(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Everything behind every view of a record of everything: from facts held, and streamed."""
    folder = tmp_path_factory.mktemp("mixed")
    with (
        pytest.MonkeyPatch.context() as patch,
        closing(Mixed().fill(f"sqlite:///{folder / 'mixed.db'}", 700)) as ledger,
    ):
        patch.setattr(kept_cut, "SPAN", 16)
        patch.setattr(kept_stream, "HELD_AT_MOST", 1000)
        keep_beside(ledger, folder / "facts.db")
        assert not isinstance(facts_of(ledger, TYPES), StreamedFacts)
        held = {one.view: all_of(one) for one in answers(ledger, listed(), Asked())}
        patch.setattr(kept_stream, "HELD_AT_MOST", 0)
        patch.setattr(kept_stream, "READ_AT_MOST", 20_000)
        assert isinstance(facts_of(ledger, TYPES), StreamedFacts)
        found = answers(ledger, listed(), Asked())
        return held, {one.view: all_of(one) for one in found}


def test_up_to_so_many_facts_are_held_and_from_then_on_none(
    book: Book, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_history(book, Random(1), 12)
    keep_beside(book.ledger, path)
    many = sum(map(len, read_facts(book.ledger, TYPES).by_type.values()))
    for most, expected in ((many, Facts), (many - 1, StreamedFacts)):
        monkeypatch.setattr(kept_stream, "HELD_AT_MOST", most)
        assert type(facts_of(book.ledger, TYPES)) is expected
    assert type(facts_of(book.ledger, {KIND})) is Facts  # it is the facts wanted that count


def test_between_views_the_folds_stay_that_the_last_one_asked_for(book: Book, path: Path) -> None:
    some_history(book, Random(14), 12)
    facts = streamed(book, path)
    asked = Asked()
    given.read(facts, asked)
    money = offers.read(facts, asked)
    facts.turn()
    assert offers.read(facts, asked) is money
    facts.turn()
    assert len(facts.folded) == 1
    facts.let_go()
    assert facts.folded == {}
    assert offers.read(facts, asked) is not money


def test_what_is_read_at_a_time_is_bounded(
    book: Book, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_history(book, Random(2), 60)
    facts = streamed(book, path)
    everything = list(facts.of(*TYPES, before=facts.size))
    monkeypatch.setattr(kept_stream, "READ_AT_MOST", 10_000)
    for fact in (*everything, *reversed(everything)):
        assert fact.body
        chunks = chain.from_iterable(some.chunks for some in facts.by_type.values())
        assert 1 <= sum(map(_is_read, chunks)) < 20
    facts.let_go()
    chunks = chain.from_iterable(some.chunks for some in facts.by_type.values())
    assert not any(_is_read(chunk) for chunk in chunks)


def _is_read(chunk: kept_stream.Chunk) -> bool:
    try:
        object.__getattribute__(chunk, "columns")
    except AttributeError:
        return False
    return True


def test_who_reads_in_the_order_of_the_log_reads_each_chunk_once(book: Book, path: Path) -> None:
    some_history(book, Random(3), 60)
    facts = streamed(book, path)
    for fact in facts.of(*TYPES, before=facts.size):
        assert (fact.body, fact.hash, fact.author, fact.mode) != ()
    assert facts.source.reads == sum(len(some.chunks) for some in facts.by_type.values())


def test_a_fact_that_is_streamed_is_as_any_other(book: Book, path: Path) -> None:
    some_history(book, Random(4), 12)
    [one, other, *_] = streamed(book, path).of(KIND, before=book.size)
    [held, *_] = read_facts(book.ledger, {KIND}).of(KIND, before=book.size)
    assert one == held
    assert held == one
    assert one != other
    assert (one != held) is False
    assert (repr(one), one._asdict(), [*one]) == (repr(held), held._asdict(), [*held])
    assert sorted([other, one]) == [one, other]
    assert one._replace(index=7) == held._replace(index=7)
    body = one.body
    assert isinstance(body, dict)
    assert body == held.body == {**one.body} == json.loads(json.dumps(one.body))
    assert one.body is body
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_facts_see_one_state_while_others_write_and_withdraw(
    book: Book, path: Path, tmp_path: Path
) -> None:
    withdrawable = some_history(book, Random(5), 30)
    keep_beside(book.ledger, path)
    before = list(read_facts(book.ledger, TYPES).of(*TYPES, before=book.size))
    facts = facts_of(book.ledger, TYPES)
    size, kept = facts.size, list(facts.of(*TYPES, before=facts.size))
    facts.let_go()
    withdraw(book, withdrawable[0])
    some_history(book, Random(6), 30)
    let_go(book.ledger)  # as another process does
    with KeptFacts(path, book.ledger) as other:
        other.catch_up()
    assert list(facts.of(*TYPES, before=book.size)) == kept == before
    anew = facts_of(book.ledger, TYPES)
    assert (anew.size, anew.missing) == (book.size, (withdrawable[0],))
    assert facts.size == size


def test_the_file_is_let_go_of_with_the_last_fact_and_a_withdrawn_entry_leaves_it_then(
    book: Book, path: Path
) -> None:
    project, ben = book.project(), book.person("community")
    book.gave(project, ben, kinds=["mentoring"])
    index = book.size - 1
    keep_beside(book.ledger, path)
    [fact] = facts_of(book.ledger, {KIND}).of(KIND, before=book.size)
    withdraw(book, index)
    let_go(book.ledger)
    assert fact.body["kinds"] == ["mentoring"]
    assert b"mentoring" in _bytes_of(path)  # as for anybody who had begun to read before
    del fact
    gc.collect()
    assert b"mentoring" not in _bytes_of(path)
    assert not path.with_name("facts.db-wal").exists()


def _bytes_of(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_facts_can_be_read_when_the_file_was_dropped_meanwhile(book: Book, path: Path) -> None:
    some_history(book, Random(7), 30)
    facts = streamed(book, path)
    expected = list(read_facts(book.ledger, TYPES).of(*TYPES, before=book.size))
    for ending in ("", "-wal", "-shm"):
        path.with_name(f"facts.db{ending}").unlink(missing_ok=True)
    assert list(facts.of(*TYPES, before=facts.size)) == expected
    agree(streamed(book, path), read_facts(book.ledger, TYPES))


def test_a_large_record_whose_facts_are_kept_nowhere_is_streamed_too(
    book: Book, tmp_path: Path
) -> None:
    withdrawable = some_history(book, Random(10), 40)
    withdraw(book, withdrawable[3])
    expected = read_facts(book.ledger, TYPES)
    facts = facts_of(book.ledger, TYPES)
    assert isinstance(facts, StreamedFacts)
    agree(facts, expected)
    for kind in ("public", "auditor"):
        with Directory(published(book, tmp_path / kind)) as directory:
            facts, expected = facts_of(directory, TYPES), read_facts(directory, TYPES)
            assert isinstance(facts, StreamedFacts)
            agree(facts, expected)
            for size in (0, 1, 9, facts.size):
                assert facts.root_at(size) == expected.root_at(size)
            everything = [all_of(one) for one in answers(directory, listed(), Asked())]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(kept_stream, "HELD_AT_MOST", 1000)
                assert everything == [all_of(one) for one in answers(directory, listed(), Asked())]


def test_a_directory_whose_leaves_do_not_have_the_root_of_its_checkpoint_gives_no_facts(
    book: Book, tmp_path: Path
) -> None:
    some_history(book, Random(11), 20)
    folder = published(book, tmp_path / "public")
    [bundle] = (folder / "tile" / "entries").rglob("*.p/*")
    data = bundle.read_bytes()
    one = 2 + int.from_bytes(data[:2], "big")  # all are as long
    bundle.write_bytes(data[one : 2 * one] + data[:one] + data[2 * one :])
    with Directory(folder) as directory, pytest.raises(Unverified):
        facts_of(directory, TYPES)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE chunk SET hash = hash || char(10) || hash",
        "UPDATE chunk SET body = CAST(x'ff' AS TEXT)",
    ],
)
def test_a_file_that_is_damaged_is_refused_in_words(book: Book, path: Path, damage: str) -> None:
    some_history(book, Random(8), 12)
    streamed(book, path)
    with sqlite3.connect(path) as file:
        file.execute(damage)
    file.close()
    facts = streamed(book, path)
    with pytest.raises(StorageFailed, match="kept facts") as told:
        [(fact.hash, fact.body) for fact in facts.of(KIND, before=facts.size)]
    assert "facts.db" in told.value.hint


def test_a_body_that_does_not_decode_names_its_entry_when_it_is_read(
    book: Book, path: Path
) -> None:
    some_history(book, Random(9), 12)
    streamed(book, path)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE chunk SET body = replace(body, '{', '!') WHERE type = ?", (KIND,))
    file.close()
    facts = streamed(book, path)
    first: Fact = next(facts.of(KIND, before=facts.size))
    with pytest.raises(Malformed, match="does not decode") as told:
        first.body  # noqa: B018  # reading it is what fails
    assert told.value.entry == first.index


def test_several_ledgers_read_together_count_the_same_when_each_is_streamed(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    other = Book(tmp_path / "other", origin="example.org/other")
    with closing(other.ledger):
        for one, seed in ((book, 12), (other, 13)):
            some_history(one, Random(seed), 20)
        portfolio = Portfolio((book.ledger, other.ledger))
        mine, _ = portfolio.facts(TYPES, Asked())
        found = [all_of(one) for one in answers(portfolio, listed(), Asked())]
        monkeypatch.setattr(kept_stream, "HELD_AT_MOST", 1000)
        theirs, _ = portfolio.facts(TYPES, Asked())
        agree(mine, theirs)
        assert found == [all_of(one) for one in answers(portfolio, listed(), Asked())]
        assert all(type(fact) is StreamedFact for some in mine.by_type.values() for fact in some)
