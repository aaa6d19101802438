"""``tally rules``: which version of the rules of conduct is in force, and the switch to a later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


@click.group(cls=Group)
def rules() -> None:
    """Show and adopt the rules of conduct."""


@rules.command("show", example="tally rules show")
@with_workspace
def show(ws: Workspace) -> None:
    """Show which version is in force, since when, and which this program knows."""
    from cli.names import entries_of
    from domain.catalogue import RULEBOOKS
    from domain.rules import Rulebook
    from projections.store_world import StoreWorld

    now = StoreWorld(ws.ledger, ws.ledger.head().size).get(Rulebook, "").version
    since = max((e.index for e in entries_of(ws.ledger, ("rules-adopted/v1",))), default=0)
    form = {"rules": now, "since": since, "known": list(RULEBOOKS)}
    words = f"Rules {now}, in force since entry {since}; this program knows {', '.join(RULEBOOKS)}."
    ws.out.answer(form, words)


@rules.command("adopt", example='tally rules adopt 2 --decision "Take up rules 2?"')
@click.argument("version")
@click.option("--decision", metavar="DECISION", help="The decision that adopted them.")
@click.option("--reasons", help="Why; anyone may read it.")
@writes
@with_workspace
def adopt(
    ws: Workspace, version: str, decision: str | None, reasons: str | None, manner: Manner
) -> None:
    """Switch to another VERSION of the rules, from the next entry on, as the charter is amended.

    What was recorded before stays judged by the rules of its time.
    """
    from cli.answering import tell
    from cli.writer import Writer

    body = {"rules": version, "decision": ws.find("decision", decision)}
    tell(ws, Writer(ws).write("rules-adopted/v1", body, {"reasons": reasons}, manner=manner))
