"""View ``budgets``: what each budget holds, has paid and has promised, and who controls it.

    free = opened - allocated - paid - promised       (minor units of one currency)

The same balance that the rules keep (``domain/budget.py``): an offer that names a budget promises
its amount, a decline gives it back, accepting less the rest, a payment turns it into money paid,
taking back returns it. A claim on no offer promises when it is approved. Whoever controls a budget
signs what newly binds its money; so money controlled by people who act for the community is power
over it. ``--by side`` adds up what each side controls, and ``--by chosen`` what those control whom
each chose, so that either can be followed through time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from projections import seated
from projections.entries import entries
from projections.facts import Fact, Facts, Happened, happened
from projections.matter import (
    ACCEPTED,
    APPROVED,
    DECLINED,
    MADE,
    OFFERED,
    REDIRECTED,
    REVERSED,
    WRITTEN_OFF,
)
from projections.result import Amount, Asked, Cell, Column, Relation, Row, Summary, ViewResult
from projections.seated import CHOSEN, Term
from projections.sides import COMMUNITY, SIDE_TYPES, Sides
from projections.stage_common import SIDES, many, record_notes
from projections.view import View

OPENED = "budget-opened/v1"
ALLOCATED = "budget-allocated/v1"
_MOVES = (OFFERED, ACCEPTED, REDIRECTED, DECLINED, APPROVED, MADE, REVERSED, WRITTEN_OFF)
NEEDS = frozenset({OPENED, ALLOCATED, *_MOVES}) | SIDE_TYPES | seated.NEEDS
_QUESTION = "What does each budget hold, and who controls it?"


@dataclass(slots=True)
class Budget:
    """One budget, or line of one, with what moved its money; minor units."""

    fact: Fact
    side: str = ""
    side_said: int = -1
    allocated: int = 0
    paid: int = 0
    promises: dict[str, int] = field(default_factory=dict)
    claims: set[str] = field(default_factory=set)
    events: list[int] = field(default_factory=list)

    @property
    def opened(self) -> int:
        minor: int = self.fact.body["amount"]["minor"]
        return minor

    @property
    def promised(self) -> int:
        return sum(self.promises.values())

    @property
    def free(self) -> int:
        """What is neither allocated, paid nor promised."""
        return self.opened - self.allocated - self.paid - self.promised

    @property
    def controller(self) -> str | None:
        """Who signs what newly binds its money."""
        return self.fact.body.get("controller")

    def money(self, minor: int) -> Amount:
        """An amount in the budget's currency."""
        amount = self.fact.body["amount"]
        return Amount(minor, amount["currency"], amount["exponent"])

    def promise(self, id_: str, minor: int) -> None:
        self.promises.pop(id_, None)
        if minor:
            self.promises[id_] = minor


def read(facts: Facts, asked: Asked) -> dict[str, Budget]:
    """Fold the budgets by id as asked."""
    size = facts.size_at(asked.at)
    sides = Sides.of(facts, size)
    found: dict[str, Budget] = {}
    for fact in facts.of(OPENED, ALLOCATED, *_MOVES, before=size):
        if happened(fact, asked.happened_by, on_saying=True) is not Happened.YES:
            continue
        touched = _apply(found, fact, sides)
        for budget in touched:
            budget.events.append(fact.index)
    return found


def _apply(found: dict[str, Budget], fact: Fact, sides: Sides) -> list[Budget]:
    body = fact.body
    budget = found.get(body.get("budget", ""))
    if fact.type in {OPENED, ALLOCATED}:
        made = found[body["budget"]] = Budget(fact)
        if made.controller is not None:
            made.side, made.side_said = sides.at(made.controller, body["project"], fact.index)
        source = found.get(body.get("from", ""))
        if source is not None:
            source.allocated += made.opened
        return [made, *([source] if source else [])]
    if budget is None:
        return []
    _move(budget, fact)
    return [budget]


def _move(budget: Budget, fact: Fact) -> None:
    body, minor = fact.body, fact.body.get("amount", {}).get("minor", 0)
    promise = body.get("offer") or body.get("claim", "")
    had = budget.promises.get(promise, 0)
    if fact.type == OFFERED:
        budget.promise(promise, minor * body.get("number", 1))
    elif fact.type == DECLINED:
        budget.promise(promise, 0)
    elif fact.type == ACCEPTED:
        if "amount" in body:
            budget.promise(promise, min(minor, had))
    elif fact.type == APPROVED:
        # On an offer the money was promised already; a second validator promises nothing more.
        if "offer" not in body and body["claim"] not in budget.claims:
            budget.claims.add(body["claim"])
            budget.promise(body["claim"], minor)
    elif fact.type == REVERSED:
        budget.paid -= minor
    elif fact.type in {MADE, WRITTEN_OFF}:
        budget.paid += minor if fact.type == MADE else 0
        budget.promise(promise, max(had - minor, 0))


