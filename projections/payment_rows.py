"""The rows and columns of the view ``payments``: one for each type of payment and currency.

Rows of offers and rows of claims on no offer stand apart; each cell names the matters behind it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from itertools import compress
from typing import Any, TypeVar

from projections.cover import Cover, events_of
from projections.lazily import Lazily
from projections.matter import KINDS, Claim, Matter, Trace, Traces, Unit, behind, payees, people
from projections.offers import Money
from projections.result import Amount, Cell, Column, Row, percent
from projections.result import Relation as Follows

_NONE = "not recorded"
T = TypeVar("T")
_NO_OFFER = "nothing was offered"
#: The answers to an offer; every offer is in exactly one (``Matter.answered``).
_ANSWERS = {
    "accepted": "Accepted",
    "redirected": "Redirected to a charity",
    "declined": "Declined",
    "awaiting": "Awaiting an answer",
    "no_answer": "No answer recorded",
}


def columns(by_date: bool) -> tuple[Column, ...]:
    """Give the columns; with ``date unknown`` where a span of time was asked for."""

    def number(name: str, title: str, unit: str = "offer", unknown: str = _NONE) -> Column:
        return Column(name, "integer", unit, title, unknown=unknown, guard="count")

    def money(name: str, title: str, unknown: str = _NONE) -> Column:
        return Column(name, "money", "money", title, unknown=unknown, guard="money")

    answers = [
        number(name, title, unknown=f"{_NONE}, or {_NO_OFFER}") for name, title in _ANSWERS.items()
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
    return [_row(money, key, groups[key], by_date, least) for key in keys]


def never_offered(cover: Cover) -> list[Row]:
    """Give the row of work for which nothing was offered; none where there is no such work."""
    some = [piece for piece in cover.pieces if piece.cause == "never_offered"]
    if not some:
        return []
    events = events_of(some)
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
    """The cells of a row, each with the places of the matters behind it and, of money, the sums."""

    def __init__(self, unit: Unit, traces: Traces) -> None:
        self.unit, self.traces = unit, traces
        self.cells: dict[str, Cell] = {}
        self.some: dict[str, array[int]] = {}
        self.minors: dict[str, array[int]] = {}

    def count(self, name: str, some: Sequence[Matter]) -> None:
        self.cells[name] = len(some)
        self.some[name] = array("Q", [one.place for one in some])

    def number(self, name: str, matters: Sequence[Matter], numbers: Sequence[int]) -> None:
        """A sum of one number for each matter; those whose number is 0 are not behind it."""
        self.count(name, [*compress(matters, numbers)])
        self.cells[name] = sum(numbers)

    def sum(self, name: str, matters: Sequence[Matter], minors: Sequence[int]) -> None:
        """The same of money, in minor units."""
        self.number(name, matters, minors)
        self.cells[name] = Amount(sum(minors), *self.unit[1:])
        self.minors[name] = array("q", filter(None, minors))

    def row(self, key: str, events: Sequence[int]) -> Row:
        """Give the row; what is behind its cells is looked up when somebody asks."""
        return Row(
            self.cells,
            events,
            key,
            Lazily({name: partial(self._of, behind, name) for name in self.some}),
            Lazily({name: partial(self._shares, name) for name in self.minors}),
            Lazily({name: partial(self._of, people, name) for name in self.some}),
        )

    def _of(self, what: Callable[[Iterable[Trace]], T], name: str) -> T:
        return what(self.traces.at(self.some[name]))

    def _shares(self, name: str) -> tuple[int, ...]:
        return payees(zip(self.traces.at(self.some[name]), self.minors[name], strict=True))


def _row(
    money: Money, key: tuple[bool, Unit], matters: Sequence[Matter], by_date: bool, least: int
) -> Row:
    alone, unit = key
    dated = [matter for matter in matters if matter.dated]
    made = _Cells(unit, money.traces)
    made.cells |= {
        "kind": KINDS.get(unit[0], unit[0]),
        "currency": unit[1],
        "rests_on": rests_on(matters[0]),
    }
    if not alone:
        _offered(made, dated)
    _claimed(made, dated)
    unrecorded = [one for one in dated if one.unrecorded]
    # A book that nobody kept gives no zeros.
    if not dated or len(unrecorded) < len(dated):
        _paid(made, dated, money.today)
        due, kept = made.cells["due"], made.cells["as_promised"]
        if isinstance(due, int) and isinstance(kept, int) and due >= max(least, 1):
            made.cells["share_as_promised"] = percent(kept, due)
    made.count("payment_not_recorded", unrecorded)
    if by_date:
        made.count("date_unknown", [one for one in matters if not one.dated])
    return made.row(row_key(unit, not alone), behind(matters))


def _offered(made: _Cells, dated: Sequence[Matter]) -> None:
    made.count("offers", dated)
    made.number("places", dated, [one.number for one in dated])
    made.sum("offered", dated, [one.stated for one in dated])
    # Where no answer can be expected of any, none was «not given».
    if dated and all(matter.silent for matter in dated):
        return
    by: dict[str, list[Matter]] = {name: [] for name in _ANSWERS}
    for one in dated:
        by[one.answered].append(one)
    for name, some in by.items():
        made.count(name, some)
    made.count("accepted_less", [one for one in by["accepted"] if one.for_less])


def _claimed(made: _Cells, dated: Sequence[Matter]) -> None:
    """Claims are optional on an offer: where there is none at all, nothing is said of them."""
    some = [one for one in dated if one.claims]
    if not some:
        return
    tests: dict[str, Callable[[Claim], bool]] = {
        "claimed": lambda _claim: True,
        "approved": lambda claim: claim.approved is not None and not claim.refused,
        "waiting": lambda claim: claim.waiting and claim.approved is None,
        "in_query": lambda claim: claim.in_query,
        "refused": lambda claim: claim.refused,
    }
    for name, test in tests.items():
        made.number(name, some, [sum([test(claim) for claim in one.claims]) for one in some])


def _paid(made: _Cells, dated: Sequence[Matter], today: date | None) -> None:
    made.count("paid_offers", [one for one in dated if one.paid > 0])
    made.sum("paid", dated, [one.paid for one in dated])
    made.count(
        "not_arrived",
        [one for one in dated if any(said != "all" for said in one.arrived.values())],
    )
    made.sum("taken_back", dated, [one.taken_back for one in dated])
    made.sum("written_off", dated, [one.written_off for one in dated])
    due = [one for one in dated if is_due(one, today)]
    made.count("due", due)
    judged = [(one, one.late) for one in due]
    made.count("as_promised", [one for one, late in judged if one.settled and not late])
    made.count("late", [one for one, late in judged if late])
    made.sum("open", dated, [one.open for one in dated])
    still = [one for one in dated if one.open]
    late = [one for one in still if one.overdue(today)] if today else []
    made.count("overdue", late)
    made.sum("overdue_money", late, [one.open for one in late])
    made.cells["oldest"] = (
        max([one.overdue(today) for one in late], default=None) if today else None
    )
    made.some["oldest"] = made.some["overdue"]
    made.count("no_day", [one for one in still if one.due is None])


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
