"""What a hostile reviewer tried: every test is one attack, and says how it ends.

The attackers: a steward who writes past the program with keys of his own, somebody who alters
what was published, somebody who sends a bundle, and somebody who prepares bytes. Attacks that
other rooms' tests already hold (keys, chains, flipped bytes) are not repeated here.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from builder import CATALOGUE, NOTE, Garden

from ledger.bundle import check_bundle
from ledger.bundle_form import encode_bundle, parse_bundle
from ledger.bundle_make import make_bundle
from ledger.check import Report, check, check_directory
from ledger.check_live import LiveSource
from ledger.check_state import load_state, save_state
from ledger.checkpoint import Checkpoint, add_signature, parse_checkpoint, sign_checkpoint
from ledger.count import Count, digest_of, sign_count
from ledger.database import open_database
from ledger.directory import keys_text
from ledger.encoding import b64encode
from ledger.envelope import parse_envelope, seal
from ledger.erasure import tombstone
from ledger.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, Conflict, Malformed
from ledger.intake import Item
from ledger.log_import import import_all
from ledger.owned import Tombstone
from ledger.policy import Policy
from ledger.proof import encode_proof
from ledger.publish import publish
from ledger.records import Pending
from ledger.statement import parse_statement
from ledger.store import Store
from ledger.tree import consistency_proof, inclusion_proof, leaf_hash, root_of
from ledger.types import tags_of
from ledger.witness import cosign, encode_request


@pytest.fixture
def garden(tmp_path: Path) -> Any:
    made = Garden.start(tmp_path)
    made.person("ana")
    made.person("ben")
    yield made
    made.ledger.close()


@pytest.fixture
def full(tmp_path: Path) -> Any:
    made = Garden.full(tmp_path)
    yield made
    made.ledger.close()


# What an earlier check remembers ------------------------------------------------------------------


def test_a_signature_never_seen_is_not_taken_for_verified_at_the_next_check(
    garden: Garden,
) -> None:
    """A public directory withholds it; the state of that check must not vouch for it later."""
    ana = garden.people["ana"]
    _force(garden, _badly_signed(garden, garden.seal(ana, NOTE, {"about": ana.id})))
    garden.checkpoint()
    public, auditor, state = (garden.path / name for name in ("public", "auditor", "state"))
    publish(garden.ledger, public, "public", garden.policy)
    publish(garden.ledger, auditor, "auditor", garden.policy)
    first = _check(garden, public)
    assert first.exit_code == CANNOT_BE_CHECKED
    save_state(state, first)
    second = check_directory(
        auditor, policy=garden.policy, catalogue=CATALOGUE, remembered=load_state(state)
    )
    assert _said(second, DOES_NOT_MATCH, 7, "does not match")


def test_a_state_from_before_still_counts_against_a_rollback(garden: Garden) -> None:
    ana = garden.people["ana"]
    garden.say(ana, NOTE, {"about": ana.id})
    garden.checkpoint()
    public, state = garden.path / "public", garden.path / "state"
    publish(garden.ledger, public, "public", garden.policy)
    assert save_state(state, _check(garden, public))
    remembered = load_state(state)
    assert remembered is not None
    assert (remembered.size, remembered.verified) == (garden.ledger.head().size, 0)


# Checkpoints that lie beside the tree -------------------------------------------------------------


def test_a_proof_that_leads_to_another_signed_past_is_a_split_view(full: Garden) -> None:
    directory = _published(full)
    leaves, note = _another_past(full)
    proof = inclusion_proof(1, len(leaves), _reader(leaves))
    (directory / "proofs").mkdir(exist_ok=True)
    (directory / "proofs/1.tlog-proof").write_bytes(encode_proof(1, proof, note))
    assert _said(_check(full, directory), DOES_NOT_MATCH, 4, "proofs/1.tlog-proof")


def test_a_consistency_file_that_leads_to_another_signed_past_is_a_split_view(
    full: Garden,
) -> None:
    directory = _published(full)
    leaves, note = _another_past(full)
    old = min(size for size, _ in full.ledger.checkpoints())
    new = len(leaves)
    proof = consistency_proof(old, new, _reader(leaves))
    (directory / f"consistency/{old}-{new}").write_bytes(encode_request(old, proof, note))
    assert _said(_check(full, directory), DOES_NOT_MATCH, 4, f"consistency/{old}-{new}")


def test_a_ledger_day_beyond_the_checkers_own_clock_does_not_pass(garden: Garden) -> None:
    """Without witnesses nothing bounds a day from above but the clock of who checks."""
    body = {"day": "2099-01-01"}
    index = _force(garden, garden.seal(garden.operator, "day-opened/v1", body))
    now = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    report = check(
        LiveSource(garden.ledger.store, vault=garden.vault),
        policy=None,
        catalogue=CATALOGUE,
        now=now,
    )
    assert _said(report, CANNOT_BE_CHECKED, 8, "2099-01-01", index)


# Classes ------------------------------------------------------------------------------------------


def test_an_auditors_directory_withholds_nothing(full: Garden) -> None:
    directory = _published(full)
    name = full.hash(5)
    (directory / "envelopes" / name[:2] / f"{name}.json").unlink()
    (directory / "withheld").write_text(f"{name}\n")
    assert _said(_check(full, directory), DOES_NOT_MATCH, 6, "auditor", 5)


def test_a_directory_of_nothing_is_no_ledger(garden: Garden) -> None:
    """Signed and cosigned at size 0, with nothing in it that could be wrong."""
    empty = Checkpoint(garden.origin, 0, root_of([]))
    note = _cosigned(garden, sign_checkpoint(empty, garden.origin, garden.log_key))
    directory = garden.path / "empty"
    (directory / "checkpoints").mkdir(parents=True)
    (directory / "class").write_text("auditor\n")
    (directory / "keys.json").write_bytes(keys_text([]))
    for name in ("checkpoint", "checkpoints/0"):
        (directory / name).write_bytes(note)
    assert _said(_check(garden, directory), DOES_NOT_MATCH, 7, "charter")


def test_a_store_that_was_emptied_is_no_ledger(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/x.db", "example.org/x", create=True) as store:
        report = check(LiveSource(store), policy=None, catalogue=CATALOGUE)
    assert _said(report, DOES_NOT_MATCH, 7, "charter")


# Erasures -----------------------------------------------------------------------------------------


def test_two_erasures_may_not_tell_two_stories_of_one_envelope(garden: Garden) -> None:
    ana, ben = garden.people["ana"], garden.people["ben"]
    index = garden.say(ana, NOTE, {"about": ben.id})
    true = garden.ledger.tombstone_for(index)
    garden.erase(ana, withdraw=[index])
    lie = true._replace(ids=tuple(sorted({*true.ids, garden.new_id("project")})))
    second = _force(garden, _burial(garden, lie))
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "withdrawn already", second)


def test_a_tombstone_that_leaves_out_its_author_lies(garden: Garden) -> None:
    ana = garden.people["ana"]
    index = garden.say(ana, NOTE, {"about": garden.people["ben"].id})
    true = garden.ledger.tombstone_for(index)
    lie = true._replace(ids=tuple(i for i in true.ids if i != ana.id))
    _force(garden, _burial(garden, lie))
    _withdraw(garden, index, lie)
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "tombstone", index)


def test_a_charter_cannot_make_withdrawable_what_no_charter_can(tmp_path: Path) -> None:
    """A steward founds a ledger in which the end of a key may vanish."""
    garden = Garden.start(tmp_path, withdrawable=[NOTE, "key-revoked/v1"])
    index = garden.revoke(garden.person("ana"))
    envelope, statement = garden.ledger.opened(index)
    stone = tombstone(envelope, statement, CATALOGUE["key-revoked/v1"])
    _force(garden, _burial(garden, stone))
    _withdraw(garden, index, stone)
    assert _said(_check(garden), DOES_NOT_MATCH, 9, "no charter can list", index)
    garden.ledger.close()


def test_erasing_again_and_again_does_not_look_through_all_that_was_erased(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each erasure carried out anew all before it: a thousand of them took hours."""
    ana = garden.people["ana"]
    kept = [garden.say(ana, NOTE, {}, values={"story": str(n)}) for n in range(4)]
    garden.erase(ana, values=kept[:1])
    looked: list[Any] = []
    disclosures = Store.disclosures

    def noting(store: Store, entry: int | str) -> Any:
        looked.append(entry)
        return disclosures(store, entry)

    monkeypatch.setattr(Store, "disclosures", noting)
    erasures = [garden.erasure(ana, values=[index]) for index in kept[1:]]
    looked.clear()
    garden.ledger.erase(erasures[0], today=garden.today)
    assert garden.hash(kept[0]) not in looked


