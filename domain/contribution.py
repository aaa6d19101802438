"""Contributions: work, knowledge or resource that someone gave.

A contribution says who gave it (people, or one group entry that names nobody), where, at which
stage, of which kind, at which claimed level; each of these may be «unsorted». Time is optional and
unknown is not zero. Words and what exactly was done are values, not fields.

Nothing is edited: a mistake is retracted, and what was retracted by mistake is reinstated; what was
left unsorted is sorted later (``sorting.py``). That something took something out of someone
(``emotional-labour``) is said by that person alone, and never timed by others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from domain import power
from domain.act import Act
from domain.dates import refuse_before
from domain.decision import refuse_unknown_decision
from domain.event import Event, OnBehalf, Touches, audiences
from domain.group import refuse_unknown_group
from domain.line import Line, speak
from domain.membership import refuse_strangers, speaks_for_self
from domain.problem import refuse_unknown_problem
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.values import (
    ContributionId,
    CreditRole,
    DecisionId,
    GroupId,
    Hex64,
    Kind,
    Level,
    Many,
    Measure,
    Part,
    PersonId,
    ProblemId,
    ProjectId,
    Scale,
    Share,
    Slug,
    SpeaksFor,
    Stage,
    TimeWorked,
)
from domain.world import Subject, Tombstone, World


class Credit(Part):
    """One CRediT role that a giver had, and how much of it."""

    role: CreditRole
    degree: Share | None = None


class Giver(Part):
    """One person's part in a contribution, with CRediT roles where the work has them."""

    person: PersonId
    share: Share | None = None
    credit: Many[Credit] | None = None


class ContributionRecorded(OnBehalf):
    """Someone gave work, knowledge or a resource."""

    TYPE = "contribution-recorded/v1"
    VALUES = audiences(what="auditor", words="personal", note="personal")
    WITHDRAWABLE = True
    OWN_VOICE = True
    WHO = "the giver alone, if enrolled; for others or a group: the holder of record"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "contribution-exists",
        "not-enrolled",
        "unknown-group",
        "nobody-named",
        "unknown-problem",
        "unknown-decision",
        "witness-not-free",
        "own-to-say",
        "not-about-you",
        "no-witness",
        "witness-unsigned",
    )

    contribution: ContributionId = Field(description="the new contribution")
    project: ProjectId = Field(description="where it was given")
    people: Many[Giver] = Field(
        default=(), description="who gave it, each with share lead, equal or supporting"
    )
    group: GroupId | None = Field(default=None, description="or the group entry that gave it")
    stage: Stage = Field(default="unsorted", description="S1–S6, G, or unsorted")
    kinds: Many[Kind] = Field(default=("unsorted",), description="what kind of work")
    recorded_as: Slug | None = Field(default=None, description="the source's own code of the kind")
    level: Level = Field(default="unsorted", description="the level claimed")
    scale: Scale = Field(default="unsorted", description="individual, group or collective")
    speaks_for: SpeaksFor = Field(
        default="unsaid", description="of oneself, of someone else, or in general"
    )
    time: TimeWorked | None = Field(default=None, description="time given, minutes; or unknown")
    measure: Measure | None = Field(
        default=None, description="how much, in the source's own unit (words); never time"
    )
    problem: ProblemId | None = Field(default=None, description="the problem it concerns")
    decision: DecisionId | None = Field(default=None, description="the decision it fed")
    row: Hex64 | None = Field(
        default=None, description="SHA-256 that names the imported row, the same at each import"
    )
    evidence: Hex64 | None = Field(default=None, description="SHA-256 of a file that shows it")

    def touches(self, act: Act[Any], /) -> Touches:
        people = (*(giver.person for giver in self.people), self.for_, self.said_by)
        return ((Contribution, self.contribution), *Line.of(act, *people))

    @classmethod
    def tombstone_touches(cls, tombstone: Tombstone, /) -> Touches:
        given = [i for i in tombstone.ids if i.startswith("contribution:")]
        people = any(i.startswith("person:") for i in tombstone.ids)
        return [(Contribution, i) for i in given] + [(Line, tombstone.hash)] * people


class _Turned(Event):
    """What retracting and reinstating have in common."""

    VALUES = audiences(reason="personal")
    OWN_VOICE = True
    WHO: ClassVar[str] = "who gave it, who recorded it, the holder of record"

    contribution: ContributionId = Field(description="the contribution")
    cause: Literal["mistake", "duplicate", "asked", "list-changed", "unsaid"] = Field(
        default="unsaid", description="why, as a code"
    )

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Contribution, self.contribution),)


class ContributionRetracted(_Turned):
    """A recorded contribution no longer counts; what was said before stays readable."""

    TYPE = "contribution-retracted/v1"
    REFUSED_BY = ("unknown-contribution", "not-standing", "no-grant", "before-it-happened")


