"""Claims: what someone says is owed to them, and who looked at it.

    claimed -> approved | queried -> answered | refused (always with a reason)

A claim stands on an offer that was agreed to, or on none: whoever spent money for the work says so
in their own voice, and nobody must first have offered. It can say on which day the money was spent;
what nobody recorded is unknown, not today.

Nobody approves what they claim, recorded, witnessed or gain from. Several people approve the same
amount from the same budget; how many are needed is the charter's threshold ``claim-validators``.
A claim on no offer takes its money from a budget when it is approved; one on an offer has it
already. Late is derived: ``due_on`` is the day named, else the promised days after the claim.

Source: domain.md section 6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from domain import power
from domain.act import Act
from domain.budget import Budget, refuse_beyond, refuse_nothing
from domain.dates import refuse_before, refuse_changing_live
from domain.event import Event, OnBehalf, Touches, audiences
from domain.group import refuse_unknown_group
from domain.line import Line, speak
from domain.linked import pseudonyms
from domain.membership import refuse_strangers
from domain.offer import Offer, PaymentKind, person_in, refuse_more, refuse_unknown_work
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    BudgetId,
    ClaimId,
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

VALIDATORS = "claim-validators"
Cause = Literal["not-covered", "above-policy", "no-evidence", "duplicate", "not-as-agreed", "other"]


class PaymentClaimed(OnBehalf):
    """Someone said what is owed to them, for work or for money they spent."""

    TYPE = "payment-claimed/v1"
    VALUES = audiences(what="auditor", note="personal")
    OWN_VOICE = True
    WHO = "whom it is owed to; for them: the holder of record, with a witness; a group: record"
    REFUSED_BY = (
        "unknown-project",
        "claim-exists",
        "nothing-paid",
        "not-enrolled",
        "unknown-group",
        "unknown-contribution",
        "not-yet-spent",
        "unknown-offer",
        "not-as-offered",
        "not-accepted",
        "not-about-you",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "history-over-live",
        "before-it-happened",
    )

    claim: ClaimId = Field(description="the new claim")
    project: ProjectId = Field(description="in which project")
    to: PersonId | GroupId = Field(description="to whom it is owed")
    kind: PaymentKind = Field(description="its type; types are never added together")
    amount: Money = Field(description="how much, minor units of its currency")
    offer: OfferId | None = Field(default=None, description="the offer it rests on, if any")
    contribution: ContributionId | None = Field(default=None, description="what it is for")
    spent_on: Day | None = Field(
        default=None, description="expense-refund only: when the money was spent"
    )
    row: Hex64 | None = Field(default=None, description="SHA-256 that names the imported row")
    evidence: Hex64 | None = Field(default=None, description="SHA-256 of a file that shows it")

    @model_validator(mode="after")
    def _only_refunds_were_spent(self) -> PaymentClaimed:
        if self.spent_on is not None and self.kind != "expense-refund":
            raise ValueError("only an expense to be refunded was spent before it is paid")
        return self

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Claim, self.claim), *Line.of(act, person_in(self.to)))


class _Judged(Event):
    """What a validator's words on a claim have in common."""

    WHO: ClassVar[str] = (
        "the holder of budget who neither claims, recorded, witnessed nor gains from it"
    )

    claim: ClaimId = Field(description="the claim")
    to: PersonId | GroupId = Field(description="to whom it is owed, as claimed")
    by: PersonId | None = Field(
        default=None, description="who judged it; only when recorded afterwards"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Claim, self.claim), *Line.of(act, person_in(self.to)))


_JUDGED = (
    "no-grant",
    "unknown-claim",
    "claim-settled",
    "not-as-claimed",
    "own-claim",
    "not-the-holder",
    "history-over-live",
    "before-it-happened",
)


