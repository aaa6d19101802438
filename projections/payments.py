"""View ``payments``: what was offered, what people answered, what became of it.

    offered -> accepted (for less) | redirected | declined | awaiting an answer | no answer recorded
            -> claimed -> approved | in query | refused -> paid, late, taken back, written off, open

Types of payment are never added together, nor currencies: one row for each type and currency
(domain.md section 6), and rows of their own for claims that rest on no offer. What a group entry
was offered cannot be answered by it, and old books seldom note an answer: such an offer without a
recorded payment is «offered, payment not recorded», and never «unpaid». A sum that nobody recorded
is not known; it is not zero. A decline is an answer like any other and carries no reason.

``paid as promised`` is what domain.md section 8 calls the main test: of what was agreed or approved
and whose day has not still to come, how much was paid in full and not after its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from projections.charts import panels
from projections.cover import NEEDS
from projections.cover import read as read_cover
from projections.facts import Facts
from projections.limits import LIMIT_TYPES, least_for_a_rate
from projections.offers import Money, read
from projections.payment_rows import columns, never_offered, relations, rows_of
from projections.result import Asked, Row, Said, Summary, ViewResult
from projections.stage_common import many, record_notes
from projections.view import View

_QUESTION = "What was offered to people, what did they answer, and what was paid?"


def payments(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the offers and claims as ``asked``, one row for each type and currency."""
    size = facts.size_at(asked.at)
    money = read(facts, asked)
    least, limit = least_for_a_rate(facts, size)
    cover = read_cover(facts, asked)
    rows = [*rows_of(money, asked.dated, least), *never_offered(cover)]
    return ViewResult(
        view="payments",
        title="Offers and payments",
        question=_QUESTION,
        formula=(
            "One row for each type of payment and currency; claims on no offer have rows of their "
            "own. Offered: amount to each person times the number of people. Offers = accepted + "
            "redirected + declined + awaiting an answer + no answer recorded. Open: promised "
            "(agreed to, or approved) minus paid minus written off. Paid as promised: paid in full "
            "and not after its day, divided by all that was promised whose day has not still to "
            "come. Overdue: open after its day: the day an approval or the offer names, else so "
            "many days after the claim as the offer promises. Offers to a group, and what was "
            "written down afterwards, without a recorded payment are «offered, payment not "
            "recorded». Never offered: pieces of work in a row of their own, as in the view hours."
        ),
        does_not_show=(
            "Why somebody said no (nobody has to say), whether a payment was enough, or what "
            "should have been offered. «Payment not recorded» does not mean «not paid». Somebody "
            "offered twice counts twice."
        ),
        checkpoint=facts.standing(asked),
        columns=columns(asked.dated),
        rows=tuple(rows),
        notes=(*_notes(facts, asked, money), limit),
        summary=_summary(rows, money),
        chart=_chart(rows) if rows else None,
        relations=tuple(relation for row in rows for relation in relations(row)),
    )


def _notes(facts: Facts, asked: Asked, money: Money) -> Iterable[str]:
    matters = money.matters
    unrecorded = sum(one.unrecorded for one in matters)
    if unrecorded:
        yield (
            f"Payment is not recorded for {many(unrecorded, 'offer')}; that says nothing about "
            "whether it was made. Sums paid are therefore «at least»."
        )
    history = sum(one.first.mode == "history" for one in matters)
    if history:
        yield f"{many(history, 'offer')} recorded afterwards, not at the time."
    if money.later:
        yield (
            f"{many(money.later, 'offer')} made outside the time asked for ({asked.span}), not "
            "counted."
        )
    if asked.dated:
        undated = sum(not one.dated for one in matters)
        yield (
            f"{many(undated, 'offer')} where a date does not say whether it was "
            f"{asked.span}: counted as «date unknown» and in no other column."
        )
    part = sum(bool(one.payments) and not one.kept and one.paid < one.promised for one in matters)
    if part:
        yield (
            f"{many(part, 'offer')} written down afterwards as paid in part; whether the rest was "
            "paid is not recorded."
        )
    if any(one.written_off for one in matters):
        off = sum(one.written_off > 0 for one in matters)
        yield f"{many(off, 'offer')} written off in whole or part: neither paid nor open."
    if money.corrected:
        yield f"{many(money.corrected, 'line')} corrected since; what stands instead counts."
    if money.unscaled:
        yield (
            f"{many(money.unscaled, 'offer')} for no named contribution have no scale, not counted."
        )
    if money.today is not None:
        yield f"Overdue as of {money.today}, the day this record had reached."
    yield from record_notes(facts, asked, NEEDS)
    yield "Types of payment and currencies are never added together."


def _summary(rows: Sequence[Row], money: Money) -> Summary:
    shows = [_sentence(row) for row in rows]
    offers = [one for one in money.matters if one.offered_first]
    unrecorded = sum(one.unrecorded for one in offers)
    unknown = []
    if unrecorded:
        unknown.append(
            f"Payment is not recorded for {unrecorded} of {many(len(offers), 'offer')}. That does "
            "not mean that they were not paid."
        )
    if not offers:
        unknown.append("No offer of payment is recorded.")
    return Summary(tuple(shows), (), tuple(unknown))


def _sentence(row: Row) -> Said:
    """What a row shows, as a sentence of its cells, so that it can be said again."""
    cells, names = row.cells, list[str]()

    def said(name: str, one: str, more: str) -> str:
        names.append(name)
        return one if cells.get(name) == 1 else more

    if "never_offered" in cells:
        text = "Nothing was offered for " + said("never_offered", "{} piece", "{} pieces")
        return _said(row, text + " of work.", names)
    text = f"{cells['kind']}, {cells['rests_on']}: "
    if cells.get("offers") is not None:
        text += said("offers", "{} offer", "{} offers") + said("offered", "", ", {} offered")
    elif cells.get("claimed") is not None:
        text += said("claimed", "{} claim", "{} claims")
    if cells.get("paid") is not None:
        text += said("paid", "", ", {} paid") + said("open", "", ", {} promised and open")
    if cells.get("due"):
        text += said("as_promised", "; paid as promised {}", "; paid as promised {}")
        text += said("due", " of {}", " of {}")
    return _said(row, text + ".", names)


def _said(row: Row, text: str, names: Sequence[str]) -> Said:
    return Said.of(text, {(row.key, name): row.cells[name] for name in names})


def _chart(rows: Sequence[Row]) -> dict[str, Any]:
    states = {
        "accepted": "Accepted",
        "declined": "Declined",
        "awaiting": "Awaiting an answer",
        "payment_not_recorded": "Payment not recorded",
    }
    offered = [row for row in rows if row.cells.get("offers") is not None]
    titles = [f"{row.cells['kind']}, {row.cells['currency']}" for row in offered]
    values = []
    for title, row in zip(titles, offered, strict=True):
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
    NEEDS | LIMIT_TYPES,
    payments,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
