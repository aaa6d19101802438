"""Witnesses: cosignatures, and a witness that never cosigns two pasts, not even after a crash."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import witness as witness_module
from ledger.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from ledger.errors import Conflict, Malformed, Refused, StorageFailed, Untrusted, Unverified
from ledger.keys import SigningKey
from ledger.note import COSIGNATURE, ED25519, VerifierKey, add_signature, parse_note
from ledger.tree import EMPTY_ROOT, consistency_proof, fold, leaf_hash, root_of
from ledger.witness import (
    BehindWitness,
    FileWitness,
    cosign,
    encode_request,
    parse_request,
    verify_cosignature,
)

ORIGIN = "example.org/log"
LOG = SigningKey.from_seed(b"l" * 32)
KEY = SigningKey.from_seed(b"w" * 32)
LOG_KEY = VerifierKey.of(ORIGIN, ED25519, LOG.public)
WITNESS_KEY = VerifierKey.of("w.example", COSIGNATURE, KEY.public)
LEAVES = [leaf_hash(b"%d" % number) for number in range(40)]


def read(level: int, index: int) -> bytes:
    return fold(LEAVES[index << level : (index + 1) << level])


def note(size: int, root: bytes | None = None, key: SigningKey = LOG) -> bytes:
    root = root_of(LEAVES[:size]) if root is None else root
    return sign_checkpoint(Checkpoint(ORIGIN, size, root), ORIGIN, key)


def request(old: int, new: int, *, by: bytes | None = None) -> bytes:
    return encode_request(old, consistency_proof(old, new, read), by or note(new))


@pytest.fixture
def witness(tmp_path: Path) -> FileWitness:
    return FileWitness(tmp_path, "w.example", KEY, [LOG_KEY])


def remembered(witness: FileWitness) -> int:
    latest = witness.latest(ORIGIN)
    return parse_checkpoint(latest).size if latest else 0


def evidence(witness: FileWitness) -> list[Path]:
    return sorted(witness.directory.glob("*/evidence/*"))


def test_a_cosignature_says_who_saw_the_checkpoint_and_when() -> None:
    cosigned = add_signature(note(5), cosign(note(5), "w.example", KEY, 1_700_000_000))
    assert verify_cosignature(parse_note(cosigned), WITNESS_KEY) == 1_700_000_000
    assert verify_cosignature(parse_note(note(5)), WITNESS_KEY) is None


def test_of_two_cosignatures_the_later_time_counts() -> None:
    twice = note(5)
    for time in (7, 9, 8):
        twice = add_signature(twice, cosign(note(5), "w.example", KEY, time))
    assert verify_cosignature(parse_note(twice), WITNESS_KEY) == 9


def test_a_cosignature_of_another_text_or_time_does_not_match() -> None:
    line = cosign(note(5), "w.example", KEY, 7)
    with pytest.raises(Unverified):
        verify_cosignature(parse_note(add_signature(note(6), line)), WITNESS_KEY)
    signed = parse_note(add_signature(note(5), line)).signatures[1]
    for time in (0, 8, 2**63):
        other = type(signed)(
            signed.name, signed.key_id, time.to_bytes(8, "big") + signed.signature[8:]
        )
        with pytest.raises(Unverified):
            verify_cosignature(parse_note(add_signature(note(5), other.line)), WITNESS_KEY)


@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_a_time_that_no_clock_shows_is_not_signed(time: int) -> None:
    with pytest.raises(Malformed):
        cosign(note(5), "w.example", KEY, time)


def test_a_witness_follows_a_log_as_it_grows(witness: FileWitness) -> None:
    size = 0
    for time, new in enumerate((1, 2, 7, 7, 8, 40), start=100):
        line = witness.add_checkpoint(request(size, new), time)
        cosigned = add_signature(note(new), line)
        assert verify_cosignature(parse_note(cosigned), WITNESS_KEY) == time
        assert witness.latest(ORIGIN) == cosigned
        size = new
    assert evidence(witness) == []


def test_a_witness_remembers_after_it_is_started_again(witness: FileWitness) -> None:
    witness.add_checkpoint(request(0, 5), 100)
    again = FileWitness(witness.directory, "w.example", KEY)
    again.add_checkpoint(request(5, 9), 101)
    assert remembered(witness) == 9


def test_another_start_is_a_conflict_that_tells_the_witnesss_size(witness: FileWitness) -> None:
    witness.add_checkpoint(request(0, 5), 100)
    for old, new in ((0, 9), (4, 9), (6, 9), (0, 5)):
        with pytest.raises(Conflict) as caught:
            witness.add_checkpoint(request(old, new), 101)
        assert isinstance(caught.value, BehindWitness) and caught.value.size == 5
    assert remembered(witness) == 5 and evidence(witness) == []


def test_a_second_root_at_one_size_is_refused_and_kept_as_evidence(witness: FileWitness) -> None:
    witness.add_checkpoint(request(0, 5), 100)
    split = encode_request(5, [], note(5, root=bytes(32)))
    with pytest.raises(Unverified, match="same size twice"):
        witness.add_checkpoint(split, 101)
    assert [path.read_bytes() for path in evidence(witness)] == [split]
    assert witness.latest(ORIGIN) == add_signature(note(5), cosign(note(5), "w.example", KEY, 100))


def test_a_split_view_is_kept_even_when_the_request_starts_elsewhere(witness: FileWitness) -> None:
    witness.add_checkpoint(request(0, 5), 100)
    split = encode_request(0, [], note(5, root=bytes(32)))
    with pytest.raises(BehindWitness):
        witness.add_checkpoint(split, 101)
    assert [path.read_bytes() for path in evidence(witness)] == [split]


def test_a_past_rewritten_beyond_the_last_size_is_refused_and_kept(witness: FileWitness) -> None:
    witness.add_checkpoint(request(0, 5), 100)
    rewritten = note(9, root=root_of([LEAVES[1], *LEAVES[1:9]]))
    with pytest.raises(Unverified):
        witness.add_checkpoint(request(5, 9, by=rewritten), 101)
    assert remembered(witness) == 5 and len(evidence(witness)) == 1


def test_evidence_without_end_does_not_fill_the_disk(
    witness: FileWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness_module, "_MAX_EVIDENCE", 3)
    witness.add_checkpoint(request(0, 5), 100)
    for number in range(5):
        with pytest.raises(Unverified):
            witness.add_checkpoint(encode_request(5, [], note(5, root=bytes([number] * 32))), 101)
    assert len(evidence(witness)) == 3


def test_an_unknown_log_or_key_is_untrusted_and_a_wrong_signature_unverified(
    witness: FileWitness,
) -> None:
    stranger = sign_checkpoint(Checkpoint("example.org/b", 1, LEAVES[0]), "example.org/b", LOG)
    with pytest.raises(Untrusted, match="does not watch"):
        witness.add_checkpoint(encode_request(0, [], stranger), 100)
    with pytest.raises(Untrusted, match="not signed"):
        witness.add_checkpoint(encode_request(0, [], note(1, key=KEY)), 100)
    with pytest.raises(Unverified):
        witness.add_checkpoint(encode_request(0, [], note(5).replace(b"\n5\n", b"\n6\n")), 100)
    assert remembered(witness) == 0 and evidence(witness) == []


def test_a_start_beyond_the_checkpoint_is_malformed(witness: FileWitness) -> None:
    with pytest.raises(Malformed):
        witness.add_checkpoint(encode_request(6, [], note(5)), 100)


def test_the_empty_log_can_be_witnessed(witness: FileWitness) -> None:
    witness.add_checkpoint(encode_request(0, [], note(0, root=EMPTY_ROOT)), 100)
    witness.add_checkpoint(request(0, 5), 101)
    assert remembered(witness) == 5


def test_signatures_the_witness_did_not_check_are_not_passed_on(witness: FileWitness) -> None:
    foreign = add_signature(note(5), cosign(note(5), "other.example", LOG, 99))
    witness.add_checkpoint(encode_request(0, [], foreign), 100)
    latest = parse_note(witness.latest(ORIGIN) or b"")
    assert [signature.name for signature in latest.signatures] == [ORIGIN, "w.example"]


def test_a_clock_that_went_back_is_refused(witness: FileWitness) -> None:
    witness.add_checkpoint(request(0, 5), 100)
    with pytest.raises(Refused, match="clock"):
        witness.add_checkpoint(request(5, 6), 99)
    assert remembered(witness) == 5


def test_nothing_is_answered_before_it_is_on_disk(
    witness: FileWitness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageFailed("the disk is full")

    witness.add_checkpoint(request(0, 5), 100)
    monkeypatch.setattr(witness_module, "write_file", full)
    with pytest.raises(StorageFailed):
        witness.add_checkpoint(request(5, 6), 101)
    assert remembered(witness) == 5


def test_of_many_requests_at_once_one_wins_and_the_record_never_goes_back(
    witness: FileWitness,
) -> None:
    answers: list[object] = []

    def ask(new: int) -> None:
        try:
            answers.append(witness.add_checkpoint(request(0, new), 100))
        except Conflict as error:
            answers.append(error)

    threads = [threading.Thread(target=ask, args=(size,)) for size in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, str) for answer in answers) == 1 and len(answers) == 8
    (line,) = (answer for answer in answers if isinstance(answer, str))
    assert line.encode() in (witness.latest(ORIGIN) or b"")


@pytest.mark.parametrize("damage", [b"", b"x", note(5)])
def test_a_damaged_memory_stops_the_witness(witness: FileWitness, damage: bytes) -> None:
    witness.add_checkpoint(request(0, 5), 100)
    (path,) = witness.directory.glob("*/checkpoint")
    path.write_bytes(damage)
    with pytest.raises(StorageFailed):
        witness.add_checkpoint(request(5, 6), 101)


def test_a_damaged_list_of_logs_stops_the_witness(witness: FileWitness) -> None:
    (witness.directory / "logs").write_bytes(b"\xff")
    with pytest.raises(StorageFailed):
        witness.add_checkpoint(request(0, 5), 100)


def test_a_witness_key_is_no_log_key(witness: FileWitness) -> None:
    with pytest.raises(Malformed):
        witness.watch(WITNESS_KEY)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_request_reads_as_it_was_written(first: int, second: int) -> None:
    old, new = sorted((first, second))
    proof = consistency_proof(old, new, read)
    parsed = parse_request(encode_request(old, proof, note(new)))
    assert (parsed.old, parsed.proof, parsed.note) == (old, tuple(proof), note(new))


HASH = b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 5\n",
        b"old 5\n" + note(5),
        b"old 05\n\n" + note(5),
        b"old -1\n\n" + note(5),
        b"new 5\n\n" + note(5),
        b"old 5\r\n\n" + note(5),
        b"old 5\n" + HASH[:-1] + b"\n\n" + note(5),
        b"old 5\nAAEC\n\n" + note(5),
        b"old 5\n\xc3\xbc\n\n" + note(5),
        b"old 5\n" + (HASH + b"\n") * 64 + b"\n" + note(5),
    ],
)
def test_what_is_no_request_is_malformed(witness: FileWitness, body: bytes) -> None:
    with pytest.raises(Malformed):
        witness.add_checkpoint(body, 100)


@given(st.binary(max_size=100))
def test_no_bytes_make_the_request_parser_fail_in_another_way(data: bytes) -> None:
    for body in (data, b"old 5\n" + data, data + note(5)):
        try:
            parse_request(body)
        except Malformed:
            continue


def test_a_proof_too_long_for_the_protocol_is_not_sent() -> None:
    with pytest.raises(Malformed):
        encode_request(5, [EMPTY_ROOT] * 64, note(5))
