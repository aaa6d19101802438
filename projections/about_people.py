"""Lines: every entry about a person, who wrote it down, and what its people were told and said.

Whom an entry is about is the domain's own answer (``domain.line.people_in``), asked of the body.
Who wrote it down is its author. Time here is time of the record, not of the world: the ledger day
on which an entry was written, so a period keeps what was recorded in it.

    told        the first «told» after the line that names it, or names all lines up to then
    confirmed   the last word of a person on the line: right, not right, or nothing (neutral)
    late        days between when it happened, as claimed, and the ledger day
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain
from types import SimpleNamespace
from typing import Any, NamedTuple

from domain import catalogue
from domain import line as rules
from projections.entries import entries
from projections.facts import Fact, Facts, folded_once
from projections.result import Asked
from projections.sides import Sides

TOLD = "person-told/v1"
CONFIRMED = "record-confirmed/v1"
DISPUTED = "record-disputed/v1"
REPLIED = "dispute-answered/v1"
SETTLED = "dispute-closed/v1"
LINE_TYPES = frozenset(rules.Line.types)
#: Entries that say something of other lines; what is about them is not written about a person.
_SAYING = frozenset({CONFIRMED, DISPUTED})
#: The types of which lines are.
KINDS = tuple(sorted(LINE_TYPES - _SAYING))


def about(fact: Fact) -> frozenset[str]:
    """Give the people an entry is about, as the domain reads its body."""
    return frozenset(_named(fact.body, *_roles(fact.type)))


def _named(body: Mapping[str, Any], one: Sequence[str], many: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in one:
        person = body.get(name)
        if isinstance(person, str) and person.startswith("person:"):
            found.append(person)
    for name in many:
        for giver in body.get(name, ()):
            found.append(giver if isinstance(giver, str) else giver["person"])
    return found


@cache
def _roles(type_: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a type in which the domain sees people: those of one, and those of many.

    Asked of ``people_in`` itself, field by field, so that no second list of roles is kept here;
    asking it anew for each of 100,000 bodies takes half a second.
    """
    probe = "person:" + "a" * 26
    one: list[str] = []
    many: list[str] = []
    model = catalogue.MODELS.get(type_)
    for name, field_ in model.model_fields.items() if model else ():
        said = field_.alias or name
        if probe in rules.people_in(SimpleNamespace(**{name: probe})):
            (many if name == "people" else one).append(said)
        elif probe in rules.people_in(SimpleNamespace(**{name: (probe,)})):
            many.append(said)
    return tuple(one), tuple(many)


def recorded(fact: Fact, asked: Asked) -> bool:
    """Whether it was written down in the span asked for, by the ledger day."""
    if not asked.dated:
        return True
    if fact.day is None:
        return False
    if asked.happened_by is not None and fact.day > asked.happened_by:
        return False
    return asked.period is None or asked.period[0] <= fact.day <= asked.period[1]


def known_by_then(fact: Fact, asked: Asked) -> bool:
    """Whether it was written down by the day asked for; a period does not end what follows."""
    return asked.happened_by is None or (fact.day is not None and fact.day <= asked.happened_by)


class Written(NamedTuple):
    """Lines of one author about the same people, with their sides: what they share is said once."""

    author: str
    about: frozenset[str]
    sides: frozenset[str]
    #: The side of who wrote them, or ``operator``.
    by: str
    #: The entries that say the sides.
    because: tuple[int, ...]
    #: The lines themselves, in no order: of each its index, the place of its type in ``KINDS`` and
    #: its ledger day (0: not known), in 24 bytes; a fact has over a hundred.
    lines: array[int]

    def add(self, index: int, kind: int, day: date | None) -> None:
        """Add a line of this type, written on this ledger day."""
        self.lines.extend((index, kind, 0 if day is None else day.toordinal()))

    @property
    def indexes(self) -> array[int]:
        """The index of each line."""
        return self.lines[::3]

    @property
    def kinds(self) -> Iterator[str]:
        """The type of each line."""
        return map(KINDS.__getitem__, self.lines[1::3])

    @property
    def days(self) -> Iterator[date | None]:
        """The ledger day of each line, as far as it is known."""
        return (date.fromordinal(day) if day else None for day in self.lines[2::3])

    @property
    def own(self) -> bool:
        """Whether one of those they are about wrote them."""
        return self.author in self.about

    @property
    def others(self) -> frozenset[str]:
        """Whom they are about, but for who wrote them."""
        return self.about - {self.author}


@dataclass(slots=True)
class Lines:
    """The lines as asked, with what people were told and said of them."""

    written: list[Written]
    sides: Sides
    #: By person: tellings of all lines, and of single lines by index.
    told_all: dict[str, list[Fact]] = field(default_factory=dict)
    told_one: dict[tuple[str, int], Fact] = field(default_factory=dict)
    #: What was said of a line, by its hash, and the lines of which something was, in log order.
    said: dict[str, list[Fact]] = field(default_factory=dict)
    spoken_of: list[Fact] = field(default_factory=list)

    def told(self, written: Written) -> Iterator[tuple[int, int, int | None]]:
        """Give the lines of which somebody they are about was told.

        Each by its index, with that of the first telling and the days between the two; None where
        one of these is not known.
        """
        about = [some for person in written.about if (some := self.told_all.get(person))]
        if not about and not self.told_one:
            return
        for line, day in zip(written.indexes, written.days, strict=True):
            # Facts compare by their index, which comes first in them.
            after = (line + 1,)
            heard = [some[at] for some in about if (at := bisect_left(some, after)) < len(some)]
            if self.told_one:
                keys = [(person, line) for person in written.about]
                heard += [self.told_one[key] for key in keys if key in self.told_one]
            if heard:
                first = min(heard)
                yield line, first.index, days_between(day, first.day)

    def last_words(self, line: Fact) -> list[Fact]:
        """Give the last word of each person on a line, in log order; a hidden one is nobody's."""
        last: dict[str, Fact] = {}
        for fact in self.said.get(line.hash, ()):
            hidden = fact.body.get("hidden")
            last["" if hidden else str(fact.body.get("for") or fact.author)] = fact
        return sorted(last.values(), key=lambda fact: fact.index)


