"""Looking for a witness along paths: where a step-by-step search loses its way in a long table.

Most quantities stand in two bonds, as a cell stands in its row and its column. Seen so, bonds are
places and quantities the ways between them: what is too much in one bond is handed on, cell by
cell, until something takes it that stands nowhere else, or until it comes back to where too little
is. The cheapest path is found by Dijkstra's algorithm, for the whole step or else for half of it.

    row r  ──(cell r,b)──  column b  ──(cell s,b)──  row s  ──(cell s,a)──  column a
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import heappop, heappush
from typing import NamedTuple

from projections.guard_bound import FAR, Bound
from projections.guard_search import State

#: So many quantities are looked at, some ten seconds long, to hide less; then more is hidden.
_MOST = 4_000_000


class _Place(NamedTuple):
    """A bond with too much (1) or too little (-1) in it."""

    bond: int
    sign: int


#: Where what is too much is taken, and handed on to no other bond.
_END = _Place(-1, 0)
#: Further than any path.
_FAR = (FAR, 0)


class _Way(NamedTuple):
    """One quantity that hands on what is too much: how it moves, its price, and to where."""

    one: int
    move: int
    cost: int
    to: _Place


class Paths:
    """The bonds of a report as places, its quantities as ways between them."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._looked = 0

    def find(self, one: int, to: int, *, paid: bool) -> State | None:
        """Give a witness that has the quantity at ``to``; ``paid``: it may ask to hide figures."""
        if not paid and self._looked > _MOST:
            return None
        quantity = self._bound.quantities[one]
        walk = _Walk(self._bound, one, paid)
        if not quantity.low <= to <= quantity.high:
            if not (paid and quantity.price):
                return None
            walk.opened.add(one)
        found = walk.go(to - quantity.value)
        self._looked += walk.looked
        return walk.state() if found else None


class _Walk:
    """One quantity on its way, and what moved with it so far."""

    def __init__(self, bound: Bound, one: int, paid: bool) -> None:
        self._bound, self._one, self._paid = bound, one, paid
        self._moves = {one: bound.quantities[one].value}
        self.opened: set[int] = set()
        #: How many quantities were looked at.
        self.looked = 0

    def go(self, left: int) -> bool:
        """Move the quantity so far, in as few steps as will do."""
        step = left
        while left:
            if self.take(step):
                left -= step
                step = min(step, left, key=abs)
            elif abs(step) == 1:
                return False
            else:
                step = step // 2 if step > 0 else -(-step // 2)
        return True

    def take(self, step: int) -> bool:
        """Move the quantity by a step and mend each of its bonds; nothing is kept if one is not."""
        before, opened = dict(self._moves), set(self.opened)
        self._moves[self._one] += step
        for number in self._bound.quantities[self._one].laws:
            too_much = self._excess(number)
            if too_much and not self._mend(_Place(number, _sign(too_much)), abs(too_much)):
                self._moves, self.opened = before, opened
                return False
        return True

    def state(self) -> State | None:
        """What moved, if it is a witness: a path may have used one quantity twice."""
        quantities = self._bound.quantities
        for one, value in self._moves.items():
            low, high = quantities[one].low, quantities[one].high
            if value < 0 or (one not in self.opened and not low <= value <= high):
                return None
        touched = {number for one in self._moves for number in quantities[one].laws}
        if any(self._excess(number) for number in touched):
            return None
        return State(self._moves, frozenset(self.opened), ())

    def _excess(self, number: int) -> int:
        return self._bound.excess(number, self._moves)

    def _mend(self, start: _Place, size: int) -> bool:
        """Hand on what is too much along the cheapest path."""
        goals = {
            _Place(number, -_sign(too_much))
            for number in self._bound.quantities[self._one].laws
            if number != start.bond and abs(too_much := self._excess(number)) == size
        }
        came: dict[_Place, tuple[_Place, _Way]] = {}
        least: dict[_Place, tuple[int, int]] = {start: (0, 0)}
        heap = [(0, 0, start)]
        while heap:
            cost, hops, place = heappop(heap)
            if place == _END or place in goals:
                return self._walked(start, place, came)
            if (cost, hops) > least[place]:
                continue
            self.looked += len(self._bound.bonds[place.bond].terms)
            for way in self._ways(place, size):
                there = (cost + way.cost, hops + 1)
                if there < least.get(way.to, _FAR):
                    least[way.to], came[way.to] = there, (place, way)
                    if not there[0] and (way.to == _END or way.to in goals):
                        return self._walked(start, way.to, came)  # none is cheaper, or shorter
                    heappush(heap, (*there, way.to))
        return False

    def _walked(
        self, start: _Place, end: _Place, came: Mapping[_Place, tuple[_Place, _Way]]
    ) -> bool:
        while end != start:
            end, way = came[end]
            value = self._moves.get(way.one, self._bound.quantities[way.one].value)
            self._moves[way.one] = value + way.move
            if way.cost:
                self.opened.add(way.one)
        return True

    def _ways(self, place: _Place, size: int) -> Iterator[_Way]:
        """How quantities of a bond can take what is too much in it, and where they hand it on."""
        quantities = self._bound.quantities
        for one, times in self._bound.bonds[place.bond].terms:
            if one == self._one or abs(times) != 1:
                continue
            move = -place.sign * times * size
            cost = self._cost(one, move)
            if cost is None:
                continue
            onward = [
                _Place(number, _sign(move * n))
                for number, n in quantities[one].laws.items()
                if number != place.bond and self._binds(number, move * n)
            ]
            if not onward:
                yield _Way(one, move, cost, _END)
            elif len(onward) == 1 and abs(quantities[one].laws[onward[0].bond]) == 1:
                yield _Way(one, move, cost, onward[0])

    def _cost(self, one: int, move: int) -> int | None:
        """What it costs to move a quantity so far; None where it cannot."""
        quantity = self._bound.quantities[one]
        end = self._moves.get(one, quantity.value) + move
        if quantity.low <= end <= quantity.high or (one in self.opened and end >= 0):
            return 0
        return quantity.price if self._paid and quantity.price and end >= 0 else None

    def _binds(self, number: int, more: int) -> bool:
        """Whether a bond notices that so much more is in it."""
        bond = self._bound.bonds[number]
        if bond.equal:
            return True
        return more > 0 and self._bound.total(number, self._moves) + more > 0


def _sign(number: int) -> int:
    return 1 if number > 0 else -1
