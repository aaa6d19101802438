"""What is behind the cells of a row: made only when somebody asks for it, or held once for many.

The entries behind each cell of a large row are read by whoever asks why, and by nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Alike(Mapping[str, T]):
    """Values by name where many names have the same: ``places`` says which of ``values`` it is."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: Sequence[T]) -> None:
        self._places, self._values = places, values

    def __getitem__(self, name: str) -> T:
        return self._values[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Lazily(Mapping[str, T]):
    """Values by name, each made once from what ``makers`` holds for it."""

    def __init__(self, makers: Mapping[str, Callable[[], T]]) -> None:
        self._makers, self._made = dict(makers), dict[str, T]()

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
