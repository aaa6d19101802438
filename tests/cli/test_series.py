"""``tally view NAME --series``: a figure through time as table, CSV, JSON and page."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from user import User

from cli.demo import EXAMPLES
from cli.errors import USAGE

DATA = Path(__file__).parents[3] / "shared" / "data"
SKTIME = DATA / "sktime-contributors" / "contribution_events.csv"


@pytest.fixture
def sam(tmp_path: Path) -> User:
    """A ledger where two things were written, in March and in April."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("person add Ben --acts-for community")
    for what, on in (("notes", "2026-03-10"), ("leaflet", "2026-04-02")):
        user.does(f"contribution record {what} --by Ben --kind writing --stage S1 --on {on}")
    return user


def figures(answer: Any, column: str) -> dict[str, Any]:
    """Each day with its figure."""
    return {row["date"]: row.get(column) for row in answer["rows"]}


def test_a_figure_at_the_end_of_every_month_and_at_the_last_day(sam: User) -> None:
    asked = "view contributions --series writing/standing"
    answer = sam.does(f"{asked} --every month --from 2026-02 --to 2026-04-15")
    assert figures(answer, "standing") == {
        "2026-02-28": None,
        "2026-03-31": 1,
        "2026-04-15": 2,
    }
    assert answer["asked"]["series"]["cell"] == "writing/standing"
    listed = sam.does(f"{asked} --dates 2026-04-02,2026-03-31 --axis both")
    assert figures(listed, "standing") == {"2026-03-31": 1, "2026-04-02": 2}
    assert figures(listed, "standing_known") == {"2026-03-31": None, "2026-04-02": None}


def test_a_figure_at_the_date_of_each_evaluation(sam: User) -> None:
    asked = "view contributions --series writing/standing --dates evaluations"
    assert "No evaluation point" in sam.types(asked).err
    sam.does("reflect point first --by Ben --on 2026-03-15")
    sam.does("reflect point second --by Ben --on 2026-04")
    sam.does("reflect point 'some day' --by Ben --on unknown")
    assert figures(sam.does(asked), "standing") == {"2026-03-15": 1, "2026-04-30": 2}


def test_a_row_may_be_named_as_people_call_the_thing(sam: User) -> None:
    answer = sam.does("view projects --series Clinic/S1 --dates 2026-03-31,2026-04-30")
    assert list(figures(answer, "S1").values()) == [1, 2]


def test_a_series_comes_as_table_csv_and_page(sam: User) -> None:
    asked = "view contributions --series writing/standing --dates 2026-03-31,2026-04-30"
    assert "2026-04-30" in sam.types(asked).out
    rows = list(csv.DictReader(io.StringIO(sam.types(f"{asked} --format csv").out)))
    assert [(row["date"], row["standing"]) for row in rows] == [
        ("2026-03-31", "1"),
        ("2026-04-30", "2"),
    ]
    page = sam.types(f"{asked} --format html").out
    assert "<svg" in page
    assert "through time" in page


def test_a_saved_series_is_counted_again_by_a_stranger(sam: User) -> None:
    saved = sam.home / "series.json"
    asked = "view contributions --series writing/standing --dates 2026-03-31,2026-04-30"
    sam.does(f"{asked} --identified --format json -o {saved}")
    sam.does("contribution record poster --by Ben --kind writing --stage S1 --on 2026-03-11")
    assert sam.types(f"verify {saved}").code == 0
    form = json.loads(saved.read_text())
    form["rows"][0]["standing"] = 7
    saved.write_text(json.dumps(form))
    said = sam.types(f"verify {saved}")
    assert said.code == 10
    assert "2026-03-31, standing: the view says 7, the record gives 1" in said.out + said.err


def test_a_figure_of_a_series_leads_to_its_entries(sam: User) -> None:
    asked = "view contributions --series writing/standing --dates 2026-03-31,2026-04-30"
    why = sam.does(f"{asked} --why 2026-03-31/standing")
    assert [e["type"] for e in why["events"] if "recorded" in e["type"]] == [
        "contribution-recorded/v1"
    ]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("--series writing/standing", "A series needs its dates"),
        ("--series writing/standing --dates ''", "A series needs its dates"),
        ("--dates 2026-03-31", "no figure to follow"),
        ("--series writing/standing --every month", "From when on"),
        ("--series writing/standing --every month --from 2026-04 --to 2026-03", "ends before"),
        ("--series writing/standing --every month --from 1900", "at most 400"),
        ("--series writing/colour --dates 2026-03-31", "no figure writing/colour"),
        ("--series dancing/standing --dates 2026-03-31", "no figure dancing/standing"),
        ("--series writing/standing --dates soon", "not a date"),
        ("--series writing/standing --dates 2026-03-31 --happened-by 2026-04-01", "series say"),
        ("--ladder stored", "cannot be narrowed by --ladder"),
    ],
)
def test_a_series_that_cannot_be_meant_is_refused_in_words(sam: User, more: str, says: str) -> None:
    said = sam.types(f"view contributions {more}")
    assert said.code == USAGE
    assert says in said.err


def test_a_choice_that_a_view_does_not_offer_is_refused_with_those_it_does(sam: User) -> None:
    said = sam.types("view stages --split colour")
    assert said.code == USAGE
    assert "bands, side, group" in said.err


def brought_in(user: User, table: Path, case: str) -> User:
    """A ledger with the records of a table."""
    user.now = user.now.replace(month=11)  # after the newest row of either table
    user.begins()
    copy = user.home / table.name  # a table to mend would be written beside it
    copy.write_bytes(table.read_bytes())
    user.does(f"import {copy} --map {EXAMPLES / case / 'mapping.toml'}")
    return user


def test_the_shipped_quotations_by_group_keep_their_control_totals(tmp_path: Path) -> None:
    table = EXAMPLES / "autspaces" / "session_contributions.csv"
    sam = brought_in(User(tmp_path), table, "autspaces")
    [project] = sam.does("view projects")["keys"]
    answer = sam.does(f"view stages --project {project} --split group")
    groups: dict[str, int] = {}
    for row in answer["rows"]:
        if row.get("groups"):
            groups[row["groups"]] = groups.get(row["groups"], 0) + row["contributions"]
    assert sorted(groups.values(), reverse=True) == [383, 211, 157, 117, 4]
    assert sum(groups.values()) == 872
    series = sam.does(f"view projects --series {project}/all --every year --from 2018 --to 2026")
    assert list(figures(series, "all").values())[-1] == 872


@pytest.mark.skipif(not SKTIME.exists(), reason="needs ../shared/data/sktime-contributors")
def test_totals_of_a_real_project_at_dates_are_those_of_a_plain_count(tmp_path: Path) -> None:
    sam = brought_in(User(tmp_path), SKTIME, "sktime")
    days = ("2020-06-04", "2020-08-11", "2020-08-12", "2022-06-04", "2026-07-27")
    with SKTIME.open() as file:
        rows = list(csv.DictReader(file))
    counted = {}
    for day in days:
        standing = set[tuple[str, str]]()
        for row in rows:
            if row["recorded_at"][:10] <= day:
                pair = (row["login"], row["contribution_type"])
                (standing.add if row["change"] == "added" else standing.discard)(pair)
        counted[day] = len(standing)
    [project] = sam.does("view projects")["keys"]
    answer = sam.does(f"view projects --series {project}/all --dates {','.join(days)}")
    assert figures(answer, "all") == counted
