"""What is found in the record about who had a say: the facts that stand beside a claimed level.

    question   problems taken up, and those first raised by the community; who asked for a decision
    options    decisions in which an option put forward by the community was chosen, and stands
    votes      ballots, and those of people acting for the community
    veto       decisions by consensus or consent that somebody of the community could have stopped
    chair      chairs held at the end, and those held by people acting for the community
    budget     budgets with a controller, and those whose controller acts for the community
    seats      voting seats held at the end, and those held by people acting for the community

Facts and no verdict (domain.md section 3): a number of nothing recorded is not known, and what is
done by people for whom no side is recorded is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from projections.corrected import CORRECTED, superseded
from projections.entries import entries
from projections.facts import Fact, Facts, Happened, happened, in_span
from projections.result import Asked
from projections.sides import COMMUNITY, SIDE_TYPES, UNSAID, Sides

PROPOSED = "problem-proposed/v1"
ADOPTED = "problem-adopted/v1"
OPENED = "decision-opened/v1"
VOTED = "vote-cast/v1"
CLOSED = "decision-closed/v1"
OVERRIDDEN = "decision-overridden/v1"
REVERSED = "decision-reversed/v1"
BODY = "body-created/v1"
FILLED = "seat-filled/v1"
VACATED = "seat-vacated/v1"
CHAIRED = "chair-taken/v1"
UNCHAIRED = "chair-left/v1"
BUDGET = "budget-opened/v1"
LINE = "budget-allocated/v1"
_HELD = (FILLED, VACATED, CHAIRED, UNCHAIRED)
FACT_TYPES = (
    frozenset(
        {PROPOSED, ADOPTED, OPENED, VOTED, CLOSED, OVERRIDDEN, REVERSED, BODY, BUDGET, LINE}
        | {CORRECTED, *_HELD}
    )
    | SIDE_TYPES
)

#: The row of what belongs to no one project.
PROGRAMME = "programme"
_CAN_BE_STOPPED = {"consensus", "consent"}


@dataclass(slots=True)
class Found:
    """Things by the name of their column, each with the entries that say so."""

    things: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)

    def add(self, column: str, thing: str, *events: int) -> None:
        self.things.setdefault(column, {})[thing] = events

    def number(self, column: str) -> int:
        return len(self.things.get(column, ()))

    def behind(self, column: str) -> Sequence[int]:
        found = self.things.get(column, {})
        return entries(index for some in found.values() for index in some)


@dataclass(slots=True)
class _Reading:
    """One pass over each subject, in log order."""

    facts: Facts
    asked: Asked
    size: int
    sides: Sides
    out: frozenset[str]
    found: dict[str, Found] = field(default_factory=dict)
    undated: int = 0

    def of(self, *types: str) -> Iterable[Fact]:
        for fact in self.facts.of(*types, before=self.size):
            if fact.hash not in self.out:
                yield fact

    def at(self, project: str | None) -> Found | None:
        """Where a project's facts are gathered; None when it was not asked for."""
        if self.asked.project not in {None, project}:
            return None
        return self.found.setdefault(project or PROGRAMME, Found())

    def in_time(self, fact: Fact) -> bool:
        """Whether an act lies in the span asked for; a date that does not say is counted apart."""
        when = in_span(fact, self.asked, on_saying=True)
        self.undated += when is Happened.UNKNOWN
        return when is Happened.YES

    @property
    def end(self) -> date | None:
        """The last day asked for."""
        days = [self.asked.happened_by, self.asked.period and self.asked.period[1]]
        return min((day for day in days if day), default=None)

    @property
    def today(self) -> date | None:
        """The day as of which seats are held: the last one asked for, else the ledger's."""
        return self.end or max((d for at, d in self.facts.days if at < self.size), default=None)

    def begun(self, fact: Fact) -> bool:
        """Whether something that lasts had begun by the last day asked for."""
        when = happened(fact, self.end, on_saying=True)
        self.undated += when is Happened.UNKNOWN
        return when is Happened.YES

    def count(self, found: Found, column: str, fact: Fact, person: str, where: str | None) -> None:
        """Count what one person holds or did, apart if they act for the community, or nobody knows.

        ``where`` is the project in which they do, None: the whole programme.
        """
        thing = f"{fact.body.get('body') or fact.body.get('decision') or fact.index} {person}"
        side, because = self.sides.at(person, where, fact.index)
        found.add(column, thing, fact.index)
        if side == COMMUNITY:
            found.add(f"{column}_community", thing, fact.index, because)
        elif side == UNSAID:
            found.add("side_unknown", f"{column}/{thing}", fact.index)


def read(facts: Facts, asked: Asked) -> tuple[dict[str, Found], int]:
    """Give what is found by project (``programme``: of none), and the undated entries."""
    size = facts.size_at(asked.at)
    reading = _Reading(facts, asked, size, Sides.of(facts, size), superseded(facts, size))
    _problems(reading)
    _decisions(reading)
    _seats(reading)
    _budgets(reading)
    return reading.found, reading.undated


