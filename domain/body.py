"""Bodies: boards, panels and committees, their seats, and who *chose* each holder.

A seat is held by a person, with a vote or without, until a stated day if there is one. Who chose
the holder (the community, an open call, the institution) and whom the holder acts for are two
questions; the second is answered where the person declares it. A body may have one chair and
several co-chairs, each a holder of a seat.

Source: domain.md sections 7 to 9 (seat share, T4 to T6).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_before, refuse_changing_live
from domain.event import Event, Touches, audiences
from domain.line import Line
from domain.membership import refuse_strangers
from domain.project import refuse_beginning, refuse_unknown_project
from domain.refusal import Refused
from domain.values import BodyId, Day, DecisionId, Label, PersonId, ProjectId
from domain.world import Subject, World

Chosen = Literal["community", "open-call", "institution"]


class BodyCreated(Event):
    """A board, panel or committee came to be."""

    TYPE = "body-created/v1"
    VALUES = audiences(name="public", purpose="public")
    PUBLIC = True
    WHO = "the holder of agenda, decision or hiring"
    REFUSED_BY = ("no-grant", "unknown-project", "project-ended", "body-exists")

    body: BodyId = Field(description="the new body")
    project: ProjectId | None = Field(default=None, description="of which project; left out: all")
    quorum: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="fewest voting members present; left out: none set"
    )
    seats: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="how many voting seats it has; left out: not limited"
    )

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Body, self.body),)


class _OfSeat(Event):
    """What the events of a seat have in common."""

    WHO: ClassVar[str] = "the holder of hiring or decision over that body"

    body: BodyId = Field(description="of which body")
    person: PersonId = Field(description="whose seat")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Body, self.body), *Line.of(act, self.person))


_SEAT = ("no-grant", "unknown-body", "history-over-live", "before-it-happened")


class SeatFilled(_OfSeat):
    """Someone took a seat, chosen by the community, an open call or the institution."""

    TYPE = "seat-filled/v1"
    REFUSED_BY = (
        *_SEAT,
        "project-ended",
        "not-enrolled",
        "seated-already",
        "no-seat-left",
        "decision-not-adopted",
        "not-chosen",
    )

    chosen_by: Chosen = Field(description="who chose the holder")
    voting: bool = Field(description="whether the seat has a vote")
    seat: Label | None = Field(default=None, description="the seat in the body's own words")
    until: Day | None = Field(default=None, description="last day of the term")
    decision: DecisionId | None = Field(default=None, description="the decision that filled it")


class SeatVacated(_OfSeat):
    """A seat fell free."""

    TYPE = "seat-vacated/v1"
    OWN_VOICE = True
    VALUES = audiences(reason="personal")
    WHO = "its holder; the holder of hiring or decision over that body"
    REFUSED_BY = (*_SEAT, "not-seated")

    cause: Literal["term-ended", "resigned", "rotated", "removed", "died", "unsaid"] = Field(
        default="unsaid", description="why, as a code"
    )


class ChairTaken(_OfSeat):
    """A holder of a seat came to chair, alone or with others."""

    TYPE = "chair-taken/v1"
    REFUSED_BY = (
        *_SEAT,
        "project-ended",
        "not-seated",
        "chair-taken-already",
        "decision-not-adopted",
        "not-chosen",
    )

    with_others: bool = Field(default=False, description="whether as one of several chairs")
    chosen_by: Chosen = Field(description="who chose the chair")
    until: Day | None = Field(default=None, description="last day of the term")
    decision: DecisionId | None = Field(default=None, description="the decision that chose them")


class ChairLeft(_OfSeat):
    """A chair stood down and kept the seat."""

    TYPE = "chair-left/v1"
    OWN_VOICE = True
    WHO = SeatVacated.WHO
    REFUSED_BY = (*_SEAT, "not-the-chair")


@dataclass(frozen=True, slots=True)
class Seat:
    """One holder's seat: with a vote or not, chosen by whom, for how long, chairing or not."""

    voting: bool
    chosen_by: str
    since: str | None
    until: str | None
    chair_until: str | None = None
    chair: Literal["", "chair", "co-chair"] = ""


