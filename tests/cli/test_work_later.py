"""What is said of work later, what people need and give, tasks and corrections: typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana founded the clinic; Ben has a key and gave a leaflet; Dana has no key."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("person add 'Ben Okri' --acts-for community")
    user.does("person add 'Dana Reyes'")
    user.does("key new Ben --no-passphrase")
    user.does("contribution record leaflet --by Ben --credit Ben=methodology:lead")
    return user


def test_a_contribution_is_sorted_later_and_views_count_it_so(ana: User) -> None:
    ana.does("--as Ben contribution sort leaflet --kind writing --stage S4b --level lead")
    assert ana.types("contribution sort leaflet").code == 2
    kinds = {row["kind"] for row in ana.does("view contributions")["rows"]}
    assert kinds == {"writing"}
    ana.does("--as Ben contribution level consult --stage S4b")
    assert ana.types("contribution level lead --recorded-for Dana").code == 4


def test_an_artefact_is_attached_by_its_hash(ana: User) -> None:
    file = ana.home / "leaflet.txt"
    file.write_text("Open late")
    said = ana.does(f"contribution artefact leaflet {file} --form text")
    assert len(ana.does(f"show {said['index']}")["body"]["artefact"]) == 64


def test_a_corrected_contribution_no_longer_counts_and_stays_readable(ana: User) -> None:
    old = ana.does("contribution record 'Peer support' --by Dana --time 1h")["index"]
    new = ana.does("contribution record 'Peer support twice' --by Dana --time 2h")["index"]
    ana.does(f"correct {old} --instead {new} --cause dispute")
    assert ana.types(f"correct {old} --instead {new}").code == 4
    assert "contribution retracted" in ana.types("log").out
    assert ana.types("verify").code == 0


def test_a_need_has_two_words_and_training_two_sides(ana: User) -> None:
    asked = ana.does("--as Ben support ask interpreter --words BSL")["index"]
    ana.does(f"support met {asked} met")
    ana.does(f"--as Ben support met {asked} partly")
    ana.does("training listening --for Ana --by Ben --time 1h")
    ana.does("--as Ben person benefit confidence contacts")
    ana.does("--as Ben person rationale community rights")


def test_a_gift_is_the_givers_own(ana: User) -> None:
    assert ana.types("gift declare --contribution leaflet").code == 4
    gift = ana.does("--as Ben gift declare --contribution leaflet")["index"]
    assert ana.types(f"gift revoke {gift}").code == 4
    ana.does(f"--as Ben gift revoke {gift}")


def test_a_task_changes_hands(ana: User) -> None:
    ana.does("action set 'Print it' --due 2026-06-01 --stage S4b")
    ana.does("action move Print --to Ben")
    assert ana.does("action list")[0]["moves"] == 1
    ana.does("--as Ben action end Print done")
    assert ana.does("action list")[0]["state"] == "done"


def test_credit_names_a_role(ana: User) -> None:
    assert ana.types("contribution record X --credit Ben").code == 2
    found = ana.types("contribution show leaflet --json").out
    assert '"methodology"' in found
