"""What was raised, said and promised, and what became of it: typed command by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana founded the clinic; Ben has a key and raised a problem; a second project is open."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("person add 'Ben Okri'")
    user.does("person add 'Dana Reyes'")
    user.does("key new Ben --no-passphrase")
    user.does("--as Ben problem propose 'Buses stop at six'")
    return user


def test_a_problem_is_reframed_ranked_refused_and_closed(ana: User) -> None:
    ana.does("--as Ben problem reframe Buses --title 'No bus after the clinic'")
    assert ana.types("problem reframe Buses --title Transport").code == 4
    ana.does("problem reframe Buses --title Transport --reasons 'Trams too'")
    ana.does("problem propose Lifts")
    ana.does("group add parents --number 12 --acts-for community")
    ana.does("problem prioritise Lifts Buses --present Ben --group parents")
    ana.does("problem refuse Lifts --reasons 'The landlord will not'")
    assert ana.types("problem adopt Lifts").code == 4
    ana.does("problem adopt Buses")
    ana.does("problem close Buses solved --reasons 'Line 9 runs until ten'")
    assert ana.types("verify").code == 0


def test_what_is_open_is_carried_to_a_receiver_who_says_yes(ana: User) -> None:
    ana.does("project open Next")
    assert ana.types("problem receive Buses --as Ben").code == 4
    ana.does("problem carry Buses --to-project Next --receiver Ben")
    ana.does("--as Ben problem receive Buses")
    ana.does("problem adopt Buses --project Next")
    ana.does("project close Clinic --summary 'It stays open'")
    assert ana.types("project close Clinic").code == 4


def test_in_a_closed_project_nothing_new_begins_and_what_was_given_is_still_paid(ana: User) -> None:
    given = ana.does("contribution record 'Peer support' --by Ben")["index"]
    ana.does("project close Clinic")
    refused = ana.types("budget open Snacks 50")
    assert refused.code == 4
    assert "Clinic was closed, and «budget opened» begins something new" in refused.err
    assert "and so do replies, corrections and what is owed. (rule: project-ended)" in refused.err
    assert ana.types("payment offer Ben 20").err.splitlines()[-1] == (
        "  What would allow it: «payment offered» for work given there (--contribution); "
        "or recorded afterwards, if it was before the close"
    )
    offer = ana.does(f"payment offer Ben 20 --contribution {given}")["index"]
    ana.does(f"--as Ben payment accept {offer}")
    ana.does(f"payment pay {offer}")
    ana.does("budget open Snacks 50 --afterwards --on 2026-01-05")


def test_an_input_is_answered_marked_unanswered_and_cited(ana: User) -> None:
    said = ana.does("--as Ben input submit 'A bench at the stop' --kind idea --problem Buses")
    assert ana.does("input list --open")[0]["title"] == "A bench at the stop"
    assert ana.types("--as Ben input answer bench noted --reasons x").code == 4
    ana.does(f"input answer {said['index']} accepted --reasons 'Ordered for June'")
    assert ana.does("input list --open") == []
    ana.does("--as Ben input unanswered bench")
    assert ana.does("input list --open")[0]["state"] == "not-answered"
    ana.does("input cite bench --problem Buses")
    assert ana.types("input cite bench").code == 1 or ana.types("input cite bench").code == 2
    assert ana.types("input show bench").code == 0


def test_a_promise_has_two_sides(ana: User) -> None:
    ana.does("promise make 'A bench by June' --to Ben --due 2026-06-30")
    ana.does("--as Ben promise settle bench not-kept")
    assert ana.does("promise list")[0]["state"] == "open"
    ana.does("promise settle bench kept")
    [row] = ana.does("promise list")
    assert (row["state"], row["said"]) == ("settled", "Ben Okri: not-kept, Ana Silva: kept")


def test_an_official_message_is_replaced_by_one_with_its_writers(ana: User) -> None:
    ana.does("output publish 'Old spot' --kind message --official")
    ana.does(
        "output publish 'New spot' --kind message --by Ben=lead --by Dana --replaces 'Old spot'"
    )
    assert ana.types("output publish 'Third spot' --replaces 'Old spot'").code == 4
    assert len(ana.does("output list")) == 2
