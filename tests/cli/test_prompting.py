"""What a long command asks at a terminal, and says before signing; elsewhere it asks nobody."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """A ledger with two projects, Ana (who founded it) and Ben."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    user.does("project open Transport")
    user.does("person add 'Ben Okri' --project Clinic")
    return user


def size(user: User) -> int:
    found: int = user.does("status")["size"]
    return found


LONG = ("person add", "contribution record", "payment offer", "power grant", "decision open")


@pytest.mark.parametrize("line", LONG)
@pytest.mark.parametrize("how", ["", "--no-input", "--json"])
def test_without_a_terminal_a_missing_argument_is_the_usual_error(
    ana: User, line: str, how: str
) -> None:
    before = size(ana)
    said = ana.types(f"{line} {how}", stdin="Cleo\nx\nx\n" if how else None)
    assert said.code == 2
    assert "Missing argument" in said.err
    assert "?" not in said.out
    assert size(ana) == before


def test_a_person_is_asked_for_in_plain_words(ana: User) -> None:
    said = ana.types(
        "person add",
        stdin="Cleo Park\nClinic\ncomm\npatient partner\nopen-call\ny\n",
    )
    assert said.code == 0, said.err
    assert "patients, carers, people who use services, citizens" in said.err
    assert (
        "Cleo Park, who acts for community as «patient partner», takes part in Clinic; "
        "an open call." in said.err
    )
    [entry] = [line for line in said.out.splitlines() if "side declared" in line]
    assert "community" in entry


def test_not_knowing_is_an_answer(ana: User) -> None:
    said = ana.types("person add", stdin="Cleo Park\n\n?\ndon't know\n\n")
    assert said.code == 0, said.err
    assert "the way in is not known yet" in said.err
    assert "side declared" not in said.out


def test_no_records_nothing(ana: User) -> None:
    before = size(ana)
    said = ana.types("person add", stdin="Cleo Park\n\n?\n?\nn\n")
    assert said.code == 1
    assert "Nothing was recorded." in said.err
    assert size(ana) == before


def test_a_dry_run_is_not_asked_to_sign(ana: User) -> None:
    before = size(ana)
    said = ana.types("person add --dry-run", stdin="Cleo Park\n\n?\n?\n")
    assert (said.code, "Would be entry" in said.out) == (0, True)
    assert size(ana) == before


def test_a_wrong_answer_is_explained_and_asked_for_again(ana: User) -> None:
    said = ana.types("person add", stdin="...\nCleo Park\nNowhere\nClinic\nboss\ninst\n\n?\ny\n")
    assert said.code == 0, said.err
    assert "That is no name" in said.err
    assert "There is no project «Nowhere»" in said.err
    assert "«boss» is none of these" in said.err
    assert "acts for institution" in said.err


def test_what_was_given_on_the_line_is_not_asked_for(ana: User) -> None:
    said = ana.types("person add --acts-for bridging --route employed", stdin="Cleo\n\n\ny\n")
    assert said.code == 0, said.err
    assert "Whose interests" not in said.err
    assert "How did they come" not in said.err
    assert "who acts for bridging" in said.err
    quiet = ana.types("person add 'Dana Reyes'", stdin="")
    assert (quiet.code, quiet.err) == (0, "")


def test_a_contribution_is_asked_for_and_said_in_one_sentence(ana: User) -> None:
    said = ana.types(
        "contribution record",
        stdin="Wrote the leaflet\nClinic\nBen\nwriting, desi\nS2\n1h30\n2026-05-03\ny\n",
    )
    assert said.code == 0, said.err
    assert (
        "Ben gave «Wrote the leaflet» (writing, design; design a response or study; time 1h30; "
        "2026-05-03)." in said.err
    )
    entry = json.loads(ana.types("log --type contribution-recorded --json").out)
    assert entry["body"]["kinds"] == ["writing", "design"]
    assert entry["on"] == {"from": "2026-05-03", "to": "2026-05-03", "precision": "day"}


def test_of_a_contribution_most_may_be_unknown(ana: User) -> None:
    ana.types("contribution record", stdin="Sat with us\nClinic\n\n?\n?\n?\n?\ny\n")
    said = ana.types("log --type contribution-recorded --json").out
    assert "unknown" in said
    assert "unsorted" in said


