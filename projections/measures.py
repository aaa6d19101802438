"""View ``measures``: seven measures found nowhere else, of the whole programme.

One row a measure, with numerator, denominator, n, period and what was left out; a measure that
cannot be assessed says so in words. None of them is about a person, and none is a verdict.

Source: domain.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace

from projections import grants, offers, seated
from projections.about_people import LINE_TYPES, read_lines
from projections.behind import common_notes
from projections.carried_on import CARRIED_TYPES, carried_on
from projections.carried_on import CLOSED as PROJECT_CLOSED
from projections.corrected import superseded
from projections.decided import DECISION_TYPES, read_decisions
from projections.disagreeing import STILL_TYPES, Signs, safe_to_disagree
from projections.facts import Fact, Facts, Happened, happened, in_span
from projections.figure import n_again
from projections.lent import MOVES, Days, lent, moves_of
from projections.limits import LIMIT_TYPES, least_for_a_rate
from projections.linked import LINK_TYPES, Linked
from projections.measure import Measure, measure_columns
from projections.moved_work import MOVED, MOVED_TYPES, SET, moved_work, powered
from projections.pens import pens
from projections.result import Asked, Relation, Row, Said, Summary, ViewResult
from projections.sides import COMMUNITY, SIDE_TYPES, Sides
from projections.stage_common import many
from projections.view import View
from projections.without import room, went_differently

NEEDS = (
    DECISION_TYPES
    | STILL_TYPES
    | MOVED_TYPES
    | CARRIED_TYPES
    | LINE_TYPES
    | LINK_TYPES
    | SIDE_TYPES
    | LIMIT_TYPES
    | grants.GRANT_TYPES
    | offers.NEEDS
    | seated.NEEDS
    | {"person-told/v1"}
)
_QUESTION = "Whose voice and money counted, and what became of those who disagreed?"


def measures(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the measures, one row each."""
    size = facts.size_at(asked.at)
    least, limit = least_for_a_rate(facts, size)
    reading = _Reading(facts, asked, size)
    found = list(reading.measures())
    period = asked.span or "all that is recorded"
    rows = tuple(measure.row(least, period) for measure in found)
    return ViewResult(
        view="measures",
        title="Measures found nowhere else",
        question=_QUESTION,
        formula=_FORMULA,
        does_not_show=(
            "Why anything is as it is. An outcome that does not change without somebody's ballots "
            "does not mean that they had no influence: they may have convinced the others. Who "
            "went may have gone for reasons of their own. Loans that nobody claimed, power that "
            "nobody wrote down, and notice that was given by word of mouth."
        ),
        checkpoint=facts.standing(asked),
        columns=measure_columns(),
        rows=rows,
        notes=tuple(_notes(facts, asked, reading, limit)),
        summary=_summary(rows),
        relations=tuple(_relations(rows)),
    )


_FORMULA = (
    "Would it have gone differently: each decision with open ballots is counted again under its "
    "own rule without the ballots and objections of one side, its people taken off the electorate "
    "and no quorum asked; changed outcomes divided by the decisions so counted. Unanimous ones are "
    "neutral and counted apart, and so are those in which nobody else voted. Money lent: approved, "
    "else claimed, expenses times the days from spent to refunded within the period, divided by "
    "the days of the period; paid in advance is none. Work moved without power: tasks passed from "
    "staff (institution or front line) to people acting for the community, where these hold no "
    "grant, no control of a budget and no declared gift in that project within 90 days either "
    "side, divided by all such moves. Who holds the pen: lines signed by others divided by all "
    "lines about that side, as in the view integrity. Safe to disagree: still seated 180 days "
    "after an objection, or active or invited in the 90 days up to then, those who objected minus "
    "the others of the same decisions. Room on the ballot: options put by the community divided by "
    "options, besides «do nothing», of which it is recorded who put them. Iterate, not obliterate: "
    "inputs and promises open at a project's close that a named receiver accepted, divided by all."
)


