"""Proposals: what people raised or said, what they were told, and what came of it.

    problem raised, idea said  ->  reply  ->  decision  ->  delivery  ->  outcome

A proposal is a problem raised or an input said. Its *reply* is the latest word of whoever could
take it up: taken up, refused, closed, answered; «not answered», said by who had said it, undoes an
answer until another comes. A *delivery* is a standing contribution at S4b or of the kind delivery,
a task that was done in whole or part, or an output. It belongs to a proposal when it names the
problem, when it cites a decision that the proposal led to, when it keeps a promise made on it, or
when the proposal was cited in it.
What a delivery follows, it need not follow *from*.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from projections.corrected import CORRECTED, superseded
from projections.decided import Decided, read_decisions
from projections.facts import Fact, Facts, Happened, folded_once, happened, in_span
from projections.given import NEEDS as GIVEN_NEEDS
from projections.given import read
from projections.origins import (
    ADOPTED,
    ANSWERED,
    CITED,
    ENDED,
    ORIGIN_NEEDS,
    PROPOSED,
    RANKED,
    REFUSED,
    SUBMITTED,
    Origins,
    Way,
)
from projections.result import Asked

UNANSWERED = "input-not-answered/v1"
CARRIED = "matter-carried/v1"
RECEIVED = "matter-received/v1"
ACTION = "action-set/v1"
ACTION_ENDED = "action-ended/v1"
OUTPUT = "output-published/v1"
PROMISED = "commitment-made/v1"
_REPLIES = (ADOPTED, RANKED, REFUSED, ENDED, ANSWERED, UNANSWERED, CITED, CARRIED, RECEIVED)
PROPOSAL_NEEDS = ORIGIN_NEEDS | {*_REPLIES, CORRECTED}
DELIVERY_NEEDS = GIVEN_NEEDS | {ACTION, ACTION_ENDED, OUTPUT, PROMISED, CITED}

#: The reply to a proposal, in words; none of them: nobody replied.
REPLIES = {
    "": "no reply",
    "not-answered": "answered, and said to be no answer",
    "adopted": "taken up",
    "ranked": "ranked, not taken up yet",
    "refused": "refused",
    "solved": "closed: solved",
    "partly-solved": "closed: partly solved",
    "not-solved": "closed: not solved",
    "no-longer": "closed: no longer a problem",
    "merged": "closed: merged with another",
    "accepted": "accepted",
    "partly": "accepted in part",
    "not-accepted": "not accepted",
    "explained": "explained",
    "noted": "noted",
}
#: Replies by which something was taken up, and refused.
TAKEN_UP = frozenset({"adopted", "accepted", "partly", "solved", "partly-solved"})
TURNED_DOWN = frozenset({"refused", "not-accepted"})


@dataclass(slots=True)
class Proposal:
    """One proposal with everything that was said of it, in log order."""

    id: str
    fact: Fact
    when: Happened
    sides: frozenset[str]
    because: tuple[int, ...]
    replies: list[Fact] = field(default_factory=list)
    decisions: list[Decided] = field(default_factory=list)
    delivered: list[Delivery] = field(default_factory=list)
    #: The latest word on it, as a key of ``REPLIES``.
    reply: str = ""

    @property
    def kind(self) -> str:
        """``problem``, or the kind of input: idea, comment, question, …"""
        return str(self.fact.body.get("kind", "comment")) if self.is_input else "problem"

    @property
    def is_input(self) -> bool:
        """Whether it was said as an input."""
        return self.fact.type == SUBMITTED

    def settle(self) -> None:
        """Work out the reply, once all is known that was said of it."""
        said = ""
        for fact in self.replies:
            said = _word(fact, said)
        # A decision speaks for itself on the problem that it is about; who said something that it
        # cites has still to be told.
        if said in {"", "ranked"} and not self.is_input:
            if any(one.adopted for one in self.decisions):
                said = "adopted"
            elif any(one.refused for one in self.decisions):
                said = "refused"
        self.reply = said

    @property
    def reply_words(self) -> str:
        """That word as people should read it."""
        if self.reply == "not-answered" and all(fact.type != ANSWERED for fact in self.replies):
            return "said to be not answered"
        return REPLIES[self.reply]

    @property
    def waits(self) -> bool:
        """Whether nobody replied, or who said it says that it was no reply; a rank is none."""
        return self.reply in {"", "not-answered", "ranked"}

    @property
    def replied(self) -> Fact | None:
        """The entry of that word; None where nobody replied, or a decision speaks for itself."""
        said, found = "", None
        for fact in self.replies:
            if (word := _word(fact, said)) != said or fact.type == ANSWERED:
                said, found = word, fact
        return found

    @property
    def cited(self) -> list[Fact]:
        """Where it was named as having counted."""
        return [fact for fact in self.replies if fact.type == CITED]

    @property
    def place(self) -> int | None:
        """Its place in the latest ranking, 1 for the first; None where it was not ranked."""
        ranked = [fact for fact in self.replies if fact.type == RANKED]
        return list(ranked[-1].body["problems"]).index(self.id) + 1 if ranked else None

    @property
    def carried(self) -> str | None:
        """To which project it was carried last, and whether the receiver took it on."""
        moved = [fact for fact in self.replies if fact.type in {CARRIED, RECEIVED}]
        if not moved:
            return None
        if moved[-1].type == CARRIED:
            return "carried on, not taken on yet"
        return "taken on elsewhere" if moved[-1].body.get("accepted", True) else "not taken on"

    @property
    def events(self) -> tuple[int, ...]:
        """The entries it rests on."""
        found = {self.fact.index, *self.because, *(fact.index for fact in self.replies)}
        for one in self.decisions:
            found.update(fact.index for fact in (one.fact, *one.of("decision-closed/v1")))
        for delivery in self.delivered:
            found.update(delivery.events)
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something delivered: of which kind, in which project, and what it says that it is for."""

    kind: str
    id: str
    fact: Fact
    project: str
    #: The problems or inputs that it says it is for.
    named: tuple[str, ...]
    decision: str | None
    when: Happened
    events: tuple[int, ...]


