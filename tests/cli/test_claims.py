"""A payment from claim to receipt, typed command by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana founded the clinic; Ben claims, Fin holds the power of budget too; £100 are there."""
    user = User(tmp_path)
    user.begins()
    user.does("project open 'Late clinic'")
    user.does("person add 'Ben Okri' --acts-for community")
    user.does("person add 'Fin Hall'")
    user.does("person add 'Dana Reyes'")
    user.does("key new Ben --no-passphrase")
    user.does("key new Fin --no-passphrase")
    user.does("power grant Fin budget")
    user.does("budget open Fees 100")
    return user


def test_who_is_out_of_pocket_claims_and_somebody_else_approves(ana: User) -> None:
    claim = ana.does("--as Ben payment claim 4.20 --for bus --spent-on 2026-05-03")["index"]
    assert ana.types(f"payment pay {claim}").code == 4
    ana.does(f"payment query {claim} 'Bus or train?'")
    ana.does(f"--as Ben payment reply {claim} 'The bus'")
    ana.does(f"--as Fin payment approve {claim} --amount 4 --budget Fees --due 2026-05-20")
    assert ana.does("payment claims")[0]["state"] == "approved"
    paid = ana.does(f"payment pay {claim}")["index"]
    ana.does(f"--as Ben payment receipt {paid} --received part")
    ana.does(f"payment reverse {paid} --amount 1 --cause mistake")
    [row] = ana.does("payment claims")
    assert (row["paid"]["minor"], row["state"]) == (300, "approved")
    [budget] = ana.does("budget show")
    assert budget["free"]["minor"] == 9700
    assert ana.types("verify").code == 0


def test_a_claim_is_late_once_its_day_has_passed(ana: User) -> None:
    offer = ana.does("payment offer Ben 10 --term 14 --for leaflet")["index"]
    ana.does(f"--as Ben payment accept {offer}")
    ana.does("--as Ben payment claim 10 --kind fee --offer leaflet")
    assert ana.does("payment claims")[0]["state"] == "claimed"
    ana.sleeps(15)
    assert ana.does("payment claims")[0]["state"] == "claimed, late"


def test_nobody_approves_their_own_claim_and_a_refusal_says_why(ana: User) -> None:
    claim = ana.does("--as Fin payment claim 4 --for train")["index"]
    said = ana.types(f"--as Fin payment approve {claim}")
    assert said.code == 4
    assert "own-claim" in said.err
    ana.does(f"payment refuse {claim} --cause not-covered --reason 'Only buses are'")
    assert ana.types(f"payment approve {claim}").code == 4


def test_a_claim_is_recorded_for_somebody_with_a_witness(ana: User) -> None:
    said = ana.does("payment claim 4 --for taxi --recorded-for Dana --witness Ben --cosigner Ben")
    assert said["line"].startswith("payment claimed by Dana Reyes (recorded by Ana Silva)")
    assert ana.types(f"payment approve {said['index']}").code == 4
    ana.does(f"--as Fin payment approve {said['index']}")


def test_a_charity_has_it_when_the_person_says_so(ana: User) -> None:
    offer = ana.does("payment offer Ben 10 --budget Fees")["index"]
    ana.does(f"--as Ben payment redirect {offer} --charity Mind")
    assert ana.does("payment list")[0]["state"] == "redirected"
    ana.does(f"payment pay {offer}")
    [row] = ana.does("view payments")["rows"]
    assert (row["redirected"], row["paid"]["minor"]) == (1, 1000)


def test_what_is_written_off_is_not_paid(ana: User) -> None:
    offer = ana.does("payment offer Ben 10 --budget Fees")["index"]
    ana.does(f"--as Ben payment accept {offer}")
    ana.does(f"payment write-off {offer} --cause cannot-be-reached --reason 'Letters came back'")
    assert ana.does("payment list")[0]["state"] == "written off"
    claim = ana.does("--as Ben payment claim 4 --for bus")["index"]
    ana.does(f"payment approve {claim}")
    ana.does(f"payment write-off {claim} --cause no-money --reason 'The pot is empty'")
    assert ana.does("payment claims")[0]["state"] == "written off"


def test_advice_pace_and_reasons_have_no_place_for_more(ana: User) -> None:
    ana.does("payment advise Ben")
    ana.does("--as Ben payment advice taken")
    ana.does("--as Ben payment pace monthly")
    assert ana.types("--as Ben payment pace monthly --reason x").code == 2
    ana.does("payment reasons 2026-01-01 2026-04-30 benefits=5 too-little=3")
    assert ana.types("payment reasons 2025-01-01 2025-04-30 benefits=5").code == 4
    assert ana.types("payment reasons 2025-01-01 2025-04-30 benefits").code == 2


def test_a_line_of_a_budget_is_controlled_by_whom_it_names(ana: User) -> None:
    ana.does("budget allocate 'User fund' 40 --controller Ben --stage S4b")
    said = ana.types("payment offer Dana 5 --budget 'User fund'")
    assert said.code == 4
    assert "not-the-controller" in said.err
    ana.does("payment offer Dana 5 --budget 'User fund' --cosigner Ben")
    rows = {row["title"]: row for row in ana.does("budget show")}
    assert rows["Fees"]["free"]["minor"] == 6000
    assert rows["User fund"]["free"]["minor"] == 3500
