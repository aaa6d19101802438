"""What binds the figures of a report: each number once, with the laws it stands in.

    figures, laws  ->  quantities (figures that must be equal are one)  ->  laws without repeats

A report says many numbers twice, and beside an earlier export nearly all of them: «new = old» is no
law here but one quantity. It moves freely while none of its figures is published, and else within
what all of those say. What it costs to let it move freely is the price of hiding each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from projections.guard_solve import Figure, Law

#: Above any number of a report: how far a quantity reaches that nothing published bounds.
FAR = 1 << 80


@dataclass(slots=True)
class Quantity:
    """One number and how far it may move; ``price`` 0: it moves freely, or never more than now."""

    value: int
    low: int
    high: int
    price: int
    figures: list[int]
    laws: dict[int, int] = field(default_factory=dict)

    @property
    def free(self) -> bool:
        """Whether nothing published bounds it."""
        return self.high == FAR

    @property
    def homogeneous(self) -> bool:
        """Whether any multiple of it fits what is published: it moves freely, or is none."""
        return self.free or not self.high


@dataclass(slots=True)
class Bond:
    """A law between quantities. ``base`` is what its terms add up to before anything moves."""

    terms: tuple[tuple[int, int], ...]
    equal: bool
    base: int


class Bound:
    """The quantities of a report and the bonds between them; ``of`` gives each figure's quantity.

    Figures are hidden through ``hide``, which keeps the quantities in step.
    """

    def __init__(self, figures: Sequence[Figure], laws: Sequence[Law]) -> None:
        self.figures = figures
        self.of = _same(len(figures), laws)
        self.quantities: list[Quantity] = []
        self.bonds: list[Bond] = []
        self._number(figures)
        self._bind(laws)
        self.group, self.members = self._groups()

    def _number(self, figures: Sequence[Figure]) -> None:
        numbers: dict[int, int] = {}
        for at, root in enumerate(self.of):
            number = numbers.setdefault(root, len(numbers))
            self.of[at] = number
            if number == len(self.quantities):
                self.quantities.append(Quantity(figures[at].value, 0, FAR, 0, []))
            self.quantities[number].figures.append(at)
        for one in self.quantities:
            self._look(one)

    def _bind(self, laws: Sequence[Law]) -> None:
        seen: set[tuple[tuple[tuple[int, int], ...], bool]] = set()
        for law in laws:
            merged: dict[int, int] = defaultdict(int)
            for at, times in law.terms:
                merged[self.of[at]] += times
            terms = tuple(sorted((one, times) for one, times in merged.items() if times))
            if law.equal and terms and terms[0][1] < 0:
                terms = tuple((one, -times) for one, times in terms)
            if not terms or (terms, law.equal) in seen:
                continue
            seen.add((terms, law.equal))
            for one, times in terms:
                self.quantities[one].laws[len(self.bonds)] = times
            base = sum(times * self.quantities[one].value for one, times in terms)
            self.bonds.append(Bond(terms, law.equal, base))

    def _groups(self) -> tuple[list[int], list[list[int]]]:
        """The quantities that hang together through bonds: the group of each, and of all groups."""
        joined = list(range(len(self.quantities)))
        for bond in self.bonds:
            first = _root(joined, bond.terms[0][0])
            for one, _ in bond.terms:
                joined[_root(joined, one)] = first
        members: dict[int, list[int]] = defaultdict(list)
        for one in range(len(joined)):
            members[_root(joined, one)].append(one)
        group = [0] * len(joined)
        for number, some in enumerate(members.values()):
            for one in some:
                group[one] = number
        return group, list(members.values())

    def _look(self, one: Quantity) -> None:
        """Take in what its figures say of a quantity."""
        shown = [figure for at in one.figures if not (figure := self.figures[at]).hidden]
        one.low = max((figure.low for figure in shown), default=0)
        one.high = min((figure.high for figure in shown), default=FAR)
        can = all(figure.price for figure in shown)
        one.price = sum(figure.price for figure in shown) if can else 0

    def excess(self, number: int, moves: Mapping[int, int]) -> int:
        """By how much a bond does not hold once this moved."""
        total = self.total(number, moves)
        return total if self.bonds[number].equal else max(0, total)

    def total(self, number: int, moves: Mapping[int, int]) -> int:
        """What the terms of a bond add up to once this moved; told from what moved alone."""
        total = self.bonds[number].base
        for one, value in moves.items():
            quantity = self.quantities[one]
            times = quantity.laws.get(number)
            if times:
                total += times * (value - quantity.value)
        return total

    def hide(self, one: int) -> None:
        """Hide the figures of a quantity, those that can be hidden."""
        for at in self.quantities[one].figures:
            if self.figures[at].price:
                self.figures[at].hidden = True
        self._look(self.quantities[one])


def _same(count: int, laws: Sequence[Law]) -> list[int]:
    """For each figure the first of those it must be equal to."""
    joined = list(range(count))
    for terms, equal in laws:
        if equal and len(terms) == 2 and terms[0][1] == -terms[1][1]:
            one, other = sorted(_root(joined, at) for at, _ in terms)
            joined[other] = one
    return [_root(joined, at) for at in range(count)]


def _root(joined: list[int], one: int) -> int:
    while joined[one] != one:
        joined[one] = joined[joined[one]]
        one = joined[one]
    return one
