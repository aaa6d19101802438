"""The rows and columns of the view ``payments``: one for each type of payment and currency.

Rows of offers and rows of claims on no offer stand apart; each cell names the matters behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from projections.cover import Cover
from projections.lazily import Lazily
from projections.matter import KINDS, Matter, Unit, behind, payees, people
from projections.offers import Money
from projections.result import Amount, Cell, Column, Row, percent
from projections.result import Relation as Follows

_NONE = "not recorded"
_NO_OFFER = "nothing was offered"
Test = Callable[[Matter], bool]

#: The answers to an offer; every offer is in exactly one.
_ANSWERS: dict[str, tuple[str, Test]] = {
    "accepted": ("Accepted", lambda one: one.accepted),
    "redirected": ("Redirected to a charity", lambda one: one.redirected),
    "declined": ("Declined", lambda one: one.declined),
    "awaiting": ("Awaiting an answer", lambda one: one.awaiting),
    "no_answer": (
        "No answer recorded",
        lambda one: one.offered_first and one.answer is None and not one.awaiting,
    ),
}


def columns(by_date: bool) -> tuple[Column, ...]:
    """Give the columns; with ``date unknown`` where a span of time was asked for."""

    def number(name: str, title: str, unit: str = "offer", unknown: str = _NONE) -> Column:
        return Column(name, "integer", unit, title, unknown=unknown, guard="count")

    def money(name: str, title: str, unknown: str = _NONE) -> Column:
        return Column(name, "money", "money", title, unknown=unknown, guard="money")

    answers = [
        number(name, title, unknown=f"{_NONE}, or {_NO_OFFER}")
        for name, (title, _) in _ANSWERS.items()
    ]
    answers.insert(
        1, number("accepted_less", "of these, for less", unknown=f"{_NONE}, or {_NO_OFFER}")
    )
    columns = [
        Column("kind", "text", "", "Type", guard="open"),
        Column("currency", "text", "", "Currency", unknown="none", guard="open"),
        Column("rests_on", "text", "", "Rests on", guard="open"),
        number("offers", "Offers", unknown=_NO_OFFER),
        number("places", "People offered to", "person", unknown=_NO_OFFER),
        money("offered", "Offered", unknown=_NO_OFFER),
        *answers,
        number("claimed", "Claimed", "claim"),
        number("approved", "of these, approved", "claim"),
        number("waiting", "not looked at yet", "claim"),
        number("in_query", "in query", "claim"),
        number("refused", "refused", "claim"),
        number("paid_offers", "Paid, wholly or in part"),
        money("paid", "Paid"),
        number("not_arrived", "Said not to have arrived"),
        money("taken_back", "Taken back"),
        money("written_off", "Written off"),
        number("due", "Promised and due", unknown=_NONE),
        number("as_promised", "of these, paid as promised"),
        Column(
            "share_as_promised", "percent", "percent", "Paid as promised",
            unknown="not given", guard="derived", of=("as_promised", "due"),
        ),
        number("late", "of these, paid late"),
        money("open", "Promised and open", unknown="cannot be said"),
        number("overdue", "Overdue", unknown="cannot be said"),
        money("overdue_money", "Overdue, sum", unknown="cannot be said"),
        Column(
            "oldest", "integer", "day", "Days overdue, longest",
            unknown="none, or not recorded", guard="day",
        ),
        number("no_day", "Open, no day promised", unknown="cannot be said"),
        number("payment_not_recorded", "Offered, payment not recorded"),
        number("never_offered", "Never offered", "contribution", "in a row of its own"),
    ]  # fmt: skip
    if by_date:
        columns.append(number("date_unknown", "Date unknown"))
    return tuple(columns)


def rows_of(money: Money, by_date: bool, least: int) -> list[Row]:
    """Give the rows, in the order of the types; ``least``: on fewer no share is given."""
    groups: dict[tuple[bool, Unit], list[Matter]] = {}
    for matter in money.matters:
        groups.setdefault((not matter.offered_first, matter.unit), []).append(matter)
    order = {kind: at for at, kind in enumerate(KINDS)}
    keys = sorted(groups, key=lambda key: (order.get(key[1][0], len(order)), key[1], key[0]))
    return [_row(key, groups[key], money.today, by_date, least) for key in keys]


def never_offered(cover: Cover) -> list[Row]:
    """Give the row of work for which nothing was offered; none where there is no such work."""
    some = [piece for piece in cover.pieces if piece.cause == "never_offered"]
    if not some:
        return []
    events = tuple(sorted({index for piece in some for index in piece.events}))
    cells: dict[str, Cell] = {
        "kind": "Work",
        "rests_on": "nothing that was offered",
        "never_offered": len(some),
    }
    who = len({piece.person for piece in some})
    return [Row(cells, events, "never-offered", people={"never_offered": who})]


def row_key(unit: Unit, offered: bool = True) -> str:
    """Name a row: ``fee-GBP``, ``claimed-fee-GBP``, with the decimal places unless two."""
    kind, currency, exponent = unit
    places = "" if exponent == 2 else f"-{exponent}"
    return f"{'' if offered else 'claimed-'}{kind}-{currency}{places}"


def rests_on(matter: Matter) -> str:
    """What a row's matters rest on, in words."""
    return "an offer" if matter.offered_first else "a claim, on no offer"


