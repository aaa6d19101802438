r"""A view as CSV: RFC 4180, UTF-8, CRLF line ends, header first.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-``, ``@``, tab or CR as a formula. Text
from a ledger must never do that, so such text gets a leading apostrophe, which spreadsheets read
as «this is text» (OWASP, CSV injection). Numbers stay numbers, also negative ones. What is not
known is written in words, because an empty cell is read as zero by too many programs.

Example:
    >>> as_text("=1+1")
    "'=1+1"
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator

from cli.render.text import words
from projections.result import Amount, Cell, Column, Hidden, ViewResult, Words

# The full-width forms are folded to the ASCII ones by some import filters.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Skipped before the first sign is looked at: importers trim them, and then see the formula.
_TRIMMED = " \n\x00\u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"


def as_text(text: str) -> str:
    """Give text in a form that no spreadsheet runs: an apostrophe first where one might."""
    head = text.lstrip(_TRIMMED)
    return "'" + text if head.startswith(_STARTS_A_FORMULA) else text


def csv_lines(result: ViewResult) -> Iterator[str]:
    """Give the view's rows as lines of RFC 4180, header first, without a byte order mark."""
    writer = csv.writer(_Given(), dialect="excel", lineterminator="\r\n")
    write: Callable[[list[str]], str] = writer.writerow  # what ``_Given.write`` gives
    yield write([as_text(column.name) for column in result.columns])
    for row in result.rows:
        yield write([_cell(column, row.cells.get(column.name)) for column in result.columns])


class _Given:
    """A file that hands each line back to who wrote it."""

    def write(self, line: str) -> str:
        return line


def _cell(column: Column, cell: Cell) -> str:
    if cell is None:
        return as_text(column.unknown)
    if isinstance(cell, Amount):
        return cell.decimal
    if isinstance(cell, str):
        # A NUL ends the file for some readers; shown as an escape it cannot.
        return as_text(words(column, cell) if "\x00" in cell else cell)
    if isinstance(cell, Words | Hidden):
        return as_text(words(column, cell))
    return str(cell)
