"""Advice and pace: what protects people for whom being paid is a risk.

That independent advice was offered, and whether it was taken; that someone asked to be paid at
another pace. Nothing here names a benefit, a limit or a reason: none of these events can carry a
value at all. Advice is offered before the first fee, and nobody has to take it.

Source: domain.md section 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.event import Event, OnBehalf, Touches
from domain.line import Line, speak
from domain.membership import Person, refuse_strangers
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import PersonId, ProjectId
from domain.world import Subject, World


class AdviceOffered(Event):
    """Someone was offered independent advice on what being paid would mean for them."""

    TYPE = "advice-offered/v1"
    WHO = "the holder of record, enrol or budget"
    REFUSED_BY = ("no-grant", "unknown-project", "unknown-person", "not-enrolled")

    person: PersonId = Field(description="to whom")
    project: ProjectId | None = Field(default=None, description="in which project; left out: all")
    by: Literal["independent", "in-house"] = Field(
        default="independent", description="who gives it: only independent advice counts as such"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Advice, self.person), *Line.of(act, self.person))


class AdviceAnswered(OnBehalf):
    """The person said whether they take the advice; no more than that."""

    TYPE = "advice-answered/v1"
    OWN_VOICE = True
    WHO = "the person; for them: the holder of record, with a witness"
    REFUSED_BY = (
        "advice-not-offered",
        "unknown-project",
        "not-enrolled",
        "not-about-you",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
    )

    person: PersonId = Field(description="whose answer it is")
    project: ProjectId | None = Field(default=None, description="in which project; left out: all")
    answer: Literal["taken", "later", "not-wanted"] = Field(description="what they said")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


class PacingRequested(OnBehalf):
    """Someone asked to be paid at a pace of their own; why is nobody's business."""

    TYPE = "pacing-requested/v1"
    OWN_VOICE = True
    WHO = AdviceAnswered.WHO
    REFUSED_BY = (
        "unknown-person",
        "unknown-project",
        "not-enrolled",
        "not-about-you",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
    )

    person: PersonId = Field(description="who asked")
    project: ProjectId | None = Field(default=None, description="in which project; left out: all")
    pace: Literal["at-once", "weekly", "monthly", "spread", "hold", "ask-first"] = Field(
        description="how they wish to be paid, until they say otherwise"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


@dataclass(frozen=True, slots=True)
class Advice(Subject):
    """Whether advice was ever offered to a person."""

    types: ClassVar = frozenset({AdviceOffered.TYPE})

    offered: bool = False

    def apply(self, _act: Act[Any], _key: str, /) -> Advice:
        return Advice(offered=True)


def offer(world: World, act: Act[AdviceOffered]) -> None:
    """Offer advice; more than once if need be."""
    _refuse_elsewhere(world, act)
    power.require(world, act, "record", "enrol", "budget", project=act.event.project)
    _refuse_unknown(world, act.event.person)


def answer(world: World, act: Act[AdviceAnswered]) -> None:
    """Say whether one takes it."""
    person = act.event.person
    if not world.get(Advice, person).offered:
        raise Refused("advice-not-offered", f"{person} was offered none", "advice-offered/v1")
    _refuse_elsewhere(world, act)
    speak(world, act, person, act.event.project)


def request_pace(world: World, act: Act[PacingRequested]) -> None:
    """Ask to be paid at one's own pace."""
    _refuse_unknown(world, act.event.person)
    _refuse_elsewhere(world, act)
    speak(world, act, act.event.person, act.event.project)


def _refuse_elsewhere(world: World, act: Act[Any]) -> None:
    """Raises Refused unless the project that is named exists, and the person takes part in it."""
    event = act.event
    if event.project is not None:
        refuse_unknown_project(world, event.project)
        refuse_strangers(world, (event.person,), event.project)


def _refuse_unknown(world: World, person: str) -> None:
    if not world.get(Person, person).known:
        raise Refused("unknown-person", f"{person} was never enrolled", "person-enrolled/v1")
