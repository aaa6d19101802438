"""A hundred kills, a hundred losses of power, and a PostgreSQL that crashes under its writers.

    pytest -m long tests/long/test_crash_long.py

``TALLYSTICK_ROUNDS`` sets another number of rounds. Ten rounds share a ledger, each beginning where
the one before was cut off; then a fresh one begins, for after each round all of it is read again.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from crash import ForgetfulDisk, check_acknowledged, kill_at_a_random_moment
from postgres import crashing_postgres

from ledger.store import Store

ROUNDS = int(os.environ.get("TALLYSTICK_ROUNDS", "100"))

PER_LEDGER = 10

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


def folder_of(path: Path, at: int) -> Path:
    """The folder of the ledger that round ``at`` is played on."""
    folder = path / f"ledger-{at // PER_LEDGER}"
    folder.mkdir(exist_ok=True)
    return folder


def test_sqlite_keeps_what_it_acknowledged_through_a_hundred_kills(tmp_path: Path) -> None:
    chance = random.Random(2)
    for at in range(ROUNDS):
        folder = folder_of(tmp_path, at)
        url = f"sqlite:///{folder / 'ledger.db'}"
        assert kill_at_a_random_moment(url, "o", folder, chance) > 0
        with Store.open(url, "o") as store:
            check_acknowledged(store, folder)


@pytest.mark.skipif(
    not ForgetfulDisk.available(), reason="the forgetful disk is a shim for Linux, built with gcc"
)
def test_sqlite_keeps_what_it_acknowledged_through_a_hundred_losses_of_power(
    tmp_path: Path,
) -> None:
    disk, chance, lost = ForgetfulDisk(tmp_path), random.Random(3), 0
    for at in range(ROUNDS):
        folder = folder_of(tmp_path, at)
        database = folder / "ledger.db"
        url = f"sqlite:///{database}"
        kill_at_a_random_moment(url, "o", folder, chance, environment=disk.environment)
        lost += disk.lose_power(database)
        with Store.open(url, "o") as store:
            check_acknowledged(store, folder)
    assert lost, "no write was ever undone: the disk forgot nothing"


def test_postgresql_keeps_what_it_acknowledged_through_a_hundred_kills_and_crashes(
    tmp_path: Path,
) -> None:
    chance = random.Random(4)
    with crashing_postgres() as (url, crash):
        for at in range(ROUNDS):
            folder = folder_of(tmp_path, at)
            assert kill_at_a_random_moment(url, folder.name, folder, chance) > 0
            if at % 2:
                crash()
            with Store.open(url, folder.name) as store:
                check_acknowledged(store, folder)
