"""All events: their permanent names, models and rules, and the one way to judge an act.

    parse(type, body) -> Event     a body that has the form of its type, or NotAnEvent
    check(world, act) -> None      nothing, or Refused by the first rule that said no

``check`` first applies what holds for every act, then the event's own rule:

    not-the-author      the author is among those who signed
    not-yours-to-say    an operator says only what is the operator's
    mode-not-allowed    some events cannot be recorded afterwards
    not-yet-happened    nothing happened after the ledger date
    values-repeated     a value is listed once
    witness-not-free    a witness neither says, does nor records what they witness
    not-about-you, unknown-person, no-witness, witness-unsigned
                        asked last: it is recorded for one of those it is about; who said so and who
                        was there are enrolled, and a witness who has a key signs too
    unknown-grant, not-the-holder, grant-revoked, grant-expired, stands-on-history
                        every grant named in ``under`` is live and held by whom it is named for
    no-grant, no-such-power, outside-scope
                        the power an act needs is among them; in history mode that is ``record``
    unknown-rules       this program knows the version of the rules that is in force

Which version that is, the charter says and ``rules-adopted`` changes at its index. Each version is
one entry of ``RULEBOOKS`` and stays there when it is superseded, so that an entry is judged for
ever by the rules that were in force before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from domain import (
    access,
    action,
    advice,
    ballot,
    body,
    budget,
    carry,
    charter,
    claim,
    closing,
    commitment,
    concern,
    contribution,
    correction,
    counted,
    decision,
    decline,
    dispute,
    draw,
    erasure,
    figures,
    gift,
    group,
    identity,
    input,
    interest,
    key,
    line,
    membership,
    objection,
    offer,
    output,
    override,
    payment,
    power,
    presence,
    problem,
    project,
    question,
    reflection,
    rules,
    sorting,
    support,
    transfer,
)
from domain.act import Act
from domain.dates import refuse_future
from domain.event import Audience, Event
from domain.refusal import NotAnEvent, Refused
from domain.world import Subject, World

E = TypeVar("E", bound=Event)

#: The newest version of the rules of conduct; a new charter begins with it.
RULES = "1"

COMMON_RULES: tuple[str, ...] = (
    "not-the-author",
    "not-yours-to-say",
    "mode-not-allowed",
    "not-yet-happened",
    "values-repeated",
    "witness-not-free",
    "not-about-you",
    "unknown-person",
    "no-witness",
    "witness-unsigned",
    "unknown-grant",
    "not-the-holder",
    "grant-revoked",
    "grant-expired",
    "stands-on-history",
    "no-grant",
    "no-such-power",
    "outside-scope",
    "unknown-rules",
)


@dataclass(frozen=True)
class EventType(Generic[E]):
    """One event type: its model, its rule, and what other rooms need to know of it."""

    model: type[E]
    rule: Callable[[World, Act[E]], None]

    @property
    def name(self) -> str:
        """The recorded name, with version."""
        return self.model.TYPE

    @property
    def composites(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Composite tags: label, and the body fields (or ``author``) they join."""
        return self.model.COMPOSITES

    @property
    def public(self) -> bool:
        """Whether the public directory shows the envelope."""
        return self.model.PUBLIC

    @property
    def withdrawable(self) -> bool:
        """Whether a charter may let the envelope be withdrawn."""
        return self.model.WITHDRAWABLE

    @property
    def values(self) -> Mapping[str, Audience]:
        """Names of the erasable values it may carry, and who may see each."""
        return self.model.VALUES

    @property
    def own_voice(self) -> bool:
        """Whether it can be said without a grant by whom it concerns."""
        return self.model.OWN_VOICE

    @property
    def history(self) -> bool:
        """Whether it can be recorded afterwards."""
        return self.model.HISTORY

    @property
    def words(self) -> str:
        """What happened, in one sentence."""
        return (self.model.__doc__ or "").strip().splitlines()[0]

    @property
    def who(self) -> str:
        """Who may sign it, in words."""
        return self.model.WHO

    @property
    def refused_by(self) -> tuple[str, ...]:
        """The rules of its own that can refuse it."""
        return self.model.REFUSED_BY

    def touches(self, act: Act[E], /) -> Iterable[tuple[type[Subject], str]]:
        """The subjects that an act of this type changes."""
        return act.event.touches(act)


