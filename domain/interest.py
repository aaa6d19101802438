"""Interests: declared by those who have them, managed by those who chair, and stepping back.

Declaring an interest is a person's own voice; saying how it was handled is the chair's; stepping
back (recusal) is the voter's alone: nobody can take a ballot away by saying that its owner stepped
back. Only for someone who never had a key may it be recorded, with a witness, as a ballot may.

An interest may be declared after the vote, even after the close: late is shown as late. With no
decision named it is an entry in the register of interests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.ballot import Ballot, Ballots, refuse_unentitled
from domain.decision import known, refuse_late, still_open
from domain.event import Event, OnBehalf, Touches, audiences
from domain.line import Line, speak
from domain.linked import pseudonyms
from domain.membership import Person, refuse_strangers
from domain.refusal import Refused
from domain.values import DecisionId, PersonId, ProjectId, Slug
from domain.world import Subject, World

Nature = Literal[
    "money", "employer", "family", "friendship", "own-proposal", "office", "belief", "other"
]
Handling = Literal[
    "noted", "spoke-did-not-vote", "left-the-room", "stepped-back", "replaced", "independent-check"
]


class InterestDeclared(OnBehalf):
    """Someone said that an outcome touches them otherwise than everyone."""

    TYPE = "interest-declared/v1"
    VALUES = audiences(words="auditor")
    OWN_VOICE = True
    WHO = "the person; for them: the holder of record, with a witness"
    REFUSED_BY = (
        "unknown-decision",
        "not-enrolled",
        "not-about-you",
        "stands-on-history",
        "history-over-live",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "before-it-happened",
    )

    person: PersonId = Field(description="whose interest")
    decision: DecisionId | None = Field(
        default=None, description="in which decision; left out: the register of interests"
    )
    project: ProjectId | None = Field(
        default=None, description="without a decision: in which project; left out: all"
    )
    nature: Nature = Field(description="of what kind")
    option: Slug | None = Field(default=None, description="the option it lies in, if in one")

    def touches(self, act: Act[Any], /) -> Touches:
        named = ((Interests, self.decision),) if self.decision else ()
        return (*named, *Line.of(act, self.person))


class InterestManaged(Event):
    """It was said how a declared interest was handled."""

    TYPE = "interest-managed/v1"
    VALUES = audiences(reason="auditor")
    WHO = "the holder of decision or chairing, who is not the person"
    REFUSED_BY = (
        "no-grant",
        "unknown-decision",
        "no-interest",
        "own-interest",
        "stands-on-history",
        "history-over-live",
        "before-it-happened",
    )

    decision: DecisionId = Field(description="the decision")
    person: PersonId = Field(description="whose interest")
    handling: Handling = Field(description="how it was handled")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Interests, self.decision), *Line.of(act, self.person))


class RecusalDeclared(OnBehalf):
    """A voter stepped back from a decision; their ballot will not be taken."""

    TYPE = "recusal-declared/v1"
    VALUES = audiences(reason="auditor")
    COMPOSITES = (("ballot", ("decision", "person")),)
    OWN_VOICE = True
    WHO = "the voter; for one who never had a key: the holder of record, with a witness"
    REFUSED_BY = (
        "unknown-decision",
        "decision-closed-already",
        "voting-over",
        "not-on-electorate",
        "not-about-you",
        "voted-already",
        "recused",
        "signs-for-themselves",
        "stands-on-history",
        "history-over-live",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "before-it-happened",
    )

    decision: DecisionId = Field(description="the decision")
    person: PersonId = Field(description="who steps back")

    def touches(self, act: Act[Any], /) -> Touches:
        return (
            (Ballot, f"ballot|{self.decision}|{self.person}"),
            (Ballots, self.decision),
            (Interests, self.decision),
            *Line.of(act, self.person),
        )

    def count(self, ballots: Ballots) -> None:
        """Nobody waits for this ballot any more."""
        ballots.recused.add(self.person)


@dataclass(frozen=True, slots=True)
class Interests(Subject):
    """Who declared an interest in one decision, and whose was handled."""

    types: ClassVar = frozenset({InterestDeclared.TYPE, InterestManaged.TYPE, RecusalDeclared.TYPE})

    declared: frozenset[str] = frozenset()
    handled: frozenset[str] = frozenset()

    def apply(self, act: Act[Any], _key: str, /) -> Interests:
        person = frozenset({act.event.person})
        if isinstance(act.event, InterestDeclared):
            # Declared again, it is to be handled again: it may be another one.
            return Interests(self.declared | person, self.handled - person)
        return Interests(self.declared, self.handled | person)


def declare(world: World, act: Act[InterestDeclared]) -> None:
    """Declare an interest of one's own."""
    event = act.event
    project = event.project
    if event.decision is not None:
        project = known(world, act)[1].project
    refuse_strangers(world, (event.person,), project)
    speak(world, act, event.person, project)


def manage(world: World, act: Act[InterestManaged]) -> None:
    """Say how a declared interest was handled."""
    event = act.event
    _, opened = known(world, act)
    power.require(world, act, "decision", "chairing", project=opened.project, body=opened.body)
    if event.person not in world.get(Interests, event.decision).declared:
        raise Refused(
            "no-interest",
            f"{event.person} declared no interest in {event.decision}",
            "interest-declared/v1 by that person",
        )
    if event.person in pseudonyms(world, act.author):
        raise Refused(
            "own-interest",
            f"{event.person} cannot say how their own interest was handled",
            "interest-managed/v1 by somebody else who decides or chairs, or recusal-declared/v1",
        )


def recuse(world: World, act: Act[RecusalDeclared]) -> None:
    """Step back from a decision."""
    event = act.event
    state, opened = still_open(world, act)
    refuse_unentitled(state, event.decision, event.person)
    refuse_late(act, opened)
    stood = world.get(Ballot, f"ballot|{event.decision}|{event.person}")
    if stood.cast:
        raise Refused(
            "voted-already",
            f"{event.person} has voted; a ballot stands as cast",
            "interest-declared/v1, which is shown as late",
        )
    if stood.recused:
        raise Refused("recused", f"{event.person} has stepped back already")
    forged = act.author != event.person and not act.is_history
    if forged and world.get(Person, event.person).has_key:
        raise Refused(
            "signs-for-themselves",
            f"{event.person} has a key, and {act.author} says for them that they step back: "
            "that would take a ballot away",
            "recusal-declared/v1 by that person",
        )
    speak(world, act, event.person, opened.project)
