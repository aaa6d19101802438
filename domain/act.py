"""An act: one event with who said it, under which grants, and when.

It is what a rule sees of a signed statement. ``projections`` makes it from the ledger's side;
nothing here knows of bytes, keys or signatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain.event import Event
from domain.values import On

E_co = TypeVar("E_co", bound=Event, covariant=True)

LIVE = "live"
HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Act(Generic[E_co]):
    """One event as it stands, or would stand, in the ledger."""

    #: The recorded name, e.g. ``vote-cast/v1``.
    type: str
    #: Who says it: a ``person:`` or ``operator:`` id.
    author: str
    event: E_co
    #: The ledger date at its index, ``YYYY-MM-DD``: terms and expiries are judged by it.
    today: str
    #: The people and operators who signed it with a key that was theirs *before* it. A key that the
    #: act itself brings in proves possession and speaks for nobody yet (the charter's apart), else
    #: anyone could enrol a key for anyone and be believed.
    signed_by: frozenset[str]
    #: The grant each signer acts under: holder id to envelope hash.
    under: Mapping[str, str] = field(default_factory=dict)
    #: ``live``, or ``history`` when recorded afterwards.
    mode: str = LIVE
    #: The author's claim of when it signed, seconds, Z. No rule reads it.
    at: str = ""
    #: When it happened, as claimed.
    on: On | None = None
    #: Its envelope hash; empty while it is not sealed. No rule reads it.
    hash: str = ""
    #: Its 0-based index, or the size of the ledger it would be appended to.
    index: int = -1

    @property
    def is_history(self) -> bool:
        """Whether it was recorded afterwards."""
        return self.mode == HISTORY

    def placed(self, hash: str, index: int) -> Act[E_co]:
        """The same act once it lies in the ledger: its envelope hash and index."""
        # Spelled out, for ``dataclasses.replace`` takes three times as long, once for each write.
        return Act(
            self.type,
            self.author,
            self.event,
            self.today,
            self.signed_by,
            self.under,
            self.mode,
            self.at,
            self.on,
            hash,
            index,
        )
