"""Figures about the record: one row each, with so many of how many, and a median of days.

Every row keeps the entries of its numerator apart from those of its denominator, so that a reader
comes from either number to what was counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from projections.about_people import median
from projections.entries import Among, entries
from projections.facts import Fact, Facts
from projections.result import Cell, Column, Row, percent

COLUMNS = (
    Column("part", "text", "", "Part", guard="open"),
    Column("item", "text", "", "What", guard="open"),
    Column("about", "text", "", "About people acting for", unknown="", guard="open", identity=True),
    Column("by", "text", "", "By", unknown="", guard="open", identity=True),
    Column("n", "integer", "", "So many", guard="count"),
    Column("of", "integer", "", "of", unknown="", guard="count"),
    Column("share", "percent", "percent", "Share", unknown="not given", guard="derived",
           of=("n", "of")),
    Column("days", "number", "day", "Median days", unknown="", guard="day"),
    Column("unit", "text", "", "Counted", guard="open"),
)  # fmt: skip


@dataclass(frozen=True)
class Things:
    """So many things, and the entries behind them, each once and sorted."""

    number: int
    entries: Sequence[int]

    @cached_property
    def among(self) -> Among:
        """The entries, to ask whether others are among them."""
        return Among(self.entries)


def each(facts: Iterable[Fact]) -> Things:
    """Entries as things: each is one of its own."""
    found = entries(map(itemgetter(0), facts))
    return Things(len(found), found)


def things(behind: Sequence[Iterable[int]]) -> Things:
    """Things, of each of which the entries behind it are given."""
    return Things(len(behind), entries(chain.from_iterable(behind)))


@dataclass(frozen=True)
class Recorded:
    """The entries with ``index < before`` of which figures are counted; none is held here."""

    facts: Facts
    before: int
    wanted: Callable[[Fact], bool] = field(default=lambda _fact: True)

    def of(self, *types: str) -> list[Fact]:
        """Give the entries of these types, in log order."""
        return list(filter(self.wanted, self.facts.of(*types, before=self.before)))

    def where(self, wanted: Callable[[Fact], bool]) -> Recorded:
        """Give those of which this is so as well."""
        return replace(self, wanted=lambda fact: self.wanted(fact) and wanted(fact))

    @cached_property
    def all(self) -> Things:
        """All of them."""
        return each(self)

    def __iter__(self) -> Iterator[Fact]:
        for name in self.facts.by_type:
            yield from filter(self.wanted, self.facts.of(name, before=self.before))


class Figure(NamedTuple):
    """One figure: how many things, of how many."""

    key: str
    part: str
    item: str
    about: str
    by: str
    unit: str
    some: Things
    whole: Things | None = None
    #: Days, one for each thing whose days are known.
    waited: Sequence[int] = ()


def row_of(figure: Figure, least: int) -> Row:
    """Give the row of a figure; no share and no median stands on fewer than ``least``."""
    number, events = figure.some.number, figure.some.entries
    of = None if figure.whole is None else figure.whole.number
    enough = of is not None and of >= max(1, least)
    cells: dict[str, Cell] = {
        "part": figure.part,
        "item": figure.item,
        "about": figure.about or None,
        "by": figure.by or None,
        "n": number,
        "of": of,
        "share": percent(number, of) if enough and of else None,
        "days": median(figure.waited) if len(figure.waited) >= max(1, least) else None,
        "unit": figure.unit,
    }
    if figure.whole is None:
        return Row(cells, events, key=figure.key, behind={"n": events})
    whole = both = figure.whole.entries
    if not figure.whole.among.all_of(events):
        both = entries(chain(whole, events))
    return Row(cells, both, key=figure.key, behind={"n": events, "of": whole})
