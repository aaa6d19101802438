"""A table of counted lines: for each part, thing and side how many, of how many.

One form serves views that answer several questions of one kind beside each other. A line counts
things (people, requests, roles) by an id of their own, so that none counts twice, and keeps the
entries behind each; ``of`` is the whole it is a part of, by the same ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from projections.entries import entries
from projections.result import Cell, Column, Relation, Row, percent
from projections.stage_common import LEAST_FOR_A_RATE, SIDES

#: Things by their id, each with the entries that say so.
Things = Mapping[str, tuple[int, ...]]

COLUMNS = (
    Column("part", "text", "", "Part", guard="open"),
    Column("what", "text", "", "What", guard="open"),
    Column("side", "text", "", "Acting for", guard="open", identity=True),
    Column("unit", "text", "", "Counted in", guard="open"),
    Column("n", "integer", "", "Number", guard="count"),
    Column("of", "integer", "", "Of", unknown="no whole", guard="count"),
    Column(
        "share", "percent", "percent", "Share", unknown="not given", guard="derived", of=("n", "of")
    ),
)


@dataclass(slots=True)
class Lines:
    """Rows in the order in which they are added; ``side`` keeps those of one side only."""

    side: str | None = None
    least: int = LEAST_FOR_A_RATE
    rows: list[Row] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    #: Where the number of a mapping of things stands first, and the entries behind it; the mapping
    #: itself is kept with it, for its id to stay its own.
    wholes: dict[int, tuple[Things, tuple[str, str], Sequence[int]]] = field(default_factory=dict)

    def add(
        self,
        part: str,
        what: str,
        side: str,
        things: Things,
        *,
        unit: str = "person",
        of: Things | None = None,
    ) -> None:
        """Add a line; things of a whole that holds nothing give none.

        A share rests on the entries of its whole, of which the things are a part.
        """
        if self.side not in {None, side} or (of is not None and not of):
            return
        n, whole = len(things), None if of is None else len(of)
        share = None if whole is None or whole < max(1, self.least) else percent(n, whole)
        cells: dict[str, Cell] = {
            "part": part,
            "what": what,
            "side": SIDES[side],
            "unit": unit,
            "n": n,
            "of": whole,
            "share": share,
        }
        key = f"{part}/{what}/{side}"
        mine = self._same(things, (key, "n"))
        all_of_it = self._same(of, (key, "of")) if of is not None else ()
        self.rows.append(
            Row(
                cells,
                mine,
                key,
                {"of": all_of_it, "share": all_of_it},
                people={"n": n, "of": whole} if unit == "person" else {},
            )
        )
        if of is not None:
            self.relations.append(Relation((key, "of"), ((key, "n"),), "within"))

    def add_parts(
        self,
        part: str,
        parts: Sequence[tuple[str, Things]],
        side: str,
        *,
        of: Things,
        unit: str = "person",
    ) -> None:
        """Add lines that make up a whole: each thing of it is in exactly one of them."""
        if self.side not in {None, side} or not parts or not of:
            return
        for what, things in parts:
            self.add(part, what, side, things, unit=unit, of=of)
        keys = tuple((f"{part}/{what}/{side}", "n") for what, _ in parts)
        self.relations.append(Relation(self.wholes[id(of)][1], keys))

    def _same(self, things: Things, cell: tuple[str, str]) -> Sequence[int]:
        """Give the entries behind things; where their number stood before, it is one figure."""
        if id(things) not in self.wholes:
            self.wholes[id(things)] = (things, cell, behind(things))
        _, first, found = self.wholes[id(things)]
        if first != cell:
            self.relations.append(Relation(first, (cell,)))
        return found

    def add_sum(self, part: str, what: str, side: str, minutes: int, things: Things) -> None:
        """Add a line of minutes, a sum over these things."""
        if self.side not in {None, side}:
            return
        cells: dict[str, Cell] = {
            "part": part,
            "what": what,
            "side": SIDES[side],
            "unit": "minute",
            "n": minutes if things else None,
        }
        self.rows.append(Row(cells, behind(things), f"{part}/{what}/{side}"))


def behind(things: Things) -> Sequence[int]:
    """Give the entries behind these things, sorted."""
    return entries(index for some in things.values() for index in some)


def by_side(
    found: Mapping[str, tuple[int, ...]], sides: Mapping[str, str]
) -> dict[str, dict[str, tuple[int, ...]]]:
    """Sort things by the side of each, sides in their usual order."""
    sorted_: dict[str, dict[str, tuple[int, ...]]] = {side: {} for side in SIDES}
    for thing, events in found.items():
        sorted_[sides[thing]][thing] = events
    return sorted_


def joined(parts: Iterable[tuple[str, tuple[int, ...]]]) -> dict[str, tuple[int, ...]]:
    """Gather things that may come several times, each with all its entries."""
    found: dict[str, tuple[int, ...]] = {}
    for thing, events in parts:
        found[thing] = (*found.get(thing, ()), *events)
    return found
