"""What views owe their rows: days, and the notes on what is behind them.

Small helpers of views that read many types: the day on which something happened as far as it is
known, and the notes on entries that this reader lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from projections.facts import Fact, Facts
from projections.result import Asked
from projections.stage_common import many, record_notes


def day_said(fact: Fact, *, on_saying: bool = True) -> str | None:
    """Give when it happened: a day, or the span that is claimed; None where nothing says it.

    ``on_saying``: the saying is itself the act, so a live entry without a claim happened on its
    ledger day.
    """
    if fact.on is not None:
        first, last = fact.on.get("from"), fact.on.get("to")
        if first and last and first != last:
            return f"{first} to {last}"
        if first or last:
            return str(first or f"by {last}")
        return None
    if on_saying and fact.mode == "live" and fact.day is not None:
        return fact.day.isoformat()
    return None


def common_notes(
    facts: Facts, asked: Asked, types: Set[str], behind: Iterable[Fact] = ()
) -> Iterable[str]:
    """Say what this reader lacks, what is contested, and what was recorded afterwards."""
    yield from record_notes(facts, asked, types)
    history = sum(fact.mode == "history" for fact in behind)
    if history:
        yield f"{many(history, 'entry', 'entries')} recorded afterwards, not at the time."
