"""``tally action``: tasks with an owner, and the owner changing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.choices import STAGES
from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

OUTCOMES = ("done", "partly", "given-up", "refused")


@click.group(cls=Group)
def action() -> None:
    """Set tasks, pass them on, and end them."""


@action.command(
    "set", example="tally action set 'Print the leaflet' --owner 'Ana' --due 2026-06-01"
)
@click.argument("what")
@click.option("--owner", metavar="PERSON", help="Who owns it; you, if left out.")
@click.option("--stage", type=click.Choice(STAGES), default="unsorted", help="At which stage.")
@click.option("--due", metavar="DATE", help="By when.")
@click.option("--decision", metavar="DECISION", help="The decision it carries out.")
@click.option("--problem", metavar="PROBLEM", help="The problem it works on.")
@click.option("--promise", metavar="COMMITMENT", help="The promise it keeps.")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@writes
@with_workspace
def start(ws: Workspace, what: str, manner: Manner, **more: Any) -> None:
    """Set a task, WHAT, with an owner."""
    from cli.recording import day, made_by, record
    from cli.writer import Writer
    from ledger.encoding import new_id

    made, promise = new_id("action"), more["promise"]
    body = {
        "action": made,
        "project": ws.need("project", more["project"]),
        "person": ws.find("person", more["owner"]) or Writer(ws).acting(),
        "stage": more["stage"],
        "due": day(more["due"]),
        "decision": ws.find("decision", more["decision"]),
        "problem": ws.find("problem", more["problem"]),
        "commitment": made_by(ws, "commitment", promise) if promise else None,
    }
    record(ws, "action-set/v1", body, {"what": what}, manner=manner, made=made)


@action.command("move", example="tally action move leaflet --to 'Ben Okri'")
@click.argument("which", metavar="ACTION")
@click.option("--to", metavar="PERSON", required=True, help="Who owns it from now on.")
@click.option("--reason", help="Why, in words.")
@writes
@with_workspace
def move(ws: Workspace, which: str, to: str, reason: str | None, manner: Manner) -> None:
    """Pass an ACTION from its owner to another."""
    from cli.recording import record

    body = _owned(ws, which) | {"to": ws.people.find(to)}
    record(ws, "action-moved/v1", body, {"reason": reason}, manner=manner)


@action.command("end", example="tally action end leaflet done")
@click.argument("which", metavar="ACTION")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--reason", help="Why, in words.")
@writes
@with_workspace
def end(ws: Workspace, which: str, outcome: str, reason: str | None, manner: Manner) -> None:
    """End an ACTION: done, given up, or refused by who was given it."""
    from cli.recording import record

    body = _owned(ws, which) | {"outcome": outcome}
    record(ws, "action-ended/v1", body, {"reason": reason}, manner=manner)


@action.command("list", example="tally action list")
@with_workspace
def list_actions(ws: Workspace) -> None:
    """List the tasks with their owners, and how often each changed hands."""
    from cli.looking import called
    from domain.action import Action
    from projections.store_world import StoreWorld

    world = StoreWorld(ws.ledger, ws.ledger.head().size)
    rows = []
    for thing in ws.register("action").things.values():
        state = world.get(Action, thing.id)
        rows.append(
            {
                "entry": thing.index,
                "id": thing.id,
                "state": state.ended or "open",
                "due": state.due,
                "moves": state.moves,
                "owner": called(ws, state.owner),
                "what": thing.name,
            }
        )
    columns = (
        ("entry", "ENTRY"),
        ("state", "STATE"),
        ("due", "DUE"),
        ("moves", "MOVES"),
        ("owner", "OWNER"),
        ("what", "WHAT"),
    )
    ws.out.rows(rows, columns, "No task is set yet: tally action set WHAT")


def _owned(ws: Workspace, which: str) -> dict[str, str]:
    from cli.recording import made_by, standing
    from domain.action import Action

    found = made_by(ws, "action", which)
    return {"action": found, "person": standing(ws, Action, found).owner}
