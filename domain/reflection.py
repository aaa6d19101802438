"""Reflection: looking at the work at stated times, scoring it together, and what came of it.

    evaluation-held      a point in time at which people looked at the work
    assessment-scored    scores on one tool, each item 1 to 5, by named scorers
    outcome-noted        what came of it: planned or not, good or bad, measured or told
    imbalance-discussed  that the balance of power was talked about, by whom, and what followed

    tool    items
    nesta   assets, capabilities, mutuality, networks, blurred-roles, catalysts
    scie    leaders, planning, panels, training
    rifkin  needs-assessment, leadership, organisation, resource-mobilisation, management
    ppeet   integrity, influence, culture, collaboration

Rifkin's spidergram runs from 1 (narrow) to 5 (wide) and is scored by agreement; the other tools use
the same five steps here, a choice of this product that every figure must say. Who scored, and when,
is part of a score. Whoever took part may score, note and tell for themselves; facts are filled in
elsewhere, and an empty item stays empty.

Source: domain.md section 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from domain import power
from domain.act import Act
from domain.body import Body
from domain.dates import refuse_before
from domain.event import OnBehalf, Touches, audiences
from domain.group import refuse_unknown_group
from domain.line import Line
from domain.membership import refuse_strangers, speaks_for_self
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    BodyId,
    DecisionId,
    EvaluationId,
    GroupId,
    Label,
    Many,
    Measure,
    Part,
    PersonId,
    Power,
    ProjectId,
    Slug,
    Stage,
)
from domain.world import Subject, World

Tool = Literal["nesta", "scie", "rifkin", "ppeet"]
#: The items of each tool; a score names each at most once.
ITEMS: Mapping[str, tuple[str, ...]] = {
    "nesta": ("assets", "capabilities", "mutuality", "networks", "blurred-roles", "catalysts"),
    "scie": ("leaders", "planning", "panels", "training"),
    "rifkin": (
        "needs-assessment",
        "leadership",
        "organisation",
        "resource-mobilisation",
        "management",
    ),
    "ppeet": ("integrity", "influence", "culture", "collaboration"),
}


class Score(Part):
    """One item's score, 1 (least) to 5 (most)."""

    item: Slug
    score: Annotated[int, Field(ge=1, le=5)]


class _Together(OnBehalf):
    """What people do together: in which project, which people and groups."""

    OWN_VOICE = True
    WHO: ClassVar[str] = "whoever did it alone, if enrolled; for others: evaluation or record"
    REFUSED_BY: ClassVar[tuple[str, ...]] = (
        "no-grant",
        "unknown-project",
        "nobody-named",
        "not-enrolled",
        "unknown-group",
    )

    project: ProjectId = Field(description="in which project")
    people: Many[PersonId] = Field(default=(), description="who did it")
    groups: Many[GroupId] = Field(default=(), description="group entries that did it")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, *self.people)


class EvaluationHeld(_Together):
    """People looked at how the work goes, at a stated time."""

    TYPE = "evaluation-held/v1"
    VALUES = audiences(findings="auditor")
    REFUSED_BY = (*_Together.REFUSED_BY, "evaluation-exists")

    evaluation: EvaluationId = Field(description="the new evaluation point")
    label: Label | None = Field(default=None, description="what it is called: «mid-term»")
    by: Literal["inside", "outside", "together"] = Field(
        default="inside", description="by the project, by others, or by both"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Evaluation, self.evaluation), *Line.of(act, *self.people))


class AssessmentScored(_Together):
    """The work was scored on one tool, by named scorers."""

    TYPE = "assessment-scored/v1"
    VALUES = audiences(words="auditor")
    REFUSED_BY = (*_Together.REFUSED_BY, "unknown-evaluation", "before-it-happened")

    tool: Tool = Field(description="nesta, scie, rifkin or ppeet")
    scores: Annotated[tuple[Score, ...], Field(strict=False, min_length=1)] = Field(
        description="scores by item, 1 to 5; an item left out is not scored"
    )
    agreed: bool = Field(description="whether all scorers agreed on each score")
    evaluation: EvaluationId | None = Field(default=None, description="at which evaluation point")

    @model_validator(mode="after")
    def _items_of_the_tool(self) -> AssessmentScored:
        items = [score.item for score in self.scores]
        if len(set(items)) != len(items) or not set(items) <= set(ITEMS[self.tool]):
            raise ValueError(f"{self.tool} has the items {', '.join(ITEMS[self.tool])}, each once")
        return self


