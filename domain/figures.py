"""Figures: who looked at them as they were counted, and what left the ledger's circle.

Figures of people are guarded (domain.md section 10). Whoever holds ``information`` may see them as
they were counted: each look is an entry, one for each person, view and day, so that reading does
not flood the record. What leaves as a file is an entry too: which views, for whom, at which
checkpoint, with which limits, and what it showed. Both stand on the statement of who signed them,
and on that of a person whom the view was about.

    figures-viewed     view, day, at which checkpoint
    figures-exported   views, audience, checkpoint, what was asked, limits, digest, pattern

``pattern`` says which figures a guarded file showed, so that the next one can be held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints

from domain import power
from domain.act import Act
from domain.event import Event, Touches
from domain.identity import refuse_unknown_person
from domain.line import Line
from domain.refusal import Refused
from domain.values import Day, Hex64, Many, PersonId, Slug
from domain.world import Subject, World

Root = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
Size = Annotated[int, Field(ge=1, lt=2**53)]
#: A series of 400 dates fits.
Asked = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Pattern = Annotated[str, StringConstraints(max_length=200_000, pattern="^[A-Za-z0-9_-]*$")]


class FiguresViewed(Event):
    """Someone looked at figures as they were counted, for the first time that day."""

    TYPE = "figures-viewed/v1"
    HISTORY = False
    COMPOSITES = (
        ("look", ("author", "view", "day")),
        ("look-at", ("author", "view", "day", "person")),
    )
    WHO = "the holder of information"
    REFUSED_BY = ("no-grant", "unknown-person", "not-today", "checkpoint-ahead", "looked-already")

    view: Slug = Field(description="the view by name")
    day: Day = Field(description="the ledger date")
    size: Size = Field(description="how many entries the figures stood on")
    root: Root = Field(description="their root hash, base64")
    person: PersonId | None = Field(default=None, description="whom the view was about, if one")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Look, self.look(act.author)), *Line.of(act, self.person))

    def look(self, author: str) -> str:
        """What makes it one look: who, which view, about whom, on which day."""
        if self.person is None:
            return f"look|{author}|{self.view}|{self.day}"
        return f"look-at|{author}|{self.view}|{self.day}|{self.person}"


class FiguresExported(Event):
    """Figures left the circle of those who may see people, as files."""

    TYPE = "figures-exported/v1"
    HISTORY = False
    WHO = "the holder of information or publication; identified: of information alone"
    REFUSED_BY = ("no-grant", "unknown-person", "checkpoint-ahead")

    views: Annotated[tuple[Slug, ...], Field(strict=False, min_length=1)] = Field(
        description="the views by name, as they were guarded together"
    )
    audience: Slug = Field(description="for whom: public, board, funder, …")
    size: Size = Field(description="how many entries the figures stand on")
    root: Root = Field(description="their root hash, base64")
    asked: dict[Slug, Asked] = Field(
        default_factory=dict, description="by what the views were narrowed"
    )
    control: dict[Slug, int] = Field(
        default_factory=dict, description="the limits they were guarded with"
    )
    forms: Many[Slug] = Field(default=(), description="html, csv, json")
    after: Many[int] = Field(default=(), description="the earlier exports they were held against")
    digest: Hex64 = Field(description="SHA-256 over the digests of the rows, one for each view")
    pattern: Pattern = Field(default="", description="which figures are shown: a bit each, packed")
    identified: bool = Field(default=False, description="whether they are as they were counted")
    person: PersonId | None = Field(default=None, description="whom the view is about, if one")

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)


@dataclass(frozen=True, slots=True)
class Look(Subject):
    """Whether somebody has looked at a view that day."""

    types: ClassVar = frozenset({FiguresViewed.TYPE})
    keyed: ClassVar = "composite"

    seen: bool = False

    def apply(self, _act: Act[Any], _key: str, /) -> Look:
        return Look(True)


def view(world: World, act: Act[FiguresViewed]) -> None:
    """Look at figures as they were counted."""
    event = act.event
    power.require(world, act, "information")
    _refuse_ahead(act, event.size)
    if event.day != act.today:
        raise Refused(
            "not-today", f"the ledger date is {act.today}, not {event.day}", f"{act.type} of today"
        )
    if event.person is not None:
        refuse_unknown_person(world, event.person)
    if world.get(Look, event.look(act.author)).seen:
        raise Refused(
            "looked-already", f"a look at {event.view} on {event.day} is recorded", "tomorrow's"
        )


def export(world: World, act: Act[FiguresExported]) -> None:
    """Let figures out as files."""
    event = act.event
    if event.identified:
        power.require(world, act, "information")
    else:
        power.require(world, act, "information", "publication")
    _refuse_ahead(act, event.size)
    if event.person is not None:
        refuse_unknown_person(world, event.person)


def _refuse_ahead(act: Act[Any], size: int) -> None:
    if size > act.index:
        raise Refused(
            "checkpoint-ahead",
            f"the figures would stand on {size} entries, and there are {act.index}",
            f"{act.type} of a size that the ledger has reached",
        )
