"""The one door: what is recorded, what is refused, and what two writers do to each other."""

from __future__ import annotations

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from builder import CATALOGUE, DECISION, NOTE, VOTE, Actor, Garden, check_log

from ledger.checkpoint import parse_checkpoint
from ledger.disclosure import make
from ledger.encoding import b64encode
from ledger.envelope import seal
from ledger.errors import Conflict, Malformed, Refused, StorageFailed, Unverified
from ledger.intake import Item
from ledger.keys import SigningKey
from ledger.log import Ledger
from ledger.policy import Policy
from ledger.proof import verify_proof
from ledger.records import Condition
from ledger.standing import Standing
from ledger.vault import FileVault


@pytest.fixture
def garden(tmp_path: Path) -> Any:
    made = Garden.start(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def ana(garden: Garden) -> Actor:
    return garden.person("ana")


def other(garden: Garden) -> Ledger:
    """A second process on the same ledger."""
    return Ledger.open(garden.url, garden.origin, garden.catalogue, garden.vault)


def series(garden: Garden, actor: Actor, number: int) -> list[Item]:
    """Notes of one person, linked to each other and not yet recorded."""
    seq, prev = garden.ledger.next_link(actor.key.key_id)
    items = []
    for n in range(number):
        value = make("title", f"note {n}", garden.rng.randbytes)
        payload = garden.compose(actor, NOTE, {"n": n}, disclosures=[value], seq=seq + n, prev=prev)
        prev = hashlib.sha256(payload).hexdigest()
        items.append(Item(seal(payload, [actor.key]), [(value, actor.id)]))
    return items


def test_a_whole_ledger_verifies_and_still_does_after_a_restart(tmp_path: Path) -> None:
    garden = Garden.full(tmp_path)
    size = check_log(garden.ledger)
    garden.reopen()
    assert check_log(garden.ledger) == size
    garden.ledger.close()


def test_a_ledger_begins_with_its_charter(tmp_path: Path, garden: Garden) -> None:
    raw = garden.seal(garden.founders[0], NOTE, {}, seq=1, prev=None)
    with (
        Ledger.create(
            f"sqlite:///{tmp_path / 'new.db'}", garden.origin, CATALOGUE, garden.vault
        ) as empty,
        pytest.raises((Refused, Unverified)),
    ):
        empty.record(raw, today=garden.today)


def test_a_ledger_is_created_once(garden: Garden) -> None:
    with pytest.raises(Refused, match="there already"):
        Ledger.create(garden.url, garden.origin, CATALOGUE, garden.vault)


def test_the_same_bytes_give_the_first_receipt_again(garden: Garden, ana: Actor) -> None:
    raw = garden.seal(ana, NOTE, {})
    first = garden.ledger.record(raw, today=garden.today)
    garden.revoke(ana)
    again = garden.ledger.record(raw, today=garden.today + dt.timedelta(days=9))
    assert (again.index, again.leaf_hash, again.duplicate) == (first.index, first.leaf_hash, True)
    assert garden.ledger.head().size == first.index + 2


def test_the_same_nonce_with_other_bytes_is_a_conflict(garden: Garden, ana: Actor) -> None:
    raw = garden.seal(ana, NOTE, {}, nonce="A" * 22)
    garden.ledger.record(raw, today=garden.today)
    with pytest.raises(Conflict, match="nonce"):
        garden.say(ana, NOTE, {"n": 1}, nonce="A" * 22)


def test_an_unknown_type_is_refused(garden: Garden, ana: Actor) -> None:
    with pytest.raises(Refused, match="not known"):
        garden.say(ana, "moon-bought/v1", {})


def test_a_statement_for_another_ledger_is_refused(garden: Garden, ana: Actor) -> None:
    with pytest.raises(Refused, match="is for the ledger"):
        garden.say(ana, NOTE, {}, ledger="example.org/other")


def test_a_new_day_waits_for_the_operator(garden: Garden, ana: Actor) -> None:
    raw = garden.seal(ana, NOTE, {})
    tomorrow = garden.today + dt.timedelta(days=1)
    with pytest.raises(Refused, match="only the operator's event key"):
        garden.ledger.record(raw, today=tomorrow)
    garden.new_day()
    assert garden.ledger.record(raw, today=tomorrow).index == 3


def test_a_day_that_has_not_come_is_not_opened(garden: Garden) -> None:
    with pytest.raises(Refused, match="has not come"):
        garden.say(garden.operator, "day-opened/v1", {"day": "2026-03-09"})


def test_every_committed_value_comes_with_its_disclosure(garden: Garden, ana: Actor) -> None:
    value = make("title", "A")
    raw = garden.seal(ana, NOTE, {}, disclosures=[value])
    with pytest.raises(Unverified, match="without disclosure"):
        garden.ledger.record(raw, today=garden.today)
    garden.ledger.record(raw, [(value, ana.id)], today=garden.today)


def test_a_disclosure_nobody_committed_to_is_refused(garden: Garden, ana: Actor) -> None:
    value = make("title", "A")
    raw = garden.seal(ana, NOTE, {}, disclosures=[value])
    with pytest.raises(Unverified, match="not in `_sd`"):
        garden.ledger.record(raw, [(make("title", "B"), ana.id)], today=garden.today)


def test_a_value_must_be_named_in_has(garden: Garden, ana: Actor) -> None:
    value = make("title", "A")
    raw = garden.seal(ana, NOTE, {"has": ["reason"]}, sd=[value.digest])
    with pytest.raises(Unverified, match="does not name it"):
        garden.ledger.record(raw, [(value, ana.id)], today=garden.today)


def test_has_and_sd_count_the_same(garden: Garden, ana: Actor) -> None:
    with pytest.raises(Unverified, match="commits to 0"):
        garden.say(ana, NOTE, {"has": ["reason"]})


def test_values_come_back_by_name_and_are_encrypted_at_rest(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {}, values={"title": "Hedge", "reason": ["a", 1]})
    assert garden.ledger.disclosed(index) == {"title": "Hedge", "reason": ["a", 1]}
    assert all(b"Hedge" not in row.blob for row in garden.ledger.store.disclosures(index))


def test_a_text_about_nobody_lies_under_the_ledgers_own_key(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, DECISION, {}, values={"question": "Which path?"}, subject="")
    [(_, subject)] = garden.ledger.disclosures(index)
    assert subject == garden.origin


def test_a_place_in_a_chain_is_taken_once(garden: Garden, ana: Actor) -> None:
    first, second = (garden.seal(ana, NOTE, {"n": n}) for n in (1, 2))
    garden.ledger.record(first, today=garden.today)
    with pytest.raises(Conflict, match="taken"):
        garden.ledger.record(second, today=garden.today)


def test_a_false_link_is_a_conflict(garden: Garden, ana: Actor) -> None:
    garden.say(ana, NOTE, {})
    with pytest.raises(Conflict, match="does not follow"):
        garden.say(ana, NOTE, {}, prev="ab" * 32)


def test_a_statement_that_waited_arrives_into_its_gap(garden: Garden, ana: Actor) -> None:
    one, two, three = series(garden, ana, 3)
    for item in (one, three, two):
        garden.ledger.record(*item, today=garden.today)
    check_log(garden.ledger)


def test_what_arrives_into_a_gap_must_be_what_was_linked_to(garden: Garden, ana: Actor) -> None:
    one, _, three = series(garden, ana, 3)
    for item in (one, three):
        garden.ledger.record(*item, today=garden.today)
    first = garden.ledger.store.chain_at(ana.key.key_id, 1)
    assert first is not None
    prev = hashlib.sha256(garden.ledger.opened(first.index)[1].payload).hexdigest()
    false = garden.seal(ana, NOTE, {"n": "other"}, seq=2, prev=prev)
    with pytest.raises(Conflict, match="does not follow"):
        garden.ledger.record(false, today=garden.today)


def test_a_revocation_that_got_in_between_is_seen(garden: Garden, ana: Actor) -> None:
    raw = garden.seal(ana, NOTE, {})
    with other(garden) as elsewhere:
        body = {"key": ana.key.key_id, "reason": "lost"}
        elsewhere.record(
            garden.seal(garden.founders[0], "key-revoked/v1", body), today=garden.today
        )
    with pytest.raises(Unverified, match="last entry"):
        garden.ledger.record(raw, today=garden.today)
    check_log(garden.ledger)


def test_a_key_enrolled_elsewhere_is_known_here_at_once(garden: Garden) -> None:
    with other(garden) as elsewhere:
        garden.ledger, here = elsewhere, garden.ledger
        ben = garden.person("ben")
        garden.ledger = here
        garden.say(ben, NOTE, {})
    check_log(garden.ledger)


def test_two_processes_take_turns_with_one_key(garden: Garden, ana: Actor) -> None:
    with other(garden) as elsewhere:
        for ledger in (garden.ledger, elsewhere) * 5:
            ledger.record(garden.seal(ana, NOTE, {}), today=garden.today)
    check_log(garden.ledger)


def test_a_condition_that_is_no_longer_met_is_a_conflict(garden: Garden, ana: Actor) -> None:
    decision = garden.new_id("decision")
    body = {"decision": decision, "choice": "yes"}
    seen = garden.ledger.head().size
    once = Condition.of(tags={f"ballot|{decision}|{ana.id}"}, after=seen)
    garden.ledger.record(garden.seal(ana, VOTE, body), conditions=[once], today=garden.today)
    with pytest.raises(Conflict):
        garden.ledger.record(garden.seal(ana, VOTE, body), conditions=[once], today=garden.today)
    check_log(garden.ledger)


def test_many_threads_record_and_nothing_is_lost(garden: Garden) -> None:
    people = [garden.person(f"p{n}") for n in range(6)]
    batches = [series(garden, person, 15) for person in people]

    def write(items: list[Item]) -> None:
        for item in items:
            garden.ledger.record(*item, today=garden.today)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, batches))
    assert check_log(garden.ledger) == 7 + 6 * 15


