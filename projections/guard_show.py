"""A guarded view as it is shown: rounded, starred, coarsened, and silent about people.

Nothing of the view as it was counted reaches the shown one but through here. Cells are copied one
by one by the guard of their column. Entries, their hashes and the shares of payees are dropped, for
they identify; a row about one person is left out. A sentence stays when it holds no figure of the
record, or when it can be said again from published cells; a bar of a chart stays when its cell
does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from projections.charts import ticks
from projections.guard_cells import Place, System
from projections.guard_rules import (
    Control,
    about_one,
    base_of,
    guard_of,
    identifies,
    is_figure,
    is_numbers,
    number_of,
)
from projections.guard_solve import rounded
from projections.result import (
    Amount,
    Cell,
    Column,
    Fixed,
    Guard,
    Hidden,
    Row,
    Said,
    Summary,
    ViewResult,
    Words,
    percent,
)

_DAY = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?")
_NUMBER = re.compile(r"\d")
#: The difference of two shares is one of unrounded figures; whoever reads both shares subtracts.
_POINTS = "percentage points"
#: An interval tells where its figure lies, so it is hidden with it.
_ENDS, _ITS_FIGURE = frozenset({"low", "high"}), ("share", "value")
_LEFT_OUT = "Rows that are about one person, or one thing of theirs, are left out."


def shown(result: ViewResult, system: System, control: Control) -> ViewResult:
    """Give the view as it may leave the circle of those who may see people."""
    names = {row.name: f"row-{at}" for at, row in enumerate(result.rows) if is_numbers(row.name)}
    kept = [row for row in result.rows if not about_one(result, row)]
    rows = tuple(_row(result, row, system, control, names) for row in kept)
    cells = {row.name: shown_.cells for row, shown_ in zip(kept, rows, strict=True)}
    notes = [*_sentences(result.notes, cells), *control.notes()]
    if len(kept) < len(result.rows):
        notes.append(_LEFT_OUT)
    return replace(
        result,
        rows=rows,
        hashes={},
        relations=(),
        notes=tuple(notes),
        summary=Summary(
            *(
                tuple(_sentences(part, cells))
                for part in (result.summary.shows, result.summary.spoke, result.summary.unknown)
            )
        ),
        title=result.view if identifies(result.title) else result.title,
        question="" if identifies(result.question) else result.question,
        chart=_chart(result, kept, cells),
        counted="",
    )


def _row(
    result: ViewResult, row: Row, system: System, control: Control, names: Mapping[str, str]
) -> Row:
    cells: dict[str, Cell] = {}
    for column in result.columns:
        if column.name in row.cells and guard_of(column) != "derived":
            cells[column.name] = _cell(result.view, row, column, system, control)
    for column in result.columns:
        if column.name in row.cells and guard_of(column) == "derived":
            cells[column.name] = _derived(row, column, cells, control)
    # In the order of the columns, as they were.
    ordered = {column.name: cells[column.name] for column in result.columns if column.name in cells}
    return Row(ordered, key=names.get(row.name, row.name))


def _cell(view: str, row: Row, column: Column, system: System, control: Control) -> Cell:
    cell = row.cells[column.name]
    guard = guard_of(column)
    if cell is None:
        return None
    if isinstance(cell, Words) or guard in ("words", "person"):
        return Hidden("person" if guard == "person" else "words")
    if isinstance(cell, str):
        dated = guard == "day" or column.type == "date"
        return coarse(cell, control.date_months) if dated else _text(cell, guard)
    if is_figure(column, cell):
        return _figure(Place(view, row.name, column.name), row, column, system, control)
    return Hidden("small")


def _text(text: str, guard: Guard) -> Cell:
    kept = guard == "open" and not identifies(text) and not is_numbers(text)
    return text if kept else Hidden("person")


def _figure(place: Place, row: Row, column: Column, system: System, control: Control) -> Cell:
    cell, at = row.cells[column.name], system.at.get(place)
    if at is None:  # not a whole number, or below zero
        return cell if guard_of(column) == "open" else Hidden("small")
    if system.figures[at].hidden:
        return Hidden(system.why[at])
    value = rounded(system.figures[at].value, base_of(row, column, control))
    return Amount(value, cell.currency, cell.exponent) if isinstance(cell, Amount) else value


def _derived(row: Row, column: Column, cells: Mapping[str, Cell], control: Control) -> Cell:
    """A share of what is published; any other index only where all it rests on is published."""
    cell = row.cells[column.name]
    if column.type == "text" and column.of is not None:
        return _word(cell, [cells.get(name) for name in column.of])
    if cell is None:
        return None
    end = column.name in _ENDS and any(isinstance(cells.get(it), Hidden) for it in _ITS_FIGURE)
    untold = end or row.cells.get("unit") == _POINTS
    if column.of is None or not isinstance(cell, int | float) or untold:
        return Hidden("share")
    part, whole = (number_of(cells.get(name)) for name in column.of)
    if part is None or whole is None or whole < control.share_of:
        return Hidden("share")
    if column.type == "percent":
        return min(100.0, percent(part, whole))
    return round(cell, 1)


def _word(word: Cell, figures: Iterable[Cell]) -> Cell:
    """A word that follows from figures, as «members say so too» does from how many said it.

    That there is none follows from them as well: of two ballots, no tie says that both said alike.
    """
    some = list(figures)
    if word is None and not any(isinstance(one, Hidden) for one in some):
        return None
    known = isinstance(word, str) and all(number_of(one) is not None for one in some)
    return word if known and not identifies(str(word)) else Hidden("person")


def coarse(text: str, months: int) -> Cell:
    """A day as its month, quarter or year; anything but a day or month is hidden.

    Example:
        >>> coarse("2026-03-14", 1), coarse("2026-03-14", 3), coarse("2026-03", 12)
        ('2026-03', '2026-Q1', '2026')
    """
    found = _DAY.fullmatch(text)
    if found is None:
        return Hidden("person")
    year, month = found[1], int(found[2])
    if months > 3:
        return year
    return f"{year}-{month:02}" if months < 3 else f"{year}-Q{(month + 2) // 3}"


# ── sentences and charts ────────────────────────────────────────────────────────────────────────


def _sentences(sentences: Iterable[str], cells: Mapping[str, Mapping[str, Cell]]) -> Iterable[str]:
    for sentence in sentences:
        if isinstance(sentence, Said):
            values = [cells.get(row, {}).get(column) for row, column in sentence.cells]
            if all(isinstance(value, int | float | str | Amount) for value in values):
                yield sentence.template.format(*values)
        elif isinstance(sentence, Fixed) or not (_NUMBER.search(sentence) or identifies(sentence)):
            yield sentence


def _chart(
    result: ViewResult, kept: list[Row], cells: Mapping[str, Mapping[str, Cell]]
) -> Mapping[str, Any] | None:
    """The chart with each bar as its cell is shown; no chart where no bar can be told."""
    chart = result.chart
    bars = chart.get("data", {}).get("values") if chart else None
    if not chart or not isinstance(bars, list) or "facet" not in chart:
        return None
    found = [_bar(bar, result, kept, cells) for bar in bars]
    if all(bar["n"] is None for bar in found):
        return None
    top = max(bar["n"] or 0 for bar in found)
    scaled: Mapping[str, Any] = _scaled({**chart, "data": {"values": found}}, top)
    return scaled


def _bar(
    bar: Mapping[str, Any],
    result: ViewResult,
    kept: list[Row],
    cells: Mapping[str, Mapping[str, Cell]],
) -> dict[str, Any]:
    place = bar.get("cell") or _place(bar, result, kept)
    plain = {name: value for name, value in bar.items() if name != "cell"}
    value = cells.get(place[0], {}).get(place[1]) if place else Hidden("small")
    if value is None:
        return {**plain, "n": None}  # not known, and its label says so
    if isinstance(value, Amount) or not isinstance(value, int | float):
        return {**plain, "n": None, "label": "*"}
    return {**plain, "n": value, "label": str(value)}


def _place(bar: Mapping[str, Any], result: ViewResult, kept: list[Row]) -> tuple[str, str] | None:
    """The one cell that a bar shows: its panel is a column's title, its row named in the row."""
    columns = [column.name for column in result.columns if column.title == bar.get("panel")]
    if len(columns) != 1:
        return None
    found = []
    for row in kept:
        texts = [cell for cell in row.cells.values() if isinstance(cell, str)]
        named = bar.get("row") in texts or bar.get("row") == ", ".join(texts[:2])
        if named and row.cells.get(columns[0]) == bar.get("n"):
            found.append(row.name)
    return (found[0], columns[0]) if len(found) == 1 else None


def _scaled(spec: Any, top: int | float) -> Any:
    """The same specification with its scale and ticks from what is shown, not from what was."""
    if isinstance(spec, dict):
        scaled = {name: _scaled(value, top) for name, value in spec.items() if name != "data"}
        if spec.get("type") == "quantitative" and "scale" in spec:
            scaled["scale"] = {"domain": [0, max(1, top) * 1.28]}
            if "axis" in spec:
                scaled["axis"] = {**spec["axis"], "values": ticks(int(top))}
        return {**scaled, "data": spec["data"]} if "data" in spec else scaled
    return [_scaled(one, top) for one in spec] if isinstance(spec, list) else spec
