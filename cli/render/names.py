"""Names beside figures: what disclosed values call a thing, joined when a view is shown.

Figures rest on bodies alone, where a project is an id and a reason is a place beside an entry. For
people the words are better, and they are disclosed values that somebody may not hold or that may be
erased; so they join here, at the last moment, for the forms that people read. JSON and CSV keep the
ids (design.md, Store).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from projections.result import Cell, Row, ViewResult, Words

#: What stands for words that nobody can read any more, or that this reader does not hold.
GONE = "erased or not held here"


@dataclass(frozen=True, slots=True)
class Known:
    """What this reader can call things: ``names`` by id, and ``said`` for words beside entries.

    ``said(index, name)`` gives the words, or None where they are erased or not held.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    said: Callable[[int, str], str | None] = field(default=lambda _index, _name: None)


def with_names(result: ViewResult, known: Known) -> ViewResult:
    """Give the view with each known id as its name, and each place of words as the words.

    A column with such a cell is marked as coming from disclosed values; the digest stays that of
    the rows as they were counted. People are named only in columns whose guard says that they are
    there to be seen by name (seats, votes, approvals: domain.md section 10).
    """
    changed = set[str]()
    people = {column.name for column in result.columns if column.guard == "person"}
    rows = tuple(_named(row, known, changed, people) for row in result.rows)
    columns = tuple(
        replace(column, source="disclosed") if column.name in changed else column
        for column in result.columns
    )
    return replace(result, rows=rows, columns=columns, counted=result.digest)


def _named(row: Row, known: Known, changed: set[str], people: set[str]) -> Row:
    cells: dict[str, Cell] = dict(row.cells)
    for column, cell in row.cells.items():
        if isinstance(cell, Words):
            cells[column] = known.said(cell.index, cell.name) or GONE
            changed.add(column)
        elif isinstance(cell, str) and (column in people or "person:" not in cell):
            name = _name(cell, known)
            if name is not None:
                cells[column] = name
                changed.add(column)
    return replace(row, cells=cells, key=row.name)


def _name(cell: str, known: Known) -> str | None:
    """The name of an id, or of several with commas between; None when none of it is known."""
    if cell in known.names:
        return known.names[cell]
    parts = cell.split(", ")
    if len(parts) > 1 and any(part in known.names for part in parts):
        return ", ".join(known.names.get(part, part) for part in parts)
    return None
