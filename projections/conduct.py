"""Step 10 of checking: was every event allowed by the rules in force at its index?

The rules are replayed in log order over everything before (format section 7). For each entry:

1. its body must be an event of its type; an unknown type fails closed;
2. the common authority rules and the event's own rule must allow it;
3. only then does it change what later rules see. A forbidden act confers nothing, so what rests
   on it is named as well;
4. a root that it names for figures must be one that this log had (``rooted.py``).

An entry withdrawn by a recorded erasure is folded by its tombstone: what was withdrawn still
happened. An entry that is withheld from this class of reader leaves a hole: a refusal after it may
be the hole's doing, so it counts as «cannot be checked» (11), and the rest is noted once. Nothing
missing passes in silence.

A finding names the entry, the rule, what stood in the way, and what would have allowed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from domain import catalogue as rules
from domain.act import Act
from domain.refusal import NotAnEvent, Refused
from domain.world import FullWorld
from ledger.check_report import counted
from ledger.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, Finding, LedgerError
from ledger.keyring import Keyring
from ledger.owned import Tombstone
from ledger.statement import Statement
from projections.bridge import to_act, typed_ids
from projections.rooted import ROOTED, refuse_other_root
from projections.spilled import SpilledStates

STEP = 10


class Conduct:
    """Replays the rules; give it every entry in order of index, then ``close``."""

    def __init__(self) -> None:
        self.world = FullWorld(SpilledStates())
        #: Acts that name a root, the first for each that is named; the tree is known at the end.
        self._rooted: dict[tuple[int, str], Act[Any]] = {}
        self._withheld: list[int] = []
        self._judged_after = 0

    def entry(  # noqa: PLR0917 (the hook that ledger.check calls)
        self,
        index: int,
        statement: Statement | None,
        tombstone: Tombstone | None,
        envelope_hash: str,
        keyring: Keyring,
        today: date | str | None,
    ) -> list[Finding]:
        """Judge the entry at ``index`` and fold it; give what there is to say, mostly nothing.

        ``statement`` is ``None`` for an entry whose envelope is absent; ``tombstone`` is what its
        recorded erasure left. ``keyring`` stands at this entry, ``today`` is its ledger date.
        """
        if statement is None:
            self._absent(index, tombstone, envelope_hash)
            return []
        if self._withheld:
            self._judged_after += 1
        try:
            act = to_act(
                statement, keyring, hash=envelope_hash, index=index, today=str(today or "")
            )
            rules.check(self.world, act)
        except Refused as refusal:
            return [self._refused(index, statement, refusal)]
        except NotAnEvent as error:
            return [Finding(DOES_NOT_MATCH, STEP, index, f"entry {index}: {error}")]
        except LedgerError as error:
            return [Finding(DOES_NOT_MATCH, STEP, index, f"entry {index}: {error.message}")]
        self.world.apply(act)
        if act.type in ROOTED:
            self._rooted.setdefault((act.event.size, act.event.root), act)
        return []

    def close(self, root_at: Callable[[int], bytes]) -> Iterable[Finding]:
        """Say, once all entries were given, what only then can be said.

        Which acts name a root that the log never had (the first for each such root), by the true
        ``root_at(size)``; and what the withheld entries leave undecided.
        """
        for act in self._rooted.values():
            try:
                refuse_other_root(act, root_at)
            except Refused as refusal:  # withheld entries have their leaves in the tree, too
                yield Finding(DOES_NOT_MATCH, STEP, act.index, _words(act.index, act, refusal))
        if self._withheld:
            yield self._undecided()

    def _undecided(self) -> Finding:
        count = len(self._withheld)
        return Finding(
            CANNOT_BE_CHECKED,
            STEP,
            self._withheld[0],
            f"{counted(count, 'entry is', 'entries are')} not shown here, the first at "
            f"{self._withheld[0]}; the rules were replayed over "
            f"{counted(self._judged_after, 'later entry', 'later entries')} without that, so "
            "whether each was allowed cannot be said for certain. "
            "An auditor's directory shows every envelope",
        )

    def _absent(self, index: int, tombstone: Tombstone | None, envelope_hash: str) -> None:
        if tombstone is None:
            self._withheld.append(index)
            return
        self.world.apply_tombstone(
            tombstone.type,
            tombstone.author,
            typed_ids(tombstone),
            envelope_hash or tombstone.hash,
            index,
        )

    def _refused(self, index: int, statement: Statement, refusal: Refused) -> Finding:
        message = _words(index, statement, refusal)
        if not self._withheld:
            return Finding(DOES_NOT_MATCH, STEP, index, message)
        return Finding(
            CANNOT_BE_CHECKED,
            STEP,
            index,
            f"{message}; but {counted(len(self._withheld), 'entry', 'entries')} before it "
            f"{'is' if len(self._withheld) == 1 else 'are'} not shown here and may have allowed it",
        )


def _words(index: int, said: Statement | Act[Any], refusal: Refused) -> str:
    message = (
        f"entry {index}: {said.type} by {said.author} was not allowed by the rule "
        f"{refusal.rule}: {refusal.message}"
    )
    return f"{message}; allowed by {refusal.allowed_by}" if refusal.allowed_by else message
