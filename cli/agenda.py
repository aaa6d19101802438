"""``tally problem`` beyond raising and adopting: reframe, prioritise, refuse, close.

Refusing and closing always give reasons that anyone may read. What is still open when a project
ends is carried to another with a named receiver, who says yes or no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.lazy import Command
from cli.workspace import with_workspace
from cli.writing import Behalf, Manner, on_behalf, writes

if TYPE_CHECKING:
    from cli.workspace import Workspace

OUTCOMES = ("solved", "partly", "not-solved", "no-longer", "merged")


@click.command(cls=Command, example="tally problem reframe Buses --title 'No bus after the clinic'")
@click.argument("which", metavar="PROBLEM")
@click.option("--title", help="The new words; anyone may read them.")
@click.option("--words", help="In your own words (kept apart, erasable).")
@click.option("--reasons", help="Why; needed when others raised it.")
@click.option("--project", metavar="PROJECT", help="In which; may be left out if there is one.")
@on_behalf
@writes
@with_workspace
def reframe(
    ws: Workspace,
    which: str,
    title: str | None,
    words: str | None,
    reasons: str | None,
    project: str | None,
    behalf: Behalf,
    manner: Manner,
) -> None:
    """Put a PROBLEM in other words: freely if you raised it, else with reasons."""
    from cli.recording import record

    body = {**_in(ws, which, project), **ws.on_behalf(behalf)}
    values = {"title": title, "words": words, "reasons": reasons}
    record(ws, "problem-reframed/v1", body, values, manner=manner)


@click.command(cls=Command, example="tally problem prioritise Buses Lifts --present Ben")
@click.argument("problems", metavar="PROBLEM…", nargs=-1, required=True)
@click.option("--present", metavar="PERSON", multiple=True, help="Who was there and ranked them.")
@click.option("--group", metavar="GROUP", multiple=True, help="A group that was there.")
@click.option("--decision", metavar="DECISION", help="The decision that ranked them.")
@click.option("--reasons", help="Why; anyone may read it.")
@click.option("--project", metavar="PROJECT", help="In which; may be left out if there is one.")
@writes
@with_workspace
def prioritise(
    ws: Workspace,
    problems: tuple[str, ...],
    present: tuple[str, ...],
    group: tuple[str, ...],
    decision: str | None,
    reasons: str | None,
    project: str | None,
    manner: Manner,
) -> None:
    """Put PROBLEMs in an order, the most pressing first."""
    from cli.recording import record

    body = {
        "project": ws.need("project", project),
        "problems": [ws.need("problem", text) for text in problems],
        "people": [ws.people.find(name) for name in present],
        "groups": [ws.need("group", name) for name in group],
        "decision": ws.find("decision", decision),
    }
    record(ws, "problems-prioritised/v1", body, {"reasons": reasons}, manner=manner)


@click.command(cls=Command, example="tally problem refuse Lifts --reasons 'The landlord will not'")
@click.argument("which", metavar="PROBLEM")
@click.option("--reasons", required=True, help="Why; anyone may read it.")
@click.option("--decision", metavar="DECISION", help="The decision behind it.")
@click.option("--project", metavar="PROJECT", help="In which; may be left out if there is one.")
@writes
@with_workspace
def refuse(
    ws: Workspace,
    which: str,
    reasons: str,
    decision: str | None,
    project: str | None,
    manner: Manner,
) -> None:
    """Say that a PROBLEM is not taken up, and why."""
    from cli.recording import record

    body = _in(ws, which, project) | {"decision": ws.find("decision", decision)}
    record(ws, "problem-refused/v1", body, {"reasons": reasons}, manner=manner)


@click.command(cls=Command, example="tally problem close Buses solved --reasons 'Line 9 runs late'")
@click.argument("which", metavar="PROBLEM")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--reasons", required=True, help="Why; anyone may read it.")
@click.option("--decision", metavar="DECISION", help="The decision behind it.")
@click.option("--project", metavar="PROJECT", help="In which; may be left out if there is one.")
@writes
@with_workspace
def close(
    ws: Workspace,
    which: str,
    outcome: str,
    reasons: str,
    decision: str | None,
    project: str | None,
    manner: Manner,
) -> None:
    """Say that work on a PROBLEM has ended, and what became of it."""
    from cli.recording import record

    body = _in(ws, which, project)
    body |= {"outcome": outcome, "decision": ws.find("decision", decision)}
    record(ws, "problem-closed/v1", body, {"reasons": reasons}, manner=manner)


def _in(ws: Workspace, which: str, project: str | None) -> dict[str, str | None]:
    return {"problem": ws.need("problem", which), "project": ws.need("project", project)}
