"""Earlier exports are held against a new one, whatever became of what they showed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from book import Book

from cli.series import MOST
from domain.catalogue import parse
from projections.exports import EXPORTED, asked_in, asked_out, body_of, prepared
from projections.exports import MOST as HELD
from projections.result import Asked, Hidden, Series

DAYS = (date(2025, 3, 31), date(2025, 6, 30))
GIVEN = Asked(series=Series("writing/standing", DAYS))


def export(book: Book, name: str, asked: Asked, **forged: Any) -> int:
    """Record a guarded export of one view; gives its index."""
    out = prepared(book.ledger, [name], asked)
    body = body_of(out.views, out.asked, audience="board", forms=["csv"], out=out) | forged
    book.say(EXPORTED, {key: value for key, value in body.items() if value is not None})
    return book.size - 1


def withdraw(book: Book, index: int) -> None:
    stone = book.ledger.tombstone_for(index)
    body = {"about": book.ana, "ground": "request", "values": [], "tombstones": [stone.as_body()]}
    book.say("values-erased/v1", body, author=book.operator, erased=(stone.hash,))


def test_an_export_whose_row_was_withdrawn_since_stops_no_other(book: Book) -> None:
    book.gave(book.project(), book.person("community"), kinds=["writing"], on="2025-03-01")
    only = book.size - 1
    export(book, "contributions", GIVEN)
    withdraw(book, only)
    assert prepared(book.ledger, ["contributions"], Asked()).views[0].view == "contributions"


def test_the_latest_of_each_narrowing_are_held_against_up_to_a_number(
    book: Book,
) -> None:
    projects = [book.project() for _ in range(HELD + 1)]
    for project in projects:
        book.gave(project, book.person("community"), kinds=["writing"])
    at = [export(book, "contributions", Asked(project=project)) for project in projects]
    again = export(book, "contributions", Asked(project=projects[-1]))
    assert prepared(book.ledger, ["contributions"], Asked()).after == (*at[1:-1], again)


def test_a_view_that_nobody_knows_hides_no_other_view_of_its_export(book: Book) -> None:
    for _ in range(12):
        book.gave(book.project(), book.person("community"), kinds=["writing"])
    at = export(book, "contributions", Asked(), views=["contributions", "no-such-view"])
    assert prepared(book.ledger, ["contributions"], Asked()).after == (at,)


def test_a_series_of_as_many_dates_as_may_be_asked_for_can_be_exported() -> None:
    days = tuple(date(2000, 1, 1) + timedelta(days=at) for at in range(MOST))
    said = asked_out(Asked(series=Series(f"{'k' * 120}/standing", days, "both")))
    body = {"views": ["contributions"], "audience": "board", "size": 1, "root": "A" * 43 + "="}
    assert parse(EXPORTED, body | {"asked": said, "digest": "0" * 64})
    assert asked_in(said).series == Series(f"{'k' * 120}/standing", days, "both")


@pytest.mark.parametrize("said", ["[" * 3000 + "]" * 3000, "{}", "7", '{"cell": 1}'])
def test_what_no_reader_ever_asked_is_no_error_of_a_kind_of_its_own(said: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        asked_in({"series": said})


HOUR = {"minutes": 60, "basis": "worked"}


def given_by(book: Book, givers: list[str], project: str, **how: Any) -> None:
    for giver in givers:
        book.gave(project, giver, kinds=["writing"], stage="S2", time=HOUR | how)


@pytest.mark.parametrize("view", ["hours", "time", "fairness", "inclusion"])
def test_what_few_people_added_to_a_sum_of_minutes_is_held_back(book: Book, view: str) -> None:
    """Subtracting two files would give the minutes of one piece of work, which are somebody's."""
    project = book.project()
    givers = [book.person("community") for _ in range(24)]
    given_by(book, givers, project)
    export(book, view, Asked())
    given_by(book, givers[:1], project, minutes=103)
    for giver in givers[1:9]:  # said again of eight others, which adds no minute
        book.acts_for(giver, "community")
    now = prepared(book.ledger, [view], Asked()).views[0]
    shown = [cell for row in now.rows for cell in row.cells.values()]
    assert 1440 + 105 not in shown
    assert Hidden("small") in shown
    given_by(book, givers[:9], project)
    now = prepared(book.ledger, [view], Asked()).views[0]
    assert 1440 + 105 + 540 in [cell for row in now.rows for cell in row.cells.values()]


def test_what_one_person_added_to_a_count_of_work_is_held_back(book: Book) -> None:
    project = book.project()
    givers = [book.person("community") for _ in range(24)]
    given_by(book, givers, project)
    export(book, "contributions", Asked())
    given_by(book, givers[:1] * 12, project)
    row = prepared(book.ledger, ["contributions"], Asked()).views[0].rows[0]
    assert row.cells["standing"] == Hidden("small")
    given_by(book, givers[1:9], project)
    row = prepared(book.ledger, ["contributions"], Asked()).views[0].rows[0]
    assert row.cells["standing"] == 45  # 24, 12 and 8, of nine people


def test_lines_of_the_one_who_was_not_told_are_not_left_between_told_and_all(book: Book) -> None:
    """Of 140 lines 100 were told: the other 40 are about one person."""
    project = book.project()
    people = [book.person("community") for _ in range(30)]
    given_by(book, people, project)
    given_by(book, people[:1] * 40, project)
    for person in people[1:]:
        told = {"person": person, "how": "printed", "object_to": people[0]}
        book.say("person-told/v1", told)
    [out] = prepared(book.ledger, ["integrity"], Asked()).views
    counted = {row.key: row.cells for row in book.view("integrity").rows}["told.community"]
    shown = {row.key: row.cells for row in out.rows}["told.community"]
    assert counted["of"] - counted["n"] >= 40
    assert Hidden("small") in (shown["n"], shown["of"]) or shown["n"] == Hidden("group")
