"""Concern indicators about money and time: T13, T14, T15, T17 of domain.md section 9 (limits ‡)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from projections import budgets, cover, offers
from projections.concern import FIRES, QUIET, UNKNOWN, Concern, Evidence, Indicator
from projections.entries import entries
from projections.facts import Fact
from projections.matter import MADE, Claim, Matter, day_of
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import many

ADVISED = "advice-offered/v1"
NEEDS = cover.NEEDS | offers.NEEDS | budgets.NEEDS | {ADVISED}

#: T13: points between the sides (‡). T14: days from claim to refund (‡).
POINTS, REFUND_DAYS = 25, 30
EXPENSES = frozenset({"expense-refund"})
FEES = frozenset({"fee", "wage", "voucher", "in-kind"})
LAST_STAGES = frozenset({"S4b", "S5"})
#: T15: who is to hear of advice before a fee: all but staff. Bridging people are paid, too.
ADVISED_SIDES = frozenset({COMMUNITY, "bridging"})


def uncovered_gap(evidence: Evidence) -> Concern:
    """T13: community uncovered hours 25 points or more above the institution's."""
    known: Counter[str] = Counter()
    bare: Counter[str] = Counter()
    rest: Counter[str] = Counter()
    people: defaultdict[str, set[str]] = defaultdict(set)
    events: set[int] = set()
    for piece in evidence.cover.pieces:
        side = piece.giver.side
        if piece.minutes is None or piece.cause == "unknown":
            rest[side] += piece.minutes or 0
            continue
        known[side] += piece.minutes
        people[side].add(piece.person)
        if piece.cause in cover.UNCOVERED:
            bare[side] += piece.minutes
            if side == COMMUNITY:
                events.update(piece.events)
    few = [side for side in (COMMUNITY, "institution") if len(people[side]) < evidence.least]
    if few or not known[COMMUNITY] or not known["institution"]:
        words = (
            f"time is known of {many(len(people[COMMUNITY]), 'person', 'people')} of the community "
            "and "
            f"{len(people['institution'])} of the institution; {evidence.least} of each are needed"
        )
        return Concern(UNKNOWN, words)
    ours = 100 * bare[COMMUNITY] / known[COMMUNITY]
    theirs = 100 * bare["institution"] / known["institution"]
    gap = ours - theirs
    words = f"{ours:.0f} % of the community's time is uncovered, {gap:+.0f} points beside staff"
    if gap >= POINTS:
        return Concern(FIRES, words, len(people[COMMUNITY]), None, entries(events))
    # What covered the rest may have been nothing here, and a salary there.
    most = 100 * (bare[COMMUNITY] + rest[COMMUNITY]) / (known[COMMUNITY] + rest[COMMUNITY])
    least = 100 * bare["institution"] / (known["institution"] + rest["institution"])
    if most - least >= POINTS:
        hours = (rest[COMMUNITY] + rest["institution"]) // 60
        words += f"; what covered {many(hours, 'more hour')} is not recorded"
        return Concern(UNKNOWN, words)
    return Concern(QUIET, words)


def late_money(evidence: Evidence) -> Concern:
    """T14: an expense not refunded 30 days after its claim, or a fee beyond its agreed term."""
    today = evidence.today
    looked: list[Matter] = []
    perhaps: list[Matter] = []
    for matter in offers.read(evidence.facts, evidence.asked).matters:
        if (matter.promised or matter.asked) and not matter.unrecorded and not matter.declined:
            (looked if matter.dated else perhaps).append(matter)
    said = [(matter, _late(matter, today)) for matter in looked]
    late = [matter for matter, answer in said if answer]
    known = sum(answer is not None for _, answer in said)
    if late:
        open_ = sum(not matter.settled for matter in late)
        events = entries(index for matter in late for index in matter.events)
        words = f"{len(late)} of {known}, {open_} of them still open"
        return Concern(FIRES, words, len(late), known, events)
    if not looked and not perhaps:
        return Concern(UNKNOWN, "nothing is recorded as promised or claimed")
    unsure = any(answer is None and _has_a_term(matter) for matter, answer in said)
    if not known or unsure or any(map(_has_a_term, perhaps)):
        of = len(looked) + len(perhaps)
        words = f"by when, or when, is not recorded of {of - known} of {many(of, 'payment')}"
        return Concern(UNKNOWN, words, None, known or None)
    return Concern(QUIET, f"of {known} none", 0, known)


def _has_a_term(matter: Matter) -> bool:
    """Whether it can be late at all: an expense that was claimed, or a day that was agreed."""
    return matter.due is not None or (matter.first.body["kind"] in EXPENSES and bool(matter.claims))


def _late(matter: Matter, today: date | None) -> bool | None:
    """Whether it is or was late; None where nobody can say, or no day was ever agreed."""
    if today is None:
        return None
    if matter.first.body["kind"] in EXPENSES:
        said = {_refunded_late(matter, one, today) for one in matter.claims if not one.refused}
        return True if True in said else False if said == {False} else None
    if matter.settled:
        return matter.late
    return None if matter.due is None else matter.overdue(today) > 0


