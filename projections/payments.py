"""View ``payments``: what was offered, what people answered, what was paid.

    offered -> accepted | for less | for a charity | declined | awaiting an answer -> paid, open

What was taken back is not paid; what was written off is neither paid nor open. Payments on claims
that rest on no offer are in no row: nothing was offered; they are noted.

Types of payment are never added together, nor currencies: one row for each type and currency
(domain.md section 6). What a group entry was offered cannot be answered by it, and old books seldom
note an answer: such an offer without a recorded payment is «offered, payment not recorded», and
never «unpaid». A sum that nobody recorded is not known; it is not zero. A decline is an answer
like any other and carries no reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from projections.charts import panels
from projections.facts import Fact, Facts, Happened, happened, in_span
from projections.given import RECORDED
from projections.result import Amount, Asked, Cell, Column, Row, Summary, ViewResult
from projections.stage_common import contested_notes, many
from projections.view import View

OFFERED = "payment-offered/v1"
ACCEPTED = "payment-accepted/v1"
DECLINED = "payment-declined/v1"
REDIRECTED = "payment-redirected/v1"
MADE = "payment-made/v1"
REVERSED = "payment-reversed/v1"
WRITTEN_OFF = "payment-written-off/v1"
_AFTER = (ACCEPTED, REDIRECTED, DECLINED, MADE, REVERSED, WRITTEN_OFF)
NEEDS = frozenset({OFFERED, *_AFTER, RECORDED})

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
_QUESTION = "What was offered to people, what did they answer, and what was paid?"


@dataclass(slots=True)
class _Offer:
    """One offer with what followed it, as far as it had happened by the day asked for."""

    fact: Fact
    dated: bool
    answer: Fact | None = None
    paid: list[Fact] = field(default_factory=list)
    taken_back: int = 0
    written_off: int = 0
    events: list[int] = field(default_factory=list)

    @property
    def unit(self) -> tuple[str, int]:
        amount = self.fact.body["amount"]
        return amount["currency"], amount["exponent"]

    @property
    def number(self) -> int:
        number: int = self.fact.body.get("number", 1)
        return number

    @property
    def offered(self) -> int:
        minor: int = self.fact.body["amount"]["minor"]
        return minor * self.number

    @property
    def agreed(self) -> int:
        """What is to be paid: less than offered when it was accepted for less."""
        less = self.answer.body.get("amount") if self.answer else None
        minor: int = less["minor"] if less else self.offered
        return minor

    @property
    def paid_minor(self) -> int:
        made: int = sum(payment.body["amount"]["minor"] for payment in self.paid)
        return made - self.taken_back

    @property
    def accepted(self) -> bool:
        return self.answer is not None and self.answer.type in {ACCEPTED, REDIRECTED}

    @property
    def redirected(self) -> bool:
        """Whether the person asked that a charity have it."""
        return self.answer is not None and self.answer.type == REDIRECTED

    @property
    def declined(self) -> bool:
        return self.answer is not None and self.answer.type == DECLINED

    @property
    def silent(self) -> bool:
        """No answer can be expected in the record: offered to a group, or noted afterwards."""
        to_group = self.fact.body["to"].startswith("group:")
        return self.answer is None and (to_group or self.fact.mode == "history")

    @property
    def awaiting(self) -> bool:
        return self.answer is None and not self.silent and not self.paid

    @property
    def unrecorded(self) -> bool:
        """«Offered, payment not recorded»: nobody kept a book of whether it was paid."""
        noted_later = self.accepted and self.answer is not None and self.answer.mode == "history"
        return not self.paid and (self.silent or noted_later)

    @property
    def open(self) -> int:
        """What is agreed and not paid yet, in minor units; 0 where nobody can say."""
        if not self.accepted or self.unrecorded:
            return 0
        return max(0, self.agreed - self.paid_minor - self.written_off)


def payments(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the offers as ``asked``, one row for each type and currency."""
    size = facts.size_at(asked.at)
    hashes: dict[int, str] = {}
    offers, later, unscaled = _offers(facts, asked, size, hashes)
    groups: dict[tuple[str, str, int], list[_Offer]] = {}
    for offer in offers.values():
        groups.setdefault((offer.fact.body["kind"], *offer.unit), []).append(offer)
    order = {kind: at for at, kind in enumerate(KINDS)}
    keys = sorted(groups, key=lambda key: (order.get(key[0], len(order)), key))
    rows = [_row(key, groups[key], asked.dated) for key in keys]
    events = sorted({index for row in rows for index in row.events})
    return ViewResult(
        view="payments",
        title="Offers and payments",
        question=_QUESTION,
        formula=(
            "One row for each type of payment and currency. Offered: amount to each person times "
            "the number of people. Agreed: what was accepted, which may be less. Open: agreed "
            "minus paid, for accepted offers. Offers to a group, and offers written down "
            "afterwards, that have no recorded payment are «offered, payment not recorded»."
        ),
        does_not_show=(
            "Why somebody said no (nobody has to say), whether a payment was enough, or what was "
            "never offered. «Payment not recorded» does not mean «not paid». Somebody offered "
            "twice counts twice."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated),
        rows=tuple(rows),
        hashes={index: hashes[index] for index in events},
        notes=tuple(_notes(facts, asked, list(offers.values()), later, unscaled)),
        summary=_summary(rows, list(offers.values())),
        chart=_chart(rows) if rows else None,
    )


