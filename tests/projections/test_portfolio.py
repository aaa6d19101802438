"""Several ledgers read together: one figure over all of them, each standing on its own root."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from book import Book, cells

from ledger.encoding import b64encode
from projections.portfolio import Portfolio
from projections.result import Asked
from projections.views import answer


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Book]:
    (tmp_path / "other").mkdir()
    made = Book(tmp_path / "other", origin="example.org/other")
    yield made
    made.ledger.close()


def projects(book: Book, number: int, defined: int) -> None:
    """``number`` projects that claim to involve; the community defined ``defined`` of them."""
    ben = book.person("community")
    for at in range(number):
        project = book.project()
        book.gave(project, ben, stage="S4b", level="involve")
        if at < defined:
            book.gave(project, ben, stage="S1")


def test_a_share_is_of_all_projects_and_no_mean_of_shares(book: Book, other: Book) -> None:
    projects(book, 8, 8)
    projects(other, 2, 0)
    together = answer(Portfolio((book.ledger, other.ledger)), "stages", Asked())
    row = cells(together, stage="S1")
    assert (row["eligible"], row["community"], row["share"]) == (10, 8, 80.0)


def test_each_ledger_stands_on_its_own_root_and_entries_lead_back_to_it(
    book: Book, other: Book
) -> None:
    projects(book, 1, 1)
    projects(other, 1, 1)
    portfolio = Portfolio((book.ledger, other.ledger))
    result = answer(portfolio, "contributions", Asked())
    assert [(part.origin, part.size, part.first) for part in result.parts] == [
        ("example.org/book", book.size, 0),
        ("example.org/other", other.size, book.size),
    ]
    assert [part.root for part in result.parts] == [
        b64encode(one.ledger.head().root) for one in (book, other)
    ]
    [row] = result.rows
    places = [portfolio.part_of(result.parts, index) for index in row.events]
    assert {at for at, _ in places} == {0, 1}
    for (at, index), mine in zip(places, row.events, strict=True):
        ledger = (book, other)[at].ledger
        assert ledger.opened(index)[0].hash == result.hashes[mine]


def test_a_day_cuts_each_ledger_where_it_stood_then(book: Book, other: Book) -> None:
    projects(book, 1, 0)
    book.open_day("2026-02-01")
    projects(book, 1, 0)
    projects(other, 1, 0)  # on the first of January
    at = answer(Portfolio((book.ledger, other.ledger)), "stages", Asked(at=date(2026, 1, 15)))
    assert cells(at, stage="S4b")["community"] == 2
    assert at.parts[0].size < book.size


def test_the_same_in_two_orders(book: Book, other: Book) -> None:
    projects(book, 2, 1)
    projects(other, 1, 1)
    one = answer(Portfolio((book.ledger, other.ledger)), "stages", Asked())
    two = answer(Portfolio((other.ledger, book.ledger)), "stages", Asked())
    assert [row.cells for row in one.rows] == [row.cells for row in two.rows]


def test_a_number_of_entries_and_a_ledger_named_twice_are_refused(book: Book, other: Book) -> None:
    with pytest.raises(ValueError, match="another moment in each ledger"):
        answer(Portfolio((book.ledger, other.ledger)), "stages", Asked(at=3))
    with pytest.raises(ValueError, match="named twice"):
        answer(Portfolio((book.ledger, book.ledger)), "stages", Asked())
