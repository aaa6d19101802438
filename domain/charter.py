"""The charter: entry 0, the root of all authority, and the ledger's calendar.

``charter-adopted`` is signed by every founder and by the operator. It names the keys that exist
from the start, the founding grants, how it may be amended, and which types may be withdrawn.
What amends it is in ``rules.py``. ``day-opened`` is the ledger date, by which the terms of live
acts are judged; it never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, model_validator

from domain.act import Act
from domain.event import Event, Touches, audiences
from domain.power import Authority, FoundingGrant
from domain.refusal import Refused
from domain.tally import METHODS, Method
from domain.values import Day, Fraction, Hex64, Many, OperatorId, Part, PersonId, Slug
from domain.world import Subject, World

Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
#: A version of the rules of conduct.
Version = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,3}$")]


class FoundingKey(Part):
    """A key that is enrolled from the first entry on: of one person, or of the operator."""

    key: Hex64
    public: Hex64
    person: PersonId | None = None
    operator: OperatorId | None = None

    @model_validator(mode="after")
    def _one_holder(self) -> FoundingKey:
        if (self.person is None) == (self.operator is None):
            raise ValueError("a key belongs to one person or to the operator")
        return self

    @property
    def holder(self) -> str:
        """The person or operator who signs with it."""
        return self.person or self.operator or ""


class Amendment(Part):
    """Who may change what the charter set: so many founders together, or a decision taken so."""

    rule: Literal["founders", "decision"] = "founders"
    needed: Annotated[int, Field(ge=1, le=1000)] = 1
    method: Method | None = None
    threshold: Fraction | None = None
    quorum: Annotated[int, Field(ge=1, le=10_000_000)] = 1

    @model_validator(mode="after")
    def _can_be_met(self) -> Amendment:
        if (self.rule == "decision") != (self.method is not None):
            raise ValueError("an amendment by decision names its method, one by founders does not")
        if self.method is not None and METHODS[self.method].draws:
            raise ValueError("a draw chooses people; it amends no charter")
        needs = self.method is not None and METHODS[self.method].needs_threshold
        if needs != (self.threshold is not None):
            raise ValueError("a supermajority has a threshold, and nothing else has")
        return self


#: The rule of amendment where a charter says nothing.
ONE_FOUNDER = Amendment()


class CharterAdopted(Event):
    """The ledger began, under these rules, with these keys and founding grants."""

    TYPE = "charter-adopted/v1"
    VALUES = audiences(name="public", purpose="public")
    PUBLIC = True
    HISTORY = False
    BY_OPERATOR = True
    WHO = "every founder and the operator together"
    REFUSED_BY = ("charter-not-first", "charter-unsigned")

    origin: Text = Field(description="the ledger's name, as its checkpoints carry it")
    log: Text = Field(description="verifier key of the log")
    keys: Many[FoundingKey] = Field(description="the keys enrolled from the first entry on")
    grants: Many[FoundingGrant] = Field(description="to whom, which powers, where, how far onward")
    rules: Version = Field(default="1", description="version of the rules of conduct")
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] = Field(
        description="ISO 4217 code of the main currency"
    )
    zone: Text = Field(description="time zone of all local dates, e.g. Europe/London")
    amendment: Amendment = Field(
        default=ONE_FOUNDER, description="how many founders sign to amend, or by which decision"
    )
    major: Many[Slug] = Field(default=(), description="subjects of decisions that are major")
    thresholds: dict[Slug, int] = Field(
        default_factory=dict, description="limits of rules and indicators; days, counts or percent"
    )
    disclosure_control: dict[Slug, int] = Field(
        default_factory=dict, description="smallest count shown, rounding step"
    )
    withdrawable: Many[Text] = Field(
        default=(), description="event types whose whole envelope may be withdrawn"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        from domain.key import Key
        from domain.membership import Person
        from domain.rules import Rulebook

        people = {k.person for k in self.keys if k.person} | {g.to for g in self.grants}
        return (
            (Charter, ""),
            (Calendar, ""),
            (Rulebook, ""),
            (Authority, act.hash),
            *((Key, k.key) for k in self.keys),
            *((Person, person) for person in sorted(people)),
        )


class DayOpened(Event):
    """The ledger date moved on; entries after it were written on this day or later."""

    TYPE = "day-opened/v1"
    PUBLIC = True
    HISTORY = False
    BY_OPERATOR = True
    WHO = "the operator"
    REFUSED_BY = ("not-the-operator", "day-went-back")

    day: Day = Field(description="the UTC day, YYYY-MM-DD")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Calendar, ""),)


@dataclass(frozen=True, slots=True)
class Charter(Subject):
    """What later rules need of the charter."""

    types: ClassVar = frozenset({CharterAdopted.TYPE, "charter-amended/v1", "rules-adopted/v1"})
    keyed: ClassVar = "singleton"

    adopted: bool = False
    operator: str = ""
    founders: frozenset[str] = frozenset()
    founders_needed: int = 1
    withdrawable: frozenset[str] = frozenset()
    limits: tuple[tuple[str, int], ...] = ()
    amendment: Amendment = ONE_FOUNDER
    #: Subjects of major decisions.
    major: frozenset[str] = frozenset()
    #: Decisions that an amendment has stood on.
    used: frozenset[str] = frozenset()
    #: The ledger's name.
    origin: str = ""

    def apply(self, act: Act[Any], _key: str, /) -> Charter:
        if not isinstance(act.event, CharterAdopted):
            amended: Charter = act.event.amend(self)
            return amended
        event = act.event
        founders = frozenset(k.person for k in event.keys if k.person)
        return Charter(
            True,
            next((k.operator for k in event.keys if k.operator), ""),
            founders,
            most(event.amendment.needed, founders),
            frozenset(event.withdrawable),
            tuple({**event.thresholds, **event.disclosure_control}.items()),
            event.amendment,
            frozenset(event.major),
            origin=event.origin,
        )

    def threshold(self, name: str, usual: int) -> int:
        """What the charter sets under ``name``; ``usual`` where it sets nothing."""
        return dict(self.limits).get(name, usual)


def most(needed: int, founders: frozenset[str]) -> int:
    """How many founders must sign: no more than there are."""
    return min(needed, max(len(founders), 1))


@dataclass(frozen=True, slots=True)
class Calendar(Subject):
    """The newest day that was opened; empty before the charter."""

    types: ClassVar = frozenset({CharterAdopted.TYPE, DayOpened.TYPE})
    keyed: ClassVar = "singleton"

    day: str = ""

    def apply(self, act: Act[Any], _key: str, /) -> Calendar:
        return Calendar(act.event.day if isinstance(act.event, DayOpened) else act.today)


def adopt(world: World, act: Act[CharterAdopted]) -> None:
    """Begin a ledger: nothing before it, everyone whose key it names has signed."""
    event = act.event
    if world.get(Charter, "").adopted or act.index > 0:
        raise Refused(
            "charter-not-first", "a ledger has one charter, and it is entry 0", "an amendment"
        )
    missing = {key.holder for key in event.keys} - act.signed_by
    if missing or not any(key.operator for key in event.keys):
        raise Refused(
            "charter-unsigned",
            "every founder and the operator sign the charter; missing: "
            + (", ".join(sorted(missing)) or "an operator's key"),
            "charter-adopted/v1 signed by all of them",
        )


def open_day(world: World, act: Act[DayOpened]) -> None:
    """Move the ledger date on."""
    refuse_unless_operator(world, act)
    newest = world.get(Calendar, "").day
    if act.event.day < newest:
        raise Refused(
            "day-went-back",
            f"the ledger date is {newest} already; {act.event.day} lies before it",
            "day-opened/v1 of that day or a later one",
        )


def refuse_unless_operator(world: World, act: Act[Any]) -> None:
    """Raises Refused unless the author is the operator whom the charter named."""
    operator = world.get(Charter, "").operator
    if act.author != operator:
        raise Refused(
            "not-the-operator",
            f"{act.type} is the operator's to say ({operator or 'no charter yet'})",
            f"{act.type} by the operator",
        )
