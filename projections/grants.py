"""Every grant of power ever made, with where it comes from, what was done under it, how it ended.

A grant is named by the envelope hash of the event that made it and its holder, as in the domain
(``domain/power.py``); one event makes one, a charter several. It is *held* while neither it nor any
grant above it has ended or lapsed; who handed theirs on is passed over, for the grant rests on
their place. What was recorded afterwards is shown and confers nothing.

    charter -> granted | delegated | shared | elected -> transferred | narrowed | expanded
            -> held | revoked | given back | handed on | narrowed | lapsed | ended above

Exercise is derived: any later act that names the grant in ``under`` for a key of its holder.

Source: domain.md section 7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain import catalogue
from projections.facts import Fact, Facts, Happened, folded_once, happened
from projections.offers import today_of
from projections.result import Asked
from projections.sides import SIDE_TYPES, Sides

CHARTER = "charter-adopted/v1"
TRANSFERRED = "power-transferred/v1"
NARROWED = "power-narrowed/v1"
REVOKED = "power-revoked/v1"
RETURNED = "power-returned/v1"
SAID = "power-said/v1"
_KEYS = ("key-enrolled/v1", "key-rotated/v1")
WAYS = {
    CHARTER: "charter",
    "power-granted/v1": "granted",
    "power-delegated/v1": "delegated",
    "power-shared/v1": "shared",
    "power-elected/v1": "elected",
    TRANSFERRED: "handed on",
    "power-expanded/v1": "widened",
    NARROWED: "narrowed",
}
#: What says who holds which power, without what was done under it.
GRANT_TYPES = frozenset({*WAYS, REVOKED, RETURNED, SAID, *_KEYS}) | SIDE_TYPES
#: Anything may be done under a grant, so the view reads every type.
NEEDS = frozenset(catalogue.EVENTS)
_INSTEAD = frozenset({TRANSFERRED, NARROWED})

HELD = "held"


@dataclass(slots=True)
class Grant:
    """One grant to one holder; ``parent`` is the grant it rests on, held by ``by``."""

    fact: Fact
    to: str
    by: str
    kinds: tuple[str, ...]
    scope: Mapping[str, Any]
    onward: int
    number: int
    parent: str = ""
    above: Grant | None = None
    side: str = ""
    side_said: int = -1
    dated: bool = True
    #: Whether something that it rests on has ended.
    gone_above: bool = False
    #: What ended it of itself, and what made another take its place.
    ended: Fact | None = None
    #: Something ended it, and nobody can say whether by the day asked for.
    end_unsure: Fact | None = None
    says: Fact | None = None
    acts: list[int] = field(default_factory=list)
    last_act: Fact | None = None

    @property
    def key(self) -> str:
        """Its name in views: the entry that made it; a charter's are numbered."""
        return f"{self.fact.index}" if self.number < 0 else f"{self.fact.index}-{self.number}"

    @property
    def way(self) -> str:
        """How it was passed on."""
        if self.fact.type == TRANSFERRED and self.fact.body.get("way", "transfer") != "transfer":
            return {"rotate": "rotated", "hand-over": "handed over"}[self.fact.body["way"]]
        return WAYS[self.fact.type]

    @property
    def history(self) -> bool:
        """Recorded afterwards: it is shown, and confers nothing on a live act."""
        return self.fact.mode == "history"

    @property
    def instead(self) -> bool:
        return self.fact.type in _INSTEAD

    @property
    def until(self) -> date | None:
        """Its last day."""
        last = self.scope.get("until")
        return date.fromisoformat(last) if last else None

    def chain(self) -> Iterator[Grant]:
        """The grants it rests on, nearest first, up to the charter."""
        at = self.above
        while at is not None:
            yield at
            at = at.above

    def over(self, today: date | None) -> str:
        """How it ended of itself; empty while it has not."""
        if self.ended is not None:
            if self.ended.type == REVOKED and self.ended.author != self.to:
                return "revoked"
            ways = {TRANSFERRED: "handed on", NARROWED: "narrowed"}
            return ways.get(self.ended.type, "given back")
        return "lapsed" if today and self.until is not None and self.until < today else ""

    def left_to(self, below: Grant, today: date | None) -> bool:
        """Whether ``below``, which rests on it, still can: it stands, or stepped aside for it."""
        gone = self.over(today)
        return not self.gone_above and (
            not gone or (below.instead and gone in {"handed on", "narrowed"})
        )

    def state(self, today: date | None) -> str:
        """Give ``held``, or how it ended; a grant ends with any that it rests on."""
        if over := self.over(today):
            return over
        if self.gone_above:
            return "ended above"
        unseen = self.above is None and self.number < 0 and not self.history
        return "authority not shown here" if unseen else HELD

    def events(self) -> Iterator[int]:
        """The entries it rests on: itself, its chain, what ended it, what is said of it."""
        yield self.fact.index
        yield from (above.fact.index for above in self.chain())
        for fact in (self.ended, self.end_unsure, self.says):
            if fact is not None:
                yield fact.index
        if self.side_said >= 0:
            yield self.side_said


@dataclass(slots=True)
class Powers:
    """All grants as asked, in log order."""

    grants: list[Grant]
    today: date | None
    #: Made after the day asked for.
    later: int = 0