# A store that somebody wrote into -----------------------------------------------------------------


def test_a_row_before_the_first_entry_is_named(garden: Garden) -> None:
    """It is in no tree, but would be found by its hash: a grant that nobody recorded."""
    with sqlite3.connect(garden.path / "ledger.db") as database:
        database.execute(
            "INSERT INTO event SELECT ledger_id, -1, NULL, NULL, NULL, type, tags, "
            'leaf_hash, envelope FROM event WHERE "index" = 1'
        )
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "before the first entry")


def test_a_second_number_for_one_type_is_named(garden: Garden) -> None:
    """Entries under it would be there for an audit and not for a condition: a double vote."""
    with sqlite3.connect(garden.path / "ledger.db") as database:
        (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'symbol'").fetchone()
        database.execute("ALTER TABLE symbol RENAME TO old")
        database.execute(sql.replace(", \n\tUNIQUE (ledger_id, name)", "").replace("UNIQUE", "--"))
        database.execute("INSERT INTO symbol SELECT * FROM old")
        database.execute(
            "INSERT INTO symbol SELECT ledger_id, name, 99 FROM old WHERE name LIKE 'key-enrolled%'"
        ) if _name_first(sql) else database.execute(
            "INSERT INTO symbol SELECT ledger_id, 99, name FROM old WHERE name LIKE 'key-enrolled%'"
        )
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "two numbers")


