"""The world a rule sees when somebody writes: just the subjects it asks for, from the store.

Each question is answered by tag from the entries with ``index < size``; the very same questions
make the append condition, so that a write fails if anything they would have found was recorded
meanwhile (design.md, «dynamic consistency boundaries»)::

    world = StoreWorld(ledger, size=ledger.head().size)
    catalogue.check(world, act)                     # raises Refused
    ledger.record(envelope, conditions=world.conditions(), …)   # raises Conflict: ask again

The verdict is the one conduct replay gives over the same entries; a test holds the two together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from domain.act import Act
from domain.world import FullWorld, PartialWorld, Question, Subject, Tombstone, fold
from ledger import owned
from ledger.envelope import parse_envelope
from ledger.errors import Malformed
from ledger.keyring import Keyring
from ledger.records import Condition, Item, StoredEntry
from ledger.statement import Statement, parse_statement
from ledger.types import CHARTER, DAY_OPENED, VALUES_ERASED
from projections.bridge import to_act, typed_ids

S = TypeVar("S", bound=Subject)
_DAYS: Item = (frozenset({CHARTER, DAY_OPENED}), frozenset())
#: Of each open ledger, the size up to which a singleton was folded, and its state.
_SINGLETONS: WeakKeyDictionary[Readable, dict[type[Subject], tuple[int, Any]]] = WeakKeyDictionary()
_ERASURES: Item = (frozenset({VALUES_ERASED}), frozenset())


class Readable(Protocol):
    """What this world needs of a ledger."""

    def matching(
        self, items: Sequence[Item], *, after: int = 0, before: int | None = None
    ) -> Iterable[StoredEntry]:
        """The entries matching any item with ``after <= index < before``, in index order."""

    def by_hash(self, envelope_hash: str) -> StoredEntry | None:
        """The entry of an envelope, or nothing."""

    def keyring(self) -> Keyring:
        """Keys as they stand at the head."""


class StoreWorld:
    """A ``World`` over the first ``size`` entries of a store, loading subjects when asked."""

    def __init__(self, ledger: Readable, size: int) -> None:
        self._ledger = ledger
        self._keyring = ledger.keyring()
        self._partial = PartialWorld(self._read)
        self._days: tuple[list[int], list[date]] | None = None
        self._stones: dict[tuple[str | None, int | None], owned.Tombstone] | None = None
        self.size = size

    def get(self, subject: type[S], key: str) -> S:
        """Give the state of one subject, initial when no entry touched it."""
        if subject.keyed != "singleton" or self._partial.knows(subject, key):
            return self._partial.get(subject, key)
        return self._partial.learn(subject, key, self._singleton(subject, key))

    def _singleton(self, subject: type[S], key: str) -> S:
        """Give the state of what there is one of; its entries are decoded once for each ledger.

        Every write asks for the rules in force, and each act under the charter for the charter:
        only what was recorded since is read again. Their states are frozen, so they can be shared.
        """
        known = _SINGLETONS.setdefault(self._ledger, {})
        size, kept = known.get(subject, (0, subject()))
        state: S = kept
        if size > self.size:
            size, state = 0, subject()
        if size < self.size:
            item = (subject.types, frozenset[str]())
            found = self._ledger.matching([item], after=size, before=self.size)
            state = fold(subject, key, map(self.past, found), state)
            known[subject] = self.size, state
        return state

    def conditions(self) -> tuple[Condition, ...]:
        """Give the append condition that repeats every question asked so far."""
        items = dict.fromkeys((asked.types, asked.tags) for asked in self._partial.asked)
        return (Condition(tuple(items), self.size),) if items else ()

    def _read(self, question: Question) -> Iterator[Act[Any] | Tombstone]:
        found = {
            entry.index: entry
            for entry in self._ledger.matching([(question.types, question.tags)], before=self.size)
        }
        if question.hash is not None:
            named = self._ledger.by_hash(question.hash)
            if named is not None and named.index < self.size and named.type in question.types:
                found[named.index] = named
        for index in sorted(found):
            yield self.past(found[index])

    def past(self, entry: StoredEntry) -> Act[Any] | Tombstone:
        """Give an entry of the past as rules see it; what a withdrawn one left, if it was."""
        if entry.envelope is None:
            return self._tombstone(entry)
        envelope = parse_envelope(entry.envelope)
        statement = parse_statement(envelope.payload)
        return to_act(
            statement,
            self._keyring,
            hash=envelope.hash,
            index=entry.index,
            today=self._today(entry.index, statement),
        )

    def _today(self, index: int, statement: Statement) -> str:
        """Give the ledger date of an entry of the past: the newest day opened at or before it."""
        if statement.type == CHARTER:
            return statement.at[:10]
        if self._days is None:
            entries = list(self._ledger.matching([_DAYS], before=self.size))
            self._days = [e.index for e in entries], [_day_of(e) for e in entries]
        indexes, days = self._days
        return days[bisect_right(indexes, index) - 1].isoformat()

    def _tombstone(self, entry: StoredEntry) -> Tombstone:
        if self._stones is None:
            self._stones = {
                (stone.key, stone.seq): stone
                for erasure in self._ledger.matching([_ERASURES], before=None)
                for stone in owned.read_erased(_statement(erasure)).tombstones
            }
        stone = self._stones.get((entry.chain, entry.seq))
        if stone is not None:
            return Tombstone(stone.type, stone.author, typed_ids(stone), stone.hash, entry.index)
        raise Malformed(
            f"entry {entry.index}: its envelope is gone and no recorded erasure says why",
            hint="run `tally verify` for a full account",
            entry=entry.index,
        )


def whole_world(ledger: Readable, size: int) -> FullWorld:
    """Give everything that the first ``size`` entries say, folded once: for many writes in a row.

    Its verdicts are those of ``StoreWorld``; it costs a replay, and then nothing for each question.
    """
    past, world = StoreWorld(ledger, size), FullWorld()
    for entry in ledger.matching([(frozenset(), frozenset())], before=size):
        said = past.past(entry)
        if isinstance(said, Tombstone):
            world.apply_tombstone(said.type, said.author, said.ids, said.hash, said.index)
        else:
            world.apply(said)
    return world


def _statement(entry: StoredEntry) -> Statement:
    if entry.envelope is None:
        raise Malformed(f"entry {entry.index}: a {entry.type} cannot be withdrawn")
    return parse_statement(parse_envelope(entry.envelope).payload)


def _day_of(entry: StoredEntry) -> date:
    statement = _statement(entry)
    if statement.type == CHARTER:
        return date.fromisoformat(statement.at[:10])
    return owned.read_day(statement)
