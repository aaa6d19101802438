"""Concern indicators about the work: asked late, few who carry it, levels, looking back.

T1, T2, T10, T16 and T20 of domain.md section 9; the limits are defaults of the product (‡).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from projections import levels
from projections.concern import (
    FIRES,
    QUIET,
    UNKNOWN,
    Concern,
    Evidence,
    Indicator,
    over_projects,
)
from projections.crosswalk import BANDS
from projections.decided import Decided, read_decisions
from projections.entries import entries
from projections.facts import Fact, Happened, happened, in_span
from projections.given import Given, read
from projections.linked import Linked
from projections.matter import day_of
from projections.origins import ADOPTED
from projections.result import Asked
from projections.sides import COMMUNITY, UNSAID
from projections.stage_common import many

CLOSED_PROJECT = "project-closed/v1"
EVALUATED = "evaluation-held/v1"
NEEDS = levels.NEEDS | {CLOSED_PROJECT, EVALUATED, ADOPTED}

#: T10: so many people at least, and the share of the top tenth that is too much (‡).
MANY, HALF = 20, 50
#: T16: evaluation points (‡).
POINTS = 3


def asked_late_only(evidence: Evidence) -> Concern:
    """T1: a project's community contributions lie at S4b but none at S1.

    Whoever defined the problem before the period asked for was not asked late in it.
    """
    fired: dict[str, Iterable[int]] = {}
    unsure, looked = [], []
    for project, here in evidence.by_project.items():
        until = evidence.by_then.get(project, ())
        unsaid = [one for one in here if one.by(UNSAID)]
        perhaps = any(map(_may_be_late, [*unsaid, *evidence.undated.get(project, ())]))
        community = [one for one in here if one.by(COMMUNITY)]
        first = [one for one in until if one.by(COMMUNITY) and one.stage == "S1"]
        late = [one for one in community if one.stage == "S4b"]
        if any(one.happened is Happened.YES for one in first):
            looked += [project] if community else []
        elif not community:
            unsure += [project] if perhaps else []
        elif first or _may_be_first(until) or (perhaps and not late):
            unsure.append(project)
        else:
            looked.append(project)
            if late:
                fired[project] = [index for one in late for index in one.events]
    return over_projects(
        fired,
        unsure,
        looked,
        "the community delivered and had no part in defining the problem",
        "no dated contribution by the community whose stage is known",
    )


def _may_be_late(one: Given) -> bool:
    """Whether the community may have given it, and at S4b, when somebody says more of it."""
    return one.stage in {"S4b", "unsorted"} and (one.by(COMMUNITY) or one.by(UNSAID))


def _may_be_first(here: Iterable[Given]) -> bool:
    """Whether some may have been at S1: not sorted, or nobody said for whom its giver acts."""
    return any(
        (one.by(COMMUNITY) and one.stage == "unsorted")
        or (one.by(UNSAID) and one.stage in {"S1", "unsorted"})
        for one in here
    )


#: T2: what is logged before a decision and cited in it. That somebody asked for the decision, or
#: put an option, is said in the decision itself, and is nothing that came before it.
_BEFORE = frozenset({"problem", "input", "contribution"})


def late_arrival(evidence: Evidence) -> Concern:
    """T2: nothing by the community logged before, and cited in, the decision fixing the problem."""
    fired: dict[str, list[int]] = {}
    unsure, looked = set[str](), dict[str, None]()
    # Whenever it fell, and in whatever project.
    asked = evidence.asked
    ever = Asked(at=asked.at, happened_by=asked.happened_by)
    given = _Given.of(read(evidence.facts, ever).standing)
    decisions = read_decisions(evidence.facts, ever, ballots=False).by_id
    for fact in evidence.facts.of(ADOPTED, before=evidence.size):
        project = fact.body["project"]
        when = in_span(fact, asked, on_saying=True)
        if asked.project not in (None, project) or when is Happened.NO:
            continue
        decision = decisions.get(fact.body.get("decision", ""))
        sides = set(_cited(evidence, decision, given) if decision else _raised(evidence, fact))
        # Old books say that a problem was taken up, and seldom by what decision.
        silent = decision is None and fact.mode == "history"
        if COMMUNITY not in sides and (UNSAID in sides or silent or when is Happened.UNKNOWN):
            unsure.add(project)
            continue
        looked[project] = None
        if COMMUNITY not in sides:
            behind = (fact.index,) if decision is None else (fact.index, decision.fact.index)
            fired.setdefault(project, []).extend(behind)
    return over_projects(
        fired,
        unsure - fired.keys(),
        looked,
        "nothing by the community is cited in the decision that fixed the problem",
        "no problem was taken up",
    )


def _raised(evidence: Evidence, adopted: Fact) -> Iterator[str]:
    """The sides of who raised a problem that somebody took up alone: the one thing it cites."""
    for way in evidence.origins.raised(adopted.body["problem"]):
        yield from way.sides


class _Given(NamedTuple):
    """Contributions by their id, and by the decision that they name."""

    by_id: Mapping[str, Given]
    by_decision: Mapping[str, Sequence[Given]]

    @classmethod
    def of(cls, standing: Iterable[Given]) -> _Given:
        by_id: dict[str, Given] = {}
        by_decision: dict[str, list[Given]] = {}
        for one in standing:
            by_id[one.fact.body["contribution"]] = one
            if "decision" in one.body:
                by_decision.setdefault(one.body["decision"], []).append(one)
        return cls(by_id, by_decision)


def _cited(evidence: Evidence, decision: Decided, given: _Given) -> Iterator[str]:
    """The sides behind everything that was logged before a decision fell and is cited in it."""
    for way in evidence.origins.origin(decision).ways:
        if way.kind in _BEFORE:
            yield from way.sides
    end = decision.at("decision-closed/v1") or evidence.size
    weighed = (given.by_id[id_] for id_ in decision.opened.inputs if id_ in given.by_id)
    for one in (*weighed, *given.by_decision.get(decision.id, ())):
        # What was written down afterwards was written in any order.
        if one.fact.index < end or "history" in (one.fact.mode, decision.fact.mode):
            yield from one.sides


def rests_on_few(evidence: Evidence) -> Concern:
    """T10: the top tenth carry half or more of the community's work or seats."""
    people, unsaid = 0, False
    for what, shares in (("work", _work(evidence)), ("seats", _seats(evidence))):
        ours, all_ = shares.ours, shares.of_all
        top, share = _top_tenth(ours)
        if len(ours) >= MANY and share >= HALF:
            events = entries(index for person in top for index in ours[person])
            found = f"the top tenth carry {share:.0f} % of the community's {what}: offer relief"
            return Concern(FIRES, found, len(top), len(ours), events)
        # Whoever never said for whom they act may be of the community, and carry most of it.
        unsaid = unsaid or (
            len(all_) >= MANY and len(all_) > len(ours) and _top_tenth(all_)[1] >= HALF
        )
        people = max(people, len(ours))
    if people < MANY:
        return Concern(
            UNKNOWN,
            f"{many(people, 'person', 'people')} of the community; {MANY} are needed",
            None,
            people,
        )
    if unsaid:
        return Concern(UNKNOWN, "for whom some who carry much act is not recorded", None, people)
    return Concern(QUIET, "no tenth carries half of it", 0, people)


