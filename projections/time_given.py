"""View ``time``: how much time was given at each stage, by which side, and what covered it.

    at least    minutes worked and estimated
    at most     these, and the end of each band («up to»)
    untimed     work of which no time is recorded: in neither, and not zero

Beside it the labour that hours seldom show (``timed.INTANGIBLE``): its time, and how much of that
was covered: paid or by a salary, the giver's own choice (a gift, or a payment declined), uncovered
(waiting, never offered), or not known (``cover.py``; domain.md sections 4 and 8).

A row ``all/SIDE`` adds the stages up. Awarded scores are a measure and never time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from projections.charts import panels
from projections.cover import NEEDS, UNCOVERED, Piece, read
from projections.facts import Facts, Happened
from projections.given import Given, Record
from projections.result import Asked, Cell, Column, Relation, Row, Summary, ViewResult
from projections.stage_common import ALL_STAGES, SIDES, common_notes, events_of, many
from projections.timed import Minutes, Share, in_hours, is_intangible
from projections.view import View

_QUESTION = "How much time was given at each stage, by whom, and was the intangible part covered?"
ALL = "all"
#: Which causes of cover stand together in a column.
_COVER = {
    "intangible_covered": ("paid", "salary"),
    "intangible_choice": ("gift", "declined"),
    "intangible_uncovered": UNCOVERED,
    "intangible_unknown": ("unknown",),
}
_SUMS = ("worked", "estimated", "band", "least", "most", "untimed")


def time_given(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the minutes of each stage and side, and of all stages together."""
    cover = read(facts, asked)
    by: dict[tuple[str, str], list[Piece]] = {}
    for piece in cover.pieces:
        by.setdefault((piece.work.stage, piece.giver.side), []).append(piece)
        by.setdefault((ALL, piece.giver.side), []).append(piece)
    undated = _undated(cover.record, asked)
    rows = [
        _row(stage, side, by.get((stage, side), []), undated.get((stage, side), []), asked)
        for stage in (*ALL_STAGES, ALL)
        for side in SIDES
        if (stage, side) in by or (stage, side) in undated
    ]
    used = {index for row in rows for index in row.events}
    return ViewResult(
        view="time",
        title="Time, by stage",
        question=_QUESTION,
        formula=(
            "For each stage and side: minutes of standing, dated work, shared equally among those "
            "who gave it together. At least: worked and estimated. At most: these and the end of "
            "each band. Intangible: work all of whose kinds are preparation, travel and waiting, "
            "brokering trust, mentoring, peer support, hosting, care cover or emotional labour; "
            "covered is what was paid or is a salary's, choice a gift or a declined payment."
        ),
        does_not_show=(
            "Time that nobody recorded, which is unknown and not zero. Whether anybody should have "
            "been paid, or how hard it was. Work of tangible and intangible kinds at once counts "
            "as tangible: nobody can say which part is which. Awarded scores are not time."
        ),
        checkpoint=facts.standing(asked),
        columns=_columns(asked.dated),
        rows=tuple(rows),
        hashes={index: cover.hashes[index] for index in sorted(used)},
        notes=tuple(common_notes(facts, asked, cover.record)),
        summary=_summary(rows),
        chart=_chart(rows) if rows else None,
        relations=tuple(_relations(rows)),
    )


def _undated(record: Record, asked: Asked) -> dict[tuple[str, str], list[Given]]:
    """The work of which no date says whether it lies in the span, by stage and side."""
    found: dict[tuple[str, str], list[Given]] = {}
    for work in record.dated(Happened.UNKNOWN):
        for side in {giver.side for giver in work.givers} & {asked.side or s for s in SIDES}:
            found.setdefault((work.stage, side), []).append(work)
            found.setdefault((ALL, side), []).append(work)
    return found


def _row(
    stage: str, side: str, pieces: Sequence[Piece], undated: Sequence[Given], asked: Asked
) -> Row:
    sums, hidden = Minutes(), Minutes()
    parts: dict[str, list[Piece]] = {name: [] for name in (*_SUMS, "intangible", *_COVER)}
    for piece in pieces:
        share = _share(piece)
        sums.add(share)
        parts["untimed" if share.minutes is None else share.basis].append(piece)
        if is_intangible(piece.work):
            hidden.add(share)
            parts["intangible"].append(piece)
            name = next(name for name, causes in _COVER.items() if piece.cause in causes)
            parts[name].append(piece)
    parts["least"] = parts["worked"] + parts["estimated"]
    parts["most"] = parts["least"] + parts["band"]
    timed = len(parts["most"])
    cells: dict[str, Cell] = {
        "stage": stage,
        "stage_title": ALL_STAGES.get(stage, "All stages"),
        "side": SIDES[side],
        "people": _people(pieces),
        "work": len({piece.work.fact.index for piece in pieces}),
        # Where no time at all is recorded, there is no sum: it would read as zero.
        "worked": sums.worked if timed else None,
        "estimated": sums.estimated if timed else None,
        "band": sums.band if timed else None,
        "least": sums.least if timed else None,
        "most": sums.most if timed else None,
        "untimed": len(parts["untimed"]),
    }
    if any(piece.minutes is not None for piece in parts["intangible"]):
        cells |= {"intangible_least": hidden.least, "intangible": hidden.most}
        cells |= {name: sum(piece.minutes or 0 for piece in parts[name]) for name in _COVER}
    if asked.dated:
        cells["date_unknown"] = len(undated)
    parts["intangible_least"] = [p for p in parts["intangible"] if _share(p).basis != "band"]
    behind = {name: _events(some) for name, some in parts.items()}
    behind |= {"date_unknown": events_of(undated)}
    every = tuple(sorted({*_events(pieces), *events_of(undated)}))
    stood = {name: _people(some) for name, some in parts.items()} | {"work": _people(pieces)}
    return Row(cells, every, f"{stage}/{side}", behind, people=stood)


