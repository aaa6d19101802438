"""Contributions as a view counts them: the standing ones, with whom their givers act for.

A contribution stands from its index until a retraction's, and again from a reinstatement's, so the
same fold gives the totals as at any size. A turn that says when it happened (a list was changed
that day) counts for ``happened_by`` from that day on; one that does not say is about the record and
not about the world, and no date undoes it. A line that was corrected gives way, at every date, to
the line that stands instead.

Whom a giver acts for is what was declared for that person, in that project or for the whole
programme, by the contribution's index; where nothing was declared by then, the first declaration
after it. A group entry carries its own side. Nothing declared is ``unsaid``, and ``unsaid`` is
never counted as anyone's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from sys import intern
from typing import Any, NamedTuple

from domain.values import INTANGIBLE
from projections.corrected import CORRECTED, superseded
from projections.facts import Fact, Facts, Happened, folded_once, happened, in_span
from projections.linked import LINK_TYPES, Linked
from projections.result import Asked
from projections.sides import SIDE_TYPES, UNSAID, Sides

RECORDED = "contribution-recorded/v1"
RETRACTED = "contribution-retracted/v1"
REINSTATED = "contribution-reinstated/v1"
SORTED = "contribution-sorted/v1"
PROJECT = "project-opened/v1"
NEEDS = frozenset(
    {RECORDED, RETRACTED, REINSTATED, SORTED, CORRECTED, PROJECT, *SIDE_TYPES, *LINK_TYPES}
)


class Giver(NamedTuple):
    """Who gave: a person id, or a group entry's id with its label and number (``None``: unknown).

    ``because`` is the index of the entry that says the side, -1 when nothing does.
    """

    id: str
    side: str
    because: int
    label: str = ""
    number: int | None = 1


class Given(NamedTuple):
    """One standing contribution; ``turns`` are the retractions and reinstatements before now."""

    fact: Fact
    #: The contribution's own id.
    id: str
    project: str
    stage: str
    level: str
    #: Its time, None where none is recorded, and on what it rests (else ``unknown``).
    minutes: int | None
    basis: str
    #: Intangible labour: every kind of it that is sorted is (domain.md section 4).
    intangible: bool
    #: Recorded at the time, and not afterwards.
    live: bool
    givers: tuple[Giver, ...]
    #: For whom its givers act.
    sides: frozenset[str]
    happened: Happened
    turns: tuple[int, ...]
    #: The entries that sorted it later.
    sorted: tuple[int, ...]
    #: What is said of it now where it was sorted later: the latest word of each field.
    sorted_body: Mapping[str, Any] | None
    #: The entries it rests on: itself, its turns and sortings, and what says for whom givers act.
    events: tuple[int, ...]

    @property
    def body(self) -> Mapping[str, Any]:
        """What is said of it now."""
        return self.fact.body if self.sorted_body is None else self.sorted_body

    @property
    def taken_back(self) -> int:
        """How often it was taken back; what was put back was taken back before."""
        return (len(self.turns) + 1) // 2

    @property
    def put_back(self) -> int:
        """How often it was put back."""
        return len(self.turns) // 2

    def by(self, side: str) -> bool:
        """Say whether somebody of this side gave it."""
        return side in self.sides


_NO_TIME: Mapping[str, Any] = {"basis": "unknown"}
#: Makes a ``Given`` of its fields in order: half the time of calling it, once a contribution.
_given: Callable[[Sequence[Any]], Given] = partial(tuple.__new__, Given)


@dataclass(frozen=True, slots=True)
class Record:
    """Everything the views of contributions fold, as asked."""

    projects: Mapping[str, Fact]
    standing: tuple[Given, ...]
    gone: tuple[Given, ...]
    #: How many happened outside the span that was asked for.
    later: int
    #: How many gave way to a line that stands instead.
    corrected: int
    #: Which pseudonyms are one person.
    linked: Linked
    sides: Sides

    @property
    def retracted(self) -> int:
        """How many contributions were taken back and not put back."""
        return len(self.gone)

    def dated(self, wanted: Happened) -> list[Given]:
        """Give the standing contributions of which «had it happened by then» is ``wanted``."""
        return [given for given in self.standing if given.happened is wanted]


@folded_once
def read(facts: Facts, asked: Asked) -> Record:
    """Fold contributions as ``asked``: at a size or day, in a span of time, narrowed.

    ``later`` counts contributions left out because they happened outside that span.
    """
    size = facts.size_at(asked.at)
    sides = Sides.of(facts, size)
    standing: list[Given] = []
    gone: list[Given] = []
    later = corrected = 0
    changed = _changed(facts, size, asked)
    replaced = superseded(facts, size)
    givers = _Givers(sides)
    # There are more contributions than anything else: what was not asked for is not looked at.
    narrowed = asked.project is not None or asked.scale is not None
    by_whom = asked.side is not None or asked.group is not None
    when, dated = Happened.YES, asked.dated
    for fact in facts.of(RECORDED, before=size):
        body = fact.body
        id_ = body["contribution"]
        since = changed.get(id_, _UNCHANGED)
        if since.said:
            body = {**body, **since.said}
        if narrowed and not _wanted(body, asked):
            continue
        if dated:
            when = in_span(fact, asked)
            if when is Happened.NO:
                later += 1
                continue
        who = givers(fact)
        if by_whom and not _by_whom(who.givers, asked):
            continue
        if replaced and fact.hash in replaced:
            corrected += 1
            continue
        time = body.get("time") or _NO_TIME
        given = _given(
            (
                fact,
                id_,
                intern(body["project"]),
                intern(body.get("stage", "unsorted")),
                intern(body.get("level", "unsorted")),
                time.get("minutes"),
                intern(time["basis"]),
                _all_intangible(body.get("kinds", ())),
                fact.mode == "live",
                who.givers,
                who.sides,
                when,
                since.turns,
                since.sorted,
                body if since.said else None,
                (fact.index, *since.turns, *since.sorted, *who.said_by),
            )
        )
        (gone if since.gone else standing).append(given)
    linked, projects = Linked.of(facts, size), _projects(facts, size, asked)
    return Record(projects, tuple(standing), tuple(gone), later, corrected, linked, sides)


def _all_intangible(kinds: Sequence[str]) -> bool:
    if "unsorted" in kinds:
        kinds = [kind for kind in kinds if kind != "unsorted"]
    return bool(kinds) and INTANGIBLE.issuperset(kinds)


def _projects(facts: Facts, size: int, asked: Asked) -> dict[str, Fact]:
    return {
        fact.body["project"]: fact
        for fact in facts.of(PROJECT, before=size)
        if asked.project in (None, fact.body["project"])
    }


@dataclass(slots=True)
class _Changed:
    """What became of a contribution: the entries that turned it and those that sorted it later."""

    turns: tuple[int, ...] = ()
    sorted: tuple[int, ...] = ()
    #: The latest word of each field that was sorted.
    said: dict[str, Any] = field(default_factory=dict)
    gone: bool = False


_UNCHANGED = _Changed()


def _changed(facts: Facts, size: int, asked: Asked) -> dict[str, _Changed]:
    """The contributions that something became of; of the turns, those that had happened by then."""
    found: dict[str, _Changed] = {}
    for fact in facts.of(RETRACTED, REINSTATED, before=size):
        if happened(fact, asked.happened_by) is not Happened.NO:
            one = found.setdefault(fact.body["contribution"], _Changed())
            one.turns += (fact.index,)
            one.gone = fact.type == RETRACTED
    for fact in facts.of(SORTED, before=size):
        one = found.setdefault(fact.body["contribution"], _Changed())
        one.sorted += (fact.index,)
        one.said.update(fact.body)
        one.said.pop("has", None)
    return found


def _wanted(body: Mapping[str, Any], asked: Asked) -> bool:
    if asked.project is not None and body["project"] != asked.project:
        return False
    return asked.scale is None or body.get("scale", "unsorted") == asked.scale


def _by_whom(givers: Sequence[Giver], asked: Asked) -> bool:
    """Whether somebody of the side and group asked for is among the givers."""
    if asked.side is None and asked.group is None:
        return True
    return any(
        asked.side in (None, giver.side) and asked.group in (None, giver.label) for giver in givers
    )


class _Who(NamedTuple):
    """Who gave a contribution, for whom they act, and the entries that say so."""

    givers: tuple[Giver, ...]
    sides: frozenset[str]
    said_by: tuple[int, ...]

    @classmethod
    def of(cls, givers: tuple[Giver, ...]) -> _Who:
        said_by = tuple([giver.because for giver in givers if giver.because >= 0])
        return cls(givers, frozenset([giver.side for giver in givers]), said_by)


class _Givers:
    """Who gave each contribution; those whose side never changes are made once and shared."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._alone: dict[tuple[str, str], _Who] = {}

    def __call__(self, fact: Fact) -> _Who:
        body = fact.body
        people = body.get("people", ())
        if len(people) == 1 and "group" not in body:
            key = (people[0]["person"], body["project"])
            known = self._alone.get(key)
            if known is None:
                known = _Who.of(self._all(fact))
                if self._sides.steady(*key):
                    self._alone[key] = known
            return known
        return _Who.of(self._all(fact))

    def _all(self, fact: Fact) -> tuple[Giver, ...]:
        body, sides = fact.body, self._sides
        if "group" in body:
            return (_group(body["group"], sides.groups),)
        return tuple(
            Giver(given["person"], *sides.at(given["person"], body["project"], fact.index))
            for given in body.get("people", ())
        )


def _group(id_: str, groups: Mapping[str, Fact]) -> Giver:
    fact = groups.get(id_)
    if fact is None:  # its entry is withheld from this class of reader, or was withdrawn
        return Giver(id_, UNSAID, -1, "", None)
    body = fact.body
    return Giver(id_, body["side"], fact.index, body["label"], body.get("number"))
