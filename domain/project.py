"""Projects: where contributions, decisions and money belong.

Closing a project ends no right and no debt, and begins nothing new. Live, afterwards:

    refused   a part of it, an enrolment into it, a body, seat or chair, a budget or a line of
              one, a problem taken up or ranked, a decision, an offer, something carried to it
    allowed   what was begun: ballots and outcomes of decisions that were open, payments from
              answer to receipt; what is said of what was: work given, replies, evaluations,
              corrections, disputes, problems and inputs; leaving, handing over; powers, so that
              somebody can still answer for it; tasks, promises and gifts; a decision that
              revisits one, an offer for work given there

What is open then is carried on to another project with a named receiver (``carry.py``), or is seen
to have been dropped. What was so before the close can be recorded afterwards, as history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_before, refuse_changing_live
from domain.event import Event, Touches, audiences
from domain.refusal import Refused
from domain.values import DecisionId, ProjectId
from domain.world import Subject, World


class ProjectOpened(Event):
    """A project began; its title and aim are values that anyone may read."""

    TYPE = "project-opened/v1"
    VALUES = audiences(title="public", aim="public")
    PUBLIC = True
    WHO = "the holder of agenda"
    REFUSED_BY = ("no-grant", "project-exists", "unknown-project", "project-ended")

    project: ProjectId = Field(description="the new project")
    part_of: ProjectId | None = Field(default=None, description="the project it is a part of")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Project, self.project),)


class ProjectClosed(Event):
    """A project ended: nothing new begins in it, and its record goes on."""

    TYPE = "project-closed/v1"
    VALUES = audiences(summary="public", next="public")
    PUBLIC = True
    WHO = "the holder of agenda"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "project-closed-already",
        "decision-not-adopted",
        "history-over-live",
        "before-it-happened",
    )

    project: ProjectId = Field(description="the project")
    decision: DecisionId | None = Field(default=None, description="the decision that ended it")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Project, self.project),)


@dataclass(frozen=True, slots=True)
class Project(Subject):
    """Whether a project exists, since when, and whether it was closed."""

    types: ClassVar = frozenset({ProjectOpened.TYPE, ProjectClosed.TYPE})

    opened: bool = False
    closed: bool = False
    since: str | None = None
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Project:
        if isinstance(act.event, ProjectClosed):
            return replace(self, closed=True)
        since = act.on.from_ if act.on else None
        return Project(opened=True, since=since, history=act.is_history)


def open_project(world: World, act: Act[ProjectOpened]) -> None:
    """Begin a project."""
    event = act.event
    if world.get(Project, event.project).opened:
        raise Refused("project-exists", f"{event.project} was opened already", "another id")
    if event.part_of is not None:
        refuse_unknown_project(world, event.part_of)
        refuse_beginning(world, act, event.part_of)
    power.require(world, act, "agenda", project=event.part_of or event.project)


def close_project(world: World, act: Act[ProjectClosed]) -> None:
    """End a project."""
    event = act.event
    refuse_unknown_project(world, event.project)
    power.require(world, act, "agenda", project=event.project)
    state = world.get(Project, event.project)
    refuse_changing_live(act, state.history, event.project)
    refuse_before(act, state.since, "it was opened")
    if state.closed:
        raise Refused("project-closed-already", f"{event.project} was closed", "a new project")
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(world, act, event.decision, project=event.project)


def refuse_unknown_project(world: World, project: str) -> None:
    """Raises Refused unless the project was opened."""
    if not world.get(Project, project).opened:
        raise Refused("unknown-project", f"{project} was never opened", "project-opened/v1")


def refuse_beginning(
    world: World, act: Act[Any], project: str | None, allowed_by: str = ""
) -> None:
    """Raises Refused when a live act begins something in a project that was closed."""
    if project is None or act.is_history or not world.get(Project, project).closed:
        return
    raise Refused(
        "project-ended",
        f"{project} was closed, and {act.type} begins something new; what was begun there goes on, "
        "and so do replies, corrections and what is owed",
        (allowed_by or f"{act.type} in a project that is open")
        + "; or recorded afterwards, if it was before the close",
    )
