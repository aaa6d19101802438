"""Long laws, many rows, and a search that gives up: still nothing can be worked out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attacker import ranges
from hypothesis import given, settings
from hypothesis import strategies as st
from test_guard_solve import SMALLEST, figure, systems

from projections.guard_paths import Paths
from projections.guard_search import Search
from projections.guard_solve import Figure, Law, protect, spread
from projections.guard_twins import Twins


class Table:
    """Rows that add up across, in columns that add up down: what a view of many things is."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.figures: list[Figure] = []
        self.laws: list[Law] = []
        self.rows: list[list[int]] = []

    def add(self, value: int, *, left_out: bool = False, price: int = 10) -> int:
        """A figure; ``left_out`` one stands in a row about one person, which nobody is shown."""
        one = figure(value, self.base, price + value.bit_length())
        if left_out and not one.hidden:
            one.hidden = True
            small = value < SMALLEST
            one.least = min(1, value) if small else value // 2
            one.most = SMALLEST - 1 if small else value + (value + 1) // 2
        self.figures.append(one)
        return len(self.figures) - 1

    def total(self, parts: list[int], *, left_out: bool = False) -> int:
        at = self.add(sum(self.figures[one].value for one in parts), left_out=left_out, price=40)
        self.laws.append(Law((*((one, 1) for one in parts), (at, -1))))
        return at

    def row(self, values: list[int], *, left_out: bool, across: bool, people: bool) -> None:
        """A row of parts, with their sum, or the people in any of them."""
        parts = [self.add(value, left_out=left_out) for value in values]
        if across:
            parts.append(self.total(parts, left_out=left_out))
        elif people:
            whole = self.add(max(values), left_out=left_out, price=25)
            self.laws += [Law(((one, 1), (whole, -1)), equal=False) for one in parts]
            self.laws.append(Law((*((one, -1) for one in parts), (whole, 1)), equal=False))
            parts.append(whole)
        self.rows.append(parts)

    def down(self, column: int, *, shown: bool) -> None:
        """The sum of a column: a figure elsewhere, or only that of another column, too."""
        parts = [row[column] for row in self.rows]
        whole = self.total(parts)
        if not shown:
            self.figures[whole] = Figure(self.figures[whole].value, hidden=True, price=0)

    def again(self, at: int, base: int) -> None:
        """The same number in another file, rounded otherwise, which is out."""
        one = figure(self.figures[at].value, base, price=0)
        one.least = one.most = None
        self.figures.append(one)
        self.laws.append(Law(((at, 1), (len(self.figures) - 1, -1))))


ROWS = st.sampled_from(["bare", "across", "people", "mixed"])


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """More rows than a bond may have terms to be read through; most of what is in them small."""
    table = Table(draw(st.sampled_from([1, 5])))
    columns = draw(st.integers(1, 3))
    values = st.lists(st.integers(0, 30), min_size=columns, max_size=columns)
    kinds = draw(st.lists(values, min_size=1, max_size=6))
    one_person = draw(st.sets(st.integers(0, 79), max_size=80))
    form = draw(ROWS)
    for at in range(draw(st.integers(60, 80))):
        across = form == "across" or (form == "mixed" and at % 2 == 0)
        table.row(
            kinds[at % len(kinds)],
            left_out=at in one_person,
            across=across,
            people=form in {"people", "mixed"},
        )
    for column in range(len(table.rows[0])):
        table.down(column, shown=draw(st.booleans()))
    for at in draw(st.sets(st.integers(0, len(table.figures) - 1), max_size=20)):
        if table.figures[at].price:
            table.again(at, draw(st.sampled_from([1, 10])))
    return table


