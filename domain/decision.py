"""Decisions: question, options, electorate, method, quorum and threshold fixed before any ballot.

The words of question and options are values; a body names options by short keys. Each person on
the electorate votes once, in their own voice. Whoever closes states tally and outcome, and both
must equal what the ballots give; an outcome is never a matter of opinion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pydantic import Field

from domain import power, tally
from domain.act import Act
from domain.dates import refuse_before, refuse_changing_live, refuse_resting_on_history
from domain.event import Event, OnBehalf, Touches, audiences
from domain.line import Line, speak
from domain.membership import refuse_strangers
from domain.project import refuse_unknown_project
from domain.refusal import Refused
from domain.tally import Count, Counted, Method, Outcome
from domain.values import (
    BodyId,
    ContributionId,
    Day,
    DecisionId,
    Fraction,
    GroupId,
    Many,
    Part,
    PersonId,
    ProblemId,
    ProjectId,
    Scale,
    Side,
    Slug,
)
from domain.world import Subject, World

Votes = Annotated[int, Field(ge=0, le=10_000_000)]


class Option(Part):
    """One answer that can be chosen, who put it forward, and whether it is «do nothing»."""

    option: Slug
    put_by: PersonId | None = None
    put_by_group: GroupId | None = None
    side: Side = "unsaid"
    nothing: bool = False


class OptionVotes(Part):
    """So many votes for, or against, one option."""

    option: Slug
    votes: Votes


class Tally(Part):
    """What the ballots gave: every option under ``support``, opposed ones under ``against``."""

    ballots: Votes
    abstained: Votes
    support: Many[OptionVotes]
    against: Many[OptionVotes] = ()


class DecisionOpened(Event):
    """A question was put to an electorate, with everything that decides its outcome."""

    TYPE = "decision-opened/v1"
    VALUES = audiences(question="public", options="public", background="auditor")
    WHO = "the holder of decision or chairing"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "decision-exists",
        "not-enrolled",
        "options-unclear",
        "electorate-unclear",
        "method-unclear",
        "unknown-problem",
    )

    decision: DecisionId = Field(description="the new decision")
    project: ProjectId = Field(description="in which project")
    body: BodyId | None = Field(default=None, description="the deciding body")
    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=1)] = Field(
        description="keys of the options, who put each forward, which is «do nothing»"
    )
    electorate: Annotated[tuple[PersonId, ...], Field(strict=False, min_length=1)] = Field(
        description="who may vote"
    )
    method: Method = Field(description="how it is decided")
    quorum: Votes = Field(default=1, description="fewest ballots, abstentions included")
    threshold: Fraction | None = Field(
        default=None, description="supermajority only: over/under, of cast, ballots or electorate"
    )
    last_day: Day | None = Field(default=None, description="last day to vote, by the ledger date")
    major: bool = Field(default=False, description="whether the charter calls it major")
    scale: Scale = Field(default="unsorted", description="individual, group or collective")
    problem: ProblemId | None = Field(default=None, description="the problem it is about")
    raised_by: PersonId | None = Field(default=None, description="who asked for it")
    inputs: Many[ContributionId] = Field(default=(), description="contributions it weighs")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Decision, self.decision),)


class VoteCast(OnBehalf):
    """One person's ballot."""

    TYPE = "vote-cast/v1"
    VALUES = audiences(reason="auditor")
    COMPOSITES = (("ballot", ("decision", "voter")),)
    OWN_VOICE = True
    WHO = "the voter, who is on the electorate; for them: the holder of record, with a witness"
    REFUSED_BY = (
        "unknown-decision",
        "decision-closed-already",
        "voting-over",
        "not-on-electorate",
        "not-about-you",
        "voted-already",
        "no-such-option",
        "ballot-form",
        "stands-on-history",
        "history-over-live",
        "no-grant",
        "no-witness",
        "witness-not-free",
        "witness-unsigned",
        "before-it-happened",
    )

    decision: DecisionId = Field(description="the decision")
    voter: PersonId = Field(description="whose ballot it is")
    choice: Slug | None = Field(default=None, description="the option; left out: abstains")
    against: Many[Slug] = Field(
        default=(), description="options opposed, under consensus or consent"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        ballot = f"ballot|{self.decision}|{self.voter}"
        return ((Decision, self.decision), (Ballot, ballot), *Line.of(act, self.voter))


class DecisionClosed(Event):
    """Voting ended, with the tally and the outcome that it gives."""

    TYPE = "decision-closed/v1"
    VALUES = audiences(reasons="public", dissent="auditor")
    WHO = "the holder of decision or chairing"
    REFUSED_BY = (
        "no-grant",
        "unknown-decision",
        "decision-closed-already",
        "closed-too-early",
        "tally-differs",
        "outcome-differs",
        "stands-on-history",
        "history-over-live",
        "before-it-happened",
    )

    decision: DecisionId = Field(description="the decision")
    tally: Tally = Field(description="ballots, abstentions, votes for and against each option")
    outcome: Outcome = Field(description="decided, not-reached, tied or no-quorum")
    chosen: Slug | None = Field(default=None, description="the option, when decided")
    owner: PersonId | None = Field(default=None, description="who carries it out")
    review_on: Day | None = Field(default=None, description="when it is looked at again")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Decision, self.decision),)


