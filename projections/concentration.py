"""View ``concentration``: how far seats, chairs and powers lie with few organisations.

    concentration = sum over organisations of share^2       from 1/k (k equal ones) to 1

domain.md section 8. A holder's organisation is the newest that was declared for them by the day
asked for; where nobody said, it is not recorded, and shares and index are of those that are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from projections import grants, seated
from projections.entries import entries
from projections.facts import Facts, Happened, happened
from projections.limits import LIMIT_TYPES, least_for_a_rate
from projections.power import KEEPING, state_of
from projections.result import Asked, Cell, Column, Relation, Row, Summary, ViewResult, percent
from projections.sides import ACTING_FOR
from projections.stage_common import many, record_notes
from projections.view import View

_QUESTION = "How far do seats, chairs and powers lie with few organisations?"
NEEDS = seated.NEEDS | grants.GRANT_TYPES
_NONE = "not recorded"


class _Holding(NamedTuple):
    """One seat, chair or power held: by whom, since which entry."""

    person: str
    events: tuple[int, ...]


@dataclass(slots=True)
class _Organisations:
    """What was declared of each person's organisation, in log order, as far as it had happened."""

    said: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts, asked: Asked) -> _Organisations:
        found = cls()
        for fact in facts.of(ACTING_FOR, before=facts.size_at(asked.at)):
            by = asked.happened_by
            late = fact.on is not None and happened(fact, by) is not Happened.YES
            if "organisation" in fact.body and not late:
                declared = (fact.index, fact.body["organisation"])
                found.said.setdefault(fact.body["person"], []).append(declared)
        return found

    def now(self, person: str) -> tuple[str | None, int]:
        """The newest that was declared, and the entry saying so; None where nothing was."""
        declared = self.said.get(person)
        return (declared[-1][1], declared[-1][0]) if declared else (None, -1)


def concentration(facts: Facts, asked: Asked) -> ViewResult:
    """Fold what is held at the day asked for, by kind of holding and organisation."""
    size = facts.size_at(asked.at)
    least, limit = least_for_a_rate(facts, size)
    organisations = _Organisations.of(facts, asked)
    held = _held(facts, asked)
    rows = tuple(
        row for kind, some in held.items() for row in _rows(kind, some, organisations, least)
    )
    return ViewResult(
        view="concentration",
        title="Concentration by organisation",
        question=_QUESTION,
        order="by what is held, whoever holds most of it first",
        formula=(
            "Held at the day asked for: voting seats, chairs, and grants by the kinds of power "
            "they give (the keeping of the record left out), also those recorded afterwards, and "
            "those that may have ended by then on a day nobody knows. "
            "Organisation: the newest that was declared for the holder by then. Share: of those "
            "whose organisation is recorded. Concentration: the sum of the squares of the shares, "
            "1 when one organisation holds all."
        ),
        does_not_show=(
            "Whether holders speak for their organisation. Organisations under two names count as "
            "two, and groups of organisations are not put together."
        ),
        checkpoint=facts.standing(asked),
        columns=_COLUMNS,
        rows=rows,
        notes=(*record_notes(facts, asked, NEEDS), limit),
        summary=_summary(rows),
        relations=tuple(_relations(rows)),
    )


_COLUMNS = (
    Column("holding", "text", "", "Held", guard="open"),
    Column("organisation", "text", "", "Organisation", guard="open", identity=True),
    Column("held", "integer", "seat", "How many", guard="count"),
    Column("of", "integer", "seat", "of how many recorded", guard="count"),
    Column(
        "share",
        "percent",
        "percent",
        "Share",
        unknown="not given",
        guard="derived",
        of=("held", "of"),
    ),
    Column(
        "concentration",
        "number",
        "",
        "Concentration",
        unknown="not given",
        guard="derived",
        of=("of", "of"),
    ),
)


