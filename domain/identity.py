"""Who is who, as people say it: two pseudonyms of one person, and groups of one's own.

A link says that two pseudonyms are one person; it can be undone, and confers nothing: keys, grants
and votes stay with each. What it takes away is in ``linked.py``. Groups (of illness, origin, gender
…) are a person's own: values alone, in their own voice, as many as they like, changed or cleared at
will, never inferred by others and never needed for anything.

Source: domain.md section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_changing_live
from domain.event import SPOKEN, OnBehalf, Touches, audiences
from domain.line import Line, speak
from domain.linked import Links
from domain.membership import Person
from domain.refusal import Refused
from domain.values import Hex64, PersonId
from domain.world import Subject, Tombstone, World


class _Linking(OnBehalf):
    """What linking and unlinking have in common."""

    VALUES = audiences(note="personal")
    OWN_VOICE = True
    WHO: ClassVar[str] = "either of them; for others: the holder of enrol"

    person: PersonId = Field(description="one pseudonym")
    same_as: PersonId = Field(description="the other")


class PersonsLinked(_Linking):
    """Two pseudonyms were said to be one person."""

    TYPE = "persons-linked/v1"
    REFUSED_BY = ("unknown-person", "to-oneself", "no-grant")

    basis: Literal["said-so", "same-contact", "same-document", "guess"] = Field(
        description="how it is known"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        named = ((Links, self.person), (Links, self.same_as))
        return ((Link, act.hash), *named, *Line.of(act, self.person, self.same_as))


class PersonsUnlinked(_Linking):
    """A link was undone: they are two people, or nobody can say."""

    TYPE = "persons-unlinked/v1"
    REFUSED_BY = ("unknown-link", "unlinked-already", "history-over-live", "no-grant")

    link: Hex64 = Field(description="envelope hash of the link")

    def touches(self, act: Act[Any], /) -> Touches:
        named = ((Links, self.person), (Links, self.same_as))
        return ((Link, self.link), *named, *Line.of(act, self.person, self.same_as))


class GroupsDeclared(OnBehalf):
    """Someone said which groups they count themselves among, or that they say nothing now."""

    TYPE = "groups-declared/v1"
    VALUES = audiences(groups="personal")
    WITHDRAWABLE = True
    OWN_VOICE = True
    WHO = "the person; for them: the holder of record, with a witness"
    REFUSED_BY = ("unknown-person", *SPOKEN)

    person: PersonId = Field(description="who")
    answer: Literal["said", "prefer-not-to-say", "cleared"] = Field(
        default="said", description="said: the groups are a value; else there is none"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return Line.of(act, self.person)

    @classmethod
    def tombstone_touches(cls, tombstone: Tombstone, /) -> Touches:
        return ((Line, tombstone.hash),)


@dataclass(frozen=True, slots=True)
class Link(Subject):
    """Which pseudonyms a link joins, and whether it still does."""

    types: ClassVar = frozenset({PersonsLinked.TYPE, PersonsUnlinked.TYPE})
    keyed: ClassVar = "hash"

    joins: frozenset[str] = frozenset()
    undone: bool = False
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Link:
        joins = frozenset({act.event.person, act.event.same_as})
        return Link(joins, isinstance(act.event, PersonsUnlinked), act.is_history)


def link(world: World, act: Act[PersonsLinked]) -> None:
    """Say that two pseudonyms are one person."""
    event = act.event
    for person in (event.person, event.same_as):
        refuse_unknown_person(world, person)
    if event.person == event.same_as:
        raise Refused("to-oneself", "a link joins two pseudonyms", "another one")
    _concerned(world, act)


def unlink(world: World, act: Act[PersonsUnlinked]) -> None:
    """Undo a link."""
    event = act.event
    state = world.get(Link, event.link)
    if state.joins != {event.person, event.same_as}:
        raise Refused("unknown-link", f"{event.link[:12]} does not join these", "persons-linked/v1")
    refuse_changing_live(act, state.history, "the link")
    if state.undone:
        raise Refused("unlinked-already", "the link was undone", "persons-linked/v1")
    _concerned(world, act)


def _concerned(world: World, act: Act[PersonsLinked] | Act[PersonsUnlinked]) -> None:
    event = act.event
    if act.is_history or act.author not in {event.person, event.same_as}:
        power.require(world, act, "enrol")


def declare_groups(world: World, act: Act[GroupsDeclared]) -> None:
    """Say which groups one counts oneself among."""
    refuse_unknown_person(world, act.event.person)
    speak(world, act, act.event.person)


def refuse_unknown_person(world: World, person: str) -> None:
    """Raises Refused unless the person was enrolled, or founded the ledger."""
    if not world.get(Person, person).known:
        raise Refused("unknown-person", f"{person} was never enrolled", "person-enrolled/v1")
