"""Who holds the pen: lines about people that others signed, and how soon people were told.

Lines, whose hand wrote them and what was told are those of the view ``integrity``; here the
community stands beside staff, with the difference in points.

Source: domain.md section 8.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Final

from projections.about_people import (
    Lines,
    Written,
    entries_of,
    median,
    number_of,
)
from projections.concern import STAFF
from projections.measure import PER_CENT, Measure, difference, events_of, left_out
from projections.sides import COMMUNITY

_MEASURE: Final = "Who holds the pen"


def pens(lines: Lines) -> Iterator[Measure]:
    """Give the share of lines that others signed, of two sides; the difference; days to told."""
    community = [one for one in lines.written if COMMUNITY in one.sides]
    staff = [one for one in lines.written if one.sides & STAFF]
    ours = _pen("pen-community", "the community", community, frozenset({COMMUNITY}))
    theirs = _pen("pen-staff", "staff", staff, STAFF)
    yield ours
    yield theirs
    yield difference("pen-difference", _MEASURE, "Community minus staff", ours, theirs)
    yield _told(lines, community)


def _pen(key: str, title: str, about: Sequence[Written], sides: frozenset[str]) -> Measure:
    others = [one for one in about if not (one.own and one.by in sides)]
    people = set[str]().union(*{one.about for one in about})
    n = number_of(about)
    return Measure(
        key,
        _MEASURE,
        f"Lines about people acting for {title} that others signed, of all lines about them",
        PER_CENT,
        n,
        "lines",
        number_of(others),
        n,
        missing="" if about else f"no line is recorded about people acting for {title}",
        events=entries_of(about),
        behind={"numerator": entries_of(others)},
        people=len(people),
    )


def _told(lines: Lines, about: Sequence[Written]) -> Measure:
    told, days, firsts, people = 0, list[int](), array("Q"), set[str]()
    for one in about:
        for _, first, waited in lines.told(one):
            told += 1
            firsts.append(first)
            people |= one.about
            if waited is not None:
                days.append(waited)
    n = number_of(about)
    return Measure(
        "pen-told",
        _MEASURE,
        "Median days from recording to told, of lines about the community that were told",
        "days",
        len(days),
        "lines told",
        len(days),
        n,
        median(days),
        left_out=told - len(days),
        excluded=left_out(not_told_yet=n - told),
        missing="" if days else "nobody is recorded as having been told",
        events=events_of(entries_of(about), firsts),
        people=len(people),
    )
