"""Closing: voting ends with the tally and the outcome that the ballots give.

Both are stated in the entry and must equal what the rule counts: an outcome is never a matter of
opinion. A major decision says its reasons, and the entry names whoever has an interest that nobody
handled: left out, it would be hidden. An interest is declared; whoever decides alone on what they
put forward themselves has one, declared or not. ``owner`` carries it out, ``review_on`` is when it
is looked at again.

What an auditable decision cites and this one does not is its ``lacks`` (domain.md sections 5, 9)::

    options      fewer than two to choose from        electorate   known as a number alone
    reasons      none are given                       evidence     no input, no document
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from domain import power, tally
from domain.act import Act
from domain.ballot import Ballots
from domain.decision import Decision, still_open
from domain.event import Event, Touches, audiences
from domain.interest import Interests
from domain.membership import refuse_strangers
from domain.question import DecisionOpened, Votes
from domain.refusal import Refused
from domain.tally import Outcome
from domain.values import Day, DecisionId, Hex64, Many, Part, PersonId, Slug
from domain.world import World


class OptionVotes(Part):
    """So many votes for, or against, one option."""

    option: Slug
    votes: Votes


class Tally(Part):
    """What the ballots gave: how many, and unless they rank, votes for and against options."""

    ballots: Votes
    abstained: Votes
    support: Many[OptionVotes] = ()
    against: Many[OptionVotes] = ()


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
        "count-missing",
        "interest-hidden",
        "reasons-missing",
        "not-enrolled",
        "tally-differs",
        "outcome-differs",
        "stands-on-history",
        "history-over-live",
        "before-it-happened",
    )

    decision: DecisionId = Field(description="the decision")
    tally: Tally = Field(description="ballots, abstentions, votes for and against each option")
    places: Many[Many[Slug]] = Field(
        default=(),
        description="ranked choice: every place, best first; a shared place is a tie. Of a draw: "
        "its order, whom it chose first",
    )
    outcome: Outcome = Field(description="decided, not-reached, tied or no-quorum")
    chosen: Many[Slug] = Field(default=(), description="what was chosen, best first")
    tied: Many[Slug] = Field(default=(), description="what is tied for what is left to choose")
    unhandled: Many[PersonId] = Field(
        default=(), description="who has an interest that nobody handled, sorted"
    )
    evidence: Hex64 | None = Field(default=None, description="SHA-256 of a file that shows it")
    owner: PersonId | None = Field(default=None, description="who carries it out")
    review_on: Day | None = Field(default=None, description="when it is looked at again")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Decision, self.decision),)

    def alter(self, decision: Decision, act: Act[Any]) -> None:
        """The decision is closed."""
        decision.outcome, decision.chosen = self.outcome, self.chosen
        decision.closed_at = act.index
        if decision.opened is not None:
            decision.lacks = lacking(decision.opened, self)


def lacking(opened: DecisionOpened, closed: DecisionClosed) -> tuple[str, ...]:
    """What an auditable decision cites and this one does not, in the order of the table above."""
    there = {
        "options": len(opened.options) > 1,
        "electorate": bool(opened.electorate),
        "reasons": "reasons" in closed.has,
        "evidence": bool(opened.inputs) or closed.evidence is not None,
    }
    return tuple(name for name, found in there.items() if not found)


def unhandled(opened: DecisionOpened, interests: Interests) -> tuple[str, ...]:
    """Whose interest nobody handled: declared, or in what they put forward and decide alone."""
    own = {option.put_by for option in opened.options if option.put_by in opened.electorate}
    if not tally.METHODS[opened.method].one_voter:
        own = set()
    return tuple(sorted((interests.declared | {str(one) for one in own}) - interests.handled))


def counted(ballots: Ballots) -> dict[str, Any]:
    """The fields that closing now must state: tally, places, outcome, chosen, tied."""
    count, result = ballots.count(), ballots.result()
    options = ballots.opened.keys if ballots.opened else ()
    ranked = ballots.opened is not None and tally.METHODS[ballots.opened.method].places
    stated = Tally(
        ballots=count.ballots,
        abstained=count.abstained,
        support=()
        if ranked
        else tuple(OptionVotes(option=o, votes=count.support.get(o, 0)) for o in options),
        against=tuple(
            OptionVotes(option=o, votes=count.against[o]) for o in options if count.against.get(o)
        ),
    )
    return {
        "tally": stated,
        "places": result.places,
        "outcome": result.outcome,
        "chosen": result.chosen,
        "tied": result.tied,
    }


def close(world: World, act: Act[DecisionClosed]) -> None:
    """End voting, with the tally and outcome that the ballots give."""
    event = act.event
    _, opened = still_open(world, act)
    power.require(world, act, "decision", "chairing", project=opened.project, body=opened.body)
    ballots = world.get(Ballots, event.decision)
    if opened.ballots == "open":
        refuse_early(act, opened, len(ballots.voted | ballots.recused))
    elif not ballots.counted:
        raise Refused(
            "count-missing",
            f"ballots of {event.decision} are {opened.ballots}, and no count was recorded",
            "count-attested/v1" if opened.ballots == "tellers" else "ballots-imported/v1",
        )
    if event.owner is not None:
        refuse_strangers(world, (event.owner,), opened.project)
    _refuse_hidden(world, act, opened)
    true = counted(ballots)
    for field, rule in (
        ("tally", "tally-differs"),
        *((name, "outcome-differs") for name in ("places", "outcome", "chosen", "tied")),
    ):
        if getattr(event, field) != true[field]:
            _refuse_difference(rule, field, true[field], getattr(event, field))


def _refuse_difference(rule: str, field: str, true: object, said: object) -> None:
    if rule == "tally-differs":
        raise Refused(
            "tally-differs",
            f"the ballots give {true!r}, the entry says {said!r}",
            "decision-closed/v1 with that tally",
        )
    raise Refused(
        "outcome-differs",
        f"the ballots give the {field} {true!r}, the entry says {said!r}",
        "decision-closed/v1 with that outcome",
    )


def refuse_early(act: Act[Any], opened: DecisionOpened, done: int) -> None:
    """Raises Refused while people may still vote who have not: ``done`` have, or stepped back."""
    early = opened.last_day is not None and act.today <= opened.last_day
    if early and not act.is_history and done < opened.voters:
        raise Refused(
            "closed-too-early",
            f"people may vote until {opened.last_day}, and {opened.voters - done} have not",
            f"{act.type} after that day, or once everybody has voted",
        )


def _refuse_hidden(world: World, act: Act[DecisionClosed], opened: DecisionOpened) -> None:
    waiting = unhandled(opened, world.get(Interests, act.event.decision))
    if act.event.unhandled != waiting:
        raise Refused(
            "interest-hidden",
            f"interests that nobody handled: {', '.join(waiting) or 'none'}; the entry names "
            f"{', '.join(act.event.unhandled) or 'none'}",
            "decision-closed/v1 that names them, or interest-managed/v1 first",
        )
    if opened.major and not act.is_history and "reasons" not in act.event.has:
        raise Refused(
            "reasons-missing",
            "the charter calls this decision major, and it is closed without reasons",
            "decision-closed/v1 with the value `reasons`",
        )