@dataclass(slots=True)
class Decision(Subject):
    """What was fixed at opening, the votes so far, and the outcome once closed."""

    types: ClassVar = frozenset({DecisionOpened.TYPE, VoteCast.TYPE, DecisionClosed.TYPE})

    opened: DecisionOpened | None = None
    electorate: frozenset[str] = frozenset()
    history: bool = False
    since: str | None = None
    ballots: int = 0
    abstained: int = 0
    support: dict[str, int] = field(default_factory=dict)
    against: dict[str, int] = field(default_factory=dict)
    outcome: str = ""
    chosen: str | None = None

    def apply(self, act: Act[Any], _key: str, /) -> Decision:
        match act.event:
            case DecisionOpened() as opened:
                self.opened, self.electorate = opened, frozenset(opened.electorate)
                self.history, self.since = act.is_history, act.on.from_ if act.on else None
            case VoteCast() as ballot:
                self._count(ballot)
            case DecisionClosed() as closed:
                self.outcome, self.chosen = closed.outcome, closed.chosen
        return self

    def _count(self, ballot: VoteCast) -> None:
        self.ballots += 1
        if ballot.choice is None:
            self.abstained += 1
        else:
            self.support[ballot.choice] = self.support.get(ballot.choice, 0) + 1
        for option in ballot.against:
            self.against[option] = self.against.get(option, 0) + 1

    @property
    def options(self) -> tuple[str, ...]:
        """The keys of the options, in the order in which they were put."""
        return tuple(o.option for o in self.opened.options) if self.opened else ()

    def tally(self) -> Tally:
        """The tally that closing this decision now must state."""
        return Tally(
            ballots=self.ballots,
            abstained=self.abstained,
            support=tuple(
                OptionVotes(option=o, votes=self.support.get(o, 0)) for o in self.options
            ),
            against=tuple(
                OptionVotes(option=o, votes=self.against[o])
                for o in self.options
                if self.against.get(o)
            ),
        )

    def result(self) -> Counted:
        """The outcome that closing this decision now must state, and the option chosen."""
        if self.opened is None:
            return "not-reached", None
        count = Count(
            self.options,
            len(self.electorate),
            self.ballots,
            self.abstained,
            self.support,
            self.against,
            self.opened.threshold,
        )
        return tally.outcome(self.opened.method, count, self.opened.quorum)


@dataclass(frozen=True, slots=True)
class Ballot(Subject):
    """Whether one person has voted on one decision."""

    types: ClassVar = frozenset({VoteCast.TYPE})
    keyed: ClassVar = "composite"
    shared: ClassVar = True

    cast: bool = False

    def apply(self, _act: Act[Any], _key: str, /) -> Ballot:
        return Ballot(cast=True)


def open_decision(world: World, act: Act[DecisionOpened]) -> None:
    """Put a question to an electorate."""
    event = act.event
    refuse_unknown_project(world, event.project)
    power.require(world, act, "decision", "chairing", project=event.project, body=event.body)
    if world.get(Decision, event.decision).opened is not None:
        raise Refused("decision-exists", f"{event.decision} was opened already", "another id")
    _refuse_unclear(event)
    refuse_strangers(world, event.electorate, event.project)
    if event.problem is not None:
        from domain.problem import refuse_unknown_problem

        refuse_unknown_problem(world, event.problem, event.project)


def _refuse_unclear(event: DecisionOpened) -> None:
    keys = [option.option for option in event.options]
    rule = tally.METHODS[event.method]
    if len(set(keys)) != len(keys):
        raise Refused("options-unclear", "two options have the same key", "distinct keys")
    if len(set(event.electorate)) != len(event.electorate):
        raise Refused("electorate-unclear", "someone is on the electorate twice", "each once")
    if rule.one_voter != (len(event.electorate) == 1) and rule.one_voter:
        raise Refused(
            "electorate-unclear",
            f"an executive decision is one person's, not {len(event.electorate)}",
            "an electorate of the one who holds the office, or another method",
        )
    if rule.needs_threshold != (event.threshold is not None):
        raise Refused(
            "method-unclear",
            f"{event.method} {'needs a' if rule.needs_threshold else 'has no'} threshold",
            "decision-opened/v1 with a threshold for a supermajority, and for nothing else",
        )
    if event.quorum > len(event.electorate):
        raise Refused(
            "method-unclear",
            f"a quorum of {event.quorum} cannot be met by {len(event.electorate)} people",
            "a quorum of at most the electorate",
        )


