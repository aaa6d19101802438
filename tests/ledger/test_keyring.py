"""Who may sign at which index: charter, enrolment, rotation, revocation, and the ledger day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from builder import NOTE, Actor, Garden

from ledger.envelope import parse_envelope
from ledger.errors import LedgerError, Malformed, Refused, Unverified
from ledger.keyring import Keyring
from ledger.keys import SigningKey
from ledger.statement import Statement, parse_statement


@pytest.fixture
def garden(tmp_path: Path) -> Any:
    made = Garden.start(tmp_path)
    yield made
    made.ledger.close()


def read(garden: Garden, raw: bytes) -> Statement:
    return parse_statement(parse_envelope(raw).payload)


def founded(garden: Garden, **body: Any) -> Keyring:
    """The keyring of a charter like the garden's, with parts of its body exchanged."""
    charter = garden.charter_body(()) | body
    raw = garden.seal(
        garden.operator,
        "charter-adopted/v1",
        charter,
        also=garden.founders,
        seq=1,
        prev=None,
        anchor=None,
    )
    keyring = Keyring()
    keyring.apply(0, read(garden, raw), parse_envelope(raw).hash)
    return keyring


def test_the_charter_gives_origin_keys_operator_and_first_day(garden: Garden) -> None:
    keyring = garden.ledger.keyring()
    assert keyring.origin == garden.origin
    assert keyring.log_vkey == garden.log_vkey
    assert keyring.operator_key == garden.operator.key.key_id
    assert keyring.ledger_day == dt.date(2026, 3, 2)
    assert keyring.withdrawable == {NOTE}
    assert [record.holder for record in list(keyring.keys())] == [
        *(founder.id for founder in garden.founders),
        garden.operator.id,
    ]
    assert keyring.charter_hash == garden.hash(0)


def test_a_charter_must_be_signed_by_every_founder(garden: Garden) -> None:
    raw = garden.seal(
        garden.operator,
        "charter-adopted/v1",
        garden.charter_body(()),
        also=garden.founders[:1],
        seq=1,
        prev=None,
    )
    with pytest.raises(Unverified, match="every founder key"):
        Keyring().apply(0, read(garden, raw))


def test_a_charter_must_name_the_ledger_it_is_written_for(garden: Garden) -> None:
    with pytest.raises(Unverified, match="origin"):
        founded(garden, origin="example.org/elsewhere")


def test_a_charter_has_exactly_one_operator(garden: Garden) -> None:
    with pytest.raises(Malformed, match="exactly one operator"):
        founded(garden, keys=garden.charter_body(())["keys"][:2])


@pytest.mark.parametrize("public", ["00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f"])
def test_a_key_of_small_order_is_refused_for_anybody_could_sign_with_it(
    garden: Garden, public: str
) -> None:
    keys = garden.charter_body(())["keys"]
    with pytest.raises(Malformed):
        founded(garden, keys=[keys[0] | {"public": public}, *keys[1:]])


def test_a_key_must_match_its_id(garden: Garden) -> None:
    keys = garden.charter_body(())["keys"]
    with pytest.raises(Malformed, match="is not the id"):
        founded(garden, keys=[keys[0] | {"public": keys[1]["public"]}, *keys[1:]])


def test_nothing_but_a_charter_is_entry_0_and_it_is_no_other_entry(garden: Garden) -> None:
    charter = read(garden, garden.ledger.entry(0).envelope or b"")
    with pytest.raises(Unverified, match="entry 0"):
        garden.ledger.keyring().copy().apply(1, charter)
    raw = garden.seal(garden.operator, "day-opened/v1", {"day": "2026-03-03"})
    with pytest.raises(LedgerError, match="charter"):
        Keyring().apply(0, read(garden, raw))


def test_an_enrolled_key_signs_its_own_enrolling_and_everything_after(garden: Garden) -> None:
    ana = garden.person("ana")
    record = garden.ledger.keyring().key(ana.key.key_id)
    assert (record.holder, record.enrolled_at, record.via) == (ana.id, 1, "enrolled")
    assert garden.say(ana, NOTE, {}) == 2
    assert not record.may_sign(1)
    assert record.may_sign(2)


def test_a_new_key_must_sign_its_enrolling(garden: Garden) -> None:
    key = SigningKey.generate()
    body = {"person": garden.new_id("person"), "key": key.key_id, "via": "invitation"}
    raw = garden.seal(garden.founders[0], "key-enrolled/v1", body | {"public": key.public.hex()})
    with pytest.raises(Unverified, match="did not sign"):
        garden.ledger.record(raw, today=garden.today)


def test_a_new_key_cannot_say_in_its_own_enrolling_whose_it_is(garden: Garden) -> None:
    victim, stranger = garden.person("ana"), SigningKey.generate()
    body = {"person": victim.id, "key": stranger.key_id, "via": "person"}
    raw = garden.seal(
        Actor(victim.name, victim.id, [stranger]),
        "key-enrolled/v1",
        body | {"public": stranger.public.hex()},
    )
    before = garden.ledger.head().size
    with pytest.raises(Unverified, match="belong to the author"):
        garden.ledger.record(raw, today=garden.today)
    assert garden.ledger.head().size == before


def test_a_key_is_enrolled_once(garden: Garden) -> None:
    ana = garden.person("ana")
    with pytest.raises(Unverified, match="enrolled once"):
        garden.enrol(ana, ana.key)


