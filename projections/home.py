"""View ``home``: what a coordinator needs today, on one screen.

Owed, unanswered, told, undecided, who else has signed, and three concerns at most. Nothing is
counted here that another view counts: their rows are taken over, and only who was told and what is
undecided are this view's own.

    told        of the people about whom somebody else wrote a line, those who were told once
    undecided   open decisions whose last day is over, or in which nobody has voted

It is about today and stands in no report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain import catalogue
from projections import concerns, owed, unanswered
from projections.about_people import TOLD, known_by_then, read_lines
from projections.behind import common_notes
from projections.decided import ATTESTED, IMPORTED, SEALED, VOTED, Decided, read_decisions
from projections.facts import Facts
from projections.grants import holders_of
from projections.linked import Linked
from projections.matter import CLAIMED, OFFERED
from projections.measure import events_of
from projections.offers import today_of
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
from projections.view import View

NEEDS = frozenset(catalogue.EVENTS)
_QUESTION = "What needs me today?"
_BALLOTS = (VOTED, ATTESTED, IMPORTED, SEALED)


def home(facts: Facts, asked: Asked) -> ViewResult:
    """Fold what is waiting today, one row each."""
    size = facts.size_at(asked.at)
    today = today_of(facts, asked)
    money, waiting = owed.owed(facts, asked), unanswered.unanswered(facts, asked)
    looked = concerns.concerns(facts, asked)
    rows = (
        *_owed(facts, money, size),
        _unanswered(waiting),
        _told(facts, asked, size),
        _undecided(facts, asked, size, today),
        _keys(facts, size),
        *_concerns(looked),
    )
    return ViewResult(
        view="home",
        title="Today",
        question=_QUESTION,
        formula=(
            "Owed, unanswered and concerns as in the views of those names. Told: people about whom "
            "somebody else wrote a line, and those of them who were told at least once. Undecided: "
            "open decisions whose last day is over or that have no ballot yet. Signed: people who "
            "have signed an entry."
        ),
        does_not_show=(
            "What nobody wrote down, and whether anything is urgent. A concern is a prompt to "
            "look, never a verdict."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        notes=(*_until(today), *common_notes(facts, asked, NEEDS)),
        summary=Summary(
            tuple(_sentences(rows, owed.SILENT if money.summary.unknown else owed.NOTHING))
        ),
        relations=tuple(_relations(rows)),
    )


def _until(today: date | None) -> Iterator[str]:
    yield Fixed("Last backup: none recorded, for no entry says when one was made.")
    if today is not None:
        yield f"Days are counted up to {today}."


_COLUMNS = (
    Column("item", "text", "", "What", guard="open"),
    Column("n", "integer", "", "So many", guard="count"),
    Column("of", "integer", "", "of", unknown="", guard="count"),
    Column("money", "money", "money", "Money", unknown="", guard="money"),
    Column("late", "money", "money", "Past its day", unknown="", guard="money"),
    Column("days", "integer", "day", "Oldest, days", unknown="", guard="day"),
    Column("overdue", "integer", "", "of these, past the last day", unknown="", guard="count"),
    Column("thing", "text", "", "First of them", unknown="", guard="words"),
)


def _owed(facts: Facts, money: ViewResult, size: int) -> Iterator[Row]:
    ids = {
        fact.index: str(fact.body.get("offer") or fact.body.get("claim"))
        for fact in facts.of(OFFERED, CLAIMED, before=size)
    }
    for row in money.rows:
        for key, n, sum_, days in (
            ("owed", "people", "owed", "oldest"),
            ("asked", "asked_people", "asked", "asked_oldest"),
        ):
            if not row.cells[n]:
                continue
            late = row.cells["late"] if key == "owed" else None
            overdue = isinstance(late, Amount) and late.minor > 0
            first = row.rests_on("late" if overdue else sum_)
            cells: dict[str, Cell] = {
                "item": f"{row.cells['kind']}, {'owed' if key == 'owed' else 'asked for'}",
                "n": row.cells[n],
                "of": None,
                "money": row.cells[sum_],
                "late": late,
                "days": row.cells[days],
                "overdue": row.cells["late_people"] if key == "owed" else None,
                "thing": next((ids[index] for index in first if index in ids), None),
            }
            payees = {"money": row.payees.get(sum_, ()), "late": row.payees.get("late", ())}
            people = {"n": row.people.get(n), "overdue": row.people.get("late_people")}
            yield Row(
                cells,
                row.rests_on(sum_),
                f"{key}-{row.key}",
                {"late": row.rests_on("late"), "overdue": row.rests_on("late")},
                payees,
                {name: count for name, count in people.items() if count is not None},
            )


def _unanswered(waiting: ViewResult) -> Row:
    first = waiting.rows[0].cells if waiting.rows else {"thing": None, "days": None}
    return _row(
        "unanswered",
        "Ideas and problems without a reply",
        len(waiting.rows),
        events_of(*(row.events for row in waiting.rows)),
        days=first["days"],
        thing=first["thing"],
    )


def _told(facts: Facts, asked: Asked, size: int) -> Row:
    """People about whom somebody else wrote a line, and who of them was told."""
    linked = Linked.of(facts, size)
    about: dict[str, int] = {}
    for one in read_lines(facts, asked).written:
        written = zip(one.indexes, one.kinds, strict=True)
        if one.others and (lines := [index for index, kind in written if kind != TOLD]):
            for person in map(linked.one, one.others):
                about[person] = min(*lines, about.get(person, lines[0]))
    told: dict[str, int] = {}
    for fact in facts.of(TOLD, before=size):
        person = linked.one(fact.body["person"])
        if person in about and known_by_then(fact, asked):
            told[person] = fact.index
    return _row(
        "told",
        "People told what is recorded about them",
        len(told),
        events_of(about.values(), told.values()),
        of=len(about),
        behind={"n": events_of(told.values()), "of": events_of(about.values())},
        people={"n": len(told), "of": len(about)},
    )


def _undecided(facts: Facts, asked: Asked, size: int, today: date | None) -> Row:
    open_ = [
        one
        for one in read_decisions(facts, asked, ballots=False).by_id.values()
        if one.closed is None
    ]
    voted = {fact.body["decision"] for fact in facts.of(*_BALLOTS, before=size)}
    over = [one for one in open_ if _over(one, today)]
    waiting = over + [one for one in open_ if one.id not in voted and not _over(one, today)]
    return _row(
        "undecided",
        "Open decisions past their last day or without ballots",
        len(waiting),
        events_of(one.fact.index for one in waiting),
        of=len(open_),
        overdue=len(over),
        thing=waiting[0].id if waiting else None,
        behind={"of": events_of(one.fact.index for one in open_)},
    )


def _over(one: Decided, today: date | None) -> bool:
    last = one.opened.last_day
    return last is not None and today is not None and date.fromisoformat(str(last)) < today


def _keys(facts: Facts, size: int) -> Row:
    """Who has signed an entry, as its author or beside one; an operator is no person."""
    holders, first = holders_of(facts, size), dict[str, int]()
    for type_ in NEEDS:
        hands: dict[str, int] = {}  # of authors and keys, the first entry of this type
        for fact in facts.of(type_, before=size):
            for hand in (fact.author, *fact.under):
                if hand not in hands:
                    hands[hand] = fact.index
        for hand, index in hands.items():
            who = holders.get(hand, hand)
            if who.startswith("person:"):
                first[who] = min(index, first.get(who, index))
    return _row(
        "signed",
        "People who have signed an entry",
        len(first),
        events_of(first.values()),
        people={"n": len(first)},
    )


def _concerns(looked: ViewResult) -> Iterator[Row]:
    for row in concerns.first_three(looked):
        cells = row.cells
        yield _row(
            f"concern-{row.name}",
            f"{cells['title']} ({row.name})",
            cells["n"],
            row.rests_on("n"),
            of=cells["of"],
        )


def _row(
    key: str,
    item: str,
    n: Cell,
    events: Sequence[int],
    *,
    behind: dict[str, Sequence[int]] | None = None,
    people: dict[str, int | None] | None = None,
    **said: Cell,
) -> Row:
    cells: dict[str, Cell] = {"item": item, "n": n}
    for column in _COLUMNS[2:]:
        cells[column.name] = said.get(column.name)
    return Row(cells, events, key, behind or {}, {}, people or {})


#: A row in words, by the first part of its key. The words hold for any number, so that a sentence
#: said again without its numbers gives none of them away.
_TEMPLATES = {
    "owed": "Owed ({kind}): {money}. People: {n}.",
    "asked": "Asked for and not looked at ({kind}): {money}. People: {n}.",
    "unanswered": "Unanswered ideas and problems: {n}.",
    "told": "Told what is recorded about them: {n} of {of}.",
    "undecided": "Undecided, past the last day or without ballots: {n} of {of} open decisions.",
    "concern": "To look at: {item}.",
    "signed": "",
}
_ALONE = Fixed("One person holds every key: nobody else has signed yet.")


def _sentences(rows: Sequence[Row], nothing: str) -> Iterator[str]:
    """The rows in words, made of their cells, in their order; ``nothing`` where nothing is owed."""
    if not any(row.key.startswith("owed-") for row in rows):
        yield nothing
    for row in rows:
        if row.key == "signed":
            if row.cells["n"] == 1:
                yield _ALONE
            continue
        kind = str(row.cells["item"])
        template = _TEMPLATES[row.key.partition("-")[0]].replace("{item}", kind)
        template = template.replace("{kind}", kind.rpartition(",")[0].lower())
        if row.cells["days"] is not None:
            template += " Days, the oldest: {days}."
        names = sorted(
            (name for name in ("n", "of", "money", "days") if f"{{{name}}}" in template),
            key=lambda name: template.index(f"{{{name}}}"),
        )
        cells = {(row.key, name): row.cells[name] for name in names}
        for name in names:
            template = template.replace(f"{{{name}}}", "{}")
        yield Said.of(template, cells)


def _relations(rows: Sequence[Row]) -> Iterator[Relation]:
    for row in rows:
        key, _, rest = row.key.partition("-")
        if key in {"owed", "asked"}:
            people, money = ("people", "owed") if key == "owed" else ("asked_people", "asked")
            yield Relation((row.key, "n"), (("owed", rest, people),))
            yield Relation((row.key, "money"), (("owed", rest, money),))
        if row.cells["of"] is not None:
            yield Relation((row.key, "of"), ((row.key, "n"),), "within")


VIEW = View("home", "Today", _QUESTION, NEEDS, home, filters=frozenset({"project"}), listed=False)
