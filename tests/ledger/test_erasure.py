"""Erasing: what an erasure may say, what is gone after it, and that a crash in between mends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builder import CATALOGUE, NOTE, VOTE, Actor, Garden, check_log

import ledger.erasure as erasing
from ledger.errors import Malformed, Refused
from ledger.owned import read_erased
from ledger.types import tags_of
from ledger.vault import FileVault, MemoryVault


@pytest.fixture
def garden(tmp_path: Path) -> Any:
    made = Garden.start(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def ana(garden: Garden) -> Actor:
    return garden.person("ana")


class Crash(Exception):
    """The process dies here."""


def test_an_erased_value_is_gone_and_its_neighbour_stays(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {}, values={"title": "A", "reason": "B"})
    garden.erase(ana, values=[index], names=["reason"])
    assert garden.ledger.disclosed(index) == {"title": "A"}
    check_log(garden.ledger)


def test_the_old_data_key_reads_nothing_that_remains(garden: Garden, ana: Actor) -> None:
    kept = garden.say(ana, NOTE, {}, values={"title": "A"})
    gone = garden.say(ana, NOTE, {}, values={"title": "B"})
    before = garden.ledger.store.disclosures(gone)[0]
    old = garden.vault.key_for(ana.id)
    garden.erase(ana, values=[gone])
    assert garden.vault.key_for(ana.id) not in (None, old)
    assert garden.vault.retiring_key(ana.id) is None
    assert garden.ledger.disclosed(kept) == {"title": "A"}
    with pytest.raises(Exception, match="does not decrypt"):
        erasing.reveal(before, garden.vault, garden.origin)


def test_when_nothing_remains_the_data_key_is_destroyed(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {}, values={"title": "A"})
    garden.erase(ana, values=[index])
    assert garden.vault.key_for(ana.id) is None
    assert garden.ledger.disclosed(index) == {}
    again = garden.say(ana, NOTE, {}, values={"title": "C"})
    assert garden.ledger.disclosed(again) == {"title": "C"}


def test_other_peoples_values_are_not_touched(garden: Garden, ana: Actor) -> None:
    ben = garden.person("ben")
    theirs = garden.say(ben, NOTE, {"about": ana.id}, values={"title": "B"})
    key = garden.vault.key_for(ben.id)
    mine = garden.say(ana, NOTE, {}, values={"title": "A"})
    garden.erase(ana, values=[mine])
    assert garden.vault.key_for(ben.id) == key
    assert garden.ledger.disclosed(theirs) == {"title": "B"}


def test_a_withdrawn_envelope_leaves_leaf_place_tags_and_tombstone(
    garden: Garden, ana: Actor
) -> None:
    index = garden.say(ana, NOTE, {"about": ana.id}, values={"story": "long"})
    envelope, statement = garden.ledger.opened(index)
    root = garden.ledger.root_at(index + 1)
    garden.erase(ana, withdraw=[index])
    entry = garden.ledger.entry(index)
    assert entry.envelope is None
    assert (entry.chain, entry.seq) == (ana.key.key_id, statement.seq)
    assert set(entry.tags) == tags_of(statement, CATALOGUE[NOTE])
    assert garden.ledger.withdrawn_hash(index) == envelope.hash
    assert garden.ledger.root_at(index + 1) == root
    assert garden.ledger.disclosed(index) == {}
    with pytest.raises(Refused, match="withdrawn"):
        garden.ledger.opened(index)
    garden.say(ana, NOTE, {})
    check_log(garden.ledger)


def test_the_withdrawn_bytes_are_not_in_the_answer_to_any_query(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {"word": "unmistakable"})
    garden.erase(ana, withdraw=[index])
    assert next(e for e in garden.ledger.about(ana.id) if e.index == index).envelope is None


def test_a_type_the_charter_does_not_list_keeps_its_envelope(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, VOTE, {"choice": "yes"})
    with pytest.raises(Refused, match="may not be withdrawn"):
        garden.erase(ana, withdraw=[index])
    assert garden.ledger.entry(index).envelope is not None


def test_charter_and_catalogue_must_both_allow_a_withdrawal(tmp_path: Path) -> None:
    garden = Garden.start(tmp_path, withdrawable=[VOTE])
    ana = garden.person("ana")
    for index in (garden.say(ana, VOTE, {}), garden.say(ana, NOTE, {})):
        with pytest.raises(Refused, match="may not be withdrawn"):
            garden.erase(ana, withdraw=[index])
    garden.ledger.close()


def test_a_tombstone_must_repeat_its_envelope(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {"about": ana.id})
    true = garden.ledger.tombstone_for(index).as_body()
    for name, false in (("seq", 9), ("author", garden.founders[0].id), ("ids", [])):
        stone = true | {name: false}
        body = {"about": ana.id, "ground": "asked", "values": [], "tombstones": [stone]}
        with pytest.raises(Refused, match=f"differs from its envelope in .*{name}"):
            garden.say(garden.operator, "values-erased/v1", body, erased=[true["hash"]])


def test_tombstones_and_erased_name_the_same_envelopes(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {})
    stone = garden.ledger.tombstone_for(index).as_body()
    body = {"about": ana.id, "ground": "asked", "values": [], "tombstones": [stone]}
    with pytest.raises(Malformed, match="same envelopes"):
        garden.say(garden.operator, "values-erased/v1", body, erased=["ab" * 32])


def test_a_digest_the_entry_never_had_is_refused(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {}, values={"title": "A"})
    values = [{"entry": garden.hash(index), "digests": ["A" * 43]}]
    body = {"about": ana.id, "ground": "asked", "values": values, "tombstones": []}
    with pytest.raises(Refused, match="never committed"):
        garden.say(garden.operator, "values-erased/v1", body)


def test_what_was_withdrawn_is_not_withdrawn_again(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {})
    stone = garden.ledger.tombstone_for(index).as_body()
    garden.erase(ana, withdraw=[index])
    body = {"about": ana.id, "ground": "asked", "values": [], "tombstones": [stone]}
    with pytest.raises(Refused, match="withdrawn already"):
        garden.say(garden.operator, "values-erased/v1", body, erased=[stone["hash"]])


def test_erase_takes_nothing_but_an_erasure(garden: Garden, ana: Actor) -> None:
    with pytest.raises(Refused, match="only values-erased"):
        garden.ledger.erase(garden.seal(ana, NOTE, {}), today=garden.today)


STEPS = ("replace", "delete", "reseal", "settle", "withdraw", "nothing")


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_in_between_is_mended_by_the_next_opening(
    garden: Garden, ana: Actor, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = garden.say(ana, NOTE, {}, values={"title": "A", "reason": "B"})
    gone = garden.say(ana, NOTE, {}, values={"story": "C"})
    old = garden.vault.key_for(ana.id)
    raw = garden.erasure(ana, values=[kept], names=["reason"], withdraw=[gone])
    store, vault = garden.ledger.store, garden.vault

    def dies(*_: object) -> None:
        raise Crash

    targets: dict[str, tuple[object, str]] = {
        "replace": (vault, "replace"),
        "delete": (store, "delete_disclosures"),
        "reseal": (store, "reseal"),
        "settle": (vault, "settle"),
        "withdraw": (store, "withdraw"),
    }
    if step in targets:
        with monkeypatch.context() as patch:
            patch.setattr(*targets[step], dies)
            with pytest.raises(Crash):
                garden.ledger.erase(raw, today=garden.today)
    else:
        garden.ledger.erase(raw, today=garden.today)
    garden.reopen()
    assert garden.ledger.disclosed(kept) == {"title": "A"}
    assert garden.ledger.entry(gone).envelope is None
    assert garden.vault.key_for(ana.id) not in (None, old)
    assert garden.vault.unsettled() == []
    check_log(garden.ledger)


def test_a_crash_before_anything_was_carried_out_is_mended_too(
    garden: Garden, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = garden.say(ana, NOTE, {}, values={"title": "A"})
    with monkeypatch.context() as patch:
        patch.setattr("ledger.log.carry_out", lambda *_: None)
        garden.erase(ana, values=[index])
    assert garden.ledger.disclosed(index) == {"title": "A"}
    garden.reopen()
    assert garden.ledger.disclosed(index) == {}


def test_finishing_twice_finds_nothing_the_second_time(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {}, values={"title": "A"})
    garden.erase(ana, values=[index], withdraw=[index])
    assert garden.ledger.finish_erasures() == 0


def test_a_value_written_while_its_key_was_replaced_stays_readable(
    garden: Garden, ana: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    garden.say(ana, NOTE, {}, values={"title": "A"})
    append: Callable[..., Any] = garden.ledger.store.append

    def replaced_meanwhile(*args: Any, **options: Any) -> Any:
        outcome = append(*args, **options)
        garden.vault.destroy(ana.id)
        garden.vault.key_for(ana.id, create=True)
        return outcome

    with monkeypatch.context() as patch:
        patch.setattr(garden.ledger.store, "append", replaced_meanwhile)
        index = garden.say(ana, NOTE, {}, values={"title": "B"})
    assert garden.ledger.disclosed(index) == {"title": "B"}


def test_erasing_works_the_same_with_a_vault_in_a_file(tmp_path: Path) -> None:
    with FileVault(tmp_path / "vault.db") as vault:
        garden = Garden.full(tmp_path, vault=vault)
        garden.reopen()
        check_log(garden.ledger)
        garden.ledger.close()


def test_losing_the_vault_loses_the_values_and_nothing_else(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {}, values={"title": "A"})
    garden.ledger.vault = garden.vault = MemoryVault()
    with pytest.raises(Refused, match="still verifies"):
        garden.ledger.disclosed(index)


def test_an_erasure_read_back_says_what_was_erased(garden: Garden, ana: Actor) -> None:
    index = garden.say(ana, NOTE, {}, values={"title": "A"})
    [(value, _)] = garden.ledger.disclosures(index)
    erased = garden.erase(ana, values=[index])
    found = read_erased(garden.ledger.opened(erased)[1])
    assert (found.about, found.ground) == (ana.id, "asked")
    assert [(v.entry, v.digests) for v in found.values] == [(garden.hash(index), (value.digest,))]