class OutcomeNoted(_Together):
    """Something came of the work: planned or not, for better or worse."""

    TYPE = "outcome-noted/v1"
    VALUES = audiences(what="auditor", words="personal")
    REFUSED_BY = (*_Together.REFUSED_BY, "unknown-evaluation", "before-it-happened", "other-unit")

    planned: bool = Field(description="whether it was intended")
    effect: Literal["better", "worse", "mixed", "none", "unclear"] = Field(
        description="for better or worse, as they see it"
    )
    stage: Stage = Field(default="unsorted", description="at which stage")
    before: Measure | None = Field(default=None, description="measured before, unit of its own")
    after: Measure | None = Field(default=None, description="measured after, in the same unit")
    evaluation: EvaluationId | None = Field(default=None, description="at which evaluation point")


class ImbalanceDiscussed(_Together):
    """The balance of power was talked about, and something followed or not."""

    TYPE = "imbalance-discussed/v1"
    VALUES = audiences(what="auditor")
    REFUSED_BY = (*_Together.REFUSED_BY, "decision-not-adopted", "unknown-body")

    kinds: Many[Power] = Field(default=(), description="which kinds of power it was about")
    body: BodyId | None = Field(default=None, description="in or about which body")
    outcome: Literal["changed", "to-be-changed", "noted", "no-agreement"] = Field(
        description="what followed"
    )
    decision: DecisionId | None = Field(default=None, description="the decision that followed")


@dataclass(frozen=True, slots=True)
class Evaluation(Subject):
    """Of which project an evaluation point is, and when it was."""

    types: ClassVar = frozenset({EvaluationHeld.TYPE})

    project: str = ""
    since: str | None = None

    def apply(self, act: Act[Any], _key: str, /) -> Evaluation:
        event: EvaluationHeld = act.event
        return Evaluation(event.project, act.on.from_ if act.on else None)


def hold(world: World, act: Act[EvaluationHeld]) -> None:
    """Look at the work."""
    if world.get(Evaluation, act.event.evaluation).project:
        raise Refused("evaluation-exists", f"{act.event.evaluation} was held", "another id")
    _together(world, act)


def score(world: World, act: Act[AssessmentScored]) -> None:
    """Score the work."""
    _together(world, act)
    _refuse_other_evaluation(world, act)


def note(world: World, act: Act[OutcomeNoted]) -> None:
    """Note what came of it."""
    event = act.event
    _together(world, act)
    _refuse_other_evaluation(world, act)
    if event.before and event.after and event.before.unit != event.after.unit:
        raise Refused("other-unit", "before and after are in different units", "one unit")


def discuss(world: World, act: Act[ImbalanceDiscussed]) -> None:
    """Talk about the balance of power."""
    event = act.event
    _together(world, act)
    if event.body is not None and not world.get(Body, event.body).created:
        raise Refused("unknown-body", f"{event.body} was never created", "body-created/v1")
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(world, act, event.decision, project=event.project)


def _together(world: World, act: Act[Any]) -> None:
    event = act.event
    refuse_unknown_project(world, event.project)
    if not event.people and not event.groups:
        raise Refused("nobody-named", "somebody did it, or a group", act.type)
    refuse_strangers(world, event.people, event.project)
    for group in event.groups:
        refuse_unknown_group(world, group, event.project)
    alone = event.people == (act.author,) and not event.groups
    if not (alone and speaks_for_self(world, act, event.project)):
        power.require(world, act, "evaluation", "record", project=event.project)


def _refuse_other_evaluation(world: World, act: Act[AssessmentScored] | Act[OutcomeNoted]) -> None:
    event = act.event
    if event.evaluation is None:
        return
    point = world.get(Evaluation, event.evaluation)
    if point.project != event.project:
        raise Refused(
            "unknown-evaluation", f"{event.evaluation} is not of {event.project}", "its project's"
        )
    refuse_before(act, point.since, "the evaluation was held")