class PaymentApproved(_Judged):
    """A claim was found right, in whole or for less."""

    TYPE = "payment-approved/v1"
    VALUES = audiences(note="auditor")
    REFUSED_BY = (
        *_JUDGED,
        "approved-already",
        "nothing-paid",
        "not-as-approved",
        "other-currency",
        "above-claim",
        "other-budget",
        "above-offer",
        "unknown-budget",
        "above-budget",
        "not-the-controller",
    )

    amount: Money = Field(description="how much is to be paid, minor units of its currency")
    offer: OfferId | None = Field(default=None, description="the offer that the claim rests on")
    budget: BudgetId | None = Field(default=None, description="the budget that bears it")
    due: Day | None = Field(default=None, description="when it is to be paid")

    def touches(self, act: Act[Any], /) -> Touches:
        yield from super().touches(act)
        if self.budget and self.offer is None:
            yield Budget, self.budget


class PaymentQueried(_Judged):
    """Something about a claim was asked; it is neither approved nor refused."""

    TYPE = "payment-queried/v1"
    VALUES = audiences(question="personal")
    REFUSED_BY = (*_JUDGED, "no-reason-given")


class PaymentRefused(_Judged):
    """A claim was refused, with the reason."""

    TYPE = "payment-refused/v1"
    VALUES = audiences(reason="personal")
    REFUSED_BY = (*_JUDGED, "no-reason-given")

    cause: Cause = Field(description="why, as a code; the words are a value")


class QueryAnswered(OnBehalf):
    """Whoever claimed answered what was asked about their claim."""

    TYPE = "query-answered/v1"
    VALUES = audiences(words="personal")
    OWN_VOICE = True
    WHO = PaymentClaimed.WHO
    REFUSED_BY = (
        "unknown-claim",
        "not-queried",
        "not-as-claimed",
        "not-about-you",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "history-over-live",
        "before-it-happened",
    )

    claim: ClaimId = Field(description="the claim")
    to: PersonId | GroupId = Field(description="to whom it is owed, as claimed")
    evidence: Hex64 | None = Field(default=None, description="SHA-256 of a file that shows it")

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Claim, self.claim), *Line.of(act, person_in(self.to)))


@dataclass(frozen=True, slots=True)
class Claim(Subject):
    """What was claimed by whom, what was said of it, what was paid or written off (minor units)."""

    types: ClassVar = frozenset(
        {
            PaymentClaimed.TYPE,
            PaymentApproved.TYPE,
            PaymentQueried.TYPE,
            PaymentRefused.TYPE,
            QueryAnswered.TYPE,
            "payment-made/v1",
            "payment-reversed/v1",
            "payment-written-off/v1",
        }
    )

    to: str = ""
    project: str = ""
    kind: str = ""
    amount: Money | None = None
    offer: str | None = None
    budget: str | None = None
    concerned: frozenset[str] = frozenset()
    witnesses: frozenset[str] = frozenset()
    state: Literal["", "claimed", "queried", "approved", "refused"] = ""
    approved: Money | None = None
    approvers: frozenset[str] = frozenset()
    since: str | None = None
    due: str | None = None
    paid: int = 0
    written_off: int = 0
    history: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Claim:
        match act.event:
            case PaymentClaimed() as claimed:
                return _claimed(act, claimed)
            case PaymentApproved() as approved:
                return self._approve(approved, people(None if act.is_history else act.author))
            case PaymentQueried():
                return replace(self, state="queried")
            case QueryAnswered(witness=witness):
                return self._answer(act.author, witness)
            case PaymentRefused():
                return replace(self, state="refused")
        return self._settled(act)

    def _settled(self, act: Act[Any]) -> Claim:
        minor = act.event.amount.minor
        if act.type == "payment-written-off/v1":
            return replace(self, written_off=self.written_off + minor)
        return replace(self, paid=self.paid + (minor if act.type == "payment-made/v1" else -minor))

    def _answer(self, author: str, witness: str | None) -> Claim:
        return replace(
            self,
            state="claimed",
            concerned=self.concerned | people(author, witness),
            witnesses=self.witnesses | people(witness),
        )

    def _approve(self, event: PaymentApproved, by: frozenset[str]) -> Claim:
        return replace(
            self,
            state="approved",
            approved=event.amount,
            budget=event.budget,
            due=event.due or self.due,
            approvers=self.approvers | by,
        )

    @property
    def open(self) -> int:
        """Minor units approved that are neither paid nor written off."""
        return (self.approved.minor if self.approved else 0) - self.paid - self.written_off


