"""Counting: from ballots to an outcome, by the method fixed before the first ballot.

    simple-majority  more than half of the votes for an option, abstentions left out; a tie may be
                     broken by the chair, whose vote then counts once more
    supermajority    the stated fraction: of votes cast, of ballots, or of the electorate
    consensus        nobody opposes it; among several such, the one most are for
    consent          the same, where opposing needs a reasoned objection
    ranked-choice    the first places by the named count rule take the seats
    budget-vote      paid for by votes, in order, until the money is spent
    executive        the one who holds the office chooses
    delegated        the one to whom it was delegated chooses
    sortition        people are drawn from a pool, by secrets that were sealed before any was shown

A ballot of the first four and the last two is for one option, or abstains; under consensus and
consent it may also oppose options. Under ranked choice it ranks them; in a budget vote it is for
any number of them. Fewer ballots than the quorum, abstentions included, decide nothing. A tie is an
outcome of its own, with whoever is in already and who is tied for the rest. A new method is one
more entry in ``METHODS``, a new count rule one in ``COUNT_RULES``.

Source: domain.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from domain import lot
from domain.ranking import Ballots, CountRule, CountRuleName, Matrix, seat, without
from domain.runoff import CONDORCET_IRV, INSTANT_RUNOFF
from domain.schulze import SCHULZE
from domain.spending import fund
from domain.stv import SCOTTISH_STV
from domain.values import Fraction

Method = Literal[
    "simple-majority",
    "supermajority",
    "consensus",
    "consent",
    "ranked-choice",
    "budget-vote",
    "executive",
    "delegated",
    "sortition",
]
Outcome = Literal["decided", "not-reached", "tied", "no-quorum"]

COUNT_RULES: Mapping[CountRuleName, CountRule] = {
    "schulze": SCHULZE,
    "instant-runoff": INSTANT_RUNOFF,
    "condorcet-irv": CONDORCET_IRV,
    "scottish-stv": SCOTTISH_STV,
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What was fixed at opening and decides the outcome; money in minor units of one currency."""

    method: Method
    options: tuple[str, ...]
    electorate: int
    quorum: int = 1
    threshold: Fraction | None = None
    count_rule: CountRuleName = "schulze"
    seats: int = 1
    costs: tuple[int, ...] = ()
    money: int = 0
    allocation: str = "in-order-skip"
    nothing: str | None = None
    decision: str = ""
    pool: tuple[lot.Ticket, ...] = ()
    quotas: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """Ballots as counted: how many, how many abstained, and what the others say.

    ``support`` and ``against`` are votes for each option; ``ranked`` the ballots themselves, or
    ``pairs`` how many of them prefer what to what, where only that is known. Of a draw, ``secrets``
    are those shown, by drawer, and ``out`` whom a cited rule keeps from being drawn.
    """

    ballots: int = 0
    abstained: int = 0
    support: Mapping[str, int] = field(default_factory=dict)
    against: Mapping[str, int] = field(default_factory=dict)
    ranked: Ballots = field(default_factory=dict)
    pairs: Matrix | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    out: frozenset[str] = frozenset()
    #: What the chair chose, where the opening says that the chair's ballot breaks a tie.
    casting: str | None = None

    def leaders(self, among: tuple[str, ...]) -> tuple[str, ...]:
        """The options with most support among these; none if nobody is for any."""
        most = max((self.support.get(option, 0) for option in among), default=0)
        return tuple(o for o in among if most and self.support.get(o, 0) == most)


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome: what was chosen, best first; what is tied for the rest; ranked: every place."""

    outcome: Outcome
    chosen: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()


def outcome(frame: Frame, count: Count) -> Result:
    """What the ballots give; nothing is decided below the quorum."""
    result = METHODS[frame.method].count(frame, count)
    if count.ballots < frame.quorum:
        return Result("no-quorum", places=result.places)
    return result


def recount(frame: Frame, count: Count, gone: frozenset[str]) -> Result:
    """What the ballots give when the options ``gone`` cannot be chosen: nobody's vote moves."""
    numbers = frozenset(n for n, option in enumerate(frame.options) if option in gone)
    ranked: dict[tuple[int, ...], int] = {}
    for ranks, number in count.ranked.items():
        left = without(ranks, numbers)
        ranked[left] = ranked.get(left, 0) + number
    pairs = count.pairs and [
        [0 if a in numbers or b in numbers else n for b, n in enumerate(row)]
        for a, row in enumerate(count.pairs)
    ]
    support = {option: n for option, n in count.support.items() if option not in gone}
    still = replace(count, ranked=ranked, pairs=pairs, support=support, out=gone)
    return outcome(frame, still)


def gives_order(frame: Frame) -> bool:
    """Whether somebody is next in order behind those who were chosen."""
    if frame.method == "sortition":
        return not frame.quotas
    return frame.method == "ranked-choice" and COUNT_RULES[frame.count_rule].for_seats is None


