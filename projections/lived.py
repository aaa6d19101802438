"""Entries about people's coming, staying, needing and giving, as a view asks for them.

What happens at a time lies in the span that was asked for; what lasts had begun by its end. Lines
that another stands instead of are left out, and so is what no date places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from projections.corrected import superseded
from projections.facts import Fact, Facts, Happened, happened, in_span
from projections.linked import Linked
from projections.result import Asked
from projections.sides import Sides


@dataclass(slots=True)
class Lived:
    """Reads facts as asked."""

    facts: Facts
    asked: Asked
    sides: Sides
    linked: Linked
    size: int = 0
    out: frozenset[str] = frozenset()
    #: The entries that no date places, and those recorded afterwards.
    undated: set[int] = field(default_factory=set)
    history: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.size = self.facts.size_at(self.asked.at)
        self.out = superseded(self.facts, self.size)

    @property
    def end(self) -> date | None:
        """The last day asked for; None when no day was."""
        days = [self.asked.happened_by, self.asked.period and self.asked.period[1]]
        return min((day for day in days if day), default=None)

    def here(self, fact: Fact) -> bool:
        """Whether it concerns the project asked for; what concerns the whole programme does not."""
        return self.asked.project in {None, fact.body.get("project")}

    def acts(self, *types: str) -> Iterator[Fact]:
        """Give what happened in the span asked for."""
        for fact in self._standing(*types):
            if self._placed(fact, in_span(fact, self.asked, on_saying=True)):
                yield self._kept(fact)

    def lasting(self, *types: str) -> Iterator[Fact]:
        """Give what had begun by the end of the span."""
        for fact in self._standing(*types):
            if self._placed(fact, happened(fact, self.end, on_saying=True)):
                yield self._kept(fact)

    def side(self, fact: Fact, person: str) -> tuple[str, int]:
        """For whom a person acted at that entry, and the entry that says so."""
        return self.sides.at(person, fact.body.get("project"), fact.index)

    def _standing(self, *types: str) -> Iterator[Fact]:
        for fact in self.facts.of(*types, before=self.size):
            if fact.hash not in self.out:
                yield fact

    def _placed(self, fact: Fact, when: Happened) -> bool:
        if when is Happened.UNKNOWN:
            self.undated.add(fact.index)
        return when is Happened.YES

    def _kept(self, fact: Fact) -> Fact:
        if fact.mode == "history":
            self.history.add(fact.index)
        return fact