def _claimed(act: Act[Any], event: PaymentClaimed) -> Claim:
    return Claim(
        event.to,
        event.project,
        event.kind,
        event.amount,
        event.offer,
        concerned=people(event.to, act.author, event.witness, event.said_by),
        witnesses=people(event.witness),
        state="claimed",
        since=(act.on.from_ if act.on else None) or (None if act.is_history else act.today),
        history=act.is_history,
    )


def people(*ids: str | None) -> frozenset[str]:
    """The people among these ids."""
    return frozenset(i for i in ids if i is not None and i.startswith("person:"))


def due_on(claim: Claim, offer: Offer) -> str | None:
    """The day by which a claim is to be paid, as promised; None when nothing was promised."""
    if claim.due or offer.due:
        return claim.due or offer.due
    if offer.term is None or claim.since is None:
        return None
    return (date.fromisoformat(claim.since) + timedelta(days=offer.term)).isoformat()


def claim(world: World, act: Act[PaymentClaimed]) -> None:
    """Say what is owed."""
    event = act.event
    refuse_unknown_project(world, event.project)
    if world.get(Claim, event.claim).to:
        raise Refused("claim-exists", f"{event.claim} was made already", "another id")
    refuse_nothing(event.amount)
    if event.spent_on is not None and act.today and event.spent_on > act.today:
        raise Refused(
            "not-yet-spent",
            f"the money is said to have been spent on {event.spent_on}, after {act.today}",
            "an offer in advance, or payment-claimed/v1 once it is spent",
        )
    _speak_as_claimant(world, act, event.project)
    if event.contribution is not None:
        refuse_unknown_work(world, event.contribution, event.project)
    if event.offer is not None:
        _refuse_other_offer(world, act, event.offer)


def _speak_as_claimant(
    world: World, act: Act[PaymentClaimed | QueryAnswered], project: str
) -> None:
    to = act.event.to
    if to.startswith("group:"):
        refuse_unknown_group(world, to, project)
        power.require(world, act, "record", project=project)
        return
    refuse_strangers(world, (to,), project)
    speak(world, act, to, project)


def _refuse_other_offer(world: World, act: Act[PaymentClaimed], offer: str) -> None:
    event, state = act.event, world.get(Offer, offer)
    if not state.to:
        raise Refused("unknown-offer", f"{offer} was never made", "payment-offered/v1")
    refuse_changing_live(act, state.history, offer)
    refuse_before(act, state.since, "it was offered")
    if (state.to, state.kind, state.project) != (event.to, event.kind, event.project):
        raise Refused(
            "not-as-offered",
            f"offered was a {state.kind} to {state.to}, claimed a {event.kind} for {event.to}",
            "payment-claimed/v1 as offered, or on no offer",
        )
    silent = act.is_history and not state.answer
    if not state.agreed and not state.to_group and not silent:
        raise Refused(
            "not-accepted",
            f"{offer} was {state.answer or 'not answered'}",
            "payment-accepted/v1, then payment-claimed/v1; or a claim on no offer",
        )


def approve(world: World, act: Act[PaymentApproved]) -> None:
    """Find a claim right."""
    event = act.event
    refuse_nothing(event.amount)
    state = _judge(world, act, event.amount, event.budget)
    if state.amount is None or state.amount.unit != event.amount.unit:
        raise Refused("other-currency", "the claim is in another currency", "the claim's currency")
    if event.amount.minor > state.amount.minor:
        raise Refused(
            "above-claim", f"{event.amount} is more than the {state.amount} claimed", "less"
        )
    if event.offer != state.offer:
        raise Refused(
            "not-as-claimed", f"{event.claim} rests on {state.offer or 'no offer'}", act.type
        )
    if state.state == "approved":
        _refuse_other_approval(world, act, state)
    elif event.offer is not None:
        _refuse_beyond_offer(world, event)
    elif event.budget is not None:
        refuse_beyond(world, act, event.budget, event.amount, project=state.project)


