"""Group entries: people who took part and must not, or cannot, be named.

A number and a date band (the statement's ``on``), the group in the source's words and its side;
no person id. Contributions and offers can be made by, and to, such a group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.event import Event, Touches, audiences
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import GroupId, Label, ProjectId, Side
from domain.world import Subject, World


class GroupRecorded(Event):
    """So many people of one group took part, in the time that ``on`` says."""

    TYPE = "group-recorded/v1"
    VALUES = audiences(note="auditor")
    WHO = "the holder of record"
    REFUSED_BY = ("no-grant", "unknown-project", "group-exists")

    group: GroupId = Field(description="the new group entry")
    project: ProjectId = Field(description="where they took part")
    label: Label = Field(description="the group in the source's words")
    side: Side = Field(description="whom they acted for")
    number: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="how many people; left out: not known"
    )
    counted: Literal["exact", "at-least", "about", "unknown"] = Field(
        default="exact", description="how well the number is known"
    )

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((GroupEntry, self.group),)


@dataclass(frozen=True, slots=True)
class GroupEntry(Subject):
    """Whether a group entry exists, in which project, and how many people it stands for."""

    types: ClassVar = frozenset({GroupRecorded.TYPE})

    project: str = ""
    number: int | None = None
    exact: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> GroupEntry:
        event: GroupRecorded = act.event
        return GroupEntry(event.project, event.number, event.counted == "exact")


def record(world: World, act: Act[GroupRecorded]) -> None:
    """Record a group."""
    event = act.event
    refuse_unknown_project(world, event.project)
    power.require(world, act, "record", project=event.project)
    if world.get(GroupEntry, event.group).project:
        raise Refused("group-exists", f"{event.group} was recorded already", "another id")


def refuse_unknown_group(world: World, group: str, project: str | None) -> None:
    """Raises Refused unless the group was recorded in this project."""
    if world.get(GroupEntry, group).project != project:
        raise Refused(
            "unknown-group", f"{group} was not recorded in {project}", "group-recorded/v1"
        )
