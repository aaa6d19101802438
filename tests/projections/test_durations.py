"""How long payment takes, with open claims as «at least»: by hand, by scipy, as properties."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from projections.durations import Lasted, Quantile, quantile

PAID = [Lasted(days, True) for days in (2, 4, 6, 8, 30)]
LASTED = st.lists(st.builds(Lasted, st.integers(0, 60), st.booleans()), min_size=1, max_size=40)


def test_with_nothing_open_it_is_the_nearest_rank() -> None:
    assert quantile(PAID, 0.5) == Quantile(6, False)
    assert quantile(PAID, 0.9) == Quantile(30, False)


def test_an_open_claim_makes_it_longer_and_never_shorter() -> None:
    # 2, 4, 6, 8 paid; one open for 10 days, one for 3. S: 5/6, *(3/4) = .625, *(2/3) = .4167
    some = [*PAID[:4], Lasted(10, False), Lasted(3, False)]
    assert quantile(some, 0.5) == Quantile(6, False)
    assert quantile(some, 0.9) == Quantile(10, True)


def test_when_most_is_open_only_a_bound_is_given() -> None:
    assert quantile([Lasted(1, True), Lasted(5, False), Lasted(7, False)], 0.5) == Quantile(7, True)
    assert quantile([], 0.5) is None


@given(st.lists(st.integers(0, 100), min_size=1), st.sampled_from([0.5, 0.9]))
def test_with_nothing_open_so_many_were_paid_within_it_and_not_earlier(
    days: list[int], share: float
) -> None:
    found = quantile([Lasted(one, True) for one in days], share)
    assert found is not None
    assert not found.at_least
    assert found.days == sorted(days)[math.ceil(share * len(days) - 1e-9) - 1]


@given(LASTED)
def test_the_share_that_lasts_longer_is_scipys(lasted: list[Lasted]) -> None:
    from scipy.stats import CensoredData, ecdf

    data = CensoredData(
        [one.days for one in lasted if one.ended],
        right=[one.days for one in lasted if not one.ended],
    )
    survival = ecdf(data).sf
    ended = {one.days for one in lasted if one.ended}
    for share in (0.25, 0.5, 0.9):
        found = quantile(lasted, share)
        reached = [
            int(days)
            for days, longer in zip(survival.quantiles, survival.probabilities, strict=True)
            if longer <= 1 - share + 1e-9 and int(days) in ended
        ]
        expected = Quantile(reached[0], False) if reached else Quantile(max(lasted).days, True)
        assert found == expected


@given(LASTED, st.sampled_from([0.5, 0.9]))
def test_to_pay_what_is_open_today_never_makes_it_later(lasted: list[Lasted], share: float) -> None:
    now = quantile(lasted, share)
    after = quantile([Lasted(one.days, True) for one in lasted], share)
    assert now is not None
    assert after is not None
    assert after.days <= now.days
