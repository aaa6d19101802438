"""One measure as a row: numerator, denominator, n, what was left out, and when it says nothing.

The view ``measures`` gives one row for each. Below the least number that a measure stands on there
are counts and no value, and the row says in words what is missing; «not assessable» is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from projections.entries import entries
from projections.result import Amount, Cell, Column, Row, percent

PER_CENT = "per cent"
POINTS = "percentage points"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure before the least number is applied.

    ``left_out`` counts what could not be told, ``excluded`` says in words what is left out and
    why. ``missing`` says why it cannot be assessed at all; then no value is given, whatever n is.
    """

    key: str
    measure: str
    of: str
    unit: str
    n: int
    n_of: str
    part: int | None = None
    whole: int | None = None
    value: float | None = None
    total: Amount | None = None
    average: Amount | None = None
    left_out: int = 0
    excluded: str = ""
    missing: str = ""
    #: Fewest of n for a value; None: the limit of the charter, or the product's.
    least: int | None = None
    events: Sequence[int] = ()
    behind: Mapping[str, Sequence[int]] = field(default_factory=dict)
    people: int | None = None
    payees: tuple[int, ...] = ()

    def given(self, least: int) -> bool:
        """Whether it stands on enough to be given."""
        return not self.missing and self.n >= max(1, least if self.least is None else self.least)

    def row(self, least: int, period: str) -> Row:
        """Give the row; without a value where it stands on fewer than the least number."""
        given, fewest = self.given(least), least if self.least is None else self.least
        few = f"no figure is given on fewer than {max(1, fewest)} {self.n_of}"
        share = None
        if given and self.unit == PER_CENT and self.part is not None and self.whole:
            share = percent(self.part, self.whole)
        cells: dict[str, Cell] = {
            "measure": self.measure,
            "of": self.of,
            "share": share,
            "value": self.value if given else None,
            "unit": self.unit,
            "average": self.average if given else None,
            "total": self.total if given else None,
            "numerator": self.part,
            "denominator": self.whole,
            "n": self.n,
            "n_of": self.n_of,
            "left_out": self.left_out,
            "excluded": self.excluded or None,
            "assessed": None if given else self.missing or few,
            "period": period,
        }
        return Row(
            cells,
            self.events,
            self.key,
            self.behind,
            {"average": self.payees, "total": self.payees},
            dict.fromkeys(("numerator", "denominator", "n", "left_out"), self.people),
        )


def measure_columns() -> tuple[Column, ...]:
    """Give the columns of such rows."""
    none, few = "does not apply", "not given"

    def text(name: str, title: str, unknown: str = "") -> Column:
        return Column(name, "text", "", title, unknown=unknown, guard="open")

    def count(name: str, title: str) -> Column:
        return Column(name, "integer", "", title, unknown=none, guard="count")

    def money(name: str, title: str) -> Column:
        return Column(name, "money", "money", title, unknown=few, guard="money")

    of = ("numerator", "denominator")
    return (
        text("measure", "Measure"),
        text("of", "Of"),
        Column("share", "percent", "percent", "Share", unknown=few, guard="derived", of=of),
        Column("value", "number", "", "Value", unknown=few, guard="derived", of=("n", "n")),
        text("unit", "Unit"),
        money("average", "Money, on an average day"),
        money("total", "Money × days"),
        count("numerator", "Numerator"),
        count("denominator", "Denominator"),
        count("n", "n"),
        text("n_of", "n counts"),
        count("left_out", "Left out, not known"),
        # What it counts is in no cell that could be guarded: «2 refused» are two people's.
        Column("excluded", "text", "", "Left out, and why", unknown="nothing", guard="count"),
        text("assessed", "Why it cannot be assessed", "it can be"),
        text("period", "Period"),
    )


def events_of(*some: Iterable[int]) -> Sequence[int]:
    """Give these entries, each once and sorted."""
    return entries(index for indexes in some for index in indexes)


def left_out(**counts: int) -> str:
    """Say what was left out: the names of ``counts`` in words, those that are none left away.

    Example:
        >>> left_out(no_quorum=2, drawn_by_lot=0)
        '2 no quorum'
    """
    said = [f"{number} {name.replace('_', ' ')}" for name, number in counts.items() if number]
    return "; ".join(said)


def difference(
    key: str, measure: str, of: str, one: Measure, other: Measure, *, least: int | None = None
) -> Measure:
    """Give the share of one measure minus that of another, in points; n is the smaller."""
    value = None
    if one.part is not None and other.part is not None and one.whole and other.whole:
        value = round(percent(one.part, one.whole) - percent(other.part, other.whole), 1)
    people = [some.people for some in (one, other)]
    return Measure(
        key,
        measure,
        of,
        POINTS,
        min(one.n, other.n),
        f"{one.n_of}, smaller side",
        value=value,
        least=least,
        missing=one.missing or other.missing,
        events=events_of(one.events, other.events),
        people=None if None in people else min(number for number in people if number is not None),
    )