def test_an_import_records_all_in_order(garden: Garden, ana: Actor) -> None:
    items = series(garden, ana, 25)
    receipts = garden.ledger.record_many(items, today=garden.today, chunk=10)
    assert [receipt.index for receipt in receipts] == list(range(2, 27))
    check_log(garden.ledger)


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_what_a_writer_learns_of_its_import_is_what_it_would_read(
    garden: Garden, ana: Actor, chunk: int
) -> None:
    ben = garden.person("ben")
    mixed = [
        item
        for pair in zip(series(garden, ana, 20), series(garden, ben, 20), strict=True)
        for item in pair
    ]
    garden.ledger.record_many(mixed, today=garden.today, chunk=chunk)
    learnt, read = garden.ledger._standing, Standing(garden.ledger.store)
    assert learnt.size == read.size == 43
    assert learnt._complete == read._complete
    for person in (ana, ben):
        assert learnt.tip(person.key.key_id)[:2] == read.tip(person.key.key_id)[:2]
    assert garden.say(ana, NOTE, {}) == 43
    check_log(garden.ledger)


def test_an_import_stops_at_what_may_no_longer_be_signed(garden: Garden, ana: Actor) -> None:
    """Of many alike the first is asked alone, until keys or days move."""
    items = series(garden, ana, 6)
    lost = {"key": ana.key.key_id, "reason": "lost"}
    end = Item(garden.seal(garden.founders[0], "key-revoked/v1", lost))
    with pytest.raises(Unverified, match="may not sign"):
        garden.ledger.record_many([*items[:3], end, *items[3:]], today=garden.today, chunk=20)
    assert check_log(garden.ledger) == 2 + 4


