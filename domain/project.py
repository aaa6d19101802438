"""Projects: where contributions, decisions and money belong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import Field

from domain import power
from domain.act import Act
from domain.event import Event, Touches, audiences
from domain.refusal import Refused
from domain.values import ProjectId
from domain.world import Subject, World


class ProjectOpened(Event):
    """A project began; its title and aim are values that anyone may read."""

    TYPE = "project-opened/v1"
    VALUES = audiences(title="public", aim="public")
    PUBLIC = True
    WHO = "the holder of agenda"
    REFUSED_BY = ("no-grant", "project-exists", "unknown-project")

    project: ProjectId = Field(description="the new project")
    part_of: ProjectId | None = Field(default=None, description="the project it is a part of")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Project, self.project),)


@dataclass(frozen=True, slots=True)
class Project(Subject):
    """Whether a project exists."""

    types: ClassVar = frozenset({ProjectOpened.TYPE})
    shared: ClassVar = True

    opened: bool = False

    def apply(self, _act: Act[Any], _key: str, /) -> Project:
        return Project(opened=True)


def open_project(world: World, act: Act[ProjectOpened]) -> None:
    """Begin a project."""
    event = act.event
    if world.get(Project, event.project).opened:
        raise Refused("project-exists", f"{event.project} was opened already", "another id")
    if event.part_of is not None:
        refuse_unknown_project(world, event.part_of)
    power.require(world, act, "agenda", project=event.part_of or event.project)


def refuse_unknown_project(world: World, project: str) -> None:
    """Raises Refused unless the project was opened."""
    if not world.get(Project, project).opened:
        raise Refused("unknown-project", f"{project} was never opened", "project-opened/v1")
