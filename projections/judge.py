"""Judging what is about to be written, with a memory of what was folded before.

    judge = Judge(ledger)                          # one for each open ledger
    judged = judge.judge(statement, today)         # raises Refused, NotAnEvent, Unverified
    receipt = ledger.record(envelope, values, judged.conditions, today=day)
    judge.learn(judged, receipt, envelope)         # nothing is read again of what was written here

A rule's question is answered from memory, or by one query when it was not asked before. States
are kept as they stand at one ``size``; the append condition repeats every question of a rule from
that size on, so an act that was allowed is recorded only if nothing it rests on came since. It
never matters how old the memory is, only what it costs:

    allowed    by what is kept; the condition is asked of the store when somebody else wrote
    refused    only after catching up with the head: what came since may be what allows it
    Conflict   from ``record``: call ``catch_up`` and judge again

Catching up reads the entries recorded since in one query and folds each into every kept state it
touches. What may be otherwise is forgotten and read anew: all states, when an erasure withdraws an
entry they may have folded, or an entry cannot be folded (a body that is no event of its type, which
a forger left: who asks for it shall meet the fault, and nobody else).

Source: design «Event sourcing» (a writer that keeps authority folded up to the head needs no query
when the head has not moved).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeVar

from domain import catalogue as rules
from domain.act import Act
from domain.refusal import Refused
from domain.world import Subject, Tombstone, fold, question, touched_by_tombstone
from ledger.errors import LedgerError
from ledger.records import Condition, Item, Receipt
from ledger.statement import Statement
from ledger.types import KEYRING_TYPES, VALUES_ERASED
from projections.bridge import to_act
from projections.past import Past, Readable
from projections.rooted import ROOTED, refuse_other_root

S = TypeVar("S", bound=Subject)

#: States kept; beyond it the one not asked for longest is forgotten.
MAX_STATES: Final = 4096
#: Entries read to catch up; when there are more it is cheaper to begin anew.
MAX_BEHIND: Final = 256

#: What changes how other entries are read (keys, days, tombstones): never learned, always read.
_READ: Final = KEYRING_TYPES | {VALUES_ERASED}


class Judged(NamedTuple):
    """An act that the rules allow, if what ``conditions`` say still holds when it is recorded."""

    act: Act[Any]
    conditions: tuple[Condition, ...]


class _Kept(NamedTuple):
    state: Any
    item: Item


class _Asking:
    """The world of one judgement: the states of a judge, and what was asked."""

    __slots__ = ("_judge", "asked")

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.asked: dict[Item, None] = {}

    def get(self, subject: type[S], key: str) -> S:
        """Give the state of one subject, initial when no entry touched it."""
        kept = self._judge._state(subject, key)
        self.asked[kept.item] = None
        state: S = kept.state
        return state


class Judge:
    """The rules over one open ledger; safe to share between threads."""

    def __init__(self, ledger: Readable) -> None:
        self._ledger = ledger
        self._lock = threading.RLock()
        self._states: OrderedDict[tuple[type[Subject], str], _Kept] = OrderedDict()
        self._written: dict[int, Act[Any]] = {}  # from here, after entries that were not seen yet
        self.size = ledger.head().size
        self._known = self.size  # the ledger is at least so large
        self._past = Past(ledger)

    def judge(self, statement: Statement, today: str) -> Judged:
        """Judge a statement about to be recorded on the ledger date ``today`` (YYYY-MM-DD).

        Raises ``Refused`` by the first rule that says no at the head, ``NotAnEvent`` for a body
        that is no event of its type, ``Unverified`` for a signer that nobody enrolled.
        """
        with self._lock:
            if self._known > self.size:
                self.catch_up()
            try:
                return self._judge(statement, today)
            except (Refused, LedgerError):
                if not self.catch_up():
                    raise
            return self._judge(statement, today)

    def learn(self, judged: Judged, receipt: Receipt, envelope: bytes) -> None:
        """Take in an act that was recorded, so that it need not be read."""
        index = receipt.index
        with self._lock:
            if index < self.size:
                return
            self._known = max(self._known, index + 1)
            if judged.act.type in _READ:
                return
            self._written[index] = judged.act.placed(sha256(envelope).hexdigest(), index)
            while self.size in self._written:
                self._fold(self._written.pop(self.size))

    def catch_up(self) -> bool:
        """Fold what was recorded since; says whether there was anything."""
        with self._lock:
            head = self._ledger.head().size
            if head == self.size:
                return False
            if head < self.size or head - self.size > MAX_BEHIND or not self._states:
                self._begin(head)
                return True
            entries = list(self._ledger.entries(self.size, head))
            if any(entry.type in _READ for entry in entries):
                self._past = Past(self._ledger)
            for entry in entries:
                written = self._written.pop(entry.index, None)
                try:
                    said = self._past.read(entry) if written is None else written
                except Exception:  # noqa: BLE001 (who asks for it reads it again, and is told)
                    self._states.clear()
                    self.size = entry.index + 1
                else:
                    self._fold(said)
            return True

    def _begin(self, size: int) -> None:
        self._states.clear()
        self._written.clear()
        self._past = Past(self._ledger)
        self._known = self.size = size

    def _judge(self, statement: Statement, today: str) -> Judged:
        # Only the holder of a key is taken from the keyring: a key is enrolled once, for one
        # holder. Whether it may still sign is the ledger's to judge, at the head.
        act = to_act(statement, self._past.keyring, hash="", index=self.size, today=today)
        world = _Asking(self)
        rules.check(world, act)
        if act.type in ROOTED:
            refuse_other_root(act, self._ledger.root_at)
        items = tuple(world.asked)
        return Judged(act, (Condition(items, self.size),) if items else ())

    def _state(self, subject: type[Subject], key: str) -> _Kept:
        kept = self._states.get((subject, key))
        if kept is None:
            asked = question(subject, key)
            state = fold(subject, key, self._past.answer(asked, self.size))
            kept = self._states[subject, key] = _Kept(state, (asked.types, asked.tags))
            if len(self._states) > MAX_STATES:
                self._states.popitem(last=False)
        else:
            self._states.move_to_end((subject, key))
        return kept

    def _fold(self, said: Act[Any] | Tombstone) -> None:
        """Fold the entry at ``size`` into the kept states that it touches."""
        try:
            if said.type == VALUES_ERASED and isinstance(said, Act) and said.event.tombstones:
                self._states.clear()
            touched = (
                touched_by_tombstone(said)
                if isinstance(said, Tombstone)
                else said.event.touches(said)
            )
            for subject, key in set(touched):
                kept = self._states.get((subject, key))
                if kept is not None:
                    state = (
                        kept.state.apply_tombstone(said, key)
                        if isinstance(said, Tombstone)
                        else kept.state.apply(said, key)
                    )
                    self._states[subject, key] = _Kept(state, kept.item)
        except BaseException as fault:
            # Some of what it touches may have it and some not.
            self._states.clear()
            if not isinstance(fault, Exception):
                raise
        self.size = said.index + 1
