"""What every view gives back: figures, the words that belong to them, and the entries behind them.

A ``ViewResult`` states its question, its formula and what it does **not** show; it names the
checkpoint it stands on; each row lists the indexes of the entries it was counted from, and
``hashes`` gives the envelope hash of each. A renderer needs nothing else (design.md, Projections).

A cell is text, a whole number, a share in per cent, an ``Amount`` of money, somebody's disclosed
``Words``, ``Hidden``, or ``None``. ``None`` always means «this is not known» and is never shown as
zero: the column's ``unknown`` says it in words. ``Hidden`` is known and not shown (``guard.py``).

What disclosure control (domain.md section 10) must know of a figure is said where it is made: each
column has a ``guard``, each row a ``key``, money the shares of its ``payees``, and ``relations``
tell which figures follow from which. A cell's figure is named ``view/row key/column``.

Example:
    >>> Amount(7550, "GBP", 2).decimal
    '75.50'
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

#: What every output carries that did not go through disclosure control (domain.md section 10).
NOT_FOR_PUBLICATION = (
    "Not for publication: small numbers are shown, so a figure here can point at a person."
)

#: What the others carry.
GUARDED = "Small numbers are hidden (*) and the others rounded, as the notes say."

ColumnType = Literal["text", "integer", "number", "percent", "money", "date"]

#: How a column is guarded where figures leave the circle of those who may see people:
#:   open     published as it is: codes, names of stages, counts of projects or decisions
#:   count    a number of people, or of things by which people can be told: small ones hidden
#:   money    a sum over people: published only over enough payees, none of them dominant
#:   derived  follows from other columns of its row (``Column.of``): recomputed, or hidden
#:   day      a date of what somebody did: made coarser
#:   person   a person id or name: dropped
#:   words    free text: dropped
#:
#: A column that does not say is guarded by its type and unit, closed rather than open: a whole
#: number is a ``count`` unless its unit is known to be no person's (``projects``, ``decisions``),
#: money is ``money``, a date is a ``day``, a share or other number without ``of`` is hidden, and
#: text is kept only while it is a code: no person's id and no ``Words``.
Guard = Literal["open", "count", "money", "derived", "day", "person", "words"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in whole minor units; ``exponent`` is the number of decimal places, 0–6."""

    minor: int
    currency: str
    exponent: int = 2

    @property
    def decimal(self) -> str:
        """The amount as decimal digits without currency, exact: ``75.50``."""
        sign = "-" if self.minor < 0 else ""
        digits = str(abs(self.minor)).rjust(self.exponent + 1, "0")
        if self.exponent == 0:
            return sign + digits
        return f"{sign}{digits[: -self.exponent]}.{digits[-self.exponent :]}"

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that lie beside entry ``index`` as its disclosed value ``name``.

    Views name them and never read them; whoever holds the disclosure reads them when it is shown.
    """

    index: int
    name: str


#: Why a figure is not shown. One reason serves what is small and what would give it away: telling
#: them apart would say which of two hidden figures is the small one.
Reason = Literal["small", "payees", "share", "identity", "electorate", "group", "person", "words"]

REASONS: Mapping[Reason, str] = {
    "small": "fewer than {smallest}, or hidden so that a total does not give another away",
    "payees": "fewer than {payees} paid, or one above {dominance} % of it, or hidden so that a "
    "total does not give another away",
    "share": "a share of hidden figures, or of fewer than {share_of}",
    "identity": "more than {identity} things said of people are crossed here",
    "electorate": "fewer than {electorate} could vote: only the outcome is given",
    "group": "most groups in this table are too small, and the rest would point at them",
    "person": "can point at a person",
    "words": "somebody's own words",
}


@dataclass(frozen=True, slots=True)
class Hidden:
    """A figure or word that is known and not shown outside the circle of those who may see it."""

    reason: Reason


Cell = str | int | float | Amount | Words | Hidden | None


class Fixed(str):
    """A sentence that holds no figure of the record («260 papers»), so it may go anywhere."""

    __slots__ = ()


class Said(str):
    """A sentence made of cells, so that it can be said again from what is published.

    Example:
        >>> Said.of("{} of {} people.", {("S1", "people"): 12, ("all", "people"): 40})
        '12 of 40 people.'
    """

    __slots__ = ("cells", "template")

    template: str
    cells: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, template: str, cells: Mapping[tuple[str, str], Any]) -> Said:
        """Give the sentence; ``cells`` maps (row key, column) to the cell's value, in order."""
        said = cls(template.format(*cells.values()))
        said.template, said.cells = template, tuple(cells)
        return said


