"""Limits that a charter may set for figures, and the product's own where it sets none.

A charter's ``thresholds`` map codes to whole numbers; the newest amendment that names any counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from projections.facts import Facts
from projections.given import Record
from projections.result import Asked
from projections.stage_common import DEFAULT_NOTE, LEAST_FOR_A_RATE, common_notes

CHARTER = "charter-adopted/v1"
AMENDED = "charter-amended/v1"
#: What a view must read to know the limits.
LIMIT_TYPES = frozenset({CHARTER, AMENDED})
#: The code under which a charter says on how many no rate or index is given.
LEAST = "least-for-a-rate"


def least_for_a_rate(facts: Facts, size: int) -> tuple[int, str]:
    """Give below how many no rate or index is shown, and the words that say whose limit it is."""
    found: int | None = None
    for fact in facts.of(CHARTER, AMENDED, before=size):
        limits = fact.body.get("thresholds")
        if limits:
            found = limits.get(LEAST, found)
    if found is None:
        return LEAST_FOR_A_RATE, (
            f"No rate or index is given on fewer than {LEAST_FOR_A_RATE}; that limit is a default "
            "of this program, not a norm of the field."
        )
    return found, f"No rate or index is given on fewer than {found}, as the charter sets it."


def notes_of(facts: Facts, asked: Asked, record: Record) -> Iterator[str]:
    """Give the notes on contributions without the one on a limit: the view says its own."""
    return (note for note in common_notes(facts, asked, record) if note != DEFAULT_NOTE)
