"""People: who takes part, by which way in, and whom they act for.

Enrolment is into one project or into the whole programme. It is not a power: it only lets a
person speak for themselves. Names are values; a person's own groups are never recorded here.
Whom someone acts for is a body field, in the project's own words and mapped to a side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.charter import CharterAdopted
from domain.event import Event, OnBehalf, Touches, audiences
from domain.key import KeyEnrolled
from domain.refusal import Refused
from domain.values import Label, PersonId, ProjectId, Side
from domain.world import Subject, World

#: The whole programme, where a project could be named.
PROGRAMME = ""

Route = Literal[
    "open-call",
    "invited-by-staff",
    "invited-by-peer",
    "through-organisation",
    "elected",
    "sortition",
    "employed",
    "founder",
    "other",
    "unknown",
]


class PersonEnrolled(Event):
    """A person takes part, under a pseudonym; their name is a value."""

    TYPE = "person-enrolled/v1"
    VALUES = audiences(name="personal", contact="personal", note="personal")
    WHO = "the holder of enrol or record"
    REFUSED_BY = (
        "no-grant",
        "already-enrolled",
        "unknown-project",
        "project-ended",
        "unknown-person",
    )

    person: PersonId = Field(description="the pseudonym")
    project: ProjectId | None = Field(
        default=None, description="the project; left out: the whole programme"
    )
    route: Route = Field(default="unknown", description="the way in")
    invited_by: PersonId | None = Field(default=None, description="whose invitation")

    def touches(self, act: Act[Any], /) -> Touches:
        from domain.line import Line

        return ((Person, self.person), *Line.of(act, self.person))


class ActingForDeclared(OnBehalf):
    """Whose interests a person acts for in a role, in the project's own words."""

    TYPE = "acting-for-declared/v1"
    VALUES = audiences(note="personal")
    OWN_VOICE = True
    WHO = "the person; for someone else: the holder of enrol or record"
    REFUSED_BY = ("no-grant", "unknown-person", "unknown-project")

    person: PersonId = Field(description="who acts")
    project: ProjectId | None = Field(default=None, description="in which project; left out: all")
    side: Side = Field(description="community, front line, institution, bridging, or unsaid")
    role: Label | None = Field(default=None, description="the role in the project's own words")
    organisation: Label | None = Field(
        default=None, description="the organisation they act for, as it is known publicly"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        from domain.line import Line

        return Line.of(act, self.person)


@dataclass(frozen=True, slots=True)
class Person(Subject):
    """Whether a person is known, where they take part, and whether they ever had a key."""

    types: ClassVar = frozenset({CharterAdopted.TYPE, PersonEnrolled.TYPE, KeyEnrolled.TYPE})

    known: bool = False
    projects: frozenset[str] = frozenset()
    has_key: bool = False

    def apply(self, act: Act[Any], key: str, /) -> Person:
        match act.event:
            case PersonEnrolled(project=project):
                return replace(self, known=True, projects=self.projects | {project or PROGRAMME})
            case CharterAdopted(keys=keys):
                return replace(self, known=True, has_key=any(k.person == key for k in keys))
        return replace(self, has_key=True)

    def takes_part(self, project: str | None) -> bool:
        """Whether the person is enrolled in the project, or in the whole programme."""
        return PROGRAMME in self.projects or project in self.projects


def enrol(world: World, act: Act[PersonEnrolled]) -> None:
    """Enrol a person, once in each project."""
    from domain.project import refuse_beginning, refuse_unknown_project

    event = act.event
    power.require(world, act, "enrol", "record", project=event.project)
    if event.project is not None:
        refuse_unknown_project(world, event.project)
        refuse_beginning(
            world, act, event.project, "person-enrolled/v1 into the programme, or an open project"
        )
    if event.invited_by is not None and not world.get(Person, event.invited_by).known:
        raise Refused(
            "unknown-person",
            f"{event.invited_by}, who is said to have invited them, was never enrolled",
            "person-enrolled/v1 of that person first",
        )
    person = world.get(Person, event.person)
    if (event.project or PROGRAMME) in person.projects:
        raise Refused(
            "already-enrolled",
            f"{event.person} is enrolled in {event.project or 'the programme'} already",
            "nothing more is needed",
        )


def declare_side(world: World, act: Act[ActingForDeclared]) -> None:
    """Say whom a person acts for: oneself freely, others under a grant."""
    from domain.project import refuse_unknown_project

    event = act.event
    if event.project is not None:
        refuse_unknown_project(world, event.project)
    if not world.get(Person, event.person).known:
        raise Refused("unknown-person", f"{event.person} was never enrolled", "person-enrolled/v1")
    if act.is_history or act.author != event.person:
        power.require(world, act, "enrol", "record", project=event.project)


def speaks_for_self(world: World, act: Act[Any], project: str) -> bool:
    """Whether the author, living and enrolled here, needs no grant to speak of themselves."""
    return not act.is_history and world.get(Person, act.author).takes_part(project)


def refuse_strangers(world: World, people: tuple[str, ...], project: str | None) -> None:
    """Raises Refused unless everyone is enrolled in the project or the programme."""
    for person in people:
        if not world.get(Person, person).takes_part(project):
            raise Refused(
                "not-enrolled",
                f"{person} is not enrolled in {project or 'the programme'}",
                "person-enrolled/v1",
            )
