"""The question of a decision: everything that is fixed before the first ballot.

The words of question and options are values; a body names options by short keys. What is fixed at
opening cannot move after: there is no event that changes it. How ballots come in is fixed too, and
is shown as what it is::

    open       each voter signs their own (``ballot.py``)
    tellers    two named tellers sign who voted and what was counted: the first is proven to be on
               the list, the second is attested, not proven (``counted.py``)
    imported   a tally or anonymous ballots from elsewhere; the file is named by its hash

The electorate is people, or a number where only that is known (imported ballots alone). Whoever was
left out of it is said, with the cause. A method gets exactly what it needs: a threshold, a named
count rule, money with a named allocation rule, or who delegated it.

Of a draw (``draw.py``) the options are the pool, each a person or a code for one; the electorate
are those who draw, and the quorum is all of them. Quotas are by whom the drawn act for, as said
here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from domain import tally
from domain.act import Act
from domain.event import Event, Touches, audiences
from domain.lot import Ticket
from domain.ranking import CountRuleName
from domain.refusal import Refused
from domain.spending import Allocation
from domain.tally import Frame, Method
from domain.values import (
    BodyId,
    ContributionId,
    Day,
    DecisionId,
    Fraction,
    GroupId,
    Hex64,
    Label,
    Many,
    Money,
    Part,
    PersonId,
    ProblemId,
    ProjectId,
    Scale,
    Side,
    Slug,
)

Votes = Annotated[int, Field(ge=0, le=10_000_000)]
#: The most options that can be voted on; a pool to draw from may be ten times as large.
MOST = 100
BallotsAre = Literal["open", "tellers", "imported"]


class Option(Part):
    """One answer that can be chosen, who put it forward, and whether it is «do nothing»."""

    option: Slug
    put_by: PersonId | None = None
    put_by_group: GroupId | None = None
    side: Side = "unsaid"
    nothing: bool = False
    cost: Money | None = None
    person: PersonId | None = None


class Quota(Part):
    """At least so many of those drawn act for one side."""

    side: Side
    seats: Annotated[int, Field(ge=1, le=100)]


class LeftOut(Part):
    """Someone, or so many, who might have been on the electorate and are not, with the cause."""

    person: PersonId | None = None
    group: GroupId | None = None
    number: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    cause: Literal["not-eligible", "interest", "employer-limit", "late", "not-reached", "other"]

    @model_validator(mode="after")
    def _one_of_them(self) -> LeftOut:
        if (self.person, self.group, self.number).count(None) != 2:
            raise ValueError("a person, a group or a number was left out")
        return self


class Delegation(Part):
    """Who delegated the decision, by which grant, until when, in which role."""

    by: PersonId
    grant: Hex64 | None = None
    until: Day | None = None
    role: Label | None = None


class DecisionOpened(Event):
    """A question was put to an electorate, with everything that decides its outcome."""

    TYPE = "decision-opened/v1"
    VALUES = audiences(
        question="public", options="public", eligibility="public", background="auditor"
    )
    WHO = "the holder of decision or chairing"
    REFUSED_BY = (
        "no-grant",
        "unknown-project",
        "project-ended",
        "decision-exists",
        "not-enrolled",
        "options-unclear",
        "electorate-unclear",
        "method-unclear",
        "ballots-unclear",
        "draw-unclear",
        "unknown-body",
        "no-voting-seats",
        "electorate-differs",
        "quorum-too-low",
        "casting-unclear",
        "stands-on-history",
        "delegation-unclear",
        "major-as-the-charter-lists",
        "unknown-problem",
        "unknown-decision",
        "unknown-person",
        "unknown-group",
        "unknown-contribution",
    )

    decision: DecisionId = Field(description="the new decision")
    project: ProjectId | None = Field(
        default=None, description="in which project; left out: the whole programme"
    )
    body: BodyId | None = Field(default=None, description="the deciding body")
    options: Annotated[tuple[Option, ...], Field(strict=False, min_length=1, max_length=1000)] = (
        Field(
            description="keys of the options, who put each forward, which is «do nothing», cost, "
            "whom it stands for; of a draw: the pool"
        )
    )
    electorate: Many[PersonId] = Field(default=(), description="who may vote; of a draw: who draws")
    eligible: Annotated[int, Field(ge=1, le=10_000_000)] | None = Field(
        default=None, description="how many may vote, where only the number is known"
    )
    by_seats: bool = Field(
        default=False, description="the electorate are the voting seats of the body, as they stand"
    )
    casting: PersonId | None = Field(
        default=None, description="by seats only: the chair, whose ballot breaks a tie"
    )
    left_out: Many[LeftOut] = Field(
        default=(), description="who was left out of the electorate, with the cause"
    )
    ballots: BallotsAre = Field(default="open", description="how ballots come in")
    tellers: Many[PersonId] = Field(default=(), description="the two who count, for `tellers`")
    method: Method = Field(description="how it is decided")
    quorum: Votes = Field(
        default=1, description="fewest ballots, abstentions included; of a draw: all who draw"
    )
    threshold: Fraction | None = Field(
        default=None, description="supermajority only: over/under, of cast, ballots or electorate"
    )
    count_rule: CountRuleName | None = Field(
        default=None, description="ranked choice only: how the ballots are counted"
    )
    seats: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1, description="how many are chosen; above 1 under ranked choice and in draws only"
    )
    quotas: Many[Quota] = Field(
        default=(), description="sortition only: fewest to be drawn of each side"
    )
    money: Money | None = Field(default=None, description="budget vote only: what there is")
    allocation: Allocation | None = Field(
        default=None, description="budget vote only: what happens to an option above what is left"
    )
    picks: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="budget vote only: most options on one ballot; left out: any"
    )
    office: Label | None = Field(default=None, description="executive: the office, in words")
    delegation: Delegation | None = Field(
        default=None, description="delegated only: by whom, which grant, last day, role"
    )
    last_day: Day | None = Field(default=None, description="last day to vote, by the ledger date")
    subject: Slug = Field(default="unsorted", description="what it is about, as the charter lists")
    major: bool = Field(default=False, description="whether the charter calls it major")
    scale: Scale = Field(default="unsorted", description="individual, group or collective")
    problem: ProblemId | None = Field(default=None, description="the problem it is about")
    revisits: DecisionId | None = Field(
        default=None, description="the earlier decision that it may reverse"
    )
    raised_by: PersonId | None = Field(default=None, description="who asked for it")
    inputs: Many[ContributionId] = Field(default=(), description="contributions it weighs")

    def touches(self, _act: Act[Any], /) -> Touches:
        from domain.ballot import Ballots
        from domain.decision import Decision

        return ((Decision, self.decision), (Ballots, self.decision))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the options, in the order in which they were put."""
        return tuple(option.option for option in self.options)

    @property
    def voters(self) -> int:
        """How many may vote."""
        return self.eligible or len(self.electorate)

    @property
    def nothing(self) -> str | None:
        """The key of the option to do nothing, if there is one."""
        return next((option.option for option in self.options if option.nothing), None)

    @property
    def frame(self) -> Frame:
        """What decides the outcome, as the counting wants it."""
        return Frame(
            method=self.method,
            options=self.keys,
            electorate=self.voters,
            quorum=self.quorum,
            threshold=self.threshold,
            count_rule=self.count_rule or "schulze",
            seats=self.seats,
            costs=tuple(option.cost.minor if option.cost else 0 for option in self.options),
            money=self.money.minor if self.money else 0,
            allocation=self.allocation or "in-order-skip",
            nothing=self.nothing,
            decision=self.decision,
            pool=tuple(Ticket(o.option, o.person or "", o.side) for o in self.options),
            quotas=tuple((quota.side, quota.seats) for quota in self.quotas),
        )