def _refunded_late(matter: Matter, claim: Claim, today: date) -> bool | None:
    """From its own claim: what was claimed and refunded in spring is not late in autumn."""
    since = claim.made_on[1]
    paid = claim.approved is not None and claim.paid >= claim.minor
    first, last = claim.paid_on if paid else matter.settled_on
    end = first or last if paid or matter.settled else today
    return None if since is None or end is None else (end - since).days > REFUND_DAYS


def advice(evidence: Evidence) -> Concern:
    """T15: not everyone was offered independent advice before their first fee; staff apart."""
    advised: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in evidence.lived.lasting(ADVISED):
        if fact.body.get("by", "independent") == "independent":
            advised[evidence.given.linked.one(fact.body["person"])].append(fact)
    paid: dict[str, Fact] = {}
    whose: dict[str, Fact] = {}
    money = evidence.cover.money
    for matter in money.dated:
        if matter.first.body["kind"] not in FEES or not matter.payee.startswith("person:"):
            continue
        side = money.side_of(matter)
        if side not in {*ADVISED_SIDES, UNSAID}:
            continue
        first = whose if side == UNSAID else paid
        for payment in matter.payments:
            if payment.type == MADE:
                first[matter.payee] = min(first.get(matter.payee, payment), payment, key=_in_time)
    told = {person: _told(advised[person], fee) for person, fee in paid.items()}
    missed = [paid[person].index for person, in_time in told.items() if in_time is False]
    if not paid:
        return Concern(UNKNOWN, "no fee to anybody but staff is recorded as paid")
    # A yes or no for the programme: who took advice, or should have, is nobody's business.
    if missed:
        return Concern(FIRES, "not everyone", None, None, entries(missed))
    if None in told.values():
        return Concern(UNKNOWN, "which came first, advice or a fee, is not recorded of everyone")
    if not all(_told(advised[person], fee) for person, fee in whose.items()):
        return Concern(UNKNOWN, "for whom somebody who was paid acts is not recorded")
    return Concern(QUIET, "everyone")


def _in_time(fact: Fact) -> tuple[date, int]:
    """When it was, as far as is known, else when it was written down."""
    return day_of(fact)[0] or fact.day or date.min, fact.index


def _told(advised: Iterable[Fact], fee: Fact) -> bool | None:
    """Whether any of it came before the first fee; None where neither days nor the log say so.

    What was written down afterwards was written in any order.
    """
    said = {_before(one, fee) for one in advised}
    return True if True in said else None if None in said else False


def _before(advice: Fact, fee: Fact) -> bool | None:
    if "history" not in {advice.mode, fee.mode}:
        return advice.index < fee.index
    (began, ended), (first, last) = day_of(advice), day_of(fee)
    if ended is not None and first is not None and ended < first:
        return True
    return False if began is not None and last is not None and began > last else None


def nothing_left(evidence: Evidence) -> Concern:
    """T17: unspent money for S4b and S5 is under half of what the plan reserved."""
    found = budgets.read(evidence.facts, evidence.asked)
    reserved: Counter[str] = Counter()
    unspent: Counter[str] = Counter()
    events: defaultdict[str, list[int]] = defaultdict(list)
    mixed = 0
    for budget in found.values():
        if evidence.asked.project not in {None, budget.fact.body["project"]}:
            continue
        stages = frozenset(budget.fact.body.get("stages", ()))
        if not stages or not stages <= LAST_STAGES:
            mixed += bool(stages & LAST_STAGES)
            continue
        amount = budget.fact.body["amount"]
        where = f"{budget.fact.body.get('project', '')} {amount['currency']}"
        reserved[where] += budget.opened - budget.allocated  # a line of it counts by itself
        unspent[where] += budget.opened - budget.allocated - budget.paid
        events[where].append(budget.fact.index)
    short = [where for where in reserved if 2 * unspent[where] < reserved[where]]
    if short:
        words = f"in {len(short)} of {len(reserved)} plans"
        behind = entries(index for where in short for index in events[where])
        return Concern(FIRES, words, len(short), len(reserved), behind, tuple(short))
    if mixed:
        words = f"what of {many(mixed, 'budget')} is for delivering and evaluating is not recorded"
        return Concern(UNKNOWN, words, None, len(reserved) or None)
    if not reserved:
        return Concern(UNKNOWN, "no budget is set aside for delivering or evaluating (S4b, S5)")
    return Concern(QUIET, f"in none of {many(len(reserved), 'plan')}", 0, len(reserved))


INDICATORS = (
    Indicator(
        "T13",
        "uncovered gap",
        f"The share of the community's hours that nothing covers is {POINTS} points or more above "
        "that of the institution.",
        "an offer for that work, or its payment; gifts that the givers declare",
        "person",
        uncovered_gap,
    ),
    Indicator(
        "T14",
        "late money",
        f"An expense was not refunded {REFUND_DAYS} days after its claim, or a fee was not paid "
        "by its agreed day.",
        "the payment; what was late stays in the record",
        "payment",
        late_money,
    ),
    Indicator(
        "T15",
        "advice",
        "Not everyone but staff was offered independent advice before their first fee.",
        "the offer, before the next first fee",
        "programme",
        advice,
    ),
    Indicator(
        "T17",
        "nothing left to deliver",
        "Of what the plan reserved for delivering and evaluating (S4b, S5), under half is unspent.",
        "more money set aside for those stages",
        "plan",
        nothing_left,
    ),
)
