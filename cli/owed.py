"""``tally owed``: what is owed to people, in a few lines; the view ``owed`` says it in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.asking import asking_options
from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.command(cls=Command, example="tally owed")
@asking_options
@with_workspace
def owed(ws: Workspace, **narrowed: str | None) -> None:
    """Say how many people are owed how much, and for how long.

    Types of payment and currencies stand apart. `tally view owed` shows the figures with their
    formula, and `tally view owed --why fee-GBP/owed` the entries behind one of them.
    """
    from cli.figures import in_the_table, of_today
    from cli.render.json_ import as_json

    result = of_today(ws, "owed", narrowed)
    lines = [*result.summary.shows, *result.summary.unknown]
    ws.out.answer(as_json(result), lines or in_the_table(result))
