"""What a coordinator needs today, asked at the terminal."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """A ledger with a project and Ben, who acts for the community."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("person add 'Ben Okri' --acts-for community")
    return user


def test_it_is_one_screen_that_ends_with_a_command(ana: User) -> None:
    ana.does("input submit 'A bench' --by Ben --kind idea")
    ana.sleeps(34)
    said = ana.types("home")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert len(lines) <= 24
    assert lines[0] == "«Clinic», 2026-06-07"
    assert "Unanswered ideas and problems: 1. Days, the oldest: 34." in lines
    assert "Told what is recorded about them: 0 of 1." in lines
    assert "Last backup: none recorded." in lines
    assert "One person holds every key: nobody else has signed yet." in lines
    assert lines[-1] == "  tally input answer 'A bench' noted --reasons WHY"


def test_the_command_it_suggests_runs_and_then_it_suggests_another(ana: User) -> None:
    ana.does("input submit 'A bench' --by Ben --kind idea")
    suggested = ana.does("home")["next"]["command"]
    ana.does(suggested.removeprefix("tally ").replace("WHY", "'Ordered for June'"))
    after = ana.does("home")["next"]
    assert after["command"] == "tally told PERSON --how shown --contact WHERE"
    line = after["command"].removeprefix("tally ").replace("PERSON", "Ben")
    ana.does(line.replace("WHERE", "'The advice centre'"))
    last = ana.does("home")
    assert last["next"]["command"] == "tally key new PERSON"
    assert last["backup"] is None


def test_money_past_its_day_comes_first_and_can_be_paid_as_suggested(ana: User) -> None:
    ana.does("input submit 'A bench' --by Ben --kind idea")
    ana.does("person add 'Cleo Marsh'")
    offer = ana.does("payment offer Ben 25 --due 2026-05-10")["index"]
    ana.does(f"payment accept {offer} --recorded-for Ben --witness Cleo")
    assert ana.does("home")["next"]["why"] == "somebody waits for a reply"
    ana.sleeps(10)
    found = ana.does("home")["next"]
    assert found["why"] == "money is past its day"
    ana.does(found["command"].removeprefix("tally "))
    assert ana.does("home")["next"]["why"] == "somebody waits for a reply"


def test_a_name_that_two_things_bear_is_not_suggested(ana: User) -> None:
    for _ in range(2):
        ana.does("input submit 'A bench' --by Ben --kind idea")
    words = shlex.split(ana.does("home")["next"]["command"])
    assert words[3].startswith("input:")


def test_without_the_power_information_numbers_are_hidden_and_lists_suggested(ana: User) -> None:
    ana.does("input submit 'A bench' --by Ben --kind idea")
    ana.does("key new Ben --no-passphrase")
    said = ana.types("home --as Ben")
    assert said.code == 0, said.err
    assert "A bench" not in said.out
    assert "Small numbers are hidden" in said.err
    assert said.out.splitlines()[-1] == "  tally unanswered"


def test_with_two_projects_the_suggested_reply_names_the_one(ana: User) -> None:
    ana.does("project open 'Second round'")
    ana.does("problem propose 'Forms are long' --by Ben --project 'Second round'")
    command = ana.does("home")["next"]["command"]
    assert command == "tally problem adopt 'Forms are long' --project 'Second round'"
    ana.does(command.removeprefix("tally "))
    assert ana.does("home")["next"]["why"] != "somebody waits for a reply"
