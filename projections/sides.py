"""For whom people act: what was declared for them, as it stood at any entry.

A side is what was declared for a person, in that project or for the whole programme, by the index
of what they did; where nothing was declared by then, the first declaration after it. A group entry
carries its own side. Nothing declared is ``unsaid``, and ``unsaid`` is never counted as anyone's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from projections.facts import Fact, Facts

ACTING_FOR = "acting-for-declared/v1"
GROUP = "group-recorded/v1"
#: What a view must read to know sides.
SIDE_TYPES = frozenset({ACTING_FOR, GROUP})

UNSAID = "unsaid"
COMMUNITY = "community"


@dataclass(slots=True)
class Sides:
    """Who declared what, by person and project (empty: the whole programme), in log order."""

    said: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)
    groups: dict[str, Fact] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts, before: int) -> Sides:
        """Read the declarations and group entries with ``index < before``."""
        sides = cls()
        for fact in facts.of(ACTING_FOR, before=before):
            sides.add(fact)
        for fact in facts.of(GROUP, before=before):
            sides.groups[fact.body["group"]] = fact
        return sides

    def add(self, fact: Fact) -> None:
        """Take one declaration; they come in log order."""
        key = (fact.body["person"], fact.body.get("project", ""))
        self.said.setdefault(key, []).append((fact.index, fact.body["side"]))

    def at(self, person: str, project: str | None, index: int) -> tuple[str, int]:
        """Give the side in force at ``index``, else the first after it; and the entry saying so.

        The entry is -1 where nothing says it.
        """
        here = self.said.get((person, project or ""))
        everywhere = self.said.get((person, ""))
        for declared in (here, everywhere):
            if declared and declared[0][0] < index:
                at, side = declared[bisect_left(declared, (index,)) - 1]
                return side, at
        for declared in (here, everywhere):
            if declared:
                at, side = declared[0]
                return side, at
        return UNSAID, -1

    def steady(self, person: str, project: str) -> bool:
        """Whether what ``at`` gives for a person in a project is the same at every index."""
        here, everywhere = self.said.get((person, project), ()), self.said.get((person, ""), ())
        return len(here) + len(everywhere) <= 1

    def of_all(
        self, people: Iterable[str], groups: Iterable[str], project: str | None, index: int
    ) -> tuple[frozenset[str], tuple[int, ...]]:
        """Give the sides of people and group entries together, and the entries that say so."""
        found = [self.at(person, project, index) for person in people]
        for id_ in groups:
            group = self.groups.get(id_)
            found.append((group.body["side"], group.index) if group else (UNSAID, -1))
        return (
            frozenset(side for side, _ in found),
            tuple(sorted({at for _, at in found if at >= 0})),
        )
