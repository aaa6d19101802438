"""``tally group``: people who took part and must not, or cannot, be named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.choices import SIDES
from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.group(cls=Group)
def group() -> None:
    """Record a number of people who are not named."""


@group.command(
    "add", example='tally group add "parents at the school gate" --number 12 --acts-for community'
)
@click.argument("label")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@click.option("--number", type=click.IntRange(1, 1_000_000), help="How many; left out: not known.")
@click.option(
    "--counted",
    type=click.Choice(["exact", "at-least", "about", "unknown"]),
    help="How well the number is known.",
)
@click.option("--acts-for", "side", type=click.Choice(SIDES), default="unsaid", help="Their side.")
@click.option("--note", help="More words (kept apart, erasable).")
@writes
@with_workspace
def add(
    ws: Workspace,
    label: str,
    project: str | None,
    number: int | None,
    counted: str | None,
    side: str,
    note: str | None,
    manner: Manner,
) -> None:
    """Record that a group took part: a number and a date, no names."""
    from cli.answering import tell
    from cli.writer import Writer
    from ledger.encoding import new_id

    made = new_id("group")
    body = {
        "group": made,
        "project": ws.need("project", project),
        "label": label,
        "side": side,
        "number": number,
        "counted": counted or ("exact" if number else "unknown"),
    }
    tell(ws, Writer(ws).write("group-recorded/v1", body, {"note": note}, manner=manner), made)


@group.command("list", example="tally group list")
@with_workspace
def list_groups(ws: Workspace) -> None:
    """List the group entries."""
    from cli.listing import things

    things(ws, "group", "No group is recorded yet. Record one: tally group add LABEL")
