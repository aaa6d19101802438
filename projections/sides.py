"""For whom people act: what was declared for them, as it stood at any entry.

A side is what was declared for a person, in that project or for the whole programme, by the index
of what they did; where nothing was declared by then, the first declaration after it. A group entry
carries its own side. Nothing declared is ``unsaid``, and ``unsaid`` is never counted as anyone's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from projections.facts import Fact, Facts, folded_once

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

    @staticmethod
    @folded_once
    def of(facts: Facts, before: int) -> Sides:
        """Read the declarations and group entries with ``index < before``."""
        sides = Sides()
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
        everywhere = self.said.get((person, ""))
        here = self.said.get((person, project)) if project else everywhere
        if here is everywhere:
            return _in_force(everywhere, index) if everywhere else (UNSAID, -1)
        for declared in (here, everywhere):
            if declared and declared[0][0] < index:
                return _in_force(declared, index)
        declared = here or everywhere
        return _in_force(declared, index) if declared else (UNSAID, -1)

    def steady(self, person: str, project: str | None) -> bool:
        """Whether what ``at`` gives for a person in a project is the same at every index."""
        here = self.said.get((person, project), ()) if project else ()
        return len(here) + len(self.said.get((person, ""), ())) <= 1

    def of_all(
        self, people: Collection[str], groups: Collection[str], project: str | None, index: int
    ) -> tuple[frozenset[str], tuple[int, ...]]:
        """Give the sides of people and group entries together, and the entries that say so."""
        if not groups and len(people) == 1:
            [person] = people
            side, at = self.at(person, project, index)
            return _alone(side), () if at < 0 else (at,)
        sides, because = set[str](), set[int]()
        for person in people:
            side, at = self.at(person, project, index)
            sides.add(side)
            because.add(at)
        for id_ in groups:
            group = self.groups.get(id_)
            sides.add(group.body["side"] if group else UNSAID)
            because.add(group.index if group else -1)
        because.discard(-1)
        return frozenset(sides), tuple(sorted(because)) if len(because) > 1 else tuple(because)


@cache
def _alone(side: str) -> frozenset[str]:
    return frozenset({side})


def _in_force(declared: list[tuple[int, str]], index: int) -> tuple[str, int]:
    """The last declaration before ``index``, else the first after it."""
    if len(declared) == 1:
        at, side = declared[0]
    else:
        at, side = declared[max(0, bisect_left(declared, (index,)) - 1)]
    return side, at
