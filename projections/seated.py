"""Who sat where, from when to when: terms of seats and of chairs on bodies.

A term lasts from the day it began (as far as known, the last day of what is claimed) until the day
it ended, that day not counted; or through its last day; or, while it lasts, through the day the
record had reached. So a seat filled and left on one day counts no day, and one known to a quarter
counts from the end of that quarter: what is not known is not counted, and never the other way.

    days = end - start          voting days = those of a seat with a vote
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from projections.corrected import CORRECTED, superseded
from projections.facts import Fact, Facts, Happened, folded_once, happened
from projections.linked import LINK_TYPES, Linked
from projections.matter import day_of
from projections.offers import today_of
from projections.result import Asked
from projections.sides import SIDE_TYPES, Sides

CREATED = "body-created/v1"
FILLED = "seat-filled/v1"
VACATED = "seat-vacated/v1"
CHAIRED = "chair-taken/v1"
CHAIR_LEFT = "chair-left/v1"
NEEDS = (
    frozenset({CREATED, FILLED, VACATED, CHAIRED, CHAIR_LEFT, CORRECTED}) | SIDE_TYPES | LINK_TYPES
)

CHOSEN = {
    "community": "Chosen by the community",
    "open-call": "Chosen by open call",
    "institution": "Chosen by the institution",
}


@dataclass(slots=True)
class Term:
    """One seat, or one time as chair; ``start`` None where nobody knows when it began."""

    fact: Fact
    body: str
    person: str
    chosen_by: str
    side: str
    side_said: int
    chair: bool
    voting: bool
    start: date | None
    until: date | None
    left: Fact | None = None
    #: It ended, perhaps after the day asked for: counted to the first day that it may have ended.
    left_unsure: bool = False

    @property
    def ended_on(self) -> date | None:
        """The first day on which it was over, if that is known."""
        gone = day_of(self.left) if self.left else (None, None)
        left = gone[0] or gone[1]
        last = self.until + timedelta(days=1) if self.until else None
        return min((day for day in (left, last) if day is not None), default=None)

    def holds(self, today: date | None) -> bool:
        """Whether it lasts on that day: unless it is known to have ended by then."""
        if self.left is not None and not self.left_unsure:
            return False
        return self.until is None or today is None or self.until >= today

    def days(self, today: date, since: date | None = None) -> int:
        """Days of it up to and with ``today``, from ``since`` on; 0 where its start is unknown."""
        if self.start is None:
            return 0
        start = max(self.start, since) if since else self.start
        end = today + timedelta(days=1)
        if self.left is not None or self.until is not None:
            end = min(end, self.ended_on or start)
        return max(0, (end - start).days)

    def events(self) -> Iterator[int]:
        yield self.fact.index
        if self.left is not None:
            yield self.left.index
        if self.side_said >= 0:
            yield self.side_said


@dataclass(slots=True)
class Seated:
    """All terms as asked, the bodies they are on, and the day up to which they count."""

    seats: list[Term]
    chairs: list[Term]
    bodies: dict[str, Fact]
    today: date | None
    linked: Linked
    #: Terms whose beginning nobody dates; made after the day asked for.
    undated: int = 0
    later: int = 0
    #: Of each body, the term each person holds now.
    now: dict[tuple[str, str], Term] = field(default_factory=dict)
    chairs_now: dict[tuple[str, str], Term] = field(default_factory=dict)


@folded_once
def read(facts: Facts, asked: Asked) -> Seated:
    """Fold the terms of seats and chairs as asked; ``asked.about`` may name one body."""
    size = facts.size_at(asked.at)
    sides, out = Sides.of(facts, size), superseded(facts, size)
    found = Seated([], [], {}, today_of(facts, asked), Linked.of(facts, size))
    if asked.period is not None and (found.today is None or asked.period[1] < found.today):
        found.today = asked.period[1]
    for fact in facts.of(CREATED, FILLED, VACATED, CHAIRED, CHAIR_LEFT, before=size):
        if fact.hash in out or not _wanted(found, fact, asked):
            continue
        when = happened(fact, _by(asked), on_saying=True)
        if when is Happened.NO and fact.type != CREATED:
            found.later += fact.type in {FILLED, CHAIRED}
            continue
        _take(found, fact, when, sides)
    return found


def _by(asked: Asked) -> date | None:
    """Nothing counts after the end of a period either."""
    days = [day for day in (asked.happened_by, asked.period and asked.period[1]) if day]
    return min(days, default=None)


def _wanted(found: Seated, fact: Fact, asked: Asked) -> bool:
    if fact.type == CREATED:
        return asked.project is None or fact.body.get("project") == asked.project
    if asked.about is not None and fact.body["body"] != asked.about:
        return False
    return asked.project is None or fact.body["body"] in found.bodies


def _take(found: Seated, fact: Fact, when: Happened, sides: Sides) -> None:
    body = fact.body
    if fact.type == CREATED:
        found.bodies[body["body"]] = fact
        return
    key = (body["body"], body["person"])
    if fact.type in {FILLED, CHAIRED}:
        _begin(found, fact, when, sides)
        return
    leaving = [found.chairs_now] if fact.type == CHAIR_LEFT else [found.now, found.chairs_now]
    for held in leaving:
        term = held.get(key)
        if term is None:
            continue
        term.left, term.left_unsure = fact, when is Happened.UNKNOWN
        del held[key]


def _begin(found: Seated, fact: Fact, when: Happened, sides: Sides) -> None:
    body, chair = fact.body, fact.type == CHAIRED
    key = (body["body"], body["person"])
    created = found.bodies.get(body["body"])
    where = created.body.get("project") if created else None
    side, said = sides.at(body["person"], where, fact.index)
    seat = found.now.get(key)
    first, last = day_of(fact)
    start = (last or first) if when is Happened.YES else None
    until = date.fromisoformat(body["until"]) if "until" in body else None
    if chair and seat is not None and seat.until is not None:
        until = min(until, seat.until) if until else seat.until
    voting = bool(body.get("voting", seat is not None and seat.voting))
    term = Term(fact, *key, body["chosen_by"], side, said, chair, voting, start, until)
    found.undated += start is None
    (found.chairs if chair else found.seats).append(term)
    (found.chairs_now if chair else found.now)[key] = term
