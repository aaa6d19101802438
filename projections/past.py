"""Entries of an open ledger as the rules see them: acts, and what withdrawn ones left.

    past = Past(ledger)
    past.read(entry)             # an Act, or a Tombstone
    past.answer(question, size)  # those among the first ``size`` entries that a question finds

An entry that a recorded erasure withdrew is read as its tombstone, whether or not its envelope is
gone by now: which of two processes is faster must change no verdict. The dates of days and the
tombstones are read once, when they are first needed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Protocol

from domain.act import Act
from domain.world import Question, Tombstone
from ledger import owned
from ledger.envelope import parse_envelope
from ledger.errors import Malformed
from ledger.keyring import Keyring
from ledger.records import Head, Item, StoredEntry
from ledger.statement import Statement, parse_statement
from ledger.types import CHARTER, DAY_OPENED, VALUES_ERASED
from projections.bridge import to_act, typed_ids

Place = tuple[str | None, int | None]

_DAYS: Item = (frozenset({CHARTER, DAY_OPENED}), frozenset())
_ERASURES: Item = (frozenset({VALUES_ERASED}), frozenset())


class Readable(Protocol):
    """What is needed of a ledger to judge by it."""

    def head(self) -> Head:
        """Size and root as they are committed now."""

    def entries(self, start: int = 0, stop: int | None = None) -> Iterable[StoredEntry]:
        """The entries with ``start <= index < stop``, in order."""

    def matching(
        self, items: Sequence[Item], *, after: int = 0, before: int | None = None
    ) -> Iterable[StoredEntry]:
        """The entries matching any item with ``after <= index < before``, in index order."""

    def by_hash(self, envelope_hash: str) -> StoredEntry | None:
        """The entry of an envelope, or nothing."""

    def keyring(self) -> Keyring:
        """Keys as they stand at the head."""

    def root_at(self, size: int) -> bytes:
        """The root of the first ``size`` entries."""


class Past:
    """The entries of one ledger up to the head, as it stands when this is made."""

    def __init__(self, ledger: Readable) -> None:
        self._ledger = ledger
        self.keyring = ledger.keyring()
        self._days: tuple[list[int], list[date]] | None = None
        self._stones: dict[Place, owned.Tombstone] | None = None

    def answer(self, question: Question, size: int) -> Iterator[Act[Any] | Tombstone]:
        """Give what a question finds among the first ``size`` entries, in log order."""
        found = {
            entry.index: entry
            for entry in self._ledger.matching([(question.types, question.tags)], before=size)
        }
        if question.hash is not None:
            named = self._ledger.by_hash(question.hash)
            if named is not None and named.index < size and named.type in question.types:
                found[named.index] = named
        for index in sorted(found):
            yield self.read(found[index])

    def read(self, entry: StoredEntry) -> Act[Any] | Tombstone:
        """Give an entry as rules see it; what a withdrawn one left, if it was.

        Raises ``Malformed`` when its envelope is gone and nothing says why, ``NotAnEvent`` when its
        body is no event of its type.
        """
        stone = self._stone(entry)
        if entry.envelope is None:
            if stone is None:
                raise Malformed(
                    f"entry {entry.index}: its envelope is gone and no recorded erasure says why",
                    hint="run `tally verify` for a full account",
                    entry=entry.index,
                )
            return _left(stone, entry.index)
        envelope = parse_envelope(entry.envelope)
        if stone is not None and stone.hash == envelope.hash:
            return _left(stone, entry.index)
        statement = parse_statement(envelope.payload)
        return to_act(
            statement,
            self.keyring,
            hash=envelope.hash,
            index=entry.index,
            today=self._today(entry.index, statement),
        )

    def _today(self, index: int, statement: Statement) -> str:
        """Give the ledger date of an entry: the newest day opened at or before it."""
        if statement.type == CHARTER:
            return statement.at[:10]
        if self._days is None:
            entries = list(self._ledger.matching([_DAYS]))
            self._days = [e.index for e in entries], [_day_of(e) for e in entries]
        indexes, days = self._days
        return days[bisect_right(indexes, index) - 1].isoformat()

    def _stone(self, entry: StoredEntry) -> owned.Tombstone | None:
        place = entry.chain, entry.seq
        if self._stones is None or (entry.envelope is None and place not in self._stones):
            self._stones = {
                (stone.key, stone.seq): stone
                for erasure in self._ledger.matching([_ERASURES])
                for stone in owned.read_erased(_statement(erasure)).tombstones
            }
        return self._stones.get(place)


def _left(stone: owned.Tombstone, index: int) -> Tombstone:
    return Tombstone(stone.type, stone.author, typed_ids(stone), stone.hash, index)


def _statement(entry: StoredEntry) -> Statement:
    if entry.envelope is None:
        raise Malformed(f"entry {entry.index}: a {entry.type} cannot be withdrawn")
    return parse_statement(parse_envelope(entry.envelope).payload)


def _day_of(entry: StoredEntry) -> date:
    statement = _statement(entry)
    if statement.type == CHARTER:
        return date.fromisoformat(statement.at[:10])
    return owned.read_day(statement)
