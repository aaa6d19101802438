"""Corrections: a line that takes the place of an earlier one. Nothing is edited or removed.

The right words are recorded first, as a line of their own; the correction then says that it stands
instead of the old one. A line is corrected once; whoever finds the correction wrong corrects that.
The people it is about are named, so that both stand on their statement.

Source: domain.md section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live
from domain.event import Event, Touches, audiences
from domain.line import Line
from domain.refusal import Refused
from domain.values import Hex64, PersonId
from domain.world import Subject, World


class RecordCorrected(Event):
    """A line stands instead of an earlier one."""

    TYPE = "record-corrected/v1"
    VALUES = audiences(reason="personal")
    OWN_VOICE = True
    WHO = "who recorded the old line, the holder of record"
    REFUSED_BY = (
        "no-grant",
        "unknown-line",
        "same-line",
        "corrected-already",
        "history-over-live",
    )

    line: Hex64 = Field(description="envelope hash of the line that was not right")
    instead: Hex64 = Field(description="envelope hash of the line that stands in its place")
    people: Annotated[tuple[PersonId, ...], Field(strict=False, min_length=1)] = Field(
        description="whom the old line is about"
    )
    cause: Literal["mistake", "dispute", "late-news", "wrong-person", "duplicate"] = Field(
        description="why, as a code"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Corrected, self.line), *Line.of(act, *self.people))


@dataclass(frozen=True, slots=True)
class Corrected(Subject):
    """By which line another was replaced, if it was."""

    types: ClassVar = frozenset({RecordCorrected.TYPE})
    keyed: ClassVar = "hash"

    instead: str = ""

    def apply(self, act: Act[Any], _key: str, /) -> Corrected:
        return Corrected(act.event.instead)


def correct(world: World, act: Act[RecordCorrected]) -> None:
    """Say that a line stands instead of another."""
    event = act.event
    old, new = world.get(Line, event.line), world.get(Line, event.instead)
    if not old.recorder or not new.recorder or not set(event.people) <= old.about:
        raise Refused(
            "unknown-line", "both are lines about people, and the old one's are named", "such lines"
        )
    if event.line == event.instead:
        raise Refused("same-line", "a line cannot stand instead of itself", "another line")
    refuse_changing_live(act, old.history, f"the line {event.line[:12]}")
    if world.get(Corrected, event.line).instead:
        raise Refused(
            "corrected-already", f"the line {event.line[:12]} was corrected", "of that correction"
        )
    _refuse_circle(world, event.line, event.instead)
    if act.is_history or act.author != old.recorder:
        power.require(world, act, "record", project=old.project)


def _refuse_circle(world: World, line: str, instead: str) -> None:
    at = instead
    while at:
        if at == line:
            raise Refused("same-line", "each would stand instead of the other", "a new line")
        at = world.get(Corrected, at).instead
