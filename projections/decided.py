"""Decisions as the views read them: each with what was fixed, what came in, and what it gives.

    opening, ballots, counts, objections, interests, close, override, reversal  ->  Decided

Nothing is counted here. The bodies go through the domain's own events into the domain's own
``Ballots`` and ``Interests``, and the outcome is what ``closing.counted`` and
``override.overridden`` give: the very functions by which the entries were judged when they were
recorded. So a tally shown by a view cannot differ from the rule that was fixed.

How a count is known is said for what it is (domain.md section 5)::

    open       counted again from ballots that each voter signed
    tellers    attested by two tellers, not proven; only the outcome follows from it
    imported   taken over from elsewhere, not proven
    drawn      drawn again from secrets that were sealed before any was shown
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain import catalogue, closing, override, tally
from domain.act import Act
from domain.ballot import Ballots
from domain.closing import DecisionClosed
from domain.counted import FEWEST
from domain.decision import Decision
from domain.event import Event
from domain.interest import Interests
from domain.override import DecisionOverridden
from domain.question import DecisionOpened
from domain.refusal import NotAnEvent
from projections.facts import Fact, Facts, Happened, folded_once, happened, in_span
from projections.result import Asked

OPENED = "decision-opened/v1"
VOTED = "vote-cast/v1"
ATTESTED = "count-attested/v1"
IMPORTED = "ballots-imported/v1"
OBJECTED = "objection-raised/v1"
UNOBJECTED = "objection-withdrawn/v1"
DISSENTED = "dissent-stated/v1"
INTERESTED = "interest-declared/v1"
MANAGED = "interest-managed/v1"
RECUSED = "recusal-declared/v1"
CLOSED = "decision-closed/v1"
OVERRIDDEN = "decision-overridden/v1"
REVERSED = "decision-reversed/v1"
SEALED = "draw-sealed/v1"
REVEALED = "draw-revealed/v1"
#: What happens to a decision once it is open: what the domain counts, and what becomes of it.
AFTER = frozenset(
    (Ballots.types | Interests.types | {DISSENTED, CLOSED, OVERRIDDEN, REVERSED}) - {OPENED}
)
DECISION_TYPES = AFTER | {OPENED}
_ENDS = frozenset({CLOSED, OVERRIDDEN, REVERSED})

#: How a count is known, in words.
KNOWN_BY = {
    "open": "counted again from ballots that each voter signed",
    "tellers": "attested by two tellers, not proven",
    "imported": "taken over from elsewhere, not proven",
    "drawn": "drawn again from the secrets that were sealed before any was shown",
}
METHODS = {
    "simple-majority": "simple majority",
    "supermajority": "supermajority",
    "consensus": "consensus",
    "consent": "consent",
    "ranked-choice": "ranked choice",
    "budget-vote": "budget vote",
    "executive": "executive (one office)",
    "delegated": "delegated",
    "sortition": "drawn by lot",
}


@dataclass(slots=True)
class Decided:
    """One decision; ``later`` are the facts that followed its opening, by type, in log order."""

    fact: Fact
    opened: DecisionOpened
    ballots: Ballots
    interests: Interests = field(default_factory=Interests)
    later: dict[str, list[Fact]] = field(default_factory=dict)
    closed: DecisionClosed | None = None
    override: DecisionOverridden | None = None
    #: What the domain counts from the ballots, at the close or else now.
    counted: Mapping[str, Any] = field(default_factory=dict)
    #: What ballots and the cited rule give together.
    overridden: tally.Result | None = None
    reversed_by: str | None = None
    #: Whether some date does not say that it was by the day asked for.
    undated: bool = False
    when: Happened = Happened.YES

    @property
    def id(self) -> str:
        """The decision's id."""
        return self.opened.decision

    @property
    def all(self) -> list[Fact]:
        """Every entry of it, its opening first."""
        return [self.fact, *(fact for facts in self.later.values() for fact in facts)]

    @property
    def events(self) -> tuple[int, ...]:
        """The indexes of all of them."""
        return tuple(sorted(fact.index for fact in self.all))

    def of(self, *types: str) -> list[Fact]:
        """What followed of these types, in log order."""
        found = [fact for name in types for fact in self.later.get(name, ())]
        return sorted(found, key=lambda fact: fact.index)

    def at(self, type_: str) -> int | None:
        """The index of the first entry of this type; None where there is none."""
        found = self.later.get(type_)
        return found[0].index if found else None

    @property
    def state(self) -> Decision:
        """The decision as the domain's rules see it."""
        return Decision(
            opened=self.opened,
            outcome=self.outcome,
            chosen=self.chosen,
            reversed_by=self.reversed_by,
        )

    @property
    def outcome(self) -> str:
        """What stands: with the override, else as closed; empty while it is open."""
        closed: DecisionClosed | DecisionOverridden | None = self.override or self.closed
        return closed.outcome if closed else ""

    @property
    def chosen(self) -> tuple[str, ...]:
        """What was chosen, as it stands, best first."""
        closed: DecisionClosed | DecisionOverridden | None = self.override or self.closed
        return closed.chosen if closed else ()

    @property
    def adopted(self) -> bool:
        """Whether something other than «do nothing» was chosen, and stands."""
        return self.state.adopted

    @property
    def refused(self) -> bool:
        """Whether it was decided, and nothing but «do nothing» chosen."""
        return self.outcome == "decided" and set(self.chosen) <= {self.opened.nothing}

    @property
    def lacks(self) -> tuple[str, ...]:
        """What an auditable decision cites and this one does not; nothing while it is open."""
        return closing.lacking(self.opened, self.closed) if self.closed else ()

    @property
    def unhandled(self) -> tuple[str, ...]:
        """Who has an interest that nobody handled, as the close states it, or as it stands now."""
        if self.closed is not None:
            return tuple(map(str, self.closed.unhandled))
        return closing.unhandled(self.opened, self.interests)

    @property
    def differs(self) -> tuple[str, ...]:
        """Which fields of the close, or of the override, are not what the domain counts."""
        if self.closed is None:
            return ()
        wrong = [name for name, true in self.counted.items() if getattr(self.closed, name) != true]
        over, true = self.override, self.overridden
        if over and true and (over.outcome, over.chosen) != (true.outcome, true.chosen):
            wrong.append("override")
        return tuple(wrong)

    @property
    def tied(self) -> tuple[tuple[str, ...], ...]:
        """Options that share a place in the count: for what was to be chosen, or in the order."""
        places = tuple(place for place in self.counted.get("places", ()) if len(place) > 1)
        tied = tuple(self.counted.get("tied", ()))
        return (tied, *(place for place in places if place != tied)) if tied else places

    @property
    def one_voter(self) -> bool:
        """Whether one person decides alone."""
        return tally.METHODS[self.opened.method].one_voter

    @property
    def draws(self) -> bool:
        """Whether nobody votes: people are drawn by lot."""
        return tally.METHODS[self.opened.method].draws

    @property
    def kept_back(self) -> tuple[str, ...]:
        """Of a draw that was closed: who draws and showed no secret, which stopped it."""
        if not self.draws or self.closed is None:
            return ()
        return tuple(p for p in self.opened.electorate if p not in self.ballots.secrets)

    @property
    def known_by(self) -> str:
        """How the count is known, in words."""
        return KNOWN_BY["drawn" if self.draws else self.opened.ballots]

    @property
    def few(self) -> bool:
        """Whether numbers of a secret ballot would tell who voted how (domain.md section 10)."""
        return self.opened.ballots != "open" and self.opened.voters < FEWEST


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions as asked; ``unread`` counts entries that are no events as the domain knows."""

    by_id: Mapping[str, Decided]
    #: How many happened outside the span that was asked for.
    outside: int
    unread: int

    def dated(self) -> list[Decided]:
        """Those of which the dates say that they were in the span."""
        return [one for one in self.by_id.values() if one.when is Happened.YES and not one.undated]


def read_decisions(facts: Facts, asked: Asked, *, ballots: bool = True) -> Decisions:
    """Fold the decisions as ``asked``: at a size or day, in a span of time, narrowed.

    A closed decision is in a period by its close, an open one by its opening. Without ``ballots``
    nothing is counted again: what each was decided to be is taken as its close states it.
    """
    return _counted_again(facts, asked) if ballots else _as_closed(facts, asked)


@folded_once
def _counted_again(facts: Facts, asked: Asked) -> Decisions:
    return _read(facts, asked, ballots=True)


@folded_once
def _as_closed(facts: Facts, asked: Asked) -> Decisions:
    return _read(facts, asked, ballots=False)


def _read(facts: Facts, asked: Asked, *, ballots: bool) -> Decisions:
    size = facts.size_at(asked.at)
    found: dict[str, Decided] = {}
    unread = outside = 0
    for fact in facts.of(OPENED, before=size):
        event = _event(fact)
        if not isinstance(event, DecisionOpened):
            unread += 1
        elif event.decision not in found and _wanted(event, asked):
            when = happened(fact, asked.happened_by, on_saying=True)
            if when is Happened.NO:
                outside += 1
                continue
            found[event.decision] = Decided(
                fact, event, Ballots(opened=event), undated=when is Happened.UNKNOWN
            )
    for fact in facts.of(*(AFTER if ballots else _ENDS), before=size):
        one = found.get(fact.body.get("decision", ""))
        if one is None:
            continue
        when = happened(fact, asked.happened_by, on_saying=True)
        if when is Happened.NO:
            continue
        event = _event(fact)
        if event is None:
            unread += 1
            continue
        one.undated = one.undated or when is Happened.UNKNOWN
        one.later.setdefault(fact.type, []).append(fact)
        _follow(one, fact, event)
    for one in found.values() if ballots else ():
        if one.closed is None:
            one.counted = closing.counted(one.ballots)
    return _in_span(found, asked, outside, unread)


def _in_span(found: dict[str, Decided], asked: Asked, outside: int, unread: int) -> Decisions:
    kept: dict[str, Decided] = {}
    for id_, one in found.items():
        ended = one.later.get(CLOSED)
        one.when = in_span(ended[0] if ended else one.fact, asked, on_saying=True)
        if one.when is Happened.NO:
            outside += 1
        else:
            kept[id_] = one
    return Decisions(kept, outside, unread)


def _wanted(event: DecisionOpened, asked: Asked) -> bool:
    return (
        asked.project in (None, event.project)
        and asked.scale in (None, event.scale)
        and asked.about in (None, event.decision)
    )


def _event(fact: Fact) -> Event | None:
    """The domain's event; None for a body that is none, which step 10 of checking names."""
    try:
        return catalogue.parse(fact.type, fact.body)
    except NotAnEvent:
        return None


def _follow(one: Decided, fact: Fact, event: Event) -> None:
    """Take one later entry, in log order; the first close, override and reversal count."""
    if isinstance(event, DecisionClosed):
        if one.closed is None:
            one.closed, one.counted = event, closing.counted(one.ballots)
    elif isinstance(event, DecisionOverridden):
        if one.override is None:
            one.override, one.overridden = event, override.overridden(one.ballots, event)
    elif fact.type == REVERSED:
        one.reversed_by = one.reversed_by or str(fact.body["by"])
    else:
        act = Act(fact.type, fact.author, event, "", frozenset(), index=fact.index)
        if fact.type in Interests.types:
            one.interests = one.interests.apply(act, one.id)
        # Ballots after the close change no count that was stated.
        if one.closed is None and fact.type in Ballots.types:
            one.ballots = one.ballots.apply(act, one.id)
