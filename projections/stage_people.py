"""The figure of view ``stages`` within one project: a share of people and of contributions.

Never put on one axis with the share of projects in ``stages``: it has another unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from projections.charts import panels
from projections.facts import Facts, Happened
from projections.given import Given, Giver, Record
from projections.result import Asked, Cell, Column, Guard, Relation, Row, Summary, ViewResult
from projections.stage_common import (
    ALL_STAGES,
    COMMUNITY,
    GROUPS_NOTE,
    SIDES,
    STAGES,
    UNSORTED,
    common_notes,
    events_of,
    many,
    people_in,
    rate,
    spoke,
    stages_of,
    unsaid,
    who_of,
)

_QUESTION = "Who took part at each stage of this project, and for whom did they act?"


def within(facts: Facts, asked: Asked, record: Record, *, by_group: bool = False) -> ViewResult:
    """Fold one row for each stage and side, or each stage and recorded group."""
    here = stages_of(record.standing)
    rows = [
        row
        for stage in ALL_STAGES
        for row in _stage_rows(stage, here[stage], record, asked, by_group)
    ]
    return ViewResult(
        view="stages",
        title="Stages, within one project",
        question=_QUESTION,
        formula=(
            "For each stage and side (or group): standing contributions with a giver acting for "
            "that side, and distinct people (named ones, and the number each group entry states). "
            "Shares are of all contributions, and of all people, at that stage, including those "
            "for whom no side is recorded. Somebody who acts for two sides counts in both."
        ),
        does_not_show=(
            "Time, effort or influence: one sentence and one year are each one contribution. A "
            "share of people is not a share of projects, and does not compare with published "
            "shares of papers. Two group entries may hold the same person."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated, by_group=by_group),
        rows=tuple(rows),
        notes=(*common_notes(facts, asked, record), GROUPS_NOTE),
        summary=_within_summary(record),
        chart=_within_chart(rows, by_group) if record.standing else None,
        relations=tuple(_relations(rows)),
    )


def _columns(by_date: bool, *, by_group: bool) -> tuple[Column, ...]:
    # By side, the cell lists labels with their counts: free text, which no export can round.
    guard: Guard = "open" if by_group else "words"
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
        Column(
            "groups", "text", "", "Groups, as recorded", unknown="none", guard=guard, identity=True
        ),
        Column("contributions", "integer", "contribution", "Contributions", guard="count"),
        Column("of_contributions", "integer", "contribution", "of all at the stage", guard="count"),
        Column(
            "share_contributions",
            "percent",
            "percent",
            "Share of contributions",
            unknown="not given",
            guard="derived",
            of=("contributions", "of_contributions"),
        ),
        Column("people", "integer", "person", "People", guard="count"),
        Column("of_people", "integer", "person", "of all at the stage", guard="count"),
        Column(
            "share_people",
            "percent",
            "percent",
            "Share of people",
            unknown="not given",
            guard="derived",
            of=("people", "of_people"),
        ),
    ]
    if by_date:
        columns.insert(
            5, Column("date_unknown", "integer", "contribution", "Date unknown", guard="count")
        )
    return tuple(columns)


def _stage_rows(
    stage: str, here: Sequence[Given], record: Record, asked: Asked, by_group: bool
) -> Iterable[Row]:
    if not here:
        if stage != UNSORTED:
            yield Row({"stage": stage, "stage_title": STAGES[stage]}, (), stage)
        return
    dated = [given for given in here if given.happened is Happened.YES]
    everybody = people_in(record, dated)
    whole = events_of(dated)
    parts: dict[tuple[str, str, str], list[Given]] = {}
    for given in here:
        for part in {who_of(giver, by_group=by_group) for giver in given.givers}:
            parts.setdefault(part, []).append(given)
    order = list(SIDES)
    for part, mine in sorted(parts.items(), key=lambda p: (order.index(p[0][1]), p[0])):
        key, side, title = part
        counted = [given for given in mine if given.happened is Happened.YES]
        people = people_in(record, counted, _in_part(part, by_group=by_group))
        both = people is not None and everybody is not None
        cells: dict[str, Cell] = {
            "stage": stage,
            "stage_title": ALL_STAGES[stage],
            "side": SIDES[side],
            "groups": title if by_group else _labels(counted, side),
            "contributions": len(counted),
            "of_contributions": len(dated),
            "share_contributions": rate(len(counted), len(dated)),
            "people": people,
            "of_people": everybody,
            "share_people": rate(people or 0, everybody or 0) if both else None,
        }
        if asked.dated:
            cells["date_unknown"] = len(mine) - len(counted)
        mine_counted = events_of(counted)
        behind = {
            "contributions": mine_counted,
            "people": mine_counted,
            "date_unknown": events_of(g for g in mine if g.happened is not Happened.YES),
        }
        behind |= dict.fromkeys(
            ("of_contributions", "of_people", "share_contributions", "share_people"), whole
        )
        stood = {"contributions": people, "of_contributions": everybody}
        yield Row(cells, events_of(mine), f"{stage}/{key}", behind, people=stood)


def _in_part(part: tuple[str, str, str], *, by_group: bool) -> Callable[[Giver], bool]:
    return lambda giver: who_of(giver, by_group=by_group) == part


def _relations(rows: Sequence[Row]) -> Iterable[Relation]:
    """Each part is in the whole of its stage, which every row of the stage repeats."""
    by_stage: dict[Cell, list[Row]] = {}
    for row in rows:
        if "contributions" in row.cells:
            by_stage.setdefault(row.cells["stage"], []).append(row)
    for here in by_stage.values():
        for one in ("contributions", "people"):
            whole = (here[0].name, f"of_{one}")
            yield Relation(whole, tuple((row.name, one) for row in here), "union")
            for row in here[1:]:
                yield Relation(whole, ((row.name, f"of_{one}"),))


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


def _within_chart(rows: Sequence[Row], by_group: bool) -> dict[str, object]:
    part = "groups" if by_group else "side"
    filled = [row for row in rows if row.cells.get("side")]
    parts = list(dict.fromkeys(str(row.cells[part]) for row in filled))
    if not by_group:
        parts = [title for title in SIDES.values() if title in parts]
    numbers = Counter[tuple[str, str]]()
    for row in filled:
        n = row.cells["contributions"]
        numbers[str(row.cells["stage_title"]), str(row.cells[part])] += n if type(n) is int else 0
    present = {stage for stage, _ in numbers}
    titles = [
        title for title in ALL_STAGES.values() if title in present or title in STAGES.values()
    ]
    values = []
    for title in titles:
        for one in parts:
            found = numbers.get((title, one))
            label = "" if found is None else str(found)
            values.append({"row": title, "panel": one, "n": found, "label": label})
    return panels(
        values,
        rows=titles,
        columns=parts,
        unit="contributions",
        description=(
            f"Bars for each stage: how many contributions came from each "
            f"{'group' if by_group else 'side'}. No bar: nothing recorded."
        ),
    )
