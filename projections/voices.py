"""View ``voices``: who gave, by recorded group and by whom people act for.

One row for each group entry, in the source's words, and one for the named people of each side. The
amount is in the source's own unit (words spoken, pages), added within one unit only, and is never
time: whoever is brief has not given less.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from projections.facts import Facts
from projections.given import NEEDS, Given, Giver, read
from projections.result import Asked, Column, Row, ViewResult
from projections.stage_common import SIDES, common_notes, events_of
from projections.view import View

_QUESTION = "Who gave, how often, and how much in the source's own unit?"


class _Voice(NamedTuple):
    """What makes a row: a group entry, or the named people of a side; and a unit."""

    label: str
    side: str
    number: int | None
    unit: str


def voices(facts: Facts, asked: Asked) -> ViewResult:
    """Fold one row for each group or side, and unit; most contributions first."""
    record = read(facts, asked)
    found: dict[_Voice, list[Given]] = {}
    people: dict[str, set[str]] = {}
    for given in record.standing:
        unit = given.fact.body.get("measure", {}).get("unit", "")
        for giver in given.givers:
            if giver.id.startswith("person:"):
                people.setdefault(giver.side, set()).add(giver.id)
        for voice in {_voice(giver, unit) for giver in given.givers}:
            found.setdefault(voice, []).append(given)
    rows = [
        _row(voice, given, people)
        for voice, given in sorted(found.items(), key=lambda item: (-len(item[1]), item[0][:2]))
    ]
    return ViewResult(
        view="voices",
        title="Who gave",
        question=_QUESTION,
        formula=(
            "For each recorded group, and for the named people of each side: standing "
            "contributions with such a giver, and the sum of their amounts in one unit."
        ),
        does_not_show=(
            "Who is who; how long it took; whether somebody was heard. A group's label is the "
            "source's word for it and no claim about anyone's identity."
        ),
        checkpoint=facts.standing(asked),
        columns=(
            Column("who", "text", "", "Who", guard="open", identity=True),
            Column("side", "text", "", "Acting for", guard="open", identity=True),
            Column("people", "integer", "person", "People", guard="count"),
            Column("contributions", "integer", "contribution", "Contributions", guard="count"),
            Column("amount", "integer", "", "Amount", unknown="not measured", guard="count"),
            Column("unit", "text", "", "Unit", unknown="none", guard="open"),
        ),
        rows=tuple(rows),
        hashes={index: record.hashes[index] for row in rows for index in row.events},
        notes=tuple(common_notes(facts, asked, record)),
    )


def _voice(giver: Giver, unit: str) -> _Voice:
    if giver.id.startswith("person:"):
        return _Voice("named people", giver.side, None, unit)
    return _Voice(giver.label, giver.side, giver.number, unit)


def _row(voice: _Voice, given: Sequence[Given], people: dict[str, set[str]]) -> Row:
    named = len(people.get(voice.side, ())) if voice.label == "named people" else voice.number
    amounts = [one.fact.body["measure"]["amount"] for one in given if voice.unit]
    return Row(
        {
            "who": voice.label,
            "side": SIDES[voice.side],
            "people": named,
            "contributions": len(given),
            "amount": sum(amounts) if voice.unit else None,
            "unit": voice.unit or None,
        },
        events_of(given),
    )


VIEW = View(
    "voices",
    "Who gave",
    _QUESTION,
    NEEDS,
    voices,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
