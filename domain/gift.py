"""Gifts: work that its giver declares to be one. Nobody else can.

A declined payment is not a gift, and a gift is no consent to later non-payment. So a gift is signed
by its giver and by nobody for them; it is bounded (one contribution, or a project until a day), and
its giver takes it back when they like.

Source: domain.md sections 4 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from pydantic import Field

from domain.act import Act
from domain.contribution import Contribution
from domain.event import Event, Touches, audiences
from domain.line import Line
from domain.membership import refuse_strangers
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import ContributionId, Day, GiftId, Kind, Many, PersonId, ProjectId
from domain.world import Subject, World


class GiftDeclared(Event):
    """Someone declared that work of theirs is a gift, within stated bounds."""

    TYPE = "gift-declared/v1"
    VALUES = audiences(words="personal")
    HISTORY = False
    OWN_VOICE = True
    WHO = "the giver, and nobody for them"
    REFUSED_BY = (
        "not-your-gift",
        "unknown-project",
        "not-enrolled",
        "gift-exists",
        "gift-unbounded",
        "unknown-contribution",
    )

    gift: GiftId = Field(description="the new gift")
    person: PersonId = Field(description="who gives")
    project: ProjectId = Field(description="in which project")
    contribution: ContributionId | None = Field(default=None, description="one contribution, or")
    kinds: Many[Kind] = Field(default=(), description="these kinds of work; left out: all,")
    until: Day | None = Field(default=None, description="up to this day")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Gift, self.gift), *Line.of(act, self.person))


class GiftRevoked(Event):
    """Someone took a gift back, from now on."""

    TYPE = "gift-revoked/v1"
    HISTORY = False
    OWN_VOICE = True
    WHO = "the giver, and nobody for them"
    REFUSED_BY = ("unknown-gift", "not-your-gift", "gift-revoked-already")

    gift: GiftId = Field(description="the gift")
    person: PersonId = Field(description="who gave")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Gift, self.gift), *Line.of(act, self.person))


@dataclass(frozen=True, slots=True)
class Gift(Subject):
    """Whose gift it is, and whether it still is one."""

    types: ClassVar = frozenset({GiftDeclared.TYPE, GiftRevoked.TYPE})

    person: str = ""
    revoked: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Gift:
        if isinstance(act.event, GiftRevoked):
            return replace(self, revoked=True)
        return Gift(act.event.person)


def declare(world: World, act: Act[GiftDeclared]) -> None:
    """Declare a gift."""
    event = act.event
    if act.author != event.person:
        raise Refused("not-your-gift", f"only {event.person} can give it", "by the giver")
    refuse_unknown_project(world, event.project)
    refuse_strangers(world, (event.person,), event.project)
    if world.get(Gift, event.gift).person:
        raise Refused("gift-exists", f"{event.gift} was declared already", "another id")
    if event.contribution is None and event.until is None:
        raise Refused(
            "gift-unbounded", "a gift is of one contribution, or ends on a day", "with `until`"
        )
    if event.contribution is not None:
        given = world.get(Contribution, event.contribution)
        if event.project not in given.projects or event.person not in given.people:
            raise Refused(
                "unknown-contribution",
                f"{event.person} gave no {event.contribution} in {event.project}",
                "contribution-recorded/v1",
            )


def revoke(world: World, act: Act[GiftRevoked]) -> None:
    """Take a gift back."""
    event = act.event
    state = world.get(Gift, event.gift)
    if not state.person:
        raise Refused("unknown-gift", f"{event.gift} was never declared", "gift-declared/v1")
    if act.author != event.person or act.author != state.person:
        raise Refused("not-your-gift", f"only {state.person} takes it back", "by the giver")
    if state.revoked:
        raise Refused("gift-revoked-already", f"{event.gift} was taken back", "gift-declared/v1")
