"""Commitments: what somebody promised to the people who take part, and whether it was kept.

A promise is made in one's own voice, or recorded of a meeting; it may answer an input or a problem.
Whoever promised, or keeps the record, says what became of it; so may whom it was made to, and both
words stand. One that was kept cannot be kept again.

Source: domain.md sections 8 and 11.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_before, refuse_changing_live
from domain.event import Event, OnBehalf, Touches, audiences
from domain.group import refuse_unknown_group
from domain.line import Line
from domain.membership import refuse_strangers, speaks_for_self
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    CommitmentId,
    Day,
    GroupId,
    InputId,
    Many,
    PersonId,
    ProblemId,
    ProjectId,
)
from domain.world import Subject, World


class CommitmentMade(OnBehalf):
    """Someone promised something."""

    TYPE = "commitment-made/v1"
    VALUES = audiences(what="auditor")
    OWN_VOICE = True
    WHO = "who promises, if enrolled; for them: the holder of record"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "commitment-exists",
        "not-enrolled",
        "unknown-group",
        "unknown-input",
        "unknown-problem",
    )

    commitment: CommitmentId = Field(description="the new commitment")
    project: ProjectId = Field(description="in which project")
    person: PersonId = Field(description="who promises")
    people: Many[PersonId] = Field(default=(), description="to whom")
    group: GroupId | None = Field(default=None, description="or to which group entry")
    due: Day | None = Field(default=None, description="by when")
    input: InputId | None = Field(default=None, description="the input it answers")
    problem: ProblemId | None = Field(default=None, description="the problem it concerns")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Commitment, self.commitment), *Line.of(act, self.person, *self.people))


class CommitmentSettled(Event):
    """Someone said what became of a promise."""

    TYPE = "commitment-settled/v1"
    VALUES = audiences(words="auditor")
    OWN_VOICE = True
    WHO = "who promised, whom it was made to, the holder of record"
    REFUSED_BY = (
        "no-grant",
        "unknown-commitment",
        "said-already",
        "history-over-live",
        "before-it-happened",
    )

    commitment: CommitmentId = Field(description="the commitment")
    person: PersonId = Field(description="who promised")
    outcome: Literal["kept", "partly", "not-kept", "released"] = Field(description="what became")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Commitment, self.commitment), *Line.of(act, self.person))


@dataclass(frozen=True, slots=True)
class Commitment(Subject):
    """Who promised what to whom, and the last word of each on what became of it."""

    types: ClassVar = frozenset({CommitmentMade.TYPE, CommitmentSettled.TYPE, "matter-received/v1"})

    projects: frozenset[str] = frozenset()
    by: str = ""
    to: tuple[str, ...] = ()
    due: str | None = None
    said: tuple[tuple[str, str], ...] = ()
    since: str | None = None
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Commitment:
        match act.event:
            case CommitmentMade() as made:
                since = act.on.from_ if act.on else None
                return Commitment(
                    frozenset({made.project}),
                    made.person,
                    made.people,
                    made.due,
                    since=since,
                    history=act.is_history,
                )
            case CommitmentSettled(outcome=outcome):
                others = tuple(pair for pair in self.said if pair[0] != act.author)
                return replace(self, said=(*others, (act.author, outcome)))
        return replace(self, projects=self.projects | {act.event.project})

    @property
    def open(self) -> bool:
        """Whether nobody said yet that it was kept, or let them off."""
        return not {"kept", "released"} & {word for _, word in self.said}


def make(world: World, act: Act[CommitmentMade]) -> None:
    """Promise something."""
    event = act.event
    refuse_unknown_project(world, event.project)
    if world.get(Commitment, event.commitment).by:
        raise Refused("commitment-exists", f"{event.commitment} was made already", "another id")
    refuse_strangers(world, (event.person, *event.people), event.project)
    if event.group is not None:
        refuse_unknown_group(world, event.group, event.project)
    _refuse_unknown_cause(world, event)
    if not (event.person == act.author and speaks_for_self(world, act, event.project)):
        power.require(world, act, "record", project=event.project)


def _refuse_unknown_cause(world: World, event: CommitmentMade) -> None:
    """Raises Refused when the input it answers, or the problem, was not raised in the project."""
    from domain.input import Input
    from domain.problem import refuse_unknown_problem

    if event.problem is not None:
        refuse_unknown_problem(world, event.problem, event.project)
    if event.input is not None and event.project not in world.get(Input, event.input).projects:
        raise Refused(
            "unknown-input",
            f"{event.input} was not submitted in {event.project}",
            "input-submitted/v1",
        )


def settle(world: World, act: Act[CommitmentSettled]) -> None:
    """Say what became of a promise."""
    event = act.event
    state = world.get(Commitment, event.commitment)
    if not state.by or event.person != state.by:
        raise Refused(
            "unknown-commitment", f"{event.person} made no such promise", "commitment-made/v1"
        )
    refuse_changing_live(act, state.history, event.commitment)
    refuse_before(act, state.since, "it was made")
    if (act.author, event.outcome) in state.said:
        raise Refused("said-already", f"{act.author} said so already", "another word")
    if act.is_history or act.author not in {state.by, *state.to}:
        power.require(world, act, "record", project=next(iter(sorted(state.projects)), None))
