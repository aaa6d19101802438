"""View ``time``: how much time was given at each stage, by which side, and what covered it.

    at least    minutes worked and estimated
    at most     these, and the end of each band («up to»)
    untimed     work of which no time is recorded: in neither, and not zero

Beside it the labour that hours seldom show (``domain.values.INTANGIBLE``): its time, and how much
of that was covered: paid or by a salary, the giver's own choice (a gift, or a payment declined),
uncovered (waiting, never offered), or not known (``cover.py``; domain.md sections 4 and 8).

A row ``all/SIDE`` adds the stages up. Awarded scores are a measure and never time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from projections.charts import panels
from projections.cover import NEEDS, UNCOVERED, Piece, behind, read
from projections.entries import entries
from projections.facts import Facts, Happened
from projections.given import Given, Record
from projections.lazily import Lazily
from projections.result import Asked, Cell, Column, Fixed, Relation, Row, Summary, ViewResult
from projections.stage_common import ALL_STAGES, SIDES, common_notes, many
from projections.stage_common import events_of as given_events
from projections.timed import in_hours
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
_COVERED = {cause: name for name, causes in _COVER.items() for cause in causes}
TIMED = ("worked", "estimated", "band")
BASES = (*TIMED, "untimed")
_ANY = ("", *_COVER)
#: Which bases, and which ways of being covered, a column counts.
_PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    **{basis: ((basis,), _ANY) for basis in BASES},
    "least": (("worked", "estimated"), _ANY),
    "most": (TIMED, _ANY),
    "intangible_least": (("worked", "estimated"), tuple(_COVER)),
    "intangible": (TIMED, tuple(_COVER)),
    **{name: (TIMED, (name,)) for name in _COVER},
}


def time_given(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the minutes of each stage and side, and of all stages together."""
    cover = read(facts, asked)
    by = _sums(cover.pieces)
    undated = _undated(cover.record, asked)
    rows = [
        _row(stage, side, by.get((stage, side), _Sum({})), undated.get((stage, side), []), asked)
        for stage in (*ALL_STAGES, ALL)
        for side in SIDES
        if (stage, side) in by or (stage, side) in undated
    ]
    return ViewResult(
        view="time",
        title="Time, by stage",
        question=_QUESTION,
        formula=(
            "For each stage and side: minutes of standing, dated work, shared equally among those "
            "who gave it together; a group's is that of all its people. At least: worked and "
            "estimated. At most: these and the end of each band. Intangible: work all of whose "
            "kinds are preparation, travel and waiting, brokering trust, mentoring, peer support, "
            "hosting, care cover‡ or emotional labour; "
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
        notes=(
            *common_notes(facts, asked, cover.record),
            Fixed("‡ That care cover counts among them is a default of this program."),
        ),
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


class _Part:
    """Work under one heading: its people, works and minutes, and the entries behind it.

    No piece is kept: who asks what is behind a figure asks when the facts are gone.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.found = behind(pieces)
        self.events = entries(self.found)
        self.people = {piece.person: piece.giver.number for piece in pieces}
        self.works = {piece.work.id for piece in pieces}
        self.minutes = sum([piece.minutes or 0 for piece in pieces])


@dataclass(frozen=True, slots=True)
class _Sum:
    """The pieces of a stage and side by (basis, how intangible labour was covered or «»)."""

    parts: Mapping[tuple[str, str], Sequence[_Part]]

    def of(self, bases: Sequence[str] = BASES, covered: Sequence[str] = _ANY) -> list[_Part]:
        """The parts on one of these bases, covered in one of these ways."""
        return [
            part
            for (basis, how), parts in self.parts.items()
            if basis in bases and how in covered
            for part in parts
        ]


def _sums(pieces: Iterable[Piece]) -> dict[tuple[str, str], _Sum]:
    """The pieces by stage and side, and by side; each piece is put in one part, and read there."""
    found: dict[tuple[str, str, str, str], list[Piece]] = {}
    for piece in pieces:
        work = piece.work
        basis = "untimed" if piece.minutes is None else work.basis
        covered = _COVERED[piece.cause] if work.intangible else ""
        key = work.stage, piece.giver.side, basis, covered
        some = found.get(key)
        if some is None:
            some = found[key] = []
        some.append(piece)
    sums: dict[tuple[str, str], dict[tuple[str, str], list[_Part]]] = {}
    for (stage, side, *how), some in found.items():
        part = _Part(some)
        for row in ((stage, side), (ALL, side)):
            sums.setdefault(row, {}).setdefault((how[0], how[1]), []).append(part)
    return {row: _Sum(parts) for row, parts in sums.items()}


def _people(people: Iterable[Mapping[str, int | None]]) -> int | None:
    """How many people these are, each once; None where a group among them states no number."""
    found: dict[str, int | None] = {}
    for some in people:
        found |= some
    numbers = [number for number in found.values() if number is not None]
    return sum(numbers) if len(numbers) == len(found) else None


def _works(parts: Iterable[_Part]) -> int:
    return len(set[str]().union(*[part.works for part in parts]))


def _events(events: Iterable[Iterable[int]]) -> Sequence[int]:
    return entries(set[int]().union(*events))


def _row(stage: str, side: str, sums: _Sum, undated: Sequence[Given], asked: Asked) -> Row:
    whole = sums.of()
    parts = {name: sums.of(*which) for name, which in _PARTS.items()}
    minutes = {name: sum(part.minutes for part in some) for name, some in parts.items()}
    people = {name: [part.people for part in some] for name, some in parts.items()}
    people["work"] = [part.people for part in whole]
    cells: dict[str, Cell] = {
        "stage": stage,
        "stage_title": ALL_STAGES.get(stage, "All stages"),
        "side": SIDES[side],
        "people": _people(people["work"]),
        "work": _works(whole),
        # Where no time at all is recorded, there is no sum: it would read as zero.
        **{name: minutes[name] if parts["most"] else None for name in (*TIMED, "least", "most")},
        "untimed": _works(parts["untimed"]),
    }
    if parts["intangible"]:
        cells |= {name: minutes[name] for name in ("intangible_least", "intangible", *_COVER)}
    if asked.dated:
        cells["date_unknown"] = len(undated)
    later = given_events(undated)
    events = {
        name: partial(_events, [part.events for part in some]) for name, some in parts.items()
    }
    events["date_unknown"] = partial(_events, [later])
    stood = {name: partial(_people, some) for name, some in people.items()}
    every = _events([*(part.found for part in whole), later])
    return Row(cells, every, f"{stage}/{side}", Lazily(events), people=Lazily(stood))


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