# Hostile bytes ------------------------------------------------------------------------------------


def test_the_name_of_a_file_cannot_write_on_the_terminal(full: Garden) -> None:
    directory = _published(full)
    (directory / "\x1b[2J\r✔ Nothing was changed").write_bytes(b"")
    (Path(os.fsdecode(os.fsencode(directory) + b"/\xff\xfe"))).write_bytes(b"")
    report = _check(full, directory)
    assert all(finding.message.isprintable() for finding in report.findings)
    assert _said(report, 0, 1, "Nothing was changed")


def test_a_checkpoint_nobody_signed_cannot_make_the_check_read_forever(full: Garden) -> None:
    directory = _published(full)
    huge = Checkpoint(full.origin, 1 << 32, bytes(32)).body()
    (directory / "checkpoint").write_bytes(huge + b"\n\xe2\x80\x94 nobody AAAAAAAA\n")
    report = _check(full, directory)
    assert report.size < 2_000_000
    assert _said(report, DOES_NOT_MATCH, 5, "entries")


def test_an_hour_of_twenty_four_is_no_moment(garden: Garden) -> None:
    """Some versions of the standard library read it as midnight, others do not."""
    ana = garden.people["ana"]
    payload = garden.compose(ana, NOTE, {"about": ana.id})
    with pytest.raises(Malformed):
        parse_statement(payload.replace(b"T12:00:00Z", b"T24:00:00Z"))


def test_a_password_among_the_parameters_of_an_address_is_in_no_message() -> None:
    database = open_database("postgresql://steward@localhost/x?password=hush&application_name=t")
    assert "hush" not in database.where
    database.close()


