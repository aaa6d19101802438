"""Entries behind a figure: what they are equal to, and what they take."""

from __future__ import annotations

from sys import getsizeof
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

import projections.entries as module
from projections.entries import Among, Entries, entries

SOME = st.lists(st.integers(-1, 90) | st.integers(0, 1 << 40), max_size=60)


@given(SOME)
def test_entries_are_the_sorted_tuple_of_the_same_indexes(some: list[int]) -> None:
    found, plain = entries(some), tuple(sorted(set(some) - {-1}))
    assert found == plain
    assert plain == found
    assert (list(found), len(found), hash(found)) == (list(plain), len(plain), hash(plain))
    assert (found[:7], found[7:], found[-3:]) == (plain[:7], plain[7:], plain[-3:])
    assert all(found[at] == plain[at] for at in range(len(plain)))
    assert repr(found) == repr(plain)
    assert found == entries(found)


@given(st.lists(st.integers(-1, 90), max_size=90), st.integers(1, 40))
def test_many_are_found_as_few_are(some: list[int], many: int) -> None:
    with patch.object(module, "_MANY", many):
        assert entries(some) == tuple(sorted(set(some) - {-1}))


@given(SOME, SOME)
def test_entries_differ_where_their_indexes_do(one: list[int], other: list[int]) -> None:
    mine, theirs = set(one) - {-1}, set(other) - {-1}
    assert (entries(one) == entries(other)) is (mine == theirs)
    assert all((index in entries(one)) is (index in mine) for index in other)


@given(st.sets(st.integers(0, 90)), st.sets(st.integers(0, 90)))
def test_marks_say_which_are_among_them(whole: set[int], some: set[int]) -> None:
    among = Among(whole)
    assert all((index in among) is (index in whole) for index in range(-2, 95))
    assert among.all_of(sorted(some)) is (some <= whole)


def test_an_unbroken_row_of_entries_holds_no_index_and_others_hold_four_bytes_each() -> None:
    whole, most = entries(range(5000, 90_000)), entries(range(0, 90_000, 3))
    assert isinstance(whole, Entries)
    assert isinstance(most, Entries)
    assert (getsizeof(whole._found), getsizeof(most._found) // len(most)) == (48, 4)
    assert (whole[0], whole[-1], len(whole)) == (5000, 89_999, 85_000)


def test_what_is_no_index_is_not_among_them() -> None:
    found = entries(range(0, 90, 2))
    assert 3 not in found
    assert "4" not in found
    assert 91 not in found