def nothing_is_found(table: Table, lost: list[int]) -> None:
    """Let an attacker try some of what is hidden, for each takes a while."""
    needy = [at for at, one in enumerate(table.figures) if one.most is not None and at not in lost]
    some = [*needy[:: max(1, len(needy) // 6)], *needy[-1:]]
    for at, (low, high) in ranges(table.figures, table.laws, some).items():
        one = table.figures[at]
        assert one.hidden
        assert low <= (one.least or 0), (at, low, one)
        assert high >= (one.most or 0) or not one.value, (at, high, one)


@settings(max_examples=40, deadline=None)
@given(tables())
def test_an_attacker_finds_no_hidden_count_in_a_long_table(table: Table) -> None:
    lost: list[int] = []
    protect(table.figures, table.laws, lost)
    nothing_is_found(table, lost)


#: What may find nothing: the search, the paths, what stands alike, and all of them.
GIVING_UP = [("Search",), ("Paths",), ("Twins",), ("Search", "Paths"), ("Search", "Paths", "Twins")]


def given_up(names: tuple[str, ...]) -> Iterator[None]:
    nothing: dict[str, tuple[type, str, object]] = {
        "Search": (Search, "find", lambda *_: None),
        "Paths": (Paths, "find", lambda *_, **__: None),
        "Twins": (Twins, "reach", lambda *_: False),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(*nothing[name])
        yield


@pytest.mark.parametrize("names", GIVING_UP)
@settings(max_examples=25, deadline=None)
@given(systems())
def test_what_gives_up_hides_too_much_and_never_too_little(
    names: tuple[str, ...], drawn: tuple[list[Figure], list[Law]]
) -> None:
    figures, laws = drawn
    needy = [at for at, one in enumerate(figures) if one.most is not None]
    for _ in given_up(names):
        protect(figures, laws)
    for at, (low, high) in ranges(figures, laws, needy).items():
        assert low <= 1, (at, low)
        assert high >= SMALLEST - 1, (at, high)


@pytest.mark.parametrize("names", [("Search",), ("Paths",), ("Twins", "Paths")])
@settings(max_examples=12, deadline=None)
@given(tables())
def test_so_it_is_in_a_long_table(names: tuple[str, ...], table: Table) -> None:
    lost: list[int] = []
    for _ in given_up(names):
        protect(table.figures, table.laws, lost)
    nothing_is_found(table, lost)


@settings(max_examples=80, deadline=None)
@given(systems(), st.data())
def test_what_other_files_say_of_the_same_numbers_is_known_as_well(
    drawn: tuple[list[Figure], list[Law]], data: st.DataObject
) -> None:
    figures, laws = drawn
    own = len(figures)
    for at in data.draw(st.lists(st.integers(0, own - 1), max_size=6)):
        again = figure(figures[at].value, data.draw(st.sampled_from([1, 5, 10])))
        again.price = data.draw(st.sampled_from([0, 0, 10]))  # out already, or in this file too
        if not again.price:
            again.least = again.most = None
            again.hidden = again.hidden and data.draw(st.booleans())
            again.low, again.high = spread(again.value, data.draw(st.sampled_from([1, 5, 10])))
        figures.append(again)
        laws.append(Law(((at, 1), (len(figures) - 1, -1))))
    lost: list[int] = []
    protect(figures, laws, lost)
    needy = [at for at, one in enumerate(figures) if one.most is not None and at not in lost]
    for at, (low, high) in ranges(figures, laws, needy).items():
        assert low <= 1, (at, low)
        assert high >= SMALLEST - 1, (at, high)


def test_blocks_that_hang_together_otherwise_do_not_stand_for_each_other() -> None:
    """a1 + a2 = a3, b1 + b3 = b2 and the sums of three columns give a1 = 4 away."""
    table = Table(1)
    first = [table.add(value) for value in (4, 2, 6)]
    second = [table.add(value) for value in (5, 7, 2)]
    table.laws.append(Law(((first[0], 1), (first[1], 1), (first[2], -1))))
    table.laws.append(Law(((second[0], 1), (second[2], 1), (second[1], -1))))
    table.rows = [first, second]
    for _ in range(30):
        table.row([20, 20, 20], left_out=False, across=False, people=False)
    for column in range(3):
        table.down(column, shown=True)
    [(low, high)] = ranges(table.figures, table.laws, [0]).values()
    assert (low, high) == (4, 4)
    protect(table.figures, table.laws)
    [(low, high)] = ranges(table.figures, table.laws, [0]).values()
    assert low <= 1
    assert high >= SMALLEST - 1


def test_two_roundings_of_one_number_leave_what_both_leave() -> None:
    # 43 is 45 in fives (43 to 47) and 40 in tens (35 to 44): 43 or 44, so that 2 is 1 or 2 of 45.
    part, small, whole = figure(43, 5), figure(2), figure(45, 1, 40)
    other = Figure(43, *spread(43, 10), price=0)
    laws = [Law(((0, 1), (1, 1), (2, -1))), Law(((0, 1), (3, -1)))]
    figures = [part, small, whole, other]
    assert ranges(figures, laws, [1]) == {1: (1, 2)}
    assert protect(figures, laws) == {1, 2}
    # What is out in tens cannot be taken back; the total can.
    low, high = ranges(figures, laws, [1])[1]
    assert low <= 1
    assert high >= SMALLEST - 1