class ContributionReinstated(_Turned):
    """A retracted contribution counts again."""

    TYPE = "contribution-reinstated/v1"
    REFUSED_BY = ("unknown-contribution", "not-retracted", "no-grant", "before-it-happened")


@dataclass(frozen=True, slots=True)
class Contribution(Subject):
    """Who gave and recorded a contribution, since when, and whether it stands.

    After a withdrawal only the ids are known (``people`` is then everyone it named), so rules about
    roles are lenient from there on: what was honest stays allowed.
    """

    types: ClassVar = frozenset(
        {
            ContributionRecorded.TYPE,
            ContributionRetracted.TYPE,
            ContributionReinstated.TYPE,
        }
    )

    recorder: str = ""
    projects: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    since: str | None = None
    standing: bool = False
    withdrawn: bool = False

    def apply(self, act: Act[Any], key: str, /) -> Contribution:
        match act.event:
            case ContributionRecorded(project=project, people=people):
                return Contribution(
                    act.author,
                    frozenset({project}),
                    frozenset(giver.person for giver in people),
                    act.on.from_ if act.on else None,
                    standing=True,
                )
            case ContributionRetracted():
                return replace(self, standing=False)
            case ContributionReinstated():
                return replace(self, standing=True)
        return Subject.apply(self, act, key)

    def apply_tombstone(self, tombstone: Tombstone, _key: str, /) -> Contribution:
        ids = frozenset(tombstone.ids)
        return Contribution(
            tombstone.author,
            frozenset(i for i in ids if i.startswith("project:")),
            frozenset(i for i in ids if i.startswith("person:")),
            standing=True,
            withdrawn=True,
        )


def record(world: World, act: Act[ContributionRecorded]) -> None:
    """Record what was given: of oneself freely, of others under a grant to record."""
    event = act.event
    if (event.group is None) == (not event.people):
        raise Refused("nobody-named", "a contribution is given by people or by one group", act.type)
    refuse_unknown_project(world, event.project)
    if world.get(Contribution, event.contribution).recorder:
        raise Refused(
            "contribution-exists", f"{event.contribution} was recorded already", "another id"
        )
    people = tuple(giver.person for giver in event.people)
    refuse_strangers(world, people, event.project)
    if event.group is not None:
        refuse_unknown_group(world, event.group, event.project)
    if event.problem is not None:
        refuse_unknown_problem(world, event.problem, event.project)
    if event.decision is not None:
        refuse_unknown_decision(world, event.decision, event.project)
    if "emotional-labour" in event.kinds:
        _refuse_said_by_others(world, act, people)
    if not (people == (act.author,) and speaks_for_self(world, act, event.project)):
        power.require(world, act, "record", project=event.project)


def _refuse_said_by_others(
    world: World, act: Act[ContributionRecorded], people: tuple[str, ...]
) -> None:
    own = people == (act.author,) and not act.is_history
    through_another = len(people) == 1 and act.event.for_ == people[0] and act.event.time is None
    if not own and not through_another:
        raise Refused(
            "own-to-say",
            "that work took something out of someone is theirs alone to say, and to time",
            "contribution-recorded/v1 by that person; for them: `for`, a witness, and no time",
        )
    if not own:
        speak(world, act, people[0], act.event.project)


def retract(world: World, act: Act[ContributionRetracted]) -> None:
    """Take a standing contribution back."""
    given = known(world, act)
    if not given.standing:
        raise Refused(
            "not-standing",
            f"{act.event.contribution} is retracted already",
            "contribution-reinstated/v1",
        )
    refuse_outsiders(world, act, given)


def reinstate(world: World, act: Act[ContributionReinstated]) -> None:
    """Let a retracted contribution count again."""
    given = known(world, act)
    if given.standing:
        raise Refused(
            "not-retracted",
            f"{act.event.contribution} stands, so there is nothing to put back",
            "contribution-retracted/v1",
        )
    refuse_outsiders(world, act, given)


def known(world: World, act: Act[Any]) -> Contribution:
    """The contribution that an act names.

    Raises Refused when it was never recorded, or the act lies before it.
    """
    given = world.get(Contribution, act.event.contribution)
    if not given.recorder:
        raise Refused(
            "unknown-contribution",
            f"{act.event.contribution} was never recorded",
            "contribution-recorded/v1",
        )
    refuse_before(act, given.since, "it was given")
    return given


def refuse_outsiders(world: World, act: Act[Any], given: Contribution) -> None:
    """Raises Refused unless the author gave or recorded it, or holds the power of record."""
    concerned = act.author == given.recorder or act.author in given.people
    if act.is_history or not concerned:
        power.require(world, act, "record", project=next(iter(given.projects), None))
