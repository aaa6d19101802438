"""Power shared, handed on, given back, widened and narrowed: typed command by command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana holds everything; Ben and Dana have keys."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    for name in ("Ben Okri", "Dana Reyes"):
        user.does(f"person add '{name}'")
        user.does(f"key new '{name}' --no-passphrase")
    return user


def rows(user: User) -> dict[int, Any]:
    return {row["entry"]: row for row in user.does("power show") if row["entry"]}


def test_a_power_is_shared_and_its_holder_says_how_it_stands(ana: User) -> None:
    line = ana.does("power share Ben chairing --project Clinic")["index"]
    ana.does(f"--as Ben power say {line} blocked --reason 'Nobody calls a meeting'")
    assert rows(ana)[line]["says"] == "blocked"
    assert ana.types(f"--as Dana power say {line} available").code == 4


def test_a_grant_handed_on_leaves_its_giver(ana: User) -> None:
    line = ana.does("power grant Ben record --onward 1")["index"]
    moved = ana.does(f"--as Ben power transfer {line} --to Dana --way hand-over")["index"]
    assert rows(ana)[line]["state"] == "revoked"
    assert rows(ana)[moved]["holder"] == "Dana Reyes"
    ana.does("--as Dana contribution record X --by Ben")
    assert ana.types("--as Ben contribution record Y --by Dana").code == 4
    ana.does(f"--as Dana power return {moved}")
    assert rows(ana)[moved]["state"] == "revoked"
    assert ana.types(f"power return {moved}").code == 2
    assert ana.types("verify").code == 0


def test_a_grant_is_widened_and_narrowed(ana: User) -> None:
    line = ana.does("power grant Ben record")["index"]
    more = ana.does(f"power expand {line} enrol")["index"]
    assert rows(ana)[more]["kinds"] == ["enrol", "record"]
    assert rows(ana)[line]["state"] == "live"
    less = ana.does(f"power narrow {more} enrol --until 2026-12-31 --project Clinic")["index"]
    assert rows(ana)[more]["state"] == "revoked"
    assert "until 2026-12-31" in rows(ana)[less]["limits"]


def test_an_election_needs_its_decision(ana: User) -> None:
    assert ana.types("power elect Ben chairing --until 2027-01-01").code == 4
    ana.does(
        "decision open 'Chair?' --voter Ana --method executive "
        "--option ben=Ben --option nothing='Nobody'"
    )
    ana.does("decision vote 'Chair?' ben")
    ana.does("decision close 'Chair?'")
    ana.does("power elect Ben chairing --until 2027-01-01 --decision 'Chair?'")


def test_a_power_is_bounded_by_a_body(ana: User) -> None:
    ana.does("body create Board")
    line = ana.does("power grant Ben hiring --body Board")["index"]
    assert rows(ana)[line]["limits"] == "on Board"
    ana.does("--as Ben body seat Board Dana --chosen-by community")
