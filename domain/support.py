"""What people need, learn and get out of taking part, and why each side does it.

Access and support are asked for in one's own voice, and said to be met by whoever met them or by
the person, whose word stands beside the other. Training names who taught as well as who learned:
people with lived experience train staff. What someone got out of it, and what they do it for, is
theirs to say and never averaged.

Source: domain.md sections 4 and 11.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_before, refuse_changing_live
from domain.event import SPOKEN, Event, OnBehalf, Touches, audiences
from domain.group import refuse_unknown_group
from domain.line import Line, speak
from domain.membership import refuse_strangers
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    GroupId,
    Label,
    Many,
    PersonId,
    ProjectId,
    Side,
    SupportId,
    TimeWorked,
    TrainingId,
)
from domain.world import Subject, World

Need = Literal[
    "interpreter",
    "translation",
    "easy-read",
    "transport",
    "childcare",
    "care-cover",
    "device",
    "venue",
    "format",
    "time-of-day",
    "pace",
    "money-ahead",
    "someone-along",
    "emotional-support",
    "other",
]
Benefit = Literal[
    "skills",
    "knowledge",
    "confidence",
    "contacts",
    "belonging",
    "influence",
    "health",
    "income",
    "reference",
    "qualification",
    "work",
    "enjoyment",
    "better-service",
    "better-research",
    "none",
    "other",
]
Rationale = Literal["rights", "managerial", "experience", "other"]
Naming = Literal["by-name", "by-pseudonym", "not-named"]


class _Said(OnBehalf):
    """What things said of oneself have in common."""

    OWN_VOICE = True
    WHO: ClassVar[str] = "the person; for them: the holder of record, with a witness"
    REFUSED_BY: ClassVar[tuple[str, ...]] = ("unknown-project", "not-enrolled", *SPOKEN)

    person: PersonId = Field(description="who says so")
    project: ProjectId | None = Field(default=None, description="in which project; left out: all")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


class SupportAsked(_Said):
    """Someone said what they need to be able to take part."""

    TYPE = "support-asked/v1"
    VALUES = audiences(words="personal")
    REFUSED_BY = (*_Said.REFUSED_BY, "support-exists")

    support: SupportId = Field(description="the new request")
    need: Need = Field(description="what kind of thing; no diagnosis, no reason")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Support, self.support), *Line.of(act, self.person))


class SupportMet(Event):
    """Someone said whether a need was met."""

    TYPE = "support-met/v1"
    VALUES = audiences(words="personal")
    OWN_VOICE = True
    WHO = "who asked, the holder of record, delivery or budget"
    REFUSED_BY = (
        "no-grant",
        "unknown-support",
        "said-already",
        "history-over-live",
        "before-it-happened",
    )

    support: SupportId = Field(description="the request")
    person: PersonId = Field(description="who asked")
    outcome: Literal["met", "partly", "not-met", "no-longer"] = Field(description="what became")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Support, self.support), *Line.of(act, self.person))


class TrainingHeld(Event):
    """People learned something, from people who know."""

    TYPE = "training-held/v1"
    VALUES = audiences(what="auditor", note="auditor")
    WHO = "the holder of record or delivery"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "training-exists",
        "nobody-named",
        "not-enrolled",
        "unknown-group",
    )

    training: TrainingId = Field(description="the new training")
    project: ProjectId = Field(description="in which project")
    topic: Label = Field(description="what it was about, in a few words")
    people: Many[PersonId] = Field(default=(), description="who learned")
    groups: Many[GroupId] = Field(default=(), description="group entries that learned")
    trainers: Many[PersonId] = Field(default=(), description="who taught")
    time: TimeWorked | None = Field(default=None, description="how long; minutes, or unknown")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Training, self.training), *Line.of(act, *self.people, *self.trainers))


class BenefitReceived(_Said):
    """Someone said what they got out of taking part."""

    TYPE = "benefit-received/v1"
    VALUES = audiences(words="personal")

    benefits: Annotated[tuple[Benefit, ...], Field(strict=False, min_length=1)] = Field(
        description="what kind of thing; «none» is an answer"
    )


class RationaleStated(_Said):
    """Someone said what they take part, or work with others, for."""

    TYPE = "rationale-stated/v1"
    VALUES = audiences(words="auditor")

    side: Side = Field(description="the side that speaks")
    rationales: Annotated[tuple[Rationale, ...], Field(strict=False, min_length=1)] = Field(
        description="as a right, to manage better, for what experience knows; never averaged"
    )


class NamingSaid(_Said):
    """Someone said whether, and as what, they are named where work is credited."""

    TYPE = "naming-said/v1"
    VALUES = audiences(words="personal")

    wish: Naming = Field(description="by name, by pseudonym or not at all; the latest word counts")


@dataclass(frozen=True, slots=True)
class Support(Subject):
    """Who asked for it, and the last word of each on whether it was met."""

    types: ClassVar = frozenset({SupportAsked.TYPE, SupportMet.TYPE})

    person: str = ""
    project: str | None = None
    said: tuple[tuple[str, str], ...] = ()
    since: str | None = None
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Support:
        if isinstance(act.event, SupportMet):
            others = tuple(pair for pair in self.said if pair[0] != act.author)
            return replace(self, said=(*others, (act.author, act.event.outcome)))
        since = act.on.from_ if act.on else None
        event: SupportAsked = act.event
        return Support(event.person, event.project, since=since, history=act.is_history)


@dataclass(frozen=True, slots=True)
class Training(Subject):
    """Whether a training's id is taken."""

    types: ClassVar = frozenset({TrainingHeld.TYPE})

    held: bool = False

    def apply(self, _act: Act[Any], _key: str, /) -> Training:
        return Training(held=True)


def ask(world: World, act: Act[SupportAsked]) -> None:
    """Say what one needs."""
    if world.get(Support, act.event.support).person:
        raise Refused("support-exists", f"{act.event.support} was asked already", "another id")
    say(world, act)


def meet(world: World, act: Act[SupportMet]) -> None:
    """Say whether a need was met."""
    event = act.event
    state = world.get(Support, event.support)
    if not state.person or state.person != event.person:
        raise Refused("unknown-support", f"{event.person} asked no such thing", "support-asked/v1")
    refuse_changing_live(act, state.history, event.support)
    refuse_before(act, state.since, "it was asked")
    if (act.author, event.outcome) in state.said:
        raise Refused("said-already", f"{act.author} said so already", "another word")
    if act.is_history or act.author != state.person:
        power.require(world, act, "record", "delivery", "budget", project=state.project)


def train(world: World, act: Act[TrainingHeld]) -> None:
    """Record that people learned something."""
    event = act.event
    refuse_unknown_project(world, event.project)
    power.require(world, act, "record", "delivery", project=event.project)
    if world.get(Training, event.training).held:
        raise Refused("training-exists", f"{event.training} was recorded already", "another id")
    if not event.people and not event.groups:
        raise Refused("nobody-named", "somebody learned, or a group did", act.type)
    refuse_strangers(world, (*event.people, *event.trainers), event.project)
    for group in event.groups:
        refuse_unknown_group(world, group, event.project)


def say(world: World, act: Act[Any]) -> None:
    """Say something of oneself: a need, a benefit, a rationale."""
    event = act.event
    if event.project is not None:
        refuse_unknown_project(world, event.project)
    refuse_strangers(world, (event.person,), event.project)
    speak(world, act, event.person, event.project)
