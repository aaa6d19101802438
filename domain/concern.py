"""Replies to concerns: what those who answer for the work say to an indicator that fires.

An indicator (domain.md section 9) is a prompt to look, never a verdict. Whoever holds agenda,
decision, evaluation or chairing may say what was done, what will be, why it is so, or that they see
it otherwise, of one project or of the whole programme. A reply clears nothing: only the record can,
and a reply about one project is none for the others or for the programme.

Source: domain.md section 9 («those that would clear it, and any reply»).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.event import Event, Touches, audiences
from domain.project import refuse_unknown_project
from domain.values import ProjectId
from domain.world import World

Indicator = Literal[
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10",
    "T11", "T12", "T13", "T14", "T15", "T16", "T17", "T18", "T19", "T20",
]  # fmt: skip
Answer = Literal["acted", "will-act", "explained", "disagree"]


class ConcernAnswered(Event):
    """Those who answer for the work replied to a concern; it clears nothing by itself."""

    TYPE = "concern-answered/v1"
    VALUES = audiences(words="public")
    HISTORY = False
    WHO = "the holder of agenda, decision, evaluation or chairing"
    REFUSED_BY = ("no-grant", "unknown-project")

    indicator: Indicator = Field(description="to which, by its number in domain.md section 9")
    project: ProjectId | None = Field(
        default=None, description="about which project; left out: the whole programme"
    )
    answer: Answer = Field(description="done, to be done, explained, or seen otherwise")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ()


def answer(world: World, act: Act[ConcernAnswered]) -> None:
    """Reply to a concern."""
    project = act.event.project
    power.require(world, act, "agenda", "decision", "evaluation", "chairing", project=project)
    if project is not None:
        refuse_unknown_project(world, project)
