"""Looking at the work together, typed command by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana founded the clinic; Ben has a key."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("person add 'Ben Okri'")
    user.does("key new Ben --no-passphrase")
    return user


def test_a_score_names_tool_items_scorers_and_point(ana: User) -> None:
    ana.does("reflect point mid-term --by Ben --by Ana --on 2026-04 --findings 'Fewer meetings'")
    ana.does("reflect score rifkin leadership=2 management=4 --by Ben --by Ana --at mid-term")
    ana.does("--as Ben reflect score scie panels=1")
    assert ana.types("reflect score rifkin leadership=6").code != 0
    assert ana.types("reflect score rifkin leadership").code == 2
    assert ana.types("--as Ben reflect score scie panels=1 --by Ana").code == 4
    assert ana.does("reflect list")[0]["name"] == "mid-term"


def test_what_came_of_it_may_be_unplanned_and_for_the_worse(ana: User) -> None:
    ana.does("--as Ben reflect outcome 'Lost the Monday bus' worse --unplanned")
    ana.does("reflect outcome 'Believe the message' better --planned --measured 59:81:percent")
    assert ana.types("reflect outcome X better --planned --measured 59").code == 2


def test_an_imbalance_that_was_talked_about_says_what_followed(ana: User) -> None:
    ana.does("body create Board")
    ana.does(
        "reflect imbalance 'Who speaks first' to-be-changed --kind chairing --body Board "
        "--by Ben --by Ana"
    )
    assert ana.types("verify").code == 0