class _Reading:
    """Reads what several measures share, once."""

    def __init__(self, facts: Facts, asked: Asked, size: int) -> None:
        self.facts, self.asked, self.size = facts, asked, size
        #: What is asked of things that go on beyond the period.
        self.always = replace(asked, period=None)
        self.sides, self.linked = Sides.of(facts, size), Linked.of(facts, size)
        self.out = superseded(facts, size)
        self.today = offers.today_of(facts, asked)
        self.undated = 0

    def measures(self) -> Iterator[Measure]:
        """Give every measure, in the order of domain.md."""
        decisions = read_decisions(self.facts, self.asked)
        dated = decisions.dated()
        self.undated += len(decisions.by_id) - len(dated)
        yield from went_differently(dated, self.sides)
        yield from self._lent()
        self.facts.let_go()
        yield from self._moved()
        yield from pens(read_lines(self.facts, self.asked))
        self.facts.let_go()
        yield from safe_to_disagree(dated, self._signs, self.today)
        yield from room(dated, self.sides)
        closes = [fact.index for fact in self._in_span(PROJECT_CLOSED)]
        yield from carried_on(self._by_then(*CARRIED_TYPES), closes)

    def _by_then(self, *types: str) -> Iterator[Fact]:
        """What stands and had happened by the day asked for; what does not say counts."""
        for fact in self.facts.of(*types, before=self.size):
            no = happened(fact, self.asked.happened_by, on_saying=True) is Happened.NO
            if not no and fact.hash not in self.out:
                yield fact

    def _in_span(self, *types: str) -> Iterator[Fact]:
        for fact in self._by_then(*types):
            when = in_span(fact, self.asked, on_saying=True)
            self.undated += when is Happened.UNKNOWN
            if when is Happened.YES:
                yield fact

    def _lent(self) -> Iterator[Measure]:
        money = offers.read(self.facts, self.always)
        period, end = self.asked.period, self.today
        if period is not None and end is not None:
            end = min(end, period[1])
        known = self.facts.days[0][1] if self.facts.days else None
        days = Days(period[0] if period else None, known, end)
        yield from lent(money, moves_of(money, list(self._by_then(*MOVES))), days)

    def _moved(self) -> Iterator[Measure]:
        where = {
            fact.body["action"]: str(fact.body["project"])
            for fact in self.facts.of(SET, before=self.size)
        }
        moves = [
            (fact, where[fact.body["action"]])
            for fact in self._in_span(MOVED)
            if fact.body["action"] in where
        ]
        power = powered(
            grants.read(self.facts, self.always), self._by_then(*MOVED_TYPES), self.linked
        )
        yield from moved_work(moves, power, self.sides, self.today)

    def _signs(self, people: Set[str]) -> Signs:
        seats = seated.read(self.facts, self.always)
        return Signs.of(self._by_then(*STILL_TYPES), seats, self.linked, people)


def _relations(rows: Sequence[Row]) -> Iterator[Relation]:
    for row in rows:
        if row.cells["numerator"] is not None:
            yield Relation((row.key, "denominator"), ((row.key, "numerator"),), "within")
        yield from n_again(row)
    # The lines about the community are those of the view integrity.
    whole = ("integrity", f"pen.{COMMUNITY}", "n")
    yield Relation(("pen-community", "denominator"), (whole,))
    yield Relation(("pen-told", "denominator"), (whole,))
    told = ("integrity", f"told.{COMMUNITY}", "n")
    yield Relation(("pen-told", "numerator"), (told,))
    own = ("integrity", f"pen.{COMMUNITY}.own-hand", "n")
    yield Relation(("pen-community", "denominator"), (("pen-community", "numerator"), own))


def _notes(facts: Facts, asked: Asked, reading: _Reading, limit: str) -> Iterable[str]:
    if asked.dated:
        yield (
            "Decisions, moves and closes of projects are in a period by when they happened, lines "
            "about people by when they were recorded."
        )
    if reading.undated:
        yield (
            f"{many(reading.undated, 'decision, move or close', 'decisions, moves or closes')} "
            "with a date that does not say when: left out."
        )
    yield "The 90 days up to the 180th day are a default of this program (‡)."
    yield "Safe to disagree needs 20 people in each group; no share is given on fewer."
    yield from common_notes(facts, asked, NEEDS)
    yield limit
    yield "Currencies are never added together."


def _summary(rows: Sequence[Row]) -> Summary:
    shows, unknown = [], []
    for row in rows:
        cells = row.cells
        if cells["assessed"] is not None:
            unknown.append(f"{cells['measure']} — {cells['of']}: not assessable.")
        elif cells["average"] is not None:
            shows.append(
                Said.of(
                    "On an average day people were lending us {}.",
                    {(row.key, "average"): cells["average"]},
                )
            )
        elif cells["share"] is not None:
            at = {(row.key, name): cells[name] for name in ("share", "numerator", "denominator")}
            shows.append(Said.of(f"{cells['of']}: {{}} % ({{}} of {{}}).", at))
        else:
            at = {(row.key, "value"): cells["value"]}
            shows.append(Said.of(f"{cells['of']}: {{}} {cells['unit']}.", at))
    return Summary(tuple(shows), (), tuple(unknown))


VIEW = View(
    "measures",
    "Measures found nowhere else",
    _QUESTION,
    NEEDS,
    measures,
    filters=frozenset({"period"}),
)
