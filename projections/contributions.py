"""View ``contributions``: what kinds of work are recorded, and what was taken back and put back.

One row for each kind in our words and, where an import kept it, the source's own code. A record
that was taken back stays readable: ``retracted`` and ``reinstated`` count those turns, so a mass
mistake and its repair both show, at any size of the ledger and by any day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projections.facts import Facts
from projections.given import NEEDS, Given, read
from projections.result import Asked, Column, Row, Summary, ViewResult
from projections.stage_common import common_notes, events_of, many
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
        _row(kind, code, standing, gone)
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
        columns=(
            Column("kind", "text", "", "Kind of work", guard="open"),
            Column("recorded_as", "text", "", "In the source", unknown="not coded", guard="open"),
            Column("standing", "integer", "contribution", "Standing", guard="count"),
            Column("retracted", "integer", "contribution", "Taken back", guard="count"),
            Column("times_retracted", "integer", "turn", "Times taken back", guard="count"),
            Column("times_reinstated", "integer", "turn", "Times put back", guard="count"),
        ),
        rows=tuple(rows),
        hashes={index: record.hashes[index] for row in rows for index in row.events},
        notes=tuple(common_notes(facts, asked, record)),
        summary=Summary(tuple(_shows(record.standing, record.gone))),
    )


def _row(kind: str, code: str, standing: Sequence[Given], gone: Sequence[Given]) -> Row:
    both = (*standing, *gone)
    return Row(
        {
            "kind": kind,
            "recorded_as": code or None,
            "standing": len(standing),
            "retracted": len(gone),
            "times_retracted": sum(given.taken_back for given in both),
            "times_reinstated": sum(given.put_back for given in both),
        },
        events_of(both),
    )


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
