"""View ``money``: what was set aside, offered, paid and left open at each stage.

One row for each stage, type of payment and currency; types and currencies are never added. The
stage of a payment is that of the work it is for, else the one stage of the budget that bears it;
where neither says, or the budget is for several, it stands at «not sorted yet».

Budgets have rows of their own, «set aside»: each budget less the lines taken out of it, so that no
pound is set aside twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from projections.charts import panels
from projections.corrected import superseded
from projections.entries import entries
from projections.facts import Fact, Facts, Happened, happened
from projections.given import RECORDED, SORTED
from projections.matter import KINDS, Matter, payees, people
from projections.offers import NEEDS as OFFER_TYPES
from projections.offers import Money, read
from projections.result import Amount, Asked, Cell, Column, Row, Summary, ViewResult
from projections.stage_common import ALL_STAGES, UNSORTED, many, record_notes
from projections.view import View

BUDGET = "budget-opened/v1"
LINE = "budget-allocated/v1"
NEEDS = OFFER_TYPES | {BUDGET, LINE}
ASIDE = "set-aside"
_QUESTION = "How much money was set aside, offered and paid at each stage?"
_KINDS = {ASIDE: "Set aside in budgets", **KINDS}


@dataclass(slots=True)
class _Budgets:
    """What is left of each budget for itself, by budget: minor units, unit and stages."""

    opened: dict[str, Fact] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    behind: dict[str, list[int]] = field(default_factory=dict)

    def stage(self, budget: str | None) -> str:
        """The one stage of a budget; not sorted where it is for several, or for none by name."""
        fact = self.opened.get(budget or "")
        stages: Sequence[str] = fact.body.get("stages", ()) if fact is not None else ()
        return stages[0] if len(stages) == 1 else UNSORTED


def money(facts: Facts, asked: Asked) -> ViewResult:
    """Fold matters of money and budgets, one row for each stage, type and currency."""
    found = read(facts, asked)
    budgets = _budgets(facts, asked)
    stages = _stages(facts, asked)
    by: dict[tuple[str, str, str, int], list[Matter]] = {}
    undated: dict[tuple[str, str, str, int], list[Matter]] = {}
    for matter in found.matters:
        where = by if matter.dated else undated
        kind, currency, exponent = matter.unit
        key = (_stage_of(matter, stages, budgets), kind, currency, exponent)
        where.setdefault(key, []).append(matter)
    rows = [
        _row(key, by.get(key, []), undated.get(key, []), asked)
        for key in sorted({*by, *undated}, key=_place)
    ]
    if asked.side is None and asked.group is None and asked.scale is None:
        rows = sorted([*_aside(budgets), *rows], key=_row_place)
    return ViewResult(
        view="money",
        title="Money, by stage",
        question=_QUESTION,
        formula=(
            "For each stage, type and currency: offered (to each person times people), paid less "
            "what was taken back, and what is promised and neither paid nor written off. The stage "
            "is that of the work, else the one stage of the budget. Set aside: each budget less "
            "the lines taken out of it."
        ),
        does_not_show=(
            "Whether it was enough; salaries, unless they are recorded as wages; money that nobody "
            "wrote down. «Payment not recorded» does not mean «not paid»."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated),
        rows=tuple(rows),
        notes=tuple(_notes(facts, asked, found)),
        summary=_summary(rows),
        chart=None if not rows else _chart(rows),
    )


def _budgets(facts: Facts, asked: Asked) -> _Budgets:
    size = facts.size_at(asked.at)
    out = superseded(facts, size)
    end = asked.happened_by or (asked.period[1] if asked.period else None)
    budgets = _Budgets()
    for fact in facts.of(BUDGET, LINE, before=size):
        body = fact.body
        if fact.hash in out or happened(fact, end, on_saying=True) is not Happened.YES:
            continue
        if asked.project not in {None, body["project"]}:
            continue
        id_, minor = body["budget"], body["amount"]["minor"]
        budgets.opened[id_], budgets.left[id_] = fact, minor
        budgets.behind[id_] = [fact.index]
        if fact.type == LINE and body["from"] in budgets.left:
            budgets.left[body["from"]] -= minor
            budgets.behind[body["from"]].append(fact.index)
    return budgets


def _stages(facts: Facts, asked: Asked) -> Mapping[str, str]:
    """The stage of each contribution as last sorted."""
    size = facts.size_at(asked.at)
    found: dict[str, str] = {}
    for fact in facts.of(RECORDED, SORTED, before=size):
        if fact.type == RECORDED or "stage" in fact.body:
            found[fact.body["contribution"]] = fact.body.get("stage", UNSORTED)
    return found


def _stage_of(matter: Matter, stages: Mapping[str, str], budgets: _Budgets) -> str:
    bodies = [matter.first.body, *(claim.fact.body for claim in matter.claims)]
    of_work = {stages.get(body["contribution"]) for body in bodies if "contribution" in body}
    known = of_work - {None, UNSORTED}
    if len(known) == 1:
        return str(known.pop())
    if known:
        return UNSORTED
    approved = [claim.approved.body for claim in matter.claims if claim.approved]
    borne = [body["budget"] for body in (*bodies, *approved) if "budget" in body]
    return budgets.stage(borne[0] if borne else None)


def _place(key: tuple[str, str, str, int]) -> tuple[int, int, str, int]:
    kinds = list(_KINDS)
    return list(ALL_STAGES).index(key[0]), kinds.index(key[1]), key[2], key[3]


def _row_place(row: Row) -> tuple[int, int, str, int]:
    stage, kind, currency = row.name.split("/")[:3]
    return _place((stage, kind, currency, 0))


def _columns(by_date: bool) -> tuple[Column, ...]:
    # A budget has a row of its own, and what was paid out of it stands in others.
    def sum_(name: str, title: str, unknown: str) -> Column:
        return Column(name, "money", "money", title, unknown=unknown, guard="money")

    return (
        Column("stage", "text", "", "Code", guard="open"),
        Column("stage_title", "text", "", "Stage", guard="open"),
        Column("kind", "text", "", "Type", guard="open"),
        Column("currency", "text", "", "Currency", guard="open"),
        Column("set_aside", "money", "money", "Set aside", unknown="no budget", guard="open"),
        Column("matters", "integer", "offer", "Offers and claims", unknown="–", guard="count"),
        sum_("offered", "Offered", "not in this row"),
        sum_("paid", "Paid", "not recorded, or not in this row"),
        sum_("open", "Promised and open", "cannot be said, or not in this row"),
        Column(
            "unrecorded", "integer", "offer", "Payment not recorded", unknown="–", guard="count"
        ),
        *(
            [Column("date_unknown", "integer", "offer", "Date unknown", guard="count")]
            if by_date
            else []
        ),
    )


def _row(
    key: tuple[str, str, str, int], matters: Sequence[Matter], undated: Sequence[Matter],
    asked: Asked,
) -> Row:  # fmt: skip
    stage, kind, currency, exponent = key

    def amount(minor: int) -> Amount:
        return Amount(minor, currency, exponent)

    offered = [one for one in matters if one.offered_first]
    # A book of payments that nobody kept gives no zero.
    kept = [one for one in matters if not one.unrecorded]
    cells: dict[str, Cell] = {
        "stage": stage,
        "stage_title": ALL_STAGES[stage],
        "kind": _KINDS.get(kind, kind),
        "currency": currency,
        "matters": len(matters),
        "offered": amount(sum(one.stated for one in offered)) if offered else None,
        "paid": amount(sum(one.paid for one in kept)) if kept else None,
        "open": amount(sum(one.open for one in kept)) if kept else None,
        "unrecorded": len(matters) - len(kept),
    }
    if asked.dated:
        cells["date_unknown"] = len(undated)
    behind = {
        "offered": _behind(offered),
        "paid": _behind(kept),
        "open": _behind(kept),
        "unrecorded": _behind([one for one in matters if one.unrecorded]),
        "matters": _behind(matters),
        "date_unknown": _behind(undated),
    }
    shares = {
        "offered": payees((one, one.stated) for one in offered),
        "paid": payees((one, one.paid) for one in kept),
        "open": payees((one, one.open) for one in kept),
    }
    name = "/".join((stage, kind, currency, *([str(exponent)] if exponent != 2 else [])))
    every = _behind([*matters, *undated])
    stood = {"matters": people(matters), "unrecorded": people(matters)}
    return Row(cells, every, name, behind, shares, people=stood)


def _behind(matters: Sequence[Matter]) -> Sequence[int]:
    return entries(index for matter in matters for index in matter.events)


def _aside(budgets: _Budgets) -> Iterable[Row]:
    sums: dict[tuple[str, str, int], tuple[int, list[int]]] = {}
    for id_, fact in budgets.opened.items():
        unit = fact.body["amount"]
        key = (budgets.stage(id_), unit["currency"], unit["exponent"])
        minor, indexes = sums.get(key, (0, []))
        sums[key] = (minor + budgets.left[id_], [*indexes, *budgets.behind[id_]])
    for (stage, currency, exponent), (minor, indexes) in sums.items():
        cells: dict[str, Cell] = {
            "stage": stage,
            "stage_title": ALL_STAGES[stage],
            "kind": _KINDS[ASIDE],
            "currency": currency,
            "set_aside": Amount(minor, currency, exponent),
        }
        name = "/".join((stage, ASIDE, currency, *([str(exponent)] if exponent != 2 else [])))
        yield Row(cells, entries(indexes), name)


def _notes(facts: Facts, asked: Asked, found: Money) -> Iterable[str]:
    if found.later:
        yield f"{many(found.later, 'offer')} made outside the time asked for, not counted."
    if found.corrected:
        yield f"{many(found.corrected, 'entry', 'entries')} of money corrected, not counted."
    if found.unscaled:
        yield f"{many(found.unscaled, 'offer')} for no named work have no scale, not counted."
    yield from record_notes(facts, asked, NEEDS)
    if asked.side or asked.group or asked.scale:
        yield "What budgets set aside is for no one side, group or scale, and left out here."
    yield "Types of payment and currencies are never added together."


def _summary(rows: Sequence[Row]) -> Summary:
    shows = [
        f"{row.cells['stage_title']}: {row.cells['paid']} paid ({row.cells['kind']})."
        for row in rows
        if row.cells.get("paid") is not None
    ]
    unsorted = any(row.cells["stage"] == UNSORTED for row in rows)
    unknown = ["Some money stands at no stage: neither its work nor its budget says."]
    return Summary(tuple(shows[:8]), (), tuple(unknown if unsorted else ()))


def _chart(rows: Sequence[Row]) -> dict[str, object] | None:
    """Paid, by stage: a panel for each type and currency, for they share no sum."""
    paid = [(row, cell) for row in rows if isinstance(cell := row.cells.get("paid"), Amount)]
    if not paid:
        return None
    names = [f"{row.cells['kind']}, {row.cells['currency']}" for row, _ in paid]
    kinds = list(dict.fromkeys(names))
    values = [
        {
            "row": row.cells["stage_title"],
            "panel": name,
            "n": cell.minor / 10**cell.exponent,
            "label": str(cell),
        }
        for (row, cell), name in zip(paid, names, strict=True)
    ]
    return panels(
        values,
        rows=[title for title in ALL_STAGES.values() if any(v["row"] == title for v in values)],
        columns=kinds,
        unit="paid",
        description="Bars for each stage: what was paid, by type and currency, never added.",
    )


VIEW = View(
    "money",
    "Money, by stage",
    _QUESTION,
    NEEDS,
    money,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