_ALL: tuple[EventType[Any], ...] = (
    EventType(charter.CharterAdopted, charter.adopt),
    EventType(charter.DayOpened, charter.open_day),
    EventType(rules.RulesAdopted, rules.adopt_rules),
    EventType(rules.CharterAmended, rules.amend),
    EventType(key.KeyEnrolled, key.enrol),
    EventType(key.KeyRotated, key.rotate),
    EventType(key.KeyRevoked, key.revoke),
    EventType(key.OperatorKeyRotated, key.rotate_operator),
    EventType(erasure.ValuesErased, erasure.erase),
    EventType(power.PowerGranted, power.pass_on),
    EventType(power.PowerDelegated, power.pass_on),
    EventType(power.PowerRevoked, power.revoke),
    EventType(transfer.PowerShared, power.pass_on),
    EventType(transfer.PowerElected, transfer.elect),
    EventType(transfer.PowerTransferred, transfer.transfer),
    EventType(transfer.PowerExpanded, transfer.expand),
    EventType(transfer.PowerNarrowed, transfer.narrow),
    EventType(transfer.PowerReturned, transfer.give_back),
    EventType(transfer.PowerSaid, transfer.say),
    EventType(project.ProjectOpened, project.open_project),
    EventType(project.ProjectClosed, project.close_project),
    EventType(membership.PersonEnrolled, membership.enrol),
    EventType(membership.ActingForDeclared, membership.declare_side),
    EventType(group.GroupRecorded, group.record),
    EventType(identity.GroupsDeclared, identity.declare_groups),
    EventType(identity.PersonsLinked, identity.link),
    EventType(identity.PersonsUnlinked, identity.unlink),
    EventType(presence.PersonPaused, presence.pause),
    EventType(presence.PersonReturned, presence.come_back),
    EventType(presence.PersonLeft, presence.leave),
    EventType(presence.WayInOffered, presence.offer_way),
    EventType(presence.RoleHandedOver, presence.hand_over),
    EventType(body.BodyCreated, body.create),
    EventType(body.SeatFilled, body.fill),
    EventType(body.SeatVacated, body.vacate),
    EventType(body.ChairTaken, body.take_chair),
    EventType(body.ChairLeft, body.leave_chair),
    EventType(access.AccessGranted, access.grant),
    EventType(access.AccessUsed, access.use),
    EventType(access.AccessEnded, access.end),
    EventType(access.RecordsSeen, access.see),
    EventType(figures.FiguresViewed, figures.view),
    EventType(figures.FiguresExported, figures.export),
    EventType(problem.ProblemProposed, problem.propose),
    EventType(problem.ProblemReframed, problem.reframe),
    EventType(problem.ProblemsPrioritised, problem.prioritise),
    EventType(problem.ProblemAdopted, problem.adopt),
    EventType(problem.ProblemRefused, problem.refuse),
    EventType(problem.ProblemClosed, problem.close),
    EventType(input.InputSubmitted, input.submit),
    EventType(input.InputAnswered, input.answer),
    EventType(input.InputNotAnswered, input.mark_unanswered),
    EventType(input.InputCited, input.cite),
    EventType(output.OutputPublished, output.publish),
    EventType(commitment.CommitmentMade, commitment.make),
    EventType(commitment.CommitmentSettled, commitment.settle),
    EventType(carry.MatterCarried, carry.carry),
    EventType(carry.MatterReceived, carry.receive),
    EventType(contribution.ContributionRecorded, contribution.record),
    EventType(contribution.ContributionRetracted, contribution.retract),
    EventType(contribution.ContributionReinstated, contribution.reinstate),
    EventType(sorting.ContributionSorted, sorting.sort),
    EventType(sorting.LevelSaid, sorting.say_level),
    EventType(sorting.ArtefactAttached, sorting.attach),
    EventType(support.SupportAsked, support.ask),
    EventType(support.SupportMet, support.meet),
    EventType(support.TrainingHeld, support.train),
    EventType(support.BenefitReceived, support.say),
    EventType(support.RationaleStated, support.say),
    EventType(support.NamingSaid, support.say),
    EventType(gift.GiftDeclared, gift.declare),
    EventType(gift.GiftRevoked, gift.revoke),
    EventType(action.ActionSet, action.start),
    EventType(action.ActionMoved, action.move),
    EventType(action.ActionEnded, action.end),
    EventType(line.RecordConfirmed, line.answer),
    EventType(line.RecordDisputed, line.answer),
    EventType(correction.RecordCorrected, correction.correct),
    EventType(dispute.DisputeAnswered, dispute.answer),
    EventType(dispute.DisputeClosed, dispute.close),
    EventType(dispute.PersonTold, dispute.tell),
    EventType(budget.BudgetOpened, budget.open_budget),
    EventType(budget.BudgetAllocated, budget.allocate),
    EventType(question.DecisionOpened, decision.open_decision),
    EventType(ballot.VoteCast, ballot.vote),
    EventType(counted.CountAttested, counted.attest),
    EventType(counted.BallotsImported, counted.take_over),
    EventType(draw.DrawSealed, draw.seal),
    EventType(draw.DrawRevealed, draw.reveal),
    EventType(objection.ObjectionRaised, objection.raise_objection),
    EventType(objection.ObjectionWithdrawn, objection.withdraw_objection),
    EventType(interest.InterestDeclared, interest.declare),
    EventType(interest.InterestManaged, interest.manage),
    EventType(interest.RecusalDeclared, interest.recuse),
    EventType(closing.DecisionClosed, closing.close),
    EventType(objection.DissentStated, objection.dissent),
    EventType(override.DecisionOverridden, override.override),
    EventType(override.DecisionReversed, override.reverse),
    EventType(offer.PaymentOffered, offer.offer),
    EventType(offer.PaymentAccepted, offer.accept),
    EventType(offer.PaymentRedirected, offer.redirect),
    EventType(offer.PaymentDeclined, offer.decline),
    EventType(claim.PaymentClaimed, claim.claim),
    EventType(claim.PaymentApproved, claim.approve),
    EventType(claim.PaymentQueried, claim.query),
    EventType(claim.QueryAnswered, claim.answer_query),
    EventType(claim.PaymentRefused, claim.refuse),
    EventType(payment.PaymentMade, payment.pay),
    EventType(payment.PaymentReceived, payment.receive),
    EventType(payment.PaymentReversed, payment.take_back),
    EventType(payment.PaymentWrittenOff, payment.write_off),
    EventType(decline.DeclineReasonsTallied, decline.tally),
    EventType(reflection.EvaluationHeld, reflection.hold),
    EventType(reflection.AssessmentScored, reflection.score),
    EventType(reflection.OutcomeNoted, reflection.note),
    EventType(reflection.ImbalanceDiscussed, reflection.discuss),
    EventType(concern.ConcernAnswered, concern.answer),
    EventType(advice.AdviceOffered, advice.offer),
    EventType(advice.AdviceAnswered, advice.answer),
    EventType(advice.PacingRequested, advice.request_pace),
)