class _Cells:
    """The cells of a row, each with the matters behind it and, for money, the payees' shares."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.cells: dict[str, Cell] = {}
        self.some: dict[str, list[Matter]] = {}
        self.shares: dict[str, list[tuple[Matter, int]]] = {}

    def count(
        self, name: str, found: Iterable[Matter], *, of: Callable[[Matter], int] | None = None
    ) -> None:
        some = self.some[name] = list(found)
        self.cells[name] = sum(map(of, some)) if of else len(some)

    def sum(self, name: str, found: Iterable[Matter], of: Callable[[Matter], int]) -> None:
        shares = self.shares[name] = [(one, of(one)) for one in found]
        self.cells[name] = Amount(sum(minor for _, minor in shares), *self.unit[1:])
        self.some[name] = [one for one, minor in shares if minor]

    def row(self, key: str, events: tuple[int, ...]) -> Row:
        """Give the row; what is behind its cells is looked up when somebody asks."""
        return Row(
            self.cells,
            events,
            key,
            Lazily({name: partial(behind, some) for name, some in self.some.items()}),
            Lazily({name: partial(payees, some) for name, some in self.shares.items()}),
            Lazily({name: partial(people, some) for name, some in self.some.items()}),
        )


def _row(
    key: tuple[bool, Unit], matters: Sequence[Matter], today: date | None, by_date: bool, least: int
) -> Row:
    alone, unit = key
    dated = [matter for matter in matters if matter.dated]
    made = _Cells(unit)
    made.cells |= {
        "kind": KINDS.get(unit[0], unit[0]),
        "currency": unit[1],
        "rests_on": rests_on(matters[0]),
    }
    if not alone:
        _offered(made, dated)
    _claimed(made, dated)
    # A book that nobody kept gives no zeros.
    if not dated or any(not matter.unrecorded for matter in dated):
        _paid(made, dated, today)
        due, kept = made.cells["due"], made.cells["as_promised"]
        if isinstance(due, int) and isinstance(kept, int) and due >= max(least, 1):
            made.cells["share_as_promised"] = percent(kept, due)
    made.count("payment_not_recorded", (one for one in dated if one.unrecorded))
    if by_date:
        made.count("date_unknown", (one for one in matters if not one.dated))
    return made.row(row_key(unit, not alone), behind(matters))


def _offered(made: _Cells, dated: Sequence[Matter]) -> None:
    made.count("offers", dated)
    made.count("places", dated, of=lambda one: one.number)
    made.sum("offered", dated, lambda one: one.stated)
    # Where no answer can be expected of any, none was «not given».
    if dated and all(matter.silent for matter in dated):
        return
    for name, (_, test) in _ANSWERS.items():
        made.count(name, filter(test, dated))
    made.count("accepted_less", (one for one in dated if one.for_less))


def _claimed(made: _Cells, dated: Sequence[Matter]) -> None:
    """Claims are optional on an offer: where there is none at all, nothing is said of them."""
    if not any(matter.claims for matter in dated):
        return
    tests: dict[str, Callable[[Any], bool]] = {
        "claimed": lambda _claim: True,
        "approved": lambda claim: claim.approved is not None and not claim.refused,
        "waiting": lambda claim: claim.waiting and claim.approved is None,
        "in_query": lambda claim: claim.in_query,
        "refused": lambda claim: claim.refused,
    }
    for name, test in tests.items():
        some = [(one, sum(map(test, one.claims))) for one in dated]
        made.cells[name] = sum(number for _, number in some)
        made.some[name] = [one for one, number in some if number]


def _paid(made: _Cells, dated: Sequence[Matter], today: date | None) -> None:
    made.count("paid_offers", (one for one in dated if one.paid > 0))
    made.sum("paid", dated, lambda one: one.paid)
    made.count(
        "not_arrived",
        (one for one in dated if any(said != "all" for said in one.arrived.values())),
    )
    made.sum("taken_back", dated, lambda one: one.taken_back)
    made.sum("written_off", dated, lambda one: one.written_off)
    due = [one for one in dated if is_due(one, today)]
    made.count("due", due)
    made.count("as_promised", filter(is_kept, due))
    made.count("late", (one for one in due if one.late is True))
    made.sum("open", dated, lambda one: one.open)
    late = [(one, one.overdue(today)) for one in dated] if today else []
    made.count("overdue", (one for one, days in late if days))
    made.sum("overdue_money", (one for one, days in late if days), lambda one: one.open)
    made.cells["oldest"] = max((days for _, days in late), default=0) or None
    made.some["oldest"] = made.some["overdue"]
    made.count("no_day", (one for one in dated if one.open and one.due is None))


def is_due(matter: Matter, today: date | None) -> bool:
    """Whether something was promised whose payment can be judged: its day is not still to come."""
    if not matter.promised or matter.unrecorded or matter.refused:
        return False
    if matter.settled or matter.written_off:
        return True
    return matter.kept and (matter.due is None or today is None or matter.due < today)


def is_kept(matter: Matter) -> bool:
    """Whether what was promised was paid in full and, where a day was promised, not after it."""
    return matter.settled and matter.late is not True


def relations(row: Row) -> Iterable[Follows]:
    """Which figures of a row follow from which; those it does not give are left out."""
    given = {name for name, cell in row.cells.items() if cell is not None}

    def of(total: str, parts: Sequence[str], kind: Any = "sum") -> Iterable[Follows]:
        if given >= {total, *parts}:
            yield Follows((row.key, total), tuple((row.key, part) for part in parts), kind)

    yield from of("offers", list(_ANSWERS))
    yield from of("accepted", ["accepted_less"], "within")
    yield from of("claimed", ["waiting", "in_query"], "within")
    yield from of("claimed", ["approved", "refused"], "within")
    yield from of("offers", ["paid_offers", "payment_not_recorded"], "within")
    yield from of("due", ["as_promised", "late"], "within")
    yield from of("open", ["overdue_money"], "within")
