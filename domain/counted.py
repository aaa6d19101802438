"""Counts of secret ballots: by two tellers, or from elsewhere; neither is proven, and says so.

    count-attested     both tellers sign who voted, each of them on the list, and what was counted
    ballots-imported   what another tool, meeting or year counted; the file is named by its hash

What was counted has the form that the method needs: votes for each option; the ballots themselves,
anonymous and sorted so that their order says nothing; or only how many ballots prefer which option
to which.

Where fewer than ten may vote, ballots of their own would tell who voted how: only the sums are
taken (domain.md section 10), for ranked choice the preferences between pairs.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain import power, tally
from domain.act import Act
from domain.ballot import Ballots, refuse_unentitled, refuse_unknown_options
from domain.closing import OptionVotes, refuse_early
from domain.decision import still_open
from domain.event import Event, Touches, audiences
from domain.line import Line
from domain.question import DecisionOpened, Votes
from domain.refusal import Refused
from domain.values import DecisionId, Hex64, Many, Part, PersonId, Slug
from domain.world import World

#: Below so many who may vote, ballots of their own tell who voted how.
FEWEST = 10
Rank = Annotated[int, Field(ge=0, le=1000)]


class RankedBallots(Part):
    """So many equal ballots: a rank for each option as put, 1 most preferred, 0 no opinion."""

    ranks: Many[Rank]
    ballots: Annotated[int, Field(ge=1, le=10_000_000)]


class Preference(Part):
    """So many ballots that prefer one option to another."""

    option: Slug
    to: Slug
    ballots: Annotated[int, Field(ge=1, le=10_000_000)]


class BallotCount(Part):
    """What was counted: votes for and against, or the ballots, or preferences between pairs."""

    ballots: Votes
    abstained: Votes = 0
    support: Many[OptionVotes] = ()
    against: Many[OptionVotes] = ()
    ranked: Many[RankedBallots] = ()
    pairs: Many[Preference] = ()

    def add_to(self, ballots: Ballots) -> None:
        """Count all of it; what does not fit the options, which rules refuse, is left out."""
        if ballots.opened is None:
            return
        keys = ballots.opened.keys
        ballots.counted = True
        ballots.ballots, ballots.abstained = self.ballots, self.abstained
        ballots.support = {item.option: item.votes for item in self.support}
        ballots.opposed = {item.option: item.votes for item in self.against}
        ballots.ranked = {i.ranks: i.ballots for i in self.ranked if len(i.ranks) == len(keys)}
        if self.pairs:
            matrix = [[0] * len(keys) for _ in keys]
            for pair in self.pairs:
                if pair.option in keys and pair.to in keys:
                    matrix[keys.index(pair.option)][keys.index(pair.to)] = pair.ballots
            ballots.pairs = tuple(map(tuple, matrix))


_COUNT_RULES = (
    "unknown-decision",
    "decision-closed-already",
    "closed-too-early",
    "other-ballots",
    "counted-already",
    "no-such-option",
    "count-form",
    "ballots-identify",
    "stands-on-history",
    "history-over-live",
    "no-grant",
    "before-it-happened",
)


class CountAttested(Event):
    """Two tellers signed who voted and what was counted."""

    TYPE = "count-attested/v1"
    VALUES = audiences(note="auditor")
    OWN_VOICE = True
    WHO = "both tellers together; afterwards: the holder of record"
    REFUSED_BY = (*_COUNT_RULES, "teller-missing", "not-on-electorate", "voted-already")

    decision: DecisionId = Field(description="the decision")
    voted: Many[PersonId] = Field(description="who was given a ballot, each on the electorate")
    counted: BallotCount = Field(
        description="votes for and against, or ballots as ranks, or preferences between pairs"
    )

    def touches(self, act: Act[Any], /) -> Touches:
        return ((Ballots, self.decision), *Line.of(act, *self.voted))

    def count(self, ballots: Ballots) -> None:
        """Take the tellers' count."""
        ballots.voted |= set(self.voted)
        self.counted.add_to(ballots)


class BallotsImported(Event):
    """A count from elsewhere was taken over as it stands."""

    TYPE = "ballots-imported/v1"
    VALUES = audiences(note="auditor")
    WHO = "the holder of decision or chairing"
    REFUSED_BY = _COUNT_RULES

    decision: DecisionId = Field(description="the decision")
    source: Hex64 = Field(description="SHA-256 of the file that it comes from")
    counted: BallotCount = Field(description=CountAttested.model_fields["counted"].description)

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Ballots, self.decision),)

    def count(self, ballots: Ballots) -> None:
        """Take the count over."""
        self.counted.add_to(ballots)


def attest(world: World, act: Act[CountAttested]) -> None:
    """Record the count of two tellers."""
    event = act.event
    state, opened = still_open(world, act)
    _refuse_other_ballots(opened, event.decision, "tellers")
    if act.is_history:
        power.require(world, act, "record", project=opened.project)
    elif not act.signed_by.issuperset(opened.tellers) or act.author not in opened.tellers:
        raise Refused(
            "teller-missing",
            f"the tellers are {' and '.join(opened.tellers)}; both sign the count",
            "count-attested/v1 by one of them, signed by both",
        )
    refuse_unentitled(state, event.decision, *event.voted)
    ballots = world.get(Ballots, event.decision)
    again = ballots.recused.intersection(event.voted)
    if again or len(set(event.voted)) != len(event.voted):
        raise Refused(
            "voted-already",
            f"{', '.join(sorted(again)) or 'someone'} "
            + ("stepped back" if again else "is listed twice"),
            "each voter once, none who stepped back",
        )
    if event.counted.ballots > len(event.voted):
        raise _malformed(
            f"{event.counted.ballots} ballots were counted and {len(event.voted)} handed out"
        )
    refuse_early(act, opened, len(event.voted) + len(ballots.recused))
    _refuse_count(ballots, opened, event.counted)


