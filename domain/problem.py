"""Problems: who raised them, and which were taken up.

Anyone enrolled raises a problem in their own voice. Taking one up is agenda-setting: it needs the
power of agenda or decision, and where it cites a decision, that decision must have been taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live
from domain.event import Event, OnBehalf, Touches, audiences
from domain.group import refuse_unknown_group
from domain.line import Line
from domain.membership import refuse_strangers, speaks_for_self
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import DecisionId, GroupId, Many, PersonId, ProblemId, ProjectId
from domain.world import Subject, Tombstone, World


class ProblemProposed(OnBehalf):
    """Someone said what ought to be worked on."""

    TYPE = "problem-proposed/v1"
    VALUES = audiences(title="public", words="personal")
    WITHDRAWABLE = True
    OWN_VOICE = True
    WHO = "whoever raises it, if enrolled; for others or a group: the holder of record"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "problem-exists",
        "not-enrolled",
        "unknown-group",
        "nobody-named",
    )

    problem: ProblemId = Field(description="the new problem")
    project: ProjectId = Field(description="where it was raised")
    people: Many[PersonId] = Field(default=(), description="who raised it")
    group: GroupId | None = Field(default=None, description="or the group entry that did")
    from_problem: ProblemId | None = Field(
        default=None, description="the problem it restates or carries on"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Problem, self.problem), *Line.of(act, *self.people))

    @classmethod
    def tombstone_touches(cls, tombstone: Tombstone, /) -> Touches:
        problems = [i for i in tombstone.ids if i.startswith("problem:")]
        people = any(i.startswith("person:") for i in tombstone.ids)
        return [(Problem, i) for i in problems] + [(Line, tombstone.hash)] * people


class ProblemAdopted(Event):
    """A problem was taken up by the project."""

    TYPE = "problem-adopted/v1"
    VALUES = audiences(reasons="public")
    WHO = "the holder of agenda or decision"
    REFUSED_BY = (
        "no-grant",
        "unknown-problem",
        "problem-adopted-already",
        "decision-not-adopted",
        "history-over-live",
    )

    problem: ProblemId = Field(description="the problem taken up")
    project: ProjectId = Field(description="by which project")
    decision: DecisionId | None = Field(default=None, description="the decision that took it up")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Problem, self.problem),)


@dataclass(frozen=True, slots=True)
class Problem(Subject):
    """Where a problem was raised, and whether it was taken up."""

    types: ClassVar = frozenset({ProblemProposed.TYPE, ProblemAdopted.TYPE})

    proposed: bool = False
    projects: frozenset[str] = frozenset()
    adopted: bool = False
    history: bool | None = None

    def apply(self, act: Act[Any], key: str, /) -> Problem:
        match act.event:
            case ProblemProposed(project=project):
                return replace(
                    self,
                    proposed=True,
                    projects=self.projects | {project},
                    history=act.is_history,
                )
            case ProblemAdopted():
                return replace(self, adopted=True)
        return Subject.apply(self, act, key)

    def apply_tombstone(self, tombstone: Tombstone, _key: str, /) -> Problem:
        projects = frozenset(i for i in tombstone.ids if i.startswith("project:"))
        return replace(self, proposed=True, projects=self.projects | projects)


def propose(world: World, act: Act[ProblemProposed]) -> None:
    """Raise a problem."""
    event = act.event
    if (event.group is None) == (not event.people):
        raise Refused("nobody-named", "a problem is raised by people or by one group", act.type)
    refuse_unknown_project(world, event.project)
    if world.get(Problem, event.problem).proposed:
        raise Refused("problem-exists", f"{event.problem} was raised already", "another id")
    refuse_strangers(world, event.people, event.project)
    if event.group is not None:
        refuse_unknown_group(world, event.group, event.project)
    alone = event.people == (act.author,)
    if not (alone and speaks_for_self(world, act, event.project)):
        power.require(world, act, "record", project=event.project)


def adopt(world: World, act: Act[ProblemAdopted]) -> None:
    """Take a problem up."""
    event = act.event
    power.require(world, act, "agenda", "decision", project=event.project)
    problem = world.get(Problem, event.problem)
    if event.project not in problem.projects:
        raise Refused(
            "unknown-problem",
            f"{event.problem} was not raised in {event.project}",
            "problem-proposed/v1",
        )
    refuse_changing_live(act, problem.history, event.problem)
    if problem.adopted:
        raise Refused("problem-adopted-already", f"{event.problem} was taken up already")
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(
            world, act, event.decision, project=event.project, problem=event.problem
        )


def refuse_unknown_problem(world: World, problem: str, project: str) -> None:
    """Raises Refused unless the problem was raised in this project."""
    if project not in world.get(Problem, problem).projects:
        raise Refused(
            "unknown-problem", f"{problem} was not raised in {project}", "problem-proposed/v1"
        )
