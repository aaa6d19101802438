"""The envelope hash of each entry that the rows of a view rest on, looked up when it is asked for.

    facts read  ->  Table: 40 bytes an entry, made once  ->  Named: those that some row names

Folds and views name entries by index and carry no hashes. The table is copied out of the facts, so
what was read can go while an answer stays. An entry that a row names and this reader was not shown
(withheld, withdrawn since, or said by another entry only) has no hash here.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter, itemgetter

from projections.facts import Fact, Facts, folded_once
from projections.result import Row

_SIZE = 32


class Table:
    """The hashes of facts by the index of their entry."""

    def __init__(self, facts: Iterable[Sequence[Fact]]) -> None:
        self._indexes, found = array("Q"), bytearray()
        for some in facts:
            self._indexes.extend(map(itemgetter(0), some))
            found += bytes.fromhex("".join(map(attrgetter("hash"), some)))
        self._hashes = bytes(found)

    @cached_property
    def _places(self) -> array[int]:
        """By index, where its hash is, from 1; 0: it is not here."""
        places = array("Q", bytes(8 * (max(self._indexes, default=-1) + 1)))
        for place, index in enumerate(self._indexes, 1):
            places[index] = place
        return places

    def __contains__(self, index: int) -> bool:
        return 0 <= index < len(self._places) and self._places[index] > 0

    def __getitem__(self, index: int) -> str:
        """The hex hash of an entry that is here."""
        place = self._places[index]
        return self._hashes[_SIZE * (place - 1) : _SIZE * place].hex()


@folded_once
def _table(facts: Facts, _size: int) -> Table:
    return Table(facts.by_type.values())


class Streamed:
    """The same of facts that are not held: each is read when it is asked for."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def __contains__(self, index: int) -> bool:
        return self._facts.at(index) is not None

    def __getitem__(self, index: int) -> str:
        fact = self._facts.at(index)
        if fact is None:
            raise KeyError(index)
        return fact.hash


class Named(Mapping[int, str]):
    """The hashes of the entries that rows name, in order of index."""

    def __init__(self, events: Iterable[Sequence[int]], table: Table | Streamed) -> None:
        # Many rows share one list of entries; each is read once.
        self._events = tuple({id(some): some for some in events}.values())
        self._table = table

    @cached_property
    def _found(self) -> array[int]:
        named = sorted(set(chain.from_iterable(self._events)))
        return array("Q", [index for index in named if index in self._table])

    def __getitem__(self, index: int) -> str:
        at = bisect_left(self._found, index)
        if self._found[at : at + 1].tolist() != [index]:
            raise KeyError(index)
        return self._table[index]

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def hashes_of(rows: Iterable[Row], facts: Facts) -> Mapping[int, str]:
    """The envelope hash of every entry that some row rests on, as these facts have it."""
    table = _table(facts, facts.size) if facts.held else Streamed(facts)
    return Named((row.events for row in rows), table)
