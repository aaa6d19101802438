"""A hundred kills, a hundred losses of power, and a PostgreSQL that crashes under its writers.

    pytest -m long tests/long/test_crash_long.py

``TALLYSTICK_ROUNDS`` sets another number of rounds.
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

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]


def test_sqlite_keeps_what_it_acknowledged_through_a_hundred_kills(tmp_path: Path) -> None:
    url, chance = f"sqlite:///{tmp_path / 'ledger.db'}", random.Random(2)
    for _ in range(ROUNDS):
        assert kill_at_a_random_moment(url, "o", tmp_path, chance) > 0
        with Store.open(url, "o") as store:
            check_acknowledged(store, tmp_path)


@pytest.mark.skipif(
    not ForgetfulDisk.available(), reason="the forgetful disk is a shim for Linux, built with gcc"
)
def test_sqlite_keeps_what_it_acknowledged_through_a_hundred_losses_of_power(
    tmp_path: Path,
) -> None:
    disk, database = ForgetfulDisk(tmp_path), tmp_path / "ledger.db"
    url, chance, lost = f"sqlite:///{database}", random.Random(3), 0
    for _ in range(ROUNDS):
        kill_at_a_random_moment(url, "o", tmp_path, chance, environment=disk.environment)
        lost += disk.lose_power(database)
        with Store.open(url, "o") as store:
            check_acknowledged(store, tmp_path)
    assert lost, "no write was ever undone: the disk forgot nothing"


def test_postgresql_keeps_what_it_acknowledged_through_a_hundred_kills_and_crashes(
    tmp_path: Path,
) -> None:
    chance = random.Random(4)
    with crashing_postgres() as (url, crash):
        for at in range(ROUNDS):
            assert kill_at_a_random_moment(url, "o", tmp_path, chance) > 0
            if at % 2:
                crash()
            with Store.open(url, "o") as store:
                check_acknowledged(store, tmp_path)
