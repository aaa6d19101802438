"""The figures of the view ``fairness`` that rest on counts and days (domain.md section 8).

Paid as promised, uncovered time by side, acceptance by offers and by people, time to payment. Each
gives its interval over people: whoever is drawn comes with everything that is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from projections.cover import UNCOVERED, Cover, Piece
from projections.durations import Lasted, quantile
from projections.figure import AT_LEAST, EXACT, PER_CENT, Figure, Sample
from projections.hours import people as givers
from projections.hours import side_rows
from projections.lazily import Lazily
from projections.matter import KINDS, Claim, Matter, behind, people
from projections.offers import Money
from projections.payment_rows import is_due, is_kept, rests_on, row_key
from projections.result import Relation, Row, percent
from projections.stage_common import COMMUNITY

INSTITUTION = "institution"
T = TypeVar("T")
Ratio = tuple[int, int]


def _by(items: Iterable[T], who: Callable[[T], str]) -> Mapping[str, list[T]]:
    found: dict[str, list[T]] = {}
    for item in items:
        found.setdefault(who(item), []).append(item)
    return found


def share_of(people: Sequence[Ratio]) -> float | None:
    """Give the share in per cent that the parts of these people have in their wholes."""
    part = whole = 0
    for mine, of in people:
        part += mine
        whole += of
    return 100 * part / whole if whole else None


def promised(money: Money) -> Iterator[Figure]:
    """Paid as promised, by type and currency: the very counts of the view ``payments``."""
    by = _by(money.matters, lambda one: row_key(one.unit, one.offered_first))
    for at, some in sorted(by.items()):
        due = [one for one in some if one.dated and is_due(one, money.today)]
        if not due:
            continue
        # Promised and not due yet, of a day that is not known, or of a payment nobody recorded.
        silent = sum(bool(one.promised) or one.unrecorded for one in some if not one.refused)
        each = [
            (sum(map(is_kept, mine)), len(mine))
            for mine in _by(due, lambda one: one.payee).values()
        ]
        good = [one for one in due if is_kept(one)]
        kept = len(good)
        kind, currency, _ = due[0].unit
        key = f"promised-{at}"
        yield Figure(
            key,
            "Paid as promised",
            f"{KINDS.get(kind, kind)}, {currency}, on {rests_on(due[0])}",
            PER_CENT,
            len(due),
            "promises",
            percent(kept, len(due)),
            kept,
            len(due),
            left_out=silent - len(due),
            events=behind(due),
            people=people(due),
            part_people=partial(people, good),
            rest_people=partial(people, [one for one in due if not is_kept(one)]),
            relations=(
                _equal(key, "numerator", ("payments", at, "as_promised")),
                _equal(key, "denominator", ("payments", at, "due")),
            ),
            sample=Sample(each, share_of),
        )


def _equal(key: str, count: str, *parts: tuple[str, str, str]) -> Relation:
    """A count of a figure is the sum of these of other views."""
    return Relation(("fairness", key, count), parts)


def uncovered(cover: Cover) -> Iterator[Figure]:
    """Uncovered time of each side, and the community's minus the institution's, in points."""
    pieces = _by(cover.pieces, lambda piece: piece.giver.side)
    shares: dict[str, Figure] = {}
    for row in side_rows(cover, 0):
        part, whole = row.cells.get("uncovered"), row.cells.get("known")
        if not isinstance(part, int) or not isinstance(whole, int):
            continue  # no time of theirs is recorded
        mine = pieces[row.key]
        known = [one for one in mine if one.minutes is not None and one.cause != "unknown"]
        n, key = givers(known), f"uncovered-{row.key}"
        shares[row.key] = Figure(
            key,
            "Uncovered time",
            str(row.cells["side"]),
            PER_CENT,
            n or 0,
            "people",
            percent(part, whole) if whole else None,
            part if whole else None,
            whole or None,
            left_out=len(mine) - len(known),
            events=row.events,
            people=n,
            part_people=partial(_number, row, "uncovered"),
            rest_people=partial(_number, row, "share_uncovered"),
            behind=Lazily(
                {
                    "numerator": partial(row.rests_on, "uncovered"),
                    "denominator": partial(row.rests_on, "known"),
                }
            ),
            relations=(
                _equal(key, "numerator", ("hours", row.key, "uncovered")),
                _equal(key, "denominator", ("hours", row.key, "known")),
            ),
            sample=Sample(
                [_minutes(own) for own in _by(known, lambda one: one.person).values()], share_of
            ),
        )
    yield from shares.values()
    if COMMUNITY in shares or INSTITUTION in shares:
        yield _difference(shares.get(COMMUNITY), shares.get(INSTITUTION))


def _number(row: Row, column: str) -> int:
    return row.people[column] or 0


def _minutes(pieces: Sequence[Piece]) -> Ratio:
    open_ = sum(piece.minutes or 0 for piece in pieces if piece.cause in UNCOVERED)
    return open_, sum(piece.minutes or 0 for piece in pieces)


def _difference(ours: Figure | None, theirs: Figure | None) -> Figure:
    """In points; both sides are drawn anew together for the interval."""
    key, measure = "uncovered-difference", "Uncovered time, difference"
    of, unit, n_of = "Community minus institution", "percentage points", "people, smaller side"
    both = [figure for figure in (ours, theirs) if figure is not None]
    events = tuple(sorted({index for figure in both for index in figure.events}))
    if ours is None or theirs is None or ours.value is None or theirs.value is None:
        return Figure(key, measure, of, unit, 0, n_of, events=events)

    def points(people: Sequence[tuple[bool, Ratio]]) -> float | None:
        one = share_of([ratio for our, ratio in people if our])
        other = share_of([ratio for our, ratio in people if not our])
        return None if one is None or other is None else one - other

    people = [
        (figure is ours, ratio)
        for figure in both
        if figure.sample is not None
        for ratio in figure.sample.people
    ]
    return Figure(
        key,
        measure,
        of,
        unit,
        min(ours.n, theirs.n),
        n_of,
        round(ours.value - theirs.value, 1),
        events=events,
        people=min(ours.n, theirs.n),
        sample=Sample(people, points),
    )


#: Which answers, as the view ``payments`` has them, are in the counts of acceptance.
_ANSWERED = {"numerator": ("accepted",), "denominator": ("accepted", "redirected", "declined")}


def acceptance(matters: Sequence[Matter]) -> Iterator[Figure]:
    """Accepted of answered, by offers and by people; a charity's is answered and not accepted.

    Left out are offers of which no answer is recorded, and people of whom none is.
    """
    by = _by((one for one in matters if one.offered_first), lambda one: one.unit[0])
    for kind, title in KINDS.items():
        offered = by.get(kind, ())
        mine = [one for one in offered if one.answer is not None]
        if not mine:
            continue
        silent = len(offered) - len(mine), people(offered) - people(mine)
        said_yes = [one for one in mine if one.accepted]
        said_no = [one for one in mine if not one.accepted]
        each = [
            (sum(one.accepted for one in own), len(own))
            for own in _by(mine, lambda one: one.payee).values()
        ]
        offers = sum(yes for yes, _ in each), len(mine)
        persons = [(int(yes > 0), 1) for yes, _ in each]
        some = sum(yes for yes, _ in persons), len(persons)
        for name, (part, whole), sample, left_out in (
            ("offers", offers, each, silent[0]),
            ("people", some, persons, silent[1]),
        ):
            key = f"accepted-{name}-{kind}"
            at = sorted({row_key(one.unit) for one in mine}) if name == "offers" else []
            yield Figure(
                key,
                f"Accepted of answered, {name}",
                title,
                PER_CENT,
                whole,
                name,
                percent(part, whole),
                part,
                whole,
                left_out=left_out,
                events=behind(mine),
                people=len(persons),
                part_people=partial(people, said_yes),
                rest_people=partial(people, said_no),
                relations=tuple(
                    _equal(key, count, *(("payments", row, cell) for row in at for cell in cells))
                    for count, cells in _ANSWERED.items()
                    if at
                ),
                sample=Sample(sample, share_of),
            )


def time_to_payment(money: Money) -> Iterator[Figure]:
    """Days from claim to the payment that settled it: median and 90th percentile."""
    by = _by((one for one in money.dated if one.claims), lambda one: one.unit[0])
    for kind in KINDS:
        claims = [
            (one, claim)
            for one in by.get(kind, ())
            for claim in one.claims
            if claim.live and not claim.refused
        ]
        if not claims:
            continue
        found = [(one, lasted_of(claim, money.today)) for one, claim in claims]
        timed = [(one, lasted) for one, lasted in found if lasted is not None]
        for share in (0.5, 0.9):
            yield _days(kind, share, timed, len(claims))


def _days(kind: str, share: float, timed: Sequence[tuple[Matter, Lasted]], claims: int) -> Figure:
    def days(people: Sequence[Sequence[Lasted]]) -> float | None:
        some = quantile([lasted for own in people for lasted in own], share)
        return float(some.days) if some else None

    each = [[one for _, one in own] for own in _by(timed, lambda it: it[0].payee).values()]
    found = days(each)
    some = quantile([lasted for _, lasted in timed], share)
    bound = some is not None and some.at_least
    matters = [one for one, _ in timed]
    name = "median" if share < 0.9 else "90th percentile"
    return Figure(
        f"days-{'median' if share < 0.9 else 'p90'}-{kind}",
        f"Days from claim to payment, {name}",
        KINDS[kind],
        "days",
        len(timed),
        "claims",
        found,
        sum(lasted.ended for _, lasted in timed),
        len(timed),
        AT_LEAST if bound else EXACT,
        claims - len(timed),
        behind(matters),
        people(matters),
        sample=None if bound else Sample(each, days),
    )


def lasted_of(claim: Claim, today: date | None) -> Lasted | None:
    """How long a claim took or has taken; None where a day is not known, or it was written off."""
    first, last = claim.made_on
    if first is None or first != last or claim.written_off:
        return None
    if claim.approved is not None and claim.paid >= claim.minor:
        paid, by = claim.paid_on
        return Lasted(max(0, (paid - first).days), True) if paid and paid == by else None
    return None if today is None else Lasted(max(0, (today - first).days), False)