class _Shares:
    """The entries behind each person's share, of the community or of no recorded side."""

    def __init__(self, linked: Linked) -> None:
        self.of_all: dict[str, list[int]] = {}
        self._ours: set[str] = set()
        self._linked = linked

    def add(self, person: str, side: str, index: int) -> None:
        if side in {COMMUNITY, UNSAID}:
            person = self._linked.one(person)
            self.of_all.setdefault(person, []).append(index)
            if side == COMMUNITY:
                self._ours.add(person)

    @property
    def ours(self) -> dict[str, list[int]]:
        """Of the community alone."""
        return {one: entries for one, entries in self.of_all.items() if one in self._ours}


def _work(evidence: Evidence) -> _Shares:
    found = _Shares(evidence.given.linked)
    for one in evidence.given.dated(Happened.YES):
        for giver in one.givers:
            if giver.id.startswith("person:"):
                found.add(giver.id, giver.side, one.fact.index)
    return found


def _seats(evidence: Evidence) -> _Shares:
    found = _Shares(evidence.given.linked)
    for term in evidence.seated.seats:
        if term.voting:
            found.add(term.person, term.side, term.fact.index)
    return found


def _top_tenth(carried: Mapping[str, Sequence[int]]) -> tuple[list[str], float]:
    """Who carry most, a tenth of all but one at least, and their share of the whole in percent."""
    most = sorted(carried, key=lambda person: -len(carried[person]))
    top = most[: max(1, len(most) // 10)]
    whole = sum(map(len, carried.values()))
    return top, 100 * sum(len(carried[person]) for person in top) / whole if whole else 0.0


def snapshot(evidence: Evidence) -> Concern:
    """T16: fewer than three evaluation points, or none in the second half of a project."""
    points: dict[str, list[Fact]] = {}
    for fact in evidence.facts.of(EVALUATED, before=evidence.size):
        if fact.hash in evidence.lived.out:
            continue
        if happened(fact, evidence.lived.end, on_saying=True) is Happened.NO:
            continue
        points.setdefault(fact.body["project"], []).append(fact)
    closed = {
        fact.body["project"]: fact
        for fact in evidence.facts.of(CLOSED_PROJECT, before=evidence.size)
        if happened(fact, evidence.lived.end, on_saying=True) is Happened.YES
    }
    fired: dict[str, Iterable[int]] = {}
    unsure, looked = [], []
    for project, opened in evidence.given.projects.items():
        end = closed.get(project)
        if end is None:
            unsure.append(project)
            continue
        held = points.get(project, [])
        late = {_is_late(fact, _middle(opened, end)) for fact in held}
        if len(held) >= POINTS and True not in late and None in late:
            unsure.append(project)
            continue
        looked.append(project)
        if len(held) < POINTS or True not in late:
            fired[project] = (end.index, *(fact.index for fact in held))
    return over_projects(
        fired,
        unsure,
        looked,
        f"fewer than {POINTS} evaluation points, or none in the second half,",
        "no project has ended yet, or no day is known: how often it was looked at cannot be said",
    )


def _middle(opened: Fact, closed: Fact) -> date | None:
    first, last = day_of(opened)[0], day_of(closed)[1]
    return (
        None if first is None or last is None else first + timedelta(days=(last - first).days // 2)
    )


def _is_late(fact: Fact, middle: date | None) -> bool | None:
    """Whether it lies in the second half; None where no day says so."""
    first, last = day_of(fact)
    if middle is None or first is None or last is None or first < middle <= last:
        return None
    return first >= middle


def level_gap(evidence: Evidence) -> Concern:
    """T20: the level claimed is «with», and no community member says so."""
    claimed = {
        project: (gap, behind)
        for project, (gap, behind) in levels.gaps(evidence.facts, evidence.asked).items()
        if gap in {*levels.GAPS, levels.AGREED}
    }
    gaps = {project: behind for project, (gap, behind) in claimed.items() if gap in levels.GAPS}
    # Who says «with» and has no recorded side may be a member.
    whose = gaps.keys() & {
        str(fact.body["project"])
        for fact in evidence.facts.of(levels.SAID, before=evidence.size)
        if BANDS.get(fact.body["level"]) == "with"
        and evidence.side_of(fact, fact.body["person"]) == UNSAID
    }
    return over_projects(
        {project: behind for project, behind in gaps.items() if project not in whose},
        whose,
        claimed.keys() - whose,
        "«with» is claimed and no community member says so",
        "no project claims to work «with» people",
    )


INDICATORS = (
    Indicator(
        "T1",
        "asked late only",
        "A project's community contributions lie at delivery (S4b) and none at defining (S1).",
        "a contribution at S1 by people acting for the community, or sorting one to it",
        "project",
        asked_late_only,
    ),
    Indicator(
        "T2",
        "late arrival",
        "No community contribution was logged before, and cited in, the decision that fixed the "
        "problem.",
        "an input cited in that decision, or a decision that looks at it again",
        "project",
        late_arrival,
    ),
    Indicator(
        "T10",
        "rests on few",
        f"The top tenth carry {HALF} % or more of the community's work or seats, of {MANY} people "
        "or more.",
        "work and seats shared among more people: offer relief",
        "person",
        rests_on_few,
    ),
    Indicator(
        "T16",
        "snapshot",
        f"A project that has ended had fewer than {POINTS} evaluation points, or none in its "
        "second half.",
        "an evaluation point recorded afterwards, if one was held",
        "project",
        snapshot,
    ),
    Indicator(
        "T20",
        "level gap",
        "The level claimed is «with», and no community member says so.",
        "community members who say the level as they saw it, or a lower claim",
        "project",
        level_gap,
    ),
)
