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

Witnesses are looked for from the cheapest to the widest, and each way that finds one is proof:

1. figures and rows that stand alike trade what they have (``guard_twins.py``)
2. nothing came since an earlier export: all is as it was then (``guess``)
3. step by step: the figure goes where it must be able to be, and each law that this breaks is
   mended by moving another figure in it (``guard_search.py``), at first within what is published
4. along paths through rows and columns (``guard_paths.py``)
5. the same at the price of hiding figures: parts before totals, small before large, figures of
   people before counts of projects, never a figure published before

When nothing is found, all figures that hang together are hidden: then nothing binds them but laws
without constants, and zero for all, and any multiple of the truth, are witnesses.

Example:
    >>> parts = [Figure(40, 40, 40), Figure(12, 12, 12, price=8), Figure(3, hidden=True)]
    >>> total = Figure(55, 55, 55, price=30)
    >>> parts[2].least, parts[2].most = 1, 7
    >>> sorted(protect([*parts, total], [Law(((0, 1), (1, 1), (2, 1), (3, -1)))]))
    [1, 2]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from projections.guard_bound import Bound
from projections.guard_paths import Paths
from projections.guard_search import Effort, Search, State
from projections.guard_twins import Twins

#: Searches from the cheapest to the widest, and the last ones, when all that can be hidden is.
_FREE = Effort(60, paid=False, whole=False)
_WHOLE = Effort(300, paid=True, whole=True)
_PARTS = Effort(300, paid=True, whole=False)
_HASTY = Effort(300, paid=True, whole=False, hasty=True)
_LAST = (Effort(1000, paid=False, whole=True), Effort(1000, paid=False, whole=False))


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
    """Figures times whole numbers that add up to zero, or with ``equal`` False to at most zero."""

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
    protector = _Protector(Bound(figures, laws), guess or {})
    needy = [at for at, one in enumerate(figures) if one.most is not None or one.least is not None]
    for at in sorted(needy, key=lambda one: (protector.bonds(one), one)):
        figure = figures[at]
        wanted = ((True, figure.most), (False, figure.least))
        ends = [(up, to) for up, to in wanted if to is not None]
        for sides in [ends] if figure.either else [[end] for end in ends]:
            if not protector.settle(at, sides) and lost is not None:
                lost.append(at)
    return {at for at, figure in enumerate(figures) if figure.hidden}


#: One end of a range: whether it is the upper one, and how far it must reach.
_Side = tuple[bool, int]


