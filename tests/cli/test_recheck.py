"""From a figure to what is behind it, and a saved view counted again by a stranger."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from user import User

from cli.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, USAGE
from projections.result import ViewResult
from projections.views import answer


@pytest.fixture
def sam(tmp_path: Path) -> User:
    """A ledger where two people gave three things, and a directory for auditors."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("person add Ben --acts-for community")
    for what in ("notes", "leaflet"):
        user.does(f"contribution record {what} --by Ben --stage S1 --level involve --kind writing")
    user.does("checkpoint make")
    return user


def saved(user: User, name: str = "contributions") -> Path:
    path = user.home / f"{name}.json"
    user.does(f"view {name} --identified --format json -o {path}")
    return path


def published(user: User, shown: str = "auditor") -> Path:
    path = user.home / shown
    user.does(f"publish {path} --class {shown}")
    return path


def changed(path: Path, change: Callable[[Any], None]) -> Path:
    form = json.loads(path.read_text())
    change(form)
    path.write_text(json.dumps(form))
    return path


def test_a_cell_leads_to_its_entries_each_with_a_proof(sam: User) -> None:
    why = sam.does("view contributions --why writing/standing")
    assert (why["value"], len(why["events"])) == (2, len(why["events"]))
    recorded = [e for e in why["events"] if e["type"] == "contribution-recorded/v1"]
    assert len(recorded) == 2
    assert all(event["proof"].startswith("c2sp.org/tlog-proof@v1") for event in recorded)
    said = sam.types("view contributions --why writing/standing")
    assert "leaflet" in said.out
    assert "tally show LINE --proof" in said.out


def test_an_entry_that_no_checkpoint_holds_yet_has_no_proof(sam: User) -> None:
    sam.does("contribution record poster --by Ben --kind design")
    [event] = [
        e
        for e in sam.does("view contributions --why design/standing")["events"]
        if e["type"] == "contribution-recorded/v1"
    ]
    assert event["proof"] is None


@pytest.mark.parametrize(
    ("cell", "says"),
    [("writing/colour", "has no column colour"), ("dancing/standing", "has no row dancing")],
)
def test_a_cell_that_is_not_there_is_named_with_those_that_are(
    sam: User, cell: str, says: str
) -> None:
    said = sam.types(f"view contributions --why {cell}")
    assert said.code == USAGE
    assert says in said.err


def test_a_filter_that_a_view_does_not_follow_is_refused_with_those_it_does(sam: User) -> None:
    said = sam.types("view projects --group carers")
    assert said.code == USAGE
    assert "cannot be narrowed by --group" in said.err
    assert "--project" in said.err


def test_a_saved_view_is_counted_again_from_the_auditors_directory(sam: User) -> None:
    path, directory = saved(sam), published(sam)
    sam.does("contribution record later --by Ben --kind writing")  # the view stands where it stood
    said = sam.types(f"verify {path} --ledger {directory}")
    assert said.code == 0, said.out + said.err
    assert "Every figure comes out the same" in said.out
    report = sam.does(f"verify {path}")  # the ledger here
    assert report["ok"]
    assert report["checked"]["10"] > 0


def test_a_figure_that_was_altered_is_named_with_both_values(sam: User) -> None:
    def inflate(form: Any) -> None:
        form["rows"][0]["standing"] = 3

    said = sam.types(f"verify {changed(saved(sam), inflate)} --ledger {published(sam)}")
    assert said.code == DOES_NOT_MATCH
    assert "standing: the view says 3, the record gives 2" in said.out


def test_a_row_that_was_left_out_is_missed(sam: User) -> None:
    def omit(form: Any) -> None:
        form["rows"].pop()
        form["keys"].pop()

    said = sam.types(f"verify {changed(saved(sam), omit)}")
    assert said.code == DOES_NOT_MATCH
    assert "in this record only" in said.out


def test_a_view_of_other_entries_does_not_match(sam: User) -> None:
    def another(form: Any) -> None:
        form["checkpoint"]["root"] = "A" * 43 + "="

    said = sam.types(f"verify {changed(saved(sam), another)}")
    assert said.code == DOES_NOT_MATCH
    assert "counted from other entries" in said.out


def test_a_file_does_not_say_which_of_its_columns_are_looked_at(sam: User) -> None:
    def unlooked(form: Any) -> None:
        for column in form["columns"]:
            column["from"] = "disclosed"
        form["rows"][0]["standing"] = 3

    said = sam.types(f"verify {changed(saved(sam), unlooked)}")
    assert said.code == DOES_NOT_MATCH
    assert "standing: the view says 3, the record gives 2" in said.out


def test_a_column_that_was_left_out_is_missed(sam: User) -> None:
    def omit(form: Any) -> None:
        form["columns"] = [one for one in form["columns"] if one["name"] != "retracted"]
        for row in form["rows"]:
            del row["retracted"]

    said = sam.types(f"verify {changed(saved(sam), omit)}")
    assert said.code == DOES_NOT_MATCH
    assert "the column retracted is in this record only" in said.out


@pytest.mark.parametrize("what", ["question", "formula", "does_not_show", "title of standing"])
def test_figures_under_other_words_are_not_said_to_come_out_the_same(sam: User, what: str) -> None:
    def reword(form: Any) -> None:
        part, _, column = what.partition(" of ")
        where = next((one for one in form["columns"] if one["name"] == column), form)
        where[part] = "Hours that were paid"

    said = sam.types(f"verify {changed(saved(sam), reword)}")
    assert said.code == CANNOT_BE_CHECKED
    assert f"the {what} is not as this release says it" in said.out


