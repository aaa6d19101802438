"""What was written from here last: enough to say that a condition is met, without asking the store.

Many clients of one process write between each other's judging and appending, so nearly every
condition reaches back over a few entries that were written here and bear on nothing. For each tag
and type the highest index that has it is kept; where that lies before the condition's ``after``,
nothing can match. Anything else is asked of the store, which alone says yes.

    entries            … first ────────── stop      all of them written from here, none by others
    condition                   after ──▶           answered here when first <= after

Nothing is indexed before somebody asks, so an import pays next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.records import Item, Pending

#: Entries remembered without being asked about; then it begins anew.
_UNASKED: Final = 4096
#: Tags remembered; then it begins anew.
_TAGS: Final = 100_000


class Recent:
    """The entries from ``first`` to before ``stop``, of a store that nobody else wrote to."""

    __slots__ = ("_tags", "_types", "_unasked", "first", "stop")

    def __init__(self, size: int) -> None:
        self.first = self.stop = size
        self._tags: dict[str, int] = {}
        self._types: dict[str, int] = {}
        self._unasked: list[tuple[str, Iterable[str]]] = []

    def add(self, pending: Pending) -> None:
        """Take in the entry at ``stop``."""
        self.stop += 1
        self._unasked.append((pending.type, pending.tags))
        if len(self._unasked) > _UNASKED or len(self._tags) > _TAGS:
            self.first = self.stop
            self._unasked.clear()
            self._tags.clear()
            self._types.clear()

    def rules_out(self, item: Item, after: int) -> bool:
        """Whether no entry with ``after`` <= index < ``stop`` can match; False when not known."""
        if after >= self.stop:
            return True
        if after < self.first:
            return False
        if self._unasked:
            self._index()
        types, tags = item
        if types and all(self._types.get(name, -1) < after for name in types):
            return True
        return any(self._tags.get(tag, -1) < after for tag in tags)

    def _index(self) -> None:
        for index, (kind, tags) in enumerate(self._unasked, self.stop - len(self._unasked)):
            self._types[kind] = index
            for tag in tags:
                self._tags[tag] = index
        self._unasked.clear()
