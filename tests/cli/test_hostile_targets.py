"""``tally verify`` of what somebody hostile handed over: no exit code is too good."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from user import User

from cli.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH


@pytest.fixture
def ana(tmp_path: Path) -> User:
    user = User(tmp_path)
    user.begins()
    user.does("project open 'Clinic'")
    user.does("checkpoint make")
    return user


def test_a_published_directory_is_not_taken_for_a_live_ledger(ana: User) -> None:
    """A live ledger is checked with its own policy and ends 0; a download never does."""
    assert ana.ledger is not None
    published = ana.home / "published"
    ana.does(f"publish {published} --class auditor")
    assert ana.types(f"verify {published}").code == CANNOT_BE_CHECKED
    for path in ana.ledger.iterdir():
        if path.is_file() and path.name != "policy":
            shutil.copy(path, published / path.name)
    said = ana.types(f"verify {published}")
    assert said.code == CANNOT_BE_CHECKED
    assert "policy enclosed" in said.out


def test_a_bundle_longer_than_any_is_not_read_to_its_end(ana: User) -> None:
    endless = ana.home / "bundle.json"
    with endless.open("wb") as file:
        file.truncate(1 << 40)
    said = ana.types(f"verify {endless}")
    assert said.code == DOES_NOT_MATCH


def test_a_ledger_whose_high_water_mark_is_gone_says_so(ana: User) -> None:
    """Whoever puts an older database back takes the mark away with it."""
    assert ana.ledger is not None
    assert ana.types("verify").code == 0
    (ana.ledger / "highwater").unlink()
    said = ana.types("verify")
    assert said.code == CANNOT_BE_CHECKED
    assert "highwater" in said.out