def test_an_offer_is_asked_for_and_says_that_no_is_an_answer(ana: User) -> None:
    said = ana.types(
        "payment offer", stdin="Zoe\nBen\nmuch\n25\nClinic\nLeaflet session\n\n2026-06-01\ny\n"
    )
    assert said.code == 0, said.err
    assert "There is no person «Zoe»" in said.err
    assert "Ben is offered 25 GBP (fee) for «Leaflet session», due 2026-06-01." in said.err
    assert "need no reason" in said.err
    assert ana.does("payment list")[0]["due"] == "2026-06-01"


def test_a_power_is_granted_in_words(ana: User) -> None:
    said = ana.types("power grant", stdin="Ben\nrecord, enrol\nClinic\n2026-12-31\ny\n")
    assert said.code == 0, said.err
    assert (
        "Ben may, in Clinic and until 2026-12-31: keep the record; enrol people (record, enrol)."
        in said.err
    )
    half = ana.types("power grant Ben", stdin="budget\n\n\ny\n")
    assert half.code == 0, half.err
    assert "everywhere and until it is taken back: offer and pay money" in half.err
    assert ana.types("power grant Ben", stdin="?\nrecord\n\n\nn\n").code == 1


def test_a_question_is_put_with_its_options_and_voters(ana: User) -> None:
    said = ana.types(
        "decision open",
        stdin="Open late?\nClinic\n\n\n2026-06-01\nlate=Until nine\nnothing=Do nothing\n\ny\n",
    )
    assert said.code == 0, said.err
    assert (
        "«Open late?» is put to 2 people: late, nothing; more than half of the votes; "
        "last day 2026-06-01. None of it can be changed afterwards." in said.err
    )
    form = ana.does("decision show 'Open late?'")
    assert set(form["electorate"]) == {"Ana Silva", "Ben Okri"}


def test_everybody_means_who_takes_part_and_a_board_may_decide_by_its_seats(ana: User) -> None:
    ana.does("person add 'Cleo Park' --project Transport")
    answers = "late=Until nine\nnothing=Do nothing\n\ny\n"
    ana.types("decision open", stdin=f"Open late?\nClinic\n\n\n\n{answers}")
    form = ana.does("decision show 'Open late?'")
    assert set(form["electorate"]) == {"Ana Silva", "Ben Okri"}
    ana.does("body create Board --project Clinic")
    ana.does("body seat Board Ben --chosen-by community")
    said = ana.types("decision open", stdin=f"And Sundays?\nClinic\n\nBoard\n\n{answers}")
    assert said.code == 0, said.err
    assert "is put to the seats of Board" in said.err
    assert ana.does("decision show 'And Sundays?'")["electorate"] == ["Ben Okri"]


def test_ctrl_c_records_nothing_and_says_so(ana: User) -> None:
    before = size(ana)
    said = ana.types("person add", stdin="Cleo Park\n")  # and the line goes dead
    assert said.code == 1
    assert "nothing is half written" in said.err
    assert size(ana) == before


def test_at_a_real_terminal_it_asks_and_with_its_input_piped_it_does_not(ana: User) -> None:
    command = [sys.executable, "-m", "cli.main", "--ledger", str(ana.ledger), "person", "add"]
    piped = subprocess.run(command, input="Cleo\n", capture_output=True, text=True, check=False)
    assert (piped.returncode, "Missing argument" in piped.stderr) == (2, True)
    master, slave = pty.openpty()
    running = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    try:
        assert "What is the person called?" in _until(master, "called?")
        os.write(master, b"Cleo Park\n\n?\n?\nn\n")
        assert "Nothing was recorded." in _until(master, "Nothing was recorded.")
        assert running.wait(30) == 1
    finally:
        running.kill()
        running.wait()
        os.close(master)


def _until(terminal: int, words: str) -> str:
    """What a terminal shows, up to ``words``; at most half a minute."""
    shown, end = "", time.monotonic() + 30
    while words not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            try:
                shown += os.read(terminal, 4096).decode()
            except OSError:  # the other end is gone
                break
    return shown