def _refuse_other_approval(world: World, act: Act[PaymentApproved], state: Claim) -> None:
    event = act.event
    by = act.author
    if not act.is_history and not pseudonyms(world, by).isdisjoint(state.approvers):
        raise Refused("approved-already", f"{by} approved {event.claim} already", "someone else")
    if (event.amount, event.budget) != (state.approved, state.budget):
        raise Refused(
            "not-as-approved",
            f"approved was {state.approved} from {state.budget or 'no budget'}",
            "payment-approved/v1 of the same amount and budget",
        )


def _refuse_beyond_offer(world: World, event: PaymentApproved) -> None:
    offer = world.get(Offer, event.offer or "")
    if event.budget != offer.budget:
        raise Refused(
            "other-budget",
            f"{event.offer} is borne by {offer.budget or 'no budget'}",
            "payment-approved/v1 with the offer's budget",
        )
    refuse_more(offer, event.amount)


def query(world: World, act: Act[PaymentQueried]) -> None:
    """Ask about a claim."""
    _judge_with_reason(world, act, "question")


def refuse(world: World, act: Act[PaymentRefused]) -> None:
    """Refuse a claim, with a reason."""
    _judge_with_reason(world, act, "reason")


def _judge_with_reason(
    world: World, act: Act[PaymentQueried] | Act[PaymentRefused], value: str
) -> None:
    state = _judge(world, act)
    if state.state == "approved":
        raise Refused("claim-settled", f"{act.event.claim} was approved", "payment-written-off/v1")
    if value not in act.event.has:
        raise Refused("no-reason-given", f"it says no {value}", f"{act.type} with `{value}`")


def _judge(
    world: World,
    act: Act[PaymentApproved] | Act[PaymentQueried] | Act[PaymentRefused],
    amount: Money | None = None,
    budget: str | None = None,
) -> Claim:
    event = act.event
    state = known_claim(world, act)
    power.require(world, act, "budget", project=state.project, budget=budget, amount=amount)
    if state.state == "refused":
        raise Refused("claim-settled", f"{event.claim} was refused", "another payment-claimed/v1")
    if not act.is_history and event.by not in {None, act.author}:
        raise Refused("not-the-holder", f"{event.by} would have to say this", act.type)
    by = event.by if act.is_history else act.author
    gain = {state.to} if act.is_history else state.concerned
    if by is not None and not pseudonyms(world, by).isdisjoint(gain):
        raise Refused(
            "own-claim",
            f"{by} claims, recorded, witnessed or gains from {event.claim}",
            f"{act.type} by somebody else who holds the power of budget",
        )
    return state


def known_claim(world: World, act: Act[Any]) -> Claim:
    """The claim that an act names, to whom it says it is owed.

    Raises Refused when there is none, it is owed to another, or history would change what is live.
    """
    event = act.event
    state = world.get(Claim, event.claim)
    if not state.to:
        raise Refused("unknown-claim", f"{event.claim} was never made", "payment-claimed/v1")
    if event.to != state.to:
        raise Refused("not-as-claimed", f"{event.claim} is owed to {state.to}", act.type)
    refuse_changing_live(act, state.history, event.claim)
    refuse_before(act, state.since, "it was claimed")
    return state


def answer_query(world: World, act: Act[QueryAnswered]) -> None:
    """Answer what was asked about one's claim."""
    state = known_claim(world, act)
    if state.state != "queried":
        raise Refused(
            "not-queried", f"{act.event.claim} is {state.state}, nothing is asked", "nothing more"
        )
    _speak_as_claimant(world, act, state.project)
