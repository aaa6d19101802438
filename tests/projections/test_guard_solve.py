"""No hidden figure can be worked out by adding and subtracting what is published."""

from __future__ import annotations

import time

from attacker import ranges
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.guard_solve import Figure, Law, protect, rounded, spread

SMALLEST = 8


def figure(value: int, base: int = 1, price: int = 10) -> Figure:
    """A count as a report has it: hidden below eight, else rounded."""
    low, high = spread(value, base, SMALLEST)
    small = 0 < value < SMALLEST
    return Figure(
        value,
        low,
        high,
        hidden=small,
        price=price,
        least=1 if small else None,
        most=SMALLEST - 1 if small else None,
    )


def total_of(values: list[int], base: int = 1) -> tuple[list[Figure], list[Law]]:
    parts = [figure(value, base, 10 + value.bit_length()) for value in values]
    whole = figure(sum(values), base, 40)
    law = Law((*((at, 1) for at in range(len(values))), (len(values), -1)))
    return [*parts, whole], [law]


def test_a_total_that_gives_the_hidden_part_away_hides_the_cheapest_other_part() -> None:
    # 40 + 12 + 3 = 55: with 40, 12 and 55 published, the star is 55 - 40 - 12 = 3.
    figures, laws = total_of([40, 12, 3])
    assert protect(figures, laws) == {1, 2}
    # Now 12 + 3 = 15 is known, so the star is between 0 and 15.
    assert ranges(figures, laws, [2]) == {2: (0, 15)}


def test_rounding_alone_can_be_enough() -> None:
    # 40 is 38 to 42, 12 is 10 (8 to 12), 55 is 53 to 57: the star is 0 to 11, which holds 1 to 7.
    figures, laws = total_of([40, 12, 3], base=5)
    assert protect(figures, laws) == {2}
    assert ranges(figures, laws, [2]) == {2: (0, 11)}


def test_rounding_is_not_enough_where_it_narrows() -> None:
    # 42 is 40 (38 to 42), 44 is 45 (43 to 47): the star is 1 to 9. With 43, shown as 45, it is not:
    # 43 is 43 to 47 and so is 45, which leaves 0 to 4.
    wide, laws = total_of([42, 2], base=5)
    assert protect(wide, laws) == {1}
    narrow, laws = total_of([43, 2], base=5)
    assert protect(narrow, laws) == {0, 1}


def test_two_small_parts_protect_each_other() -> None:
    figures, laws = total_of([100, 5, 6])  # 5 + 6 = 11 is known, each is 0 to 11
    assert protect(figures, laws) == {1, 2}


def test_two_small_parts_that_leave_too_little_room_need_a_third() -> None:
    figures, laws = total_of([100, 1, 2])  # 1 + 2 = 3: neither can be 7
    assert protect(figures, laws) == {0, 1, 2}


def test_a_table_hides_four_corners() -> None:
    """Rows and columns both add up: the star needs one in its row, its column, and their corner."""
    #   3  20 |  23
    #  30  40 |  70
    #  -----------
    #  33  60 |  93
    values = [3, 20, 30, 40, 23, 70, 33, 60, 93]
    figures = [figure(value, price=10 if at < 4 else 40) for at, value in enumerate(values)]
    laws = [
        Law(((0, 1), (1, 1), (4, -1))),
        Law(((2, 1), (3, 1), (5, -1))),
        Law(((0, 1), (2, 1), (6, -1))),
        Law(((1, 1), (3, 1), (7, -1))),
        Law(((4, 1), (5, 1), (8, -1))),
    ]
    assert protect(figures, laws) == {0, 1, 2, 3}
    assert ranges(figures, laws, [0]) == {0: (0, 23)}


def test_the_number_of_people_in_either_of_two_groups_bounds_the_smaller() -> None:
    # union: 9 people in one group or the other; 9 in the first, 4 in the second.
    figures = [figure(9), figure(9, price=5), figure(4)]
    laws = [
        Law(((1, 1), (0, -1)), equal=False),
        Law(((2, 1), (0, -1)), equal=False),
        Law(((1, -1), (2, -1), (0, 1)), equal=False),
    ]
    assert protect(figures, laws) == {2}
    assert ranges(figures, laws, [2]) == {2: (0, 9)}
    # 8 in the first would leave at least 1 outside it.
    figures[1] = figure(8, price=5)
    figures[2].hidden = True
    assert protect(figures, laws) == {2}
    assert ranges(figures, laws, [2]) == {2: (1, 9)}


