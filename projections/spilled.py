"""States of a world of which only the newest are held in memory; the others lie in a file.

    put ──> hot (a dict, newest last) ──> pages of states in a temporary file
                                          index: 8 bytes a slot, at most two thirds are taken
    get <── hot, else the place in a page that the index names

A check of a record replays its rules, and any thing ever recorded may be asked for again: it must
be known by its id, or it could be recorded twice. So what is held would grow with the record. Here
a state that nobody touched for long costs 12 to 24 bytes of memory, whatever it says.

The index finds a place by 32 bits of a keyed hash, and the key itself is read there, so
an answer is exact whatever two keys have in common. Pages are pickled, and read by the process that
wrote them, from a file that has no name.
"""

from __future__ import annotations

import pickle
from array import array
from collections import OrderedDict
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Final
from weakref import finalize

from domain.world import Subject

#: States held before half of them are put into the file.
HOT: Final = 16_384
#: States of one page: all are read to find one.
_PAGE: Final = 32
#: Pages held after they were read.
_PAGES: Final = 64

Key = tuple[type[Subject], str]
Page = list[tuple[Key, Any]]


class SpilledStates:
    """The states of a world by subject and key (``domain.world.States``); ``hot`` in memory.

    Deterministic in what it answers. Not safe to share between threads.
    """

    def __init__(self, hot: int = HOT) -> None:
        self._most = hot
        self._hot: dict[Key, Any] = {}
        #: Those of the hot that lie in the file as they are.
        self._clean: set[Key] = set()
        self._file: _Pages | None = None

    def get(self, subject: type[Subject], key: str) -> Any:
        """Give a state, or ``None`` when none was put."""
        named = (subject, key)
        state = self._hot.get(named)
        if state is None and self._file is not None:
            state = self._file.find(named)
            if state is not None:
                self._keep(named, state)
                self._clean.add(named)
        return state

    def put(self, subject: type[Subject], key: str, state: Subject) -> None:
        """Set a state; it is the newest now."""
        named = (subject, key)
        if self._clean:
            self._clean.discard(named)
        self._hot.pop(named, None)
        self._keep(named, state)

    def _keep(self, named: Key, state: Any) -> None:
        if len(self._hot) >= self._most:
            self._spill()
        self._hot[named] = state

    def _spill(self) -> None:
        if self._file is None:
            self._file = _Pages()
        oldest = list(islice(self._hot.items(), max(1, self._most // 2)))
        changed = [one for one in oldest if one[0] not in self._clean]
        for first in range(0, len(changed), _PAGE):
            self._file.write(changed[first : first + _PAGE])
        for named, _ in oldest:
            del self._hot[named]
            self._clean.discard(named)


class _Pages:
    """States by key in a file; a key that is written again is found where it was written last."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile(prefix="tally-")  # noqa: SIM115  # see the next line
        finalize(self, self._file.close)
        #: Where each page begins, and where the next will.
        self._starts = array("Q", [0])
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self._taken = 0
        self._clear(1 << 12)

    def write(self, page: Page) -> None:
        """Add a page; what it says of a key is what is found from now on."""
        data = pickle.dumps(page, pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._starts[-1])
        self._file.write(data)
        first = _PAGE * (len(self._starts) - 1)
        self._starts.append(self._starts[-1] + len(data))
        for number, (named, _) in enumerate(page, first):
            slot = self._slot(named)
            if slot is None:
                if 3 * self._taken >= 2 * len(self._marks):
                    self._grow()
                self._take(_mark(named), number)
                self._taken += 1
            else:
                self._numbers[slot] = number + 1

    def find(self, named: Key) -> Any:
        """Give what was written of a key last; ``None`` when nothing was."""
        slot = self._slot(named)
        return None if slot is None else self._read(self._numbers[slot] - 1)[1]

    def _slot(self, named: Key) -> int | None:
        """The slot of a key: the one with its mark that stands for the key itself."""
        marks, numbers, mark = self._marks, self._numbers, _mark(named)
        last = len(marks) - 1
        slot = mark & last
        while number := numbers[slot]:
            if marks[slot] == mark and self._read(number - 1)[0] == named:
                return slot
            slot = slot + 1 & last
        return None

    def _take(self, mark: int, number: int) -> None:
        last = len(self._marks) - 1
        slot = mark & last
        while self._numbers[slot]:
            slot = slot + 1 & last
        self._marks[slot], self._numbers[slot] = mark, number + 1

    def _grow(self) -> None:
        marks, numbers = self._marks, self._numbers
        self._clear(2 * len(marks))
        for mark, number in zip(marks, numbers, strict=True):
            if number:
                self._take(mark, number - 1)

    def _clear(self, slots: int) -> None:
        # Of a slot: the mark of a key, and the number of its state plus one; 0 where it is free.
        self._marks = array("I", [0]) * slots
        self._numbers = array("I", [0]) * slots

    def _read(self, number: int) -> tuple[Key, Any]:
        at, place = divmod(number, _PAGE)
        page = self._pages.get(at)
        if page is None:
            start, end = self._starts[at : at + 2]
            self._file.seek(start)
            page = pickle.loads(self._file.read(end - start))  # noqa: S301  # what this process wrote
            self._pages[at] = page
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        return page[place]


def _mark(named: Key) -> int:
    """32 bits that say little of a key; other bits in each process."""
    subject, key = named
    return hash((subject.__qualname__, key)) & 0xFFFF_FFFF
