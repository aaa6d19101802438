"""Payment: offered, accepted or declined, made. Types are never added together.

An offer goes to one person or to one group entry. A person answers in their own voice: accepts, in
whole or for less, or declines. **Saying no needs no reason**, so a decline can carry none. A group
cannot answer; what was offered to it and is not recorded as paid is «offered, payment not
recorded», never «unpaid».

What a payment depends on is a typed field, and one that depends on confirming a record is refused.
Nobody offers money to themselves or pays themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.budget import refuse_beyond
from domain.dates import refuse_before, refuse_changing_live
from domain.event import Event, OnBehalf, Touches, audiences
from domain.group import GroupEntry, refuse_unknown_group
from domain.line import Line, speak
from domain.membership import Person
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    BudgetId,
    ContributionId,
    Day,
    GroupId,
    Hex64,
    Money,
    OfferId,
    PaymentId,
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
    row: Hex64 | None = Field(default=None, description="SHA-256 that names the imported row")

    @property
    def total(self) -> Money:
        """The amount for all whom it goes to."""
        return self.amount.model_copy(update={"minor": self.amount.minor * self.number})

    def touches(self, act: Act[Any], /) -> Touches:
        budget = (_budget(self.budget),) if self.budget else ()
        return ((Offer, self.offer), *budget, *Line.of(act, _person(self.to)))


class PaymentAccepted(OnBehalf):
    """The person said yes, to all of it or to less."""

    TYPE = "payment-accepted/v1"
    OWN_VOICE = True
    WHO = "whom it was offered to; for them: the holder of record, with a witness"
    REFUSED_BY = (
        "unknown-offer",
        "answered-already",
        "not-your-offer",
        "other-budget",
        "other-currency",
        "above-offer",
        "no-grant",
        "no-witness",
        "witness-not-free",
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
        "history-over-live",
        "before-it-happened",
    )

    offer: OfferId = Field(description="the offer")
    budget: BudgetId | None = Field(default=None, description="the budget that the offer names")

    def touches(self, act: Act[Any], /) -> Touches:
        return _answer_touches(self, act)


class PaymentMade(Event):
    """Money was paid on an offer, in whole or in part."""

    TYPE = "payment-made/v1"
    VALUES = audiences(reference="auditor")
    WHO = "the holder of budget, who is not the one paid"
    REFUSED_BY = (
        "no-grant",
        "unknown-offer",
        "payment-exists",
        "to-oneself",
        "not-accepted",
        "not-as-offered",
        "other-budget",
        "other-currency",
        "above-offer",
        "unknown-budget",
        "above-budget",
        "stands-on-history",
        "history-over-live",
        "before-it-happened",
    )

    payment: PaymentId = Field(description="the new payment")
    offer: OfferId = Field(description="the offer it pays")
    to: PersonId | GroupId = Field(description="to whom, as offered")
    kind: PaymentKind = Field(description="its type, as offered")
    amount: Money = Field(description="how much in all, minor units of its currency")
    budget: BudgetId | None = Field(default=None, description="the budget that bears it")
    row: Hex64 | None = Field(default=None, description="SHA-256 that names the imported row")
    evidence: Hex64 | None = Field(default=None, description="SHA-256 of a file that shows it")

    def touches(self, act: Act[Any], /) -> Touches:
        budget = (_budget(self.budget),) if self.budget else ()
        return (
            (Offer, self.offer),
            (Payment, self.payment),
            *budget,
            *Line.of(act, _person(self.to)),
        )


def _person(to: str) -> str | None:
    return to if to.startswith("person:") else None


def _budget(budget: str) -> tuple[type[Subject], str]:
    from domain.budget import Budget

    return Budget, budget


def _answer_touches(event: PaymentAccepted | PaymentDeclined, act: Act[Any]) -> Touches:
    budget = (_budget(event.budget),) if event.budget else ()
    return ((Offer, event.offer), *budget, *Line.of(act, event.for_))


@dataclass(frozen=True, slots=True)
class Offer(Subject):
    """What was offered to whom, how it was answered, and what was paid (minor units)."""

    types: ClassVar = frozenset(
        {PaymentOffered.TYPE, PaymentAccepted.TYPE, PaymentDeclined.TYPE, PaymentMade.TYPE}
    )

    to: str = ""
    by: str = ""
    project: str = ""
    kind: str = ""
    amount: Money | None = None
    budget: str | None = None
    since: str | None = None
    answer: str = ""
    paid: int = 0
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Offer:
        match act.event:
            case PaymentOffered() as offered:
                return _offered(act, offered)
            case PaymentAccepted(amount=less):
                return replace(self, answer="accepted", amount=less or self.amount)
            case PaymentDeclined():
                return replace(self, answer="declined")
        return replace(self, paid=self.paid + act.event.amount.minor)

    @property
    def to_group(self) -> bool:
        """Whether it went to a group entry, which cannot answer."""
        return self.to.startswith("group:")


def _offered(act: Act[Any], offered: PaymentOffered) -> Offer:
    return Offer(
        offered.to,
        act.author,
        offered.project,
        offered.kind,
        offered.total,
        offered.budget,
        act.on.from_ if act.on else None,
        history=act.is_history,
    )


@dataclass(frozen=True, slots=True)
class Payment(Subject):
    """Whether a payment id is taken."""

    types: ClassVar = frozenset({PaymentMade.TYPE})
    shared: ClassVar = True

    made: bool = False

    def apply(self, _act: Act[Any], _key: str, /) -> Payment:
        return Payment(made=True)


def offer(world: World, act: Act[PaymentOffered]) -> None:
    """Offer a payment, within the budget if it names one."""
    event = act.event
    refuse_unknown_project(world, event.project)
    _refuse_tied(event)
    if event.to == act.author:
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
        _refuse_unknown_work(world, event.contribution, event.project)
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


def _refuse_unknown_work(world: World, contribution: str, project: str) -> None:
    from domain.contribution import Contribution

    if project not in world.get(Contribution, contribution).projects:
        raise Refused(
            "unknown-contribution",
            f"{contribution} was not recorded in {project}",
            "contribution-recorded/v1",
        )


def _offer(world: World, act: Act[Any]) -> Offer:
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
    state = _offer(world, act)
    if state.answer:
        raise Refused("answered-already", f"{event.offer} was {state.answer}", "payment-offered/v1")
    _speak_as_payee(world, act, state)
    if event.amount is not None:
        _refuse_more(state, event.amount, 0)


def decline(world: World, act: Act[PaymentDeclined]) -> None:
    """Say no: at any time until something was paid."""
    event = act.event
    state = _offer(world, act)
    if state.answer == "declined" or state.paid:
        raise Refused(
            "answered-already",
            f"{event.offer} was {'paid' if state.paid else 'declined'}",
            "nothing more is needed",
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
    if event.witness is not None and event.witness == state.by:
        raise Refused(
            "witness-not-free",
            f"{event.witness} made the offer, so cannot witness the answer",
            "a witness who neither records nor pays",
        )


def _refuse_more(state: Offer, amount: Money, paid: int) -> None:
    offered = state.amount
    if offered is None or offered.unit != amount.unit:
        raise Refused(
            "other-currency",
            f"offered in {offered.currency if offered else 'nothing'}, not {amount.currency}",
            "the currency of the offer",
        )
    if amount.minor + paid > offered.minor:
        raise Refused(
            "above-offer",
            f"{amount} is more than what is open of {offered}",
            "another payment-offered/v1 for the rest",
        )


def pay(world: World, act: Act[PaymentMade]) -> None:
    """Pay on an accepted offer, or on one to a group."""
    event = act.event
    state = _offer(world, act)
    if event.to == act.author:
        raise Refused("to-oneself", "nobody pays themselves", "payment-made/v1 by someone else")
    power.require(
        world, act, "budget", project=state.project, budget=event.budget, amount=event.amount
    )
    if world.get(Payment, event.payment).made:
        raise Refused("payment-exists", f"{event.payment} was made already", "another id")
    if (event.to, event.kind) != (state.to, state.kind):
        raise Refused(
            "not-as-offered",
            f"offered was a {state.kind} to {state.to}, paid a {event.kind} to {event.to}",
            "payment-made/v1 as offered",
        )
    _refuse_unaccepted(act, state)
    _refuse_more(state, event.amount, state.paid)
    if event.budget is not None:
        refuse_beyond(
            world, act, event.budget, event.amount, project=state.project, offer=event.offer
        )


def _refuse_unaccepted(act: Act[PaymentMade], state: Offer) -> None:
    # Old books note what was paid and seldom what was answered; a «no» they do note.
    silent = act.is_history and not state.answer
    if state.answer != "accepted" and not state.to_group and not silent:
        raise Refused(
            "not-accepted",
            f"{act.event.offer} was {state.answer or 'not answered'}",
            "payment-accepted/v1 by whom it was offered to",
        )
