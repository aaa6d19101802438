"""Disclosure control over views: what is hidden, rounded, made coarser, dropped, and said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from whole import guarded

from projections.charts import panels
from projections.guard_rules import Control, guard_of, identifies
from projections.guard_show import coarse
from projections.result import (
    Amount,
    Asked,
    Cell,
    Column,
    Fixed,
    Hidden,
    Relation,
    Row,
    Said,
    Standing,
    Summary,
    ViewResult,
    Words,
    hidden,
)

PERSON = "person:" + "a" * 26
PROJECT = "project:" + "b" * 26
WHO = Column("who", "text", "", "Who", guard="open")
PEOPLE = Column("people", "integer", "person", "People", guard="count")


def view(columns: tuple[Column, ...], rows: list[dict[str, Cell] | Row], **more: Any) -> ViewResult:
    made = tuple(row if isinstance(row, Row) else Row(row, key=str(row["who"])) for row in rows)
    plain: dict[str, Any] = {
        "view": "made-up",
        "title": "Made up",
        "question": "How many?",
        "formula": "counted",
        "does_not_show": "more",
        "checkpoint": Standing("example.org/made-up", 9, "root"),
        "hashes": {3: "ab" * 32},
    }
    return ViewResult(columns=columns, rows=made, **{**plain, **more})


def people(**counts: int) -> list[dict[str, Cell] | Row]:
    return [{"who": who, "people": number} for who, number in counts.items()]


def shown(result: ViewResult, control: Control | None = None) -> ViewResult:
    return guarded([result], control or Control()).views[0]


def cells(result: ViewResult, column: str) -> list[Cell]:
    return [row.cells.get(column) for row in result.rows]


SMALL = Hidden("small")


# ── counts ──────────────────────────────────────────────────────────────────────────────────────


def test_counts_from_one_to_seven_are_hidden_and_others_rounded_to_five() -> None:
    made = view((WHO, PEOPLE), people(a=0, b=1, c=7, d=8, e=12, f=13))
    assert cells(shown(made), "people") == [0, SMALL, SMALL, 10, 10, 15]


def test_the_research_profile_hides_below_ten() -> None:
    made = view((WHO, PEOPLE), people(a=9, b=10))
    research = Control.of({}, "research")
    assert cells(shown(made, research), "people") == [SMALL, 10]


def test_a_charter_sets_the_limits_and_the_research_profile_never_weakens_them() -> None:
    assert Control.of({"smallest": 12, "round-to": 10, "paid-within": 30}) == Control(
        smallest=12, round_to=10
    )
    assert Control.of({"smallest": 12}, "research").smallest == 12
    assert Control.of({"smallest": 0}).smallest == 1


def test_counts_of_looks_and_exports_are_no_counts_of_people() -> None:
    number = Column("n", "integer", "", "So many", guard="count")
    unit = Column("unit", "text", "", "Unit", guard="open")
    rows: list[dict[str, Cell] | Row] = [
        {"who": unit_, "n": 3, "unit": unit_} for unit_ in ("export", "look", "access", "person")
    ]
    assert cells(shown(view((WHO, number, unit), rows)), "n")[:2] == [3, 3]
    assert SMALL not in cells(shown(view((WHO, number, unit), rows)), "n")[:2]
    assert all(
        isinstance(cell, Hidden) for cell in cells(shown(view((WHO, number, unit), rows)), "n")[2:]
    )


def test_what_is_not_known_stays_so() -> None:
    made = view((WHO, PEOPLE), [{"who": "a", "people": None}])
    assert cells(shown(made), "people") == [None]


def test_a_number_that_is_no_count_of_people_is_hidden_unless_it_says_it_is_open() -> None:
    half = Column("half", "number", "hour", "Half", guard="count")
    minus = Column("minus", "integer", "person", "Less", guard="count")
    bare = Column("index", "number", "", "Gini")
    made = view((WHO, half, minus, bare), [{"who": "a", "half": 20.5, "minus": -30, "index": 0.4}])
    assert shown(made).rows[0].cells == {
        "who": "a",
        "half": SMALL,
        "minus": SMALL,
        "index": Hidden("share"),
    }


def test_things_given_by_few_people_are_hidden_however_many() -> None:
    things = Column("things", "integer", "contribution", "Things", guard="count")
    rows = [
        Row({"who": "a", "things": 100}, people={"things": 3}),
        Row({"who": "b", "things": 100}, people={"things": 8}),
        Row({"who": "c", "things": 100}, people={"things": None}),
        Row({"who": "d", "things": 100}, people={"things": None, "": 9}),
        Row({"who": "e", "things": 100}),
    ]
    name = Column("name", "text", "", "Name", guard="open")
    named = view((name, things), [replace(row, key=str(row.cells["who"])) for row in rows])
    assert cells(shown(named), "things") == [SMALL, 100, SMALL, 100, SMALL]


def test_things_are_as_few_as_the_people_in_the_same_row() -> None:
    things = Column("things", "integer", "offer", "Things", guard="count")
    rows: list[dict[str, Cell] | Row] = [
        {"who": "a", "people": 5, "things": 60},
        {"who": "b", "people": 50, "things": 60},
    ]
    assert cells(shown(view((WHO, PEOPLE, things), rows)), "things") == [SMALL, 60]


# ── totals ──────────────────────────────────────────────────────────────────────────────────────


def test_a_declared_total_does_not_give_a_hidden_figure_away() -> None:
    relation = Relation(("all", "people"), (("a", "people"), ("b", "people"), ("c", "people")))
    made = view((WHO, PEOPLE), people(a=43, b=60, c=2, all=105), relations=(relation,))
    # 105 is 103 to 107, 43 is 43 to 47, 60 is 58 to 62: c would be at most 107 - 43 - 58 = 6.
    assert cells(shown(made), "people") == [SMALL, 60, SMALL, 105]


def test_a_total_that_nobody_declared_is_found() -> None:
    made = view((WHO, PEOPLE), people(a=43, b=60, c=2, all=105))
    assert cells(shown(made), "people") == [SMALL, 60, SMALL, 105]


def test_columns_that_add_up_are_found() -> None:
    columns = [Column(name, "integer", "person", name, guard="count") for name in "abcd"]
    made = view(
        (WHO, *columns),
        [
            {"who": "x", "a": 45, "b": 43, "c": 2, "d": 0},
            {"who": "y", "a": 60, "b": 30, "c": 30, "d": 0},
        ],
    )
    # a = b + c, so b must go with c in the first row.
    first, second = (row.cells for row in shown(made).rows)
    assert (first["a"], first["b"], first["c"]) in [(45, SMALL, SMALL), (SMALL, 45, SMALL)]
    assert second["b"] == second["c"] == 30


def test_the_same_figure_in_two_views_is_hidden_in_both() -> None:
    relation = Relation(("all", "people"), (("a", "people"), ("c", "people")))
    one = view((WHO, PEOPLE), people(a=43, c=2, all=45), relations=(relation,))
    two = replace(view((WHO, PEOPLE), people(a=43, z=20)), view="other")
    first, second = guarded([one, two], Control()).views
    assert cells(first, "people") == [SMALL, SMALL, 45]
    assert cells(second, "people") == [SMALL, 20]


def test_the_sum_of_a_column_in_another_view_counts_as_a_total() -> None:
    parts = view((WHO, PEOPLE), people(a=43, b=60, c=2))
    whole = replace(view((WHO, PEOPLE), people(everybody=105)), view="other")
    first, second = guarded([parts, whole], Control()).views
    assert cells(first, "people") == [SMALL, 60, SMALL]
    assert cells(second, "people") == [105]


def test_two_columns_with_one_sum_bind_each_other_though_no_total_is_shown() -> None:
    parts = view((WHO, PEOPLE), people(a=43, b=60, c=2))
    again = replace(view((WHO, PEOPLE), people(k=53, m=52)), view="other")
    first, second = guarded([parts, again], Control(round_to=1)).views
    stars = [cells(first, "people"), cells(second, "people")]
    assert sum(cell == SMALL for cell in (*stars[0], *stars[1])) == 2


def test_a_relation_that_does_not_hold_hides_what_it_names() -> None:
    relation = Relation(("all", "people"), (("a", "people"), ("b", "people")))
    made = view((WHO, PEOPLE), people(a=40, b=60, all=500), relations=(relation,))
    assert cells(shown(made), "people") == [SMALL, SMALL, SMALL]


def test_rows_of_one_name_are_told_apart() -> None:
    made = view((WHO, PEOPLE), [{"who": "a", "people": 3}, {"who": "a", "people": 40}])
    assert cells(shown(made), "people") == [SMALL, 40]


# ── money ───────────────────────────────────────────────────────────────────────────────────────

PAID = Column("paid", "money", "money", "Paid", guard="money")


def paid(*shares: int) -> Cell:
    row = Row({"who": "a", "paid": Amount(sum(shares), "GBP")}, payees={"paid": shares})
    return cells(shown(view((WHO, PAID), [row])), "paid")[0]


def test_money_needs_ten_payees_and_none_above_half() -> None:
    assert paid(*[7501] * 10) == Amount(75_000, "GBP")  # to five whole pounds: 750.10 is 750
    assert paid(*[7501] * 9) == Hidden("payees")
    assert paid(*[100] * 10, 1001) == Hidden("payees")
    assert paid(*[100] * 10, 1000) == Amount(2000, "GBP")


def test_money_whose_payees_nobody_counted_is_hidden_and_no_money_is_none() -> None:
    assert paid() == Amount(0, "GBP")
    made = view((WHO, PAID), [{"who": "a", "paid": Amount(5000, "GBP")}])
    assert cells(shown(made), "paid") == [Hidden("payees")]


def test_a_hidden_sum_of_money_is_not_the_rest_of_a_total() -> None:
    rows: list[dict[str, Cell] | Row] = [
        Row({"who": "a", "paid": Amount(100_000, "GBP")}, payees={"paid": (10_000,) * 10}),
        Row({"who": "b", "paid": Amount(20_000, "GBP")}, payees={"paid": (20_000,)}),
        Row({"who": "all", "paid": Amount(120_000, "GBP")}, payees={"paid": (10_000,) * 12}),
    ]
    assert cells(shown(view((WHO, PAID), rows)), "paid").count(Hidden("payees")) == 2


# ── shares, electorates, crosses ────────────────────────────────────────────────────────────────


def test_a_share_is_of_rounded_figures_and_never_of_fewer_than_twenty() -> None:
    share = Column("share", "percent", "percent", "Share", guard="derived", of=("part", "whole"))
    part = Column("part", "integer", "person", "Part", guard="count")
    whole = Column("whole", "integer", "person", "Whole", guard="count")

    def of(numerator: int, denominator: int) -> Cell:
        row: dict[str, Cell] = {
            "who": "a",
            "part": numerator,
            "whole": denominator,
            "share": 100 * numerator / denominator,
        }
        return cells(shown(view((WHO, part, whole, share), [row])), "share")[0]

    assert of(13, 41) == 37.5  # 15 of 40
    assert of(9, 16) == Hidden("share")  # of 15
    assert of(3, 41) == Hidden("share")  # a share of a hidden figure
    assert of(18, 19) == 100.0  # 20 of 20


def test_a_word_that_follows_from_figures_is_said_only_where_they_are() -> None:
    word = Column("word", "text", "", "Word", guard="derived", of=("people", "with"))
    with_ = Column("with", "integer", "person", "With", guard="count")

    def of(number: int, some: int) -> Cell:
        row: dict[str, Cell] = {"who": "a", "people": number, "with": some, "word": "all say so"}
        return cells(shown(view((WHO, PEOPLE, with_, word), [row])), "word")[0]

    assert of(20, 12) == of(20, 0) == "all say so"
    assert of(1, 1) == of(20, 2) == Hidden("person")


def test_a_difference_of_shares_is_none_of_published_ones() -> None:
    """88.2 % is of rounded figures; 0.2 points between two shares as counted would undo that."""
    columns = (
        WHO,
        Column("value", "number", "", "Value", guard="derived", of=("n", "n")),
        Column("unit", "text", "", "Unit", guard="open"),
        Column("n", "integer", "line", "n", guard="count"),
    )
    said: list[dict[str, Cell] | Row] = [
        Row({"who": unit, "value": value, "unit": unit, "n": 40}, people={"": 40})
        for unit, value in (("days", 29.04), ("percentage points", 0.2))
    ]
    assert cells(shown(view(columns, said)), "value") == [29.0, Hidden("share")]


def test_a_small_electorate_gives_the_outcome_only() -> None:
    columns = (
        WHO,
        Column("outcome", "text", "", "Outcome", guard="open"),
        Column("electorate", "integer", "person", "May vote", guard="count"),
        Column("for", "integer", "person", "For", guard="count"),
        Column("against", "integer", "person", "Against", guard="count"),
    )
    made = view(
        columns, [{"who": "d", "outcome": "adopted", "electorate": 9, "for": 9, "against": 0}]
    )
    assert shown(made).rows[0].cells == {
        "who": "d",
        "outcome": "adopted",
        "electorate": Hidden("electorate"),
        "for": Hidden("electorate"),
        "against": Hidden("electorate"),
    }


def test_no_more_than_two_things_said_of_people_are_crossed() -> None:
    side = Column("side", "text", "", "Side", guard="open")
    route = Column("route", "text", "", "Route", guard="open", identity=True)
    row: dict[str, Cell] = {"who": "parents", "side": "community", "route": "open", "people": 40}
    assert cells(shown(view((WHO, side, PEOPLE), [row])), "people") == [40]
    assert cells(shown(view((WHO, side, route, PEOPLE), [row])), "people") == [Hidden("identity")]
    asked = view((WHO, side, PEOPLE), [row], asked=Asked(group="parents"))
    assert cells(shown(asked), "people") == [Hidden("identity")]


def test_where_most_groups_are_too_small_none_is_shown() -> None:
    by_group = Column("group", "text", "", "Group", guard="open")
    rows: list[dict[str, Cell] | Row] = [
        {"who": name, "group": name, "people": number}
        for name, number in (("a", 3), ("b", 4), ("c", 50))
    ]
    made = shown(view((WHO, by_group, PEOPLE), rows))
    assert cells(made, "people") == [Hidden("group")] * 3  # and not which of them are small


# ── everything that is no number ────────────────────────────────────────────────────────────────


def test_a_day_becomes_its_month_quarter_or_year() -> None:
    day = Column("day", "date", "", "Day")
    made = view((WHO, day), [{"who": "a", "day": "2026-03-14"}, {"who": "b", "day": "soon"}])
    assert cells(shown(made), "day") == ["2026-03", Hidden("person")]
    assert coarse("2026-12-31", 3) == "2026-Q4"
    assert coarse("2026-12-31", 12) == "2026"


def test_people_words_and_entries_are_dropped() -> None:
    columns = (
        WHO,
        Column("chair", "text", "", "Chair", guard="person"),
        Column("why", "text", "", "Why", guard="open"),
        Column("note", "text", "", "Note", guard="words"),
        Column("by", "text", "", "By"),
        Column("entry", "integer", "entry", "Entry"),
    )
    row = Row(
        {
            "who": PROJECT,
            "chair": PERSON,
            "why": Words(3, "reason"),
            "note": "anything",
            "by": f"said by {PERSON}",
            "entry": 33,
        },
        events=(3, 4),
        behind={"why": (3,)},
        payees={"paid": (1,)},
    )
    found = shown(view(columns, [row]))
    assert found.rows[0].cells["who"] == PROJECT
    assert hidden(found.rows[0]) == {
        "chair": "person",
        "why": "words",
        "note": "words",
        "by": "person",
        "entry": "person",
    }
    assert found.hashes == {}
    assert (found.rows[0].events, found.rows[0].behind, found.rows[0].payees) == ((), {}, {})


def test_a_row_about_one_person_is_left_out_and_its_figures_are_not_the_rest() -> None:
    made = view((WHO, PEOPLE), [*people(a=43, all=83), Row({"who": PERSON, "people": 40})])
    found = shown(made)
    assert [row.name for row in found.rows] == ["a", "all"]
    assert any("left out" in note for note in found.notes)
    # 43 and 83 would say what stands in the row that is not there.
    assert SMALL in cells(found, "people")


def test_a_row_that_is_named_by_a_number_is_named_by_its_place() -> None:
    chain = Column("chain", "text", "", "Rests on", guard="open")
    rows = [Row({"who": "a", "people": 10, "chain": "0-1, 12"}, key=key) for key in ("871", "0-1")]
    found = shown(view((WHO, PEOPLE, chain), [*rows, Row({"who": "2026"}, key="2026")]))
    assert [row.name for row in found.rows] == ["row-0", "row-1", "2026"]
    assert cells(found, "chain") == [Hidden("person"), Hidden("person"), None]
    assert cells(found, "who") == ["a", "a", "2026"]


@pytest.mark.parametrize(
    "text", [PERSON, f"of {PERSON}", "offer:" + "c" * 26, "entry 33", "ab" * 32, "entries 3 and 4"]
)
def test_what_names_people_or_entries_is_known(text: str) -> None:
    assert identifies(text)


@pytest.mark.parametrize("text", [PROJECT, "S4a", "parents of autistic people", "2026-Q1"])
def test_what_names_nobody_is_kept(text: str) -> None:
    assert not identifies(text)


def test_a_column_that_does_not_say_is_closed_rather_than_open() -> None:
    def of(type_: Any, unit: str = "") -> str:
        return guard_of(Column("x", type_, unit, "X"))

    assert [of("integer"), of("integer", "person"), of("integer", "contribution")] == ["count"] * 3
    assert [of("integer", "project"), of("integer", "decisions")] == ["open"] * 2
    assert [of("money"), of("date"), of("number"), of("percent")] == [
        "money",
        "day",
        "derived",
        "derived",
    ]


# ── sentences and charts ────────────────────────────────────────────────────────────────────────


def test_only_sentences_without_figures_or_made_of_published_cells_are_said() -> None:
    def said(row: str) -> Said:
        return Said.of("{} people.", {(row, "people"): 13 if row == "a" else 3})

    made = view(
        (WHO, PEOPLE),
        people(a=13, b=3),
        notes=(
            "3 people left.",
            "Claims are claims.",
            Fixed("Of 260 papers."),
            f"As {PERSON} said.",
        ),
        summary=Summary(
            (said("a"), said("b"), "3 of 13."), ("By group: parents 3.",), ("Little.",)
        ),
    )
    found = shown(made)
    assert found.notes[:2] == ("Claims are claims.", "Of 260 papers.")
    assert found.summary == Summary(("15 people.",), (), ("Little.",))


def test_every_guarded_view_says_its_limits_and_what_is_not_checked() -> None:
    notes = " ".join(shown(view((WHO, PEOPLE), people(a=13))).notes)
    for words in ("below 8", "rounded to 5", "at least 10 people", "than 20", "not checked"):
        assert words in notes


def test_a_chart_shows_what_its_cells_show_and_no_scale_of_what_they_were() -> None:
    values = [
        {"row": who, "panel": "People", "n": number, "label": str(number)}
        for who, number in (("a", 13), ("b", 3), ("c", 987))
    ]
    chart = panels(values, rows=["a", "b", "c"], columns=["People"], unit="people", description="")
    made = view((WHO, PEOPLE), people(a=13, b=3, c=987), chart=chart)
    found = shown(made).chart
    assert found is not None
    assert [(bar["n"], bar["label"]) for bar in found["data"]["values"]] == [
        (15, "15"),
        (None, "*"),
        (985, "985"),
    ]
    assert "987" not in str(found)
    assert str(987 * 1.28) not in str(found)


def test_a_chart_whose_bars_belong_to_no_cell_is_dropped() -> None:
    values = [{"row": "elsewhere", "panel": "Other", "n": 3, "label": "3"}]
    chart = panels(values, rows=["elsewhere"], columns=["Other"], unit="", description="")
    assert shown(view((WHO, PEOPLE), people(a=13), chart=chart)).chart is None


def test_the_same_report_comes_out_the_same() -> None:
    made = view((WHO, PEOPLE), people(a=43, b=60, c=2, all=105))
    one, two = guarded([made], Control()), guarded([made], Control())
    assert one == two
    assert one.views[0].digest == two.views[0].digest
    assert one.views[0].control == {
        **Control().as_json(),
        "together": ["made-up"],
        "after": [],
    }
