"""``tally view NAME --why CELL``: from a figure down to the entries it was counted from.

A cell is named by the key of its row and the name of its column, ``S1/community``; the key alone
names the row. Each entry comes with its hash and, where a checkpoint holds it, its inclusion proof,
so that whoever reads the figure need not take our word for what is behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.result import Row, ViewResult

    #: Of several ledgers read together: where an entry lies, and as which.
    Place = Callable[[int], tuple[Workspace, int]]

#: Entries shown in words before the rest is counted; ``--json`` gives all of them.
_SHOWN = 50


def explain(
    ws: Workspace, result: ViewResult, cell: str, place: Place | None = None
) -> tuple[dict[str, Any], list[str]]:
    """The entries behind ``cell`` as JSON and as lines.

    ``place`` says of several ledgers read together in which an entry lies, and as which.

    Raises:
        WrongInput: the view has no such row or column.
    """
    from cli.listing import as_object, line
    from projections.result import plain

    row, column = _found(result, cell)
    indexes = row.rests_on(column) if column else row.events
    found = [place(index) if place else (ws, index) for index in indexes]
    entries = [(at, as_object(at, at.ledger.entry(index))) for at, index in found]
    form = {
        "view": result.view,
        "row": row.name,
        "column": column,
        "value": plain(row).get(column) if column else plain(row),
        "checkpoint": {
            "origin": result.checkpoint.origin,
            "size": result.checkpoint.size,
            "root": result.checkpoint.root,
        },
        "events": [
            {
                "index": entry["index"],
                "hash": entry["hash"],
                "type": entry["type"],
                "line": line(at, entry).strip(),
                "proof": _proof(at, entry["index"]),
            }
            | ({"ledger": at.config.origin} if place else {})
            for at, entry in entries
        ]
        if ws.settings.json
        else [],
    }
    lines = [
        line(at, entry) + (f"  in «{at.config.name}»" if place else "")
        for at, entry in entries[:_SHOWN]
    ]
    return form, list(_words(result, row, column, lines))


def _found(result: ViewResult, cell: str) -> tuple[Row, str]:
    """The row and the column that ``cell`` names; the column is empty for a whole row."""
    from cli.errors import WrongInput

    columns = {column.name for column in result.columns}
    for row in result.rows:
        if cell == row.name:
            return row, ""
    key, _, name = cell.rpartition("/")
    named = [row for row in result.rows if row.name == key]
    if named and name in columns:
        return named[0], name
    if named:
        raise WrongInput(
            f"The row {key} of {result.view} has no column {name}.",
            f"Its columns are {', '.join(sorted(columns))}.",
        )
    rows = [row.name for row in result.rows]
    raise WrongInput(
        f"The view {result.view} has no row {key or cell}.",
        f"Name a row and a column as ROW/COLUMN. Rows: {', '.join(rows[:20])}"
        + (f" and {len(rows) - 20} more." if len(rows) > 20 else ".")
        if rows
        else "It has no rows as it was asked.",
    )


def _words(result: ViewResult, row: Row, column: str, lines: list[str]) -> Iterator[str]:
    from cli.render.text import visible, words

    if column:
        [spec] = [one for one in result.columns if one.name == column]
        yield f"{visible(spec.title)}, {visible(row.name)}: {words(spec, row.cells.get(column))}"
    else:
        yield visible(row.name)
    total = len(row.rests_on(column) if column else row.events)
    if not total:
        yield "No entry is behind it: it says that nothing is recorded."
        return
    entries = "1 entry" if total == 1 else f"{total} entries"
    if column and row.cells.get(column) is None:
        yield f"Nothing that is recorded says it, which is not zero. Its row rests on {entries}:"
    else:
        yield f"Counted from {entries}:"
    yield from lines
    if total > len(lines):
        yield f"(and {total - len(lines)} more; --json gives all of them)"
    yield "`tally show LINE` gives one in full, `tally show LINE --proof` its inclusion proof."


def _proof(ws: Workspace, index: int) -> str | None:
    """The inclusion proof of an entry against the newest checkpoint; None when none holds it."""
    from ledger.errors import Refused

    try:
        return ws.ledger.proof(index).decode()
    except Refused:
        return None
