"""The digest of a view, taken row by row, is that of the JSON text of all rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from projections.entries import entries
from projections.result import (
    Amount,
    Cell,
    Hidden,
    Reason,
    Row,
    Standing,
    ViewResult,
    Words,
    hidden,
    plain,
)

CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.integers(),
    st.floats(allow_nan=False),
    st.builds(Amount, st.integers(), st.sampled_from(["GBP", "JPY"]), st.integers(0, 6)),
    st.builds(Words, st.integers(0, 99), st.text(max_size=4)),
    st.builds(Hidden, st.sampled_from(get_args(Reason))),
)
ROWS = st.builds(
    Row,
    st.dictionaries(st.text(max_size=6), CELLS, max_size=5),
    st.lists(st.integers(0, 500), max_size=40).map(entries)
    | st.lists(st.integers(0, 500), max_size=9).map(tuple),
)


def _result(rows: list[Row]) -> ViewResult:
    return ViewResult("v", "V", "?", "f", "-", Standing("a", 1, ""), (), tuple(rows))


@given(st.lists(ROWS, max_size=6))
def test_the_digest_is_that_of_the_whole_text(rows: list[Row]) -> None:
    shown = [
        [plain(row), list(row.events), *([dark] if (dark := hidden(row)) else [])] for row in rows
    ]
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert _result(rows).digest == hashlib.sha256(text.encode()).hexdigest()


@given(ROWS)
def test_a_tuple_of_entries_and_their_compact_form_give_one_digest(row: Row) -> None:
    assert _result([row]).digest == _result([replace(row, events=tuple(row.events))]).digest