def _problems(reading: _Reading) -> None:
    raised = {fact.body["problem"]: fact for fact in reading.of(PROPOSED)}
    for fact in reading.of(ADOPTED):
        found = reading.at(fact.body["project"])
        if found is None or not reading.in_time(fact):
            continue
        problem = fact.body["problem"]
        found.add("problems", problem, fact.index)
        first = raised.get(problem)
        if first is None:  # withheld from this reader
            found.add("side_unknown", f"problems/{problem}", fact.index)
            continue
        body = first.body
        groups = [body["group"]] if "group" in body else []
        people = body.get("people", ())
        sides, because = reading.sides.of_all(people, groups, body["project"], first.index)
        if COMMUNITY in sides:
            found.add("problems_community", problem, fact.index, first.index, *because)
        elif not sides or UNSAID in sides:
            found.add("side_unknown", f"problems/{problem}", fact.index)


def _decisions(reading: _Reading) -> None:
    opened = {
        fact.body["decision"]: fact
        for fact in reading.of(OPENED)
        if reading.asked.scale in {None, fact.body.get("scale", "unsorted")}
        and (reading.asked.scale == "individual" or fact.body.get("scale") != "individual")
    }
    reversed_ = {f.body["decision"] for f in reading.of(REVERSED) if reading.begun(f)}
    last: dict[str, Fact] = {}
    for fact in reading.of(CLOSED, OVERRIDDEN):
        last[fact.body["decision"]] = fact
    for id_, fact in last.items():
        if id_ not in opened or id_ in reversed_:
            continue
        opening = opened[id_]
        found = reading.at(opening.body.get("project"))
        if found is None or fact.body["outcome"] != "decided" or not reading.in_time(fact):
            continue
        _decision(reading, found, opening, fact)
    for fact in reading.of(VOTED):
        if fact.body["decision"] not in opened:
            continue
        project = opened[fact.body["decision"]].body.get("project")
        found = reading.at(project)
        if found is not None and reading.in_time(fact):
            reading.count(found, "ballots", fact, fact.body["voter"], project)


def _decision(reading: _Reading, found: Found, opening: Fact, close: Fact) -> None:
    id_, body, at = opening.body["decision"], opening.body, opening.index
    found.add("decisions", id_, close.index, at)
    chosen = set(close.body.get("chosen", ()))
    options = [one for one in body["options"] if one["option"] in chosen and not one.get("nothing")]
    if any(_put_by(reading, one, body.get("project"), at) == COMMUNITY for one in options):
        found.add("options_community", id_, close.index, at)
    elif any(_put_by(reading, one, body.get("project"), at) == UNSAID for one in options):
        found.add("side_unknown", f"options/{id_}", at)
    asker = body.get("raised_by")
    if asker and reading.sides.at(asker, body.get("project"), at)[0] == COMMUNITY:
        found.add("questions_community", id_, at)
    voters = body.get("electorate", ())
    if body["method"] in _CAN_BE_STOPPED and any(
        reading.sides.at(voter, body.get("project"), at)[0] == COMMUNITY for voter in voters
    ):
        found.add("veto_community", id_, at)


def _put_by(reading: _Reading, option: dict[str, str], project: str | None, index: int) -> str:
    """The side that put an option forward: as stated, else that of the person or group."""
    stated = option.get("side", UNSAID)
    if stated != UNSAID:
        return stated
    if "put_by" in option:
        return reading.sides.at(option["put_by"], project, index)[0]
    group = reading.sides.groups.get(option.get("put_by_group", ""))
    return str(group.body["side"]) if group else UNSAID


def _seats(reading: _Reading) -> None:
    bodies = {fact.body["body"]: fact.body.get("project") for fact in reading.of(BODY)}
    seats: dict[tuple[str, str], Fact] = {}
    chairs: dict[tuple[str, str], Fact] = {}
    for fact in reading.of(*_HELD):
        if not reading.begun(fact):
            continue
        key = (fact.body["body"], fact.body["person"])
        if fact.type == FILLED:
            seats[key] = fact
        elif fact.type == VACATED:
            seats.pop(key, None)
            chairs.pop(key, None)
        elif fact.type == CHAIRED:
            chairs[key] = fact
        else:
            chairs.pop(key, None)
    today = reading.today
    for column, held in (("seats", seats), ("chairs", chairs)):
        for (body, person), fact in held.items():
            until = fact.body.get("until")
            over = until is not None and today is not None and date.fromisoformat(until) < today
            found = reading.at(bodies.get(body))
            if found is None or over or (column == "seats" and not fact.body["voting"]):
                continue
            reading.count(found, column, fact, person, bodies.get(body))


def _budgets(reading: _Reading) -> None:
    for fact in reading.of(BUDGET, LINE):
        found = reading.at(fact.body["project"])
        if found is None or "controller" not in fact.body or not reading.begun(fact):
            continue
        reading.count(found, "budgets", fact, fact.body["controller"], fact.body["project"])
