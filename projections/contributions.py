"""View ``contributions``: what kinds of work are recorded, and what was taken back and put back.

One row for each kind in our words and, where an import kept it, the source's own code. A record
that was taken back stays readable: ``retracted`` and ``reinstated`` count those turns, so a mass
mistake and its repair both show, at any size of the ledger and by any day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projections.facts import Facts, Happened
from projections.given import NEEDS, Given, Record, read
from projections.result import Asked, Cell, Column, Row, Summary, ViewResult
from projections.stage_common import common_notes, events_of, many, people_in
from projections.view import View

_QUESTION = "What kinds of work are recorded, and what was taken back?"
_NO_CODE = ""


def contributions(facts: Facts, asked: Asked) -> ViewResult:
    """Fold one row for each kind, most standing first."""
    record = read(facts, asked)
    kinds: dict[tuple[str, str], tuple[list[Given], list[Given]]] = {}
    for position, found in enumerate((record.standing, record.gone)):
        for given in found:
            for kind in given.body.get("kinds", ["unsorted"]):
                key = (kind, given.body.get("recorded_as", _NO_CODE))
                kinds.setdefault(key, ([], []))[position].append(given)
    rows = [
        _row((kind, code), standing, gone, record, asked)
        for (kind, code), (standing, gone) in sorted(
            kinds.items(), key=lambda item: (-len(item[1][0]), item[0])
        )
    ]
    return ViewResult(
        view="contributions",
        title="Contributions, by kind",
        question=_QUESTION,
        formula=(
            "For each kind, and the source's own code of it: contributions that stand; those taken "
            "back and not put back; how often any was taken back and put back. A contribution of "
            "two kinds counts in both rows, so rows do not add up to a total."
        ),
        does_not_show=(
            "How long it took or how good it was; work that nobody wrote down; whether those named "
            "agree that they did it."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated),
        rows=tuple(rows),
        notes=tuple(common_notes(facts, asked, record)),
        summary=Summary(tuple(_shows(record.standing, record.gone))),
    )


def _columns(by_date: bool) -> tuple[Column, ...]:
    columns = [
        Column("kind", "text", "", "Kind of work", guard="open"),
        Column("recorded_as", "text", "", "In the source", unknown="not coded", guard="open"),
        Column("standing", "integer", "contribution", "Standing", guard="count"),
        Column("retracted", "integer", "contribution", "Taken back", guard="count"),
        Column("times_retracted", "integer", "turn", "Times taken back", guard="count"),
        Column("times_reinstated", "integer", "turn", "Times put back", guard="count"),
    ]
    if by_date:
        columns.insert(
            3, Column("date_unknown", "integer", "contribution", "Date unknown", guard="count")
        )
    return tuple(columns)


def _row(
    named: tuple[str, str],
    standing: Sequence[Given],
    gone: Sequence[Given],
    record: Record,
    asked: Asked,
) -> Row:
    kind, code = named
    both = (*standing, *gone)
    dated = [given for given in standing if given.happened is Happened.YES]
    cells: dict[str, Cell] = {
        "kind": kind,
        "recorded_as": code or None,
        "standing": len(dated),
        "retracted": len(gone),
        "times_retracted": sum(given.taken_back for given in both),
        "times_reinstated": sum(given.put_back for given in both),
    }
    if asked.dated:
        cells["date_unknown"] = len(standing) - len(dated)
    turned = [given for given in both if given.turns]
    stood = {"standing": people_in(record, dated), "retracted": people_in(record, gone)}
    behind = {
        "standing": events_of(dated),
        "date_unknown": events_of(g for g in standing if g.happened is not Happened.YES),
        "retracted": events_of(gone),
        "times_retracted": events_of(turned),
        "times_reinstated": events_of(given for given in turned if given.put_back),
    }
    return Row(cells, events_of(both), f"{kind}/{code}" if code else kind, behind, people=stood)


def _shows(standing: Sequence[Given], gone: Sequence[Given]) -> Iterable[str]:
    if gone:
        yield (
            f"{many(len(gone), 'contribution')} taken back, {len(standing)} standing; both are "
            "still to be read."
        )


VIEW = View(
    "contributions",
    "Contributions, by kind",
    _QUESTION,
    NEEDS,
    contributions,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