@folded_once
def read(facts: Facts, asked: Asked) -> Powers:
    """Fold the grants as they stood at a size, or as they had been made by a day.

    What was done under them is left out; it is looked for in every entry (``exercised``).
    """
    return _Reading(facts, asked).powers()


@folded_once
def exercised(facts: Facts, asked: Asked) -> Powers:
    """The same grants, each with the acts done under it."""
    reading = _Reading(facts, asked)
    powers = reading.powers()
    reading.exercise()
    return powers


class _Reading:
    def __init__(self, facts: Facts, asked: Asked) -> None:
        self.facts, self.asked = facts, asked
        self.size = facts.size_at(asked.at)
        self.sides = Sides.of(facts, self.size)
        self.by_event: dict[str, list[Grant]] = {}
        self.holders = holders_of(facts, self.size)
        self.later = 0

    def powers(self) -> Powers:
        for fact in self.facts.of(*WAYS, before=self.size):
            self._make(fact)
        for fact in self.facts.of(REVOKED, RETURNED, TRANSFERRED, NARROWED, SAID, before=self.size):
            self._follow(fact)
        today = today_of(self.facts, self.asked)
        for grants in self.by_event.values():  # in log order: what a grant rests on comes first
            for grant in grants:
                if grant.above is not None:
                    grant.gone_above = not grant.above.left_to(grant, today)
        made = [grant for grants in self.by_event.values() for grant in grants]
        return Powers(made, today, self.later)

    def _when(self, fact: Fact) -> Happened:
        return happened(fact, self.asked.happened_by, on_saying=True)

    def _make(self, fact: Fact) -> None:
        when = Happened.YES if fact.type == CHARTER else self._when(fact)
        if when is Happened.NO:
            self.later += 1
            return
        many = fact.body["grants"] if fact.type == CHARTER else [fact.body]
        self.by_event[fact.hash] = [
            self._grant(fact, one, at if fact.type == CHARTER else -1, when is Happened.YES)
            for at, one in enumerate(many, 1)
        ]

    def _grant(self, fact: Fact, said: Mapping[str, Any], number: int, dated: bool) -> Grant:
        by = said.get("holder") if fact.type in _INSTEAD else None
        grant = Grant(
            fact,
            said["to"],
            by or said.get("by") or ("" if fact.mode == "history" else fact.author),
            tuple(said["kinds"]),
            said.get("scope") or {},
            said.get("onward", 0),
            number,
            dated=dated,
        )
        where = grant.scope.get("project")
        grant.side, grant.side_said = self.sides.at(grant.to, where, fact.index)
        if fact.mode != "history" and number < 0:
            named = said.get("grant") if fact.type in _INSTEAD else None
            grant.parent = named or self._named(fact)
            held = self.by_event.get(grant.parent, ())
            grant.above = next((one for one in held if one.to == grant.by), None)
        return grant

    def _named(self, fact: Fact) -> str:
        """The grant that the author of an act stands on."""
        for key, name in fact.under.items():
            if self.holders.get(key, fact.author) == fact.author:
                return name
        return ""

    def _follow(self, fact: Fact) -> None:
        when = self._when(fact)
        if when is Happened.NO or "grant" not in fact.body:
            return
        for grant in self.by_event.get(fact.body["grant"], ()):
            if grant.to != fact.body["holder"]:
                continue
            if fact.type == SAID:
                grant.says = fact
            elif when is Happened.UNKNOWN:
                grant.end_unsure = fact
            elif grant.ended is None:
                grant.ended = fact

    def exercise(self) -> None:
        """Count the acts under each grant, whoever signed: a co-signer exercises theirs too."""
        named: defaultdict[tuple[str, str], list[Fact]] = defaultdict(list)
        for type_ in self.facts.by_type:
            for fact in self.facts.of(type_, before=self.size):
                for said in fact.under.items():
                    named[said].append(fact)
        acts: defaultdict[str, list[Fact]] = defaultdict(list)
        for (key, name), some in named.items():
            for grant in self.by_event.get(name, ()):
                acts[grant.key] += self._by(grant.to, key, some)
        for grants in self.by_event.values():
            for grant in grants:
                under = sorted(acts[grant.key])
                grant.acts = [fact.index for fact in under]
                grant.last_act = under[-1] if under else None

    def _by(self, holder: str, key: str, some: Sequence[Fact]) -> Sequence[Fact]:
        """Those of entries under a key that are its holder's, and had happened by then."""
        if key not in self.holders:
            some = [fact for fact in some if fact.author == holder]
        elif self.holders[key] != holder:
            return ()
        if self.asked.happened_by is None:
            return some
        return [fact for fact in some if self._when(fact) is not Happened.NO]


def holders_of(facts: Facts, before: int) -> dict[str, str]:
    """Give whose each key is, of those given with ``index < before``."""
    found: dict[str, str] = {}
    for fact in facts.of(CHARTER, *_KEYS, before=before):
        if fact.type == CHARTER:
            found |= {one["key"]: one["person"] for one in fact.body["keys"] if "person" in one}
        elif fact.type == _KEYS[0]:
            found[fact.body["key"]] = fact.body["person"]
        else:
            found[fact.body["new"]] = fact.author
    return found
