"""Entries read in spans and cut, in this process, or on all cores when there are many to read.

Promise: the same cuts in the same order, however many cores there are. A span in which anything
does not hold is cut again here, so every error is raised in one place.

    store  ->  span 0, span 1, …  ->  cut here or by a worker  ->  cut 0, cut 1, …

This process alone reads the store, for workers would have to open it, which takes longer to load
than handing over what was read.
"""

from __future__ import annotations

import marshal
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Final

from ledger.errors import LedgerError, Unverified
from ledger.side_by_side import Work, side_by_side, usable_cores
from projections import kept_cut
from projections.kept_cut import Cut, Span, cut
from projections.payload import VERIFY

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from ledger.log_read import LedgerReader

#: Below this many entries the start of workers is not worth it.
WORTHWHILE: Final = 16 * kept_cut.SPAN


def cuts(
    ledger: LedgerReader, start: int, stop: int, cores: int | None = None
) -> Generator[tuple[Span, Cut], None, None]:
    """Each span of the entries from ``start`` to before ``stop``, and what is kept of it.

    Raises ``Unverified`` when an entry is missing or does not hash to its leaf.
    """
    spans = _spans(ledger, start, stop)
    cores = usable_cores() if cores is None else cores
    if stop - start < WORTHWHILE or cores < 2:
        return ((span, cut(span)) for span in spans)
    return side_by_side(spans, _Crew(), cores)


def _spans(ledger: LedgerReader, start: int, stop: int) -> Iterator[Span]:
    width = kept_cut.SPAN
    while start < stop:
        end = min(stop, start - start % width + width)
        rows = ledger.envelopes(start, end)
        if len(rows) != end - start:
            raise Unverified(
                f"the store has {len(rows)} of the {end - start} entries from {start} on; no "
                "figure was made from this record",
                hint=VERIFY,
                step=8,
            )
        yield Span(start, rows)
        start = end


class _Crew(Work[Span, Cut]):
    """Who cuts spans."""

    def ask(self, pool: ProcessPoolExecutor, portion: Span) -> Future[Any]:
        """Give a span to a worker."""
        return pool.submit(_work, marshal.dumps((portion.first, list(portion.rows))))

    def read(self, answer: bytes) -> Cut | None:
        """What a worker cut; nothing where something does not hold."""
        found = marshal.loads(answer)  # noqa: S302  # from our own worker
        return Cut(*found) if found else None

    def here(self, portion: Span) -> Cut:
        """Cut a span in this process."""
        return cut(portion)


def _work(packed: bytes) -> bytes:
    """In a worker: cut a span that was packed, and pack what was cut."""
    try:
        return marshal.dumps(tuple(cut(Span(*marshal.loads(packed)))))  # noqa: S302  # see above
    except LedgerError:
        return marshal.dumps(None)
