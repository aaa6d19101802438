"""A matter of money: an offer with the claims that stand on it, or a claim on no offer.

    offered -> accepted | for less | for a charity | declined | awaiting an answer
            -> claimed -> approved | in query | refused -> paid (in time, late), taken back,
                                                           written off, open, overdue

``promised`` is what was agreed to, or approved of a claim on no offer. It is ``open`` only where
somebody keeps the book of payments: what was noted afterwards without a payment, or offered to a
group that cannot answer, is «payment not recorded» and never open (domain.md section 6).

A matter is due on the day an approval or the offer names, else so many days after the claim as the
offer promises; where nothing was promised, no day is made up.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, chain
from typing import NamedTuple, Protocol

from projections.entries import entries
from projections.facts import Fact

OFFERED = "payment-offered/v1"
ACCEPTED = "payment-accepted/v1"
DECLINED = "payment-declined/v1"
REDIRECTED = "payment-redirected/v1"
CLAIMED = "payment-claimed/v1"
APPROVED = "payment-approved/v1"
QUERIED = "payment-queried/v1"
QUERY_ANSWERED = "query-answered/v1"
REFUSED = "payment-refused/v1"
MADE = "payment-made/v1"
RECEIVED = "payment-received/v1"
REVERSED = "payment-reversed/v1"
WRITTEN_OFF = "payment-written-off/v1"
#: What each answer is called.
ANSWERS = {ACCEPTED: "accepted", DECLINED: "declined", REDIRECTED: "redirected"}
JUDGED = frozenset({APPROVED, QUERIED, QUERY_ANSWERED, REFUSED})

KINDS = {
    "fee": "Fee or honorarium",
    "wage": "Wage",
    "expense-refund": "Expense, refunded",
    "expense-in-advance": "Expense, paid in advance",
    "in-kind": "In kind",
    "voucher": "Voucher",
    "group-grant": "Grant to a group",
    "time-credit": "Time credit",
}
Unit = tuple[str, str, int]


class Traced(Protocol):
    """Whom a matter is for and which entries are behind it: of it, or of its ``Trace``."""

    @property
    def payee(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def events(self) -> Sequence[int]: ...


class Trace(NamedTuple):
    """What a figure needs of a matter when somebody asks who and what is behind it."""

    payee: str
    number: int
    events: Sequence[int]


class Traces:
    """The traces of many matters, by place, in few values; the facts can go before they are asked.

    Example: ``payees(zip(traces.at(places), minors))``
    """

    def __init__(self, matters: Sequence[Matter]) -> None:
        self._payees = [one.payee for one in matters]
        self._numbers = [one.number for one in matters]
        self._ends = array("Q", accumulate([len(one.events) for one in matters], initial=0))
        self._events = array("Q", chain.from_iterable([one.events for one in matters]))

    def at(self, places: Iterable[int]) -> Iterator[Trace]:
        """Make those of these places."""
        for at in places:
            events = self._events[self._ends[at] : self._ends[at + 1]]
            yield Trace(self._payees[at], self._numbers[at], events)


@dataclass(slots=True)
class Claim:
    """One claim with what was said of it; ``judged`` is the last word."""

    fact: Fact
    #: What was approved of it, else what was claimed; minor units.
    minor: int
    #: The work it says it is for; empty for none.
    contribution: str = ""
    judged: Fact | None = None
    approved: Fact | None = None
    paid: int = 0
    #: Between which days the last payment on it was made.
    paid_on: tuple[date | None, date | None] = (None, None)
    written_off: int = 0
    #: The first and last day on which it was claimed, as far as is known.
    made_on: tuple[date | None, date | None] = (None, None)

    @property
    def refused(self) -> bool:
        return self.judged is not None and self.judged.type == REFUSED

    @property
    def in_query(self) -> bool:
        return self.judged is not None and self.judged.type == QUERIED

    @property
    def waiting(self) -> bool:
        """Nobody has approved, queried or refused it since it was last spoken of."""
        return self.judged is None or self.judged.type == QUERY_ANSWERED

    @property
    def live(self) -> bool:
        """Whether any of it was said at the time, so that its payments are looked after too."""
        for said in (self.fact, self.judged, self.approved):
            if said is not None and said.mode == "live":
                return True
        return False


@dataclass(slots=True)
class Matter:
    """An offer with its claims, or one claim on no offer, as far as it had happened by then.

    What entries say is taken down when they are read, and what follows from it is counted at once,
    by ``count``, when everything that followed has been put in: of thousands of matters every view
    of money asks for most of it, and going back to a fact takes longer than the sum.
    """

    first: Fact
    dated: bool
    #: Its place among the matters that were read.
    place: int
    #: The person or group it is for; pseudonyms that are linked are one person.
    payee: str
    answer: Fact | None = None
    #: What was accepted, or given to a charity, where less than was offered; minor units.
    less: int | None = None
    claims: list[Claim] = field(default_factory=list)
    payments: list[Fact] = field(default_factory=list)
    arrived: dict[str, str] = field(default_factory=dict)
    #: What was paid and not taken back.
    paid: int = 0
    #: Between which days the last payment was made.
    paid_on: tuple[date | None, date | None] = (None, None)
    taken_back: int = 0
    written_off: int = 0
    events: list[int] = field(default_factory=list)

    #: Whether anything was offered; else it is a claim on no offer.
    offered_first: bool = field(init=False)
    #: To how many people each such sum was offered; above 1 for a group only.
    number: int = field(init=False)
    unit: Unit = field(init=False)
    #: What was offered in all, or claimed where nothing was offered; minor units.
    stated: int = field(init=False)
    #: The work it says it is for; empty for none.
    contribution: str = field(init=False)
    #: No answer can be expected in the record: offered to a group, or noted afterwards.
    silent: bool = field(init=False)

    # ── what ``count`` finds ────────────────────────────────────────────────────────────────────
    accepted: bool = field(init=False)
    for_less: bool = field(init=False)
    #: Whether the person asked that a charity have it.
    redirected: bool = field(init=False)
    declined: bool = field(init=False)
    awaiting: bool = field(init=False)
    #: Whether all that was claimed of it was refused.
    refused: bool = field(init=False)
    #: What was agreed to, or approved of claims where nobody had to agree; minor units.
    promised: int = field(init=False)
    #: Whether somebody keeps the book of its payments: it was agreed or judged at the time.
    kept: bool = field(init=False)
    #: «Offered, payment not recorded»: nobody kept a book of whether it was paid.
    unrecorded: bool = field(init=False)
    #: What is promised and neither paid nor written off, minor units; 0 if nobody can say.
    open: int = field(init=False)
    #: What is claimed, nobody has agreed to and nobody has judged yet; minor units.
    asked: int = field(init=False)
    #: Whether all that was promised was paid.
    settled: bool = field(init=False)
    #: The day by which it is to be paid, as promised; None when nothing was promised.
    due: date | None = field(init=False)

    def __post_init__(self) -> None:
        first = self.first
        body = first.body
        amount = body["amount"]
        self.offered_first = first.type == OFFERED
        self.number = body.get("number", 1)
        self.unit = body["kind"], amount["currency"], amount["exponent"]
        self.stated = amount["minor"] * self.number
        self.contribution = body.get("contribution", "")
        self.silent = self.offered_first and (
            first.mode == "history" or body["to"].startswith("group:")
        )
        self.due = _day(body.get("due")) if self.offered_first else None

    def count(self) -> None:
        """Count what follows from what was put in."""
        answer, payments = self.answer, self.payments
        said = "" if answer is None else answer.type
        self.accepted, self.redirected = said == ACCEPTED, said == REDIRECTED
        self.declined = said == DECLINED
        self.silent = self.silent and answer is None
        self.awaiting = self.offered_first and not (said or self.silent or payments)
        self.kept, self.refused = answer is not None and answer.mode == "live", False
        self.promised, self.asked, self.for_less = 0, 0, False
        if self.claims:
            self._count_claims()
        if self.accepted or self.redirected:
            self.promised, self.asked = self.stated if self.less is None else self.less, 0
            self.for_less = self.accepted and self.less is not None
        promised = self.promised
        self.settled = 0 < promised <= self.paid
        self.unrecorded = not payments and not self.kept and (self.silent or promised > 0)
        still = promised - self.paid - self.written_off
        self.open = still if still > 0 and self.kept and not self.refused else 0
        if self.claims:
            self.due = self._due()

    def _count_claims(self) -> None:
        self.refused = True
        for claim in self.claims:
            live = claim.live
            self.kept = self.kept or live
            if claim.refused:
                continue
            self.refused = False
            if claim.approved is not None:
                self.promised += claim.minor
            elif live:
                self.asked += claim.minor

    @property
    def answered(self) -> str:
        """The one answer an offer has: an agreement, a no, or none, whether or not it may come."""
        if self.answer is None:
            return "awaiting" if self.awaiting else "no_answer"
        return ANSWERS[self.answer.type]

    @property
    def in_query(self) -> bool:
        return any(claim.in_query for claim in self.claims)

    @property
    def waiting(self) -> bool:
        return any(claim.waiting for claim in self.claims)

    @property
    def approved(self) -> bool:
        return any(claim.approved is not None for claim in self.claims)

    @property
    def since(self) -> date | None:
        """The latest day by which it was claimed, else agreed to; None where nobody said."""
        days = [claim.made_on[1] for claim in self.claims if not claim.refused]
        if days:
            return days[0]
        return day_of(self.answer)[1] if self.answer else day_of(self.first)[1]

    def due_of(self, claim: Claim) -> date | None:
        """The day by which a claim is to be paid: as approved, as offered, so long after it."""
        approved = claim.approved.body if claim.approved is not None else {}
        offered = self.first.body if self.offered_first else {}
        named = approved.get("due") or offered.get("due")
        if named:
            return date.fromisoformat(named)
        if "term" not in offered or claim.made_on[0] is None:
            return None
        return claim.made_on[0] + timedelta(days=offered["term"])

    def _due(self) -> date | None:
        """The day by which a matter with claims is to be paid.

        Of several claims the first that is not paid yet says it: what was claimed and paid in
        January does not make late what was claimed in June.
        """
        standing = [claim for claim in self.claims if not claim.refused]
        waiting = standing if self.settled else [one for one in standing if one.paid < one.minor]
        known = min((day for one in waiting if (day := self.due_of(one))), default=None)
        if known is None and self.offered_first:
            return _day(self.first.body.get("due"))
        return known

    @property
    def settled_on(self) -> tuple[date | None, date | None]:
        """Between which days the last of it was paid; unknown where not all of it is."""
        if not self.promised or self.paid < self.promised or not self.payments:
            return None, None
        return self.paid_on

    @property
    def late(self) -> bool | None:
        """Whether any of it was paid after its day; None: not paid, or a day is not known.

        Each claim has a day of its own; payments that name the offer alone are held against its.
        """
        if not self.settled:
            return None
        if not self.claims:
            return _after(self.due, self.settled_on)
        standing = [claim for claim in self.claims if not claim.refused]
        parts = [(self.due_of(claim), claim.paid_on) for claim in standing]
        if not parts or any(claim.paid < claim.minor for claim in standing):
            parts = [(self.due, self.settled_on)]
        said = {_after(due, paid_on) for due, paid_on in parts}
        return True if True in said else None if None in said else False

    def overdue(self, today: date) -> int:
        """Give how many days what is open is overdue on ``today``; 0 when it is not."""
        due = self.due
        return (today - due).days if self.open and due is not None and today > due else 0


def _after(due: date | None, paid: tuple[date | None, date | None]) -> bool | None:
    """Whether it was paid after its day; None where one of the days is not known."""
    first, last = paid
    if due is None:
        return None
    if first is not None and first > due:
        return True
    return False if last is not None and last <= due else None


def day_of(fact: Fact) -> tuple[date | None, date | None]:
    """Give the first and last day on which an act of saying was done, as far as is known."""
    if fact.on is None:
        return (fact.day, fact.day) if fact.mode == "live" else (None, None)
    first, last = fact.on.get("from"), fact.on.get("to")
    if last is None and fact.on.get("precision") == "day":
        last = first
    return _day(first), _day(last)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def behind(some: Iterable[Traced]) -> Sequence[int]:
    """Give the entries behind these matters, sorted."""
    return entries(chain.from_iterable([one.events for one in some]))


def payees(shares: Iterable[tuple[Traced, int]]) -> tuple[int, ...]:
    """Give each person's share of a sum, in minor units: one to a person, a group split evenly."""
    people: dict[str, int] = {}
    split: list[int] = []
    for one, minor in shares:
        if not minor:
            continue
        if one.number > 1:
            # A thousand equal shares say as much about dominance as a million would.
            some = min(one.number, 1000)
            split += [minor // some + (at < minor % some) for at in range(some)]
        else:
            people[one.payee] = people.get(one.payee, 0) + minor
    return (*people.values(), *split)


def people(some: Iterable[Traced]) -> int:
    """How many people these matters are for: each person once, a group as many as it was for."""
    persons, grouped = set[str](), 0
    for one in some:
        if one.payee.startswith("group:"):
            grouped += one.number
        else:
            persons.add(one.payee)
    return len(persons) + grouped


def works_of(matter: Matter) -> frozenset[str]:
    """The contributions that an offer, or the claims on it, say it is for."""
    found = {matter.contribution, *[claim.contribution for claim in matter.claims]}
    return frozenset(found - {""})