def test_a_second_device_of_one_person_is_a_second_key(garden: Garden) -> None:
    ana = garden.person("ana")
    tablet = SigningKey.generate()
    garden.enrol(ana, tablet)
    garden.say(ana, NOTE, {}, key=tablet)
    assert [k.key_id for k in garden.ledger.keyring().keys_of(ana.id)] == [
        ana.key.key_id,
        tablet.key_id,
    ]


def test_after_rotation_the_new_key_signs_and_the_old_no_longer(garden: Garden) -> None:
    ana = garden.person("ana")
    old = ana.key
    at = garden.rotate(ana)
    garden.say(ana, NOTE, {})
    assert garden.ledger.keyring().key(old.key_id).revoked_at == at
    with pytest.raises(Unverified, match="last entry was"):
        garden.say(ana, NOTE, {}, key=old)


def test_a_rotation_is_signed_by_the_old_key(garden: Garden) -> None:
    ana = garden.person("ana")
    new = SigningKey.generate()
    body = {"old": ana.key.key_id, "new": new.key_id, "public": new.public.hex()}
    with pytest.raises(Unverified, match="old key"):
        garden.say(garden.founders[0], "key-rotated/v1", body, also=[new])


def test_the_revoking_entry_is_the_last_that_the_key_may_sign(garden: Garden) -> None:
    ana = garden.person("ana")
    body = {"key": ana.key.key_id, "reason": "lost"}
    at = garden.say(ana, "key-revoked/v1", body)
    record = garden.ledger.keyring().key(ana.key.key_id)
    assert record.may_sign(at)
    assert not record.may_sign(at + 1)
    with pytest.raises(Unverified, match="last entry"):
        garden.say(ana, NOTE, {})


def test_a_revoked_key_is_not_revoked_again_nor_enrolled_again(garden: Garden) -> None:
    ana = garden.person("ana")
    garden.revoke(ana)
    with pytest.raises(Unverified, match="already"):
        garden.revoke(ana)
    with pytest.raises(Unverified, match="last entry"):
        garden.enrol(ana, ana.key)


def test_entries_from_suspect_from_on_are_contested(garden: Garden) -> None:
    ana = garden.person("ana")
    first, second = garden.say(ana, NOTE, {}), garden.say(ana, NOTE, {})
    garden.revoke(ana, suspect_from=second)
    keyring = garden.ledger.keyring()
    assert not keyring.contested(ana.key.key_id, first)
    assert keyring.contested(ana.key.key_id, second)


def test_suspicion_cannot_begin_in_the_future(garden: Garden) -> None:
    ana = garden.person("ana")
    with pytest.raises(Unverified, match="suspect_from"):
        garden.revoke(ana, suspect_from=99)


def test_the_operators_key_is_rotated_and_never_revoked(garden: Garden) -> None:
    with pytest.raises(Unverified, match="never revoked"):
        garden.revoke(garden.operator)
    garden.rotate_operator()
    assert garden.ledger.keyring().operator_key == garden.operator.key.key_id
    garden.new_day()


def test_an_old_operator_key_opens_no_day(garden: Garden) -> None:
    old = garden.operator.key
    garden.rotate_operator()
    with pytest.raises(Unverified):
        garden.say(garden.operator, "day-opened/v1", {"day": "2026-03-02"}, key=old)


def test_only_the_operator_opens_a_day(garden: Garden) -> None:
    with pytest.raises(Unverified, match="only the operator's event key"):
        garden.say(garden.founders[0], "day-opened/v1", {"day": "2026-03-02"})


def test_the_ledger_day_never_goes_back(garden: Garden) -> None:
    garden.new_day()
    with pytest.raises(Unverified, match="never goes back"):
        garden.say(garden.operator, "day-opened/v1", {"day": "2026-03-02"})


def test_the_primary_key_must_be_the_authors(garden: Garden) -> None:
    ana, ben = garden.person("ana"), garden.person("ben")
    with pytest.raises(Unverified, match="primary key"):
        garden.say(ana, NOTE, {}, key=ben.key)


def test_an_unknown_signer_is_unverified(garden: Garden) -> None:
    with pytest.raises(Unverified, match="never enrolled"):
        garden.say(garden.founders[0], NOTE, {}, also=[SigningKey.generate()])


def test_a_refused_statement_leaves_the_keyring_as_it_was(garden: Garden) -> None:
    ana = garden.person("ana")
    keyring = garden.ledger.keyring().copy()
    before = list(keyring.keys())
    raw = garden.seal(garden.founders[0], "key-revoked/v1", {"key": ana.key.key_id, "reason": 5})
    with pytest.raises(Malformed):
        keyring.apply(2, read(garden, raw))
    assert list(keyring.keys()) == before


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("day-opened/v1", {"day": "2026-02-30"}),
        ("day-opened/v1", {"day": "2026-03-03", "hour": 5}),
        ("key-revoked/v1", {"key": "zz", "reason": "lost"}),
        ("key-rotated/v1", {"old": "ab" * 32, "new": "ab" * 32}),
        ("key-enrolled/v1", {}),
    ],
)
def test_a_body_of_another_shape_is_malformed(
    garden: Garden, type_: str, body: dict[str, Any]
) -> None:
    with pytest.raises((Malformed, Refused)):
        garden.say(garden.operator, type_, body)