EVENTS: Mapping[str, EventType[Any]] = MappingProxyType({kind.name: kind for kind in _ALL})
MODELS: Mapping[str, type[Event]] = MappingProxyType({k.name: k.model for k in _ALL})


def parse(type: str, body: Mapping[str, Any]) -> Event:
    """The event that a body says.

    Raises NotAnEvent for an unknown type, a field that is unknown, missing or of the wrong form, or
    a value that this type cannot carry.
    """
    model = MODELS.get(type)
    if model is None:
        raise NotAnEvent(type, ("no such event type",))
    try:
        event = model.model_validate(body)
    except ValidationError as wrong:
        raise NotAnEvent(type, tuple(_problems(wrong))) from wrong
    if event.has and not model.VALUES.keys() >= set(event.has):
        unknown = sorted(set(event.has) - model.VALUES.keys())
        raise NotAnEvent(type, (f"it cannot carry the value {', '.join(unknown)}",))
    return event


def _problems(wrong: ValidationError) -> Iterable[str]:
    for error in wrong.errors(include_url=False, include_context=False):
        where = ".".join(str(part) for part in error["loc"]) or "body"
        yield f"{where}: {error['msg']}, found {_short(error['input'])}"


def _short(found: object) -> str:
    # What was found may be long, or someone's words in the wrong place.
    text = repr(found)
    return text if len(text) <= 60 else f"{text[:57]}…"


def check(world: World, act: Act[Any]) -> None:
    """Judge one act by the rules; ``world`` is what stands before it.

    Raises Refused by the first rule that says no.
    """
    version = world.get(rules.Rulebook, "").version
    if not version:  # before any charter: the one that it would begin with
        version = getattr(act.event, "rules", RULES)
    book = RULEBOOKS.get(version)
    if book is None:
        raise Refused(
            "unknown-rules",
            f"the rules {version} are in force, and this program knows {', '.join(RULEBOOKS)}",
            "a newer program",
        )
    kind = book.events.get(act.type)
    if kind is None:
        raise Refused("unknown-type", f"{act.type} is no event of these rules", "a known type")
    book.common(world, act, kind)
    kind.rule(world, act)
    book.last(world, act)


def _check_common(world: World, act: Act[Any], kind: EventType[Any]) -> None:
    if act.author not in act.signed_by:
        raise Refused(
            "not-the-author", f"{act.author} did not sign it", f"{act.type} signed by its author"
        )
    if not kind.model.BY_OPERATOR and act.author.startswith("operator:"):
        raise Refused(
            "not-yours-to-say",
            f"{act.type} is for people to say, not for the operator",
            f"{act.type} by a person",
        )
    if act.is_history and not kind.model.HISTORY:
        raise Refused(
            "mode-not-allowed", f"{act.type} cannot be recorded afterwards", "the same, live"
        )
    if len(set(act.event.has)) != len(act.event.has):
        raise Refused("values-repeated", "a value is listed twice in `has`", "each name once")
    refuse_future(act)
    line.refuse_own_witness(world, act)
    for holder, grant in act.under.items():
        power.held(world, grant, holder, act.today)


@dataclass(frozen=True)
class Rules:
    """One version of the rules of conduct: its events with their rules, and what holds for all.

    ``common`` is asked before an event's own rule, ``last`` after it.
    """

    events: Mapping[str, EventType[Any]]
    common: Callable[[World, Act[Any], EventType[Any]], None]
    last: Callable[[World, Act[Any]], None]


#: Every version that ever was in force. Superseded ones stay: replay selects by index.
RULEBOOKS: dict[str, Rules] = {"1": Rules(EVENTS, _check_common, line.refuse_made_up)}