class _Protector:
    """The quantities of a report, and the witnesses found so far."""

    def __init__(self, bound: Bound, guess: Mapping[int, int]) -> None:
        self._bound = bound
        self._twins, self._search, self._paths = Twins(bound), Search(bound), Paths(bound)
        self._reached: dict[int, tuple[int, int]] = {}
        self._guess = _Guess(bound, guess)
        #: Groups of which nothing is published but what is none, and whether something is.
        self._loose: dict[int, bool] = {}
        for group in range(len(bound.members)):
            self._look(group)

    def bonds(self, at: int) -> int:
        """In how many bonds a figure stands."""
        return len(self._bound.quantities[self._bound.of[at]].laws)

    def settle(self, at: int, sides: Sequence[_Side]) -> bool:
        """Find a witness on one of the sides, hiding what it costs; False when there is none."""
        one = self._bound.of[at]
        return (
            self._known(one, sides)
            or any(self._twins.reach(one, to) for _, to in sides)
            or self._guessed(one, sides, paid=False)
            or self._found(one, sides, _FREE)
            or self._walked(one, sides, paid=False)
            or self._found(one, sides, _WHOLE)
            or self._walked(one, sides, paid=True)
            or self._found(one, sides, _PARTS)
            or self._guessed(one, sides, paid=True)
            or self._found(one, sides, _HASTY)
            or self._all_hidden(one, sides)
        )

    def _known(self, one: int, sides: Sequence[_Side]) -> bool:
        """Whether some witness has the quantity that far already."""
        quantity = self._bound.quantities[one]
        if self._unbound(one) or (quantity.free and not quantity.laws):
            return True
        low, high = self._reached.get(one, (quantity.value, quantity.value))
        return any(high >= to if up else low <= to for up, to in sides)

    def _found(self, one: int, sides: Sequence[_Side], effort: Effort) -> bool:
        return any(self._taken(self._search.find(one, to, effort)) for _, to in sides)

    def _walked(self, one: int, sides: Sequence[_Side], *, paid: bool) -> bool:
        return any(self._taken(self._paths.find(one, to, paid=paid)) for _, to in sides)

    def _taken(self, state: State | None) -> bool:
        """Hide what a witness asks for, and remember how far it reaches."""
        if state is None:
            return False
        self._hide(state.opened)
        self._learn(state.moves)
        return True

    def _guessed(self, one: int, sides: Sequence[_Side], *, paid: bool) -> bool:
        """Whether the guess is a witness; ``paid``: once what it moves too far is hidden."""
        value = self._guess.of(one)
        if value is None or not any(value >= to if up else value <= to for up, to in sides):
            return False
        beyond = self._guess.beyond(one)
        if beyond and not (paid and all(self._bound.quantities[at].price for at in beyond)):
            return False
        self._hide(beyond)
        self._learn(self._guess.moves(one))
        return True

    def _all_hidden(self, one: int, sides: Sequence[_Side]) -> bool:
        """Hide all that hangs together, for nothing was found in time.

        What is none stays, unless it is for a figure that is itself none.
        """
        quantities = self._bound.quantities
        together = self._bound.members[self._bound.group[one]]
        self._hide(at for at in together if quantities[at].value or not quantities[one].value)
        self._look(self._bound.group[one])
        return self._unbound(one) or any(self._found(one, sides, last) for last in _LAST)

    def _look(self, group: int) -> None:
        """Take note of a group that nothing published binds."""
        some = [self._bound.quantities[one] for one in self._bound.members[group]]
        if all(one.homogeneous for one in some):
            self._loose[group] = not all(one.free for one in some)

    def _unbound(self, one: int) -> bool:
        """Whether a quantity can be anything, for only bonds without constants bind it.

        Then zero for all fits, and any multiple of what they are.
        """
        group = self._bound.group[one]
        return group in self._loose and not (
            self._loose[group] and self._bound.quantities[one].value == 0
        )

    def _hide(self, some: Iterable[int]) -> None:
        for one in sorted(some):
            if not self._bound.quantities[one].free:
                self._twins.hide(one)
                self._search.hidden(one)

    def _learn(self, moves: Mapping[int, int]) -> None:
        for one, value in moves.items():
            low, high = self._reached.get(one, (self._bound.quantities[one].value,) * 2)
            self._reached[one] = (min(low, value), max(high, value))


class _Guess:
    """An assignment that may be a witness, looked at once for all that hangs together."""

    def __init__(self, bound: Bound, guess: Mapping[int, int]) -> None:
        self._bound = bound
        self._said: dict[int, set[int]] = defaultdict(set)
        for at, value in guess.items():
            self._said[bound.of[at]].add(value)
        self._moves: dict[int, dict[int, int]] = {}
        self._beyond: dict[int, list[int]] = {}

    def of(self, one: int) -> int | None:
        """Where the guess has a quantity; None where it says nothing, or breaks a bond."""
        return self.moves(one).get(one) if one in self._said else None

    def moves(self, one: int) -> dict[int, int]:
        """Where the guess has all that hangs together with a quantity; empty if it fits nothing."""
        group = self._bound.group[one]
        if group not in self._moves:
            self._moves[group] = self._fitting(self._bound.members[group])
        return self._moves[group]

    def _fitting(self, members: Sequence[int]) -> dict[int, int]:
        quantities, moves = self._bound.quantities, {}
        for one in members:
            said = self._said.get(one, {quantities[one].value})
            if len(said) > 1:
                return {}
            moves[one] = next(iter(said))
        numbers = {number for one in members for number in quantities[one].laws}
        bonds = (self._bound.bonds[number] for number in numbers)
        sums = ((sum(times * moves[one] for one, times in bond.terms), bond) for bond in bonds)
        return {} if any(whole > 0 or (whole and bond.equal) for whole, bond in sums) else moves

    def beyond(self, one: int) -> list[int]:
        """What the guess has beyond what is published, of all that hangs together."""
        group, moves, quantities = self._bound.group[one], self.moves(one), self._bound.quantities
        some = self._beyond.get(group, moves)
        found = [at for at in some if not quantities[at].low <= moves[at] <= quantities[at].high]
        self._beyond[group] = found
        return found
