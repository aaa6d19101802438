"""Made-up facts for property tests, without keys or store: a fold is pure, so these are enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from projections.facts import Fact, Facts
from projections.result import Amount, Relation, ViewResult

DAY = date(2026, 1, 1)


def facts_of(said: Iterable[tuple[str, Mapping[str, Any], str | None]]) -> Facts:
    """Facts of (type, body, day it happened or None), in order, by one author."""
    by_type: dict[str, list[Fact]] = {}
    index = -1
    for index, (type_, body, day) in enumerate(said):
        on = None if day is None else {"from": day, "to": day, "precision": "day"}
        fact = Fact(index, f"{index:064x}", type_, "person:ana", DAY, "live", on, body, {})
        by_type.setdefault(type_, []).append(fact)
    return Facts("example.org/x", index + 1, by_type, ((0, DAY),))


def made_up(written: Iterable[tuple[str, str, str, int, str | None]]) -> Facts:
    """Contributions of (stage, side, level, project, day): one giver for each side."""
    sides = ("community", "front-line", "institution", "bridging")
    said: list[tuple[str, Mapping[str, Any], str | None]] = [
        ("project-opened/v1", {"project": f"project:{n}"}, None) for n in range(4)
    ]
    said += [
        ("acting-for-declared/v1", {"person": f"person:{side}", "side": side}, None)
        for side in sides
    ]
    for n, (stage, side, level, project, day) in enumerate(written):
        body = {
            "contribution": f"contribution:{n}",
            "project": f"project:{project}",
            "people": [{"person": f"person:{side}"}],
            "stage": stage,
            "level": level,
        }
        said.append(("contribution-recorded/v1", body, day))
    return facts_of(said)


def holds(result: ViewResult, relation: Relation) -> bool:
    """Whether a relation is true of the figures; one with an unknown figure claims nothing."""
    rows = {row.name: row for row in result.rows}

    def figure(at: tuple[str, ...]) -> float | None:
        cell = rows[at[0]].cells.get(at[1])
        if isinstance(cell, Amount):
            return cell.minor
        return cell if isinstance(cell, int | float) else None

    total, parts = figure(relation.total), [figure(part) for part in relation.parts]
    known = [part for part in parts if part is not None]
    if total is None or len(known) < len(parts):
        return True
    if relation.kind == "sum":
        return sum(known) == total
    inside = all(part <= total for part in known)
    return inside and (relation.kind == "within" or total <= sum(known))
