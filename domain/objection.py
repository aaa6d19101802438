"""Objections and dissent: who stands against an option before, and against an outcome after.

Under consensus any objection, under consent a reasoned one, keeps an option from being chosen until
whoever raised it takes it back: perhaps because the proposal changed, which is a new option in a
new decision. Objecting is open to everyone on the electorate, with or without a ballot.

Dissent changes nothing that was decided. It is kept beside the outcome, in the dissenter's words.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from domain import tally
from domain.act import Act
from domain.ballot import Ballots, refuse_unentitled, refuse_unknown_options
from domain.decision import known, refuse_late, still_open
from domain.event import OnBehalf, Touches, audiences
from domain.line import Line, speak
from domain.refusal import Refused
from domain.values import DecisionId, PersonId, Slug
from domain.world import World

_SPOKEN = (
    "unknown-decision",
    "not-on-electorate",
    "not-about-you",
    "no-such-option",
    "stands-on-history",
    "history-over-live",
    "no-grant",
    "no-witness",
    "witness-not-free",
    "witness-unsigned",
    "before-it-happened",
)


class _AboutOption(OnBehalf):
    """What raising and withdrawing an objection have in common."""

    OWN_VOICE: ClassVar[bool] = True
    WHO: ClassVar[str] = "someone on the electorate; for them: the holder of record, with a witness"

    decision: DecisionId = Field(description="the decision")
    person: PersonId = Field(description="who objects")
    option: Slug = Field(description="the option")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Ballots, self.decision), *Line.of(act, self.person))


class ObjectionRaised(_AboutOption):
    """Someone on the electorate stands against an option; it cannot be chosen while that stands."""

    TYPE = "objection-raised/v1"
    VALUES = audiences(reason="auditor")
    REFUSED_BY = (
        *_SPOKEN,
        "decision-closed-already",
        "voting-over",
        "ballot-form",
        "objected-already",
    )

    def count(self, ballots: Ballots) -> None:
        """The objection stands."""
        ballots.against.setdefault(self.option, set()).add(self.person)


class ObjectionWithdrawn(_AboutOption):
    """Who stood against an option no longer does."""

    TYPE = "objection-withdrawn/v1"
    VALUES = audiences(reason="auditor")
    REFUSED_BY = (*_SPOKEN, "decision-closed-already", "no-objection")

    def count(self, ballots: Ballots) -> None:
        """The objection no longer stands."""
        ballots.against.get(self.option, set()).discard(self.person)


class DissentStated(OnBehalf):
    """Someone on the electorate disagrees with the outcome; it stands beside it."""

    TYPE = "dissent-stated/v1"
    VALUES = audiences(words="auditor")
    OWN_VOICE = True
    WHO = _AboutOption.WHO
    REFUSED_BY = (*(rule for rule in _SPOKEN if rule != "no-such-option"), "not-closed")

    decision: DecisionId = Field(description="the decision")
    person: PersonId = Field(description="who disagrees")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


def raise_objection(world: World, act: Act[ObjectionRaised]) -> None:
    """Stand against an option."""
    event = act.event
    state, opened = still_open(world, act)
    refuse_unentitled(state, event.decision, event.person)
    refuse_late(act, opened)
    refuse_unknown_options(opened, (event.option,))
    rule = tally.METHODS[opened.method]
    if not rule.opposes:
        raise Refused(
            "ballot-form", f"under {opened.method} an objection stops nothing", "a vote, or dissent"
        )
    if rule.needs_reason and "reason" not in event.has:
        raise Refused("ballot-form", "an objection to consent needs a reason", "a `reason` value")
    if event.person in world.get(Ballots, event.decision).against.get(event.option, ()):
        raise Refused("objected-already", f"{event.person} objects to {event.option} already")
    speak(world, act, event.person, opened.project)


def withdraw_objection(world: World, act: Act[ObjectionWithdrawn]) -> None:
    """No longer stand against an option."""
    event = act.event
    state, opened = still_open(world, act)
    refuse_unentitled(state, event.decision, event.person)
    refuse_unknown_options(opened, (event.option,))
    if event.person not in world.get(Ballots, event.decision).against.get(event.option, ()):
        raise Refused(
            "no-objection",
            f"{event.person} does not object to {event.option}",
            "objection-raised/v1",
        )
    speak(world, act, event.person, opened.project)


def dissent(world: World, act: Act[DissentStated]) -> None:
    """Disagree with an outcome."""
    event = act.event
    state, opened = known(world, act)
    refuse_unentitled(state, event.decision, event.person)
    if not state.outcome:
        raise Refused(
            "not-closed",
            f"{event.decision} is still open; there is nothing to disagree with yet",
            "a ballot or an objection now, dissent once it is closed",
        )
    speak(world, act, event.person, opened.project)
