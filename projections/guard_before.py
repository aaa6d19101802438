"""Earlier exports held against a new one: what subtracting two files would tell.

An earlier export is counted again at its own checkpoint, with its own limits, and what it showed is
read from its entry (``pattern``, one bit a figure). Its figures join the new report's system: they
are out, and can no longer be hidden. A figure that did not change since is the same figure, so what
the old file hides the new one must not give away. One that changed is the old one and a difference:

    new = old + difference

and a difference of 1 to 7 must stay possible to be none, or 8 (domain.md section 10). Where fewer
than 8 entries came between, which both files say, none it must be: a figure that goes from 10 to 15
by one entry was 12 and is 13, and what one entry added to none is one. A difference of money that
fewer than ten people make must stay uncertain by half, and so must one of things or minutes that
fewer than eight people make: 100 minutes more by one entry are somebody's 100 minutes. Where they
would not, figures of the new report are held back; and where even that does not help, the export is
(``HeldBack``).
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from projections.guard_cells import Place, System, system_of
from projections.guard_rules import OPEN_UNITS, PEOPLE, PLACES, Control
from projections.guard_solve import Figure, Law
from projections.result import Row, ViewResult

if TYPE_CHECKING:
    from projections.guard_people import Behind

#: The most bytes that a pattern may unpack to: eight million figures.
_MOST = 1_000_000


class HeldBack(ValueError):
    """An export so soon after another that what came between could be told from the two.

    ``since`` is the entry of the earlier export, ``size`` how many entries that one stands on.
    """

    def __init__(self, since: int, size: int) -> None:
        super().__init__(f"too few entries came since the export of entry {since}")
        self.since, self.size = since, size


class Earlier(NamedTuple):
    """One earlier export: its entry, its views as counted then, its limits, and its pattern."""

    index: int  # type: ignore[assignment]  # the record's word; a tuple's search is not missed
    results: tuple[ViewResult, ...]
    control: Control
    pattern: str


def pattern_of(system: System, count: int) -> str:
    """Say which of the first ``count`` figures are shown: a bit each, packed, base64url."""
    bits = "".join("01"[not system.figures[at].hidden] for at in _places(system, count).values())
    whole = int("1" + bits, 2)
    raw = whole.to_bytes((whole.bit_length() + 7) // 8, "big")
    return urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def read_pattern(text: str, count: int) -> list[bool]:
    """Give the bits of a pattern; all true, the safe answer, when it is not one of ``count``."""
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(packed, _MOST)
    except (ValueError, BadBase64, zlib.error):
        return [True] * count
    bits = f"{int.from_bytes(raw, 'big'):b}"[1:]
    return [bit == "1" for bit in bits] if len(bits) == count else [True] * count


def _places(system: System, count: int) -> dict[Place, int]:
    return {place: at for place, at in system.at.items() if at < count}


def against(
    system: System,
    own: int,
    results: Sequence[ViewResult],
    earlier: Earlier,
    behind: Behind | None,
) -> None:
    """Add an earlier export to the system of a new report, whose figures are the first ``own``.

    ``behind`` knows the people behind the entries of both; without it only sums of money say who
    makes a difference.
    """
    old = system_of(earlier.results, earlier.control)
    places = _places(old, len(old.figures))
    shows = dict(zip(places, read_pattern(earlier.pattern, len(places)), strict=True))
    for place, at in places.items():
        old.figures[at].hidden = not shows[place]
    first = len(system.figures)
    _laws_of_both(system, own, old)
    for figure in old.figures:
        if not figure.hidden:  # it is out: nothing protects it any more
            figure.least = figure.most = None
        figure.price = 0
    system.figures.extend(old.figures)
    system.units.extend(old.units)
    system.laws.extend(
        law._replace(terms=tuple((at + first, sign) for at, sign in law.terms)) for law in old.laws
    )
    changed = _payees(results), _payees(earlier.results)
    rows = _rows(results), _rows(earlier.results)
    close = between(results, earlier, system.control)
    for place, new in _places(system, own).items():
        before = places.get(place)
        if before is not None and old.units[before] == system.units[new]:
            few = False
            if system.figures[new].value != old.figures[before].value:
                few = (
                    _few_changed(place, changed, system.control)
                    if system.units[new][1]
                    else _few_between(place, system.units[new][0], rows, behind, system.control)
                )
            _linked(system, new, first + before, few, close)
    _totals_then(system, own)


def _laws_of_both(system: System, own: int, old: System) -> None:
    """Add what holds between figures of one export and was found in the other alone.

    Where all parts but one are none, numbers do not tell that a total is one; the other export may.
    """
    now, then = _places(system, own), _places(old, len(old.figures))
    across = {
        then[place]: at
        for place, at in now.items()
        if place in then and system.units[at] == old.units[then[place]]
    }
    back = {at: before for before, at in across.items()}
    new = [law for law in system.laws if all(at < own for at, _ in law.terms)]
    _carry(old.laws, across, system)
    _carry(new, back, old)


def _carry(laws: Sequence[Law], across: Mapping[int, int], system: System) -> None:
    """Add those of ``laws`` that hold in ``system`` as well, and are not in it.

    A row that is not there any more, or not yet, counts as none.
    """
    known = {(frozenset(law.terms), law.equal) for law in system.laws}
    for law in laws:
        terms = tuple((across[at], sign) for at, sign in law.terms if at in across)
        if len({sign for _, sign in terms}) < 2:
            continue
        excess = sum(sign * system.figures[at].value for at, sign in terms)
        holds = not excess if law.equal else excess <= 0
        if holds and (frozenset(terms), law.equal) not in known:
            system.laws.append(Law(terms, law.equal))


def between(results: Sequence[ViewResult], earlier: Earlier, control: Control) -> int | None:
    """How many entries came between, if so few that they bound what can have changed."""
    if not earlier.results:
        return None
    now, then = results[0], earlier.results[0]
    if replace(now.asked, at=None) != replace(then.asked, at=None):
        return None
    apart = abs(now.checkpoint.size - then.checkpoint.size)
    return apart if apart < control.smallest else None


def _totals_then(system: System, own: int) -> None:
    """What is shown nowhere was, then, what the others in its law leave: a total, or a rest."""
    placed = set(system.at.values())
    nowhere = {
        at
        for at, figure in enumerate(system.figures[:own])
        if not figure.price and at not in placed and at not in system.then
    }
    for law in system.laws:
        unknown = [(at, sign) for at, sign in law.terms if at in nowhere] if nowhere else []
        if law.equal and len(unknown) == 1:
            [(one, own_sign)] = unknown
            nowhere.discard(one)
            left = sum(
                sign * system.then.get(at, system.figures[at].value)
                for at, sign in law.terms
                if at != one
            )
            system.then[one] = -own_sign * left
    system.then.update((at, system.figures[at].value) for at in nowhere)


def _linked(system: System, new: int, old: int, few: bool, close: int | None) -> None:
    """Bind a figure to what it was: the same, or apart by a difference that may need protecting."""
    difference = system.figures[new].value - system.figures[old].value
    system.then.setdefault(new, system.figures[old].value)
    if not difference:
        system.law(new, [old])
        return
    size = abs(difference)
    figure = Figure(size, hidden=True, price=0)
    money = bool(system.units[new][1])
    if few and (money or size >= system.control.smallest):
        figure.least, figure.most = size // 2, size + (size + 1) // 2
    elif not money and size < system.control.smallest:
        figure.least, figure.either = 0, True
        figure.most = system.control.smallest
        if close is not None:
            figure.most = None
            if size <= close:  # else one entry was about several people, and bounds nothing
                figure.hidden, figure.high = False, close
    apart = system.add(None, figure, system.units[new])
    system.then[apart] = 0
    high, low = (new, old) if difference > 0 else (old, new)
    system.law(high, [low, apart])


def _payees(results: Sequence[ViewResult]) -> dict[Place, tuple[int, ...]]:
    return {
        Place(result.view, row.name, column): shares
        for result in results
        for row in result.rows
        for column, shares in row.payees.items()
    }


def _rows(results: Sequence[ViewResult]) -> dict[tuple[str, str], Row]:
    return {(result.view, row.name): row for result in results for row in result.rows}


def _few_between(
    place: Place,
    unit: str,
    rows: tuple[dict[tuple[str, str], Row], dict[tuple[str, str], Row]],
    behind: Behind | None,
    control: Control,
) -> bool:
    """Whether too few people make the difference of two counts of things."""
    kind = unit.lower().removesuffix("s")
    if behind is None or kind in PEOPLE | OPEN_UNITS:  # a count of people says it by itself
        return False
    now, then = (found[place.view, place.row] for found in rows)
    return behind.between(now, then, place.column, lines=kind in PLACES) < control.smallest


def _few_changed(
    place: Place,
    changed: tuple[dict[Place, tuple[int, ...]], dict[Place, tuple[int, ...]]],
    control: Control,
) -> bool:
    """Whether fewer people than a sum of money needs make the difference of two sums."""
    now, then = (Counter(payees.get(place, ())) for payees in changed)
    return max((now - then).total(), (then - now).total()) < control.payees
