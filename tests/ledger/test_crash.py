"""What was acknowledged is there after a kill at a random moment, and after a loss of power.

Two rounds on each database; a hundred are in ``tests/long/test_crash_long.py``.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from crash import ForgetfulDisk, check_acknowledged, kill_at_a_random_moment

from ledger.store import Store

needs_shim = pytest.mark.skipif(
    not ForgetfulDisk.available(), reason="the forgetful disk is a shim for Linux, built with gcc"
)


def test_four_killed_writers_and_a_reader_leave_every_acknowledged_statement(
    database_url: str, origin: str, tmp_path: Path
) -> None:
    chance = random.Random(origin)
    for _ in range(2):
        assert kill_at_a_random_moment(database_url, origin, tmp_path, chance) > 0
        with Store.open(database_url, origin) as store:
            check_acknowledged(store, tmp_path)


@needs_shim
def test_a_loss_of_power_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    disk, database = ForgetfulDisk(tmp_path), tmp_path / "ledger.db"
    chance = random.Random(1)
    for _ in range(2):
        new = kill_at_a_random_moment(
            f"sqlite:///{database}", "o", tmp_path, chance, environment=disk.environment
        )
        disk.lose_power(database)
        assert new > 0
        with Store.open(f"sqlite:///{database}", "o") as store:
            check_acknowledged(store, tmp_path)


@needs_shim
@pytest.mark.parametrize("synchronous", ["off", "normal"])
def test_the_same_loss_of_power_is_noticed_where_commits_are_not_synced(
    tmp_path: Path, synchronous: str
) -> None:
    disk, database = ForgetfulDisk(tmp_path), tmp_path / "ledger.db"
    Store.open(f"sqlite:///{database}", "o", create=True).close()
    kill_at_a_random_moment(
        f"sqlite:///{database}",
        "o",
        tmp_path,
        random.Random(1),
        synchronous=synchronous,
        environment=disk.environment,
    )
    assert disk.lose_power(database) > 0
    with (
        Store.open(f"sqlite:///{database}", "o") as store,
        pytest.raises(AssertionError, match="was acknowledged and is gone"),
    ):
        check_acknowledged(store, tmp_path)
