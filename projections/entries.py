"""The entries behind a figure: indexes in order, each once, in four bytes or none.

    entries([7, 3, 7])            ->  (3, 7)                    a handful is a tuple
    entries(range(10, 90_000))    ->  Entries over the range    no index is held
    entries(every third)          ->  Entries over an array     4 bytes an index, a tuple takes 8

A report names each entry of the record many times over. What is here is equal to the tuple of the
same indexes, and nobody can change it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress, islice
from operator import eq
from typing import Final, overload

#: Up to so many a tuple is the smaller of the two.
_FEW: Final = 16
#: From here on an index does not fit into four bytes.
_LARGE: Final = 1 << 32
#: From so many on a byte for each index of the record is less than a set of them, and quicker.
_MANY: Final = 1 << 15


class Entries(Sequence[int]):
    """Many indexes in ascending order, none twice; ``entries`` makes them."""

    __slots__ = ("_found",)

    def __init__(self, found: range | array[int]) -> None:
        self._found = found

    @overload
    def __getitem__(self, at: int) -> int: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[int, ...]: ...

    def __getitem__(self, at: int | slice) -> int | tuple[int, ...]:
        return tuple(self._found[at]) if isinstance(at, slice) else self._found[at]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def __contains__(self, index: object) -> bool:
        if not isinstance(index, int):
            return False
        at = bisect_left(self._found, index)
        return at < len(self._found) and self._found[at] == index

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entries | tuple):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self._found))

    def __repr__(self) -> str:
        return repr(tuple(self._found))


class Among:
    """Whether indexes are among these entries: a byte for each index up to the last of them."""

    __slots__ = ("_marks",)

    def __init__(self, found: Iterable[int]) -> None:
        self._marks = _marked(iter(found))

    def __contains__(self, index: int) -> bool:
        return 0 <= index < len(self._marks) and self._marks[index] == 1

    def all_of(self, some: Sequence[int]) -> bool:
        """Whether all of these, in ascending order, are among them."""
        if not some:
            return True
        return some[-1] < len(self._marks) and all(map(self._marks.__getitem__, some))


def entries(found: Iterable[int]) -> Sequence[int]:
    """Give these indexes sorted, each once; -1, where nothing says something, is none of them."""
    some, few = iter(found), set[int]()
    while len(few) < _MANY:
        part = list(islice(some, _MANY))
        few.update(part)
        if len(part) < _MANY:
            return _sorted(few)
    if max(few) >= _LARGE:
        return _sorted(few.union(some))
    marks = _marked(chain(few, some))
    begin, end = marks.find(1), len(marks)
    if marks.count(1) == end - begin:
        return Entries(range(begin, end))
    return Entries(array("I", compress(range(end), marks)))


def _sorted(found: set[int]) -> Sequence[int]:
    each = sorted(found)
    if each and each[0] < 0:
        del each[: bisect_left(each, 0)]
    if len(each) <= _FEW:
        return tuple(each)
    first, last = each[0], each[-1]
    if last - first + 1 == len(each):
        return Entries(range(first, last + 1))
    return Entries(array("I" if last < _LARGE else "Q", each))


def _marked(some: Iterator[int]) -> bytearray:
    """A byte for each index up to the last: 1 where it is one of these."""
    marks = bytearray()
    while part := list(islice(some, _MANY)):
        if (top := max(part)) >= len(marks):
            marks.extend(bytes(top + 1 - len(marks)))
        if min(part) < 0:
            part = [index for index in part if index >= 0]
        for index in part:
            marks[index] = 1
    return marks
