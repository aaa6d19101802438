"""``tally promise``: what was promised to the people who take part, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

OUTCOMES = ("kept", "partly", "not-kept", "released")


LATER = {
    "carry": (
        "cli.carry:promise_carry",
        "Carry a promise on to another project, to a named receiver.",
    ),
    "receive": (
        "cli.carry:promise_receive",
        "Say whether you take on a promise that was carried to you.",
    ),
}


@click.group(cls=Group, lazy=LATER)
def promise() -> None:
    """Record promises, and what became of them."""


@promise.command("make", example="tally promise make 'A bench by June' --to Ben --due 2026-06-30")
@click.argument("what")
@click.option("--by", metavar="PERSON", help="Who promises; you, if left out.")
@click.option("--to", metavar="PERSON", multiple=True, help="To whom.")
@click.option("--to-group", metavar="GROUP", help="Or to which group.")
@click.option("--due", metavar="DATE", help="By when.")
@click.option("--input", "said", metavar="INPUT", help="The input it answers.")
@click.option("--problem", metavar="PROBLEM", help="The problem it concerns.")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@on_behalf
@writes
@with_workspace
def make(ws: Workspace, what: str, behalf: Behalf, manner: Manner, **more: Any) -> None:
    """Promise WHAT, or record that somebody did."""
    from cli.recording import day, made_by, record
    from cli.writer import Writer
    from ledger.encoding import new_id

    made, said = new_id("commitment"), ws.on_behalf(behalf)
    body = {
        "commitment": made,
        "project": ws.need("project", more["project"]),
        "person": ws.find("person", more["by"]) or said["for"] or Writer(ws).acting(),
        "people": [ws.people.find(name) for name in more["to"]],
        "group": ws.find("group", more["to_group"]),
        "due": day(more["due"]),
        "input": made_by(ws, "input", more["said"]) if more["said"] else None,
        "problem": ws.find("problem", more["problem"]),
        **said,
    }
    record(ws, "commitment-made/v1", body, {"what": what}, manner=manner, made=made)


@promise.command("settle", example="tally promise settle bench kept")
@click.argument("which", metavar="COMMITMENT")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--words", help="More, in words.")
@writes
@with_workspace
def settle(ws: Workspace, which: str, outcome: str, words: str | None, manner: Manner) -> None:
    """Say what became of a promise, whether you made it or it was made to you."""
    from cli.recording import made_by, record, standing
    from domain.commitment import Commitment

    found = made_by(ws, "commitment", which)
    body = {
        "commitment": found,
        "person": standing(ws, Commitment, found).by,
        "outcome": outcome,
    }
    record(ws, "commitment-settled/v1", body, {"words": words}, manner=manner)


@promise.command("list", example="tally promise list")
@with_workspace
def list_promises(ws: Workspace) -> None:
    """List the promises, with what each side says became of them."""
    from cli.looking import called
    from domain.commitment import Commitment
    from projections.store_world import StoreWorld

    world = StoreWorld(ws.ledger, ws.ledger.head().size)
    rows = []
    for thing in ws.register("commitment").things.values():
        state = world.get(Commitment, thing.id)
        said = ", ".join(f"{called(ws, who)}: {word}" for who, word in state.said)
        rows.append(
            {
                "entry": thing.index,
                "id": thing.id,
                "state": "open" if state.open else "settled",
                "due": state.due,
                "by": called(ws, state.by),
                "said": said or None,
                "what": thing.name,
            }
        )
    columns = (
        ("entry", "ENTRY"),
        ("state", "STATE"),
        ("due", "DUE"),
        ("by", "BY"),
        ("said", "SAID OF IT"),
        ("what", "WHAT"),
    )
    ws.out.rows(rows, columns, "Nothing was promised yet: tally promise make WHAT")
