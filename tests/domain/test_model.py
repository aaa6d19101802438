"""Random histories against a slow, obvious reference of the rules: the verdicts are the same.

The histories are those of ``histories.py``; the run marked ``long`` plays more and longer ones.
"""

from __future__ import annotations

import pytest
from histories import SEEN, Histories
from histories_of_draws import Draws
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test as play

#: What takes a long way to happen: offered, accepted, paid, then reversed. Short histories may not
#: get there; the long run must.
_SELDOM = frozenset({"payment-reversed"})


def test_the_rules_and_the_reference_agree_about_random_histories() -> None:
    """The same histories each time: a failure comes from a change, not from a throw of dice."""
    play(
        Histories,
        settings=settings(
            max_examples=400, stateful_step_count=60, deadline=None, derandomize=True, database=None
        ),
    )
    _refuse_silence(_SELDOM)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_rules_and_the_reference_agree_about_many_long_histories() -> None:
    play(Histories, settings=settings(max_examples=3000, stateful_step_count=120, deadline=None))
    _refuse_silence(frozenset())


def test_the_rules_and_the_reference_agree_about_draws() -> None:
    play(
        Draws,
        settings=settings(
            max_examples=150, stateful_step_count=50, deadline=None, derandomize=True, database=None
        ),
    )
    draws = {type for type, _ in SEEN if type.startswith("draw-")} | {"decision-closed"}
    assert all(SEEN[type, allowed] for type in draws for allowed in (True, False)), dict(SEEN)
    SEEN.clear()


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_rules_and_the_reference_agree_about_many_long_draws() -> None:
    play(Draws, settings=settings(max_examples=1000, stateful_step_count=100, deadline=None))
    SEEN.clear()


def _refuse_silence(seldom: frozenset[str]) -> None:
    """Every kind of act was both allowed and refused, or the agreement says little."""
    types = {type for type, _ in SEEN}
    assert len(types) >= 16
    for type in types:
        if type not in seldom:
            assert SEEN[type, True], f"{type} was never allowed: the histories say too little"
        assert SEEN[type, False], f"{type} was never refused"
    SEEN.clear()
