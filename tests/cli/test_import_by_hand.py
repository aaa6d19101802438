"""A coordinator's own table: from no mapping at all to recorded rows."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from user import User

from cli.amounts import counted_in, parse_minutes, parse_money
from cli.dates import parse_day, settled
from cli.errors import WrongInput

TABLE = """Date,Who,What,Hours,Room
2026-04-03,Cléo,Survey,1.5,B2
2026-04-04,Ben,"Leaflet, folded",2,
"""


@pytest.fixture
def ana(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.chdir(tmp_path)
    user = User(tmp_path)
    user.begins()
    return user


def log(ana: User, text: str = TABLE, name: str = "log.csv") -> Path:
    path = ana.home / name
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_mapping_it_offers_to_write_one_and_that_one_works(ana: User) -> None:
    table = log(ana)
    said = ana.types(f"import {table}")
    assert said.code == 2
    assert f"tally import {table} --draft-map" in said.err
    drafted = ana.does(f"import {table} --draft-map")["mapping"]
    assert 'ignore = ["Room"]' in Path(drafted).read_text(encoding="utf-8")
    assert ana.does(f"import {table} --map {drafted}")["rows"] == 2
    times = [
        line["body"]["time"]["minutes"]
        for line in map(json.loads, ana.types("log --json").out.splitlines())
        if line["type"] == "contribution-recorded/v1"
    ]
    assert times == [90, 120]


def test_rows_of_a_drafted_mapping_may_move_and_still_count_once(ana: User) -> None:
    drafted = ana.does(f"import {log(ana)} --draft-map")["mapping"]
    assert ana.does(f"import {log(ana)} --map {drafted}")["written"] == 5
    head, first, second = TABLE.splitlines()
    moved = "\n".join([head, "2026-04-05,Dana,Call,1,", second, first]) + "\n"
    assert ana.does(f"import {log(ana, moved)} --map {drafted}")["written"] == 2


def test_a_draft_writes_over_nothing_and_says_which_column_it_could_not_find(ana: User) -> None:
    table = log(ana, "Tag,Wer\n2026-04-03,Ben\n")
    ana.does(f"import {table} --draft-map")
    assert ana.types(f"import {table} --draft-map").code == 2
    said = ana.types(f"import {table} --map {ana.home}/log.toml --check")
    assert "WHICH COLUMN SAYS WHO?" in said.err


def test_the_count_of_rows_recorded_before_is_never_below_none(ana: User) -> None:
    bad = TABLE + "2026-13-01,Ben,Nope,1,\n,,,x,\n"
    drafted = ana.does(f"import {log(ana)} --draft-map")["mapping"]
    said = ana.does(f"import {log(ana, bad)} --map {drafted} --accept-good-rows")
    assert (said["written"], said["known"], said["bad_rows"]) == (5, 0, 2)


def test_a_date_yet_to_come_is_a_problem_of_its_cell(ana: User) -> None:
    drafted = ana.does(f"import {log(ana)} --draft-map")["mapping"]
    said = ana.types(f"import {log(ana, TABLE + '2099-01-01,Ben,Later,1,')} --map {drafted}")
    assert said.code == 3
    assert "cell A4  Date = '2099-01-01'   this is yet to come: today is 2026-05-04" in said.err


def test_a_refusal_by_a_rule_names_the_row_in_plain_words(ana: User) -> None:
    drafted = Path(ana.does(f"import {log(ana)} --draft-map")["mapping"])
    drafted.write_text(drafted.read_text(encoding="utf-8") + 'level = "much"\n', encoding="utf-8")
    said = ana.types(f"import {log(ana)} --map {drafted}")
    assert said.code == 3
    assert "row 2  contribution recorded: " in said.err
    assert "cell row" not in said.err


def test_times_and_dates_as_a_spreadsheet_program_keeps_them(ana: User) -> None:
    path = ana.home / "log.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        clock = book.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, ["Date", "Who", "What", "Hours"])
        sheet.write_datetime(1, 0, datetime(2026, 4, 3), day)
        sheet.write_row(1, 1, ["Ben", "One", 1.5])
        sheet.write_datetime(2, 0, datetime(2026, 4, 4), day)
        sheet.write_row(2, 1, ["Ben", "Two"])
        sheet.write_datetime(2, 3, time(1, 30), clock)
    drafted = ana.does(f"import {path} --draft-map")["mapping"]
    assert ana.does(f"import {path} --map {drafted} --check")["rows"] == 2


def test_whom_people_act_for_may_stand_in_a_column(ana: User) -> None:
    table = log(ana, "Date,Who,Side\n2026-04-03,Ben,patient\n2026-04-03,Cy,nurse\n")
    drafted = Path(ana.does(f"import {table} --draft-map")["mapping"])
    text = drafted.read_text(encoding="utf-8").replace('ignore = ["Side"]', "")
    side = 'side = { column = "Side", map = { patient = "community", nurse = "front-line" } }\n'
    drafted.write_text(text + side, encoding="utf-8")
    assert ana.does(f"import {table} --map {drafted}")["written"] == 7
    assert "Cy · front-line" in ana.types("log").out


def test_a_column_may_say_what_its_numbers_and_its_dates_mean() -> None:
    assert [counted_in(text, "hours") for text in ("1.5", "1,5", "1:30", "01:30:00", "90m")] == [
        "1.5h",
        "1.5h",
        "1h30",
        "1h30",
        "90m",
    ]
    assert counted_in("45", "minutes") == "45m"
    assert settled("03/04/26", "day-month") == "2026-04-03"
    assert settled("03/04/2026", "month-day") == "2026-03-04"
    assert settled("2026-04-03", "month-day") == "2026-04-03"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("26-04-03", "2026-04-03 or 2003-04-26"),
        ("2026-4-3", "Write it as 2026-04-03."),
        ("2026/04/03", "Write it as 2026-04-03."),
    ],
)
def test_a_date_written_otherwise_is_given_back_as_it_should_be(text: str, advice: str) -> None:
    with pytest.raises(WrongInput) as refused:
        parse_day(text)
    assert advice in refused.value.hint
    assert date(2026, 4, 3).isoformat() in refused.value.hint


def test_an_amount_or_time_that_cannot_be_is_called_what_it_is() -> None:
    with pytest.raises(WrongInput, match="too large"):
        parse_money("99999999999999999999", "GBP")
    with pytest.raises(WrongInput, match="no time at all"):
        parse_minutes("0m")
    assert parse_minutes("1,5h") == ("worked", 90)
    with pytest.raises(WrongInput) as refused:
        parse_minutes("90")
    assert "could be either" in refused.value.hint


def _recorded(ana: User) -> list[dict[str, Any]]:
    lines = map(json.loads, ana.types("log --json").out.splitlines())
    return [line for line in lines if line["type"] == "contribution-recorded/v1"]


def test_a_row_about_somebody_enrolled_is_about_them_and_only_others_are_added(ana: User) -> None:
    ana.does("person add Cléo")
    [cleo] = [one["id"] for one in ana.does("person list") if one["name"] == "Cléo"]
    table = log(ana, TABLE.replace("Cléo", "cléo"))
    drafted = ana.does(f"import {table} --draft-map")["mapping"]
    assert ana.does(f"import {table} --map {drafted} --check")["new_people"] == 1
    said = ana.types(f"import {table} --map {drafted}")
    assert said.code == 0
    assert "1 person added: Ben. Is each name right?" in said.out
    assert sorted(one["name"] for one in ana.does("person list")) == ["Ana Silva", "Ben", "Cléo"]
    assert _recorded(ana)[0]["body"]["people"] == [{"person": cleo}]
    assert ana.does(f"import {table} --map {drafted}")["written"] == 0


def test_a_row_about_a_name_that_two_people_have_is_a_problem_of_its_cell(ana: User) -> None:
    ana.does("person add Ben")
    ana.does("person add Ben --another")
    table = log(ana)
    drafted = ana.does(f"import {table} --draft-map")["mapping"]
    said = ana.types(f"import {table} --map {drafted} --check")
    assert said.code == 3
    assert "cell B3  Who = 'Ben'   2 people have this name: say which" in said.err


def test_people_whom_an_import_added_stay_theirs_when_others_share_the_name(ana: User) -> None:
    table = log(ana)
    drafted = ana.does(f"import {table} --draft-map")["mapping"]
    ana.does(f"import {table} --map {drafted}")
    ana.does("person add Ben --another")
    more = log(ana, TABLE + "2026-04-05,Ben,Call,1,\n")
    assert ana.does(f"import {more} --map {drafted}")["written"] == 1
    by_ben = [line["body"]["people"] for line in _recorded(ana)][1:]
    assert by_ben[0] == by_ben[1]


def test_rows_without_a_date_are_counted_before_and_after_they_are_saved(ana: User) -> None:
    table = log(ana, TABLE + ",Ben,Call,1,\n,Cléo,Letter,1,\nunknown,Ben,Tea,1,\n")
    drafted = ana.does(f"import {table} --draft-map")["mapping"]
    looked = ana.types(f"import {table} --map {drafted} --check")
    assert "  3 rows have no date, and count as «date unknown»." in looked.out
    said = ana.types(f"import {table} --map {drafted}")
    assert "  3 rows have no date, and count as «date unknown»." in said.out
    assert "no date" not in ana.types(f"import {table} --map {drafted}").out


def test_one_row_without_a_date_is_spoken_of_as_one(ana: User) -> None:
    table = log(ana, "Date,Who,What\n,Ben,Call\n")
    drafted = ana.does(f"import {table} --draft-map")["mapping"]
    said = ana.types(f"import {table} --map {drafted} --check").out
    assert "✔ 1 row is fine: 3 entries would be recorded." in said
    assert "  1 row has no date, and counts as «date unknown»." in said
    assert ana.does(f"import {table} --map {drafted}")["undated"] == 1


def test_without_a_column_of_dates_no_row_has_one(ana: User) -> None:
    table = log(ana, "Who,What\nBen,Call\nCy,Letter\n")
    drafted = ana.does(f"import {table} --draft-map")["mapping"]
    assert ana.does(f"import {table} --map {drafted} --check")["undated"] == 2


def test_a_draft_is_for_the_one_project_that_is_here_and_says_so(ana: User) -> None:
    project = ana.does("project open 'Late clinic'")["id"]
    said = ana.types(f"import {log(ana)} --draft-map")
    assert "Its rows go into the project Late clinic (project:" in said.out
    drafted = ana.home / "log.toml"
    assert f'id = "{project}"' in drafted.read_text(encoding="utf-8")
    assert ana.does(f"import {log(ana)} --map {drafted}")["written"] == 4
    assert [one["id"] for one in ana.does("project list")] == [project]
    assert {line["body"]["project"] for line in _recorded(ana)} == {project}


def test_of_several_projects_a_draft_takes_the_one_called_as_the_programme_is(ana: User) -> None:
    ana.does("project open 'Late clinic'")
    ours = ana.does("project open Clinic")["id"]
    assert ana.does(f"import {log(ana)} --draft-map")["project"] == ours


def test_of_several_other_projects_a_draft_takes_none_and_says_how_to_name_one(ana: User) -> None:
    ana.does("project open 'Late clinic'")
    ana.does("project open 'Buses'")
    said = ana.types(f"import {log(ana)} --draft-map").out
    assert "It opens a new project, «Clinic». 2 are here" in said
    assert ana.does(f"import {log(ana)} --map {ana.home}/log.toml")["written"] == 5


def test_a_mapping_for_a_project_of_another_ledger_saves_nothing(ana: User) -> None:
    ana.does("project open 'Late clinic'")
    drafted = Path(ana.does(f"import {log(ana)} --draft-map")["mapping"])
    elsewhere = "project:" + "a" * 26
    text = drafted.read_text(encoding="utf-8")
    for right, message in (
        (f'id = "{elsewhere}"', f"[project]: there is no {elsewhere} here"),
        (f'id = "{elsewhere}"\nkey = "clinic"', "`key` and `title` open one"),
    ):
        lines = [right if line.startswith("id = ") else line for line in text.splitlines()]
        drafted.write_text("\n".join(lines), encoding="utf-8")
        said = ana.types(f"import {log(ana)} --map {drafted}")
        assert (said.code, message in said.err) == (2, True)


def test_a_word_that_the_ledger_does_not_know_is_a_problem_of_its_cell(ana: User) -> None:
    table = log(ana, "Date,Who,Stage\n2026-04-03,Ben,plan\n,Ben,S2\n")
    drafted = ana.does(f"import {table} --draft-map")["mapping"]
    said = ana.types(f"import {table} --map {drafted} --check")
    assert said.code == 3
    assert "cell C2  Stage = 'plan'   no word of the ledger; known: G, S1, S2, S3, S4a" in said.err
    assert "1 row has no date" in said.err


def test_kinds_with_commas_are_looked_at_one_by_one(ana: User) -> None:
    table = log(ana, 'Date,Who,Kinds\n2026-04-03,Ben,"writing, review"\n2026-04-04,Ben,tea\n')
    drafted = Path(ana.does(f"import {table} --draft-map")["mapping"])
    text = drafted.read_text(encoding="utf-8").replace('ignore = ["Kinds"]', "")
    drafted.write_text(text + 'kind = { column = "Kinds" }\n', encoding="utf-8")
    said = ana.types(f"import {table} --map {drafted} --accept-good-rows")
    assert "cell C3  Kinds = 'tea'   no word of the ledger" in said.err
    assert _recorded(ana)[0]["body"]["kinds"] == ["writing", "review"]
