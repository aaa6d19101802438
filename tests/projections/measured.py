"""Facts made up for the measures, without keys or store, and their rows read by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from projections.facts import Fact, Facts
from projections.result import Row, ViewResult

START = date(2026, 1, 1)
PROJECT = "project:" + "p" * 26
Said = tuple[str, Mapping[str, Any], int]


def person(name: str) -> str:
    return "person:" + name.ljust(26, "a")


def id_of(kind: str, number: int) -> str:
    return f"{kind}:" + "".join("abcdefghij"[int(digit)] for digit in f"{number:026d}")


def record(said: Sequence[tuple[Any, ...]], until: int = 400) -> Facts:
    """Facts of (type, body, day after 1 January 2026, author), in order; Ana writes by default."""
    by_type: dict[str, list[Fact]] = {}
    for index, (type_, body, day, *author) in enumerate(said):
        on_day = START + timedelta(days=day)
        said_by = author[0] if author else person("ana")
        fact = Fact(index, f"{index:064x}", type_, said_by, on_day, "live", None, body, {})
        by_type.setdefault(type_, []).append(fact)
    size = len(said)
    days = ((0, START), (max(0, size - 1), START + timedelta(days=until)))
    return Facts("example.org/x", size, by_type, days)


def acting(side: str, *names: str) -> list[Said]:
    return [("acting-for-declared/v1", {"person": person(name), "side": side}, 0) for name in names]


def row(result: ViewResult, key: str) -> Row:
    [found] = [one for one in result.rows if one.key == key]
    return found


def counts(result: ViewResult, key: str) -> tuple[Any, Any, Any]:
    cells = row(result, key).cells
    return cells["numerator"], cells["denominator"], cells["share"]


def decision(
    number: int, votes: Sequence[tuple[str, str | None]], day: int = 1, **how: Any
) -> list[Said]:
    """A decision by majority between «a» and «b», with these ballots, closed."""
    id_ = id_of("decision", number)
    against = how.pop("against", ())
    opened = {
        "decision": id_,
        "project": PROJECT,
        "options": [{"option": "a"}, {"option": "b", "nothing": True}],
        "electorate": [person(name) for name, _ in votes],
        "method": "simple-majority",
    } | how
    said: list[Said] = [("decision-opened/v1", opened, day)]
    for name, choice in votes:
        ballot = {"decision": id_, "voter": person(name)} | ({"choice": choice} if choice else {})
        said.append(("vote-cast/v1", ballot, day))
    for name, option in against:
        body = {"decision": id_, "person": person(name), "option": option}
        said.append(("objection-raised/v1", body, day))
    closed = {"decision": id_, "tally": {"ballots": len(votes), "abstained": 0}}
    said.append(("decision-closed/v1", closed | {"outcome": "decided", "chosen": ["a"]}, day))
    return said


SIDES = [
    *acting("community", "ca", "cb", "cc"),
    *acting("institution", "ia", "ib", "ic", "id"),
]
#: a 3 : b 2; without the community 0 : 2, so it changes; without the institution 3 : 0.
SWAYED = [("ca", "a"), ("cb", "a"), ("cc", "a"), ("ia", "b"), ("ib", "b")]
#: a 5 : b 1; without the community 3 : 1.
BOTH = [("ca", "a"), ("cb", "a"), ("ia", "a"), ("ib", "a"), ("ic", "a"), ("id", "b")]


def contribution(number: int, who: str, day: int, by: str = "ana") -> tuple[Any, ...]:
    body = {
        "contribution": id_of("contribution", number),
        "project": PROJECT,
        "people": [{"person": person(who)}],
    }
    return ("contribution-recorded/v1", body, day, person(by))
