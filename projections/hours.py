"""View ``hours``: what covered the time that people gave, by whom they act for.

Each recorded minute stands in exactly one column (``cover.py``), so that declined is never gifted,
gifted is never «never offered», and salaried time is never «unpaid». Uncovered is what was neither
paid, salaried nor the giver's own choice; its share is of all time whose cover is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from projections.charts import panels
from projections.cover import CAUSES, NEEDS, UNCOVERED, Cover, Piece, events_of, read
from projections.facts import Facts
from projections.lazily import Lazily
from projections.limits import LIMIT_TYPES, least_for_a_rate, notes_of
from projections.result import Asked, Cell, Column, Relation, Row, Summary, ViewResult, percent
from projections.stage_common import SIDES, many
from projections.timed import in_hours
from projections.view import View

_QUESTION = "What covered the time that people gave?"


def hours(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the minutes of each side by what covered them."""
    cover = read(facts, asked)
    least, limit = least_for_a_rate(facts, facts.size_at(asked.at))
    rows = tuple(side_rows(cover, least))
    return ViewResult(
        view="hours",
        title="What covered people's time",
        question=_QUESTION,
        formula=(
            "Minutes by the side people act for, each under one cause, tried in this order: "
            "promised and open (waiting), paid, a gift declared by its giver, salary, waiting for "
            "an answer, declined, never offered. A band counts as its upper end; time given "
            "together is shared equally, and a group's is that of all its people. Uncovered: "
            "waiting and never offered, divided by all minutes whose cover is known. Salary: "
            "enrolled as employed, or an accepted wage."
        ),
        does_not_show=(
            "Time that nobody recorded, and whether anybody should have been paid. A declined "
            "payment is a choice and not a gift. Where nobody said whether staff are paid for it, "
            "their time is «not known», not «unpaid». Awarded scores are not time."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        notes=(*notes_of(facts, asked, cover.record), limit),
        summary=_summary(rows),
        chart=_chart(rows) if rows else None,
        relations=tuple(one for row in rows for one in _relations(row)),
    )


def _minutes(name: str, title: str) -> Column:
    return Column(name, "integer", "minute", title, guard="count")


_COLUMNS = (
    Column("side", "text", "", "Acting for", guard="open", identity=True),
    Column("people", "integer", "person", "People", guard="count"),
    _minutes("minutes", "Time recorded"),
    *(_minutes(name, title) for name, title in CAUSES.items()),
    _minutes("known", "Cover known"),
    _minutes("uncovered", "Uncovered"),
    Column(
        "share_uncovered",
        "percent",
        "percent",
        "Uncovered, share",
        unknown="not given",
        guard="derived",
        of=("uncovered", "known"),
    ),
    Column("untimed", "integer", "contribution", "Work without time", guard="count"),
)


def side_rows(cover: Cover, least: int) -> Iterable[Row]:
    """Give a row for each side that gave anything; ``least``: on fewer people no share."""
    by_side: dict[str, list[Piece]] = {}
    for piece in cover.pieces:
        by_side.setdefault(piece.giver.side, []).append(piece)
    for side, title in SIDES.items():
        if side in by_side:
            yield _row(side, title, by_side[side], least)


def _row(side: str, title: str, pieces: Sequence[Piece], least: int) -> Row:
    timed = [piece for piece in pieces if piece.minutes is not None]
    by: dict[str, list[Piece]] = {name: [] for name in CAUSES}
    for piece in timed:
        by[piece.cause].append(piece)
    by["minutes"] = timed
    by["known"] = [piece for piece in timed if piece.cause != "unknown"]
    by["uncovered"] = [piece for name in UNCOVERED for piece in by[name]]
    by["untimed"] = [piece for piece in pieces if piece.minutes is None]
    minutes = {name: sum(piece.minutes or 0 for piece in some) for name, some in by.items()}
    cells: dict[str, Cell] = {"side": title, "untimed": len(by["untimed"])}
    # Time that nobody recorded is not zero, nor is a cover that nobody can tell.
    if timed:
        cells |= {"people": people(timed), "minutes": minutes["minutes"]}
        cells |= {name: minutes[name] for name in ("unknown", "known", "uncovered")}
    if by["known"]:
        cells |= {name: minutes[name] for name in CAUSES}
    if (n := people(by["known"])) is not None and n >= max(1, least):
        cells["share_uncovered"] = percent(minutes["uncovered"], minutes["known"])
    covered = [piece for piece in by["known"] if piece.cause not in UNCOVERED]
    return Row(
        cells,
        events_of(pieces),
        side,
        Lazily({name: partial(events_of, some) for name, some in by.items()}),
        people=Lazily(
            {name: partial(people, some) for name, some in by.items()}
            | {"share_uncovered": lambda: people(covered) or 0}
        ),
    )


def people(pieces: Iterable[Piece]) -> int | None:
    """How many people gave these; None where a group among them has no number."""
    found: Mapping[str, int | None] = {piece.person: piece.giver.number for piece in pieces}
    numbers = [number for number in found.values() if number is not None]
    return sum(numbers) if len(numbers) == len(found) else None


def _relations(row: Row) -> Iterable[Relation]:
    """Minutes are those of each cause, and the very ones that two other views call otherwise."""
    minutes = (row.key, "minutes")
    if "paid" in row.cells:
        yield Relation(minutes, tuple((row.key, cause) for cause in CAUSES))
    if "minutes" in row.cells:
        yield Relation(minutes, (("time", f"all/{row.key}", "most"),))
        yield Relation(minutes, (("inclusion", f"time/minutes at most/{row.key}", "n"),))


def _summary(rows: Sequence[Row]) -> Summary:
    shows, unknown = [], []
    for row in rows:
        cells = {name: int(cell) for name, cell in row.cells.items() if isinstance(cell, int)}
        if "minutes" not in cells:
            continue
        if "paid" not in cells:
            unknown.append(
                f"{row.cells['side']}: {in_hours(cells['minutes'])} recorded; what covered them is "
                "not known."
            )
            continue
        shows.append(
            f"{row.cells['side']}: {in_hours(cells['minutes'])} recorded; paid or salaried "
            f"{in_hours(cells['paid'] + cells['salary'])}, given or declined by choice "
            f"{in_hours(cells['gift'] + cells['declined'])}, uncovered "
            f"{in_hours(cells['uncovered'])}."
        )
        if cells["unknown"]:
            unknown.append(
                f"{row.cells['side']}: what covered {in_hours(cells['unknown'])} is not known."
            )
    untimed = sum(int(cell) for row in rows if isinstance(cell := row.cells["untimed"], int))
    if untimed:
        unknown.append(
            f"For {many(untimed, 'contribution')} no time is recorded; that is not zero."
        )
    return Summary(tuple(shows), (), tuple(unknown))


def _chart(rows: Sequence[Row]) -> dict[str, object]:
    values = [
        {"row": row.cells["side"], "panel": title, "n": n // 60, "label": in_hours(n)}
        for row in rows
        for name, title in CAUSES.items()
        if isinstance(n := row.cells.get(name), int)
    ]
    return panels(
        values,
        rows=[str(row.cells["side"]) for row in rows],
        columns=list(CAUSES.values()),
        unit="hours",
        description="Bars for each side: hours of recorded work by what covered them.",
    )


VIEW = View(
    "hours",
    "What covered people's time",
    _QUESTION,
    NEEDS | LIMIT_TYPES,
    hours,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
