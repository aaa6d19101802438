"""States that lie in a file answer as states in memory do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.world import HeldStates, Subject
from projections import spilled
from projections.spilled import SpilledStates


@dataclass(frozen=True, slots=True)
class Seen(Subject):
    """A subject that remembers how often it was seen."""

    types: ClassVar = frozenset({"seen/v1"})
    times: int = 0


class Other(Seen):
    """Another subject, whose keys may be the same."""

    __slots__ = ()


SUBJECTS = (Seen, Other)
STEPS = st.lists(
    st.tuples(st.sampled_from(SUBJECTS), st.integers(0, 40), st.booleans()), max_size=300
)


def _alike(steps: list[tuple[type[Seen], int, bool]], hot: int) -> None:
    held, states = HeldStates(), SpilledStates(hot)
    for number, (subject, key, puts) in enumerate(steps):
        if puts:
            for kept in (held, states):
                kept.put(subject, f"person:{key}", subject(number))
        assert states.get(subject, f"person:{key}") == held.get(subject, f"person:{key}")
    for subject in SUBJECTS:
        for key in range(41):
            assert states.get(subject, f"person:{key}") == held.get(subject, f"person:{key}")


@given(STEPS, st.integers(1, 30))
def test_what_was_put_last_is_found_wherever_it_lies(
    steps: list[tuple[type[Seen], int, bool]], hot: int
) -> None:
    _alike(steps, hot)


@settings(max_examples=30)
@given(STEPS, st.integers(1, 30), st.sampled_from([lambda _: 1, lambda named: hash(named) & 3]))
def test_keys_whose_marks_are_the_same_are_told_apart(
    steps: list[tuple[type[Seen], int, bool]], hot: int, mark: Callable[[object], int]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spilled, "_mark", mark)
        _alike(steps, hot)


def test_more_states_than_the_index_began_with_are_all_found() -> None:
    states = SpilledStates(100)
    for key in range(20_000):
        states.put(Seen, f"contribution:{key}", Seen(key))
    assert all(states.get(Seen, f"contribution:{key}") == Seen(key) for key in range(20_000))
    assert states.get(Seen, "contribution:20000") is None
    assert len(states._hot) <= 100


def test_a_state_that_was_only_read_is_not_written_again() -> None:
    states = SpilledStates(4)
    for key in range(8):
        states.put(Seen, str(key), Seen(key))
    for _ in range(5):
        assert [states.get(Seen, str(key)) for key in range(8)] == [Seen(key) for key in range(8)]
    assert states._file is not None
    assert len(states._file._starts) - 1 <= 4