def _offers(
    facts: Facts, asked: Asked, size: int, hashes: dict[int, str]
) -> tuple[dict[str, _Offer], int, int]:
    """Give the offers by id, how many came after the day asked, and how many have no scale."""
    scales = _scales(facts, asked, size)
    offers: dict[str, _Offer] = {}
    later = unscaled = 0
    for fact in facts.of(OFFERED, before=size):
        if asked.project is not None and fact.body["project"] != asked.project:
            continue
        scale = None if scales is None else scales.get(fact.body.get("contribution", ""))
        if scales is not None and scale != asked.scale:
            unscaled += scale is None
            continue
        when = in_span(fact, asked, on_saying=True)
        if when is Happened.NO:
            later += 1
            continue
        hashes[fact.index] = fact.hash
        offers[fact.body["offer"]] = _Offer(fact, when is Happened.YES, events=[fact.index])
    for fact in facts.of(*_AFTER, before=size):
        offer = offers.get(fact.body.get("offer", ""))
        if offer is not None:
            _follow(offer, fact, asked, hashes)
    return offers, later, unscaled


def _scales(facts: Facts, asked: Asked, size: int) -> Mapping[str, str] | None:
    """Give each contribution's scale, only when a scale was asked for."""
    if asked.scale is None:
        return None
    recorded = facts.of(RECORDED, before=size)
    return {fact.body["contribution"]: fact.body.get("scale", "unsorted") for fact in recorded}


def _follow(offer: _Offer, fact: Fact, asked: Asked, hashes: dict[int, str]) -> None:
    when = happened(fact, asked.happened_by, on_saying=True)
    if when is Happened.NO:
        return
    hashes[fact.index] = fact.hash
    offer.events.append(fact.index)
    if when is Happened.UNKNOWN:
        offer.dated = False
    if fact.type == MADE:
        offer.paid.append(fact)
    elif fact.type == REVERSED:
        offer.taken_back += fact.body["amount"]["minor"]
    elif fact.type == WRITTEN_OFF:
        offer.written_off += fact.body["amount"]["minor"]
    else:
        offer.answer = fact


def _columns(by_date: bool) -> tuple[Column, ...]:
    none = "not recorded"
    columns = [
        Column("kind", "text", "", "Type", guard="open"),
        Column("currency", "text", "", "Currency", guard="open"),
        Column("offers", "integer", "offer", "Offers"),
        Column("places", "integer", "person", "People offered to"),
        Column("offered", "money", "money", "Offered"),
        Column("accepted", "integer", "offer", "Accepted", unknown=none),
        Column("accepted_less", "integer", "offer", "of these, for less", unknown=none),
        Column("redirected", "integer", "offer", "of these, for a charity", unknown=none),
        Column("declined", "integer", "offer", "Declined", unknown=none),
        Column("awaiting", "integer", "offer", "Awaiting an answer", unknown=none),
        Column("paid_offers", "integer", "offer", "Offers paid", unknown=none),
        Column("paid", "money", "money", "Paid", unknown=none),
        Column("open", "money", "money", "Agreed and open", unknown="cannot be said"),
        Column("payment_not_recorded", "integer", "offer", "Offered, payment not recorded"),
    ]
    if by_date:
        columns.append(Column("date_unknown", "integer", "offer", "Date unknown"))
    return tuple(columns)


