"""``tally output``: messages, guidelines and papers that went out, and what they replace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Manner, evidence_hash, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

KINDS = ("message", "guideline", "paper", "report", "plan", "tool", "service", "other")


@click.group("output", cls=Group)
def output() -> None:
    """Record what went out, who wrote it, and what it replaces."""


@output.command(
    "publish", example="tally output publish 'New radio spot' --by Ben=lead --replaces 'Old spot'"
)
@click.argument("title")
@click.option(
    "--kind", type=click.Choice(KINDS), default="other", show_default=True, help="What it is."
)
@click.option("--official", is_flag=True, help="An authority speaks in it.")
@click.option("--by", metavar="PERSON[=SHARE]", multiple=True, help="Who wrote it; SHARE is lead, "
              "equal or supporting.")  # fmt: skip
@click.option("--by-group", metavar="GROUP", multiple=True, help="A group that wrote it.")
@click.option("--replaces", metavar="OUTPUT", help="The output it takes the place of.")
@click.option("--decision", metavar="DECISION", help="The decision to publish it.")
@click.option("--where", help="Where it can be found; anyone may read it.")
@click.option("--project", metavar="PROJECT", help="Of which; may be left out if there is one.")
@click.option(
    "--evidence", type=click.Path(exists=True, dir_okay=False), help="The file; its hash is kept."
)
@writes
@with_workspace
def publish(ws: Workspace, title: str, manner: Manner, **more: Any) -> None:
    """Record that an output went out under TITLE, which anyone may read."""
    from cli.recording import made_by, record
    from ledger.encoding import new_id

    made = new_id("output")
    body = {
        "output": made,
        "project": ws.need("project", more["project"]),
        "kind": more["kind"],
        "official": more["official"] or None,
        "people": [_writer(ws, text) for text in more["by"]],
        "groups": [ws.need("group", name) for name in more["by_group"]],
        "replaces": made_by(ws, "output", more["replaces"]) if more["replaces"] else None,
        "decision": ws.find("decision", more["decision"]),
        "evidence": evidence_hash(more["evidence"]),
    }
    values = {"title": title, "where": more["where"]}
    record(ws, "output-published/v1", body, values, manner=manner, made=made)


@output.command("list", example="tally output list")
@with_workspace
def list_outputs(ws: Workspace) -> None:
    """List what went out."""
    from cli.listing import things

    things(ws, "output", "Nothing went out yet: tally output publish TITLE")


def _writer(ws: Workspace, text: str) -> dict[str, str]:
    name, _, share = text.partition("=")
    return {"person": ws.people.find(name)} | ({"share": share} if share else {})
