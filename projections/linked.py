"""Which pseudonyms are one person, as far as the record says so.

A link that was not undone makes two pseudonyms one person wherever people are counted; a link that
is only a guess does not. Nothing else changes: sides, lines and rights stay with the pseudonym.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from projections.facts import Facts, folded_once

LINKED = "persons-linked/v1"
UNLINKED = "persons-unlinked/v1"
LINK_TYPES = frozenset({LINKED, UNLINKED})


@dataclass(slots=True)
class Linked:
    """Persons by the pseudonym that stands for all of theirs, and the entries that link them."""

    standing_for: dict[str, str] = field(default_factory=dict)
    events: tuple[int, ...] = ()

    @staticmethod
    @folded_once
    def of(facts: Facts, before: int) -> Linked:
        """Read the links that stand with ``index < before``."""
        undone = {fact.body["link"] for fact in facts.of(UNLINKED, before=before)}
        linked = Linked()
        events = []
        for fact in facts.of(LINKED, before=before):
            if fact.hash not in undone and fact.body["basis"] != "guess":
                linked._join(fact.body["person"], fact.body["same_as"])
                events.append(fact.index)
        linked.events = tuple(events)
        return linked

    def one(self, person: str) -> str:
        """Give the pseudonym that stands for this person; their own where nothing is linked."""
        if person not in self.standing_for:
            return person
        at = person
        while (above := self.standing_for.get(at, at)) != at:
            at = above
        return at

    def distinct(self, people: Iterable[str]) -> set[str]:
        """Give these people, each once."""
        if not self.standing_for:
            return set(people)
        return {self.one(person) for person in people}

    def _join(self, one: str, other: str) -> None:
        first, second = sorted((self.one(one), self.one(other)))
        self.standing_for[second] = first