@dataclass(slots=True)
class Body(Subject):
    """A body's project, quorum, and who sits on it."""

    types: ClassVar = frozenset(
        {
            BodyCreated.TYPE,
            SeatFilled.TYPE,
            SeatVacated.TYPE,
            ChairTaken.TYPE,
            ChairLeft.TYPE,
        }
    )

    created: bool = False
    project: str | None = None
    quorum: int | None = None
    voting_seats: int | None = None
    since: str | None = None
    history: bool = False
    seats: dict[str, Seat] = field(default_factory=dict)

    def apply(self, act: Act[Any], _key: str, /) -> Body:
        event = act.event
        since = act.on.from_ if act.on else None
        match event:
            case BodyCreated():
                self.created, self.project, self.quorum = True, event.project, event.quorum
                self.voting_seats, self.since, self.history = event.seats, since, act.is_history
            case SeatFilled():
                self.seats[event.person] = Seat(event.voting, event.chosen_by, since, event.until)
            case SeatVacated():
                self.seats.pop(event.person, None)
            case ChairTaken():
                self._chair(event.person, "co-chair" if event.with_others else "chair", event.until)
            case ChairLeft():
                self._chair(event.person, "", None)
        return self

    def _chair(
        self, person: str, chair: Literal["", "chair", "co-chair"], until: str | None
    ) -> None:
        if person in self.seats:
            self.seats[person] = replace(self.seats[person], chair=chair, chair_until=until)

    def chairs(self, today: str) -> frozenset[str]:
        """Who chairs it on a day, alone or with others."""
        return frozenset(
            person for person, seat in self.seats.items() if seat.chair and _in_term(seat, today)
        )

    def voters(self, today: str) -> frozenset[str]:
        """Who has a vote on a day: a term that has ended gives none."""
        return frozenset(
            person
            for person, seat in self.seats.items()
            if seat.voting and (seat.until is None or seat.until >= today)
        )


def create(world: World, act: Act[BodyCreated]) -> None:
    """Create a body."""
    event = act.event
    power.require(
        world, act, "agenda", "decision", "hiring", project=event.project, body=event.body
    )
    if event.project is not None:
        refuse_unknown_project(world, event.project)
    refuse_beginning(world, act, event.project)
    if world.get(Body, event.body).created:
        raise Refused("body-exists", f"{event.body} was created already", "another id")


def fill(world: World, act: Act[SeatFilled]) -> None:
    """Give somebody a seat."""
    event = act.event
    state = _of_body(world, act)
    refuse_beginning(world, act, state.project, "seat-filled/v1 on a body of an open project")
    refuse_strangers(world, (event.person,), state.project)
    seat = state.seats.get(event.person)
    if seat is not None and (seat.until is None or seat.until >= act.today):
        raise Refused("seated-already", f"{event.person} sits on it", "seat-vacated/v1 first")
    taken = state.voters(act.today)
    if event.voting and state.voting_seats is not None and len(taken) >= state.voting_seats:
        raise Refused(
            "no-seat-left", f"all {state.voting_seats} voting seats are taken", "seat-vacated/v1"
        )
    _refuse_undecided(world, act, state)


def vacate(world: World, act: Act[SeatVacated]) -> None:
    """Free a seat."""
    state = _of_body(world, act, own=True)
    _refuse_unseated(state, act)


def take_chair(world: World, act: Act[ChairTaken]) -> None:
    """Let a holder of a seat chair."""
    event = act.event
    state = _of_body(world, act)
    refuse_beginning(world, act, state.project, "chair-taken/v1 of a body of an open project")
    _refuse_unseated(state, act)
    chairs = {person: state.seats[person].chair for person in state.chairs(act.today)}
    alone = not event.with_others or "chair" in chairs.values()
    if chairs and (event.person in chairs or alone):
        raise Refused(
            "chair-taken-already",
            f"{', '.join(sorted(chairs))} chairs already",
            "chair-left/v1, or chairs together (`with_others`)",
        )
    _refuse_undecided(world, act, state)


def leave_chair(world: World, act: Act[ChairLeft]) -> None:
    """Stand down as chair."""
    state = _of_body(world, act, own=True)
    seat = state.seats.get(act.event.person)
    if seat is None or not seat.chair:
        raise Refused("not-the-chair", f"{act.event.person} does not chair it", "chair-taken/v1")


def _in_term(seat: Seat, today: str) -> bool:
    return all(end is None or end >= today for end in (seat.until, seat.chair_until))


def _of_body(world: World, act: Act[Any], *, own: bool = False) -> Body:
    event = act.event
    state = world.get(Body, event.body)
    if not state.created:
        raise Refused("unknown-body", f"{event.body} was never created", "body-created/v1")
    if act.is_history or not (own and act.author == event.person):
        power.require(world, act, "hiring", "decision", project=state.project, body=event.body)
    refuse_changing_live(act, state.history, event.body)
    seat = state.seats.get(event.person)
    refuse_before(act, seat.since if seat else state.since, "it began")
    return state


def _refuse_unseated(state: Body, act: Act[Any]) -> None:
    if act.event.person not in state.seats:
        raise Refused("not-seated", f"{act.event.person} has no seat on it", "seat-filled/v1")


def _refuse_undecided(world: World, act: Act[SeatFilled] | Act[ChairTaken], state: Body) -> None:
    if act.event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(
            world, act, act.event.decision, project=state.project, chooses=act.event.person
        )
