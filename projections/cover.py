"""What covered the time people gave: each piece of work of each giver, under exactly one cause.

    paid           something offered or claimed for this work was paid, and nothing of it is open
    salary         its giver is employed for it: enrolled so by then, or an accepted wage in the
                   project
    gift           its giver, and nobody for them, declared it to be one
    declined       what was offered for it was declined; a choice, and never a gift
    waiting        offered or claimed and not answered, or promised and not paid
    never_offered  nothing was offered, and somebody kept the book at the time
    unknown        nobody can say: noted afterwards, or offers that name no work, or no side known

They are tried in this order: promised and open comes before gift (a gift is no consent to later
non-payment), then gift, salary, waiting for an answer, declined. Expenses cover no time. Awarded
scores are a measure and never time. «Never offered» is said of people acting for the community or
bridging alone: whether a salary covers the rest's time is not recorded unless it says so.

Source: domain.md sections 6 and 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from projections import given, offers
from projections.facts import Fact, Facts, Happened, folded_once
from projections.given import Given, Giver
from projections.matter import Matter, day_of, works_of
from projections.result import Asked
from projections.sides import COMMUNITY

GIFT_DECLARED = "gift-declared/v1"
GIFT_REVOKED = "gift-revoked/v1"
ENROLLED = "person-enrolled/v1"
NEEDS = given.NEEDS | offers.NEEDS | {GIFT_DECLARED, GIFT_REVOKED, ENROLLED}

CAUSES = {
    "paid": "Paid",
    "salary": "Covered by salary",
    "gift": "Gift declared by the giver",
    "declined": "Declined",
    "waiting": "Offered or claimed, not answered or not paid",
    "never_offered": "Never offered",
    "unknown": "Not known",
}
#: Neither paid, salaried nor the giver's own choice.
UNCOVERED = ("waiting", "never_offered")
#: Types of payment that pay for work; expenses do not.
FOR_WORK = frozenset({"fee", "wage", "in-kind", "voucher", "group-grant", "time-credit"})
_NEVER_OFFERED_SAID_OF = frozenset({COMMUNITY, "bridging"})


class Piece(NamedTuple):
    """One giver's part of one contribution; ``minutes`` is None where no time is recorded."""

    work: Given
    giver: Giver
    #: The giver, under one pseudonym where several are linked.
    person: str
    minutes: int | None
    cause: str
    #: The entry that says so where it is a gift or an enrolment; -1 for none.
    because: int
    matters: tuple[Matter, ...]

    @property
    def events(self) -> Iterator[int]:
        """The entries of the work, of what was offered and paid for it, and what says the cause."""
        yield from self.work.events
        for matter in self.matters:
            yield from matter.events
        if self.because >= 0:
            yield self.because


def events_of(pieces: Iterable[Piece]) -> tuple[int, ...]:
    """The entries behind these pieces, sorted, each once."""
    found = set[int]()
    for piece in pieces:
        found.update(piece.work.events)
        for matter in piece.matters:
            found.update(matter.events)
        found.add(piece.because)
    found.discard(-1)
    return tuple(sorted(found))


@dataclass(slots=True)
class Cover:
    """Every piece of dated work as asked, and the record and the money it was sorted by."""

    pieces: list[Piece]
    record: given.Record
    money: offers.Money


class _Gift(NamedTuple):
    fact: Fact
    revoked: int | None

    def covers(self, work: Given, person: str) -> bool:
        """Whether it is of this work; a gift taken back covers nothing recorded afterwards."""
        body = self.fact.body
        if body["person"] != person or body["project"] != work.project:
            return False
        if "contribution" in body:
            return bool(body["contribution"] == work.fact.body["contribution"]) and not self.revoked
        if self.revoked is not None and work.fact.index > self.revoked:
            return False
        if "kinds" in body and not set(body["kinds"]) & set(work.body.get("kinds", ())):
            return False
        first, last = day_of(work.fact)
        day = first or last or work.fact.day
        since = self.fact.day
        if day is None or since is None:
            return False
        return since <= day and ("until" not in body or day <= date.fromisoformat(body["until"]))


@folded_once
def read(facts: Facts, asked: Asked) -> Cover:
    """Sort every giver's part of every standing, dated contribution as asked."""
    return _Sorting(facts, asked).cover()


