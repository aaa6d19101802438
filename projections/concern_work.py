"""Concern indicators about the work: asked late, few who carry it, levels, looking back.

T1, T2, T10, T16 and T20 of domain.md section 9; the limits are defaults of the product (‡).
"""

from __future__ import annotations

from collections import Counter
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
from projections.decided import Decided
from projections.facts import Fact, Happened
from projections.given import Given
from projections.matter import day_of
from projections.origins import ADOPTED
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
        community = [one for one in here if one.by(COMMUNITY)]
        first = [one for one in until if one.by(COMMUNITY) and one.stage == "S1"]
        if not community:
            unsure += [project] if any(one.by(UNSAID) for one in here) else []
        elif any(one.happened is Happened.YES for one in first):
            looked.append(project)
        elif first or _may_be_first(until):
            unsure.append(project)
        else:
            looked.append(project)
            late = [one for one in community if one.stage == "S4b"]
            if late:
                fired[project] = [index for one in late for index in one.events]
    return over_projects(
        fired,
        unsure,
        looked,
        "the community delivered and had no part in defining the problem",
        "no dated contribution by the community whose stage is known",
    )


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
    given = _Given.of(evidence)
    for fact in evidence.facts.of(ADOPTED, before=evidence.size):
        decision = evidence.decisions.by_id.get(fact.body.get("decision", ""))
        project = fact.body["project"]
        if decision is None or evidence.asked.project not in (None, project):
            continue
        sides = set(_cited(evidence, decision, given))
        if COMMUNITY not in sides and UNSAID in sides:
            unsure.add(project)
            continue
        looked[project] = None
        if COMMUNITY not in sides:
            fired.setdefault(project, []).extend((fact.index, decision.fact.index))
    return over_projects(
        fired,
        unsure - fired.keys(),
        looked,
        "nothing by the community is cited in the decision that fixed the problem",
        "no problem was taken up by a decision",
    )


class _Given(NamedTuple):
    """Contributions by their id, and by the decision that they name."""

    by_id: Mapping[str, Given]
    by_decision: Mapping[str, Sequence[Given]]

    @classmethod
    def of(cls, evidence: Evidence) -> _Given:
        by_id: dict[str, Given] = {}
        by_decision: dict[str, list[Given]] = {}
        for here in evidence.by_then.values():
            for one in here:
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
    carried: Counter[str] = Counter()
    behind: dict[str, list[int]] = {}
    one_of = evidence.given.linked.one
    for one in evidence.given.dated(Happened.YES):
        for giver in one.givers:
            if giver.side == COMMUNITY and giver.id.startswith("person:"):
                person = one_of(giver.id)
                carried[person] += 1
                behind.setdefault(person, []).append(one.fact.index)
    seats: Counter[str] = Counter()
    sat: dict[str, list[int]] = {}
    for term in evidence.seated.seats:
        if term.side == COMMUNITY and term.voting:
            seats[one_of(term.person)] += 1
            sat.setdefault(one_of(term.person), []).append(term.fact.index)
    for what, counted, entries in (("work", carried, behind), ("seats", seats, sat)):
        if len(counted) < MANY:
            continue
        top = counted.most_common(max(1, len(counted) // 10))
        share = 100 * sum(n for _, n in top) / counted.total()
        if share >= HALF:
            events = tuple(sorted(i for person, _ in top for i in entries[person]))
            found = f"the top tenth carry {share:.0f} % of the community's {what}: offer relief"
            return Concern(FIRES, found, len(top), len(counted), events)
    people = max(len(carried), len(seats))
    if people < MANY:
        return Concern(
            UNKNOWN,
            f"{many(people, 'person', 'people')} of the community; {MANY} are needed",
            None,
            people,
        )
    return Concern(QUIET, "no tenth carries half of it", 0, people)


def snapshot(evidence: Evidence) -> Concern:
    """T16: fewer than three evaluation points, or none in the second half of a project."""
    points: dict[str, list[Fact]] = {}
    for fact in evidence.lived.acts(EVALUATED):
        points.setdefault(fact.body["project"], []).append(fact)
    closed = {
        fact.body["project"]: fact
        for fact in evidence.facts.of(CLOSED_PROJECT, before=evidence.size)
    }
    fired: dict[str, Iterable[int]] = {}
    unsure, looked = [], []
    for project, opened in evidence.given.projects.items():
        end = closed.get(project)
        if end is None:
            unsure.append(project)
            continue
        looked.append(project)
        held = points.get(project, [])
        middle = _middle(opened, end)
        late = [fact for fact in held if middle is None or (day_of(fact)[1] or middle) >= middle]
        if len(held) < POINTS or not late:
            fired[project] = (end.index, *(fact.index for fact in held))
    return over_projects(
        fired,
        unsure,
        looked,
        f"fewer than {POINTS} evaluation points, or none in the second half,",
        "no project has ended yet: how often it is looked at cannot be said before",
    )


def _middle(opened: Fact, closed: Fact) -> date | None:
    first, last = day_of(opened)[0], day_of(closed)[1]
    return (
        None if first is None or last is None else first + timedelta(days=(last - first).days // 2)
    )


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
