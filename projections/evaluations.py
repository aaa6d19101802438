"""The days of evaluation points: when people looked at how the work goes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from projections.corrected import CORRECTED, superseded
from projections.matter import day_of

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader

HELD = "evaluation-held/v1"


def evaluation_days(source: LedgerReader | Directory) -> tuple[date, ...]:
    """Give the days by which each evaluation point had been held, in order, each once.

    One that says no day is left out: nothing can be counted as of an unknown day.
    """
    from projections.kept import facts_of

    facts = facts_of(source, {HELD, CORRECTED})
    out = superseded(facts, facts.size)
    held = [fact for fact in facts.of(HELD, before=facts.size) if fact.hash not in out]
    return tuple(sorted({day for fact in held for day in [day_of(fact)[1]] if day is not None}))