class _Sorting:
    def __init__(self, facts: Facts, asked: Asked) -> None:
        self.asked, size = asked, facts.size_at(asked.at)
        self.record = given.read(facts, asked)
        # Money for the work asked for, whenever and by whom it was offered.
        wide = replace(asked, side=None, group=None, scale=None, period=None)
        self.money = offers.read(facts, wide)
        self.named: dict[tuple[str, str], list[Matter]] = {}
        self.loose: dict[tuple[str, str], list[Matter]] = {}
        for matter in self.money.dated:
            self._file(matter)
        self.gifts = _gifts(facts, asked, size)
        self.employed: dict[tuple[str, str], Fact] = {}
        for fact in facts.of(ENROLLED, before=size):
            if fact.body.get("route") == "employed":
                where = fact.body["person"], fact.body.get("project", "")
                self.employed.setdefault(where, fact)

    def _file(self, matter: Matter) -> None:
        body = matter.first.body
        if body["kind"] not in FOR_WORK:
            return
        named = works_of(matter)
        for work in sorted(named):
            self.named.setdefault((work, matter.payee), []).append(matter)
        if not named:
            self.loose.setdefault((body["project"], matter.payee), []).append(matter)

    def cover(self) -> Cover:
        pieces = [
            self._piece(work, giver, minutes)
            for work in self.record.dated(Happened.YES)
            for giver, minutes in _shares(work)
            if self.asked.side in {None, giver.side} and self.asked.group in {None, giver.label}
        ]
        return Cover(pieces, self.record, self.money)

    def _piece(self, work: Given, giver: Giver, minutes: int | None) -> Piece:
        person = self.record.linked.one(giver.id)
        matters = tuple(self.named.get((work.fact.body["contribution"], person), ()))
        cause, said = self._cause(work, giver, matters)
        because = said.index if said is not None else -1
        return Piece(work, giver, person, minutes, cause, because, matters)

    def _cause(
        self, work: Given, giver: Giver, matters: tuple[Matter, ...]
    ) -> tuple[str, Fact | None]:
        if matters:
            if any(one.open for one in matters):
                return "waiting", None
            if any(one.paid > 0 for one in matters):
                return "paid", None
        gift = self._gift(work, giver.id) if self.gifts else None
        hired = self._employed(work, giver)
        if gift is not None or hired is not None:
            return ("gift", gift.fact) if gift else ("salary", hired)
        return _settled(matters) if matters else self._nothing_named(work, giver), None

    def _gift(self, work: Given, giver: str) -> _Gift | None:
        """The first gift that covers it, of those that name it and those of a time."""
        named = self.gifts.get((giver, work.fact.body["contribution"]), ())
        timed = self.gifts.get((giver, ""), ())
        firsts = (
            next((one for one in some if one.covers(work, giver)), None) for some in (named, timed)
        )
        covering = [one for one in firsts if one is not None]
        return min(covering, key=lambda one: one.fact.index, default=None)

    def _employed(self, work: Given, giver: Giver) -> Fact | None:
        if self.employed:
            for project in (work.project, ""):
                hired = self.employed.get((giver.id, project))
                if hired is not None and _since(hired, work):
                    return hired
        if not self.loose:
            return None
        wages = self.loose.get((work.project, self.record.linked.one(giver.id)), ())
        return next((one.first for one in wages if _is_wage(one)), None)

    def _nothing_named(self, work: Given, giver: Giver) -> str:
        """Nothing was offered for this very work; perhaps for some that nobody named."""
        loose = self.loose.get((work.project, self.record.linked.one(giver.id)), ())
        if loose:
            return "declined" if all(one.declined for one in loose) else "unknown"
        kept = work.fact.mode == "live" and giver.side in _NEVER_OFFERED_SAID_OF
        return "never_offered" if kept else "unknown"


def _since(hired: Fact, work: Given) -> bool:
    """Whether somebody was employed by then: what a volunteer gave before is no salary's.

    An enrolment that does not say since when covers what was recorded from its day on.
    """
    first, last = day_of(work.fact)
    day, since = first or last, day_of(hired)[0] if hired.on is not None else None
    if day is not None and since is not None:
        return since <= day
    return hired.index < work.fact.index or hired.day == work.fact.day


def _is_wage(matter: Matter) -> bool:
    return matter.first.body["kind"] == "wage" and (matter.accepted or matter.paid > 0)


def _settled(matters: tuple[Matter, ...]) -> str:
    """What was offered for it and neither paid nor promised: not answered, declined, refused."""
    if any(one.awaiting or one.asked for one in matters):
        return "waiting"
    if any(one.unrecorded for one in matters):
        return "unknown"
    if all(one.declined for one in matters):
        return "declined"
    return "waiting"


def _gifts(facts: Facts, asked: Asked, size: int) -> dict[tuple[str, str], list[_Gift]]:
    """Gifts by giver and the contribution they name (empty: those of a time), in log order."""
    found: dict[tuple[str, str], list[_Gift]] = {}
    by = asked.happened_by
    taken_back = {
        fact.body["gift"]: fact.index
        for fact in facts.of(GIFT_REVOKED, before=size)
        if by is None or (fact.day is not None and fact.day <= by)
    }
    for fact in facts.of(GIFT_DECLARED, before=size):
        if by is not None and (fact.day is None or fact.day > by):
            continue
        gift = _Gift(fact, taken_back.get(fact.body["gift"]))
        key = fact.body["person"], fact.body.get("contribution", "")
        found.setdefault(key, []).append(gift)
    return found


def _shares(work: Given) -> Iterator[tuple[Giver, int | None]]:
    """Each giver's part of the time of a contribution: equal parts, whole minutes."""
    time = work.body.get("time") or {}
    minutes, givers = time.get("minutes"), work.givers
    for at, giver in enumerate(givers):
        if minutes is None:
            yield giver, None
        else:
            yield giver, minutes // len(givers) + (at < minutes % len(givers))
