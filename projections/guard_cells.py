"""The figures of a report as one system: what an attacker may add and subtract.

Each guarded number of every view becomes a figure of ``guard_solve``, once, however often it is
shown; each relation a law. Views declare relations, and more are found from the numbers themselves,
because a relation that nobody declared is one that nobody guards:

    same      two views show the same number under the same row, column and unit
    rows      a row is the sum of the others, or a figure elsewhere is the sum of a column
    columns   a column is the sum of columns side by side, in every row
    sums      two columns add up to the same number

What holds by chance is taken for a law as well: a law that the attacker does not know makes them
look stronger than they are, never weaker. A relation that a view declares and that does not hold
protects nothing, so the figures in it are hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from projections.guard_rules import (
    OPEN_UNITS,
    PEOPLE,
    Control,
    about_one,
    base_of,
    guard_in,
    guard_of,
    is_figure,
    is_identity,
    number_of,
    too_small,
)
from projections.guard_solve import Figure, Law, spread
from projections.result import Amount, Column, Reason, Relation, Row, ViewResult


class Place(NamedTuple):
    """Where a figure stands: view, row, column."""

    view: str
    row: str
    column: str


#: What makes two numbers comparable: unit of the column, currency and exponent of money.
Unit = tuple[str, str, int]


@dataclass(slots=True)
class System:
    """All figures of a report with their laws; ``why`` is the reason a figure gives when hidden."""

    control: Control
    figures: list[Figure] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)
    at: dict[Place, int] = field(default_factory=dict)
    units: list[Unit] = field(default_factory=list)
    why: dict[int, Reason] = field(default_factory=dict)
    #: What figures were at an earlier export, and that nothing came between: what may still be so.
    then: dict[int, int] = field(default_factory=dict)

    def add(self, place: Place | None, figure: Figure, unit: Unit) -> int:
        """Add a figure and give its number; one without a place is never shown."""
        self.figures.append(figure)
        self.units.append(unit)
        if place is not None:
            self.at[place] = len(self.figures) - 1
        return len(self.figures) - 1

    def law(self, total: int, parts: Sequence[int], *, equal: bool = True, sign: int = 1) -> None:
        """Parts add up to the total; with ``equal`` False to at most it (``sign`` -1: at least)."""
        terms = [*((part, sign) for part in parts), (total, -sign)]
        merged: dict[int, int] = defaultdict(int)
        for at, one in terms:
            merged[at] += one
        kept = tuple((at, one) for at, one in merged.items() if one)
        if kept:
            self.laws.append(Law(kept, equal))
            if equal and len(parts) > 1 and self.figures[total].price:
                self.figures[total].price += 20


def system_of(results: Sequence[ViewResult], control: Control) -> System:
    """Build the system of a report, with what is too small by itself hidden in it."""
    system = System(control)
    same: dict[tuple[str, str, Unit, int], int] = {}
    for result in results:
        for place, figure, unit, reason in _figures(result, control):
            # The same number in the same place of another view is the same figure.
            key = (place.row, place.column, unit, figure.value)
            number = same.get(key) if figure.value else None
            if number is None:
                number = same[key] = system.add(place, figure, unit)
            else:
                _join(system, number, place, figure)
            if reason is not None:
                system.why[number] = reason
            system.why.setdefault(number, "payees" if unit[1] else "small")
    for result in results:
        for relation in result.relations:
            _declared(system, result, relation)
        _rests(system, result)
        _rows_found(system, result)
        _columns_found(system, result)
    _sums_found(system, results)
    return system


def _join(system: System, number: int, place: Place, figure: Figure) -> None:
    """One more place of a figure: it is known as well as where it is shown most exactly."""
    known = system.figures[number]
    system.at[place] = number
    known.low, known.high = max(known.low, figure.low), min(known.high, figure.high)
    known.price += figure.price
    if figure.hidden:
        known.hidden, known.least, known.most = True, figure.least, figure.most


def _figures(
    result: ViewResult, control: Control
) -> Iterator[tuple[Place, Figure, Unit, Reason | None]]:
    whole = _whole_table(result, control)
    for row in result.rows:
        gone = about_one(result, row)
        for column in result.columns:
            cell = row.cells.get(column.name)
            if not is_figure(column, cell):
                continue
            guarded = guard_in(row, column) != "open"
            reason = too_small(result, row, column, control)
            # One reason for a whole table: «small» beside it would say which of them are small.
            reason = whole if whole and guarded and reason != "electorate" else reason
            reason = "person" if gone else reason
            value = number_of(cell)
            unit = unit_of(column, row)
            place = Place(result.view, row.name, column.name)
            if value is None or value < 0:
                continue  # not a whole number, or below zero: never shown, and in no law
            figure = _figure(value, base_of(row, column, control), reason, control, guarded)
            yield place, figure, unit, reason


def _figure(
    value: int, base: int, reason: Reason | None, control: Control, guarded: bool
) -> Figure:
    floor = control.smallest if guarded else 0
    low, high = spread(value, base, min(floor, value)) if guarded else (value, value)
    price = 10 + value.bit_length() + (30 if not guarded else 0) + (10 if not value else 0)
    figure = Figure(value, low, high, hidden=reason is not None, price=price)
    if reason is not None:
        _protected(figure, control)
    return figure


def _protected(figure: Figure, control: Control) -> None:
    """Say how far the range of a figure must reach that is too small by itself."""
    value, small = figure.value, figure.value < control.smallest
    figure.least = min(1, value) if small else value // 2
    figure.most = max(1, control.smallest - 1) if small else value + (value + 1) // 2


def unit_of(column: Column, row: Row) -> Unit:
    """What a number must share with another to be added to it."""
    cell = row.cells.get(column.name)
    if isinstance(cell, Amount):
        return "money", cell.currency, cell.exponent
    said = row.cells.get("unit")  # a table of several units names each row's
    return column.unit or (said if isinstance(said, str) else ""), "", 0


def _whole_table(result: ViewResult, control: Control) -> Reason | None:
    """Why no figure of a table is shown at all."""
    crossed = sum(is_identity(column) for column in result.columns)
    for name in ("side", "group"):
        asked = getattr(result.asked, name) is not None
        crossed += asked and all(column.name != name for column in result.columns)
    if crossed > control.identity:
        return "identity"
    if not any(is_identity(column) for column in result.columns):
        return None
    small = filled = 0
    for row in result.rows:
        figures = [column for column in result.columns if number_of(row.cells.get(column.name))]
        guarded = [column for column in figures if guard_in(row, column) in ("count", "money")]
        filled += bool(guarded)
        small += any(
            too_small(result, row, column, control) for column in guarded if column.type != "money"
        )
    return "group" if small * 2 > filled else None


# ── what is declared ────────────────────────────────────────────────────────────────────────────


def _declared(system: System, result: ViewResult, relation: Relation) -> None:
    total, *parts = (_find(system, result.view, one) for one in (relation.total, *relation.parts))
    known = [part for part in parts if part is not None]
    if total is None or not known:
        return
    values = [system.figures[part].value for part in known]
    whole, kind = system.figures[total].value, relation.kind
    # A part that is not known leaves only that the others are at most the total.
    if kind == "sum" and len(known) < len(parts) and sum(values) != whole:
        kind = "within"
    holds = {
        "sum": sum(values) == whole,
        "union": max(values) <= whole <= sum(values) or len(known) < len(parts),
        "within": max(values) <= whole,
    }[kind]
    if not holds:
        for at in (total, *known):
            _hide(system, at)
        return
    if kind == "sum":
        system.law(total, known)
        return
    for part in known:
        system.law(total, [part], equal=False)
    if kind == "union" and len(known) == len(parts):
        system.law(total, known, equal=False, sign=-1)


def _find(system: System, view: str, place: Sequence[str]) -> int | None:
    whole = (view, *place) if len(place) == 2 else tuple(place)
    return system.at.get(Place(*whole)) if len(whole) == 3 else None


def _hide(system: System, at: int) -> None:
    figure = system.figures[at]
    if not figure.hidden:
        figure.hidden = True
        figure.least, figure.most = figure.value // 2, figure.value + (figure.value + 1) // 2


def _rests(system: System, result: ViewResult) -> None:
    """What a share leaves of its whole is nowhere shown, and is protected where few are behind it.

    Of 1,440 minutes 1,380 are uncovered: the other 60 may be those of one person. A rest that is
    small itself is left to rounding, which does not tell it from none.
    """
    smallest = system.control.smallest
    for row in result.rows:
        for column in result.columns:
            if column.of is None or column.name not in set(row.people):
                continue
            both = [_find(system, result.view, (row.name, name)) for name in column.of]
            part, whole = (at if at is not None and not system.figures[at].hidden else None
                           for at in both)  # fmt: skip
            if part is None or whole is None or _of_people(system.units[whole]):
                continue
            rest = system.figures[whole].value - system.figures[part].value
            if rest >= smallest and (row.people[column.name] or 0) < smallest:
                figure = Figure(rest, hidden=True, price=0)
                _protected(figure, system.control)
                system.law(whole, [part, system.add(None, figure, system.units[whole])])


def _of_people(unit: Unit) -> bool:
    """Whether a unit counts people, or what is nobody's own."""
    return unit[0].lower().removesuffix("s") in PEOPLE | OPEN_UNITS


