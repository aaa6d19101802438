"""One figure as a row: its value, what it rests on, how sure it is, and on how few it is silent.

Views that give several figures of different kinds (``fairness``, ``spread``) give one row for each:
measure, unit, numerator and denominator, ``n``, how many were left out, the period, and where there
is one the 95 % interval over people (``inequality.py``). Below the least number that the charter or
the product sets the value is not given; the counts stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from projections.inequality import interval, seed_of
from projections.lazily import Lazily
from projections.result import Cell, Column, Relation, Row

PER_CENT = "per cent"
EXACT = "as recorded"
AT_LEAST = "at least"
ILLUSTRATIVE = "illustrative"


@dataclass(frozen=True, slots=True)
class Sample:
    """One item for each person, and the figure of any such people; None where they give none."""

    people: Sequence[Any]
    index: Callable[[Sequence[Any]], float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure before the least number is applied; ``value`` None: cannot be said.

    ``people`` stand behind all of it, ``part_people`` behind the numerator where these are fewer,
    ``rest_people`` behind what the numerator leaves of the denominator; the last two are counted
    when somebody asks. ``relations`` tie its counts to those of other views.
    """

    key: str
    measure: str
    of: str
    unit: str
    n: int
    n_of: str
    value: float | None = None
    part: int | None = None
    whole: int | None = None
    reading: str = EXACT
    left_out: int = 0
    events: Sequence[int] = ()
    people: int | None = None
    part_people: Callable[[], int] | None = None
    rest_people: Callable[[], int] | None = None
    behind: Mapping[str, Sequence[int]] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()
    sample: Sample | None = None

    def row(self, least: int, period: str, root: str) -> Row:
        """Give the row; the draws of its interval follow from ``root`` and the row's key."""
        given = self.value is not None and self.n >= max(1, least)
        ends = None
        if given and self.sample is not None and len(self.sample.people) >= max(1, least):
            ends = interval(self.sample.people, self.sample.index, seed_of(root, self.key))
        cells: dict[str, Cell] = {
            "measure": self.measure,
            "of": self.of,
            "share": self.value if given and self.unit == PER_CENT else None,
            "value": self.value if given and self.unit != PER_CENT else None,
            "unit": self.unit,
            "reading": self.reading,
            "low": round(ends[0], 3) if ends else None,
            "high": round(ends[1], 3) if ends else None,
            "numerator": self.part,
            "denominator": self.whole,
            "n": self.n,
            "n_of": self.n_of,
            "left_out": self.left_out,
            "period": period,
        }
        people: dict[str, Callable[[], int | None]]
        people = dict.fromkeys(("numerator", "denominator", "n"), self._people)
        if self.part_people is not None:
            people["numerator"] = self.part_people
        if self.rest_people is not None:
            people["share"] = self.rest_people
        return Row(cells, self.events, self.key, self.behind, people=Lazily(people))

    def _people(self) -> int | None:
        return self.people


def n_again(row: Row) -> Iterator[Relation]:
    """Bind ``n`` to the count of the same row that it repeats, so that neither gives it away."""
    n = row.cells["n"]
    for count in ("numerator", "denominator"):
        if n and row.cells[count] == n:
            yield Relation((row.key, "n"), ((row.key, count),))


def figure_columns() -> tuple[Column, ...]:
    """Give the columns of such rows."""
    none, few = "does not apply", "not given, or not known"

    def text(name: str, title: str) -> Column:
        return Column(name, "text", "", title, guard="open")

    def count(name: str, title: str) -> Column:
        return Column(name, "integer", "", title, unknown=none, guard="count")

    def number(name: str, title: str, unknown: str) -> Column:
        return Column(
            name, "number", "", title, unknown=unknown, guard="derived", of=("n", "n")
        )  # fmt: skip

    return (
        text("measure", "Measure"),
        text("of", "Of"),
        Column(
            "share",
            "percent",
            "percent",
            "Share",
            unknown=few,
            guard="derived",
            of=("numerator", "denominator"),
        ),
        number("value", "Value", few),
        text("unit", "Unit"),
        text("reading", "To be read as"),
        number("low", "95 % from", "not drawn"),
        number("high", "to", "not drawn"),
        count("numerator", "Numerator"),
        count("denominator", "Denominator"),
        count("n", "n"),
        text("n_of", "n counts"),
        count("left_out", "Left out"),
        text("period", "Period"),
    )