def vote(world: World, act: Act[VoteCast]) -> None:
    """Cast one ballot."""
    event = act.event
    state, opened = _open(world, act)
    if event.voter not in state.electorate:
        raise Refused(
            "not-on-electorate",
            f"{event.voter} is not on the electorate, which was fixed at opening",
            "a new decision-opened/v1",
        )
    if not act.is_history and opened.last_day is not None and act.today > opened.last_day:
        raise Refused(
            "voting-over",
            f"the last day to vote was {opened.last_day}; the ledger date is {act.today}",
            "a new decision-opened/v1",
        )
    if world.get(Ballot, f"ballot|{event.decision}|{event.voter}").cast:
        raise Refused("voted-already", f"{event.voter} has voted; a ballot stands as cast")
    _refuse_ballot(state, opened, event)
    speak(world, act, event.voter, opened.project)


def _refuse_ballot(state: Decision, opened: DecisionOpened, event: VoteCast) -> None:
    named = {event.choice, *event.against} - {None}
    unknown = named.difference(state.options)
    if unknown:
        raise Refused(
            "no-such-option",
            f"{', '.join(sorted(map(str, unknown)))} was not among the options",
            f"one of {', '.join(state.options)}",
        )
    rule = tally.METHODS[opened.method]
    if event.against and not rule.opposes:
        raise Refused("ballot-form", f"under {opened.method} nobody votes against", "a choice")
    if event.choice in event.against or len(set(event.against)) != len(event.against):
        raise Refused("ballot-form", "an option is opposed once, and not also chosen", "a choice")
    if event.against and rule.needs_reason and "reason" not in event.has:
        raise Refused("ballot-form", "an objection to consent needs a reason", "a `reason` value")


def _open(world: World, act: Act[Any]) -> tuple[Decision, DecisionOpened]:
    state = world.get(Decision, act.event.decision)
    if state.opened is None:
        raise Refused(
            "unknown-decision", f"{act.event.decision} was never opened", "decision-opened/v1"
        )
    refuse_resting_on_history(act, state.history, act.event.decision)
    refuse_changing_live(act, state.history, act.event.decision)
    if state.outcome:
        raise Refused(
            "decision-closed-already",
            f"{act.event.decision} was closed: {state.outcome}",
            "a new decision-opened/v1",
        )
    refuse_before(act, state.since, "it was opened")
    return state, state.opened


def close(world: World, act: Act[DecisionClosed]) -> None:
    """End voting, with the tally and outcome that the ballots give."""
    event = act.event
    state, opened = _open(world, act)
    power.require(world, act, "decision", "chairing", project=opened.project, body=opened.body)
    early = opened.last_day is not None and act.today <= opened.last_day
    if early and not act.is_history and state.ballots < len(state.electorate):
        raise Refused(
            "closed-too-early",
            f"people may vote until {opened.last_day}, and "
            f"{len(state.electorate) - state.ballots} have not",
            "decision-closed/v1 after that day, or once everybody has voted",
        )
    if event.tally != state.tally():
        raise Refused(
            "tally-differs",
            f"the ballots give {state.tally()!r}, the entry says {event.tally!r}",
            "decision-closed/v1 with that tally",
        )
    if (event.outcome, event.chosen) != state.result():
        raise Refused(
            "outcome-differs",
            f"{opened.method} gives {state.result()}, the entry says "
            f"{(event.outcome, event.chosen)}",
            "decision-closed/v1 with that outcome",
        )


def refuse_unless_decided(
    world: World,
    act: Act[Any],
    decision: str,
    *,
    project: str | None = None,
    problem: str | None = None,
) -> None:
    """Raises Refused unless the decision was taken, live for a live act, and about this.

    ``project`` and ``problem`` are what the act concerns; None where it names none.
    """
    state = world.get(Decision, decision)
    opened = state.opened
    refuse_resting_on_history(act, state.history, decision)
    elsewhere = opened is None or (project is not None and opened.project != project)
    other = opened is not None and opened.problem not in {None, problem} and problem is not None
    nothing = opened is not None and any(
        o.nothing and o.option == state.chosen for o in opened.options
    )
    if elsewhere or other or nothing or state.outcome != "decided":
        raise Refused(
            "decision-not-adopted",
            f"{decision} did not decide this: {state.outcome or 'not closed'}",
            "decision-closed/v1 with the outcome `decided`, on this",
        )