@pytest.mark.parametrize("part", ["events", "hashes", "digest"])
def test_entries_that_are_not_behind_a_row_are_named_and_so_is_a_wrong_digest(
    sam: User, part: str
) -> None:
    def point_elsewhere(form: Any) -> None:
        if part == "events":
            form["events"]["rows"][0] = [0]
        elif part == "hashes":
            form["events"]["hashes"] = dict.fromkeys(form["events"]["hashes"], "0" * 64)
        else:
            form["digest"] = "0" * 64

    path = sam.home / "counted.json"
    sam.does(f"view contributions --identified --format json -o {path}")
    assert sam.types(f"verify {path}").code == 0
    assert sam.types(f"verify {changed(path, point_elsewhere)}").code == DOES_NOT_MATCH


def test_a_copy_older_than_the_view_cannot_check_it_and_does_not_call_it_altered(sam: User) -> None:
    directory = published(sam)
    sam.does("contribution record later --by Ben --kind writing")
    said = sam.types(f"verify {saved(sam)} --ledger {directory}")
    assert said.code == CANNOT_BE_CHECKED
    assert "cannot be counted again here" in said.out and "newer copy" in said.out
    assert "does not match" not in said.out


@pytest.mark.parametrize("form", ["", "--identified"])
def test_a_view_held_against_the_ledger_of_somebody_else_is_told_so(
    sam: User, tmp_path: Path, form: str
) -> None:
    path = sam.home / "mine.json"
    sam.does(f"view contributions {form} --format json -o {path}")
    (tmp_path / "elsewhere").mkdir()
    other = User(tmp_path / "elsewhere")
    other.begins()
    said = other.types(f"verify {path}")
    assert said.code == DOES_NOT_MATCH
    assert "this record is" in said.out
    assert "--ledger DIR" in said.out
    assert "release" not in said.out + said.err


def test_a_view_without_a_record_at_hand_says_which_to_name(
    sam: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(sam)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    sam.ledger = None
    said = sam.types(f"verify {path}")
    assert said.code == 1
    assert "This is a saved view of" in said.err
    assert "--ledger DIR" in said.err


def test_where_entries_are_withheld_a_figure_cannot_be_counted_and_is_not_called_wrong(
    sam: User,
) -> None:
    said = sam.types(f"verify {saved(sam)} --ledger {published(sam, 'public')}")
    assert said.code == CANNOT_BE_CHECKED
    assert "withheld" in said.out


def test_columns_that_rest_on_personal_values_are_named_and_not_called_checked(
    sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No view has such a column yet; this one says that it has."""

    def disclosed(form: Any) -> None:
        for column in form["columns"]:
            if column["name"] == "standing":
                column["from"] = "disclosed"

    def of_values(*asked: Any) -> ViewResult:
        result = answer(*asked)
        columns = (
            replace(column, source="disclosed") if column.name == "standing" else column
            for column in result.columns
        )
        return replace(result, columns=tuple(columns))

    path = changed(saved(sam), disclosed)
    assert sam.types(f"verify {path}").code == CANNOT_BE_CHECKED  # the view itself says otherwise
    monkeypatch.setattr("projections.recheck.answer", of_values)
    said = sam.types(f"verify {path}")
    assert said.code == 0
    assert "not looked at, for they rest on personal values: standing" in said.out


@pytest.mark.parametrize(
    "text",
    [
        '{"view": "stages"}',
        '{"view": "contributions", "rows": [], "keys": [1], "columns": [], "asked": {},'
        ' "checkpoint": {"origin": "x", "size": 1, "root": ""}}',
        '{"view": ' + "[" * 100_000,
    ],
)
def test_a_file_that_is_no_saved_view_is_refused_whole(sam: User, text: str) -> None:
    path = sam.home / "broken.json"
    path.write_text(text)
    said = sam.types(f"verify {path}")
    assert said.code == DOES_NOT_MATCH
    assert "does not match the form of a saved view" in said.err


def test_a_view_that_this_release_does_not_have_cannot_be_checked(sam: User) -> None:
    said = sam.types(f"verify {changed(saved(sam), lambda form: form.update(view='dances'))}")
    assert said.code == CANNOT_BE_CHECKED
    assert "cannot be counted again by this release" in said.err


def test_facts_that_were_altered_beside_the_ledger_are_found_and_the_way_back_is_told(
    sam: User,
) -> None:
    sam.does("view contributions")
    assert sam.ledger is not None
    assert sam.types("verify").code == 0
    file = sqlite3.connect(sam.ledger / "facts.db")
    with file:
        file.execute("UPDATE chunk SET body = replace(body, '\"writing\"', '\"analysis\"')")
    file.close()
    said = sam.types("verify")
    assert said.code == DOES_NOT_MATCH
    assert "do not follow from the entries" in said.out
    (sam.ledger / "facts.db").unlink()
    assert sam.types("verify").code == 0
    assert sam.does("view contributions")["keys"] == ["writing"]


def test_a_withdrawn_entry_leaves_the_facts_at_once(sam: User) -> None:
    sam.does("contribution record song --by Ben --kind mentoring")
    line = sam.does("log --type contribution-recorded -n 1")["index"]
    sam.does("view contributions")
    assert sam.ledger is not None
    assert b"mentoring" in (sam.ledger / "facts.db").read_bytes()
    sam.does(f"erase Ben --entry {line} --yes --ground request")
    assert b"mentoring" not in (sam.ledger / "facts.db").read_bytes()
