"""Work that moved without power: tasks passed from staff to contributors, and nothing with them.

    move          a task whose owner changes from staff to somebody acting for the community
    power with it a grant, control of a budget, or a declared gift, of the new owner, in that
                  project or the whole programme, at any time within 90 days before or after

A grant made a year before and still held counts, for it is there within those days. A move is
judged once those days are over, so that what is still to come is not taken for missing.

Source: domain.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from projections.concern import STAFF
from projections.facts import Fact
from projections.grants import Grant, Powers
from projections.linked import Linked
from projections.matter import day_of
from projections.measure import PER_CENT, Measure, events_of, left_out
from projections.sides import COMMUNITY, Sides

SET = "action-set/v1"
MOVED = "action-moved/v1"
OPENED = "budget-opened/v1"
ALLOCATED = "budget-allocated/v1"
GIFT = "gift-declared/v1"
GIFT_BACK = "gift-revoked/v1"
MOVED_TYPES = frozenset({SET, MOVED, OPENED, ALLOCATED, GIFT, GIFT_BACK})
WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class _Held:
    """Something that is power, from a day to a day (none: not ended, or not known)."""

    project: str | None
    start: date | None
    end: date | None
    index: int

    def within(self, project: str, first: date, last: date) -> bool:
        """Whether it holds in that project on some day from ``first`` through ``last``."""
        here = self.project in (None, project)
        begun = self.start is None or self.start <= last
        return here and begun and (self.end is None or self.end >= first)


@dataclass(slots=True)
class Powered:
    """What each person held, by person."""

    linked: Linked
    held: dict[str, list[_Held]] = field(default_factory=dict)

    def add(self, person: str, one: _Held) -> None:
        """Take one thing that somebody held."""
        self.held.setdefault(self.linked.one(person), []).append(one)

    def beside(self, person: str, project: str, first: date, last: date) -> _Held | None:
        """Give something that a person held there within these days, if there was any."""
        held = self.held.get(self.linked.one(person), ())
        return next((one for one in held if one.within(project, first, last)), None)


def powered(powers: Powers, facts: Iterable[Fact], linked: Linked) -> Powered:
    """Give what people held: grants, control of budgets, and gifts that they declared."""
    found = Powered(linked)
    for grant in powers.grants:
        found.add(
            grant.to,
            _Held(grant.scope.get("project"), _first(grant.fact), _end(grant), grant.fact.index),
        )
    gifts: dict[str, Fact] = {}
    back: dict[str, Fact] = {}
    for fact in facts:
        body = fact.body
        if fact.type in {OPENED, ALLOCATED} and "controller" in body:
            held = _Held(body["project"], _first(fact), None, fact.index)
            found.add(body["controller"], held)
        elif fact.type == GIFT:
            gifts[body["gift"]] = fact
        elif fact.type == GIFT_BACK:
            back[body["gift"]] = fact
    for id_, fact in gifts.items():
        body = fact.body
        ends = [date.fromisoformat(body["until"])] if "until" in body else []
        ends += [day for day in (day_of(back[id_])[1] if id_ in back else None,) if day]
        found.add(
            body["person"],
            _Held(body["project"], _first(fact), min(ends, default=None), fact.index),
        )
    return found


def _first(fact: Fact) -> date | None:
    first, last = day_of(fact)
    return first or last


def _end(grant: Grant) -> date | None:
    """The last day on which a grant can have held: its own, or that of what it rests on."""
    days: list[date | None] = []
    below: Grant | None = None
    for one in (grant, *grant.chain()):
        ended = day_of(one.ended)[1] if one.ended is not None else None
        stepped_aside = below is not None and below.instead
        if not stepped_aside:
            days += [ended, one.until]
        below = one
    return min((day for day in days if day is not None), default=None)


def moved_work(
    moves: Iterable[tuple[Fact, str]], power: Powered, sides: Sides, today: date | None
) -> Iterator[Measure]:
    """Give the moves without power, of all moves; ``moves`` come with their project."""
    bare: list[tuple[int, ...]] = []
    beside: list[tuple[int, ...]] = []
    people = set[str]()
    undated = early = 0
    for fact, project in moves:
        body = fact.body
        was, said = sides.at(body["person"], project, fact.index)
        now, says = sides.at(body["to"], project, fact.index)
        if was not in STAFF or now != COMMUNITY:
            continue
        first, last = day_of(fact)
        if first is None or last is None or today is None:
            undated += 1
        elif last + WINDOW > today:
            early += 1
        else:
            held = power.beside(body["to"], project, first - WINDOW, last + WINDOW)
            events = (fact.index, said, says)
            people.add(power.linked.one(body["to"]))
            if held is None:
                bare.append(events)
            else:
                beside.append((*events, held.index))
    n = len(bare) + len(beside)
    yield Measure(
        "moved-work",
        "Work moved without power",
        "Tasks that staff passed to contributors without grant, budget or gift, of all such moves",
        PER_CENT,
        n,
        "moves",
        len(bare),
        n,
        left_out=undated,
        excluded=left_out(with_no_day_known=undated, of_which_the_90_days_after_are_not_over=early),
        missing="" if n else "no task passed from staff to a contributor with its 90 days over",
        events=events_of(*bare, *beside),
        behind={"numerator": events_of(*bare)},
        people=len(people),
    )
