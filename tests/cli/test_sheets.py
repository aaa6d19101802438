"""Spreadsheets from strangers: read whole and by cell, or refused in words."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from cli.sheets import UnreadableSheet, letters, read_sheet


def _csv(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_csv_is_read_by_column_and_cell(tmp_path: Path) -> None:
    sheet = read_sheet(_csv(tmp_path / "log.csv", "\ufeffwho,when\nAna, 2026-04-03 \n\nBen,\n"))
    assert sheet.columns == ("who", "when")
    assert [(row.number, dict(row.cells)) for row in sheet.rows] == [
        (2, {"who": "Ana", "when": "2026-04-03"}),
        (4, {"who": "Ben", "when": ""}),
    ]
    assert sheet.cell(sheet.rows[1], "when") == "B4"


def test_rows_are_given_as_often_as_asked_whatever_becomes_of_the_file(tmp_path: Path) -> None:
    lines = "".join(f'"{n}","said\nin {n} parts"\n' for n in range(1000))
    path = _csv(tmp_path / "log.csv", "id,words\n" + lines)
    sheet = read_sheet(path)
    path.unlink()
    for _ in range(2):
        assert [row.cells["id"] for row in sheet.rows] == [str(n) for n in range(1000)]
    assert len(sheet.rows) == 1000
    assert sheet.rows[700].cells == {"id": "700", "words": "said\nin 700 parts"}
    assert sheet.rows[700].number == 702


def test_a_byte_that_is_no_text_is_named_wherever_it_stands(tmp_path: Path) -> None:
    content = b"id,words\n" + b"1,said\n" * 20_000 + b"2,\xff\n"
    with pytest.raises(UnreadableSheet, match=f"byte {len(content) - 2} is not UTF-8 text"):
        read_sheet(_csv(tmp_path / "log.csv", content))


def test_lines_may_end_as_any_system_ends_them(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        sheet = read_sheet(_csv(tmp_path / "log.csv", end.join(["who,when", "Ana,2026", ""])))
        assert sheet.rows[0].cells == {"who": "Ana", "when": "2026"}


def test_a_hundred_thousand_rows_are_kept_in_a_few_megabytes(tmp_path: Path) -> None:
    lines = "".join(f"{n},P{n % 200},2026-04-{n % 28 + 1:02},design\n" for n in range(100_000))
    path = _csv(tmp_path / "log.csv", "id,who,when,stage\n" + lines)
    tracemalloc.start()
    sheet = read_sheet(path)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(sheet.rows) == 100_000
    assert kept < 3_000_000
    assert most < 6_000_000


def test_semicolons_and_tabs_are_tables_too(tmp_path: Path) -> None:
    for mark in ";\t":
        sheet = read_sheet(_csv(tmp_path / "log.csv", f"who{mark}when\nAna{mark}2026\n"))
        assert sheet.rows[0].cells == {"who": "Ana", "when": "2026"}


def test_a_workbook_gives_dates_and_whole_numbers_as_people_wrote_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    from datetime import datetime

    page.append(["who", "when", "hours", "sum"])
    page.append(["Ana", datetime(2026, 4, 3), 2.0, "=1+1"])
    book.save(tmp_path / "log.xlsx")
    [row] = read_sheet(tmp_path / "log.xlsx").rows
    assert row.cells == {"who": "Ana", "when": "2026-04-03", "hours": "2", "sum": "="}
    assert row.formulas == {"sum"}


def test_a_text_that_begins_like_a_formula_is_a_text(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "log.xlsx"), {"strings_to_formulas": False})
    page = book.add_worksheet()
    page.write_string(0, 0, "what")
    page.write_string(1, 0, "=cmd()")
    book.close()
    [row] = read_sheet(tmp_path / "log.xlsx").rows
    assert row.cells == {"what": "=cmd()"}
    assert not row.formulas


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("log.csv", "", "is empty"),
        ("log.csv", "a,a\n1,2\n", "stands twice"),
        ("log.csv", "a,,c\n1,2,3\n", "no name"),
        ("log.csv", "a\n1,2\n", "no column name above"),
        ("log.csv", b"a\n\xff\n", "not UTF-8"),
        ("log.csv", b"a\n\x00\n", "zero bytes"),
        ("log.csv", 'a\n"never closed\n', "not a table"),
        ("log.xlsx", b"PK but not a zip", "not an .xlsx"),
        ("log.ods", "a\n", "neither .csv nor .xlsx"),
        ("log.xlsm", "a\n", "macros"),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    tmp_path: Path, name: str, content: str | bytes, why: str
) -> None:
    with pytest.raises(UnreadableSheet, match="(?s)" + why) as refused:
        read_sheet(_csv(tmp_path / name, content))
    assert "Nothing was saved" in refused.value.hint or "columns" in refused.value.message


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSheet, match="cannot be read: no such file"):
        read_sheet(tmp_path / "none.csv")


def test_an_archive_that_would_unpack_too_far_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in range(5):
            archive.writestr(f"xl/{name}.xml", bytes(60 * 2**20))
    assert path.stat().st_size < 2**20
    with pytest.raises(UnreadableSheet, match="would unpack to 300 MB"):
        read_sheet(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_entities_in_a_workbook_are_not_expanded(tmp_path: Path, part: str) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "plain.xlsx")
    evil = tmp_path / "evil.xlsx"
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]>'
        b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&a;</workbook>'
    )
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as plain, zipfile.ZipFile(evil, "w") as out:
        for member in plain.namelist():
            out.writestr(member, bomb if member == part else plain.read(member))
    with pytest.raises(UnreadableSheet, match=r"damaged.*EntitiesForbidden"):
        read_sheet(evil)


def test_column_letters_go_on_after_z() -> None:
    assert [letters(i) for i in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip
