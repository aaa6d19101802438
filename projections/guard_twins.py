"""Witnesses that need no search: what stands alike can give and take without anything else moving.

Two quantities are *twins* when they stand in the same bonds with the same sign: what one gives the
other takes, and no bond notices. A quantity is *alone* in a bond when it stands in no other: it
takes what is left over in that bond. So a quantity can move as far as its twins and, in each of its
bonds, those alone in it make room; that is a sum kept up to date, and not a search.

Two *blocks* are twins likewise. A block is what hangs together through short bonds, as the figures
of one row; where all of it moves freely, its short bonds have no constants, so that it may be
emptied into a block of the same form whose quantities stand in the same long bonds, one by one.
Whatever a block of the form can be, is then from none to the sum of all of that form.
"""

from __future__ import annotations

from collections import defaultdict

from projections.guard_bound import Bound

#: Bonds of more terms hold blocks apart instead of together.
_LONG = 24

_Form = tuple[object, ...]


class Twins:
    """Room among quantities and blocks that stand alike."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._kind: list[int] = []
        self._alone: dict[tuple[int, int], int] = {}
        kinds: dict[frozenset[tuple[int, int]], int] = {}
        for quantity in bound.quantities:
            stands = frozenset(quantity.laws.items())
            kind = kinds.setdefault(stands, len(kinds))
            self._kind.append(kind)
            if len(stands) == 1:
                self._alone[next(iter(quantity.laws.items()))] = kind
        #: How far all of a kind together can move, down and up.
        self._down, self._up = [0] * len(kinds), [0] * len(kinds)
        for one, kind in enumerate(self._kind):
            down, up = self._room(one)
            self._down[kind] += down
            self._up[kind] += up
        self._most = _blocks(bound)

    def _room(self, one: int) -> tuple[int, int]:
        quantity = self._bound.quantities[one]
        return quantity.value - quantity.low, quantity.high - quantity.value

    def hide(self, one: int) -> None:
        """Hide a quantity and take in the room that this makes."""
        kind = self._kind[one]
        before = self._room(one)
        self._bound.hide(one)
        for room, was, now in zip((self._down, self._up), before, self._room(one), strict=True):
            room[kind] += now - was

    def reach(self, one: int, to: int) -> bool:
        """Whether a witness with the quantity at ``to`` follows from those that stand alike."""
        quantity = self._bound.quantities[one]
        if not quantity.low <= to <= quantity.high:
            return False
        return 0 <= to <= self._most.get(one, -1) or self._absorbed(one, to - quantity.value)

    def _absorbed(self, one: int, step: int) -> bool:
        kind, (down, up) = self._kind[one], self._room(one)
        twins = self._down[kind] - down if step > 0 else self._up[kind] - up
        rest = step - min(twins, step) if step > 0 else step + min(twins, -step)
        return not rest or all(
            self._mended(number, times * rest, kind)
            for number, times in self._bound.quantities[one].laws.items()
        )

    def _mended(self, number: int, more: int, but: int) -> bool:
        """Whether those alone in a bond, but for one kind, take away what is too much in it."""
        bond = self._bound.bonds[number]
        excess = bond.base + more
        if excess > 0:
            found = self._alone_room(number, self._down, self._up, but)
        elif excess < 0 and bond.equal:
            found = self._alone_room(number, self._up, self._down, but)
        else:
            return True
        return found >= abs(excess)

    def _alone_room(self, number: int, added: list[int], taken: list[int], but: int) -> int:
        some = ((self._alone.get((number, times)), times) for times in (1, -1))
        return sum(
            (added if times > 0 else taken)[kind]
            for kind, times in some
            if kind is not None and kind != but
        )


def _blocks(bound: Bound) -> dict[int, int]:
    """Of quantities in blocks of a form that others have too: how large each can be."""
    alike: dict[_Form, list[list[int]]] = defaultdict(list)
    for block in _together(bound):
        form = _form(bound, block)
        if form is not None:
            alike[form].append(block)
    most: dict[int, int] = {}
    for blocks in alike.values():
        if len(blocks) < 2:
            continue
        for places in zip(*blocks, strict=True):
            whole = sum(bound.quantities[one].value for one in places)
            most.update((one, whole) for one in places if bound.quantities[one].free)
    return most


def _together(bound: Bound) -> list[list[int]]:
    """The quantities that hang together through short bonds, in their order."""
    found: list[list[int]] = []
    seen = [False] * len(bound.quantities)
    for first in range(len(seen)):
        if seen[first]:
            continue
        seen[first], block, todo = True, [first], [first]
        while todo:
            for number in bound.quantities[todo.pop()].laws:
                terms = bound.bonds[number].terms
                for one, _ in terms if len(terms) <= _LONG else ():
                    if not seen[one]:
                        seen[one] = True
                        block.append(one)
                        todo.append(one)
        found.append(sorted(block))
    return found


def _form(bound: Bound, block: list[int]) -> _Form | None:
    """What two blocks have in common when one can take the place of the other; None: it cannot.

    All of it must move freely or be a published none.
    """
    place = {one: at for at, one in enumerate(block)}
    inner: set[tuple[object, ...]] = set()
    stands: list[tuple[object, ...]] = []
    for one in block:
        quantity = bound.quantities[one]
        if not quantity.homogeneous:
            return None
        outer = []
        for number, times in quantity.laws.items():
            bond = bound.bonds[number]
            if len(bond.terms) > _LONG:
                outer.append((number, times))
            else:
                inner.add((tuple(sorted((place[at], n) for at, n in bond.terms)), bond.equal))
        stands.append((quantity.free, *outer))
    return (tuple(stands), frozenset(inner))