def _majority(frame: Frame, count: Count) -> Result:
    cast = count.ballots - count.abstained
    found = _at_least(frame, count, lambda votes: 2 * votes > cast)
    if count.casting is None or count.casting not in found.tied:
        return found
    once_more = {**count.support, count.casting: count.support[count.casting] + 1}
    return _at_least(frame, replace(count, support=once_more), lambda votes: 2 * votes > cast + 1)


def _supermajority(frame: Frame, count: Count) -> Result:
    fraction = frame.threshold
    if fraction is None:
        return Result("not-reached")
    base = {
        "cast": count.ballots - count.abstained,
        "ballots": count.ballots,
        "electorate": frame.electorate,
    }[fraction.of]
    return _at_least(frame, count, lambda n: n * fraction.under >= base * fraction.over)


def _at_least(frame: Frame, count: Count, enough: Callable[[int], bool]) -> Result:
    leaders = count.leaders(frame.options)
    if len(leaders) > 1:
        return Result("tied", tied=leaders)
    reached = leaders and enough(count.support[leaders[0]])
    return Result("decided", leaders) if reached else Result("not-reached")


def _unopposed(frame: Frame, count: Count) -> Result:
    free = tuple(o for o in frame.options if not count.against.get(o, 0))
    leaders = count.leaders(free)
    if len(leaders) > 1:
        return Result("tied", tied=leaders)
    return Result("decided", leaders) if leaders else Result("not-reached")


def _office(frame: Frame, count: Count) -> Result:
    leaders = count.leaders(frame.options)
    return Result("decided", leaders[:1]) if leaders else Result("not-reached")


def _ranked(frame: Frame, count: Count) -> Result:
    rule = COUNT_RULES[frame.count_rule]
    if rule.for_seats is not None:
        places = rule.for_seats(count.ranked, len(frame.options), frame.seats)
    elif count.pairs is not None and rule.from_pairs is not None:
        places = rule.from_pairs(count.pairs)
    else:
        places = rule.from_ballots(count.ranked, len(frame.options))
    chosen, tied = seat(places, frame.seats)
    word: Outcome = "tied" if tied else "decided" if len(chosen) == frame.seats else "not-reached"
    return Result(
        word, _names(frame, chosen), _names(frame, tied), tuple(_names(frame, p) for p in places)
    )


def _spent(frame: Frame, count: Count) -> Result:
    votes = [0 if o == frame.nothing else count.support.get(o, 0) for o in frame.options]
    floor = count.support.get(frame.nothing, 0) if frame.nothing else 0
    paid, tied = fund(frame.costs, votes, frame.money, frame.allocation, floor)
    word: Outcome = "tied" if tied else "decided" if paid else "not-reached"
    return Result(word, _names(frame, paid), _names(frame, tied))


def _drawn(frame: Frame, count: Count) -> Result:
    # Every drawer is needed: the quorum is their number, and one secret short draws nothing.
    if len(count.secrets) < frame.quorum:
        return Result("not-reached")
    seed = lot.seed(frame.decision, frame.pool, count.secrets.items())
    order = [key for key in lot.order(seed, frame.options) if key not in count.out]
    sides = {ticket.key: ticket.side for ticket in frame.pool}
    chosen = lot.take(order, sides, frame.quotas, frame.seats)
    behind = [key for key in order if key not in set(chosen)]
    word: Outcome = "decided" if len(chosen) == frame.seats else "not-reached"
    return Result(word, chosen, (), tuple((key,) for key in (*chosen, *behind)))


def _names(frame: Frame, numbers: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(frame.options[number] for number in numbers)


@dataclass(frozen=True, slots=True)
class MethodRule:
    """One method: how it counts, and what a decision and its ballots must look like."""

    count: Callable[[Frame, Count], Result]
    opposes: bool = False
    needs_reason: bool = False
    needs_threshold: bool = False
    one_voter: bool = False
    #: The field in which a ballot says what it is for.
    form: Literal["choice", "ranking", "approves", "secret"] = "choice"

    @property
    def draws(self) -> bool:
        """Whether nobody votes: it is drawn by lot."""
        return self.form == "secret"

    @property
    def places(self) -> bool:
        """Whether it puts all options in order, and counts no votes for each."""
        return self.form in {"ranking", "secret"}


METHODS: Mapping[str, MethodRule] = {
    "simple-majority": MethodRule(_majority),
    "supermajority": MethodRule(_supermajority, needs_threshold=True),
    "consensus": MethodRule(_unopposed, opposes=True),
    "consent": MethodRule(_unopposed, opposes=True, needs_reason=True),
    "ranked-choice": MethodRule(_ranked, form="ranking"),
    "budget-vote": MethodRule(_spent, form="approves"),
    "executive": MethodRule(_office, one_voter=True),
    "delegated": MethodRule(_office, one_voter=True),
    "sortition": MethodRule(_drawn, form="secret"),
}