def _word(fact: Fact, before: str) -> str:
    """What stands after an entry, given what stood before it."""
    fixed = {ADOPTED: "adopted", REFUSED: "refused", UNANSWERED: "not-answered"}
    if fact.type in fixed:
        return fixed[fact.type]
    if fact.type in {ENDED, ANSWERED}:
        outcome = str(fact.body["outcome"])
        return "partly-solved" if fact.type == ENDED and outcome == "partly" else outcome
    if fact.type == RANKED:
        return before or "ranked"
    # Taken on by another project, a problem is open there again.
    taken_on = fact.type == RECEIVED and fact.body.get("accepted", True)
    return "" if taken_on and str(fact.body["matter"]).startswith("problem:") else before


def read_proposals(facts: Facts, asked: Asked, origins: Origins) -> tuple[list[Proposal], int]:
    """Fold proposals as ``asked``, in log order; and how many lie outside the span asked for."""
    size = facts.size_at(asked.at)
    replaced = superseded(facts, size)
    found: dict[str, Proposal] = {}
    outside = 0
    for fact in facts.of(PROPOSED, SUBMITTED, before=size):
        if fact.hash in replaced or asked.project not in (None, fact.body["project"]):
            continue
        when = in_span(fact, asked, on_saying=True)
        if when is Happened.NO:
            outside += 1
            continue
        id_ = fact.body["input" if fact.type == SUBMITTED else "problem"]
        way = _first(origins, id_)
        if asked.side is None or asked.side in way.sides:
            because = tuple(index for index in way.events if index != fact.index)
            found.setdefault(id_, Proposal(id_, fact, when, way.sides, because))
    for fact in facts.of(*_REPLIES, before=size):
        if happened(fact, asked.happened_by, on_saying=True) is Happened.NO:
            continue
        for id_ in _about(fact):
            if id_ in found:
                found[id_].replies.append(fact)
    for one in found.values():
        one.settle()
    return list(found.values()), outside


class Followed(NamedTuple):
    """Proposals as asked, and all that may have come of them up to the day asked for."""

    proposals: list[Proposal]
    decisions: list[Decided]
    origins: Origins
    #: How many proposals lie outside the span that was asked for.
    outside: int
    #: What is asked of replies, decisions and deliveries: whenever in the period they were.
    after: Asked


def read_followed(facts: Facts, asked: Asked) -> Followed:
    """Fold proposals as ``asked``, and decisions up to the day asked for, not yet tied together.

    Replies, decisions and deliveries are followed whenever they were in the period: what was said
    in March is not unanswered because the answer came in May.
    """
    origins = Origins.of(facts, facts.size_at(asked.at))
    proposals, outside = read_proposals(facts, asked, origins)
    after = Asked(at=asked.at, happened_by=asked.happened_by)
    decisions = list(read_decisions(facts, after, ballots=False).by_id.values())
    return Followed(proposals, decisions, origins, outside, after)


