"""Money that participants lent: expenses of their own, from the day spent to the day refunded.

    money × days      what is spent and not yet paid back, added up over the days of a period
    on an average day that, divided by the days of the period

The day on which money was spent counts, the day on which it came back does not. What was paid in
advance was never lent, so it adds nothing. Of a claim that says no day of spending, nobody can say
for how long; it is counted apart, and so is one with a payment that no day is known of.

Source: domain.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projections.entries import entries
from projections.facts import Fact
from projections.matter import MADE, REVERSED, WRITTEN_OFF, Claim, Matter, day_of
from projections.measure import Measure, left_out
from projections.offers import Money
from projections.result import Amount

_REFUNDED = "expense-refund"
_IN_ADVANCE = "expense-in-advance"
Step = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Loan:
    """One expense: whose it is, and by how much what is lent changes on which day."""

    payee: str
    steps: tuple[Step, ...]
    events: Sequence[int]

    def money_days(self, first: date, last: date) -> int:
        """Minor units × days from ``first`` through ``last``, the day spent counted."""
        ends = last + timedelta(days=1)
        total = balance = 0
        at = first
        for changed_on, change in sorted(self.steps):
            day = min(max(changed_on, first), ends)
            total += max(0, balance) * (day - at).days
            at, balance = day, balance + change
        return total + max(0, balance) * (ends - at).days


@dataclass(frozen=True, slots=True)
class Days:
    """The period: as asked for, else from the first day known of these expenses or the record."""

    start: date | None
    known: date | None
    end: date | None

    def since(self, spent: Sequence[date]) -> date | None:
        """Its first day, or none where nothing says it, or where it lies after its end."""
        known = [*spent, *([self.known] if self.known else [])]
        first = self.start or min(known, default=None)
        return first if first and self.end and first <= self.end else None


def lent(money: Money, moves: Mapping[str, Sequence[Fact]], days: Days) -> Iterator[Measure]:
    """Give money × days for each currency; ``moves`` are payments and what followed, by claim."""
    units: dict[tuple[str, int], list[Matter]] = {}
    for matter in money.matters:
        if matter.unit[0] in (_REFUNDED, _IN_ADVANCE):
            units.setdefault(matter.unit[1:], []).append(matter)
    for unit, matters in sorted(units.items()):
        yield _of_currency(unit, matters, moves, days)
    if not units:
        yield Measure(
            "lent",
            "Money participants lent us",
            "Expenses of people's own, from spent to refunded",
            "money",
            0,
            "days",
            missing="no expense is recorded",
        )


def _of_currency(
    unit: tuple[str, int],
    matters: Sequence[Matter],
    moves: Mapping[str, Sequence[Fact]],
    days: Days,
) -> Measure:
    loans, unspent, undated, refused = [], 0, 0, 0
    for matter in matters:
        for claim in matter.claims if matter.unit[0] == _REFUNDED else ():
            if claim.refused:
                refused += 1
            elif "spent_on" not in claim.fact.body:
                unspent += 1
            elif (loan := loan_of(matter, claim, moves)) is None:
                undated += 1
            else:
                loans.append(loan)
    first, end = days.since([day for loan in loans for day, _ in loan.steps]), days.end
    length = (end - first).days + 1 if first and end else 0
    each = [loan.money_days(first, end) if first and end else 0 for loan in loans]
    by_person: dict[str, int] = {}
    for loan, minor in zip(loans, each, strict=True):
        by_person[loan.payee] = by_person.get(loan.payee, 0) + minor
    advance = sum(len(one.claims) or 1 for one in matters if one.unit[0] == _IN_ADVANCE)
    total = sum(each)
    return Measure(
        f"lent-{unit[0]}",
        "Money participants lent us",
        f"Expenses of people's own in {unit[0]}, from spent to refunded, over the days",
        "money",
        length,
        "days",
        None,
        length or None,
        total=Amount(total, *unit),
        average=Amount((2 * total + length) // (2 * length), *unit) if length else None,
        left_out=unspent + undated,
        excluded=left_out(
            without_a_day_of_spending=unspent,
            with_a_payment_of_which_no_day_is_known=undated,
            refused=refused,
            paid_in_advance_so_nothing_lent=advance,
        ),
        missing="" if loans or advance else "of no expense is it known when it was spent",
        events=entries(index for one in matters for index in one.events),
        people=len(by_person),
        payees=tuple(minor for minor in by_person.values() if minor),
    )


def loan_of(matter: Matter, claim: Claim, moves: Mapping[str, Sequence[Fact]]) -> Loan | None:
    """Give the loan that a claim tells of; None where a payment on it has no known day."""
    spent = date.fromisoformat(claim.fact.body["spent_on"])
    steps: list[Step] = [(spent, claim.minor)]
    for fact in moves.get(claim.fact.body["claim"], ()):
        first, last = day_of(fact)
        day = first or last  # of a span its first day: what is not known is not counted as lent
        if day is None:
            return None
        sign = 1 if fact.type == REVERSED else -1
        steps.append((day, sign * fact.body["amount"]["minor"]))
    events = (claim.fact.index, *(fact.index for fact in moves.get(claim.fact.body["claim"], ())))
    return Loan(matter.payee, tuple(steps), events)


def moves_of(money: Money, facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Give payments, reversals and write-offs by the claim that they belong to.

    One that names only an offer belongs to the claim on it where there is one alone, and else to
    the first of them.
    """
    claims: dict[str, str] = {}
    for matter in money.matters:
        for claim in matter.claims:
            id_ = claim.fact.body["claim"]
            claims[id_] = id_
            if "offer" in claim.fact.body:
                claims.setdefault(claim.fact.body["offer"], id_)
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        named = (fact.body.get(name) for name in ("claim", "offer", "payment"))
        at = next((claims[name] for name in named if name in claims), None)
        if at is not None:
            found.setdefault(at, []).append(fact)
            if fact.type == MADE:
                claims[fact.body["payment"]] = at
    return found


MOVES = (MADE, REVERSED, WRITTEN_OFF)
