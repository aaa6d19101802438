"""People over time, told and heard: typed command by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana founded the clinic; Ben has a key, Dana and Fin have none."""
    user = User(tmp_path)
    user.begins()
    user.does("project open 'Late clinic'")
    for name in ("Ben Okri", "Dana Reyes", "Fin Hall"):
        user.does(f"person add '{name}'")
    user.does("key new Ben --no-passphrase")
    return user


def test_groups_are_said_by_oneself_and_kept_apart(ana: User) -> None:
    said = ana.does("--as Ben person group Deaf parent")
    assert "Deaf" not in str(ana.does(f"show {said['index']}")["body"])
    assert ana.does(f"show {said['index']}")["disclosed"] == {"groups": ["Deaf", "parent"]}
    ana.does("--as Ben person group --prefer-not-to-say")
    ana.does("--as Ben person group --clear")
    assert ana.types("--as Ben person group").code == 2
    assert ana.types("person group Deaf --recorded-for Dana").code == 4


def test_somebody_pauses_returns_and_leaves(ana: User) -> None:
    ana.does("--as Ben person pause --reason 'My mother is ill'")
    assert ana.types("--as Ben person pause").code == 4
    ana.does("--as Ben person return")
    ana.does("person leave Dana --seen --offered other-time --stage S4b")
    lines = ana.types("person show Dana --json").out.splitlines()
    assert [json.loads(line)["type"] for line in lines][-3:] == [
        "way-in-offered/v1",
        "person-left/v1",
        "records-seen/v1",  # that Ana looked
    ]
    ana.does("person way Dana from-afar --note 'By telephone'")
    ana.does("person handover Ana facilitator --to Fin --papers")


def test_a_link_is_made_and_undone(ana: User) -> None:
    line = ana.does("person link Dana Fin --basis guess")["index"]
    ana.does(f"person unlink {line}")
    assert ana.types(f"person unlink {line}").code == 4
    assert ana.types("person unlink 1").code == 2


def test_told_names_a_way_to_object_that_is_not_the_recorder(ana: User) -> None:
    line = ana.does("contribution record 'Peer support' --by Dana")["index"]
    assert ana.types("told Dana --how printed --object-to Ana").code == 4
    ana.does(f"told Dana --how printed --object-to Ben --line {line}")
    ana.does("told Fin --how read-aloud --contact 'Healthwatch, 01234'")


def test_a_dispute_is_answered_and_closed_by_who_raised_it(ana: User) -> None:
    line = ana.does("contribution record 'Peer support' --by Ben")["index"]
    raised = ana.does(f"--as Ben dispute {line} --reason 'It was two evenings'")["index"]
    assert ana.types(f"answer {raised}").code == 2
    early = ana.types(f"answer {raised} --outcome corrected --words 'Now two'")
    assert early.code == 4
    assert "no line stands instead of it; the dispute stays open" in early.err
    assert "What would allow it: «record corrected» first, or another --outcome" in early.err
    right = ana.does("contribution record 'Peer support, two evenings' --by Ben")["index"]
    ana.does(f"correct {line} --instead {right} --cause dispute")
    ana.does(f"answer {raised} --outcome corrected --words 'Now two'")
    assert ana.types(f"answer {raised} --settled").code == 4
    ana.does(f"--as Ben answer {raised} --settled")
    hidden = ana.does(f"dispute {line} --hidden --reason 'Not so' --raiser 'Dana Reyes'")
    assert ana.does(f"show {hidden['index']}")["body"].get("for") is None
    ana.does(f"answer {hidden['index']} --given-up")


def test_case_access_is_granted_used_and_ended(ana: User) -> None:
    granted = ana.does("access grant Ben complaint --about Dana --until 2026-06-30")["index"]
    assert ana.types("access grant Ben audit --about Dana --until 2027-06-30").code == 4
    assert "person enrolled" in ana.types(f"--as Ben access use {granted}").out
    assert ana.types(f"access use {granted}").code == 4
    ana.does(f"access end {granted}")
    assert ana.types(f"--as Ben access use {granted}").code == 4
    assert ana.types("verify").code == 0


def test_a_body_shows_who_chose_each_holder(ana: User) -> None:
    ana.does("body create 'Steering group' --quorum 2 --seats 3")
    ana.does("body seat Steering Ben --chosen-by community --seat 'patient member'")
    ana.does("body seat Steering Dana --chosen-by institution --no-vote --until 2026-12-31")
    ana.does("body chair Steering Ben --chosen-by open-call")
    rows = {row["holder"]: row for row in ana.does("body show Steering")}
    assert (rows["Ben Okri"]["chosen_by"], rows["Ben Okri"]["chair"]) == ("community", "chair")
    assert rows["Dana Reyes"]["voting"] is False
    ana.does("--as Ben body unseat Steering Ben --chair-only")
    ana.does("body unseat Steering Dana --cause rotated")
    assert len(ana.does("body show Steering")) == 1
    assert len(ana.does("body list")) == 1
