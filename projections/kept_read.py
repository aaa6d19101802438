"""Kept columns read out again as facts: what many entries say alike is one value in memory.

    chunk: index, hash, author, mode, on, body, under  ->  Readout.facts  ->  Fact, Fact, …

A body is decoded for each fact. Of ``on`` and ``under`` each text is decoded once, and shared, as
are authors: most entries of a record say one of a few hundred.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import repeat
from typing import Any

import orjson

from ledger.errors import Malformed, StorageFailed
from projections.facts import Fact
from projections.payload import VERIFY

_made = partial(tuple.__new__, Fact)


class Days:
    """Ledger days, from (index, ledger day) in order of index."""

    def __init__(self, days: Sequence[tuple[int, date]]) -> None:
        self._starts = [index for index, _ in days]
        self._days = [None, *(day for _, day in days)]

    def on(self, index: int) -> date | None:
        """The ledger day on which an entry was written."""
        return self._days[bisect_right(self._starts, index)]

    def of(self, indexes: Sequence[int]) -> Iterable[date | None]:
        """The same of several, in order of index."""
        first, last = (bisect_right(self._starts, indexes[at]) for at in (0, -1))
        if first == last:
            return repeat(self._days[first], len(indexes))
        return map(self.on, indexes)


class Readout:
    """Makes the facts of one reading. ``days`` are (index, ledger day), in order of index."""

    def __init__(self, days: Sequence[tuple[int, date]]) -> None:
        self._days = Days(days)
        self._words: dict[str, str] = {}
        self._objects: dict[str, Any] = {"null": None}

    def facts(self, kind: str, columns: Sequence[str]) -> list[Fact]:
        """The facts of a chunk of this type.

        Raises ``Malformed`` naming an entry that does not decode, ``StorageFailed`` when the
        columns are of different lengths.
        """
        index, hashes, authors, modes, on, bodies, under = columns
        try:
            indexes = list(map(int, index.split("\n")))
            many = len(indexes)
            fields = zip(
                indexes,
                hashes.split("\n"),
                repeat(kind, many),
                self._shared(authors, many),
                self._days.of(indexes),
                self._shared(modes, many),
                shared(on, indexes, self._objects),
                loaded(bodies, indexes),
                shared(under, indexes, self._objects),
                strict=True,
            )
            return list(map(_made, fields))
        except ValueError as error:
            raise StorageFailed(f"the kept facts of {kind} do not fit together: {error}") from error

    def _shared(self, column: str, many: int) -> Iterable[str]:
        if (alike := _alike(column, many)) is not None:
            return repeat(self._words.setdefault(alike, alike), many)
        words = column.split("\n")
        return map(self._words.setdefault, words, words)


def shared(column: str, indexes: Sequence[int], known: dict[str, Any]) -> Iterable[Any]:
    """The lines of a column of JSON, each text decoded once; ``known`` are those that were.

    Raises ``Malformed`` as ``loaded``.
    """
    many = len(indexes)
    alike = _alike(column, many)
    lines = column.split("\n") if alike is None else [alike]
    if new := set(lines) - known.keys():
        first = dict(zip(reversed(lines), reversed(indexes[: len(lines)]), strict=True))
        for text in new:
            [known[text]] = loaded(text, [first[text]])
    return map(known.__getitem__, lines) if alike is None else repeat(known[alike], many)


def _alike(column: str, many: int) -> str | None:
    """The line of a column that says the same ``many`` times; None where lines differ."""
    line = column[: len(column) // many]
    return line if "\n".join([line] * many) == column else None


def loaded(column: str, indexes: Sequence[int]) -> list[Any]:
    """The lines of a column of JSON; when one does not decode, its entry is named.

    What only the standard library reads (``NaN``, half a surrogate pair) is read by it, as it is
    where the record is read itself. Raises ``Malformed``.
    """
    with suppress(ValueError):
        found: list[Any] = orjson.loads(f"[{column.replace(chr(10), ',')}]")
        return found
    found = []
    for index, line in zip(indexes, column.split("\n"), strict=False):
        try:
            found.append(json.loads(line))
        except ValueError as error:
            raise Malformed(
                f"entry {index}: its payload does not decode ({error})",
                hint=VERIFY,
                entry=index,
                step=1,
            ) from error
    return found
