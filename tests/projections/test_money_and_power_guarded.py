"""The views of money, fairness and power, as they leave the circle of those who may see people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from book import Book
from made_up import holds
from whole import guarded, render_json

from ledger.encoding import new_id
from ledger.errors import DOES_NOT_MATCH
from projections.guard import Control
from projections.recheck import parse_saved, recheck
from projections.result import Hidden, ViewResult

HOUR = {"basis": "worked", "minutes": 60}
VIEWS = (
    "payments", "owed", "hours", "fairness", "spread", "power", "seats", "motions",
    "concentration", "budgets", "time", "inclusion",
)  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A programme of fourteen people who were paid, two who were not, and a board of three."""
    book = Book(tmp_path_factory.mktemp("guarded"))
    project, board = book.project(), book.body(seats=4)
    amount = {"minor": 90_000, "currency": "GBP", "exponent": 2}
    body = {"budget": new_id("budget"), "project": project, "amount": amount}
    book.say("budget-opened/v1", body)
    for at in range(16):
        person = book.person("community" if at % 2 else "institution")
        work = book.gave(project, person, time=HOUR, kinds=["advice"])
        offer = book.offer(project, person, 1000 + at, contribution=work, due="2026-01-20")
        book.answered(offer, person)
        if at < 14:
            book.paid(person, 1000 + at, offer=offer)
        if at < 3:
            book.seated(board, person, "community")
            book.granted(person, "agenda")
    book.claimed(project, person, 500)
    voters = [book.person() for _ in range(2)]
    book.decided(voters, body=board, mode="history")
    book.open_day("2026-02-01")
    yield book
    book.ledger.close()


@pytest.fixture(scope="module")
def results(book: Book) -> dict[str, ViewResult]:
    """Every view of it."""
    return {name: book.view(name) for name in VIEWS}


@pytest.mark.parametrize("name", VIEWS)
def test_every_relation_that_a_view_declares_holds(
    results: dict[str, ViewResult], name: str
) -> None:
    inside = [one for one in results[name].relations if len(one.total) == 2]
    mine = [one for one in inside if all(len(at) == 2 for at in one.parts)]
    assert all(holds(results[name], one) for one in mine)
    numbers: dict[tuple[str, ...], Any] = {
        (view, row.name, column): getattr(cell, "minor", cell)
        for view, result in results.items()
        for row in result.rows
        for column, cell in row.cells.items()
    }
    for one in results[name].relations:
        if one.kind == "sum" and any(len(at) == 3 for at in one.parts):
            [total, *parts] = (
                at if len(at) == 3 else (name, *at) for at in (one.total, *one.parts)
            )
            assert numbers[total] == sum(numbers[at] for at in parts)
    rows = {(view, row.name): row for view, result in results.items() for row in result.rows}
    for one in results[name].relations:
        for at in (one.total, *one.parts):
            view, key, column = at if len(at) == 3 else (name, *at)
            assert column in {found.name for found in results[view].columns}
            assert (view, key) in rows


@pytest.mark.parametrize("name", VIEWS)
def test_a_guarded_view_names_nobody_and_gives_no_small_number(
    results: dict[str, ViewResult], name: str
) -> None:
    [result] = guarded([results[name]], Control()).views
    assert "person:" not in str([row.cells for row in result.rows])
    for row in result.rows:
        for column in result.columns:
            cell = row.cells.get(column.name)
            if column.guard == "count" and isinstance(cell, int):
                assert cell == 0 or cell >= 8, (row.name, column.name, cell)


def test_they_are_guarded_together_as_one_report(results: dict[str, ViewResult]) -> None:
    found = guarded(list(results.values()), Control()).views
    assert [one.view for one in found] == list(VIEWS)
    by = {one.view: {row.name: row.cells for row in one.rows} for one in found}
    assert isinstance(by["owed"]["fee-GBP"]["people"], Hidden)  # two people
    assert isinstance(by["owed"]["fee-GBP"]["owed"], Hidden)


@pytest.mark.parametrize("name", VIEWS)
def test_a_saved_view_comes_out_the_same_when_it_is_counted_again(
    book: Book, results: dict[str, ViewResult], name: str
) -> None:
    saved = parse_saved(render_json(results[name]).encode())
    book.person()  # the record has gone on; the view stands where it stood
    report = recheck(saved, book.ledger)
    assert [one for one in report.findings if one.code >= DOES_NOT_MATCH] == []
    assert sum(report.checked.values()) > 0


def test_a_sentence_of_published_figures_is_said_again_with_them(
    results: dict[str, ViewResult],
) -> None:
    [result] = guarded([results["fairness"]], Control()).views
    row = next(one for one in result.rows if one.key == "promised-fee-GBP")
    assert (row.cells["numerator"], row.cells["denominator"]) == (15, 15)  # 14 of 16, rounded to 5
    assert any("15 of 15 promises" in str(one) for one in result.summary.shows)
    assert not any("14 of 16" in str(one) for one in result.summary.shows)
    [owed] = guarded([results["owed"]], Control()).views
    assert owed.summary.shows == ()  # two people: nothing of it can be said
