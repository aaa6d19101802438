"""What an hour came to: fees over the hours they paid for, only in aggregate, an illustration.

Involvement is not employment, so no such rate is ever a person's, and it is marked illustrative
(domain.md section 8). It rests on work whose time is recorded and whose fee or wage names that one
piece of work; awarded scores are no time and enter nowhere. The ratio is the median of people on
the community's side over the median of the institution's, for the same kind of work; where the
institution's pay is not recorded, there is no ratio.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from projections.cover import Cover, Piece
from projections.entries import entries
from projections.fairness_rows import INSTITUTION
from projections.figure import ILLUSTRATIVE, Figure, Sample
from projections.matter import works_of
from projections.stage_common import COMMUNITY, SIDES

_FEES = frozenset({"fee", "wage"})
Paid = tuple[int, int]


class _Earned(NamedTuple):
    """One paid piece of work in one currency: minor units of it."""

    piece: Piece
    currency: str
    exponent: int
    minor: int


class _Fees(NamedTuple):
    """Paid pieces of work: those whose hours the fee can be laid over, and the others."""

    earned: list[_Earned]
    #: Paid, and no time is recorded, or the fee is for several pieces of work.
    silent: list[_Earned]

    @classmethod
    def of(cls, cover: Cover) -> _Fees:
        found = cls([], [])
        for piece in cover.pieces:
            if piece.cause != "paid":
                continue
            alone: dict[tuple[str, int], int] = {}
            shared: dict[tuple[str, int], int] = {}
            for matter in piece.matters:
                kind, currency, exponent = matter.unit
                if kind in _FEES and matter.paid > 0:
                    paid = alone if len(works_of(matter)) == 1 and piece.minutes else shared
                    unit = currency, exponent
                    paid[unit] = paid.get(unit, 0) + matter.paid
            found.earned.extend(_Earned(piece, *unit, minor) for unit, minor in alone.items())
            found.silent.extend(_Earned(piece, *unit, minor) for unit, minor in shared.items())
        return found

    def left_out(self, side: str, currency: str, exponent: int, kind: str = "") -> int:
        """How many people of a side (for one kind of work) were paid so and are in no rate."""

        def who(some: Iterable[_Earned]) -> set[str]:
            return {
                one.piece.person
                for one in some
                if (one.piece.giver.side, one.currency, one.exponent) == (side, currency, exponent)
                and (not kind or kind in _kinds(one))
            }

        return len(who(self.silent) - who(self.earned))


def _kinds(one: _Earned) -> Sequence[str]:
    kinds: Sequence[str] = one.piece.work.body.get("kinds", ("unsorted",))
    return kinds


def _each(earned: Sequence[_Earned]) -> list[Paid]:
    """What each person was paid, and for how many minutes."""
    by: dict[str, Paid] = {}
    for one in earned:
        money, minutes = by.get(one.piece.person, (0, 0))
        by[one.piece.person] = money + one.minor, minutes + (one.piece.minutes or 0)
    return list(by.values())


def hourly(cover: Cover) -> Iterator[Figure]:
    """Fees over the hours they paid for, by side and currency."""
    fees = _Fees.of(cover)
    by: dict[tuple[str, str, int], list[_Earned]] = {}
    for one in fees.earned:
        by.setdefault((one.piece.giver.side, one.currency, one.exponent), []).append(one)
    for (side, currency, exponent), some in sorted(by.items()):
        each = _each(some)

        def rate(people: Sequence[Paid], exponent: int = exponent) -> float:
            money = minutes = 0
            for mine, of in people:
                money += mine
                minutes += of
            return float(60 * money / minutes / 10**exponent)

        yield Figure(
            f"hourly-{side}-{currency}" + ("" if exponent == 2 else f"-{exponent}"),
            "Fees for an hour",
            SIDES[side],
            f"{currency} an hour",
            len(each),
            "people",
            round(rate(each), 2),
            None,
            sum(minutes for _, minutes in each),
            ILLUSTRATIVE,
            fees.left_out(side, currency, exponent),
            events=_behind(some),
            people=len(each),
            sample=Sample(each, rate),
        )


def ratios(cover: Cover) -> Iterator[Figure]:
    """Median hourly fee of the community over the institution's, for the same kind of work."""
    fees = _Fees.of(cover)
    by: dict[tuple[str, str, int], list[_Earned]] = {}
    for one in fees.earned:
        for kind in _kinds(one):
            by.setdefault((kind, one.currency, one.exponent), []).append(one)
    for (kind, currency, exponent), some in sorted(by.items()):
        sides = {
            side: _each([one for one in some if one.piece.giver.side == side])
            for side in (COMMUNITY, INSTITUTION)
        }
        if sides[COMMUNITY]:
            end = "" if exponent == 2 else f"-{exponent}"
            out = sum(fees.left_out(side, currency, exponent, kind) for side in sides)
            yield _ratio(f"ratio-{kind}-{currency}{end}", f"{kind}, {currency}", sides, some, out)


def _ratio(
    key: str, of: str, sides: Mapping[str, Sequence[Paid]], some: Sequence[_Earned], left_out: int
) -> Figure:
    ours, theirs = sides[COMMUNITY], sides[INSTITUTION]
    measure = "Hourly fees, community over institution (medians)"
    n, n_of, events = min(len(ours), len(theirs)), "people, smaller side", _behind(some)
    if not theirs:
        silent = "institution's pay not recorded"
        return Figure(
            key, measure, of, "times", n, n_of, reading=silent, left_out=left_out, events=events
        )

    def times(people: Sequence[tuple[bool, Paid]]) -> float | None:
        one = [money / minutes for our, (money, minutes) in people if our]
        other = [money / minutes for our, (money, minutes) in people if not our]
        return median(one) / median(other) if one and other else None

    people = [(True, one) for one in ours] + [(False, one) for one in theirs]
    found = times(people)
    return Figure(
        key,
        measure,
        of,
        "times",
        n,
        n_of,
        round(found, 2) if found is not None else None,
        reading=ILLUSTRATIVE,
        left_out=left_out,
        events=events,
        people=n,
        sample=Sample(people, times),
    )


def _behind(some: Sequence[_Earned]) -> Sequence[int]:
    return entries(index for one in some for index in one.piece.events)