# Writing ------------------------------------------------------------------------------------------


def test_an_import_does_not_write_on_a_head_that_moved_under_a_repeated_statement(
    garden: Garden,
) -> None:
    """The condition stands on the first statement of a block; when that one is answered as a
    repetition, the rest must not slip through unconditioned."""
    ana, ben = garden.people["ana"], garden.people["ben"]
    first = garden.seal(ana, NOTE, {"about": ana.id})
    second = garden.seal(ben, NOTE, {"about": ben.id})
    since = garden.ledger.head().size
    append = garden.ledger.store.append

    def meanwhile(batch: Any, **how: Any) -> Any:
        garden.ledger.store.append = append  # type: ignore[method-assign]  # once
        garden.ledger.record(first, today=garden.today)
        garden.revoke(ben)
        return append(batch, **how)

    garden.ledger.store.append = meanwhile  # type: ignore[method-assign]  # a second process
    with pytest.raises(Conflict):
        import_all(
            garden.ledger,
            [Item(first), Item(second)],
            garden.today,
            chunk=10,
            workers=1,
            since=since,
        )
    assert _check(garden).exit_code == 0


def test_a_statement_judged_on_yesterdays_date_is_not_recorded_today(garden: Garden) -> None:
    """At midnight: another process opened the next day, on which the grant has expired."""
    ana, yesterday = garden.people["ana"], garden.today
    raw = garden.seal(ana, NOTE, {"about": ana.id})
    garden.new_day()
    with pytest.raises(Conflict, match="ledger day"):
        garden.ledger.record(raw, today=yesterday)


# Bundles ------------------------------------------------------------------------------------------


def test_a_bundle_of_a_charter_for_another_ledger_does_not_match(tmp_path: Path) -> None:
    """One log key, two names: the tree is signed as the one, the charter founds the other."""
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    here = Garden.start(tmp_path / "here")
    there = Garden.start(tmp_path / "there", origin="example.org/other")
    assert here.log_key.key_id == there.log_key.key_id
    flo = here.founders[0]
    leaves = [leaf for e in here.ledger.entries() for leaf in [e.leaf_hash]]
    note = sign_checkpoint(
        Checkpoint(there.origin, len(leaves), root_of(leaves)), there.origin, here.log_key
    )
    note = _cosigned(here, note)
    here.checkpoint()
    made = parse_bundle(make_bundle(here.ledger, flo.id, here.operator.key))
    count = Count(there.origin, len(leaves), root_of(leaves), flo.id, 1, digest_of([0]))
    forged = made._replace(
        origin=there.origin, checkpoint=note, count=sign_count(count, here.operator.key)
    )
    report = check_bundle(encode_bundle(forged), Policy.parse(there.policy))
    assert _said(report, DOES_NOT_MATCH, 8, "charter")
    here.ledger.close()
    there.ledger.close()


def test_a_bundle_says_whom_it_is_about_and_that_the_rules_were_not_asked(full: Garden) -> None:
    ana = full.people["ana"]
    report = check_bundle(
        make_bundle(full.ledger, ana.id, full.operator.key), Policy.parse(full.policy)
    )
    assert report.exit_code == 0
    assert _said(report, 0, 8, ana.id)
    assert _said(report, 0, 10, "allowed")


def test_a_bundle_holds_a_withdrawn_envelope_against_the_charter(garden: Garden) -> None:
    """The operator withdraws a ballot, which the charter never let go."""
    ana = garden.people["ana"]
    index = garden.say(ana, "vote-cast/v1", {"decision": garden.new_id("decision")})
    stone = garden.ledger.tombstone_for(index)
    _force(garden, _burial(garden, stone))
    _withdraw(garden, index, stone)
    garden.checkpoint()
    report = check_bundle(
        make_bundle(garden.ledger, ana.id, garden.operator.key), Policy.parse(garden.policy)
    )
    assert _said(report, DOES_NOT_MATCH, 9, "withdrawable", index)


