"""Lines that another line stands in place of: recorded, readable, and counted no more.

A correction points from the old line to the one that stands instead (``record-corrected/v1``); a
later correction may point back. Both lines stay in the record.
"""

from __future__ import annotations

from projections.facts import Facts, folded_once

CORRECTED = "record-corrected/v1"


@folded_once
def superseded(facts: Facts, size: int) -> frozenset[str]:
    """Give the hex hashes of the lines that, of ``size`` entries, another one stands instead of."""
    out: set[str] = set()
    for fact in facts.of(CORRECTED, before=size):
        out.add(fact.body["line"])
        out.discard(fact.body["instead"])
    return frozenset(out)
