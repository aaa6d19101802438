"""A figure through time: the options of ``tally view`` that ask for one, and the days they mean.

    --series ROW/COLUMN --dates 2026-03-31,2026-06-30
    --series ROW/COLUMN --dates evaluations
    --series ROW/COLUMN --every month --from 2026-01 --to 2026-06

A step ends on the last day of its month, quarter or year; a last day that ends none is added, so
that the newest figure is not lost.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.result import Asked, Series, ViewResult

F = TypeVar("F", bound=Callable[..., Any])

#: Months to a step.
STEPS = {"month": 1, "quarter": 3, "year": 12}
#: The word for the days of all recorded evaluation points.
EVALUATIONS = "evaluations"
#: More days than anybody looks at, and each folds the record once more.
MOST = 400

_OPTIONS = (
    click.option("--series", metavar="CELL", help="One figure through time: ROW/COLUMN."),
    click.option(
        "--dates", metavar="DATES", help="At these days, with commas between; or: evaluations."
    ),
    click.option("--every", type=click.Choice(list(STEPS)), help="At the end of each."),
    click.option("--from", "first", metavar="DATE", help="With --every: from then on."),
    click.option("--to", "last", metavar="DATE", help="With --every: up to then; else today."),
    click.option(
        "--axis",
        type=click.Choice(("happened", "known", "both")),
        help="By when it happened (usual), as the ledger knew it, or both.",
    ),
)


#: Under which names they reach a command.
NAMES = ("series", "dates", "every", "first", "last", "axis")


def series_options(command: F) -> F:
    """Add the options that ask for a figure through time."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def series_of(
    ws: Workspace,
    *,
    series: str | None,
    dates: str | None,
    every: str | None,
    first: str | None,
    last: str | None,
    axis: str | None,
) -> Series | None:
    """The series asked for, if one was.

    Raises:
        WrongInput: its days are missing, cannot be read, or are too many.
    """
    from cli.errors import WrongInput
    from projections.result import Series

    if series is None:
        if any((dates, every, first, last, axis)):
            raise WrongInput(
                "Dates were given, and no figure to follow through them.",
                "Name one: --series ROW/COLUMN, as --why does.",
            )
        return None
    if bool(dates) == bool(every) or (dates and (first or last)):
        raise WrongInput(
            "A series needs its dates.",
            "Give --dates 2026-03-31,2026-06-30, or --every month --from 2026-01.",
        )
    if dates == EVALUATIONS:
        days = _evaluations(ws)
    else:
        days = _listed(dates) if dates else _stepped(ws, every or "", first, last)
    if not 1 <= len(days) <= MOST:
        raise WrongInput(
            f"That is {len(days)} dates; a series has at least one and at most {MOST}.",
            "Take longer steps (--every quarter), or a shorter time.",
        )
    return Series(series, days, axis or "happened")  # type: ignore[arg-type]  # click checked it


def _evaluations(ws: Workspace) -> tuple[date, ...]:
    """The days by which each recorded evaluation point had been held.

    Raises:
        WrongInput: none is recorded that says its day.
    """
    from cli.errors import WrongInput
    from projections.evaluations import evaluation_days

    days = evaluation_days(ws.ledger)
    if not days:
        raise WrongInput(
            "No evaluation point with a date is recorded.",
            "Record one: tally reflect point mid-term --on 2026-04 …, or give --dates yourself.",
        )
    return days


def _listed(text: str) -> tuple[date, ...]:
    from cli.dates import parse_day

    return tuple(sorted({parse_day(part) for part in text.split(",") if part.strip()}))


def _stepped(ws: Workspace, every: str, first: str | None, last: str | None) -> tuple[date, ...]:
    from cli.errors import WrongInput

    if first is None:
        raise WrongInput(
            f"From when on, every {every}?", f"Say it: --every {every} --from 2026-01."
        )
    today = ws.local_today()
    start, _ = _ends(ws, first)
    _, end = _ends(ws, last) if last else (today, today)
    if end < start:
        raise WrongInput("The time ends before it begins.", "Give the earlier date to --from.")
    found = list(step_ends(start, end, STEPS[every]))
    return tuple(found if found and found[-1] == end else [*found, end])


def _ends(ws: Workspace, text: str) -> tuple[date, date]:
    """The first and last day of a date as people write it."""
    from cli.dates import parse_on
    from cli.errors import WrongInput

    on = parse_on(text, ws.local_today())
    if "from" not in on:
        raise WrongInput("«unknown» is no date to begin or end at.", "Write 2026-01 or a day.")
    return date.fromisoformat(on["from"]), date.fromisoformat(on["to"])


def step_ends(start: date, end: date, months: int) -> Iterator[date]:
    """Give the last day of each step of 1, 3 or 12 calendar months, within ``start``–``end``."""
    at = (start.year * 12 + start.month - 1) // months * months + months - 1
    while True:
        year, month = divmod(at, 12)
        if year > date.max.year:
            return
        day = date(year, month + 1, monthrange(year, month + 1)[1])
        if day > end:
            return
        if day >= start:
            yield day
        at += months


def followed(ws: Workspace, name: str, asked: Asked, series: Series) -> ViewResult:
    """The figure at each day. The row may be named as people call the thing it is about.

    Raises:
        WrongInput: the view has no such row or column.
    """
    from dataclasses import replace

    from cli.asking import thing_named
    from cli.errors import WrongInput
    from projections.series import NoSuchCell
    from projections.views import answer

    try:
        return answer(ws.ledger, name, replace(asked, series=series))
    except NoSuchCell as error:
        row, slash, column = series.cell.rpartition("/")
        try:
            cell = thing_named(ws, row) + slash + column
            return answer(ws.ledger, name, replace(asked, series=replace(series, cell=cell)))
        except (WrongInput, NoSuchCell):
            raise WrongInput(
                f"The view {name} has no figure {series.cell}.", f"It says: {error.args[0]}."
            ) from error
