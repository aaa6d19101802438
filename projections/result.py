"""What every view gives back: figures, the words that belong to them, and the entries behind them.

A ``ViewResult`` states its question, its formula and what it does **not** show; it names the
checkpoint it stands on; each row lists the indexes of the entries it was counted from, and
``hashes`` gives the envelope hash of each. A renderer needs nothing else (design.md, Projections).

A cell is text, a whole number, a share in per cent, an ``Amount`` of money, or ``None``. ``None``
always means «this is not known» and is never shown as zero: the column's ``unknown`` says it in
words.

Example:
    >>> Amount(7550, "GBP", 2).decimal
    '75.50'
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

#: Until disclosure control exists (domain.md section 10) every output of a view carries this.
NOT_FOR_PUBLICATION = (
    "Not for publication: small numbers are not hidden yet, so a figure here can point at a person."
)

ColumnType = Literal["text", "integer", "percent", "money", "date"]


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


Cell = str | int | float | Amount | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: machine ``name``, ``type``, ``unit``, ``title`` for people, and its source.

    ``source`` is ``body`` when the figure can be recomputed from all envelopes, ``disclosed`` when
    it needs values that only some readers hold. ``unknown`` is what an empty cell says.
    """

    name: str
    type: ColumnType
    unit: str
    title: str
    source: Literal["body", "disclosed"] = "body"
    unknown: str = "not recorded"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a cell for each column, and the 0-based indexes of the entries it rests on."""

    cells: Mapping[str, Cell]
    events: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The tree the figures stand on: origin, number of entries, root hash (base64)."""

    origin: str
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Plain sentences for a first screen: what the record shows, who spoke, what is not known."""

    shows: tuple[str, ...] = ()
    spoke: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked a view to look at.

    ``at``: what the ledger knew then; a size (``index < at``) or a day (entries of that ledger day
    and before). ``happened_by``: only what had happened by that day, as far as is known now.
    ``project`` and ``scale`` narrow the view to one project id or one scale.
    """

    project: str | None = None
    scale: str | None = None
    at: int | date | None = None
    happened_by: date | None = None


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
    hashes: Mapping[int, str]
    notes: tuple[str, ...] = ()
    summary: Summary = field(default_factory=Summary)
    chart: Mapping[str, Any] | None = None
    #: The digest of the rows as they were counted, once names have joined them; else empty.
    counted: str = ""

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the counted rows with their events: equal rows give equal digests."""
        if self.counted:
            return self.counted
        rows = [[plain(row), list(row.events)] for row in self.rows]
        text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plain(row: Row) -> dict[str, Any]:
    """Give a row's cells as JSON values: money as ``{minor, currency, exponent}``."""
    return {name: _plain_cell(cell) for name, cell in row.cells.items()}


def _plain_cell(cell: Cell) -> Any:
    if isinstance(cell, Amount):
        return {"minor": cell.minor, "currency": cell.currency, "exponent": cell.exponent}
    return cell


def percent(part: int, whole: int) -> float:
    """Give ``part`` of ``whole`` in per cent to one decimal, halves rounded up; ``whole`` > 0."""
    return (2000 * part + whole) // (2 * whole) / 10
