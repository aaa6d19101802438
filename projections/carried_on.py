"""Iterate, not obliterate: what is open when a project closes, and whether anybody took it on.

    open       at the close: an input nobody answered, a promise nobody kept or let go
    taken on   carried from that project, and accepted by the receiver who was named

What is carried to somebody who has not said yes is nobody's. A close that was recorded afterwards
stands in no order with what else was, so there everything that the record knows counts.

Source: domain.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from projections.facts import Fact
from projections.measure import PER_CENT, Measure, events_of
from projections.origins import ANSWERED, SUBMITTED
from projections.proposals import CARRIED, PROMISED, RECEIVED, UNANSWERED

CLOSED = "project-closed/v1"
SETTLED = "commitment-settled/v1"
CARRIED_TYPES = frozenset(
    {SUBMITTED, ANSWERED, UNANSWERED, PROMISED, SETTLED, CARRIED, RECEIVED, CLOSED}
)
_OVER = frozenset({"kept", "released"})


@dataclass(slots=True)
class _Matter:
    """An input or a promise: where it is, what was said of it, and where it was carried."""

    projects: dict[str, int]
    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: From which project it was last carried, in which entry, and who said yes to it.
    carried: tuple[str, int] | None = None
    taken: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether nobody answered it, kept it or let it go."""
        return not any(word in _OVER or word == ANSWERED for word, _ in self.said.values())

    @property
    def events(self) -> tuple[int, ...]:
        return (*self.projects.values(), *(index for _, index in self.said.values()))


class _Reading:
    """The matters in log order; at each close, those of its project that are open."""

    def __init__(self) -> None:
        self.matters: dict[str, _Matter] = {}
        self.here: dict[str, list[_Matter]] = {}
        self.left: list[tuple[str, Fact, _Matter]] = []
        self.afterwards: list[Fact] = []

    def take(self, fact: Fact, wanted: frozenset[int]) -> None:
        body = fact.body
        if fact.type == CLOSED:
            if fact.index in wanted:
                if fact.mode == "history":
                    self.afterwards.append(fact)
                else:
                    self.close(fact)
            return
        id_ = str(body.get("input") or body.get("commitment") or body.get("matter"))
        if fact.type in {SUBMITTED, PROMISED}:
            self.matters[id_] = _Matter({})
            self._put(self.matters[id_], body["project"], fact.index)
            return
        matter = self.matters.get(id_)
        if matter is None:
            return
        if fact.type == ANSWERED:
            matter.said[""] = (ANSWERED, fact.index)
        elif fact.type == UNANSWERED:
            matter.said[""] = (UNANSWERED, fact.index)
        elif fact.type == SETTLED:
            matter.said[fact.author] = (body["outcome"], fact.index)
        elif fact.type == CARRIED:
            matter.carried = (body["project"], fact.index)
        elif matter.carried is not None:
            if body.get("accepted", True):
                where, index = matter.carried
                matter.taken[where] = (index, fact.index)
                self._put(matter, body["project"], fact.index)
            matter.carried = None

    def _put(self, matter: _Matter, project: str, index: int) -> None:
        if project not in matter.projects:
            matter.projects[project] = index
            self.here.setdefault(project, []).append(matter)

    def close(self, fact: Fact) -> None:
        project = fact.body["project"]
        self.left += [(project, fact, one) for one in self.here.get(project, ()) if one.open]


def carried_on(facts: Iterable[Fact], closes: Iterable[int]) -> Iterator[Measure]:
    """Give what was taken on of what was open at these closes (indexes), in log order."""
    reading, wanted = _Reading(), frozenset(closes)
    for fact in facts:
        reading.take(fact, wanted)
    for fact in reading.afterwards:
        reading.close(fact)
    taken, dropped = list[tuple[int, ...]](), list[tuple[int, ...]]()
    for project, close, matter in reading.left:
        events = (close.index, *matter.events)
        if project in matter.taken:
            taken.append((*events, *matter.taken[project]))
        else:
            dropped.append(events)
    n = len(taken) + len(dropped)
    yield Measure(
        "carried-on",
        "Iterate, not obliterate",
        "Open inputs and promises that a named receiver took on, of all open when projects closed",
        PER_CENT,
        n,
        "inputs and promises",
        len(taken),
        n,
        missing=""
        if n
        else ("nothing was open when a project closed" if wanted else "no project has closed"),
        events=events_of(*taken, *dropped),
        behind={"numerator": events_of(*taken)},
    )
