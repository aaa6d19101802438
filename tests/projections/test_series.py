"""A figure through time: each is the figure of the view itself, on either axis of time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from book import Book
from hypothesis import given
from hypothesis import strategies as st
from made_up import holds, made_up
from whole import guarded

from cli.render.chart import draw
from cli.series import step_ends
from projections.exports import prepared
from projections.guard_rules import Control
from projections.portfolio import Portfolio
from projections.result import Amount, Asked, Column, Hidden, Row, Series, Standing, ViewResult
from projections.series import NoSuchCell, cell_of, through_time
from projections.views import answer, find

DAYS = (date(2025, 1, 31), date(2025, 3, 15), date(2025, 6, 30), date(2026, 1, 31))


def written(book: Book) -> str:
    """Four contributions of 2025: two dated in January and March, one in June, one undated."""
    project, ben = book.project(), book.person("community")
    for on in ("2025-01-10", "2025-03-01", "2025-06-02", None):
        book.gave(project, ben, stage="S1", level="involve", kinds=["writing"], on=on)
    return project


def test_each_figure_of_a_series_is_that_of_the_view_asked_for_that_day(book: Book) -> None:
    project = written(book)
    result = book.view("projects", series=Series(f"{project}/S1", DAYS))
    assert [row.name for row in result.rows] == [day.isoformat() for day in DAYS]
    assert [row.cells["S1"] for row in result.rows] == [1, 2, 3, 3]
    for row, day in zip(result.rows, DAYS, strict=True):
        same = cell_of(book.view("projects", happened_by=day), f"{project}/S1")[0]
        assert row.cells["S1"] == same.cells["S1"]
        assert set(row.rests_on("S1")) == set(same.rests_on("S1"))


def test_what_the_ledger_knew_is_another_figure_than_what_had_happened(book: Book) -> None:
    project = written(book)  # all written down on 1 January 2026
    book.open_day("2026-02-01")
    book.gave(project, book.person("community"), stage="S1", level="involve", on="2025-01-11")
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 1))
    result = book.view("projects", series=Series(f"{project}/S1", days, "both"))
    assert [row.cells["S1"] for row in result.rows] == [4, 4, 4]
    assert [row.cells["S1_known"] for row in result.rows] == [None, 4, 5]
    assert [column.name for column in result.columns] == [
        "date",
        "row",
        "S1",
        "date_unknown",
        "S1_known",
        "S1_more",
        "S1_fewer",
        "S1_known_more",
        "S1_known_fewer",
    ]
    assert [row.cells["date_unknown"] for row in result.rows] == [1, 1, 1]
    for row in result.rows:  # in the order of the columns, in every process
        assert list(row.behind) == [name for name in row.cells if name in row.behind]


def test_a_series_at_a_size_knows_nothing_that_came_later(book: Book) -> None:
    project = written(book)
    size = book.size
    book.open_day("2026-02-01")
    book.gave(project, book.person("community"), stage="S1", level="involve", on="2025-01-11")
    days = (date(2026, 3, 1),)
    result = book.view("projects", at=size, series=Series(f"{project}/S1", days, "both"))
    assert result.checkpoint.size == size
    assert (result.rows[0].cells["S1"], result.rows[0].cells["S1_known"]) == (3, 4)


def test_a_row_that_is_not_there_yet_gives_no_figure_and_no_zero(book: Book) -> None:
    written(book)
    days = (date(2024, 1, 1), date(2025, 2, 1))
    result = book.view("contributions", series=Series("writing/standing", days))
    assert result.rows[0].cells["standing"] in (None, 0)
    unknown = {column.name: column.unknown for column in result.columns}
    assert unknown["standing"] == "no such row by then"


def test_a_share_comes_with_the_parts_it_follows_from(book: Book) -> None:
    ben = book.person("community")
    for _ in range(10):
        book.gave(book.project(), ben, stage="S1", level="involve", on="2025-03-01")
    result = book.view("stages", series=Series("S1/share", DAYS[1:2]))
    names = [column.name for column in result.columns]
    assert names[:2] == ["date", "row"]
    assert {"community", "eligible", "share"} <= set(names)
    [row] = result.rows
    assert (row.cells["community"], row.cells["eligible"], row.cells["share"]) == (10, 10, 100.0)


@pytest.mark.parametrize("cell", ["S1", "S9/community", "S1/colour", "community"])
def test_a_figure_that_a_view_has_not_is_named_with_those_it_has(book: Book, cell: str) -> None:
    written(book)
    with pytest.raises(NoSuchCell, match=r"there (is|are)|has no column"):
        book.view("stages", series=Series(cell, DAYS))


def test_a_row_about_a_person_is_not_named_to_who_did_not_name_it() -> None:
    ana = "person:" + "a" * 26
    column = Column("people", "integer", "person", "People")
    rows = tuple(Row({"people": 9}, key=key) for key in ("writing", ana))
    made = replace(answer_of("made-up"), columns=(column,), rows=rows)
    assert cell_of(made, f"{ana}/people")[0].name == ana
    with pytest.raises(NoSuchCell) as told:
        cell_of(made, "nobody/people")
    assert "writing" in str(told.value)
    assert ana not in str(told.value)


def test_a_series_of_a_row_about_a_person_shows_no_figure_where_people_are_not_shown() -> None:
    ana = "person:" + "a" * 26
    columns = (
        Column("date", "date", "", "Date", guard="open"),
        Column("acts", "integer", "", "n", guard="open"),
    )
    rows = tuple(Row({"date": str(day), "acts": 40}, key=str(day)) for day in DAYS)
    for row, shows in ((ana, False), ("writing", True)):
        made = replace(answer_of("made-up"), columns=columns, rows=rows)
        made = replace(made, asked=Asked(series=Series(f"{row}/acts", DAYS)))
        assert bool(guarded([made], Control()).views[0].rows) is shows


def answer_of(view: str) -> ViewResult:
    """A view without any figure."""
    standing = Standing("example.org/made-up", 9, "root")
    return ViewResult(view, view, "How many?", "counted", "more", standing, (), (), {})


def test_a_series_leaves_no_room_for_another_day(book: Book) -> None:
    asked = {"series": Series("S1/community", DAYS), "happened_by": DAYS[0]}
    with pytest.raises(ValueError, match="happened_by"):
        book.view("stages", **asked)


def test_a_series_is_drawn_with_its_gaps(book: Book) -> None:
    project = written(book)
    for axis in ("happened", "both"):
        result = book.view("projects", series=Series(f"{project}/S1", DAYS, axis))
        assert result.chart is not None
        svg = draw(result.chart, name="x", title="t", description="d")
        assert "<path" in svg


SERIES = st.builds(
    Series,
    st.text(max_size=8),
    st.lists(st.dates(), max_size=3).map(tuple),
    st.sampled_from(["happened", "known", "both"]),
)


@given(SERIES, st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2))
def test_a_series_and_options_come_back_from_their_json(
    series: Series, options: dict[str, str]
) -> None:
    asked = Asked(series=series, options=options)
    assert Asked.of_json(asked.as_json()) == asked


@pytest.mark.parametrize(
    "said",
    [
        {"series": "S1/community"},
        {"series": {"cell": "a/b", "dates": ["2025-01-01"], "axis": "sideways"}},
        {"series": {"cell": "a/b", "dates": ["soon"], "axis": "known"}},
        {"options": ["ladder"]},
        {"options": {"ladder": 3}},
    ],
)
def test_a_series_that_no_view_can_be_asked_for_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Asked.of_json(said)


@given(
    st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    st.integers(0, 2000),
    st.sampled_from([1, 3, 12]),
)
def test_a_step_ends_on_the_last_day_of_its_months(start: date, more: int, months: int) -> None:
    end = start + timedelta(days=more)
    found = list(step_ends(start, end, months))
    assert found == sorted(set(found))
    assert all(start <= day <= end for day in found)
    plain = [
        start + timedelta(days=n)
        for n in range(more + 1)
        if (start + timedelta(days=n + 1)).day == 1
        and (start + timedelta(days=n)).month % months == 0
    ]
    assert found == plain


def test_what_several_ledgers_knew_on_a_day_is_asked_of_each(book: Book) -> None:
    project = written(book)
    both = Portfolio((book.ledger,))
    asked = Asked(series=Series(f"{project}/S1", DAYS, "known"))
    with pytest.raises(ValueError, match="asked of each"):
        answer(both, "projects", asked)
    result = answer(both, "projects", Asked(series=Series(f"{project}/S1", DAYS)))
    assert [row.cells["S1"] for row in result.rows] == [1, 2, 3, 3]


def test_an_option_in_a_word_the_view_does_not_know_is_refused(book: Book) -> None:
    with pytest.raises(ValueError, match="does not follow ladder"):
        book.view("projects", options={"ladder": "stored"})


WRITTEN = st.lists(
    st.tuples(
        st.sampled_from(["S1", "S4b", "unsorted"]),
        st.sampled_from(["community", "institution"]),
        st.sampled_from(["involve", "consult"]),
        st.integers(0, 1),
        st.none() | st.dates(date(2025, 1, 1), date(2025, 12, 31)).map(date.isoformat),
    ),
    max_size=15,
)


@given(WRITTEN, st.lists(st.dates(date(2024, 12, 1), date(2026, 2, 1)), min_size=1, max_size=4))
def test_a_series_is_a_plain_count_of_what_had_happened_by_each_day(
    written: list[tuple[str, str, str, int, str | None]], days: list[date]
) -> None:
    facts = made_up(written)
    asked = Series("project:0/all", tuple(days))  # in any order, perhaps twice
    days = sorted(set(days))
    result = through_time(find("projects"), facts, Asked(), asked)
    mine = [on for _, _, _, project, on in written if project == 0]
    for row, day in zip(result.rows, days, strict=True):
        assert row.cells["all"] == sum(on is not None and on <= day.isoformat() for on in mine)
        assert row.cells["date_unknown"] == sum(on is None for on in mine)
    assert all(holds(result, relation) for relation in result.relations)
    changes = [row.cells.get("all_more") for row in result.rows]
    assert changes[0] is None
    assert sum(change for change in changes if isinstance(change, int)) == (
        int(str(result.rows[-1].cells["all"])) - int(str(result.rows[0].cells["all"]))
    )


def test_a_change_from_date_to_date_is_a_figure_of_its_own(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    one = book.gave(project, ben, stage="S1", level="involve", on="2025-01-10")
    for _ in range(2):
        book.gave(project, ben, stage="S1", level="involve", on="2025-02-10")
    book.say("contribution-retracted/v1", {"contribution": one}, on="2025-04-10", mode="history")
    result = book.view("projects", series=Series(f"{project}/all", DAYS))
    names = ("all", "all_more", "all_fewer")
    found = [tuple(row.cells.get(name) for name in names) for row in result.rows]
    # One in January; two more by March; one taken back by June; nothing since.
    assert found == [(1, None, None), (3, 2, 0), (2, 0, 1), (2, 0, 0)]


def test_two_dates_that_differ_by_one_person_do_not_give_them_away(book: Book) -> None:
    project = book.project()
    for n in range(21):
        on = "2025-01-10" if n < 20 else "2025-02-10"
        book.gave(project, book.person("community"), stage="S1", level="involve", on=on)
    result = book.view("projects", series=Series(f"{project}/S1", DAYS[:2]))
    assert [row.cells["S1"] for row in result.rows] == [20, 21]
    [shown] = guarded([result], Control()).views
    last = shown.rows[-1].cells
    assert last["S1_more"] == Hidden("small")
    assert any(isinstance(row.cells["S1"], Hidden) for row in shown.rows)


def test_minutes_that_one_person_added_between_two_dates_are_in_no_file(book: Book) -> None:
    """24 hours by the first day and 25 by the second are one person's hour."""
    project = book.project()
    givers = [book.person("community") for _ in range(24)]
    hour = {"basis": "worked", "minutes": 60}
    for giver in givers:
        book.gave(project, giver, kinds=["writing"], time=hour, on="2025-01-10")
    for giver, day in [(givers[0], "2025-02-10"), *((one, "2025-03-10") for one in givers[:9])]:
        book.gave(project, giver, kinds=["writing"], time=hour, on=day)
    days = tuple(date(2025, month, 28) for month in (1, 2, 3))
    asked = Asked(series=Series("community/minutes", days))
    rows = prepared(book.ledger, ["hours"], asked).views[0].rows
    assert rows[1].cells["minutes_more"] == Hidden("small")
    shown = [row.cells["minutes"] for row in rows]
    assert not {1440, 1500} <= set(shown)  # nor do the two of them say it
    assert rows[2].cells["minutes_more"] in (540, Hidden("small"))  # nine people gave it


def test_money_that_few_were_paid_between_two_dates_is_in_no_file(book: Book) -> None:
    """280.00 by the first day and 317.00 by the second are one person's 37.00."""
    project = book.project()
    payees = [book.person("community") for _ in range(14)]
    for number, (who, day) in enumerate(
        [*((one, "2025-01-10") for one in payees), (payees[0], "2025-02-10")]
    ):
        minor = 2000 if number < 14 else 3700
        offer = book.offer(project, who, minor, mode="history", on=day)
        book.paid(who, minor, mode="history", on=day, offer=offer)
    days = (date(2025, 1, 31), date(2025, 2, 28))
    asked = Asked(series=Series("fee-GBP/paid", days))
    counted = book.view("payments", series=asked.series).rows
    assert counted[1].cells["paid_more"] == Amount(3700, "GBP")
    assert counted[1].payees["paid_more"] == (3700,)
    rows = prepared(book.ledger, ["payments"], asked).views[0].rows
    assert rows[1].cells["paid_more"] == Hidden("payees")
    assert Hidden("payees") in [row.cells["paid"] for row in rows]
