"""Facts of a large record, read out of the kept file piece by piece instead of being held.

    chunk (type, span)  ->  StreamedFact: where it lies  ->  asked for its body: columns, decoded

A fact is some 100 bytes here: its index, its place and its chunk. What it says is read when a fold
asks for it, and a chunk that was read stays until others need its room: who goes in the order of
the log reads each once. All see one state of the file, which stays open as long as anybody holds a
fact of it.

Promise: a view counts the same from these as from facts that are held (``kept_read``), but for one
thing. What does not decode is named when somebody reads it, and not before the first view.

Source: design.md, «Store» and «Projections».
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from itertools import accumulate, chain, repeat
from operator import itemgetter
from typing import Any, ClassVar, Final, TypeVar, overload
from weakref import WeakValueDictionary, ref

from ledger.errors import StorageFailed
from projections import kept_cut
from projections.facts import Fact, Facts
from projections.kept_read import Days, loaded, shared

#: Above so many facts of the types wanted, facts are read piece by piece: 1,060 bytes each, held.
HELD_AT_MOST: Final = 131_072
#: Bytes of text of the chunks that are kept read; decoded they are some two and a half times that.
READ_AT_MOST: Final = 8 * 1024 * 1024

_LACKING: Final = "delete the file of kept facts (facts.db); it is made again from the record"
_COLUMNS: Final = kept_cut.COLUMNS[:-1]  # keys are read only where one is under suspicion
_QUOTED: Final = ", ".join(f'"{name}"' for name in _COLUMNS)
_INDEXES: Final = 'SELECT "index" FROM chunk WHERE type = ? ORDER BY span'
_READ: Final = f"SELECT {_QUOTED} FROM chunk WHERE type = ? AND span = ?"  # noqa: S608  # ours
_PLACES: Final = tuple(range(1024))

_index = itemgetter(0)
T = TypeVar("T")


class Columns:
    """What a chunk says; a column is decoded when anything of it is asked for, and then all of it.

    A fold that asks for one body asks for the next.
    """

    def __init__(self, kind: str, texts: Sequence[str]) -> None:
        self._kind = kind
        self._texts = dict(zip(_COLUMNS, texts, strict=True))
        self.indexes = list(map(int, self._texts.pop("index").split("\n")))

    @cached_property
    def hashes(self) -> list[str]:
        """Hex envelope hashes."""
        return self._lines("hash")

    @cached_property
    def authors(self) -> list[str]:
        """Who says it."""
        return self._lines("author")

    @cached_property
    def modes(self) -> list[str]:
        """Said live or as history."""
        return self._lines("mode")

    @cached_property
    def bodies(self) -> list[Any]:
        """Bodies, decoded."""
        text = self._texts.pop("body")
        return self._held(loaded(text, self.indexes), "body")

    @cached_property
    def on(self) -> list[Any]:
        """What is claimed of when it happened."""
        return self._held(shared(self._texts.pop("on"), self.indexes, {}), "on")

    @cached_property
    def under(self) -> list[Any]:
        """Under which grants it was said."""
        return self._held(shared(self._texts.pop("under"), self.indexes, {}), "under")

    def _lines(self, column: str) -> list[str]:
        return self._held(self._texts.pop(column).split("\n"), column)

    def _held(self, lines: Iterable[T], column: str) -> list[T]:
        found = list(lines)
        if len(found) != len(self.indexes):
            raise StorageFailed(
                f"the kept facts of {self._kind} do not fit together: {len(found)} of {column} "
                f"for {len(self.indexes)} entries",
                hint=_LACKING,
            )
        return found


class Source:
    """One state of the kept file, open as long as facts can be read from it.

    ``db`` has a transaction open that has read; from now on it is this object's. Chunks that were
    read are let go in the order in which they were read, when others need their room.
    """

    def __init__(self, db: sqlite3.Connection, days: Sequence[tuple[int, date]]) -> None:
        self._db = db
        self.days = Days(days)
        self._read: deque[tuple[ref[Chunk], int]] = deque()
        self._bytes = 0
        self._moved: WeakValueDictionary[tuple[str, int, int], Chunk] = WeakValueDictionary()
        #: How often a chunk was read.
        self.reads = 0

    def __del__(self) -> None:
        self._db.close()

    def moved(self, chunk: Chunk, first: int) -> Chunk:
        """The chunk for facts numbered on from ``first``: one for all that are there."""
        key = (chunk.kind, chunk.span, first)
        found = self._moved.get(key)
        if found is None:
            found = self._moved[key] = Chunk(self, chunk.kind, chunk.span, first)
        return found

    def columns(self, chunk: Chunk) -> Columns:
        """Read what a chunk says, and let go of what was read longest ago."""
        rows = self._ask(_READ, chunk.kind, chunk.span)
        if len(rows) != 1:
            raise StorageFailed(
                f"the kept facts have {len(rows)} chunks {chunk.span} of {chunk.kind}",
                hint=_LACKING,
            )
        found = Columns(chunk.kind, rows[0])
        size = sum(map(len, rows[0]))
        self.reads += 1
        self.let_go(READ_AT_MOST - size)
        self._read.append((ref(chunk), size))
        self._bytes += size
        return found

    def indexes(self, kind: str) -> Iterator[Iterable[int]]:
        """The indexes of the facts of each chunk of a type."""
        for (text,) in self._ask(_INDEXES, kind):
            yield map(int, text.split("\n"))

    def let_go(self, but: int = 0) -> None:
        """Let go of what was read, longest ago first, but for so many bytes."""
        while self._read and self._bytes > but:
            old, size = self._read.popleft()
            self._bytes -= size
            if (gone := old()) is not None:
                gone.let_go()

    def _ask(self, question: str, *of: object) -> list[Any]:
        try:
            return self._db.execute(question, of).fetchall()
        except (sqlite3.Error, ValueError) as error:  # a text that is not UTF-8 is the second
            raise StorageFailed(f"the kept facts cannot be used: {error}", hint=_LACKING) from error


class Chunk:
    """The facts of one type in one span of indexes; ``columns`` are there while they are read."""

    __slots__ = ("__weakref__", "columns", "first", "kind", "source", "span")

    columns: Columns

    def __init__(self, source: Source, kind: str, span: int, first: int = 0) -> None:
        self.source, self.kind, self.span = source, kind, span
        #: How many entries of other ledgers its facts are numbered on from.
        self.first = first

    def __getattr__(self, name: str) -> Columns:
        # Asked only for what is not there: columns that were not read yet, or were let go.
        if name != "columns":
            raise AttributeError(name)
        self.columns = found = self.source.columns(self)
        return found

    def let_go(self) -> None:
        """Keep nothing of what was read."""
        del self.columns

    def moved(self, first: int) -> Chunk:
        """The same chunk, for facts numbered on from ``first``."""
        return self.source.moved(self, first)

    def facts(self) -> list[Fact]:
        """Its facts, in log order."""
        indexes = self.columns.indexes
        places = _PLACES if len(indexes) <= len(_PLACES) else range(len(indexes))
        return list(map(_made, zip(indexes, places, repeat(self), strict=False)))


class StreamedFact(Fact):
    """A fact that knows where it lies: as a tuple, its index, its place in a chunk, and the chunk.

    So facts of one record are in order of index, as others are. It equals any that says the same.
    """

    __slots__ = ()

    # What it says, it says by its chunk; ``index`` is the tuple's own.

    @property
    def hash(self: Any) -> Any:
        return self[2].columns.hashes[self[1]]

    @property
    def type(self: Any) -> Any:
        return self[2].kind

    @property
    def author(self: Any) -> Any:
        return self[2].columns.authors[self[1]]

    @property
    def day(self: Any) -> Any:
        return self[2].source.days.on(self[0] - self[2].first)

    @property
    def mode(self: Any) -> Any:
        return self[2].columns.modes[self[1]]

    @property
    def on(self: Any) -> Any:
        return self[2].columns.on[self[1]]

    @property
    def body(self: Any) -> Any:
        return self[2].columns.bodies[self[1]]

    @property
    def under(self: Any) -> Any:
        return self[2].columns.under[self[1]]

    def moved(self, first: int) -> Fact:
        """The same fact of a ledger whose entries are numbered on from ``first``."""
        chunk: Any = tuple.__getitem__(self, 2)
        return _made((self.index + first, tuple.__getitem__(self, 1), chunk.moved(first)))

    def whole(self) -> Fact:
        """The same fact as one that is held."""
        return Fact(
            self.index,
            self.hash,
            self.type,
            self.author,
            self.day,
            self.mode,
            self.on,
            self.body,
            self.under,
        )

    def __iter__(self) -> Iterator[Any]:
        return iter(self.whole())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fact) and tuple(self) == tuple(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # as any fact: there is a body in it

    def __repr__(self) -> str:
        return repr(self.whole())

    def _replace(self, **said: Any) -> Fact:  # type: ignore[override]  # it becomes one that is held
        return self.whole()._replace(**said)


_made: Callable[[Iterable[Any]], StreamedFact] = partial(tuple.__new__, StreamedFact)


class Streamed(Sequence[Fact]):
    """The facts of one type, in log order, none of them held."""

    def __init__(self, chunks: Sequence[Chunk], many: Iterable[int]) -> None:
        self.chunks = chunks
        self._ends = list(accumulate(many))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[Fact]:
        return chain.from_iterable(chunk.facts() for chunk in self.chunks)

    @overload
    def __getitem__(self, at: int) -> Fact: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Fact]: ...
    def __getitem__(self, at: int | slice) -> Fact | Sequence[Fact]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        at = range(len(self))[at]
        which = bisect_right(self._ends, at)
        return self.chunks[which].facts()[at - self._ends[which]]


class Places:
    """In which chunk the fact of each entry lies: four bytes an entry, made when it is needed."""

    def __init__(self, source: Source, by_type: Mapping[str, Streamed], size: int) -> None:
        self._source, self._by_type, self._size = source, by_type, size
        self._chunks: list[Chunk] = []

    @cached_property
    def _places(self) -> array[int]:
        """By index, which chunk it is in, from 1; 0: in none."""
        places = array("I", bytes(4 * self._size))
        for kind, some in self._by_type.items():
            for chunk, indexes in zip(some.chunks, self._source.indexes(kind), strict=True):
                self._chunks.append(chunk)
                for index in indexes:
                    places[index] = len(self._chunks)
        return places

    def at(self, index: int) -> Fact | None:
        """Give the fact of an entry; None where there is none."""
        if not 0 <= index < self._size or not (number := self._places[index]):
            return None
        chunk = self._chunks[number - 1]
        indexes = chunk.columns.indexes
        return _made((indexes[at := bisect_left(indexes, index)], at, chunk))


@dataclass(frozen=True, slots=True)
class StreamedFacts(Facts):
    """The facts of one ledger, of which none is held."""

    held: ClassVar[bool] = False

    by_type: Mapping[str, Streamed]
    source: Source = field(kw_only=True)
    places: Places = field(kw_only=True)

    def of(self, *types: str, before: int) -> Iterator[Fact]:
        """Give the facts of these types with ``index < before``, in log order, span by span."""
        spans: defaultdict[int, list[Chunk]] = defaultdict(list)
        for name in types:
            if name in self.by_type:
                for chunk in self.by_type[name].chunks:
                    spans[chunk.span].append(chunk)
        for span in sorted(spans):
            if span * kept_cut.SPAN >= before:
                return
            first, *others = spans[span]
            facts = first.facts()
            if others:
                facts += chain.from_iterable(chunk.facts() for chunk in others)
                facts.sort(key=_index)
            if facts[-1].index >= before:
                del facts[bisect_left(facts, before, key=_index) :]
            yield from facts

    def at(self, index: int) -> Fact | None:
        """Give the fact of an entry; None where it is not among these."""
        return self.places.at(index)

    def let_go(self) -> None:
        """Let go of folds and of what was read: they would add up to the whole record."""
        self.folded.clear()
        self.asked_for.clear()
        self.source.let_go()

    def turn(self) -> None:
        """Let go of what was read, and of the folds that the last view did not ask for.

        The next begins where the log does, and asks for much the same.
        """
        for fold in self.folded.keys() - self.asked_for:
            del self.folded[fold]
        self.asked_for.clear()
        self.source.let_go()


def streamed(source: Source, spans: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, Streamed]:
    """The facts of each type; ``spans`` are the numbers of its chunks, and how many are in each."""
    return {
        kind: Streamed([Chunk(source, kind, span) for span, _ in some], [many for _, many in some])
        for kind, some in spans.items()
        if some
    }
