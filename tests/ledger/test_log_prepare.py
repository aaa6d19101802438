"""Statements prepared beside are those that were given, whoever prepares them and whatever dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from builder import CATALOGUE, NOTE, Actor, Garden

from ledger import log_prepare
from ledger.envelope import envelope_leaf, parse_envelope
from ledger.keys import PublicKey, SigningKey
from ledger.log_prepare import PORTION, Prepared, Preparing
from ledger.statement import Statement, parse_statement
from ledger.types import LEDGER_TYPES, tags_of

TYPES = {**LEDGER_TYPES, **CATALOGUE}


@pytest.fixture
def garden(tmp_path: Path) -> Garden:
    made = Garden.start(tmp_path)
    made.person("ana")
    return made


def _notes(garden: Garden, number: int) -> list[bytes]:
    ana = garden.people["ana"]
    return [garden.seal(ana, NOTE, {"about": ana.id, "number": n}) for n in range(number)]


def _known(garden: Garden) -> list[PublicKey]:
    records = list(garden.ledger.keyring().keys())
    return [record.public for record in records]


def _prepare(garden: Garden, envelopes: list[bytes], workers: int = 2) -> list[Prepared | None]:
    with Preparing(TYPES, lambda: _known(garden), workers) as preparing:
        portions = preparing.submit(envelopes)
        return [one for portion in portions for one in portion.result()]


def _forged(raw: bytes) -> bytes:
    """The same statement with a signature of something else."""
    at = raw.index(b'"sig":"') + 10
    return raw[:at] + (b"A" if raw[at : at + 1] != b"A" else b"B") + raw[at + 1 :]


def test_an_outline_says_what_the_statement_says_to_whoever_judges(garden: Garden) -> None:
    [raw, *_] = _notes(garden, 1)
    [made] = _prepare(garden, [raw])
    statement = parse_statement(parse_envelope(raw).payload)
    assert made is not None
    left_out = {"under", "at", "on", "body", "payload"}
    for name in set(Statement._fields) - left_out:
        assert getattr(made.outline, name) == getattr(statement, name)
    assert made.outline.payload_hash == statement.payload_hash
    assert made.tags.split("\n") == sorted(tags_of(statement, CATALOGUE[NOTE]))
    assert made.leaf == envelope_leaf(raw)
    assert made.verified


def test_portions_come_back_whole_and_in_order(garden: Garden) -> None:
    envelopes = _notes(garden, PORTION + 20)
    made = _prepare(garden, envelopes)
    assert [one and one.leaf for one in made] == [envelope_leaf(raw) for raw in envelopes]


def test_a_false_signature_and_an_unknown_key_are_not_verified(garden: Garden) -> None:
    envelopes = _notes(garden, 4)
    stranger = SigningKey.from_seed(bytes(32))
    ana = garden.people["ana"]
    given = [envelopes[0], _forged(envelopes[1]), garden.seal(ana, NOTE, {}, key=stranger)]
    assert [one and one.verified for one in _prepare(garden, given)] == [True, False, False]


def test_what_is_not_plain_is_left_to_whoever_judges(garden: Garden) -> None:
    ana = garden.people["ana"]
    strange = garden.seal(ana, "unheard-of/v1", {})
    day = garden.seal(garden.operator, "day-opened/v1", {"day": "2026-03-09"})
    plain, *_ = _notes(garden, 1)
    assert _prepare(garden, [strange, day, b"{}", b"", plain[:-1]]) == [None] * 5


def test_a_key_that_is_enrolled_meanwhile_is_known_to_the_next_portion(garden: Garden) -> None:
    ben = Actor("ben", garden.new_id("person"), [SigningKey.from_seed(bytes(31) + b"\x07")])
    with Preparing(TYPES, lambda: _known(garden), 2) as preparing:
        [before] = preparing.submit([garden.seal(ben, NOTE, {})])
        [found] = before.result()
        assert found is not None
        assert not found.verified
        garden.enrol(ben, ben.key)
        [after] = preparing.submit([garden.seal(ben, NOTE, {})])
        [found] = after.result()
        assert found is not None
        assert found.verified


def test_processes_take_over_when_much_comes_and_find_the_same(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelopes = _notes(garden, 20)
    envelopes[7] = _forged(envelopes[7])
    envelopes[9] = b"{}"
    alone = _prepare(garden, envelopes)
    monkeypatch.setattr(log_prepare, "WORTHWHILE", 10)
    with Preparing(TYPES, lambda: _known(garden), 2) as preparing:
        for _ in range(3):  # the later ones are told only of keys that are new
            [portion] = preparing.submit(envelopes)
            assert portion.result() == alone
        assert len(_workers(preparing)) > 0
    assert [one and one.verified for one in alone].index(False) == 7
    assert alone[9] is None


def test_a_worker_that_is_killed_costs_no_answer(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelopes = _notes(garden, 20)
    alone = _prepare(garden, envelopes)
    monkeypatch.setattr(log_prepare, "WORTHWHILE", 10)
    with Preparing(TYPES, lambda: _known(garden), 2) as preparing:
        preparing.submit(envelopes)[0].result()
        for worker in _workers(preparing):
            os.kill(worker, signal.SIGKILL)
        for _ in range(3):  # on the broken pool, and on the threads that come after it
            assert [portion.result() for portion in preparing.submit(envelopes)] == [alone]


def _workers(preparing: Preparing) -> list[int]:
    return list(preparing._pool._processes)  # type: ignore[attr-defined]  # the pool's own
