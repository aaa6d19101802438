"""The first mistakes of a new user: each message says what, where, and what to do next."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    user = User(tmp_path)
    user.begins()
    return user


def test_without_a_ledger_it_says_where_it_looked_and_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = User(tmp_path).types("log")
    assert said.code == 1
    assert str(tmp_path) in said.err
    assert "tally start" in said.err


def test_a_ledger_is_found_from_a_directory_below_it(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ana.ledger is not None
    monkeypatch.chdir(ana.ledger / "keys")
    ana.ledger = None
    assert ana.types("status").code == 0


def test_tally_ledger_names_one_and_a_wrong_name_says_where_it_came_from(ana: User) -> None:
    ana.environment["TALLY_LEDGER"] = str(ana.ledger)
    ana.ledger = None
    assert ana.types("status").code == 0
    ana.environment["TALLY_LEDGER"] = str(ana.home / "nowhere")
    said = ana.types("status")
    assert said.code == 1
    assert "TALLY_LEDGER" in said.err


def test_init_leaves_a_directory_in_use_alone(ana: User) -> None:
    assert ana.ledger is not None
    before = sorted(path.name for path in ana.ledger.iterdir())
    said = ana.types(f"init {ana.ledger} --name Again --founder Ana --no-passphrase")
    assert said.code == 2
    assert "is a ledger already" in said.err
    assert sorted(path.name for path in ana.ledger.iterdir()) == before


def test_init_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    user = User(tmp_path)
    said = user.types(
        f"init {tmp_path}/new --name X --founder Ana --zone Europe/Nowhere --no-passphrase"
    )
    assert said.code == 2
    assert "time zone" in said.err
    (tmp_path / "charter.json").write_text('{"grants": [{"kinds": ["flying"]}]}')
    said = user.types(
        f"init {tmp_path}/new --name X --founder Ana --no-passphrase "
        f"--charter {tmp_path}/charter.json"
    )
    assert said.code != 0
    assert [path.name for path in tmp_path.iterdir()] == ["charter.json"]


def test_the_files_of_a_new_ledger_are_for_its_owner_alone(ana: User) -> None:
    assert ana.ledger is not None
    for name in ("keys/log", "keys/operator", "keys/ana-silva", "vault.db"):
        assert (ana.ledger / name).stat().st_mode & 0o777 == 0o600, name


def test_an_unknown_person_gets_the_nearest_name(ana: User) -> None:
    said = ana.types("person show 'Anna Silva'")
    assert said.code == 2
    assert "Did you mean Ana Silva" in said.err


def test_a_name_that_fits_two_people_is_not_guessed(ana: User) -> None:
    ana.does("person add 'Ana Costa'")
    said = ana.types("person show Ana")
    assert said.code == 2
    assert "Ana Silva" in said.err
    assert "Ana Costa" in said.err


def test_the_same_name_twice_is_asked_about(ana: User) -> None:
    said = ana.types("person add 'ana silva'")
    assert said.code == 2
    assert "--another" in said.err
    ana.does("person add 'Ana Silva' --another")
    assert len(ana.does("person list")) == 2


def test_a_date_that_could_mean_two_days_is_refused_and_nothing_is_recorded(ana: User) -> None:
    ana.does("project open Clinic")
    said = ana.types("contribution record X --on 03/04/26")
    assert said.code == 2
    assert "2026-04-03 or 2026-03-04" in said.err
    assert ana.does("status")["size"] == 3


def test_what_has_not_happened_yet_is_refused_by_its_rule(ana: User) -> None:
    ana.does("project open Clinic")
    said = ana.types("contribution record X --on 2026-06-01 --json")
    assert said.code == 4
    assert "not-yet-happened" in said.error["message"]
    assert said.error["hint"].startswith("What would allow it")


def test_a_key_of_somebody_else_is_refused_before_anything_is_signed(ana: User) -> None:
    ana.does("person add 'Ben Okri'")
    ana.does("key new Ben --no-passphrase")
    said = ana.types(f"project open X --as Ana --key {ana.ledger}/keys/ben-okri")
    assert said.code == 4
    assert "belongs to Ben Okri, not to Ana Silva" in said.err


def test_a_key_of_another_ledger_signs_for_nobody_here(ana: User) -> None:
    first = ana.ledger
    ana.begins("other")
    said = ana.types(f"project open X --as Ana --key {first}/keys/ana-silva")
    assert said.code == 4
    assert "never enrolled in this ledger" in said.err


def test_a_person_without_a_key_is_told_the_two_ways_on(ana: User) -> None:
    ana.does("person add 'Ben Okri'")
    said = ana.types("--as Ben project open X")
    assert said.code == 4
    assert "tally key new" in said.err
    assert "--recorded-for" in said.err


@pytest.mark.parametrize("damage", [b"", b"not a key", b"cut"])
def test_a_damaged_key_says_so_and_that_nothing_is_lost(ana: User, damage: bytes) -> None:
    assert ana.ledger is not None
    key = ana.ledger / "keys" / "ana-silva"
    key.write_bytes(key.read_bytes()[:120] if damage == b"cut" else damage)
    said = ana.types(f"project open X --key {key}")
    assert said.code == 4
    assert "not a key that can be used" in said.err
    assert "nothing recorded is lost" in said.err
    assert "is not a key" in ana.types("doctor").out


def test_a_wrong_passphrase_is_asked_for_three_times_and_then_refused(tmp_path: Path) -> None:
    user = User(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n")
    user.environment["TALLY_PASSPHRASE_FILE"] = str(secret)
    said = user.types(f"init {tmp_path}/clinic --name Clinic --founder Ana")
    assert said.code == 0, said.err
    user.ledger = tmp_path / "clinic"
    assert user.types("project open One").code == 0
    user.environment.clear()
    said = user.types("project open Two", stdin="a\nb\nc\n")
    assert said.code == 4
    assert "passphrase" in said.err
    said = user.types("project open Two --no-input")
    assert said.code == 4
    assert "TALLY_PASSPHRASE_FILE" in said.err
    assert user.types("project open Two", stdin="wrong\ncorrect horse\n").code == 0


def test_a_damaged_database_is_a_storage_error_that_names_the_file(ana: User) -> None:
    assert ana.ledger is not None
    (ana.ledger / "ledger.db").write_bytes(b"This is not a database, whatever its name says." * 99)
    for line in ("log", "project open X", "verify"):
        said = ana.types(line)
        assert said.code == 5, (line, said.err)
        assert "ledger.db is damaged" in said.err
        assert "newest backup" in said.err


def test_a_missing_store_or_vault_is_never_made_anew(ana: User) -> None:
    assert ana.ledger is not None
    vault = ana.ledger / "vault.db"
    shutil.move(vault, ana.home / "vault.backup")
    said = ana.types("log")
    assert said.code == 5
    assert "from its own backup" in said.err
    assert not vault.exists()
    shutil.move(ana.home / "vault.backup", vault)
    (ana.ledger / "ledger.db").unlink()
    said = ana.types("log")
    assert said.code == 5
    assert "is missing" in said.err
    assert not (ana.ledger / "ledger.db").exists()


def test_somebody_elses_store_under_this_name_is_refused(ana: User) -> None:
    first = ana.ledger
    assert first is not None
    other = ana.begins("other")
    for name in ("ledger.db", "vault.db"):
        shutil.copy(other / name, first / name)
    ana.ledger = first
    for line in ("log", "project open X", "verify"):
        said = ana.types(line)
        assert said.code == 5
        assert "somebody else's store lies here" in said.err


def test_a_damaged_tally_toml_names_the_line(ana: User) -> None:
    assert ana.ledger is not None
    toml = ana.ledger / "tally.toml"
    toml.write_text(toml.read_text().replace('name = "', "name = "))
    said = ana.types("log")
    assert said.code == 1
    assert "line 3" in said.err
    toml.write_text('origin = "x"\n')
    assert "lacks the setting `name`" in ana.types("log").err


def test_a_clock_that_is_behind_the_ledger_stops_writing(ana: User) -> None:
    ana.sleeps(-3)
    said = ana.types("project open X")
    assert said.code == 1
    assert "Set the clock right" in said.err


def test_a_new_day_needs_the_operators_key(ana: User) -> None:
    assert ana.ledger is not None
    (ana.ledger / "keys" / "operator").rename(ana.home / "operator")
    assert ana.types("project open X").code == 0
    ana.sleeps(1)
    said = ana.types("project open Y")
    assert said.code == 4
    assert "A new day has begun on 2026-05-05" in said.err
    (ana.home / "operator").rename(ana.ledger / "keys" / "operator")
    assert ana.types("project open Y").code == 0


def test_a_reader_that_leaves_early_is_no_error(ana: User) -> None:
    listing = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--ledger", str(ana.ledger), "log", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert listing.stdout is not None
    listing.stdout.close()
    assert listing.communicate(timeout=60)[1] == b""
    assert listing.returncode == 0
