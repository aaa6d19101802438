"""Entries folded as runs give the report that they give one by one, whatever is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builder import CATALOGUE, NOTE, VOTE, Garden
from hypothesis import given
from hypothesis import strategies as st
from test_check_rules import _force

from ledger import check_workers
from ledger.check import Report, check
from ledger.check_live import LiveSource
from ledger.check_report import Findings
from ledger.check_runs import Run, gather
from ledger.check_source import Chunk
from ledger.check_workers import finer, pack, pack_chunk, unpack, unpack_chunk
from ledger.encoding import b64encode
from ledger.errors import DOES_NOT_MATCH, NOTED
from ledger.tiles import TILE_WIDTH
from ledger.types import LEDGER_TYPES


@pytest.fixture
def garden(tmp_path: Path) -> Garden:
    made = Garden.start(tmp_path)
    made.person("ana")
    made.person("ben")
    made.checkpoint()
    return made


def _check(garden: Garden) -> Report:
    source = LiveSource(garden.ledger.store, vault=garden.vault)
    return check(source, policy=garden.policy, catalogue=CATALOGUE)


def _parts(garden: Garden) -> list[Any]:
    source = LiveSource(garden.ledger.store, vault=garden.vault)
    terms = check_workers.Terms({**LEDGER_TYPES, **CATALOGUE}, "live", 0, None, source.envelope)
    [chunk] = source.chunks(Findings())
    assert unpack_chunk(pack_chunk(chunk)) == chunk
    return gather(terms.examiner(), chunk, whole=False)


def _talk(garden: Garden, number: int = 6) -> None:
    for at in range(number):
        who = garden.people["ana" if at % 2 else "ben"]
        garden.say(who, NOTE, {"about": who.id}, values={"text": f"said {at}"} if at == 3 else None)


def test_neighbours_of_which_nothing_has_to_be_said_become_one_run(garden: Garden) -> None:
    size = garden.ledger.head().size
    _talk(garden)
    garden.new_day()
    _talk(garden, 2)
    first, second = (part for part in _parts(garden) if isinstance(part, Run))
    assert (first.first, first.last) == (size, size + 5)
    assert (second.first, second.last) == (size + 7, size + 8)
    assert [link.last - link.first for link in first.links] == [2, 2]
    assert (first.signed, first.shown) == (6, 1)


def test_a_run_comes_back_from_a_worker_as_it_was(garden: Garden) -> None:
    _talk(garden)
    parts = _parts(garden)
    assert unpack(pack(parts)) == parts


@given(st.integers(1, 700), st.integers(0, 900), st.booleans())
def test_chunks_in_pieces_hold_the_same_entries(count: int, after: int, apart: bool) -> None:
    names = [f"{at:064x}" for at in range(count)]
    leaves = b"".join(bytes.fromhex(name) for name in names)
    shown = {at: [f"text of {at}"] for at in range(0, count, 7)}
    envelopes = None if apart else [name.encode() for name in names]
    chunk = Chunk(300, leaves, names, envelopes, None, shown)
    pieces = list(finer([chunk], after))
    assert after > 300 or all(len(piece.hashes) <= TILE_WIDTH for piece in pieces)
    expected = 300
    found: list[tuple[str, bytes, bytes | None, list[str]]] = []
    for piece in pieces:
        assert piece.first == expected
        expected += len(piece.hashes)
        for at, name in enumerate(piece.hashes):
            raw = None if piece.envelopes is None else piece.envelopes[at]
            leaf = piece.leaves[32 * at : 32 * at + 32]
            found.append((name, leaf, raw, piece.disclosures.get(at, [])))
    assert found == [
        (name, bytes.fromhex(name), None if apart else name.encode(), shown.get(at, []))
        for at, name in enumerate(names)
    ]


def test_an_entry_that_does_not_follow_in_its_chain_stands_by_itself(garden: Garden) -> None:
    _talk(garden, 2)
    ana = garden.people["ana"]
    seq, prev = garden.ledger.next_link(ana.key.key_id)
    gap = _force(garden, garden.seal(ana, NOTE, {"about": ana.id}, seq=seq + 3, prev=prev))
    parts = _parts(garden)
    assert isinstance(parts[-2], Run)
    assert parts[-2].last == gap - 1
    assert not isinstance(parts[-1], Run)


def _revoked(garden: Garden) -> None:
    garden.revoke(garden.people["ana"])
    _force(garden, garden.seal(garden.people["ana"], NOTE, {}))


def _of_another_ledger(garden: Garden) -> None:
    _force(garden, garden.seal(garden.people["ben"], NOTE, {}, ledger="example.org/other"))


def _anchored_to_nothing(garden: Garden) -> None:
    anchor = {"size": 3, "root": b64encode(bytes(32))}
    _force(garden, garden.seal(garden.people["ben"], NOTE, {}, anchor=anchor))


def _anchored_to_what_comes(garden: Garden) -> None:
    anchor = {"size": 900, "root": b64encode(bytes(32))}
    _force(garden, garden.seal(garden.people["ben"], NOTE, {}, anchor=anchor))


def _by_another_hand(garden: Garden) -> None:
    """A founder's key leads what says that Ben is its author."""
    founder, ben = garden.founders[0], garden.people["ben"]
    _force(garden, garden.seal(ben, NOTE, {}, key=founder.key))


