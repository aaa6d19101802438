"""``tally input``: what people said, what came of it, and where it counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

KINDS = ("idea", "comment", "question", "proposal", "objection", "experience")
OUTCOMES = ("accepted", "partly", "not-accepted", "explained", "noted")
LATER = {
    "carry": (
        "cli.carry:input_carry",
        "Carry an input on to another project, to a named receiver.",
    ),
    "receive": (
        "cli.carry:input_receive",
        "Say whether you take on an input that was carried to you.",
    ),
}


@click.group("input", cls=Group, lazy=LATER)
def input_() -> None:
    """Submit, answer and cite what people said."""


@input_.command("submit", example='tally input submit "A bench at the stop" --by Ben --kind idea')
@click.argument("title")
@click.option("--words", help="In their own words (kept apart, erasable).")
@click.option("--by", metavar="PERSON", multiple=True, help="Who said it; you, if left out.")
@click.option("--by-group", metavar="GROUP", help="Or the group that did.")
@click.option(
    "--kind", type=click.Choice(KINDS), default="comment", show_default=True, help="What it is."
)
@click.option("--asked-by", metavar="PERSON", help="Who asked for it.")
@click.option("--problem", metavar="PROBLEM", help="The problem it concerns.")
@click.option("--decision", metavar="DECISION", help="The decision it is meant for.")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@on_behalf
@writes
@with_workspace
def submit(ws: Workspace, title: str, behalf: Behalf, manner: Manner, **more: Any) -> None:
    """Say what you think, asked or unasked; TITLE is it in short."""
    from cli.recording import record
    from cli.writer import Writer
    from ledger.encoding import new_id

    made = new_id("input")
    names = more["by"] or ([behalf.recorded_for] if behalf.recorded_for else [])
    people = [ws.people.find(name) for name in names]
    group = ws.find("group", more["by_group"])
    body = {
        "input": made,
        "project": ws.need("project", more["project"]),
        "people": people or ([] if group else [Writer(ws).acting()]),
        "group": group,
        "kind": more["kind"],
        "asked_by": ws.find("person", more["asked_by"]),
        "problem": ws.find("problem", more["problem"]),
        "decision": ws.find("decision", more["decision"]),
        **ws.on_behalf(behalf),
    }
    values = {"title": title, "words": more["words"]}
    record(ws, "input-submitted/v1", body, values, manner=manner, made=made)


@input_.command("answer", example="tally input answer bench accepted --reasons 'Ordered for June'")
@click.argument("which", metavar="INPUT")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--reasons", required=True, help="Why, in words for whom it concerns.")
@click.option("--decision", metavar="DECISION", help="The decision it went into.")
@writes
@with_workspace
def answer(
    ws: Workspace, which: str, outcome: str, reasons: str, decision: str | None, manner: Manner
) -> None:
    """Answer an INPUT, with reasons. Not one's own."""
    from cli.recording import record

    body = _as_said(ws, which) | {"outcome": outcome, "decision": ws.find("decision", decision)}
    record(ws, "input-answered/v1", body, {"reasons": reasons}, manner=manner)


@input_.command("unanswered", example="tally input unanswered bench --as Ben")
@click.argument("which", metavar="INPUT")
@click.option("--words", help="In your own words (kept apart, erasable).")
@on_behalf
@writes
@with_workspace
def unanswered(
    ws: Workspace, which: str, words: str | None, behalf: Behalf, manner: Manner
) -> None:
    """Say that your INPUT was not answered, whatever else was recorded."""
    from cli.recording import record
    from cli.writer import Writer

    said, of = ws.on_behalf(behalf), _as_said(ws, which)
    person = (said["for"] or Writer(ws).acting()) if of["people"] else None
    body = {"input": of["input"], "person": person, **said}
    record(ws, "input-not-answered/v1", body, {"words": words}, manner=manner)


@input_.command("cite", example="tally input cite bench --decision 'Open late?'")
@click.argument("which", metavar="INPUT")
@click.option("--decision", metavar="DECISION", help="In a decision,")
@click.option("--problem", metavar="PROBLEM", help="or in a problem,")
@click.option("--output", metavar="OUTPUT", help="or in an output.")
@click.option("--note", help="How it counted; anyone may read it.")
@writes
@with_workspace
def cite(ws: Workspace, which: str, note: str | None, manner: Manner, **more: Any) -> None:
    """Name an INPUT as having counted, in a decision, a problem or an output."""
    from cli.recording import record

    where = {kind: ws.find(kind, more[kind]) for kind in ("decision", "problem", "output")}
    record(ws, "input-cited/v1", _as_said(ws, which) | where, {"note": note}, manner=manner)


@input_.command("list", example="tally input list --open")
@click.option("--open", "only_open", is_flag=True, help="Only those without an answer.")
@with_workspace
def list_inputs(ws: Workspace, only_open: bool) -> None:
    """List what was said, with what came of it."""
    from cli.looking import called
    from domain.input import Input
    from projections.store_world import StoreWorld

    world = StoreWorld(ws.ledger, ws.ledger.head().size)
    rows = []
    for thing in ws.register("input").things.values():
        state = world.get(Input, thing.id)
        if state.open or not only_open:
            rows.append(
                {
                    "entry": thing.index,
                    "id": thing.id,
                    "state": state.answer or "open",
                    "cited": state.cited,
                    "people": [called(ws, person) for person in state.people],
                    "title": thing.name,
                }
            )
    columns = (("entry", "ENTRY"), ("state", "STATE"), ("cited", "CITED"), ("title", "INPUT"))
    ws.out.rows(rows, columns, "Nothing is waiting." if only_open else "Nothing was said yet.")


@input_.command("show", example="tally input show bench")
@click.argument("which", metavar="INPUT")
@with_workspace
def show(ws: Workspace, which: str) -> None:
    """Show everything recorded about one input."""
    from cli.listing import about, show_lines
    from cli.recording import made_by

    input_id = made_by(ws, "input", which)
    show_lines(ws, about(ws, input_id), title=ws.register("input").label(input_id))


def _as_said(ws: Workspace, which: str) -> dict[str, Any]:
    """The input, its project and who said it, as later events repeat them."""
    from cli.recording import made_by, standing
    from domain.input import Input

    input_id = made_by(ws, "input", which)
    state = standing(ws, Input, input_id)
    return {
        "input": input_id,
        "project": next(iter(sorted(state.projects)), None),
        "people": list(state.people),
    }
