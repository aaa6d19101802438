"""Two exports of one record: subtracting them shows nobody who came between."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from whole import guarded

from projections.guard import Guarded
from projections.guard_before import Earlier, HeldBack, read_pattern
from projections.guard_rules import Control
from projections.result import Amount, Cell, Column, Hidden, Row, Standing, ViewResult

EXACT = Control(round_to=1)
SMALL = Hidden("small")


def people(size: int = 9, **counts: int) -> ViewResult:
    return ViewResult(
        view="people",
        title="People",
        question="How many?",
        formula="counted",
        does_not_show="more",
        checkpoint=Standing("example.org/two", size, "root"),
        columns=(
            Column("place", "text", "", "Place", guard="open"),
            Column("people", "integer", "person", "People", guard="count"),
        ),
        rows=tuple(Row({"place": place, "people": n}, key=place) for place, n in counts.items()),
        hashes={},
    )


def cells(done: Guarded) -> list[Cell]:
    return [row.cells["people"] for row in done.views[0].rows]


def first_export(view: ViewResult, control: Control, index: int = 9) -> tuple[Guarded, Earlier]:
    done = guarded([view], control)
    return done, Earlier(index, (view,), control, done.pattern)


def test_a_figure_that_two_people_joined_since_is_held_back() -> None:
    _, before = first_export(people(a=20, b=30), EXACT)
    done = guarded([people(a=22, b=30)], EXACT, [before])
    assert cells(done) == [SMALL, 30]  # 22 - 20 would say that two came
    assert any("held back" in note for note in done.views[0].notes)
    assert done.views[0].control is not None
    assert done.views[0].control["after"] == [9]


def test_a_figure_that_eight_people_joined_or_nobody_is_shown() -> None:
    _, before = first_export(people(a=20, b=30), EXACT)
    assert cells(guarded([people(30, a=28, b=30)], EXACT, [before])) == [28, 30]
    assert cells(guarded([people(a=20, b=30)], EXACT, [before])) == [20, 30]


def test_a_figure_that_two_people_left_is_held_back() -> None:
    _, before = first_export(people(a=20, b=30), EXACT)
    assert cells(guarded([people(a=18, b=30)], EXACT, [before])) == [SMALL, 30]


def test_rounding_hides_a_small_difference_by_itself() -> None:
    # 21 and 22 are both shown as 20: the difference may be none.
    _, before = first_export(people(a=21, b=30), Control())
    assert cells(guarded([people(a=22, b=30)], Control(), [before])) == [20, 30]
    # 22 and 23 are shown as 20 and 25: between 1 and 9 came, which may be 8 or more.
    _, before = first_export(people(a=22, b=30), Control())
    assert cells(guarded([people(60, a=23, b=30)], Control(), [before])) == [25, 30]


def test_a_figure_that_one_entry_moves_over_the_edge_of_rounding_is_held_back() -> None:
    # 12 is shown as 10 and 13 as 15: one entry between them says that it was 12 and is 13.
    _, before = first_export(people(9, a=12, b=30), Control())
    assert cells(guarded([people(10, a=13, b=30)], Control(), [before])) == [SMALL, 30]
    assert cells(guarded([people(17, a=13, b=30)], Control(), [before])) == [15, 30]
    assert cells(guarded([people(10, a=12, b=30)], Control(), [before])) == [10, 30]


def test_what_one_file_hides_the_next_does_not_give_away() -> None:
    """Alone, the second would show b; beside the first, all - b would be a + c, and b - …"""
    counts = {"a": 30, "b": 12, "c": 3, "all": 45}
    first, before = first_export(people(**counts), EXACT)
    assert cells(first) == [30, SMALL, SMALL, 45]
    # Another choice of what to hide beside c would open both: the second file keeps the first's.
    second = guarded([people(**counts)], EXACT, [before])
    assert cells(second) == cells(first)


def test_what_was_the_total_is_known_to_be_it_still() -> None:
    # Of 9, 0 and 9 nobody could say which is the total; 7, 1 and 8 in the first file said it.
    first, before = first_export(people(a=7, b=1, all=8), EXACT)
    assert cells(first) == [SMALL, SMALL, 8]
    second = cells(guarded([people(17, a=9, b=0, all=9)], EXACT, [before]))
    assert second[2] == SMALL  # 9 would say that one more came
    assert SMALL in second[:2]  # and 9 and 0 would say 9
    second = cells(guarded([people(17, a=9, all=9)], EXACT, [before]))
    assert second == [SMALL, SMALL]  # and so would 9 alone, where the row of none is gone
    # So it is when the first was the one that did not say.
    _, before = first_export(people(a=9, b=0, all=9), EXACT)
    assert cells(guarded([people(17, a=7, b=1, all=8)], EXACT, [before]))[2] == SMALL


def test_an_export_is_held_back_when_a_few_entries_made_one_of_none() -> None:
    # 0 then, * now: of one entry, that is one. Hiding more in the second file does not help.
    _, before = first_export(people(9, a=0, b=30), Control())
    with pytest.raises(HeldBack) as held:
        guarded([people(10, a=1, b=30)], Control(), [before])
    assert (held.value.since, held.value.size) == (9, 9)
    assert cells(guarded([people(17, a=1, b=30)], Control(), [before])) == [SMALL, 30]
    assert cells(guarded([people(10, a=0, b=30)], Control(), [before])) == [0, 30]


def test_a_hidden_figure_that_one_entry_makes_large_enough_stays_hidden() -> None:
    # * then, 10 now: of one entry, that is 7 and 8.
    _, before = first_export(people(9, a=7, b=30), Control())
    assert cells(guarded([people(10, a=8, b=30)], Control(), [before])) == [SMALL, 30]
    assert cells(guarded([people(60, a=8, b=30)], Control(), [before])) == [10, 30]


def test_money_that_few_payees_add_is_held_back() -> None:
    def paid(*shares: int) -> ViewResult:
        return ViewResult(
            view="paid",
            title="Paid",
            question="How much?",
            formula="added",
            does_not_show="more",
            checkpoint=Standing("example.org/two", 9, "root"),
            columns=(
                Column("kind", "text", "", "Kind", guard="open"),
                Column("paid", "money", "money", "Paid", guard="money"),
            ),
            rows=(
                Row({"kind": "fee", "paid": Amount(sum(shares), "GBP")}, payees={"paid": shares}),
            ),
            hashes={},
        )

    def shown(now: ViewResult) -> Cell:
        return guarded([now], Control(), [before]).views[0].rows[0].cells["paid"]

    _, before = first_export(paid(*[5000] * 12), Control())
    assert shown(paid(*[5000] * 12)) == Amount(60_000, "GBP")
    assert shown(paid(*[5000] * 13)) == Hidden("payees")  # one person's 50.00 would stand alone
    assert shown(paid(*[5000] * 22)) == Amount(110_000, "GBP")


def test_a_pattern_that_is_none_counts_as_everything_shown() -> None:
    assert read_pattern("not one", 3) == [True] * 3
    done, _ = first_export(people(a=3, b=30), EXACT)
    assert read_pattern(done.pattern, 2) == [False, True]
    assert read_pattern(done.pattern, 5) == [True] * 5


# ── an attacker with both files ─────────────────────────────────────────────────────────────────


def known(cell: Cell, base: int) -> tuple[float, float]:
    """What one published cell tells."""
    if isinstance(cell, Hidden):
        return 0, 10_000
    assert isinstance(cell, int)
    if not cell:
        return 0, 0
    return max(8, cell - base // 2), cell - base // 2 + base - 1


class Attack:
    """Both files, the sums within each, that what did not change is the same, and how many
    entries came between, where they are few.
    """

    def __init__(
        self,
        old: list[int],
        new: list[int],
        shown: tuple[list[Cell], list[Cell]],
        base: int,
        between: int,
    ) -> None:
        count = len(old)
        self.count = count
        rows, room = [], []
        for first in (0, count):  # parts, then their total last
            row = np.zeros(2 * count)
            row[first : first + count - 1] = 1
            row[first + count - 1] = -1
            rows.append(row)
            room.append(0)
        for at in range(count):
            moved = abs(new[at] - old[at])
            if not moved or moved <= between < 8:
                row = np.zeros(2 * count)
                row[at], row[count + at] = 1, -1
                rows.append(row)
                room.append(between if moved else 0)
        self.laws = LinearConstraint(np.array(rows), [-most for most in room], room)
        low, high = zip(*(known(cell, base) for cell in [*shown[0], *shown[1]]), strict=True)
        self.bounds = Bounds(low, high)

    def range(self, aim: np.ndarray) -> tuple[int, int]:
        ends = []
        for way in (1, -1):
            answer = milp(
                way * aim,
                constraints=self.laws,
                bounds=self.bounds,
                integrality=np.ones(2 * self.count),
            )
            assert answer.status == 0, answer.message
            ends.append(round(way * answer.fun))
        return ends[0], ends[1]

    def figure(self, at: int) -> tuple[int, int]:
        aim = np.zeros(2 * self.count)
        aim[at] = 1
        return self.range(aim)

    def difference(self, at: int) -> tuple[int, int]:
        aim = np.zeros(2 * self.count)
        aim[self.count + at], aim[at] = 1, -1
        return self.range(aim)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.integers(0, 12), st.integers(0, 90)), min_size=2, max_size=6),
    st.lists(st.sampled_from([0, 0, 0, 1, 2, 5, 9, 30, -1, -3]), min_size=6, max_size=6),
    st.sampled_from([1, 5]),
    st.sampled_from([1, 7, 8, 100]),
)
# A total is known to be one by the other file: here all parts but one are none.
@example([1, 8], [-1, 0, 0, 0, 0, 0], 5, 7)
@example([1, 58], [-1, -1, 0, 0, 0, 0], 5, 7)
@example([0, 58], [1, 1, 0, 0, 0, 0], 5, 7)
def test_two_files_do_not_subtract(
    parts: list[int], moves: list[int], base: int, between: int
) -> None:
    now = [max(0, part + move) for part, move in zip(parts, moves, strict=False)]
    old, new = [*parts, sum(parts)], [*now, sum(now)]
    control = Control(round_to=base)
    names = [f"place-{at}" for at in range(len(parts))] + ["all"]
    before = people(**dict(zip(names, old, strict=True)))
    first = guarded([before], control)
    try:
        second = guarded(
            [people(9 + between, **dict(zip(names, new, strict=True)))],
            control,
            [Earlier(9, (before,), control, first.pattern)],
        )
    except HeldBack:
        assert between < 8
        return
    attack = Attack(old, new, (cells(first), cells(second)), base, between)
    for at, value in enumerate([*old, *new]):
        if 0 < value < 8:
            low, high = attack.figure(at)
            assert low <= 1, (at, low, high)
            assert high >= 7, (at, low, high)
    for at in range(len(old)):
        if 0 < abs(new[at] - old[at]) < 8:
            low, high = attack.difference(at)
            if new[at] < old[at]:
                low, high = -high, -low
            assert low <= 0 or (high >= 8 and between >= 8), (at, low, high)
