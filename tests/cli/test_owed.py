"""``tally owed`` says what is open in a few lines, and agrees with every list of money."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana owes Ben £50 on an offer he accepted, and Fin £13 on a claim that she approved."""
    user = User(tmp_path)
    user.begins()
    user.does("project open 'Late clinic'")
    for name in ("Ben Okri", "Fin Hall"):
        user.does("person add", name, "--acts-for", "community")
        user.does(f"key new {name.split()[0]} --no-passphrase")
    offer = user.does("payment offer Ben 50 --for leaflet")["index"]
    user.does(f"--as Ben payment accept {offer}")
    claim = user.does("--as Fin payment claim 13 --for bus --kind fee")["index"]
    user.does(f"payment approve {claim} --due 2026-05-20")
    return user


def test_the_first_line_is_how_many_are_owed_how_much_and_for_how_long(ana: User) -> None:
    ana.sleeps(34)  # nobody writes anything in between
    said = ana.types("owed")
    assert said.out.splitlines() == [
        "2 people are owed 63.00 GBP (fee or honorarium). Oldest: 34 days. Past its day: 13.00 GBP."
    ]


def test_what_was_known_at_a_size_is_counted_up_to_its_own_day(ana: User) -> None:
    ana.sleeps(34)
    said = ana.does("owed --at 2026-05-04")
    assert said["rows"][0]["oldest"] == 0


def test_when_everything_is_paid_nobody_is_owed_anything(ana: User) -> None:
    for row in (*ana.does("payment list"), *ana.does("payment claims")):
        ana.does(f"payment pay {row['entry']}")
    assert ana.types("owed").out == "Nobody is owed anything, as far as this record says.\n"


def test_the_lists_and_the_views_give_one_sum(ana: User) -> None:
    offer = ana.does("payment list")[0]["entry"]
    ana.does(f"payment pay {offer} --amount 20")
    listed = sum(row["open"]["minor"] for row in ana.does("payment list"))
    claims = [row for row in ana.does("payment claims") if row["state"].startswith("approved")]
    listed += sum(row["approved"]["minor"] - row["paid"]["minor"] for row in claims)
    rows = ana.does("view payments")["rows"]
    [owed] = ana.does("owed")["rows"]
    assert listed == sum(row["open"]["minor"] for row in rows) == owed["owed"]["minor"] == 4300


def test_an_entry_behind_what_is_owed_can_be_asked_for(ana: User) -> None:
    said = ana.types("view owed --happened-by 2026-06-07 --why fee-GBP/late")
    assert said.code == 0
    assert "13.00 GBP" in said.out
    assert "Counted from 2 entries" in said.out  # the claim and its approval


def test_to_whom_is_told_line_by_line_to_who_can_pay_it(ana: User) -> None:
    ana.sleeps(34)
    rows = ana.does("owed --whom")
    assert [(row["to_name"], row["owed"]["minor"]) for row in rows] == [
        ("Ben Okri", 5000),
        ("Fin Hall", 1300),
    ]
    assert [(row["days"], row["overdue"]) for row in rows] == [(34, None), (34, 18)]
    shown = ana.types("owed --whom").out
    assert "Ben Okri" in shown
    assert "50.00 GBP" in shown
    # Each sees their own, and is told that there is more.
    own = ana.types("--as Ben owed --whom")
    assert "Ben Okri" in own.out
    assert "Fin Hall" not in own.out
    assert "1 kept apart" in own.out + own.err


def test_to_whom_follows_what_the_view_was_narrowed_to(ana: User) -> None:
    assert ana.does("owed --whom --side institution") == []
    assert len(ana.does("owed --whom --side community")) == 2


def test_what_is_behind_a_figure_that_nobody_recorded_is_told_as_not_known(ana: User) -> None:
    assert ana.does("view payments --why fee-GBP/claimed")["value"] is None
    said = ana.types("view payments --why fee-GBP/claimed").out
    assert "Claimed, fee-GBP: not recorded" in said
    assert "Nothing that is recorded says it, which is not zero." in said
