"""Offers: money, or its like, promised before any work, and answered freely.

An offer goes to one person or to one group entry. A person answers in their own voice: accepts, in
whole or for less, asks that a charity have it, or declines. **Saying no needs no reason**, so a
decline can carry none; reasons people choose to give go into an unlinked tally (``decline.py``).
A group cannot answer; what was offered to it and is not recorded as paid is «offered, payment not
recorded», never «unpaid».

    offered -> accepted | accepted for less | redirected to a charity | declined

What a payment depends on is a typed field, and one that depends on confirming a record is refused.
Nobody offers money to themselves. Who witnessed an answer does not pay on it.

Source: domain.md section 6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.budget import Budget, refuse_beyond, refuse_nothing
from domain.dates import refuse_before, refuse_changing_live
from domain.event import Event, OnBehalf, Touches, audiences
from domain.group import GroupEntry, refuse_unknown_group
from domain.line import Line, speak
from domain.linked import pseudonyms
from domain.membership import Person
from domain.project import refuse_beginning, refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    BudgetId,
    ContributionId,
    Day,
    GroupId,
    Hex64,
    Money,
    OfferId,
    PersonId,
    ProjectId,
)
from domain.world import Subject, World

#: Types of payment (domain.md section 6); sums never cross them.
PaymentKind = Literal[
    "fee",
    "wage",
    "expense-refund",
    "expense-in-advance",
    "in-kind",
    "voucher",
    "group-grant",
    "time-credit",
]
Basis = Literal["session", "half-day", "day", "hour", "task", "item", "month", "other"]
DependsOn = Literal["nothing", "attendance", "work-done", "receipt", "invoice", "confirmation"]


class PaymentOffered(Event):
    """Money, or its like, was offered for something, before any answer."""

    TYPE = "payment-offered/v1"
    VALUES = audiences(terms="auditor", what="auditor")
    WHO = "the holder of budget"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "project-ended",
        "nothing-paid",
        "offer-exists",
        "nobody-named",
        "unknown-person",
        "unknown-group",
        "more-than-the-group",
        "to-oneself",
        "tied-to-confirmation",
        "unknown-contribution",
        "unknown-budget",
        "other-currency",
        "above-budget",
        "not-the-controller",
        "history-over-live",
        "stands-on-history",
    )

    offer: OfferId = Field(description="the new offer")
    project: ProjectId = Field(description="in which project")
    to: PersonId | GroupId = Field(description="to whom: a person, or a group entry")
    kind: PaymentKind = Field(description="its type; types are never added together")
    amount: Annotated[Money, Field()] = Field(
        description="to each person, minor units of its currency"
    )
    number: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=1, description="to how many people; above 1 for a group only"
    )
    basis: Basis = Field(default="other", description="for each what")
    depends_on: DependsOn = Field(default="nothing", description="what it depends on")
    contribution: ContributionId | None = Field(default=None, description="what it is for")
    budget: BudgetId | None = Field(default=None, description="the budget that bears it")
    due: Day | None = Field(default=None, description="when it is to be paid")
    term: Annotated[int, Field(ge=0, le=366)] | None = Field(
        default=None, description="days from a claim to payment, as promised"
    )
    row: Hex64 | None = Field(default=None, description="SHA-256 that names the imported row")

    @property
    def total(self) -> Money:
        """The amount for all whom it goes to."""
        return self.amount.model_copy(update={"minor": self.amount.minor * self.number})

    def touches(self, act: Act[Any], /) -> Touches:
        budget = ((Budget, self.budget),) if self.budget else ()
        return ((Offer, self.offer), *budget, *Line.of(act, person_in(self.to)))


class PaymentAccepted(OnBehalf):
    """The person said yes, to all of it or to less."""

    TYPE = "payment-accepted/v1"
    OWN_VOICE = True
    WHO = "whom it was offered to; for them: the holder of record, with a witness"
    REFUSED_BY = (
        "unknown-offer",
        "answered-already",
        "not-your-offer",
        "nothing-paid",
        "other-budget",
        "other-currency",
        "above-offer",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "history-over-live",
        "before-it-happened",
    )

    offer: OfferId = Field(description="the offer")
    amount: Money | None = Field(default=None, description="less than offered; left out: all of it")
    budget: BudgetId | None = Field(default=None, description="the budget that the offer names")

    def touches(self, act: Act[Any], /) -> Touches:
        return _answer_touches(self, act)


class PaymentDeclined(OnBehalf):
    """The person said no; there is no place here for a reason."""

    TYPE = "payment-declined/v1"
    OWN_VOICE = True
    WHO = PaymentAccepted.WHO
    REFUSED_BY = (
        "unknown-offer",
        "answered-already",
        "not-your-offer",
        "other-budget",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "history-over-live",
        "before-it-happened",
    )

    offer: OfferId = Field(description="the offer")
    budget: BudgetId | None = Field(default=None, description="the budget that the offer names")

    def touches(self, act: Act[Any], /) -> Touches:
        return _answer_touches(self, act)


class PaymentRedirected(OnBehalf):
    """The person asked that a charity have the money; which one is a value."""

    TYPE = "payment-redirected/v1"
    VALUES = audiences(charity="personal")
    OWN_VOICE = True
    WHO = PaymentAccepted.WHO
    REFUSED_BY = PaymentDeclined.REFUSED_BY

    offer: OfferId = Field(description="the offer")
    budget: BudgetId | None = Field(default=None, description="the budget that the offer names")

    def touches(self, act: Act[Any], /) -> Touches:
        return _answer_touches(self, act)


Answer = PaymentAccepted | PaymentDeclined | PaymentRedirected


def person_in(to: str) -> str | None:
    """The person that a payment goes to; None for a group entry."""
    return to if to.startswith("person:") else None


def _answer_touches(event: Answer, act: Act[Any]) -> Touches:
    budget = ((Budget, event.budget),) if event.budget else ()
    return ((Offer, event.offer), *budget, *Line.of(act, event.for_))


@dataclass(frozen=True, slots=True)
class Offer(Subject):
    """What was offered to whom, how it was answered, what was paid or written off (minor units)."""

    types: ClassVar = frozenset(
        {
            PaymentOffered.TYPE,
            PaymentAccepted.TYPE,
            PaymentRedirected.TYPE,
            PaymentDeclined.TYPE,
            "payment-made/v1",
            "payment-reversed/v1",
            "payment-written-off/v1",
        }
    )

    to: str = ""
    by: str = ""
    project: str = ""
    kind: str = ""
    amount: Money | None = None
    budget: str | None = None
    since: str | None = None
    due: str | None = None
    term: int | None = None
    answer: str = ""
    witnesses: frozenset[str] = frozenset()
    paid: int = 0
    written_off: int = 0
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Offer:
        match act.event:
            case PaymentOffered() as offered:
                return _offered(act, offered)
            case PaymentAccepted() | PaymentRedirected() | PaymentDeclined() as answer:
                return self._answered(answer)
        minor = act.event.amount.minor
        if act.type == "payment-written-off/v1":
            return replace(self, written_off=self.written_off + minor)
        return replace(self, paid=self.paid + (minor if act.type == "payment-made/v1" else -minor))

    def _answered(self, answer: Answer) -> Offer:
        words = {"payment-accepted/v1": "accepted", "payment-redirected/v1": "redirected"}
        less = answer.amount if isinstance(answer, PaymentAccepted) else None
        return replace(
            self,
            answer=words.get(answer.TYPE, "declined"),
            amount=less or self.amount,
            witnesses=self.witnesses | frozenset(filter(None, (answer.witness,))),
        )

    @property
    def to_group(self) -> bool:
        """Whether it went to a group entry, which cannot answer."""
        return self.to.startswith("group:")

    @property
    def agreed(self) -> bool:
        """Whether the person said yes, for themselves or for a charity."""
        return self.answer in {"accepted", "redirected"}

    @property
    def open(self) -> int:
        """Minor units that are neither paid nor written off."""
        return (self.amount.minor if self.amount else 0) - self.paid - self.written_off


def _offered(act: Act[Any], offered: PaymentOffered) -> Offer:
    return Offer(
        offered.to,
        act.author,
        offered.project,
        offered.kind,
        offered.total,
        offered.budget,
        act.on.from_ if act.on else None,
        offered.due,
        offered.term,
        history=act.is_history,
    )


def offer(world: World, act: Act[PaymentOffered]) -> None:
    """Offer a payment, within the budget if it names one."""
    event = act.event
    refuse_unknown_project(world, event.project)
    if event.contribution is None:  # work that was given there can still be paid
        refuse_beginning(
            world, act, event.project, "payment-offered/v1 for work given there (`contribution`)"
        )
    _refuse_tied(event)
    refuse_nothing(event.amount)
    if event.to in pseudonyms(world, act.author):
        raise Refused(
            "to-oneself", "nobody offers money to themselves", "payment-offered/v1 by someone else"
        )
    power.require(
        world, act, "budget", project=event.project, budget=event.budget, amount=event.total
    )
    if world.get(Offer, event.offer).to:
        raise Refused("offer-exists", f"{event.offer} was made already", "another id")
    _refuse_payee(world, event)
    if event.contribution is not None:
        refuse_unknown_work(world, event.contribution, event.project)
    if event.budget is not None:
        refuse_beyond(world, act, event.budget, event.total, project=event.project)


def _refuse_tied(event: PaymentOffered) -> None:
    if event.depends_on == "confirmation":
        raise Refused(
            "tied-to-confirmation",
            "a payment never depends on confirming a record: people must be free to dispute it",
            "payment-offered/v1 that depends on the work, or on nothing",
        )


def _refuse_payee(world: World, event: PaymentOffered) -> None:
    if event.to.startswith("group:"):
        refuse_unknown_group(world, event.to, event.project)
        group = world.get(GroupEntry, event.to)
        if group.exact and group.number is not None and event.number > group.number:
            raise Refused(
                "more-than-the-group",
                f"the offer is to {event.number} people, and {event.to} are {group.number}",
                "an offer to at most so many",
            )
        return
    if not world.get(Person, event.to).known:
        raise Refused("unknown-person", f"{event.to} was never enrolled", "person-enrolled/v1")
    if event.number != 1:
        raise Refused("more-than-the-group", "an offer to one person is to one", "number 1")


def refuse_unknown_work(world: World, contribution: str, project: str) -> None:
    """Raises Refused unless the contribution was recorded in this project."""
    from domain.contribution import Contribution

    if project not in world.get(Contribution, contribution).projects:
        raise Refused(
            "unknown-contribution",
            f"{contribution} was not recorded in {project}",
            "contribution-recorded/v1",
        )


def known_offer(world: World, act: Act[Any]) -> Offer:
    """The offer that an act names.

    Raises Refused when there is none, its budget is another, or history would change what is live.
    """
    state = world.get(Offer, act.event.offer)
    if not state.to:
        raise Refused("unknown-offer", f"{act.event.offer} was never made", "payment-offered/v1")
    if state.budget is not None and act.event.budget != state.budget:
        raise Refused(
            "other-budget",
            f"{act.event.offer} is borne by {state.budget}, the entry says "
            f"{act.event.budget or 'none'}",
            f"{act.type} with the offer's budget",
        )
    refuse_changing_live(act, state.history, act.event.offer)
    refuse_before(act, state.since, "it was offered")
    return state


def accept(world: World, act: Act[PaymentAccepted]) -> None:
    """Say yes, to all or to less."""
    event = act.event
    state = known_offer(world, act)
    if state.answer:
        raise Refused("answered-already", f"{event.offer} was {state.answer}", "payment-offered/v1")
    _speak_as_payee(world, act, state)
    refuse_nothing(event.amount)
    if event.amount is not None:
        refuse_more(state, event.amount)


def decline(world: World, act: Act[PaymentDeclined]) -> None:
    """Say no: at any time until something was paid."""
    event = act.event
    state = known_offer(world, act)
    if state.answer == "declined" or state.paid:
        raise Refused(
            "answered-already",
            f"{event.offer} was {'paid' if state.paid else 'declined'}",
            "nothing more is needed",
        )
    _speak_as_payee(world, act, state)


def redirect(world: World, act: Act[PaymentRedirected]) -> None:
    """Ask that a charity have it: at any time until something was paid."""
    event = act.event
    state = known_offer(world, act)
    if state.answer in {"declined", "redirected"} or state.paid:
        raise Refused(
            "answered-already",
            f"{event.offer} was {'paid' if state.paid else state.answer}",
            "payment-offered/v1",
        )
    _speak_as_payee(world, act, state)


def _speak_as_payee(world: World, act: Act[Any], state: Offer) -> None:
    event = act.event
    person = event.for_ or act.author
    if person != state.to:
        raise Refused(
            "not-your-offer",
            f"{event.offer} went to {state.to}, not to {person}",
            f"{act.type} by whom it was offered to",
        )
    if event.budget is not None and state.budget is None:
        raise Refused("other-budget", f"{event.offer} names no budget", f"{act.type} without one")
    speak(world, act, person, state.project)
    if event.witness is not None and state.by in pseudonyms(world, event.witness):
        raise Refused(
            "witness-not-free",
            f"{event.witness} made the offer, so cannot witness the answer",
            "a witness who neither records nor pays",
        )


def refuse_more(state: Offer, amount: Money) -> None:
    """Raises Refused unless the amount is in the offer's currency and within what is open."""
    offered = state.amount
    if offered is None or offered.unit != amount.unit:
        raise Refused(
            "other-currency",
            f"offered in {offered.currency if offered else 'nothing'}, not {amount.currency}",
            "the currency of the offer",
        )
    if amount.minor > state.open:
        raise Refused(
            "above-offer",
            f"{amount} is more than what is open of {offered}",
            "another payment-offered/v1 for the rest",
        )
