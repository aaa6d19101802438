"""What was offered, claimed and paid, as asked: the matters of money in log order.

One pass over the facts builds each ``Matter`` (``matter.py``) with everything that followed it, as
far as it had happened by the day asked for; what is left out is counted and said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from projections.corrected import CORRECTED, superseded
from projections.facts import Fact, Facts, Happened, folded_once, happened, in_span
from projections.given import RECORDED, SORTED
from projections.linked import LINK_TYPES, Linked
from projections.matter import (
    ANSWERS,
    APPROVED,
    CLAIMED,
    JUDGED,
    MADE,
    OFFERED,
    RECEIVED,
    REVERSED,
    WRITTEN_OFF,
    Claim,
    Matter,
    Traces,
    day_of,
)
from projections.result import Asked
from projections.sides import SIDE_TYPES, Sides


def _answer(matter: Matter, _claim: Claim | None, fact: Fact) -> None:
    less = fact.body.get("amount")
    matter.answer, matter.less = fact, None if less is None else less["minor"]


def _judge(_matter: Matter, claim: Claim | None, fact: Fact) -> None:
    if claim is not None:
        claim.judged = fact
        if fact.type == APPROVED:
            claim.approved, claim.minor = fact, fact.body["amount"]["minor"]


def _pay(matter: Matter, claim: Claim | None, fact: Fact) -> None:
    minor = fact.body["amount"]["minor"]
    matter.payments.append(fact)
    matter.paid += minor
    matter.paid_on = day_of(fact)
    if claim is not None:
        claim.paid_on = matter.paid_on
        claim.paid += minor


def _receive(matter: Matter, _claim: Claim | None, fact: Fact) -> None:
    matter.arrived[fact.body["payment"]] = fact.body.get("received", "all")


def _take_back(matter: Matter, claim: Claim | None, fact: Fact) -> None:
    minor = fact.body["amount"]["minor"]
    matter.paid -= minor
    matter.taken_back += minor
    if claim is not None:
        claim.paid -= minor


def _write_off(matter: Matter, claim: Claim | None, fact: Fact) -> None:
    minor = fact.body["amount"]["minor"]
    matter.written_off += minor
    if claim is not None:
        claim.written_off += minor


#: What each kind of entry that follows does to its matter, and to the claim it names.
_FOLLOW: Mapping[str, Callable[[Matter, Claim | None, Fact], None]] = {
    **dict.fromkeys(ANSWERS, _answer),
    **dict.fromkeys(JUDGED, _judge),
    MADE: _pay,
    RECEIVED: _receive,
    REVERSED: _take_back,
    WRITTEN_OFF: _write_off,
}
NEEDS = (
    frozenset({OFFERED, CLAIMED, *_FOLLOW, RECORDED, SORTED, CORRECTED}) | SIDE_TYPES | LINK_TYPES
)


def today_of(facts: Facts, asked: Asked) -> date | None:
    """Give the day as of which things are overdue: the one asked for, else the ledger's."""
    size = facts.size_at(asked.at)
    days = [day for index, day in facts.days if index < size]
    known = days[-1] if days else None
    return asked.happened_by or known


@dataclass
class Money:
    """The matters as asked, in log order; what was left out is counted."""

    matters: list[Matter]
    today: date | None
    sides: Sides
    #: Made outside the span asked for; for no named work, so of no scale; corrected since.
    later: int = 0
    unscaled: int = 0
    corrected: int = 0

    @property
    def dated(self) -> Iterator[Matter]:
        """Those whose dates all say that it had happened by then."""
        return (matter for matter in self.matters if matter.dated)

    @cached_property
    def traces(self) -> Traces:
        """Who and what is behind each matter, by its place."""
        return Traces(self.matters)

    def side_of(self, matter: Matter) -> str:
        """For whom the person or group acts that the money is for."""
        return _by(self.sides, matter.first)[0]


@folded_once
def read(facts: Facts, asked: Asked) -> Money:
    """Fold offers, claims and payments as asked: at a size, in a span of time, narrowed."""
    return _Reading(facts, asked).money()


def _by(sides: Sides, fact: Fact) -> tuple[str, int, str]:
    """The side and group label of whom the money is for, and the entry that says so."""
    to = fact.body["to"]
    group = sides.groups.get(to)
    if group is not None:
        return group.body["side"], group.index, group.body["label"]
    side, because = sides.at(to, fact.body["project"], fact.index)
    return side, because, ""


