"""Hiding more, until adding and subtracting tells nobody a hidden figure.

An attacker knows every published figure up to its rounding, which figures add up to which, and that
a figure is never below zero. What they can then say of a hidden one is its range: the least and the
largest value it takes over all whole numbers that fit what they know. A small figure is safe when
that range reaches from its ``least`` to its ``most``, for a count from 1 to 7: then nothing was
learned beyond «fewer than 8».

A range is proved by example. A *witness* is an assignment of whole numbers to all figures that fits
everything published, with the figure at or below ``least``, and another with it at or above
``most``. No witness, no proof, and another figure is hidden; so a search that gives up early hides
too much and never too little. Hiding only widens ranges, so a witness once found stays good.

The search moves the figure to where it must be able to be, and repairs each law that this breaks by
moving another figure in it: within its rounding for nothing, beyond it at the price of hiding it.
Cheapest first, so what is hidden is the cheapest that was met: parts before totals, small before
large, figures of people before counts of projects, never a figure published before. When the search
ends without an answer, all figures that hang together are hidden: then nothing binds them but
laws without constants, and zero for all, and any multiple of the truth, are witnesses.

Example:
    >>> parts = [Figure(40, 40, 40), Figure(12, 12, 12, price=8), Figure(3, hidden=True)]
    >>> total = Figure(55, 55, 55, price=30)
    >>> parts[2].least, parts[2].most = 1, 7
    >>> sorted(protect([*parts, total], [Law(((0, 1), (1, 1), (2, 1), (3, -1)))]))
    [1, 2]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

#: Searches from the cheapest to the widest: steps, whether figures may be hidden for it, and
#: whether one figure alone must mend a law.
_SEARCHES = ((60, False, False), (300, True, True), (300, True, False))
#: Steps of the last one, when all that can be hidden is.
_LAST = 1000
#: Figures that are tried to repair one law, cheapest first.
_TRIED = 8


@dataclass(slots=True)
class Figure:
    """One whole number of a report: its ``value``, and what is known of it once it is published.

    Published, it lies between ``low`` and ``high``; hidden, at or above zero. ``price`` is what
    hiding it costs, 0 for a figure that cannot be hidden any more. With ``least`` or ``most`` it
    needs protecting; ``either`` asks for one of the two only.
    """

    value: int
    low: int = 0
    high: int = 0
    hidden: bool = False
    price: int = 10
    least: int | None = None
    most: int | None = None
    either: bool = False


class Law(NamedTuple):
    """Figures times ±1 that add up to zero, or with ``equal`` False to at most zero."""

    terms: tuple[tuple[int, int], ...]
    equal: bool = True


def spread(value: int, base: int, floor: int = 0) -> tuple[int, int]:
    """Give the least and largest whole number that is published like ``value``."""
    shown = rounded(value, base)
    low = shown - base // 2
    return (0, 0) if value == 0 else (max(low, floor, 1), low + base - 1)


def rounded(value: int, base: int) -> int:
    """Give ``value`` ≥ 0 rounded to a multiple of ``base``, halves up."""
    return value if base <= 1 else (value + base // 2) // base * base


def protect(
    figures: Sequence[Figure],
    laws: Sequence[Law],
    lost: list[int] | None = None,
    guess: Mapping[int, int] | None = None,
) -> set[int]:
    """Hide figures until each that needs it is safe; gives all that are hidden.

    The figures must satisfy the laws. Deterministic; changes ``Figure.hidden``. What is not shown
    to be safe even so goes into ``lost``: it can be only what figures give away that cannot be
    hidden any more. ``guess`` is an assignment that may be a witness, tried before searching.
    """
    search = _Search(figures, laws, guess or {})
    needy = [at for at, one in enumerate(figures) if one.most is not None or one.least is not None]
    for at in sorted(needy, key=lambda one: (len(search.of[one]), one)):
        figure = figures[at]
        wanted = ((True, figure.most), (False, figure.least))
        ends = [(up, to) for up, to in wanted if to is not None]
        for sides in [ends] if figure.either else [[end] for end in ends]:
            if not any(search.known(at, *side) for side in sides):
                search.settle(at, sides)
    if lost is not None:
        lost += search.lost
    return {at for at, figure in enumerate(figures) if figure.hidden}


class _State(NamedTuple):
    moves: Mapping[int, int]
    opened: frozenset[int]
    broken: tuple[int, ...]


class _Search:
    """The figures with their laws, and the witnesses found so far."""

    def __init__(
        self, figures: Sequence[Figure], laws: Sequence[Law], guess: Mapping[int, int]
    ) -> None:
        self.figures, self.laws, self.guess = figures, laws, guess
        self.of: list[list[int]] = [[] for _ in figures]
        for number, law in enumerate(laws):
            for at, _ in law.terms:
                self.of[at].append(number)
        self._reached: dict[int, tuple[int, int]] = {}
        #: What could not be shown to be safe.
        self.lost: list[int] = []

    def known(self, at: int, up: bool, to: int) -> bool:
        """Whether some witness has the figure that far already."""
        value = self.figures[at].value
        low, high = self._reached.get(at, (value, value))
        if not self.of[at] and self.figures[at].hidden:
            return True
        return high >= to if up else low <= to

    def settle(self, at: int, sides: Sequence[tuple[bool, int]]) -> None:
        """Find a witness on one of the sides, hiding what it costs."""
        if self._guessed(at, sides, paid=False):
            return
        for search in _SEARCHES:
            if self._try(at, sides, *search):
                return
        if self._guessed(at, sides, paid=True):
            return
        # Nothing was found in time. With all that hangs together hidden, only laws without
        # constants bind them, and zero for all, and any multiple of what they are, fit as well.
        together = self._together(at)
        for one in together:
            if self.figures[one].price:
                self.figures[one].hidden = True
        bound = any(not self.figures[one].hidden for one in together)
        if bound and not any(self._try(at, sides, _LAST, False, whole) for whole in (True, False)):
            self.lost.append(at)

    def _guessed(self, at: int, sides: Sequence[tuple[bool, int]], *, paid: bool) -> bool:
        """Whether the guess is a witness; ``paid``: once what it moves too far is hidden."""
        value = self.guess.get(at)
        if value is None or not any(value >= to if up else value <= to for up, to in sides):
            return False
        together = self._together(at)
        moves = {one: self.guess.get(one, self.figures[one].value) for one in together}
        if any(self._excess(number, moves) for one in together for number in self.of[one]):
            return False
        for one in together:
            figure = self.figures[one]
            within = figure.hidden or figure.low <= moves[one] <= figure.high
            if not within and not (paid and figure.price):
                return False
        for one in together:
            figure = self.figures[one]
            if not figure.low <= moves[one] <= figure.high:
                figure.hidden = True
        self._learn(moves)
        return True

    def _try(
        self, at: int, sides: Sequence[tuple[bool, int]], limit: int, paid: bool, whole: bool
    ) -> bool:
        for _, to in sides:
            state = self._find(at, to, limit, paid=paid, whole=whole)
            if state is not None:
                for one in state.opened:
                    self.figures[one].hidden = True
                self._learn(state.moves)
                return True
        return False

    def _learn(self, moves: Mapping[int, int]) -> None:
        for at, value in moves.items():
            low, high = self._reached.get(at, (self.figures[at].value,) * 2)
            self._reached[at] = (min(low, value), max(high, value))

    def _together(self, at: int) -> list[int]:
        """The figures that hang together with this one through laws."""
        found, todo = {at}, [at]
        while todo:
            for number in self.of[todo.pop()]:
                for one, _ in self.laws[number].terms:
                    if one not in found:
                        found.add(one)
                        todo.append(one)
        return sorted(found)

    def _find(self, at: int, to: int, limit: int, *, paid: bool, whole: bool) -> _State | None:
        count = 0
        first = _State({at: to}, frozenset(), self._broken(self.of[at], {at: to}))
        heap: list[tuple[int, int, int, _State]] = [(0, 0, 0, first)]
        for _ in range(limit):
            if not heap:
                return None
            _, price, _, state = heappop(heap)
            if not state.broken:
                return state
            for cost, child in self._repairs(state, paid, whole):
                count += 1
                score = price + cost + 3 * len(child.broken) + len(child.moves)
                heappush(heap, (score, price + cost, count, child))
        return None

    def _broken(self, numbers: Iterable[int], moves: Mapping[int, int]) -> tuple[int, ...]:
        return tuple(number for number in numbers if self._excess(number, moves))

    def _excess(self, number: int, moves: Mapping[int, int]) -> int:
        law = self.laws[number]
        figures = self.figures
        total = 0
        for at, sign in law.terms:
            moved = moves.get(at)
            total += sign * (figures[at].value if moved is None else moved)
        return total if law.equal else max(0, total)

    def _repairs(self, state: _State, paid: bool, whole: bool) -> list[tuple[int, _State]]:
        """Ways to mend the first broken law, each by moving one figure that did not move yet."""
        number, *rest = state.broken
        excess = self._excess(number, state.moves)
        found: list[tuple[int, bool, int, int, int, int]] = []
        for at, sign in self.laws[number].terms:
            if at not in state.moves:
                for cost, value in self._moves(at, -excess * sign, paid):
                    moved = abs(value - self.figures[at].value)
                    part = moved < abs(excess)
                    if not (whole and part):
                        found.append((cost, part, len(self.of[at]), -moved, at, value))
        found.sort()
        children = []
        for cost, _, _, _, at, value in found[:_TRIED]:
            moves = {**state.moves, at: value}
            touched = dict.fromkeys((number, *rest, *self.of[at]))
            opened = state.opened | {at} if cost else state.opened
            children.append((cost, _State(moves, opened, self._broken(touched, moves))))
        return children

    def _moves(self, at: int, wanted: int, paid: bool) -> Iterable[tuple[int, int]]:
        """Where a figure can move towards ``wanted`` more: (price of hiding it, new value)."""
        figure = self.figures[at]
        value = figure.value
        if figure.hidden:
            end = max(0, value + wanted)
            if end != value:
                yield 0, end
            return
        within = min(max(value + wanted, figure.low), figure.high)
        if within != value:
            yield 0, within
        if paid and figure.price and within != (end := max(0, value + wanted)):
            yield figure.price, end