@folded_once
def read_lines(facts: Facts, asked: Asked) -> Lines:
    """Fold the lines as ``asked``, and what was said of them up to then."""
    size = facts.size_at(asked.at)
    sides = Sides.of(facts, size)
    project, dated, writing = asked.project, asked.dated, _Writing(sides)
    found = Lines(writing.written, sides)
    for fact in facts.of(CONFIRMED, DISPUTED, before=size):
        if known_by_then(fact, asked):
            found.said.setdefault(fact.body["line"], []).append(fact)
    told = _tellings(facts, asked, size)
    found.told_all |= told.pop("", {})
    for kind, type_ in enumerate(KINDS):
        one, many = _roles(type_)
        for fact in facts.of(type_, before=size):
            if project is not None and fact.body.get("project") != project:
                continue
            if dated and not recorded(fact, asked):
                continue
            if people := _named(fact.body, one, many):
                writing.take(fact, kind, people)
                if fact.hash in found.said:
                    found.spoken_of.append(fact)
                for person, tellings in told.get(fact.hash, {}).items():
                    found.told_one[person, fact.index] = tellings[0]
    found.spoken_of.sort()
    return found


def _tellings(facts: Facts, asked: Asked, size: int) -> dict[str, dict[str, list[Fact]]]:
    """Who was told of a line, by its hash; of all lines by then, under no hash; in log order."""
    found: dict[str, dict[str, list[Fact]]] = {}
    for fact in facts.of(TOLD, before=size):
        if known_by_then(fact, asked):
            for line in fact.body.get("lines") or ("",):
                found.setdefault(line, {}).setdefault(fact.body["person"], []).append(fact)
    return found


class _Writing:
    """Puts together the lines of one author about one person, where no side of theirs changes."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._known: dict[tuple[str, str, str | None], Written] = {}
        self._alone: dict[str, frozenset[str]] = {}
        self.written: list[Written] = []

    def take(self, fact: Fact, kind: int, people: Sequence[str]) -> None:
        """Take a line of this type about these people."""
        project = fact.body.get("project")
        key = (people[0], fact.author, project)
        if len(people) == 1 and (known := self._known.get(key)) is not None:
            known.add(fact.index, kind, fact.day)
            return
        whom = frozenset(people)
        if len(whom) == 1:
            whom = self._alone.setdefault(people[0], whom)
        written = self._of(fact, whom, project)
        written.add(fact.index, kind, fact.day)
        self.written.append(written)
        steady = self._sides.steady
        if len(people) == 1 and steady(people[0], project) and steady(fact.author, project):
            self._known[key] = written

    def _of(self, fact: Fact, people: frozenset[str], project: str | None) -> Written:
        theirs, because = self._sides.of_all(people, (), project, fact.index)
        if fact.author.startswith("operator:"):
            return Written(fact.author, people, theirs, "operator", because, array("Q"))
        by, said = self._sides.at(fact.author, project, fact.index)
        if said >= 0:
            because = (*because, said)
        return Written(fact.author, people, theirs, by, because, array("Q"))


def number_of(some: Iterable[Written]) -> int:
    """How many lines these are."""
    return sum(len(one.lines) for one in some) // 3


def entries_of(some: Iterable[Written]) -> Sequence[int]:
    """Give the entries of lines, and those that say the sides, each once and sorted."""
    return entries(chain.from_iterable(chain(one.indexes, one.because) for one in some))


def days_between(first: date | None, later: date | None) -> int | None:
    """Give the days between two ledger days; None where one is not known."""
    return None if first is None or later is None else (later - first).days


def lateness(fact: Fact) -> int | None:
    """Give the days between when it happened, as claimed, and the ledger day it was written on.

    Of a span its end counts, so it is «at least»; None where nothing is claimed.
    """
    if fact.on is None or fact.day is None:
        return None
    said = fact.on.get("to") or fact.on.get("from")
    return max(0, (fact.day - date.fromisoformat(said)).days) if said else None


def median(values: Iterable[int]) -> float | None:
    """Give the median; None of nothing."""
    some = sorted(values)
    if not some:
        return None
    middle = len(some) // 2
    return float(some[middle]) if len(some) % 2 else (some[middle - 1] + some[middle]) / 2


def by_body(facts: Iterable[Fact], name: str) -> Mapping[str, Sequence[Fact]]:
    """Group entries by a code in their body, in order of the code."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(str(fact.body.get(name, "unsaid")), []).append(fact)
    return dict(sorted(found.items()))