def test_an_import_makes_all_new_data_keys_of_a_portion_at_once(tmp_path: Path) -> None:
    written: list[str] = []
    with FileVault(tmp_path / "vault.db") as vault:
        garden = Garden.start(tmp_path, vault=vault)
        ana = garden.person("ana")
        people = [garden.new_id("person") for _ in range(20)]
        items = [
            Item(item.envelope, [(value, person) for value, _ in item.disclosures])
            for item, person in zip(series(garden, ana, 20), people, strict=True)
        ]
        vault._connection.set_trace_callback(written.append)
        garden.ledger.record_many(items, today=garden.today, chunk=10)
        vault._connection.set_trace_callback(None)
        assert None not in vault.keys_for(people).values()
        assert check_log(garden.ledger) == 22
        garden.ledger.close()
    assert sum(line.startswith("COMMIT") for line in written) == 2


def test_an_erasure_within_an_import_leaves_the_rest_under_the_new_key(
    garden: Garden, ana: Actor
) -> None:
    first = garden.say(ana, NOTE, {"about": ana.id}, values={"title": "A", "reason": "b"})
    erasure = Item(garden.erasure(ana, values=[first], names=["title"]))
    old = garden.vault.key_for(ana.id)
    items = series(garden, ana, 8)
    garden.ledger.record_many([*items[:4], erasure, *items[4:]], today=garden.today)
    assert garden.vault.key_for(ana.id) != old
    assert garden.ledger.disclosed(first) == {"reason": "b"}
    for index in (*range(first + 1, first + 5), *range(first + 6, first + 10)):
        assert "title" in garden.ledger.disclosed(index)
    assert check_log(garden.ledger) == first + 10


def test_an_import_cut_short_is_taken_up_by_running_it_again(garden: Garden, ana: Actor) -> None:
    items = series(garden, ana, 25)
    garden.ledger.record_many(items[:12], today=garden.today, chunk=5)
    garden.reopen()
    receipts = garden.ledger.record_many(items, today=garden.today, chunk=10)
    assert [receipt.duplicate for receipt in receipts] == [True] * 12 + [False] * 13
    assert [receipt.index for receipt in receipts] == list(range(2, 27))
    assert check_log(garden.ledger) == 27


def test_an_import_may_enrol_the_keys_it_then_uses(garden: Garden, tmp_path: Path) -> None:
    flo = garden.founders[0]
    key = SigningKey.generate()
    ben = Actor("ben", garden.new_id("person"), [key])
    body = {"person": ben.id, "key": key.key_id, "public": key.public.hex(), "via": "import"}
    enrol = Item(garden.seal(flo, "key-enrolled/v1", body, also=[key]))
    garden.ledger.record_many([enrol, *series(garden, ben, 4)], today=garden.today)
    assert check_log(garden.ledger) == 6


