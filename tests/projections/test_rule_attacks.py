"""What a hostile reviewer tried against the rules: every test is one attack, and how it ends.

The steward holds the operator's key and Ana's, and writes past the program (``book.force``); the
audit has to name it. What the program itself refuses is tried through ``book.say``.
"""

from __future__ import annotations

from typing import Any

import pytest
from book import Book

from domain.refusal import NotAnEvent, Refused
from ledger.check import Report, check
from ledger.check_live import LiveSource
from ledger.encoding import new_id
from ledger.envelope import seal
from ledger.errors import DOES_NOT_MATCH, Finding
from ledger.keys import SigningKey
from ledger.statement import compose
from projections.bridge import catalogue
from projections.conduct import Conduct


@pytest.fixture
def line(book: Book) -> tuple[str, str]:
    """Ben, without a key, and the hash of a live line that Ana recorded about him."""
    project, ben = book.project(), book.person("community")
    book.gave(project, ben)
    return ben, book.hash(book.size - 1)


# The own voice ------------------------------------------------------------------------------------


def test_the_recorder_cannot_confirm_a_live_line_by_calling_it_history(
    book: Book, line: tuple[str, str]
) -> None:
    """In history mode no witness is needed; it must not reach what is live."""
    ben, hash_ = line
    _refused(book, "history-over-live", "record-confirmed/v1", _for(ben, hash_), mode="history")


def test_the_recorder_cannot_think_up_a_witness(book: Book, line: tuple[str, str]) -> None:
    ben, hash_ = line
    body = _for(ben, hash_, witness=new_id("person"))
    _refused(book, "no-witness", "record-confirmed/v1", body)


def test_the_recorder_cannot_name_a_witness_who_could_sign_and_did_not(
    book: Book, line: tuple[str, str]
) -> None:
    ben, hash_ = line
    dee = book.person()
    book.give_key(dee)
    body = _for(ben, hash_, witness=dee)
    _refused(book, "witness-unsigned", "record-confirmed/v1", body)


def test_a_witness_who_signs_is_heard(book: Book, line: tuple[str, str]) -> None:
    ben, hash_ = line
    dee = book.person()
    book.give_key(dee)
    body = _for(ben, hash_, witness=dee)
    book.say("record-confirmed/v1", body, signers=(book.ana, dee))
    assert not _step_10(book)


def test_a_ballot_cannot_say_it_is_for_somebody_else_than_its_voter(book: Book) -> None:
    project, ben = book.project(), book.person("community")
    book.say("person-enrolled/v1", {"person": book.ana, "project": project})
    decision = _decision(book, project, (book.ana, ben))
    body = {"decision": decision, "voter": book.ana, "choice": "yes", "for": ben}
    _refused(book, "not-about-you", "vote-cast/v1", body)


# Authority ----------------------------------------------------------------------------------------


def test_two_keys_of_one_person_cannot_name_two_grants(book: Book) -> None:
    """Only one of them would be judged; a reader could be shown the other."""
    other = SigningKey.generate()
    body = {"person": book.ana, "key": other.key_id, "public": other.public.hex()}
    first = book.keys[book.ana]
    raw = _signed(book, "key-enrolled/v1", body | {"via": "person"}, (first, other), {})
    book.put(raw)
    under = {first.key_id: book.grant, other.key_id: "0" * 64}
    raw = _signed(book, "project-opened/v1", {"project": new_id("project")}, (first, other), under)
    with pytest.raises(NotAnEvent, match="two grants"):
        book.put(raw)
    index = book.force(raw).index
    assert index in [finding.entry for finding in _step_10(book)]


def test_a_key_cannot_be_enrolled_for_somebody_by_a_member_without_the_power(book: Book) -> None:
    eve, ben = book.person(), book.person()
    book.give_key(eve)
    for via in ("person", "grant", "operator"):
        key = SigningKey.generate()
        body = {"person": ben, "key": key.key_id, "public": key.public.hex(), "via": via}
        book.keys[ben] = key
        index = book.force(
            book.sealed("key-enrolled/v1", body, author=eve, signers=(eve, ben), under=False)
        ).index
        assert index in [finding.entry for finding in _step_10(book)]


def test_the_operator_cannot_speak_as_somebody_who_has_a_key(book: Book) -> None:
    ben = book.person()
    book.give_key(ben)
    key = SigningKey.generate()
    body = {"person": ben, "key": key.key_id, "public": key.public.hex(), "via": "operator"}
    book.keys["new"] = key
    raw = book.sealed(
        "key-enrolled/v1", body, author=book.operator, signers=(book.operator, "new"), under=False
    )
    index = book.force(raw).index
    assert [finding.entry for finding in _step_10(book)] == [index]


def test_the_operators_key_cannot_be_revoked_nor_rotated_by_a_person(book: Book) -> None:
    operator = book.keys[book.operator]
    index = book.size
    with pytest.raises(Exception, match="rotated, never revoked"):
        book.force(book.sealed("key-revoked/v1", {"key": operator.key_id, "reason": "lost"}))
    new = book.keys["new"] = SigningKey.generate()
    body = {"old": operator.key_id, "new": new.key_id, "public": new.public.hex()}
    for type_ in ("key-rotated/v1", "operator-key-rotated/v1"):
        with pytest.raises(Exception, match=r"must sign|by operator-key-rotated"):
            book.force(book.sealed(type_, body, signers=(book.ana, "new")))
    assert book.size == index


