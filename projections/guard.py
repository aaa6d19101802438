"""Disclosure control: every figure that leaves the circle of those who may see people goes through.

    views as counted ──> limits ──> too small ──> one system ──> hide more ──> shown
                        (rules)      (rules)       (cells)       (solve)      (show)

**Who needs it.** Whoever holds the power ``information`` sees figures as they were counted, and
each look is an event. Everybody else, and every file, gets what this module gives. Every file is an
event too: what, for whom, at which checkpoint, with which limits.

**What an attacker has.** All published cells of one report, the limits and the relations between
cells, and the latest earlier exports of the same views (``guard_before.py``). They add and subtract
at will. What they must not find out:

1. Of a count from 1 to 7 (below ``smallest``): anything beyond that. The range they can work out
   reaches at least from 1 to 7.
2. Of a sum of money over fewer than ``payees`` people, or of which one has more than ``dominance``
   per cent; and of a count of things behind which fewer than ``smallest`` people stand: its size
   within half. The range reaches at least from half of it to half as much again.
3. Of the difference of two exports: that it is between 1 and 7. The range reaches 0 or 8; where
   fewer than 8 entries came between, 0. Of a difference of things that fewer than ``smallest``
   people make, or of money that fewer than ``payees`` do: its size within half.
4. Who: ids of people and of things that are somebody's own, words, entries and their hashes, exact
   days, rows about one person.

**How a hidden cell reads.** «*» and one reason, whether it is small or would give a small one away.
Telling them apart would tell which of two is the small one; so the attacker's range for a hidden
figure begins at all whole numbers from zero.

**What it does not claim.** Knowledge from elsewhere (somebody knows what they themselves gave) and
this program's order of choice are not held against it. A count of zero is published: that nobody
did something is said of all of them.

Refused: noise added to figures (a board must be able to add up what it reads, and a second count
must give the same file); hiding whole views (nothing would be left of a small programme);
controlled rounding to additive tables (published totals would differ from their own rounding).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from projections.guard_before import Earlier, HeldBack, against, between, pattern_of
from projections.guard_cells import System, system_of
from projections.guard_rules import Control
from projections.guard_show import shown
from projections.guard_solve import protect
from projections.result import Fixed, Row, ViewResult

if TYPE_CHECKING:
    from projections.guard_people import Behind

#: Said where an earlier export was looked at.
_COMPARED = Fixed(
    "Compared with the earlier exports of the same views: a figure that differs from them by so "
    "few people that subtracting would tell is held back (*)."
)


class Guarded(NamedTuple):
    """Views as they may be published, and which of their figures that shows (``pattern_of``).

    ``after`` are the entries of the earlier exports they were held against, in their order.
    """

    views: tuple[ViewResult, ...]
    pattern: str
    after: tuple[int, ...] = ()


class Joined(NamedTuple):
    """The views of a report as one system of figures, without what lies behind their cells.

    The first ``own`` figures of the system are theirs. ``sizes`` are the earlier exports it was
    held against, by entry: on how many entries one stands where too few came since, else None.
    """

    views: tuple[ViewResult, ...]
    control: Control
    system: System
    own: int
    sizes: Mapping[int, int | None]


def joined(
    results: Sequence[ViewResult],
    control: Control,
    earlier: Iterable[Earlier],
    behind: Behind | None,
) -> Joined:
    """Join the views of one report, and hold them against earlier exports.

    They must stand on one state of the record. ``earlier`` are the exports that a reader may hold
    beside this one, taken one at a time; ``behind`` tells how many people came between them
    (``None``: there are no entries to ask). Whoever hides in them (``hidden_in``) looks at cells
    alone: the facts and all that was folded from them can go.
    """
    results = [_told_apart(result) for result in results]
    system = system_of(results, control)
    own = len(system.figures)
    sizes: dict[int, int | None] = {}
    for export in earlier:
        against(system, own, results, export, behind)
        close = between(results, export, control) is not None
        sizes[export.index] = export.results[0].checkpoint.size if close else None
    return Joined(tuple(map(_of_cells, results)), control, system, own, sizes)


def hidden_in(joined: Joined) -> Guarded:
    """Give joined views as they may be published together; equal ones give equal views.

    Raises ``HeldBack`` when so few entries came since an earlier export that nothing would help.
    """
    system, control, sizes = joined.system, joined.control, joined.sizes
    lost: list[int] = []
    protect(system.figures, system.laws, lost, system.then)
    # Only of what is itself small can so few entries tell everything.
    small = any(system.figures[at].value < control.smallest for at in lost)
    for index, size in sizes.items():
        if small and size is not None:
            raise HeldBack(index, size)
    said = {
        **control.as_json(),
        "together": [result.view for result in joined.views],
        "after": sorted(sizes),
    }
    views = tuple(replace(shown(one, system, control), control=said) for one in joined.views)
    if sizes:
        views = tuple(replace(view, notes=(*view.notes, _COMPARED)) for view in views)
    return Guarded(views, pattern_of(system, joined.own), tuple(sorted(sizes)))


def _of_cells(result: ViewResult) -> ViewResult:
    """The view without the entries, the people and the shares behind its cells."""
    rows = tuple(Row(row.cells, key=row.name) for row in result.rows)
    return replace(result, rows=rows, hashes={}, relations=())


def _told_apart(result: ViewResult) -> ViewResult:
    """The view with a name of its own for each row: no figure is then taken for another."""
    seen: Counter[str] = Counter(row.name for row in result.rows)
    if len(seen) == len(result.rows):
        return result
    rows = tuple(
        replace(row, key=f"{row.name} ({at})") if seen[row.name] > 1 else row
        for at, row in enumerate(result.rows, 1)
    )
    return replace(result, rows=rows)
