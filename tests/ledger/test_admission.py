"""Steps 6–8 for one statement: chains with gaps and forks, anchors, another ledger's statements."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from builder import NOTE, Garden
from hypothesis import given
from hypothesis import strategies as st

from ledger.admission import Admission, Chains, verify_signatures
from ledger.encoding import b64encode
from ledger.envelope import parse_envelope
from ledger.errors import DOES_NOT_MATCH, NOTED, Unverified
from ledger.statement import Statement, parse_statement

KEY = "ab" * 32


@pytest.fixture
def garden(tmp_path: Path) -> Any:
    made = Garden.start(tmp_path)
    yield made
    made.ledger.close()


def digest(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


def link(chains: Chains, seq: int) -> None:
    chains.link(KEY, seq, digest(seq - 1) if seq > 1 else None, digest(seq))


def folded(garden: Garden, **roots: str) -> Admission:
    """An admission that has read the garden so far."""
    admission = Admission({int(k[1:]): v for k, v in roots.items()}.get)
    for entry in garden.ledger.entries():
        envelope = parse_envelope(entry.envelope or b"")
        statement = parse_statement(envelope.payload)
        assert admission.examine(entry.index, statement, envelope.hash) == []
    return admission


def read(raw: bytes) -> Statement:
    return parse_statement(parse_envelope(raw).payload)


def test_a_chain_without_gaps_is_one_run() -> None:
    chains = Chains()
    for seq in range(1, 50):
        link(chains, seq)
    assert list(chains.gaps()) == []
    assert chains.tip(KEY) == (49, digest(49))


@given(st.permutations(range(1, 12)), st.integers(0, 11))
def test_a_chain_may_arrive_in_any_order_and_gaps_are_what_is_missing(
    order: list[int], number: int
) -> None:
    chains = Chains()
    arrived = order[:number]
    for seq in arrived:
        link(chains, seq)
    missing = {seq for gap in chains.gaps() for seq in range(gap.first, gap.last + 1)}
    assert missing == set(range(1, max(arrived, default=0))) - set(arrived)


@given(st.permutations(range(1, 10)), st.integers(1, 9))
def test_a_second_entry_at_one_place_is_a_fork(order: list[int], again: int) -> None:
    chains = Chains()
    for seq in order:
        link(chains, seq)
    with pytest.raises(Unverified, match="fork"):
        chains.link(KEY, again, digest(99), digest(98))


@given(st.permutations(range(1, 10)), st.integers(2, 9))
def test_a_false_link_is_found_in_whatever_order_entries_arrive(
    order: list[int], false: int
) -> None:
    chains = Chains()
    with pytest.raises(Unverified, match="does not follow"):
        for seq in order:
            prev = digest(77) if seq == false else digest(seq - 1)
            chains.link(KEY, seq, prev if seq > 1 else None, digest(seq))


def test_a_refused_link_changes_nothing() -> None:
    chains = Chains()
    for seq in (1, 2, 5):
        link(chains, seq)
    with pytest.raises(Unverified):
        chains.link(KEY, 3, digest(77), digest(3))
    link(chains, 3)
    link(chains, 4)
    assert list(chains.gaps()) == []


def test_a_withdrawn_entry_keeps_its_place_and_its_payload_hash() -> None:
    chains = Chains()
    link(chains, 1)
    chains.link(KEY, 2, None, digest(2))
    link(chains, 3)
    assert list(chains.gaps()) == []
    with pytest.raises(Unverified, match="fork"):
        link(chains, 2)


def test_a_gap_is_noted_and_gives_no_verdict(garden: Garden) -> None:
    ana = garden.person("ana")
    raw = garden.seal(ana, NOTE, {}, seq=4, prev=digest(3))
    garden.ledger.record(raw, today=garden.today)
    admission = folded(garden)
    [finding] = admission.not_arrived()
    assert finding.code == NOTED
    assert "seq 1–3" in finding.message


def test_a_fork_is_10_and_the_keys_are_folded_even_so(garden: Garden) -> None:
    admission = folded(garden)
    flo = garden.founders[0]
    first = read(garden.seal(flo, NOTE, {}))
    key = garden.founders[1].key
    body = {"key": key.key_id, "reason": "lost", "suspect_from": 0}
    second = read(garden.seal(flo, "key-revoked/v1", body))
    assert admission.examine(1, first, "") == []
    [finding] = admission.examine(2, second, "")
    assert (finding.code, finding.step) == (DOES_NOT_MATCH, 8)
    assert admission.keyring.key(key.key_id).revoked_at == 2


def test_what_nobody_entitled_signed_changes_no_key(garden: Garden) -> None:
    ana = garden.person("ana")
    garden.revoke(ana)
    admission = folded(garden)
    body = {"key": garden.founders[0].key.key_id, "reason": "stolen"}
    found = admission.examine(3, read(garden.seal(ana, "key-revoked/v1", body)), "")
    assert [finding.step for finding in found] == [7]
    assert admission.keyring.key(garden.founders[0].key.key_id).revoked_at is None


def test_all_that_is_wrong_with_one_entry_is_said_at_once(garden: Garden) -> None:
    ana = garden.person("ana")
    garden.revoke(ana)
    admission = folded(garden)
    raw = garden.seal(
        ana, NOTE, {}, ledger="example.org/other", anchor={"size": 2, "root": b64encode(bytes(32))}
    )
    found = admission.examine(3, read(raw), "")
    assert sorted(finding.step for finding in found) == [7, 8, 8]


def test_an_anchor_must_be_a_retained_checkpoint(garden: Garden) -> None:
    root = b64encode(garden.ledger.root_at(1))
    flo = garden.founders[0]
    statement = read(garden.seal(flo, NOTE, {}, anchor={"size": 1, "root": root}))
    assert folded(garden, n1=root).examine(1, statement, "") == []
    [finding] = folded(garden).examine(1, statement, "")
    assert "no checkpoint of that size was kept" in finding.message
    [finding] = folded(garden, n1=b64encode(bytes(32))).examine(1, statement, "")
    assert "expected" in finding.message


def test_an_anchor_cannot_be_later_than_its_entry(garden: Garden) -> None:
    root = b64encode(bytes(32))
    statement = read(garden.seal(garden.founders[0], NOTE, {}, anchor={"size": 2, "root": root}))
    [finding] = folded(garden, n2=root).examine(1, statement, "")
    assert "later than the entry" in finding.message


def test_without_checkpoints_at_hand_an_anchor_is_not_judged_by_its_root(garden: Garden) -> None:
    admission = folded(garden)
    admission.anchors = None
    root = b64encode(bytes(32))
    statement = read(garden.seal(garden.founders[0], NOTE, {}, anchor={"size": 1, "root": root}))
    assert admission.examine(1, statement, "") == []


def test_a_signature_of_another_key_is_unverified(garden: Garden) -> None:
    flo, gus = garden.founders
    raw = garden.seal(flo, NOTE, {})
    envelope = parse_envelope(raw)
    keyring = garden.ledger.keyring()
    verify_signatures(envelope, read(raw), keyring)
    forged = raw.replace(
        b64encode(envelope.signatures[0][1]).encode(), b64encode(gus.key.sign(b"x")).encode()
    )
    with pytest.raises(Unverified):
        verify_signatures(parse_envelope(forged), read(forged), keyring)


@given(st.integers(0, 10_000))
def test_any_flipped_bit_of_a_signed_envelope_is_found(position: int) -> None:
    raw, keyring = _signed()
    at = position % len(raw)
    flipped = bytearray(raw)
    flipped[at] ^= 1 << (position % 7)
    with pytest.raises(Exception) as caught:
        envelope = parse_envelope(bytes(flipped))
        verify_signatures(envelope, parse_statement(envelope.payload), keyring)
    assert type(caught.value).__name__ in ("Malformed", "Unverified")


def _signed() -> tuple[bytes, Any]:
    if not _SIGNED:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            garden = Garden.start(Path(folder))
            raw = garden.seal(garden.founders[0], NOTE, {"n": 1})
            _SIGNED.append((raw, garden.ledger.keyring()))
            garden.ledger.close()
    return _SIGNED[0]


_SIGNED: list[tuple[bytes, Any]] = []