# ── what is found ───────────────────────────────────────────────────────────────────────────────


def _column(
    system: System, result: ViewResult, column: Column
) -> dict[Unit, list[tuple[str, int]]]:
    """The figures of a column with their rows, apart by unit."""
    found: dict[Unit, list[tuple[str, int]]] = defaultdict(list)
    for row in result.rows:
        at = system.at.get(Place(result.view, row.name, column.name))
        if at is not None:
            found[system.units[at]].append((row.name, at))
    return found


def _rows_found(system: System, result: ViewResult) -> None:
    """A row that is the sum of the others, where at least two of them are not zero."""
    for column in result.columns:
        for rows in _column(system, result, column).values():
            values = [system.figures[at].value for _, at in rows]
            whole = sum(values)
            if len(rows) < 3 or whole % 2 or whole // 2 not in values:
                continue
            total = values.index(whole // 2)
            parts = [at for one, (_, at) in enumerate(rows) if one != total]
            if sum(system.figures[at].value > 0 for at in parts) >= 2:
                system.law(rows[total][1], parts)


#: Columns side by side that are looked at as parts of another.
_MOST_COLUMNS = 16


def _columns_found(system: System, result: ViewResult) -> None:
    """A column that is the sum of others side by side, in every row."""
    by_unit: dict[str, list[Column]] = defaultdict(list)
    for column in result.columns:
        if column.type in ("integer", "money") and guard_of(column) in ("count", "money", "open"):
            by_unit[column.unit].append(column)
    for columns in by_unit.values():
        if 3 <= len(columns) <= _MOST_COLUMNS:
            _runs(system, result, columns)


def _runs(system: System, result: ViewResult, columns: Sequence[Column]) -> None:
    rows = [
        {column.name: at for column in columns if (at := _at(system, result, row, column))}
        for row in result.rows
    ]
    # Most rows of a long table are alike, and what holds of one holds of all of them.
    alike = {
        tuple((name, system.figures[one - 1].value) for name, one in row.items()) for row in rows
    }
    table = [dict(row) for row in alike]
    for total in columns:
        others = [column.name for column in columns if column.name != total.name]
        for first in range(len(others)):
            for last in range(len(others), first + 1, -1):
                run = others[first:last]
                if _adds_up(table, total.name, run):
                    for row in rows:
                        if total.name in row:
                            parts = [row[name] - 1 for name in run if name in row]
                            system.law(row[total.name] - 1, parts)
                    break


def _at(system: System, result: ViewResult, row: Row, column: Column) -> int:
    """The number of a figure plus one; 0 for none."""
    return system.at.get(Place(result.view, row.name, column.name), -1) + 1


def _adds_up(table: Sequence[Mapping[str, int]], total: str, run: Sequence[str]) -> bool:
    some = False
    for row in table:
        if total not in row:
            continue
        parts = [row.get(name, 0) for name in run]
        if sum(parts) != row[total]:
            return False
        some = some or sum(part > 0 for part in parts) >= 2
    return some


def _sums_found(system: System, results: Sequence[ViewResult]) -> None:
    """A column whose sum is a figure elsewhere, or the sum of another column."""
    known: dict[tuple[Unit, int], list[int]] = defaultdict(list)
    for at, figure in enumerate(system.figures):
        if figure.value >= system.control.smallest:
            known[system.units[at], figure.value].append(at)
    sums: dict[tuple[Unit, int], list[tuple[int, ...]]] = defaultdict(list)
    for result in results:
        for column in result.columns:
            for unit, rows in _column(system, result, column).items():
                parts = tuple(dict.fromkeys(at for _, at in rows))
                whole = sum(system.figures[at].value for at in parts)
                if sum(system.figures[at].value > 0 for at in parts) >= 2:
                    for at in known.get((unit, whole), ())[:4]:
                        system.law(at, parts)
                    sums[unit, whole].append(parts)
    for (unit, whole), several in sums.items():
        if len(several) > 1 and whole >= system.control.smallest:
            # A total that is shown nowhere, and that both columns add up to.
            total = system.add(None, Figure(whole, hidden=True, price=0), unit)
            for parts in several:
                system.law(total, parts)
