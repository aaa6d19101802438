"""View ``stages`` over all projects, split by side or by recorded group: a share of projects each.

    eligible projects with a contribution by this side (group) at the stage / eligible projects

Front line, institution and bridging each have a row of their own, and so has «not recorded for
whom»; a project in which two sides gave counts in both rows, so rows do not add up.
"""

from __future__ import annotations

from collections.abc import Sequence

from projections.charts import panels
from projections.facts import Facts, Happened
from projections.given import Given, Record
from projections.result import Asked, Cell, Column, Relation, Row, ViewResult
from projections.stage_common import (
    GROUPS_NOTE,
    SIDES,
    STAGES,
    common_notes,
    events_of,
    rate,
    stages_of,
    who_of,
)


def split_by(
    facts: Facts, asked: Asked, record: Record, more: set[str], *, by_group: bool
) -> ViewResult:
    """Fold one row for each stage and side, or stage and group, that gave there."""
    here = stages_of(given for given in record.standing if given.project in more)
    rows = [
        row
        for stage in STAGES
        for row in _rows(stage, here[stage], len(more), by_group=by_group, by_date=asked.dated)
    ]
    what = "group" if by_group else "side"
    return ViewResult(
        view="stages",
        title=f"Stages, by project and {what}",
        question=f"At which stages did each {what} take part, and in what share of projects?",
        formula=(
            f"For each stage and {what}: eligible projects with at least one standing contribution "
            f"by that {what}, divided by all eligible projects (some contribution claims to "
            "involve, collaborate or lead). A project counts in the row of each that gave."
        ),
        does_not_show=(
            "How many people took part, for how long, or with what influence: a project counts "
            "once. A share of people is another number and does not belong on this axis."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated),
        rows=tuple(rows),
        notes=(*common_notes(facts, asked, record), GROUPS_NOTE),
        chart=_chart(rows, what) if rows else None,
        relations=tuple(
            Relation((row.name, "eligible"), ((row.name, "projects"),), "within") for row in rows
        ),
    )


def _columns(by_date: bool) -> tuple[Column, ...]:
    columns = [
        Column("stage", "text", "", "Code", guard="open"),
        Column("stage_title", "text", "", "Stage", guard="open"),
        Column("side", "text", "", "Acting for", guard="open", identity=True),
        Column("who", "text", "", "Who", guard="open", identity=True),
        Column("projects", "integer", "project", "Projects", guard="open"),
        Column("eligible", "integer", "project", "Eligible projects", guard="open"),
        Column(
            "share",
            "percent",
            "percent",
            "Share of eligible projects",
            unknown="not given",
            guard="open",
            of=("projects", "eligible"),
        ),
    ]
    if by_date:
        columns.insert(
            5, Column("date_unknown", "integer", "project", "Date unknown", guard="open")
        )
    return tuple(columns)


def _rows(
    stage: str, here: Sequence[Given], eligible: int, *, by_group: bool, by_date: bool
) -> list[Row]:
    parts: dict[tuple[str, str, str], list[Given]] = {}
    for given in here:
        for part in {who_of(giver, by_group=by_group) for giver in given.givers}:
            parts.setdefault(part, []).append(given)
    order = list(SIDES)
    rows = []
    for (key, side, who), mine in sorted(parts.items(), key=lambda p: (order.index(p[0][1]), p[0])):
        projects = {given.project for given in mine if given.happened is Happened.YES}
        cells: dict[str, Cell] = {
            "stage": stage,
            "stage_title": STAGES[stage],
            "side": SIDES[side],
            "who": who,
            "projects": len(projects),
            "eligible": eligible,
            "share": rate(len(projects), eligible),
        }
        if by_date:
            cells["date_unknown"] = len({given.project for given in mine} - projects)
        rows.append(Row(cells, events_of(mine), f"{stage}/{key}"))
    return rows


def _chart(rows: Sequence[Row], what: str) -> dict[str, object]:
    who = list(dict.fromkeys(str(row.cells["who"]) for row in rows))
    found = {(row.cells["stage_title"], row.cells["who"]): row.cells["projects"] for row in rows}
    values = [
        {"row": title, "panel": one, "n": n, "label": "" if n is None else str(n)}
        for title in STAGES.values()
        for one in who
        for n in [found.get((title, one))]
    ]
    return panels(
        values,
        rows=list(STAGES.values()),
        columns=who,
        unit="projects",
        description=(
            f"Bars for each stage: in how many eligible projects each {what} contributed. No bar: "
            "nothing recorded."
        ),
    )
