"""Gini, Theil and their interval: worked by hand, against other programs, and as properties."""

from __future__ import annotations

import csv
from collections import defaultdict
from math import isclose, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.inequality import (
    draws_for,
    gini,
    interval,
    percentile,
    seed_of,
    theil,
    theil_parts,
)

PRAISE = Path(__file__).parents[3] / "shared" / "data" / "praise-recognition" / "praise.csv"
AMOUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40)
SOME = AMOUNTS.filter(any)


def test_gini_of_one_two_three_by_hand() -> None:
    # n = 3, sum 6: ((2-4)*1 + (4-4)*2 + (6-4)*3) / (3*6) = (-2 + 0 + 6) / 18 = 4/18
    assert gini([3, 1, 2]) == pytest.approx(4 / 18)


def test_theil_of_one_and_three_by_hand() -> None:
    # m = 2: (0.5 ln 0.5 + 1.5 ln 1.5) / 2
    assert theil([1, 3]) == pytest.approx((0.5 * log(0.5) + 1.5 * log(1.5)) / 2)


def test_the_parts_of_two_groups_by_hand() -> None:
    # groups {1, 3} and {4}: n = 3, m = 8/3; shares 4/8 and 4/8; group means 2 and 4.
    parts = theil_parts({"a": [1, 3], "b": [4]})
    assert parts is not None
    between = 0.5 * log(2 / (8 / 3)) + 0.5 * log(4 / (8 / 3))
    within = 0.5 * (0.5 * log(0.5) + 1.5 * log(1.5)) / 2
    assert parts == pytest.approx((between, within))


def test_an_index_of_nothing_is_not_zero() -> None:
    assert gini([0, 0]) is None
    assert theil([]) is None
    assert theil_parts({"a": [0]}) is None
    assert interval([0, 0, 0], gini, 1) is None


@given(SOME)
def test_gini_is_the_mean_difference_of_all_pairs(values: list[int]) -> None:
    # Another definition: mean absolute difference over twice the mean, by numpy.
    x = np.array(values, dtype=float)
    oracle = np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean())
    assert gini(values) == pytest.approx(float(oracle), abs=1e-9)


@given(SOME)
def test_theil_is_the_relative_entropy_of_shares(values: list[int]) -> None:
    from scipy.stats import entropy

    x = np.array(values, dtype=float)
    oracle = entropy(x / x.sum(), np.full(len(x), 1 / len(x)))
    assert theil(values) == pytest.approx(float(oracle), abs=1e-9)


@given(SOME)
def test_gini_lies_between_zero_and_all_with_one(values: list[int]) -> None:
    found = gini(values)
    assert found is not None
    assert -1e-12 <= found <= 1 - 1 / len(values) + 1e-12


@given(SOME, st.integers(2, 1000))
def test_neither_depends_on_the_unit(values: list[int], times: int) -> None:
    scaled = [times * x for x in values]
    assert gini(scaled) == pytest.approx(gini(values), abs=1e-9)
    assert theil(scaled) == pytest.approx(theil(values), abs=1e-9)


@given(st.dictionaries(st.sampled_from("abcd"), AMOUNTS, min_size=1))
def test_between_and_within_add_up_to_the_whole(groups: dict[str, list[int]]) -> None:
    whole = theil([x for values in groups.values() for x in values])
    parts = theil_parts(groups)
    if whole is None:
        assert parts is None
        return
    assert parts is not None
    assert isclose(sum(parts), whole, abs_tol=1e-9)
    assert min(parts) >= -1e-9


@given(SOME)
def test_one_group_has_nothing_between(values: list[int]) -> None:
    parts = theil_parts({"all": values})
    assert parts is not None
    assert parts[0] == pytest.approx(0, abs=1e-9)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0, 1))
def test_percentiles_are_numpys(values: list[float], share: float) -> None:
    oracle = float(np.percentile(values, 100 * share))
    assert percentile(sorted(values), share) == pytest.approx(oracle, rel=1e-9, abs=1e-6)


def test_an_interval_follows_from_its_seed_alone() -> None:
    values = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89]
    one = interval(values, gini, seed_of("root", "fees"))
    assert one == interval(values, gini, seed_of("root", "fees"))
    assert one != interval(values, gini, seed_of("another root", "fees"))
    assert one is not None
    assert one[0] < (gini(values) or 0) < one[1]


def test_an_interval_is_about_what_scipys_bootstrap_gives() -> None:
    from scipy.stats import bootstrap

    values = [float(at**2) for at in range(1, 60)]
    mine = interval(values, gini, seed_of("r", "x"))
    oracle = bootstrap(
        (np.array(values),),
        lambda x: gini([float(one) for one in x]),
        method="percentile",
        n_resamples=1000,
        vectorized=False,
        rng=np.random.default_rng(7),
    ).confidence_interval
    assert mine == pytest.approx((oracle.low, oracle.high), abs=0.015)


def test_many_people_need_fewer_draws() -> None:
    assert [draws_for(n) for n in (10, 200, 400, 1000)] == [1000, 1000, 500, 200]


def test_above_a_thousand_people_no_interval_is_drawn() -> None:
    assert interval([1.0, 2.0] * 501, gini, 1) is None


@pytest.mark.skipif(not PRAISE.is_file(), reason="needs shared/data/praise-recognition")
def test_the_published_gini_of_praise_over_its_receivers_comes_out() -> None:
    # Awarded shares, called «impact hours» by their source: nobody's time, and in no rate.
    received: dict[str, float] = defaultdict(float)
    with PRAISE.open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for row in rows:
        try:
            received[row["to"]] += float(row["impact_hours"])
        except ValueError:
            continue
    assert sum(received.values()) == pytest.approx(11_488.30, abs=0.005)
    found = gini(list(received.values()))
    assert found == pytest.approx(0.834, abs=0.0005)
