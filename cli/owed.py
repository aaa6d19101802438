"""``tally owed``: what is owed to people, in a few lines; the view ``owed`` says it in full."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from cli.asking import asking_options
from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.matter import Matter
    from projections.result import Asked


@click.command(cls=Command, example="tally owed")
@asking_options
@click.option("--whom", is_flag=True, help="To whom, line by line: for who holds `budget`.")
@with_workspace
def owed(ws: Workspace, whom: bool, **narrowed: str | None) -> None:
    """Say how many people are owed how much, and for how long.

    Types of payment and currencies stand apart. `tally view owed` shows the figures with their
    formula, and `tally view owed --why fee-GBP/owed` the entries behind one of them. With --whom
    each offer or claim that is open has a line of its own; those to others are for who offered
    them, and for who holds the power budget or information.
    """
    from cli.figures import asked_today, in_the_table, of_today
    from cli.render.json_ import as_json
    from cli.several import refuse_several

    refuse_several(ws, "owed", "tally view owed")
    if whom:
        _to_whom(ws, asked_today(ws, "owed", narrowed))
        return
    result = of_today(ws, "owed", narrowed)
    lines = [*result.summary.shows, *result.summary.unknown]
    ws.out.answer(as_json(result), lines or in_the_table(result))


def _to_whom(ws: Workspace, asked: Asked) -> None:
    """The very matters that the view adds up, oldest first."""
    from cli.looking import show_rows
    from projections.kept import facts_of
    from projections.offers import NEEDS, read
    from projections.owed import NOTHING, SILENT

    money = read(facts_of(ws.ledger, NEEDS), asked)
    open_ = [one for one in money.dated if one.open or one.asked]
    open_.sort(key=lambda one: (one.since or date.max, one.first.index))
    rows = [_line(ws, one, money.today) for one in open_]
    columns = (
        ("entry", "ENTRY"),
        ("to_name", "TO"),
        ("kind", "TYPE"),
        ("owed_words", "OWED"),
        ("asked_words", "ASKED FOR"),
        ("days", "DAYS"),
        ("due", "DUE"),
        ("overdue", "DAYS PAST IT"),
    )
    silent = any(one.unrecorded for one in money.matters)
    show_rows(ws, rows, columns, SILENT if silent else NOTHING)


def _line(ws: Workspace, one: Matter, today: date | None) -> dict[str, Any]:
    from cli.amounts import money_in_words

    unit, to = one.first.body["amount"], one.first.body["to"]
    owed, asked = ({**unit, "minor": minor} for minor in (one.open, one.asked))
    return {
        "entry": one.first.index,
        "to": to,
        "to_name": ws.register(to.partition(":")[0]).label(to),
        "kind": one.first.body["kind"],
        "owed": owed,
        "asked": asked,
        "owed_words": money_in_words(owed) if one.open else None,
        "asked_words": money_in_words(asked) if one.asked else None,
        "days": (today - one.since).days if today and one.since else None,
        "due": str(one.due) if one.due else None,
        "overdue": (one.overdue(today) or None) if today else None,
    }
