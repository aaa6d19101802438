"""Looking for a witness step by step: move one quantity, then mend each bond that this breaks.

A state is what moved, what must be hidden for it, and which bonds are broken. The cheapest is taken
first, its first broken bond is mended in a few ways, each by moving one quantity that did not move
yet: within its room for nothing, beyond it at its price. What a bond adds up to follows from what
moved and from nothing else, and of a long bond only the quantities that come first are looked at,
so that a step costs the same in a report of a hundred thousand figures as in one of ten.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple

from projections.guard_bound import Bond, Bound

#: Quantities that are tried to mend one bond, cheapest first.
_TRIED = 8
#: What a broken bond weighs beside the price of hiding a figure, and in a hasty search.
_BROKEN, _HASTE = 3, 300
#: Bonds of more terms are not read through: so many are looked at of each sort.
_LONG = 48


class Effort(NamedTuple):
    """How far a search goes: its steps, and whether it may ask for figures to be hidden.

    With ``whole`` one quantity alone must mend a bond. A ``hasty`` one tries more ways, and takes
    the state with the fewest broken bonds first, whatever it costs.
    """

    steps: int
    paid: bool
    whole: bool
    hasty: bool = False


class State(NamedTuple):
    """What moved and where to, what must be hidden for that, and the bonds that are broken yet."""

    moves: Mapping[int, int]
    opened: frozenset[int]
    broken: tuple[int, ...]


class _Way(NamedTuple):
    """One way to mend a bond, in the order in which they are tried."""

    cost: int
    part: bool
    bonds: int
    less: int
    one: int
    value: int


@dataclass(slots=True)
class _Sorted:
    """The quantities of a long bond: those that move freely, those with room, those with a price.

    The first grows as quantities are hidden; the others keep them and are read past them.
    """

    free: list[tuple[int, int, int]]
    room: list[tuple[int, int, int]]
    paid: list[tuple[int, int, int]]


class Search:
    """The search over the quantities of a report."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._sorted: dict[int, _Sorted] = {}

    def find(self, one: int, to: int, effort: Effort) -> State | None:
        """Give a witness that has the quantity at ``to``; None when none was met in time."""
        quantity = self._bound.quantities[one]
        opened: frozenset[int] = frozenset()
        if not quantity.low <= to <= quantity.high:
            if not (effort.paid and quantity.price):
                return None
            opened = frozenset({one})
        count, moves = 0, {one: to}
        first = State(moves, opened, self.broken(quantity.laws, moves))
        heap: list[tuple[int, int, int, State]] = [(0, 0, 0, first)]
        for _ in range(effort.steps):
            if not heap:
                return None
            _, price, _, state = heappop(heap)
            if not state.broken:
                return state
            for cost, child in self._mended(state, effort):
                count += 1
                weight = _HASTE if effort.hasty else _BROKEN
                score = price + cost + weight * len(child.broken) + len(child.moves)
                heappush(heap, (score, price + cost, count, child))
        return None

    def hidden(self, one: int) -> None:
        """Take note that a quantity moves freely now."""
        quantity = self._bound.quantities[one]
        for number in quantity.laws if quantity.free else ():
            if number in self._sorted:
                insort(self._sorted[number].free, (len(quantity.laws), -quantity.value, one))

    def broken(self, numbers: Iterable[int], moves: Mapping[int, int]) -> tuple[int, ...]:
        """Which of these bonds do not hold once this moved."""
        return tuple(number for number in numbers if self._bound.excess(number, moves))

    def _mended(self, state: State, effort: Effort) -> Iterator[tuple[int, State]]:
        """Ways to mend the first broken bond, by quantities that did not move yet."""
        number = state.broken[0]
        excess = self._bound.excess(number, state.moves)
        ways = sorted(self._ways(number, excess, state.moves, effort))
        for way in ways[: _tried(effort)]:
            yield self._child(state, [way])
        if not effort.whole and (several := self._several(number, excess, ways)):
            yield self._child(state, several)

    def _several(self, number: int, excess: int, ways: Sequence[_Way]) -> list[_Way]:
        """Parts that mend a bond together, the cheapest first; none where all of them do not."""
        parts = [way for way in ways if way.part]
        dearest = {way.one: way for way in parts}
        return self._filled(number, excess, [way for way in parts if not way.cost]) or self._filled(
            number, excess, sorted(dearest.values())
        )

    def _filled(self, number: int, excess: int, parts: Iterable[_Way]) -> list[_Way]:
        used = []
        for way in parts:
            quantity = self._bound.quantities[way.one]
            most, wanted = way.value - quantity.value, _share(-excess, quantity.laws[number])
            step = min(most, wanted, key=abs)
            if step:
                used.append(way._replace(value=quantity.value + step))
                excess += step * quantity.laws[number]
            if not excess:
                return used
        return []

    def _child(self, state: State, ways: Sequence[_Way]) -> tuple[int, State]:
        moves = {**state.moves, **{way.one: way.value for way in ways}}
        touched = dict.fromkeys(state.broken)
        for way in ways:
            touched.update(dict.fromkeys(self._bound.quantities[way.one].laws))
        paid = [way.one for way in ways if way.cost]
        opened = state.opened.union(paid) if paid else state.opened
        cost = sum(way.cost for way in ways)
        return cost, State(moves, opened, self.broken(touched, moves))

    def _ways(
        self, number: int, excess: int, moves: Mapping[int, int], effort: Effort
    ) -> Iterator[_Way]:
        bond = self._bound.bonds[number]
        if len(bond.terms) <= _LONG:
            for one, _ in bond.terms:
                if one not in moves:
                    yield from self._moved(one, number, excess, effort.paid, effort.whole)
            return
        some = self._sorted.get(number) or self._sort(number, bond)
        full = 0
        for _, _, one in islice(some.free, _LONG):
            if one not in moves:
                for way in self._moved(one, number, excess, False, effort.whole):
                    full += not way.part
                    yield way
            if full == _tried(effort):
                return
        for sort, pays in ((some.room, False), (some.paid, True)):
            if pays and not effort.paid:
                return
            here = (one for _, _, one in sort if one not in moves and not self._free(one))
            for one in islice(here, _LONG):
                yield from self._moved(one, number, excess, pays, effort.whole)

    def _free(self, one: int) -> bool:
        return self._bound.quantities[one].free

    def _sort(self, number: int, bond: Bond) -> _Sorted:
        free, room, paid = [], [], []
        for one, _ in bond.terms:
            quantity = self._bound.quantities[one]
            bonds = len(quantity.laws)
            if quantity.free:
                free.append((bonds, -quantity.value, one))
                continue
            if quantity.low < quantity.high:
                room.append((bonds, quantity.low - quantity.high, one))
            if quantity.price:
                paid.append((quantity.price, bonds, one))
        found = self._sorted[number] = _Sorted(sorted(free), sorted(room), sorted(paid))
        return found

    def _moved(self, one: int, number: int, excess: int, paid: bool, whole: bool) -> Iterator[_Way]:
        """How a quantity can mend a bond, or part of it: within its room, or hidden for it."""
        quantity = self._bound.quantities[one]
        value, bonds = quantity.value, len(quantity.laws)
        wanted = _share(-excess, quantity.laws[number])
        within = min(max(value + wanted, quantity.low), quantity.high)
        beyond = max(0, value + wanted)
        ends = [(0, within)]
        if paid and quantity.price and beyond != within:
            ends.append((quantity.price, beyond))
        for cost, end in ends:
            moved = abs(end - value)
            part = moved * abs(quantity.laws[number]) < abs(excess)
            if moved and not (part and whole):
                yield _Way(cost, part, bonds, -moved, one, end)


def _tried(effort: Effort) -> int:
    return _LONG if effort.hasty else _TRIED


def _share(excess: int, times: int) -> int:
    """How far a term must move to take away an excess, as far as whole numbers allow."""
    found = abs(excess) // abs(times)
    return found if (excess > 0) == (times > 0) else -found
