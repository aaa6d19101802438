"""Hashes beside the entries that rows name: looked up in what was read, and in nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.facts import Fact, Facts
from projections.hashes import hashes_of
from projections.result import Row


def _hash(index: int) -> str:
    return f"{index:064x}"


def _facts(by_type: dict[str, set[int]]) -> Facts:
    def fact(index: int, kind: str) -> Fact:
        return Fact(index, _hash(index), kind, "person:a", None, "live", None, {}, {})

    kept = {kind: [fact(index, kind) for index in sorted(some)] for kind, some in by_type.items()}
    return Facts("example.org/a", 1000, kept)


@given(
    entries=st.sets(st.integers(0, 60)),
    rows=st.lists(st.lists(st.integers(0, 70), max_size=12), max_size=6),
)
def test_each_entry_that_a_row_names_and_that_was_read_has_its_hash(
    entries: set[int], rows: list[list[int]]
) -> None:
    facts = _facts({f"kind-{at}/v1": {one for one in entries if one % 3 == at} for at in range(3)})
    found = hashes_of([Row({}, tuple(some)) for some in rows], facts)
    named = sorted({index for some in rows for index in some} & entries)
    assert list(found) == named
    assert found == {index: _hash(index) for index in named}


def test_what_no_row_names_and_what_was_not_read_has_no_hash() -> None:
    found = hashes_of([Row({}, (2, 5))], _facts({"problem-proposed/v1": {1, 2, 3}}))
    assert dict(found) == {2: _hash(2)}
    assert 5 not in found  # named, and withheld from this reader
    for index in (1, 5, 900, -1):
        with pytest.raises(KeyError):
            found[index]


def test_rows_that_rest_on_nothing_need_no_facts() -> None:
    assert dict(hashes_of([Row({})], _facts({}))) == {}
