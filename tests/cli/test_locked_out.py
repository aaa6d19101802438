"""Keys and files that are lost, forbidden or wrong: nobody locks themselves out unwarned."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    return user


def test_the_last_key_of_who_acts_is_not_revoked_by_one_word(ana: User) -> None:
    said = ana.types("key revoke Ana --reason lost")
    assert said.code == 2
    assert "last key of Ana Silva" in said.err
    assert "tally key rotate" in said.err
    assert ana.types("problem propose Buses").code == 0
    assert ana.types("key revoke Ana --yes").code == 0


def test_who_has_no_key_left_is_told_who_can_help_and_doctor_sees_it(ana: User) -> None:
    assert ana.types("key revoke Ana --yes").code == 0
    said = ana.types("problem propose Buses")
    assert said.code == 4
    assert "Every key of Ana Silva has ended" in said.err
    assert "Somebody else who holds the power keys" in said.err
    assert "has no key that may sign" in ana.types("doctor").out
    assert "no key that may sign" in ana.types("status").out


def test_a_key_of_somebody_else_is_revoked_as_before_and_not_twice(ana: User) -> None:
    ana.does("person add Ben")
    ana.does("key new Ben --no-passphrase")
    line = ana.does("key revoke Ben --reason left")["index"]
    said = ana.types("key revoke Ben")
    assert said.code == 2
    assert f"ended at {line}" in said.err


def test_doctor_misses_no_key_policy_high_water_mark_or_person(ana: User) -> None:
    assert ana.ledger is not None
    ana.does("person add Ben")
    ana.does("key new Ben --no-passphrase")
    assert ana.types("doctor").code == 0
    ana.does("checkpoint make")
    (ana.ledger / "policy").unlink()
    (ana.ledger / "highwater").unlink()
    (ana.ledger / "keys" / "ana-silva").rename(ana.home / "ana-silva")
    said = ana.types("doctor").out
    assert "Write into it: log " in said
    assert "highwater is missing" in said
    assert "none of their keys is in" in said
    toml = ana.ledger / "tally.toml"
    lines = toml.read_text().splitlines()
    toml.write_text("\n".join(x for x in lines if not x.startswith("person")) + '\nperson = "x"\n')
    assert "nobody in this ledger has that id" in ana.types("doctor").out


def test_a_vault_that_is_something_else_is_a_storage_error_with_a_next_step(ana: User) -> None:
    assert ana.ledger is not None
    (ana.ledger / "vault.db").write_bytes(b"something else" * 99)
    for line in ("log", "problem propose X", "verify"):
        said = ana.types(line)
        assert said.code == 5, (line, said.err)
        assert "from its own backup" in said.err


def test_a_file_that_is_no_policy_is_never_a_verdict_on_the_record(ana: User) -> None:
    assert ana.ledger is not None
    wrong = ana.home / "wrong"
    wrong.write_text("root:x:0:0\n")
    ana.does(f"publish {ana.home}/www --class auditor")
    for line in (f"verify {ana.home}/www --policy {wrong}", f"verify --policy {wrong}"):
        said = ana.types(line)
        assert said.code == 2, said.err
        assert f"{wrong} is not a policy" in said.err
    (ana.ledger / "policy").write_text("junk\n")
    said = ana.types("verify")
    assert said.code == 5
    assert "The record itself was not looked at" in said.err


def test_findings_that_are_alike_are_told_once_and_listed_in_json(ana: User) -> None:
    for number in range(6):
        ana.does(f"problem propose 'Number {number}'")
    www = ana.home / "www"
    ana.does(f"publish {www} --class auditor")
    policy = ana.ledger / "policy" if ana.ledger else None
    charter = min(
        www.glob("envelopes/*/*.json"), key=lambda file: "charter" not in file.read_text()
    )
    for file in www.glob("envelopes/*/*.json"):
        if file != charter:
            file.unlink()
    said = ana.types(f"verify {www} --policy {policy}")
    assert said.code == 10
    assert "more like this; --json lists all" in said.out
    found = ana.types(f"verify {www} --policy {policy} --json").json["findings"]
    assert len(found) > len([x for x in said.out.splitlines() if x.startswith("✖ step")])


def test_a_server_that_does_not_answer_is_told_as_that_and_no_password_is_shown(ana: User) -> None:
    pytest.importorskip("psycopg")
    assert ana.ledger is not None
    toml = ana.ledger / "tally.toml"
    address = "postgresql://ana:secret@127.0.0.1:1/ledger"
    toml.write_text(toml.read_text().replace("sqlite:///ledger.db", address))
    for line in ("log", "verify"):
        said = ana.types(line)
        assert said.code == 5
        assert "cannot be opened: connection failed" in said.err
        assert "Is the server running" in said.err
        assert "secret" not in said.err
        assert "Error)" not in said.err


def test_the_password_of_a_store_is_on_no_screen(ana: User) -> None:
    assert ana.ledger is not None
    path = ana.ledger / "ledger.db"
    toml = ana.ledger / "tally.toml"
    address = f"sqlite:///{path}"
    toml.write_text(toml.read_text().replace("sqlite:///ledger.db", address))
    assert ana.does("status")["store"] == address
    from cli.status import shown

    assert shown("postgresql://ana:secret@host/db") == "postgresql://ana:***@host/db"
    assert shown("postgresql://ana@host/db") == "postgresql://ana@host/db"
