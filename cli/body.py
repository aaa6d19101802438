"""``tally body``: boards and panels, their seats, and who chose each holder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.workspace import Workspace
    from projections.seated import Term

CHOSEN = ("community", "open-call", "institution")
CAUSES = ("term-ended", "resigned", "rotated", "removed", "died", "unsaid")


def _of_seat(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--decision", metavar="DECISION", help="The decision behind it."),
        click.option("--until", metavar="DATE", help="Last day of the term."),
        click.option(
            "--chosen-by", type=click.Choice(CHOSEN), required=True, help="Who chose the holder."
        ),
        click.argument("who", metavar="PERSON"),
        click.argument("which", metavar="BODY"),
    ):
        command = option(command)
    return command


@click.group(cls=Group)
def body() -> None:
    """Create boards and panels, and fill their seats."""


@body.command("create", example="tally body create 'Steering group' --quorum 4 --seats 8")
@click.argument("name")
@click.option("--project", metavar="PROJECT", help="Of one project; left out: of all.")
@click.option("--quorum", type=click.IntRange(1), help="Fewest voting members present.")
@click.option("--seats", type=click.IntRange(1), help="How many voting seats it has.")
@click.option("--purpose", help="What it is for; anyone may read it.")
@writes
@with_workspace
def create(ws: Workspace, name: str, manner: Manner, **more: Any) -> None:
    """Create a body under NAME, which anyone may read."""
    from cli.recording import record
    from ledger.encoding import new_id

    made = new_id("body")
    fields = {
        "body": made,
        "project": ws.find("project", more["project"]),
        "quorum": more["quorum"],
        "seats": more["seats"],
    }
    values = {"name": name, "purpose": more["purpose"]}
    record(ws, "body-created/v1", fields, values, manner=manner, made=made)


@body.command("seat", example="tally body seat 'Steering group' Ben --chosen-by community")
@_of_seat
@click.option("--no-vote", is_flag=True, help="A seat without a vote.")
@click.option("--seat", "label", help="The seat in the body's own words.")
@writes
@with_workspace
def seat(ws: Workspace, which: str, who: str, manner: Manner, **more: Any) -> None:
    """Give PERSON a seat on BODY, with a vote unless --no-vote."""
    from cli.recording import record

    fields = _seated(ws, which, who, more) | {
        "voting": not more["no_vote"],
        "seat": more["label"],
    }
    record(ws, "seat-filled/v1", fields, manner=manner)


@body.command("chair", example="tally body chair 'Steering group' Ben --chosen-by community")
@_of_seat
@click.option("--with-others", is_flag=True, help="As one of several chairs.")
@writes
@with_workspace
def chair(ws: Workspace, which: str, who: str, manner: Manner, **more: Any) -> None:
    """Let PERSON, who has a seat on BODY, chair it."""
    from cli.recording import record

    fields = _seated(ws, which, who, more) | {"with_others": more["with_others"] or None}
    record(ws, "chair-taken/v1", fields, manner=manner)


@body.command("unseat", example="tally body unseat 'Steering group' Ben --cause term-ended")
@click.argument("which", metavar="BODY")
@click.argument("who", metavar="PERSON")
@click.option(
    "--cause",
    type=click.Choice(CAUSES),
    default="unsaid",
    show_default=True,
    help="Why it is free, as a code.",
)
@click.option("--reason", help="Why, in words (kept apart, erasable).")
@click.option("--chair-only", is_flag=True, help="Stand down as chair, and keep the seat.")
@writes
@with_workspace
def unseat(
    ws: Workspace,
    which: str,
    who: str,
    cause: str,
    reason: str | None,
    chair_only: bool,
    manner: Manner,
) -> None:
    """Free PERSON's seat on BODY, or end the chair alone."""
    from cli.recording import record

    of = {"body": ws.need("body", which), "person": ws.people.find(who)}
    if chair_only:
        record(ws, "chair-left/v1", of, manner=manner)
        return
    record(ws, "seat-vacated/v1", of | {"cause": cause}, {"reason": reason}, manner=manner)


@body.command("list", example="tally body list")
@with_workspace
def list_bodies(ws: Workspace) -> None:
    """List the bodies."""
    from cli.listing import things

    things(ws, "body", "No body is recorded yet: tally body create NAME")


@body.command("show", example="tally body show 'Steering group'")
@click.argument("which", metavar="BODY")
@with_workspace
def show(ws: Workspace, which: str) -> None:
    """List the seats of a body: who holds each, who chose them, with a vote or not."""
    from projections.kept import facts_of
    from projections.result import Asked
    from projections.seated import NEEDS, read

    body = ws.need("body", which)
    seated = read(facts_of(ws.ledger, NEEDS), Asked(about=body))
    today = ws.local_today()
    rows = [
        {
            "person": term.person,
            "holder": ws.people.label(term.person),
            "voting": term.voting,
            "vote": "yes" if term.voting else "no",
            "chosen_by": term.chosen_by,
            "chair": _chairing(seated.chairs_now.get((body, term.person))),
            "until": str(term.until) if term.until else None,
            "state": "held" if term.holds(today) else "ended",
        }
        for term in seated.now.values()
    ]
    columns = (
        ("state", "STATE"),
        ("vote", "VOTE"),
        ("chosen_by", "CHOSEN BY"),
        ("chair", "CHAIR"),
        ("until", "UNTIL"),
        ("holder", "HOLDER"),
    )
    ws.out.rows(rows, columns, "Nobody has a seat yet: tally body seat BODY PERSON")


def _chairing(term: Term | None) -> str | None:
    if term is None:
        return None
    return "co-chair" if term.fact.body.get("with_others") else "chair"


def _seated(ws: Workspace, which: str, who: str, more: dict[str, Any]) -> dict[str, Any]:
    from cli.recording import day

    return {
        "body": ws.need("body", which),
        "person": ws.people.find(who),
        "chosen_by": more["chosen_by"],
        "until": day(more["until"]),
        "decision": ws.find("decision", more["decision"]),
    }
