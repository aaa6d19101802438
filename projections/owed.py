"""View ``owed``: what is promised or asked for, and not paid yet.

    owed   promised (agreed to, or approved) - paid - written off     oldest: days since it was
    asked  claimed, agreed to by nobody, and not approved or refused          claimed or agreed to

One row for each type of payment and currency; they are never added together. Whom it is owed to is
in no cell: people see their own on their statement, others by case access (domain.md section 10).
What was noted afterwards without a payment is not owed and not paid: it is not recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from projections.facts import Facts
from projections.matter import KINDS, Matter, Unit, behind, payees, people
from projections.offers import NEEDS, Money, read
from projections.payment_rows import row_key
from projections.result import (
    Amount,
    Asked,
    Cell,
    Column,
    Fixed,
    Relation,
    Row,
    Said,
    Summary,
    ViewResult,
)
from projections.stage_common import many, record_notes
from projections.view import View

_QUESTION = "What is owed to people, and for how long?"


def owed(facts: Facts, asked: Asked) -> ViewResult:
    """Fold what is open, one row for each type and currency."""
    money = read(facts, asked)
    open_: dict[Unit, list[Matter]] = {}
    for matter in money.dated:
        if matter.open or matter.asked:
            open_.setdefault(matter.unit, []).append(matter)
    order = {kind: at for at, kind in enumerate(KINDS)}
    parts = _parts(money)
    units = sorted(open_, key=lambda unit: (order.get(unit[0], len(order)), unit))
    rows = tuple(_row(unit, open_[unit], money.today) for unit in units)
    return ViewResult(
        view="owed",
        title="What is owed",
        question=_QUESTION,
        formula=(
            "Owed: promised (agreed to, or approved) minus paid minus written off. Asked for: "
            "claimed, agreed to by nobody before, and neither approved nor refused yet. Oldest: "
            "days since the claim, or since the yes where nothing was claimed, up to the day the "
            "record had reached. Past its day: the day an approval or the offer names, else so "
            "many days after the claim as the offer promises."
        ),
        does_not_show=(
            "Whom it is owed to: people find their own on their statement. What nobody recorded as "
            "promised or claimed, and payments that were made and not written down."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        notes=tuple(_notes(facts, asked, money)),
        summary=_summary(rows, open_, money),
        relations=tuple(one for row in rows for one in _relations(row, parts)),
    )


#: What is said where nothing is owed; and where of some offers nobody kept a book of payments.
NOTHING = Fixed("Nobody is owed anything, as far as this record says.")
SILENT = Fixed(
    "Nothing is recorded as owed. Of some offers the payment is not recorded, which does not mean "
    "that it was not made."
)
_COLUMNS = (
    Column("kind", "text", "", "Type", guard="open"),
    Column("currency", "text", "", "Currency", guard="open"),
    Column("people", "integer", "person", "People owed", guard="count"),
    Column("owed", "money", "money", "Owed", guard="money"),
    Column("oldest", "integer", "day", "Oldest, days", unknown="not known", guard="day"),
    Column("late_people", "integer", "person", "of these, past its day", guard="count"),
    Column("late", "money", "money", "Past its day", guard="money"),
    Column("no_day", "integer", "offer", "No day promised", guard="count"),
    Column("asked_people", "integer", "person", "People asking, not looked at", guard="count"),
    Column("asked", "money", "money", "Asked for, not looked at", guard="money"),
    Column("asked_oldest", "integer", "day", "Oldest asked, days", unknown="none", guard="day"),
)


def _row(unit: Unit, matters: Sequence[Matter], today: date | None) -> Row:
    due = [one for one in matters if one.open]
    late = [one for one in due if today is not None and one.overdue(today)]
    asking = [one for one in matters if one.asked]

    def money(some: Sequence[Matter], asked: bool = False) -> Amount:
        return Amount(sum(one.asked if asked else one.open for one in some), unit[1], unit[2])

    cells: dict[str, Cell] = {
        "kind": KINDS.get(unit[0], unit[0]),
        "currency": unit[1],
        "people": people(due),
        "owed": money(due),
        "oldest": _oldest(due, today),
        "late_people": people(late),
        "late": money(late),
        "no_day": sum(one.due is None for one in due),
        "asked_people": people(asking),
        "asked": money(asking, asked=True),
        "asked_oldest": _oldest(asking, today),
    }
    some = {"owed": due, "people": due, "oldest": due, "late_people": late, "late": late}
    some |= {"asked_people": asking, "asked": asking, "asked_oldest": asking}
    some["no_day"] = [one for one in due if one.due is None]
    return Row(
        cells,
        behind(matters),
        row_key(unit),
        {name: behind(found) for name, found in some.items()},
        {
            "owed": payees((one, one.open) for one in due),
            "late": payees((one, one.open) for one in late),
            "asked": payees((one, one.asked) for one in asking),
        },
    )


def _oldest(matters: Sequence[Matter], today: date | None) -> int | None:
    days = [(today - one.since).days for one in matters if today is not None and one.since]
    return max(0, *days) if days else None


def _parts(money: Money) -> frozenset[str]:
    """The rows of the view ``payments`` that say what is open."""
    kept = (one for one in money.dated if not one.unrecorded)
    return frozenset(row_key(one.unit, one.offered_first) for one in kept)


def _relations(row: Row, elsewhere: frozenset[str]) -> Iterable[Relation]:
    yield Relation((row.key, "owed"), ((row.key, "late"),), "within")
    yield Relation((row.key, "people"), ((row.key, "late_people"),), "within")
    parts = sorted({row.key, f"claimed-{row.key}"} & elsewhere)
    yield Relation(("owed", row.key, "owed"), tuple(("payments", part, "open") for part in parts))


def _notes(facts: Facts, asked: Asked, money: Money) -> Iterable[str]:
    unrecorded = sum(one.unrecorded for one in money.matters)
    if unrecorded:
        yield (
            f"Payment is not recorded for {many(unrecorded, 'offer')} noted afterwards or made to "
            "a group. That does not mean that they were not paid; they are in no figure here."
        )
    undated = sum(not one.dated for one in money.matters)
    if undated:
        yield f"{many(undated, 'offer')} with a date that does not say when: in no figure here."
    yield from record_notes(facts, asked, NEEDS)
    if money.today is not None:
        yield f"Counted up to {money.today}, the day this record had reached."
    yield "Types of payment and currencies are never added together."


def _summary(rows: Sequence[Row], open_: Mapping[Unit, Sequence[Matter]], money: Money) -> Summary:
    shows: list[str] = []
    due = [one for some in open_.values() for one in some if one.open]
    if len({one.unit for one in due}) > 1:
        shows.append(f"{_are(people(due))} owed something; types are never added together:")
    for row in rows:
        shows += _owed(row)
        shows += _asked(row)
    unrecorded = sum(one.unrecorded for one in money.matters)
    if not shows:
        shows.append(SILENT if unrecorded else NOTHING)
    unknown = (
        f"Payment is not recorded for {many(unrecorded, 'offer')}. That does not mean that they "
        "were not paid."
    )
    return Summary(tuple(shows), (), (unknown,) if unrecorded else ())


def _owed(row: Row) -> Iterable[str]:
    """«2 people are owed 63.00 GBP», as a sentence of cells, so that it can be said again."""
    if not row.cells["people"]:
        return
    text = "{} person is" if row.cells["people"] == 1 else "{} people are"
    text += f" owed {{}} ({_kind(row)})."
    names = ["people", "owed"]
    if row.cells["oldest"] is not None:
        text += " Oldest: {} day." if row.cells["oldest"] == 1 else " Oldest: {} days."
        names.append("oldest")
    if row.cells["late_people"]:
        text += " Past its day: {}."
        names.append("late")
    yield _sentence(row, text, names)


def _asked(row: Row) -> Iterable[str]:
    if not row.cells["asked_people"]:
        return
    text = "{} person asks" if row.cells["asked_people"] == 1 else "{} people ask"
    text += f" for {{}} ({_kind(row)}), which nobody has settled yet."
    names = ["asked_people", "asked"]
    if row.cells["asked_oldest"] is not None:
        text += " Oldest: {} day." if row.cells["asked_oldest"] == 1 else " Oldest: {} days."
        names.append("asked_oldest")
    yield _sentence(row, text, names)


def _kind(row: Row) -> str:
    return str(row.cells["kind"]).lower()


def _sentence(row: Row, text: str, names: Sequence[str]) -> Said:
    return Said.of(text, {(row.key, name): row.cells[name] for name in names})


def _are(number: int) -> str:
    return many(number, "person is", "people are")


VIEW = View(
    "owed",
    "What is owed",
    _QUESTION,
    NEEDS,
    owed,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
