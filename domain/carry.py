"""Carrying on: what is open goes to another project, to a named receiver who says yes or no.

A problem, an input or a commitment is carried from the project it is in to another, where the
receiver must be enrolled. Until the receiver accepts, in their own voice, it is nobody's: carried
and not received. Accepted, it is open in the other project too.

Source: domain.md section 8 («iterate, not obliterate»).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import Field

from domain import power
from domain.act import Act
from domain.commitment import Commitment
from domain.dates import refuse_changing_live, refuse_resting_on_history
from domain.event import SPOKEN, Event, OnBehalf, Touches, audiences
from domain.input import Input
from domain.line import Line, speak
from domain.membership import refuse_strangers
from domain.problem import Problem
from domain.project import refuse_beginning, refuse_unknown_project
from domain.refusal import Refused
from domain.values import MatterId, PersonId, ProjectId
from domain.world import Subject, World

#: The subjects that can be carried, by kind of id.
KINDS: dict[str, type[Problem | Input | Commitment]] = {
    "problem": Problem,
    "input": Input,
    "commitment": Commitment,
}


class MatterCarried(Event):
    """Something open was handed to another project, to a named receiver."""

    TYPE = "matter-carried/v1"
    VALUES = audiences(note="auditor")
    WHO = "the holder of agenda in the project it leaves"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "project-ended",
        "unknown-matter",
        "same-project",
        "not-enrolled",
        "history-over-live",
    )

    matter: MatterId = Field(description="the problem, input or commitment")
    project: ProjectId = Field(description="the project it is in")
    to_project: ProjectId = Field(description="the project it is carried to")
    person: PersonId = Field(description="the receiver")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Carried, self.matter), *Line.of(act, self.person))


class MatterReceived(OnBehalf):
    """The named receiver took it on, or did not."""

    TYPE = "matter-received/v1"
    VALUES = audiences(words="auditor")
    OWN_VOICE = True
    WHO = "the receiver; for them: the holder of record, with a witness"
    REFUSED_BY = (
        "unknown-matter",
        "project-ended",
        "history-over-live",
        "stands-on-history",
        *SPOKEN,
    )

    matter: MatterId = Field(description="the problem, input or commitment")
    project: ProjectId = Field(description="the project it was carried to")
    person: PersonId = Field(description="the receiver")
    accepted: bool = Field(default=True, description="whether it is taken on")

    def touches(self, act: Act[Any], /) -> Touches:
        taken = ((KINDS[self.matter.partition(":")[0]], self.matter),) if self.accepted else ()
        return ((Carried, self.matter), *taken, *Line.of(act, self.person))


@dataclass(frozen=True, slots=True)
class Carried(Subject):
    """To which project something was last carried, and whose answer is awaited."""

    types: ClassVar = frozenset({MatterCarried.TYPE, MatterReceived.TYPE})

    to_project: str = ""
    receiver: str = ""
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Carried:
        if isinstance(act.event, MatterCarried):
            return Carried(act.event.to_project, act.event.person, act.is_history)
        return Carried()


def carry(world: World, act: Act[MatterCarried]) -> None:
    """Hand something open to another project."""
    event = act.event
    for project in (event.project, event.to_project):
        refuse_unknown_project(world, project)
    if event.project == event.to_project:
        raise Refused("same-project", "it is carried to another project", "another project")
    refuse_beginning(world, act, event.to_project)
    power.require(world, act, "agenda", project=event.project)
    matter = world.get(KINDS[event.matter.partition(":")[0]], event.matter)
    if event.project not in matter.projects:
        raise Refused(
            "unknown-matter", f"{event.matter} is not in {event.project}", "the project it is in"
        )
    refuse_changing_live(act, matter.history, event.matter)
    refuse_strangers(world, (event.person,), event.to_project)


def receive(world: World, act: Act[MatterReceived]) -> None:
    """Take it on, or not."""
    event = act.event
    carried = world.get(Carried, event.matter)
    if (carried.to_project, carried.receiver) != (event.project, event.person):
        raise Refused(
            "unknown-matter",
            f"{event.matter} was not carried to {event.person} in {event.project}",
            "matter-carried/v1",
        )
    refuse_changing_live(act, carried.history, "what was carried")
    refuse_resting_on_history(act, carried.history, "what was carried")
    if event.accepted:
        refuse_beginning(world, act, event.project, "matter-received/v1 that does not accept it")
    speak(world, act, event.person, event.project)
