"""What was written last may rule a condition out, and never wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import recent
from ledger.errors import Conflict
from ledger.recent import Recent
from ledger.records import Condition, Item, Pending
from ledger.store import Store

TYPES, TAGS = ("a/v1", "b/v1", "c/v1"), ("p", "q", "r")
some_tags = st.frozensets(st.sampled_from(TAGS))
pendings = st.builds(lambda kind, tags: Pending(b"", kind, tags), st.sampled_from(TYPES), some_tags)
items = st.tuples(st.frozensets(st.sampled_from(TYPES)), some_tags)


def matches(pending: Pending, item: Item) -> bool:
    types, tags = item
    return (not types or pending.type in types) and tags <= set(pending.tags)


@given(st.lists(pendings, max_size=12), st.integers(0, 5), items, st.integers(0, 20))
def test_what_is_ruled_out_is_not_there(
    written: list[Pending], start: int, item: Item, after: int
) -> None:
    seen = Recent(start)
    for at, pending in enumerate(written):
        seen.add(pending)
        if at % 3 == 0:
            seen.rules_out(item, start)  # indexes what has come so far
    if seen.rules_out(item, after):
        assert after >= start or after >= seen.stop
        later = written[max(after - start, 0) :]
        assert not any(matches(pending, item) for pending in later)


def test_entries_before_it_began_are_not_known() -> None:
    seen = Recent(5)
    assert not seen.rules_out((frozenset({"a/v1"}), frozenset()), 4)
    assert seen.rules_out((frozenset({"a/v1"}), frozenset()), 5)


def test_nothing_since_is_ruled_out_only_when_nothing_came() -> None:
    seen = Recent(5)
    everything: Item = (frozenset(), frozenset())
    assert seen.rules_out(everything, 5)
    seen.add(Pending(b"", "a/v1"))
    assert not seen.rules_out(everything, 5)
    assert seen.rules_out(everything, 6)


def test_it_begins_anew_when_it_has_grown_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "_UNASKED", 3)
    seen = Recent(0)
    for _ in range(4):
        seen.add(Pending(b"", "a/v1"))
    assert (seen.first, seen.stop) == (4, 4)
    assert not seen.rules_out((frozenset({"b/v1"}), frozenset()), 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{path}", "example.org/recent", create=True) as made:
        yield made


def conditioned(after: int, *, tag: str = "p", kind: str = "a/v1") -> Pending:
    return Pending(b"%d" % after, kind, (tag,), conditions=(Condition.of(tags={tag}, after=after),))


def test_a_condition_that_reaches_back_over_what_was_written_here_still_holds(store: Store) -> None:
    for _ in range(3):
        store.append([Pending(b"one", "a/v1", ("q",))])
    [kept, refused] = store.append([conditioned(1), conditioned(1, tag="q")])
    assert isinstance(refused, Conflict)
    assert not isinstance(kept, Conflict)


def test_what_another_process_wrote_meanwhile_is_asked_of_the_store(
    store: Store, path: Path
) -> None:
    store.append([Pending(b"one", "a/v1", ("q",))])
    with Store.open(f"sqlite:///{path}", "example.org/recent") as other:
        other.append([Pending(b"two", "a/v1", ("p",))])
    [refused] = store.append([conditioned(1)])
    assert isinstance(refused, Conflict)


def test_what_a_failed_append_took_in_is_not_remembered(store: Store) -> None:
    def fail(_size: int, _outcomes: object) -> None:
        raise Conflict("no")

    store.append([Pending(b"one", "a/v1", ("q",))])
    with pytest.raises(Conflict):
        store.append([Pending(b"two", "a/v1", ("p",))], before_commit=fail)
    [kept] = store.append([conditioned(1)])
    assert not isinstance(kept, Conflict)
    [refused] = store.append([conditioned(1)])
    assert isinstance(refused, Conflict)
