"""Figures about the record: one row each, with so many of how many, and a median of days.

Every row keeps the entries of its numerator apart from those of its denominator, so that a reader
comes from either number to what was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from projections.about_people import median
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


class Figure(NamedTuple):
    """One figure; ``some`` and ``whole`` hold, for each thing counted, the entries behind it."""

    key: str
    part: str
    item: str
    about: str
    by: str
    unit: str
    some: Sequence[tuple[int, ...]]
    whole: Sequence[tuple[int, ...]] | None = None
    #: Days, one for each thing whose days are known.
    waited: Sequence[int] = ()


def row_of(figure: Figure, least: int, joined: dict[int, tuple[int, ...]]) -> Row:
    """Give the row of a figure; no share and no median stands on fewer than ``least``.

    ``joined`` remembers the entries of a whole, which many figures share, by the list itself; the
    figures must live as long.
    """
    of = None if figure.whole is None else len(figure.whole)
    enough = of is not None and of >= max(1, least)
    cells: dict[str, Cell] = {
        "part": figure.part,
        "item": figure.item,
        "about": figure.about or None,
        "by": figure.by or None,
        "n": len(figure.some),
        "of": of,
        "share": percent(len(figure.some), of) if enough and of else None,
        "days": median(figure.waited) if len(figure.waited) >= max(1, least) else None,
        "unit": figure.unit,
    }
    events = _all(figure.some, joined)
    if figure.whole is None:
        return Row(cells, events, key=figure.key, behind={"n": events})
    whole = _all(figure.whole, joined)
    more = set(events).difference(whole)
    both = tuple(sorted({*whole, *more})) if more else whole
    return Row(cells, both, key=figure.key, behind={"n": events, "of": whole})


def _all(some: Sequence[tuple[int, ...]], joined: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    if id(some) not in joined:
        joined[id(some)] = tuple(sorted(set(chain.from_iterable(some))))
    return joined[id(some)]
