"""Choosing people through the commands: by lot, in proportion, and by the seats of a board."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from user import User

PEOPLE = ("Ben Okri", "Cleo Park", "Dana Reyes", "Eli Stone", "Fay Wong")
DRAW = (
    "decision open 'Who sits?' --method sortition --drawer Ana --drawer Ben --pool Cleo "
    "--pool Dana --pool Eli --pool Fay --seats 2 --last-day 2026-06-01"
)


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """A ledger with a project, Ana (who founded it), Ben and Cleo, who can sign, and three more."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    for name in PEOPLE:
        user.does("person add", name)
    for name in ("Cleo Park", "Dana Reyes"):
        user.does("person acts-for", name, "community")
    for name in ("Ben Okri", "Cleo Park"):
        user.does("key new --no-passphrase", name)
    return user


def test_two_people_draw_by_lot_in_two_steps_each(ana: User) -> None:
    said = ana.types(DRAW)
    assert said.code == 0, said.err
    assert "tally decision draw" in said.out
    said = ana.types("decision draw 'Who sits?'")
    assert "show it to nobody" in said.out
    early = ana.types("decision draw 'Who sits?'")
    assert (early.code, "sealed nothing yet" in early.err) == (4, True)
    ana.does("--as Ben decision draw 'Who sits?'")
    assert "Who draws: Ana Silva (sealed), Ben Okri (sealed)" in ana.types(
        "decision show 'Who sits?'"
    ).out  # fmt: skip
    assert "Still to show theirs: Ben Okri" in ana.types("decision draw 'Who sits?'").out
    assert "Next: tally decision close" in ana.types("--as Ben decision draw 'Who sits?'").out
    said = ana.types("decision close 'Who sits?'")
    assert said.code == 0, said.err
    form = ana.does("decision show 'Who sits?'")
    assert (form["outcome"], len(form["chosen"]), len(form["places"])) == ("decided", 2, 4)
    assert len(form["draw"]["seed"]) == 64
    first = next(o["person"] for o in form["options"] if o["option"] == form["chosen"][0])
    assert f"{form['chosen'][0]} ({first})" in said.out
    dossier = ana.types("view decision --about 'Who sits?'").out
    assert f"what stands: decided: {', '.join(form['chosen'])}" in dossier
    assert "draws: Ben Okri" in dossier
    assert "drawn again from the secrets that were sealed before any was shown" in dossier
    assert ana.types("verify").code == 0


def test_a_secret_is_kept_where_only_its_drawer_reads(ana: User, tmp_path: Path) -> None:
    ana.does(DRAW)
    ana.does("decision draw 'Who sits?' --dry-run")
    assert ana.ledger is not None
    assert not (ana.ledger / "state" / "draws").exists()
    ana.does("decision draw 'Who sits?'")
    [file] = (ana.ledger / "state" / "draws").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    mine = tmp_path / "mine"
    ana.does(f"--as Ben decision draw 'Who sits?' --secret {mine}")
    mine.unlink()
    said = ana.types(f"--as Ben decision draw 'Who sits?' --secret {mine}")
    assert (said.code, "cannot be held" in said.err) == (2, True)


def test_a_file_that_may_be_another_draws_secret_is_not_used(ana: User, tmp_path: Path) -> None:
    ana.does(DRAW)
    (tmp_path / "other").write_text("ab" * 32)
    said = ana.types(f"decision draw 'Who sits?' --secret {tmp_path / 'other'}")
    assert (said.code, "exists already" in said.err) == (2, True)


