"""Several ledgers read together at the terminal."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from user import Said, User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Two ledgers that Ana founded, with a project and a contribution in each."""
    user = User(tmp_path)
    for name, title in (("north", "Northern clinic"), ("south", "Southern clinic")):
        user.begins(name)
        user.does(f"project open '{title}'")
        user.does("person add 'Ben Okri' --acts-for community")
        user.does("contribution record notes --by Ben --stage S1 --level involve --kind design")
    return user


def both(ana: User, line: str, *more: str) -> Said:
    ana.ledger = None
    return ana.types(f"--ledger {ana.home / 'north'} --ledger {ana.home / 'south'} {line}", *more)


def alone(ana: User, name: str, line: str) -> Said:
    ana.ledger = ana.home / name
    return ana.types(line)


def test_a_view_counts_over_both_names_both_and_its_foot_says_what_each_stands_on(
    ana: User,
) -> None:
    said = both(ana, "view projects")
    assert said.code == 0, said.err
    assert "Northern clinic" in said.out
    assert "Southern clinic" in said.out
    assert said.out.count("Stands on: tally/") == 2
    assert "Counted over 2 ledgers" in " ".join(said.out.split())


def test_json_gives_each_checkpoint_and_where_its_entries_begin(ana: User) -> None:
    view = both(ana, "view contributions --json").json
    one, two = view["checkpoints"]
    assert (one["first"], two["first"]) == (0, one["size"])
    [behind] = view["events"]["rows"]  # what was given in each, and for whom Ben acts there
    assert [index >= two["first"] for index in behind] == [False, False, True, True]
    shown = alone(ana, "south", "view contributions --json").json["checkpoint"]
    # The look over both was recorded there, so it has grown by an entry and is still that ledger.
    assert (shown["origin"], shown["size"]) == (two["origin"], two["size"] + 1)


def test_why_leads_to_the_entry_of_the_right_ledger(ana: User) -> None:
    [key] = both(ana, "view contributions --json").json["keys"]
    why = both(ana, "view contributions --json --why", key).json
    assert len({event["ledger"] for event in why["events"]}) == 2
    names = ("north", "north", "south", "south")
    for name, event in zip(names, why["events"], strict=True):
        shown = alone(ana, name, f"show {event['index']} --json").json
        assert shown["hash"] == event["hash"]
    assert "in «Clinic»" in both(ana, "view contributions --why", key).out


def test_a_size_is_refused_for_it_is_another_moment_in_each(ana: User) -> None:
    said = both(ana, "view contributions --at 5")
    assert said.code == 2
    assert "another moment in each ledger" in said.err
    assert both(ana, "view contributions --at 2026-05-04").code == 0


def test_one_ledger_named_twice_is_refused(ana: User) -> None:
    ana.ledger = ana.home / "north"
    said = ana.types(f"--ledger {ana.home / 'north'} view contributions")
    assert said.code == 2
    assert "named twice" in said.err


def test_a_name_is_looked_up_in_whichever_ledger_knows_it(ana: User) -> None:
    for title in ("Northern clinic", "Southern clinic"):
        view = both(ana, "view contributions --json --project", title).json
        assert [len(row) for row in view["events"]["rows"]] == [2]
    assert both(ana, "view contributions --project Nowhere").code == 2


def test_who_may_not_see_people_in_each_of_them_sees_nothing(ana: User) -> None:
    ana.ledger = ana.home / "south"
    ana.does("person add 'Cleo Marsh'")
    ana.ledger = ana.home / "north"
    ana.does("person add 'Cleo Marsh'")
    ana.does("key new Cleo --no-passphrase")
    said = both(ana, "--as Cleo view contributions")
    assert (said.code, said.out) == (4, "")
    assert "in each of them" in said.err


def test_there_is_no_guarded_form_and_an_identified_file_is_recorded_in_each(ana: User) -> None:
    path = ana.home / "view.json"
    for line in ("view contributions --guarded", f"view contributions -o {path}"):
        said = both(ana, line)
        assert (said.code, "no guarded form" in said.err) == (2, True)
    assert not path.exists()
    assert both(ana, f"view contributions --identified -o {path}").code == 0
    saved = json.loads(path.read_text())
    for name, at in zip(("north", "south"), saved["checkpoints"], strict=True):
        entry = alone(ana, name, "log --type figures-exported --json").json  # one line, one entry
        assert entry["body"]["size"] == at["size"]
        assert entry["body"]["root"] == at["root"]


def test_a_report_stands_on_both_and_a_saved_view_of_both_is_not_checked_as_one(ana: User) -> None:
    out = ana.home / "report"
    said = both(ana, f"report contributions --identified --format html,json -o {out}")
    assert said.code == 0, said.err
    page = (out / "report.html").read_text()
    assert page.count("<dt>Root hash</dt>") == 2
    checked = alone(
        ana, "north", f"verify {out / 'contributions.json'} --ledger {ana.home / 'north'}"
    )
    assert checked.code == 11
    assert "several ledgers" in checked.err


def test_what_is_asked_of_one_ledger_at_a_time_says_so(ana: User) -> None:
    said = both(ana, "view contributions --series total/contributions --dates 2026-05-04")
    assert (said.code, "one ledger at a time" in said.err) == (2, True)
    person = both(ana, "view recognition --about Ben --lines people")
    assert person.code == 2


def test_a_command_that_writes_uses_the_last_ledger_named(ana: User) -> None:
    assert both(ana, "person add 'Dana Reyes'").code == 0
    assert "Dana" in alone(ana, "south", "person list").out
    assert "Dana" not in alone(ana, "north", "person list").out


def test_at_a_day_before_one_of_them_began_the_look_is_of_the_others(ana: User) -> None:
    ana.now += timedelta(days=30)
    ana.begins("south-again")
    ana.ledger = None
    line = f"--ledger {ana.home / 'north'} --ledger {ana.home / 'south-again'}"
    said = ana.types(f"{line} view contributions --at 2026-05-04")
    assert said.code == 0, said.err
    assert "figures viewed" in alone(ana, "north", "log").out
    assert "figures viewed" not in alone(ana, "south-again", "log").out
    assert ana.types(f"{line} view contributions --at 2026-05-03").code == 2


@pytest.mark.parametrize("line", ["home", "owed", "unanswered", "audit", "audit payments"])
def test_what_reads_one_ledger_does_not_leave_the_others_out_in_silence(
    ana: User, line: str
) -> None:
    said = both(ana, line)
    assert said.code == 2
    assert "is about one ledger, and 2 are named" in said.err
    assert "tally view" in said.err
    assert alone(ana, "north", line).code == 0
