"""Names beside figures: what a disclosed value calls a project, joined when a view is shown.

Figures rest on bodies alone, where a project is an id. For people a title is better, and titles
are disclosed values that somebody may not hold or that may be erased; so they join here, at the
last moment, for the forms that people read. JSON and CSV keep the ids (design.md, Store).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from projections.result import ViewResult


def with_names(result: ViewResult, names: Mapping[str, str]) -> ViewResult:
    """Give the view with each text cell that is a known id replaced by its name.

    A column with such a cell is marked as coming from disclosed values.
    """
    rows, changed = [], set[str]()
    for row in result.rows:
        cells = dict(row.cells)
        for column, cell in row.cells.items():
            if isinstance(cell, str) and cell in names:
                cells[column] = names[cell]
                changed.add(column)
        rows.append(replace(row, cells=cells))
    columns = tuple(
        replace(column, source="disclosed") if column.name in changed else column
        for column in result.columns
    )
    return replace(result, rows=tuple(rows), columns=columns, counted=result.digest)
