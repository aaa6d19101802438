"""Why people say no to money: counted for a period, linked to nobody.

A decline carries no reason (``offer.py``). What people choose to tell goes only here: how many gave
which reason, in the whole programme, over at least four weeks. A tally of fewer reasons than the
charter's smallest shown count (8 where it sets none) could point at a person and is refused; so is
a period that overlaps an earlier one, whose difference could.

Source: domain.md section 6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from domain import power
from domain.act import Act
from domain.charter import Charter
from domain.event import Event, Touches
from domain.refusal import Refused
from domain.values import Day, Part
from domain.world import Subject, World

Reason = Literal[
    "does-not-want-money",
    "benefits",
    "tax-or-status",
    "employer",
    "paid-elsewhere",
    "too-little",
    "too-hard",
    "privacy",
    "other",
]
_WEEKS = 28
SMALLEST = 8


class ReasonCount(Part):
    """How many people gave one reason."""

    reason: Reason
    number: Annotated[int, Field(ge=1, le=1_000_000)]


class DeclineReasonsTallied(Event):
    """So many people, in the whole programme and a period, gave these reasons for saying no."""

    TYPE = "decline-reasons-tallied/v1"
    WHO = "the holder of record or evaluation"
    REFUSED_BY = ("no-grant", "too-few-to-tally", "period-too-short", "period-overlaps")

    first: Day = Field(description="first day of the period")
    last: Day = Field(description="last day of the period")
    counts: Annotated[tuple[ReasonCount, ...], Field(strict=False, min_length=1)] = Field(
        description="how many gave which reason; nobody has to give one"
    )

    @model_validator(mode="after")
    def _each_reason_once(self) -> DeclineReasonsTallied:
        if len({r.reason for r in self.counts}) != len(self.counts) or self.first > self.last:
            raise ValueError("each reason once, in a period that begins before it ends")
        return self

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((DeclineReasons, ""),)


@dataclass(frozen=True, slots=True)
class DeclineReasons(Subject):
    """The periods that were tallied."""

    types: ClassVar = frozenset({DeclineReasonsTallied.TYPE})
    keyed: ClassVar = "singleton"

    periods: tuple[tuple[str, str], ...] = ()

    def apply(self, act: Act[Any], _key: str, /) -> DeclineReasons:
        return replace(self, periods=(*self.periods, (act.event.first, act.event.last)))


def tally(world: World, act: Act[DeclineReasonsTallied]) -> None:
    """Count reasons, for enough people and a long enough time to point at nobody."""
    event = act.event
    power.require(world, act, "record", "evaluation")
    days = (date.fromisoformat(event.last) - date.fromisoformat(event.first)).days + 1
    if days < _WEEKS:
        raise Refused(
            "period-too-short", f"{days} days could point at one answer", "at least 28 days"
        )
    needed = world.get(Charter, "").threshold("smallest", SMALLEST)
    given = sum(r.number for r in event.counts)
    if given < needed:
        raise Refused(
            "too-few-to-tally",
            f"{given} reasons could point at a person; at least {needed} do not",
            "decline-reasons-tallied/v1 of a longer period",
        )
    for first, last in world.get(DeclineReasons, "").periods:
        if event.first <= last and first <= event.last:
            raise Refused(
                "period-overlaps",
                f"{first} to {last} was tallied already, and the difference could tell",
                "a period that begins after it",
            )
