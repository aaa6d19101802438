"""A table of very many rows on a page: some of them, how many there are, and where all are."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from book import Book
from user import User

from cli.render.html import MOST_ROWS, render_html, render_report
from cli.render.names import Known
from projections.result import Asked, Column, Row, Series, Standing, ViewResult
from projections.views import answers, listed

COLUMNS = (Column("what", "text", "", "What"), Column("n", "integer", "", "Number"))


def view(rows: int, **more: Any) -> ViewResult:
    fields: dict[str, Any] = {
        "view": "chains",
        "title": "You said",
        "question": "What was said?",
        "formula": "counted",
        "does_not_show": "more",
        "checkpoint": Standing("example.org/long", 90_000, "root"),
        "columns": COLUMNS,
        "rows": tuple(Row({"what": f"thing {at}", "n": at}, (at,)) for at in range(rows)),
        "hashes": {at: f"{at:064}" for at in range(rows)},
    }
    return ViewResult(**fields | more)


def shown(page: str) -> list[int]:
    return [int(number) for number in re.findall(r"<bdi>thing (\d+)</bdi>", page)]


def below(page: str) -> str:
    """The line under the table, without markup."""
    found = re.search(r'<p class="which"[^>]*>(.*?)</p>', page, re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^>]*>", "", found[1]).split())) if found else ""


@pytest.mark.parametrize("rows", [0, 1, MOST_ROWS])
def test_a_table_of_up_to_so_many_rows_is_whole_and_says_no_more(rows: int) -> None:
    page = render_html(view(rows))
    assert shown(page) == list(range(rows))
    assert below(page) == ""
    assert f"You said: {rows} row" in page


def test_of_one_row_more_the_first_are_shown_and_the_rest_is_counted() -> None:
    page = render_html(view(MOST_ROWS + 1, order="the longest wait first"))
    assert shown(page) == list(range(MOST_ROWS))
    assert f"You said: {MOST_ROWS} of {MOST_ROWS + 1} rows" in page
    assert below(page) == (
        f"These are the first {MOST_ROWS} of {MOST_ROWS + 1} rows (the longest wait first); 1 is "
        f"left out. All {MOST_ROWS + 1}: tally view chains --at 90000 --format csv"
    )


def test_where_the_newest_stand_at_the_end_those_are_shown() -> None:
    page = render_html(view(MOST_ROWS + 5, newest_last=True))
    assert shown(page) == list(range(5, MOST_ROWS + 5))
    assert below(page).startswith(f"These are the last {MOST_ROWS} of {MOST_ROWS + 5} rows; 5 are")


def test_what_is_said_of_all_rows_stays_of_all_of_them() -> None:
    many = view(
        MOST_ROWS + 5, chart={"mark": "bar", "description": "Bars.", "data": {"values": []}}
    )
    page = render_html(many)
    assert f"sha256:{many.digest}" in page
    assert f"{MOST_ROWS + 5} entries of the record" in page
    assert f"Bars. It is of all {MOST_ROWS + 5} rows." in page
    assert "in the table below" not in page


def test_a_report_says_in_which_files_beside_it_all_rows_are() -> None:
    results = [view(MOST_ROWS + 1), view(3, view="stages")]
    page = render_report(results, title="Our year", beside=["html", "csv", "json"])
    assert below(page).endswith(
        f"All {MOST_ROWS + 1} are in chains.csv and chains.json, beside this page."
    )
    assert '<a href="chains.csv">chains.csv</a>' in page
    assert page.count('class="which"') == 1


def test_a_report_without_them_says_the_command_that_writes_them() -> None:
    results = [view(MOST_ROWS + 1), view(3, view="stages")]
    assert below(render_report(results, title="Our year")).endswith(
        "tally report all --at 90000 --identified --format csv -o FOLDER"
    )
    guarded = [replace(one, control={"smallest": 8}) for one in results]
    assert below(render_report(guarded, title="Our year")).endswith(
        "tally report all --at 90000 --format csv -o FOLDER"
    )
    assert "tally report chains --at 90000" in below(render_report(guarded[:1], title="Our year"))


def test_the_command_asks_what_the_page_was_asked_and_guards_as_it_did() -> None:
    asked = Asked(
        scale="team",
        period=(date(2026, 1, 1), date(2026, 3, 31)),
        group="in pain",
        at=date(2026, 4, 1),
        options={"ladder": "senge"},
    )
    page = render_html(view(MOST_ROWS + 1, asked=asked, control={}))
    assert below(page).endswith(
        "tally view chains --scale team --group 'in pain' --period 2026-01-01..2026-03-31 "
        "--at 90000 --ladder senge --guarded --format csv"
    )
    series = Series("all/n", (date(2026, 1, 31), date(2026, 2, 28)), "both")
    page = render_html(view(MOST_ROWS + 1, asked=Asked(series=series)))
    assert "--series all/n --dates 2026-01-31,2026-02-28 --axis both" in below(page)
    parts = (Standing("a", 4, "root"), Standing("b", 5, "root", 4))
    page = render_html(view(MOST_ROWS + 1, parts=parts))
    assert "tally --ledger DIR --ledger DIR view chains --format csv" in below(page)


def test_a_dossier_is_whole_however_long() -> None:
    columns = tuple(Column(name, "text", "", name) for name in ("part", "item", "said", "words"))
    rows = tuple(
        Row({"part": "All", "item": f"thing {at}", "said": "so", "words": None})
        for at in range(2 * MOST_ROWS)
    )
    page = render_html(replace(view(0), columns=columns, rows=rows))
    assert page.count("<bdi>thing ") == 2 * MOST_ROWS
    assert below(page) == ""


def test_a_page_grows_no_more_with_its_rows() -> None:
    few, many = (len(render_html(view(rows))) for rows in (MOST_ROWS + 10, 50 * MOST_ROWS))
    assert abs(many - few) < 1000


def test_only_the_rows_on_the_page_are_called_by_their_names() -> None:
    asked: list[str] = []

    class Names(dict[str, str]):
        def __contains__(self, thing: object) -> bool:
            asked.append(str(thing))
            return False

    render_html(view(50 * MOST_ROWS), known=Known(Names()))
    assert len(set(asked)) == MOST_ROWS


def test_a_long_view_of_a_ledger_is_cut_on_its_page_and_whole_in_its_table(tmp_path: Path) -> None:
    ana = User(tmp_path)
    ana.begins()
    ana.does("project open 'Late clinic'")
    for number in range(MOST_ROWS + 2):
        ana.does(f"problem propose 'thing {number}'")
    ana.does(f"report chains --identified --format html,csv -o {tmp_path / 'out'}")
    page = (tmp_path / "out" / "report.html").read_text()
    assert shown(page) == list(range(2, MOST_ROWS + 2))
    assert below(page).startswith(
        f"These are the last {MOST_ROWS} of {MOST_ROWS + 2} rows (in the order in which they were"
    )
    assert len((tmp_path / "out" / "chains.csv").read_text().splitlines()) == MOST_ROWS + 3
    ana.does(f"view unanswered --identified -o {tmp_path / 'one.html'}")
    page = (tmp_path / "one.html").read_text()
    assert shown(page) == list(range(MOST_ROWS))
    command = below(page).partition(": tally ")[2]
    assert len(ana.types(command).out.splitlines()) == MOST_ROWS + 3


def test_each_view_that_can_be_long_says_its_order(tmp_path: Path) -> None:
    book = Book(tmp_path)
    results = answers(book.ledger, listed(), Asked())
    book.ledger.close()
    assert {result.view for result in results if result.order} == {
        *("projects", "levels", "seats", "motions", "concentration", "budgets"),
        *("decisions", "chains", "unanswered"),
    }
    assert all(result.order for result in results if result.newest_last)
