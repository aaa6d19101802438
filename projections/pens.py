"""Who holds the pen: lines about people that others signed, and how soon people were told.

Lines, whose hand wrote them and what was told are those of the view ``integrity``; here the
community stands beside staff, with the difference in points.

Source: domain.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from projections.about_people import Line, Lines, days_between, entries_of, median
from projections.concern import STAFF
from projections.measure import PER_CENT, Measure, difference, events_of, left_out
from projections.sides import COMMUNITY

_MEASURE: Final = "Who holds the pen"


def pens(lines: Lines) -> Iterator[Measure]:
    """Give the share of lines that others signed, of two sides; the difference; days to told."""
    community = [line for line in lines.lines if COMMUNITY in line.sides]
    staff = [line for line in lines.lines if line.sides & STAFF]
    ours = _pen("pen-community", "the community", community, frozenset({COMMUNITY}))
    theirs = _pen("pen-staff", "staff", staff, STAFF)
    yield ours
    yield theirs
    yield difference("pen-difference", _MEASURE, "Community minus staff", ours, theirs)
    yield _told(lines, community)


def _pen(key: str, title: str, about: Sequence[Line], sides: frozenset[str]) -> Measure:
    others = [line for line in about if not (line.own and line.by in sides)]
    people = set[str]().union(*{line.about for line in about})
    return Measure(
        key,
        _MEASURE,
        f"Lines about people acting for {title} that others signed, of all lines about them",
        PER_CENT,
        len(about),
        "lines",
        len(others),
        len(about),
        missing="" if about else f"no line is recorded about people acting for {title}",
        events=entries_of(about),
        behind={"numerator": entries_of(others)},
        people=len(people),
    )


def _told(lines: Lines, about: Sequence[Line]) -> Measure:
    told = [(line, first) for line in about if (first := lines.first_told(line)) is not None]
    days = [wait for line, first in told if (wait := days_between(line.fact, first)) is not None]
    return Measure(
        "pen-told",
        _MEASURE,
        "Median days from recording to told, of lines about the community that were told",
        "days",
        len(days),
        "lines told",
        len(days),
        len(about),
        median(days),
        left_out=len(told) - len(days),
        excluded=left_out(not_told_yet=len(about) - len(told)),
        missing="" if days else "nobody is recorded as having been told",
        events=events_of(entries_of(about), (first.index for _, first in told)),
        people=len(set[str]().union(*{line.about for line, _ in told})),
    )
