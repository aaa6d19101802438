"""Payments: what was paid on an offer or a claim, received, taken back, written off.

    made -> received (all, part, nothing);  reversed, in whole or part;  the rest written off

A payment stands on an offer that was agreed to, on an approved claim, or on both. What one person
claimed and approved and paid is refused; the charter's threshold ``claim-validators`` says how many
people must have approved a claim or paid it. What was reversed goes back to the budget. What is
written off is still shown as owed and not paid; it never counts as paid.

Types are never added together. Confirming a receipt moves no money, and silence says nothing.
Nobody pays themselves, and who witnessed the yes or the claim does not pay it.

Source: domain.md section 6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from domain import power
from domain.act import Act
from domain.budget import Budget, refuse_beyond, refuse_nothing, refuse_uncontrolled
from domain.charter import Charter
from domain.claim import VALIDATORS, Claim, known_claim
from domain.dates import refuse_before, refuse_changing_live
from domain.event import Event, OnBehalf, Touches, audiences
from domain.line import Line, speak
from domain.linked import pseudonyms
from domain.offer import Offer, PaymentKind, known_offer, person_in, refuse_more
from domain.refusal import Refused
from domain.values import (
    BudgetId,
    ClaimId,
    GroupId,
    Hex64,
    Money,
    OfferId,
    PaymentId,
    PersonId,
)
from domain.world import Subject, World


class _Moved(Event):
    """What paying, taking back and writing off have in common: on what, to whom, how much."""

    to: PersonId | GroupId = Field(description="to whom, as offered or claimed")
    amount: Money = Field(description="how much in all, minor units of its currency")
    offer: OfferId | None = Field(default=None, description="the offer it stands on")
    claim: ClaimId | None = Field(default=None, description="the claim it stands on")
    budget: BudgetId | None = Field(default=None, description="the budget that bears it")

    @model_validator(mode="after")
    def _stands_on_something(self) -> _Moved:
        if self.offer is None and self.claim is None:
            raise ValueError("it stands on an offer or on a claim")
        return self

    def touches(self, act: Act[Any], /) -> Touches:
        if self.offer:
            yield Offer, self.offer
        if self.claim:
            yield Claim, self.claim
        if self.budget:
            yield Budget, self.budget
        yield from Line.of(act, person_in(self.to))


class PaymentMade(_Moved):
    """Money was paid on an offer or a claim, in whole or in part."""

    TYPE = "payment-made/v1"
    VALUES = audiences(reference="auditor")
    WHO = "the holder of budget, who is not the one paid"
    REFUSED_BY = (
        "no-grant",
        "unknown-offer",
        "unknown-claim",
        "payment-exists",
        "nothing-paid",
        "to-oneself",
        "not-accepted",
        "not-approved",
        "too-few-validators",
        "witness-not-free",
        "not-as-offered",
        "not-as-claimed",
        "other-budget",
        "other-currency",
        "above-offer",
        "above-claim",
        "unknown-budget",
        "above-budget",
        "not-the-controller",
        "stands-on-history",
        "history-over-live",
        "before-it-happened",
    )

    payment: PaymentId = Field(description="the new payment")
    kind: PaymentKind = Field(description="its type, as offered or claimed")
    charity: bool = Field(
        default=False, description="whether it went to the charity that the person named"
    )
    row: Hex64 | None = Field(default=None, description="SHA-256 that names the imported row")
    evidence: Hex64 | None = Field(default=None, description="SHA-256 of a file that shows it")

    def touches(self, act: Act[Any], /) -> Touches:
        yield Payment, self.payment
        yield from super().touches(act)


class PaymentReceived(OnBehalf):
    """The person said whether a payment reached them."""

    TYPE = "payment-received/v1"
    VALUES = audiences(words="personal")
    OWN_VOICE = True
    WHO = "whom it was paid to; for them: the holder of record, with a witness"
    REFUSED_BY = (
        "unknown-payment",
        "not-as-paid",
        "said-already",
        "not-about-you",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "history-over-live",
        "before-it-happened",
    )

    payment: PaymentId = Field(description="the payment")
    to: PersonId = Field(description="to whom it was paid")
    received: Literal["all", "part", "nothing"] = Field(
        default="all", description="how much of it reached them"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Payment, self.payment), *Line.of(act, self.to))


class PaymentReversed(_Moved):
    """A payment was taken back, in whole or in part; the budget has it again."""

    TYPE = "payment-reversed/v1"
    VALUES = audiences(reason="auditor")
    WHO = "the holder of budget, who is not the one paid"
    REFUSED_BY = (
        "no-grant",
        "unknown-payment",
        "not-as-paid",
        "to-oneself",
        "other-currency",
        "above-payment",
        "nothing-paid",
        "history-over-live",
        "before-it-happened",
    )

    payment: PaymentId = Field(description="the payment")
    cause: Literal["mistake", "duplicate", "sent-back-by-bank", "given-back", "not-done"] = Field(
        description="why, as a code"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        yield Payment, self.payment
        yield from super().touches(act)


class PaymentWrittenOff(_Moved):
    """What was agreed or approved will not be paid; it is shown as such, never as paid."""

    TYPE = "payment-written-off/v1"
    VALUES = audiences(reason="auditor")
    WHO = "the holder of budget"
    REFUSED_BY = (
        "no-grant",
        "unknown-offer",
        "unknown-claim",
        "not-as-offered",
        "not-as-claimed",
        "not-accepted",
        "not-approved",
        "no-reason-given",
        "nothing-paid",
        "other-budget",
        "other-currency",
        "above-offer",
        "above-claim",
        "not-the-controller",
        "history-over-live",
        "before-it-happened",
    )

    cause: Literal["cannot-be-reached", "asked-by-person", "work-not-done", "no-money", "other"] = (
        Field(description="why, as a code; the words are a value")
    )


@dataclass(frozen=True, slots=True)
class Payment(Subject):
    """What a payment was, how much of it was taken back, and what the person said of it."""

    types: ClassVar = frozenset({PaymentMade.TYPE, PaymentReceived.TYPE, PaymentReversed.TYPE})

    to: str = ""
    by: str = ""
    amount: Money | None = None
    on: tuple[str | None, str | None, str | None] = (None, None, None)
    charity: bool = False
    since: str | None = None
    reversed: int = 0
    received: str = ""
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Payment:
        match act.event:
            case PaymentReceived(received=received):
                return replace(self, received=received)
            case PaymentReversed(amount=amount):
                return replace(self, reversed=self.reversed + amount.minor)
        event: PaymentMade = act.event
        return Payment(
            event.to,
            act.author,
            event.amount,
            (event.offer, event.claim, event.budget),
            event.charity,
            act.on.from_ if act.on else None,
            history=act.is_history,
        )


def pay(world: World, act: Act[PaymentMade]) -> None:
    """Pay on an agreed offer, one to a group, or an approved claim."""
    event = act.event
    refuse_nothing(event.amount)
    project, witnesses = _standing(world, act)
    mine = pseudonyms(world, act.author)
    if event.to in mine:
        raise Refused("to-oneself", "nobody pays themselves", "payment-made/v1 by someone else")
    power.require(world, act, "budget", project=project, budget=event.budget, amount=event.amount)
    if world.get(Payment, event.payment).to:
        raise Refused("payment-exists", f"{event.payment} was made already", "another id")
    if not mine.isdisjoint(witnesses) and not act.is_history:
        raise Refused(
            "witness-not-free",
            f"{act.author} witnessed the yes or the claim, so does not pay it",
            "payment-made/v1 by someone else",
        )
    _refuse_unvalidated(world, act)
    if event.budget is not None:
        refuse_beyond(
            world,
            act,
            event.budget,
            event.amount,
            project=project,
            promise=event.offer or event.claim or "",
        )


def _standing(world: World, act: Act[PaymentMade]) -> tuple[str, frozenset[str]]:
    """The project of what is paid, and who witnessed it."""
    event, project, witnesses = act.event, "", frozenset[str]()
    if event.claim is not None:
        claim = _approved_claim(world, act)
        project, witnesses = claim.project, claim.witnesses
    if event.offer is not None:
        offer = known_offer(world, act)
        if (event.to, event.kind) != (offer.to, offer.kind):
            raise Refused(
                "not-as-offered",
                f"offered was a {offer.kind} to {offer.to}, paid a {event.kind} to {event.to}",
                "payment-made/v1 as offered",
            )
        _refuse_unaccepted(act, offer)
        refuse_more(offer, event.amount)
        project, witnesses = offer.project, witnesses | offer.witnesses
    return project, witnesses


def _approved_claim(world: World, act: Act[PaymentMade]) -> Claim:
    event = act.event
    claim = known_claim(world, act)
    if event.kind != claim.kind or event.offer != claim.offer:
        raise Refused(
            "not-as-claimed",
            f"claimed was a {claim.kind} on {claim.offer or 'no offer'}",
            "payment-made/v1 as claimed",
        )
    if event.charity and claim.offer is None:
        raise Refused("not-accepted", "no charity was named", "payment-redirected/v1")
    _refuse_beyond_claim(act, claim)
    return claim


def _refuse_beyond_claim(act: Act[PaymentMade] | Act[PaymentWrittenOff], claim: Claim) -> None:
    event = act.event
    if claim.state != "approved" or claim.approved is None:
        raise Refused("not-approved", f"{event.claim} was {claim.state}", "payment-approved/v1")
    if event.budget != claim.budget:
        raise Refused(
            "other-budget",
            f"{event.claim} is borne by {claim.budget or 'no budget'}",
            f"{act.type} with the budget that was approved",
        )
    if event.amount.unit != claim.approved.unit:
        raise Refused("other-currency", f"approved in {claim.approved.currency}", act.type)
    if event.amount.minor > claim.open:
        raise Refused(
            "above-claim",
            f"{event.amount} is more than what is open of the {claim.approved} approved",
            "another payment-claimed/v1 for the rest",
        )


def _refuse_unaccepted(act: Act[PaymentMade], state: Offer) -> None:
    # Old books note what was paid and seldom what was answered; a «no» they do note.
    silent = act.is_history and not state.answer
    if not state.agreed and not state.to_group and not silent:
        raise Refused(
            "not-accepted",
            f"{act.event.offer} was {state.answer or 'not answered'}",
            "payment-accepted/v1 by whom it was offered to",
        )
    if act.event.charity != (state.answer == "redirected"):
        raise Refused(
            "not-accepted",
            f"{act.event.offer} was {state.answer}; it goes where the person said",
            "payment-made/v1 to the charity, or to the person, as they answered",
        )


def _refuse_unvalidated(world: World, act: Act[PaymentMade]) -> None:
    needed = world.get(Charter, "").threshold(VALIDATORS, 1)
    if needed < 2 or act.is_history:
        return
    claim = world.get(Claim, act.event.claim) if act.event.claim else Claim()
    # Who recorded or witnessed a claim may pay it, and judges it no more by paying.
    also = pseudonyms(world, act.author).isdisjoint(claim.approvers | claim.concerned)
    validators = len(claim.approvers) + also
    if validators < needed:
        raise Refused(
            "too-few-validators",
            f"the charter asks that {needed} people approve or pay; here {validators}",
            "payment-approved/v1 by another holder of budget, on a claim",
        )


def receive(world: World, act: Act[PaymentReceived]) -> None:
    """Say whether a payment arrived; a later word replaces an earlier one."""
    event = act.event
    state = _paid(world, act)
    speak(world, act, event.to)
    if event.witness is not None and state.by in pseudonyms(world, event.witness):
        raise Refused("witness-not-free", f"{event.witness} paid it", "another witness")
    if state.received == event.received:
        raise Refused(
            "said-already", f"{event.to} said so already: {event.received}", "another answer"
        )


def _paid(world: World, act: Act[PaymentReceived] | Act[PaymentReversed]) -> Payment:
    event = act.event
    state = world.get(Payment, event.payment)
    if not state.to:
        raise Refused("unknown-payment", f"{event.payment} was never made", "payment-made/v1")
    if event.to != state.to:
        raise Refused("not-as-paid", f"{event.payment} went to {state.to}", f"{act.type} as paid")
    refuse_changing_live(act, state.history, event.payment)
    refuse_before(act, state.since, "it was paid")
    return state


def take_back(world: World, act: Act[PaymentReversed]) -> None:
    """Take a payment back, in whole or in part."""
    event = act.event
    refuse_nothing(event.amount)
    state = _paid(world, act)
    power.require(world, act, "budget", project=_project(world, event), budget=event.budget)
    if event.to in pseudonyms(world, act.author):
        raise Refused("to-oneself", "nobody undoes their own payment", f"{act.type} by another")
    if (event.offer, event.claim, event.budget) != state.on:
        raise Refused("not-as-paid", f"{event.payment} stood on {state.on}", f"{act.type} as paid")
    if state.amount is None or state.amount.unit != event.amount.unit:
        raise Refused("other-currency", "paid in another currency", "the payment's currency")
    if event.amount.minor + state.reversed > state.amount.minor:
        raise Refused(
            "above-payment",
            f"{event.amount} is more than what is left of {state.amount}",
            "payment-reversed/v1 of at most the rest",
        )


def _project(world: World, event: PaymentReversed) -> str | None:
    offer = world.get(Offer, event.offer) if event.offer else None
    return offer.project if offer else world.get(Claim, event.claim or "").project


def write_off(world: World, act: Act[PaymentWrittenOff]) -> None:
    """Say that what is open will not be paid."""
    event = act.event
    refuse_nothing(event.amount)
    project = ""
    if event.claim is not None:
        claim = known_claim(world, act)
        _refuse_beyond_claim(act, claim)
        if event.offer != claim.offer:
            raise Refused(
                "not-as-claimed", f"{event.claim} rests on {claim.offer or 'no offer'}", act.type
            )
        project = claim.project
    if event.offer is not None:
        offer = known_offer(world, act)
        if event.to != offer.to:
            raise Refused("not-as-offered", f"{event.offer} went to {offer.to}", act.type)
        if not offer.agreed and not offer.to_group:
            raise Refused("not-accepted", f"{event.offer} is not owed", "payment-accepted/v1")
        refuse_more(offer, event.amount)
        project = offer.project
    power.require(world, act, "budget", project=project, budget=event.budget, amount=event.amount)
    if event.budget is not None:
        refuse_uncontrolled(world, act, event.budget)
    if "reason" not in event.has:
        raise Refused("no-reason-given", "it says no reason", f"{act.type} with `reason`")
