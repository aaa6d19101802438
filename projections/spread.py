"""View ``spread``: how unevenly money, time and pieces of work lie among people.

Gini and Theil T after domain.md section 8 (``inequality.py``), Theil's parts between and within the
sides people act for. Not for a first page: people differ in how much they can and want to give, and
a choice is not an injustice. So who declined what was offered is left out, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from projections import offers
from projections.cover import FOR_WORK, Cover, read
from projections.cover import NEEDS as COVER_NEEDS
from projections.entries import entries
from projections.facts import Facts
from projections.figure import Figure, Sample, figure_columns
from projections.inequality import gini, theil, theil_parts
from projections.limits import LIMIT_TYPES, least_for_a_rate, notes_of
from projections.matter import KINDS, Matter
from projections.payment_rows import row_key
from projections.result import Asked, Summary, ViewResult
from projections.view import View

_QUESTION = "How unevenly do payments, time and pieces of work lie among people?"


class _Share(NamedTuple):
    """What one person has of something, and whom they act for."""

    side: str
    has: int


def spread(facts: Facts, asked: Asked) -> ViewResult:
    """Fold the indexes over people, each with n, what was left out and its interval."""
    size = facts.size_at(asked.at)
    cover = read(facts, asked)
    money = offers.read(facts, asked)
    least, limit = least_for_a_rate(facts, size)
    figures = [*_of_payments(money), *_of_work(cover)]
    root, period = facts.root_at(size), asked.span or "all that is recorded"
    rows = tuple(figure.row(least, period, root) for figure in figures)
    return ViewResult(
        view="spread",
        title="How unevenly it is spread",
        question=_QUESTION,
        formula=(
            "Over people, x ascending: Gini = sum of (2i - n - 1) x / (n sum x), from 0 (all have "
            "the same) to 1 - 1/n (one has all). Theil T = (1/n) sum of (x/m) ln(x/m), m the mean; "
            "between and within the sides people act for add up to it. Payments: what each person "
            "was paid, nothing included where something promised is unpaid; who declined all that "
            "was offered of that type is left out, and so is whose payment is not recorded. Time: "
            "recorded minutes of each person; who has none recorded is left out. The interval is "
            "the 95 % percentile bootstrap over people, its draws from the root of the record."
        ),
        does_not_show=(
            "Whether the spread is unjust: people choose how much to give and whether to be paid. "
            "Who is at either end: people are never ranked. Group entries, whose members nobody "
            "counted one by one, and awarded scores, which are neither time nor money."
        ),
        checkpoint=facts.standing(asked),
        columns=figure_columns(),
        rows=rows,
        notes=(*notes_of(facts, asked, cover.record), limit),
        summary=Summary((), (), () if rows else ("Nothing is recorded that could be compared.",)),
    )


def _of_payments(money: offers.Money) -> Iterator[Figure]:
    by: dict[str, list[Matter]] = {}
    for one in money.dated:
        if one.unit[0] in FOR_WORK and one.payee.startswith("person:"):
            by.setdefault(row_key(one.unit), []).append(one)
    for key in sorted(by):
        each: dict[str, list[Matter]] = {}
        for one in by[key]:
            each.setdefault(one.payee, []).append(one)
        kept = {
            who: _Share(money.side_of(mine[0]), sum(one.paid for one in mine))
            for who, mine in each.items()
            if any(one.paid > 0 or (one.promised and one.kept) for one in mine)
        }
        events = {i for who in kept for one in each[who] for i in one.events}
        kind, currency, _ = by[key][0].unit
        what = f"{KINDS[kind]} received, {currency}"
        yield from _indexes(key, what, kept, len(each) - len(kept), events)


def _of_work(cover: Cover) -> Iterator[Figure]:
    time: dict[str, _Share] = {}
    works: dict[str, _Share] = {}
    timed, events, untimed = set[int](), set[int](), set[str]()
    for piece in cover.pieces:
        if piece.giver.id.startswith("group:"):
            continue
        _add(works, piece.person, piece.giver.side, 1)
        events.update(piece.work.events)
        if piece.minutes is None:
            untimed.add(piece.person)
        else:
            _add(time, piece.person, piece.giver.side, piece.minutes)
            timed.update(piece.work.events)
    yield from _indexes("time", "Time recorded", time, len(untimed - time.keys()), timed)
    yield from _indexes("work", "Pieces of work", works, 0, events)


def _add(found: dict[str, _Share], person: str, side: str, more: int) -> None:
    had = found.get(person)
    found[person] = _Share(had.side if had else side, (had.has if had else 0) + more)


def _indexes(
    key: str, what: str, people: Mapping[str, _Share], left_out: int, events: Iterable[int]
) -> Iterator[Figure]:
    """Gini, Theil and Theil's two parts of one thing over people."""
    if not people:
        return
    each = list(people.values())
    behind = entries(events)
    for name, (title, index, drawn) in _INDEXES.items():
        found = index(each)
        yield Figure(
            f"{name}-{key}",
            title,
            what,
            "index",
            len(each),
            "people",
            None if found is None else round(found, 4),
            left_out=left_out,
            events=behind,
            people=len(each),
            sample=Sample(each, index) if drawn else None,
        )


def _gini(people: Sequence[_Share]) -> float | None:
    return gini([one.has for one in people])


def _theil(people: Sequence[_Share]) -> float | None:
    return theil([one.has for one in people])


def _part(people: Sequence[_Share], at: int) -> float | None:
    sides: dict[str, list[float]] = {}
    for one in people:
        sides.setdefault(one.side, []).append(one.has)
    parts = theil_parts(sides)
    return None if parts is None else parts[at]


#: Each index with its title, how it is counted, and whether an interval is drawn for it.
_INDEXES: Mapping[str, tuple[str, Callable[[Sequence[_Share]], float | None], bool]] = {
    "gini": ("Gini", _gini, True),
    "theil": ("Theil T", _theil, True),
    "theil-between": ("Theil T, between sides", lambda people: _part(people, 0), False),
    "theil-within": ("Theil T, within sides", lambda people: _part(people, 1), False),
}


VIEW = View(
    "spread",
    "How unevenly it is spread",
    _QUESTION,
    COVER_NEEDS | LIMIT_TYPES,
    spread,
    filters=frozenset({"project", "scale", "side", "group", "period"}),
)
