"""What a verifier of hashes and signatures alone would let pass: keys, chains, days, erasures.

Each test records, past the door of ``Ledger.record``, one statement that is well signed and in the
tree, and that the rules of the ledger forbid; the audit must name it.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from builder import CATALOGUE, NOTE, VOTE, Actor, Garden
from stored import settle_by_hand

from ledger.check import Report, check
from ledger.check_live import LiveSource
from ledger.disclosure import make
from ledger.envelope import assemble, pae, parse_envelope, seal
from ledger.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, NOTED, StorageFailed
from ledger.keys import SigningKey
from ledger.records import Pending
from ledger.statement import parse_statement
from ledger.store import Store
from ledger.types import tags_of


@pytest.fixture
def garden(tmp_path: Path) -> Garden:
    made = Garden.start(tmp_path)
    made.person("ana")
    made.person("ben")
    made.checkpoint()
    return made


def test_an_honest_ledger_of_everything_passes(tmp_path: Path) -> None:
    garden = Garden.full(tmp_path)
    report = _check(garden)
    assert report.exit_code == 0
    assert report.as_json()["ok"] is True
    assert report.checked["8"] == 17
    assert _said(report, NOTED, 7, "under suspicion from entry")
    assert _said(report, NOTED, 9, "1 value and 1 envelope went by")


def test_an_audit_counts_what_a_suspicion_touches_and_says_when_that_is_nothing(
    garden: Garden,
) -> None:
    ana, ben = garden.people["ana"], garden.people["ben"]
    garden.say(ana, NOTE, {})
    first = garden.say(ana, NOTE, {})
    garden.say(ben, NOTE, {})
    garden.say(ana, NOTE, {})
    garden.revoke(ana, suspect_from=first)
    garden.revoke(ben, suspect_from=garden.ledger.head().size)
    report = _check(garden)
    assert report.exit_code == 0
    assert _said(report, NOTED, 7, f"2 entries are contested: signed by key {ana.key.key_id}")
    assert _said(report, NOTED, 7, f"from entry {first} on")
    assert _said(report, NOTED, 7, "it signed nothing in between")


# Keys (step 7) ----------------------------------------------------------------------------------


def test_a_key_that_was_revoked_may_not_sign(garden: Garden) -> None:
    ana = garden.people["ana"]
    garden.revoke(ana)
    index = _force(garden, garden.seal(ana, NOTE, {"about": ana.id}))
    assert _said(_check(garden), DOES_NOT_MATCH, 7, "its last entry was", index)


def test_a_key_may_not_sign_before_it_is_enrolled(garden: Garden) -> None:
    eve = Actor("eve", garden.new_id("person"), [SigningKey.from_seed(bytes(32))])
    index = _force(garden, garden.seal(eve, NOTE, {"about": eve.id}))
    garden.enrol(eve, eve.key)
    assert _said(_check(garden), DOES_NOT_MATCH, 7, "never enrolled", index)


def test_an_unknown_key_may_not_sign(garden: Garden) -> None:
    ana = garden.people["ana"]
    stranger = SigningKey.from_seed(bytes(31) + b"\x01")
    raw = garden.seal(ana, NOTE, {"about": ana.id}, key=stranger)
    index = _force(garden, raw)
    assert _said(_check(garden), DOES_NOT_MATCH, 7, "never enrolled", index)


def test_a_new_key_must_prove_that_somebody_holds_it(garden: Garden) -> None:
    key = SigningKey.from_seed(bytes(31) + b"\x02")
    body = {
        "person": garden.new_id("person"),
        "key": key.key_id,
        "public": key.public.hex(),
        "via": "invitation",
    }
    index = _force(garden, garden.seal(garden.founders[0], "key-enrolled/v1", body))
    assert _said(_check(garden), DOES_NOT_MATCH, 7, "did not sign", index)


def test_a_signature_that_is_missing_or_of_another_signer_is_found(garden: Garden) -> None:
    ana, ben = garden.people["ana"], garden.people["ben"]
    payload = garden.compose(ana, NOTE, {"about": ana.id}, also=[ben])
    good = parse_envelope(seal(payload, [ana.key, ben.key]))
    signed = dict(good.signatures)
    forged = signed | {ben.key.key_id: ana.key.sign(pae(good.payload_type, payload))}
    index = _force(garden, assemble(payload, forged))
    assert _said(_check(garden), DOES_NOT_MATCH, 7, "does not match", index)


def test_the_primary_key_must_be_the_authors(garden: Garden) -> None:
    ana, ben = garden.people["ana"], garden.people["ben"]
    index = _force(garden, garden.seal(ana, NOTE, {"about": ana.id}, key=ben.key))
    assert _said(_check(garden), DOES_NOT_MATCH, 7, "belong to the author", index)


# Chains and anchors (step 8) --------------------------------------------------------------------


def test_a_fork_in_a_chain_does_not_match_and_a_gap_is_noted(garden: Garden) -> None:
    ana = garden.people["ana"]
    garden.say(ana, NOTE, {"about": ana.id})
    garden.say(ana, NOTE, {"about": ana.id})
    seq, prev = garden.ledger.next_link(ana.key.key_id)
    gap = garden.seal(ana, NOTE, {"about": ana.id}, seq=seq + 3, prev=prev)
    _force(garden, gap)
    report = _check(garden)
    assert report.exit_code == 0
    assert _said(report, NOTED, 8, f"not arrived: key {ana.key.key_id} seq {seq}–{seq + 2}")
    fork = garden.seal(ana, NOTE, {"about": ana.id}, seq=seq - 1, prev=prev)
    index = _force(garden, fork, columns=False)
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "fork", index)


def test_a_link_to_another_payload_does_not_match(garden: Garden) -> None:
    ana = garden.people["ana"]
    garden.say(ana, NOTE, {"about": ana.id})
    index = _force(garden, garden.seal(ana, NOTE, {"about": ana.id}, prev="0" * 64))
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "does not follow", index)


def test_an_anchor_must_be_a_root_this_log_had(garden: Garden) -> None:
    ana = garden.people["ana"]
    root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    at = garden.ledger.anchor()
    wrong = _force(garden, garden.seal(ana, NOTE, {}, anchor={"size": at["size"], "root": root}))
    unkept = garden.seal(ana, NOTE, {}, anchor={"size": 1, "root": root})
    report = _check(garden)
    assert _said(report, DOES_NOT_MATCH, 8, "anchor at size", wrong)
    index = _force(garden, unkept)
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "no checkpoint of that size", index)
    later = _force(garden, garden.seal(ana, NOTE, {}, anchor={"size": 99, "root": root}))
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "later than the entry", later)


def test_a_statement_of_another_ledger_does_not_match(garden: Garden) -> None:
    ana = garden.people["ana"]
    index = _force(garden, garden.seal(ana, NOTE, {}, ledger="example.org/other"))
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "another ledger", index)


def test_one_nonce_may_stand_once(garden: Garden) -> None:
    ana, ben = garden.people["ana"], garden.people["ben"]
    one = garden.say(ana, NOTE, {"about": ana.id})
    nonce = _statement(garden, one).nonce
    two = _force(garden, garden.seal(ben, NOTE, {}, nonce=nonce), columns=False)
    report = _check(garden)
    assert _said(report, DOES_NOT_MATCH, 8, f"has the nonce {nonce} of entry {one}", two)


# The ledger day (step 8) ------------------------------------------------------------------------


def test_the_ledger_day_never_goes_back(garden: Garden) -> None:
    garden.new_day()
    raw = garden.seal(garden.operator, "day-opened/v1", {"day": "2026-03-01"})
    index = _force(garden, raw)
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "never goes back", index)


def test_only_the_operator_opens_a_day(garden: Garden) -> None:
    flo = garden.founders[0]
    index = _force(garden, garden.seal(flo, "day-opened/v1", {"day": "2026-03-09"}))
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "only the operator", index)


def test_a_statement_signed_after_its_ledger_day_is_noted(garden: Garden) -> None:
    ana = garden.people["ana"]
    index = _force(garden, garden.seal(ana, NOTE, {}, at="2026-03-04T08:00:00Z"))
    report = _check(garden)
    assert report.exit_code == 0
    assert _said(report, NOTED, 8, "was no day opened", index)


def test_a_day_later_than_its_witnesses_saw_it_does_not_match(garden: Garden) -> None:
    index = garden.new_day(days=3)
    garden.today -= dt.timedelta(days=3)
    garden.checkpoint()  # cosigned at noon of the day before the one that was opened
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "a witness had seen it", index)


# Erasures and values (steps 6, 8, 9) ------------------------------------------------------------


def test_an_envelope_that_is_gone_without_an_erasure_does_not_match(garden: Garden) -> None:
    index = garden.say(garden.people["ana"], NOTE, {"about": garden.operator.id})
    garden.ledger.store.withdraw(garden.hash(index))
    report = _check(garden)
    assert _said(report, DOES_NOT_MATCH, 6, "neither withheld nor withdrawn", index)


def test_a_type_the_charter_does_not_list_may_not_be_withdrawn(garden: Garden) -> None:
    ana = garden.people["ana"]
    index = garden.say(ana, VOTE, {"decision": garden.new_id("decision"), "choice": "yes"})
    _bury(garden, index)
    assert _said(_check(garden), DOES_NOT_MATCH, 9, "does not list vote-cast/v1", index)


@pytest.mark.parametrize(
    ("field", "value", "step", "words"),
    [
        ("payload_hash", "0" * 64, 8, "does not follow"),
        ("author", "person:" + "a" * 26, 8, "could not have signed"),
        ("type", VOTE, 9, "does not list"),
        ("seq", 9, 8, "column"),
        ("nonce", "A" * 22, 8, "nonce do not say"),
        ("ids", [], 8, "tags do not say"),
    ],
)
def test_a_tombstone_that_lies_is_found(
    garden: Garden, field: str, value: object, step: int, words: str
) -> None:
    ana = garden.people["ana"]
    index = garden.say(ana, NOTE, {"about": ana.id})
    garden.say(ana, NOTE, {"about": ana.id})
    _bury(garden, index, **{field: value})
    report = _check(garden)
    assert report.exit_code == DOES_NOT_MATCH
    words = "do not say" if words == "column" else words
    assert _said(report, DOES_NOT_MATCH, step, words)


def test_a_tombstone_is_held_against_an_envelope_that_is_still_there(garden: Garden) -> None:
    ana = garden.people["ana"]
    index = garden.say(ana, NOTE, {"about": ana.id})
    erasure = _bury(garden, index, withdraw=False, seq=9)
    report = _check(garden)
    assert _said(report, DOES_NOT_MATCH, 8, "differs from the envelope", erasure)
    assert _said(report, DOES_NOT_MATCH, 9, "is still there", erasure)


def test_nothing_can_be_erased_before_it_is_recorded(garden: Garden) -> None:
    ana = garden.people["ana"]
    later = garden.seal(ana, NOTE, {"about": ana.id})
    values = [{"entry": parse_envelope(later).hash, "digests": ["A" * 43]}]
    body = {"about": ana.id, "ground": "asked", "values": values, "tombstones": []}
    erasure = _force(garden, garden.seal(garden.operator, "values-erased/v1", body))
    _force(garden, later)
    assert _said(_check(garden), DOES_NOT_MATCH, 8, "not an entry before", erasure)


def test_a_digest_that_the_entry_does_not_have_cannot_be_erased(garden: Garden) -> None:
    ana = garden.people["ana"]
    index = garden.say(ana, NOTE, {"about": ana.id}, values={"title": "A"})
    values = [{"entry": garden.hash(index), "digests": ["A" * 43]}]
    body = {"about": ana.id, "ground": "asked", "values": values, "tombstones": []}
    erasure = _force(garden, garden.seal(garden.operator, "values-erased/v1", body))
    assert _said(_check(garden), DOES_NOT_MATCH, 9, "never committed", erasure)


def test_a_value_that_is_missing_without_an_erasure_does_not_match(garden: Garden) -> None:
    ana = garden.people["ana"]
    index = garden.say(ana, NOTE, {"about": ana.id}, values={"title": "A", "reason": "b"})
    [(first, _), _] = garden.ledger.disclosures(index)
    garden.ledger.store.delete_disclosures(index, [first.digest])
    assert _said(
        _check(garden), DOES_NOT_MATCH, 9, "1 value this class may see is not shown", index
    )


def test_a_value_that_was_erased_may_not_still_be_shown(garden: Garden) -> None:
    ana = garden.people["ana"]
    index = garden.say(ana, NOTE, {"about": ana.id}, values={"title": "A"})
    _force(garden, garden.erasure(ana, values=[index]))
    assert _said(_check(garden), DOES_NOT_MATCH, 9, "still shown")


def test_a_value_nobody_committed_to_does_not_match(garden: Garden) -> None:
    ana = garden.people["ana"]
    kept = make("title", "A", garden.rng.randbytes)
    index = _force(garden, garden.seal(ana, NOTE, {}, sd=[kept.digest]))
    assert _said(_check(garden), DOES_NOT_MATCH, 9, "commits to 1", index)


def test_values_without_their_vault_are_counted_and_not_read(tmp_path: Path) -> None:
    garden = Garden.full(tmp_path)
    source = LiveSource(garden.ledger.store)
    report = check(source, policy=garden.policy, catalogue=CATALOGUE)
    assert report.exit_code == CANNOT_BE_CHECKED
    assert _said(report, CANNOT_BE_CHECKED, 9, "no vault was given")


# The whole (steps 1–5, 10) ----------------------------------------------------------------------


def test_an_unknown_type_fails_closed(garden: Garden) -> None:
    index = _force(garden, garden.seal(garden.people["ana"], "guess-made/v1", {}))
    assert _said(_check(garden), DOES_NOT_MATCH, 10, "guess-made/v1 is not known", index)


def test_a_checkpoint_whose_entries_are_gone_is_named(garden: Garden) -> None:
    database = sqlite3.connect(garden.path / "ledger.db")
    with database:
        settle_by_hand(database)
        database.execute('DELETE FROM event WHERE "index" = 2')
    database.close()
    report = _check(garden)
    assert _said(report, DOES_NOT_MATCH, 5, "the tree here is of size 2")
    assert _said(report, DOES_NOT_MATCH, 5, "head row")


def test_a_row_missing_in_the_middle_costs_its_own_entry_only(garden: Garden) -> None:
    database = sqlite3.connect(garden.path / "ledger.db")
    with database:
        database.execute('DELETE FROM event WHERE "index" = 1')
    database.close()
    report = _check(garden)
    assert _said(report, DOES_NOT_MATCH, 8, "no such row", 1)
    assert {f.entry for f in report.findings if f.step == 6} == set()


def test_a_damaged_database_file_fails_in_words(garden: Garden) -> None:
    for number in range(40):
        garden.say(garden.people["ana"], NOTE, {"n": number})
    garden.ledger.close()
    path = garden.path / "ledger.db"
    data = bytearray(path.read_bytes())
    for at in range(8192, len(data), 997):
        data[at : at + 64] = bytes(64)
    path.write_bytes(data)
    with pytest.raises(StorageFailed):
        store = Store.open(garden.url, garden.origin)
        report = check(LiveSource(store), policy=garden.policy, catalogue=CATALOGUE)
        if not report.ok:  # what could still be read does not match
            raise StorageFailed(report.findings[0].message)


def test_an_old_checkpoint_cannot_be_checked_when_the_checker_sets_an_age(garden: Garden) -> None:
    now = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    options: dict[str, Any] = {"policy": garden.policy, "catalogue": CATALOGUE, "now": now}
    old = check(_source(garden), max_age=dt.timedelta(days=7), **options)
    assert _said(old, CANNOT_BE_CHECKED, 3, "older than you allow")
    assert check(_source(garden), max_age=dt.timedelta(days=90), **options).ok


def test_a_live_ledger_without_a_policy_is_checked_with_its_charters_key(garden: Garden) -> None:
    report = check(_source(garden), policy=None, catalogue=CATALOGUE)
    assert report.ok
    assert report.checked["2"] > 0


def test_tiles_of_a_larger_ledger_are_compared(tmp_path: Path) -> None:
    garden = Garden.start(tmp_path)
    ana = garden.person("ana")
    for number in range(300):
        garden.say(ana, NOTE, {"n": number})
    garden.checkpoint()
    assert _check(garden).ok
    database = sqlite3.connect(garden.path / "ledger.db", isolation_level=None)
    for level in (0, 1):
        where = f'WHERE level = {level} AND "index" = 0'
        [(data,)] = database.execute(f"SELECT bytes FROM tile {where}").fetchall()  # noqa: S608  # numbers of ours
        for at in range(0, len(data), 61):
            altered = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            database.execute(f"UPDATE tile SET bytes = ? {where}", (altered,))  # noqa: S608  # as above
            if at % 976 == 0:
                assert _said(_check(garden), DOES_NOT_MATCH, 5, f"tile 0 at level {level}")
        database.execute(f"DELETE FROM tile {where}")  # noqa: S608  # as above
        assert _said(_check(garden), DOES_NOT_MATCH, 5, "is missing")
        database.execute("INSERT INTO tile VALUES (1, ?, 0, ?)", (level, data))
    database.close()
    assert _check(garden).ok


def _check(garden: Garden) -> Report:
    return check(_source(garden), policy=garden.policy, catalogue=CATALOGUE)


def _source(garden: Garden) -> LiveSource:
    return LiveSource(garden.ledger.store, vault=garden.vault)


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


def _force(garden: Garden, raw: bytes, *, columns: bool = True) -> int:
    """Record an envelope that the ledger itself would refuse; gives its index."""
    statement = parse_statement(parse_envelope(raw).payload)
    tags = tags_of(statement, CATALOGUE.get(statement.type))
    pending = Pending(
        raw,
        statement.type,
        tags,
        statement.key if columns else None,
        statement.seq if columns else None,
        statement.nonce if columns else None,
    )
    [receipt] = garden.ledger.store.append([pending])
    assert not isinstance(receipt, Exception), receipt
    return receipt.index


def _bury(garden: Garden, index: int, *, withdraw: bool = True, **lies: object) -> int:
    """Record an erasure of a whole envelope, with a tombstone that lies if asked to."""
    statement = _statement(garden, index)
    name = garden.hash(index)
    stone = {
        "hash": name,
        "type": statement.type,
        "author": statement.author,
        "key": statement.key,
        "seq": statement.seq,
        "nonce": statement.nonce,
        "payload_hash": statement.payload_hash,
        "ids": sorted(tags_of(statement, CATALOGUE.get(statement.type))),
        **lies,
    }
    body = {"about": statement.author, "ground": "asked", "values": [], "tombstones": [stone]}
    raw = garden.seal(garden.operator, "values-erased/v1", body, erased=[name])
    erasure = _force(garden, raw)
    if withdraw:
        garden.ledger.store.withdraw(name)
    return erasure


def _statement(garden: Garden, index: int) -> Any:
    raw = garden.ledger.entry(index).envelope
    assert raw is not None
    return parse_statement(parse_envelope(raw).payload)