def budgets(facts: Facts, asked: Asked) -> ViewResult:
    """Fold one row for each budget, in log order."""
    found = read(facts, asked)
    wanted = {
        id_: one for id_, one in found.items() if asked.project in {None, one.fact.body["project"]}
    }
    by = asked.options.get("by", "budget")
    if by != "budget":
        return _shared(facts, asked, wanted, by)
    rows = tuple(_row(id_, one) for id_, one in wanted.items())
    return ViewResult(
        view="budgets",
        title="Budgets",
        question=_QUESTION,
        order="in the order in which they were opened, the newest at the end",
        newest_last=True,
        formula=(
            "Free = opened - allocated to lines of its own - paid - promised. Promised: offers "
            "that name it and claims approved from it, not yet paid, declined or written off. "
            "Controller: who signs whatever newly binds its money; side: whom they act for."
        ),
        does_not_show=(
            "Money that no budget bears, and who decided how it was spent before it was recorded. "
            "Whoever holds the power of budget pays what was promised; that is in the view power."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        notes=(
            *_notes(facts, asked),
            "Currencies are never added together; a line allocated from a budget is in both.",
        ),
        summary=_summary(list(wanted.values())),
        relations=tuple(
            Relation(
                (row.key, "opened"),
                tuple((row.key, part) for part in ("allocated", "paid", "promised", "free")),
            )
            for row in rows
        ),
    )


def _notes(facts: Facts, asked: Asked) -> Iterator[str]:
    if asked.happened_by is not None:
        undated = sum(
            happened(fact, asked.happened_by, on_saying=True) is Happened.UNKNOWN
            for fact in facts.of(OPENED, ALLOCATED, *_MOVES, before=facts.size_at(asked.at))
        )
        if undated:
            yield (
                f"{many(undated, 'entry', 'entries')} of which no date says whether it was "
                f"{asked.span}: in no figure."
            )
    yield from record_notes(facts, asked, NEEDS)


def _open(name: str, title: str, unknown: str = "none") -> Column:
    return Column(name, "text", "", title, unknown=unknown, guard="open")


_COLUMNS = (
    _open("budget", "Budget"),
    _open("project", "Project"),
    _open("from", "Line of"),
    *(
        Column(name, "money", "money", title, guard="money")
        for name, title in (
            ("opened", "Opened"),
            ("allocated", "Allocated"),
            ("paid", "Paid"),
            ("promised", "Promised"),
            ("free", "Free"),
        )
    ),
    _open("stages", "Set aside for", "not said"),
    Column("controller", "text", "", "Controller", unknown="none", guard="person"),
    Column("side", "text", "", "Acting for", unknown="none", guard="open", identity=True),
    _open("decision", "Decided in", "none cited"),
)


def _row(id_: str, one: Budget) -> Row:
    body = one.fact.body
    cells: dict[str, Cell] = {
        "budget": id_,
        "project": body["project"],
        "from": body.get("from"),
        "opened": one.money(one.opened),
        "allocated": one.money(one.allocated),
        "paid": one.money(one.paid),
        "promised": one.money(one.promised),
        "free": one.money(one.free),
        "stages": ", ".join(body.get("stages", ())) or None,
        "controller": one.controller,
        "side": SIDES[one.side] if one.side else None,
        "decision": body.get("decision"),
    }
    said = (one.side_said,) if one.side_said >= 0 else ()
    behind = {"opened": (one.fact.index,), "controller": (one.fact.index,)}
    behind["side"] = (one.fact.index, *said)
    return Row(cells, tuple(sorted({*one.events, *said})), id_, behind)


def _summary(found: Sequence[Budget]) -> Summary:
    shows: list[str] = []
    ours = [one for one in found if one.side == COMMUNITY]
    if found:
        shows.append(
            f"{many(len(found), 'budget')}, {len(ours)} controlled by somebody who acts for the "
            "community."
        )
    for currency, sums in _sums(ours).items():
        shows.append(f"Of {currency}, {sums} set aside under their control.")
    unsaid = sum(one.controller is None for one in found)
    unknown = [f"{many(unsaid, 'budget')} that nobody in particular controls."] if unsaid else []
    if not found:
        unknown = ["No budget is recorded."]
    return Summary(tuple(shows), (), tuple(unknown))


def _sums(found: Iterable[Budget]) -> dict[str, Amount]:
    sums: dict[str, Amount] = {}
    for one in found:
        amount = one.money(one.opened - one.allocated)  # a line of its own is counted as such
        had = sums.get(amount.currency)
        sums[amount.currency] = one.money(amount.minor + (had.minor if had else 0))
    return sums


# ── by whom controllers act for, or by who chose them ───────────────────────────────────────────


_NO_SEAT = "no-seat"
_SHARED = (
    _open("who", "Controlled by"),
    Column("budgets", "integer", "budget", "Budgets and lines", guard="open"),
    *(
        Column(name, "money", "money", title, guard="money")
        for name, title in (
            ("set_aside", "Set aside"),
            ("paid", "Paid"),
            ("promised", "Promised"),
            ("free", "Free"),
        )
    ),
    _open("currency", "Currency"),
)


def _shared(facts: Facts, asked: Asked, wanted: Mapping[str, Budget], by: str) -> ViewResult:
    """Money under the control of each side, or of those whom each chose; one row a currency."""
    seats = seated.read(facts, Asked(at=asked.at, happened_by=asked.happened_by))
    titles = {**(SIDES if by == "side" else CHOSEN), **_NOBODY[by]}
    found: dict[tuple[str, str, int], list[tuple[Budget, tuple[int, ...]]]] = {}
    for one in wanted.values():
        who, because = (one.side, ()) if by == "side" else _chosen(one, seats.seats)
        amount = one.fact.body["amount"]
        unit = amount["currency"], amount["exponent"]
        found.setdefault((who, *unit), []).append((one, because))
    order = list(titles)
    rows = tuple(
        _shared_row(titles[key[0]], key, found[key])
        for key in sorted(found, key=lambda key: (order.index(key[0]), key[1:]))
    )
    return ViewResult(
        view="budgets",
        title=f"Budgets, by {'side' if by == 'side' else 'who chose the controller'}",
        question="How much money does each side control?"
        if by == "side"
        else "How much money do those control whom the community, an open call, or the institution "
        "chose?",
        formula=(
            "Set aside: opened less what was allocated to lines of its own, each of which counts "
            "under its own controller; free: that less paid and promised. Side: whom the "
            "controller acts for, as declared when the budget was opened. Chosen by: who chose "
            "them for the voting or other seat that they held then."
        ),
        does_not_show=(
            "Money that no budget bears, and who decided how it was spent. Nobody records who "
            "chose a controller as such: whoever held no seat is a row of their own."
        ),
        checkpoint=facts.standing(asked),
        columns=_SHARED,
        rows=rows,
        notes=(*_notes(facts, asked), "Currencies are never added together."),
        relations=tuple(
            Relation(
                (row.key, "set_aside"),
                tuple((row.key, part) for part in ("paid", "promised", "free")),
            )
            for row in rows
        ),
    )


#: The rows of budgets without a controller, and of controllers without a seat.
_NOBODY = {
    "side": {"": "Nobody of its own"},
    "chosen": {_NO_SEAT: "Somebody who held no seat", "": "Nobody of its own"},
}


def _chosen(one: Budget, seats: Iterable[Term]) -> tuple[str, tuple[int, ...]]:
    """Who chose a controller, for the newest seat they held when the budget was opened."""
    if one.controller is None:
        return "", ()
    at = one.fact.index
    held = [
        term
        for term in seats
        if term.person == one.controller
        and term.fact.index < at
        and (term.left is None or term.left.index > at)
    ]
    return (held[-1].chosen_by, (held[-1].fact.index,)) if held else (_NO_SEAT, ())


def _shared_row(
    title: str, key: tuple[str, str, int], some: Sequence[tuple[Budget, tuple[int, ...]]]
) -> Row:
    who, currency, exponent = key

    def money(of: Callable[[Budget], int]) -> Amount:
        return Amount(sum(of(one) for one, _ in some), currency, exponent)

    cells: dict[str, Cell] = {
        "who": title,
        "budgets": len(some),
        "set_aside": money(lambda one: one.opened - one.allocated),
        "paid": money(lambda one: one.paid),
        "promised": money(lambda one: one.promised),
        "free": money(lambda one: one.free),
        "currency": currency,
    }
    events = {index for one, because in some for index in (*one.events, *because, one.side_said)}
    places = "" if exponent == 2 else f"/{exponent}"
    return Row(
        cells,
        entries(events),
        f"{who or 'nobody'}/{currency}{places}",
        {"budgets": tuple(sorted(one.fact.index for one, _ in some))},
    )


VIEW = View(
    "budgets",
    "Budgets",
    _QUESTION,
    NEEDS,
    budgets,
    filters=frozenset({"project"}),
    options={"by": ("budget", "side", "chosen")},
)
