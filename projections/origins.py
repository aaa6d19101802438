"""Where decisions come from: what was proposed before them, by whom, and by which side.

A decision is traceable to a proposal in one of these ways, each with the entry that shows it:

    asked for      somebody asked for the decision (``raised_by``)
    problem        it is about a problem that somebody raised, adopts or ranks it; a problem that
                   restates another leads back to that one
    input          something said was cited in it, or answered by it as accepted
    contribution   it weighs a contribution in which a problem was raised
    option         what was chosen is an option that somebody put forward

It «began with the community» when somebody acting for the community stands behind one of them.
That nothing is recorded of its origin is its own answer, and never «others».
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from projections.decided import CLOSED, Decided
from projections.facts import Fact, Facts, folded_once
from projections.given import RECORDED, REINSTATED, RETRACTED, SORTED
from projections.sides import COMMUNITY, SIDE_TYPES, UNSAID, Sides

PROPOSED = "problem-proposed/v1"
ADOPTED = "problem-adopted/v1"
RANKED = "problems-prioritised/v1"
REFUSED = "problem-refused/v1"
ENDED = "problem-closed/v1"
SUBMITTED = "input-submitted/v1"
ANSWERED = "input-answered/v1"
CITED = "input-cited/v1"
ORIGIN_TYPES = frozenset(
    {PROPOSED, ADOPTED, RANKED, SUBMITTED, ANSWERED, CITED}
    | {RECORDED, RETRACTED, REINSTATED, SORTED}
)
ORIGIN_NEEDS = ORIGIN_TYPES | SIDE_TYPES
#: Answers with which an input went into a decision.
TAKEN = frozenset({"accepted", "partly"})

WAYS = {
    "asked": "somebody asked for it",
    "problem": "a problem raised",
    "input": "something said",
    "contribution": "a problem raised in a contribution",
    "option": "the chosen option put forward",
}


class Way(NamedTuple):
    """One way back: of which kind, to which thing, from which sides, shown by which entries."""

    kind: str
    thing: str
    sides: frozenset[str]
    people: tuple[str, ...]
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one decision comes from: all ways that are recorded, in the order of ``WAYS``."""

    ways: tuple[Way, ...]

    @property
    def side(self) -> str:
        """``community``, ``others``, or ``not recorded``."""
        sides = frozenset[str]().union(*(way.sides for way in self.ways))
        if COMMUNITY in sides:
            return COMMUNITY
        return "others" if sides - {UNSAID} else "not recorded"

    @property
    def by_community(self) -> tuple[Way, ...]:
        """The ways on which somebody acting for the community stands."""
        return tuple(way for way in self.ways if COMMUNITY in way.sides)

    @property
    def events(self) -> tuple[int, ...]:
        """The entries that show it."""
        return tuple(sorted({index for way in self.ways for index in way.events}))


