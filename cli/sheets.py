"""Rows from a spreadsheet: CSV or XLSX in, cells that know where they stand out.

Bytes from outside are hostile. A workbook is a zip that can unpack to two thousand times its
size, hold formulas that say one thing and show another, or carry macros; so its directory is read
first and it is refused before anything of it is unpacked when it is too large, holds macros, or
declares entities. A formula in a cell is a problem of that cell, named like any other.

    sheet = read_sheet(Path("log.xlsx"))
    sheet.rows[0].number        # 2: the row as the spreadsheet program counts it
    sheet.cell(row, "date")     # "B2"

The file is read once. Its rows are kept packed, some thirty bytes each, and unpacked as they are
asked for: an import goes over them twice, and a large one would not fit into memory as values.
What changes in the file meanwhile changes nothing.
"""

from __future__ import annotations

import csv
import marshal
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.errors import CliError

if TYPE_CHECKING:
    from openpyxl import Workbook

#: Bounds: more than any honest log of a programme, less than what hurts a laptop.
MAX_BYTES = 64 * 2**20
MAX_UNPACKED = 256 * 2**20
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # what a spreadsheet program itself allows
#: Rows packed together.
_BLOCK = 256


class UnreadableSheet(CliError):
    """The file as a whole cannot be taken; nothing of it was used."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of data: its number in the file (the header is 1) and its cells by column name."""

    number: int
    cells: Mapping[str, str]
    #: Columns whose cell holds a formula: what is shown is not what is written.
    formulas: frozenset[str] = frozenset()


