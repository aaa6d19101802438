"""Step 10 of checking: was every event allowed by the rules in force at its index?

The rules are replayed in log order over everything before (format section 7). For each entry:

1. its body must be an event of its type; an unknown type fails closed;
2. the common authority rules and the event's own rule must allow it;
3. only then does it change what later rules see. A forbidden act confers nothing, so what rests
   on it is named as well.

An entry withdrawn by a recorded erasure is folded by its tombstone: what was withdrawn still
happened. An entry that is withheld from this class of reader leaves a hole: a refusal after it may
be the hole's doing, so it counts as «cannot be checked» (11), and the rest is noted once. Nothing
missing passes in silence.

A finding names the entry, the rule, what stood in the way, and what would have allowed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from domain import catalogue as rules
from domain.refusal import NotAnEvent, Refused
from domain.world import FullWorld
from ledger.check_report import counted
from ledger.errors import CANNOT_BE_CHECKED, DOES_NOT_MATCH, Finding, LedgerError
from ledger.keyring import Keyring
from ledger.owned import Tombstone
from ledger.statement import Statement
from projections.bridge import to_act, typed_ids
from projections.spilled import SpilledStates

STEP = 10


class Conduct:
    """Replays the rules; give it every entry in order of index, then ``close``."""

    def __init__(self) -> None:
        self.world = FullWorld(SpilledStates())
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
        return []

    def close(self) -> Iterable[Finding]:
        """Say, once all entries were given, what the withheld ones leave undecided."""
        if not self._withheld:
            return []
        count = len(self._withheld)
        return [
            Finding(
                CANNOT_BE_CHECKED,
                STEP,
                self._withheld[0],
                f"{counted(count, 'entry is', 'entries are')} not shown here, the first at "
                f"{self._withheld[0]}; the rules were replayed over "
                f"{counted(self._judged_after, 'later entry', 'later entries')} without that, so "
                "whether each was allowed cannot be said for certain. "
                "An auditor's directory shows every envelope",
            )
        ]

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
        message = (
            f"entry {index}: {statement.type} by {statement.author} was not allowed by the rule "
            f"{refusal.rule}: {refusal.message}"
        )
        if refusal.allowed_by:
            message += f"; allowed by {refusal.allowed_by}"
        if not self._withheld:
            return Finding(DOES_NOT_MATCH, STEP, index, message)
        return Finding(
            CANNOT_BE_CHECKED,
            STEP,
            index,
            f"{message}; but {counted(len(self._withheld), 'entry', 'entries')} before it "
            f"{'is' if len(self._withheld) == 1 else 'are'} not shown here and may have allowed it",
        )
