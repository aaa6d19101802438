"""Case access: seeing one person's identified records, for one purpose and a limited time.

Contributors' time, declines, groups, leaving and disputes are not for general view. Whoever needs
them for a case is granted access by the holder of ``information``, for at most 92 days; each use
is recorded, and both name the person, so that both stand on that person's statement. A holder of
``information`` needs no access; that they looked is recorded too, under the grant they hold.

Source: domain.md section 10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.event import Event, Touches, audiences
from domain.identity import refuse_unknown_person
from domain.line import Line
from domain.linked import pseudonyms
from domain.refusal import Refused
from domain.values import Day, Hex64, PersonId, Slug
from domain.world import Subject, World

LONGEST = 92
Purpose = Literal["support", "payment", "complaint", "safeguarding", "correction", "audit"]


class AccessGranted(Event):
    """Someone was allowed to see one person's identified records, until a stated day."""

    TYPE = "access-granted/v1"
    VALUES = audiences(reason="personal")
    HISTORY = False
    WHO = "the holder of information, for somebody else"
    REFUSED_BY = ("no-grant", "unknown-person", "to-oneself", "access-too-long")

    to: PersonId = Field(description="who may look")
    person: PersonId = Field(description="whose records")
    purpose: Purpose = Field(description="what for")
    until: Day = Field(description="its last day, at most 92 days ahead")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Access, act.hash), *Line.of(act, self.person))


class AccessUsed(Event):
    """Someone looked at one person's identified records."""

    TYPE = "access-used/v1"
    HISTORY = False
    OWN_VOICE = True
    WHO = "who was granted the access"
    REFUSED_BY = ("unknown-access", "not-your-access", "access-over")

    access: Hex64 = Field(description="envelope hash of the access granted")
    person: PersonId = Field(description="whose records")
    view: Slug = Field(description="what was looked at: a view or command by name")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Access, self.access), *Line.of(act, self.person))


class AccessEnded(Event):
    """Access to one person's records ended before its day."""

    TYPE = "access-ended/v1"
    HISTORY = False
    OWN_VOICE = True
    WHO = "who has it, who granted it, the holder of information"
    REFUSED_BY = ("unknown-access", "access-over", "no-grant")

    access: Hex64 = Field(description="envelope hash of the access granted")
    person: PersonId = Field(description="whose records")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Access, self.access), *Line.of(act, self.person))


class RecordsSeen(Event):
    """A holder of information opened one person's identified records."""

    TYPE = "records-seen/v1"
    HISTORY = False
    WHO = "the holder of information"
    REFUSED_BY = ("no-grant", "unknown-person")

    person: PersonId = Field(description="whose records")
    view: Slug = Field(description="what was looked at: a command by name")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


@dataclass(frozen=True, slots=True)
class Access(Subject):
    """Who may look at whose records, until when, and how often they did."""

    types: ClassVar = frozenset({AccessGranted.TYPE, AccessUsed.TYPE, AccessEnded.TYPE})
    keyed: ClassVar = "hash"

    to: str = ""
    by: str = ""
    person: str = ""
    until: str = ""
    used: int = 0
    ended: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Access:
        match act.event:
            case AccessUsed():
                return replace(self, used=self.used + 1)
            case AccessEnded():
                return replace(self, ended=True)
        return Access(act.event.to, act.author, act.event.person, act.event.until)


def grant(world: World, act: Act[AccessGranted]) -> None:
    """Let somebody look."""
    event = act.event
    power.require(world, act, "information")
    for person in (event.to, event.person):
        refuse_unknown_person(world, person)
    if event.to in pseudonyms(world, act.author):
        raise Refused("to-oneself", "nobody lets themselves look", f"{act.type} by another")
    days = (date.fromisoformat(event.until) - date.fromisoformat(act.today)).days
    if not 0 <= days <= LONGEST:
        raise Refused(
            "access-too-long",
            f"it would last {days} days; case access lasts 0 to {LONGEST}",
            f"{act.type} until an earlier day, granted again if need be",
        )


def use(world: World, act: Act[AccessUsed]) -> None:
    """Look."""
    state = _live(world, act)
    if act.author != state.to:
        raise Refused("not-your-access", f"it was granted to {state.to}", "access-granted/v1")


def see(world: World, act: Act[RecordsSeen]) -> None:
    """Look under the power itself."""
    power.require(world, act, "information")
    refuse_unknown_person(world, act.event.person)


def end(world: World, act: Act[AccessEnded]) -> None:
    """End it early."""
    state = _live(world, act)
    if act.author not in {state.to, state.by}:
        power.require(world, act, "information")


def _live(world: World, act: Act[AccessUsed] | Act[AccessEnded]) -> Access:
    event = act.event
    state = world.get(Access, event.access)
    if not state.to or state.person != event.person:
        raise Refused(
            "unknown-access", f"no access to {event.person} was so granted", "access-granted/v1"
        )
    if state.ended or act.today > state.until:
        raise Refused(
            "access-over",
            f"it ended {'early' if state.ended else 'on ' + state.until}",
            "access-granted/v1",
        )
    return state