class Rows:
    """The rows of one sheet, packed; each reading unpacks them anew, some hundred at a time."""

    def __init__(self, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
        self._columns = columns
        self._packed: list[bytes] = []
        self._count = 0
        stream = iter(rows)
        while block := list(islice(stream, _BLOCK)):
            plain = [
                (row.number, [row.cells[name] for name in columns], list(row.formulas))
                for row in block
            ]
            self._packed.append(zlib.compress(marshal.dumps(plain), 1))
            self._count += len(block)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        for packed in self._packed:
            yield from self._unpacked(packed)

    def __getitem__(self, at: int) -> Row:
        if not 0 <= at < self._count:
            raise IndexError(at)
        block, place = divmod(at, _BLOCK)
        return next(islice(self._unpacked(self._packed[block]), place, None))

    def _unpacked(self, packed: bytes) -> Iterator[Row]:
        for number, cells, formulas in marshal.loads(zlib.decompress(packed)):  # noqa: S302  # ours
            yield Row(number, dict(zip(self._columns, cells, strict=True)), frozenset(formulas))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet and the order of its columns."""

    path: Path
    columns: tuple[str, ...]
    rows: Rows

    def cell(self, row: Row, column: str) -> str:
        """The cell's name as a spreadsheet program shows it: ``B13``."""
        return f"{letters(self.columns.index(column))}{row.number}"


def letters(index: int) -> str:
    """Column letters of a 0-based column: 0 is A, 25 is Z, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def read_sheet(path: Path, sheet: str | None = None) -> Sheet:
    """All rows of a CSV or XLSX file; blank rows are left out, white space around cells too.

    ``sheet`` names the worksheet of a workbook; the first one otherwise.

    Raises:
        UnreadableSheet: missing, too large, not a table, with macros, or damaged.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableSheet(
            f"{path} cannot be read: {(error.strerror or str(error)).lower()}.",
            "Nothing was saved. Check the name of the file.",
        ) from error
    if size > MAX_BYTES:
        raise UnreadableSheet(
            f"{path} has {size / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB are read at once.",
            "Nothing was saved. Split the file and import the parts one after the other.",
        )
    kind = path.suffix.lower()
    if kind == ".csv":
        return _table(path, _csv_lines(path))
    if kind == ".xlsx":
        return _table(path, _xlsx_lines(path, sheet))
    raise UnreadableSheet(
        f"{path} is neither .csv nor .xlsx"
        + (" (a workbook with macros is not opened)." if kind == ".xlsm" else "."),
        "Nothing was saved. In the spreadsheet program choose «Save as» and .xlsx or .csv.",
    )


def _csv_lines(path: Path) -> Iterator[list[Any]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            yield from csv.reader(_text_of(path, file), dialect=_dialect(header), strict=True)
    except UnicodeDecodeError:
        raise UnreadableSheet(
            f"{path}: byte {_not_text(path)} is not UTF-8 text.",
            "Nothing was saved. Save the file as «CSV UTF-8».",
        ) from None
    except csv.Error as error:
        raise UnreadableSheet(
            f"{path} is not a table that can be read: {error}.",
            "Nothing was saved. A quotation mark that is never closed is the usual reason.",
        ) from error


def _text_of(path: Path, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if "\x00" in line:
            raise UnreadableSheet(
                f"{path} is no text file: it holds zero bytes.", "Nothing was saved."
            )
        yield line


def _not_text(path: Path) -> int:
    """The first byte of the file that is not UTF-8; a stream knows only where its block began."""
    try:
        path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, semicolon or tab, whichever the header line has most of."""
    header = text.partition("\n")[0]

    class Dialect(csv.excel):
        delimiter = max(",;\t", key=header.count)

    return Dialect


def _xlsx_lines(path: Path, sheet: str | None) -> Iterator[list[Any]]:
    _check_archive(path)
    # openpyxl parses with defusedxml when that is installed (it is a dependency of ours for this
    # alone), so that entities in the XML are refused; a test holds it to that.
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception as error:
        raise _damaged(path, error) from error
    try:
        for line in _worksheet(path, book, sheet).iter_rows(max_col=MAX_COLUMNS):
            yield [_Formula() if cell.data_type == "f" else cell.value for cell in line]
    except CliError:
        raise
    except Exception as error:
        raise _damaged(path, error) from error
    finally:
        book.close()


def _worksheet(path: Path, book: Workbook, sheet: str | None) -> Any:
    if sheet is None:
        return book.worksheets[0]
    if sheet in book.sheetnames:
        return book[sheet]
    raise UnreadableSheet(
        f"{path} has no sheet «{sheet}»; it has {', '.join(book.sheetnames)}.",
        "Nothing was saved. Choose one with --sheet.",
    )


def _damaged(path: Path, error: Exception) -> UnreadableSheet:
    """openpyxl raises whatever the damage happens to hit; its cause says most."""
    what = type(error.__cause__ or error).__name__
    return UnreadableSheet(
        f"{path} is damaged or not a workbook ({what}).",
        "Nothing was saved. Open it in the spreadsheet program and save it again as .xlsx.",
    )


def _check_archive(path: Path) -> None:
    """Refuse a workbook by its directory alone: size when unpacked, macros, entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableSheet(
            f"{path} is not an .xlsx workbook, or it is damaged.",
            "Nothing was saved. Open it in the spreadsheet program and save it again as .xlsx.",
        ) from error
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise UnreadableSheet(
            f"{path} would unpack to {unpacked / 2**20:.0f} MB; at most "
            f"{MAX_UNPACKED // 2**20} MB are opened.",
            "Nothing was saved. Copy the rows you need into a new workbook.",
        )
    if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
        raise UnreadableSheet(
            f"{path} contains macros, and they are not opened.",
            "Nothing was saved. Save it as .xlsx without macros.",
        )


class _Formula:
    """Marks a cell whose content is computed by the spreadsheet program."""


def _table(path: Path, lines: Iterator[list[Any]]) -> Sheet:
    header = [_text(cell).strip() for cell in next(lines, [])]
    while header and not header[-1]:
        header.pop()
    columns = tuple(header)
    _check_header(path, columns)
    return Sheet(path, columns, Rows(columns, _rows(path, columns, lines)))


def _rows(path: Path, columns: tuple[str, ...], lines: Iterator[list[Any]]) -> Iterator[Row]:
    count = 0
    for number, line in enumerate(lines, start=2):
        row = _row(path, columns, number, line)
        if row is None:
            continue
        count += 1
        if count > MAX_ROWS:
            raise UnreadableSheet(
                f"{path} has more than {MAX_ROWS:,} rows.",
                "Nothing was saved. Split the file and import the parts one after the other.",
            )
        yield row


def _check_header(path: Path, columns: tuple[str, ...]) -> None:
    if not columns:
        raise UnreadableSheet(
            f"{path} is empty: its first row should name the columns.", "Nothing was saved."
        )
    if len(columns) > MAX_COLUMNS:
        raise UnreadableSheet(f"{path} has more than {MAX_COLUMNS} columns.", "Nothing was saved.")
    for index, name in enumerate(columns):
        if not name or name in columns[:index]:
            what = f"the name «{name}» stands twice" if name else "a column has no name"
            raise UnreadableSheet(
                f"{path}, cell {letters(index)}1: {what}.",
                "Nothing was saved. Give each column a name of its own in the first row.",
            )


def _row(path: Path, columns: tuple[str, ...], number: int, line: list[Any]) -> Row | None:
    cells: dict[str, str] = {}
    formulas: set[str] = set()
    for index, value in enumerate(line):
        text = "=" if isinstance(value, _Formula) else _text(value).strip()
        if len(text) > MAX_CELL:
            raise UnreadableSheet(
                f"{path}, cell {letters(index)}{number} holds {len(text):,} characters; "
                f"at most {MAX_CELL:,}.",
                "Nothing was saved.",
            )
        if index >= len(columns):
            if text:
                raise UnreadableSheet(
                    f"{path}, cell {letters(index)}{number}: there is no column name above it.",
                    "Nothing was saved. Name the column in the first row, or clear the cell.",
                )
            continue
        cells[columns[index]] = text
        if isinstance(value, _Formula):
            formulas.add(columns[index])
    if not any(cells.values()):
        return None
    for name in columns[len(line) :]:
        cells[name] = ""
    return Row(number, cells, frozenset(formulas))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
