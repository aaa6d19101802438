"""Checkpoints, and the mark that a restored backup may not fall behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.checkpoint import Checkpoint, HighWaterMark, parse_checkpoint, sign_checkpoint
from ledger.errors import Malformed, StorageFailed
from ledger.keys import SigningKey
from ledger.note import sign_note
from ledger.tree import EMPTY_ROOT

KEY = SigningKey.from_seed(b"k" * 32)
ORIGIN = "example.org/log"
ROOT = bytes(range(32))


def note(body: str) -> bytes:
    return sign_note(body.encode(), ORIGIN, KEY)


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_signed_checkpoint_reads_as_it_was_written(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)
    assert parse_checkpoint(sign_checkpoint(checkpoint, ORIGIN, KEY)) == checkpoint


def test_a_checkpoint_is_three_lines() -> None:
    body = Checkpoint(ORIGIN, 3, EMPTY_ROOT).body()
    assert body == b"example.org/log\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def test_the_empty_log_has_a_checkpoint_with_the_empty_root_alone() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert parse_checkpoint(sign_checkpoint(empty, ORIGIN, KEY)) == empty
    with pytest.raises(Malformed):
        Checkpoint(ORIGIN, 0, ROOT).body()


def test_extension_lines_of_others_are_read_and_stay_signed() -> None:
    body = f"{ORIGIN}\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\nand more\n"
    checkpoint = parse_checkpoint(note(body))
    assert checkpoint.extensions == ("more", "and more")
    assert checkpoint.body() == body.encode()


ROOT64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.mark.parametrize(
    "body",
    [
        f"{ORIGIN}\n3\n",
        f"{ORIGIN}\n{ROOT64}\n",
        f"\n3\n{ROOT64}\n",
        f"{ORIGIN}\n03\n{ROOT64}\n",
        f"{ORIGIN}\n+3\n{ROOT64}\n",
        f"{ORIGIN}\n-3\n{ROOT64}\n",
        f"{ORIGIN}\n 3\n{ROOT64}\n",
        f"{ORIGIN}\n3.0\n{ROOT64}\n",
        f"{ORIGIN}\n٣\n{ROOT64}\n",
        f"{ORIGIN}\n9223372036854775808\n{ROOT64}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ROOT64}\n",
        f"{ORIGIN}\n3\n{ROOT64[:-1]}\n",
        f"{ORIGIN}\n3\nAAEC\n",
        f"{ORIGIN}\n0\n{ROOT64}\n",
        f"{ORIGIN}\n3\n{ROOT64}\n\nextension after a blank line\n",
    ],
)
def test_what_no_log_could_sign_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        parse_checkpoint(note(body))


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 3, ROOT),
        Checkpoint("two\nlines", 3, ROOT),
        Checkpoint(ORIGIN, -1, ROOT),
        Checkpoint(ORIGIN, 2**63, ROOT),
        Checkpoint(ORIGIN, 3, ROOT[:31]),
    ],
)
def test_what_no_log_can_be_is_not_signed(checkpoint: Checkpoint) -> None:
    with pytest.raises(Malformed):
        sign_checkpoint(checkpoint, checkpoint.origin, KEY)


def test_a_log_does_not_sign_as_another() -> None:
    with pytest.raises(Malformed, match="another log"):
        sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), "example.org/other", KEY)


def test_a_store_behind_its_high_water_mark_is_refused(tmp_path: Path) -> None:
    mark = HighWaterMark(tmp_path / "state" / "mark")
    assert mark.read() is None
    mark.guard(0, EMPTY_ROOT)
    mark.raise_to(7, ROOT)
    assert mark.read() == (7, ROOT)
    mark.guard(7, ROOT)
    mark.guard(8, EMPTY_ROOT)
    with pytest.raises(StorageFailed, match="the store has 6 entries, but 7"):
        mark.guard(6, ROOT)


def test_a_store_with_another_past_is_refused_at_the_mark_and_beyond_it(tmp_path: Path) -> None:
    mark = HighWaterMark(tmp_path / "mark")
    mark.raise_to(7, ROOT)
    with pytest.raises(StorageFailed, match="root at size 7"):
        mark.guard(7, EMPTY_ROOT)
    mark.guard(9, EMPTY_ROOT, lambda size: {7: ROOT}[size])
    with pytest.raises(StorageFailed) as caught:
        mark.guard(9, EMPTY_ROOT, lambda _: EMPTY_ROOT)
    assert "another past" in caught.value.hint


def test_the_mark_only_rises_and_never_changes_its_root(tmp_path: Path) -> None:
    mark = HighWaterMark(tmp_path / "mark")
    mark.raise_to(7, ROOT)
    mark.raise_to(5, EMPTY_ROOT)
    mark.raise_to(7, ROOT)
    assert mark.read() == (7, ROOT)
    with pytest.raises(StorageFailed):
        mark.raise_to(7, EMPTY_ROOT)
    mark.raise_to(8, EMPTY_ROOT)
    assert mark.read() == (8, EMPTY_ROOT)
    assert [path.name for path in tmp_path.iterdir()] == ["mark"]


@pytest.mark.parametrize(
    "data", [b"", b"7\n", b"tallystick/high-water/v1\n7\nAAEC\n", b"\xff" * 10, b"x" * 5000]
)
def test_a_damaged_mark_protects_from_nothing_and_says_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "mark").write_bytes(data)
    mark = HighWaterMark(tmp_path / "mark")
    with pytest.raises(StorageFailed):
        mark.read()
    with pytest.raises(StorageFailed):
        mark.guard(9, ROOT)


def test_a_mark_that_cannot_be_written_is_a_storage_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed):
        HighWaterMark(tmp_path / "file" / "mark").raise_to(7, ROOT)