def refuse_unclear(event: DecisionOpened, *, history: bool) -> None:
    """Raises Refused unless options, electorate, method and ballots fit each other."""
    _refuse_unclear_options(event, history=history)
    _refuse_unclear_electorate(event)
    _refuse_unclear_method(event)
    if tally.METHODS[event.method].draws:
        _refuse_unclear_draw(event, history=history)
    _refuse_unclear_ballots(event)


def _refuse_unclear_options(event: DecisionOpened, *, history: bool) -> None:
    def unclear(what: str, instead: str) -> Refused:
        return Refused("options-unclear", what, instead)

    if len(set(event.keys)) != len(event.keys):
        raise unclear("two options have the same key", "distinct keys")
    if sum(option.nothing for option in event.options) > 1:
        raise unclear("two options are to do nothing", "at most one such option")
    # An objection says no to a single proposal, and an office decides alone; elsewhere there would
    # be nothing to choose. Elections without a rival did happen, and are recorded
    # afterwards as they were.
    rule = tally.METHODS[event.method]
    if len(event.options) < 2 and not (rule.opposes or rule.one_voter or history):
        raise unclear(
            f"a {event.method} among one option has nothing to choose from",
            "a second option, perhaps to do nothing; or consent, where one may object",
        )
    people = [option.person for option in event.options if option.person is not None]
    if len(set(people)) != len(people):
        raise unclear("two options stand for the same person", "each person once")
    if len(event.options) > MOST and not rule.draws:
        raise unclear(f"nobody can weigh {len(event.options)} options", f"at most {MOST}")
    budget = event.method == "budget-vote"
    if any((o.cost is not None) != (budget and not o.nothing) for o in event.options):
        raise unclear(
            "an option has a cost in a budget vote, unless it is to do nothing, and nowhere else",
            "decision-opened/v1 with costs that fit the method",
        )
    if event.money and any(o.cost and o.cost.unit != event.money.unit for o in event.options):
        raise unclear("an option costs another currency than the money there is", "one currency")