def _row(key: tuple[str, str, int], offers: Sequence[_Offer], by_date: bool) -> Row:
    kind, currency, exponent = key
    dated = [offer for offer in offers if offer.dated]

    def money(minor: int) -> Amount:
        return Amount(minor, currency, exponent)

    # A book that nobody kept gives no zeros.
    answers_kept = not dated or any(not offer.silent for offer in dated)
    payments_kept = not dated or any(not offer.unrecorded for offer in dated)
    cells: dict[str, Cell] = {
        "kind": KINDS.get(kind, kind),
        "currency": currency,
        "offers": len(dated),
        "places": sum(offer.number for offer in dated),
        "offered": money(sum(offer.offered for offer in dated)),
        "payment_not_recorded": sum(offer.unrecorded for offer in dated),
    }
    if answers_kept:
        cells |= {
            "accepted": sum(offer.accepted for offer in dated),
            "accepted_less": sum(o.accepted and o.agreed < o.offered for o in dated),
            "redirected": sum(offer.redirected for offer in dated),
            "declined": sum(offer.declined for offer in dated),
            "awaiting": sum(offer.awaiting for offer in dated),
        }
    if payments_kept:
        cells |= {
            "paid_offers": sum(offer.paid_minor > 0 for offer in dated),
            "paid": money(sum(offer.paid_minor for offer in dated)),
            "open": money(sum(offer.open for offer in dated)),
        }
    if by_date:
        cells["date_unknown"] = len(offers) - len(dated)
    return Row(cells, tuple(sorted(index for offer in offers for index in offer.events)))


def _notes(
    facts: Facts, asked: Asked, offers: Sequence[_Offer], later: int, unscaled: int
) -> Iterable[str]:
    unrecorded = sum(offer.unrecorded for offer in offers)
    if unrecorded:
        yield (
            f"Payment is not recorded for {many(unrecorded, 'offer')}; that says nothing about "
            "whether it was made. Sums paid are therefore «at least»."
        )
    history = sum(offer.fact.mode == "history" for offer in offers)
    if history:
        yield f"{many(history, 'offer')} recorded afterwards, not at the time."
    if later:
        yield f"{many(later, 'offer')} made outside the time asked for ({asked.span}), not counted."
    if asked.dated:
        undated = sum(not offer.dated for offer in offers)
        yield (
            f"{many(undated, 'offer')} where a date does not say whether it was "
            f"{asked.span}: counted as «date unknown» and in no other column."
        )
    written_off = sum(offer.written_off > 0 for offer in offers)
    if written_off:
        yield f"{many(written_off, 'offer')} written off in whole or part: neither paid nor open."
    size = facts.size_at(asked.at)
    without = sum("offer" not in fact.body for fact in facts.of(MADE, before=size))
    if without:
        yield f"{many(without, 'payment')} on claims that rest on no offer, in no figure here."
    if unscaled:
        yield f"{many(unscaled, 'offer')} for no named contribution have no scale, not counted."
    absent = sum(index < size for index in facts.missing)
    if absent:
        yield (
            f"{many(absent, 'entry', 'entries')} not shown to this reader or withdrawn since; "
            "what they said is in no figure."
        )
    yield from contested_notes(facts, asked, NEEDS)
    yield "Types of payment and currencies are never added together."


def _summary(rows: Sequence[Row], offers: Sequence[_Offer]) -> Summary:
    shows = []
    for row in rows:
        cells = row.cells
        words = (
            f"{cells['kind']}: {many(_int(cells['offers']), 'offer')}, {cells['offered']} offered"
        )
        if cells.get("paid") is not None:
            words += f", {cells['paid']} paid, {cells['open']} agreed and open"
        shows.append(words + ".")
    unrecorded = sum(offer.unrecorded for offer in offers)
    unknown = []
    if unrecorded:
        unknown.append(
            f"Payment is not recorded for {unrecorded} of {many(len(offers), 'offer')}. That does "
            "not mean that they were not paid."
        )
    if not offers:
        unknown.append("No offer of payment is recorded.")
    return Summary(tuple(shows), (), tuple(unknown))


def _int(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _chart(rows: Sequence[Row]) -> dict[str, Any]:
    states = {
        "accepted": "Accepted",
        "declined": "Declined",
        "awaiting": "Awaiting an answer",
        "payment_not_recorded": "Payment not recorded",
    }
    titles = [f"{row.cells['kind']}, {row.cells['currency']}" for row in rows]
    values = []
    for title, row in zip(titles, rows, strict=True):
        for state, panel in states.items():
            n = row.cells.get(state)
            label = "not recorded" if n is None else str(n)
            values.append({"row": title, "panel": panel, "n": n, "label": label})
    return panels(
        values,
        rows=titles,
        columns=list(states.values()),
        unit="offers",
        description=(
            "Bars for each type of payment: how many offers were accepted, declined, still await "
            "an answer, or have no recorded payment."
        ),
    )


VIEW = View(
    "payments",
    "Offers and payments",
    _QUESTION,
    NEEDS,
    payments,
    filters=frozenset({"project", "scale", "period"}),
)
