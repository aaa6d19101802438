"""Corrections: a line that takes the place of an earlier one. Nothing is edited or removed.

The right words are recorded first, as a line of their own, of the same kind; the correction then
says that it stands instead of the old one. A line is corrected once; whoever finds the correction
wrong corrects that. Everybody the old line is about is named, so that both stand on their
statement.

What somebody said of themselves is theirs to correct. And what rules count is not corrected but
undone by an event of its own: money reversed or written off, a grant revoked, a seat vacated; a
ballot stands. Otherwise a debt or a vote that still counts could be corrected out of sight.

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
    WHO = "who recorded the old line, the holder of record; what somebody said themselves: they"
    REFUSED_BY = (
        "no-grant",
        "unknown-line",
        "not-corrected-so",
        "own-words",
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


#: What can be corrected: what is said of people and of the work, and counts for no rule.
CORRECTABLE = frozenset(
    {
        "person-enrolled/v1",
        "acting-for-declared/v1",
        "person-paused/v1",
        "person-returned/v1",
        "person-left/v1",
        "way-in-offered/v1",
        "role-handed-over/v1",
        "person-told/v1",
        "problem-proposed/v1",
        "problems-prioritised/v1",
        "input-submitted/v1",
        "input-answered/v1",
        "input-cited/v1",
        "output-published/v1",
        "commitment-made/v1",
        "commitment-settled/v1",
        "contribution-recorded/v1",
        "contribution-sorted/v1",
        "level-said/v1",
        "artefact-attached/v1",
        "support-asked/v1",
        "support-met/v1",
        "training-held/v1",
        "benefit-received/v1",
        "rationale-stated/v1",
        "naming-said/v1",
        "action-set/v1",
        "evaluation-held/v1",
        "assessment-scored/v1",
        "outcome-noted/v1",
        "imbalance-discussed/v1",
        "advice-offered/v1",
        "advice-answered/v1",
        "pacing-requested/v1",
    }
)


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
    if not old.recorder or not new.recorder or set(event.people) != old.about:
        raise Refused(
            "unknown-line",
            "both are lines about people, and all whom the old one is about are named: "
            + (", ".join(sorted(old.about)) or "it is no such line"),
            "such lines",
        )
    if old.type not in CORRECTABLE or new.type != old.type:
        raise Refused(
            "not-corrected-so",
            f"{old.type} is not corrected by {new.type}"
            if old.type in CORRECTABLE
            else f"{old.type} counts for the rules, and is undone by an event of its own",
            f"{old.type} as the line instead"
            if old.type in CORRECTABLE
            else "its reversal, revocation or successor",
        )
    if event.line == event.instead:
        raise Refused("same-line", "a line cannot stand instead of itself", "another line")
    refuse_changing_live(act, old.history, f"the line {event.line[:12]}")
    if world.get(Corrected, event.line).instead:
        raise Refused(
            "corrected-already", f"the line {event.line[:12]} was corrected", "of that correction"
        )
    _refuse_circle(world, event.line, event.instead)
    if old.about == {old.recorder} and act.author != old.recorder and not act.is_history:
        raise Refused(
            "own-words",
            f"{old.recorder} said it of themselves; nobody else puts other words in their mouth",
            f"{act.type} by that person, or record-disputed/v1",
        )
    if act.is_history or act.author != old.recorder:
        power.require(world, act, "record", project=old.project)


def _refuse_circle(world: World, line: str, instead: str) -> None:
    at = instead
    while at:
        if at == line:
            raise Refused("same-line", "each would stand instead of the other", "a new line")
        at = world.get(Corrected, at).instead
