"""The newest entries, whose tags are not in the index of tags yet: held in memory, to be searched.

    entries     0 ──────────── settled ──────────── size
    found by    index of tags              a tail

The index of tags is written for whole tiles at a time (``ledger.settling``), so a tail that begins
where the index ends has at most 255 entries. Whoever searches reads the entries once that came
since the last search; entries never change, so what was read stays true.

A tail may begin before the newest border, for the index only ever grows: what lies before ``first``
is in it, whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from ledger.tiles import TILE_WIDTH

#: Entries kept; with more it begins anew at the newest border.
_MOST: Final = 4 * TILE_WIDTH


class Tail:
    """Types and tags of the entries ``first`` to before ``stop``; types by their numbers.

    Threads may search while one of them extends it: ``stop`` moves after what it stands for.
    """

    __slots__ = ("_by_tag", "_kinds", "first", "stop")

    def __init__(self, first: int) -> None:
        self.first = self.stop = first
        self._kinds: dict[int, int] = {}
        self._by_tag: dict[str, list[int]] = {}

    def reaches(self, size: int) -> bool:
        """Whether it can be extended to ``size`` by reading little, and will not be too long."""
        return size - self.stop < TILE_WIDTH and size - self.first <= _MOST

    def extend(self, rows: Iterable[tuple[int, int, str]]) -> None:
        """Take in the entries from ``stop`` on: index, type and tags (one a line), in order."""
        for index, kind, tags in rows:
            self._kinds[index] = kind
            for tag in tags.split("\n") if tags else ():
                self._by_tag.setdefault(tag, []).append(index)
            self.stop = index + 1

    def matching(
        self, kinds: Collection[int], tags: Collection[str], start: int, stop: int
    ) -> list[int]:
        """The indexes from ``start`` to before ``stop`` with one of ``kinds`` and all ``tags``.

        No kinds are all kinds. Requires at least one tag.
        """
        found = [self._by_tag.get(tag, ()) for tag in tags]
        return [
            index
            for index in min(found, key=len)
            if start <= index < stop
            and (not kinds or self._kinds[index] in kinds)
            and all(index in other for other in found)
        ]
