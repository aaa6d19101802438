"""What is said of a contribution later: its sorting, its level as members see it, its artefacts.

«Not sorted yet» is a valid answer, so sorting comes later, as often as need be; the latest word of
each field counts, and every earlier one stays readable. Beside the level claimed stands what the
people themselves say of it: whether it was «with» is theirs to say. An artefact is named by the
hash of its bytes.

Source: domain.md sections 3 and 4.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from domain.act import Act
from domain.contribution import known, refuse_outsiders
from domain.decision import refuse_unknown_decision
from domain.event import SPOKEN, Event, OnBehalf, Touches, audiences
from domain.line import Line, speak
from domain.membership import refuse_strangers
from domain.problem import refuse_unknown_problem
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    ContributionId,
    DecisionId,
    Hex64,
    Kind,
    Level,
    Many,
    PersonId,
    ProblemId,
    ProjectId,
    Scale,
    SpeaksFor,
    Stage,
)
from domain.world import World


class ContributionSorted(Event):
    """A contribution was sorted, or sorted anew: only what is said changes."""

    TYPE = "contribution-sorted/v1"
    VALUES = audiences(reason="auditor")
    OWN_VOICE = True
    WHO = "who gave it, who recorded it, the holder of record"
    REFUSED_BY: ClassVar[tuple[str, ...]] = (
        "unknown-contribution",
        "unknown-problem",
        "unknown-decision",
        "own-to-say",
        "no-grant",
        "before-it-happened",
    )

    contribution: ContributionId = Field(description="the contribution")
    stage: Stage | None = Field(default=None, description="S1–S6, G, or unsorted")
    kinds: Many[Kind] | None = Field(default=None, description="what kind of work")
    level: Level | None = Field(default=None, description="the level claimed")
    scale: Scale | None = Field(default=None, description="individual, group or collective")
    speaks_for: SpeaksFor | None = Field(default=None, description="for whom it speaks")
    problem: ProblemId | None = Field(default=None, description="the problem it concerns")
    decision: DecisionId | None = Field(default=None, description="the decision it fed")

    @model_validator(mode="after")
    def _says_something(self) -> ContributionSorted:
        if len(self.model_fields_set - {"contribution", "has"}) == 0:
            raise ValueError("it sorts nothing")
        return self

    def touches(self, _act: Act[Any], /) -> Touches:
        return ()


class LevelSaid(OnBehalf):
    """Someone who took part said at which level it was, as they saw it."""

    TYPE = "level-said/v1"
    VALUES = audiences(words="personal")
    OWN_VOICE = True
    WHO = "the person; for them: the holder of record, with a witness"
    REFUSED_BY = ("unknown-project", "not-enrolled", "unknown-contribution", *SPOKEN)

    person: PersonId = Field(description="who says so")
    project: ProjectId = Field(description="of which project")
    level: Level = Field(description="inform, consult, involve, collaborate or lead")
    stage: Stage | None = Field(default=None, description="at which stage; left out: altogether")
    contribution: ContributionId | None = Field(default=None, description="of one contribution")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


class ArtefactAttached(Event):
    """A story, picture, recording or file that came of a contribution, by the hash of its bytes."""

    TYPE = "artefact-attached/v1"
    VALUES = audiences(title="auditor", where="personal")
    OWN_VOICE = True
    WHO = ContributionSorted.WHO
    REFUSED_BY = ("unknown-contribution", "no-grant", "before-it-happened")

    contribution: ContributionId = Field(description="the contribution")
    artefact: Hex64 = Field(description="SHA-256 of its bytes")
    form: Literal["text", "image", "audio", "video", "data", "code", "object", "other"] = Field(
        default="other", description="what it is"
    )

    def touches(self, _act: Act[Any], /) -> Touches:
        return ()


def sort(world: World, act: Act[ContributionSorted]) -> None:
    """Sort a contribution."""
    event, given = act.event, known(world, act)
    refuse_outsiders(world, act, given)
    project = next(iter(sorted(given.projects)), "")
    if event.problem is not None:
        refuse_unknown_problem(world, event.problem, project)
    if event.decision is not None:
        refuse_unknown_decision(world, event.decision, project)
    alone = given.people == {act.author} or (given.withdrawn and act.author in given.people)
    own = alone and not act.is_history
    if "emotional-labour" in (event.kinds or ()) and not own:
        raise Refused(
            "own-to-say",
            "that work took something out of someone is theirs alone to say",
            "contribution-sorted/v1 by who gave it alone",
        )


def say_level(world: World, act: Act[LevelSaid]) -> None:
    """Say at which level it was."""
    event = act.event
    refuse_unknown_project(world, event.project)
    refuse_strangers(world, (event.person,), event.project)
    if event.contribution is not None and event.project not in known(world, act).projects:
        raise Refused(
            "unknown-contribution", f"{event.contribution} is not of {event.project}", act.type
        )
    speak(world, act, event.person, event.project)


def attach(world: World, act: Act[ArtefactAttached]) -> None:
    """Attach an artefact."""
    refuse_outsiders(world, act, known(world, act))
