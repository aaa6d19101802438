"""View ``voices``: who gave, by recorded group and by whom people act for.

One row for each group entry, in the source's words, and one for the named people of each side. The
amount is in the source's own unit (words spoken, pages), added within one unit only, and is never
time: whoever is brief has not given less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from projections.facts import Facts, Happened
from projections.given import NEEDS, Given, Giver, Record, read
from projections.result import Asked, Cell, Column, Row, ViewResult
from projections.sides import GROUP
from projections.stage_common import (
    GROUPS_NOTE,
    NAMED,
    SIDES,
    common_notes,
    events_of,
    people_in,
)
from projections.view import View

_QUESTION = "Who gave, how often, and how much in the source's own unit?"


class _Voice(NamedTuple):
    """What makes a row: a group entry, or the named people of a side; and a unit."""

    label: str
    side: str
    number: int | None
    unit: str

    def key(self, numbers: Mapping[str, Sequence[int | None]]) -> str:
        """The row's key; entries of one label that state other numbers are counted through.

        The number itself is in no key, for keys go where numbers are hidden.
        """
        known = numbers.get(self.label, ())
        at = known.index(self.number) if self.number in known else len(known)
        which = f"no. {at + 1}" if at else ""
        return "/".join(part for part in (self.label, self.side, which, self.unit) if part)


def voices(facts: Facts, asked: Asked) -> ViewResult:
    """Fold one row for each group or side, and unit; most contributions first."""
    record = read(facts, asked)
    found: dict[_Voice, list[Given]] = {}
    for given in record.standing:
        unit = given.fact.body.get("measure", {}).get("unit", "")
        for voice in {_voice(giver, unit) for giver in given.givers}:
            found.setdefault(voice, []).append(given)
    numbers = _numbers(facts, facts.size_at(asked.at))
    named = {voice.key(numbers): voice for voice in found}
    rows = [
        _row(voice, key, found[voice], record, asked)
        for key, voice in sorted(named.items(), key=lambda item: (-len(found[item[1]]), item[0]))
    ]
    return ViewResult(
        view="voices",
        title="Who gave",
        question=_QUESTION,
        formula=(
            "For each recorded group, and for the named people of each side: standing "
            "contributions with such a giver, and the sum of their amounts in one unit. People: "
            "the number that a group entry states, or distinct named people among these givers."
        ),
        does_not_show=(
            "Who is who; how long it took; whether somebody was heard. A group's label is the "
            "source's word for it and no claim about anyone's identity."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated),
        rows=tuple(rows),
        notes=(*common_notes(facts, asked, record), GROUPS_NOTE),
    )


def _columns(by_date: bool) -> tuple[Column, ...]:
    columns = [
        Column(
            "who",
            "text",
            "",
            "Who",
            unknown="group not shown to this reader",
            guard="open",
            identity=True,
        ),
        Column("side", "text", "", "Acting for", guard="open", identity=True),
        Column("people", "integer", "person", "People", guard="count"),
        Column("contributions", "integer", "contribution", "Contributions", guard="count"),
        Column("amount", "integer", "", "Amount", unknown="not measured", guard="count"),
        Column("unit", "text", "", "Unit", unknown="none", guard="open"),
    ]
    if by_date:
        columns.insert(
            4, Column("date_unknown", "integer", "contribution", "Date unknown", guard="count")
        )
    return tuple(columns)


def _voice(giver: Giver, unit: str) -> _Voice:
    if giver.id.startswith("person:"):
        return _Voice(NAMED, giver.side, None, unit)
    return _Voice(giver.label, giver.side, giver.number, unit)


def _numbers(facts: Facts, size: int) -> Mapping[str, list[int | None]]:
    """The numbers that entries of each label state, in the order in which they came."""
    found: dict[str, list[int | None]] = {}
    for fact in facts.of(GROUP, before=size):
        numbers = found.setdefault(fact.body.get("label", ""), [])
        if fact.body.get("number") not in numbers:
            numbers.append(fact.body.get("number"))
    return found


def _row(voice: _Voice, key: str, given: Sequence[Given], record: Record, asked: Asked) -> Row:
    dated = [one for one in given if one.happened is Happened.YES]
    named = voice.label == NAMED
    people = (
        people_in(record, dated, lambda giver: _voice(giver, voice.unit) == voice)
        if named
        else voice.number
    )
    cells: dict[str, Cell] = {
        "who": voice.label or None,
        "side": SIDES[voice.side],
        "people": people,
        "contributions": len(dated),
        "amount": sum(one.fact.body["measure"]["amount"] for one in dated) if voice.unit else None,
        "unit": voice.unit or None,
    }
    if asked.dated:
        cells["date_unknown"] = len(given) - len(dated)
    counted = events_of(dated)
    behind = dict.fromkeys(("people", "contributions", "amount"), counted)
    behind["date_unknown"] = events_of(one for one in given if one.happened is not Happened.YES)
    stood = dict.fromkeys(("contributions", "amount", "date_unknown"), people)
    return Row(cells, events_of(given), key, behind, people=stood)


VIEW = View(
    "voices",
    "Who gave",
    _QUESTION,
    NEEDS,
    voices,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
