"""Coming and going: pauses, returns, leaving, other ways in, and handing a role over.

Pausing, returning and leaving are a person's own voice, in one project or in the whole programme;
reasons are values that nobody has to give. Somebody who left without a word is recorded as having
been seen to go, and never as having said why. Leaving ends no right: who has left still claims,
answers and disputes, and can return.

Source: domain.md sections 7 to 9 (T11, T12).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_before, refuse_changing_live
from domain.event import SPOKEN, Event, OnBehalf, Touches, audiences
from domain.line import Line, speak
from domain.membership import PROGRAMME, Person, refuse_strangers
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import Label, PersonId, ProjectId, Stage
from domain.world import Subject, World

Way = Literal["pause", "other-role", "other-project", "other-time", "from-afar", "later", "none"]


class _Moved(OnBehalf):
    """What pausing, returning and leaving have in common."""

    VALUES = audiences(reason="personal")
    OWN_VOICE = True
    WHO: ClassVar[str] = "the person; for them: the holder of record, with a witness"
    REFUSED_BY: ClassVar[tuple[str, ...]] = (
        "unknown-project",
        "not-enrolled",
        "presence-unchanged",
        "before-it-happened",
        "history-over-live",
        *SPOKEN,
    )

    person: PersonId = Field(description="who")
    project: ProjectId | None = Field(
        default=None, description="in which project; left out: the whole programme"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Presence, self.person), *Line.of(act, self.person))


class PersonPaused(_Moved):
    """Someone takes a break, and keeps their place."""

    TYPE = "person-paused/v1"


class PersonReturned(_Moved):
    """Someone is back after a break, or after leaving."""

    TYPE = "person-returned/v1"


class PersonLeft(_Moved):
    """Someone no longer takes part; why is theirs to say or not."""

    TYPE = "person-left/v1"
    WHO = "the person; for them: the holder of record, with a witness, or if seen to be gone"

    stage: Stage = Field(default="unsorted", description="at which stage of the work")
    seen: bool = Field(
        default=False, description="only seen to be gone by the recorder: the person said nothing"
    )


class WayInOffered(Event):
    """Someone who paused, left or could not come was offered another way to take part."""

    TYPE = "way-in-offered/v1"
    VALUES = audiences(note="personal")
    WHO = "the holder of record or enrol"
    REFUSED_BY = ("no-grant", "unknown-project", "not-enrolled")

    person: PersonId = Field(description="to whom")
    project: ProjectId | None = Field(default=None, description="in which project; left out: any")
    way: Way = Field(description="which way; «none» says that there was none to offer")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


class RoleHandedOver(OnBehalf):
    """Someone's role ended, and passed to a named successor or to nobody."""

    TYPE = "role-handed-over/v1"
    VALUES = audiences(note="personal")
    OWN_VOICE = True
    WHO = "who leaves the role; for them: the holder of hiring or record"
    REFUSED_BY = ("unknown-project", "not-enrolled", "to-oneself", "no-grant")

    person: PersonId = Field(description="who leaves the role")
    to: PersonId | None = Field(default=None, description="who takes it on; left out: nobody")
    project: ProjectId | None = Field(default=None, description="in which project; left out: all")
    role: Label = Field(description="the role in the project's own words")
    papers: bool = Field(
        default=False, description="whether notes and open matters were handed over too"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


@dataclass(frozen=True, slots=True)
class Presence(Subject):
    """Where a person has paused or left, each with the day it was said to begin."""

    types: ClassVar = frozenset({PersonPaused.TYPE, PersonReturned.TYPE, PersonLeft.TYPE})

    away: tuple[tuple[str, str, str | None], ...] = ()
    #: Where the person, or somebody for them, ever said so live.
    live: frozenset[str] = frozenset()

    def apply(self, act: Act[Any], _key: str, /) -> Presence:
        event: _Moved = act.event
        where = event.project or PROGRAMME
        others = tuple(a for a in self.away if a[0] != where)
        live = self.live if act.is_history else self.live | {where}
        if isinstance(event, PersonReturned):
            return replace(self, away=others, live=live)
        how = "paused" if isinstance(event, PersonPaused) else "left"
        since = act.on.from_ if act.on else None
        return replace(self, away=(*others, (where, how, since)), live=live)

    def how(self, project: str | None) -> tuple[str, str | None]:
        """``present``, ``paused`` or ``left``, and since when, in a project or the programme."""
        where = project or PROGRAMME
        return next(
            ((how, since) for at, how, since in self.away if at == where), ("present", None)
        )


def pause(world: World, act: Act[PersonPaused]) -> None:
    """Take a break."""
    _move(world, act, frozenset({"present"}))


def come_back(world: World, act: Act[PersonReturned]) -> None:
    """Come back."""
    _move(world, act, frozenset({"paused", "left"}))


def leave(world: World, act: Act[PersonLeft]) -> None:
    """Leave, or be seen to be gone."""
    _move(world, act, frozenset({"present", "paused"}))


def _move(
    world: World,
    act: Act[PersonPaused] | Act[PersonReturned] | Act[PersonLeft],
    allowed: frozenset[str],
) -> None:
    event = act.event
    if event.project is not None:
        refuse_unknown_project(world, event.project)
    if not world.get(Person, event.person).takes_part(event.project):
        raise Refused(
            "not-enrolled",
            f"{event.person} is not enrolled in {event.project or 'the programme'}",
            "person-enrolled/v1",
        )
    presence = world.get(Presence, event.person)
    said_live = (event.project or PROGRAMME) in presence.live
    refuse_changing_live(act, not said_live, f"what {event.person} said of being here")
    how, since = presence.how(event.project)
    if how not in allowed:
        raise Refused("presence-unchanged", f"{event.person} is {how} already", "nothing more")
    refuse_before(act, since, f"{event.person} {how}")
    if isinstance(event, PersonLeft) and event.seen:
        power.require(world, act, "record", project=event.project)
        return
    speak(world, act, event.person, event.project)


def offer_way(world: World, act: Act[WayInOffered]) -> None:
    """Offer another way in."""
    event = act.event
    power.require(world, act, "record", "enrol", project=event.project)
    if event.project is not None:
        refuse_unknown_project(world, event.project)
    refuse_strangers(world, (event.person,), event.project)


def hand_over(world: World, act: Act[RoleHandedOver]) -> None:
    """Hand a role over."""
    event = act.event
    if event.project is not None:
        refuse_unknown_project(world, event.project)
    if event.to == event.person:
        raise Refused("to-oneself", "a role is handed to somebody else", "another successor")
    refuse_strangers(world, (event.person, *filter(None, (event.to,))), event.project)
    if act.is_history or act.author != event.person:
        power.require(world, act, "hiring", "record", project=event.project)
