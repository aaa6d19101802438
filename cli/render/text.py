r"""Words for cells, safe wherever they are printed.

Text in a ledger was written by other people. Shown raw it could move a terminal's cursor, run
from right to left over its neighbour, or pretend to be another column. ``visible`` makes every
such character visible instead of obeyed; ordinary Arabic or Hebrew text is left as it is.

Formats: ECMA-48 (C0, C1), Unicode UAX #9 (explicit bidirectional formatting characters), and the
tag characters U+E0000–E007F, which carry text that nobody sees.

Example:
    >>> visible("a\x1b[2Jb")
    'a\\x1b[2Jb'
"""

from __future__ import annotations

import re
import unicodedata

from projections.result import Amount, Cell, Column, Hidden, ViewResult, Words

#: What stands for a figure that is known and not shown.
HIDDEN = "*"

# Everything that steers a display rather than shows a sign: C0, DEL, C1; the explicit
# bidirectional controls (UAX #9: embeddings, overrides, isolates); line separators; BOM and
# zero-width characters that hide inside words (the joiners U+200C/D are part of real scripts).
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


def visible(text: str, *, keep_lines: bool = False) -> str:
    """Give the text with each steering character written as an escape that can be read."""

    def escape(match: re.Match[str]) -> str:
        sign = match.group()
        if keep_lines and sign == "\n":
            return sign
        code = ord(sign)
        if code < 0x100:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

    return _STEERING.sub(escape, text)


def words(column: Column, cell: Cell) -> str:
    """Give a cell in words for people; what is not known says so and is never a zero."""
    if cell is None:
        return column.unknown
    if isinstance(cell, Amount):
        return f"{grouped(cell.decimal)} {visible(cell.currency)}"
    if isinstance(cell, str):
        return visible(cell)
    if isinstance(cell, Words | Hidden):
        return f"words beside entry {cell.index}" if isinstance(cell, Words) else HIDDEN
    return _number(column, cell)


def _number(column: Column, cell: int | float) -> str:
    if column.type == "percent":
        return f"{cell:.1f} %"
    if column.unit == "minute" and isinstance(cell, int):
        return in_hours(cell)
    return grouped(str(cell))


def in_hours(minutes: int) -> str:
    """Give minutes as people say them: ``2 h 30``, ``0 h 45``, ``3 h``."""
    hours, rest = divmod(minutes, 60)
    return f"{grouped(str(hours))} h" + (f" {rest:02d}" if rest else "")


def grouped(digits: str) -> str:
    """Give a decimal number with its thousands kept apart: ``12 345.60`` (no-break spaces)."""
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, dot, rest = digits.partition(".")
    if len(whole) <= 4:
        return sign + digits
    head = len(whole) % 3
    parts = ([whole[:head]] if head else []) + [
        whole[at : at + 3] for at in range(head, len(whole), 3)
    ]
    return sign + "\N{NO-BREAK SPACE}".join(parts) + dot + rest


def is_number(column: Column) -> bool:
    """Say whether the column's cells are numbers, which stand to the right."""
    return column.type in ("integer", "number", "percent", "money")


def width_of(text: str) -> int:
    """Give the number of terminal columns the text takes: wide signs two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_sign_width(sign) for sign in text)


def _sign_width(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def wrapped(text: str, width: int) -> list[str]:
    """Break text into lines of at most ``width`` ≥ 2 columns, inside a word only if it must."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if width_of(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        *full, line = _chopped(word, width)
        lines.extend(full)
    return [*lines, line]


def _chopped(word: str, width: int) -> list[str]:
    if width_of(word) <= width:
        return [word]
    pieces = [""]
    room = width
    for sign in word:
        size = _sign_width(sign)
        if size > room:
            pieces.append("")
            room = width
        pieces[-1] += sign
        room -= size
    return pieces


def silence(result: ViewResult) -> str:
    """What stands where there is no sentence: a guarded page cannot tell «none» from «not said»."""
    if result.control is None:
        return "Nothing recorded."
    return "Nothing that can be said here without small numbers. What there is stands below."