def test_a_secret_that_never_comes_ends_the_draw_and_says_whose(ana: User) -> None:
    ana.does(DRAW)
    for who in ("Ana", "Ben"):
        ana.does(f"--as {who} decision draw 'Who sits?'")
    ana.does("decision draw 'Who sits?'")
    assert ana.types("decision close 'Who sits?'").code == 4
    ana.sleeps(40)
    said = ana.types("decision close 'Who sits?'")
    assert "Outcome: no-quorum" in said.out
    assert "Never shown: the secret of Ben Okri" in said.out
    assert "Ben Okri (kept back)" in ana.types("decision show 'Who sits?'").out
    dossier = ana.types("view decision --about 'Who sits?'").out
    assert "stopped by: Ben Okri" in dossier
    assert "sealed a secret and never showed it" in dossier
    again = DRAW.replace("Who sits?", "Who sits now?").replace("06-01", "09-01")
    ana.does(again)
    assert "an earlier draw over some of the same, stopped: Ben Okri" in ana.types(
        "view decision --about 'Who sits now?'"
    ).out  # fmt: skip
    other = again.replace("sits", "stands").split(" --pool")[0]
    ana.does(f"{other} --option h1='House 1' --option h2='House 2' --last-day 2026-09-01")
    assert "an earlier draw" not in ana.types("view decision --about 'Who stands now?'").out


def test_a_drawer_who_stepped_back_is_shown_so_and_stops_the_draw(ana: User) -> None:
    ana.does(DRAW)
    ana.does("--as Ben interest recuse 'Who sits?'")
    ana.does("decision draw 'Who sits?'")
    ana.sleeps(40)
    assert "Never shown: the secret of Ana Silva, Ben Okri" in ana.types(
        "decision close 'Who sits?'"
    ).out  # fmt: skip
    assert "stepped back" in ana.types("view decision --about 'Who sits?'").out


def test_whose_sides_draw_is_said_at_opening_and_afterwards(ana: User) -> None:
    said = ana.types(DRAW)
    assert "act for sides that nobody recorded" in said.err
    for name in ("Ana", "Ben"):
        ana.does("person acts-for", name, "institution")
    said = ana.types(DRAW.replace("Who sits?", "Who else?"))
    assert "act for one side alone: institution" in said.err
    ana.does("person acts-for Ben community")
    said = ana.types(DRAW.replace("Who sits?", "Who sits now?"))
    assert "act for" not in said.err
    assert "acting for 2 sides: community, institution" in ana.types(
        "decision show 'Who sits now?'"
    ).out  # fmt: skip
    form = ana.does("decision show 'Who sits now?'")["draw"]
    assert [one["side"] for one in form["drawers"]] == ["institution", "community"]
    assert "2 sides: community, institution" in ana.types(
        "view decision --about 'Who sits now?'"
    ).out  # fmt: skip


def test_a_quota_counts_whom_the_people_of_the_pool_act_for(ana: User) -> None:
    ana.does(f"{DRAW} --quota community=2")
    for who in ("Ana", "Ben", "Ana", "Ben"):
        ana.does(f"--as {who} decision draw 'Who sits?'")
    ana.does("decision close 'Who sits?'")
    form = ana.does("decision show 'Who sits?'")
    drawn = {o["person"] for o in form["options"] if o["option"] in form["chosen"]}
    assert drawn == {"Cleo Park", "Dana Reyes"}
    assert "at least 2 of community" in ana.types("decision show 'Who sits?'").out


def test_a_pool_of_codes_from_a_file_of_names_or_by_hand(ana: User, tmp_path: Path) -> None:
    (tmp_path / "pool").write_text("Cleo Park\n# not him: Eli\nDana Reyes\nFay Wong\n")
    base = "decision open {} --method sortition --drawer Ana --drawer Ben --last-day 2026-06-01"
    ana.does(f"{base.format('One')} --pool-file {tmp_path / 'pool'}")
    assert len(ana.does("decision show One")["options"]) == 3
    ana.does(f"{base.format('Two')} --option h1='House 1' --option h2='House 2'")
    assert ana.does("decision show Two")["options"][0]["words"] == "House 1"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("--method sortition --voter Ana --pool Cleo", "Nobody votes in a draw"),
        ("--pool Cleo --voter Ana", "belong to a draw"),
        ("--quota community=1 --option a=A --voter Ana", "belong to a draw"),
        ("--method sortition --quota women=1 --pool Cleo", "a side, and how many"),
        ("--by-seats --option a=A", "Which body's seats"),
        ("--by-seats --voter Ana --option a=A", "or people by name"),
        ("--chair-breaks-ties --voter Ana --option a=A", "Which body's seats"),
    ],
)
def test_what_does_not_go_together_is_told_in_words(ana: User, wrong: str, told: str) -> None:
    said = ana.types(f"decision open 'Who?' {wrong}")
    assert said.code == 2
    assert told in said.err


