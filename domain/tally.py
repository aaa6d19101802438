"""Counting: from ballots to an outcome, by the method fixed before the first ballot.

    simple-majority  more than half of the votes for an option, abstentions left out
    supermajority    the stated fraction: of votes cast, of ballots, or of the electorate
    consensus        nobody opposes it; among several such, the one most are for
    consent          the same, where opposing needs a reasoned objection
    executive        the one who holds the office chooses

A ballot is for one option, or abstains; under consensus and consent it may also oppose options.
Fewer ballots than the quorum decide nothing. A new method is one more entry in ``METHODS``.

Source: domain.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from domain.values import Fraction

Method = Literal["simple-majority", "supermajority", "consensus", "consent", "executive"]
Outcome = Literal["decided", "not-reached", "tied", "no-quorum"]


@dataclass(frozen=True, slots=True)
class Count:
    """Ballots as counted: how many, how many abstained, votes for and against each option."""

    options: tuple[str, ...]
    electorate: int
    ballots: int
    abstained: int
    support: Mapping[str, int]
    against: Mapping[str, int]
    threshold: Fraction | None = None

    def leaders(self, among: tuple[str, ...]) -> tuple[str, ...]:
        """The options with most support among these; none if nobody is for any."""
        most = max((self.support.get(option, 0) for option in among), default=0)
        return tuple(o for o in among if most and self.support.get(o, 0) == most)


Counted = tuple[Outcome, str | None]


def outcome(method: str, count: Count, quorum: int) -> Counted:
    """The outcome and the option chosen, if any."""
    if count.ballots < quorum:
        return "no-quorum", None
    return METHODS[method].count(count)


def _majority(count: Count) -> Counted:
    return _at_least(count, lambda votes: 2 * votes > count.ballots - count.abstained)


def _supermajority(count: Count) -> Counted:
    fraction = count.threshold
    if fraction is None:
        return "not-reached", None
    base = {
        "cast": count.ballots - count.abstained,
        "ballots": count.ballots,
        "electorate": count.electorate,
    }[fraction.of]
    return _at_least(count, lambda votes: votes * fraction.under >= base * fraction.over)


def _at_least(count: Count, enough: Callable[[int], bool]) -> Counted:
    leaders = count.leaders(count.options)
    if not leaders:
        return "not-reached", None
    if len(leaders) > 1:
        return "tied", None
    reached = enough(count.support[leaders[0]])
    return ("decided", leaders[0]) if reached else ("not-reached", None)


def _unopposed(count: Count) -> Counted:
    free = tuple(o for o in count.options if not count.against.get(o, 0))
    leaders = count.leaders(free)
    if len(leaders) == 1:
        return "decided", leaders[0]
    return ("tied" if leaders else "not-reached"), None


def _office(count: Count) -> Counted:
    leaders = count.leaders(count.options)
    return ("decided", leaders[0]) if leaders else ("not-reached", None)


@dataclass(frozen=True, slots=True)
class CountRule:
    """One method: how it counts, and what a decision and its ballots must look like."""

    count: Callable[[Count], Counted]
    opposes: bool = False
    needs_reason: bool = False
    needs_threshold: bool = False
    one_voter: bool = False


METHODS: Mapping[str, CountRule] = {
    "simple-majority": CountRule(_majority),
    "supermajority": CountRule(_supermajority, needs_threshold=True),
    "consensus": CountRule(_unopposed, opposes=True),
    "consent": CountRule(_unopposed, opposes=True, needs_reason=True),
    "executive": CountRule(_office, one_voter=True),
}
