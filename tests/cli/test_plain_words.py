"""What is said back is in the words of whoever typed it, and never leaves them at a dead end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from user import User

from cli.errors import _meaning, report
from cli.settings import Settings


@pytest.fixture
def ana(tmp_path: Path) -> User:
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    return user


def test_start_without_a_terminal_names_the_option_that_answers(tmp_path: Path) -> None:
    said = User(tmp_path).types(f"start {tmp_path}/new", stdin="")
    assert said.code == 2
    assert "--name" in said.err
    said = User(tmp_path).types(f"start {tmp_path}/new --name X", stdin="EURO\neur\n")
    assert said.code == 2
    assert "three letters" in said.err  # asked again, the answers before it kept
    assert "--sees" in said.err
    assert not (tmp_path / "new").exists()


def test_start_takes_its_answers_from_a_pipe(tmp_path: Path) -> None:
    said = User(tmp_path).types(
        f"start {tmp_path}/new --you Ana", stdin="Late clinic\nGBP\nme\nBen, Ana\nBen\n"
    )
    assert said.code == 0, said.err
    assert "is your own name" in said.err
    assert (tmp_path / "new" / "keys" / "ben").is_file()


def test_start_tells_whoever_gave_no_name_what_they_are_called(tmp_path: Path) -> None:
    rest = "--name X --currency GBP --sees me --signers ''"
    assert "start with --you" in User(tmp_path).types(f"start {tmp_path}/a {rest}").out
    assert "--you" not in User(tmp_path).types(f"start {tmp_path}/b --you Ana {rest}").out


def test_start_looks_at_the_directory_before_it_asks(ana: User) -> None:
    ledger, ana.ledger = ana.ledger, None
    said = ana.types(f"start {ledger}", stdin="")
    assert said.code == 2
    assert "is a ledger already" in said.err


def test_a_key_of_somebody_with_accents_has_a_name_that_can_be_read(ana: User) -> None:
    assert ana.ledger is not None
    ana.does("person add 'Cléo Núñez'")
    ana.does("key new Cléo --no-passphrase")
    assert (ana.ledger / "keys" / "cleo-nunez").is_file()


@pytest.mark.parametrize("typed", ["cleo o'hara", "CLÉO O’HARA", "Cleo", "o'hara"])
def test_a_name_is_found_without_its_accents_and_with_any_apostrophe(ana: User, typed: str) -> None:
    ana.does("person add", "Cléo O’Hara")
    assert ana.types("person show", typed).code == 0


def test_the_exact_name_wins_over_one_that_only_looks_alike(ana: User) -> None:
    ana.does("person add José")
    ana.does("person add Jose --another")
    assert "Jose\n" in ana.types("person show Jose").out
    assert "José\n" in ana.types("person show José").out


def test_a_thing_is_found_by_the_number_of_the_entry_that_made_it(ana: User) -> None:
    for _ in range(2):
        made = ana.does("problem propose 'Buses stop at six'")
    said = ana.types("problem show Buses")
    assert said.code == 2
    assert f"entry {made['index']}" in said.err
    assert ana.types(f"problem show {made['index']}").code == 0
    assert ana.types("problem show 1").code == 2  # an entry, but of a person


def test_two_grants_that_fit_are_told_apart_by_their_entries(ana: User) -> None:
    ana.does("person add Ben")
    ana.does("key new Ben --no-passphrase")
    first = ana.does("power grant Ben record")["index"]
    second = ana.does("power grant Ben record --project Clinic --until 2026-12-31")["index"]
    said = ana.types("contribution record X --as Ben --by 'Ana Silva'")
    assert said.code == 2
    assert f"entry {first} (record)" in said.err
    assert f"entry {second} (record; in Clinic, until 2026-12-31)" in said.err
    assert ana.types(f"contribution record X --as Ben --by Ana --under {second}").code == 0


def test_a_refusal_speaks_of_entries_and_commands_not_of_hashes_and_types(ana: User) -> None:
    ana.does("person add Ben")
    ana.does("key new Ben --no-passphrase")
    ana.does("power grant Ben record")
    said = ana.types("project open X --as Ben")
    assert said.code == 4
    assert "/v1" not in said.err
    assert "«project opened» needs the power agenda; the grant in entry" in said.err
    assert "tally power grant PERSON KIND" in said.err
    line = ana.does("contribution record X --as Ben --by 'Ana Silva'")["index"]
    assert f"Ben recorded entry {line} themselves" in ana.types(f"confirm {line} --as Ben").err


def test_the_founding_grant_does_not_end_by_one_word(ana: User) -> None:
    ana.does("person add Ben")
    ana.does("power grant Ben record")
    said = ana.types("power revoke 0")
    assert said.code == 2
    assert "1 grant stands on the charter" in said.err
    assert ana.types("power revoke 4").code == 0
    assert ana.types("power revoke 0 --yes").code == 0


def test_a_vote_and_an_answer_to_an_offer_say_what_they_are_about(ana: User) -> None:
    ana.does("decision open Late? --option late=Yes --option nothing=No --voter Ana")
    vote = ana.does("decision vote Late? late", "--reason", "I was tired")
    assert vote["line"].startswith("vote cast by Ana Silva: Late? · I was tired · «late»")
    ana.does("person add Ben")
    ana.does("key new Ben --no-passphrase")
    ana.does("payment offer Ben 5 --for tea")
    assert ana.does("payment accept tea --as Ben")["line"] == "payment accepted by Ben: tea"


def test_a_mistyped_choice_gets_the_nearest_and_a_number_is_called_a_number(ana: User) -> None:
    said = ana.types("contribution record X --level Colaborate")
    assert "Did you mean collaborate?" in said.err
    assert "is not a whole number" in ana.types("group add carers --number about").err
    said = ana.types("erase Ana")
    assert "\t" not in said.err


def test_tally_alone_shows_its_help_and_no_complaint(tmp_path: Path) -> None:
    said = User(tmp_path).types("")
    assert said.code == 2
    assert said.err.startswith("Usage: tally")


def test_a_passphrase_is_never_asked_for_where_it_would_be_seen(ana: User) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "--ledger", str(ana.ledger), "key", "new", "Ana"],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,  # no terminal at all, not even /dev/tty
        timeout=60,
    )
    assert done.returncode == 4
    assert "there is no terminal to ask at" in done.stderr
    assert "TALLY_PASSPHRASE_FILE" in done.stderr
    assert "GetPassWarning" not in done.stderr


def test_an_answer_that_cannot_be_written_does_not_hide_that_it_was_recorded(ana: User) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("only where there is a disk that is always full")
    with full.open("w") as disk:
        line = ["--ledger", str(ana.ledger), "problem", "propose", "Buses"]
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *line],
            check=False,
            stdout=disk,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert done.returncode == 5
    assert "stays recorded" in done.stderr


def test_a_path_is_not_given_a_capital_letter(capsys: pytest.CaptureFixture[str]) -> None:
    from ledger.errors import StorageFailed

    report(StorageFailed("www/checkpoint could not be read"), Settings())
    report(StorageFailed("the store is gone", hint="put it back"), Settings())
    said = capsys.readouterr().err
    assert "✖ www/checkpoint could" in said
    assert "✖ The store is gone.\n  Put it back." in said


def test_a_file_that_cannot_be_written_comes_with_what_to_do() -> None:
    code, message, hint = _meaning(PermissionError(13, os.strerror(13), "/there/x"))
    assert (code, "/there/x" in message, bool(hint)) == (5, True, True)
