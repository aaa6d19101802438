"""``tally access``: seeing one person's identified records for one purpose and a limited time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

PURPOSES = ("support", "payment", "complaint", "safeguarding", "correction", "audit")


@click.group(cls=Group)
def access() -> None:
    """Let somebody see one person's records, for a while."""


@access.command(
    "grant", example="tally access grant Fin --about 'Ben Okri' complaint --until 2026-07-01"
)
@click.argument("to", metavar="PERSON")
@click.argument("purpose", type=click.Choice(PURPOSES))
@click.option("--about", "who", metavar="PERSON", required=True, help="Whose records.")
@click.option("--until", metavar="DATE", required=True, help="Its last day, at most 92 days on.")
@click.option("--reason", help="More, in words (kept apart, erasable).")
@writes
@with_workspace
def grant(ws: Workspace, to: str, purpose: str, manner: Manner, **more: Any) -> None:
    """Let PERSON see somebody's records. It stands on that person's own statement."""
    from cli.recording import day, record

    body = {
        "to": ws.people.find(to),
        "person": ws.people.find(more["who"]),
        "purpose": purpose,
        "until": day(more["until"]),
    }
    record(ws, "access-granted/v1", body, {"reason": more["reason"]}, manner=manner)


@access.command("use", example="tally access use 33 --as Fin")
@click.argument("which", metavar="LINE")
@writes
@with_workspace
def use(ws: Workspace, which: str, manner: Manner) -> None:
    """Look: record the use, then show every line about the person. LINE is the access granted."""
    from cli.listing import about, show_lines
    from cli.looking import viewer
    from cli.recording import record

    of = _named(ws, which)
    record(ws, "access-used/v1", of | {"view": "lines"}, manner=manner)
    viewer(ws).opened.add(of["person"])
    if not ws.settings.json and not manner.dry_run:
        show_lines(ws, about(ws, of["person"]), title=ws.people.label(of["person"]))


@access.command("end", example="tally access end 33")
@click.argument("which", metavar="LINE")
@writes
@with_workspace
def end(ws: Workspace, which: str, manner: Manner) -> None:
    """End an access before its day. LINE is the entry that granted it."""
    from cli.recording import record

    record(ws, "access-ended/v1", _named(ws, which), manner=manner)


def _named(ws: Workspace, which: str) -> dict[str, str]:
    from cli.recording import body_of, line_named

    granted = body_of(ws, which, "access-granted/v1")
    return {"access": line_named(ws, which), "person": granted["person"]}
