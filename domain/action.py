"""Actions: tasks with an owner, and the owner changing.

Work that moves from staff to contributors is seen only if the task has an owner that can change.
Whoever owns a task may give it up or on; who is given one may say no. Nothing here moves power: a
grant, a budget or a gift beside it is what shows whether power went with the work.

Source: domain.md section 8 («work moved without power»).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.commitment import Commitment
from domain.dates import refuse_before, refuse_changing_live
from domain.decision import refuse_unless_decided
from domain.event import Event, Touches, audiences
from domain.line import Line
from domain.membership import refuse_strangers, speaks_for_self
from domain.problem import refuse_unknown_problem
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    ActionId,
    CommitmentId,
    Day,
    DecisionId,
    PersonId,
    ProblemId,
    ProjectId,
    Stage,
)
from domain.world import Subject, World


class ActionSet(Event):
    """A task was set, with an owner."""

    TYPE = "action-set/v1"
    VALUES = audiences(what="auditor")
    OWN_VOICE = True
    WHO = "its owner, if enrolled; for others: the holder of delivery, agenda or record"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "action-exists",
        "not-enrolled",
        "decision-not-adopted",
        "stands-on-history",
        "unknown-problem",
        "unknown-commitment",
    )

    action: ActionId = Field(description="the new action")
    project: ProjectId = Field(description="in which project")
    person: PersonId = Field(description="who owns it")
    stage: Stage = Field(default="unsorted", description="at which stage")
    due: Day | None = Field(default=None, description="by when")
    decision: DecisionId | None = Field(default=None, description="the decision it carries out")
    problem: ProblemId | None = Field(default=None, description="the problem it works on")
    commitment: CommitmentId | None = Field(default=None, description="the promise it keeps")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Action, self.action), *Line.of(act, self.person))


class ActionMoved(Event):
    """A task passed from one owner to another."""

    TYPE = "action-moved/v1"
    VALUES = audiences(reason="auditor")
    OWN_VOICE = True
    WHO = "its owner, who takes it on; for others: the holder of delivery, agenda or record"
    REFUSED_BY = (
        "no-grant",
        "unknown-action",
        "not-the-owner",
        "action-done-already",
        "to-oneself",
        "not-enrolled",
        "history-over-live",
        "before-it-happened",
    )

    action: ActionId = Field(description="the action")
    person: PersonId = Field(description="who owned it")
    to: PersonId = Field(description="who owns it now")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Action, self.action), *Line.of(act, self.person, self.to))


class ActionEnded(Event):
    """A task was done, given up, or refused by who was given it."""

    TYPE = "action-ended/v1"
    VALUES = audiences(reason="auditor")
    OWN_VOICE = True
    WHO = "its owner; for others: the holder of delivery, agenda or record"
    REFUSED_BY = (
        "no-grant",
        "unknown-action",
        "not-the-owner",
        "action-done-already",
        "history-over-live",
        "before-it-happened",
    )

    action: ActionId = Field(description="the action")
    person: PersonId = Field(description="who owned it")
    outcome: Literal["done", "partly", "given-up", "refused"] = Field(description="how it ended")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Action, self.action), *Line.of(act, self.person))


@dataclass(frozen=True, slots=True)
class Action(Subject):
    """Where a task lies, with whom, and how it ended."""

    types: ClassVar = frozenset({ActionSet.TYPE, ActionMoved.TYPE, ActionEnded.TYPE})

    project: str = ""
    owner: str = ""
    due: str | None = None
    ended: str = ""
    moves: int = 0
    since: str | None = None
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Action:
        match act.event:
            case ActionMoved(to=to):
                return replace(self, owner=to, moves=self.moves + 1)
            case ActionEnded(outcome=outcome):
                return replace(self, ended=outcome)
        event: ActionSet = act.event
        since = act.on.from_ if act.on else None
        return Action(event.project, event.person, event.due, since=since, history=act.is_history)


def start(world: World, act: Act[ActionSet]) -> None:
    """Set a task."""
    event = act.event
    refuse_unknown_project(world, event.project)
    if world.get(Action, event.action).project:
        raise Refused("action-exists", f"{event.action} was set already", "another id")
    refuse_strangers(world, (event.person,), event.project)
    _refuse_unknown_cause(world, act)
    if not (act.author == event.person and speaks_for_self(world, act, event.project)):
        power.require(world, act, "delivery", "agenda", "record", project=event.project)


def _refuse_unknown_cause(world: World, act: Act[ActionSet]) -> None:
    """Raises Refused when what it carries out was not decided, raised or promised here."""
    event = act.event
    if event.decision is not None:
        refuse_unless_decided(world, act, event.decision, project=event.project, drawn=True)
    if event.problem is not None:
        refuse_unknown_problem(world, event.problem, event.project)
    made = event.commitment
    if made is not None and event.project not in world.get(Commitment, made).projects:
        raise Refused(
            "unknown-commitment", f"{made} was not made in {event.project}", "commitment-made/v1"
        )


def move(world: World, act: Act[ActionMoved]) -> None:
    """Pass a task on."""
    event = act.event
    state = _running(world, act, {event.person, event.to})
    if event.to == event.person:
        raise Refused("to-oneself", f"{event.person} owns it already", "somebody else")
    refuse_strangers(world, (event.to,), state.project)


def end(world: World, act: Act[ActionEnded]) -> None:
    """End a task."""
    _running(world, act, {act.event.person})


def _running(world: World, act: Act[Any], concerned: set[str]) -> Action:
    event = act.event
    state = world.get(Action, event.action)
    if not state.project:
        raise Refused("unknown-action", f"{event.action} was never set", "action-set/v1")
    if event.person != state.owner:
        raise Refused("not-the-owner", f"{state.owner} owns it, not {event.person}", act.type)
    refuse_changing_live(act, state.history, event.action)
    refuse_before(act, state.since, "it was set")
    if state.ended:
        raise Refused("action-done-already", f"{event.action} was {state.ended}", "action-set/v1")
    if act.is_history or act.author not in concerned:
        power.require(world, act, "delivery", "agenda", "record", project=state.project)
    return state