def _share(piece: Piece) -> Share:
    basis = (piece.work.body.get("time") or {"basis": "unknown"})["basis"]
    return Share(piece.work, piece.giver, basis, piece.minutes)


def _people(pieces: Iterable[Piece]) -> int | None:
    """How many people gave these; None where a group among them states no number."""
    found: Mapping[str, int | None] = {piece.person: piece.giver.number for piece in pieces}
    numbers = [number for number in found.values() if number is not None]
    return sum(numbers) if len(numbers) == len(found) else None


def _events(pieces: Iterable[Piece]) -> tuple[int, ...]:
    return tuple(sorted({index for piece in pieces for index in piece.events}))


def _columns(by_date: bool) -> tuple[Column, ...]:
    def count(name: str, unit: str, title: str, unknown: str = "not recorded") -> Column:
        return Column(name, "integer", unit, title, unknown=unknown, guard="count")

    none = "none recorded"
    return (
        Column("stage", "text", "", "Code", guard="open"),
        Column("stage_title", "text", "", "Stage", guard="open"),
        Column("side", "text", "", "Acting for", guard="open", identity=True),
        count("people", "person", "People"),
        count("work", "contribution", "Contributions"),
        count("worked", "minute", "Minutes worked"),
        count("estimated", "minute", "Minutes estimated"),
        count("band", "minute", "Minutes in bands, at most"),
        count("least", "minute", "At least"),
        count("most", "minute", "At most"),
        count("untimed", "contribution", "Work without a time"),
        *([count("date_unknown", "contribution", "Date unknown")] if by_date else []),
        count("intangible_least", "minute", "Intangible, at least", none),
        count("intangible", "minute", "Intangible, at most", none),
        count("intangible_covered", "minute", "of it paid or salaried", none),
        count("intangible_choice", "minute", "of it a gift, or declined", none),
        count("intangible_uncovered", "minute", "of it uncovered", none),
        count("intangible_unknown", "minute", "of it cover not known", none),
    )


def _relations(rows: Sequence[Row]) -> Iterable[Relation]:
    by_side: dict[str, list[Row]] = {}
    for row in rows:
        key = row.name
        yield Relation((key, "least"), ((key, "worked"), (key, "estimated")))
        yield Relation((key, "most"), ((key, "least"), (key, "band")))
        yield Relation((key, "intangible"), tuple((key, name) for name in _COVER))
        yield Relation((key, "most"), ((key, "intangible"),), "within")
        yield Relation((key, "intangible"), ((key, "intangible_least"),), "within")
        by_side.setdefault(key.rpartition("/")[2], []).append(row)
    for some in by_side.values():
        *stages, whole = some
        for name in ("worked", "estimated", "band", "least", "most", "intangible", "untimed"):
            known = [row for row in stages if row.cells.get(name) is not None]
            if known:
                yield Relation((whole.name, name), tuple((row.name, name) for row in known))


def _summary(rows: Sequence[Row]) -> Summary:
    shows, unknown = [], []
    for row in rows:
        if row.cells["stage"] != ALL:
            continue
        least, most, side = row.cells["least"], row.cells["most"], row.cells["side"]
        if isinstance(least, int) and isinstance(most, int):
            span = in_hours(most) if least == most else f"{in_hours(least)} to {in_hours(most)}"
            shows.append(f"{side}: {span} of time are recorded.")
        hidden, covered = row.cells.get("intangible"), row.cells.get("intangible_covered")
        if isinstance(hidden, int) and isinstance(covered, int):
            shows.append(
                f"{side}: {in_hours(hidden)} of it went into relationships and other intangible "
                f"labour; {in_hours(covered)} of these were paid or salaried."
            )
        untimed = row.cells["untimed"]
        if isinstance(untimed, int) and untimed:
            unknown.append(f"{side}: {many(untimed, 'piece')} of work without a time; not zero.")
    if not rows:
        unknown.append("No work is recorded.")
    return Summary(tuple(shows), (), tuple(unknown))


def _chart(rows: Sequence[Row]) -> dict[str, object] | None:
    found = {(row.cells["stage_title"], row.cells["side"]): row.cells["most"] for row in rows}
    sides = [title for title in SIDES.values() if any(side == title for _, side in found)]
    titles = [title for title in ALL_STAGES.values() if any(stage == title for stage, _ in found)]
    values = []
    for title in titles:
        for side in sides:
            n = found.get((title, side))
            minutes = n if isinstance(n, int) else None
            hours = None if minutes is None else minutes / 60
            label = "" if minutes is None else in_hours(minutes)
            values.append({"row": title, "panel": side, "n": hours, "label": label})
    if all(value["n"] is None for value in values):
        return None
    return panels(
        values,
        rows=titles,
        columns=sides,
        unit="hours, at most",
        description="Bars for each stage and side: hours of recorded work, at most. No bar: none.",
    )


VIEW = View(
    "time",
    "Time, by stage",
    _QUESTION,
    NEEDS,
    time_given,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
