"""What a view can be asked: narrowed by side, group and span of time, or refused."""

from __future__ import annotations

from datetime import date

import pytest
from book import Book, cells
from hypothesis import given
from hypothesis import strategies as st

from projections.facts import Fact, Happened, in_span
from projections.result import Asked

Q1 = (date(2025, 1, 1), date(2025, 3, 31))


def fact(on: dict[str, str] | None) -> Fact:
    return Fact(0, "", "contribution-recorded/v1", "person:a", None, "history", on, {}, {})


@pytest.mark.parametrize(
    ("on", "within"),
    [
        ({"from": "2025-01-01", "to": "2025-01-01", "precision": "day"}, Happened.YES),
        ({"from": "2025-03-31", "to": "2025-03-31", "precision": "day"}, Happened.YES),
        ({"from": "2025-01-01", "to": "2025-03-31", "precision": "quarter"}, Happened.YES),
        ({"from": "2024-12-31", "to": "2024-12-31", "precision": "day"}, Happened.NO),
        ({"from": "2025-04-01", "to": "2025-04-01", "precision": "day"}, Happened.NO),
        ({"from": "2024-12-01", "to": "2025-01-15", "precision": "period"}, Happened.UNKNOWN),
        ({"from": "2025-01-01", "to": "2025-12-31", "precision": "year"}, Happened.UNKNOWN),
        ({"precision": "unknown"}, Happened.UNKNOWN),
        (None, Happened.UNKNOWN),
    ],
)
def test_what_lies_across_an_end_of_the_period_is_not_known_to_be_in_it(
    on: dict[str, str] | None, within: Happened
) -> None:
    assert in_span(fact(on), Asked(period=Q1)) is within


def test_a_day_by_which_it_happened_narrows_a_period() -> None:
    march = fact({"from": "2025-03-05", "to": "2025-03-05", "precision": "day"})
    assert in_span(march, Asked(period=Q1, happened_by=date(2025, 2, 28))) is Happened.NO
    assert in_span(march, Asked(period=Q1, happened_by=date(2025, 3, 5))) is Happened.YES


DAYS = st.dates(date(2020, 1, 1), date(2021, 12, 31))


@given(DAYS, DAYS, DAYS)
def test_a_dated_fact_is_in_exactly_one_of_before_within_and_after(
    one: date, other: date, when: date
) -> None:
    first, last = sorted((one, other))
    on = {"from": when.isoformat(), "to": when.isoformat(), "precision": "day"}
    inside = in_span(fact(on), Asked(period=(first, last))) is Happened.YES
    assert inside == (first <= when <= last)


def test_a_view_narrowed_to_a_side_counts_what_people_acting_for_it_gave(book: Book) -> None:
    project = book.project()
    ben, eve = book.person("community"), book.person("institution")
    book.gave(project, ben, stage="S1", kinds=["writing"])
    book.gave(project, eve, stage="S1", kinds=["writing"])
    assert [row.cells["standing"] for row in book.view("contributions").rows] == [2]
    community = book.view("contributions", side="community")
    assert [row.cells["standing"] for row in community.rows] == [1]
    assert book.view("contributions", side="front-line").rows == ()


def test_a_view_narrowed_to_a_group_counts_the_entries_of_that_label(book: Book) -> None:
    project = book.project()
    carers = book.group(project, "community", "carers", 5)
    staff = book.group(project, "institution", "staff")
    for giver in (carers, carers, staff):
        book.gave(project, giver, mode="history", kinds=["advice"])
    result = book.view("contributions", group="carers")
    assert [row.cells["standing"] for row in result.rows] == [2]


def test_a_period_leaves_out_what_happened_before_and_counts_what_does_not_say(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    for on in ("2024-12-31", "2025-02-01", None):
        book.gave(project, ben, stage="S1", level="involve", on=on)
    result = book.view("stages", period=Q1)
    row = cells(result, stage="S1")
    assert (row["community"], row["date_unknown"]) == (1, 0)  # one project, and it is dated
    assert any("outside the time asked for" in note for note in result.notes)


def test_a_filter_that_a_view_does_not_follow_is_refused_and_nothing_is_counted(book: Book) -> None:
    with pytest.raises(ValueError, match="projects does not follow group"):
        book.view("projects", group="carers")


ASKED = st.builds(
    Asked,
    project=st.none() | st.text(max_size=5),
    side=st.none() | st.just("community"),
    at=st.none() | st.integers(0, 10**6) | DAYS,
    happened_by=st.none() | DAYS,
    period=st.none() | st.tuples(DAYS, DAYS),
)


@given(ASKED)
def test_what_was_asked_comes_back_from_its_json(asked: Asked) -> None:
    assert Asked.of_json(asked.as_json()) == asked


@pytest.mark.parametrize(
    "said",
    [{"colour": "red"}, {"at": 1.5}, {"period": ["2025-01-01"]}, {"project": 3}, {"at": "x"}],
)
def test_what_no_view_can_be_asked_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Asked.of_json(said)
