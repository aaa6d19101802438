"""``tally problem``: who raised what ought to be worked on, and what was taken up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Group
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace


LATER = {
    "reframe": ("cli.agenda:reframe", "Put a PROBLEM in other words."),
    "prioritise": ("cli.agenda:prioritise", "Put PROBLEMs in an order, the most pressing first."),
    "refuse": ("cli.agenda:refuse", "Say that a PROBLEM is not taken up, and why."),
    "close": ("cli.agenda:close", "Say that work on a PROBLEM has ended."),
    "carry": (
        "cli.carry:problem_carry",
        "Carry a problem on to another project, to a named receiver.",
    ),
    "receive": (
        "cli.carry:problem_receive",
        "Say whether you take on a problem that was carried to you.",
    ),
}


@click.group(cls=Group, lazy=LATER)
def problem() -> None:
    """Propose problems, and say what becomes of them."""


@problem.command("propose", example='tally problem propose "Buses stop at six" --by "Ben Okri"')
@click.argument("title")
@click.option("--project", metavar="PROJECT", help="Where; may be left out if there is only one.")
@click.option("--by", metavar="PERSON", multiple=True, help="Who raised it; you, if left out.")
@click.option("--by-group", metavar="GROUP", help="Or the group that raised it.")
@click.option("--words", help="In their own words (kept apart, erasable).")
@click.option("--from-problem", metavar="PROBLEM", help="The problem it restates or carries on.")
@on_behalf
@writes
@with_workspace
def propose(
    ws: Workspace,
    title: str,
    project: str | None,
    by: tuple[str, ...],
    by_group: str | None,
    words: str | None,
    from_problem: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Say what ought to be worked on. TITLE can be read by anyone."""
    from cli.answering import tell
    from cli.writer import Writer
    from ledger.encoding import new_id

    writer, made = Writer(ws), new_id("problem")
    people = [
        ws.people.find(name)
        for name in by or ([behalf.recorded_for] if behalf.recorded_for else [])
    ]
    body = {
        "problem": made,
        "project": ws.need("project", project),
        "people": people or ([] if by_group else [writer.acting()]),
        "group": ws.find("group", by_group),
        "from_problem": ws.find("problem", from_problem),
        **ws.on_behalf(behalf),
    }
    values = {"title": title, "words": words}
    tell(ws, writer.write("problem-proposed/v1", body, values, manner=manner), made)


@problem.command("adopt", example='tally problem adopt "Buses stop at six"')
@click.argument("which", metavar="PROBLEM")
@click.option("--project", metavar="PROJECT", help="By which; may be left out if there is one.")
@click.option("--decision", metavar="DECISION", help="The decision that took it up.")
@click.option("--reasons", help="Why; anyone may read it.")
@writes
@with_workspace
def adopt(
    ws: Workspace,
    which: str,
    project: str | None,
    decision: str | None,
    reasons: str | None,
    manner: Manner,
) -> None:
    """Take a problem up."""
    from cli.answering import tell
    from cli.writer import Writer

    body = {
        "problem": ws.need("problem", which),
        "project": ws.need("project", project),
        "decision": ws.find("decision", decision),
    }
    tell(ws, Writer(ws).write("problem-adopted/v1", body, {"reasons": reasons}, manner=manner))


@problem.command("list", example="tally problem list")
@with_workspace
def list_problems(ws: Workspace) -> None:
    """List the problems."""
    from cli.listing import things

    things(ws, "problem", "No problem is recorded yet: tally problem propose TITLE")


@problem.command("show", example='tally problem show "Buses stop at six"')
@click.argument("which", metavar="PROBLEM")
@with_workspace
def show(ws: Workspace, which: str) -> None:
    """Show everything recorded about one problem."""
    from cli.listing import about, show_lines

    problem_id = ws.need("problem", which)
    show_lines(ws, about(ws, problem_id), title=ws.register("problem").label(problem_id))