def test_a_bundle_of_many_tiny_things_is_refused_before_it_is_built(full: Garden) -> None:
    made = json.loads(make_bundle(full.ledger, full.people["ana"].id, full.operator.key))
    text = json.dumps(made).replace('"disclosures": [', '"disclosures": [' + "[]," * 20_000_000, 1)
    with pytest.raises(Malformed, match="more"):
        parse_bundle(text.encode())


# Helpers ------------------------------------------------------------------------------------------


def _check(garden: Garden, directory: Path | None = None) -> Report:
    if directory is not None:
        return check_directory(directory, policy=garden.policy, catalogue=CATALOGUE)
    source = LiveSource(garden.ledger.store, vault=garden.vault)
    return check(source, policy=None, catalogue=CATALOGUE)


def _published(garden: Garden) -> Path:
    directory = garden.path / "published"
    publish(garden.ledger, directory, "auditor", garden.policy)
    return directory


def _said(report: Report, code: int, step: int, words: str, entry: int | None = None) -> bool:
    found = [
        finding
        for finding in report.findings
        if (finding.code, finding.step) == (code, step)
        and words in finding.message
        and (entry is None or finding.entry == entry)
    ]
    assert found, report.findings
    return True


def _force(garden: Garden, raw: bytes) -> int:
    """Write past the door, as a steward with the database can."""
    statement = parse_statement(parse_envelope(raw).payload)
    tags = tags_of(statement, CATALOGUE.get(statement.type))
    pending = Pending(raw, statement.type, tags, statement.key, statement.seq, statement.nonce)
    [receipt] = garden.ledger.store.append([pending])
    assert not isinstance(receipt, Exception), receipt
    return receipt.index


def _badly_signed(garden: Garden, raw: bytes) -> bytes:
    fields = json.loads(raw)
    other = garden.people["ben"].key.sign(b"something else")
    fields["signatures"][0]["sig"] = b64encode(other)
    return json.dumps(fields, separators=(",", ":")).encode()


def _burial(garden: Garden, stone: Tombstone) -> bytes:
    body = {
        "about": garden.founders[0].id,
        "ground": "asked",
        "values": [],
        "tombstones": [stone.as_body()],
    }
    return garden.seal(garden.operator, "values-erased/v1", body, erased=[stone.hash])


def _withdraw(garden: Garden, index: int, stone: Tombstone) -> None:
    with sqlite3.connect(garden.path / "ledger.db") as database:
        (old,) = database.execute('SELECT tags FROM event WHERE "index" = ?', (index,)).fetchone()
        database.execute(
            'UPDATE event SET envelope = NULL, tags = ? WHERE "index" = ?',
            ("\n".join(stone.ids), index),
        )
        for tag in set(old.split("\n")) - set(stone.ids):
            database.execute('DELETE FROM event_tag WHERE "index" = ? AND tag = ?', (index, tag))


def _another_past(garden: Garden) -> tuple[list[bytes], bytes]:
    """The leaves of a log that differs in its last entry, signed and cosigned as the real one."""
    leaves = [entry.leaf_hash for entry in garden.ledger.entries()]
    leaves[-1] = leaf_hash(b"another entry")
    checkpoint = Checkpoint(garden.origin, len(leaves), root_of(leaves))
    return leaves, _cosigned(garden, sign_checkpoint(checkpoint, garden.origin, garden.log_key))


def _cosigned(garden: Garden, note: bytes) -> bytes:
    noon = dt.datetime.combine(garden.today, dt.time(12), dt.UTC)
    for name, key in garden.witnesses:
        note = add_signature(note, cosign(note, name, key, int(noon.timestamp())))
    assert parse_checkpoint(note)
    return note


def _reader(leaves: list[bytes]) -> Any:
    def read(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    return read


def _name_first(sql: str) -> bool:
    return sql.index("name") < sql.index("number")


def _unused() -> Any:
    return seal
