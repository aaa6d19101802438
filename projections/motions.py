"""View ``motions``: what bodies decided, and who had chosen those who could vote on it.

One row for each decision of a body. Voting seats are those held on the day it was opened; whether
it carried is the decision's own outcome, as it stands. So «how many voting seats, for how long, and
which motions carried» is answered with the view ``seats``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from projections.decided import DECISION_TYPES, Decided, read_decisions
from projections.facts import Facts
from projections.matter import day_of
from projections.result import Asked, Cell, Column, Relation, Row, Summary, ViewResult
from projections.seated import CHOSEN, NEEDS, Seated, Term, read
from projections.stage_common import many, record_notes
from projections.view import View

_QUESTION = "Which motions carried, and who had chosen those with a vote?"
_VOTING = {f"by_{chosen.replace('-', '_')}": title for chosen, title in CHOSEN.items()}


def motions(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the decisions of bodies, in the order in which they were opened."""
    seated = read(facts, Asked(at=asked.at, happened_by=asked.happened_by))
    found = [
        one
        for one in read_decisions(facts, asked).by_id.values()
        if one.opened.body is not None and asked.about in {None, one.opened.body}
    ]
    by: dict[str, list[Term]] = {}
    for term in seated.seats:
        if term.voting:
            by.setdefault(term.body, []).append(term)
    rows = tuple(_row(one, seated, by.get(str(one.opened.body), [])) for one in found)
    return ViewResult(
        view="motions",
        title="Motions",
        question=_QUESTION,
        order="in the order in which they were opened, the newest at the end",
        newest_last=True,
        formula=(
            "One row for each decision that names a body. Voting seats: those held on the day it "
            "was opened, by who chose their holders. Carried: something other than «do nothing» "
            "was chosen and stands."
        ),
        does_not_show=(
            "How anybody voted (view decision), and whether a vote changed anything. Decisions "
            "that name no body are in the view decisions."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        notes=tuple(record_notes(facts, asked, NEEDS | DECISION_TYPES)),
        summary=_summary(rows),
        relations=tuple(
            Relation((row.key, "voting"), tuple((row.key, name) for name in _VOTING))
            for row in rows
            if row.cells.get("voting") is not None
        ),
    )


def _seats(name: str, title: str) -> Column:
    return Column(name, "integer", "seat", title, unknown="day not known", guard="count")


_COLUMNS = (
    Column("decision", "text", "", "Decision", guard="open"),
    Column("body", "text", "", "Body", guard="open"),
    Column("opened", "date", "", "Opened", guard="day"),
    _seats("voting", "Voting seats then"),
    *(_seats(name, title) for name, title in _VOTING.items()),
    Column("electorate", "integer", "person", "Could vote", guard="count"),
    Column("outcome", "text", "", "Outcome", unknown="still open", guard="open"),
    Column("carried", "text", "", "Carried", unknown="still open", guard="open"),
)


def _row(one: Decided, seated: Seated, terms: Sequence[Term]) -> Row:
    day = day_of(one.fact)[0] or day_of(one.fact)[1]
    cells: dict[str, Cell] = {
        "decision": one.id,
        "body": str(one.opened.body),
        "opened": day.isoformat() if day else None,
        "electorate": one.opened.voters,
        "outcome": one.outcome.replace("-", " ") or None,
        "carried": _carried(one),
    }
    then: list[Term] = []
    if day is not None:
        # Held on that day: it began by then and was not over.
        then = [
            term
            for term in terms
            if term.start is not None
            and term.start <= day
            and (term.ended_on is None or term.ended_on > day)
        ]
        cells["voting"] = len(then)
        for chosen, name in zip(CHOSEN, _VOTING, strict=True):
            cells[name] = sum(term.chosen_by == chosen for term in then)
    seats = sorted({index for term in then for index in term.events()})
    first = seated.bodies.get(str(one.opened.body))
    behind = {name: tuple(seats) for name in ("voting", *_VOTING)}
    behind |= dict.fromkeys(("outcome", "carried", "electorate"), one.events)
    events = {*one.events, *seats, *(() if first is None else (first.index,))}
    return Row(cells, tuple(sorted(events)), one.id, behind)


def _carried(one: Decided) -> str | None:
    if not one.outcome:
        return None
    if one.reversed_by is not None:
        return "reversed since"
    return "yes" if one.adopted else "no"


def _summary(rows: Sequence[Row]) -> Summary:
    return Summary(tuple(_shows(rows)), (), () if rows else ("No decision of a body is recorded.",))


def _shows(rows: Sequence[Row]) -> Iterator[str]:
    closed = [row for row in rows if row.cells["carried"] is not None]
    if not closed:
        return
    yes = _carrying(closed)
    with_community = [row for row in closed if row.cells.get("by_community")]
    yield f"{many(len(closed), 'motion')} put and closed, {yes} carried and standing."
    yield (
        f"On {len(with_community)} of them somebody chosen by the community held a voting seat; "
        f"{_carrying(with_community)} of these carried."
    )


def _carrying(rows: Iterable[Row]) -> int:
    return sum(row.cells["carried"] == "yes" for row in rows)


VIEW = View(
    "motions",
    "Motions",
    _QUESTION,
    NEEDS | DECISION_TYPES,
    motions,
    filters=frozenset({"project", "scale", "period", "about"}),
    about_kind="body",
)
