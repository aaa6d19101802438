"""A dossier for a terminal: its parts one below the other, each thing on a line of its own.

A table of ten columns, most of them empty, cannot be read on a narrow screen. A view of parts,
things and words is shown as headings with lines below: what, who, as recorded, how many, when,
and people's own words in «quotes». Nothing is cut off; nothing is left out but empty cells.

    Options
      late: Ben Okri (community) · chosen · 2 votes for · «Until eight»
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from cli.render.table import bold, foot, heading
from cli.render.text import visible, words, wrapped
from projections.result import Row, ViewResult

_MORE = {
    "person": "people",
    "vote for": "votes for",
    "vote against": "votes against",
    "entry": "entries",
}
#: Columns that are read as part of others.
_JOINED = {"part", "item", "side", "unit", "electorate"}


def is_dossier(result: ViewResult) -> bool:
    """Say whether the view is read line by line."""
    names = [column.name for column in result.columns]
    return names[:2] == ["part", "item"] and {"said", "words"} <= set(names)


def render_lines(result: ViewResult, *, width: int | None = None, color: bool = False) -> str:
    """Give the whole dossier as text; ``width`` in columns (the terminal's when ``None``, ≥ 20)."""
    room = max(20, width or shutil.get_terminal_size((100, 24)).columns)
    blocks = [heading(result, room, color)]
    if not result.rows:
        blocks.append("Nothing is recorded yet that this view shows.")
    lines: list[str] = []
    for part, said in in_parts(result):
        lines += [*([""] if lines else []), bold(part, color)]
        for text in said:
            first, *rest = wrapped(text, room - 4)
            lines += [f"  {first}", *(f"    {more}" for more in rest)]
    if lines:
        blocks.append("\n".join(lines))
    blocks.append(foot(result, room, color))
    return "\n\n".join(blocks) + "\n"


def in_parts(result: ViewResult) -> list[tuple[str, list[str]]]:
    """Give the lines of a dossier under the heading of each part, in their order."""
    found: list[tuple[str, list[str]]] = []
    for row in result.rows:
        part = visible(str(row.cells["part"]))
        if not found or found[-1][0] != part:
            found.append((part, []))
        what = visible(str(row.cells.get("item") or ""))
        found[-1][1].append(": ".join(filter(None, [what, " · ".join(_parts(result, row))])))
    return found


def _parts(result: ViewResult, row: Row) -> Iterator[str]:
    side = row.cells.get("side")
    if side and not row.cells.get("who"):
        yield visible(str(side))
    for column in result.columns:
        cell = row.cells.get(column.name)
        if column.name in _JOINED or cell is None:
            continue
        said = words(column, cell)
        if column.name == "who" and side:
            said += f" ({visible(str(side))})"
        elif column.name == "score":
            said += f" {column.unit}"
        elif column.name in {"community", "others", "unsaid"}:
            said = f"{visible(column.title.lower())} {said}"
        elif column.name == "number":
            said += f" {_unit(str(row.cells.get('unit') or ''), cell)}"
        elif column.name == "words":
            said = f"«{said}»"
        yield said.strip()


def _unit(unit: str, number: object) -> str:
    """The unit as it is said of so many: an ordinal keeps its word."""
    if number == 1 or not unit or unit.startswith("place"):
        return visible(unit)
    return visible(_MORE.get(unit, f"{unit}s"))