@dataclass(slots=True)
class Origins:
    """Everything proposed up to a size, by what can be asked about it."""

    sides: Sides
    problems: dict[str, Fact] = field(default_factory=dict)
    inputs: dict[str, Fact] = field(default_factory=dict)
    given: dict[str, Fact] = field(default_factory=dict)
    #: Contributions in which a problem was raised, as they stand.
    raising: set[str] = field(default_factory=set)
    #: By decision: entries that adopt or rank problems with it, cite inputs in it, answer by it.
    taken: dict[str, list[Fact]] = field(default_factory=dict)

    @staticmethod
    @folded_once
    def of(facts: Facts, before: int) -> Origins:
        """Read what was proposed with ``index < before``."""
        found = Origins(Sides.of(facts, before))
        for name, type_, key in (
            ("problems", PROPOSED, "problem"),
            ("inputs", SUBMITTED, "input"),
            ("given", RECORDED, "contribution"),
        ):
            by_id: dict[str, Fact] = getattr(found, name)
            for fact in facts.of(type_, before=before):
                by_id.setdefault(fact.body[key], fact)
        found.raising = set(_raising(facts, before))
        for fact in facts.of(ADOPTED, RANKED, ANSWERED, CITED, before=before):
            if "decision" in fact.body:
                found.taken.setdefault(fact.body["decision"], []).append(fact)
        return found

    def origin(self, one: Decided) -> Origin:
        """Give where a decision comes from."""
        ways = [*self._asked(one), *self._problems(one), *self._inputs(one)]
        ways += [*self._weighed(one), *self._options(one)]
        return Origin(tuple(sorted(ways, key=lambda way: list(WAYS).index(way.kind))))

    def raised(self, problem: str) -> Iterator[Way]:
        """Give who raised a problem, and the ones that it restates, back to the first."""
        seen = set[str]()
        while problem in self.problems and problem not in seen:
            seen.add(problem)
            fact = self.problems[problem]
            yield self._way("problem", problem, fact, fact.body)
            problem = fact.body.get("from_problem", "")

    def said(self, input_: str) -> Iterator[Way]:
        """Give who said something."""
        if input_ in self.inputs:
            fact = self.inputs[input_]
            yield self._way("input", input_, fact, fact.body)

    def _way(
        self, kind: str, thing: str, fact: Fact, body: Mapping[str, object], *more: int
    ) -> Way:
        people = tuple(_people(body))
        groups = [str(body["group"])] if "group" in body else []
        project = str(body.get("project") or "")
        sides, because = self.sides.of_all(people, groups, project, fact.index)
        return Way(kind, thing, sides, people, tuple(sorted({fact.index, *because, *more})))

    def _asked(self, one: Decided) -> Iterator[Way]:
        person = one.opened.raised_by
        if person is not None:
            body = {"people": [person], "project": one.opened.project}
            yield self._way("asked", one.id, one.fact, body)

    def _problems(self, one: Decided) -> Iterator[Way]:
        named: dict[str, int] = {}
        if one.opened.problem is not None:
            named[one.opened.problem] = one.fact.index
        for fact in self.taken.get(one.id, ()):
            if fact.type == ADOPTED:
                named.setdefault(fact.body["problem"], fact.index)
            elif fact.type == RANKED:
                for problem in fact.body["problems"]:
                    named.setdefault(problem, fact.index)
        for problem, because in named.items():
            for way in self.raised(problem):
                if self._before(one, self.problems[way.thing]):
                    yield way._replace(events=tuple(sorted({*way.events, because})))

    def _inputs(self, one: Decided) -> Iterator[Way]:
        because: dict[str, list[int]] = {}
        for fact in self.taken.get(one.id, ()):
            if fact.type == CITED or (fact.type == ANSWERED and fact.body["outcome"] in TAKEN):
                because.setdefault(fact.body["input"], []).append(fact.index)
        for input_, indexes in because.items():
            for way in self.said(input_):
                if self._before(one, self.inputs[way.thing]):
                    yield way._replace(events=tuple(sorted({*way.events, *indexes})))

    def _weighed(self, one: Decided) -> Iterator[Way]:
        for id_ in one.opened.inputs:
            fact = self.given.get(id_)
            if fact is not None and id_ in self.raising:
                yield self._way("contribution", id_, fact, fact.body, one.fact.index)

    def _options(self, one: Decided) -> Iterator[Way]:
        for option in one.opened.options:
            if option.nothing or option.option not in one.chosen:
                continue
            put: dict[str, object] = {"project": one.opened.project}
            if option.put_by is not None:
                put["people"] = [option.put_by]
            if option.put_by_group is not None:
                put["group"] = option.put_by_group
            if len(put) == 1 and option.side == UNSAID:
                continue
            way = self._way("option", option.option, one.fact, put)
            if option.side != UNSAID:  # what was said with the option outranks the declaration
                way = way._replace(sides=frozenset({option.side}), events=(one.fact.index,))
            yield way

    def _before(self, one: Decided, proposed: Fact) -> bool:
        """Whether it was proposed before the decision fell, by the log; history has its own order.

        What was written down afterwards was written in any order, so there the log says nothing.
        """
        if proposed.mode == "history" or one.fact.mode == "history":
            return True
        ended = one.at(CLOSED)
        return ended is None or proposed.index < ended


def _raising(facts: Facts, before: int) -> Iterator[str]:
    kinds: dict[str, Iterable[str]] = {}
    gone = set[str]()
    for fact in facts.of(RECORDED, SORTED, RETRACTED, REINSTATED, before=before):
        id_ = fact.body["contribution"]
        if fact.type in {RECORDED, SORTED}:
            kinds[id_] = fact.body.get("kinds", kinds.get(id_, ()))
        elif fact.type == RETRACTED:
            gone.add(id_)
        else:
            gone.discard(id_)
    for id_, named in kinds.items():
        if "problem-raising" in named and id_ not in gone:
            yield id_


def _people(body: Mapping[str, object]) -> Iterable[str]:
    people = body.get("people")
    for person in people if isinstance(people, list | tuple) else ():
        yield person["person"] if isinstance(person, dict) else str(person)
