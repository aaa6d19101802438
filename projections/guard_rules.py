"""The limits of disclosure control, and which figures are too small by themselves.

``Control`` holds the limits: those a charter sets in ``disclosure_control``, else the usual ones.

    smallest       8    counts of 1 to 7 are hidden; the research profile hides below 10
    round-to       5    what is shown is rounded to it; money to so many whole units
    share-of      20    no share of fewer, and shares are of rounded figures
    payees        10    a sum of money is over at least so many people …
    dominance     50    … none of whom has more than this share of it, in per cent
    electorate    10    under so many voters only the outcome is given
    identity       2    at most so many things said of people are crossed
    date-months    1    a day becomes its month (3: its quarter, 12: its year)
    export-months  0    files stand on the record at the end of every so many months (0: any day)

Source: domain.md section 10. Hiding 1 to 7 and rounding to 5 is a convention of hospital statistics
that was not checked against its source; the other numbers are defaults of this program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from projections.result import (
    Amount,
    Cell,
    Column,
    Fixed,
    Guard,
    Hidden,
    Reason,
    Row,
    ViewResult,
    Words,
)

RESEARCH = "research"
PROFILES = ("usual", RESEARCH)
_RESEARCH_SMALLEST = 10
#: Units of whole numbers by which nobody can be told.
OPEN_UNITS = frozenset({"project", "decision", "problem", "body", "stage", "evaluation", "view"})
PEOPLE = frozenset({"person", "people", "participant", "contributor", "member", "voter", "holder"})
#: Units of counts of what was done with the figures themselves, where a row names its own unit.
#: Each export is one more, so that no two exports would be alike if these were guarded.
_OF_FIGURES = frozenset({"export", "look"})
#: Units of numbers that name an entry.
PLACES = frozenset({"entry", "index", "line"})
_IDENTITY = frozenset({"side", "group", "groups", "who", "label", "acting_for", "chosen_by"})
#: Ids of things that are nobody's own.
KEPT = frozenset({"project", "problem", "decision", "body", "budget", "evaluation", "output"})
_ID = re.compile(r"\b([a-z][a-z-]*):[a-z2-7]{26}\b")
#: Numbers of entries standing by themselves, as a grant or a chain of grants is named.
_NUMBERS = re.compile(r"\d+(?:\W+\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}")
_ENTRY = re.compile(r"\b[0-9a-f]{12,}\b|\b(?:entry|entries|line|lines) \d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Control:
    """The limits in force; see the module's words for each."""

    smallest: int = 8
    round_to: int = 5
    share_of: int = 20
    payees: int = 10
    dominance: int = 50
    electorate: int = 10
    identity: int = 2
    date_months: int = 1
    export_months: int = 0

    @classmethod
    def of(cls, limits: Mapping[str, Any], profile: str = "usual") -> Control:
        """The limits that a charter sets, in the profile asked for; others are left aside."""
        names = {one.name.replace("_", "-"): one.name for one in fields(cls)}
        found = {
            names[name]: max(1 if names[name] != "export_months" else 0, number)
            for name, number in limits.items()
            if name in names and type(number) is int
        }
        control = cls(**found)
        if profile == RESEARCH:
            control = replace(control, smallest=max(control.smallest, _RESEARCH_SMALLEST))
        return control

    def as_json(self) -> dict[str, int]:
        """The limits by the names a charter gives them."""
        return {name.replace("_", "-"): number for name, number in asdict(self).items()}

    def notes(self) -> tuple[str, ...]:
        """What a reader of a guarded view is told, in sentences without figures of the record."""
        return (
            Fixed(
                f"Figures below {self.smallest}, and those that would give one away, are hidden "
                f"(*); others are rounded to {self.round_to}, each by itself, so sums need not add "
                f"up. A sum of money is shown over at least {self.payees} people, none with more "
                f"than {self.dominance} % of it."
            ),
            Fixed(
                f"Shares are of rounded figures, and none is given of fewer than {self.share_of}. "
                "Days are given as "
                + {1: "months", 3: "quarters"}.get(self.date_months, "years")
                + "; people, their own words and the entries behind figures are left out."
            ),
            Fixed(
                "Hiding and rounding follow a convention of hospital statistics that was not "
                "checked against its source; the other limits are defaults of this program."
            ),
        )