def take_over(world: World, act: Act[BallotsImported]) -> None:
    """Record a count from elsewhere."""
    event = act.event
    _, opened = still_open(world, act)
    power.require(world, act, "decision", "chairing", project=opened.project, body=opened.body)
    _refuse_other_ballots(opened, event.decision, "imported")
    refuse_early(act, opened, event.counted.ballots)
    _refuse_count(world.get(Ballots, event.decision), opened, event.counted)


def _refuse_other_ballots(opened: DecisionOpened, decision: str, wanted: str) -> None:
    if opened.ballots != wanted:
        raise Refused(
            "other-ballots",
            f"ballots of {decision} are {opened.ballots}, fixed at opening, not {wanted}",
            f"decision-opened/v1 with ballots {wanted}",
        )


def _malformed(what: str) -> Refused:
    return Refused("count-form", what, "a count of the form that the method needs")


def _refuse_count(ballots: Ballots, opened: DecisionOpened, count: BallotCount) -> None:
    if ballots.counted:
        raise Refused("counted-already", "a count of this decision stands already")
    if count.ballots > opened.voters or count.abstained > count.ballots:
        raise _malformed(
            f"{count.ballots} ballots, {count.abstained} of them abstentions, by {opened.voters}"
        )
    _refuse_form(opened, count)
    if opened.method == "ranked-choice":
        _refuse_ranked(opened, count)
        _refuse_pairs(opened, count)
    else:
        _refuse_votes(opened, count)


def _refuse_form(opened: DecisionOpened, count: BallotCount) -> None:
    rule = tally.METHODS[opened.method]
    ranked = rule.form == "ranking"
    for name, allowed in (
        ("support", not ranked),
        ("against", rule.opposes),
        ("ranked", ranked),
        ("pairs", ranked),
    ):
        if getattr(count, name) and not allowed:
            raise _malformed(f"a count under {opened.method} has no {name}")
    if count.ranked and count.pairs:
        raise _malformed("the ballots say what is preferred to what; pairs besides repeat it")


def _refuse_votes(opened: DecisionOpened, count: BallotCount) -> None:
    cast = count.ballots - count.abstained
    for items in (count.support, count.against):
        keys = tuple(item.option for item in items)
        refuse_unknown_options(opened, keys)
        if len(set(keys)) != len(keys):
            raise _malformed("an option is counted twice")
        if any(item.votes > count.ballots for item in items):
            raise _malformed("an option has more votes than there are ballots")
    votes = [item.votes for item in count.support]
    single = tally.METHODS[opened.method].form == "choice"
    if (single and sum(votes) != cast) or max(votes, default=0) > cast:
        raise _malformed(f"{sum(votes)} votes do not come from {cast} ballots that chose")


def _refuse_ranked(opened: DecisionOpened, count: BallotCount) -> None:
    if not count.ranked:
        return
    if opened.voters < FEWEST:
        raise Refused(
            "ballots-identify",
            f"only {opened.voters} may vote: their ballots, one by one, would tell who voted how",
            "the preferences between pairs, which the schulze rule needs no more than",
        )
    rows = [item.ranks for item in count.ranked]
    if any(len(ranks) != len(opened.options) for ranks in rows):
        raise _malformed(f"a ballot ranks other than the {len(opened.options)} options")
    if rows != sorted(set(rows)):
        raise _malformed("ballots are sorted, equal ones counted together: order says nothing")
    if sum(item.ballots for item in count.ranked) != count.ballots:
        raise _malformed(f"the ballots are not the {count.ballots} that were counted")
    if sum(item.ballots for item in count.ranked if not any(item.ranks)) != count.abstained:
        raise _malformed("abstentions are the ballots that rank nothing")


def _refuse_pairs(opened: DecisionOpened, count: BallotCount) -> None:
    if not count.pairs:
        if count.ballots > count.abstained and not count.ranked:
            raise _malformed("ranked choice needs the ballots, or preferences between pairs")
        return
    if tally.COUNT_RULES[opened.count_rule or "schulze"].from_pairs is None:
        raise _malformed(f"{opened.count_rule} cannot be counted from pairs; it needs the ballots")
    found: dict[tuple[str, str], int] = {}
    for pair in count.pairs:
        refuse_unknown_options(opened, (pair.option, pair.to))
        if pair.option == pair.to or (pair.option, pair.to) in found:
            raise _malformed("a pair is of two options, and counted once")
        found[pair.option, pair.to] = pair.ballots
    cast = count.ballots - count.abstained
    if any(n + found.get((b, a), 0) > cast for (a, b), n in found.items()):
        raise _malformed(f"a pair has more than the {cast} ballots that rank anything")
