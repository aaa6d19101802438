"""View ``reasons``: why people said no to money, where they chose to say.

A decline carries no reason. What people tell of their own accord is counted by somebody for the
whole programme and a span of weeks (``decline-reasons-tallied``), linked to nobody; here those
counts are added up. Nothing joins them to offers, and nobody has to give a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projections.facts import Fact, Facts
from projections.result import Asked, Cell, Column, Fixed, Relation, Row, Said, Summary, ViewResult
from projections.stage_common import many, record_notes
from projections.view import View

TALLIED = "decline-reasons-tallied/v1"
NEEDS = frozenset({TALLIED})
_QUESTION = "Why did people say no to money, where they chose to say?"
_ALL = "all"
REASONS = {
    "does-not-want-money": "Does not want money",
    "benefits": "Benefits",
    "tax-or-status": "Tax or status",
    "employer": "Employer",
    "paid-elsewhere": "Paid elsewhere",
    "too-little": "Too little",
    "too-hard": "Too hard to claim",
    "privacy": "Privacy",
    "other": "Another reason",
}


def reasons(facts: Facts, asked: Asked) -> ViewResult:
    """Add up the tallies whose span lies within the time asked for."""
    said = list(facts.of(TALLIED, before=facts.size_at(asked.at)))
    within = [fact for fact in said if _lies_within(fact, asked)]
    rows = tuple(_rows(within))
    return ViewResult(
        view="reasons",
        title="Why people said no",
        question=_QUESTION,
        formula=(
            "For each reason: the number of people who gave it, added up over the tallies that "
            "were recorded, each for the whole programme and a span of weeks. Somebody who gave "
            "two reasons is in both, and in two tallies if they were asked twice."
        ),
        does_not_show=(
            "Who they are: a tally names nobody, and no offer. Those who gave no reason, which "
            "nobody has to give. How many said no: view payments."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        hashes={fact.index: fact.hash for fact in within},
        notes=(*_notes(facts, asked, said, within),),
        summary=_summary(rows),
        relations=tuple(
            Relation((_ALL, "people"), tuple((row.key, "people") for row in rows[:-1]))
            for _ in rows[:1]
        ),
    )


_COLUMNS = (
    Column("reason", "text", "", "Reason", guard="open"),
    Column("people", "integer", "person", "People who gave it", guard="count"),
)


def _lies_within(fact: Fact, asked: Asked) -> bool:
    first, last = fact.body["first"], fact.body["last"]
    if asked.happened_by is not None and last > asked.happened_by.isoformat():
        return False
    if asked.period is None:
        return True
    begin, end = (day.isoformat() for day in asked.period)
    return bool(begin <= first and last <= end)


def _rows(within: Sequence[Fact]) -> Iterable[Row]:
    counts: dict[str, int] = {}
    behind: dict[str, list[int]] = {}
    for fact in within:
        for given in fact.body["counts"]:
            counts[given["reason"]] = counts.get(given["reason"], 0) + given["number"]
            behind.setdefault(given["reason"], []).append(fact.index)
    for reason, title in REASONS.items():
        if reason in counts:
            yield Row({"reason": title, "people": counts[reason]}, tuple(behind[reason]), reason)
    if counts:
        cells: dict[str, Cell] = {"reason": "All reasons given", "people": sum(counts.values())}
        yield Row(cells, tuple(fact.index for fact in within), _ALL)


def _notes(
    facts: Facts, asked: Asked, said: Sequence[Fact], within: Sequence[Fact]
) -> Iterable[str]:
    yield Fixed("Nobody has to give a reason, and a decline has no place for one.")
    if len(within) < len(said):
        yield (
            f"{many(len(said) - len(within), 'tally', 'tallies')} of a span that does not lie "
            f"within the time asked for ({asked.span}): not counted."
        )
    yield from record_notes(facts, asked, NEEDS)


def _summary(rows: Sequence[Row]) -> Summary:
    if not rows:
        return Summary(unknown=("No tally of reasons for saying no is recorded.",))
    named = {(row.key, "people"): row.cells["people"] for row in rows[:-1]}
    words = ", ".join(f"{str(row.cells['reason']).lower()} {{}}" for row in rows[:-1])
    return Summary((Said.of(f"Reasons people gave for saying no to money: {words}.", named),))


VIEW = View(
    "reasons", "Why people said no", _QUESTION, NEEDS, reasons, filters=frozenset({"period"})
)
