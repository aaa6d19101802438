"""``tally unanswered``: what nobody has replied to, in a few lines; the view says it in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.asking import asking_options
from cli.lazy import Command
from cli.workspace import with_workspace

if TYPE_CHECKING:
    from cli.workspace import Workspace
    from projections.result import ViewResult

#: So many are named, the oldest first; the view lists all.
_SHOWN = 5


@click.command(cls=Command, example="tally unanswered")
@asking_options
@with_workspace
def unanswered(ws: Workspace, **narrowed: str | None) -> None:
    """Say what people raised or said that nobody has replied to, the oldest first.

    Each is listed with its entry: `tally show 12` shows it, and `tally input answer 12` answers.
    `tally view unanswered` lists all of it.
    """
    from cli.figures import in_the_table, of_today
    from cli.render.json_ import as_json
    from cli.several import refuse_several

    refuse_several(ws, "unanswered", "tally view unanswered")
    result = of_today(ws, "unanswered", narrowed)
    lines = [*result.summary.shows, *result.summary.unknown, *_oldest(ws, result)]
    ws.out.answer(as_json(result), lines or in_the_table(result))


def _oldest(ws: Workspace, result: ViewResult) -> list[str]:
    """The oldest, each with the number of the entry in which it was said."""
    from projections.stage_common import many

    if result.control is not None:  # guarded: which ones can point at who said them
        return []
    lines = []
    for row in result.rows[:_SHOWN]:
        thing, days = row.cells["thing"], row.cells["days"]
        if not isinstance(thing, str):  # guarded: what somebody said can point at who said it
            continue
        register = ws.register(thing.partition(":")[0])
        said = register.get(thing)
        entry = f"{said.index:>6}" if said else " " * 6
        waits = many(days, "day") if isinstance(days, int) else "date not recorded"
        about = f"{row.cells['kind']}, {waits}; {row.cells['state']}"
        lines.append(f"{entry}  {register.label(thing)} ({about})")
    if len(result.rows) > _SHOWN:
        lines.append(f"  and {len(result.rows) - _SHOWN} more: tally view unanswered")
    return lines