def test_an_import_stops_at_a_forged_signature(garden: Garden, ana: Actor) -> None:
    items = series(garden, ana, 12)
    forged = items[7].envelope.replace(b'"sig":"', b'"sig":"AAAA')[: len(items[7].envelope)]
    broken = [*items[:7], items[7]._replace(envelope=forged), *items[8:]]
    with pytest.raises((Unverified, Malformed)):
        garden.ledger.record_many(broken, today=garden.today, chunk=3)
    assert check_log(garden.ledger) in (2, 5, 8)


def test_an_import_beside_another_writer_loses_nothing(garden: Garden, ana: Actor) -> None:
    ben = garden.person("ben")
    items = series(garden, ana, 60)

    def slowly() -> Any:
        for number, item in enumerate(items):
            if number % 10 == 5:
                with other(garden) as elsewhere:
                    raw = garden.seal(ben, NOTE, {"between": number})
                    elsewhere.record(raw, today=garden.today)
            yield item

    receipts = garden.ledger.record_many(slowly(), today=garden.today, chunk=7)
    assert len({receipt.index for receipt in receipts}) == 60
    assert check_log(garden.ledger) == 3 + 60 + 6


def test_a_checkpoint_is_retained_and_becomes_the_anchor(garden: Garden) -> None:
    garden.person("ana")
    note = garden.checkpoint()
    checkpoint = parse_checkpoint(note)
    assert (checkpoint.size, checkpoint.root) == (2, garden.ledger.head().root)
    anchor = {"size": 2, "root": b64encode(checkpoint.root)}
    assert garden.ledger.anchor() == anchor
    index = garden.say(garden.founders[0], NOTE, {})
    assert garden.ledger.opened(index)[1].anchor_size == 2
    check_log(garden.ledger)


def test_a_checkpoint_at_the_same_size_is_the_one_that_is_kept(garden: Garden) -> None:
    note = garden.checkpoint()
    assert garden.ledger.make_checkpoint(garden.log_key) == note


def test_a_checkpoint_is_signed_by_the_key_the_charter_names(garden: Garden) -> None:
    with pytest.raises(Refused, match="names the log key"):
        garden.ledger.make_checkpoint(SigningKey.generate())


def test_an_anchor_that_was_never_signed_is_unverified(garden: Garden) -> None:
    root = b64encode(garden.ledger.head().root)
    with pytest.raises(Unverified, match="no checkpoint of that size"):
        garden.say(garden.founders[0], NOTE, {}, anchor={"size": 1, "root": root})


def test_a_checkpoint_made_elsewhere_serves_as_anchor_here(garden: Garden) -> None:
    with other(garden) as elsewhere:
        elsewhere.make_checkpoint(garden.log_key)
    garden.say(garden.founders[0], NOTE, {})
    check_log(garden.ledger)


def test_a_proof_of_an_entry_stands_alone(garden: Garden, ana: Actor) -> None:
    from ledger.envelope import leaf_entry

    index = garden.say(ana, NOTE, {})
    with pytest.raises(Refused, match="no checkpoint"):
        garden.ledger.proof(index)
    garden.checkpoint()
    policy = Policy.parse(garden.policy)
    entry = leaf_entry(garden.hash(index))
    assert verify_proof(garden.ledger.proof(index), entry, policy)[0] == index


def test_a_database_behind_its_high_water_mark_is_refused(tmp_path: Path) -> None:
    garden = Garden.start(tmp_path)
    garden.ledger.close()
    old = (tmp_path / "ledger.db").read_bytes()
    garden.reopen()
    garden.person("ana")
    garden.checkpoint()
    garden.ledger.close()
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "ledger.db").write_bytes(old)
    with pytest.raises(StorageFailed, match="already vouched for"):
        garden.reopen()


def test_a_mark_raised_while_the_ledger_is_open_stops_the_next_append(garden: Garden) -> None:
    from ledger.checkpoint import HighWaterMark

    HighWaterMark(garden.path / "high-water").raise_to(50, bytes(32))
    with pytest.raises(StorageFailed, match="already vouched for"):
        garden.person("ana")


def test_bytes_that_are_no_statement_are_malformed(garden: Garden) -> None:
    with pytest.raises(Malformed):
        garden.ledger.record(b"{}", today=garden.today)
    raw = seal(b"{}", [garden.operator.key], "application/other")
    with pytest.raises(Malformed, match="payload type"):
        garden.ledger.record(raw, today=garden.today)


def test_next_link_goes_on_behind_a_withdrawn_envelope(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {})
    garden.erase(ana, withdraw=[index])
    garden.say(ana, NOTE, {})
    check_log(garden.ledger)