def test_a_zero_is_published_and_hides_nothing() -> None:
    figures, laws = total_of([0, 10, 20])
    assert protect(figures, laws) == set()


def test_numbers_round_to_the_nearest_five_halves_up() -> None:
    assert [rounded(value, 5) for value in (0, 8, 12, 13, 17, 18)] == [0, 10, 10, 15, 15, 20]
    assert spread(13, 5, 8) == (13, 17)
    assert spread(8, 5, 8) == (8, 12)
    assert spread(14, 10, 8) == (8, 14)


COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 60), st.sampled_from([0, 1, 2, 200]))


@st.composite
def systems(draw: st.DrawFn) -> tuple[list[Figure], list[Law]]:
    """A table with margins, some of its rows in a hierarchy, and some unions and bounds beside."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    base = draw(st.sampled_from([1, 5, 10]))
    table = [[draw(COUNTS) for _ in range(columns)] for _ in range(rows)]
    figures: list[Figure] = []

    def add(value: int, price: int) -> int:
        figures.append(figure(value, base, price))
        return len(figures) - 1

    cells = [[add(value, 10 + value.bit_length()) for value in row] for row in table]
    laws = []

    def total(parts: list[int]) -> int:
        at = add(sum(figures[part].value for part in parts), 40)
        laws.append(Law((*((part, 1) for part in parts), (at, -1))))
        return at

    across = [total(row) for row in cells]
    down = [total([row[at] for row in cells]) for at in range(columns)]
    whole = total(across)
    laws.append(Law((*((at, 1) for at in down), (whole, -1))))
    if rows > 2:  # a level between
        total(across[: rows // 2])
    if draw(st.booleans()):  # people in several rows: at most their sum, at least each
        parts = cells[0]
        values = [figures[part].value for part in parts]
        people = add(draw(st.integers(max(values), sum(values))), 25)
        laws += [Law(((part, 1), (people, -1)), equal=False) for part in parts]
        laws.append(Law((*((part, -1) for part in parts), (people, 1)), equal=False))
    return figures, laws


@settings(max_examples=60, deadline=None)
@given(systems())
def test_an_attacker_with_integer_programming_finds_no_hidden_count(
    drawn: tuple[list[Figure], list[Law]],
) -> None:
    figures, laws = drawn
    needy = [at for at, one in enumerate(figures) if one.most is not None]
    shown_before = {at for at, one in enumerate(figures) if not one.hidden}
    hidden = protect(figures, laws)
    assert hidden >= set(needy)
    assert set(range(len(figures))) - hidden <= shown_before
    for at, (low, high) in ranges(figures, laws, needy).items():
        assert low <= 1, (at, low)
        assert high >= SMALLEST - 1, (at, high)
        assert low <= figures[at].value <= high


@settings(max_examples=30, deadline=None)
@given(systems())
def test_the_same_report_hides_the_same_figures(drawn: tuple[list[Figure], list[Law]]) -> None:
    figures, laws = drawn
    again = [
        Figure(f.value, f.low, f.high, f.hidden, f.price, f.least, f.most, f.either)
        for f in figures
    ]
    assert protect(figures, laws) == protect(again, laws)


def test_fifteen_tables_that_hang_together_take_seconds() -> None:
    figures: list[Figure] = []
    laws: list[Law] = []
    for table in range(15):
        cells = []
        for row in range(12):
            first = len(figures)
            figures += [figure((7 * row + 3 * at + table) % 23, 5) for at in range(6)]
            parts = list(range(first, first + 6))
            cells.append(parts)
            figures.append(figure(sum(figures[part].value for part in parts), 5, 40))
            laws.append(Law((*((part, 1) for part in parts), (len(figures) - 1, -1))))
        for at in range(6):
            parts = [row[at] for row in cells]
            figures.append(figure(sum(figures[part].value for part in parts), 5, 40))
            laws.append(Law((*((part, 1) for part in parts), (len(figures) - 1, -1))))
    assert len(figures) > 1300
    started = time.process_time()
    protect(figures, laws)
    assert time.process_time() - started < 5