@dataclass(frozen=True, slots=True)
class Column:
    """A column: machine ``name``, ``type``, ``unit``, ``title`` for people, and its source.

    ``source`` is ``body`` when the figure can be recomputed from all envelopes, ``disclosed`` when
    it needs values that only some readers hold. ``unknown`` is what an empty cell says. A
    ``derived`` column names its numerator and its denominator in ``of``. ``identity`` marks text
    that says what people are or for whom they act (side, group): a cross of more than two of these
    is not published. ``guard`` None: see ``Guard``.
    """

    name: str
    type: ColumnType
    unit: str
    title: str
    source: Literal["body", "disclosed"] = "body"
    unknown: str = "not recorded"
    guard: Guard | None = None
    of: tuple[str, str] | None = None
    identity: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a cell for each column, and the 0-based indexes of the entries it rests on.

    ``key`` names the row within its view, the same at every size (the first cell when empty).
    ``behind`` narrows ``events`` for single cells. ``payees`` gives, for a cell of money, what each
    person's share of it is in minor units; ``people`` gives, for a count of things, how many people
    stand behind it (``None``: not known), and for a share, behind what it leaves of its whole.
    Neither is ever shown; where ``people`` says nothing of a count, the people named by the entries
    of the row are counted.
    """

    cells: Mapping[str, Cell]
    events: Sequence[int] = ()
    key: str = ""
    behind: Mapping[str, Sequence[int]] = field(default_factory=dict)
    payees: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    people: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The row's key, or the text of its first cell."""
        return self.key or str(next(iter(self.cells.values()), ""))

    def rests_on(self, column: str) -> Sequence[int]:
        """The indexes of the entries behind one cell."""
        return self.behind.get(column, self.events)


@dataclass(frozen=True, slots=True)
class Relation:
    """How published figures follow from each other; what an attacker may add and subtract.

    ``total`` and ``parts`` are (row key, column) of the same view, or (view, row key, column).
    ``sum``: the parts add up to the total. ``union``: each part is at most the total, and the total
    at most their sum (one person may be in several parts). ``within``: each part is at most it.
    """

    total: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    kind: Literal["sum", "union", "within"] = "sum"


