"""Which names have passed, in 8 bytes each: envelope hashes and nonces, once and no more.

A set of a million hashes takes 170 MB; here it is 8. Each name is kept as Python's own 64-bit
keyed hash of it, whose key is random in every process, so nobody can prepare two names that meet.
By chance two of a million meet once in 37 million audits; whoever reports «twice» looks again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

_BITS: Final = (1 << 64) - 1


class Seen:
    """Names that have passed, spread over 256 lists."""

    __slots__ = ("_lists",)

    def __init__(self) -> None:
        self._lists = [array("Q") for _ in range(256)]

    def add(self, name: str) -> None:
        """Note that ``name`` passed."""
        number = hash(name) & _BITS
        self._lists[number & 255].append(number)

    def update(self, names: Iterable[str]) -> None:
        """Note that each of ``names`` passed."""
        lists = self._lists
        for name in names:
            number = hash(name) & _BITS
            lists[number & 255].append(number)

    def __contains__(self, name: str) -> bool:
        number = hash(name) & _BITS
        return number in self._lists[number & 255]

    def twice(self) -> frozenset[int]:
        """Numbers of names that passed more than once, for ``is_among``."""
        found: set[int] = set()
        for numbers in self._lists:
            if len(set(numbers)) != len(numbers):
                ordered = sorted(numbers)
                pairs = pairwise(ordered)
                found.update(low for low, high in pairs if low == high)
        return frozenset(found)


def is_among(name: str, numbers: frozenset[int]) -> bool:
    """Whether ``name`` is one of those that ``Seen.twice`` gave."""
    return hash(name) & _BITS in numbers
