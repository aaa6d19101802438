"""Lines: every entry about a person, who wrote it down, and what its people were told and said.

Whom an entry is about is the domain's own answer (``domain.line.people_in``), asked of the body.
Who wrote it down is its author. Time here is time of the record, not of the world: the ledger day
on which an entry was written, so a period keeps what was recorded in it.

    told        the first «told» after the line that names it, or names all lines up to then
    confirmed   the last word of a person on the line: right, not right, or nothing (neutral)
    late        days between when it happened, as claimed, and the ledger day
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

from domain import catalogue
from domain import line as rules
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


def about(fact: Fact) -> frozenset[str]:
    """Give the people an entry is about, as the domain reads its body."""
    return frozenset(_named(fact))


def _named(fact: Fact) -> list[str]:
    one, many = _roles(fact.type)
    body = fact.body
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


class Line(NamedTuple):
    """One line: its entry, whom it is about, and on which side they and its recorder are."""

    fact: Fact
    about: frozenset[str]
    sides: frozenset[str]
    #: The side of who wrote it, or ``operator``.
    by: str
    #: The entries that say the sides.
    because: tuple[int, ...]

    @property
    def own(self) -> bool:
        """Whether one of those it is about wrote it."""
        return self.fact.author in self.about


@dataclass(slots=True)
class Lines:
    """The lines as asked, with what people were told and said of them."""

    lines: list[Line]
    sides: Sides
    #: By person: tellings of all lines, as (index, fact), and of single lines by hash.
    told_all: dict[str, list[Fact]] = field(default_factory=dict)
    told_one: dict[tuple[str, str], Fact] = field(default_factory=dict)
    said: dict[str, list[Fact]] = field(default_factory=dict)

    def told(self, line: Line, person: str) -> Fact | None:
        """Give the first entry after a line that says its person was told of it."""
        single = self.told_one.get((person, line.fact.hash)) if self.told_one else None
        some = self.told_all.get(person)
        if not some:
            return single
        # Facts compare by their index, which comes first in them.
        at = bisect_left(some, (line.fact.index + 1,))
        whole = some[at] if at < len(some) else None
        return whole if single is None or (whole and whole.index < single.index) else single

    def first_told(self, line: Line) -> Fact | None:
        """Give the first entry after a line that says somebody it is about was told of it."""
        heard = [fact for person in line.about if (fact := self.told(line, person))]
        return min(heard, default=None) if len(heard) > 1 else heard[0] if heard else None

    def last_words(self, line: Line) -> list[Fact]:
        """Give the last word of each person on a line, in log order; a hidden one is nobody's."""
        last: dict[str, Fact] = {}
        for fact in self.said.get(line.fact.hash, ()):
            hidden = fact.body.get("hidden")
            last["" if hidden else str(fact.body.get("for") or fact.author)] = fact
        return sorted(last.values(), key=lambda fact: fact.index)


@folded_once
def read_lines(facts: Facts, asked: Asked) -> Lines:
    """Fold the lines as ``asked``, in log order, and what was said of them up to then."""
    size = facts.size_at(asked.at)
    sides = Sides.of(facts, size)
    found = Lines([], sides)
    project, dated, lines = asked.project, asked.dated, _Lines(sides)
    for fact in facts.of(*(LINE_TYPES - _SAYING), before=size):
        if project is not None and fact.body.get("project") != project:
            continue
        if dated and not recorded(fact, asked):
            continue
        if people := _named(fact):
            found.lines.append(lines.of(fact, people))
    for fact in facts.of(TOLD, before=size):
        if not known_by_then(fact, asked):
            continue
        person, named = fact.body["person"], fact.body.get("lines", ())
        for hash_ in named:
            found.told_one.setdefault((person, hash_), fact)
        if not named:
            found.told_all.setdefault(person, []).append(fact)
    for fact in facts.of(CONFIRMED, DISPUTED, before=size):
        if known_by_then(fact, asked):
            found.said.setdefault(fact.body["line"], []).append(fact)
    return found


_Said = tuple[frozenset[str], frozenset[str], str, tuple[int, ...]]


class _Lines:
    """Makes lines; what all lines by one hand about one person say is made once and shared."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._alone: dict[tuple[str, str, str | None], _Said] = {}

    def of(self, fact: Fact, people: Sequence[str]) -> Line:
        """The line that an entry about these people is."""
        project = fact.body.get("project")
        if len(people) > 1:
            return Line(fact, *self._said(fact, people, project))
        key = (people[0], fact.author, project)
        said = self._alone.get(key)
        if said is None:
            said = self._said(fact, people, project)
            if all(self._sides.steady(person, project) for person in key[:2]):
                self._alone[key] = said
        return Line(fact, *said)

    def _said(self, fact: Fact, people: Sequence[str], project: str | None) -> _Said:
        named = frozenset(people)
        theirs, because = self._sides.of_all(named, (), project, fact.index)
        if fact.author.startswith("operator:"):
            return named, theirs, "operator", because
        by, said = self._sides.at(fact.author, project, fact.index)
        return named, theirs, by, (*because, said) if said >= 0 else because


def entries_of(lines: Iterable[Line]) -> tuple[int, ...]:
    """Give the entries of lines, and those that say the sides, each once and sorted."""
    found, because = set[int](), set[tuple[int, ...]]()
    for line in lines:
        found.add(line.fact.index)
        because.add(line.because)
    return tuple(sorted(found.union(*because)))


def days_between(first: Fact, later: Fact) -> int | None:
    """Give the days between two entries by the ledger day; None where one is not known."""
    if first.day is None or later.day is None:
        return None
    return (later.day - first.day).days


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
