"""The world over the first entries of a store: just the subjects that somebody asks for.

Each question is answered by tag from the entries with ``index < size``; the very same questions
make an append condition, so that a write fails if anything they would have found was recorded
meanwhile (design.md, «dynamic consistency boundaries»)::

    world = StoreWorld(ledger, size=ledger.head().size)
    catalogue.check(world, act)                     # raises Refused
    ledger.record(envelope, conditions=world.conditions(), …)   # raises Conflict: ask again

The verdict is the one conduct replay gives over the same entries; a test holds the two together.
Who writes more than once asks a ``Judge`` (``judge.py``), which remembers what it folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from domain.act import Act
from domain.world import FullWorld, PartialWorld, Question, Subject, Tombstone
from ledger.records import Condition
from projections.past import Past, Readable
from projections.spilled import SpilledStates

S = TypeVar("S", bound=Subject)


class StoreWorld:
    """A ``World`` over the first ``size`` entries of a store, loading subjects when asked."""

    def __init__(self, ledger: Readable, size: int) -> None:
        self._past = Past(ledger)
        self._partial = PartialWorld(self._read)
        self.size = size

    def get(self, subject: type[S], key: str) -> S:
        """Give the state of one subject, initial when no entry touched it."""
        return self._partial.get(subject, key)

    def conditions(self) -> tuple[Condition, ...]:
        """Give the append condition that repeats every question asked so far."""
        items = dict.fromkeys((asked.types, asked.tags) for asked in self._partial.asked)
        return (Condition(tuple(items), self.size),) if items else ()

    def _read(self, question: Question) -> Iterator[Act[Any] | Tombstone]:
        return self._past.answer(question, self.size)


def whole_world(ledger: Readable, size: int) -> FullWorld:
    """Give everything that the first ``size`` entries say, folded once: for many writes in a row.

    Its verdicts are those of ``StoreWorld``; it costs a replay, and then nothing for each question.
    """
    past, world = Past(ledger), FullWorld(SpilledStates())
    for entry in ledger.entries(0, size):
        said = past.read(entry)
        if isinstance(said, Tombstone):
            world.apply_tombstone(said.type, said.author, said.ids, said.hash, said.index)
        else:
            world.apply(said)
    return world