def test_a_drawer_in_the_pool_is_refused_by_the_rule(ana: User) -> None:
    said = ana.types(f"{DRAW} --pool Ben")
    assert (said.code, "does not draw" in said.err) == (4, True)


def seated(ana: User) -> None:
    ana.does("body create Board --quorum 2")
    for name in ("Ana", "Ben"):
        ana.does(f"body seat Board {name} --chosen-by community")


BY_SEATS = "decision open Late --body Board --by-seats --option late=Late --option no=No"


def test_the_seats_of_a_board_decide_with_its_own_quorum(ana: User) -> None:
    said = ana.types("body create Empty")
    assert said.code == 0
    said = ana.types(BY_SEATS.replace("Board", "Empty"))
    assert (said.code, "electorate" in said.err or "voting seat" in said.err) == (4, True)
    seated(ana)
    ana.does(BY_SEATS)
    form = ana.does("decision show Late")
    assert form["quorum"] == 2
    assert set(form["electorate"]) == {"Ana Silva", "Ben Okri"}
    assert "The voting seats of Board decide" in ana.types("decision show Late").out
    said = ana.types(f"{BY_SEATS} --quorum 1")
    assert (said.code, "quorum of 2" in said.err) == (4, True)


def test_a_tie_is_broken_by_the_chair_only_if_the_opening_said_so(ana: User) -> None:
    seated(ana)
    said = ana.types(f"{BY_SEATS} --chair-breaks-ties")
    assert (said.code, "0 people chair Board" in said.err) == (2, True)
    ana.does("body chair Board Ben --chosen-by community")
    ana.does(f"{BY_SEATS} --chair-breaks-ties")
    ana.does("decision vote Late no")
    ana.does("--as Ben decision vote Late late")
    assert "Outcome: decided: late (late 1, no 1" in ana.types("decision close Late").out
    assert "broken by the chair, Ben Okri" in ana.types("decision show Late").out


def test_seats_in_proportion_are_counted_by_the_scottish_rule(ana: User) -> None:
    ana.does(
        "decision open 'Who goes?' --voter Ana --voter Ben --voter Cleo --method ranked-choice "
        "--count-rule scottish-stv --seats 2 --option x=X --option y=Y --option z=Z"
    )
    ana.does("decision vote 'Who goes?' 'x > y'")
    ana.does("--as Ben decision vote 'Who goes?' 'x > y'")
    ana.does("--as Cleo decision vote 'Who goes?' z")
    assert "Outcome: decided: x, z" in ana.types("decision close 'Who goes?'").out


def test_an_option_says_who_put_it_forward_and_whom_it_stands_for(ana: User) -> None:
    ana.does("group add parents --acts-for community --number 6")
    ana.does(
        "decision open Chair --voter Ana --option b=Ben --option c=Cleo --option d=Nobody "
        "--put-by b=Cleo --put-by c=parents --put-by d=institution --stands b=Ben --stands c=Cleo "
        "--left-out parents=late"
    )
    rows = {row["option"]: row for row in ana.does("decision show Chair")["options"]}
    assert [rows[key]["put_by"] for key in "bcd"] == ["Cleo Park", "parents", None]
    assert rows["d"]["side"] == "institution"
    ana.does("decision vote Chair b")
    ana.does("decision close Chair")
    ana.does("body create Board")
    said = ana.types("body seat Board Cleo --chosen-by open-call --decision Chair")
    assert (said.code, "did not choose Cleo Park" in said.err) == (4, True)
    ana.does("body seat Board Ben --chosen-by open-call --decision Chair")
