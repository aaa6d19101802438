"""What follows a line: the person was told of it, a dispute was answered, and closed by its raiser.

A dispute is a query against the record, never against a person. Whoever keeps the record answers
it; only who raised it can say that it is settled. Somebody may raise one without being named: then
the recorder signs it, no body says for whom, and the name, if given at all, is an erasable value.

An answer says what was done, so it is done first: «corrected» once another line stands instead of
this one, «retracted» once what it records was taken back or withdrawn.

Told means shown, in a form the person can use, with a way to object that does not lead to the
recorder. Silence is neutral.

Source: domain.md section 1, section 9 (T19).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.contribution import Contribution
from domain.correction import CORRECTABLE, Corrected
from domain.dates import refuse_changing_live
from domain.event import SPOKEN, Event, OnBehalf, Touches, audiences
from domain.identity import refuse_unknown_person
from domain.line import Line, speak
from domain.linked import pseudonyms
from domain.refusal import Refused
from domain.values import Hex64, Many, PersonId, ProjectId
from domain.world import Subject, World


class PersonTold(Event):
    """Someone was shown what is recorded about them, and how to object."""

    TYPE = "person-told/v1"
    VALUES = audiences(contact="personal", note="personal")
    WHO = "the holder of record"
    REFUSED_BY = ("no-grant", "unknown-person", "unknown-line", "no-way-to-object")

    person: PersonId = Field(description="who was told")
    project: ProjectId | None = Field(default=None, description="of which project; left out: all")
    how: Literal["read-aloud", "printed", "sent", "shown", "easy-read", "interpreted"] = Field(
        description="in which form"
    )
    lines: Many[Hex64] = Field(
        default=(), description="of which lines, by envelope hash; left out: all up to now"
    )
    object_to: PersonId | None = Field(
        default=None, description="to whom they can object; left out: an outside contact (a value)"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


class DisputeAnswered(Event):
    """Whoever keeps the record said what was done about a dispute."""

    TYPE = "dispute-answered/v1"
    VALUES = audiences(words="personal")
    WHO = "who recorded the line, the holder of record"
    REFUSED_BY = (
        "unknown-dispute",
        "dispute-closed-already",
        "no-grant",
        "not-done",
        "history-over-live",
    )

    dispute: Hex64 = Field(description="envelope hash of the dispute")
    line: Hex64 = Field(description="the line that is disputed")
    person: PersonId | None = Field(default=None, description="who raised it; left out: hidden")
    outcome: Literal["corrected", "retracted", "kept", "explained"] = Field(
        description="what was done"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Dispute, self.dispute), *Line.of(act, self.person))


class DisputeClosed(OnBehalf):
    """Whoever raised a dispute closed it: settled, or given up."""

    TYPE = "dispute-closed/v1"
    VALUES = audiences(words="personal")
    OWN_VOICE = True
    WHO = "who raised it; hidden: who recorded it"
    REFUSED_BY = (
        "unknown-dispute",
        "dispute-closed-already",
        "hides-nobody",
        "history-over-live",
        *SPOKEN,
    )

    dispute: Hex64 = Field(description="envelope hash of the dispute")
    line: Hex64 = Field(description="the line that is disputed")
    person: PersonId | None = Field(default=None, description="who raised it; left out: hidden")
    settled: bool = Field(description="whether they are content with it")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Dispute, self.dispute), *Line.of(act, self.person))


@dataclass(frozen=True, slots=True)
class Dispute(Subject):
    """Which line is disputed, by whom (nobody, if hidden), and how it stands."""

    types: ClassVar = frozenset({"record-disputed/v1", DisputeAnswered.TYPE, DisputeClosed.TYPE})
    keyed: ClassVar = "hash"

    line: str = ""
    raiser: str | None = None
    recorder: str = ""
    answer: str = ""
    closed: bool = False
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Dispute:
        match act.event:
            case DisputeAnswered(outcome=outcome):
                return replace(self, answer=outcome)
            case DisputeClosed():
                return replace(self, closed=True)
        event = act.event
        raiser = None if event.hidden else event.for_ or act.author
        return Dispute(event.line, raiser, act.author, history=act.is_history)


def tell(world: World, act: Act[PersonTold]) -> None:
    """Say that somebody was told."""
    event = act.event
    power.require(world, act, "record", project=event.project)
    refuse_unknown_person(world, event.person)
    recorders = {act.author}
    for named in event.lines:
        line = world.get(Line, named)
        if event.person not in line.about:
            raise Refused(
                "unknown-line", f"the line {named[:12]} is not about {event.person}", "one that is"
            )
        recorders.add(line.recorder)
    leads = "contact" in event.has
    if event.object_to is not None:
        refuse_unknown_person(world, event.object_to)
        recorders.add(event.person)  # to object to oneself leads nowhere
        leads = pseudonyms(world, event.object_to).isdisjoint(recorders)
    if not leads:
        raise Refused(
            "no-way-to-object",
            "the way to object leads to who recorded it, or nowhere",
            "person-told/v1 with `object_to` somebody else, or a `contact` outside",
        )


def answer(world: World, act: Act[DisputeAnswered]) -> None:
    """Answer a dispute."""
    state = _open(world, act)
    line = world.get(Line, state.line)
    if act.is_history or act.author != line.recorder:
        power.require(world, act, "record", project=line.project)
    if not act.is_history:  # what old books say was done, they seldom show
        _refuse_undone(world, state.line, line, act.event.outcome)


def _refuse_undone(world: World, hash: str, line: Line, outcome: str) -> None:
    """Raises Refused when an answer says that something was done which nobody recorded."""
    works = line.type == "contribution-recorded/v1"
    if outcome == "corrected" and not world.get(Corrected, hash).instead:
        what, first = "no line stands instead of it", "record-corrected/v1"
        possible = line.type in CORRECTABLE
    elif outcome == "retracted" and not _taken_back(world, line):
        what, first = "it was not taken back", "contribution-retracted/v1"
        possible = works
    else:
        return
    if possible:
        raise Refused(
            "not-done",
            f"the line {hash[:12]} is said to be {outcome}, and {what}; the dispute stays open",
            f"{first} first, or another `outcome`",
        )
    raise Refused(
        "not-done",
        f"the line {hash[:12]} is said to be {outcome}, and {line.type} never is: it is undone by "
        "an event of its own; the dispute stays open",
        "`outcome` explained, with `words` that say what was done",
    )


def _taken_back(world: World, line: Line) -> bool:
    withdrawn = line.history is None
    return withdrawn or (bool(line.work) and not world.get(Contribution, line.work).standing)


def close(world: World, act: Act[DisputeClosed]) -> None:
    """Close one's own dispute."""
    state = _open(world, act)
    if state.raiser is not None:
        speak(world, act, state.raiser, world.get(Line, state.line).project)
        return
    power.require(world, act, "record", project=world.get(Line, state.line).project)
    event = act.event
    if event.for_ or event.said_by or event.witness:
        raise Refused(
            "hides-nobody",
            "a dispute whose raiser is hidden is closed without naming anybody",
            f"{act.type} that names nobody",
        )
    if act.author != state.recorder:
        raise Refused(
            "not-about-you", "only who recorded it for them knows its raiser", "by that recorder"
        )


def _open(world: World, act: Act[DisputeAnswered] | Act[DisputeClosed]) -> Dispute:
    event = act.event
    state = world.get(Dispute, event.dispute)
    if not state.line or (event.line, event.person) != (state.line, state.raiser):
        raise Refused(
            "unknown-dispute",
            f"{event.dispute[:12]} is no such dispute of this line by this person",
            "record-disputed/v1",
        )
    refuse_changing_live(act, state.history, "the dispute")
    if state.closed:
        raise Refused("dispute-closed-already", "its raiser closed it", "record-disputed/v1")
    return state
