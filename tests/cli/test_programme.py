"""A small programme typed command by command: every family once, and what each answer promises."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from user import User

from cli.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """Ana founded the clinic; Ben has a key, Dana has none."""
    user = User(tmp_path)
    user.begins()
    user.does("project open 'Late clinic'")
    user.does("person add 'Ben Okri' --acts-for community")
    user.does("person add 'Dana Reyes'")
    user.does("key new Ben --no-passphrase")
    return user


def test_a_writing_command_answers_with_its_place_hash_type_and_line(ana: User) -> None:
    said = ana.does("contribution record 'Wrote the leaflet' --by Ben --time 1h30 --on 2026-04")
    assert set(said) == {"index", "hash", "type", "line", "id"}
    assert said["type"] == "contribution-recorded/v1"
    assert said["line"] == (
        "contribution recorded by Ana Silva: Wrote the leaflet · Ben Okri, 2026-04"
    )
    shown = ana.does(f"show {said['index']}")
    assert shown["hash"] == said["hash"]
    assert shown["body"]["time"] == {"basis": "worked", "minutes": 90}
    assert shown["on"] == {"from": "2026-04-01", "to": "2026-04-30", "precision": "month"}
    assert shown["disclosed"] == {"what": "Wrote the leaflet"}
    assert ana.does(f"show {said['hash'][:12]}") == shown


def test_a_dry_run_asks_every_rule_and_records_nothing(ana: User) -> None:
    before = ana.does("status")
    said = ana.does("contribution record X --dry-run")
    assert said["dry_run"] is True
    assert ana.does("status") == before
    assert ana.types("contribution record X --by-group nobody --dry-run").code == 2


def test_quiet_gives_the_id_alone_so_that_a_script_can_keep_it(ana: User) -> None:
    said = ana.types("problem propose 'Buses stop at six' -q")
    assert said.out.startswith("problem:")
    assert len(said.out.split()) == 1


def test_a_facilitator_records_for_somebody_without_a_key_with_a_witness(ana: User) -> None:
    line = ana.does("contribution record 'Peer support' --by Dana")["index"]
    said = ana.types(f"confirm {line} --recorded-for Dana")
    assert said.code == 4
    assert "no-witness" in said.err
    signed = "--recorded-for Dana --witness Ben --cosigner Ben"
    done = ana.does(f"confirm {line} {signed}")
    assert done["line"].startswith("line confirmed by Dana Reyes (recorded by Ana Silva)")
    said = ana.types(f"confirm {line} --recorded-for Dana --witness Ben")
    assert "said-already" in said.err
    ana.does(f"dispute {line} {signed} --reason 'it was two evenings'")


def test_a_vote_is_counted_and_never_typed_in(ana: User) -> None:
    ana.does(
        "decision open 'Open late?' --voter Ana --voter Ben "
        "--option late='Until nine' --option nothing='Do nothing' --quorum 2"
    )
    ana.does("decision vote 'Open late?' late")
    assert ana.types("decision vote 'Open late?' late").code == 4
    ana.does("--as Ben decision vote 'Open late?' late")
    said = ana.types("decision close 'Open late?'")
    assert "Outcome: decided: late (late 2, nothing 0; 0 abstained)." in said.out
    shown = ana.does("decision show 'Open late?'")
    assert (shown["outcome"], shown["chosen"], shown["ballots"]) == ("decided", ["late"], 2)
    ana.does("problem propose 'Buses stop at six'")
    ana.does("problem adopt Buses --decision 'Open late?'")


def test_an_offer_is_answered_in_the_persons_own_voice_and_then_paid(ana: User) -> None:
    ana.does("budget open Fees 100")
    offer = ana.does("payment offer Ben 25 --for 'leaflet session' --budget Fees")["index"]
    assert ana.types(f"payment pay {offer}").code == 4
    ana.does(f"--as Ben payment accept {offer} --less 20")
    ana.does(f"payment pay {offer}")
    said = ana.types(f"payment pay {offer}")
    assert said.code == 2
    assert "Nothing is open" in said.err
    [row] = ana.does("payment list")
    assert (row["state"], row["paid"]["minor"]) == ("paid", 2000)
    [budget] = ana.does("budget show")
    assert budget["free"] == {"minor": 8000, "currency": "GBP", "exponent": 2}
    assert ana.types("payment offer Ben 90 --budget Fees").code == 4
    assert ana.types("payment offer Ben 5 --depends-on confirmation").code == 4


def test_declining_asks_no_reason_and_has_no_place_for_one(ana: User) -> None:
    offer = ana.does("payment offer Ben 25")["index"]
    assert ana.types(f"--as Ben payment decline {offer} --reason no").code == 2
    ana.does(f"--as Ben payment decline {offer}")
    assert ana.does("payment list")[0]["state"] == "declined"


def test_an_offer_to_a_group_is_never_called_unpaid(ana: User) -> None:
    ana.does("group add 'parents at the gate' --number 12 --acts-for community")
    ana.does("payment offer parents 5 --number 12")
    assert ana.does("payment list")[0]["state"] == "offered, payment not recorded"


def test_the_grant_is_chosen_when_one_fits_and_asked_for_when_several_do(ana: User) -> None:
    refused = ana.types("--as Ben contribution record X --by Dana")
    assert refused.code == 4
    assert "no-grant" in refused.err
    first = ana.does("power grant Ben record")
    ana.does("--as Ben contribution record X --by Dana")
    second = ana.does("power grant Ben record enrol")
    said = ana.types("--as Ben contribution record Y --by Dana")
    assert said.code == 2
    assert "--under" in said.err
    ana.does(f"--as Ben contribution record Y --by Dana --under {second['hash'][:12]}")
    for grant in (first, second):
        ana.does(f"power revoke {grant['index']}")
    said = ana.types("--as Ben contribution record Z --by Dana")
    assert said.code == 4
    assert "revoked" in said.err
    states = {row["entry"]: row["state"] for row in ana.does("power show")}
    assert states[first["index"]] == "revoked"


def test_a_retracted_contribution_can_be_put_back(ana: User) -> None:
    ana.does("contribution record 'Wrote the leaflet'")
    assert ana.types("contribution reinstate leaflet").code == 4
    ana.does("contribution retract leaflet --cause mistake")
    said = ana.types("contribution retract leaflet")
    assert said.code == 4
    assert "not-standing" in said.err
    ana.does("contribution reinstate leaflet")
    shown = ana.types("contribution show leaflet").out
    assert [word in shown for word in ("recorded", "retracted", "reinstated")] == [True] * 3


def test_a_rotated_key_signs_on_and_the_old_one_no_more(ana: User) -> None:
    old = ana.does("key show ana-silva")["key"]
    ana.does("key rotate --no-passphrase")
    ana.does("project open Two")
    said = ana.types(f"project open Three --as Ana --key {ana.ledger}/keys/ana-silva.ended")
    assert said.code == 4
    assert "ended at entry" in said.err
    assert ana.does(f"key show {old[:10]}")["state"].startswith("ended at")
    ana.does("--as operator key rotate --no-passphrase")
    ana.sleeps(1)
    ana.does("project open Four")
    assert ana.types("verify").code == 0


def test_a_revoked_key_and_its_suspect_entries_are_marked(ana: User) -> None:
    line = ana.does("--as Ben contribution record 'Was it me?'")["index"]
    ana.does(f"key revoke Ben --reason stolen --suspect-from {line}")
    assert ana.does(f"show {line}")["status"] == "contested"
    assert "status   contested" in ana.types(f"show {line}").out
    assert "[contested]" in ana.types("log").out
    assert ana.types("--as Ben contribution record More").code == 4
    said = ana.types("verify")
    assert said.code == 0
    assert "1 entry is contested: signed by key" in said.out
    assert "1 entry is contested" in ana.types("view contributions").out


def test_a_refused_enrolment_leaves_no_key_file(ana: User) -> None:
    assert ana.ledger is not None
    said = ana.types("--as Ben key new Dana --no-passphrase")
    assert said.code == 4
    assert not (ana.ledger / "keys" / "dana-reyes").exists()


def test_erasing_makes_a_name_unreadable_and_the_record_still_holds(ana: User) -> None:
    assert ana.types("erase Dana --ground request --fields name --json").code == 2
    ana.does("erase Dana --ground request --fields name --yes")
    assert ana.types("person show Dana").code == 2
    assert ana.types("verify").code == 0
    assert "Dana" not in ana.types("log").out


def test_a_withdrawn_entry_keeps_its_place_and_the_record_still_holds(ana: User) -> None:
    line = ana.does("contribution record 'Told in confidence' --by Dana")["index"]
    assert ana.types(f"erase Dana --ground request --entry {line}").code == 1
    ana.does(f"erase Dana --ground request --entry {line} --yes")
    assert ana.does(f"show {line}")["status"] == "withdrawn"
    assert ana.types(f"show {line} --raw").code == 2
    offer = ana.does("payment offer Dana 5")["index"]
    said = ana.types(f"erase Dana --ground request --entry {offer} --yes")
    assert said.code == 4
    assert ana.types("verify").code == 0


def test_what_the_ledger_knew_then_is_asked_by_size_or_day(ana: User) -> None:
    size = ana.does("status")["size"]
    ana.sleeps(2)
    ana.does("project open Two")
    logged = [json.loads(line) for line in ana.types(f"log --json --at {size}").out.splitlines()]
    assert [item["index"] for item in logged] == list(range(size))
    by_day = ana.types("log --json --at 2026-05-05").out
    assert len(by_day.splitlines()) == size
    said = ana.types("log --at 999999")
    assert said.code == 2


def test_words_of_others_cannot_repaint_the_terminal(ana: User) -> None:
    ana.does("contribution record", "\x1b[2Jgone\u202e")
    assert "\x1b" not in ana.types("log").out
    assert "\\x1b[2Jgone" in ana.types("log").out


def test_verify_has_a_stable_form_and_a_verdict_first(ana: User) -> None:
    said = ana.types("verify")
    assert said.out.splitlines()[0].startswith("✔ Nothing was changed: ")
    report = ana.does("verify")
    assert set(report) == {"ok", "origin", "size", "root", "checked", "findings"}
    assert report["ok"] is True


def test_verify_of_an_altered_store_ends_10_and_names_the_entry(ana: User) -> None:
    assert ana.ledger is not None
    with sqlite3.connect(ana.ledger / "ledger.db") as database:
        [(envelope,)] = database.execute('SELECT envelope FROM event WHERE "index" = 3')
        changed = envelope[:-200] + bytes([envelope[-200] ^ 1]) + envelope[-199:]
        database.execute('UPDATE event SET envelope = ? WHERE "index" = 3', (changed,))
    database.close()
    said = ana.types("verify --json")
    assert said.code == DOES_NOT_MATCH
    assert any(f["entry"] == 3 and f["code"] == DOES_NOT_MATCH for f in said.json["findings"])
    assert ana.types("verify").out.startswith("✖ The record does not match")


def test_a_store_put_back_from_an_older_backup_is_refused(ana: User) -> None:
    assert ana.ledger is not None
    backup = ana.home / "backup.db"
    shutil.copy(ana.ledger / "ledger.db", backup)
    ana.does("project open Two")
    ana.does("checkpoint make")
    shutil.copy(backup, ana.ledger / "ledger.db")
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (ana.ledger / name).unlink(missing_ok=True)
    assert ana.types("project open Three").code == 5
    assert ana.types("verify").code == DOES_NOT_MATCH


def test_a_published_directory_is_checked_with_its_files_and_a_policy(ana: User) -> None:
    www = ana.home / "www"
    ana.does(f"publish {www}/auditor --class auditor --proof 2")
    ana.does(f"publish {www}/public")
    policy = f"{ana.ledger}/policy"
    assert ana.types(f"verify {www}/auditor --policy {policy}").code == 0
    assert ana.types(f"verify {www}/auditor").code == CANNOT_BE_CHECKED
    public = ana.types(f"verify {www}/public --policy {policy}")
    assert public.code == CANNOT_BE_CHECKED
    assert public.out.startswith("? Not everything can be checked")
    state = ana.home / "seen"
    for _ in range(2):
        ana.does("contribution record More")
        ana.does(f"publish {www}/auditor --class auditor")
        line = f"verify {www}/auditor --policy {policy} --state {state}"
        assert ana.types(line).code == 0
    [envelope] = list((www / "auditor" / "envelopes").glob("*/*.json"))[:1]
    envelope.unlink()
    assert ana.types(f"verify {www}/auditor --policy {policy}").code == DOES_NOT_MATCH


def test_a_statement_is_checked_offline_without_database_or_rules(ana: User) -> None:
    ana.does("contribution record 'Wrote the leaflet' --by Ben")
    bundle = ana.home / "ben.json"
    ana.does(f"statement Ben -o {bundle}")
    assert ana.types(f"verify {bundle}").code == CANNOT_BE_CHECKED
    said = ana.types(f"verify {bundle} --policy {ana.ledger}/policy")
    assert said.code == 0
    assert said.out.startswith("✔ None of these ")
    code = (
        "import sys; from cli.main import tally\n"
        "try: tally.main(sys.argv[1:])\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "heavy = 'sqlalchemy pydantic eventsourcing domain projections pathlib'.split()\n"
        "assert not [m for m in heavy if m in sys.modules]"
    )
    subprocess.run(
        [sys.executable, "-c", code, "verify", bundle, "--policy", f"{ana.ledger}/policy"],
        check=True,
        capture_output=True,
    )
    bundle.write_bytes(bundle.read_bytes()[:-40])
    cut = ana.types(f"verify {bundle} --json")
    assert cut.code == DOES_NOT_MATCH
    assert cut.error["code"] == "does-not-match"


def test_a_witness_cosigns_and_a_poster_is_compared(ana: User) -> None:
    from ledger.keys import SigningKey

    SigningKey.generate().save(ana.home / "witness", None)
    ana.does("checkpoint make")
    said = ana.does(
        f"checkpoint witness --key {ana.home}/witness --name example.org/w --memory {ana.home}/seen"
    )
    policy = ana.home / "policy"
    assert ana.ledger is not None
    own = (ana.ledger / "policy").read_text().replace("quorum none\n", "")
    policy.write_text(f"{own}witness w {said['witness']}\nquorum w\n")
    ana.does(f"publish {ana.home}/www --class auditor --policy {policy}")
    assert ana.types(f"verify {ana.home}/www --policy {policy}").code == 0
    poster = ana.home / "poster.txt"
    poster.write_text(ana.does("checkpoint show")["note"])
    ana.does("project open Two")
    assert ana.types(f"checkpoint compare {poster}").code == 0
    ana.begins("other")
    assert ana.types(f"checkpoint compare {poster}").code == CANNOT_BE_CHECKED


def test_views_come_as_table_json_csv_and_page(ana: User) -> None:
    ana.does("contribution record X --by Ben --stage S4b --level involve")
    assert {row["view"] for row in ana.does("view")} >= {"stages", "payments"}
    stood = ana.does("status")["size"]
    assert ana.does("view stages")["checkpoint"]["size"] == stood
    assert ana.does("status")["size"] == stood + 1  # the look is an entry
    assert ana.types("view payments --format csv").out.startswith("kind,")
    page = ana.home / "stages.html"
    assert ana.types(f"view stages -o {page}").code == 0
    assert page.read_text().startswith("<!doctype html>")
    said = ana.types("view stage")
    assert said.code == 2
    assert "Did you mean stages" in said.err


def test_writers_at_the_same_time_all_get_their_line(tmp_path: Path) -> None:
    # Other processes have the real clock, so this ledger begins today.
    ana = User(tmp_path, now=datetime.now(UTC))
    ana.begins()
    ana.does("project open 'Late clinic'")
    line = [sys.executable, "-m", "cli.main", "--ledger", str(ana.ledger), "contribution", "record"]
    runs = [
        subprocess.Popen([*line, f"Line {n}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for n in range(3)
    ]
    for run in runs:
        _, err = run.communicate(timeout=60)
        assert run.returncode == 0, err.decode()
    ana.now = datetime.now(UTC)
    assert ana.types("verify").code == 0
    assert len(ana.does("contribution list")) == 3
