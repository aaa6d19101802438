"""View ``seats``: who *chose* those who sit, whom they act for, with a vote or a chair, how long.

    seat share  = voting seat-days by who chose the holder, or by whom they act for / all of them
    chair share = the same of days as chair

Rows of each body and of all together; within a body the rows by chooser add up to its row, and so
do the rows by side, which is another division of the same seats. Who chose a holder and whom the
holder acts for are two facts, and neither is inferred from the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from projections.charts import panels
from projections.entries import entries
from projections.facts import Facts
from projections.lazily import Alike
from projections.limits import LIMIT_TYPES, least_for_a_rate
from projections.result import Asked, Cell, Column, Relation, Row, Summary, ViewResult, percent
from projections.seated import CHOSEN, NEEDS, Seated, Term, read
from projections.stage_common import SIDES, many, record_notes
from projections.view import View

_QUESTION = "Who chose those who sit and chair, whom do they act for, and for how long?"
ALL = "all"


def seats(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the terms, body by body and all together."""
    seated = read(facts, asked)
    least, limit = least_for_a_rate(facts, facts.size_at(asked.at))
    rows = tuple(_rows(seated, asked, least))
    return ViewResult(
        view="seats",
        title="Seats and chairs",
        question=_QUESTION,
        order="all bodies together, then each in the order in which they were created",
        formula=(
            "A seat counts from the day it was filled until the day it fell free, that day not "
            "counted, or through its last day, or through the day the record had reached. Where "
            "only a span is known, from its end, until the beginning of the next: at least so "
            "long. Seat share: voting seat-days of those so chosen, or acting for that side, "
            "divided by all voting seat-days of the body. Chair share likewise, over days as "
            "chair. Vacant: voting seats the body has, less those held."
        ),
        does_not_show=(
            "Who spoke, or who was listened to. What was decided while they sat: view motions. A "
            "seat is not influence, and whoever was chosen by a community need not act for it."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        notes=(*_notes(facts, asked, seated), limit),
        summary=_summary(seated),
        chart=_chart(rows),
        relations=tuple(_relations(rows)),
    )


def _count(name: str, title: str, unit: str = "seat", unknown: str = "not recorded") -> Column:
    return Column(name, "integer", unit, title, unknown=unknown, guard="count")


_COLUMNS = (
    Column("body", "text", "", "Body", guard="open"),
    Column("of", "text", "", "Of whom", guard="open", identity=True),
    _count("seats", "Seats now"),
    _count("voting", "Voting now"),
    _count("chairs", "Chairs now", "chair"),
    _count("terms", "Terms, ever"),
    _count("voting_terms", "of these, voting"),
    _count("over", "Terms over"),
    _count("days", "Seat-days", "day"),
    _count("voting_days", "Voting seat-days", "day"),
    _count("all_voting_days", "of all voting seat-days", "day"),
    Column(
        "seat_share",
        "percent",
        "percent",
        "Seat share",
        unknown="not given",
        guard="derived",
        of=("voting_days", "all_voting_days"),
    ),
    _count("chair_days", "Days as chair", "day"),
    _count("all_chair_days", "of all days as chair", "day"),
    Column(
        "chair_share",
        "percent",
        "percent",
        "Chair share",
        unknown="not given",
        guard="derived",
        of=("chair_days", "all_chair_days"),
    ),
    Column(
        "vacant", "integer", "seat", "Voting seats vacant", unknown="no number set", guard="open"
    ),
)


def _rows(seated: Seated, asked: Asked, least: int) -> Iterator[Row]:
    by: dict[str, tuple[list[Term], list[Term]]] = {}
    for at, terms in enumerate((seated.seats, seated.chairs)):
        for term in terms:
            for body in (ALL, term.body):
                by.setdefault(body, ([], []))[at].append(term)
    several = len(by) > 2  # all together, and more than one of them
    for body in dict.fromkeys([*([ALL] if several else []), *seated.bodies, *by]):
        if body == ALL and not several:
            continue
        if asked.about in {None, body}:
            yield from _of_body(seated, asked, body, by.get(body, ([], [])), least)


def _of_body(
    seated: Seated, asked: Asked, body: str, terms: tuple[list[Term], list[Term]], least: int
) -> Iterator[Row]:
    whole = _figures(seated, asked, *terms)
    name = "All bodies" if body == ALL else body
    enough = whole["voting_terms"] >= max(1, least), len(terms[1]) >= max(1, least)
    created = seated.bodies.get(body)
    first = () if created is None else (created.index,)
    wanted = created.body.get("seats") if created else None
    cells: dict[str, Cell] = {"body": name, "of": "All", **whole}
    cells["all_voting_days"] = whole["voting_days"]
    cells["all_chair_days"] = whole["chair_days"]
    cells["vacant"] = None if wanted is None else max(0, wanted - whole["voting"])
    yield _row(f"{body}/all", cells, seated, terms, first)
    parts = [("chosen", key, title) for key, title in CHOSEN.items()]
    parts += [("side", key, f"Acting for: {title}") for key, title in SIDES.items()]
    for axis, key, title in parts:
        mine = tuple(
            [one for one in some if (one.chosen_by if axis == "chosen" else one.side) == key]
            for some in terms
        )
        if not any(mine):
            continue
        found = _figures(seated, asked, *mine)
        cells = {"body": name, "of": title, **found}
        cells["all_voting_days"] = whole["voting_days"]
        cells["all_chair_days"] = whole["chair_days"]
        if enough[0] and whole["voting_days"]:
            cells["seat_share"] = percent(found["voting_days"], whole["voting_days"])
        if enough[1] and whole["chair_days"]:
            cells["chair_share"] = percent(found["chair_days"], whole["chair_days"])
        yield _row(f"{body}/{axis}/{key}", cells, seated, (mine[0], mine[1]), ())


def _figures(
    seated: Seated, asked: Asked, seats: Sequence[Term], chairs: Sequence[Term]
) -> dict[str, int]:
    today, since = seated.today, asked.period[0] if asked.period else None
    held = [one for one in seats if one.holds(today)]
    return {
        "seats": len(held),
        "voting": sum(one.voting for one in held),
        "chairs": sum(one.holds(today) for one in chairs),
        "terms": len(seats),
        "voting_terms": sum(one.voting for one in seats),
        "over": len(seats) - len(held),
        "days": sum(one.days(today, since) for one in seats) if today else 0,
        "voting_days": sum(one.days(today, since) for one in seats if one.voting) if today else 0,
        "chair_days": sum(one.days(today, since) for one in chairs) if today else 0,
    }


def _row(
    key: str,
    cells: Mapping[str, Cell],
    seated: Seated,
    terms: tuple[list[Term], list[Term]],
    first: tuple[int, ...],
) -> Row:
    behind = [entries(index for term in some for index in term.events()) for some in terms]
    people = [len(seated.linked.distinct(term.person for term in some)) for some in terms]
    events = entries((*first, *behind[0], *behind[1]))
    return Row(cells, events, key, Alike(_OF, behind), people=Alike(_OF, people))


#: Which figures are of terms of seats (0), and which of chairs (1).
_OF = dict.fromkeys(
    ("seats", "voting", "terms", "voting_terms", "over", "days", "voting_days", "seat_share"), 0
) | dict.fromkeys(("chairs", "chair_days", "chair_share"), 1)


_SUMMED = (
    "seats",
    "voting",
    "chairs",
    "terms",
    "voting_terms",
    "days",
    "voting_days",
    "chair_days",
)


def _relations(rows: Sequence[Row]) -> Iterator[Relation]:
    """By chooser and by side, each adds up to the body's row; all bodies add up to the first."""
    by: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        body, _, rest = row.key.partition("/")
        axis = rest.partition("/")[0]
        by.setdefault((body, axis), []).append(row.key)
    bodies = [keys[0] for (body, axis), keys in by.items() if axis == "all" and body != ALL]
    for name in _SUMMED:
        for (body, axis), keys in by.items():
            if axis != "all":
                yield Relation((f"{body}/all", name), tuple((key, name) for key in keys))
            elif body == ALL and bodies:
                yield Relation((f"{ALL}/all", name), tuple((key, name) for key in bodies))


def _notes(facts: Facts, asked: Asked, seated: Seated) -> Iterable[str]:
    if seated.today is not None:
        yield f"Counted through {seated.today}."
    if seated.undated:
        yield f"{many(seated.undated, 'term')} whose beginning nobody dates: no days are counted."
    spans = sum(
        one.fact.on is not None and one.fact.on.get("precision") != "day" for one in seated.seats
    )
    if spans:
        yield f"{many(spans, 'seat')} known to a span and not to a day: days are «at least»."
    unsure = sum(one.left_unsure for one in (*seated.seats, *seated.chairs))
    if unsure:
        yield f"{many(unsure, 'term')} ended on a day not known: counted to the first it may be."
    if seated.later:
        yield f"{many(seated.later, 'term')} begun after that day, not counted."
    yield from record_notes(facts, asked, NEEDS)
    yield "Chairs hold seats too: days as chair are not added to seat-days."


def _summary(seated: Seated) -> Summary:
    held = [one for one in seated.seats if one.voting and one.holds(seated.today)]
    by = {key: sum(one.chosen_by == key for one in held) for key in CHOSEN}
    shows = []
    if held:
        shows.append(
            f"Voting seats held now: chosen by the community {by['community']}, by open call "
            f"{by['open-call']}, by the institution {by['institution']}."
        )
    chairs = [one for one in seated.chairs if one.holds(seated.today)]
    if chairs:
        ours = sum(one.chosen_by == "community" for one in chairs)
        shows.append(f"{many(len(chairs), 'chair')}, {ours} chosen by the community.")
    unsaid = sum(one.side == "unsaid" for one in held)
    unknown = []
    if unsaid:
        unknown.append(f"Whom {many(unsaid, 'voting holder')} act for is not recorded.")
    if not seated.seats:
        unknown.append("No seat is recorded.")
    return Summary(tuple(shows), (), tuple(unknown))


def _chart(rows: Sequence[Row]) -> Mapping[str, object] | None:
    """Voting seat-days of the first body, or of all, by who chose the holder."""
    first = rows[0].key.partition("/")[0] if rows else ""
    some = [row for row in rows if row.key.startswith(f"{first}/chosen/")]
    if not some:
        return None
    title = "Voting seat-days"
    return panels(
        [
            {
                "row": row.cells["of"],
                "panel": title,
                "n": row.cells["voting_days"],
                "label": str(row.cells["voting_days"]),
            }
            for row in some
        ],
        rows=[str(row.cells["of"]) for row in some],
        columns=[title],
        unit="days",
        description="Bars: days that voting seats were held, by who chose their holders.",
    )


VIEW = View(
    "seats",
    "Seats and chairs",
    _QUESTION,
    NEEDS | LIMIT_TYPES,
    seats,
    filters=frozenset({"project", "period", "about"}),
    about_kind="body",
)
