"""``tally person naming``: being named where work is credited is one's own to say."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana keeps the book of the clinic; Ben has a key and gave a review."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("person add 'Ben Okri'")
    user.does("key new Ben --no-passphrase")
    user.does("contribution record notes --by Ben --kind review --project Clinic")
    return user


def test_ben_is_named_once_he_said_so_and_no_longer_when_he_takes_it_back(ana: User) -> None:
    asked = "view recognition --lines people"
    assert "Ben Okri" not in ana.types(asked).out
    ana.does("--as Ben person naming by-name --words 'Full name, please'")
    shown = ana.types(asked).out
    assert "Ben Okri" in shown
    assert "Review" in shown
    ana.does("--as Ben person naming by-pseudonym")
    assert "Ben Okri" not in ana.types(asked).out
    ana.does("--as Ben person naming not-named")
    assert ana.does(asked)["rows"] == []
    assert ana.does("verify")["ok"]


def test_nobody_says_it_for_another_without_a_witness(ana: User) -> None:
    said = ana.types("person naming by-name --recorded-for Ben")
    assert said.code == 4
    assert "witness" in said.err


def test_a_wish_there_is_not_is_refused(ana: User) -> None:
    assert ana.types("--as Ben person naming maybe").code == 2
