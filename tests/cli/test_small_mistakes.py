"""Mistakes that are easily made and were once let through, or answered with riddles."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana founded the clinic; Ben is enrolled."""
    user = User(tmp_path)
    user.begins()
    user.does("project open 'Late clinic'")
    user.does("person add 'Ben Okri'")
    return user


def test_an_amount_below_zero_hears_how_amounts_are_written(ana: User) -> None:
    said = ana.types("payment offer Ben -3")
    assert said.code == 2
    assert "«-3» is no amount" in said.err and "18.50" in said.err
    assert "No such option" in ana.types("payment offer Ben 3 --fro x").err


def test_nothing_is_not_offered(ana: User) -> None:
    said = ana.types("payment offer Ben 0.00")
    assert said.code == 4
    assert "nothing-paid" in said.err


@pytest.mark.parametrize("name", ["", "   ", "-"])
def test_nobody_is_added_without_a_name(ana: User, name: str) -> None:
    said = ana.types("person add", "--", name)
    assert said.code == 2
    assert "name" in said.err
    assert len(ana.does("person list")) == 2


def test_both_entries_are_reported_when_a_side_is_said_too(ana: User) -> None:
    said = ana.types("person add 'Dana Reyes' --acts-for community")
    entries = [line for line in said.out.splitlines() if line.startswith("✔ Entry")]
    assert len(entries) == 2
    form = ana.does("person add 'Fin Hall' --acts-for community")
    assert form["also"][0]["index"] == form["index"] + 1
    assert "also" not in ana.does("person add 'Eve Moor'")


def test_a_name_is_the_same_name_without_its_accents(ana: User) -> None:
    ana.does("person add 'Zoë Núñez'")
    assert ana.types("person add 'Zoe Nunez'").code == 2
    assert ana.types("person add 'zoë núñez'").code == 2
    ana.does("person add 'Zoe Nunez' --another")


def test_a_contribution_is_of_people_or_of_a_group(ana: User) -> None:
    ana.does("group add 'Focus group' --number 8")
    said = ana.types("contribution record talk --by Ben --by-group 'Focus group'")
    assert said.code == 2
    assert "--by-group" in said.err
    ana.does("contribution record talk --by-group 'Focus group'")


def test_a_question_with_one_answer_is_none(ana: User) -> None:
    said = ana.types("decision open 'Open late?' --option yes=Yes --voter Ben")
    assert said.code == 4
    assert "options-unclear" in said.err
    ana.does("decision open 'Hire Dana?' --option yes=Yes --voter Ben --method consent")


def test_the_same_open_question_is_put_twice_with_a_warning(ana: User) -> None:
    line = "decision open 'Open late?' --option yes=Yes --option no=No --voter Ben"
    assert "already" not in ana.types(line).err
    said = ana.types(line.replace("Open late", "open  late"))
    assert said.code == 0
    assert "is open already" in said.err


def test_a_grant_that_is_too_wide_hears_what_to_add(ana: User) -> None:
    ana.does("key new Ben --no-passphrase")
    ana.does("person add 'Dana Reyes'")
    ana.does("power grant Ben budget --project 'Late clinic' --onward 1")
    said = ana.types("--as Ben power grant Dana budget")
    assert said.code == 4
    assert "only in project" in said.err and "--project" in said.err


def test_a_project_of_the_same_title_is_asked_about(ana: User) -> None:
    said = ana.types("project open 'late clinic'")
    assert said.code == 2
    assert "a project called late clinic already" in said.err and "--another" in said.err
    assert len(ana.does("project list")) == 1
    ana.does("project open 'Late clinic' --another")
    assert len(ana.does("project list")) == 2


@pytest.mark.parametrize(("signers", "people"), [("none", 1), ("Nobody", 1), ("None Dube", 2)])
def test_nobody_is_no_signer_of_that_name(tmp_path: Path, signers: str, people: int) -> None:
    user = User(tmp_path)
    made = tmp_path / "new"
    said = user.types(
        "start", str(made), "--name", "Clinic", "--you", "Ana", "--currency", "GBP",
        "--sees", "me", "--signers", signers,
    )  # fmt: skip
    assert said.code == 0
    assert ("One person holds every key" in said.out) == (people == 1)
    user.ledger = made
    assert len(user.does("person list")) == people


def test_a_choice_that_is_missing_is_listed_once(ana: User) -> None:
    said = ana.types("interest declare")
    assert "Missing argument. Choose from: money, employer" in said.err
    assert "{" not in said.err
    said = ana.types("interest declare mony")
    assert "Invalid value: 'mony' is not one of 'money'" in said.err
    assert "Did you mean money?" in said.err


def test_what_a_rule_asks_for_is_named_as_it_is_typed(ana: User) -> None:
    said = ana.types("gift declare")
    assert (said.code, "What would allow it: with --until" in said.err) == (4, True)


def test_an_entry_of_another_kind_is_named_in_words_with_a_command_that_exists(ana: User) -> None:
    line = ana.does("project open Buses")["index"]
    said = ana.types(f"payment approve {line}")
    assert f"Entry {line} is no claim but «project opened»." in said.err
    assert "`tally log --type payment-claimed` lists them" in said.err
    assert ana.types("log --type payment-claimed").code == 0


def test_a_view_is_not_written_under_an_ending_that_is_no_format_of_it(ana: User) -> None:
    for ending, code in (("xlsx", 2), ("pdf", 2), ("txt", 0), ("csv", 0)):
        path = ana.home / f"payments.{ending}"
        said = ana.types("view payments -o", str(path))
        assert (said.code, path.exists()) == (code, code == 0), said
    assert ana.types("view payments --format csv -o", str(ana.home / "p.dat")).code == 0


def test_a_seat_and_a_close_name_the_body_and_the_project(ana: User) -> None:
    ana.does("body create Board")
    seat = ana.does("body seat Board Ben --chosen-by community")["line"]
    assert seat == "seat filled by Ana Silva: Board · Ben Okri"
    assert ana.does("project close Late")["line"] == "project closed by Ana Silva: Late clinic"


@pytest.mark.parametrize("line", ["view stages", "owed", "unanswered", "audit", "report all -o r"])
@pytest.mark.parametrize("at", ["0", "1999-01-01"])
def test_a_day_before_the_ledger_is_refused_in_words(tmp_path: Path, line: str, at: str) -> None:
    user = User(tmp_path)
    user.begins()
    said = user.types(f"{line} --at {at}")
    assert said.code == 2
    assert f"--at {at}: the ledger had not begun" in said.err


def test_a_label_that_no_group_entry_bears_is_refused_and_not_counted_as_nobody(ana: User) -> None:
    ana.does("group add teachers --number 12 --acts-for front-line")
    assert ana.types("view voices --group teachers").code == 0
    said = ana.types("view voices --group teacher")
    assert said.code == 2
    assert "no group entry with the label «teacher»" in said.err and "group list" in said.err