def _refuse_unclear_electorate(event: DecisionOpened) -> None:
    def unclear(what: str, instead: str) -> Refused:
        return Refused("electorate-unclear", what, instead)

    if bool(event.electorate) == (event.eligible is not None):
        raise unclear("an electorate is people, or a number where only that is known", "either")
    if event.eligible is not None and event.ballots != "imported":
        raise unclear(
            "with a number alone nobody can be shown to be entitled to vote",
            "the people who may vote, or imported ballots",
        )
    if len(set(event.electorate)) != len(event.electorate):
        raise unclear("someone is on the electorate twice", "each once")
    if tally.METHODS[event.method].draws:
        among = {option.person for option in event.options if option.person is not None}
    else:
        among = set(event.electorate)
    both = {left.person for left in event.left_out} & among
    if both:
        raise unclear(f"{', '.join(sorted(map(str, both)))} is on it and left out of it", "one")
    if tally.METHODS[event.method].one_voter and event.voters != 1:
        raise unclear(
            f"an {event.method} decision is one person's, not {event.voters}",
            "an electorate of the one who holds the office, or another method",
        )


def _refuse_unclear_method(event: DecisionOpened) -> None:
    def unclear(what: str) -> Refused:
        return Refused("method-unclear", what, "decision-opened/v1 with what its method needs")

    rule, method = tally.METHODS[event.method], event.method
    needs = {
        "threshold": rule.needs_threshold,
        "count_rule": method == "ranked-choice",
        "money": method == "budget-vote",
        "allocation": method == "budget-vote",
        "delegation": method == "delegated",
    }
    for name, needed in needs.items():
        if needed != (getattr(event, name) is not None):
            raise unclear(f"{method} {'needs' if needed else 'has no'} {name}")
    if event.quotas and not rule.draws:
        raise unclear(f"{method} has no quotas")
    if (event.picks is not None and method != "budget-vote") or (
        event.office is not None and not rule.one_voter
    ):
        raise unclear(f"{method} has no {'office' if event.office else 'picks'}")
    if event.seats > (len(event.options) if rule.places else 1):
        raise unclear(f"{method} among {len(event.options)} cannot fill {event.seats} seats")
    if event.quorum > event.voters:
        raise unclear(f"a quorum of {event.quorum} cannot be met by {event.voters} people")


def _refuse_unclear_draw(event: DecisionOpened, *, history: bool) -> None:
    drawers, pool = event.electorate, {option.person for option in event.options}
    sides = [option.side for option in event.options]
    wanted = {quota.side: quota.seats for quota in event.quotas}
    # Drawn elsewhere before, it cannot be drawn again: that is somebody's word, and a document.
    faults = (
        (history, "what was drawn elsewhere cannot be recomputed: a draw is held here"),
        (event.ballots != "open" or len(drawers) < 2, "two or more people draw, and each signs"),
        (event.quorum != len(drawers), "the quorum of a draw is all who draw"),
        (bool(pool.intersection(drawers)), "who can be drawn does not draw"),
        (event.last_day is None, "a draw has a last day, after which a missing secret ends it"),
        (event.nothing is not None, "«do nothing» cannot be drawn"),
        (event.seats >= len(event.options), "a draw of everybody in the pool draws nothing"),
        (len(wanted) != len(event.quotas), "a side has one quota"),
        (sum(wanted.values()) > event.seats, "the quotas are more than the seats"),
        (
            any(sides.count(side) < seats for side, seats in wanted.items()),
            "a side has fewer in the pool than its quota",
        ),
    )
    for wrong, what in faults:
        if wrong:
            raise Refused("draw-unclear", what, "decision-opened/v1 with a draw that can be held")


def _refuse_unclear_ballots(event: DecisionOpened) -> None:
    if (len(set(event.tellers)) == len(event.tellers) == 2) != (event.ballots == "tellers"):
        raise Refused(
            "ballots-unclear",
            f"{len(event.tellers)} tellers are named, and ballots are {event.ballots}",
            "two different tellers where they count, and none where they do not",
        )
    concerned = {who for option in event.options for who in (option.put_by, option.person)}
    if not concerned.isdisjoint(event.tellers):
        raise Refused(
            "ballots-unclear",
            "who put an option forward, or stands as one, does not count its votes",
            "two tellers who put nothing forward and do not stand",
        )
    if event.ballots != "open" and tally.METHODS[event.method].one_voter:
        raise Refused(
            "ballots-unclear",
            f"an {event.method} decision is signed by the one who makes it",
            "open ballots",
        )
