"""The figure of view ``stages`` within one project: a share of people and of contributions.

Never put on one axis with the share of projects in ``stages``: it has another unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from projections.charts import panels
from projections.facts import Facts, Happened
from projections.given import Given, Record
from projections.result import Asked, Column, Row, Summary, ViewResult
from projections.stage_common import (
    ALL_STAGES,
    COMMUNITY,
    SIDES,
    STAGES,
    UNSORTED,
    common_notes,
    events_of,
    many,
    rate,
    spoke,
    unsaid,
)

_QUESTION = "Who took part at each stage of this project, and for whom did they act?"


def within(facts: Facts, asked: Asked, record: Record) -> ViewResult:
    by_date = asked.dated
    rows = [row for stage in ALL_STAGES for row in _stage_rows(stage, record.standing, by_date)]
    events = {index for row in rows for index in row.events}
    return ViewResult(
        view="stages",
        title="Stages, within one project",
        question=_QUESTION,
        formula=(
            "For each stage and side: standing contributions with a giver acting for that side, "
            "and distinct people (named ones, and the number each group entry states). Shares are "
            "of all contributions, and of all people, at that stage, including those for whom no "
            "side is recorded. Somebody who acts for two sides counts in both."
        ),
        does_not_show=(
            "Time, effort or influence: one sentence and one year are each one contribution. A "
            "share of people is not a share of projects, and does not compare with published "
            "shares of papers. Two group entries may hold the same person."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(by_date),
        rows=tuple(rows),
        hashes={index: record.hashes[index] for index in sorted(events)},
        notes=tuple(common_notes(facts, asked, record)),
        summary=_within_summary(record),
        chart=_within_chart(rows) if record.standing else None,
    )


def _columns(by_date: bool) -> tuple[Column, ...]:
    columns = [
        Column("stage", "text", "", "Code", guard="open"),
        Column("stage_title", "text", "", "Stage", guard="open"),
        Column(
            "side",
            "text",
            "",
            "Acting for",
            unknown="nothing recorded",
            guard="open",
            identity=True,
        ),
        Column("groups", "text", "", "Groups, as recorded", unknown="none", guard="words"),
        Column("contributions", "integer", "contribution", "Contributions", guard="count"),
        Column(
            "share_contributions",
            "percent",
            "percent",
            "Share of contributions",
            unknown="not given",
            guard="derived",
        ),
        Column("people", "integer", "person", "People", unknown="not recorded", guard="count"),
        Column(
            "share_people",
            "percent",
            "percent",
            "Share of people",
            unknown="not given",
            guard="derived",
        ),
    ]
    if by_date:
        columns.insert(
            5, Column("date_unknown", "integer", "contribution", "Date unknown", guard="count")
        )
    return tuple(columns)


def _stage_rows(stage: str, standing: Sequence[Given], by_date: bool) -> Iterable[Row]:
    here = [given for given in standing if given.stage == stage]
    if not here:
        if stage != UNSORTED:
            yield Row({"stage": stage, "stage_title": STAGES[stage]})
        return
    dated = [given for given in here if given.happened is Happened.YES]
    everybody = _people(dated)
    for side, side_title in SIDES.items():
        mine = [given for given in here if given.by(side)]
        if not mine:
            continue
        counted = [given for given in mine if given.happened is Happened.YES]
        people = _people(counted, side)
        share = people is not None and everybody is not None
        cells: dict[str, str | int | float | None] = {
            "stage": stage,
            "stage_title": ALL_STAGES[stage],
            "side": side_title,
            "groups": _labels(counted, side),
            "contributions": len(counted),
            "share_contributions": rate(len(counted), len(dated)),
            "people": people,
            "share_people": rate(people or 0, everybody or 0) if share else None,
        }
        if by_date:
            cells["date_unknown"] = len(mine) - len(counted)
        yield Row(cells, events_of(mine))


def _people(given: Iterable[Given], side: str | None = None) -> int | None:
    """Count distinct people, a group entry as the number it states (``None``: it states none)."""
    numbers: dict[str, int | None] = {}
    for one in given:
        for giver in one.givers:
            if side in (None, giver.side):
                numbers[giver.id] = giver.number
    total = 0
    for number in numbers.values():
        if number is None:
            return None
        total += number
    return total


def _labels(given: Iterable[Given], side: str) -> str | None:
    """Name the group entries of a side with their contributions: ``autistic 211, parent 157``."""
    labels = Counter(
        giver.label for one in given for giver in one.givers if giver.side == side and giver.label
    )
    return ", ".join(f"{label} {n}" for label, n in labels.most_common()) or None


def _within_summary(record: Record) -> Summary:
    standing = record.standing
    shows = [f"{many(len(standing), 'contribution')} in this project stand."]
    if record.retracted:
        shows.append(f"{many(record.retracted, 'more')} taken back, and not counted.")
    named = [
        title.lower()
        for stage, title in STAGES.items()
        if any(given.stage == stage and given.by(COMMUNITY) for given in standing)
    ]
    if named:
        shows.append(f"People acting for the community took part in: {'; '.join(named)}.")
    empty = [
        title.lower()
        for stage, title in STAGES.items()
        if not any(given.stage == stage for given in standing)
    ]
    unknown = [f"Nothing is recorded for: {'; '.join(empty)}."] if empty else []
    unsorted = sum(given.stage == UNSORTED for given in standing)
    if unsorted:
        unknown.append(f"{many(unsorted, 'contribution')} not sorted to a stage yet.")
    return Summary(tuple(shows), spoke(standing), (*unknown, *unsaid(standing)))


def _within_chart(rows: Sequence[Row]) -> dict[str, object]:
    filled = [row for row in rows if row.cells.get("side")]
    sides = [title for title in SIDES.values() if any(r.cells["side"] == title for r in filled)]
    found = {(row.cells["stage_title"], row.cells["side"]): row for row in filled}
    present = {row.cells["stage_title"] for row in filled}
    titles = [
        title for title in ALL_STAGES.values() if title in present or title in STAGES.values()
    ]
    values = []
    for title in titles:
        for side in sides:
            row = found.get((title, side))
            n = row.cells["contributions"] if row else None
            values.append(
                {"row": title, "panel": side, "n": n, "label": "" if n is None else str(n)}
            )
    return panels(
        values,
        rows=titles,
        columns=sides,
        unit="contributions",
        description=(
            "Bars for each stage: how many contributions came from people acting for each side. "
            "No bar: nothing recorded."
        ),
    )
