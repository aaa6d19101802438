"""Overriding and reversing: how an outcome may differ from the tally, and how it may end.

The tally gives an outcome; where another rule stands above it (a limit on seats for one employer,
a casting vote in a tie), the result is recorded apart, with the rule cited. The tally stays as
it was, and what the override gives is computed too::

    excludes   options that the rule keeps out       fills: next-in-order   those behind move up
    prefers    which of the tied the rule prefers           recount         counted without them
                                                            left-vacant     the seats stay empty

The rule is cited by its text (the value ``rule``), and by where it stands: the charter, an earlier
decision, or a document named by its hash.

A decision is reversed only by a later one that was opened to revisit it, and was adopted.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from domain import power, tally
from domain.act import Act
from domain.ballot import Ballots, refuse_unknown_options
from domain.decision import Decision, known, refuse_unless_decided
from domain.event import Event, Touches, audiences
from domain.question import DecisionOpened
from domain.ranking import seat
from domain.refusal import Refused
from domain.tally import Outcome, Result
from domain.values import DecisionId, Hex64, Many, Slug
from domain.world import World

Fills = Literal["next-in-order", "recount", "left-vacant"]


class DecisionOverridden(Event):
    """A rule above the tally changed what was chosen; the rule is cited, the tally stays."""

    TYPE = "decision-overridden/v1"
    VALUES = audiences(rule="public", reasons="public")
    WHO = "the holder of decision or chairing"
    REFUSED_BY = (
        "no-grant",
        "unknown-decision",
        "not-closed",
        "overridden-already",
        "no-rule-cited",
        "no-such-option",
        "override-unclear",
        "outcome-differs",
        "decision-not-adopted",
        "stands-on-history",
        "history-over-live",
        "before-it-happened",
    )

    decision: DecisionId = Field(description="the decision")
    basis: Literal["charter", "decision", "document"] = Field(
        description="where the rule stands whose text is the value `rule`"
    )
    cites: DecisionId | None = Field(
        default=None, description="the earlier decision that made the rule"
    )
    evidence: Hex64 | None = Field(
        default=None, description="SHA-256 of the document with the rule"
    )
    kind: Literal["seat-limit", "eligibility", "casting-vote", "lot", "veto", "other"] = Field(
        description="what kind of rule"
    )
    excludes: Many[Slug] = Field(default=(), description="options that the rule keeps out")
    fills: Fills = Field(default="next-in-order", description="who takes the seats of those")
    prefers: Many[Slug] = Field(default=(), description="which of the tied options it prefers")
    outcome: Outcome = Field(description="the outcome with the rule")
    chosen: Many[Slug] = Field(default=(), description="what is chosen with it, best first")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Decision, self.decision),)

    def alter(self, decision: Decision, _act: Act[Any]) -> None:
        """What stands is what the rule gave."""
        if decision.opened is not None and self.decision == decision.opened.decision:
            decision.outcome, decision.chosen = self.outcome, self.chosen
            decision.overridden = True


class DecisionReversed(Event):
    """A later decision, opened to revisit this one, put an end to it."""

    TYPE = "decision-reversed/v1"
    VALUES = audiences(reasons="public")
    WHO = "the holder of decision or chairing"
    REFUSED_BY = (
        "no-grant",
        "unknown-decision",
        "not-closed",
        "reversed-already",
        "not-a-later-decision",
        "decision-not-adopted",
        "stands-on-history",
        "history-over-live",
        "before-it-happened",
    )

    decision: DecisionId = Field(description="the decision that ends")
    by: DecisionId = Field(description="the later decision, which revisits it")

    def touches(self, _act: Act[Any], /) -> Touches:
        return ((Decision, self.decision),)

    def alter(self, decision: Decision, _act: Act[Any]) -> None:
        """It stands no more."""
        decision.reversed_by = self.by


def overridden(ballots: Ballots, event: DecisionOverridden) -> Result:
    """What the ballots and the cited rule give together."""
    opened = ballots.opened
    if opened is None:
        return Result("not-reached")
    gone = frozenset(event.excludes)
    whole = ballots.result()
    if gone and event.fills == "recount":
        whole = tally.recount(opened.frame, ballots.count(), gone)
    elif gone and event.fills == "next-in-order":
        whole = _next_in_order(whole, opened, gone)
    elif gone:
        kept = tuple(option for option in whole.chosen if option not in gone)
        tied = tuple(option for option in whole.tied if option not in gone)
        whole = Result("tied" if tied else "decided" if kept else "not-reached", kept, tied)
    if event.prefers and set(event.prefers) <= set(whole.tied):
        return Result("decided", (*whole.chosen, *event.prefers))
    return whole


def _next_in_order(whole: Result, opened: DecisionOpened, gone: frozenset[str]) -> Result:
    left = [tuple(o for o in place if o not in gone) for place in whole.places]
    numbers = {option: number for number, option in enumerate(opened.keys)}
    places = tuple(tuple(numbers[o] for o in place) for place in left if place)
    seated, still = seat(places, opened.seats)
    chosen = tuple(opened.keys[n] for n in seated)
    tied = tuple(opened.keys[n] for n in still)
    return Result("tied" if tied else "decided" if chosen else "not-reached", chosen, tied)


def override(world: World, act: Act[DecisionOverridden]) -> None:
    """Change what was chosen by a rule that is cited."""
    event = act.event
    state, opened = known(world, act)
    power.require(world, act, "decision", "chairing", project=opened.project, body=opened.body)
    if not state.outcome:
        raise Refused("not-closed", f"{event.decision} has no outcome yet", "decision-closed/v1")
    if state.overridden:
        raise Refused(
            "overridden-already", f"{event.decision} was overridden once", "a new decision"
        )
    _refuse_uncited(world, act, opened)
    refuse_unknown_options(opened, (*event.excludes, *event.prefers, *event.chosen))
    ballots = world.get(Ballots, event.decision)
    _refuse_unclear(ballots, opened, state, event)
    true = overridden(ballots, event)
    if (event.outcome, event.chosen) != (true.outcome, true.chosen):
        raise Refused(
            "outcome-differs",
            f"with that rule the ballots give {true.outcome} {', '.join(true.chosen)}, the entry "
            f"says {event.outcome} {', '.join(event.chosen)}",
            "decision-overridden/v1 with that outcome",
        )


def _refuse_uncited(world: World, act: Act[DecisionOverridden], opened: DecisionOpened) -> None:
    event = act.event
    placed = {
        "charter": event.cites is None,
        "decision": event.cites is not None and event.cites != event.decision,
        "document": event.evidence is not None and event.cites is None,
    }
    if "rule" not in event.has or not placed[event.basis]:
        raise Refused(
            "no-rule-cited",
            f"an outcome is overridden only by a rule whose text is given, and of a {event.basis} "
            "that is named",
            "the value `rule`, with `cites` for a decision or `evidence` for a document",
        )
    if event.cites is not None:
        refuse_unless_decided(world, act, event.cites, project=opened.project)


def _refuse_unclear(
    ballots: Ballots, opened: DecisionOpened, state: Decision, event: DecisionOverridden
) -> None:
    ordered = tally.gives_order(opened.frame)
    counted = ballots.result()
    at_stake = {*counted.chosen, *counted.tied}
    if not event.excludes and not event.prefers:
        what = "nothing is excluded, and nothing preferred"
    elif state.outcome == "no-quorum":
        what = "no rule makes up for a quorum that was missed"
    elif event.excludes and not at_stake.intersection(event.excludes):
        what = "what it excludes was not chosen anyway"
    elif event.prefers and not event.excludes and not set(event.prefers) <= set(counted.tied):
        what = f"it prefers what is not tied: {', '.join(event.prefers)}"
    elif len({*event.excludes, *event.prefers}) != len(event.excludes) + len(event.prefers):
        what = "an option is named twice"
    elif event.prefers and len(event.prefers) != _vacant(ballots, event):
        what = f"{_vacant(ballots, event)} are to be chosen among the tied"
    elif event.excludes and event.fills == "next-in-order" and not ordered:
        what = f"{opened.count_rule or opened.method} gives no order in which others follow"
    else:
        return
    raise Refused("override-unclear", what, "decision-overridden/v1 that says what changes")


def _vacant(ballots: Ballots, event: DecisionOverridden) -> int:
    """How many are to be chosen among those still tied once the excluded are gone."""
    without = overridden(ballots, event.model_copy(update={"prefers": ()}))
    seats = ballots.opened.seats if ballots.opened else 0
    return seats - len(without.chosen) if without.tied else 0


def reverse(world: World, act: Act[DecisionReversed]) -> None:
    """End a decision by a later one."""
    event = act.event
    state, opened = known(world, act)
    power.require(world, act, "decision", "chairing", project=opened.project, body=opened.body)
    if not state.outcome:
        raise Refused("not-closed", f"{event.decision} has no outcome yet", "decision-closed/v1")
    if state.reversed_by is not None:
        raise Refused(
            "reversed-already", f"{event.decision} was reversed by {state.reversed_by}", "nothing"
        )
    later = world.get(Decision, event.by)
    asked = later.opened
    if asked is None or asked.revisits != event.decision or later.closed_at < state.closed_at:
        raise Refused(
            "not-a-later-decision",
            f"{event.by} was not opened to revisit {event.decision}",
            "decision-opened/v1 with `revisits`, and its close",
        )
    if opened.major and not asked.major:
        raise Refused(
            "not-a-later-decision",
            f"{event.decision} is major, and {event.by} is not",
            "a decision on the same subject",
        )
    refuse_unless_decided(
        world, act, event.by, project=opened.project, drawn=opened.method == "sortition"
    )