@folded_once
def read_answered(facts: Facts, asked: Asked) -> Followed:
    """The same, each proposal with the decisions that are traceable to it."""
    found = read_followed(facts, asked)
    follow_decisions(found.proposals, found.decisions, found.origins)
    return found


def _first(origins: Origins, id_: str) -> Way:
    ways = origins.said(id_) if id_.startswith("input:") else origins.raised(id_)
    return next(iter(ways))


def _about(fact: Fact) -> Sequence[str]:
    body = fact.body
    if fact.type == RANKED:
        return tuple(dict.fromkeys(body["problems"]))
    named = body.get("input") or body.get("matter") or body.get("problem")
    return (str(named),) if named else ()


def deliveries(facts: Facts, asked: Asked) -> list[Delivery]:
    """Give what was delivered, as far as it had happened in the span asked for, in log order."""
    size = facts.size_at(asked.at)
    found = [*_work(facts, asked), *_outputs(facts, asked, size), *_tasks(facts, asked, size)]
    return sorted(found, key=lambda one: one.fact.index)


def _work(facts: Facts, asked: Asked) -> Iterator[Delivery]:
    for given in read(facts, asked).standing:
        body = given.body
        if given.stage == "S4b" or "delivery" in body.get("kinds", ()):
            yield Delivery(
                "work",
                body["contribution"],
                given.fact,
                given.project,
                tuple(filter(None, [body.get("problem")])),
                body.get("decision"),
                given.happened,
                (given.fact.index, *given.turns, *given.sorted),
            )


def _outputs(facts: Facts, asked: Asked, size: int) -> Iterator[Delivery]:
    for fact in facts.of(OUTPUT, before=size):
        body, when = fact.body, in_span(fact, asked, on_saying=True)
        if when is not Happened.NO and asked.project in (None, body["project"]):
            yield Delivery(
                "output",
                body["output"],
                fact,
                body["project"],
                (),
                body.get("decision"),
                when,
                (fact.index,),
            )


def _tasks(facts: Facts, asked: Asked, size: int) -> Iterator[Delivery]:
    ended = {
        fact.body["action"]: fact
        for fact in facts.of(ACTION_ENDED, before=size)
        if fact.body["outcome"] in {"done", "partly"}
    }
    promised = {
        fact.body["commitment"]: tuple(
            fact.body[name] for name in ("problem", "input") if name in fact.body
        )
        for fact in facts.of(PROMISED, before=size)
    }
    for fact in facts.of(ACTION, before=size):
        body = fact.body
        done = ended.get(body["action"])
        if done is None or asked.project not in (None, body["project"]):
            continue
        when = in_span(done, asked, on_saying=True)
        if when is not Happened.NO:
            yield Delivery(
                "task",
                body["action"],
                fact,
                body["project"],
                (*filter(None, [body.get("problem")]), *promised.get(body.get("commitment"), ())),
                body.get("decision"),
                when,
                (fact.index, done.index),
            )


def follow_decisions(
    proposals: Sequence[Proposal], decisions: Sequence[Decided], origins: Origins
) -> dict[str, list[str]]:
    """Give each proposal the decisions that are traceable to it (``origins.py``), which may settle
    it; gives the problems and inputs behind each decision.
    """
    by_id = {one.id: one for one in proposals}
    behind: dict[str, list[str]] = {}
    for one in decisions:
        ways = origins.origin(one).ways
        # Two problems may restate the same one, which is then behind the decision once.
        for thing in dict.fromkeys(way.thing for way in ways if way.kind in {"problem", "input"}):
            behind.setdefault(one.id, []).append(thing)
            if thing in by_id:
                by_id[thing].decisions.append(one)
                by_id[thing].settle()
    return behind


def tie_together(
    proposals: Sequence[Proposal],
    decisions: Sequence[Decided],
    delivered: Sequence[Delivery],
    origins: Origins,
) -> list[Delivery]:
    """Give each proposal its decisions and deliveries; and the deliveries behind which is none."""
    by_id = {one.id: one for one in proposals}
    behind = follow_decisions(proposals, decisions, origins)
    cited = {
        str(fact.body["output"]): str(fact.body["input"])
        for one in proposals
        for fact in one.cited
        if "output" in fact.body
    }
    orphans: list[Delivery] = []
    for delivery in delivered:
        named = [*delivery.named]
        named += behind.get(delivery.decision or "", [])
        named += [cited[delivery.id]] if delivery.id in cited else []
        for id_ in dict.fromkeys(named):
            if id_ in by_id:
                by_id[id_].delivered.append(delivery)
        if not named:
            orphans.append(delivery)
    return orphans
