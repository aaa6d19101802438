"""How many people stand behind a count of things, found from the entries it was counted from.

A hundred contributions by three people are as telling as three. Where a view does not say how many
people stand behind a count, those are counted whom its entries concern: the people a body names but
for witnesses and recorders, its author where it names nobody and can be said of oneself, and the
number that a group entry states. A group whose number nobody recorded counts as nobody: this gives
how many there are at least, and not known is too few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.catalogue import EVENTS
from projections.facts import Fact, Facts
from projections.given import RECORDED
from projections.result import Row, ViewResult
from projections.sides import ACTING_FOR, GROUP

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
#: What only says whose side somebody is on, or that a group was there, adds nothing to a figure.
_SAYS_WHO = frozenset({ACTING_FOR, GROUP})


class Behind:
    """The people behind entries, each entry of the record looked at once at most."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._numbers = {
            fact.body["group"]: fact.body.get("number", 0) for fact in facts.by_type.get(GROUP, ())
        }
        self._own = frozenset(name for name, kind in EVENTS.items() if kind.own_voice)
        self._known: dict[int, frozenset[str]] = {}

    def with_people(self, result: ViewResult) -> ViewResult:
        """Give the view with ``people`` for each count that does not say, ``""`` for a row.

        For a share, those behind what it leaves of its whole.
        """
        shares = {
            column.name: column.of
            for column in result.columns
            if column.of is not None and column.type == "percent"
        }
        rows = (
            replace(row, people=_People(row, self, shares)) if row.events else row
            for row in result.rows
        )
        return replace(result, rows=tuple(rows))

    def count(self, indexes: Iterable[int]) -> int:
        """How many people there are behind these entries, at least."""
        found: set[str] = set()
        for index in indexes:
            if index not in self._known:
                self._known[index] = _whom(self._facts.at(index), self._own)
            found |= self._known[index]
            if len(found) >= _ENOUGH:
                break
        return sum(self._numbers.get(one, 0) if one.startswith("group:") else 1 for one in found)

    def between(self, now: Row, then: Row, column: str, *, lines: bool) -> int:
        """How many people make the difference of one cell at two sizes, at least.

        Those whose entries are behind one of the two and not behind the other. Where contributions
        are among these, their givers alone: an offer or an answer to others beside them changed no
        count of what was given. With ``lines`` the entries themselves are counted, all of them.
        """
        one, other = now.rests_on(column), then.rests_on(column)
        same = one[: len(other)] == other  # as a rule entries were only added
        apart = one[len(other) :] if same else set(one) ^ set(other)
        if lines:
            return self.count(apart)
        facts = map(self._facts.at, apart)
        kinds = {fact.index: fact.type for fact in facts if fact is not None}
        given = [index for index, kind in kinds.items() if kind == RECORDED]
        return self.count(given or (at for at, kind in kinds.items() if kind not in _SAYS_WHO))


class _People(Mapping[str, int | None]):
    """What a row says of people, and what its entries say where it does not."""

    def __init__(self, row: Row, behind: Behind, shares: Mapping[str, tuple[str, str]]) -> None:
        self._row, self._behind, self._shares = row, behind, shares

    def __getitem__(self, name: str) -> int | None:
        said = self._row.people.get(name)
        if said is None and (name in self._row.people or not name):
            return self._behind.count(self._row.rests_on(name))
        if said is None and name in self._shares:
            part, whole = map(self._row.rests_on, self._shares[name])
            rest = set(whole).difference(part)
            # Where both rest on the same entries, these do not tell whose the rest is.
            return self._behind.count(rest) if rest else _ENOUGH
        return said

    def _names(self) -> dict[str, None]:
        return dict.fromkeys([*self._row.people, *self._shares, ""])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


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
