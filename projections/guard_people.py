"""How many people stand behind a count of things, found from the entries it was counted from.

A hundred contributions by three people are as telling as three. Where a view does not say how many
people stand behind a count, those are counted whom its entries concern: the people a body names but
for witnesses and recorders, its author where it names nobody and can be said of oneself, and the
number that a group entry states. A group whose number nobody recorded counts as nobody: this gives
how many there are at least, and not known is too few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.catalogue import EVENTS
from projections.facts import Fact, Facts
from projections.result import Row, ViewResult
from projections.sides import GROUP

NEEDS = frozenset({GROUP})
_BESIDE = frozenset(
    {
        "witness",
        "said_by",
        "by",
        "tellers",
        "under",
        "approver",
        "electorate",
        "left_out",
        "excluded",
    }
)
#: More than any limit asks for: counting stops there.
_ENOUGH = 100


def with_people(results: list[ViewResult], facts: Facts) -> list[ViewResult]:
    """Give the views with ``people`` for each count that does not say; ``""`` for a whole row."""
    behind = _behind(facts)
    return [
        replace(result, rows=tuple(_counted(row, behind) for row in result.rows))
        for result in results
    ]


def _counted(row: Row, behind: Callable[[tuple[int, ...]], int]) -> Row:
    if not row.events:
        return row
    unsaid = {name for name, number in row.people.items() if number is None} | {""}
    return replace(row, people={**row.people, **{n: behind(row.rests_on(n)) for n in unsaid}})


def _behind(facts: Facts) -> Callable[[tuple[int, ...]], int]:
    at: dict[int, Fact] = {}
    for found in facts.by_type.values():
        at.update((fact.index, fact) for fact in found)
    numbers = {
        fact.body["group"]: fact.body.get("number", 0) for fact in facts.by_type.get(GROUP, ())
    }
    own = frozenset(name for name, kind in EVENTS.items() if kind.own_voice)
    whom: dict[int, frozenset[str]] = {}

    def count(indexes: tuple[int, ...]) -> int:
        found: set[str] = set()
        for index in indexes:
            if index not in whom:
                whom[index] = _whom(at.get(index), own)
            found |= whom[index]
            if len(found) >= _ENOUGH:
                break
        return sum(numbers.get(one, 0) if one.startswith("group:") else 1 for one in found)

    return count


def _whom(fact: Fact | None, own: frozenset[str]) -> frozenset[str]:
    if fact is None:
        return frozenset()
    spoke = fact.type in own and fact.author.startswith("person:")
    return frozenset(_ids(fact.body)) or frozenset({fact.author} if spoke else ())


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith(("person:", "group:")):
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in _BESIDE:
                yield from _ids(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _ids(inner)
