"""Outputs: messages, guidelines, papers and plans that a project put into the world.

An output names who wrote it with which share, and the one it replaces, if any: which official
messages were replaced, and who co-wrote the new ones, is then a matter of record.

Source: domain.md section 12.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live
from domain.event import Event, Touches, audiences
from domain.group import refuse_unknown_group
from domain.line import Line
from domain.membership import refuse_strangers
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    DecisionId,
    GroupId,
    Hex64,
    Many,
    OutputId,
    Part,
    PersonId,
    ProjectId,
    Share,
)
from domain.world import Subject, World


class Writer(Part):
    """One person's part in an output."""

    person: PersonId
    share: Share | None = None


class OutputPublished(Event):
    """A message, guideline, paper or plan went out; perhaps in place of an earlier one."""

    TYPE = "output-published/v1"
    VALUES = audiences(title="public", where="public", note="auditor")
    WHO = "the holder of publication; recorded afterwards: record"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "output-exists",
        "not-enrolled",
        "unknown-group",
        "unknown-output",
        "output-replaced-already",
        "decision-not-adopted",
        "history-over-live",
    )

    output: OutputId = Field(description="the new output")
    project: ProjectId = Field(description="of which project")
    kind: Literal["message", "guideline", "paper", "report", "plan", "tool", "service", "other"] = (
        Field(default="other", description="what it is")
    )
    official: bool = Field(default=False, description="whether an authority speaks in it")
    people: Many[Writer] = Field(
        default=(), description="who wrote it, each with share lead, equal or supporting"
    )
    groups: Many[GroupId] = Field(default=(), description="group entries that wrote it")
    replaces: OutputId | None = Field(default=None, description="the output it takes the place of")
    decision: DecisionId | None = Field(default=None, description="the decision to publish it")
    evidence: Hex64 | None = Field(default=None, description="SHA-256 of the file")

    def touches(self, act: Act[Any], /) -> Touches:
        old = ((Output, self.replaces),) if self.replaces else ()
        return ((Output, self.output), *old, *Line.of(act, *(w.person for w in self.people)))


@dataclass(frozen=True, slots=True)
class Output(Subject):
    """Of which project an output is, and whether another took its place."""

    types: ClassVar = frozenset({OutputPublished.TYPE})

    project: str = ""
    replaced: bool = False
    history: bool = False

    def apply(self, act: Act[Any], key: str, /) -> Output:
        event: OutputPublished = act.event
        if event.replaces == key:
            return replace(self, replaced=True)
        return Output(event.project, history=act.is_history)


def publish(world: World, act: Act[OutputPublished]) -> None:
    """Put an output into the world."""
    event = act.event
    refuse_unknown_project(world, event.project)
    power.require(world, act, "publication", project=event.project)
    if world.get(Output, event.output).project or event.replaces == event.output:
        raise Refused("output-exists", f"{event.output} was published already", "another id")
    refuse_strangers(world, tuple(w.person for w in event.people), event.project)
    for group in event.groups:
        refuse_unknown_group(world, group, event.project)
    if event.replaces is not None:
        refuse_unknown_output(world, event.replaces, event.project)
        old = world.get(Output, event.replaces)
        refuse_changing_live(act, old.history, event.replaces)
        if old.replaced:
            raise Refused(
                "output-replaced-already", f"another took the place of {event.replaces}", "that one"
            )
    if event.decision is not None:
        from domain.decision import refuse_unless_decided

        refuse_unless_decided(world, act, event.decision, project=event.project)


def refuse_unknown_output(world: World, output: str, project: str) -> None:
    """Raises Refused unless the output was published by this project."""
    if world.get(Output, output).project != project:
        raise Refused(
            "unknown-output", f"{output} was not published by {project}", "output-published/v1"
        )
