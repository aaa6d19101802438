"""One figure of any view through time: a row for each day that was asked for.

    happened   what had happened by that day, as far as is known now
    known      what the ledger knew that evening: entries of that ledger day and before

The record is read once and folded anew for each day, by the very fold that gives the view: a figure
in a series is the figure that the view gives when it is asked for that day, and a test says so. A
row that is not there yet by some day gives no figure, which is not zero. What carries no date of
its own is in no figure of the first kind; where the view counts it, it stands beside.

Example:
    ``contributions``, ``writing/standing`` at 30 June and 31 July 2026 ->
    ``2026-06-30 4``, ``2026-07-31 7``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise, zip_longest
from typing import Any

from projections.charts import line
from projections.entries import entries
from projections.facts import Facts
from projections.guard_rules import identifies, number_of
from projections.result import (
    Amount,
    Asked,
    Cell,
    Column,
    Relation,
    Row,
    Said,
    Series,
    Summary,
    ViewResult,
)
from projections.view import View

_UNDATED = "date_unknown"
_AXES = {"happened": "by then, as known now", "known": "as the ledger knew it then"}
_NOT_YET = "no such row by then"


class NoSuchCell(LookupError):
    """The view has no such row or column; its argument says which there are."""


def through_time(view: View, facts: Facts, asked: Asked, series: Series) -> ViewResult:
    """Give one figure of ``view`` at each day of ``series``.

    Raises ``NoSuchCell`` when the view, asked without days, has no such row or column.
    """
    plain_asked = replace(asked, series=None)
    whole = view.fold(facts, plain_asked)
    row, column = cell_of(whole, series.cell)
    axes = ["happened", "known"] if series.axis == "both" else [series.axis]
    days = sorted(set(series.dates))
    at_each = {
        (day, axis): view.fold(facts, _on(facts, plain_asked, axis, day))
        for day in days
        for axis in axes
    }
    shown = _shown(column, whole.columns)
    columns = _columns(shown, axes, list(at_each.values()))
    rows = [_row(day, row, axes, at_each, columns) for day in days]
    counted = [_name(column.name, axis) for axis in axes if _is_count(column)]
    rows = changed(rows, counted)
    columns = (*columns, *(one for name in counted for one in _change_columns(name, columns)))
    return ViewResult(
        view=view.name,
        title=f"{whole.title}, through time",
        question=f"What was «{column.title}» at each of these dates?",
        order="date by date",
        newest_last=True,
        formula=f"{_axis_words(axes)} Each figure is that of the view: {whole.formula}",
        does_not_show=whole.does_not_show,
        checkpoint=facts.standing(asked),
        columns=columns,
        rows=tuple(rows),
        notes=(
            "A change between two dates says when it was, and never why; «no such row by then» is "
            "not zero.",
            *whole.notes,
        ),
        summary=Summary(tuple(_said(rows, column, _name(column.name, axes[0])))),
        chart=_chart(rows, column, axes),
        relations=tuple(_relations(rows, counted, columns)),
    )


def cell_of(result: ViewResult, cell: str) -> tuple[Row, Column]:
    """Give the row and column that ``ROW/COLUMN`` names.

    Raises ``NoSuchCell`` naming those there are.
    """
    key, _, name = cell.rpartition("/")
    columns = {column.name: column for column in result.columns}
    rows = [row for row in result.rows if row.name == key]
    if rows and name in columns:
        return rows[0], columns[name]
    if rows:
        raise NoSuchCell(f"row {key} has no column {name}; there are {', '.join(columns)}")
    # Whoever asks may not be one who may see people: rows about one are not listed.
    named = [row.name for row in result.rows if not identifies(row.name)]
    there = ", ".join(named[:20]) or "none"
    raise NoSuchCell(f"there is no row {key or cell}; write ROW/COLUMN, with a row of: {there}")


def _on(facts: Facts, asked: Asked, axis: str, day: date) -> Asked:
    if axis == "happened":
        return replace(asked, happened_by=day)
    return replace(asked, at=min(facts.size_at(day), facts.size_at(asked.at)))


def _shown(column: Column, columns: Sequence[Column]) -> list[Column]:
    """The column, after those that it follows from: a share is no figure without its parts."""
    parts = [one for one in columns if column.of is not None and one.name in column.of]
    return [*parts, column]


def _columns(
    shown: Sequence[Column], axes: Sequence[str], results: Sequence[ViewResult]
) -> tuple[Column, ...]:
    undated = [column for result in results for column in result.columns if column.name == _UNDATED]
    columns = [Column("date", "date", "", "Date", guard="open"), Column("row", "text", "", "Of")]
    for axis in axes:
        for column in shown:
            of = column.of and (_name(column.of[0], axis), _name(column.of[1], axis))
            words = f", {_AXES[axis]}" if len(axes) > 1 else ""
            columns.append(
                replace(
                    column,
                    name=_name(column.name, axis),
                    title=column.title + words,
                    unknown=column.unknown if column.unknown != "not recorded" else _NOT_YET,
                    of=of,
                )
            )
        if undated and axis == "happened":
            columns.append(undated[0])
    return tuple(columns)


def _name(column: str, axis: str) -> str:
    return column if axis == "happened" else f"{column}_known"


def _row(
    day: date,
    whole: Row,
    axes: Sequence[str],
    at_each: Mapping[tuple[date, str], ViewResult],
    columns: Sequence[Column],
) -> Row:
    cells: dict[str, Cell] = {"date": day.isoformat(), "row": whole.name}
    behind: dict[str, Sequence[int]] = {"date": (), "row": ()}
    payees: dict[str, tuple[int, ...]] = {}
    people: dict[str, int | None] = {}
    known = {column.name for column in columns}
    for axis in axes:
        here = next((r for r in at_each[day, axis].rows if r.name == whole.name), None)
        names = {name for name in whole.cells if _name(name, axis) in known}
        if axis == "happened" and _UNDATED in known:
            names.add(_UNDATED)
        for name in names:
            called = _name(name, axis)
            cells[called] = here.cells.get(name) if here else None
            behind[called] = here.rests_on(name) if here else ()
            if here and name in here.payees:
                payees[called] = here.payees[name]
            if here and name in here.people:
                people[called] = here.people[name]
    ordered = {column.name: cells.get(column.name) for column in columns}
    behind = {name: behind[name] for name in ordered if name in behind}
    events = entries(index for some in behind.values() for index in some)
    return Row(ordered, events, day.isoformat(), behind, payees, people)


def _is_count(column: Column) -> bool:
    """Whether two of its figures, subtracted, could tell of somebody: counts, and sums of money."""
    return column.type in {"integer", "money"} and column.guard in {None, "count", "money"}


def _change_columns(name: str, columns: Sequence[Column]) -> tuple[Column, Column]:
    """How many more, and how many fewer, than at the date before."""
    [of] = [column for column in columns if column.name == name]
    guard = "money" if of.type == "money" else "count"
    words: dict[str, Any] = {"unknown": "nothing to compare", "guard": guard, "of": None}
    more = replace(of, name=f"{name}_more", title="More than before", **words)
    less = "Less than before" if guard == "money" else "Fewer than before"
    return more, replace(more, name=f"{name}_fewer", title=less)


def changed(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """Add to each row how much more or less each count, or sum of money, is than in the row before.

    The change is a figure of its own, so that disclosure control guards it too: two dates whose
    counts may each be shown can differ by one person, or by the hour of one. Whoever is behind the
    entries that were added or went stands behind it (``people`` None: these are counted).
    """
    found = [replace(row) for row in rows[:1]]
    for before, row in pairwise(rows):
        cells, behind = dict(row.cells), dict(row.behind)
        people: dict[str, int | None] = dict(row.people)
        payees = dict(row.payees)
        for name in names:
            one, other = before.cells.get(name), row.cells.get(name)
            if (change := _change(one, other)) is not None:
                cells |= {f"{name}_more": change[0], f"{name}_fewer": change[1]}
                shares = _shares(before.payees.get(name, ()), row.payees.get(name, ()))
                payees |= {f"{name}_more": shares, f"{name}_fewer": shares}
                was, now = set(before.rests_on(name)), set(row.rests_on(name))
                behind[f"{name}_more"] = entries(now - was)
                behind[f"{name}_fewer"] = entries(was - now)
                people |= {f"{name}_more": None, f"{name}_fewer": None}
        events = entries(index for some in behind.values() for index in some)
        found.append(
            replace(row, cells=cells, behind=behind, events=events, people=people, payees=payees)
        )
    return found


def _change(one: Cell, other: Cell) -> tuple[Cell, Cell] | None:
    """How much more and how much less the second is; None where they are not two such numbers."""
    if isinstance(one, Amount) and isinstance(other, Amount):
        unit = one.currency, one.exponent
        if unit != (other.currency, other.exponent):
            return None
        change = other.minor - one.minor
        return Amount(max(0, change), *unit), Amount(max(0, -change), *unit)
    if isinstance(one, int) and isinstance(other, int):
        return max(0, other - one), max(0, one - other)
    return None


def _shares(then: Sequence[int], now: Sequence[int]) -> tuple[int, ...]:
    """By how much the shares of payees changed, at the fewest: whose they are nobody is told."""
    one, other = Counter(then), Counter(now)
    gone, come = (sorted(some.elements(), reverse=True) for some in (one - other, other - one))
    return tuple(abs(a - b) for a, b in zip_longest(gone, come, fillvalue=0))


def _relations(
    rows: Sequence[Row], names: Sequence[str], columns: Sequence[Column]
) -> Iterator[Relation]:
    """A count is the one before and what is more, or the one before less what is fewer."""
    for before, row in pairwise(rows):
        for name in names:
            if number_of(row.cells.get(f"{name}_fewer")):
                fewer = (row.name, f"{name}_fewer")
                yield Relation((before.name, name), ((row.name, name), fewer))
            elif f"{name}_more" in row.cells:
                more = (row.name, f"{name}_more")
                yield Relation((row.name, name), ((before.name, name), more))
    for column in columns:
        if column.of is not None:
            for row in rows:
                yield Relation((row.name, column.of[1]), ((row.name, column.of[0]),), "within")


def _axis_words(axes: Sequence[str]) -> str:
    words = {
        "happened": "By a date: what had happened by then, as far as is known now.",
        "known": "As the ledger knew it: entries of that ledger day and before.",
    }
    return " ".join(words[axis] for axis in axes)


def _said(rows: Sequence[Row], column: Column, name: str) -> list[str]:
    known = [row for row in rows if row.cells.get(name) is not None]
    if not known:
        return []
    first, last = known[0], known[-1]
    return [
        Said.of(
            f"{column.title}: {{}} at {first.name}, {{}} at {last.name}.",
            {(first.name, name): first.cells[name], (last.name, name): last.cells[name]},
        )
        if first is not last
        else Said.of(
            f"{column.title}: {{}} at {first.name}.", {(first.name, name): first.cells[name]}
        )
    ]


def _chart(rows: Sequence[Row], column: Column, axes: Sequence[str]) -> dict[str, object] | None:
    if column.type not in ("integer", "number", "percent", "money"):
        return None
    values = []
    for axis in axes:
        for row in rows:
            cell = row.cells.get(_name(column.name, axis))
            n, label = _drawn(cell)
            values.append({"date": row.name, "panel": _AXES[axis], "n": n, "label": label})
    if all(value["n"] is None for value in values):
        return None
    return line(
        values,
        panels=[_AXES[axis] for axis in axes],
        unit=column.unit or column.title,
        description=(
            f"A line through {len(rows)} dates: {column.title}. The table below has every figure."
        ),
    )


def _drawn(cell: Cell) -> tuple[float | None, str]:
    if isinstance(cell, Amount):
        return cell.minor / 10**cell.exponent, str(cell)
    if isinstance(cell, int | float):
        return float(cell), str(cell)
    return None, ""