def _forked(garden: Garden) -> None:
    ben = garden.people["ben"]
    seq, prev = garden.ledger.next_link(ben.key.key_id)
    garden.say(ben, NOTE, {})
    raw = garden.seal(ben, VOTE, {}, seq=seq, prev=prev)
    _force(garden, raw, columns=False)


def _unlinked(garden: Garden) -> None:
    """Its predecessor is in an earlier run, and its ``prev`` is of something else."""
    garden.new_day()
    ben = garden.people["ben"]
    seq, _ = garden.ledger.next_link(ben.key.key_id)
    _force(garden, garden.seal(ben, NOTE, {}, seq=seq, prev="ab" * 32))


def _signed_tomorrow(garden: Garden) -> None:
    garden.say(garden.people["ben"], NOTE, {}, at="2999-01-01T00:00:00Z")


def _twice(garden: Garden) -> None:
    _force(garden, garden.seal(garden.people["ben"], NOTE, {}, nonce="AAAAAAAAAAAAAAAAAAAAAA"))
    raw = garden.seal(garden.people["ben"], NOTE, {}, nonce="AAAAAAAAAAAAAAAAAAAAAA")
    _force(garden, raw, columns=False)


WRONGS: dict[str, Callable[[Garden], None]] = {
    "a key that was revoked": _revoked,
    "another ledger": _of_another_ledger,
    "an anchor nobody kept": _anchored_to_nothing,
    "an anchor to what comes later": _anchored_to_what_comes,
    "another's author": _by_another_hand,
    "a fork": _forked,
    "a false link": _unlinked,
    "one nonce twice": _twice,
}


#: What a history is drawn from; some of it leaves the chains as they were.
ACTS: list[Callable[[Garden], Any]] = [
    _talk,
    _talk,
    Garden.new_day,
    Garden.checkpoint,
    _signed_tomorrow,
    _unlinked,
    _of_another_ledger,
    _anchored_to_nothing,
    _by_another_hand,
    _forked,
]


@pytest.mark.parametrize("wrong", WRONGS.values(), ids=WRONGS)
def test_what_does_not_hold_of_a_run_is_found_at_its_entry(
    garden: Garden, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Garden], None]
) -> None:
    _talk(garden)
    wrong(garden)
    garden.say(garden.founders[1], NOTE, {})
    found = _check(garden)
    assert found.exit_code == DOES_NOT_MATCH
    assert any(finding.entry is not None for finding in found.findings)
    _singly(monkeypatch)
    assert found.as_json() == _check(garden).as_json()


def test_what_was_signed_after_its_ledger_day_is_noted_at_its_entry(
    garden: Garden, monkeypatch: pytest.MonkeyPatch
) -> None:
    _talk(garden, 2)
    _signed_tomorrow(garden)
    found = _check(garden)
    assert found.exit_code == NOTED
    late = [one.entry for one in found.findings if "after the ledger day" in one.message]
    assert late == [garden.ledger.head().size - 1]
    _singly(monkeypatch)
    assert found.as_json() == _check(garden).as_json()


@pytest.mark.parametrize("seed", range(6))
def test_any_history_gives_the_same_report_in_runs_and_one_by_one(
    garden: Garden, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    rng = random.Random(seed)
    for act in (_talk, *rng.choices(ACTS, k=9)):
        act(garden)
    found = _check(garden)
    assert found.checked["8"] == found.size
    _singly(monkeypatch)
    assert found.as_json() == _check(garden).as_json()


def _singly(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on no runs are gathered, as when conduct is judged."""
    monkeypatch.setattr(
        check_workers, "gather", lambda examiner, chunk, **_: gather(examiner, chunk, whole=True)
    )
