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

    `tally view unanswered` lists all of it, and `tally input answer` answers.
    """
    from dataclasses import replace

    from cli.asking import asked_of, refuse_unfollowed
    from cli.figures import as_seen, in_the_table
    from cli.render.json_ import as_json
    from projections.views import answer

    asked = asked_of(ws, **narrowed)
    if asked.at is None and not asked.dated:
        # Days go by while nobody writes anything; who waits waits longer all the same.
        asked = replace(asked, happened_by=ws.local_today())
    refuse_unfollowed(["unanswered"], asked)
    result = as_seen(ws, answer(ws.ledger, "unanswered", asked))
    lines = [*result.summary.shows, *result.summary.unknown, *_oldest(ws, result)]
    ws.out.answer(as_json(result), lines or in_the_table(result))


def _oldest(ws: Workspace, result: ViewResult) -> list[str]:
    if result.control is not None:  # guarded: which ones can point at who said them
        return []
    lines = []
    for row in result.rows[:_SHOWN]:
        thing, days = row.cells["thing"], row.cells["days"]
        if not isinstance(thing, str):  # guarded: what somebody said can point at who said it
            continue
        name = ws.register(thing.partition(":")[0]).label(thing)
        waits = "date not recorded" if days is None else f"{days} day{'' if days == 1 else 's'}"
        lines.append(f"  {name} ({row.cells['kind']}, {waits}; {row.cells['state']})")
    if len(result.rows) > _SHOWN:
        lines.append(f"  and {len(result.rows) - _SHOWN} more: tally view unanswered")
    return lines