def test_a_grant_recorded_afterwards_gives_no_power_today(book: Book) -> None:
    eve = book.person()
    book.give_key(eve)
    body = {"to": eve, "kinds": ["budget"], "scope": {}, "onward": 0, "by": book.ana}
    grant = book.hash(book.say("power-granted/v1", body, mode="history", on="2025-01-01").index)
    project = book.project()
    index = book.force(
        book.sealed(
            "budget-opened/v1",
            {
                "budget": new_id("budget"),
                "project": project,
                "amount": {"minor": 100, "currency": "GBP", "exponent": 2},
            },
            author=eve,
            under=grant,
        )
    ).index
    [found] = _step_10(book)
    assert (found.entry, "stands-on-history" in found.message) == (index, True)


# Erasure ------------------------------------------------------------------------------------------


def test_a_member_cannot_withdraw_an_entry_that_is_about_others_too(book: Book) -> None:
    project, ben, cy = book.project(), book.person(), book.person()
    body = {
        "contribution": new_id("contribution"),
        "project": project,
        "people": [{"person": ben}, {"person": cy}],
    }
    index = book.say("contribution-recorded/v1", body).index
    book.give_key(ben)
    stone = book.ledger.tombstone_for(index)
    erasure = {
        "about": ben,
        "ground": "request",
        "values": [],
        "tombstones": [stone.as_body()],
    }
    _refused(book, "about-others-too", "values-erased/v1", erasure, author=ben,
             erased=(stone.hash,))  # fmt: skip


def test_a_stranger_to_an_entry_cannot_erase_it(book: Book, line: tuple[str, str]) -> None:
    eve = book.person()
    book.give_key(eve)
    for about in (eve, line[0]):
        values = [{"entry": line[1], "digests": ["A" * 43]}]
        body = {"about": about, "ground": "request", "values": values, "tombstones": []}
        with pytest.raises(Refused):
            book.say("values-erased/v1", body, author=eve, under=False)


def test_a_ballot_is_not_withdrawn_by_a_tombstone_that_calls_it_something_else(
    book: Book,
) -> None:
    """While the envelope is there its tombstone is held against it."""
    project = book.project()
    book.say("person-enrolled/v1", {"person": book.ana, "project": project})
    decision = _decision(book, project, (book.ana,))
    vote = {"decision": decision, "voter": book.ana, "choice": "yes"}
    index = book.say("vote-cast/v1", vote, under=False).index
    stone = book.ledger.tombstone_for(index)._replace(type="contribution-recorded/v1")
    body = {
        "about": book.ana,
        "ground": "request",
        "values": [],
        "tombstones": [stone.as_body()],
    }
    with pytest.raises(Exception, match="may not be withdrawn"):
        book.force(
            book.sealed("values-erased/v1", body, author=book.operator, erased=(stone.hash,))
        )


# Helpers ------------------------------------------------------------------------------------------


def _refused(book: Book, rule: str, type_: str, body: dict[str, Any], **how: Any) -> None:
    """The program refuses it by this rule; written past the program, the audit names it."""
    raw = book.sealed(type_, body, **how)
    with pytest.raises(Refused) as refusal:
        book.put(raw)
    assert refusal.value.rule == rule
    index = book.force(raw).index
    found = [finding for finding in _step_10(book) if finding.entry == index]
    assert len(found) == 1
    assert f"the rule {rule}" in found[0].message


def _report(book: Book) -> Report:
    source = LiveSource(book.ledger.store, vault=book.vault)
    return check(source, policy=None, catalogue=catalogue(), conduct=Conduct())


def _step_10(book: Book) -> list[Finding]:
    return [f for f in _report(book).findings if (f.code, f.step) == (DOES_NOT_MATCH, 10)]


def _for(person: str, line: str, **more: str) -> dict[str, Any]:
    return {"line": line, "for": person, **more}


def _decision(book: Book, project: str, electorate: tuple[str, ...]) -> str:
    decision = new_id("decision")
    body = {
        "decision": decision,
        "project": project,
        "options": [{"option": "yes"}, {"option": "no", "nothing": True}],
        "electorate": list(electorate),
        "method": "simple-majority",
    }
    book.say("decision-opened/v1", body)
    return decision


def _signed(
    book: Book,
    type_: str,
    body: dict[str, Any],
    keys: tuple[SigningKey, ...],
    under: dict[str, str],
) -> bytes:
    seq, prev = book.ledger.next_link(keys[0].key_id)
    payload = compose(
        type=type_,
        ledger=book.ledger.origin,
        author=book.ana,
        key=keys[0].key_id,
        seq=seq,
        prev=prev,
        signers=[key.key_id for key in keys],
        body=body,
        at=f"{book.day}T12:00:00Z",
        nonce=new_id("n")[2:23] + "A",
        under=dict(sorted(under.items())),
    )
    return seal(payload, list(keys))
