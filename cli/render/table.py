"""A view as plain text for a terminal: question, table, notes, and what the figures stand on.

Columns share the width that is there; where they cannot, each row becomes a card of «title: value»
lines, so nothing is cut off. Bold is the only decoration, used when ``color`` allows it, and no
meaning rests on it (https://no-color.org).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import TextIO

from cli.render.text import is_number, visible, width_of, words, wrapped
from projections.result import GUARDED, NOT_FOR_PUBLICATION, Column, Row, ViewResult

_GAP = "  "
_NARROWEST = 6
_WHOLE_WORD = 13
#: So many lines of a card that would say the same are said in one, after the others.
_ALIKE = 3
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def color_wanted(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Say whether ``stream`` should get colour: a terminal, no NO_COLOR, no TERM=dumb."""
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def render_table(result: ViewResult, *, width: int | None = None, color: bool = False) -> str:
    """Give the whole view as text; ``width`` in columns (the terminal's when ``None``, ≥ 20)."""
    room = max(20, width or shutil.get_terminal_size((100, 24)).columns)
    blocks = [heading(result, room, color)]
    if result.rows:
        blocks.append(_rows(result.columns, result.rows, room, color))
    else:
        blocks.append("Nothing is recorded yet that this view counts.")
    blocks.append(foot(result, room, color))
    return "\n\n".join(blocks) + "\n"


def heading(result: ViewResult, room: int, color: bool) -> str:
    """Give the question that the view answers."""
    lines = [bold(line, color) for line in wrapped(visible(result.question), room)]
    return "\n".join(lines)


def _rows(columns: Sequence[Column], rows: Sequence[Row], room: int, color: bool) -> str:
    # A table in parts says each part once, above its rows, and has the more room for them.
    parts = [str(row.cells.get("part") or "") for row in rows]
    whole, columns = columns, [column for column in columns if column.name != "part"]
    texts = [[words(column, row.cells.get(column.name)) for column in columns] for row in rows]
    widths = _fit(columns, texts, room)
    if widths is None:
        cards = [[words(column, row.cells.get(column.name)) for column in whole] for row in rows]
        return _cards(whole, cards, room)
    lines = _line([visible(column.title) for column in columns], columns, widths)
    out = [bold(line, color) for line in lines]
    out.append(_GAP.join("─" * width for width in widths))
    above = ""
    for part, text in zip(parts, texts, strict=True):
        if part != above:
            out.append(bold(visible(part), color))
            above = part
        out.extend(_line(text, columns, widths))
    return "\n".join(out)


def _fit(columns: Sequence[Column], texts: list[list[str]], room: int) -> list[int] | None:
    """Give a width for each column that fits ``room``, or ``None`` when only cards will do."""
    widths, least = [], []
    for at, column in enumerate(columns):
        cells = [text[at] for text in texts]
        title = visible(column.title)
        widths.append(max(width_of(cell) for cell in [title, *cells]))
        # A number is never broken; titles, and the words for what is not known, break at spaces.
        spoken = [title, visible(column.unknown)] if is_number(column) else [title]
        longest = max((width_of(word) for text in spoken for word in text.split()), default=1)
        numbers = [cell for cell in cells if cell != column.unknown] if is_number(column) else []
        whole = [width_of(cell) for cell in numbers]
        # Ordinary words of text are kept whole too; ids and long compounds may break.
        inside = [] if is_number(column) else [width_of(w) for cell in cells for w in cell.split()]
        kept = min(_WHOLE_WORD, max(inside, default=0))
        least.append(max([longest, kept, min(_NARROWEST, widths[-1]), *whole]))
    spare = room - len(_GAP) * (len(widths) - 1)
    if sum(least) > spare:
        return None
    while sum(widths) > spare:
        widest = max(
            (at for at in range(len(widths)) if widths[at] > least[at]), key=widths.__getitem__
        )
        widths[widest] -= 1
    return widths


def _line(texts: Sequence[str], columns: Sequence[Column], widths: list[int]) -> list[str]:
    cells = [wrapped(text, max(2, width)) for text, width in zip(texts, widths, strict=True)]
    out = []
    for at in range(max(len(cell) for cell in cells)):
        parts = []
        for cell, column, width in zip(cells, columns, widths, strict=True):
            piece = cell[at] if at < len(cell) else ""
            pad = " " * (width - width_of(piece))
            parts.append(pad + piece if is_number(column) else piece + pad)
        out.append(_GAP.join(parts).rstrip())
    return out


def _cards(columns: Sequence[Column], texts: list[list[str]], room: int) -> str:
    cards = []
    for text in texts:
        lines = []
        silent: dict[str, list[str]] = {}
        for column, cell in zip(columns, text, strict=True):
            if column.unknown and cell == visible(column.unknown):
                silent.setdefault(cell, []).append(visible(column.title))
        for column, cell in zip(columns, text, strict=True):
            if not cell:
                continue  # a column that says nothing where nothing is known
            if len(silent.get(cell, ())) < _ALIKE or cell != visible(column.unknown):
                lines.extend(wrapped(f"{visible(column.title)}: {cell}", room))
        for cell, titles in silent.items():
            if len(titles) >= _ALIKE:
                lines.extend(wrapped(f"{cell[0].upper()}{cell[1:]}: {'; '.join(titles)}", room))
        cards.append("\n".join(lines))
    return "\n\n".join(cards)


def foot(result: ViewResult, room: int, color: bool) -> str:
    """Give the notes, how it is counted, what it does not show, and what it stands on."""
    stands = result.parts or (result.checkpoint,)
    parts = [
        *(f"• {visible(note)}" for note in result.notes),
        f"How it is counted: {visible(result.formula)}",
        f"What it does not show: {visible(result.does_not_show)}",
        *(
            f"Stands on: {visible(standing.origin)}, {standing.size} entries, root {standing.root}"
            for standing in stands
        ),
    ]
    lines = [line for part in parts for line in wrapped(part, room)]
    last = NOT_FOR_PUBLICATION if result.control is None else GUARDED
    lines.extend(bold(line, color) for line in wrapped(last, room))
    return "\n".join(lines)


def bold(text: str, color: bool) -> str:
    """Give the text in bold, where colour is allowed."""
    return f"{_BOLD}{text}{_PLAIN}" if color and text else text
