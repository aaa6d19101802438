"""Several ledgers read together, each with its own checkpoint.

    facts of each ledger, up to what was asked of it  ->  one row of facts  ->  a view

Ids are random and never meet, so the facts of several ledgers can stand one after another and every
view folds them as it folds one: a share of projects is then a share of all projects, not a mean of
shares. The entries of the second ledger are numbered on from the last of the first, and
``Standing.first`` says where each begins; ``--at`` is asked of each ledger apart.

What it does not show: that somebody is in two of the ledgers. A person has another id in each, and
nothing here joins them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from projections.facts import Contested, Fact, Facts
from projections.kept import facts_of
from projections.kept_stream import StreamedFact
from projections.result import Asked, Standing, ViewResult

if TYPE_CHECKING:
    from ledger.directory import Directory
    from ledger.log_read import LedgerReader

NOTE = (
    "Counted over {} ledgers. Somebody who is in several of them has an id of their own in each, "
    "and is counted in each."
)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The records of several ledgers, in the order in which they are read."""

    sources: tuple[LedgerReader | Directory, ...]

    def facts(self, types: Set[str], asked: Asked) -> tuple[Facts, tuple[Standing, ...]]:
        """The facts of all, cut where ``asked.at`` says, and what each part stands on.

        Raises ``ValueError`` for a size, which means something else in each ledger, or when a
        ledger is named twice; and what reading a source raises.
        """
        if isinstance(asked.at, int):
            raise ValueError("a number of entries means another moment in each ledger")  # noqa: TRY004  # what was asked, not its type
        parts = [facts_of(source, types) for source in self.sources]
        if len({part.origin for part in parts}) != len(parts):
            raise ValueError("one ledger is named twice: its people would be counted twice")
        standings, first = [], 0
        for part in parts:
            standings.append(replace(part.standing(asked), first=first))
            first += standings[-1].size
        return _joined(parts, standings), tuple(standings)

    def part_of(self, standings: Sequence[Standing], index: int) -> tuple[int, int]:
        """Which ledger an entry of the portfolio is of, from 0, and its index there."""
        for at in range(len(standings) - 1, -1, -1):
            if index >= standings[at].first:
                return at, index - standings[at].first
        raise ValueError(f"{index} is no entry")


def _joined(parts: Sequence[Facts], standings: Sequence[Standing]) -> Facts:
    types = sorted({kind for part in parts for kind in part.by_type})
    pairs = list(zip(parts, standings, strict=True))
    days = [
        (index + at.first, day) for part, at in pairs for index, day in part.days if index < at.size
    ]
    return Facts(
        origin=" + ".join(at.origin for at in standings),
        size=sum(at.size for at in standings),
        by_type={
            kind: [
                _moved(fact, at.first)
                for part, at in pairs
                for fact in part.of(kind, before=at.size)
            ]
            for kind in types
        },
        # In order of time: what a view calls today is the newest day of them all.
        days=tuple(sorted(days, key=lambda one: (one[1], one[0]))),
        missing=tuple(
            index + at.first for part, at in pairs for index in part.missing if index < at.size
        ),
        contested=tuple(one for part, at in pairs for one in _contested(part, at)),
    )


def _moved(fact: Fact, first: int) -> Fact:
    if isinstance(fact, StreamedFact):
        return fact.moved(first)
    return fact._replace(index=fact.index + first)


def _contested(part: Facts, at: Standing) -> Iterator[Contested]:
    for one in part.contested:
        if one.revoked_at < at.size:
            yield one._replace(
                suspect_from=one.suspect_from + at.first,
                revoked_at=one.revoked_at + at.first,
                indexes=tuple(index + at.first for index in one.indexes),
            )


def standing_on(result: ViewResult, standings: tuple[Standing, ...]) -> ViewResult:
    """The answer of a view with what each part of it stands on, and a note that says so."""
    return replace(result, parts=standings, notes=(*result.notes, NOTE.format(len(standings))))
