"""The file people mend: their whole table again, with what to fix beside each row.

``log.csv`` or ``log.xlsx`` gives ``log_to_fix.xlsx``: a first column «What to fix», the cells in
question coloured, everything else as it was. Every cell is written as text, so nothing that stood
in the file becomes a formula (OWASP, CSV injection). The file is whole or not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cli.errors import CliError
from cli.planning import Problem
from cli.sheets import Sheet


def to_fix_path(sheet: Sheet) -> Path:
    """Where the file lies: beside the original, ``NAME_to_fix.xlsx``."""
    return sheet.path.with_name(f"{sheet.path.stem}_to_fix.xlsx")


def write_to_fix(sheet: Sheet, problems: Sequence[Problem]) -> Path:
    """Write the file and give its path; an older one of that name is replaced.

    Raises:
        CliError: it cannot be written there.
    """
    path = to_fix_path(sheet)
    partial = path.with_name(f".{path.name}.part")
    try:
        _write(partial, sheet, problems)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CliError(
            f"{path} cannot be written: {(error.strerror or str(error)).lower()}.",
            "Nothing was saved. Copy the original to a folder where files can be made.",
        ) from error
    return path


def _write(path: Path, sheet: Sheet, problems: Sequence[Problem]) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    # Rows go to the disk as they are written, so that a long table costs no more than a short one.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    book = xlsxwriter.Workbook(str(path), options)
    page = book.add_worksheet("To fix")
    bold = book.add_format({"bold": True, "bg_color": "#E7E6E6"})
    wrong = book.add_format({"bg_color": "#FFE08A"})
    page.freeze_panes(1, 1)
    page.set_column(0, 0, 60)
    for column, title in enumerate(("What to fix", *sheet.columns)):
        page.write_string(0, column, title, bold)
    told: dict[int, list[Problem]] = {}
    for problem in problems:
        told.setdefault(problem.row, []).append(problem)
    for line, row in enumerate(sheet.rows, start=1):
        mine = told.get(row.number, [])
        cells = {problem.column for problem in mine}
        if mine:
            page.write_string(line, 0, "; ".join(f"{p.column}: {p.advice}" for p in mine), wrong)
        for column, name in enumerate(sheet.columns, start=1):
            text = row.cells[name]
            if text or name in cells:
                page.write_string(line, column, text, wrong if name in cells else None)
    try:
        book.close()
    except XlsxWriterException as error:
        raise OSError(str(error)) from error
