"""What a concern indicator says, and the record that all of them read.

An indicator is a prompt to look, never a verdict and never a label on a person (domain.md section
9). It fires, does not fire, or cannot be assessed; what cannot be assessed is never shown as clear.
Each names the entries that fired it, and in words what would clear it.

    Evidence(facts, asked)  ->  a function for each indicator  ->  Concern

``Evidence`` folds each part of the record once, when the first indicator asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal

from projections import cover, given, grants, seated
from projections.about_people import Lines, read_lines
from projections.cited import Acts, acts_citing
from projections.decided import Decisions, read_decisions
from projections.entries import entries
from projections.facts import Fact, Facts, Happened
from projections.given import Given, Record
from projections.limits import least_for_a_rate
from projections.lived import Lived
from projections.offers import today_of
from projections.origins import Origins
from projections.result import Asked
from projections.sides import UNSAID, Sides
from projections.stage_common import many

State = Literal["fires", "does not fire", "cannot be assessed"]
FIRES: State = "fires"
QUIET: State = "does not fire"
UNKNOWN: State = "cannot be assessed"

#: Below this many community people, members or payees an indicator about them is not assessed ‡.
STAFF = frozenset({"institution", "front-line"})


@dataclass(frozen=True, slots=True)
class Concern:
    """One indicator's answer: ``n`` of ``of`` things, and the entries that fired it."""

    state: State
    found: str
    n: int | None = None
    of: int | None = None
    events: Sequence[int] = ()
    #: Where it lies, for an indicator that looks at one project or body at a time.
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the twenty: its name, the rule by which it fires, and what would clear it."""

    id: str
    title: str
    rule: str
    clears: str
    #: What ``n`` counts.
    unit: str
    look: Callable[[Evidence], Concern]


@dataclass
class Evidence:
    """The record as the indicators read it, folded once for all of them."""

    facts: Facts
    asked: Asked
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = self.facts.size_at(self.asked.at)

    @cached_property
    def today(self) -> date | None:
        """The day as of which things are late."""
        return today_of(self.facts, self.asked)

    @cached_property
    def least(self) -> int:
        """On how few no rate is given."""
        return least_for_a_rate(self.facts, self.size)[0]

    @cached_property
    def sides(self) -> Sides:
        """For whom people act."""
        return Sides.of(self.facts, self.size)

    @cached_property
    def given(self) -> Record:
        """Contributions that stand."""
        return given.read(self.facts, self.asked)

    @cached_property
    def by_project(self) -> Mapping[str, list[Given]]:
        """Dated contributions of each project, those without any with an empty list."""
        found: dict[str, list[Given]] = {project: [] for project in self.given.projects}
        for one in self.given.standing:
            if one.happened is Happened.YES:
                found.setdefault(one.project, []).append(one)
        return found

    @cached_property
    def undated(self) -> Mapping[str, list[Given]]:
        """Contributions of each project of which no day says whether they are of the time asked."""
        found: dict[str, list[Given]] = {}
        for one in self.given.dated(Happened.UNKNOWN):
            found.setdefault(one.project, []).append(one)
        return found

    @cached_property
    def by_then(self) -> Mapping[str, Sequence[Given]]:
        """Contributions of each project up to the end of the time asked for, however early."""
        record, asked = self.given, self.asked
        if asked.period is not None:
            ends = [day for day in (asked.period[1], asked.happened_by) if day]
            record = given.read(self.facts, replace(asked, period=None, happened_by=min(ends)))
        found: dict[str, list[Given]] = {}
        for one in record.standing:
            found.setdefault(one.project, []).append(one)
        return found

    @cached_property
    def decisions(self) -> Decisions:
        """Decisions, counted by the domain's own rules."""
        return read_decisions(self.facts, self.asked)

    @cached_property
    def acts(self) -> Mapping[str, Acts]:
        """What was done under each decision."""
        return acts_citing(self.facts, self.asked, self.size)

    @cached_property
    def origins(self) -> Origins:
        """Where decisions began."""
        return Origins.of(self.facts, self.size)

    @cached_property
    def seated(self) -> seated.Seated:
        """Seats and chairs."""
        return seated.read(self.facts, self.asked)

    @cached_property
    def cover(self) -> cover.Cover:
        """What covered people's time, and the money behind it."""
        return cover.read(self.facts, self.asked)

    @cached_property
    def powers(self) -> grants.Powers:
        """Grants, without what was done under them."""
        return grants.read(self.facts, self.asked)

    @cached_property
    def exercised(self) -> grants.Powers:
        """The same grants, and what was done under them."""
        return grants.exercised(self.facts, self.asked)

    @cached_property
    def lines(self) -> Lines:
        """Lines about people, and what they were told."""
        return read_lines(self.facts, self.asked)

    @cached_property
    def lived(self) -> Lived:
        """Coming, going, advice and evaluation."""
        return Lived(self.facts, self.asked, self.sides, self.given.linked)

    def side_of(self, fact: Fact, person: str) -> str:
        """For whom a person acted at an entry."""
        return self.sides.at(person, fact.body.get("project"), fact.index)[0]

    def acted_for(self, fact: Fact, person: str) -> str:
        """For whom a person acted at an entry; where that is not said there, in any project."""
        side = self.side_of(fact, person)
        said = self._said_last.get(person) if side == UNSAID else None
        return said[1] if said else side

    @cached_property
    def _said_last(self) -> Mapping[str, tuple[int, str]]:
        """The last declaration of each person, in whatever project: its entry and side."""
        last: dict[str, tuple[int, str]] = {}
        for (person, _), declared in self.sides.said.items():
            last[person] = max(declared[-1], last.get(person, declared[-1]))
        return last


def over_projects(
    fired: Mapping[str, Iterable[int]],
    unsure: Iterable[str],
    looked: Iterable[str],
    what: str,
    nothing: str,
) -> Concern:
    """The answer of an indicator that looks at each project: fires where any does.

    ``looked`` are the projects that could be assessed, ``unsure`` those that could not.
    """
    assessed, open_ = list(looked), list(unsure)
    if fired:
        events = entries(index for some in fired.values() for index in some)
        found = f"{what} in {len(fired)} of {len(assessed)} that can be assessed"
        return Concern(FIRES, found, len(fired), len(assessed), events, tuple(fired))
    if not assessed or open_:
        found = nothing if not assessed else f"{many(len(open_), 'project')} cannot be assessed"
        return Concern(UNKNOWN, found, None, len(assessed) or None)
    return Concern(QUIET, f"in none of {len(assessed)}", 0, len(assessed))
