"""What covered the time people gave: each piece of work of each giver, under exactly one cause.

    paid           something offered or claimed for this work was paid, and nothing of it is open
    salary         its giver is employed for it: enrolled so by then, or an accepted wage in the
                   project
    gift           its giver, and nobody for them, declared it to be one
    declined       what was offered for it was declined; a choice, and never a gift
    waiting        offered or claimed and not answered, or promised and not paid
    never_offered  nothing was offered, and somebody kept the book at the time
    unknown        nobody can say: noted afterwards, or no side known, or offers that name no work,
                   declined or not

They are tried in this order: promised and open comes before gift (a gift is no consent to later
non-payment), then gift, salary, waiting for an answer, declined. Expenses cover no time. Awarded
scores are a measure and never time. «Never offered» is said of people acting for the community or
bridging alone: whether a salary covers the rest's time is not recorded unless it says so.

Source: domain.md sections 6 and 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from projections import given, offers
from projections.entries import entries
from projections.facts import Fact, Facts, Happened, folded_once
from projections.given import Given, Giver
from projections.matter import Matter, day_of, works_of
from projections.result import Asked
from projections.sides import COMMUNITY
from projections.timed import shares

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


#: Makes a ``Piece`` of its fields in order, as ``given`` makes what was given.
_piece: Callable[[Sequence[Any]], Piece] = partial(tuple.__new__, Piece)


def behind(pieces: Iterable[Piece]) -> set[int]:
    """The entries behind these pieces."""
    found = list[int]()
    for piece in pieces:
        found += piece.work.events
        for matter in piece.matters:
            found += matter.events
        if piece.because >= 0:
            found.append(piece.because)
    return set(found)


def events_of(pieces: Iterable[Piece]) -> Sequence[int]:
    """The same, sorted."""
    return entries(behind(pieces))


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
            return bool(body["contribution"] == work.id) and not self.revoked
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
            body = fact.body
            if body.get("route") == "employed":
                self.employed.setdefault((body["person"], body.get("project", "")), fact)
        #: Of whom anything but money for this very work could say the cause: hardly anybody.
        self.said_of = {giver for giver, _ in self.gifts} | {person for person, _ in self.employed}
        self.said_of |= {payee for _, payee in self.loose}

    def _file(self, matter: Matter) -> None:
        if matter.unit[0] not in FOR_WORK:
            return
        payee = matter.payee
        if works := works_of(matter):
            for work in works:
                self.named.setdefault((work, payee), []).append(matter)
        else:
            self.loose.setdefault((matter.first.body["project"], payee), []).append(matter)

    def cover(self) -> Cover:
        side, group = self.asked.side, self.asked.group
        linked, named, pieces = self.record.linked, self.named, list[Piece]()
        for work in self.record.standing:
            if work.happened is not Happened.YES:
                continue
            for giver, minutes in _shares(work):
                if side not in {None, giver.side} or group not in {None, giver.label}:
                    continue
                person = linked.one(giver.id)
                found = named.get((work.id, person))
                matters = tuple(found) if found else ()
                cause, because = self._cause(work, giver, person, matters)
                pieces.append(_piece((work, giver, person, minutes, cause, because, matters)))
        return Cover(pieces, self.record, self.money)

    def _cause(
        self, work: Given, giver: Giver, person: str, matters: tuple[Matter, ...]
    ) -> tuple[str, int]:
        """The cause, and the entry of a gift or enrolment that says so, else -1."""
        if matters:
            if max([one.open for one in matters]):
                return "waiting", -1
            if max([one.paid for one in matters]) > 0:
                return "paid", -1
        if giver.id in self.said_of or person in self.said_of:
            return self._said(work, giver, person, matters)
        return _settled(matters) if matters else _never(work, giver), -1

    def _said(
        self, work: Given, giver: Giver, person: str, matters: tuple[Matter, ...]
    ) -> tuple[str, int]:
        """The cause where something is said of the giver, and the entry of a gift or enrolment."""
        if gift := self._gift(work, giver.id):
            return "gift", gift.fact.index
        loose = self.loose.get((work.project, person), ())
        if hired := self._employed(work, giver.id, loose):
            return "salary", hired.index
        if matters:
            return _settled(matters), -1
        if loose:  # for some work that nobody named, and perhaps for this: so is a «no» to it
            return "unknown", -1
        return _never(work, giver), -1

    def _gift(self, work: Given, giver: str) -> _Gift | None:
        """The first gift that covers it, of those that name it and those of a time."""
        named = self.gifts.get((giver, work.id), ())
        timed = self.gifts.get((giver, ""), ())
        firsts = (
            next((one for one in some if one.covers(work, giver)), None) for some in (named, timed)
        )
        covering = [one for one in firsts if one is not None]
        return min(covering, key=lambda one: one.fact.index, default=None)

    def _employed(self, work: Given, giver: str, loose: Sequence[Matter]) -> Fact | None:
        for project in (work.project, ""):
            hired = self.employed.get((giver, project))
            if hired is not None and _since(hired, work):
                return hired
        return next((one.first for one in loose if _is_wage(one)), None)


def _never(work: Given, giver: Giver) -> str:
    """Nothing was offered for this work, nor any that named no work."""
    return "never_offered" if work.live and giver.side in _NEVER_OFFERED_SAID_OF else "unknown"


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


def _shares(work: Given) -> Iterable[tuple[Giver, int | None]]:
    """Each giver's part of the time of a contribution, as ``timed`` shares it."""
    givers, minutes = work.givers, work.minutes
    if len(givers) == 1:
        return ((givers[0], minutes),)
    return [(share.giver, share.minutes) for share in shares(work)]
