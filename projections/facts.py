"""Immutable facts: what the signed bodies say, each with its index and its envelope hash.

A view folds facts. A fact holds body values only, never a disclosed one, so whoever holds all
envelopes counts the same figures (design.md, Store). Facts are read without the domain's models:
``Ledger.record`` and step 10 (``conduct``) have judged each body, and reading it again for every
view would double the time of a report.

Time has two axes, and a view keeps them apart:

* ``at``: what the ledger *knew* then: ``index < n``, or the entries of a ledger day and before.
* ``happened_by``: what had *happened* by a day, as far as is known now, judged by ``on`` with its
  precision. A fact whose ``on`` does not say counts as «date unknown»; it is never dropped.

Example:
    >>> on = {"from": "2026-03-01", "to": "2026-03-31", "precision": "month"}
    >>> fact = Fact(7, "", "problem-proposed/v1", "person:a", None, "live", on, {}, {})
    >>> happened(fact, date(2026, 4, 1)), happened(fact, date(2026, 3, 15))
    (<Happened.YES: 'yes'>, <Happened.UNKNOWN: 'unknown'>)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import wraps
from itertools import chain
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple, TypeVar

from projections.result import Asked, Standing

K = TypeVar("K", int, Asked)
T = TypeVar("T")


class Fact(NamedTuple):
    """One entry as a view sees it.

    ``index`` is 0-based, ``hash`` the hex envelope hash, ``day`` the ledger day it was written on
    (``None`` before any is known). ``body`` and ``on`` are read-only by agreement: they are shared.
    """

    index: int  # type: ignore[assignment]  # the record's word; a tuple's search is not missed
    hash: str
    type: str
    author: str
    day: date | None
    mode: str
    on: Mapping[str, Any] | None
    body: Mapping[str, Any]
    under: Mapping[str, str]


class Contested(NamedTuple):
    """Facts of one type whose key was later revoked under a suspicion that reaches back to them.

    ``suspect_from`` is the first entry under suspicion, ``revoked_at`` the entry that says so.
    """

    key: str
    suspect_from: int
    revoked_at: int
    type: str
    indexes: tuple[int, ...]


class Happened(Enum):
    """Whether something had happened by a day: the claim may say yes, no, or not say."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one ledger up to ``size``, by type, in log order.

    ``days`` are (index, ledger day) in order; ``root_at(n)`` gives the base64 root of the first
    ``n`` entries; ``missing`` are the indexes whose envelope this source does not show, withheld
    from this class or withdrawn by a recorded erasure; ``contested`` are counted like any other
    until whoever said them says otherwise, and noted.
    """

    #: Whether all of them are in memory.
    held: ClassVar[bool] = True

    origin: str
    size: int
    by_type: Mapping[str, Sequence[Fact]]
    days: tuple[tuple[int, date], ...] = ()
    root_at: Callable[[int], str] = field(default=lambda _size: "")
    missing: tuple[int, ...] = ()
    contested: tuple[Contested, ...] = ()
    #: The newest answer of each fold that is kept, with what was asked (``folded_once``).
    folded: dict[Callable[..., Any], tuple[Any, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    #: The folds asked for since the last turn to another view.
    asked_for: set[Callable[..., Any]] = field(
        default_factory=set, init=False, repr=False, compare=False
    )

    def size_at(self, at: int | date | None) -> int:
        """Give the number of entries that ``at`` means; a size beyond the end gives the end."""
        if at is None:
            return self.size
        if isinstance(at, int):
            return max(0, min(at, self.size))
        later = bisect_right([day for _, day in self.days], at)
        return self.days[later][0] if later < len(self.days) else self.size

    def of(self, *types: str, before: int) -> Iterator[Fact]:
        """Give the facts of these types with ``index < before``, in log order."""
        chosen = [self.by_type[name] for name in types if name in self.by_type]
        if len(chosen) == 1:
            merged: Sequence[Fact] = chosen[0]
        else:
            merged = sorted(chain.from_iterable(chosen), key=_index)
        if merged and merged[-1].index >= before:
            merged = merged[: bisect_left(merged, before, key=_index)]
        return iter(merged)

    def at(self, index: int) -> Fact | None:
        """Give the fact of an entry; None where it is not among these."""
        return _by_index(self, self.size).get(index)

    def let_go(self) -> None:
        """Of a large record, keep nothing that was folded or read; else folds are shared."""

    def turn(self) -> None:
        """Between two views, of a large record: keep only folds that the last one asked for."""

    def standing(self, asked: Asked) -> Standing:
        """Give the tree that an answer to ``asked`` stands on."""
        size = self.size_at(asked.at)
        return Standing(self.origin, size, self.root_at(size))


def folded_once(fold: Callable[[Facts, K], T]) -> Callable[[Facts, K], T]:
    """A fold of facts up to a size, or as asked, whose newest answer the facts keep.

    So what several parts of a report read alike is folded once. The answer is shared: nobody may
    change it. It goes when the fold is asked something else, or with the facts.
    """

    @wraps(fold)
    def kept(facts: Facts, asked: K) -> T:
        facts.asked_for.add(fold)
        had = facts.folded.get(fold)
        if had is None or had[0] != asked:
            had = facts.folded[fold] = (asked, fold(facts, asked))
        found: T = had[1]
        return found

    return kept


@folded_once
def _by_index(facts: Facts, _size: int) -> dict[int, Fact]:
    return {fact.index: fact for some in facts.by_type.values() for fact in some}


#: A fact begins with its index; a view asks for that of every fact it merges.
_index: Callable[[Fact], int] = itemgetter(0)


def happened(fact: Fact, by: date | None, *, on_saying: bool = False) -> Happened:
    """Say whether the fact had happened by the end of day ``by`` (``None``: everything has).

    ``on_saying``: the saying is itself the act (an offer, an acceptance), so a live one without
    ``on`` happened on its ledger day.
    """
    if by is None:
        return Happened.YES
    if fact.on is None:
        if on_saying and fact.mode == "live" and fact.day is not None:
            return Happened.YES if fact.day <= by else Happened.NO
        return Happened.UNKNOWN
    return _claimed(fact.on, by.isoformat())


def in_span(fact: Fact, asked: Asked, *, on_saying: bool = False) -> Happened:
    """Say whether the fact happened in the span ``asked`` for: by a day, within a period, or both.

    ``on_saying`` as for ``happened``. What lies across an end of the period, or does not say, is
    ``UNKNOWN``.
    """
    found = happened(fact, asked.happened_by, on_saying=on_saying)
    if found is Happened.NO or asked.period is None:
        return found
    first, last = asked.period
    by_the_end = happened(fact, last, on_saying=on_saying)
    before = happened(fact, first - timedelta(days=1), on_saying=on_saying)
    if by_the_end is Happened.NO or before is Happened.YES:
        return Happened.NO
    if found is by_the_end is Happened.YES and before is Happened.NO:
        return Happened.YES
    return Happened.UNKNOWN


def _claimed(on: Mapping[str, Any], limit: str) -> Happened:
    first, last = on.get("from"), on.get("to")
    if last is not None and last <= limit:
        return Happened.YES
    if first is not None and first > limit:
        return Happened.NO
    # A day is its own end; any other precision without an end, or one that straddles, is unsure.
    if first is not None and last is None and on.get("precision") == "day":
        return Happened.YES
    return Happened.UNKNOWN
