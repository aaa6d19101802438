"""Ballots that voters sign, and the count of a decision so far.

Each person on the electorate votes once, in their own voice; a ballot stands as cast. What it says
depends on the method: one ``choice`` (or none: it abstains), a ``ranking`` best first, or the
options it ``approves``. Under consensus and consent it may also oppose options.

    ranking [["a"], ["b", "c"]]     a before b and c, which are alike; no opinion of the rest

A ballot of an office (executive, delegated) is signed by who holds it, under a grant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import Field

from domain import power, tally
from domain.act import Act
from domain.decision import Decision, refuse_late, still_open
from domain.event import OnBehalf, Touches, audiences
from domain.line import Line, speak
from domain.question import DecisionOpened
from domain.ranking import Ranks
from domain.refusal import Refused
from domain.tally import Count, Result
from domain.values import DecisionId, Many, PersonId, Slug
from domain.world import Subject, World


class VoteCast(OnBehalf):
    """One person's ballot."""

    TYPE = "vote-cast/v1"
    VALUES = audiences(reason="auditor")
    COMPOSITES = (("ballot", ("decision", "voter")),)
    OWN_VOICE = True
    WHO = (
        "the voter, who is on the electorate; for them: the holder of record, with a witness; of an"
        " executive or delegated decision: the one who holds decision, alone"
    )
    REFUSED_BY = (
        "unknown-decision",
        "decision-closed-already",
        "voting-over",
        "other-ballots",
        "not-on-electorate",
        "not-about-you",
        "voted-already",
        "recused",
        "no-such-option",
        "ballot-form",
        "office-signs",
        "not-the-delegation",
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
    ranking: Many[Many[Slug]] = Field(
        default=(), description="ranked choice: places best first, options in one place are alike"
    )
    approves: Many[Slug] = Field(default=(), description="budget vote: the options it is for")

    def touches(self, act: Act[Any], /) -> Touches:
        ballot = f"ballot|{self.decision}|{self.voter}"
        return ((Ballots, self.decision), (Ballot, ballot), *Line.of(act, self.voter))

    def count(self, ballots: Ballots) -> None:
        """Count this ballot."""
        opened = ballots.opened
        ballots.voted.add(self.voter)
        ballots.ballots += 1
        if self.abstains:
            ballots.abstained += 1
        elif self.ranking and opened is not None:
            ranks = as_ranks(self.ranking, opened.keys)
            ballots.ranked[ranks] = ballots.ranked.get(ranks, 0) + 1
        if opened is not None and opened.casting == self.voter:
            ballots.casting = self.choice
        for option in {self.choice, *self.approves} - {None}:
            ballots.support[str(option)] = ballots.support.get(str(option), 0) + 1
        for option in self.against:
            ballots.against.setdefault(option, set()).add(self.voter)

    @property
    def abstains(self) -> bool:
        """Whether it is for no option."""
        return self.choice is None and not self.approves and not any(self.ranking)


def as_ranks(ranking: tuple[tuple[str, ...], ...], options: tuple[str, ...]) -> Ranks:
    """A ranking as one number for each option: 1 for the first place, 0 for no opinion."""
    rank = {option: place for place, alike in enumerate(ranking, 1) for option in alike}
    return tuple(rank.get(option, 0) for option in options)


@dataclass(slots=True)
class Ballots(Subject):
    """What was counted of one decision, and who opposes what; apart from what was fixed.

    A vote does not read it, so that many may vote at once.
    """

    types: ClassVar = frozenset(
        {
            DecisionOpened.TYPE,
            VoteCast.TYPE,
            "ballots-imported/v1",
            "count-attested/v1",
            "objection-raised/v1",
            "objection-withdrawn/v1",
            "recusal-declared/v1",
            "draw-sealed/v1",
            "draw-revealed/v1",
        }
    )

    opened: DecisionOpened | None = None
    ballots: int = 0
    abstained: int = 0
    support: dict[str, int] = field(default_factory=dict)
    ranked: dict[Ranks, int] = field(default_factory=dict)
    pairs: tuple[tuple[int, ...], ...] | None = None
    #: Votes against that came with a count, without names.
    opposed: dict[str, int] = field(default_factory=dict)
    #: Who opposes each option, by ballot or objection.
    against: dict[str, set[str]] = field(default_factory=dict)
    voted: set[str] = field(default_factory=set)
    recused: set[str] = field(default_factory=set)
    #: Whether a count of tellers or from elsewhere has arrived.
    counted: bool = False
    #: What the chair chose, where the chair's ballot breaks a tie.
    casting: str | None = None
    #: Of a draw: who sealed what, and who showed which secret.
    seals: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def apply(self, act: Act[Any], _key: str, /) -> Ballots:
        if isinstance(act.event, DecisionOpened):
            self.opened = act.event
        else:
            act.event.count(self)
        return self

    def count(self) -> Count:
        """The ballots so far, as the counting wants them."""
        named = {option: len(people) for option, people in self.against.items() if people}
        against = {o: named.get(o, 0) + self.opposed.get(o, 0) for o in {*named, *self.opposed}}
        return Count(
            self.ballots,
            self.abstained,
            self.support,
            against,
            self.ranked,
            self.pairs,
            self.secrets,
            casting=self.casting,
        )

    def result(self) -> Result:
        """The outcome that closing this decision now must state."""
        if self.opened is None:
            return Result("not-reached")
        return tally.outcome(self.opened.frame, self.count())


@dataclass(frozen=True, slots=True)
class Ballot(Subject):
    """Whether one person has voted on one decision, or stepped back from it."""

    types: ClassVar = frozenset({VoteCast.TYPE, "recusal-declared/v1"})
    keyed: ClassVar = "composite"

    cast: bool = False
    recused: bool = False

    def apply(self, act: Act[Any], _key: str, /) -> Ballot:
        if isinstance(act.event, VoteCast):
            return Ballot(cast=True, recused=self.recused)
        return Ballot(cast=self.cast, recused=True)


def vote(world: World, act: Act[VoteCast]) -> None:
    """Cast one ballot."""
    event = act.event
    state, opened = still_open(world, act)
    if opened.ballots != "open":
        raise Refused(
            "other-ballots",
            f"ballots of {event.decision} are {opened.ballots}, fixed at opening",
            "count-attested/v1 by its tellers"
            if opened.ballots == "tellers"
            else "ballots-imported/v1",
        )
    if tally.METHODS[opened.method].draws:
        raise Refused("other-ballots", "nobody votes in a draw", "draw-sealed/v1 by who draws")
    refuse_unentitled(state, event.decision, event.voter)
    refuse_late(act, opened)
    stood = world.get(Ballot, f"ballot|{event.decision}|{event.voter}")
    if stood.cast:
        raise Refused("voted-already", f"{event.voter} has voted; a ballot stands as cast")
    if stood.recused:
        raise Refused(
            "recused",
            f"{event.voter} stepped back from {event.decision}; that stands",
            "a new decision-opened/v1",
        )
    _refuse_ballot(opened, event)
    speak(world, act, event.voter, opened.project)
    _refuse_unless_in_office(world, act, opened)


def refuse_unentitled(state: Decision, decision: str, *people: str) -> None:
    """Raises Refused unless everyone is on the electorate."""
    for person in people:
        if person not in state.electorate:
            raise Refused(
                "not-on-electorate",
                f"{person} is not on the electorate of {decision}, which was fixed at opening",
                "a new decision-opened/v1",
            )


def _refuse_ballot(opened: DecisionOpened, event: VoteCast) -> None:
    ranked = tuple(option for alike in event.ranking for option in alike)
    named = (*filter(None, [event.choice]), *event.against, *event.approves, *ranked)
    refuse_unknown_options(opened, named)
    rule = tally.METHODS[opened.method]

    def malformed(what: str, instead: str) -> Refused:
        return Refused("ballot-form", what, instead)

    for form in ("choice", "ranking", "approves"):
        if getattr(event, form) and form != rule.form:
            raise malformed(f"under {opened.method} a ballot has no {form}", f"a {rule.form}")
    if event.against and not rule.opposes:
        raise malformed(f"under {opened.method} nobody votes against", f"a {rule.form}")
    if len(set(named)) != len(named):
        raise malformed("an option stands once on a ballot", "each option once")
    if any(not alike for alike in event.ranking):
        raise malformed("a place in a ranking is empty", "places with options")
    if opened.picks is not None and len(event.approves) > opened.picks:
        raise malformed(
            f"it is for {len(event.approves)} options, and at most {opened.picks} are allowed",
            f"up to {opened.picks} options",
        )
    if event.against and rule.needs_reason and "reason" not in event.has:
        raise malformed("an objection to consent needs a reason", "a `reason` value")


def refuse_unknown_options(opened: DecisionOpened, named: tuple[str, ...]) -> None:
    """Raises Refused when one of these is no option of the decision."""
    unknown = set(named).difference(opened.keys)
    if unknown:
        raise Refused(
            "no-such-option",
            f"{', '.join(sorted(unknown))} was not among the options",
            f"one of {', '.join(opened.keys)}",
        )


def _refuse_unless_in_office(world: World, act: Act[VoteCast], opened: DecisionOpened) -> None:
    if act.is_history or not tally.METHODS[opened.method].one_voter:
        return
    if act.author != act.event.voter:
        raise Refused(
            "office-signs",
            f"an {opened.method} decision is signed by who makes it, {act.event.voter}",
            "vote-cast/v1 by that person",
        )
    power.require(world, act, "decision", project=opened.project, body=opened.body)
    said = opened.delegation
    if said is not None and act.under.get(act.author) != said.grant:
        raise Refused(
            "not-the-delegation",
            f"it was delegated by the grant {(said.grant or '')[:12]}, and stands on another",
            "vote-cast/v1 with that grant in `under`",
        )