def guard_of(column: Column) -> Guard:
    """How a column is guarded: as it says, else by its type and unit, closed rather than open."""
    unit = column.unit.lower().removesuffix("s")
    if column.guard is not None:
        return column.guard
    if column.type == "integer" and unit in PLACES:
        return "person"
    if column.type == "integer":
        return "open" if unit in OPEN_UNITS else "count"
    by_type: Mapping[str, Guard] = {"money": "money", "date": "day", "text": "open"}
    return by_type.get(column.type, "derived")


def guard_in(row: Row, column: Column) -> Guard:
    """How a cell is guarded: as its column, but for counts of exports and looks, which are open."""
    guard = guard_of(column)
    own = not column.unit and row.cells.get("unit") in _OF_FIGURES
    return "open" if guard == "count" and own else guard


def identifies(text: str) -> bool:
    """Whether a text names a person, an entry, or a thing that is somebody's own."""
    ids = (match.group(1) for match in _ID.finditer(text))
    return any(kind not in KEPT for kind in ids) or bool(_ENTRY.search(_ID.sub("", text)))


def about_one(result: ViewResult, row: Row) -> bool:
    """Whether a row is about one person or one thing of theirs; in a series, the row it follows."""
    series = result.asked.series
    followed = series is not None and identifies(series.cell.rpartition("/")[0])
    return followed or identifies(row.name)


def is_numbers(text: str) -> bool:
    """Whether a text is nothing but numbers that can be those of entries, and no date."""
    return bool(_NUMBERS.fullmatch(text)) and not _YEAR.fullmatch(text)


def is_identity(column: Column) -> bool:
    """Whether a column says what people are or for whom they act."""
    return column.identity or (column.type == "text" and column.name in _IDENTITY)


def number_of(cell: Cell) -> int | None:
    """The whole number in a cell, money in minor units; None for anything else."""
    if isinstance(cell, Amount):
        return cell.minor
    return cell if type(cell) is int else None


def is_figure(column: Column, cell: Cell) -> bool:
    """Whether a cell is a number that is guarded by itself, not derived from others."""
    if cell is None or isinstance(cell, str | Words | Hidden):
        return False
    return guard_of(column) in ("count", "money", "open")


def base_of(row: Row, column: Column, control: Control) -> int:
    """To what a figure is rounded: money to whole units of its currency, an open one not at all."""
    cell = row.cells.get(column.name)
    if guard_in(row, column) == "open":
        return 1
    return control.round_to * (10**cell.exponent if isinstance(cell, Amount) else 1)


def too_small(result: ViewResult, row: Row, column: Column, control: Control) -> Reason | None:
    """Why a figure must not be shown, by itself; ``row.people`` says who stands behind it."""
    cell, guard = row.cells.get(column.name), guard_in(row, column)
    if guard == "open" or not is_figure(column, cell):
        return None
    value = number_of(cell)
    if guard == "money" or isinstance(cell, Amount):
        return _few_payees(row, column, value, control)
    if value is None or value < 0:  # neither whole nor a count: nothing here can round it
        return "small"
    electorate = number_of(row.cells.get("electorate"))
    if electorate is not None and electorate < control.electorate:
        return "electorate"
    if 0 < value < control.smallest:
        return "small"
    return "small" if value and _few_behind(result, row, column, control) else None


def _few_payees(row: Row, column: Column, value: int | None, control: Control) -> Reason | None:
    shares = [abs(share) for share in row.payees.get(column.name, ()) if share]
    if value == 0 and not shares:
        return None
    if value is None or value < 0 or len(shares) < control.payees:
        return "payees"
    return "payees" if max(shares) * 100 > control.dominance * sum(shares) else None


def _few_behind(result: ViewResult, row: Row, column: Column, control: Control) -> bool:
    """Whether too few people stand behind a number of things; not known is too few."""
    if column.unit.lower().removesuffix("s") in PEOPLE:
        return False
    if row.people.get(column.name) is not None:
        return (row.people[column.name] or 0) < control.smallest
    for other in result.columns:
        if other.type == "integer" and other.unit.lower().removesuffix("s") in PEOPLE:
            return (number_of(row.cells.get(other.name)) or 0) < control.smallest
    return (row.people.get("") or 0) < control.smallest