class _Reading:
    """One pass over the facts in log order."""

    def __init__(self, facts: Facts, asked: Asked) -> None:
        self.facts, self.asked = facts, asked
        self.size = facts.size_at(asked.at)
        self.sides = Sides.of(facts, self.size)
        self.out = superseded(facts, self.size)
        self.linked = Linked.of(facts, self.size)
        self.scales = self._scales()
        # Whose side counts is said by other entries; they are behind the figure when it is asked.
        self.by_side = bool(asked.side or asked.group)
        self.found = Money([], today_of(facts, asked), self.sides)
        self.matters: dict[str, Matter] = {}
        self.claims: dict[str, Claim] = {}

    def money(self) -> Money:
        matters, claims, out = self.matters, self.claims, self.out
        for fact in self.facts.of(OFFERED, CLAIMED, *_FOLLOW, before=self.size):
            if out and fact.hash in out:
                self.found.corrected += 1
                continue
            body, step = fact.body, _FOLLOW.get(fact.type)
            if step is None:
                self._offer_or_claim(fact)
                continue
            # It names the claim it is about, else the offer, and a receipt the payment.
            claim = body.get("claim", "")
            matter = matters.get(claim) or matters.get(body.get("offer") or body.get("payment", ""))
            if matter is not None and self._had_happened(matter, fact):
                step(matter, claims.get(claim), fact)
                if fact.type == MADE:
                    matters[body["payment"]] = matter
        for matter in self.found.matters:
            matter.count()
        return self.found

    def _offer_or_claim(self, fact: Fact) -> None:
        body = fact.body
        if fact.type == OFFERED:
            self._begin(fact, body["offer"])
            return
        offer = body.get("offer")
        matter = self.matters.get(offer) if offer else self._begin(fact, body["claim"])
        if matter is None or (offer and not self._had_happened(matter, fact)):
            return
        minor, work = body["amount"]["minor"], body.get("contribution", "")
        claim = Claim(fact, minor, work, made_on=day_of(fact))
        matter.claims.append(claim)
        self.claims[body["claim"]] = claim
        self.matters[body["claim"]] = matter

    def _begin(self, fact: Fact, id_: str) -> Matter | None:
        body, asked = fact.body, self.asked
        if asked.project is not None and body["project"] != asked.project:
            return None
        because = -1
        if self.by_side:
            side, because, label = _by(self.sides, fact)
            if asked.side not in {None, side} or asked.group not in {None, label}:
                return None
        if self.scales is not None:
            scale = self.scales.get(body.get("contribution", ""))
            if scale != asked.scale:
                self.found.unscaled += scale is None
                return None
        when = self._when(fact) if asked.dated else Happened.YES
        if when is Happened.NO:
            self.found.later += 1
            return None
        place, payee = len(self.found.matters), self.linked.one(body["to"])
        matter = Matter(fact, when is Happened.YES, place, payee)
        matter.events.append(fact.index)
        if because >= 0:
            matter.events.append(because)
        self.matters[id_] = matter
        self.found.matters.append(matter)
        return matter

    def _had_happened(self, matter: Matter, fact: Fact) -> bool:
        if self.asked.happened_by is not None:
            when = self._when(fact, first=False)
            if when is Happened.NO:
                return False
            matter.dated = matter.dated and when is Happened.YES
        matter.events.append(fact.index)
        return True

    def _when(self, fact: Fact, *, first: bool = True) -> Happened:
        """Whether it happened in the span asked for; what followed may come after a period."""
        by = self.asked.happened_by
        if by is None and (not first or self.asked.period is None):
            return Happened.YES
        if first and self.asked.period is not None:
            return in_span(fact, self.asked, on_saying=True)
        when = happened(fact, by, on_saying=True)
        # What was recorded by that day had happened by then, whatever its own date leaves open.
        if when is Happened.UNKNOWN and by is not None and fact.day is not None and fact.day <= by:
            return Happened.YES
        return when

    def _scales(self) -> Mapping[str, str] | None:
        """Each contribution's scale as last sorted, only when a scale was asked for."""
        if self.asked.scale is None:
            return None
        found: dict[str, str] = {}
        for fact in self.facts.of(RECORDED, SORTED, before=self.size):
            if fact.type == RECORDED or "scale" in fact.body:
                found[fact.body["contribution"]] = fact.body.get("scale", "unsorted")
        return found