def _held(facts: Facts, asked: Asked) -> dict[str, list[_Holding]]:
    terms, powers = seated.read(facts, asked), grants.read(facts, asked)
    found: dict[str, list[_Holding]] = {}
    for name, some in (("voting seats", terms.seats), ("chairs", terms.chairs)):
        for term in some:
            if term.holds(terms.today) and (term.voting or term.chair):
                found.setdefault(name, []).append(_Holding(term.person, tuple(term.events())))
    for grant in powers.grants:
        if not state_of(grant, powers.today).startswith("held") or asked.project not in {
            None,
            grant.scope.get("project"),
        }:
            continue
        for kind in grant.kinds:
            if kind not in KEEPING:
                found.setdefault(f"power: {kind}", []).append(
                    _Holding(grant.to, tuple(grant.events()))
                )
    return found


def _rows(
    kind: str, some: Sequence[_Holding], organisations: _Organisations, least: int
) -> Iterator[Row]:
    by: dict[str | None, list[tuple[_Holding, int]]] = {}
    for one in some:
        name, said = organisations.now(one.person)
        by.setdefault(name, []).append((one, said))
    known = {name: mine for name, mine in by.items() if name is not None}
    number = sum(map(len, known.values()))
    enough = number >= max(1, least)
    whole: dict[str, Cell] = {"holding": kind, "organisation": "All recorded", "held": number}
    whole["of"] = number
    if enough:
        whole["concentration"] = round(herfindahl([len(mine) for mine in known.values()]), 4)
    yield Row(
        whole, _events(known.values()), f"{kind}/all", people={"held": _people(known.values())}
    )
    for name, mine in sorted(known.items(), key=lambda item: (-len(item[1]), item[0])):
        cells: dict[str, Cell] = {"holding": kind, "organisation": name, "held": len(mine)}
        cells["of"] = number
        if enough:
            cells["share"] = percent(len(mine), number)
        yield Row(cells, _events([mine]), f"{kind}/of/{name}", people={"held": _people([mine])})
    if None in by:
        cells = {"holding": kind, "organisation": _NONE, "held": len(by[None])}
        yield Row(
            cells, _events([by[None]]), f"{kind}/unknown", people={"held": _people([by[None]])}
        )


def herfindahl(numbers: Sequence[int]) -> float:
    """Give the sum of the squares of the shares; ``numbers`` are positive."""
    return sum(number**2 for number in numbers) / sum(numbers) ** 2


def _events(some: Iterable[Sequence[tuple[_Holding, int]]]) -> Sequence[int]:
    found = set[int]()
    for mine in some:
        for one, said in mine:
            found.update(one.events)
            found.update((said,) if said >= 0 else ())
    return entries(found)


def _people(some: Iterable[Sequence[tuple[_Holding, int]]]) -> int:
    return len({one.person for mine in some for one, _ in mine})


def _relations(rows: Sequence[Row]) -> Iterator[Relation]:
    parts: dict[str, list[str]] = {}
    for row in rows:
        kind, _, rest = row.key.partition("/")
        if rest.startswith("of/"):
            parts.setdefault(kind, []).append(row.key)
    for kind, keys in parts.items():
        yield Relation((f"{kind}/all", "held"), tuple((key, "held") for key in keys))


def _summary(rows: Sequence[Row]) -> Summary:
    shows, unknown = [], []
    kinds: dict[str, list[Row]] = {str(row.cells["holding"]): [] for row in rows}
    for row in rows:
        kinds[str(row.cells["holding"])].append(row)
    for kind, some in kinds.items():
        whole, parts = some[0], [row for row in some if "/of/" in row.key]
        if parts and whole.cells.get("concentration") is not None:
            shows.append(
                f"{kind.capitalize()}: {whole.cells['held']} held by "
                f"{many(len(parts), 'organisation')}, the largest {parts[0].cells['held']}; "
                f"concentration {whole.cells['concentration']}."
            )
        missing = next((row for row in some if row.key.endswith("/unknown")), None)
        if missing is not None:
            unknown.append(
                f"{kind.capitalize()}: the organisation of {missing.cells['held']} is not recorded."
            )
    return Summary(tuple(shows), (), tuple(unknown))


VIEW = View(
    "concentration",
    "Concentration by organisation",
    _QUESTION,
    NEEDS | LIMIT_TYPES,
    concentration,
    filters=frozenset({"project"}),
)
