"""Limits that a charter may set for figures, and the product's own where it sets none.

A charter's ``thresholds`` map codes to whole numbers; the newest amendment that names any counts.
"""

from __future__ import annotations

from projections.facts import Facts
from projections.stage_common import LEAST_FOR_A_RATE

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
