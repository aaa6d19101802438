"""Problems: who raised them, and which were taken up.

Anyone enrolled raises a problem in their own voice, and whoever raised one may put it in other
words. Everything else is agenda-setting: taking one up, reframing what others raised, ranking,
refusing (always with reasons) and closing need the power of agenda or decision, and where such an
act cites a decision, that decision must have been taken. What is still open when a project ends is
carried on (``carry.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live
from domain.event import Event, OnBehalf, Touches, audiences
from domain.group import refuse_unknown_group
from domain.line import Line
from domain.membership import refuse_strangers, speaks_for_self
from domain.project import refuse_beginning, refuse_unknown_project
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
        "unknown-problem",
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


class ProblemReframed(OnBehalf):
    """A problem was put in other words."""

    TYPE = "problem-reframed/v1"
    VALUES = audiences(title="public", reasons="public", words="personal")
    OWN_VOICE = True
    WHO = "who raised it; others: the holder of agenda or decision"
    REFUSED_BY = (
        "no-grant",
        "unknown-problem",
        "problem-settled",
        "no-reason-given",
        "history-over-live",
    )

    problem: ProblemId = Field(description="the problem")
    project: ProjectId = Field(description="in which project")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Problem, self.problem),)


class ProblemAdopted(Event):
    """A problem was taken up by the project."""

    TYPE = "problem-adopted/v1"
    VALUES = audiences(reasons="public")
    WHO = "the holder of agenda or decision"
    REFUSED_BY = (
        "no-grant",
        "unknown-problem",
        "project-ended",
        "problem-adopted-already",
        "problem-settled",
        "decision-not-adopted",
        "history-over-live",
    )

    problem: ProblemId = Field(description="the problem taken up")
    project: ProjectId = Field(description="by which project")
    decision: DecisionId | None = Field(default=None, description="the decision that took it up")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Problem, self.problem),)


class ProblemsPrioritised(Event):
    """Problems were put in an order, by the people present."""

    TYPE = "problems-prioritised/v1"
    VALUES = audiences(reasons="public", note="auditor")
    WHO = "the holder of agenda or decision"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "project-ended",
        "unknown-problem",
        "not-enrolled",
        "unknown-group",
        "decision-not-adopted",
    )

    project: ProjectId = Field(description="in which project")
    problems: Annotated[tuple[ProblemId, ...], Field(strict=False, min_length=1)] = Field(
        description="the most pressing first; each once"
    )
    people: Many[PersonId] = Field(default=(), description="who was present and ranked them")
    groups: Many[GroupId] = Field(default=(), description="group entries that did")
    decision: DecisionId | None = Field(default=None, description="the decision that ranked them")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, *self.people)


class _Ended(Event):
    """What refusing and closing a problem have in common."""

    WHO: ClassVar[str] = "the holder of agenda or decision"
    REFUSED_BY: ClassVar[tuple[str, ...]] = (
        "no-grant",
        "unknown-problem",
        "problem-settled",
        "no-reason-given",
        "decision-not-adopted",
        "history-over-live",
    )
    VALUES = audiences(reasons="public")

    problem: ProblemId = Field(description="the problem")
    project: ProjectId = Field(description="in which project")
    decision: DecisionId | None = Field(default=None, description="the decision behind it")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Problem, self.problem),)


class ProblemRefused(_Ended):
    """A problem was not taken up, with the reasons."""

    TYPE = "problem-refused/v1"
    REFUSED_BY = (*_Ended.REFUSED_BY, "problem-adopted-already")


class ProblemClosed(_Ended):
    """Work on a problem ended."""

    TYPE = "problem-closed/v1"

    outcome: Literal["solved", "partly", "not-solved", "no-longer", "merged"] = Field(
        description="what became of it"
    )


@dataclass(frozen=True, slots=True)
class Problem(Subject):
    """Where and by whom a problem was raised, whether it was taken up, refused or closed."""

    types: ClassVar = frozenset(
        {
            ProblemProposed.TYPE,
            ProblemAdopted.TYPE,
            ProblemRefused.TYPE,
            ProblemClosed.TYPE,
            ProblemReframed.TYPE,
            "matter-received/v1",
        }
    )

    proposed: bool = False
    projects: frozenset[str] = frozenset()
    raised_by: frozenset[str] = frozenset()
    adopted: bool = False
    settled: str = ""
    history: bool | None = None

    def apply(self, act: Act[Any], _key: str, /) -> Problem:
        match act.event:
            case ProblemProposed(project=project, people=people):
                return replace(
                    self,
                    proposed=True,
                    projects=self.projects | {project},
                    raised_by=frozenset(people),
                    history=act.is_history,
                )
            case ProblemAdopted():
                return replace(self, adopted=True)
            case ProblemReframed():
                return self
            case ProblemRefused() | ProblemClosed():
                kind = "refused" if act.type == ProblemRefused.TYPE else "closed"
                return replace(self, settled=kind)
        # Received by another project: there it is open again.
        return replace(
            self, projects=self.projects | {act.event.project}, settled="", adopted=False
        )

    def apply_tombstone(self, tombstone: Tombstone, _key: str, /) -> Problem:
        projects = frozenset(i for i in tombstone.ids if i.startswith("project:"))
        people = frozenset(i for i in tombstone.ids if i.startswith("person:"))
        return replace(self, proposed=True, projects=self.projects | projects, raised_by=people)


_ELSEWHERE = "matter-carried/v1 to a project that is open, and there the same"


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
    # It may carry on what another project raised.
    earlier = event.from_problem
    if earlier is not None and not world.get(Problem, earlier).proposed:
        raise Refused("unknown-problem", f"{earlier} was never raised", "problem-proposed/v1")
    alone = event.people == (act.author,)
    if not (alone and speaks_for_self(world, act, event.project)):
        power.require(world, act, "record", project=event.project)


def adopt(world: World, act: Act[ProblemAdopted]) -> None:
    """Take a problem up."""
    event = act.event
    power.require(world, act, "agenda", "decision", project=event.project)
    problem = _unsettled(world, act)
    refuse_beginning(world, act, event.project, _ELSEWHERE)
    if problem.adopted:
        raise Refused("problem-adopted-already", f"{event.problem} was taken up already")
    _refuse_undecided(world, act)


def reframe(world: World, act: Act[ProblemReframed]) -> None:
    """Put a problem in other words; with reasons, when others raised it."""
    event = act.event
    problem = _unsettled(world, act)
    if not act.is_history and act.author in problem.raised_by:
        return
    power.require(world, act, "agenda", "decision", project=event.project)
    if "reasons" not in event.has:
        raise Refused(
            "no-reason-given", f"others raised {event.problem}", f"{act.type} with `reasons`"
        )


def prioritise(world: World, act: Act[ProblemsPrioritised]) -> None:
    """Put problems in an order."""
    event = act.event
    refuse_unknown_project(world, event.project)
    refuse_beginning(world, act, event.project, _ELSEWHERE)
    power.require(world, act, "agenda", "decision", project=event.project)
    for problem in event.problems:
        refuse_unknown_problem(world, problem, event.project)
    refuse_strangers(world, event.people, event.project)
    for group in event.groups:
        refuse_unknown_group(world, group, event.project)
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(world, act, event.decision, project=event.project)


def refuse(world: World, act: Act[ProblemRefused]) -> None:
    """Say that a problem is not taken up, and why."""
    if _end(world, act).adopted:
        raise Refused(
            "problem-adopted-already", f"{act.event.problem} was taken up", "problem-closed/v1"
        )


def close(world: World, act: Act[ProblemClosed]) -> None:
    """Say that work on a problem has ended, and why."""
    _end(world, act)


def _end(world: World, act: Act[ProblemRefused] | Act[ProblemClosed]) -> Problem:
    power.require(world, act, "agenda", "decision", project=act.event.project)
    problem = _unsettled(world, act)
    if "reasons" not in act.event.has:
        raise Refused("no-reason-given", "it says no reasons", f"{act.type} with `reasons`")
    _refuse_undecided(world, act)
    return problem


def _unsettled(world: World, act: Act[Any]) -> Problem:
    event = act.event
    refuse_unknown_problem(world, event.problem, event.project)
    problem = world.get(Problem, event.problem)
    refuse_changing_live(act, problem.history, event.problem)
    if problem.settled:
        raise Refused(
            "problem-settled", f"{event.problem} was {problem.settled}", "problem-proposed/v1"
        )
    return problem


def _refuse_undecided(world: World, act: Act[Any]) -> None:
    event = act.event
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
