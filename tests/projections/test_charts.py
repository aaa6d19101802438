"""Charts as data: honest axes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.charts import panels, ticks


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (4, [0, 2, 4]),
        (239, [0, 100, 200]),
        (1000, [0, 500, 1000]),
    ],
)
def test_an_axis_has_few_whole_numbers(top: int, expected: list[int]) -> None:
    assert ticks(top) == expected


@given(st.integers(0, 10**9))
def test_every_axis_begins_at_zero_and_is_short(top: int) -> None:
    values = ticks(top)
    assert values[0] == 0
    assert 2 <= len(values) <= 4
    assert len({b - a for a, b in itertools.pairwise(values)}) == 1


def test_what_is_not_known_has_no_bar_and_keeps_its_words() -> None:
    values = [{"row": "fee", "panel": "Paid", "n": None, "label": "not recorded"}]
    spec = panels(values, rows=["fee"], columns=["Paid"], unit="offers", description="d")
    assert spec["data"]["values"] == values
    bar, words = spec["spec"]["layer"]
    assert bar["encoding"]["x"]["scale"]["domain"][0] == 0
    assert words["encoding"]["text"] == {"field": "label"}