@dataclass(frozen=True, slots=True)
class Standing:
    """The tree the figures stand on: origin, number of entries, root hash (base64).

    ``first`` is the index that its entry 0 has among those of several ledgers read together.
    """

    origin: str
    size: int
    root: str
    first: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Plain sentences for a first screen: what the record shows, who spoke, what is not known."""

    shows: tuple[str, ...] = ()
    spoke: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


Axis = Literal["happened", "known", "both"]


@dataclass(frozen=True, slots=True)
class Series:
    """One figure asked for at several days: ``cell`` is ROW/COLUMN of the view.

    ``axis`` says which time the days are of: what had ``happened`` by each, as known now; what the
    ledger ``known`` each evening; or ``both``, side by side.
    """

    cell: str
    dates: tuple[date, ...]
    axis: Axis = "happened"

    def as_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "cell": self.cell,
            "dates": [day.isoformat() for day in self.dates],
            "axis": self.axis,
        }

    @classmethod
    def of_json(cls, said: Any) -> Series:
        """What ``as_json`` gave; raises ``ValueError`` for anything else."""
        if (
            not isinstance(said, dict)
            or said.keys() != {"cell", "dates", "axis"}
            or not isinstance(said["cell"], str)
            or not isinstance(said["dates"], list)
            or said["axis"] not in get_args(Axis)
        ):
            raise ValueError("a series is a cell, its dates and an axis")
        return cls(said["cell"], tuple(_day(day) for day in said["dates"]), said["axis"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked a view to look at.

    ``at``: what the ledger knew then; a size (``index < at``) or a day (entries of that ledger day
    and before). ``happened_by``: only what had happened by that day, as far as is known now.
    ``project``, ``scale``, ``side`` and ``group`` narrow the view to one project id, one scale, the
    people acting for one side, or the group entries with one label. ``period`` (first and last day)
    keeps what happened within it; what does not say is «date unknown». ``about`` is the one thing a
    dossier is of. A view says in ``View.filters`` which of these it follows. ``options`` are what
    a view offers beyond that, by name (``View.options``); ``series`` asks for one of its figures
    at several days.
    """

    project: str | None = None
    scale: str | None = None
    at: int | date | None = None
    happened_by: date | None = None
    side: str | None = None
    group: str | None = None
    period: tuple[date, date] | None = None
    about: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    series: Series | None = None

    @property
    def dated(self) -> bool:
        """Whether only what had happened in a span of time was asked for."""
        return self.happened_by is not None or self.period is not None

    @property
    def span(self) -> str:
        """That span in words: ``by 2026-06-30``, ``from 2026-01-01 to 2026-03-31``."""
        parts = []
        if self.period is not None:
            parts.append(f"from {self.period[0]} to {self.period[1]}")
        if self.happened_by is not None:
            parts.append(f"by {self.happened_by}")
        return " and ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """What was asked, as JSON values, leaving out what was not."""
        found: dict[str, Any] = {}
        for name in ("project", "scale", "side", "group", "about"):
            if (said := getattr(self, name)) is not None:
                found[name] = said
        if self.at is not None:
            found["at"] = self.at if isinstance(self.at, int) else self.at.isoformat()
        if self.happened_by is not None:
            found["happened_by"] = self.happened_by.isoformat()
        if self.period is not None:
            found["period"] = [day.isoformat() for day in self.period]
        if self.options:
            found["options"] = dict(sorted(self.options.items()))
        if self.series is not None:
            found["series"] = self.series.as_json()
        return found

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> Asked:
        """What ``as_json`` gave; raises ``ValueError`` for anything else."""
        texts = {name: said.get(name) for name in ("project", "scale", "side", "group", "about")}
        options = said.get("options", {})
        if said.keys() - texts.keys() - _STRUCTURED or any(
            not isinstance(text, str | None) for text in texts.values()
        ):
            raise ValueError("not what a view can be asked")
        if not isinstance(options, dict) or any(type(one) is not str for one in options.values()):
            raise ValueError("an option is a word")
        at, by, period = said.get("at"), said.get("happened_by"), said.get("period")
        if type(at) not in (int, str, type(None)) or not isinstance(by, str | None):
            raise ValueError("not a size or a day")
        if period is not None and (not isinstance(period, list) or len(period) != 2):
            raise ValueError("a period is two days")
        return cls(
            **texts,
            at=date.fromisoformat(at) if isinstance(at, str) else at,
            happened_by=date.fromisoformat(by) if by else None,
            period=(_day(period[0]), _day(period[1])) if period else None,
            options=options,
            series=Series.of_json(said["series"]) if "series" in said else None,
        )


#: What is asked otherwise than in one text.
_STRUCTURED = {"at", "happened_by", "period", "options", "series"}


def _day(text: Any) -> date:
    return date.fromisoformat(str(text))


_COMPACT = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class ViewResult:
    """The answer of a view; see the module's words for what each part promises."""

    view: str
    title: str
    question: str
    formula: str
    does_not_show: str
    checkpoint: Standing
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    summary: Summary = field(default_factory=Summary)
    chart: Mapping[str, Any] | None = None
    relations: tuple[Relation, ...] = ()
    #: By index, the envelope hash of each entry that a row names; given to whatever a view folds.
    hashes: Mapping[int, str] = field(default_factory=dict)
    asked: Asked = field(default_factory=Asked)
    #: What each of several ledgers read together stands on; empty for one.
    parts: tuple[Standing, ...] = ()
    #: The digest of the rows as they were counted, once names have joined them; else empty.
    counted: str = ""
    #: With which parameters it was guarded, as JSON values (``guard.py``); None: it is identified.
    control: Mapping[str, Any] | None = None
    #: In which order the rows of a view that can be long stand, as a page says it that shows some
    #: of them; with ``newest_last`` it shows the last of them, else the first.
    order: str = ""
    newest_last: bool = False

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the counted rows with their events: equal rows give equal digests."""
        if self.counted:
            return self.counted
        digest, between = hashlib.sha256(), "["
        for row in self.rows:  # one at a time: all of them as one text are as large as the record
            one = [plain(row), list(row.events), *([dark] if (dark := hidden(row)) else [])]
            digest.update(f"{between}{_COMPACT.encode(one)}".encode())
            between = ","
        digest.update(b"[]" if between == "[" else b"]")
        return digest.hexdigest()


def plain(row: Row) -> dict[str, Any]:
    """Give a row's cells as JSON values: money as ``{minor, currency, exponent}``.

    Words are named (``{entry, value}``) and not said; what is hidden is null (see ``hidden``).
    """
    return {name: _plain_cell(cell) for name, cell in row.cells.items()}


def hidden(row: Row) -> dict[str, str]:
    """Give the reason of each cell of a row that is known and not shown."""
    return {name: cell.reason for name, cell in row.cells.items() if isinstance(cell, Hidden)}


def _plain_cell(cell: Cell) -> Any:
    if isinstance(cell, Amount):
        return {"minor": cell.minor, "currency": cell.currency, "exponent": cell.exponent}
    if isinstance(cell, Words):
        return {"entry": cell.index, "value": cell.name}
    return None if isinstance(cell, Hidden) else cell


def percent(part: int, whole: int) -> float:
    """Give ``part`` of ``whole`` in per cent to one decimal, halves rounded up; ``whole`` > 0."""
    return (2000 * part + whole) // (2 * whole) / 10
